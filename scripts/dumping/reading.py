"""The lines of a dump, whatever it is compressed with."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CODECS = {".zst": "zstd", ".gz": "gzip", ".jsonl": None}
"""Arrow's names of what a dump may be compressed with, by suffix."""

READ_BYTES = 1 << 20


def lines(path: Path) -> Iterator[bytes]:
    """Give the lines of a .jsonl, .jsonl.gz or .jsonl.zst file that are not empty, each with its line feed.

    Raises:
        ValueError: The file has another suffix.
        OSError: It cannot be read.
    """
    if path.suffix not in CODECS:
        message = f"{path.name} must end in .jsonl, .jsonl.gz or .jsonl.zst"
        raise ValueError(message)
    codec = CODECS[path.suffix]
    with path.open("rb") as file:
        stream: IO[bytes] = pa.CompressedInputStream(pa.PythonFile(file, "r"), codec) if codec else file
        rest = b""
        while block := stream.read(READ_BYTES):
            *whole, rest = (rest + block).split(b"\n")
            yield from (line + b"\n" for line in whole if line.strip())
        if rest.strip():
            yield rest + b"\n"
