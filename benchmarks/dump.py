"""A dump of documents, for all benchmarks to work on."""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow.json
import pyarrow.parquet as pq
import zstandard

from copydesk import _kernel

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

BATCH_ROWS = 1000

GZIP_LEVEL = 6

KINDS = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet")
"""What a dump may come as."""


@dataclass(frozen=True)
class Dump:
    """A JSONL dump and its texts."""

    path: Path

    @cached_property
    def jsonl(self) -> bytes:
        with self.path.open("rb") as file:
            return zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True).read()

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

    def of_kind(self, kind: str, folder: Path) -> Path:
        """Give the dump as a file of that kind, made on first use."""
        path = folder / f"dump{kind}"
        if kind == ".jsonl.zst":
            return self.path
        if path.exists():
            return path
        if kind == ".parquet":
            block = pyarrow.json.ReadOptions(block_size=1 << 27)
            table = pyarrow.json.read_json(io.BytesIO(self.jsonl), read_options=block)
            pq.write_table(table, path, compression="zstd", row_group_size=2 * BATCH_ROWS)
        else:
            path.write_bytes(gzip.compress(self.jsonl, GZIP_LEVEL) if kind == ".jsonl.gz" else self.jsonl)
        return path
