"""What the lexical segmenters count: stems of words, without the words that say nothing of a topic."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from nltk.stem import PorterStemmer

from quality.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Matrix: TypeAlias = NDArray[np.float64]
    Places: TypeAlias = NDArray[np.int64]

_FUNCTION_WORDS = """
the a an this that these those there here
i me my we us our you your he him his she her it its they them their who whom whose which what
and or but nor if then than because while as so though although until when where why how
of in on at by for with from to into onto over under after before between through during about against
is am are was were be been being do does did done have has had having
will would shall should can could may might must
not no yes only also just very too more most much many some any each every all both few such other another same
up down out off again once now
"""
STOPWORDS = frozenset(_FUNCTION_WORDS.split())
"""English function words, written for this comparison: most of its texts are English, and nothing is downloaded."""


DIGITS = 9
"""Decimal digits of a cosine: how equal ones were rounded must decide nothing."""


def counts(lines: Sequence[str]) -> Matrix:
    """Count the terms of each line: a row for each line, a column for each term."""
    rows = [Counter(_stem(word) for word in words(line) if word not in STOPWORDS) for line in lines]
    columns = {term: column for column, term in enumerate(sorted(set().union(*rows)))}
    found = np.zeros((len(rows), len(columns)))
    for number, row in enumerate(rows):
        for term, count in row.items():
            found[number, columns[term]] = count
    return found


def unit(rows: Matrix) -> Matrix:
    """Give rows of length one, so that their products are cosines; a row of nothing stays so."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths == 0, 1, lengths)


@cache
def _stem(word: str) -> str:
    return str(PorterStemmer().stem(word))
