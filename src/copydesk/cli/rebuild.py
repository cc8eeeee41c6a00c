"""`copydesk rebuild`: make an edition again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.cli.console import print_text, tell
from copydesk.cli.options import add_engine_options, add_json_option, add_quiet_option

if TYPE_CHECKING:
    import argparse


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    command.description = (
        "Makes an edition again from its own folder and its inputs, and checks that the data are the same to the byte."
    )
    command.add_argument("edition", metavar="DIR", help="the edition's folder")
    command.add_argument("-o", "--out", required=True, metavar="OUT", help="the folder to write")
    command.add_argument(
        "inputs",
        nargs="*",
        metavar="INPUT",
        help="where the inputs are now, under whatever names (default: where the manifest says, from this folder)",
    )
    add_engine_options(command)
    command.add_argument("--force", action="store_true", help="replace an edition that is there")
    add_json_option(command, "the manifest", "copydesk.release.manifest.Manifest; as manifest.json has them")
    add_quiet_option(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from copydesk import terminal
    from copydesk.progress import progress_for
    from copydesk.release.rebuild import Plan
    from copydesk.terminal import editions

    plan = Plan.of(options.edition, options.inputs, progress=progress_for(quiet=options.quiet))
    for mismatch in plan.mismatches:
        tell(f"copydesk: warning: {mismatch}; the data may come out otherwise")
    progress = progress_for(quiet=options.quiet)
    manifest = plan.run(
        options.out, workers=options.workers, engine=options.engine, force=options.force, progress=progress
    )
    if not options.quiet:
        tell(progress.summary())
    if options.json:
        print_text(terminal.manifest_as_json(manifest))
    elif not options.quiet:
        print_text(editions.rebuilt(manifest, options.out))
    return 0
