"""Where the damage is in a file of an edition whose bytes are no longer those that were written.

Parquet is written with a checksum a page, so that a page that was changed can be told from one that was not. pyarrow
does not say which rows a page holds; what can be told is the column, and the first row that can no longer be read.

Looking for damage means to read a file that is known to be damaged, and pyarrow ends the whole program on some of them.
So another process looks.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNREADABLE = (OSError, UnicodeDecodeError, MemoryError, pa.ArrowException)

LOST = "its footer is damaged, and all its rows hang on that"

BESIDE = "no row of it is damaged, but what is between them or behind them"

LONGEST_LOOK = 600
"""Seconds after which the search for damage is given up."""


def where(path: Path, rows: int) -> str:
    """Say what of a damaged Parquet file, which had so many rows, cannot be trusted any more, to end a sentence."""
    try:
        looked = subprocess.run(  # noqa: S603 (this program itself)
            [sys.executable, "-m", __name__, str(path), str(rows)],
            capture_output=True,
            timeout=LONGEST_LOOK,
            check=True,
        )
    except (subprocess.SubprocessError, OSError):
        return LOST
    return looked.stdout.decode()


def look(path: Path, rows: int) -> str:
    """Do what `where` does in this process, at the risk of its life."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            groups = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
            if sum(groups) != rows or min(groups, default=1) < 1:
                return LOST
            return next(_bad_pages(file), BESIDE)
    except _UNREADABLE:
        return LOST


def _bad_pages(file: pq.ParquetFile) -> Iterator[str]:
    """Yield the stretches of rows that cannot be read, by row group and column."""
    first = 0
    for group in range(file.num_row_groups):
        about = file.metadata.row_group(group)
        names = [about.column(number).path_in_schema for number in range(about.num_columns)]
        for name in names if not _is_readable(file, group) else ():
            if not name:
                yield LOST  # it is the list of columns that was changed
            elif not _is_readable(file, group, name):
                read = _rows_before_damage(file, group, name)
                yield f"the damage shows in rows {first + read} to {first + about.num_rows - 1}, column {name}"
        first += about.num_rows


def _is_readable(file: pq.ParquetFile, group: int, column: str | None = None) -> bool:
    """Say whether a row group, or a column of it, can be read."""
    try:
        file.read_row_group(group, [column] if column else None).validate(full=True)
    except _UNREADABLE:
        return False
    return True


def _rows_before_damage(file: pq.ParquetFile, group: int, column: str) -> int:
    """Give how many rows of a column can be read one by one in a row group; 0 if all can, but not at once."""
    read = 0
    try:
        for batch in file.iter_batches(1, row_groups=[group], columns=[column]):
            batch.validate(full=True)
            read += len(batch)
    except _UNREADABLE:
        return read
    return 0


if __name__ == "__main__":
    sys.stdout.buffer.write(look(Path(sys.argv[1]), int(sys.argv[2])).encode())
