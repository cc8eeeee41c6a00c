"""How good cuts are: Pk, WindowDiff, and what readers notice.

Pk is of Beeferman, Berger and Lafferty, "Statistical models for text segmentation", Machine Learning 34 (1999):
slide a window of half a mean story along the text and count how often truth and segmenter disagree on whether its two
ends are in one story. WindowDiff is of Pevzner and Hearst, "A critique and improvement of an evaluation metric for
text segmentation", Computational Linguistics 28 (2002): the same window, but count how often they disagree on the
number of cuts within. Both are 0 at best.
"""

from __future__ import annotations

from itertools import accumulate
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from segmenters.documents import Document

MEASURES = {
    "Pk": "Pk",
    "WindowDiff": "WindowDiff",
    "exact": "cut exactly",
    "any_cut": "cut at all",
    "main_exact": "main exact",
    "main_early": "main cut early",
    "main_foreign": "main has foreign",
}
"""Measures by name, in words, in the order of the tables. All but the first two are shares of documents."""

ERRORS = ("Pk", "WindowDiff")
"""Measures that are no shares of documents."""


def window(cuts: frozenset[int], units: int) -> int:
    """Give half the mean length of a story, in lines; at least one line."""
    return max(1, round(units / (len(cuts) + 1) / 2))


def pk(wanted: frozenset[int], found: frozenset[int], units: int) -> float:
    """Give Pk.

    Args:
        wanted: The lines that begin a story, without the first.
        found: Those that a segmenter says do.
        units: Number of lines.
    """
    return fmean((one == 0) != (other == 0) for one, other in _windows(wanted, found, units))


def window_diff(wanted: frozenset[int], found: frozenset[int], units: int) -> float:
    """Give WindowDiff; arguments as for `pk`."""
    return fmean(one != other for one, other in _windows(wanted, found, units))


def _windows(wanted: frozenset[int], found: frozenset[int], units: int) -> list[tuple[int, int]]:
    """Count the cuts, wanted and found, between the two ends of each window; one that sees no cut if none fits."""
    wide = window(wanted, units)
    ours, theirs = (list(accumulate(line in cuts for line in range(units))) for cuts in (wanted, found))
    ends = range(wide, units)
    return [(ours[end] - ours[end - wide], theirs[end] - theirs[end - wide]) for end in ends] or [(0, 0)]


def judge(document: Document, found: frozenset[int]) -> dict[str, float]:
    """Measure the cuts that a segmenter found in a document; what says nothing about this document is left out."""
    units = len(document.lines)
    figures = {"Pk": pk(document.cuts, found, units), "WindowDiff": window_diff(document.cuts, found, units)}
    if document.cuts:
        figures["exact"] = float(found == document.cuts)
    else:
        figures["any_cut"] = float(bool(found))
    if document.main_end is not None:
        first = min(found, default=units)
        figures["main_exact"] = float(first == document.main_end)
        figures["main_early"] = float(first < document.main_end)
        figures["main_foreign"] = float(first > document.main_end)
    return figures


def means(judged: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Give the mean of each measure over the documents that have it."""
    rows = list(judged)
    measured = {name: [row[name] for row in rows if name in row] for name in MEASURES}
    return {name: round(fmean(values), 5) for name, values in measured.items() if values}
