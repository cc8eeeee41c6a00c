"""`copydesk completion`: print a script that completes commands in a shell.

shtab writes the script from the parsers of all commands. It is static: completing a word runs no Python.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NamedTuple

from copydesk.cli.console import print_text

if TYPE_CHECKING:
    from collections.abc import Iterator


class Hint(NamedTuple):
    """How a shell is told of the script: a command, and where that belongs."""

    command: str
    where: str


HINTS = {
    "bash": Hint("source <(copydesk completion bash)", "~/.bashrc"),
    "zsh": Hint("copydesk completion zsh > ~/.zfunc/_copydesk", "a terminal, once; ~/.zfunc must be in $fpath"),
    "fish": Hint("copydesk completion fish > ~/.config/fish/completions/copydesk.fish", "a terminal, once"),
    "tcsh": Hint("copydesk completion tcsh > ~/.copydesk.tcsh", "a terminal, once; `source` the file in ~/.tcshrc"),
}
"""The shells that there are scripts for."""

FOLDERS = ("DIR", "OLD", "NEW", "OUT")
"""What arguments are called that name a folder."""

FILES = ("FILE", "INPUT", "PACK", "DUMP", "RULES")
"""And those that name a file, or a folder of files."""


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    command.description = (
        "Prints a script with which a shell completes copydesk's commands, options and names of files; for bash, put "
        f"`{HINTS['bash'].command}` into {HINTS['bash'].where}."
    )
    command.add_argument("shell", choices=tuple(HINTS), metavar="SHELL", help=f"one of {', '.join(HINTS)}")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    import shtab

    from copydesk.cli import parser

    whole = parser(whole=True)
    for action in _actions(whole):
        if action.metavar in FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]  # shtab's own way to say so
        elif action.metavar in FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    print_text(shtab.complete(whole, shell=options.shell))
    return 0


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Go through the arguments of a parser and of all its commands."""
    for action in parser._actions:  # noqa: SLF001 (argparse shows its arguments in no other way)
        yield action
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for command in action.choices.values():
                yield from _actions(command)
