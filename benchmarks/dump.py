"""A dump of documents, for all benchmarks to work on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import zstandard

from copydesk import _kernel

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

BATCH_ROWS = 1000


@dataclass(frozen=True)
class Dump:
    """A JSONL dump and its texts."""

    path: Path

    @cached_property
    def jsonl(self) -> bytes:
        with self.path.open("rb") as file:
            return zstandard.ZstdDecompressor().stream_reader(file).read()

    @cached_property
    def batches(self) -> list[pa.Array]:
        records, _ = _kernel.read_jsonl(self.jsonl)
        texts = records.column("text")
        return [texts.slice(at, BATCH_ROWS) for at in range(0, len(texts), BATCH_ROWS)]

    @cached_property
    def megabytes(self) -> float:
        return sum(len(text.encode()) for batch in self.batches for text in batch.to_pylist()) / 1e6

    @cached_property
    def documents(self) -> int:
        return sum(len(batch) for batch in self.batches)
