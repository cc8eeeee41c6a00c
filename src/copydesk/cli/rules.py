"""`copydesk rules`: list or test the rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.cli.console import FAILED, Parser, color, print_text
from copydesk.cli.options import add_recipe_options, recipe_of

if TYPE_CHECKING:
    import argparse


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's actions and their arguments."""
    command.description = "Lists or tests the rules."
    actions = command.add_subparsers(metavar="ACTION", required=True, parser_class=Parser)
    listing = actions.add_parser("list", help="list all rules", description="Lists the kinds of noise and their rules.")
    add_recipe_options(listing)
    listing.set_defaults(run=list_rules)
    testing = actions.add_parser(
        "test",
        help="try the rules on their own examples",
        description="Runs the examples and lookalikes of every rule, and of your own with --rules.",
    )
    add_recipe_options(testing)
    testing.set_defaults(run=test_rules)


def list_rules(options: argparse.Namespace) -> int:
    """Run `rules list`."""
    from copydesk import terminal
    from copydesk.rulebook import RuleBook

    rules = recipe_of(options).rules
    book = RuleBook.load([Path(pack) for pack in rules.packs], rules.off)
    print_text(terminal.rule_list(book, color=color()))
    return 0


def test_rules(options: argparse.Namespace) -> int:
    """Run `rules test`."""
    from copydesk import terminal
    from copydesk.rulecheck import check_rules

    check = check_rules(recipe_of(options))
    print_text(terminal.rules_checked(check))
    return FAILED if check.failures else 0
