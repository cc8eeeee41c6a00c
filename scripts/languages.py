"""Measure what names languages: how often it is right, and how fast it is.

    python scripts/languages.py --dump dump.jsonl.zst

prints a table. `lang` are the development sets for languages (public research data, not shipped; without them `corpus/`
is all there is), `snippets` the first 40 characters of pieces of all texts, and `known` the part of them that is in
languages that langdetect knows. It fails if the default engine is worse there than langdetect.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from identifying.candidates import Names
    from identifying.sets import Known

SETS = Path(__file__).resolve().parents[2] / "shared" / "eval"

MADE_MEGABYTES = 8
"""Size of the dump that is made when none is named."""

ROUNDS = 3
SLOW_SECONDS = 3.0
"""A candidate that needs longer for the dump is measured once, on what it reads in this time."""

BATCH = 200

BUILD_SPEED = 50
"""MB/s. The last column is the share of its time that a build of this speed would spend on the language."""

HELD = ("lang, known", "lang, first 40, known", "snippets, known")
"""Sets on which the default engine must not be worse than langdetect."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; give the exit code."""
    given = _parser().parse_args(arguments)
    if find_spec("langcodes") is None:
        return _fail("langcodes is not installed; get it with: pip install --editable '.[bench]'")
    from identifying import sets

    tell: Callable[[str], None] = (lambda _: None) if given.quiet else (lambda line: print(line, file=sys.stderr))
    try:
        known = sets.read(given.eval if given.eval.is_dir() else None)
        texts = _texts(given.dump)
    except (OSError, ValueError) as error:
        return _fail(str(error))
    rows = _measure(known, texts, given.only, tell)
    print(table(known, rows))
    worse = [name for name in HELD if name in known and is_worse(rows, name)]
    if worse:
        return _fail(f"the default engine is worse than langdetect on: {'; '.join(worse)}")
    return 0


def accuracy(names: Names, known: Sequence[Known]) -> float:
    """Give the share of texts whose language is named right."""
    from identifying.codes import plain

    answers = names([text for text, _ in known])
    return sum(plain(answer) == language for answer, (_, language) in zip(answers, known, strict=True)) / len(known)


def speed(names: Names, texts: Sequence[str]) -> float:
    """Give MB of UTF-8 text a second of processor time, in the best round; the first texts are a rehearsal."""
    names(texts[:BATCH])
    best = 0.0
    for _ in range(ROUNDS):
        megabytes, began = 0.0, time.process_time()
        spent = 0.0
        for at in range(0, len(texts), BATCH):
            batch = texts[at : at + BATCH]
            names(batch)
            megabytes += sum(len(text.encode()) for text in batch) / 1e6
            spent = time.process_time() - began
            if spent > SLOW_SECONDS:
                break
        best = max(best, megabytes / spent)
        if spent > SLOW_SECONDS:
            break
    return best


def is_worse(rows: Mapping[str, Mapping[str, float]], name: str) -> bool:
    """Say whether the default engine is worse than langdetect on a set; not if one of them was not measured."""
    from identifying.candidates import DEFAULT, REFERENCE

    return DEFAULT in rows and REFERENCE in rows and rows[DEFAULT][name] < rows[REFERENCE][name]


def table(known: Mapping[str, Sequence[Known]], rows: Mapping[str, Mapping[str, float]]) -> str:
    """Give the figures as Markdown."""
    heads = ["", *(f"{name} ({len(texts)})" for name, texts in known.items())]
    heads += ["MB/s", f"share of a build at {BUILD_SPEED} MB/s"]
    cells = [
        [
            name,
            *(f"{row[which]:.3f}" for which in known),
            f"{row['speed']:.1f}",
            f"{min(1, BUILD_SPEED / row['speed']):.0%}",
        ]
        for name, row in rows.items()
    ]
    lines = [heads, ["---"] * len(heads), *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _measure(
    known: Mapping[str, Sequence[Known]], texts: Sequence[str], only: Sequence[str] | None, tell: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    from identifying.candidates import CANDIDATES

    rows = {}
    for candidate in CANDIDATES:
        if only and candidate.name not in only:
            continue
        try:
            names = candidate.load()
        except ImportError as error:
            tell(f"{candidate.name} is left out: {error}")
            continue
        tell(candidate.name)
        rows[candidate.name] = {name: accuracy(names, some) for name, some in known.items()}
        rows[candidate.name]["speed"] = speed(names, texts)
    return rows


def _texts(dump: Path | None) -> list[str]:
    from dumping.reading import lines
    from dumping.writing import make

    if dump:
        return [json.loads(line)["text"] for line in lines(dump)]
    with tempfile.TemporaryDirectory(prefix="languages-") as folder:
        make(Path(folder) / "dump.jsonl", MADE_MEGABYTES)
        return [json.loads(line)["text"] for line in lines(Path(folder) / "dump.jsonl")]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="languages", description="Measure what names languages.")
    parser.add_argument(
        "--eval", type=Path, default=SETS, metavar="DIR", help="the development sets (default: ../shared/eval)"
    )
    parser.add_argument("--dump", type=Path, metavar="FILE", help="texts to take the time on (default: made)")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these candidates")
    parser.add_argument("--quiet", action="store_true", help="say nothing of how far the run is")
    return parser


def _fail(message: str) -> int:
    print(f"languages: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
