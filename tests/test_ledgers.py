"""Ledgers of many documents at once say the same as those of one: what is wrong, and what the raw documents were."""

from __future__ import annotations

import copy
from dataclasses import asdict
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.document import Cleaned, check_partition
from copydesk.errors import LedgerError
from copydesk.release.folios import Folio
from copydesk.release.ledgers import Ledgers, integers
from copydesk.release.schema import EDITS, SPANS

Rows = tuple[dict[str, Any], list[dict[str, Any]]]
"""A document's row of `sources` and its rows of `stories`."""

LETTERS = st.text("aé海😀 \n", max_size=4)

MENDED = "mended"


@st.composite
def documents(draw: st.DrawFn) -> Rows:
    """Draw a document that was cut and struck somehow, by the book."""
    stories: list[dict[str, Any]] = [
        {"index": index, "kind": "article", "title": None, "text": "", "spans": [], "fields": None}
        for index in range(draw(st.integers(1, 3)))
    ]
    edits: list[dict[str, Any]] = []
    at = 0
    for _ in range(draw(st.integers(1, 6))):
        text = draw(LETTERS.filter(bool))
        story = draw(st.sampled_from(stories))
        if draw(st.booleans()):
            story["spans"].append({"start": at, "end": at + len(text)})
            story["text"] += text
        else:
            put = draw(LETTERS)
            story["text"] += put
            facts = {"removed": text, "replacement": put, "rule": MENDED, "label": "x", "story": story["index"]}
            edits.append({"start": at, "end": at + len(text), **facts})
        at += len(text)
    return {"chars": at, "edits": edits, "needs_review": False, "stories": len(stories)}, stories


@st.composite
def damaged(draw: st.DrawFn) -> Rows:
    """Draw a document in which something may be wrong."""
    source, stories = copy.deepcopy(draw(documents()))
    edit = draw(st.sampled_from(source["edits"])) if source["edits"] else None
    story = draw(st.sampled_from(stories))
    what = draw(
        st.sampled_from(("nothing", "chars", "text", "span", "edit", "removed", "replacement", "story", "twice"))
    )
    number = draw(st.integers(-1, 12))
    if what == "chars":
        source["chars"] = number
    elif what == "text":
        story["text"] = draw(LETTERS)
    elif what == "span" and story["spans"]:
        draw(st.sampled_from(story["spans"]))[draw(st.sampled_from(("start", "end")))] = number
    elif what == "edit" and edit:
        edit[draw(st.sampled_from(("start", "end")))] = number
    elif what in {"removed", "replacement"} and edit:
        edit[what] = draw(LETTERS)
    elif what == "story" and edit:
        edit["story"] = draw(st.integers(-1, 3))
    elif what == "twice" and edit:
        source["edits"].append(edit)
    return source, stories


def folio(rows: list[Rows]) -> Folio:
    """Put documents together as they stand in an edition."""
    sources = pa.schema([("chars", pa.int32()), ("stories", pa.int32()), ("edits", EDITS)])
    stories = pa.schema([("text", pa.string()), ("spans", SPANS)])
    return Folio(
        "sources",
        0,
        "stories",
        0,
        pa.RecordBatch.from_pylist([source for source, _ in rows], sources),
        pa.RecordBatch.from_pylist([story for _, mine in rows for story in mine], stories),
    )


def told(rows: Rows) -> str | None:
    """Give the raw document by way of Python values; None if something is wrong."""
    cleaned = Cleaned.from_rows(*rows)
    if check_partition(rows[0]["chars"], cleaned.stories, cleaned.edits):
        return None
    try:
        return cleaned.restore()
    except LedgerError:
        return None


def faults(ledgers: Ledgers) -> list[tuple[int, str]]:
    return next((found for find in CHECKS if (found := list(find(ledgers)))), [])


CHECKS = (Ledgers.violations, Ledgers.misfits, Ledgers.wrong_replacements)


@settings(deadline=None)
@given(st.lists(documents(), max_size=4))
def test_raw_documents_come_out_together_as_they_do_alone(rows: list[Rows]) -> None:
    ledgers = Ledgers.of(folio(rows))
    assert faults(ledgers) == []
    assert list(ledgers.raw()) == [told(each) for each in rows]


@settings(deadline=None)
@given(st.lists(documents(), max_size=2), damaged(), st.lists(documents(), max_size=2))
def test_what_is_wrong_is_found_in_its_document(before: list[Rows], one: Rows, after: list[Rows]) -> None:
    ledgers = Ledgers.of(folio([*before, one, *after]))
    found = faults(ledgers)
    assert bool(found) == (told(one) is None), asdict(Cleaned.from_rows(*one))
    assert {document for document, _ in found} <= {len(before)}
    if not found:
        assert list(ledgers.raw())[len(before)] == told(one)


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(-100, 100))), st.integers(0, 5))
def test_numbers_are_read_wherever_an_array_begins(values: list[int | None], start: int) -> None:
    column = pa.array(values, pa.int32()).slice(start)
    assert integers(column, null=7).tolist() == [7 if value is None else value for value in values[start:]]
