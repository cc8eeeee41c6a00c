"""`copydesk explain`: show where a story came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.cli.console import color, print_text
from copydesk.cli.options import add_context_option, add_json_option, add_pager_option, view_of

if TYPE_CHECKING:
    import argparse


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    command.description = "Shows where a story came from and every stroke on it, as git diff does."
    command.add_argument("edition", metavar="DIR", help="the edition's folder")
    command.add_argument(
        "story",
        metavar="STORY_ID",
        help="the story's id, or the start of it; or the id of its record in the dump, or the file that it came from",
    )
    form = command.add_mutually_exclusive_group()
    form.add_argument(
        "--list", action="store_true", help="list the strokes, one a line, each with its place in the raw document"
    )
    add_json_option(form, "all of it", "copydesk.release.explain.Explanation")
    add_context_option(command)
    add_pager_option(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from copydesk import terminal
    from copydesk.cli import paging
    from copydesk.release.explain import explain
    from copydesk.terminal import strokes

    explanation = explain(options.edition, options.story)
    if options.json:
        print_text(terminal.as_json(explanation))
        return 0
    facts = terminal.explained(explanation, color=color())
    if options.list:
        told = terminal.stroke_list(explanation.edits, color=color())
    else:
        told = strokes.story(explanation.story, view_of(options))
    paging.show(f"{facts}\n{told}", paged=options.pager)
    return 0
