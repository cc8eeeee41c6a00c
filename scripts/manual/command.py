"""The command: pages written, or found to be stale."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from manual import commands, rules, settings, shapes, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

PAGES: dict[str, Callable[[], str]] = {
    "reference/cli.md": commands.page,
    "reference/json.md": shapes.page,
    "reference/recipe.md": settings.page,
    "reference/schema.md": tables.page,
    "rules.md": rules.page,
}
"""Every page that is made from code, below `docs/`, and what makes it."""

REMEDY = "python scripts/make_docs.py"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the pages; give the exit code."""
    parser = argparse.ArgumentParser(prog="make_docs", description="Write the pages of the manual made from code.")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--check", action="store_true", help="write nothing; name the pages that are stale")
    action.add_argument(
        "--outputs", action="store_true", help="also run the commands in the other pages, and write what they print"
    )
    given = parser.parse_args(arguments)
    stale = [name for name, made in PAGES.items() if _differs(DOCS / name, made(), write=not given.check)]
    for name in stale:
        print(f"docs/{name}: {'is stale' if given.check else 'written'}")
    if given.check and stale:
        print(f"make_docs: write them again with: {REMEDY}", file=sys.stderr)
        return 1
    return _write_outputs() if given.outputs else 0


def _write_outputs() -> int:
    """Run the commands in the other pages and write what they print."""
    from manual.sessions import PLAYED, SessionError, write_outputs

    failed = 0
    for page in PLAYED:
        try:
            if write_outputs(page):
                print(f"docs/{page.name}: outputs written")
        except SessionError as error:
            print(f"make_docs: {error}", file=sys.stderr)
            failed = 1
    return failed


def _differs(path: Path, text: str, *, write: bool) -> bool:
    """Say whether a page differs from what is made of the code now; write that, if it shall be."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    if write:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return True
