"""From sums to probabilities, as the training of the line model maps them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install 'copydesk[train]'")
sys.path.insert(0, str(Path(__file__).parents[1] / "training"))

from calibration import calibrated

# Sums, what is known of each line, what each counts for, and the points of the map.
CASES = [
    ("steps become points at their middle", [0, 1, 2, 4], [0, 0, 1, 1], [1, 1, 1, 1], [(0.5, 0.001), (3.0, 0.999)]),
    ("lines out of order share a point", [0, 1, 2, 3], [0, 1, 0, 1], [1] * 4, [(0.0, 0.001), (1.5, 0.5), (3.0, 0.999)]),
    ("a heavy line draws its point", [0, 1, 2, 3], [0, 1, 0, 1], [1, 1, 3, 1], [(0, 0.001), (1.75, 0.25), (3, 0.999)]),
    ("what counts for nothing says nothing", [0, 5, 9], [0, 0, 1], [1, 0, 1], [(0.0, 0.001), (9.0, 0.999)]),
    ("points that round alike are one", [0, 1, 1.0001, 2], [0, 1, 1, 1], [1] * 4, [(0, 0.001), (1.333, 0.999)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sums", "known", "weights", "points"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_sums_become_probabilities(
    sums: list[float], known: list[float], weights: list[float], points: list[tuple[float, float]]
) -> None:
    arrays = [np.array(values, np.float32) for values in (sums, known, weights)]
    assert calibrated(*arrays) == points


def test_points_rise() -> None:
    sums = np.array([-5, *[0.1001] * 3, *[0.1004] * 3, 5], np.float32)
    known = np.array([0, 0, 0, 1, 0, 1, 1, 1], np.float32)
    found = calibrated(sums, known, np.ones(8, np.float32))
    assert [x for x, _ in found] == sorted({x for x, _ in found})
