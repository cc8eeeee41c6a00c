"""Fuzzing: its targets fit together, and what it starts from, or has found, obeys the laws on the whole way too.

The kernel's own tests put the same files to the kernel's laws (`src/kernel/src/laws.rs`).
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

import fuzz
from conftest import ROOT
from copydesk import Desk
from copydesk._kernel import read_jsonl
from copydesk.errors import RuleError
from copydesk.recipe import Guard, Language, Rules
from editions import NO_RULES
from laws import assert_lawful

if TYPE_CHECKING:
    from pathlib import Path

LAWS = ROOT / "src" / "kernel" / "src" / "laws.rs"


def inputs(target: str) -> list[Path]:
    """Give every seed of a target and every input that broke one of its laws."""
    return sorted(path for folder in (fuzz.FUZZ / "seeds", fuzz.CRASHES) for path in (folder / target).glob("*"))


def names(target: str) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in inputs(target)]


def test_every_target_is_a_program_with_a_law_and_seeds() -> None:
    manifest = tomllib.loads((fuzz.FUZZ / "Cargo.toml").read_text(encoding="utf-8"))
    assert {program["name"] for program in manifest["bin"]} == {*fuzz.TARGETS}
    laws = LAWS.read_text(encoding="utf-8")
    for target, (words, longest) in fuzz.TARGETS.items():
        program = fuzz.FUZZ / "fuzz_targets" / f"{target}.rs"
        assert target in program.read_text(encoding="utf-8")
        assert f"pub fn {target}(" in laws
        assert inputs(target)
        assert all(path.stat().st_size <= longest for path in inputs(target))
        assert words is None or (fuzz.FUZZ / words).is_file()


def test_every_input_that_broke_a_law_is_explained() -> None:
    told = (fuzz.CRASHES / "README.md").read_text(encoding="utf-8")
    for target in fuzz.TARGETS:
        assert all(f"`{target}/{path.name}`" in told for path in (fuzz.CRASHES / target).glob("*"))


@pytest.mark.parametrize("name", names("clean"))
def test_the_laws_hold_for_seeds(name: str, desk: Desk) -> None:
    assert_lawful(desk, (ROOT / name).read_bytes().decode(errors="replace"))


@pytest.mark.parametrize("name", names("records"))
def test_every_line_of_the_seeds_is_accounted_for(name: str) -> None:
    data = (ROOT / name).read_bytes()
    records, rejects = (pa.record_batch(rows) for rows in read_jsonl(data))
    found = [*records["position"].to_pylist(), *rejects["position"].to_pylist()]
    assert sorted(found) == [number for number, line in enumerate(data.split(b"\n"), 1) if line.strip()]


@pytest.mark.parametrize("match", ["line", "start", "end", "inside"])
@pytest.mark.parametrize("name", names("rules"))
def test_the_patterns_of_the_seeds_are_refused_or_harm_no_ledger(name: str, match: str, tmp_path: Path) -> None:
    pattern, _, text = (ROOT / name).read_bytes().decode(errors="replace").split("\n", 2)
    pack = f"""
        kind = {{ label = "seed", title = "Seeds", why = "They are tried." }}
        [[rule]]
        name = "one"
        why = "It is tried."
        match = "{match}"
        pattern = '''{pattern}'''
        examples = [{{ before = "a", after = "" }}]
        lookalikes = [{{ text = "b" }}]
    """
    (tmp_path / "seed.toml").write_text(pack, encoding="utf-8")
    rules = Rules(packs=(str(tmp_path / "seed.toml"),), off=NO_RULES.rules.off)
    recipe = replace(NO_RULES, rules=rules, guard=Guard(max_struck=1.0), language=Language(engine="none"))
    try:
        desk = Desk(recipe)
    except RuleError as error:
        assert error.message.startswith(str(tmp_path / "seed.toml"))  # noqa: PT017 (most are sound)
    else:
        assert_lawful(desk, text)
