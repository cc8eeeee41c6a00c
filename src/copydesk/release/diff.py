"""What changed between two editions, and which rule or setting did it.

Each edition is read once for a few numbers a document; only documents of which something differs are read again. So
memory holds some 150 bytes for each document (more for each reject), and never the texts of more than some hundreds.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from copydesk.pages import ID_DIGITS
from copydesk.progress import Silent
from copydesk.release.changes import causes, prints
from copydesk.release.changes.causes import Side
from copydesk.release.changes.pairs import pair
from copydesk.release.changes.shelf import Shelf
from copydesk.release.changes.stories import ADDED, REMOVED
from copydesk.release.changes.tally import Tally
from copydesk.release.changes.values import Diff, Documents, Rejects
from copydesk.release.changes.verdict import verdict
from copydesk.release.folios import batches, table_files
from copydesk.release.intact import check_hashes, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from copydesk.progress import Progress
    from copydesk.release.changes.pairs import Pairs
    from copydesk.release.changes.prints import Prints
    from copydesk.release.changes.values import StoryChange
    from copydesk.release.ledgers import Ints

SAMPLES = 2
"""Samples of each cause, if nothing else is asked for."""

BLOCK = 500
"""Documents that are read again at a time."""


def diff(
    old: str | Path,
    new: str | Path,
    *,
    samples: int = SAMPLES,
    each: Callable[[StoryChange], None] | None = None,
    progress: Progress | None = None,
) -> Diff:
    """Tell what changed between two editions, and what did it.

    Args:
        old: The folder of the older edition.
        new: The folder of the newer one.
        samples: Places to show for each cause.
        each: Is told every story that differs, in the order of the new edition, those of removed documents last.
        progress: Is told how far it is.

    Raises:
        EditionError: One of them is no edition, or is damaged.
    """
    sides = Side.of(old), Side.of(new)
    return compare(*sides, samples=samples, each=each, progress=progress, unchecked=sides)


def compare(  # noqa: PLR0913 (all but two are keywords)
    old: Side,
    new: Side,
    *,
    samples: int = SAMPLES,
    each: Callable[[StoryChange], None] | None = None,
    progress: Progress | None = None,
    unchecked: Sequence[Side] = (),
) -> Diff:
    """Tell what changed between two editions; `diff` describes arguments and errors.

    Those that are `unchecked` are held against their hashes first.
    """
    sides = old, new
    with progress or Silent() as shown:
        tables = sum(entry.bytes for side in sides for entry in side.manifest.files if entry.rows is not None)
        shown.begin(tables + sum(entry.bytes for side in unchecked for entry in side.manifest.files))
        for side in unchecked:
            check_hashes(side.folder, side.manifest, counted(side.manifest.files, shown))
        before, after = (prints.read(side.folder, side.manifest, shown) for side in sides)
        pairs = pair(before, after)
        tally = Tally(samples, each or _ignore)
        _compare_stories(sides, (before, after), pairs, tally, everything=each is not None)
    documents, rejects = _count(sides, (before, after), pairs, tally)
    stories = tally.stories(
        int(before.first_story[-1]),
        int(after.first_story[-1]),
        _stories_of(before, pairs.removed),
        _stories_of(after, pairs.added),
    )
    level, why, least = verdict(old.manifest, new.manifest, documents, stories, rejects)
    rulebook = causes.rule_books(old.manifest.rulebook, new.manifest.rulebook)
    known = old.manifest.rulebook | new.manifest.rulebook
    return Diff(
        old=old.manifest.version,
        new=new.manifest.version,
        level=level,
        why=why,
        least=least,
        documents=documents,
        stories=stories,
        facts=dict(sorted(tally.facts.items())),
        rejects=rejects,
        rules=tally.effects(partial(causes.status, change=rulebook, known=known)),
        settings=causes.settings(old.recipe, new.recipe),
        rulebook=rulebook,
        made_with=causes.made_with(old.manifest, new.manifest),
        samples=tuple(sample for cause in tally.samples.values() for sample in cause),
    )


def _compare_stories(
    sides: tuple[Side, Side], editions: tuple[Prints, Prints], pairs: Pairs, tally: Tally, *, everything: bool
) -> None:
    """Read again what differs, and add it up."""
    first, second = (Shelf(side.folder, side.manifest, edition) for side, edition in zip(sides, editions, strict=True))
    before, after = editions
    differs = before.stories[pairs.old] != after.stories[pairs.new]
    differs |= before.told[pairs.old] != after.told[pairs.new]
    for rows in _blocks(np.flatnonzero(differs)):
        for old, new in zip(first.take(pairs.old[rows]), second.take(pairs.new[rows]), strict=True):
            tally.compare(old, new)
    _go_through(second, pairs.added, ADDED, tally, everything=everything)
    _go_through(first, pairs.removed, REMOVED, tally, everything=everything)


def _count(
    sides: tuple[Side, Side], editions: tuple[Prints, Prints], pairs: Pairs, tally: Tally
) -> tuple[Documents, Rejects]:
    """Count documents and rejects, and the documents that were rejected in one edition and published in the other."""
    old, new = (Counter(_read_rejects(side)) for side in sides)
    documents = Documents(
        old=len(editions[0]),
        new=len(editions[1]),
        both=len(pairs.old),
        added=len(pairs.added),
        removed=len(pairs.removed),
        moved=int(pairs.moved.sum()),
        retold=tally.retold,
        to_rejects=_among(editions[0], pairs.removed, new - old),
        from_rejects=_among(editions[1], pairs.added, old - new),
    )
    return documents, Rejects(old.total(), new.total(), (new - old).total(), (old - new).total())


def _ignore(_change: StoryChange) -> None:
    pass


def _blocks(rows: Ints) -> Iterator[Ints]:
    for start in range(0, len(rows), BLOCK):
        yield rows[start : start + BLOCK]


def _stories_of(edition: Prints, rows: Ints) -> int:
    return int((edition.first_story[rows + 1] - edition.first_story[rows]).sum())


def _go_through(shelf: Shelf, rows: Ints, change: str, tally: Tally, *, everything: bool) -> None:
    """Read documents that are in one edition only: all of them if somebody is told of each, else for samples."""
    for block in _blocks(rows if everything else rows[: tally.most]):
        for page in shelf.take(block):
            tally.whole(page, change)


_Reject = tuple[str, int, str, str]
"""A reject's source, position, reason, and the id of its bytes."""


def _read_rejects(side: Side) -> Iterator[_Reject]:
    for file in table_files(side.manifest, "rejects"):
        for batch in batches(side.folder / file, ["source", "position", "reason", "raw"]):
            for row in batch.to_pylist():
                content = hashlib.sha256(row["raw"] or b"").hexdigest()[:ID_DIGITS]
                yield row["source"], row["position"], row["reason"], content


def _among(edition: Prints, rows: Ints, rejects: Iterable[_Reject]) -> int:
    """Count the documents that stand among rejects: by their place, or by their text."""
    rejects = list(rejects)
    places = {(source, position) for source, position, _, _ in rejects}
    contents = {content for _, _, _, content in rejects}
    return sum(
        edition.place(row) in places or edition.document_id(row) in contents
        for row in (rows.tolist() if rejects else ())
    )
