"""Running the command line on a terminal of some size, and reading from its screen what a person would see."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from dataclasses import dataclass
from select import select
from typing import TYPE_CHECKING, Any

import pyte

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

TALL = 250
"""Lines of the screen that is read: taller than the terminal says it is, so that nothing scrolls away."""

PATIENCE = 30.0
"""Seconds without a word, after which a program is taken to wait for us."""


@dataclass(frozen=True)
class Seen:
    """What came to a terminal.

    Attributes:
        written: The characters that were sent to it.
        rows: The lines on its screen, white space at their ends taken away; what is wide takes two columns.
        code: The exit code.
    """

    written: str
    rows: list[str]
    code: int

    def colored(self, code: str) -> bool:
        """Say whether a terminal code was sent."""
        return code in self.written


class _Screen(pyte.Screen):
    """A screen that draws what comes behind a character without width; pyte lets go of the rest."""

    def draw(self, data: str) -> None:
        for char in data:
            super().draw(char)


def on_screen(  # noqa: PLR0913 (each is one thing about a terminal)
    folder: Path,
    arguments: Sequence[object],
    *,
    columns: int,
    lines: int = 24,
    keys: bytes = b"",
    variables: Mapping[str, str] | None = None,
) -> Seen:
    """Run the command line in a folder, with all its streams on a terminal; press `keys` once it waits for some."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    wanted = {"TERM": "xterm", **(variables or {})}
    unwanted = {"COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "PAGER", "COPYDESK_PAGER", "LESS"}
    environment = {name: value for name, value in os.environ.items() if name not in unwanted} | wanted
    streams: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), theirs)
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "copydesk", *map(str, arguments)],
        cwd=folder,
        env=environment,
        start_new_session=True,
        preexec_fn=_take_terminal,  # noqa: PLW1509 (a pager reads its keys from the terminal of its session)
        **streams,
    )
    os.close(theirs)
    written = _read(ours, keys).decode()
    os.close(ours)
    return Seen(written, rows(written, columns), process.wait())


def rows(written: str, columns: int) -> list[str]:
    """Give the lines of a screen so wide to which that was written."""
    screen = _Screen(columns, TALL)
    pyte.Stream(screen).feed(written)
    shown = [row.rstrip() for row in screen.display]
    while shown and not shown[-1]:
        shown.pop()
    return shown


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _read(terminal: int, keys: bytes) -> bytes:
    """Read a terminal until nobody has it open any more, which Linux tells as an error."""
    seen = b""
    with suppress(OSError):
        while True:
            ready, _, _ = select([terminal], [], [], 1.0 if keys else PATIENCE)
            if not ready:
                assert keys, f"it waits for a key: {seen[-200:]!r}"
                os.write(terminal, keys)
                keys = b""
                continue
            block = os.read(terminal, 65536)
            if not block:
                break
            seen += block
    return seen
