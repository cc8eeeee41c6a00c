"""`copydesk publish`: put an edition on the Hub."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from copydesk.cli.console import print_text, tell
from copydesk.cli.options import add_json_option, add_quiet_option
from copydesk.errors import HubError

if TYPE_CHECKING:
    import argparse

DEFAULT_TOKEN = "HF_TOKEN"  # noqa: S105 (the name of a variable)


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    command.description = (
        "Checks an edition and publishes it as a dataset on the Hugging Face Hub: one commit that holds all of it, "
        "and a tag such as v1.0.0 that never moves. Run again after an interruption, it sends what is missing."
    )
    command.add_argument("edition", metavar="DIR", help="the edition's folder")
    command.add_argument("repo", metavar="REPO", help="the dataset repository, owner/name; made if it does not exist")
    command.add_argument("--private", action="store_true", help="make a private repository")
    command.add_argument("--dry-run", action="store_true", help="only print what would be sent and deleted")
    command.add_argument(
        "--branch", default="main", metavar="NAME", help="the branch that gets the commit (default: main)"
    )
    command.add_argument(
        "--token-env",
        metavar="NAME",
        help=f"the environment variable that holds the access token (default: {DEFAULT_TOKEN}, or the saved log-in)",
    )
    command.add_argument(
        "--no-verify", action="store_true", help="compare the files' hashes only, instead of replaying every ledger"
    )
    add_json_option(command, "what was sent, or would be", "copydesk.hub.publish.Published")
    add_quiet_option(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from copydesk import terminal
    from copydesk.hub.publish import publish
    from copydesk.progress import progress_for

    _choose_bars(quiet=options.quiet)
    published = publish(
        options.edition,
        options.repo,
        private=options.private,
        branch=options.branch,
        dry_run=options.dry_run,
        verify=not options.no_verify,
        token=_token(options.token_env),
        tell=None if options.quiet else tell,
        progress=progress_for(quiet=options.quiet),
    )
    if options.json:
        print_text(terminal.as_json(published))
    elif options.dry_run or not options.quiet:
        print_text(terminal.published(published))
    return 0


def _token(name: str | None) -> str | None:
    """Read the token from the variable that was named.

    Raises:
        HubError: It is not set.
    """
    if name is None:
        return None
    token = os.environ.get(name, "").strip()
    if not token:
        message = f"the environment variable {name} is not set"
        raise HubError(message, "put an access token with the right to write into it")
    return token


def _choose_bars(*, quiet: bool) -> None:
    """Let the Hub's library draw its bars on a terminal only."""
    if quiet or not sys.stderr.isatty():
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
