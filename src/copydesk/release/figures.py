"""What the tables of an edition hold that no account counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.release.schema import CONFIGS, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from copydesk.release.manifest import FileEntry


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of an edition's tables.

    Attributes:
        files: The paths of each table's files, in order.
        file_bytes: What these take on disk.
        memory: By config, what its rows take as Arrow; to the byte what `datasets` calls `num_bytes`.
        languages: Stories by language.
    """

    files: dict[str, list[str]] = field(default_factory=dict)
    file_bytes: Counter[str] = field(default_factory=Counter)
    memory: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)


def measure(folder: Path, entries: Iterable[FileEntry]) -> Figures:
    """Read an edition's tables once, a row group at a time.

    Args:
        folder: The edition's folder.
        entries: Its Parquet files.
    """
    figures = Figures(files={table.name: [] for table in TABLES})
    for entry in entries:
        table = Path(entry.path).parent.name
        figures.files[table].append(entry.path)
        figures.file_bytes[table] += entry.bytes
        for rows in _batches(folder / entry.path):
            for config in CONFIGS:
                if config.folder == table:
                    shown = rows.select(list(config.columns)) if config.columns else rows
                    figures.memory[config.name] += shown.nbytes
            if "language" in rows.schema.names:
                counts = rows["language"].value_counts().to_pylist()
                figures.languages.update({count["values"]: count["counts"] for count in counts})
    return figures


def _batches(path: Path) -> Iterator[pa.Table]:
    """Read a file in the batches that `datasets` takes: row groups, but none larger than the first."""
    with pq.ParquetFile(path) as file:
        if file.num_row_groups:
            size = file.metadata.row_group(0).num_rows
            for group in range(file.num_row_groups):
                for batch in file.iter_batches(size, row_groups=[group]):
                    yield pa.Table.from_batches([batch])
