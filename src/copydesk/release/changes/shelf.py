"""Documents of an edition by their rows, in any order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.document import Cleaned
from copydesk.errors import EditionError
from copydesk.release.changes.prints import NAMES, PLACE, STAMPS
from copydesk.release.folios import AGAIN, table_files
from copydesk.release.schema import STORIES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from copydesk.release.changes.prints import Prints
    from copydesk.release.ledgers import Ints
    from copydesk.release.manifest import Manifest


class Table:
    """A table of an edition, of which only the row groups are read that are asked for."""

    def __init__(self, folder: Path, files: Sequence[str], columns: Sequence[str]) -> None:
        """Look at the files' row groups."""
        self._columns = list(columns)
        self._groups: list[tuple[Path, int]] = []
        rows = [0]
        for path in (folder / file for file in files):
            metadata = pq.read_metadata(path)
            for group in range(metadata.num_row_groups):
                self._groups.append((path, group))
                rows.append(rows[-1] + metadata.row_group(group).num_rows)
        self._starts = np.array(rows, np.int64)
        self._last: tuple[int, pa.Table] | None = None

    def take(self, rows: Ints) -> list[dict[str, Any]]:
        """Give rows by their numbers, which must rise."""
        found: list[dict[str, Any]] = []
        bounds = np.searchsorted(rows, self._starts)
        for group, (first, stop) in enumerate(pairwise(bounds.tolist())):
            if first < stop:
                wanted = rows[first:stop] - self._starts[group]
                taken = self._group(group).take(
                    pa.Array.from_buffers(pa.int64(), len(wanted), [None, pa.py_buffer(wanted)])
                )
                found += taken.to_pylist()
        return found

    def _group(self, number: int) -> pa.Table:
        if self._last is None or self._last[0] != number:
            path, group = self._groups[number]
            try:
                with pq.ParquetFile(path) as file:
                    self._last = number, file.read_row_group(group, self._columns)
            except (OSError, pa.ArrowException) as error:
                message = f"{path} cannot be read: {error}"
                raise EditionError(message, AGAIN) from error
        return self._last[1]


@dataclass(frozen=True, slots=True)
class Page:
    """A document of an edition: its id, its place, what it was made into."""

    document_id: str
    source: str
    position: int
    cleaned: Cleaned

    def story_id(self, index: int) -> str:
        """Give the id of one of its stories."""
        return f"{self.document_id}-{index}"


class Shelf:
    """The documents of an edition."""

    def __init__(self, folder: Path, manifest: Manifest, prints: Prints) -> None:
        """Get ready to read."""
        self._prints = prints
        self._sources = Table(folder, table_files(manifest, "sources"), ("needs_review", "edits"))
        columns = [name for name in STORIES.names if name not in (*PLACE, *STAMPS, *NAMES)]
        self._stories = Table(folder, table_files(manifest, "stories"), columns)

    def take(self, rows: Ints) -> list[Page]:
        """Give documents by their rows, in the order in which they are asked for."""
        order = np.argsort(rows, kind="stable")
        rising = rows[order]
        first, stop = self._prints.first_story[rising], self._prints.first_story[rising + 1]
        stories = self._stories.take(np.concatenate([np.arange(*bounds) for bounds in zip(first, stop, strict=True)]))
        documents = self._sources.take(rising)
        pages: list[Page | None] = [None] * len(rows)
        done = 0
        for place, row, document, count in zip(
            order.tolist(), rising.tolist(), documents, (stop - first).tolist(), strict=True
        ):
            cleaned = Cleaned.from_rows(document, stories[done : done + count])
            pages[place] = Page(self._prints.document_id(row), *self._prints.place(row), cleaned)
            done += count
        return [page for page in pages if page is not None]
