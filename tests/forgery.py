"""Editions that were tampered with by somebody who knows how: every hash in them fits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.release.manifest import Manifest, data_digest, file_entry
from copydesk.release.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from editions import Row


def forge(edition: Path, table: str, change: Callable[[list[Row]], object]) -> None:
    """Change the rows of a table's first file, and write down its new hash."""
    manifest = Manifest.load(edition)
    entry = next(entry for entry in manifest.files if entry.path.startswith(f"data/{table}/"))
    schema = next(config.schema for config in TABLES if config.name == table)
    rows = pq.ParquetFile(edition / entry.path).read().to_pylist()
    change(rows)
    pq.write_table(pa.Table.from_pylist(rows, schema), edition / entry.path)
    sign(edition, manifest, entry.path, len(rows))


def sign(edition: Path, manifest: Manifest, path: str, rows: int | None = None) -> None:
    """Write down the new hash of a file."""
    files = tuple(file_entry(edition, path, rows) if entry.path == path else entry for entry in manifest.files)
    replace(manifest, files=files, data_digest=data_digest(files)).write(edition)
