"""Running copydesk in a process of its own, as a user does, on a terminal if need be."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def python(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run Python; give its exit code, standard output and standard error."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.run([sys.executable, *map(str, arguments)], check=False, **{**pipes, **options})  # noqa: S603


def copydesk(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the command line."""
    return python("-m", "copydesk", *arguments, **options)


def copydesk_on_terminal(folder: Path, terminal: str, *arguments: str, **variables: str) -> tuple[str, str]:
    """Run the command line in a folder, with `stdout` or `stderr` on a terminal; give what came there and elsewhere."""
    ours, theirs = pty.openpty()
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, terminal: theirs}
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100", **variables}
    command = [sys.executable, "-m", "copydesk", *arguments]
    with subprocess.Popen(command, cwd=folder, env=environment, **streams) as process:  # noqa: S603
        os.close(theirs)
        seen = _read_all(ours)
        out, err = process.communicate()
    os.close(ours)
    assert process.returncode == 0, seen
    return seen, ((out or b"") + (err or b"")).decode()


def _read_all(terminal: int) -> str:
    """Read a terminal until nobody has it open any more, which Linux tells as an error."""
    seen = b""
    try:
        while block := os.read(terminal, 65536):
            seen += block
    except OSError:
        pass
    return seen.decode()
