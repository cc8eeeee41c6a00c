"""Phrase lists in patterns: written as a tree, they match what the phrases match one after the other."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.phrasing import cues, expand

PHRASES = st.lists(
    st.text("aAbBßéσςΣ分5-' ’.", min_size=1, max_size=6).filter(lambda text: text.strip() == text), min_size=1
)
TEXTS = st.text("aAbBßéσςΣ分5-' ’.\t", max_size=14)


def tree(phrases: list[str], capital: str = "") -> str:
    return expand(f"{{words{capital}}}", {"words": {"en": tuple(phrases)}}, {}, ValueError)


@given(PHRASES, TEXTS)
def test_a_list_matches_its_longest_phrase(phrases: list[str], text: str) -> None:
    """One expression for each phrase, tried from the longest on, as the pack's author would write them."""
    singles = [tree([phrase]) for phrase in sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))]
    assert found(tree(phrases), text) == found(f"(?:{'|'.join(singles)})", text)


@given(PHRASES, TEXTS)
def test_a_list_of_headings_matches_its_longest_phrase(phrases: list[str], text: str) -> None:
    ordered = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    singles = [tree([phrase], "!") for phrase in ordered]
    assert found(tree(phrases, "!"), text) == found(f"(?:{'|'.join(singles)})", text)


def found(pattern: str, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(pattern, text)]


WRITTEN = {
    "common beginnings once": (["read on", "reads", "rest"], r"(?i:\bre(?:ad(?:\s+on\b|s\b)|st\b))"),
    "a phrase that others go on from": (["read", "read on"], r"(?i:\bread(?:\s+on\b|\b))"),
    "either apostrophe": (["it's", "it’d"], r"(?i:\bit['’](?:s\b|d\b))"),
    "any case": (["Über", "über uns"], r"(?i:\büber(?:\s+uns\b|\b))"),
    "signs and scripts without spaces": (["» 更多", "更多"], r"(?i:»\s+更多|更多)"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_how_it_is_written(name: str) -> None:
    phrases, pattern = WRITTEN[name]
    assert tree(phrases) == pattern


def test_phrases_that_begin_with_each_other_stand_no_deeper_than_an_engine_takes() -> None:
    pattern = tree(["a" * length for length in range(1, 400)])
    assert max(pattern[: at + 1].count("(") for at in range(0, len(pattern), 997)) < 100
    assert re.fullmatch(pattern, "a" * 300)


CUES = {
    "at the start": ("{_bullet}{boat!} .*", ("boat",), "start"),
    "at the end": ("[0-9]+ {boat}{_stop}", ("boat",), "end"),
    "anywhere": (".* {boat} .*", ("boat",), "any"),
    "again behind itself": ("{boat}(?:, {boat})*", ("boat",), "start"),
    "two, one of them first": ("{boat} and {lamp}", ("boat",), "start"),
    "one or the other": ("{boat} .*|.* {lamp}", ("boat", "lamp"), "any"),
    "one or the other at the end": ("(?:{boat} .*|.* {lamp})", ("boat", "lamp"), "any"),
    "one or the other in a group": ("(?P<tags>{boat} .*|x{lamp} y)", ("boat", "lamp"), "any"),
    "at the start or elsewhere": ("{boat} .*|x {boat}", ("boat",), "any"),
    "perhaps": ("{boat}? .*", (), "any"),
    "in one of two cases": ("{boat} .*|[0-9]+", (), "any"),
}
"""Patterns with lists, the lists of which a phrase is looked for before one is tried, and where."""


LISTS: dict[str, dict[str, tuple[str, ...]]] = {"boat": {"en": ("boat", "ferry")}, "lamp": {"en": ("lamp",)}}


@pytest.mark.parametrize("name", CUES)
def test_what_is_looked_for_before_a_pattern_is_tried(name: str) -> None:
    pattern, lists, where = CUES[name]
    found, place = cues("line", pattern, LISTS)
    assert {phrase.lower() for phrase in found} == {phrase for one in lists for phrase in LISTS[one]["en"]}
    assert place == where
