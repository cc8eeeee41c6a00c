"""C99: F. Choi, "Advances in domain independent linear text segmentation", NAACL 2000.

Cosines between lines are replaced by their ranks among their neighbours, and the text is split, one cut at a time,
where that leaves the squares along the diagonal of the matrix of ranks most dense. An unusually steep rise in density
says how many of those cuts to keep. Words are stemmed, stopwords left out, as in the paper; the unit is a line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from segmenters.terms import DIGITS, counts, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segmenters.terms import Matrix, Places

MASK = 11
"""Width of the square of neighbours among which a similarity is ranked."""

STEEP = 1.2
"""Standard deviations above its mean from which a gradient is unusual."""

SMOOTHING = np.array([1.0, 2.0, 4.0, 8.0, 4.0, 2.0, 1.0])
"""What the gradient is smoothed with before (the paper's third footnote)."""


def cuts(lines: Sequence[str], mask: int = MASK) -> frozenset[int]:
    """Give the numbers of the lines that begin a new topic."""
    if len(lines) < 2:  # noqa: PLR2004 - nothing to cut
        return frozenset()
    order, gradient = divisions(ranks(similarities(counts(lines)), mask))
    return frozenset(order[: steep(gradient)])


def similarities(terms: Matrix) -> Matrix:
    """Give the cosine of each two lines, from how often they have each term."""
    rows = unit(terms)
    return np.round(rows @ rows.T, DIGITS)


def ranks(values: Matrix, mask: int = MASK) -> Matrix:
    """Give the share of its neighbours within the mask that each value is greater than."""
    size, reach = len(values), mask // 2
    # Beyond the edges there is nothing to be greater than, and nothing is counted.
    framed = np.pad(values, reach, constant_values=np.nan)
    greater, neighbours = np.zeros(values.shape), np.zeros(values.shape)
    for down in range(mask):
        for right in range(mask):
            if (down, right) != (reach, reach):
                other = framed[down : down + size, right : right + size]
                greater += values > other
                neighbours += ~np.isnan(other)
    return greater / np.maximum(neighbours, 1)


class Squares:
    """The squares along the diagonal of a matrix: what their values sum up to, and their areas."""

    def __init__(self, values: Matrix) -> None:
        self._sums = np.pad(values, ((1, 0), (1, 0))).cumsum(0).cumsum(1)

    def of(self, starts: Places, ends: Places) -> Matrix:
        """Give the sums (first row) and areas (second row) of the squares between some lines and others."""
        sums = self._sums
        inside = sums[ends, ends] - sums[starts, ends] - sums[ends, starts] + sums[starts, starts]
        return np.array([inside, (ends - starts) ** 2])


def divisions(ranked: Matrix) -> tuple[list[int], Matrix]:
    """Split a text down to single lines, each time where the density inside its parts becomes greatest.

    Returns:
        The cuts in the order in which they were made, and the rise in density that each brought.
    """
    squares, size = Squares(ranked), len(ranked)
    places = np.arange(1, size)
    starts, ends = np.zeros_like(places), np.full_like(places, size)  # of the part that each place is in
    whole = squares.of(np.array([0]), np.array([size]))
    order, densities = [], [whole]
    while len(places):
        split = whole - squares.of(starts, ends) + squares.of(starts, places) + squares.of(places, ends)
        best = int(np.argmax(split[0] / split[1]))
        place, whole = int(places[best]), split[:, best : best + 1]
        order.append(place)
        densities.append(whole)
        same = starts == starts[best]
        ends[same & (places < place)] = place
        starts[same & (places > place)] = place
        places, starts, ends = (np.delete(values, best) for values in (places, starts, ends))
    sums, areas = np.hstack(densities)
    return order, np.diff(sums / areas)


def steep(gradient: Matrix) -> int:
    """Give how many rises, from the first on, are unusually steep."""
    reach, size = len(SMOOTHING) // 2, len(gradient)
    smooth, full = (np.convolve(values, SMOOTHING)[reach : reach + size] for values in (gradient, np.ones(size)))
    smooth /= full
    flat = np.flatnonzero(smooth <= smooth.mean() + STEEP * smooth.std())
    return int(flat[0]) if len(flat) else size
