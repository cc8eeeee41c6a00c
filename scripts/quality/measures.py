"""What is measured: the name of each figure, which way is better, and how far it may fall before the floor fails."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Figures: TypeAlias = dict[str, dict[str, float]]
"""By the section that was measured (`noise/aed.full`, `corpus/language/vi`), then by measure."""

CORPUS = "corpus"
"""First part of the name of each section that needs nothing but the project's own corpus."""

DIGITS = 5
"""Decimal digits that a figure is kept with."""

PARTS = ("/language/", "/kind/")
"""In the names of sections that are parts of a set: one language, or the documents that show one kind of noise."""

ROOM_OF_PARTS = 5
"""How many times the margin of a whole set a part has: in a few documents each word weighs more."""


@dataclass(frozen=True)
class Measure:
    """One measure.

    Attributes:
        words: What it says, for people.
        better: Which way is better; None for what only informs, such as the number of documents.
        margin: How far a figure may fall behind the pinned one. A run is repeatable to the last digit, so this is no
            room for chance, but for changes that win much in one place and lose next to nothing in another.
        share: Whether it is a share, shown as a percentage.
    """

    words: str
    better: Literal["lower", "higher"] | None = None
    margin: float = 0.0
    share: bool = True

    def bound(self, value: float, section: str) -> float | None:
        """Give the worst that a figure of a section may become; None if it only informs."""
        room = self.margin * (ROOM_OF_PARTS if any(part in section for part in PARTS) else 1)
        if self.better is None:
            return None
        return round(value + room if self.better == "lower" else max(0.0, value - room), DIGITS)

    def worse(self, value: float, limit: float) -> bool:
        """Say whether a value is on the wrong side of a limit."""
        return value > limit if self.better == "lower" else value < limit


MEASURES = {
    "harm": Measure("real text lost", "lower", 0.0003),
    "d1": Measure("documents that lost over 1%", "lower", 0.006),
    "lookalikes_lost": Measure("real look-alikes lost", "lower", 0.02),
    "removed": Measure("noise gone", "higher", 0.005),
    "F1": Measure("F1", "higher", 0.001, share=False),
    "F1_alone": Measure("F1 left alone", share=False),
    "same": Measure("untouched", "higher", 0.005),
    "exact": Measure("exactly as wanted", "higher", 0.005),
    "again_struck": Measure("struck by a second run", "lower", 0.0003),
    "again_changed": Measure("changed by a second run", "lower", 0.006),
    "intact": Measure("text beside it intact", "higher", 0.0),
    "gone_whole": Measure("gone with its headlines", "higher", 0.03),
    "false_cuts": Measure("single articles cut", "lower", 0.005),
    "main_cut_early": Measure("first story cut short", "lower", 0.006),
    "main_exact": Measure("first story cut out exactly", "higher", 0.01),
    "boundary_F1": Measure("boundaries, F1", "higher", 0.01, share=False),
    "Pk": Measure("Pk", "lower", 0.01, share=False),
    "accuracy": Measure("languages named right", "higher", 0.005),
    "n": Measure("documents", share=False),
    "lookalikes": Measure("real look-alikes", share=False),
    "strokes": Measure("strokes", share=False),
    "tokens": Measure("words struck", share=False),
    "real": Measure("of them in the gold text"),
}
"""By name; harm comes first wherever figures are listed."""


@dataclass
class Part:
    """What one task measured.

    Attributes:
        figures: The figures, by section.
        worst: By section, the documents that lost most: `identifier:share`.
        strokes: By label, number of strokes, words struck, and how many of those the gold text has.
    """

    figures: Figures = field(default_factory=dict)
    worst: dict[str, list[str]] = field(default_factory=dict)
    strokes: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    def add(self, other: Part) -> None:
        """Take in what another task measured."""
        self.figures.update(other.figures)
        self.worst.update(other.worst)
        for label, counts in other.strokes.items():
            old = self.strokes.get(label, (0, 0, 0))
            self.strokes[label] = (old[0] + counts[0], old[1] + counts[1], old[2] + counts[2])


def neat(figures: dict[str, float]) -> dict[str, float]:
    """Round figures, and leave out those that there was nothing to measure for."""
    return {name: round(value, DIGITS) for name, value in figures.items() if not math.isnan(value)}


def share(part: float, whole: float) -> float:
    """Give a share; not a number where there is no whole."""
    return part / whole if whole else math.nan


def needs_sets(section: str) -> bool:
    """Say whether a section is measured on the development sets, which are not shipped with the project."""
    return section.partition("/")[0] != CORPUS
