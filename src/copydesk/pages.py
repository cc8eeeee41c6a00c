"""From a batch of records to rows of an edition: clean, name, count. Arrow all the way; Python copies no text."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.accounts import Accounts
from copydesk.release.schema import SOURCES, STORIES
from copydesk.sources.base import REJECTS
from copydesk.sources.jsonl import record_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.desk import CleanedBatch, Desk
    from copydesk.recipe import Input
    from copydesk.stages import Stopwatch

ID_DIGITS = 32
"""Hex digits of the SHA-256 of the raw text that name a document: 128 bits are enough to tell any corpus apart."""

READ_WELL = ("empty", "clean_error", "kernel_error")
"""Reasons for rejects that were sound records: their `raw` is the record's text, or where it had an id or other fields
the record as a line of JSON, but not the very line that it stood in."""

_NEVER_A_REJECT = (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What goes on every story of an edition: its version and its recipe's digest."""

    version: str
    recipe: str


@dataclass(frozen=True, slots=True)
class Pages:
    """Rows for the tables of an edition, and the count of them."""

    stories: pa.RecordBatch
    sources: pa.RecordBatch
    rejects: pa.RecordBatch
    accounts: Accounts = field(default_factory=Accounts)


def make_pages(desk: Desk, records: pa.RecordBatch, stamp: Stamp, watch: Stopwatch) -> Iterator[Pages]:
    """Clean records. One that cannot be cleaned becomes a reject and takes no other with it.

    Args:
        desk: What cleans.
        records: Rows of `copydesk.sources.base.RECORDS`.
        stamp: What goes on every story.
        watch: Times the stages of cleaning.

    Yields:
        The records' pages in order: one for all of them, unless some failed.
    """
    if not len(records):
        return
    try:
        cleaned = desk.run(records["text"], watch)
    except _NEVER_A_REJECT:
        raise
    except BaseException as error:  # noqa: BLE001 (a panic in the kernel is no Exception)
        if len(records) == 1:
            reason = "clean_error" if isinstance(error, Exception) else "kernel_error"
            yield _rejected(records, reason, repr(error), desk.recipe.input)
            return
        half = len(records) // 2
        yield from make_pages(desk, records.slice(0, half), stamp, watch)
        yield from make_pages(desk, records.slice(half), stamp, watch)
        return
    yield _pages(records, cleaned, stamp, desk.recipe.input)


def _pages(records: pa.RecordBatch, cleaned: CleanedBatch, stamp: Stamp, keys: Input) -> Pages:
    """Put the rows together. A document without a story is a reject."""
    hashes = _sha256(records["text"])
    ids = pc.utf8_slice_codeunits(hashes, 0, ID_DIGITS)
    counts = np.bincount(cleaned.stories["document"].to_numpy(), minlength=len(records))
    stories = _stories(records, cleaned, ids, stamp)
    sources = _table(
        SOURCES,
        {name: records[name] for name in ("source", "position", "record_id", "meta")}
        | {name: cleaned.documents[name] for name in ("chars", "kept", "needs_review", "edits", "lines")}
        | {"document_id": ids, "sha256": hashes, "stories": pa.array(counts)},
    )
    has_story = pa.array(counts > 0)
    if not counts.all():
        sources = sources.filter(has_story)
    rejects = _rejects(records.filter(pc.invert(has_story)), "empty", "there is no story in it", keys)
    return Pages(stories, sources, rejects, count_rows(stories, sources, rejects))


def _stories(records: pa.RecordBatch, cleaned: CleanedBatch, ids: pa.Array, stamp: Stamp) -> pa.RecordBatch:
    of = cleaned.stories["document"]
    document_ids = ids.take(of)
    index = cleaned.stories["index"]
    columns = {name: cleaned.stories[name] for name in STORIES.names if name in cleaned.stories.schema.names}
    return _table(
        STORIES,
        columns
        | {name: records[name].take(of) for name in ("source", "position")}
        | {
            "id": pc.binary_join_element_wise(document_ids, index.cast(pa.string()), "-"),
            "document_id": document_ids,
            "needs_review": cleaned.documents["needs_review"].take(of),
            "version": pa.repeat(stamp.version, len(of)),
            "recipe": pa.repeat(stamp.recipe, len(of)),
        },
    )


def _rejects(records: pa.RecordBatch, reason: str, detail: str, keys: Input) -> pa.RecordBatch:
    """Reject records that were read well. One that had an id or other fields is kept as a line of JSON."""
    raw = records["text"]
    if records["record_id"].null_count + records["meta"].null_count < 2 * len(records):
        columns = (records[name].to_pylist() for name in ("text", "record_id", "meta"))
        whole = (
            text.encode() if record_id is None and meta is None else record_line(text, record_id, meta, keys).rstrip()
            for text, record_id, meta in zip(*columns, strict=True)
        )
        raw = pa.array(whole, REJECTS.field("raw").type)
    return _table(
        REJECTS,
        {
            "source": records["source"],
            "position": records["position"],
            "reason": pa.repeat(reason, len(records)),
            "detail": pa.repeat(detail, len(records)),
            "raw": raw,
        },
    )


def _rejected(records: pa.RecordBatch, reason: str, detail: str, keys: Input) -> Pages:
    """Reject all of some records."""
    stories, sources = (pa.RecordBatch.from_pylist([], schema) for schema in (STORIES, SOURCES))
    rejects = _rejects(records, reason, detail, keys)
    return Pages(stories, sources, rejects, count_rows(stories, sources, rejects))


def _table(schema: pa.Schema, columns: dict[str, pa.Array]) -> pa.RecordBatch:
    """Put columns into a schema's order and types."""
    arrays = [columns[field.name].cast(field.type) for field in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _sha256(texts: pa.Array) -> pa.Array:
    """Hash each text's UTF-8, in hex, straight from Arrow's buffer."""
    _, offsets_buffer, data_buffer = texts.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int32)[texts.offset : texts.offset + len(texts) + 1].tolist()
    data = memoryview(data_buffer or b"")
    return pa.array(
        [hashlib.sha256(data[start:end]).hexdigest() for start, end in pairwise(offsets)],
        pa.string(),
    )


def count_rows(stories: pa.RecordBatch, sources: pa.RecordBatch, rejects: pa.RecordBatch) -> Accounts:
    """Make the accounts of some rows; what was read is counted where it was read."""
    accounts = Accounts(
        reasons=_tally(rejects["reason"]),
        needs_review=sources["needs_review"].true_count,
        characters_in=_sum(sources["chars"]),
        characters_out=_sum(sources["kept"]),
    )
    for source, count in _tally(sources["source"]).items():
        accounts.of(source).published = count
    for source, count in _tally(rejects["source"]).items():
        accounts.of(source).rejected = count
    for source, count in _tally(stories["source"]).items():
        accounts.of(source).stories = count
    edits = sources["edits"].flatten()
    start, end, replacement, label = (edits.field(name) for name in ("start", "end", "replacement", "label"))
    accounts.characters_put = _sum(pc.utf8_length(replacement))
    accounts.strokes = _tally(label)
    struck = (
        pa.table({"label": label, "length": pc.subtract(end, start)}).group_by("label").aggregate([("length", "sum")])
    )
    accounts.struck.update(dict(zip(struck["label"].to_pylist(), struck["length_sum"].to_pylist(), strict=True)))
    accounts.lines = _tally(sources["lines"].flatten().field("label"))
    return accounts


def _tally(values: pa.Array) -> Counter[str]:
    return Counter({item["values"]: item["counts"] for item in values.value_counts().to_pylist()})


def _sum(numbers: pa.Array) -> int:
    return pc.sum(numbers).as_py() or 0
