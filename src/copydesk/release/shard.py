"""Writing the Parquet files of an edition so that the same rows always make the same bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.release.weights import Scales

if TYPE_CHECKING:
    from pathlib import Path

    from copydesk.recipe import Output
    from copydesk.release.schema import Config


GROUP_BYTES = 256 << 20
"""Bytes of rows after which a row group is written, even if it has fewer rows than the recipe says. Bounds memory."""


@dataclass(frozen=True, slots=True)
class Part:
    """One finished Parquet file: where it lies, its rows, its size in bytes, its SHA-256 (hex)."""

    path: Path
    rows: int
    size: int
    sha256: str


class ShardWriter:
    """One Parquet file of a table. Row groups have the size that the recipe says, whatever comes in at a time."""

    def __init__(self, path: Path, config: Config, settings: Output) -> None:
        """Begin the file at `path`."""
        self._path = path
        self._group = settings.rows_per_group
        self._rows = 0
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0
        self._waiting_bytes = 0
        self._schema = config.schema
        self._scales = Scales(config)
        self._writer = pq.ParquetWriter(
            path,
            config.schema,
            compression="zstd",
            compression_level=settings.compression_level,
            use_dictionary=list(config.repeated),
            column_encoding=dict.fromkeys(config.near, "DELTA_BINARY_PACKED"),
            write_statistics=list(config.indexed),
            write_page_index=True,
            write_page_checksum=True,
            use_content_defined_chunking=True,
            store_schema=True,
        )

    def add(self, rows: pa.RecordBatch) -> None:
        """Append rows, which must have the table's schema."""
        self._waiting.append(rows)
        self._waiting_rows += len(rows)
        self._waiting_bytes += rows.nbytes
        if self._waiting_bytes >= GROUP_BYTES:
            self._write(self._waiting_rows)
        elif self._waiting_rows >= self._group:
            self._write(self._waiting_rows - self._waiting_rows % self._group)

    def add_group(self, rows: pa.RecordBatch) -> None:
        """Append rows, and end the row group with them."""
        self.add(rows)
        self._write(self._waiting_rows)

    def close(self) -> Part:
        """Write what is left and finish the file."""
        self._write(self._waiting_rows)
        self._writer.add_key_value_metadata(self._scales.to_metadata())
        self._writer.close()
        with self._path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Part(self._path, self._rows, self._path.stat().st_size, digest)

    def abandon(self) -> None:
        """Let go of the file, which stays unfinished."""
        self._writer.close()

    def _write(self, rows: int) -> None:
        """Write the first `rows` of what is waiting."""
        table = pa.Table.from_batches(self._waiting, self._schema)
        for start in range(0, rows, self._group):
            group = table.slice(start, min(self._group, rows - start)).combine_chunks()
            self._scales.add(group)
            self._writer.write_table(group, row_group_size=self._group)
        self._rows += rows
        self._waiting = table.slice(rows).to_batches()
        self._waiting_rows = len(table) - rows
        self._waiting_bytes = sum(batch.nbytes for batch in self._waiting)
