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


@pytest.fixture(scope="session")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Dump:
    if named := os.environ.get("COPYDESK_DUMP"):
        return Dump(Path(named))
    path = tmp_path_factory.mktemp("dump") / "corpus.jsonl.zst"
    make(path, DUMP_MEGABYTES)
    return Dump(path)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    session = getattr(config, "_benchmarksession", None)
    rows = [b for b in session.benchmarks if "megabytes" in b.extra_info] if session else []
    if not rows:
        return
    terminalreporter.section("throughput (best round)")
    terminalreporter.line(f"{'stage':34s} {'MB/s':>8s} {'documents/s':>12s}")
    for bench in rows:
        seconds = bench.stats.min if hasattr(bench.stats, "min") else bench.stats.stats.min
        info = bench.extra_info
        terminalreporter.line(
            f"{bench.name:34s} {info['megabytes'] / seconds:8.1f} {info['documents'] / seconds:12,.0f}"
        )
