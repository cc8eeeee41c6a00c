"""Reading an edition's rows back as the values that they were made from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.document import Cleaned
from copydesk.errors import EditionError
from copydesk.release.paths import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.release.manifest import Manifest

BATCH_ROWS = 500
"""Rows read at a time; a row may be a whole book."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One raw document of an edition: its row of `sources`, and what it was made into.

    Attributes:
        file: The file of `sources` that it stands in, relative to the edition's folder.
        row: Its row there, from 0.
        facts: The row, without its edits and the labels of its lines.
        cleaned: Its stories and its ledger.
        story_ids: The stories' `id` and `document_id`, in order.
    """

    file: str
    row: int
    facts: dict[str, Any]
    cleaned: Cleaned
    story_ids: tuple[tuple[str, str], ...]


def table_files(manifest: Manifest, table: str) -> list[str]:
    """Give the Parquet files of a table, in order, relative to the edition's folder."""
    return [entry.path for entry in manifest.files if Path(entry.path).parent == Path(DATA, table)]


def sheets(folder: Path, stories_file: str, sources_file: str) -> Iterator[Sheet]:
    """Go through a shard of `sources` and the shard of `stories` that belongs to it, document by document.

    Raises:
        EditionError: There are more or fewer stories than the documents have.
    """
    stories = _rows(folder / stories_file)
    for row, facts in enumerate(_rows(folder / sources_file)):
        mine = [story for _, story in zip(range(facts["stories"]), stories, strict=False)]
        if len(mine) < facts["stories"]:
            message = f"{stories_file} ends before the stories of row {row} of {sources_file}"
            raise EditionError(message, "fetch or build the edition again")
        document = {name: facts.pop(name, None) for name in ("edits", "lines")}
        document["needs_review"] = facts["needs_review"]
        ids = tuple((story["id"], story["document_id"]) for story in mine)
        yield Sheet(sources_file, row, facts, Cleaned.from_rows(document, mine), ids)
    extra = next(stories, None)
    if extra is not None:
        message = f"{stories_file} holds the story {extra['id']}, which no row of {sources_file} has"
        raise EditionError(message, "fetch or build the edition again")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield a file's rows as dictionaries.

    Raises:
        EditionError: The file cannot be read.
    """
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(BATCH_ROWS):
                yield from batch.to_pylist()
    except (OSError, UnicodeDecodeError, pa.ArrowException) as error:
        message = f"{path} cannot be read: {error}"
        raise EditionError(message, "fetch or build the edition again") from error
