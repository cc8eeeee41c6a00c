"""Where a story came from, and every stroke on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from copydesk.errors import EditionError
from copydesk.release.folios import shard_pairs
from copydesk.release.manifest import Manifest
from copydesk.release.reading import Sheet, sheets

if TYPE_CHECKING:
    from copydesk.document import Edit, Story


@dataclass(frozen=True, slots=True)
class Explanation:
    """A story and its document.

    Attributes:
        id: The story's id.
        story: The story, with its spans and its edits.
        stories: How many stories the document has.
        source: The file that the document came from, as the edition names it.
        position: Its line or row there, from 1.
        record_id: Its own identifier, if it had one.
        meta: Its other fields as a JSON object, if it had any.
        sha256: The hash of the raw document in UTF-8.
        chars: The raw document's length in code points.
        needs_review: Whether it was kept whole because too much would have been struck.
        version: The edition's version.
    """

    id: str
    story: Story
    stories: int
    source: str
    position: int
    record_id: str | None
    meta: str | None
    sha256: str
    chars: int
    needs_review: bool
    version: str

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Every stroke on the story, in raw order."""
        return self.story.edits


def explain(edition: str | Path, story_id: str) -> Explanation:
    """Find a story in an edition and tell where it came from.

    Args:
        edition: The edition's folder.
        story_id: The story's `id`, or the start of it if only one story's id starts so; or the `record_id`, the
            `source` or the name of the file of a document that is one story.

    Raises:
        EditionError: There is no such story, or more than one.
    """
    folder = Path(edition)
    manifest = Manifest.load(folder)
    pairs = shard_pairs(manifest)
    found = [(place, name) for place in pairs for name in _ids(folder / place[0], story_id)]
    words = f"have an id that starts with {story_id!r}"
    if not found:
        found = [(place, name) for place in pairs for name in _ids_from(folder, place, story_id)]
        origin = f"come from a record {story_id!r}, or a file of that name"
        words = origin if found else f"{words}, or {origin}"
    names = sorted({name for _, name in found})
    if len(names) != 1:
        message = f"{len(names) or 'no'} stories of {folder} {words}"
        hint = f"the first are {', '.join(names[:3])}" if names else "ids are in the column `id` of the stories"
        raise EditionError(message, hint)
    (stories_file, sources_file), name = found[0]
    sheet = next(sheet for sheet in sheets(folder, stories_file, sources_file) if name in dict(sheet.story_ids))
    return _explanation(sheet, name, manifest.version)


def _ids(path: Path, start: str) -> list[str]:
    """Give the ids in a file that start so; all else in the file is left unread."""
    with pq.ParquetFile(path) as file:
        ids = file.read(["id"])["id"]
    found: list[str] = ids.filter(pc.starts_with(ids, start)).to_pylist()
    return [start] if start in found else found


def _ids_from(folder: Path, place: tuple[str, str], origin: str) -> list[str]:
    """Give the ids of the stories in a file whose documents had this id of their own, or came from such a file."""
    stories_file, sources_file = place
    with pq.ParquetFile(folder / sources_file) as file:
        sources = file.read(["source", "position", "record_id"])
    named = pc.or_(pc.equal(sources["source"], origin), pc.ends_with(sources["source"], f"/{origin}"))
    wanted = sources.filter(pc.or_kleene(pc.equal(sources["record_id"], origin), named)).drop_columns("record_id")
    if not wanted.num_rows:
        return []
    with pq.ParquetFile(folder / stories_file) as file:
        stories = file.read(["id", "source", "position"])
    found: list[str] = stories.join(wanted, ["source", "position"], join_type="inner")["id"].to_pylist()
    return found


def _explanation(sheet: Sheet, name: str, version: str) -> Explanation:
    facts: dict[str, Any] = sheet.facts
    index = [story_id for story_id, _ in sheet.story_ids].index(name)
    return Explanation(
        id=name,
        story=sheet.cleaned.stories[index],
        stories=len(sheet.cleaned.stories),
        version=version,
        **{key: facts[key] for key in ("source", "position", "record_id", "meta", "sha256", "chars", "needs_review")},
    )
