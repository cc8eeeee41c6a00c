"""`copydesk diff`: what changed between two editions, and what did it."""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.cli.console import color, print_text
from copydesk.cli.options import add_json_option, add_quiet_option
from copydesk.errors import EditionError
from copydesk.release.staging import refuse_inside_an_edition, whole

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import TextIO

    from copydesk.release.changes.values import StoryChange

SAMPLES = 2


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    command.description = (
        "Tells what changed between two editions: documents, stories, rejects; which rules, settings and releases did "
        "it; and how large a step of the version it takes."
    )
    command.add_argument("old", metavar="OLD", help="the folder of the older edition")
    command.add_argument("new", metavar="NEW", help="the folder of the newer edition")
    command.add_argument(
        "--samples", type=int, default=SAMPLES, metavar="N", help=f"places to show for each rule (default: {SAMPLES})"
    )
    add_json_option(command, "all of it", "copydesk.Diff")
    command.add_argument(
        "--changes", metavar="FILE", help="write every story that differs to a file, one line of JSON each"
    )
    command.add_argument("--force", action="store_true", help="replace a file of changes that is there")
    add_quiet_option(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from copydesk import terminal
    from copydesk.progress import progress_for
    from copydesk.release.diff import diff
    from copydesk.terminal import editions

    if options.samples < 0:
        options.refuse("argument --samples: must be 0 or more")
    if options.force and options.changes is None:
        options.refuse("argument --force: only with --changes")
    with _list_of_changes(options.changes, force=options.force) as changes:

        def each(change: StoryChange) -> None:
            if changes is not None:
                changes.write(json.dumps(asdict(change), ensure_ascii=False) + "\n")

        found = diff(
            options.old,
            options.new,
            samples=options.samples,
            each=None if changes is None else each,
            progress=progress_for(quiet=options.quiet),
        )
    print_text(terminal.as_json(found) if options.json else editions.compared(found, color=color()))
    return 0


@contextmanager
def _list_of_changes(name: str | None, *, force: bool) -> Iterator[TextIO | None]:
    """Open the file for the list of changes, if there is to be one; it comes to its place when it is whole.

    Raises:
        EditionError: It is there already, or cannot be written.
    """
    if name is None:
        yield None
        return
    refuse_inside_an_edition(name, EditionError)
    path = Path(name).resolve()
    is_file = path.is_file() or not path.exists()  # else a pipe or a terminal
    if path.is_file() and not force:
        message = f"{name} exists"
        raise EditionError(message, "choose another name, or replace it with --force")
    with ExitStack() as stack:
        try:
            file = stack.enter_context(whole(path) if is_file else path.open("w", encoding="utf-8"))
        except OSError as error:
            message = f"cannot write {name}: {error.strerror}"
            raise EditionError(message, "choose another file") from None
        yield file
