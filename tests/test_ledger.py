"""The ledger: edits apply, compose and undo, on any text there is."""

from __future__ import annotations

from typing import TypeAlias

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from copydesk import Cleaned, Desk
from copydesk._kernel import apply_edits, compose_edits
from copydesk.document import Edit, Story, apply, check_partition, undo
from copydesk.errors import LedgerError
from laws import assert_lawful
from strategies import TEXTS

PlainEdit: TypeAlias = tuple[int, int, str]


@st.composite
def layers(draw: st.DrawFn, text: str) -> list[PlainEdit]:
    """Draw sorted, disjoint, non-empty edits of a text."""
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=10)))
    return [(a, b, draw(st.text(max_size=3))) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]


@st.composite
def two_layers(draw: st.DrawFn) -> tuple[str, list[PlainEdit], list[PlainEdit]]:
    """Draw a text, a layer on it, and a layer on what that leaves."""
    text = draw(TEXTS)
    first = draw(layers(text))
    return text, first, draw(layers(apply_edits(text, first)))


def as_edits(plain: list[PlainEdit]) -> list[Edit]:
    return [Edit(start, end, replacement, "test.rule", "test") for start, end, replacement in plain]


@given(two_layers())
def test_kernel_and_python_apply_alike(case: tuple[str, list[PlainEdit], list[PlainEdit]]) -> None:
    text, first, _ = case
    assert apply_edits(text, first) == apply(text, as_edits(first))


@given(two_layers())
def test_composition_is_one_layer_after_the_other(case: tuple[str, list[PlainEdit], list[PlainEdit]]) -> None:
    text, first, second = case
    composed = [(start, end, replacement) for start, end, replacement, _ in compose_edits(text, first, second)]
    assert apply_edits(text, composed) == apply_edits(apply_edits(text, first), second)


def test_a_stroke_over_mended_letters_is_one_edit_that_names_both() -> None:
    text = "see CafÃ© now"
    assert compose_edits(text, [(7, 9, "é")], [(4, 9, "")]) == [(4, 10, "", 3)]
    assert compose_edits(text, [(7, 9, "é")], [(0, 4, "")]) == [(0, 4, "", 2), (7, 9, "é", 1)]


@given(TEXTS)
@example("")
@example("\0")
@example("\r\n\r\n")
@example("a\u2028b")
@example("\ufeffText")
@example(" \n\t\n ")
@settings(max_examples=400)
def test_every_text_obeys_the_laws(text: str) -> None:
    assert_lawful(DESK, text)


@given(st.lists(TEXTS, max_size=6))
@settings(max_examples=60)
def test_a_text_comes_out_of_a_batch_as_it_does_alone(texts: list[str]) -> None:
    import pyarrow as pa

    table = DESK.clean_batch(pa.table({"text": pa.array(texts, pa.string()), "n": range(len(texts))}))
    alone = [
        (n, story.text, story.kind, story.title) for n, text in enumerate(texts) for story in DESK.clean(text).stories
    ]
    columns = [table.column(name).to_pylist() for name in ("n", "text", "kind", "title")]
    assert list(zip(*columns, strict=True)) == alone


DESK = Desk()


def story(text: str, *spans: tuple[int, int]) -> Story:
    return Story(index=0, kind="article", title=None, text=text, spans=spans)


BROKEN = {
    "a gap": ([story("ab", (0, 2))], [], 3, "nothing accounts for 2:3"),
    "kept twice": ([story("abab", (0, 2), (0, 2))], [], 2, "taken already"),
    "kept and struck": ([story("ab", (0, 2))], [Edit(1, 2, "", "r.r", "r")], 2, "taken already"),
    "past the end": ([story("abc", (0, 3))], [], 2, "past the document's end"),
    "an empty edit": ([story("ab", (0, 2))], [Edit(2, 2, "", "r.r", "r")], 2, "empty"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_ledger_is_named(name: str) -> None:
    stories, edits, length, words = BROKEN[name]
    assert words in (check_partition(length, stories, edits) or "")


def test_overlapping_edits_are_refused() -> None:
    edits = [(0, 3, "x"), (2, 4, "y")]
    with pytest.raises(LedgerError, match="edited already"):
        apply("abcdef", as_edits(edits))
    with pytest.raises(ValueError, match="overlaps"):
        apply_edits("abcdef", edits)


def test_without_removed_text_there_is_no_way_back() -> None:
    cleaned = Cleaned([story("a", (0, 1))], [Edit(1, 2, "", "r.r", "r")])
    with pytest.raises(LedgerError, match="does not hold that text"):
        cleaned.restore()
    with pytest.raises(LedgerError, match="spans and edits make"):
        undo([story("ab", (0, 1))], [Edit(1, 2, "", "r.r", "r", removed="b")])
