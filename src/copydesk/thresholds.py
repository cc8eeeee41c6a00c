"""Striking an annotated document: thresholds chosen later, without cleaning again.

Annotating leaves every line in the text and says of each which rule would strike it and how likely the line model holds
it to be noise. From that, this module draws the strokes that other settings would have drawn: the same lines, with the
same white space around them, as one ledger over the raw document.
"""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from copydesk._kernel import model_strikes
from copydesk.desk import caution
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
    struck = _decide(story.text, page, model, frozenset(off))
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


def _decide(text: str, page: Sequence[Line], model: Model, off: frozenset[str]) -> list[Name | None]:
    """Give for each line the rule and label that strike it whole."""
    ruled = [_by_rule(line.mark, model) if line.mark else None for line in page]
    noise, by_rule = [line.noise for line in page], [name is not None for name in ruled]
    learned = model_strikes(text, noise, by_rule, json.dumps(caution(model)))
    found: list[Name | None] = []
    for line, rule, sure in zip(page, ruled, learned, strict=True):
        name = None
        if line.mark and off.isdisjoint((line.mark.rule, line.mark.label)):
            name = rule or (_by_model(line.mark) if sure else None)
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
    return FOREIGN if mark.label in ("body", FOREIGN[1]) else FURNITURE


@cache
def _built_in() -> dict[str, Rule]:
    return {rule.id: rule for rule in RuleBook.load().rules}


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
