"""The commands in the tutorial and the how-tos: found in the pages, run in order, their output compared or written.

A page is a session. Its fenced blocks marked `sh` and `python` are run one after another in one empty folder, as a
reader would who has nothing but that page. A block marked `text` right behind one is what it prints on standard output;
`...` alone on a line of it stands for any lines, and `…` within a line for anything. Comments in the page, which no
reader sees, say the rest:

    <!-- prepare:            commands that make what the page says its reader has
    ...
    -->
    <!-- not run: why -->    the block below is shown only
    <!-- leaves with 1 -->   the command below fails, with that exit code
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

PLAYED = (DOCS / "tutorial.md", *sorted(DOCS.glob("how-*.md")), *sorted(DOCS.glob("the-*.md")))
"""Pages whose commands are run: the tutorial, the how-tos, and what explains how and why."""

SECONDS = 300
"""How long a block may take."""

_PIECE = re.compile(
    r"^<!-- prepare:\n(?P<prepare>.*?)^-->$"
    r"|^<!-- not run: (?P<why>[^\n]+?) -->$"
    r"|^<!-- leaves with (?P<code>\d+) -->$"
    r"|^(?P<fence>`{3,})(?P<language>\w*)\n(?P<body>.*?)^(?P=fence)$",
    re.DOTALL | re.MULTILINE,
)


@dataclass
class Step:
    """A block of a page that is run.

    Attributes:
        language: `sh` or `python`.
        source: What is run.
        line: The page's line that it begins on.
        code: The exit code that it must leave with.
        output: Where in the page its output stands, if it does; otherwise none.
        wanted: That output.
    """

    language: str
    source: str
    line: int
    code: int = 0
    output: slice | None = None
    wanted: str = ""


class SessionError(Exception):
    """A block of a page did not do what the page says."""


def steps(text: str) -> list[Step]:
    """Find what is run of a page, in order.

    Raises:
        SessionError: An output stands behind nothing that prints it.
    """
    return list(_steps(text))


def _steps(text: str) -> Iterator[Step]:
    last: Step | None = None
    skip, code, end = False, 0, 0
    for found in _PIECE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        if found["prepare"] is not None:
            yield Step("sh", found["prepare"], line)
        elif found["why"]:
            skip = True
        elif found["code"]:
            code = int(found["code"])
        elif found["language"] in {"sh", "python"}:
            last = None if skip else Step(found["language"], found["body"], line, code)
            skip, code, end = False, 0, found.end()
            if last is not None:
                yield last
        elif found["language"] == "text" and last is not None and not text[end : found.start()].strip():
            last.output, last.wanted = slice(found.start("body"), found.end("body")), found["body"]
            last = None
        elif found["language"] == "text" and not skip:
            message = f"line {line}: this output stands behind nothing that prints it"
            raise SessionError(message)
        else:
            skip = False


def play(page: Path, folder: Path) -> Iterator[tuple[Step, str]]:
    """Run a page's blocks one after another; yield each with what it printed.

    Args:
        page: The page.
        folder: An empty folder. The blocks run in one below it, and keep their caches in another.

    Raises:
        SessionError: A block left with another exit code than the page says.
    """
    here = folder / "here"
    here.mkdir()
    for step in steps(page.read_text(encoding="utf-8")):
        done = _run(step, here, _environment(folder / "caches"))
        if done.returncode != step.code:
            message = (
                f"{page.name}, line {step.line}: left with {done.returncode}, not {step.code}\n{step.source}\n"
                f"{done.stdout}\n{done.stderr}"
            )
            raise SessionError(message)
        yield step, done.stdout


def _run(step: Step, folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    commands = {
        "sh": ["bash", "-euo", "pipefail", "-c", step.source],
        "python": [sys.executable, "-c", step.source],
    }
    return subprocess.run(  # noqa: S603 (the project's own pages)
        commands[step.language],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def _environment(caches: Path) -> dict[str, str]:
    """Give an environment in which `copydesk` and `python` are those at work here, without colours and the network."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "COPYDESK_"))}
    return {
        **known,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "MANUAL": str(ROOT),
        "NO_COLOR": "1",
        "COLUMNS": "100",
        "TERM": "dumb",
        "HF_HOME": str(caches / "huggingface"),
        "HF_HUB_OFFLINE": "1",
        "XDG_CACHE_HOME": str(caches),
    }


def agrees(wanted: str, found: str) -> bool:
    """Compare an output with what a page says of it."""
    pieces = [".*" if line == "..." else _loose(line) for line in wanted.rstrip("\n").split("\n")]
    pattern = "\n".join(pieces).replace(".*\n", "(?:.*\n)?")
    return re.fullmatch(pattern, found.rstrip("\n"), re.DOTALL) is not None


def _loose(line: str) -> str:
    return "[^\n]*".join(map(re.escape, line.split("…")))


def write_outputs(page: Path) -> bool:
    """Run a page and put into it what its blocks print, where the page shows that; say whether that changed it."""
    text = page.read_text(encoding="utf-8")
    made, end = "", 0
    with tempfile.TemporaryDirectory() as folder:
        for step, found in play(page, Path(folder)):
            if step.output is not None and not agrees(step.wanted, found):
                made += text[end : step.output.start] + found.rstrip("\n") + "\n"
                end = step.output.stop
    made += text[end:]
    if made == text:
        return False
    page.write_text(made, encoding="utf-8")
    return True
