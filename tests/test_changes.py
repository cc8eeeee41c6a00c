"""Which document of one edition is which of the other, and what became of its stories."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import copydesk
from copydesk import Cleaned, Diff, build
from copydesk.document import Edit, Story
from copydesk.release import folios
from copydesk.release.changes import stories, tally
from copydesk.release.changes.pairs import pair
from copydesk.release.changes.prints import Prints
from copydesk.release.changes.stories import Sight
from copydesk.release.manifest import Manifest
from corpus_cases import load
from editions import NO_RULES, rows, write_records
from forgery import sign
from light import LIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from copydesk.release.changes.values import StoryChange

TEXTS = [case.raw for case in load()]


def diff(old: Path, new: Path, **options: Any) -> tuple[Diff, list[StoryChange]]:
    """Compare two editions; give every change of a story too."""
    changes: list[StoryChange] = []
    return copydesk.diff(old, new, each=changes.append, **options), changes


# --- Which document is which ------------------------------------------------------------------------------------------

PLACES = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 30)), unique=True, max_size=25)


@st.composite
def editions(draw: st.DrawFn) -> tuple[Prints, Prints]:
    """Draw two editions with few different texts in many places."""
    return prints(draw(PLACES), draw), prints(draw(PLACES), draw)


def prints(places: Sequence[tuple[int, int]], draw: st.DrawFn) -> Prints:
    places = sorted(places)
    texts = [draw(st.sampled_from([b"\0" * 16, b"a" * 16, b"a" * 15 + b"\0", b"b" * 16])) for _ in places]
    count = len(places)
    return Prints(
        ids=np.array(texts, "S16"),
        sources=("s0", "s1", "s2", "s3"),
        source=np.array([source for source, _ in places], np.int64),
        position=np.array([position for _, position in places], np.int64),
        first_story=np.arange(count + 1),
        stories=np.zeros(count, np.uint64),
        told=np.zeros(count, np.uint64),
    )


@settings(deadline=None)
@given(editions())
def test_documents_are_paired_by_text_and_then_by_place(both: tuple[Prints, Prints]) -> None:
    old, new = both
    found = pair(old, new)
    texts = [[edition.document_id(row) for row in range(len(edition))] for edition in both]
    places = [[edition.place(row) for row in range(len(edition))] for edition in both]
    assert sorted([*found.old, *found.removed]) == list(range(len(old)))
    assert sorted([*found.new, *found.added]) == list(range(len(new)))
    assert sorted(found.new) == list(found.new)
    for first, second, moved in zip(found.old, found.new, found.moved, strict=True):
        assert texts[0][first] == texts[1][second]
        assert moved == (places[0][first] != places[1][second])
    assert Counter(texts[0][row] for row in found.old) == Counter(texts[0]) & Counter(texts[1])
    stayed = {*zip(texts[0], places[0], strict=True)} & {*zip(texts[1], places[1], strict=True)}
    assert len(found.old) - found.moved.sum() == len(stayed)


def test_a_document_is_known_wherever_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other neighbours, another batch, another file: nothing of that is a change."""
    write_records(tmp_path / "in.jsonl", [{"id": n, "text": text} for n, text in enumerate(TEXTS)])
    write_records(tmp_path / "turned.jsonl", [{"id": n, "text": text} for n, text in reversed([*enumerate(TEXTS)])])
    build(tmp_path / "in.jsonl", tmp_path / "old", recipe=NO_RULES)
    build(tmp_path / "turned.jsonl", tmp_path / "new", recipe=NO_RULES)
    monkeypatch.setattr(folios, "BATCH_ROWS", 7)
    found, changes = diff(tmp_path / "old", tmp_path / "new")
    assert changes == []
    assert (found.level, found.documents.moved, found.documents.retold) == ("minor", len(TEXTS), 0)
    assert len(rows(tmp_path / "old", "stories")) > len(TEXTS)


def test_changed_documents_are_found_in_any_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.release.diff.BLOCK", 3)
    small = replace(LIGHT, output=replace(LIGHT.output, rows_per_group=4))
    records = [{"id": str(n), "text": f"Mayor SchÃ¶n opened ferry {n}."} for n in range(20)]
    write_records(tmp_path / "in.jsonl", records)
    write_records(tmp_path / "turned.jsonl", records[::-1])
    build(tmp_path / "in.jsonl", tmp_path / "old", recipe=small)
    build(tmp_path / "turned.jsonl", tmp_path / "new", recipe=replace(small, mend=replace(small.mend, ftfy=False)))
    found, changes = diff(tmp_path / "old", tmp_path / "new", samples=50)
    assert [change.position for change in changes] == list(range(1, 21))
    assert {(sample.before, sample.after) for sample in found.samples} == {
        (f"Mayor Schön opened ferry {n}.", f"Mayor SchÃ¶n opened ferry {n}.") for n in range(20)
    }


# --- What became of the stories of a document -------------------------------------------------------------------------


def made(*texts: str, struck: Sequence[tuple[int, int, int]] = (), **facts: Any) -> Cleaned:
    """Make a document of letters a, b, c ...: each story is a stretch of them, less what was struck from it."""
    edits = [Edit(start, end, "", "test.rule", "test", None, story) for start, end, story in struck]
    found = []
    for index, text in enumerate(texts):
        spans: list[tuple[int, int]] = []
        for letter in text:
            at = ord(letter) - ord("a")
            if spans and spans[-1][1] == at:
                spans[-1] = (spans[-1][0], at + 1)
            else:
                spans.append((at, at + 1))
        found.append(Story(index, "article", None, text, index == 0, spans=tuple(spans), **facts))
    return Cleaned(found, edits)


BECAME: dict[str, tuple[Cleaned, Cleaned, list[tuple[str, tuple[int, ...], tuple[int, ...]]]]] = {
    "nothing": (made("abc", "def"), made("abc", "def"), []),
    "a letter less": (made("abc", "def"), made("ac", "def"), [("changed", (0,), (0,))]),
    "a letter more": (made("ac"), made("abc"), [("changed", (0,), (0,))]),
    "cut in two": (made("abcdef"), made("abc", "def"), [("recut", (0,), (0, 1))]),
    "put together": (made("abc", "def"), made("abcdef"), [("recut", (0, 1), (0,))]),
    "cut elsewhere": (made("abc", "def"), made("ab", "cdef"), [("recut", (0, 1), (0, 1))]),
    "cut elsewhere, further on": (
        made("ab", "cd", "ef", "gh"),
        made("ab", "c", "def", "gh"),
        [("recut", (1, 2), (1, 2))],
    ),
    "a story gone": (made("abc", "def"), made("abc"), [("removed", (1,), ())]),
    "a story that was not": (made("abc"), made("abc", "ef"), [("added", (), (1,))]),
    "the first one gone": (made("abc", "def"), made("def"), [("removed", (0,), ()), ("recut", (1,), (0,))]),
    "another language": (made("abc"), made("abc", language="de"), [("facts", (0,), (0,))]),
    "the same text from elsewhere": (
        Cleaned([Story(0, "article", None, "x", spans=((0, 1),))], []),
        Cleaned([Story(0, "article", None, "x", spans=((5, 6),))], []),
        [("removed", (0,), ()), ("added", (), (0,))],
    ),
}


@pytest.mark.parametrize("name", BECAME)
def test_what_became_of_stories(name: str) -> None:
    old, new, wanted = BECAME[name]
    found = stories.compare(old, new)
    assert [(change.change, change.old, change.new) for change in found] == wanted


def test_a_flag_for_review_is_a_fact() -> None:
    (change,) = stories.compare(made("abc"), replace(made("abc"), needs_review=True))
    assert (change.change, change.columns) == ("facts", ("needs_review",))


def test_a_place_is_seen_in_both_texts() -> None:
    old, new = made("abcdef"), made("abef", struck=[(2, 4, 0)])
    assert (Sight(old).around(2, 4), Sight(new).around(2, 4)) == ("abcdef", "abef")
    assert Sight(Cleaned([], [])).around(0, 1) == ""


def test_a_long_sample_is_cut_short() -> None:
    assert tally.LONGEST_SAMPLE > 2 * stories.CONTEXT


def test_editions_of_other_columns_can_be_compared(tmp_path: Path) -> None:
    """As releases of copydesk may have them."""
    write_records(tmp_path / "in.jsonl", [{"text": "The ferry left."}])
    for name in ("old", "new"):
        build(tmp_path / "in.jsonl", tmp_path / name, recipe=LIGHT)
    path = tmp_path / "new" / "data/sources/train-00000-of-00001.parquet"
    manifest = Manifest.load(tmp_path / "new")
    pq.write_table(pq.ParquetFile(path).read().drop_columns(["lines"]), path)
    sign(tmp_path / "new", manifest, "data/sources/train-00000-of-00001.parquet", 1)
    found, changes = diff(tmp_path / "old", tmp_path / "new")
    assert (found.level, found.documents.retold, changes) == ("minor", 1, [])
