"""`copydesk clean`: clean one text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from copydesk.cli.console import color, print_text, read_text, tell
from copydesk.cli.options import (
    add_context_option,
    add_json_option,
    add_pager_option,
    add_recipe_options,
    recipe_of,
    view_of,
)

if TYPE_CHECKING:
    import argparse


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    command.description = "Cleans one text and prints its stories, with an empty line between two of them."
    add_recipe_options(command)
    command.add_argument("file", nargs="?", default="-", metavar="FILE", help="a text file; - for standard input")
    command.add_argument(
        "--annotate",
        action="store_true",
        help="strike nothing; print of each line how likely it is noise, its label, and the rule that would strike it",
    )
    form = command.add_mutually_exclusive_group()
    form.add_argument(
        "--diff",
        action="store_true",
        help="print what was struck, cut and put in, each with its rule, as git diff does",
    )
    add_json_option(
        form,
        "stories, edits and labels of lines",
        "copydesk.Cleaned; the ledger is there once, each edit names its story",
    )
    add_context_option(command)
    add_pager_option(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from copydesk import terminal
    from copydesk.cli import paging
    from copydesk.desk import Desk
    from copydesk.sources import jsonl
    from copydesk.terminal import strokes

    if options.annotate and options.diff:
        options.refuse("argument --diff: not allowed with argument --annotate")
    recipe = recipe_of(options)
    raw = read_text(options.file, detect=recipe.input.legacy == "detect")
    cleaned = Desk(recipe).clean(raw)
    if options.json:
        print_text(terminal.cleaned_as_json(cleaned))
    elif options.diff:
        paging.show(strokes.document(raw, cleaned, view_of(options)), paged=options.pager)
    elif recipe.guard.annotate:
        paging.show(terminal.annotated(raw, cleaned.lines, color=color()), paged=options.pager)
    else:
        print_text(terminal.shown(cleaned.text) if sys.stdout.isatty() else cleaned.text)
    if options.file.lower().endswith(jsonl.SUFFIXES):
        tell("copydesk: this was taken for one text; `copydesk build` reads a file of records")
    if cleaned.needs_review:
        tell("copydesk: kept whole for review: too much of the text would have been struck")
    return 0
