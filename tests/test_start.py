"""`import copydesk` and `copydesk --help` answer at once.

Processor time is taken, because tests run beside each other: nothing waits here, so on an idle machine it is the time
that passes.
"""

from __future__ import annotations

import resource

import pytest

from programs import python

SECONDS = 0.3
"""How long either may take on a machine where an empty Python takes `EMPTY_SECONDS`; slower machines get more."""

EMPTY_SECONDS = 0.02

RUNS = 5
"""The fastest counts: others were held up by something else."""


def spent() -> float:
    """Give the processor time of all processes that this one started and that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def fastest(*arguments: str) -> float:
    """Give the seconds of the fastest of some runs of Python."""
    times = []
    for _ in range(RUNS):
        before = spent()
        assert python(*arguments).returncode == 0
        times.append(spent() - before)
    return min(times)


@pytest.mark.parametrize("arguments", [("-c", "import copydesk"), ("-m", "copydesk", "--help")], ids=" ".join)
def test_starts_quickly(arguments: tuple[str, ...]) -> None:
    allowed = SECONDS * max(1.0, fastest("-c", "pass") / EMPTY_SECONDS)
    assert fastest(*arguments) < allowed
