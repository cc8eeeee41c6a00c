"""`copydesk explain`: show where a story came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.cli.console import color, print_text

if TYPE_CHECKING:
    import argparse


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    command.description = "Shows where a story came from and every stroke on it."
    command.add_argument("edition", metavar="DIR", help="the edition's folder")
    command.add_argument("story", metavar="STORY_ID", help="the story's id, or the start of it")
    command.add_argument("--json", action="store_true", help="print all of it as JSON")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from copydesk import terminal
    from copydesk.release.explain import explain

    explanation = explain(options.edition, options.story)
    print_text(terminal.as_json(explanation) if options.json else terminal.explained(explanation, color=color()))
    return 0
