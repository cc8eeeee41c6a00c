"""Parquet: each row is one record; row groups are shared among workers."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from copydesk.errors import SourceError
from copydesk.sources.base import (
    BATCH_RECORDS,
    Batch,
    InputFile,
    Piece,
    Reject,
    Survey,
    open_file,
    plain,
    records_batch,
    rejects_batch,
    sha256_of,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copydesk.recipe import Input

SUFFIXES: tuple[str, ...] = (".parquet", ".pq")

_TEXT_TYPES = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)


def survey(file: InputFile, keys: Input, chunk_bytes: int) -> Survey:
    """Hash a file and put its row groups together to pieces of about `chunk_bytes`.

    Raises:
        SourceError: The file has no column of texts by that name.
    """
    try:
        with open_file(file.address) as stream:
            opened = pq.ParquetFile(stream)
            metadata, schema = opened.metadata, opened.schema_arrow
    except (OSError, pa.ArrowException):
        return whole(file)  # reading it will tell what is wrong, as a reject
    check_columns(schema, file, keys)
    rows = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
    share = file.size // max(len(rows), 1)
    step = max(1, chunk_bytes // max(share, 1))
    pieces = [
        Piece(file, start, min(start + step, len(rows)), 1 + sum(rows[:start]), share * len(rows[start : start + step]))
        for start in range(0, len(rows), step)
    ]
    return Survey(file, sha256_of(file), tuple(pieces))


def read(pieces: Sequence[Piece], keys: Input) -> Iterator[Batch]:
    """Read pieces one after the other, some rows to a batch."""
    for piece in pieces:
        yield from _read_piece(piece, keys)


def _read_piece(piece: Piece, keys: Input) -> Iterator[Batch]:
    source, row = piece.file.source, piece.first
    try:
        with open_file(piece.file.address) as stream:
            file = pq.ParquetFile(stream)
            rows = sum(file.metadata.row_group(group).num_rows for group in range(piece.start, piece.stop))
            for batch in file.iter_batches(BATCH_RECORDS, row_groups=range(piece.start, piece.stop)):
                yield rows_batch(source, batch, keys, row, piece.weight * len(batch) // max(rows, 1))
                row += len(batch)
    except (OSError, IndexError, pa.ArrowException) as error:
        yield damage(Reject(source, row, "damaged_parquet", f"{error}; the rows from here on were not read"))


def damage(reject: Reject) -> Batch:
    """Make a batch that tells of damage, and holds nothing else."""
    return Batch(records_batch(reject.source, [], []), rejects_batch([reject]), 0)


def check_columns(schema: pa.Schema, file: InputFile, keys: Input) -> None:
    """Look for the column of texts.

    Raises:
        SourceError: There is none of that name, or it holds something else.
    """
    if keys.text not in schema.names:
        message = f"{plain(file.address)} has no column {keys.text!r}"
        raise SourceError(message, f"choose one with --text-key; it has {', '.join(schema.names)}")
    kind = schema.field(keys.text).type
    values = kind.value_type if pa.types.is_dictionary(kind) else kind
    if not any(check(values) for check in _TEXT_TYPES):
        message = f"the column {keys.text!r} of {plain(file.address)} holds {kind}, not text"
        raise SourceError(message, "choose another one with --text-key")


def rows_batch(source: str, batch: pa.RecordBatch, keys: Input, first: int, consumed: int) -> Batch:
    """Make records of rows of which the first has the number `first`."""
    texts = _strings(batch[keys.text])
    reasons = _reasons(texts)
    rejects = [
        Reject(source, first + row, reason, None, texts[row].cast(pa.binary()).as_py())
        for row, reason in enumerate(reasons)
        if reason
    ]
    records = records_batch(
        source,
        pa.array(range(first, first + len(batch)), pa.int64()),
        texts.fill_null(""),
        _record_ids(batch, keys.id),
        _metas(batch.drop_columns([name for name in batch.schema.names if name in (keys.text, keys.id)])),
    )
    if rejects:
        records = records.filter(pa.array([not reason for reason in reasons]))
    return Batch(records, rejects_batch(rejects), consumed)


def _strings(texts: pa.Array) -> pa.Array:
    """Give a text column as ordinary strings, unchecked: Parquet may hold what is not UTF-8."""
    if pa.types.is_dictionary(texts.type):
        texts = texts.dictionary_decode()
    return texts.cast(pa.string())


def _reasons(texts: pa.Array) -> list[str | None]:
    """Say for each text why it cannot be used; None when it can."""
    lengths = pc.binary_length(texts).to_pylist()
    reasons: list[str | None] = [
        "null_text" if length is None else "empty_text" if length == 0 else None for length in lengths
    ]
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        for row, raw in enumerate(texts.cast(pa.binary()).to_pylist()):
            if raw and not _is_utf8(raw):
                reasons[row] = "invalid_utf8"
    return reasons


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _record_ids(batch: pa.RecordBatch, key: str) -> pa.Array | None:
    """Give the id column as strings; None if there is none, or one that no string can stand for."""
    if key not in batch.schema.names:
        return None
    try:
        return batch[key].cast(pa.string())
    except pa.ArrowException:
        return None


def _metas(others: pa.RecordBatch) -> pa.Array | None:
    """Give the other columns as one JSON object a row; None if there are none."""
    if not others.num_columns:
        return None
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_jsonable).encode
    return pa.array([encode(row) for row in others.to_pylist()], pa.string())


def _jsonable(value: Any) -> str:
    """Write what JSON has no form for: bytes in base64, dates in ISO 8601, the rest as Python shows it."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
