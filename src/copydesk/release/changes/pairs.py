"""Which document of one edition is which of the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from copydesk.release.changes.prints import Prints
    from copydesk.release.ledgers import Ints

_POSITIONS = 1 << 40
"""More records than any source has."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Documents by their rows in the old and the new edition.

    Attributes:
        old: Rows of documents that are in both, in the old edition.
        new: Their rows in the new one, rising.
        moved: Whether each of these is in another place.
        removed: Rows of the old edition that are in no pair.
        added: Rows of the new one.
    """

    old: Ints
    new: Ints
    moved: np.ndarray[tuple[int], np.dtype[np.bool_]]
    removed: Ints
    added: Ints


def pair(old: Prints, new: Prints) -> Pairs:
    """Pair documents of the same raw text: those that are in the same place first, then the others in their order."""
    _, codes = np.unique(np.concatenate([old.ids, new.ids]), return_inverse=True)
    text = codes[: len(old)].astype(np.int64), codes[len(old) :].astype(np.int64)
    place = _places(old, new)
    _, same_old, same_new = np.intersect1d(*place, assume_unique=True, return_indices=True)
    stayed = text[0][same_old] == text[1][same_new]
    same_old, same_new = same_old[stayed], same_new[stayed]
    left_old, left_new = _others(same_old, len(old)), _others(same_new, len(new))
    most = max(len(old), len(new)) + 1
    keys = _occurrences(text[0][left_old], most), _occurrences(text[1][left_new], most)
    _, moved_old, moved_new = np.intersect1d(*keys, assume_unique=True, return_indices=True)
    rows_old = np.concatenate([same_old, left_old[moved_old]])
    rows_new = np.concatenate([same_new, left_new[moved_new]])
    moved = np.arange(len(rows_old)) >= len(same_old)
    order = np.argsort(rows_new, kind="stable")
    return Pairs(
        old=rows_old[order],
        new=rows_new[order],
        moved=moved[order],
        removed=_others(rows_old, len(old)),
        added=_others(rows_new, len(new)),
    )


def _places(old: Prints, new: Prints) -> tuple[Ints, Ints]:
    """Number the places in which documents of both editions were found."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys([*old.sources, *new.sources]))}
    first, second = (
        np.array([numbers[name] for name in prints.sources], np.int64)[prints.source] * _POSITIONS + prints.position
        if len(prints)
        else np.zeros(0, np.int64)
        for prints in (old, new)
    )
    return first, second


def _others(rows: Ints, count: int) -> Ints:
    """Give the rows, of so many, that are not among these."""
    free = np.ones(count, bool)
    free[rows] = False
    return np.flatnonzero(free)


def _occurrences(codes: Ints, most: int) -> Ints:
    """Number each entry by its code and by how many of the same code are before it, which are fewer than `most`."""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    opens = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][: len(ordered)])
    starts = np.repeat(opens, np.diff(np.append(opens, len(ordered))))
    nth = np.empty_like(codes)
    nth[order] = np.arange(len(codes)) - starts
    return codes * most + nth
