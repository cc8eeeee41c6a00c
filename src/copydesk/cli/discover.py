"""`copydesk discover`: draft rules for what repeats across documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.cli.console import print_text, tell
from copydesk.cli.options import add_json_option, add_key_options, add_quiet_option, add_recipe_options, recipe_of
from copydesk.discover.findings import LEAST_DOCUMENTS, SCOPES
from copydesk.errors import RuleError
from copydesk.release.staging import refuse_inside_an_edition

if TYPE_CHECKING:
    import argparse


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    command.description = (
        "Finds lines, phrases and odd words that repeat across documents and that no rule strikes yet, and "
        "drafts a rule pack. Edit it, try it with `copydesk rules test --rules FILE`, and pass it to build."
    )
    add_recipe_options(command)
    command.add_argument("inputs", nargs="+", metavar="INPUT", help="a file or a folder, as for build; read twice")
    command.add_argument(
        "-o", "--out", metavar="FILE", help="the pack to write, such as my_site.toml (default: standard output)"
    )
    command.add_argument(
        "--by", choices=SCOPES, default="site", help="what must repeat it: one site, or the whole dump (default: site)"
    )
    command.add_argument(
        "--least",
        type=int,
        default=LEAST_DOCUMENTS,
        metavar="N",
        help=f"in how many documents it must stand (default: {LEAST_DOCUMENTS})",
    )
    command.add_argument(
        "--site-key", default="url", metavar="KEY", help="the key or column of a record's address (default: url)"
    )
    add_key_options(command)
    add_json_option(command, "all findings", "copydesk.discover.findings.Discovery")
    command.add_argument("--force", action="store_true", help="replace a file that is there")
    add_quiet_option(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from copydesk import terminal
    from copydesk.discover import Settings, discover, draft, summary
    from copydesk.progress import progress_for

    if options.out:
        draft.check_out(options.out, force=options.force)
        refuse_inside_an_edition(options.out, RuleError)
    recipe = recipe_of(options)
    settings = Settings(by=options.by, least=options.least, site_key=options.site_key)
    progress = progress_for(quiet=options.quiet)
    found = discover(options.inputs, settings=settings, recipe=recipe, progress=progress)
    if options.out:
        draft.write(found, recipe, options.out)
    if options.json:
        print_text(terminal.as_json(found))
    elif not options.out:
        print_text(draft.pack(found, recipe))
    if not options.quiet:
        tell(progress.summary())
        tell(summary.of(found, options.out))
    return 0
