"""Options that several commands have."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from copydesk.recipe import LANGUAGE_ENGINES, Recipe

if TYPE_CHECKING:
    from copydesk.terminal.strokes import View

ALL = "all"
"""What stands for a number that has no end."""


def add_recipe_options(command: argparse.ArgumentParser) -> None:
    """Add the options that change the recipe; they win over the recipe's file."""
    command.add_argument("--recipe", metavar="FILE", help="a recipe in TOML (default: the built-in settings)")
    command.add_argument(
        "--rules",
        action="append",
        default=[],
        metavar="PACK",
        help="one more rule pack, a TOML file or a folder of them; may be repeated",
    )
    command.add_argument(
        "--off", action="append", default=[], metavar="NAME", help="a kind or a rule that is not used; may be repeated"
    )
    command.add_argument("--language", choices=LANGUAGE_ENGINES, help="what tells the language of a story")


def add_key_options(command: argparse.ArgumentParser) -> None:
    """Add the options that say where a record's text and id are."""
    command.add_argument("--text-key", metavar="KEY", help="the key or column of a record's text (default: text)")
    command.add_argument("--id-key", metavar="KEY", help="the key or column of a record's own id (default: id)")


def add_engine_options(command: argparse.ArgumentParser) -> None:
    """Add the options that say where the work is done."""
    add_workers_option(command)
    command.add_argument(
        "--engine", default="local", metavar="{local,ray}", help="where chunks run (default: local, this machine)"
    )


def add_workers_option(command: argparse.ArgumentParser) -> None:
    """Add the option that says how many processes work."""
    command.add_argument(
        "--workers",
        type=int,
        default=len(os.sched_getaffinity(0)),
        metavar="N",
        help="processes to use (default: one a core)",
    )


def add_quiet_option(command: argparse.ArgumentParser) -> None:
    """Add the option that silences progress and summaries."""
    command.add_argument("-q", "--quiet", action="store_true", help="show no progress and no summary")


def add_json_option(command: argparse._ActionsContainer, what: str, shape: str) -> None:
    """Add the option that prints facts as JSON, and nothing else on standard output.

    Args:
        command: The command, or a group of its options that exclude each other.
        what: What is printed, in a few words.
        shape: The class whose fields are the keys, by its full name, and after a semicolon what is special about it.
    """
    name, _, special = shape.partition("; ")
    more = f"; {special}" if special else ""
    command.add_argument("--json", action="store_true", help=f"print {what} as JSON: the fields of {name}{more}")


def add_context_option(command: argparse.ArgumentParser) -> None:
    """Add the option that says how much is shown around strokes."""
    from copydesk.terminal.strokes import CONTEXT

    command.add_argument(
        "-U",
        "--context",
        type=_context,
        default=CONTEXT,
        metavar="N",
        help=f"lines to show around a stroke, or {ALL} (default: {CONTEXT})",
    )


def _context(text: str) -> int | None:
    if text == ALL:
        return None
    if not text.isdecimal():
        message = f"must be a number of lines, or {ALL}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def add_pager_option(command: argparse.ArgumentParser) -> None:
    """Add the option that keeps long texts out of a pager."""
    command.add_argument(
        "--no-pager",
        dest="pager",
        action="store_false",
        help="print what is longer than the screen without a pager (COPYDESK_PAGER or PAGER names one)",
    )


def view_of(options: argparse.Namespace) -> View:
    """Say how strokes are shown, by the options and by what standard output is."""
    from copydesk.cli.console import color
    from copydesk.cli.paging import width
    from copydesk.terminal.strokes import View

    return View(color(), width(), getattr(options, "context", None))


def recipe_of(options: argparse.Namespace) -> Recipe:
    """Put the recipe together from its file and the options."""
    recipe = Recipe.load(options.recipe) if options.recipe else Recipe()
    rules = replace(recipe.rules, packs=(*recipe.rules.packs, *options.rules), off=(*recipe.rules.off, *options.off))
    language = replace(recipe.language, engine=options.language or recipe.language.engine)
    guard = replace(recipe.guard, annotate=getattr(options, "annotate", False) or recipe.guard.annotate)
    keys = recipe.input
    text, record_id = getattr(options, "text_key", None), getattr(options, "id_key", None)
    keys = replace(keys, text=text or keys.text, id=record_id or keys.id)
    return replace(recipe, rules=rules, language=language, guard=guard, input=keys)
