"""The command line: arguments in, one library call, text out.

Each command is a module beside this one with two functions: `describe` adds its arguments to a parser, `run` takes the
parsed ones and returns the exit code. Only the module of the command that was called for is imported, and it imports
what is heavy when it runs, so that `--help` answers at once. A new command is a module and a line in `COMMANDS`.

What the exit codes mean stands in `console.EXIT_CODES`.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from copydesk.cli.console import FAILED, INTERRUPTED, READER_GONE, STOPPED, TERMINATED, Parser, print_text, tell
from copydesk.errors import CopydeskError, StoppedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COMMANDS = {
    "build": "clean inputs and write an edition",
    "clean": "clean one text",
    "explain": "show where a story came from",
    "verify": "check an edition",
    "diff": "tell what changed between two editions",
    "rebuild": "make an edition again, to the byte",
    "restore": "give back the raw documents",
    "publish": "put an edition on the Hub",
    "report": "write an HTML page that shows what was done",
    "rules": "list, test or try the rules",
    "discover": "draft rules for what repeats across documents",
    "completion": "print a script that completes commands in a shell",
}
"""Every command, which is also its module's name, and what it does, in a few words."""


WITHOUT_PANDAS = {"build", "clean", "rebuild"}
"""Commands that start sooner without pandas, and have no use for it."""

_AROUND = 40


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give the exit code. A user's mistake gets a message and a hint, never a traceback."""
    parsed = parser().parse_args(arguments)
    try:
        with _heeding_sigterm():
            if arguments is None and parsed.command in WITHOUT_PANDAS:  # else the process is somebody else's
                from copydesk.lean import leave_pandas_out

                leave_pandas_out()
            code: int = parsed.run(parsed)
        sys.stdout.flush()
    except CopydeskError as error:
        # what goes on in further lines is set in, so that no name in it passes for a hint
        message, hint = (part.replace("\n", "\n  ") for part in (error.message, error.hint))
        tell(f"copydesk: error: {message}" + (f"\nhint: {hint}" if hint else ""))
        return STOPPED if isinstance(error, StoppedError) else FAILED
    except KeyboardInterrupt as stop:
        tell("\nhint: ".join(["copydesk: stopped", *getattr(stop, "__notes__", [])]))
        return TERMINATED if isinstance(stop, _Terminated) else INTERRUPTED
    except UnicodeEncodeError as error:  # the system hands over what is no UTF-8 as lone surrogates
        piece = error.object[max(error.start - _AROUND, 0) : error.end + _AROUND]
        tell(f"copydesk: error: an argument or a name of a file is no UTF-8: …{piece!r}…\nhint: give it another name")
        return FAILED
    except OSError as error:  # mostly standard output: the reader went away, as `head` does, or the disk is full
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return READER_GONE
        tell(f"copydesk: error: {error}")
        return FAILED
    return code


class _Terminated(KeyboardInterrupt):
    """SIGTERM came: it stops a command as Ctrl-C does."""


@contextmanager
def _heeding_sigterm() -> Iterator[None]:
    """Stop in good order when asked to with SIGTERM, as service managers and batch systems do."""

    def stop(_number: int, _frame: object) -> NoReturn:
        raise _Terminated

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def parser(*, whole: bool = False) -> Parser:
    """Describe all commands; each one's own arguments are added when it is called for, or at once if `whole`."""
    top = Parser(
        prog="copydesk",
        description="Cleans scraped text, cuts mixed documents into stories, and keeps every stroke on record.",
    )
    top.add_argument("--version", action=_Version, nargs=0, help="print the version and leave")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Command)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, module=f"copydesk.cli.{name}")
        if whole:
            command.fill()
    return top


class _Command(Parser):
    """A command's parser. It is filled by the command's module when arguments for it come."""

    def __init__(self, *, module: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._describe = partial(import_module, module) if module else None

    def fill(self) -> None:
        """Let the command's module add its arguments, if it has not yet."""
        if self._describe is not None:
            module = self._describe()
            self._describe = None
            module.describe(self)
            self.set_defaults(refuse=self.error)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Fill the parser and parse."""
        self.fill()
        return super().parse_known_args(args, namespace)


class _Version(argparse.Action):
    """Prints the version, which the kernel knows; loading it is put off till then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from copydesk._kernel import __version__

        print_text(f"copydesk {__version__}")
        parser.exit()
