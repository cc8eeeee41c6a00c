"""What every kind of source has in common: the values that pass, and the small protocol.

A source is worked on in two steps that may run in different processes. `survey` looks at one input file: its hash, and
the pieces that it can be read in. `read` turns pieces into batches of records. A record that cannot be read is a row
among the batch's rejects, with the reason and its raw bytes; it never stops its neighbours.
"""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass
from functools import cache
from typing import IO, TYPE_CHECKING, Any, Protocol

import fsspec
import pyarrow as pa

from copydesk.errors import SourceError, StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from copydesk.recipe import Input

RECORDS = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("position", pa.int64(), nullable=False),
        pa.field("record_id", pa.string()),
        pa.field("text", pa.string(), nullable=False),
        pa.field("meta", pa.string()),
    ]
)
"""A record: the name of its file, its line or row from 1, its own id, its text, its other fields as a JSON object."""

REJECTS = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("position", pa.int64(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("detail", pa.string()),
        pa.field("raw", pa.binary()),
    ]
)
"""What was not published: where it stood, a short name for the reason, the reason in words, and its bytes."""

BATCH_RECORDS = 1000
"""Records in a batch, about. Larger ones gain nothing."""

BATCH_BYTES = 4 << 20
"""Bytes of text in a batch, about."""

LONGEST_RECORD = 512 << 20
"""Bytes of the longest record that is read. Arrow's strings end at 2 GB a batch."""

HASH_BYTES = 8 << 20
"""Bytes read at a time where a file is only hashed."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file that goes into a build.

    Attributes:
        address: Where it is now: any address that fsspec opens.
        source: What it is called in the edition; never holds the folder that a build happened to run in.
        kind: The key of its kind in `copydesk.sources.KINDS`.
        size: Bytes.
    """

    address: str
    source: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Reject:
    """One row of `REJECTS`."""

    source: str
    position: int
    reason: str
    detail: str | None = None
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an input file that is read in one go.

    Attributes:
        file: The file.
        start: First byte (JSONL) or row group (Parquet).
        stop: First byte or row group after it.
        first: Position of the first record, from 1.
        weight: About how many bytes of the file it takes to read.
        packed: It is a large file that can only be read from its start: `unpack` makes pieces of it that workers share.
        segment: Where a plain copy of just this part lies; nothing if the file itself is read.
        fault: What ended the file right behind this piece, if it was not sound: a reason, and the same in words.
    """

    file: InputFile
    start: int
    stop: int
    first: int
    weight: int
    packed: bool = False
    segment: str = ""
    fault: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of an input file before it is read: its content's hash (SHA-256, hex) and its pieces in order."""

    file: InputFile
    sha256: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records, in order, and those between them that could not be read.

    Attributes:
        records: Rows of `RECORDS`.
        rejects: Rows of `REJECTS`.
        consumed: Bytes of input files that were read for it (compressed ones, if they are); for the progress bar.
    """

    records: pa.RecordBatch
    rejects: pa.RecordBatch
    consumed: int


class Kind(Protocol):
    """A kind of source: the modules beside this one have these names."""

    SUFFIXES: tuple[str, ...]

    def survey(self, file: InputFile, keys: Input, chunk_bytes: int) -> Survey:
        """Hash a file and say in which pieces of about `chunk_bytes` it can be read.

        Raises:
            SourceError: The file is sound, but has no such keys; better told now than after hours.
        """
        ...

    def read(self, pieces: Sequence[Piece], keys: Input) -> Iterator[Batch]:
        """Read pieces of files of this kind, in order."""
        ...


class Packed(Kind, Protocol):
    """A kind of source that has files which can only be read from their start."""

    def unpack(self, piece: Piece, chunk_bytes: int, segment: Callable[[], Path]) -> Iterator[Piece]:
        """Write a packed piece to files of about `chunk_bytes`, each at the path that `segment` gives when it is asked.

        Each file is written when the next piece is asked for, and not before.
        """
        ...


@cache
def filesystem(protocol: str) -> fsspec.AbstractFileSystem:
    """Give fsspec's file system of a protocol, such as `file` or `s3`, set up from fsspec's own configuration."""
    return fsspec.filesystem(protocol)


def locate(address: str) -> tuple[fsspec.AbstractFileSystem, str]:
    """Give the file system of an address, and the path there.

    Raises:
        SourceError: Nothing that is installed opens such addresses.
    """
    protocol = address.partition("://")[0] if "://" in address else "file"
    try:
        system = filesystem(protocol)
    except (ImportError, ValueError) as error:
        message = f"cannot open {address}: {error}"
        raise SourceError(message, f"install the fsspec package for {protocol}://") from error
    path = str(system._strip_protocol(address))  # noqa: SLF001 (fsspec's documented way, in spite of its name)
    detour = protocol == "file" and ".." in path.split("/")  # fsspec would leave it in names
    return system, os.path.realpath(path) if detour else path


def plain(address: str) -> str:
    """Give an address as a person would write it."""
    return address.removeprefix("file://")


def open_file(address: str) -> Reading:
    """Open a file for reading bytes, wherever it is.

    Raises:
        SourceError: It cannot be opened.
    """
    system, path = locate(address)
    try:
        return Reading(system.open(path, "rb"), address)
    except OSError as error:
        message = f"cannot open {plain(address)}: {error.strerror or error}"
        raise SourceError(message) from error


class Reading(io.RawIOBase):
    """A file that is being read. When it cannot be read on (a disk is gone, a network is down) the build stops.

    Without it such an error would look like damage to the file, whose records would then be rejected, not lost for now.
    """

    def __init__(self, stream: IO[bytes], address: str) -> None:
        super().__init__()
        self._stream = stream
        self._address = address
        self._place = 0

    def read(self, size: int = -1, /) -> bytes:
        """Read bytes, all that are left if `size` is negative.

        Raises:
            StoppedError: They cannot be read.
        """
        try:
            block = self._stream.read(size)
        except OSError as error:
            message = f"{plain(self._address)} can no longer be read: {error.strerror or error}"
            raise StoppedError(message, "see to it that it can, and go on with --resume") from error
        self._place += len(block)
        return block

    def readinto(self, buffer: Any, /) -> int:
        """Read bytes into a buffer; give how many.

        Raises:
            StoppedError: They cannot be read.
        """
        block = self.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place in bytes."""
        self._place = self._stream.seek(offset, whence)
        return self._place

    def tell(self) -> int:
        """Say where the next byte is read, or would be if the file were not closed."""
        return self._place

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read from any place."""
        return True

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()
        super().close()


def sha256_of(file: InputFile) -> str:
    """Hash a file's bytes, as they lie on disk."""
    digest = hashlib.sha256()
    with open_file(file.address) as stream:
        while block := stream.read(HASH_BYTES):
            digest.update(block)
    return digest.hexdigest()


def whole(file: InputFile) -> Survey:
    """Survey a file that can only be read from start to end."""
    return Survey(file, sha256_of(file), (Piece(file, 0, file.size, 1, file.size),))


def records_batch(
    source: str | Sequence[str],
    positions: pa.Array | Sequence[int],
    texts: pa.Array | Sequence[str],
    record_ids: pa.Array | None = None,
    metas: pa.Array | None = None,
) -> pa.RecordBatch:
    """Put a batch of records together; a single `source` holds for all of them, a missing column is null."""
    rows = len(texts)
    sources = pa.repeat(source, rows) if isinstance(source, str) else pa.array(source, pa.string())
    columns = [
        sources,
        positions if isinstance(positions, pa.Array) else pa.array(positions, pa.int64()),
        pa.nulls(rows, pa.string()) if record_ids is None else record_ids,
        texts if isinstance(texts, pa.Array) else pa.array(texts, pa.string()),
        pa.nulls(rows, pa.string()) if metas is None else metas,
    ]
    return pa.RecordBatch.from_arrays(columns, schema=RECORDS)


def rejects_batch(rows: Iterable[Reject] = ()) -> pa.RecordBatch:
    """Put rejects together."""
    listed = [(row.source, row.position, row.reason, row.detail, row.raw) for row in rows]
    columns = zip(*listed, strict=True) if listed else ([] for _ in REJECTS)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, REJECTS, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=REJECTS)
