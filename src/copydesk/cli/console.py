"""Reading and writing on the user's terminal, files and pipes; exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NoReturn

from copydesk.errors import SourceError

FAILED, INTERRUPTED, TERMINATED = 1, 130, 143


def read_text(name: str) -> str:
    """Read a UTF-8 text from a file, or from standard input when the name is `-`, line ends as they are.

    Raises:
        SourceError: It cannot be read, or is not UTF-8.
    """
    try:
        return (sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()).decode("utf-8")
    except OSError as error:
        message = f"cannot read {name}: {error.strerror}"
        raise SourceError(message, "check the path") from None
    except UnicodeDecodeError as error:
        message = f"{name} is not UTF-8: {error.reason} at byte {error.start}"
        raise SourceError(message, "convert it first, for instance with iconv") from None


class Parser(argparse.ArgumentParser):
    """A parser whose messages let no argument steer the terminal: arguments may be names of somebody's files."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and leave."""
        from copydesk.terminal import in_a_line

        super().error(in_a_line(message))


def print_text(text: str) -> None:
    """Print a text in UTF-8 whatever the locale says, ending with a line feed."""
    from copydesk.terminal import for_terminal

    if sys.stdout.isatty():
        text = for_terminal(text)
    sys.stdout.buffer.write(f"{text}\n".encode() if not text.endswith("\n") else text.encode())


def tell(message: str) -> None:
    """Write a line to standard error. Names of files may hold anything, so nothing in it may steer the terminal."""
    from copydesk.terminal import shown

    sys.stderr.write(f"{shown(message)}\n")


def color() -> bool:
    """Colour is for terminals, unless the user wants none (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
