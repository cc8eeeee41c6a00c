"""What a draft would take of a batch of documents, and what the desk makes of the same places without it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk import rulepack
from copydesk.desk import Desk
from copydesk.document import line_from_row
from copydesk.recipe import Guard, Language, Model
from copydesk.rulebook import RuleBook
from copydesk.thresholds import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from copydesk.document import LineLabel, Span
    from copydesk.recipe import Recipe
    from copydesk.rulebook import Kind, Rule


class Place(NamedTuple):
    """A place that the draft would strike: a line, or a part of one."""

    start: int
    end: int
    rule: str
    line: Span


@dataclass(frozen=True, slots=True)
class Touched:
    """A document of which the draft would strike something.

    Attributes:
        row: Its row in the batch.
        text: The raw document.
        places: What the draft would strike.
        labels: What its lines are held to be without the draft.
    """

    row: int
    text: str
    places: list[Place]
    labels: list[LineLabel]


class Panel:
    """Two desks: one with the draft's rules ahead of all others, one without the draft."""

    def __init__(self, recipe: Recipe, draft: str) -> None:
        """Compile them.

        Raises:
            RuleError: The draft, or a pack of the recipe, cannot be used.
        """
        self.recipe = without(recipe, draft)
        first = draft_first(self.recipe, draft)
        self.rules = tuple(rule.id for kind in first for rule in kind.rules)
        packs = [Path(pack) for pack in self.recipe.rules.packs]
        book = RuleBook.load([*packs, Path(draft)], self.recipe.rules.off)
        labels = {kind.label for kind in first}
        others = [kind for kind in book.kinds if kind.label not in labels]
        if all(_stands_alone(rule) for kind in first for rule in kind.rules):
            others = []  # a third of the time and of the memory
        self._draft = Desk(_labelling(self.recipe, Model(mode="off")), book=RuleBook((*first, *others)))
        self._base = Desk(_labelling(self.recipe, self.recipe.model))
        self._noted = {rule.id for rule in self._base.rules.rules if not rule.strike}
        self.struck_by_draft = {rule.id for kind in first for rule in kind.rules if rule.strike}

    @property
    def has_model(self) -> bool:
        """Whether the probabilities of noise mean anything."""
        return self.recipe.model.mode != "off"

    def look(self, texts: pa.Array) -> Iterator[Touched]:
        """Yield the documents of which the draft would strike something."""
        marks = self._draft.run(texts).documents.column("lines")
        rows = self._rows(marks)
        if not len(rows):
            return
        labels = self._base.run(texts.take(rows)).documents.column("lines")
        columns = (texts.take(rows), marks.take(rows), labels)
        for row, text, mine, others in zip(rows.tolist(), *(column.to_pylist() for column in columns), strict=True):
            places = list(self._places(map(line_from_row, mine)))
            yield Touched(row, text, places, [line_from_row(label) for label in others])

    def struck(self, labels: Iterable[LineLabel]) -> list[LineLabel]:
        """Choose the labels of what goes without the draft."""
        return [mark for mark in labels if mark.rule and mark.label != SEPARATOR and mark.rule not in self._noted]

    def _rows(self, marks: pa.ListArray) -> np.ndarray[Any, Any]:
        """Find the documents that have a mark of the draft."""
        rules = pc.struct_field(pc.list_flatten(marks), "rule")
        is_draft = pc.is_in(rules, value_set=pa.array(sorted(self.struck_by_draft), pa.string()))
        rows: np.ndarray[Any, Any] = pc.list_parent_indices(marks).filter(is_draft).to_numpy()
        return np.unique(rows)

    def _places(self, marks: Iterable[LineLabel]) -> Iterator[Place]:
        line = (0, 0)
        for mark in marks:
            if mark.start >= line[1]:  # a part comes after its line, and lies within it
                line = (mark.start, mark.end)
            if mark.rule in self.struck_by_draft and mark.start < mark.end:
                yield Place(mark.start, mark.end, str(mark.rule), line)


def noise_at(labels: Sequence[LineLabel], start: int) -> float | None:
    """Give the probability of noise of the line that a place stands in; a part of a line has that of its line."""
    place = bisect_right([mark.start for mark in labels], start) - 1
    return labels[place].noise if place >= 0 else None


def without(recipe: Recipe, draft: str) -> Recipe:
    """Take the draft out of a recipe that has it already."""
    packs = tuple(pack for pack in recipe.rules.packs if Path(pack).resolve() != Path(draft).resolve())
    return replace(recipe, rules=replace(recipe.rules, packs=packs))


def draft_first(recipe: Recipe, draft: str) -> list[Kind]:
    """Read the draft's kinds of noise, without what the recipe switches off."""
    off = recipe.rules.off
    kinds = [replace(kind, own=True) for kind in rulepack.read(rulepack.find([Path(draft)])) if kind.label not in off]
    return [replace(kind, rules=tuple(rule for rule in kind.rules if rule.id not in off)) for kind in kinds]


def _stands_alone(rule: Rule) -> bool:
    """Say whether a rule strikes the same whatever other rules take: where the text begins and ends depends on them."""
    return rule.place == "any" and not rule.after and rule.block == "none"


def _labelling(recipe: Recipe, model: Model) -> Recipe:
    """Change a recipe to label lines and do nothing else, which is the fastest way to know what would be struck."""
    return replace(
        recipe,
        model=model,
        guard=Guard(max_struck=1.0, annotate=True),
        split=replace(recipe.split, mode="off" if recipe.split.mode == "off" else "structure"),
        language=Language(engine="none"),
    )
