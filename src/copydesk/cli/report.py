"""`copydesk report`: an edition as one HTML file that a person can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.cli.console import print_text
from copydesk.cli.options import add_json_option, add_quiet_option
from copydesk.report import SAMPLES, report

if TYPE_CHECKING:
    import argparse

    from copydesk.report.values import Report


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    command.description = (
        "Writes one HTML file about an edition: its accounts, what was struck by which rule, and a fair sample of "
        "documents before and after, with every stroke. It needs no network and can be sent by mail."
    )
    command.add_argument("edition", metavar="DIR", help="the edition's folder")
    command.add_argument(
        "-o", "--out", metavar="FILE", help="the file to write (default: DIR-report.html, beside the folder)"
    )
    command.add_argument(
        "--flagged",
        action="store_true",
        help="only the documents that were kept whole because too much would have been struck, the worst first "
        "(default file: DIR-flagged.html)",
    )
    command.add_argument(
        "--samples",
        type=int,
        default=SAMPLES,
        metavar="N",
        help=f"documents to draw by lot, or with --flagged to show (default: {SAMPLES})",
    )
    command.add_argument("--seed", type=int, default=0, metavar="N", help="another one draws others (default: 0)")
    command.add_argument("--force", action="store_true", help="replace a file that is there")
    add_json_option(command, "the facts and the ids of the documents", "copydesk.Report; writes a file only with -o")
    add_quiet_option(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from copydesk import terminal
    from copydesk.progress import progress_for
    from copydesk.report.making import Wish, make

    if options.samples < 0:
        options.refuse("argument --samples: must be 0 or more")
    progress = progress_for(quiet=options.quiet)
    if options.json and options.out is None:
        made = make(options.edition, None, Wish(options.flagged, options.samples, options.seed), progress)
    else:
        wish = {name: getattr(options, name) for name in ("flagged", "samples", "seed", "force")}
        made = report(options.edition, options.out, **wish, progress=progress)
    if options.json:
        print_text(terminal.as_json(made))
    elif not options.quiet:
        print_text(_said(made))
    return 0


def _said(made: Report) -> str:
    """Say what was written, and what is on it."""
    from copydesk.terminal import in_a_line

    drawn = made.drawn
    lines = [f"{in_a_line(str(made.path))}: {made.bytes / 1e6:,.1f} MB, open it in a browser"]
    if drawn.flagged:
        lines.append(f"  {drawn.by_lot:,} of {drawn.of:,} documents that were kept whole, the worst first")
    else:
        lines.append(
            f"  {drawn.by_lot:,} of {drawn.of:,} documents by lot, {drawn.for_strata:,} more for what is rare, "
            f"{drawn.rejects:,} of {made.facts.rejected:,} rejects"
        )
    if drawn.missing:
        lines.append(f"  {drawn.missing:,} rules, languages or the like are not shown: there is no room for them")
    if drawn.why_not:
        lines.append(in_a_line(f"  what would have been struck is not shown: {drawn.why_not}"))
    return "\n".join(lines)
