"""Reading and writing on the user's terminal, files and pipes; exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from difflib import get_close_matches
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


def read_text(name: str, *, detect: bool = False) -> str:
    """Read a text from a file, or from standard input when the name is `-`, line ends as they are.

    Args:
        name: The file.
        detect: Whether a text that is no UTF-8 is decoded by the encoding that it seems to be in.

    Raises:
        SourceError: It cannot be read, or decoded.
    """
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        message = f"cannot read {name}: {error.strerror}"
        raise SourceError(message, "check the path") from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        from copydesk.sources.legacy import decode

        if detect and (legacy := decode(raw)):
            return legacy.text
        message = f"{name} is not UTF-8: {error.reason} at byte {error.start}"
        hint = "no other encoding fits it either" if detect else 'set legacy = "detect" under [input] in the recipe'
        raise SourceError(message, hint) from None


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

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse what is none of the choices, and say which one may be meant."""
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            close = get_close_matches(str(value), map(str, action.choices or ()), n=1)
            if close:
                error.message = f"{value!r} is no choice; did you mean {close[0]!r}?"
            raise

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse, and leave nothing over: who knows the options says which one may be meant."""
        parsed, left = super().parse_known_args(args, namespace)
        if isinstance(getattr(parsed, "inputs", None), list):  # argparse looks for inputs on one side of options only
            parsed.inputs += [word for word in left if not word.startswith("-")]
            left = [word for word in left if word.startswith("-")]
        if left:
            known = [name for action in self._actions for name in action.option_strings]
            close = [get_close_matches(word.partition("=")[0], known, n=1) for word in left]
            meant = ", ".join(name for names in close for name in names)
            self.error(f"unrecognized arguments: {' '.join(left)}" + (f"; did you mean {meant}?" if meant else ""))
        return parsed, left


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
