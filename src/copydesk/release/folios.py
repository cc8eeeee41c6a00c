"""Going through an edition some documents at a time: rows of `sources` and just the rows of `stories` that are theirs.

Both are Arrow, so that whoever goes through a large edition need not make Python values of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from copydesk.errors import EditionError
from copydesk.release.paths import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copydesk.release.manifest import Manifest

BATCH_ROWS = 500
"""Rows read at a time; a row may be a whole book."""

AGAIN = "fetch or build the edition again"
"""What to do about an edition that is damaged."""


@dataclass(frozen=True, slots=True)
class Folio:
    """Some documents of an edition in a row, with their stories.

    Attributes:
        sources_file: The file of `sources` that they stand in, relative to the edition's folder.
        sources_row: The row of the first of them there, from 0.
        stories_file: The file of `stories` that belongs to it.
        stories_row: The row of the first story there, from 0.
        sources: The documents, with the columns that were asked for.
        stories: Their stories, in order, with the columns that were asked for.
    """

    sources_file: str
    sources_row: int
    stories_file: str
    stories_row: int
    sources: pa.RecordBatch
    stories: pa.RecordBatch


def table_files(manifest: Manifest, table: str) -> list[str]:
    """Give the Parquet files of a table, in order, relative to the edition's folder."""
    return [entry.path for entry in manifest.files if Path(entry.path).parent == Path(DATA, table)]


def shard_pairs(manifest: Manifest) -> list[tuple[str, str]]:
    """Give the files of stories, each with the file of sources that belongs to it.

    Raises:
        EditionError: There are more of one than of the other.
    """
    stories, sources = table_files(manifest, "stories"), table_files(manifest, "sources")
    if len(stories) != len(sources):
        message = f"the edition has {len(stories)} files of stories and {len(sources)} of sources"
        raise EditionError(message, AGAIN)
    return list(zip(stories, sources, strict=True))


def document_bytes(manifest: Manifest) -> int:
    """Give how many bytes of the tables go to a document, about; for progress bars."""
    documents: int = manifest.accounts["published"]
    return sum(entry.bytes for entry in manifest.files if entry.rows is not None) // max(documents, 1)


def folios(
    folder: Path,
    manifest: Manifest,
    *,
    sources: Sequence[str] | None = None,
    stories: Sequence[str] | None = None,
) -> Iterator[Folio]:
    """Go through all documents of an edition.

    Args:
        folder: The edition's folder.
        manifest: Its manifest.
        sources: Columns of `sources` to read besides `stories`, the number of stories; all if left out.
        stories: Columns of `stories` to read; all if left out.

    Raises:
        EditionError: A file cannot be read, or there are more or fewer stories than the documents have.
    """
    for stories_file, sources_file in shard_pairs(manifest):
        yield from shard_folios(folder, stories_file, sources_file, sources=sources, stories=stories)


def shard_folios(
    folder: Path,
    stories_file: str,
    sources_file: str,
    *,
    sources: Sequence[str] | None = None,
    stories: Sequence[str] | None = None,
) -> Iterator[Folio]:
    """Go through one shard, as `folios` does through all."""
    feed = _Feed(batches(folder / stories_file, stories))
    row = story_row = 0
    for batch in batches(folder / sources_file, None if sources is None else [*sources, "stories"]):
        count = _stories_of(batch["stories"], f"{sources_file}, rows {row} to {row + len(batch) - 1}")
        mine = feed.take(count)
        if len(mine) < count:
            message = (
                f"{stories_file} ends before the stories of rows {row} to {row + len(batch) - 1} of {sources_file}"
            )
            raise EditionError(message, AGAIN)
        yield Folio(sources_file, row, stories_file, story_row, batch, mine)
        row += len(batch)
        story_row += count
    if len(feed.take(1)):
        message = (
            f"{stories_file} has more stories than the documents of {sources_file}; the first is in row {story_row}"
        )
        raise EditionError(message, AGAIN)


def batches(path: Path, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Yield a file's rows, a row group at a time at most, after an empty batch; columns in the file's order.

    Raises:
        EditionError: The file cannot be read.
    """
    try:
        with pq.ParquetFile(path) as file:
            wanted = columns if columns is None else [name for name in file.schema_arrow.names if name in columns]
            schema = pa.schema([file.schema_arrow.field(name) for name in wanted or file.schema_arrow.names])
            yield pa.RecordBatch.from_arrays([pa.nulls(0, column.type) for column in schema], schema=schema)
            for group in range(file.num_row_groups):
                yield from file.iter_batches(BATCH_ROWS, row_groups=[group], columns=wanted)
    except (OSError, pa.ArrowException) as error:
        message = f"{path} cannot be read: {error}"
        raise EditionError(message, AGAIN) from error


def _stories_of(counts: pa.Array, where: str) -> int:
    """Add up the numbers of stories of some documents.

    Raises:
        EditionError: One of them is no number, or less than none.
    """
    if counts.null_count or (pc.min(counts).as_py() or 0) < 0:
        message = f"{where}: a document has no proper number of stories"
        raise EditionError(message, AGAIN)
    return pc.sum(counts).as_py() or 0


class _Feed:
    """Batches, as many rows at a time as are asked for."""

    def __init__(self, source: Iterator[pa.RecordBatch]) -> None:
        self._source = source
        self._left = next(source)

    def take(self, count: int) -> pa.RecordBatch:
        """Give the next `count` rows, or fewer if there are no more."""
        parts = [self._left.slice(0, count)]
        while count > len(self._left):
            count -= len(self._left)
            more = next(self._source, None)
            if more is None:
                self._left = self._left.slice(len(self._left))
                break
            self._left = more
            parts.append(more.slice(0, count))
        else:
            self._left = self._left.slice(count)
        full = [part for part in parts if len(part)]
        return pa.concat_batches(full) if len(full) > 1 else (full or parts)[0]
