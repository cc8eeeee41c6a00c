"""What all benchmarks share: a dump to work on, and a table of MB/s and documents/s at the end.

The dump is made of the project's own corpus, each document many times with a running number, so that no two are the
same; `COPYDESK_DUMP=FILE` (a .jsonl.zst) takes another. MB are millions of bytes of UTF-8 text, not of compressed
input.
"""

from __future__ import annotations

import json
import os
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import zstandard

from dump import Dump

if TYPE_CHECKING:
    from collections.abc import Iterator

CORPUS = Path(__file__).resolve().parent.parent / "corpus" / "raw"
DUMP_MEGABYTES = 16


def _records() -> Iterator[bytes]:
    texts = [path.read_text(encoding="utf-8") for path in sorted(CORPUS.rglob("*.txt"))]
    for number in count():
        for text in texts:
            yield (
                json.dumps({"id": number, "text": f"{text.rstrip()}\n\nNo. {number}.\n"}, ensure_ascii=False).encode()
                + b"\n"
            )


@pytest.fixture(scope="session")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Dump:
    if named := os.environ.get("COPYDESK_DUMP"):
        return Dump(Path(named))
    path = tmp_path_factory.mktemp("dump") / "corpus.jsonl.zst"
    size = 0
    with zstandard.open(path, "wb") as file:
        for record in _records():
            file.write(record)
            size += len(record)
            if size > DUMP_MEGABYTES * 1e6:
                return Dump(path)
    raise AssertionError


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
