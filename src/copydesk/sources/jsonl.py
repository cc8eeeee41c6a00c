"""JSON Lines, plain or compressed: each line is one record.

The kernel parses blocks of whole lines; this module only finds out where lines end. A plain file is read in byte
ranges, so that several workers can share it. A compressed one can only be read from its start: a small one is, by one
worker; a large one is unpacked into plain files, a chunk at a time, which workers share.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING

import pyarrow as pa

from copydesk._kernel import read_jsonl
from copydesk.errors import StoppedError
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
    plain,
    records_batch,
    rejects_batch,
    whole,
)
from copydesk.sources.legacy import decode
from copydesk.sources.packed import CODECS, EXPANSION, FaultError, codec_of, is_packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from copydesk.recipe import Input
    from copydesk.sources.base import Reading

_PLAIN = (".jsonl", ".ndjson", ".jsonlines")
SUFFIXES: tuple[str, ...] = (*_PLAIN, *(plain + packed for plain in _PLAIN for packed in CODECS))

KEPT_OF_FAULT = 1 << 20
"""Bytes kept of a line that broke off, or that is too long."""


def survey(file: InputFile, keys: Input, chunk_bytes: int) -> Survey:  # noqa: ARG001 (each line has keys of its own)
    """Hash a file and, if it is plain and large, find line ends about every `chunk_bytes`, all in one pass."""
    if is_packed(file):
        known = whole(file)
        large = file.size * EXPANSION >= 2 * chunk_bytes
        return replace(known, pieces=tuple(replace(piece, packed=large) for piece in known.pieces))
    if file.size < 2 * chunk_bytes:
        return whole(file)
    digest = hashlib.sha256()
    cuts, lines, at = [(0, 1)], 1, 0
    with open_file(file.address) as stream:
        while block := stream.read(HASH_BYTES):
            digest.update(block)
            counted = 0
            while end := block.find(b"\n", max(cuts[-1][0] + chunk_bytes - at, 0)) + 1:
                lines += block.count(b"\n", counted, end)
                counted = end
                cuts.append((at + end, lines))
            lines += block.count(b"\n", counted)
            at += len(block)
    starts = [cut for cut in cuts if cut[0] < at]
    stops = [start for start, _ in starts[1:]] + [at]
    pieces = [Piece(file, start, stop, first, stop - start) for (start, first), stop in zip(starts, stops, strict=True)]
    return Survey(file, digest.hexdigest(), tuple(pieces))


def record_line(text: str, record_id: str | None, meta: str | None, keys: Input) -> bytes:
    """Write a record as a line of JSON. Its other fields stand there to the letter, as they came."""
    named = {} if record_id is None else {keys.id: record_id}
    line = json.dumps({**named, keys.text: text}, ensure_ascii=False)
    if meta:
        others = meta.replace("\n", " ").replace("\r", " ").strip()  # between values only: strings hold none
        line = f"{line[:-1]}, {others[1:-1]}}}"
    return f"{line}\n".encode()


def unpack(piece: Piece, chunk_bytes: int, segment: Callable[[], Path]) -> Iterator[Piece]:
    """Write a compressed file to plain files of whole lines, about `chunk_bytes` each; see `base.Packed`."""
    line, consumed = 1, 0
    with open_file(piece.file.address) as file:
        stream = _Stream(unpacked(file, codec_of(piece.file) or ""))
        while not stream.ended:
            path = segment()
            with path.open("wb") as out:
                size, lines = stream.copy_lines(out, chunk_bytes)
            weight, consumed = file.tell() - consumed, file.tell()
            if size or stream.fault or line == 1:
                yield Piece(piece.file, 0, size, line, weight, segment=str(path), fault=stream.fault)
            line += lines


class _Stream:
    """Blocks of bytes that are dealt out up to line ends.

    Attributes:
        ended: There is no more to come.
        fault: Why not, if the data were not sound to their end: a reason, and the same in words.
    """

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._begun = b""
        self.ended = False
        self.fault: tuple[str, str] | None = None

    def copy_lines(self, out: IO[bytes], wanted: int) -> tuple[int, int]:
        """Write bytes up to the first line end behind `wanted` of them; give how many, and how many line ends."""
        size = lines = 0
        block = self._begun
        while not self.ended:
            end = block.find(b"\n", max(wanted - size - 1, 0)) + 1 if size + len(block) >= wanted else 0
            taken = block[:end] if end else block
            out.write(taken)
            size += len(taken)
            lines += taken.count(b"\n")
            if end:
                self._begun = block[end:]
                break
            block = self._next()
        return size, lines

    def _next(self) -> bytes:
        try:
            return next(self._blocks)
        except StopIteration:
            self.ended = True
        except FaultError as error:
            self.ended, self.fault = True, (error.reason, error.detail)
        return b""


def read(pieces: Sequence[Piece], keys: Input) -> Iterator[Batch]:
    """Read pieces one after the other, some megabytes of whole lines to a batch."""
    for piece in pieces:
        yield from _read_piece(piece, keys)


def _read_piece(piece: Piece, keys: Input) -> Iterator[Batch]:
    source, line, consumed = piece.file.source, piece.first, 0
    with open_file(piece.segment or piece.file.address) as file:
        file.seek(piece.start)
        try:
            for stretch in _stretches(_blocks(piece, file)):
                done = _consumed(piece, file)
                if isinstance(stretch, _TooLong):
                    yield _rejected(Reject(source, line, "too_long", stretch.detail, stretch.head), done - consumed)
                    line += 1
                else:
                    yield _batch(source, stretch, keys, line, done - consumed)
                    line += stretch.count(b"\n")
                consumed = done
        except FaultError as fault:
            detail = f"{fault.detail}; the rest of the file was not read"
            yield _rejected(Reject(source, line, fault.reason, detail, fault.pending), piece.weight - consumed)


def _consumed(piece: Piece, file: Reading) -> int:
    """Say how many bytes of the input the part of a piece stands for that was read; for the progress bar."""
    read_now = file.tell() - piece.start
    return piece.weight * read_now // max(piece.stop, 1) if piece.segment else read_now


def _rejected(reject: Reject, consumed: int) -> Batch:
    return Batch(records_batch(reject.source, [], []), rejects_batch([reject]), consumed)


def _batch(source: str, block: bytes, keys: Input, line: int, consumed: int) -> Batch:
    """Parse a block of whole lines of which the first has the number `line`."""
    records, rejects = _parse(source, block, keys, line)
    if keys.legacy == "detect" and "invalid_utf8" in rejects["reason"].to_pylist():
        records, rejects = _with_legacy(records, rejects, keys)
    return Batch(records, rejects, consumed)


def _parse(source: str, block: bytes, keys: Input, line: int) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    good, bad = (pa.record_batch(rows) for rows in read_jsonl(block, keys.text, keys.id, line))
    records = records_batch(source, good["position"], good["text"], good["record_id"], good["meta"])
    columns = [pa.repeat(source, len(bad)), *(bad[name] for name in REJECTS.names[1:])]
    return records, pa.RecordBatch.from_arrays(columns, schema=REJECTS)


def _with_legacy(
    records: pa.RecordBatch, rejects: pa.RecordBatch, keys: Input
) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    """Parse lines once more that are no UTF-8 but make sense in another encoding."""
    good, bad = [records], []
    for row in range(len(rejects)):
        reject = rejects.slice(row, 1)
        fact = reject.to_pylist()[0]
        decoded = decode(fact["raw"]) if fact["reason"] == "invalid_utf8" else None
        if decoded is None:
            bad.append(reject)
        else:
            again = _parse(fact["source"], decoded.text.encode(), keys, fact["position"])
            good.append(again[0])
            bad.append(again[1])
    return _in_order(good), _in_order(bad)


def _in_order(batches: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    """Join batches of rows of one file, by their positions."""
    rows = pa.Table.from_batches(batches).sort_by("position").combine_chunks()
    return pa.RecordBatch.from_arrays([column.combine_chunks() for column in rows.columns], schema=rows.schema)


@dataclass(frozen=True, slots=True)
class _TooLong:
    """A line that is longer than any record may be: its beginning, and what to say of it."""

    head: bytes
    length: int

    @property
    def detail(self) -> str:
        return f"{self.length} bytes in one line; at most {LONGEST_RECORD} are read"


def _stretches(blocks: Iterator[bytes]) -> Iterator[bytes | _TooLong]:
    """Put blocks together to stretches of whole lines (but for the piece's last). Too long lines are passed over.

    Raises:
        FaultError: The blocks break off; all whole lines before were yielded, `pending` is what came behind them.
    """
    pending: list[bytes] = []
    head, length = b"", 0  # of the line that is begun; it has a head when it is too long
    try:
        for block in blocks:
            rest = block
            if head:
                end = block.find(b"\n") + 1
                length += end or len(block)
                if not end:
                    continue
                yield _TooLong(head, length)
                head, length, rest = b"", 0, block[end:]
            end = rest.rfind(b"\n") + 1
            if end:
                yield b"".join((*pending, rest[:end]))
                pending, length = [], 0
            pending.append(rest[end:])
            length += len(rest) - end
            if length > LONGEST_RECORD:
                head, pending = b"".join(pending)[:KEPT_OF_FAULT], []
    except FaultError as fault:
        fault.pending = head or b"".join(pending)[:KEPT_OF_FAULT]
        raise
    if head:
        yield _TooLong(head, length)
    elif length:
        yield b"".join(pending)


def _blocks(piece: Piece, file: Reading) -> Iterator[bytes]:
    """Read a piece in blocks of about `BATCH_BYTES`.

    Raises:
        FaultError: The compressed data are damaged or cut short; what could be read was yielded.
        StoppedError: The file is shorter than it was when the build began.
    """
    codec = codec_of(piece.file)
    if codec and not piece.segment:
        yield from unpacked(file, codec)
        return
    left = piece.stop - piece.start
    while left > 0:
        block = file.read(min(left, BATCH_BYTES))
        if not block:
            message = f"{plain(piece.file.address)} has changed while it was read"
            raise StoppedError(message, "build again from a copy that nobody writes to")
        left -= len(block)
        yield block
    if piece.fault:
        raise FaultError(*piece.fault)
