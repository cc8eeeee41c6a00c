"""Emoji inside words: splinters go, everything that may mean something stays. The cases are in `cases/emoji.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import copydesk

CASES: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parent / "cases" / "emoji.toml").read_text(encoding="utf-8")
)
SPLINTERS = [pytest.param(case["text"], case["want"], id=case["why"]) for case in CASES["splinter"]]
LOOKALIKES = [pytest.param(case["text"], id=case["why"]) for case in CASES["lookalike"]]


@pytest.fixture(scope="module")
def desk() -> copydesk.Desk:
    return copydesk.Desk()


def clean(desk: copydesk.Desk, text: str) -> str:
    """Give the text of all stories, after a look that the ledger restores the input."""
    cleaned = desk.clean(text)
    assert cleaned.restore() == text
    return "\n".join(story.text for story in cleaned.stories)


@pytest.mark.parametrize(("text", "want"), SPLINTERS)
def test_splinter_goes(desk: copydesk.Desk, text: str, want: str) -> None:
    assert clean(desk, text) == want


@pytest.mark.parametrize("text", LOOKALIKES)
def test_lookalike_stays(desk: copydesk.Desk, text: str) -> None:
    assert clean(desk, text) == text


@pytest.mark.parametrize("case", CASES["splinter"], ids=lambda case: case["why"])
def test_second_run_changes_nothing(desk: copydesk.Desk, case: dict[str, Any]) -> None:
    assert clean(desk, case["want"]) == case["want"]


@pytest.mark.parametrize("case", CASES["splinter"], ids=lambda case: case["why"])
def test_only_the_emoji_is_struck(desk: copydesk.Desk, case: dict[str, Any]) -> None:
    edits = [edit for edit in desk.clean(case["text"]).edits if edit.rule == "emoji.splinter"]
    assert edits
    assert not any(edit.replacement or any(c.isalpha() for c in edit.removed or "") for edit in edits)


def test_lists_are_in_order_and_name_each_word_once() -> None:
    data = Path(copydesk.__file__).parent / "data" / "common_words.toml"
    for language, words in tomllib.loads(data.read_text(encoding="utf-8"))["words"].items():
        listed = words.split()
        assert listed == sorted(set(listed)), f"{language}: keep the list in order, each word once"
        assert listed == [word.lower() for word in listed], f"{language}: keep the words in lower case"
