"""The slowest input that can be made of each rule's own words, beside ordinary text.

    python scripts/slowest_inputs.py                 # every shipped rule; some minutes
    python scripts/slowest_inputs.py read_also.*     # those whose names fit
    python scripts/slowest_inputs.py --rules mine/   # with a pack of your own

A rule's cues, examples and near misses are repeated in every way that might keep its pattern busy: on short lines, on
the longest lines that it looks at, with a run of one character behind them. What is told is the time of the whole desk
for a megabyte of the slowest such text, and what it takes without this rule. Ordinary text is `corpus/raw`, and a
megabyte of it on lines as short as that text's: a line has its price whatever stands in it.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

from copydesk import Desk, Recipe
from copydesk.recipe import Language, Rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.rulebook import Rule

_T = TypeVar("_T")

ROOT = Path(__file__).resolve().parent.parent

TRIED, MEASURED = 50_000, 400_000
"""Code points of a text when the slowest is looked for, and when it is measured."""

MOST = 20.0
"""So many times as long as ordinary text may a text take."""

CUES, EXAMPLES = 4, 3
"""How many of a rule's cues and examples are tried: the first and the last of them."""

RUNS = ("a", "A", " ", "(", ".", "1 ", "Aa ", "é", "中", "- ")
"""What may keep a pattern going behind a cue."""


@dataclass(frozen=True, slots=True)
class Slowest:
    """The slowest text for a rule.

    Attributes:
        rule: The rule's full name.
        form: How the text was made.
        line: Its line, or one of them.
        seconds: Time of the whole desk for a megabyte of it.
        without: The same without the rule.
        ordinary: The same for ordinary text on lines of that length.
    """

    rule: str
    form: str
    line: str
    seconds: float
    without: float
    ordinary: float

    @property
    def times(self) -> float:
        """How many times as long as ordinary text it takes."""
        return self.seconds / self.ordinary


def main() -> int:
    """Run the program; the exit code is 1 if a rule is over the limit."""
    options = _options()
    recipe = Recipe(rules=Rules(packs=tuple(options.rules)), language=Language(engine="none"))
    desk = Desk(recipe)
    clock = Clock(desk)
    print(f"ordinary text: {clock.ordinary:.3f} s/MB")
    print(f"{'rule':36} {'s/MB':>8} {'without':>8} {'times':>6}  form")
    over = 0
    for rule in desk.rules.rules:
        if any(fnmatch(rule.id, name) for name in options.names):
            found = slowest(rule, clock, recipe)
            over += found.times > MOST
            print(
                f"{found.rule:36} {found.seconds:8.3f} {found.without:8.3f} {found.times:6.1f}  "
                f"{found.form}: {found.line[:60]!r}",
                flush=True,
            )
    print(f"{over} rules take more than {MOST:g} times as long as ordinary text on such lines")
    return int(over > 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Looks for the slowest input of each rule.")
    parser.add_argument("names", nargs="*", default=["*"], metavar="NAME", help="rules, as in a shell (default: all)")
    parser.add_argument("--rules", action="append", default=[], metavar="PACK", help="a rule pack of your own")
    return parser.parse_args()


class Clock:
    """Measures texts against ordinary ones."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        files = sorted((ROOT / "corpus" / "raw").rglob("*.txt"))
        self._texts = [path.read_bytes().decode() for path in files]
        self._words = " ".join(self._texts).split()
        self.ordinary = self.of(self._texts)
        self._lines: dict[int, float] = {}

    def of(self, texts: list[str], desk: Desk | None = None) -> float:
        """Give the processor's seconds for a megabyte of some texts; the better of two."""
        array = pa.array(texts)
        found = []
        for _ in range(2):
            began = time.process_time()
            (desk or self.desk).run(array)
            found.append(time.process_time() - began)
        return min(found) / sum(len(text.encode()) for text in texts) * 1e6

    def on_lines(self, length: int) -> float:
        """Give the seconds for a megabyte of ordinary words on lines of about so many characters."""
        size = next((size for size in (4, 8, 16, 32, 64, 128, 256) if length <= size), 0)
        if not size:
            return self.ordinary
        if size not in self._lines:
            lines, line = [], ""
            for word in self._words:
                line = f"{line} {word}" if line else word[:size]
                if len(line) >= size - 2:
                    lines.append(line[:size])
                    line = ""
            self._lines[size] = self.of(["\n".join(lines)])
        return max(self._lines[size], self.ordinary)


def slowest(rule: Rule, clock: Clock, recipe: Recipe) -> Slowest:
    """Find the text that takes longest beside ordinary text, and measure it well."""
    tried = {form: _text(line, TRIED) for form, line in forms(rule).items()}
    ratios = {form: clock.of([text]) / clock.on_lines(_line_length(text)) for form, text in tried.items()}
    form = max(ratios, key=ratios.__getitem__)
    line = forms(rule)[form]
    text = _text(line, MEASURED)
    others = Desk(replace(recipe, rules=replace(recipe.rules, off=(*recipe.rules.off, rule.id))))
    seconds, without = clock.of([text]), clock.of([text], others)
    return Slowest(rule.id, form, line, seconds, without, clock.on_lines(_line_length(text)))


def forms(rule: Rule) -> dict[str, str]:
    """Give lines that a text is made of, each under the name of its form."""
    return dict(_forms(rule))


def _forms(rule: Rule) -> Iterator[tuple[str, str]]:
    longest = min(rule.max_chars, TRIED)
    examples = [line for example in _some(rule.examples, EXAMPLES) for line in _struck(example.before, example.after)]
    for number, line in enumerate(examples, 1):
        yield f"example {number}", line
        yield f"example {number} cut short", line[:-1] or line
        yield f"example {number} and a letter", f"{line}x"
        yield f"example {number} repeated", _fill(f"{line} ", longest)
    for number, lookalike in enumerate(_some(rule.lookalikes, EXAMPLES), 1):
        yield f"lookalike {number}", max(lookalike.text.split("\n"), key=len)
    for cue in _some(rule.cues, CUES):
        yield f"cue {cue!r}", cue
        yield f"cue {cue!r} repeated", _fill(f"{cue} ", longest)
        yield f"cue {cue!r} glued", _fill(cue, longest)
        for run in RUNS:
            yield f"cue {cue!r} before {run!r}", _fill(run, longest, start=f"{cue} ")
            yield f"cue {cue!r} behind {run!r}", _fill(run, longest - len(cue) - 1) + f" {cue}"
    if not rule.cues:
        for run in RUNS:
            yield f"a run of {run!r}", _fill(run, longest)


def _struck(before: str, after: str) -> list[str]:
    kept = after.split("\n")
    return [line for line in before.split("\n") if line.strip() and line not in kept]


def _some(items: tuple[_T, ...], most: int) -> tuple[_T, ...]:
    """Give the first and the last items."""
    return items if len(items) <= most else (*items[: most - most // 2], *items[-(most // 2) :])


def _fill(piece: str, length: int, start: str = "") -> str:
    return (start + piece * (max(length - len(start), 0) // len(piece) + 1))[:length].strip()


def _text(line: str, length: int) -> str:
    return f"{line}\n" * (length // (len(line) + 1) + 1)


def _line_length(text: str) -> int:
    return len(text) // text.count("\n") - 1


if __name__ == "__main__":
    sys.exit(main())
