"""`copydesk restore`: raw documents back from an edition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.cli.console import print_text
from copydesk.cli.options import add_json_option, add_quiet_option

if TYPE_CHECKING:
    import argparse


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    command.description = (
        "Gives back every raw document from stories and ledger: text files byte for byte, JSON Lines and tables as "
        "JSON Lines with id, text and other fields."
    )
    command.add_argument("edition", metavar="DIR", help="the edition's folder")
    command.add_argument("-o", "--out", required=True, metavar="OUT", help="the folder to write")
    command.add_argument("--force", action="store_true", help="replace what was restored there before")
    add_json_option(command, "what was restored", "copydesk.release.restore.Restored")
    add_quiet_option(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from copydesk import terminal
    from copydesk.progress import progress_for
    from copydesk.release.restore import restore
    from copydesk.terminal import editions

    progress = progress_for(quiet=options.quiet)
    restored = restore(options.edition, options.out, force=options.force, progress=progress)
    if options.json:
        print_text(terminal.as_json(restored))
    elif not options.quiet:
        print_text(editions.restored(restored, options.out))
    return 0
