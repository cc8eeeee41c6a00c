"""Texts as words, and which of them two texts share in the same order."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_HAN_AND_KANA = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_HAN_AND_KANA}]|[^\W_{_HAN_AND_KANA}]+")
"""A run of letters and digits, or one character of a script without spaces; what the evaluation's scorer counts too."""


class Word(NamedTuple):
    """A word and its first code point in the text."""

    text: str
    start: int


def words(text: str) -> list[str]:
    """Give the words of a text, in lower case and without differences of width."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def placed_words(text: str) -> list[Word]:
    """Give the words of a text with their places in it."""
    return [Word(unicodedata.normalize("NFKC", found[0]).lower(), found.start()) for found in _WORD.finditer(text)]


def shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Count the words of the longest common subsequence."""
    from rapidfuzz.distance import LCSseq

    return LCSseq.similarity(one, other)


def found_in(one: Sequence[str], other: Sequence[str]) -> list[bool]:
    """Say of each word of the first text whether it is in the longest common subsequence with the other."""
    from rapidfuzz.distance import LCSseq

    mask = [False] * len(one)
    for step in LCSseq.opcodes(one, other):
        if step.tag == "equal":
            mask[step.src_start : step.src_end] = [True] * (step.src_end - step.src_start)
    return mask
