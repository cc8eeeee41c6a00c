"""The command: arguments in, a table out."""

from __future__ import annotations

import argparse
import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from segmenters.documents import missing

if TYPE_CHECKING:
    from collections.abc import Sequence

SETS = Path(__file__).resolve().parents[2].parent / "shared" / "eval"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; give the exit code."""
    given = _parser().parse_args(arguments)
    if absent := missing(given.eval):
        what = "the development sets are" if not given.eval.is_dir() else f"{', '.join(absent)} is"
        return _fail(f"{what} not in {given.eval}; name the folder that has them with --eval DIR")
    if given.json and not given.json.absolute().parent.is_dir():
        return _fail(f"there is no folder {given.json.parent} to write {given.json.name} into; make it first")
    if find_spec("nltk") is None:
        return _fail("nltk is not installed; get it with: pip install --editable '.[dev]'")
    # The segmenters are imported only when it is sure that they can run.
    from copydesk.errors import CopydeskError
    from quality.run import progress
    from segmenters import run, tables

    try:
        with progress(quiet=given.quiet) as tell:
            figures = run.measure(given.eval, given.most, tell)
    except CopydeskError as error:
        return _fail(str(error))
    print((tables.markdown if given.markdown else tables.plain)(figures))
    if given.json:
        data = {"figures": figures, "data": run.digests(given.eval)}
        given.json.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="segmenters", description="Compare copydesk's cuts with those of published segmenters."
    )
    parser.add_argument(
        "--eval", type=Path, default=SETS, metavar="DIR", help="the development sets (default: ../shared/eval)"
    )
    parser.add_argument("--most", type=_positive, metavar="N", help="only the first N documents of each set")
    parser.add_argument("--markdown", action="store_true", help="write the table in Markdown, for the docs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to a file")
    parser.add_argument("--quiet", action="store_true", help="say nothing of how far the run is")
    return parser


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{value} is less than 1")  # noqa: EM102, TRY003 - argparse shows it
    return number


def _fail(message: str) -> int:
    print(f"segmenters: {message}", file=sys.stderr)
    return 1
