"""`copydesk verify`: check an edition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.cli.console import print_text
from copydesk.cli.options import add_json_option, add_quiet_option

if TYPE_CHECKING:
    import argparse


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    command.description = (
        "Hashes every file again, counts every row, and puts every raw document together from its stories "
        "and its ledger. Names the first thing that is wrong."
    )
    command.add_argument("edition", metavar="DIR", help="the edition's folder")
    add_json_option(command, "what was checked", "copydesk.release.verify.Verified")
    add_quiet_option(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from copydesk import terminal
    from copydesk.progress import progress_for
    from copydesk.release.verify import verify

    verified = verify(options.edition, progress=progress_for(quiet=options.quiet))
    if options.json or not options.quiet:
        print_text(terminal.as_json(verified) if options.json else terminal.verified(verified))
    return 0
