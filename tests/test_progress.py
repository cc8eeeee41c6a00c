"""How far a build is: a bar for people, lines for logs, nothing for those who want quiet."""

from __future__ import annotations

import io
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from copydesk import build
from copydesk.progress import Bar, Lines, Progress, Silent, progress_for
from copydesk.recipe import Output
from editions import NO_RULES, write_records
from programs import copydesk_on_terminal

if TYPE_CHECKING:
    from pathlib import Path


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "quiet", "kind"),
    [
        (io.StringIO(), False, Lines),
        (Terminal(), False, Bar),
        (io.StringIO(), True, Silent),
        (Terminal(), True, Silent),
    ],
)
def test_the_stream_decides(stream: io.StringIO, quiet: bool, kind: type[Progress]) -> None:
    assert type(progress_for(stream, quiet=quiet)) is kind


def test_lines_come_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("copydesk.progress.time", SimpleNamespace(monotonic=lambda: now[0]))
    stream = io.StringIO()
    lines = Lines(stream)
    lines.begin(1000)
    for _ in range(10):
        now[0] += 4.0
        lines.tick(100, 2_000_000, 100)
    assert stream.getvalue().splitlines() == [
        " 30%  300 documents, 6.0 MB of text, 0.5 MB/s",
        " 60%  600 documents, 12.0 MB of text, 0.5 MB/s",
        " 90%  900 documents, 18.0 MB of text, 0.5 MB/s",
    ]


def test_a_fast_build_writes_no_line() -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    lines.begin(10)
    lines.tick(1, 10, 10)
    assert stream.getvalue() == ""


def test_nothing_to_read_is_no_division_by_zero() -> None:
    assert Silent().summary().startswith("0 documents, 0.0 MB of text, ")


@pytest.mark.parametrize("workers", [1, 2])
def test_all_that_is_done_is_counted(workers: int, tmp_path: Path) -> None:
    texts = [f"Ferry {number} leaves at nine. " * 500 for number in range(50)]
    folder = tmp_path / "in"
    for name in ("a.jsonl", "b.jsonl", "c.jsonl.gz", "d.parquet"):
        write_records(folder / name, [{"text": text} for text in texts])
    (folder / "e.txt").write_text(texts[0], encoding="utf-8")
    (folder / "f.jsonl").write_bytes(b"{\n{\n")
    shown = Silent()
    recipe = replace(NO_RULES, output=Output(chunk_mb=1))
    build(folder, tmp_path / "out", recipe=recipe, workers=workers, progress=shown)
    assert shown.documents == 4 * len(texts) + 3
    assert shown.text_bytes == 4 * sum(map(len, texts)) + len(texts[0])
    assert shown.input_bytes == shown.total_bytes == sum(path.stat().st_size for path in folder.iterdir())


# --- The real thing ---------------------------------------------------------------------------------------------------


def build_on_a_terminal(folder: Path, *options: str) -> tuple[str, str]:
    """Build where standard error is a terminal; give what came there, and on standard output."""
    write_records(folder / "in.jsonl", [{"text": f"Ferry {number} leaves at nine."} for number in range(2000)])
    (folder / "light.toml").write_text(NO_RULES.to_toml(), encoding="utf-8")
    command = ("build", "in.jsonl", "-o", "out", "--workers", "1", "--recipe", "light.toml")
    return copydesk_on_terminal(folder, "stderr", *command, *options)


def test_a_bar_on_a_terminal(tmp_path: Path) -> None:
    seen, out = build_on_a_terminal(tmp_path)
    assert "━" in seen
    assert "\x1b[2K" in seen, "the bar is drawn anew, not line by line"
    assert "2,000 documents, 0.1 MB of text" in seen
    assert "2,000 read = 2,000 published + 0 rejected" in out
    assert "\x1b" not in out


def test_nothing_on_a_terminal_when_quiet(tmp_path: Path) -> None:
    assert build_on_a_terminal(tmp_path, "--quiet") == ("", "")
