"""`copydesk clean`: clean one text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from copydesk.cli.console import color, print_text, read_text, tell
from copydesk.cli.options import add_recipe_options, recipe_of

if TYPE_CHECKING:
    import argparse


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    command.description = "Cleans one text and prints its stories, with an empty line between two of them."
    add_recipe_options(command)
    command.add_argument("file", nargs="?", default="-", metavar="FILE", help="a UTF-8 text file; - for standard input")
    command.add_argument(
        "--annotate",
        action="store_true",
        help="strike nothing; print of each line how likely it is noise, its label, and the rule that would strike it",
    )
    form = command.add_mutually_exclusive_group()
    form.add_argument("--diff", action="store_true", help="print the whole text and mark every stroke with its rule")
    form.add_argument("--json", action="store_true", help="print stories, edits, fields and labels of lines as JSON")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from copydesk import terminal
    from copydesk.desk import Desk

    if options.annotate and options.diff:
        options.refuse("argument --diff: not allowed with argument --annotate")
    recipe = recipe_of(options)
    raw = read_text(options.file)
    cleaned = Desk(recipe).clean(raw)
    if options.json:
        print_text(terminal.as_json(cleaned))
    elif options.diff:
        print_text(terminal.diff(raw, cleaned, color=color()))
    elif recipe.guard.annotate:
        print_text(terminal.annotated(raw, cleaned.lines, color=color()))
    else:
        print_text(terminal.shown(cleaned.text) if sys.stdout.isatty() else cleaned.text)
    if cleaned.needs_review:
        tell("copydesk: kept whole for review: too much of the text would have been struck")
    return 0
