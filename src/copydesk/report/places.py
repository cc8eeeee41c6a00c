"""Fetching single documents and rejects out of an edition, by where they stand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.document import Cleaned
from copydesk.errors import EditionError
from copydesk.release.folios import AGAIN, BATCH_ROWS, shard_pairs, table_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from copydesk.release.changes.causes import Side
    from copydesk.report.lots import Place


@dataclass(frozen=True, slots=True)
class Found:
    """A document of an edition.

    Attributes:
        facts: Its row of `sources`, without its edits and the labels of its lines.
        cleaned: Its stories and its ledger.
    """

    facts: dict[str, Any]
    cleaned: Cleaned


def documents_at(side: Side, places: Iterable[Place]) -> dict[Place, Found]:
    """Fetch documents; of the files, only the row groups that hold one are read.

    Raises:
        EditionError: A file cannot be read, or does not have such a row.
    """
    found: dict[Place, Found] = {}
    pairs = shard_pairs(side.manifest)
    for shard, mine in _by_shard(places).items():
        stories_file, sources_file = pairs[shard]
        wanted = [row for place in mine for row in range(place.first_story, place.first_story + place.stories)]
        stories = rows_at(side.folder / stories_file, wanted)
        sources = rows_at(side.folder / sources_file, [place.row for place in mine])
        for place in mine:
            facts = dict(sources[place.row])
            document = {name: facts.pop(name, None) for name in ("edits", "lines")}
            document["needs_review"] = facts["needs_review"]
            rows = [stories[place.first_story + n] for n in range(place.stories)]
            found[place] = Found(facts, Cleaned.from_rows(document, rows))
    return found


def rejects_at(side: Side, places: Iterable[Place]) -> dict[Place, dict[str, Any]]:
    """Fetch rows of `rejects`.

    Raises:
        EditionError: A file cannot be read, or does not have such a row.
    """
    files = table_files(side.manifest, "rejects")
    return {
        place: row
        for shard, mine in _by_shard(places).items()
        for rows in [rows_at(side.folder / files[shard], [place.row for place in mine])]
        for place, row in [(place, rows[place.row]) for place in mine]
    }


def _by_shard(places: Iterable[Place]) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        found[place.shard].append(place)
    return found


def rows_at(path: Path, wanted: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Read some rows of a Parquet file.

    Raises:
        EditionError: The file cannot be read, or is shorter.
    """
    try:
        found = dict(_rows(path, set(wanted)))
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        message = f"{path} cannot be read: {error}"
        raise EditionError(message, AGAIN) from error
    if len(found) < len(set(wanted)):
        message = f"{path} ends before row {max(wanted)}"
        raise EditionError(message, AGAIN)
    return found


def _rows(path: Path, wanted: Collection[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    with pq.ParquetFile(path) as file:
        first = 0
        for group in range(file.num_row_groups):
            stop = first + file.metadata.row_group(group).num_rows
            if any(first <= row < stop for row in wanted):
                for batch in file.iter_batches(BATCH_ROWS, row_groups=[group]):
                    for row in sorted(row for row in wanted if first <= row < first + len(batch)):
                        yield row, batch.slice(row - first, 1).to_pylist()[0]
                    first += len(batch)
            first = stop
