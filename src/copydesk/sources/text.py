"""Text files: each file is one document, in UTF-8, its line ends and byte order mark left as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copydesk.recipe import Input

ENCODING = "utf-8"
"""How the files are encoded."""

SUFFIXES: tuple[str, ...] = (".txt", ".text")


def survey(file: InputFile, keys: Input, chunk_bytes: int) -> Survey:  # noqa: ARG001 (a document is never divided)
    """Hash a file; it is one piece."""
    return whole(file)


def read(pieces: Sequence[Piece], keys: Input) -> Iterator[Batch]:  # noqa: ARG001 (a text file has no keys)
    """Read files, many to a batch."""
    sources: list[str] = []
    texts: list[str] = []
    rejects: list[Reject] = []
    consumed = 0
    for piece in pieces:
        text = _document(piece.file)
        consumed += piece.weight
        if isinstance(text, Reject):
            rejects.append(text)
        else:
            sources.append(piece.file.source)
            texts.append(text)
        if len(texts) + len(rejects) >= BATCH_RECORDS or consumed >= BATCH_BYTES:
            yield Batch(records_batch(sources, [1] * len(texts), texts), rejects_batch(rejects), consumed)
            sources, texts, rejects, consumed = [], [], [], 0
    yield Batch(records_batch(sources, [1] * len(texts), texts), rejects_batch(rejects), consumed)


def _document(file: InputFile) -> str | Reject:
    """Read and decode one file, or say why not."""
    if file.size > LONGEST_RECORD:
        return Reject(file.source, 1, "too_long", f"{file.size} bytes; at most {LONGEST_RECORD} are read")
    with open_file(file.address) as stream:
        raw = stream.read()
    try:
        return raw.decode(ENCODING)
    except UnicodeDecodeError as error:
        return Reject(file.source, 1, "invalid_utf8", f"{error.reason} at byte {error.start}", raw)
