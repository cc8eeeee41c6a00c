"""Choosing the documents of a report within the bytes that it may take.

First come those drawn by lot, until they have taken their part of the bytes. Then, for each rule, kind, language and so
on that they do not show, the one that drew the lowest number. Then those by lot again, as long as there is room.
Whatever is read, is read some hundred documents at a time, so that memory does not grow with what is asked for.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from copydesk.report.places import documents_at, rejects_at
from copydesk.report.proposals import Proposer
from copydesk.report.sheets import Glossary, Sheet, proposal, reject, sheet
from copydesk.report.values import Drawn, Sample

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copydesk.release.changes.causes import Side
    from copydesk.report.lots import Draw, Place, Stratum

WAVE = 200
"""Documents that are read at a time."""

LOT_SHARE = 0.6
"""Part of the bytes that documents drawn by lot take before the rare ones have had their turn."""

REJECTS_SHARE = 0.1
"""Part of the bytes that rejects may take."""

LONGEST_ESCAPE = 6
"""Bytes that a character may take in the page's JSON."""

FACETS = ("guard", "kind", "cut", "struck", "label", "language", "rule")
"""What is looked after first."""

MOST_FLAGGED = 1000
"""Documents that were kept whole of which the worst are looked for; of more than these, so many drawn by lot."""


@dataclass(slots=True)
class Board:
    """What is on the page so far.

    Attributes:
        budget: Bytes that it may take.
        taken: Bytes that it takes.
        sheets: The documents.
        rejects: The rejects, as JSON.
        shown: How many of the documents are of each sort.
        names: The names of rules and labels that they refer to.
    """

    budget: int
    taken: int = 0
    sheets: list[Sheet] = field(default_factory=list)
    rejects: list[str] = field(default_factory=list)
    shown: Counter[Stratum] = field(default_factory=Counter)
    names: Glossary = field(default_factory=Glossary)

    def lay(self, found: Sheet, known: tuple[int, int], within: int) -> bool:
        """Put a document on the page if it fits into so many bytes; else forget the names that only it has."""
        size = len(found.text.encode()) + len(",\n") + self.weight_of_names(known)
        if self.taken + size > within:
            self.names.rules.forget(known[0])
            self.names.labels.forget(known[1])
            return False
        self.taken += size
        self.sheets.append(found)
        self.shown.update(found.strata)
        return True

    def weight_of_names(self, known: tuple[int, int] = (0, 0)) -> int:
        """Give the bytes that names take at most, but for the first ones of rules and of labels."""
        names = [*self.names.rules.list()[known[0] :], *self.names.labels.list()[known[1] :]]
        return sum(LONGEST_ESCAPE * len(name) + len('"",') for name in names)

    @property
    def known(self) -> tuple[int, int]:
        """Give how many names of rules and labels there are."""
        return len(self.names.rules.known), len(self.names.labels.known)


def draw_sample(side: Side, draw: Draw, drawn: Drawn, budget: int) -> Sample:
    """Choose documents of all sorts.

    Args:
        side: The edition.
        draw: The lots that were drawn.
        drawn: What was asked for.
        budget: Bytes that the documents may take.

    Raises:
        EditionError: A table cannot be read, or a ledger in it is not whole.
    """
    board = Board(budget)
    by_lot = draw.by_lot()
    first = _lay_by_lot(board, side, by_lot, int(LOT_SHARE * budget))
    strata = draw.by_stratum()
    rare = _lay_rare(board, side, strata, {*by_lot[:first]})
    done = first + _lay_by_lot(board, side, [place for place in by_lot[first:] if place not in rare], budget)
    missing = sum(not board.shown[stratum] for stratum in strata)
    told = replace(drawn, by_lot=done, for_strata=len(rare), strata=len(strata) + draw.unheeded, missing=missing)
    return _sample(board, told)


def _lay_by_lot(board: Board, side: Side, places: Sequence[Place], within: int) -> int:
    """Lay documents on the page until one does not fit; give how many that are. To pass one over would be unfair."""
    count = 0
    for start in range(0, len(places), WAVE):
        found = documents_at(side, places[start : start + WAVE])
        for place in places[start : start + WAVE]:
            known = board.known
            if not board.lay(sheet(found[place], board.names, None), known, within):
                return count
            count += 1
    return count


def _lay_rare(board: Board, side: Side, strata: dict[Stratum, list[Place]], there: set[Place]) -> set[Place]:
    """Lay a document on the page for each sort that it does not show yet; give their places."""
    laid: set[Place] = set()
    wanted = _in_turn(strata)
    for start in range(0, len(wanted), WAVE):
        wave = [(s, p) for s, p in wanted[start : start + WAVE] if not board.shown[s] and p not in there | laid]
        found = documents_at(side, {place for _, place in wave})
        for stratum, place in wave:
            known = board.known
            if board.shown[stratum] or place in laid:
                continue
            if board.lay(sheet(found[place], board.names, stratum), known, board.budget):
                laid.add(place)
    return laid


def _in_turn(strata: dict[Stratum, list[Place]]) -> list[tuple[Stratum, Place]]:
    """Give the first choice of each sort, then the second ones, which are for where the first did not fit."""
    ordered = sorted(strata.items(), key=lambda item: (FACETS.index(item[0].facet), item[0].name))
    deepest = max((len(places) for _, places in ordered), default=0)
    return [(stratum, places[n]) for n in range(deepest) for stratum, places in ordered if n < len(places)]


def draw_rejects(side: Side, draw: Draw, budget: int) -> tuple[str, ...]:
    """Choose rejects, as JSON: some of each reason, and some by lot.

    Raises:
        EditionError: A table cannot be read.
    """
    rare = {place for places in draw.by_stratum().values() for place in places}
    places = sorted({*draw.by_lot(), *rare}, key=lambda place: (place not in rare, place))
    rows = rejects_at(side, places)
    chosen, taken = [], 0
    for place in places:
        text = reject(rows[place])
        taken += len(text.encode()) + 2
        if taken > REJECTS_SHARE * budget:
            break
        chosen.append(text)
    return tuple(chosen)


def draw_flagged(side: Side, flagged: Draw, drawn: Drawn, budget: int) -> Sample:
    """Choose documents that were kept whole, the worst first: those of which most would have been struck.

    Raises:
        EditionError: A table cannot be read, or a ledger in it is not whole.
    """
    board = Board(budget)
    places = [place for places in flagged.by_stratum().values() for place in places]
    proposer = Proposer.of(side) if places else ""
    why_not = proposer if isinstance(proposer, str) else ""
    worst: list[Sheet] = []
    for start in range(0, len(places), WAVE):
        worst += _flagged_sheets(board, side, places[start : start + WAVE], proposer)
        worst = sorted(worst, key=lambda one: (-one.share, -len(one.text), one.id))[: drawn.asked]
    board.taken = board.weight_of_names()  # they were all laid out, to find the worst
    for found in worst:
        board.lay(found, board.known, budget)
    told = replace(drawn, by_lot=len(board.sheets), proposals=bool(places) and not why_not, why_not=why_not)
    return _sample(board, told)


def _flagged_sheets(board: Board, side: Side, places: Sequence[Place], proposer: Proposer | str) -> Iterator[Sheet]:
    for found in documents_at(side, places).values():
        if isinstance(proposer, str):
            yield sheet(found, board.names, None)
        else:
            proposed, chars = proposer.propose(found.cleaned)
            yield proposal(found, proposed, chars, board.names)


def _sample(board: Board, drawn: Drawn) -> Sample:
    return Sample(
        drawn=replace(drawn, clipped=sum(sheet.clipped for sheet in board.sheets)),
        ids=tuple(sheet.id for sheet in board.sheets),
        documents=tuple(sheet.text for sheet in board.sheets),
        rejects=(),
        rules=board.names.rules.list(),
        labels=board.names.labels.list(),
    )
