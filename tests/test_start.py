"""`import copydesk` and `copydesk --help` answer at once.

Processor time is taken, because tests run beside each other: nothing waits here, so on an idle machine it is the time
that passes.
"""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import pytest

from programs import python

if TYPE_CHECKING:
    from pathlib import Path

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


def test_arrow_can_go_without_pandas_and_pandas_still_be_imported() -> None:
    pytest.importorskip("pandas")
    found = python(
        "-c",
        "import sys; import pyarrow as pa; from copydesk.lean import leave_pandas_out; leave_pandas_out();"
        "pa.array(['a']); pa.repeat('a', 2); assert 'pandas' not in sys.modules;"
        "import pandas; assert pandas.DataFrame({'a': [1]}).shape == (1, 1)",
    )
    assert (found.returncode, found.stderr) == (0, b"")


def test_a_build_does_without_pandas(tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    (tmp_path / "a.jsonl").write_text('{"text": "The ferry left at nine."}\n', encoding="utf-8")
    script = (
        "import sys; sys.argv = ['copydesk', 'build', 'a.jsonl', '-o', 'out', '--quiet'];"
        "from copydesk.cli import main; assert main() == 0; assert 'pandas' not in sys.modules"
    )
    found = python("-c", script, cwd=tmp_path)
    assert found.returncode == 0, found.stderr
