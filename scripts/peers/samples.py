"""A dump, and smaller dumps of every so-manieth of its documents for those that could not read it all in time."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from dumping.reading import lines

if TYPE_CHECKING:
    from pathlib import Path

WARM_DOCUMENTS = 20
"""Documents that a peer reads before the clock starts."""


@dataclass(frozen=True)
class Sample:
    """A .jsonl.zst file.

    Attributes:
        every: It holds one of so many documents of the dump.
        megabytes: Millions of bytes of its texts in UTF-8.
    """

    path: Path
    every: int
    documents: int
    megabytes: float


class Samples:
    """Makes samples of a dump and keeps them.

    Args:
        dump: A .jsonl, .jsonl.gz or .jsonl.zst file with `text` in each record.
        folder: Where to put them.

    Raises:
        ValueError: The dump has another suffix, or no documents.
    """

    def __init__(self, dump: Path, folder: Path) -> None:
        self.dump = dump
        self._folder = folder
        self._made: dict[int, Sample] = {}
        self.all = self._make(1, folder / "all.jsonl.zst")
        if not self.all.documents:
            message = f"{dump.name} has no documents"
            raise ValueError(message)
        self._made[1] = self.all
        self.warm = self._make(max(1, self.all.documents // WARM_DOCUMENTS), folder / "warm.jsonl.zst", WARM_DOCUMENTS)

    def of(self, megabytes: float) -> Sample:
        """Give a sample of about so many MB of text, or all of the dump for 0."""
        every = max(1, math.ceil(self.all.megabytes / megabytes)) if megabytes else 1
        if every not in self._made:
            self._made[every] = self._make(every, self._folder / f"every_{every}.jsonl.zst")
        return self._made[every]

    def _make(self, every: int, path: Path, most: int | None = None) -> Sample:
        documents = size = 0
        with path.open("wb") as file, pa.CompressedOutputStream(pa.PythonFile(file, "w"), "zstd") as out:
            for number, line in enumerate(lines(self.dump)):
                if number % every or documents == most:
                    continue
                out.write(line)
                documents += 1
                size += len(json.loads(line)["text"].encode())
        return Sample(path, every, documents, size / 1e6)

    def digest(self) -> str:
        """Give the start of the dump's SHA-256."""
        with self.dump.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]
