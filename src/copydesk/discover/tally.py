"""Counting without end in memory with one: lossy counting.

After Manku and Motwani, "Approximate Frequency Counts over Data Streams" (VLDB 2002), with two changes for speed. A
table that is full, rather than a number of items, closes a bucket; and entries carry no error of their own: the error
of all of them together, `missed`, is known, and that is all that is asked.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

_Key = TypeVar("_Key", bound="Hashable")


class Tally(Generic[_Key]):
    """Counts of keys, at most `capacity` of them (and those of one `add`) at a time.

    A count is never too high, and too low by at most `missed`. What was counted depends on the order in which keys
    come, not on their hashes.

    Attributes:
        missed: How often a key may have been seen without being on record.
    """

    def __init__(self, capacity: int) -> None:
        self.missed = 0
        self._capacity = capacity
        self._counts: Counter[_Key] = Counter()

    def add(self, keys: Iterable[_Key]) -> None:
        """Count each key once more."""
        self._counts.update(keys)
        if len(self._counts) > self._capacity:
            self._make_room()

    def __getitem__(self, key: _Key) -> int:
        return self._counts[key]

    def __len__(self) -> int:
        return len(self._counts)

    def most(self, least: int, number: int) -> list[tuple[_Key, int]]:
        """Give the keys that were counted `least` times, the most frequent ones; equals at the cut all stay out."""
        often = [(key, count) for key, count in self._counts.items() if count >= least]
        if len(often) <= number:
            return often
        cut = sorted((count for _, count in often), reverse=True)[number]
        return [(key, count) for key, count in often if count > cut]

    def _make_room(self) -> None:
        """Forget the rarest keys, all that were counted as often as one of them, till half of the table is free."""
        by_count = Counter(self._counts.values())
        kept, floor = len(self._counts), 0
        for count in sorted(by_count):
            if kept <= self._capacity // 2:
                break
            kept, floor = kept - by_count[count], count
        self.missed += floor
        self._counts = Counter({key: count for key, count in self._counts.items() if count > floor})
