"""The measurement of memory: all processes of a build are counted, and two sizes say what a third would take."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import memory
from memory import BuildFailedError, Peak

if TYPE_CHECKING:
    from collections.abc import Sequence

pytest.importorskip("psutil")

FAMILY = """
import subprocess, sys, time
mine = bytearray(b"x" * 60_000_000)
child = "import time; mine = bytearray(b'x' * 90_000_000); time.sleep(1.5)"
subprocess.run([sys.executable, "-c", child], check=True)
"""


def test_children_are_counted() -> None:
    peak = memory.peak_of([sys.executable, "-c", FAMILY], 1.0)
    assert 150e6 < peak.pss < 250e6
    assert peak.rss >= peak.pss
    assert peak.processes == 2
    assert peak.seconds > 1.5


def test_a_build_that_fails_is_told() -> None:
    with pytest.raises(BuildFailedError, match="ended with 3: too bad"):
        memory.peak_of([sys.executable, "-c", "import sys; print('too bad', file=sys.stderr); sys.exit(3)"], 1.0)


def peak(megabytes: float, pss: float) -> Peak:
    return Peak(megabytes, round(pss * 1.2), round(pss), 2, 10.0)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (
            500e6,
            500e6,
            "the same, within the noise of a run (+0.000 MB a MB of text). On the line through both: 500 MB for 5 GB",
        ),
        (
            480e6,
            500e6,
            "the same, within the noise of a run (+0.100 MB a MB of text). On the line through both: 960 MB for 5 GB",
        ),
        (
            300e6,
            500e6,
            "not the same: memory grows with the input (+1.000 MB a MB of text). On the line through both: 5,100 MB",
        ),
    ],
)
def test_what_follows_from_two_sizes(low: float, high: float, said: str) -> None:
    text = memory.table([peak(200, low), peak(400, high)])
    assert said in text
    assert f"|        400 |         500 |         600 |         2 |  {40.0} |" in text


def test_one_size_says_nothing_of_others() -> None:
    assert "On the line" not in memory.table([peak(200, 500e6)])


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[Sequence[str]] = []

    def build(command: Sequence[str], megabytes: float) -> Peak:
        assert Path(command[4]).stat().st_size > 1000
        seen.append(command)
        return peak(megabytes, 400e6)

    monkeypatch.setattr(memory, "peak_of", build)
    arguments = ["--megabytes", "0.2", "0.1", "--workers", "2", "--json", str(tmp_path / "peaks.json")]
    assert memory.main([*arguments, "--folder", str(tmp_path), "--suffix", ".parquet"]) == 0
    said = capsys.readouterr()
    assert said.err.count("making a dump") == 2
    assert "On the line" in said.out
    assert [command[1:4] for command in seen] == [["-m", "copydesk", "build"]] * 2
    assert all(command[4].endswith(".parquet") and command[7:9] == ["--workers", "2"] for command in seen)
    peaks = json.loads((tmp_path / "peaks.json").read_text())
    assert [round(found["megabytes"], 1) for found in peaks] == [0.1, 0.2], "the smaller one first"
    assert [path.name for path in tmp_path.iterdir()] == ["peaks.json"], "dumps and editions are gone"


@pytest.mark.slow
def test_a_short_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--megabytes", "0.2", "0.1", "--json", str(tmp_path / "peaks.json"), "--folder", str(tmp_path)]
    assert memory.main([*arguments, "--quiet"]) == 0
    assert capsys.readouterr().err == ""
    assert min(found["pss"] for found in json.loads((tmp_path / "peaks.json").read_text())) > 50e6


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert memory.main(["--folder", str(tmp_path / "none"), "--megabytes", "1", "--quiet"]) == 1
    assert "No such file" in capsys.readouterr().err
