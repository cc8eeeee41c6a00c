"""Compressed files: what is in them, block by block, as far as they are sound."""

from __future__ import annotations

from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from isal import igzip
from isal.isal_zlib import IsalError

from copydesk.sources.base import BATCH_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from copydesk.sources.base import InputFile, Reading

CODECS = {".gz": "gzip", ".zst": "zstd", ".bz2": "bz2"}
"""Arrow's name of each compression, by the suffix of files."""

EXPANSION = 4
"""How many times larger text is than when it is compressed, about."""

MOST_EXPANSION = 1000
"""A file that becomes so many times larger is a bomb: the most that text of any sort reaches is a few hundred."""

BOMB_BYTES = 1 << 30
"""Unpacked bytes from which on that is asked."""

_READ_BYTES = 64 << 10
"""Bytes asked of a decompressor at a time. What it had ready when it met a fault has to be read again, byte by byte."""


FAULTS: tuple[type[Exception], ...] = (OSError, EOFError, IsalError)  # type: ignore[assignment]  # its stub is wrong
"""What decompressors raise when data are damaged or cut short."""

DAMAGED, BOMB = "damaged_compression", "expands_too_far"
"""The reasons for rejects that this module gives."""


class FaultError(Exception):
    """The rest of a file cannot be read.

    Attributes:
        reason: A short name for it, as in rejects.
        detail: The same in words.
        pending: Bytes of the line that was begun.
    """

    def __init__(self, reason: str, detail: str, pending: bytes = b"") -> None:
        super().__init__(reason, detail, pending)
        self.reason, self.detail, self.pending = reason, detail, pending


def codec_of(file: InputFile) -> str | None:
    """Give Arrow's name of a file's compression, by its suffix; None if it has none."""
    return CODECS.get(PurePosixPath(file.source).suffix.lower())


def is_packed(file: InputFile) -> bool:
    """Is it compressed?"""
    return codec_of(file) is not None


def unpacked(file: Reading, codec: str) -> Iterator[bytes]:
    """Decompress a file in blocks of about `BATCH_BYTES`.

    Raises:
        FaultError: The data are damaged, cut short or a bomb; what could be read was yielded.
    """
    stream = _stream(file, codec)
    given = 0
    while True:
        block, fault = _gather(stream)
        given += len(block)
        if block:
            yield block
        if fault:
            file.seek(0)
            again = _arrow_stream(file, codec)
            yield _up_to_fault(again, given)
            raise FaultError(DAMAGED, str(fault))
        if not block:
            return
        if given > max(BOMB_BYTES, MOST_EXPANSION * file.tell()):
            raise FaultError(BOMB, f"{file.tell()} bytes became {given}")


def _stream(file: Reading, codec: str) -> Callable[[int], bytes]:
    """Decompress a file from where it is; gives what reads so many bytes. Gzip goes twice as fast as by Arrow."""
    if codec == "gzip":
        return igzip.IGzipFile(fileobj=file, mode="rb").read  # type: ignore[no-untyped-call]
    return _arrow_stream(file, codec)


def _arrow_stream(file: Reading, codec: str) -> Callable[[int], bytes]:
    """Do the same so that every byte before a fault can be had."""
    source: Any = pa.CompressedInputStream(pa.PythonFile(file, "r"), codec)
    return source.read  # type: ignore[no-any-return]


def _gather(read: Callable[[int], bytes]) -> tuple[bytes, Exception | None]:
    """Decompress about `BATCH_BYTES`, or less if the data end or are damaged there."""
    parts: list[bytes] = []
    fault = None
    try:
        while len(parts) < BATCH_BYTES // _READ_BYTES and (block := read(_READ_BYTES)):
            parts.append(block)
    except FAULTS as error:
        fault = error
    return b"".join(parts), fault


def _up_to_fault(read: Callable[[int], bytes], given: int) -> bytes:
    """Pass over the bytes that were given, and give those between them and the fault, if this reader gets there."""
    lost: list[bytes] = []
    with suppress(OSError):
        while given and (block := read(min(given, _READ_BYTES))):
            given -= len(block)
        while byte := read(1):
            lost.append(byte)
    return b"".join(lost)
