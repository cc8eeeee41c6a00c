"""Drawing lots: a fair sample of documents, and some of each sort, in one pass and in memory that does not grow.

Each document draws a number that follows from the seed and from its place in the edition, and from nothing else. The
lowest numbers of all are a uniform sample, in which each document had the same chance; the lowest numbers of each sort
(a rule, a language, ...) see to it that nothing that is rare goes unseen.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Ints: TypeAlias = NDArray[np.int64]
    Lots: TypeAlias = NDArray[np.uint64]

STEP = 0x9E3779B97F4A7C15
MIXERS = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1))
"""The constants of SplitMix64 (Steele, Lea and Flood, 2014), which makes numbers without pattern out of 1, 2, 3, ..."""

PER_STRATUM = 2
"""Documents that each sort may add."""

MOST_STRATA = 4000
"""Sorts that are looked after; of more than these a page could show nothing."""


class Stratum(NamedTuple):
    """A sort of documents: of which facet (`rule`, `language`, ...), and its name there."""

    facet: str
    name: str


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a document stands in an edition, and the number that it drew.

    Attributes:
        lot: The number; the lower, the sooner it is shown.
        shard: The pair of files that it stands in.
        row: Its row in the shard's file of `sources`.
        first_story: The row of its first story in the shard's file of `stories`.
        stories: How many it has.
    """

    lot: int
    shard: int
    row: int
    first_story: int = 0
    stories: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """Some documents in a row, with the numbers that they drew.

    Attributes:
        lots: The numbers.
        shard: The pair of files that they stand in.
        row: The row of the first of them.
        first_story: For each, the row of its first story.
        stories: For each, how many it has.
    """

    lots: Lots
    shard: int
    row: int
    first_story: Ints
    stories: Ints

    def place(self, index: int) -> Place:
        """Give the place of one of them."""
        return Place(
            int(self.lots[index]),
            self.shard,
            self.row + index,
            int(self.first_story[index]),
            int(self.stories[index]),
        )


def lots(seed: int, first: int, count: int) -> Lots:
    """Give the numbers that documents `first`, `first + 1`, ... of an edition draw."""
    start = np.full(1, seed % (1 << 64), np.uint64)
    return _mixed(np.arange(first, first + count, dtype=np.uint64) ^ _mixed(start))


def _mixed(numbers: Lots) -> Lots:
    mixed = (numbers + np.uint64(1)) * np.full(1, STEP, np.uint64)
    for shift, factor in MIXERS:
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.full(1, factor, np.uint64)
    return mixed


class Lowest:
    """The places of the lowest numbers that were offered, and no more of them than are wanted."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._heap: list[tuple[int, Place]] = []

    def takes(self, lot: int) -> bool:
        """Say whether a document that drew this number would be among them."""
        return len(self._heap) < self._most or bool(self._heap and lot < -self._heap[0][0])

    def offer(self, place: Place) -> None:
        """Offer a place."""
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, (-place.lot, place))
        elif self._heap and place.lot < -self._heap[0][0]:
            heapq.heapreplace(self._heap, (-place.lot, place))

    def places(self) -> list[Place]:
        """Give the places, the lowest number first."""
        return sorted(place for _, place in self._heap)


class Draw:
    """All lots of an edition: those for everybody, and those of each sort.

    Args:
        asked: How many are wanted of all.
        per_stratum: How many of each sort.
    """

    def __init__(self, asked: int, per_stratum: int = PER_STRATUM) -> None:
        self._all = Lowest(asked)
        self._per_stratum = per_stratum
        self._strata: dict[Stratum, Lowest] = {}
        self.unheeded = 0

    def offer_all(self, rows: Rows) -> None:
        """Let documents draw for the uniform sample."""
        for index in np.argsort(rows.lots, kind="stable").tolist():
            if not self._all.takes(int(rows.lots[index])):
                break
            self._all.offer(rows.place(index))

    def offer(self, facet: str, names: Sequence[str], codes: Ints, documents: Ints, rows: Rows) -> None:
        """Let documents draw for the sorts that they are of.

        Args:
            facet: What kind of sorts these are.
            names: Their names.
            codes: Which of them a document is of, an entry for each time.
            documents: The document of each entry, counted within `rows`.
            rows: The documents.
        """
        for code, document in _first_of_each(codes, documents, rows.lots, self._per_stratum):
            stratum = Stratum(facet, names[code])
            if stratum not in self._strata:
                if len(self._strata) >= MOST_STRATA:
                    self.unheeded += 1
                    continue
                self._strata[stratum] = Lowest(self._per_stratum)
            self._strata[stratum].offer(rows.place(document))

    def by_lot(self) -> list[Place]:
        """Give the uniform sample, the lowest number first."""
        return self._all.places()

    def by_stratum(self) -> dict[Stratum, list[Place]]:
        """Give what each sort adds, by the order in which sorts came up."""
        return {stratum: lowest.places() for stratum, lowest in self._strata.items()}


def _first_of_each(codes: Ints, documents: Ints, drawn: Lots, most: int) -> Iterator[tuple[int, int]]:
    """Yield, for each code, its documents with the lowest numbers, each once."""
    if not len(codes):
        return
    pairs = np.unique(np.stack([codes, documents]), axis=1)
    order = np.lexsort((drawn[pairs[1]], pairs[0]))
    codes, documents = pairs[0][order], pairs[1][order]
    opens = np.r_[True, codes[1:] != codes[:-1]]
    begin = np.maximum.accumulate(np.where(opens, np.arange(len(codes)), 0))
    for n in np.flatnonzero(np.arange(len(codes)) - begin < most).tolist():
        yield int(codes[n]), int(documents[n])
