"""The page on threats: every test that it names exists, and it says enough."""

from __future__ import annotations

import re

import pytest

from conftest import ROOT

PAGE = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")

NAMED = sorted(
    {(found[1], found[2], found[3] or "") for found in re.finditer(r"`(\w+\.py)::(\w+)(?:\[(.+?)\])?`", PAGE)}
)

TABLES = PAGE[PAGE.index("## When an input is at fault") :]


@pytest.mark.parametrize(("file", "test", "case"), NAMED)
def test_a_test_that_is_named_exists(file: str, test: str, case: str) -> None:
    source = (ROOT / "tests" / file).read_text(encoding="utf-8")
    assert f"\ndef {test}(" in source
    assert f'"{case}"' in source or not case


def faults() -> list[list[str]]:
    """Give the rows of the tables of faults."""
    rows = [line.strip("|").split("|") for line in TABLES.split("\n") if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows if row[0].strip() != "fault"]


def test_there_are_enough_faults_each_with_its_test() -> None:
    assert len(faults()) >= 40
    for fault, outcome, test in faults():
        assert fault
        assert outcome
        assert re.fullmatch(r"`\w+\.py::\w+(\[.+?\])?`(, `\w+\.py::\w+(\[.+?\])?`)*", test), fault


def test_no_fault_is_told_twice() -> None:
    told = [fault for fault, _, _ in faults()]
    assert len(told) == len(set(told))


def test_every_promise_names_its_test() -> None:
    promises = PAGE[PAGE.index("## What is promised") : PAGE.index("## What is not promised")]
    rows = [line for line in promises.split("\n") if line.startswith("| ") and not line.startswith("| promise")]
    assert len(rows) > 20
    assert all("`test_" in row for row in rows)


def test_the_limits_are_those_of_the_code() -> None:
    from copydesk import rulepack, toml
    from copydesk.sources.base import LONGEST_RECORD

    limits = " ".join(PAGE[PAGE.index("The limits:") :].split())
    assert f"a record has at most {LONGEST_RECORD >> 20} MB" in limits
    assert f"a pack or recipe {toml.LONGEST_FILE >> 20} MB" in limits
    assert f"a pattern {rulepack.LONGEST_PATTERN:,} characters" in limits
    assert f"a pack {rulepack.MOST_PHRASES:,} phrases" in limits
