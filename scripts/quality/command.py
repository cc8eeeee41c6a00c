"""The command: arguments in, tables and what fell out."""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from quality import run, tables
from quality.floor import Floor, bounded, changed_data, falls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quality.measures import Part

ROOT = Path(__file__).resolve().parents[2]
FLOOR = ROOT / "quality" / "floor.toml"
GOALS = ROOT / "quality" / "goals.toml"
README = ROOT / "README.md"
PAGE = ROOT / "docs" / "quality.md"
SHIPPED = ROOT / "src" / "copydesk" / "data" / "quality.json"
SETS = ROOT.parent / "shared" / "eval"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, compare or pin; give the exit code."""
    given = _parser().parse_args(arguments)
    if given.readme and not given.pin:
        _publish(Floor.load(FLOOR))
        return 0
    if find_spec("rapidfuzz") is None:
        return _fail("rapidfuzz is not installed; get it with: pip install --editable '.[dev]'")
    sets = _sets(given.eval)
    with run.progress(quiet=given.quiet) as tell:
        part = run.measure(sets, given.workers, tell)
    digests = run.digests(sets)
    _print(part, given.worst)
    if given.json:
        data = {"figures": part.figures, "worst": part.worst, "data": digests}
        given.json.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return (_pin if given.pin else _compare)(part, digests, with_sets=sets is not None)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="quality", description="Measure how well copydesk cleans, against a pinned floor."
    )
    parser.add_argument(
        "--eval", type=Path, default=SETS, metavar="DIR", help="the development sets (default: ../shared/eval)"
    )
    parser.add_argument("--pin", action="store_true", help="make what is measured the new floor, and write the tables")
    parser.add_argument("--readme", action="store_true", help="only write the tables, from the floor as it is")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to a file")
    parser.add_argument("--worst", action="store_true", help="name the documents that lost most")
    parser.add_argument("--workers", type=int, default=run.cores(), metavar="N", help="processes (default: one a core)")
    parser.add_argument("--quiet", action="store_true", help="say nothing of how far the run is")
    return parser


def _sets(folder: Path) -> Path | None:
    """Give the folder of the development sets if it is one."""
    if (folder / "score.py").is_file():
        return folder.resolve()
    print(f"There are no development sets in {folder} (no score.py): only corpus/ is measured.\n", file=sys.stderr)
    return None


def _print(part: Part, worst: bool) -> None:
    print(tables.report(part.figures))
    if worst:
        print("\nDocuments that lost most (share of their words)\n")
        for section, documents in sorted(part.worst.items()):
            print(f"{section}: {' '.join(documents)}")
    measured, missed = tables.short_of(tomllib.loads(GOALS.read_text(encoding="utf-8"))["goals"], part.figures)
    if measured:
        _list(f"Short of {len(missed)} of {measured} goals", missed)
    print()


def _list(title: str, lines: Sequence[str]) -> None:
    print(f"\n{title}{':' if lines else '.'}")
    for line in lines:
        print(f"  {line}")


def _compare(part: Part, digests: dict[str, str], *, with_sets: bool) -> int:
    """Hold what was measured against the floor."""
    floor = Floor.load(FLOOR)
    if not floor.figures:
        return _fail("no floor was ever pinned; pin one with: python scripts/quality --pin")
    fell = falls(floor, part.figures, with_sets=with_sets)
    changed = changed_data(floor, digests, with_sets=with_sets)
    for title, lines in (("Fell below the floor", fell), ("Measured on other data than the floor", changed)):
        if lines:
            _list(title, lines)
    if fell or changed:
        return _fail("quality fell or the data changed; if that is meant, pin it with: python scripts/quality --pin")
    bounds = sum(len(rows) for section, rows in floor.bounds.items() if section in part.figures)
    print(f"All {bounds} figures hold the floor.")
    if new := sorted(bounded(part.figures).keys() - floor.figures.keys()):
        _list("Not pinned yet", new)
    return 0


def _pin(part: Part, digests: dict[str, str], *, with_sets: bool) -> int:
    """Make what was measured the floor; what that lowers is said aloud."""
    before = Floor.load(FLOOR)
    floor = Floor.pin(part.figures, digests, before, with_sets=with_sets)
    if lowered := falls(before, part.figures, with_sets=with_sets):
        _list("This lowers the floor", lowered)
    FLOOR.parent.mkdir(exist_ok=True)
    FLOOR.write_text(floor.to_toml(), encoding="utf-8")
    _publish(Floor.load(FLOOR))  # as the file has the figures
    print("Pinned in quality/floor.toml; the tables in README and docs and the package's figures are written from it.")
    return 0


def _publish(floor: Floor) -> None:
    """Write the figures where people read them: README and manual, and in the package for the cards of editions."""
    SHIPPED.write_text(tables.shipped(floor.figures), encoding="utf-8")
    for path, written in ((README, tables.readme), (PAGE, tables.page)):
        text = path.read_text(encoding="utf-8")
        path.write_text(tables.put_into(text, written(floor.figures)), encoding="utf-8")


def _fail(message: str) -> int:
    print(f"quality: {message}", file=sys.stderr)
    return 1
