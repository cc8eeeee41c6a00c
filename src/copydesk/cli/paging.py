"""Long texts on a terminal: how wide it is, and a pager for what is longer than the screen, as git has it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from copydesk.cli.console import print_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAGER_VARIABLES = ("COPYDESK_PAGER", "PAGER")
"""Where the user says which pager to use; the first that is set counts. Empty or `cat` is none."""

USUAL_PAGERS = ("less", "more")

DEFAULTS = {"LESS": "FRX", "LV": "-c"}
"""What pagers must be told to show colours, and to leave at once if all fits, unless the user tells them otherwise."""

_NOT_FOUND = 127


def width() -> int | None:
    """Give the columns of the terminal; None where standard output is none, and lines may be of any length."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def show(text: str, *, paged: bool = True) -> None:
    """Print a text, by a pager if standard output is a terminal and the text is longer than its screen."""
    command = pager(os.environ) if paged and _is_longer_than_the_screen(text) else None
    if command is None or not _paged(command, text):
        print_text(text)


def pager(environment: Mapping[str, str]) -> str | None:
    """Choose the pager, as a command of the shell; None if the user wants none, or none is there."""
    if environment.get("TERM") == "dumb":
        return None
    for name in PAGER_VARIABLES:
        if name in environment:
            command = environment[name].strip()
            return command if command not in {"", "cat"} else None
    return next((name for name in USUAL_PAGERS if shutil.which(name)), None)


def _is_longer_than_the_screen(text: str) -> bool:
    return _is_on_a_terminal() and text.count("\n") + 1 >= shutil.get_terminal_size().lines


def _is_on_a_terminal() -> bool:
    try:
        return sys.stdout.isatty() and os.isatty(sys.stdout.fileno())
    except (OSError, ValueError):  # something stands in for standard output that is no file
        return False


def _paged(command: str, text: str) -> bool:
    """Show a text by a pager; say whether there is such a program. Who leaves it early has seen enough."""
    from copydesk.terminal import for_terminal

    sys.stdout.flush()
    with _leaving_ctrl_c_to_the_pager():
        process = subprocess.Popen(  # noqa: S602 (the user's own command, by the shell as git runs it)
            command, shell=True, stdin=subprocess.PIPE, env={**DEFAULTS, **os.environ}
        )
        with suppress(BrokenPipeError):
            process.communicate(f"{for_terminal(text)}\n".encode())
        return process.wait() != _NOT_FOUND


@contextmanager
def _leaving_ctrl_c_to_the_pager() -> Iterator[None]:
    """In a pager, Ctrl-C ends a search, not the program that feeds it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda *_: None)  # not ignored, or the pager would inherit that
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
