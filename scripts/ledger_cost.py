"""What the ledger costs: the compressed size of each column of an edition, beside that of its ids and texts.

    python scripts/ledger_cost.py out/demo

The ledger is what puts raw documents together again: the edits in `sources`, and the spans in `stories`.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterable

TABLES = ("stories", "sources")
TEXT = ("stories.id", "stories.text")
LEDGER = ("sources.edits.", "stories.spans.")

LEAST_SHARE = 0.0005
"""Columns that take less of ids and texts than this are added up in one line."""


def column_sizes(edition: Path) -> Counter[str]:
    """Add up the compressed bytes of each column, by table and path; they stand in the files' own metadata."""
    sizes: Counter[str] = Counter()
    for table in TABLES:
        for path in sorted((edition / "data" / table).glob("*.parquet")):
            metadata = pq.read_metadata(path)
            for group in map(metadata.row_group, range(metadata.num_row_groups)):
                for column in map(group.column, range(group.num_columns)):
                    sizes[f"{table}.{_short(column.path_in_schema)}"] += column.total_compressed_size
    return sizes


def _short(path: str) -> str:
    """Take Parquet's own steps out of the path of a list's parts."""
    return path.replace(".list.element", "")


def report(sizes: Counter[str]) -> str:
    """Write the table."""
    whole = sum(sizes[name] for name in TEXT)
    shown = {name: size for name, size in sizes.most_common() if size >= LEAST_SHARE * whole}
    rest = sizes.total() - sum(shown.values())
    ledger = sum(size for name, size in sizes.items() if name.startswith(LEDGER))
    sources = sum(size for name, size in sizes.items() if name.startswith("sources."))
    sums = {"id and text": whole, "the ledger (edits, spans)": ledger, "all of sources": sources}
    rows = [*shown.items(), ("columns that take less", rest)]
    return "\n".join(
        [*_lines([("column", "bytes", "of id and text")]), *_written(rows, whole), "", *_written(sums.items(), whole)]
    )


def _written(sizes: Iterable[tuple[str, int]], whole: int) -> list[str]:
    return _lines((name, f"{size:,}", f"{size / max(whole, 1):.2%}") for name, size in sizes)


def _lines(rows: Iterable[tuple[str, str, str]]) -> list[str]:
    return [f"{name:36} {size:>14} {share:>16}" for name, size, share in rows]


if __name__ == "__main__":
    print(report(column_sizes(Path(sys.argv[1] if len(sys.argv) > 1 else "out/demo"))))
