"""The desk: one text or a table of them, by the same path."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

import copydesk
from copydesk import Desk, SourceError
from copydesk.document import Story, edit_from_row, story_from_row
from corpus_cases import load

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXTS = [case.raw for case in load()]


def stories_in(table: pa.Table) -> list[Story]:
    """Read a table of stories back as values."""
    return [story_from_row(row, [edit_from_row(edit) for edit in row["edits"]]) for row in table.to_pylist()]


def stories_of(desk: Desk, texts: Sequence[str | None]) -> list[Story]:
    return [story for text in texts for story in desk.clean(text or "").stories]


MIXED: list[str | None] = [TEXTS[0], None, "", " \n", *TEXTS[1:9]]

COLUMNS: dict[str, pa.Array] = {
    "one chunk": pa.array(MIXED),
    "several chunks": pa.chunked_array([MIXED[:3], MIXED[3:5], MIXED[5:]]),
    "an empty chunk": pa.chunked_array([MIXED[:3], [], MIXED[3:]]),
    "large strings": pa.array(MIXED, pa.large_string()),
    "views": pa.array(MIXED, pa.string_view()),
    "a slice": pa.array(["before", *MIXED, "after"])[1:-1],
    "nothing": pa.array([], pa.string()),
    "nulls only": pa.array([None, None], pa.string()),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_gives_what_its_texts_give_alone(desk: Desk, name: str) -> None:
    column = COLUMNS[name]
    table = pa.table({"n": range(len(column)), "text": column})
    cleaned = desk.clean_batch(table)
    assert stories_in(cleaned) == stories_of(desk, column.to_pylist())
    assert cleaned["n"].to_pylist() == cleaned["document"].to_pylist()
    assert cleaned.schema.equals(desk.clean_batch(table.slice(0, 0)).schema), "columns do not depend on the rows"


def test_a_record_batch_is_as_good_as_a_table(desk: Desk) -> None:
    batch = pa.record_batch({"body": pa.array(MIXED)})
    assert stories_in(desk.clean_batch(batch, "body")) == stories_of(desk, MIXED)


def test_columns_of_the_input_give_way_to_those_of_the_stories(desk: Desk) -> None:
    table = pa.table({"text": TEXTS[:3], "document": ["a", "b", "c"], "kind": [1, 2, 3], "url": ["x", "y", "z"]})
    cleaned = desk.clean_batch(table)
    assert cleaned.column_names == [
        "url", "document", "index", "kind", "main", "cut_before", "cut_after", "title", "text", "fields", "spans",
        "language", "language_score", "edits", "needs_review",
    ]  # fmt: skip
    assert set(cleaned["kind"].to_pylist()) <= {"article", "teaser"}


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (pa.array([1]), "must hold strings"),
        (pa.array([b"a"]), "must hold strings"),
        (pa.nulls(1), "must hold strings"),
        (pa.array([["a"]]), "must hold strings"),
    ],
    ids=["numbers", "bytes", "nulls of no type", "lists"],
)
def test_a_column_must_hold_strings(desk: Desk, column: Any, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        desk.clean_batch(pa.table({"text": column}))


def test_a_column_must_be_there(desk: Desk) -> None:
    with pytest.raises(SourceError, match=r"no column 'body' \(its columns are text, n\)"):
        desk.clean_batch(pa.table({"text": ["a"], "n": [1]}), "body")


def test_half_a_character_is_refused() -> None:
    with pytest.raises(SourceError, match=r"code point 3 of the text is a lone surrogate \(U\+D83D\)"):
        copydesk.clean("abc\ud83d")


def test_threads_may_share_a_desk(desk: Desk) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(desk.clean, TEXTS)) == [desk.clean(text) for text in TEXTS]


def test_what_comes_out_can_be_sent_elsewhere(desk: Desk) -> None:
    cleaned = desk.clean(TEXTS[0])
    assert pickle.loads(pickle.dumps(cleaned)) == cleaned  # noqa: S301 (our own bytes)


def test_errors_can_be_sent_elsewhere() -> None:
    error = SourceError("it is not there", "look elsewhere")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 (our own bytes)
    assert (type(again), str(again)) == (SourceError, "it is not there (look elsewhere)")


def test_the_public_names_are_there() -> None:
    assert [name for name in copydesk.__all__ if not hasattr(copydesk, name)] == []
    assert set(copydesk.__all__) <= set(dir(copydesk))
    with pytest.raises(AttributeError, match="has no attribute 'scrub'"):
        _ = copydesk.scrub


@pytest.mark.parametrize("tabs", [0, 1, 64, 2_000])
def test_white_space_does_not_widen_the_harm_budget(tabs: int) -> None:
    noise = "\n\n".join(f"Read also: New pier for Tallow Cross, part {n}" for n in range(24))
    cleaned = copydesk.clean("Tide" + "\t" * tabs + "tables\n\n" + noise)
    assert (cleaned.needs_review, cleaned.edits) == (True, [])
