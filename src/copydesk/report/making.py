"""Making a report: one pass to count and to draw lots, then the documents that were drawn, then the page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa

from copydesk.errors import EditionError
from copydesk.progress import Silent
from copydesk.release.changes.causes import Side
from copydesk.release.folios import AGAIN
from copydesk.release.staging import whole
from copydesk.report.facts import facts_of
from copydesk.report.lots import Draw
from copydesk.report.page import page
from copydesk.report.sample import MOST_FLAGGED, draw_flagged, draw_rejects, draw_sample
from copydesk.report.tally import reject_lots, tally
from copydesk.report.values import Drawn, Report, Sample

if TYPE_CHECKING:
    from pathlib import Path

    from copydesk.progress import Progress

BUDGET = 5_000_000
"""Bytes that a page may take. A browser opens it at once, and it can be sent by mail."""

REJECTS = 30
"""Rejects that are drawn by lot."""

PER_REASON = 3
"""Rejects that each reason adds."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a report is to hold.

    Attributes:
        flagged: Only documents that were kept whole.
        samples: How many documents are drawn by lot, or how many of the flagged ones are shown.
        seed: What lots are drawn by.
        budget: Bytes that the page may take.
    """

    flagged: bool
    samples: int
    seed: int
    budget: int = BUDGET


def make(edition: str | Path, out: Path | None, wish: Wish, progress: Progress | None) -> Report:
    """Make a report, and write it if `out` says where.

    Raises:
        EditionError: It is no edition, a table of it cannot be read, or the page cannot be written.
        RecipeError: Its recipe holds settings that this copydesk does not know.
    """
    side = Side.of(edition)
    try:
        with progress or Silent() as shown:
            shown.begin(sum(entry.bytes for entry in side.manifest.files if entry.rows is not None))
            return _make(side, out, wish, shown)
    except (UnicodeDecodeError, pa.ArrowException) as error:
        message = f"{side.folder} holds rows that no edition has: {error}"
        raise EditionError(message, f"{AGAIN}; `copydesk verify` tells what is wrong") from error


def _make(side: Side, out: Path | None, wish: Wish, shown: Progress) -> Report:
    draw, flagged = Draw(0 if wish.flagged else wish.samples), Draw(0, MOST_FLAGGED)
    counted = tally(side, draw, flagged, wish.seed, shown)
    facts = facts_of(side, counted)
    of = facts.needs_review if wish.flagged else facts.published
    drawn = Drawn(flagged=wish.flagged, seed=wish.seed, of=of, asked=wish.samples)
    empty = Sample(drawn, (), (), (), (), ())
    room = wish.budget - len(page(facts, empty).encode())
    if wish.flagged:
        sample = draw_flagged(side, flagged, drawn, room)
    else:
        rejects = Draw(REJECTS, PER_REASON)
        reject_lots(side, rejects, wish.seed)
        texts = draw_rejects(side, rejects, room)
        room -= sum(len(text.encode()) + 2 for text in texts)
        sample = replace(draw_sample(side, draw, replace(drawn, rejects=len(texts)), room), rejects=texts)
    if out is None:
        return Report(None, 0, facts, sample.drawn, sample.ids)
    size = _write(out, page(facts, sample))
    return Report(str(out), size, facts, sample.drawn, sample.ids)


def check_out(folder: Path, out: Path, *, force: bool) -> None:
    """Refuse a place for the page before anything is read.

    Raises:
        EditionError: It lies in the edition, there is something, or there is no folder for it.
    """
    if out.resolve().is_relative_to(folder.resolve()):
        message = f"{out} lies inside the edition"
        raise EditionError(message, "an edition holds what its manifest lists and nothing else: choose another place")
    if out.is_dir():
        message = f"{out} is a folder"
        raise EditionError(message, "give the name of a file to write with -o")
    if out.exists() and not force:
        message = f"{out} exists"
        raise EditionError(message, "give another name with -o, or replace it with --force")
    if not out.parent.is_dir():
        message = f"there is no folder {out.parent} to write {out.name} to"
        raise EditionError(message, "make it first, or give another name with -o")


def _write(out: Path, text: str) -> int:
    """Write the page beside its place and put it there whole; give its bytes.

    Raises:
        EditionError: It cannot be written.
    """
    try:
        with whole(out) as file:
            file.write(text)
    except OSError as error:
        message = f"cannot write {out}: {error.strerror}"
        raise EditionError(message, "choose another place with -o") from None
    return len(text.encode())
