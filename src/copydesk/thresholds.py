"""Striking an annotated document: thresholds chosen later, without cleaning again.

Annotating leaves every line in the text and says of each which rule would strike it and how likely the line model holds
it to be noise. From that, this module draws the strokes that other settings would have drawn: the same lines, with the
same white space around them, as one ledger over the raw document.
"""

from __future__ import annotations

import operator
import struct
from dataclasses import replace
from functools import cache, reduce
from itertools import groupby
from typing import TYPE_CHECKING

from copydesk.document import apply
from copydesk.errors import LedgerError
from copydesk.recipe import Guard, Model, Recipe
from copydesk.rulebook import RuleBook
from copydesk.strokes import draw, ledger, lines_of, spans

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from copydesk.document import Cleaned, LineLabel, Story
    from copydesk.rulebook import Rule
    from copydesk.strokes import Line, Name, Stroke

_MODEL, _GUARD = Model(), Guard()

FURNITURE = ("model.furniture", "furniture")
"""Rule and label of what the line model strikes of the page around a story: short lines."""

FOREIGN = ("model.foreign", "foreign")
"""Rule and label of the lines of sentences that it strikes."""

SEPARATOR = "separator"
"""The label of lines that may be part of a text, except where documents are cut at them; here none is cut."""

_LEAST_ROWS = 6
_MOST_ROWS = 0.9
_NO_ROW = 0.95
"""As in the kernel: so many short lines in a row may be a table. Unless so large a share of them goes, just those go
that are so sure."""

_FEW_NOISE = 0.3
_LEAST_MENU = 1_000.0
_LEAST_BODY = 0.5
"""As in the kernel: up to the one share of noise, with fewer code points of it, or with less of the real text in body
text, thresholds stay as high as they are set."""

_SURE_TEXT = 0.2
"""As in the kernel: body text is surely real under this probability of noise."""

_SHORT = 2_000.0
"""As in the kernel: code points of real text under which a document is a short one."""

TITLE_LINES = 2
"""A title is a title when a line follows it."""


def strike(  # noqa: PLR0913 (each is one setting; all of them are keywords)
    cleaned: Cleaned,
    *,
    least: float = _MODEL.least,
    least_edge: float = _MODEL.least_edge,
    least_sentence: float = _MODEL.least_sentence,
    whole_page: float = _MODEL.whole_page,
    veto: float = _MODEL.veto,
    max_risk: float = _MODEL.max_risk,
    max_struck: float = _GUARD.max_struck,
    off: Collection[str] = (),
) -> Cleaned:
    """Strike an annotated document by settings chosen now. The document given stays as it is.

    With the settings of the recipe that annotated it, a document that is not to be cut gets the ledger and the text
    that striking would have given at once. There are these differences:

    - Nothing is cut: a document of several stories stays one. The model decides on the separators between them, and on
      rows of teasers, which striking would make stories and leave as they are.
    - Facts (captions, credits, ...) do not move to `fields`, the language is that of the whole text, and a first line
      that a rule shortened counts as a title if it was one before.
    - What the recipe's own veto kept, a lower one here cannot bring back: annotate with `veto = 0.0` to choose freely.
    - A line that the model takes from a rule which is vetoed here counts as `furniture`, though it may be `foreign`.
    - What a rule would strike *inside* a line that the model strikes by the recipe is not on record. Where such a line
      stays, all of it stays.
    - `off` leaves what is so labelled. Rules that lean on it hold nevertheless, and the model does not look again,
      as both would if the recipe had it under `[rules] off`.

    Args:
        cleaned: A document cleaned with `annotate = true` under `[guard]`, or `Cleaned.from_rows` of its rows in an
            annotated edition.
        least: The model strikes from this probability of noise on, 0.5 to 1.
        least_edge: A line that touches one that stays only from this one on, 0.5 to 1.
        least_sentence: A line of body text that does so only from this one on, or from `least_edge` if that is higher.
        whole_page: From this share of expected noise on `least` is enough, and the nearer a document comes to it, the
            nearer comes `least_edge`; 0.2 to 1, which asks the same of all.
        veto: What a built-in rule would strike stays if the line's probability of noise is under this, 0 to 1.
        max_risk: Its strokes go, the least sure first, until at most this share of the real text is at risk, 0 to 1.
        max_struck: If more than this share of the characters would be struck, the document is kept whole and flagged.
        off: Labels (`caption`, `furniture`) and rules (`share.buttons`, `model.foreign`) that strike nothing.

    Returns:
        The document with its strokes on the ledger, and no more labels: it obeys the partition law and can be restored.

    Raises:
        RecipeError: A threshold is out of its range.
        LedgerError: The document was not annotated.
    """
    settings = Recipe.from_mapping(
        {
            "model": {
                "least": least,
                "least_edge": least_edge,
                "least_sentence": least_sentence,
                "whole_page": whole_page,
                "veto": veto,
                "max_risk": max_risk,
            },
            "guard": {"max_struck": max_struck},
        },
        origin="strike",
    )
    if not cleaned.stories:
        return cleaned
    if not cleaned.lines or len(cleaned.stories) > 1:
        message = "the document is not annotated: its lines have no labels"
        raise LedgerError(message, "clean it with annotate = true under [guard], or build with --annotate")
    story = cleaned.stories[0]
    page = lines_of(story.text, cleaned)
    has_model = any(line.noise for line in cleaned.lines)
    model = settings.model if has_model else replace(settings.model, veto=0.0)
    struck = _decide(page, model, frozenset(off))
    strokes = draw(page, struck, frozenset(off))
    over = _is_over_budget(story.text, strokes, settings.guard.max_struck)
    if over or not strokes:
        return replace(cleaned, needs_review=over, lines=[])
    edits, raw = ledger(cleaned, strokes)
    text = apply(raw, edits)
    clean_story = replace(
        story, title=_title(story, page, struck, text), text=text, spans=spans(len(raw), edits), edits=tuple(edits)
    )
    return replace(cleaned, stories=[clean_story], edits=edits, needs_review=False, lines=[])


def _decide(page: Sequence[Line], model: Model, off: frozenset[str]) -> list[Name | None]:
    """Give for each line the rule and label that strike it whole."""
    sure = _sure(page, model)
    found: list[Name | None] = []
    for n, line in enumerate(page):
        name = None
        if line.mark and off.isdisjoint((line.mark.rule, line.mark.label)):
            name = _by_rule(line.mark, model) or (_by_model(line.mark) if n in sure else None)
        found.append(name if name and off.isdisjoint(name) else None)
    return found


def _by_rule(mark: LineLabel, model: Model) -> Name | None:
    """Give the rule that strikes a line, unless the model has it stay or it strikes only where documents are cut."""
    if mark.rule is None or (mark.rule, mark.label) in (FURNITURE, FOREIGN) or mark.label == SEPARATOR:
        return None
    rule = _built_in().get(mark.rule)
    if rule and not rule.strike:
        return None
    # As in the kernel, the model has no say over a user's own rules, nor where a rule for parts took all of a line.
    if rule and rule.match == "line" and mark.noise < _single(model.veto):
        return None
    return mark.rule, mark.label


def _by_model(mark: LineLabel) -> Name:
    return FOREIGN if _is_body(mark) else FURNITURE


def _is_body(mark: LineLabel | None) -> bool:
    return mark is not None and mark.label in ("body", FOREIGN[1])


@cache
def _built_in() -> dict[str, Rule]:
    return {rule.id: rule for rule in RuleBook.load().rules}


def _sure(page: Sequence[Line], model: Model) -> set[int]:
    """Choose the lines that the model strikes, the surest first, as long as too little real text is at risk to matter.

    Thresholds and probabilities are 32-bit numbers in the kernel, and so they are here: a line at the very threshold
    must not fall on the other side.
    """
    risk = _single(model.max_risk)
    expected = [_single(1.0 - line.noise) * _length(line) for line in page]
    left = [n for n, line in enumerate(page) if line.mark and not _by_rule(line.mark, model)]
    eased = _eased(model, page, left, expected)
    total = _added(expected)
    allowed, lost = risk * total * min(total / _SHORT, 1.0), 0.0
    sure: set[int] = set()
    for n in sorted(_in_sure_runs(page, left, model, eased), key=lambda n: (-page[n].noise, n)):
        lost += expected[n]
        if lost > allowed:
            break
        sure.add(n)
    _leave_tables(page, left, sure)
    return sure


def _eased(model: Model, page: Sequence[Line], left: Sequence[int], expected: Sequence[float]) -> Model:
    """Lower the thresholds on a page that is expected to hold much noise around a text (as in the kernel).

    `left` are the lines that no rule strikes.
    """
    whole, real, chars = _single(model.whole_page), _added(expected), sum(map(_length, page))
    body = _added(expected[n] for n in left if _is_body(page[n].mark))
    if whole >= 1.0 or chars - real < _LEAST_MENU or body < _LEAST_BODY * _added(expected[n] for n in left):
        return model
    share, edge, least = 1.0 - real / chars, _single(model.least_edge), _single(model.least)
    if share >= whole:
        return replace(model, least_edge=min(edge, least), least_sentence=least)
    ease = max((share - _FEW_NOISE) / (whole - _FEW_NOISE), 0.0)
    return replace(model, least_edge=min(edge, _single(edge - ease * (edge - least))))


def _length(line: Line) -> int:
    return line.inner[1] - line.inner[0]


def _added(numbers: Iterable[float]) -> float:
    """Add one by one: from Python 3.12 on `sum` adds more exactly than the kernel."""
    return reduce(operator.add, numbers, 0.0)


def _leave_tables(page: Sequence[Line], left: Sequence[int], sure: set[int]) -> None:
    """Take out the rows of tables and lists inside the text of which not nearly all would go (as in the kernel).

    `left` are the lines that no rule strikes.
    """
    groups = [list(group) for _, group in groupby(left, key=lambda n: _is_body(page[n].mark))]
    for above, rows, below in zip(groups, groups[1:], groups[2:], strict=False):
        before, behind = above[-1], below[0]
        if _is_body(page[rows[0]].mark) or len(rows) < _LEAST_ROWS or not sure.isdisjoint((before, behind)):
            continue
        marked = sum(line.mark is not None for line in page[before + 1 : behind])
        # where a rule strikes a line between them, the others are no table
        if marked == len(rows) and len(sure.intersection(rows)) < _MOST_ROWS * len(rows):
            sure.difference_update(n for n in rows if page[n].noise < _single(_NO_ROW))


def _in_sure_runs(page: Sequence[Line], left: Sequence[int], model: Model, eased: Model) -> list[int]:
    """Find the likely lines whose runs, where they touch lines that stay, begin with a sure one (as in the kernel).

    `left` are the lines that no rule strikes; the others are passed over.
    """
    least = _single(model.least)

    def is_text(n: int) -> bool:
        return _is_body(page[n].mark) and page[n].noise < _single(_SURE_TEXT)

    def is_sure(n: int, *, of_text: bool) -> bool:
        bars = model if of_text else eased
        edge, sentence = _single(bars.least_edge), _single(bars.least_sentence)
        return page[n].noise >= (max(edge, sentence) if _is_body(page[n].mark) else edge)

    found: list[int] = []
    at = 0
    for likely, group in groupby(left, key=lambda n: page[n].noise >= least):
        run = list(group)
        above, below = left[at - 1] if at else None, left[at + len(run)] if at + len(run) < len(left) else None
        at += len(run)
        if not likely:
            continue
        # a run that touches nothing begins and ends with its own lines
        first = [
            k
            for k, n in enumerate(run)
            if above is None or is_sure(n, of_text=_is_body(page[n].mark) and is_text(above))
        ]
        last = [k for k, n in enumerate(run) if below is None or is_sure(n, of_text=is_text(below))]
        if first and last:
            found += run[first[0] : last[-1] + 1]
    return found


def _single(number: float) -> float:
    """Round to the nearest 32-bit number."""
    (rounded,) = struct.unpack("f", struct.pack("f", number))
    return float(rounded)


def _is_over_budget(text: str, strokes: Iterable[Stroke], max_struck: float) -> bool:
    """Would the strokes take more than they may? White space and repairs do not count."""
    struck = sum(_solid(text[stroke.start : stroke.end]) for stroke in strokes)
    return struck > 0 and struck > max_struck * _solid(text)


def _solid(text: str) -> int:
    return sum(map(len, text.split()))


def _title(story: Story, page: Sequence[Line], struck: Sequence[Name | None], text: str) -> str | None:
    """Give the first line if it is a heading and text follows."""
    kept = [n for n, line in enumerate(page) if line.mark and not struck[n]]
    if len(kept) < TITLE_LINES:
        return None
    first = page[kept[0]].mark
    was_title = story.title is not None and not any(line.mark for line in page[: kept[0]])
    if not was_title and (first is None or first.label != "heading"):
        return None
    line = next(line.strip() for line in text.split("\n") if line.strip())
    return line if any(map(str.isalpha, line)) else None
