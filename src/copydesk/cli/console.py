"""Reading and writing on the user's terminal, files and pipes; exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

from copydesk.errors import SourceError

DONE, FAILED, MISUSED, STOPPED, INTERRUPTED, READER_GONE, TERMINATED = 0, 1, 2, 3, 130, 141, 143

EXIT_CODES = {
    DONE: "all is well",
    FAILED: "something is wrong with the data, a recipe, a rule, an edition or the Hub; the message says what",
    MISUSED: "wrong usage: an argument that is missing, unknown or cannot be read",
    STOPPED: "a build was stopped by something around it: a full disk, a lost worker, an input that went away, too "
    "many rejects; the same command with `--resume` goes on when that is set right",
    INTERRUPTED: "stopped by Ctrl-C (SIGINT); a build goes on with `--resume`",
    READER_GONE: "whoever read the output went away, as `head` does; nothing is said about it",
    TERMINATED: "stopped by SIGTERM; a build goes on with `--resume`",
}
"""Every exit code and what it tells, for the manual too. From 128 on they are 128 plus the signal's number, as shells
have it. A traceback, which also leaves with 1, is a bug in copydesk."""

VARIABLES = {
    "NO_COLOR": "no colours, whatever else is set",
    "FORCE_COLOR": "colours in pipes and files too",
    "CLICOLOR_FORCE": "the same",
    "CLICOLOR": "0 for no colours",
    "TERM": "`dumb` for no colours and no pager",
    "COPYDESK_PAGER": "the pager for what is longer than the screen; empty or `cat` for none",
    "PAGER": "the same, if COPYDESK_PAGER is not set",
    "HF_TOKEN": "the access token for the Hub, unless `--token-env` names another variable",
    "RAY_ADDRESS": "the cluster that `--engine ray` uses; a small one is started here if it is not set",
    "XDG_CACHE_HOME": "where an edition is made that is then copied to an address; ~/.cache if it is not set",
}
"""Every variable of the environment that copydesk itself reads, and what for; libraries read more."""


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
    """A parser whose messages let no argument steer the terminal: arguments may be names of somebody's files.

    Options must be written out: a short form of one may be another's tomorrow.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **options})

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
    """Say whether standard output gets colours: terminals do, unless the user or the terminal says otherwise.

    `NO_COLOR` forbids them, `FORCE_COLOR` and `CLICOLOR_FORCE` want them even in a pipe; a `TERM` of `dumb` has none,
    and `CLICOLOR=0` asks for none (https://no-color.org, https://bixense.com/clicolors).
    """
    said = os.environ.get
    if said("NO_COLOR"):
        return False
    if any(said(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return sys.stdout.isatty() and said("TERM") != "dumb" and said("CLICOLOR") != "0"
