"""What the tables of an edition hold that no account counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from copydesk.release.schema import TABLES
from copydesk.release.weights import figures_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copydesk.release.manifest import FileEntry


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of an edition's tables.

    Attributes:
        files: The paths of each table's files, in order.
        file_bytes: What these take on disk.
        memory: By config, what its rows take as Arrow; to the byte what `datasets` calls `num_bytes`.
        unweighed: Tables of which that is not known.
        languages: Stories by language.
    """

    files: dict[str, list[str]] = field(default_factory=dict)
    file_bytes: Counter[str] = field(default_factory=Counter)
    memory: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    unweighed: set[str] = field(default_factory=set)


def measure(folder: Path, entries: Iterable[FileEntry]) -> Figures:
    """Add up what an edition's Parquet files say of themselves.

    Args:
        folder: The edition's folder.
        entries: Its Parquet files.
    """
    figures = Figures(files={table.name: [] for table in TABLES})
    for entry in entries:
        table = Path(entry.path).parent.name
        known = figures_in(pq.read_metadata(folder / entry.path).metadata)
        figures.files[table].append(entry.path)
        figures.file_bytes[table] += entry.bytes
        figures.memory.update(known["memory"])
        figures.languages.update(known["languages"])
        if entry.rows and not known["memory"]:
            figures.unweighed.add(table)
    return figures
