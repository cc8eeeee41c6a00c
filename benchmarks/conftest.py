"""What all benchmarks share: a dump to work on, and a table of MB/s and documents/s at the end.

The dump is made by `scripts/make_dump.py`; `COPYDESK_DUMP=FILE` (a .jsonl.zst) takes another. MB are millions of bytes
of UTF-8 text, not of compressed input.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from dump import Dump
from dumping.writing import make

DUMP_MEGABYTES = 16

RATIOS = {
    "whole build, share of the limit": ("test_limit_read_and_write_only", "test_whole_build"),
    "two workers, times one": ("test_workers[1]", "test_workers[2]"),
    "language, share of the whole build": ("test_language[cld2+lid176]", "test_whole_build"),
    "import copydesk, times an empty Python": ("test_start[import copydesk]", "test_start[nothing]"),
    "copydesk --help, times an empty Python": ("test_start[copydesk --help]", "test_start[nothing]"),
}
"""What is said of two benchmarks, by their names: the time of the first by that of the second."""


@pytest.fixture(scope="session")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Dump:
    if named := os.environ.get("COPYDESK_DUMP"):
        return Dump(Path(named))
    path = tmp_path_factory.mktemp("dump") / "corpus.jsonl.zst"
    make(path, DUMP_MEGABYTES)
    return Dump(path)


@pytest.fixture(scope="session")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder where the dump lies as files of other kinds."""
    return tmp_path_factory.mktemp("kinds")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    session = getattr(config, "_benchmarksession", None)
    seconds = {bench.name: _best(bench) for bench in session.benchmarks} if session else {}
    rows = [bench for bench in session.benchmarks if "megabytes" in bench.extra_info] if session else []
    if rows:
        terminalreporter.section("throughput (best round)")
        terminalreporter.line(f"{'stage':46s} {'MB/s':>8s} {'documents/s':>12s}")
    for bench in rows:
        info, best = bench.extra_info, seconds[bench.name]
        terminalreporter.line(f"{bench.name:46s} {info['megabytes'] / best:8.1f} {info['documents'] / best:12,.0f}")
    for said, (one, other) in RATIOS.items():
        if one in seconds and other in seconds:
            terminalreporter.line(f"{said}: {seconds[one] / seconds[other]:.2f}")


def _best(bench: Any) -> float:
    stats = bench.stats if hasattr(bench.stats, "min") else bench.stats.stats
    return float(stats.min)
