"""The pinned floor: each figure as it was, how far it may fall, and digests of the data that it was measured on."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quality.measures import CORPUS, DIGITS, MEASURES, Figures, needs_sets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

HEAD = """\
# The floor under copydesk's quality: written by `python scripts/quality --pin`, checked by `make quality`.
#
# `was` is a figure when it was pinned; it may become no less than `least`, no more than `most`. A run is repeatable to
# the last digit, so the room between the two (`MEASURES` in scripts/quality/measures.py) is not for chance: it lets a
# change pass that wins much and loses next to nothing; single languages and kinds of noise have more of it, being few
# documents. What has no bound only informs. The README's tables are written from this file. Lowering a bound takes a
# new pin, and a reason in the commit's message.
"""

NO_DATA = "no longer measured"


@dataclass(frozen=True)
class Floor:
    """Pinned figures and the digests of their data."""

    figures: Figures = field(default_factory=dict)
    bounds: Figures = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Floor:
        """Read a floor; one that was never pinned is empty."""
        if not path.is_file():
            return cls()
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        figures, bounds = {}, {}
        for section, pinned in data.get("figures", {}).items():
            figures[section] = {name: value["was"] for name, value in pinned.items()}
            bounds[section] = {
                name: bound
                for name, value in pinned.items()
                if (bound := value.get("least", value.get("most"))) is not None
            }
        return cls(figures, bounds, data.get("data", {}))

    @classmethod
    def pin(cls, figures: Figures, digests: Mapping[str, str], before: Floor, *, with_sets: bool) -> Floor:
        """Make figures the floor.

        Args:
            figures: What was measured.
            digests: The data that it was measured on.
            before: The floor until now; without the development sets, what it says of them stays.
            with_sets: Whether the development sets were measured.
        """
        kept = {} if with_sets else {name: rows for name, rows in before.figures.items() if needs_sets(name)}
        bounds = {} if with_sets else {name: rows for name, rows in before.bounds.items() if needs_sets(name)}
        old = {} if with_sets else {name: digest for name, digest in before.digests.items() if name != CORPUS}
        held = bounded(figures)
        bounds |= {section: _bounds(section, rows) for section, rows in held.items()}
        return cls({**kept, **held}, bounds, {**old, **digests})

    def to_toml(self) -> str:
        """Give the floor as the text of its file."""
        lines = [
            HEAD,
            "[data]",
            *(f"{json.dumps(name)} = {json.dumps(self.digests[name])}" for name in sorted(self.digests)),
        ]
        for section in sorted(self.figures):
            lines += ["", f"[figures.{json.dumps(section)}]", *self._lines(section)]
        return "\n".join(lines) + "\n"

    def _lines(self, section: str) -> Iterator[str]:
        for name in sorted(self.figures[section], key=list(MEASURES).index):
            bound = self.bounds[section].get(name)
            word = "most" if MEASURES[name].better == "lower" else "least"
            room = "" if bound is None else f", {word} = {_number(bound)}"
            yield f"{name} = {{ was = {_number(self.figures[section][name])}{room} }}"


def bounded(figures: Figures) -> Figures:
    """Give the sections that have a figure to hold; what only informs is not pinned."""
    return {name: rows for name, rows in figures.items() if any(MEASURES[measure].better for measure in rows)}


def _bounds(section: str, rows: Mapping[str, float]) -> dict[str, float]:
    """Give the worst that each figure of a section may become."""
    found = {name: MEASURES[name].bound(value, section) for name, value in rows.items()}
    return {name: bound for name, bound in found.items() if bound is not None}


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.{DIGITS}f}".rstrip("0")


def falls(floor: Floor, figures: Figures, *, with_sets: bool) -> list[str]:
    """Name each figure that is worse than the floor allows, or that is no longer measured."""
    found = []
    for section, bounds in sorted(floor.bounds.items()):
        if needs_sets(section) and not with_sets:
            continue
        for name, bound in bounds.items():
            now = figures.get(section, {}).get(name)
            measure = MEASURES[name]
            if now is None:
                found.append(f"{section}: {measure.words} is {NO_DATA}")
            elif measure.worse(now, bound):
                was = floor.figures[section][name]
                limit = "at most" if measure.better == "lower" else "at least"
                found.append(
                    f"{section}: {measure.words} is {now:.{DIGITS}f}, was {was:.{DIGITS}f}, {limit} {bound:.{DIGITS}f}"
                )
    return found


def changed_data(floor: Floor, digests: Mapping[str, str], *, with_sets: bool) -> list[str]:
    """Name the data that is not what the floor was pinned on."""
    found = []
    for name in sorted({*floor.digests, *digests}):
        if name != CORPUS and not with_sets:
            continue
        if name not in digests:
            found.append(f"{name}: is gone; the floor was pinned with it")
        elif name not in floor.digests:
            found.append(f"{name}: is new; the floor knows nothing of it")
        elif floor.digests[name] != digests[name]:
            found.append(f"{name}: is not the data that the floor was pinned on (sha256 {digests[name][:12]}...)")
    return found
