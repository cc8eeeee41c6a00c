"""JSON Lines, plain or compressed: each line is one record.

The kernel parses blocks of whole lines; this module only finds out where lines end. A plain file is read in byte
ranges, so that several workers can share it. A compressed one is read from start to end by one worker.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, NoReturn

import pyarrow as pa

from copydesk._kernel import read_jsonl
from copydesk.errors import SourceError
from copydesk.sources.base import (
    BATCH_BYTES,
    HASH_BYTES,
    LONGEST_RECORD,
    REJECTS,
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

_PLAIN = (".jsonl", ".ndjson", ".jsonlines")
_CODECS = {".gz": "gzip", ".zst": "zstd", ".bz2": "bz2"}
SUFFIXES: tuple[str, ...] = (*_PLAIN, *(plain + packed for plain in _PLAIN for packed in _CODECS))

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
KEPT_OF_FAULT = 1 << 20
"""Bytes kept of a line that broke off."""

_READ_BYTES = 64 << 10
"""Bytes asked of a decompressor at a time. What it had ready when it met a fault has to be read again, byte by byte."""


def survey(file: InputFile, keys: Input, chunk_bytes: int) -> Survey:  # noqa: ARG001 (each line has keys of its own)
    """Hash a file and, if it is plain and large, find line ends about every `chunk_bytes`, all in one pass."""
    if _codec(file) or file.size < 2 * chunk_bytes:
        return whole(file)
    digest = hashlib.sha256()
    cuts, lines, at = [(0, 1)], 1, 0
    with open_file(file.address) as stream:
        while block := stream.read(HASH_BYTES):
            digest.update(block)
            wanted = max(cuts[-1][0] + chunk_bytes - at, 0)
            end = block.find(b"\n", wanted) + 1 if wanted < len(block) else 0
            if end:
                cuts.append((at + end, lines + block.count(b"\n", 0, end)))
            lines += block.count(b"\n")
            at += len(block)
    starts = [cut for cut in cuts if cut[0] < at]
    stops = [start for start, _ in starts[1:]] + [at]
    pieces = [Piece(file, start, stop, first, stop - start) for (start, first), stop in zip(starts, stops, strict=True)]
    return Survey(file, digest.hexdigest(), tuple(pieces))


def read(pieces: Sequence[Piece], keys: Input) -> Iterator[Batch]:
    """Read pieces one after the other, some megabytes of whole lines to a batch."""
    for piece in pieces:
        yield from _read_piece(piece, keys)


class _FaultError(Exception):
    """The rest of a stream cannot be read. `pending` holds the bytes of the line that was begun."""

    def __init__(self, reason: str, detail: str, pending: bytes = b"") -> None:
        super().__init__(reason, detail, pending)
        self.reason, self.detail, self.pending = reason, detail, pending


def _read_piece(piece: Piece, keys: Input) -> Iterator[Batch]:
    source, line, consumed = piece.file.source, piece.first, 0
    try:
        with open_file(piece.file.address) as file:
            file.seek(piece.start)
            for block in _whole_lines(_blocks(piece, file)):
                done = file.tell() - piece.start
                yield _batch(source, block, keys, line, done - consumed)
                consumed = done
                line += block.count(b"\n")
    except _FaultError as fault:
        reject = Reject(source, line, fault.reason, fault.detail, fault.pending)
    except (OSError, SourceError) as error:
        reject = Reject(source, line, "unreadable_file", str(error))
    else:
        return
    yield Batch(records_batch(source, [], []), rejects_batch([reject]), piece.weight - consumed)


def _batch(source: str, block: bytes, keys: Input, line: int, consumed: int) -> Batch:
    """Parse a block of whole lines of which the first has the number `line`."""
    good, bad = (pa.record_batch(rows) for rows in read_jsonl(block, keys.text, keys.id, line))
    records = records_batch(source, good["position"], good["text"], good["record_id"], good["meta"])
    columns = [pa.repeat(source, len(bad)), *(bad[name] for name in REJECTS.names[1:])]
    return Batch(records, pa.RecordBatch.from_arrays(columns, schema=REJECTS), consumed)


def _whole_lines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Put blocks together so that each ends where a line ends, or the piece does.

    Raises:
        _FaultError: The blocks break off or a line is too long; all whole lines before were yielded.
    """
    pending: list[bytes] = []
    length = 0
    try:
        for block in blocks:
            end = block.rfind(b"\n") + 1
            if end:
                yield b"".join((*pending, block[:end]))
                pending, length = [], 0
            pending.append(block[end:])
            length += len(block) - end
            if length > LONGEST_RECORD:
                _give_up("too_long", f"over {LONGEST_RECORD} bytes without a line end")
    except _FaultError as fault:
        fault.pending = b"".join(pending)[:KEPT_OF_FAULT]
        raise
    if length:
        yield b"".join(pending)


def _blocks(piece: Piece, file: IO[bytes]) -> Iterator[bytes]:
    """Read a piece in blocks of about `BATCH_BYTES`.

    Raises:
        _FaultError: The compressed data are damaged or cut short; what could be read was yielded.
    """
    codec = _codec(piece.file)
    if codec is None:
        left = piece.stop - piece.start
        while left > 0 and (block := file.read(min(left, BATCH_BYTES))):
            left -= len(block)
            yield block
        return
    stream = _decompressed(file, codec)
    given = 0
    for block, fault in iter(lambda: _gather(stream), (b"", None)):
        given += len(block)
        yield block
        if fault:
            file.seek(0)
            again = _decompressed(file, codec)
            yield _up_to_fault(again, given)
            _give_up("damaged_compression", str(fault))


def _decompressed(file: IO[bytes], codec: str) -> pa.CompressedInputStream:
    """Decompress a file from where it is. It is closed when the result is no longer used."""
    return pa.CompressedInputStream(pa.PythonFile(file, "r"), codec)


def _up_to_fault(stream: pa.CompressedInputStream, given: int) -> bytes:
    """Pass over the bytes that were given, and give those between them and the fault."""
    while given and (block := stream.read(min(given, _READ_BYTES))):
        given -= len(block)
    lost: list[bytes] = []
    with suppress(OSError):
        while byte := stream.read(1):
            lost.append(byte)
    return b"".join(lost)


def _give_up(reason: str, detail: str) -> NoReturn:
    raise _FaultError(reason, f"{detail}; the rest of the file was not read")


def _gather(stream: pa.CompressedInputStream) -> tuple[bytes, OSError | None]:
    """Decompress about `BATCH_BYTES`, or less if the data end or are damaged there."""
    parts: list[bytes] = []
    fault = None
    try:
        while len(parts) < BATCH_BYTES // _READ_BYTES and (block := stream.read(_READ_BYTES)):
            parts.append(block)
    except OSError as error:
        fault = error
    return b"".join(parts), fault


def _codec(file: InputFile) -> str | None:
    """Give Arrow's name of a file's compression, by its suffix."""
    return _CODECS.get(PurePosixPath(file.source).suffix.lower())
