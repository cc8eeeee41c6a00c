"""`copydesk rules`: list, test or try the rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.cli.console import FAILED, Parser, color, print_text, tell
from copydesk.cli.options import (
    add_json_option,
    add_key_options,
    add_pager_option,
    add_quiet_option,
    add_recipe_options,
    add_workers_option,
    recipe_of,
    view_of,
)

if TYPE_CHECKING:
    import argparse


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's actions and their arguments."""
    command.description = "Lists, tests or tries the rules."
    actions = command.add_subparsers(metavar="ACTION", required=True, parser_class=Parser)
    listing = actions.add_parser("list", help="list all rules", description="Lists the kinds of noise and their rules.")
    add_recipe_options(listing)
    shape = "copydesk.rulebook.RuleBook; each rule has its id besides, and its pattern but not the regex made of it"
    add_json_option(listing, "the rule book", shape)
    add_pager_option(listing)
    listing.set_defaults(run=list_rules)
    testing = actions.add_parser(
        "test",
        help="try the rules on their own examples",
        description="Runs the examples and lookalikes of every rule, and of your own with --rules.",
    )
    add_recipe_options(testing)
    add_json_option(testing, "how it went", "copydesk.rulecheck.RuleCheck")
    testing.set_defaults(run=test_rules)
    _describe_trying(
        actions.add_parser(
            "try",
            help="show what a draft would strike in a dump",
            description=(
                "Shows in how many documents of a dump a draft rule pack would strike something, and the strokes, the "
                "riskiest first: those in what the line model holds for real text, in sentences, long ones, and those "
                "of rules that strike ever new texts. Nothing is written."
            ),
        )
    )


def _describe_trying(trying: argparse.ArgumentParser) -> None:
    from copydesk.tryout import SAMPLES

    trying.add_argument("pack", metavar="RULES", help="the draft: a rule pack (TOML), or a folder of them")
    trying.add_argument("inputs", nargs="+", metavar="DUMP", help="a file or a folder, as for build")
    add_recipe_options(trying)
    add_key_options(trying)
    trying.add_argument(
        "--samples",
        type=int,
        default=SAMPLES,
        metavar="N",
        help=f"strokes to show of each rule, the riskiest (default: {SAMPLES})",
    )
    trying.add_argument("--limit", type=int, metavar="N", help="read the first N documents only (default: all)")
    add_workers_option(trying)
    add_json_option(trying, "all of it", "copydesk.tryout.values.Trial")
    add_pager_option(trying)
    add_quiet_option(trying)
    trying.set_defaults(run=try_rules)


def list_rules(options: argparse.Namespace) -> int:
    """Run `rules list`."""
    from copydesk import terminal
    from copydesk.cli import paging
    from copydesk.rulebook import RuleBook

    rules = recipe_of(options).rules
    book = RuleBook.load([Path(pack) for pack in rules.packs], rules.off)
    if options.json:
        print_text(terminal.rules_as_json(book))
    else:
        paging.show(terminal.rule_list(book, color=color()), paged=options.pager)
    return 0


def test_rules(options: argparse.Namespace) -> int:
    """Run `rules test`."""
    from copydesk import terminal
    from copydesk.rulecheck import check_rules

    check = check_rules(recipe_of(options))
    print_text(terminal.as_json(check) if options.json else terminal.rules_checked(check))
    return FAILED if check.failures else 0


def try_rules(options: argparse.Namespace) -> int:
    """Run `rules try`."""
    from copydesk import terminal, tryout
    from copydesk.cli import paging
    from copydesk.progress import progress_for
    from copydesk.terminal import trials

    progress = progress_for(quiet=options.quiet)
    trial = tryout.try_rules(
        options.pack,
        options.inputs,
        recipe=recipe_of(options),
        samples=options.samples,
        limit=options.limit,
        workers=options.workers,
        progress=progress,
    )
    if options.json:
        print_text(terminal.as_json(trial))
    else:
        paging.show(trials.tried(trial, view_of(options)), paged=options.pager)
    if not options.quiet:
        tell(progress.summary())
    return 0
