"""A dump as a file: JSON Lines, plain or compressed, or Parquet, a block at a time.

No time of day and no name is written anywhere, so that the same dump is the same file.
"""

from __future__ import annotations

import gzip
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.progress import Progress, Silent
from dumping.documents import Document, Press

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

SUFFIXES = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet")

BLOCK_DOCUMENTS = 250
"""Documents written at a time, and between two reports of progress."""

GROUP_BLOCKS = 8
"""Blocks to a row group of a Parquet file."""

GZIP_LEVEL = 6
ZSTD_LEVEL = 3

SCHEMA = pa.schema([(name, pa.string()) for name in Document._fields])

_json = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True)
class Made:
    """What was written: documents, and bytes of their texts in UTF-8."""

    documents: int
    text_bytes: int


class Writer(Protocol):
    """Takes blocks of documents."""

    def write(self, block: Sequence[Document]) -> None:
        """Write a block."""
        ...


def make(
    path: Path,
    megabytes: float,
    *,
    seed: int = 1,
    frame_megabytes: float | None = None,
    progress: Progress | None = None,
) -> Made:
    """Write a dump.

    Args:
        path: A new or old file; its suffix (one of `SUFFIXES`) says how it is written.
        megabytes: Millions of bytes of UTF-8 text in it, or a document more. The file itself is smaller or larger.
        seed: Another one makes another dump.
        frame_megabytes: Begin a new zstd frame about every so many megabytes; one frame if left out.
        progress: Is told how far it is.

    Raises:
        ValueError: The suffix is none of those known, or a file that is not .zst is to have frames.
    """
    progress = progress or Silent()
    wanted = round(megabytes * 1e6)
    documents = text_bytes = 0
    with _writer(path, frame_megabytes) as writer:
        progress.begin(wanted)
        for block, size in _blocks(Press(seed).documents(), wanted):
            writer.write(block)
            documents += len(block)
            text_bytes += size
            progress.tick(len(block), size, size)
    return Made(documents, text_bytes)


def _blocks(documents: Iterator[Document], wanted: int) -> Iterator[tuple[list[Document], int]]:
    """Take documents until there are so many bytes of text; give them in blocks, each with its size."""
    block: list[Document] = []
    size = 0
    for document in documents:
        block.append(document)
        size += len(document.text.encode())
        if len(block) == BLOCK_DOCUMENTS or size >= wanted:
            yield block, size
            wanted -= size
            if wanted <= 0:
                return
            block, size = [], 0


def _writer(path: Path, frame_megabytes: float | None) -> AbstractContextManager[Writer]:
    suffix = next((suffix for suffix in SUFFIXES if path.name.endswith(suffix)), None)
    if suffix is None:
        message = f"{path.name} must end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
        raise ValueError(message)
    if frame_megabytes is not None and suffix != ".jsonl.zst":
        message = f"{path.name} has no frames; only .jsonl.zst has"
        raise ValueError(message)
    if suffix == ".parquet":
        return _parquet(path)
    if frame_megabytes is not None:
        return _framed(path, round(frame_megabytes * 1e6))
    return _lines(path, suffix)


class _Lines:
    """Writes JSON Lines to a stream."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile) -> None:
        self._stream = stream

    def write(self, block: Sequence[Document]) -> None:
        self._stream.write(_jsonl(block))


@contextmanager
def _lines(path: Path, suffix: str) -> Iterator[Writer]:
    with path.open("wb") as file:
        if suffix == ".jsonl":
            yield _Lines(file)
        elif suffix == ".jsonl.gz":
            with gzip.GzipFile("", "wb", GZIP_LEVEL, file, mtime=0) as stream:
                yield _Lines(stream)
        else:
            with pa.CompressedOutputStream(pa.PythonFile(file, "w"), "zstd") as stream:
                yield _Lines(stream)


class _Frames:
    """Writes JSON Lines as zstd frames that can each be read alone and begin where a line begins."""

    def __init__(self, stream: IO[bytes], frame_bytes: int) -> None:
        self._stream = stream
        self._frame_bytes = frame_bytes
        self._codec = pa.Codec("zstd", ZSTD_LEVEL)
        self._frame = bytearray()

    def write(self, block: Sequence[Document]) -> None:
        self._frame += _jsonl(block)
        if len(self._frame) >= self._frame_bytes:
            self.flush()

    def flush(self) -> None:
        if self._frame:
            self._stream.write(self._codec.compress(bytes(self._frame), asbytes=True))
            self._frame.clear()


@contextmanager
def _framed(path: Path, frame_bytes: int) -> Iterator[Writer]:
    with path.open("wb") as file:
        frames = _Frames(file, frame_bytes)
        yield frames
        frames.flush()


class _Groups:
    """Writes row groups of a Parquet file."""

    def __init__(self, file: pq.ParquetWriter) -> None:
        self._file = file
        self._rows: list[Document] = []

    def write(self, block: Sequence[Document]) -> None:
        self._rows += block
        if len(self._rows) >= GROUP_BLOCKS * BLOCK_DOCUMENTS:
            self.flush()

    def flush(self) -> None:
        if self._rows:
            columns = [pa.array(column, pa.string()) for column in zip(*self._rows, strict=True)]
            self._file.write_table(pa.Table.from_arrays(columns, schema=SCHEMA))
            self._rows = []


@contextmanager
def _parquet(path: Path) -> Iterator[Writer]:
    with pq.ParquetWriter(path, SCHEMA, compression="zstd", compression_level=ZSTD_LEVEL) as file:
        groups = _Groups(file)
        yield groups
        groups.flush()


def _jsonl(block: Sequence[Document]) -> bytes:
    # Written out, because only the text can hold anything that JSON escapes.
    return "".join(
        f'{{"id": "{name}", "url": "{url}", "date": "{date}", "text": {_json(text)}}}\n'
        for name, url, date, text in block
    ).encode()
