"""Text files: each file is one document, in UTF-8, its line ends and byte order mark left as they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa

from copydesk.sources.base import (
    BATCH_BYTES,
    BATCH_RECORDS,
    LONGEST_RECORD,
    Batch,
    InputFile,
    Piece,
    Reject,
    Survey,
    open_file,
    records_batch,
    rejects_batch,
    whole,
)
from copydesk.sources.legacy import Decoded, decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copydesk.recipe import Input

ENCODING = "utf-8"
"""How the files are encoded."""

SUFFIXES: tuple[str, ...] = (".txt", ".text")


def survey(file: InputFile, keys: Input, chunk_bytes: int) -> Survey:  # noqa: ARG001 (a document is never divided)
    """Hash a file; it is one piece."""
    return whole(file)


def read(pieces: Sequence[Piece], keys: Input) -> Iterator[Batch]:
    """Read files, many to a batch. What a file of another encoding was in stands among its record's other fields."""
    sources: list[str] = []
    texts: list[str] = []
    metas: list[str | None] = []
    rejects: list[Reject] = []
    consumed = 0
    for piece in pieces:
        document = _document(piece.file, detect=keys.legacy == "detect")
        consumed += piece.weight
        if isinstance(document, Reject):
            rejects.append(document)
        else:
            sources.append(piece.file.source)
            texts.append(document.text)
            metas.append(None if document.encoding == ENCODING else json.dumps({"encoding": document.encoding}))
        if len(texts) + len(rejects) >= BATCH_RECORDS or consumed >= BATCH_BYTES:
            yield _batch(sources, texts, metas, rejects, consumed)
            sources, texts, metas, rejects, consumed = [], [], [], [], 0
    yield _batch(sources, texts, metas, rejects, consumed)


def _batch(
    sources: list[str], texts: list[str], metas: list[str | None], rejects: list[Reject], consumed: int
) -> Batch:
    records = records_batch(sources, [1] * len(texts), texts, metas=pa.array(metas, pa.string()))
    return Batch(records, rejects_batch(rejects), consumed)


def _document(file: InputFile, *, detect: bool) -> Decoded | Reject:
    """Read and decode one file, or say why not."""
    if file.size > LONGEST_RECORD:
        return Reject(file.source, 1, "too_long", f"{file.size} bytes; at most {LONGEST_RECORD} are read")
    with open_file(file.address) as stream:
        raw = stream.read()
    try:
        return Decoded(raw.decode(ENCODING), ENCODING)
    except UnicodeDecodeError as error:
        legacy = decode(raw) if detect else None
        return legacy or Reject(file.source, 1, "invalid_utf8", f"{error.reason} at byte {error.start}", raw)
