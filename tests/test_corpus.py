"""Every document of the corpus becomes what it must, obeys the laws, and changes no more when cleaned again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from corpus_cases import Case, differences, load
from laws import assert_lawful

if TYPE_CHECKING:
    from copydesk import Desk

CASES = {case.name: case for case in load()}
SHORT = [name for name, case in CASES.items() if case.short_of]


@pytest.mark.parametrize("name", [name for name in CASES if name not in SHORT])
def test_becomes_what_it_must(desk: Desk, name: str) -> None:
    case: Case = CASES[name]
    assert differences(case, assert_lawful(desk, case.raw)) == []


@pytest.mark.parametrize("name", SHORT)
def test_does_not_become_it_yet(desk: Desk, name: str) -> None:
    """Fails when a document at last becomes what it must: then its `short_of` goes, and it may never fall back."""
    case: Case = CASES[name]
    cleaned = assert_lawful(desk, case.raw)
    assert differences(case, cleaned), f"take short_of out of {name}.toml"
    kept = "".join(story.text for story in cleaned.stories)
    assert all(line in kept for story in case.stories for line in story["text"].split("\n")), "no text may be lost"


@pytest.mark.parametrize("name", CASES)
def test_cleaning_again_strikes_nothing(desk: Desk, name: str) -> None:
    for story in desk.clean(CASES[name].raw).stories:
        assert [edit for edit in desk.clean(story.text).edits if edit.label != "boundary"] == []


def test_the_corpus_is_broad() -> None:
    languages = {name.split("/")[0] for name in CASES}
    shown = {label for case in CASES.values() for label in case.shows}
    assert len(CASES) >= 40
    assert len(languages) >= 8
    assert {"clean", "mend", "splinter", "teasers", "residue", "caption", "credit", "read_also"} <= shown
