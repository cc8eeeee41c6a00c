"""Word weights of the line model: how much a word, or two words in a row, speaks for noise.

A logistic regression over the words of lines. Only what occurs on several sites is learned, so that no site's own names
count; the weights are the model's cue words, in whatever languages the training pages have.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LEAST_SITES = 5
LARGEST_VOCABULARY = 40_000
LEAST_WEIGHT = 0.2
STRENGTH = 0.15
"""Inverse strength of the L2 penalty."""
LARGEST_LINE = 60
"""Words of a line that are looked at: what a line is shows at its start."""

_UNSPACED = "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"([{_UNSPACED}]+)|([^\W_{_UNSPACED}]+)")


def words(line: str) -> list[str]:
    """Words as the kernel finds them: runs of letters and digits in lower case; pairs of characters without spaces."""
    out: list[str] = []
    for unspaced, word in _WORD.findall(line.lower()):
        out.extend([word] if word else map("".join, pairwise(unspaced)))
    return out


def entries(line: str) -> Iterator[str]:
    """Words and pairs of words of a line."""
    found = words(line)[:LARGEST_LINE]
    yield from found
    yield from (f"{first} {second}" for first, second in pairwise(found))


def learn(
    lines: Sequence[str], sites: Sequence[str], labels: Sequence[float], body: Sequence[bool]
) -> dict[str, tuple[float, float]]:
    """Learn two weights a word, for short lines and for lines of body text.

    Args:
        lines: The lines.
        sites: The site of each.
        labels: 1 for noise, 0 for real.
        body: Whether the kernel takes the line for body text.
    """
    tables = []
    for kind in (False, True):
        chosen = [n for n, is_body in enumerate(body) if is_body == kind]
        tables.append(learn_one([lines[n] for n in chosen], [sites[n] for n in chosen], [labels[n] for n in chosen]))
    short, long = tables
    return {word: (short.get(word, 0.0), long.get(word, 0.0)) for word in sorted({*short, *long})}


def learn_one(lines: Sequence[str], sites: Sequence[str], labels: Sequence[float]) -> dict[str, float]:
    """Learn one weight a word; the arguments are those of `learn`."""
    unique: dict[tuple[str, str], float] = {}
    for line, site, label in zip(lines, sites, labels, strict=True):
        unique[site, line] = label
    bags = [(site, set(entries(line)), label) for (site, line), label in unique.items()]
    spread: Counter[str] = Counter()
    by_site: dict[str, set[str]] = {}
    for site, bag, _ in bags:
        by_site.setdefault(site, set()).update(bag)
    for bag in by_site.values():
        spread.update(bag)
    # those on as many sites by themselves: sets come in another order in each process, and sums would differ by a hair
    enough = [word for word, count in spread.items() if count >= LEAST_SITES]
    known = sorted(enough, key=lambda word: (-spread[word], word))[:LARGEST_VOCABULARY]
    index = {word: n for n, word in enumerate(known)}
    columns, starts = [], [0]
    for _, bag, _ in bags:
        columns.extend(sorted(index[word] for word in bag if word in index))
        starts.append(len(columns))
    matrix = csr_matrix((np.ones(len(columns), np.float32), columns, starts), shape=(len(bags), len(known)))
    answer = LogisticRegression(C=STRENGTH, max_iter=300).fit(matrix, [label for _, _, label in bags])
    weights = {word: round(float(weight), 2) for word, weight in zip(known, answer.coef_[0], strict=True)}
    return {word: weight for word, weight in sorted(weights.items()) if abs(weight) >= LEAST_WEIGHT}
