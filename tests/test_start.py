"""`import copydesk` and `copydesk --help` answer at once."""

from __future__ import annotations

import time

import pytest

from programs import python

SECONDS = 0.3
"""How long either may take on a machine where an empty Python takes `EMPTY_SECONDS`; slower machines get more."""

EMPTY_SECONDS = 0.02

RUNS = 5
"""The fastest counts: others were held up by something else."""


def fastest(*arguments: str) -> float:
    """Give the seconds of the fastest of some runs of Python."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        assert python(*arguments).returncode == 0
        times.append(time.perf_counter() - began)
    return min(times)


@pytest.mark.parametrize("arguments", [("-c", "import copydesk"), ("-m", "copydesk", "--help")], ids=" ".join)
def test_starts_quickly(arguments: tuple[str, ...]) -> None:
    allowed = SECONDS * max(1.0, fastest("-c", "pass") / EMPTY_SECONDS)
    assert fastest(*arguments) < allowed
