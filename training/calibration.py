"""From a forest's sums to probabilities: centred isotonic regression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.isotonic import IsotonicRegression

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

POINTS = 40


def calibrated(answers: Floats, known: Floats, weights: Floats) -> list[tuple[float, float]]:
    """Fit a rising map from sums to probabilities of noise on lines of unseen sites.

    This is centred isotonic regression (Oron and Flournoy 2017): a step of the isotonic fit becomes one point at the
    mean sum of its lines, and between points the map is a line. Without that thousands of lines share one probability,
    and a threshold takes all of them or none.

    Args:
        answers: The sum of each line.
        known: 1 for noise, 0 for real.
        weights: What each counts for; one that counts for nothing says nothing.
    """
    counting = weights > 0
    answers, known, weights = answers[counting], known[counting], weights[counting]
    fit = IsotonicRegression(y_min=0.001, y_max=0.999, out_of_bounds="clip").fit(answers, known, weights)
    levels, step = np.unique(fit.predict(answers), return_inverse=True)
    centres = np.bincount(step, answers * weights) / np.bincount(step, weights)
    even = np.linspace(centres[0], centres[-1], POINTS)
    chosen = np.unique([int(np.argmin(np.abs(centres - place))) for place in even])
    points = {round(float(x), 3): round(float(y), 4) for x, y in zip(centres[chosen], levels[chosen], strict=True)}
    return list(points.items())  # two that are the same when rounded are one: the kernel wants sums that rise
