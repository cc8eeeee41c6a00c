"""The front door of `report`: an edition as one HTML file that a person can read.

`tally.py` goes through the edition once, counts, and lets each document draw a number (`lots.py`). `sample.py` fetches
those that were drawn (`places.py`) and lays them out (`sheets.py`, `rows.py`) as long as there is room; of documents
that were kept whole, `proposals.py` tells what would have been struck. `facts.py` puts counts and manifest together,
and `page.py` makes the page of them, whose HTML, style and script lie under `assets/`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copydesk.progress import Progress
    from copydesk.report.values import Report

__all__ = ["default_out", "report"]

SAMPLES = 200
"""Documents that are drawn by lot if nobody says how many."""


def report(  # noqa: PLR0913 (each is one thing a user may want to say; all but two are keywords)
    edition: str | Path,
    out: str | Path | None = None,
    *,
    flagged: bool = False,
    samples: int = SAMPLES,
    seed: int = 0,
    force: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Write a report of an edition: its accounts, what was struck, and a fair sample of documents before and after.

    The page is one HTML file of at most 5 MB that needs no network. The same edition, arguments and release of copydesk
    give the same page.

    Args:
        edition: The edition's folder.
        out: The file to write; if left out, one beside the folder (see `default_out`).
        flagged: Show only the documents that were kept whole, the worst first, with what would have been struck.
        samples: How many documents are drawn by lot. More are added until each rule, kind of noise, kind of story and
            language is represented, fewer are shown if the page would become too large. With `flagged`, how many of the
            worst are shown.
        seed: Another one draws other documents.
        force: Replace a file that is there.
        progress: Is told how far it is.

    Raises:
        EditionError: It is no edition, or the file is there, lies inside the edition or cannot be written.
        RecipeError: The edition's recipe holds settings that this copydesk does not know.
    """
    from copydesk.release.manifest import Manifest
    from copydesk.report.making import Wish, check_out, make

    Manifest.load(Path(edition))  # what is no edition is told before anything about the file
    place = Path(out) if out is not None else default_out(edition, flagged=flagged)
    check_out(Path(edition), place, force=force)
    return make(edition, place, Wish(flagged, samples, seed), progress)


def default_out(edition: str | Path, *, flagged: bool = False) -> Path:
    """Give where a report is written if nobody says where: beside the edition's folder, never inside."""
    folder = Path(edition)
    name = folder.resolve().name or "edition"
    beside = folder.parent if folder.name not in ("", "..") else folder.resolve().parent
    return beside / f"{name}-{'flagged' if flagged else 'report'}.html"
