"""From labelled lines to strokes: what goes with a line, and the strokes and the repairs under them as one ledger.

This is for documents that were annotated, whose ledger holds repairs alone. It names strokes as the kernel does when it
strikes at once (`strokes.rs`); the kernel composes them with the repairs.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from copydesk._kernel import compose_edits
from copydesk.document import Edit, undo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copydesk.document import Cleaned, LineLabel, Span

Name: TypeAlias = tuple[str, str]
"""The rule and the label of a stroke."""

WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""Unicode's White_Space, as the kernel trims lines by it; Python's own `strip` takes four control characters more."""

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class Stroke(NamedTuple):
    """Code points of the mended text that go, and what takes them."""

    start: int
    end: int
    rule: str
    label: str


@dataclass(slots=True)
class Line:
    """A line of the mended text: with its line feed, without white space at its ends, and what is known of it."""

    whole: Span
    inner: Span
    mark: LineLabel | None = None
    parts: list[Stroke] = field(default_factory=list)

    @property
    def noise(self) -> float:
        """Give the model's probability of noise; 0 for a blank line."""
        return self.mark.noise if self.mark else 0.0

    @property
    def is_blank(self) -> bool:
        """Say whether it is nothing but white space."""
        return self.inner[0] == self.inner[1]


class Places:
    """From offsets of the raw document to those of the mended text."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        """Take the repairs, in raw order."""
        self._edits = edits
        self._ends = [edit.end for edit in edits]
        growths = (len(edit.replacement) - (edit.end - edit.start) for edit in edits)
        self._shifts = [0, *accumulate(growths)]

    def at(self, offset: int) -> int:
        """Give the place of a raw offset; of one inside a repair, a place in what was put there."""
        passed = bisect_right(self._ends, offset)
        if passed < len(self._edits) and self._edits[passed].start < offset:
            edit = self._edits[passed]
            offset = min(offset, edit.start + len(edit.replacement))
        return offset + self._shifts[passed]


def lines_of(text: str, cleaned: Cleaned) -> list[Line]:
    """Divide the mended text into lines, each with its label and the parts of it that a rule would strike."""
    page = [_bare_line(text, *match.span()) for match in _LINE.finditer(text)]
    starts = [line.whole[0] for line in page]
    places = Places(cleaned.edits)
    for mark in cleaned.lines:
        start, end = places.at(mark.start), places.at(mark.end)
        line = page[bisect_right(starts, start) - 1]
        if line.mark is None:
            line.mark = mark
        elif mark.rule is not None and line.inner[0] <= start < end <= line.inner[1]:
            line.parts.append(_part(text, line, start, end, mark))
    return page


def _bare_line(text: str, start: int, end: int) -> Line:
    line = text[start:end]
    inner = start + len(line) - len(line.lstrip(WHITE_SPACE))
    return Line((start, end), (inner, max(inner, start + len(line.rstrip(WHITE_SPACE)))))


def draw(page: Sequence[Line], struck: Sequence[Name | None], off: frozenset[str]) -> list[Stroke]:
    """Turn decisions into strokes, in order, none overlapping another."""
    found: list[Stroke] = []
    above: int | None = None
    run: list[int] = []
    for n, line in enumerate(page):
        if struck[n]:
            run.append(n)
        elif not line.is_blank:
            found += _run(page, struck, run, above, n)
            found += [part for part in line.parts if not off.intersection((part.rule, part.label))]
            run, above = [], n
    found += _run(page, struck, run, above, None)
    strokes: list[Stroke] = []
    done = 0
    for stroke in sorted(found):
        start = max(stroke.start, done)  # two parts may reach for the same white space
        if start < stroke.end:
            strokes.append(stroke._replace(start=start))
        done = stroke.end
    return strokes


def _run(
    page: Sequence[Line],
    struck: Sequence[Name | None],
    run: Sequence[int],
    above: int | None,
    below: int | None,
) -> list[Stroke]:
    """Strike a run of lines between two kept ones, each up to the next. Where no line is kept, none goes."""
    if not run or (above is None and below is None):
        return []
    start, end = _reach(page, run, above, below)
    bounds = [start, *(page[n].whole[0] for n in run[1:]), end]
    pieces = zip(pairwise(bounds), (struck[n] for n in run), strict=True)
    return [Stroke(begin, stop, *name) for (begin, stop), name in pieces if name and begin < stop]


def _reach(page: Sequence[Line], run: Sequence[int], above: int | None, below: int | None) -> Span:
    """Say how much white space goes with a run: of the gaps on both sides the larger stays."""
    first, last = page[run[0]], page[run[-1]]
    if above is None:
        return 0, page[below].whole[0] if below is not None else page[-1].whole[1]
    if below is None:
        return page[above].inner[1], page[-1].whole[1]
    # Line feeds end all lines but the last: so many stand between as there are lines from one to the other.
    if run[0] - above >= below - run[-1]:
        return first.whole[0], page[below].whole[0]
    return page[above].inner[1], last.inner[1]


def _part(text: str, line: Line, start: int, end: int, mark: LineLabel) -> Stroke:
    """Strike a part of a line, with the white space that would be left over."""
    before, after = text[line.inner[0] : start], text[end : line.inner[1]]
    rest = after.lstrip(WHITE_SPACE)
    if not before.strip(WHITE_SPACE):
        end += len(after) - len(rest)
    elif after != rest or not rest[:1].isalnum():
        start -= len(before) - len(before.rstrip(WHITE_SPACE))
    return Stroke(start, end, mark.rule or "", mark.label)


def ledger(cleaned: Cleaned, strokes: Sequence[Stroke]) -> tuple[list[Edit], str]:
    """Put strokes on the mended text and the repairs under them into one ledger over the raw document.

    Returns:
        The ledger, and the raw document; where the ledger holds no removed text there is white space instead.
    """
    repairs = cleaned.edits
    held = [replace(e, removed=e.removed if e.removed is not None else " " * (e.end - e.start)) for e in repairs]
    raw = undo(cleaned.stories, held)
    composed = compose_edits(
        raw, [(e.start, e.end, e.replacement) for e in repairs], [(s.start, s.end, "") for s in strokes]
    )
    edits: list[Edit] = []
    next_repair = next_stroke = 0
    places = Places(repairs)
    for start, end, replacement, _ in composed:
        until = bisect_left(repairs, end, key=lambda edit: edit.start)
        under = repairs[next_repair:until]
        # Where the edit ends in the mended text: each of its repairs is as long there as what it put in.
        stop = places.at(start) + end - start + sum(len(e.replacement) - (e.end - e.start) for e in under)
        over_until = bisect_left(strokes, stop, key=lambda stroke: stroke.start)
        over = strokes[next_stroke:over_until]
        next_repair, next_stroke = until, over_until
        removed = None if any(edit.removed is None for edit in under) else raw[start:end]
        rules = [rule for edit in under for rule in edit.rule.split("+")] + [stroke.rule for stroke in over]
        label = over[-1].label if over else under[-1].label
        edits.append(Edit(start, end, replacement, "+".join(dict.fromkeys(rules)), label, removed))
    return edits, raw


def spans(length: int, edits: Sequence[Edit]) -> tuple[Span, ...]:
    """Give the stretches of the raw document that no edit covers."""
    starts = [0, *(edit.end for edit in edits)]
    ends = [*(edit.start for edit in edits), length]
    return tuple((start, end) for start, end in zip(starts, ends, strict=True) if start < end)
