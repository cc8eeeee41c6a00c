"""The command line's page, made from the parsers of all commands."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from copydesk.cli import COMMANDS, parser
from copydesk.cli.completion import HINTS
from copydesk.cli.console import EXIT_CODES, VARIABLES
from manual.pages import anchor, put_together, table, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEFAULT = re.compile(r"\s*\(default: (?P<default>[^()]*(?:\([^()]*\)[^()]*)*)\)")

LEAD = """`copydesk COMMAND --help` prints the same in a terminal, `copydesk --version` the version. Results go to
standard output, everything else (progress, warnings, errors and their hints) to standard error. Progress is a bar on a
terminal and a line now and then elsewhere. [What `--json` prints](json.md)."""

COMPLETION = """`copydesk completion SHELL` prints a script with which the tab key completes commands, options, their
values and names of files. The script is static: completing starts no Python."""


def page() -> str:
    """Make the page."""
    commands = dict(every_command(parser(whole=True)))
    names = [f"[`{name}`](#{anchor(f'copydesk {name}')}): {summary}" for name, summary in COMMANDS.items()]
    parts = [_command(name, command) for name, command in commands.items()]
    codes = table(("code", "what it tells"), [(str(code), words) for code, words in EXIT_CODES.items()])
    shells = [(shell, f"`{hint.command}`", hint.where) for shell, hint in HINTS.items()]
    return put_together(
        "Command line",
        "the parsers in `src/copydesk/cli/`",
        LEAD,
        "\n".join(f"- {name}" for name in names),
        *parts,
        "## Exit codes",
        codes,
        "## Environment",
        table(("variable", "what for"), [(f"`{name}`", words) for name, words in VARIABLES.items()]),
        "## Completion in a shell",
        COMPLETION,
        table(("shell", "command", "goes into"), shells),
    )


def every_command(
    top: argparse.ArgumentParser, name: str = "copydesk"
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Go through all commands and their actions; give their full names and parsers."""
    for action in top._actions:  # noqa: SLF001 (argparse shows its arguments in no other way)
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for word, command in action.choices.items():
                yield f"{name} {word}", command
                yield from every_command(command, f"{name} {word}")


def _command(name: str, command: argparse.ArgumentParser) -> str:
    """Write a command's part: how it is called, what it does, its arguments."""
    actions = [action for action in command._actions if action.help != argparse.SUPPRESS]  # noqa: SLF001
    level = "##" if name.count(" ") == 1 else "###"
    listed = [action for action in actions if not isinstance(action, _NOT_LISTED)]
    rows = [_row(action) for action in sorted(listed, key=_optional)]
    return "\n\n".join(
        part
        for part in (
            f"{level} {name}",
            f"```text\n{_synopsis(name, actions)}\n```",
            wrapped(_sentence(command.description or "")),
            table(("argument", "default", "meaning"), rows) if rows else "",
        )
        if part
    )


_NOT_LISTED = (argparse._HelpAction, argparse._SubParsersAction)  # noqa: SLF001


def _synopsis(name: str, actions: list[argparse.Action]) -> str:
    """Say how a command is called: what must be given, and where the options stand."""
    positional = [_value(action) for action in actions if not action.option_strings]
    required = [f"{action.option_strings[0]} {_value(action)}" for action in actions if _is_required_option(action)]
    optional = any(action.option_strings and not action.required for action in actions if action.dest != "help")
    return " ".join((name, *positional, *required, *(["[OPTION...]"] if optional else [])))


def _optional(action: argparse.Action) -> int:
    """Sort what must be given before the options."""
    return 0 if not action.option_strings else 1 if action.required else 2


def _is_required_option(action: argparse.Action) -> bool:
    return bool(action.option_strings) and action.required


def _row(action: argparse.Action) -> tuple[str, str, str]:
    """Write an argument's row: what to type, what holds if it is not typed, what it means."""
    words = (action.help or "") % {"default": action.default, "prog": "copydesk"}
    found = _DEFAULT.search(words)
    meaning = _DEFAULT.sub("", words)
    if action.choices and action.metavar is None:
        meaning += f": {', '.join(f'`{choice}`' for choice in action.choices)}"
    return _typed(action), found["default"] if found else "", _sentence(meaning)


def _typed(action: argparse.Action) -> str:
    if not action.option_strings:
        return f"`{_value(action)}`"
    value = f" {_value(action)}" if action.nargs != 0 else ""
    return f"`{', '.join(action.option_strings)}{value}`"


def _value(action: argparse.Action) -> str:
    """Give the name of an argument's value, as in `INPUT...`."""
    name = str(action.metavar or action.dest.upper())
    return {"+": f"{name}...", "*": f"[{name}...]", "?": f"[{name}]"}.get(str(action.nargs), name)


def _sentence(words: str) -> str:
    """Let words begin with a capital and end with a stop."""
    words = words.strip()
    ended = words if not words or words.endswith((".", "!", "?")) else f"{words}."
    return ended[:1].upper() + ended[1:]
