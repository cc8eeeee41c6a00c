"""Reading an edition's rows back as the values that they were made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from copydesk.document import Cleaned
from copydesk.release.folios import shard_folios

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from copydesk.release.folios import Folio


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


def sheets(folder: Path, stories_file: str, sources_file: str) -> Iterator[Sheet]:
    """Go through a shard of `sources` and the shard of `stories` that belongs to it, document by document.

    Raises:
        EditionError: A file cannot be read, or there are more or fewer stories than the documents have.
    """
    for folio in shard_folios(folder, stories_file, sources_file):
        yield from folio_sheets(folio)


def folio_sheets(folio: Folio) -> Iterator[Sheet]:
    """Go through the documents of a folio."""
    stories = iter(folio.stories.to_pylist())
    for row, facts in enumerate(folio.sources.to_pylist(), folio.sources_row):
        mine = [story for _, story in zip(range(facts["stories"]), stories, strict=False)]
        document = {name: facts.pop(name, None) for name in ("edits", "lines")}
        document["needs_review"] = facts["needs_review"]
        ids = tuple((story["id"], story["document_id"]) for story in mine)
        yield Sheet(folio.sources_file, row, facts, Cleaned.from_rows(document, mine), ids)
