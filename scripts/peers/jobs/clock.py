"""Takes the time of a job, in the peer's own Python: once on a few documents to load everything, then for real.

A job is `python run_<peer>.py SAMPLE WARM FOLDER CORE [VARIANT]`; it leaves its times in `FOLDER/times.json`. This file
and the jobs use nothing but the standard library and the peer, because nothing else is installed there.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

Prepare = Callable[[Path, Path], Path]
"""Puts a sample, a .jsonl.zst file, into a folder in the form that the peer reads; the clock does not run."""

Work = Callable[[Path, Path, str], Any]
"""Reads the input, writes into a new folder; the last argument is the variant."""


def main(work: Work, *packages: str, prepare: Prepare = lambda sample, _: sample) -> None:
    """Run a job and write down its times and the versions of packages."""
    sample, warm, folder = map(Path, sys.argv[1:4])
    os.sched_setaffinity(0, {int(sys.argv[4])})
    variant = sys.argv[5] if len(sys.argv) > 5 else ""  # noqa: PLR2004 - the last argument may be missing
    inputs = []
    for name, source in (("warm", warm), ("sample", sample)):
        place = folder / f"{name}_in"
        place.mkdir(parents=True)
        inputs.append(prepare(source, place))
    work(inputs[0], _new(folder / "warm_out"), variant)
    out = _new(folder / "sample_out")
    wall, cpu = time.perf_counter(), _cpu_seconds()
    work(inputs[1], out, variant)
    times = {
        "wall": time.perf_counter() - wall,
        "cpu": _cpu_seconds() - cpu,
        "written": sum(path.stat().st_size for path in out.rglob("*") if path.is_file()),
        "versions": {package: version(package) for package in packages},
        "python": ".".join(map(str, sys.version_info[:3])),
    }
    (folder / "times.json").write_text(json.dumps(times), encoding="utf-8")


def _new(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _cpu_seconds() -> float:
    """Give the processor time of this process and of those that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(times.ru_utime + times.ru_stime for times in used)
