"""Documents to learn the splitter from, each with the breaks at which it must be cut."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

import forests
import labels
import mixes
import texts
from inserts import into, maybe
from train import FOLDS, fold_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from labels import Document
    from texts import Mixed, Teaser, Text

    Floats = NDArray[np.float32]

CONCATS = 14_000
ROWS_OF_TEASERS = 6_000
WITH_INSERT = 0.3
"""Share of the whole texts that are seen once more with a table, a list or the like."""
FEWEST_LINES = 4
"""Texts with fewer lines show little of how stories open and close."""
UNKNOWN = -1.0


@dataclass(frozen=True)
class Sample:
    """A document to learn from, or to measure on.

    Attributes:
        kind: What sort it is: a key of `KIND_WEIGHTS`, or a development set.
        id: Its name.
        text: The document.
        fold: Its fold.
        sites: The sites that it is made of.
        cuts: A number a break: 1 for a cut, 0 for none, `UNKNOWN`.
    """

    kind: str
    id: str
    text: str
    fold: int
    sites: frozenset[str]
    cuts: Floats


def row_fold(mixed: Mixed) -> int:
    """Give the fold of a development document: of a whole article its site's."""
    return fold_of(mixed.sites[0] if mixed.kind == "single" else mixed.id)


def sample_of(mixed: Mixed, fold: int) -> Sample:
    """Make a sample of a document whose cuts are known."""
    cuts = np.zeros(max(0, len(texts.shown(mixed.text)) - 1), np.float32)
    cuts[[start - 1 for start in mixed.starts]] = 1
    return Sample(mixed.kind, mixed.id, mixed.text, fold, frozenset(mixed.sites), cuts)


def whole(known: Iterable[Text]) -> Iterable[Sample]:
    """Make samples of whole texts: no break of theirs is a cut."""
    for text in known:
        kind = "public" if text.source == "public" else "article"
        cuts = np.zeros(len(text.lines) - 1, np.float32)
        yield Sample(kind, text.id, "\n".join(text.lines), fold_of(text.site), frozenset([text.site]), cuts)


def with_inserts(known: Iterable[Text]) -> Iterable[Sample]:
    """Make samples of some whole texts that have a table, a list or the like among their lines: none of it is a cut."""
    rng = random.Random(forests.SEED)  # noqa: S311 - the same documents every time
    changed = (
        replace(text, id=f"{text.id}+", lines=tuple(into(rng, text.lines))) for text in known if maybe(rng, WITH_INSERT)
    )
    for sample in whole(changed):
        yield replace(sample, kind=f"{sample.kind} with insert")


def pages(known: Iterable[Document]) -> Iterable[Sample]:
    """Make samples of noisy pages: no cut between two real lines; what holds elsewhere is not known."""
    for page in known:
        real = [n for n, line in enumerate(page.lines) if line.label == labels.REAL]
        if len(page.lines) > 1 and real:
            cuts = np.full(len(page.lines) - 1, UNKNOWN, np.float32)
            cuts[real[0] : real[-1]] = 0
            yield Sample("page", page.id, page.text, fold_of(page.site), frozenset([page.site]), cuts)


def mixed_documents(
    known: Sequence[Text], teasers: Sequence[Teaser], endings: Mapping[str, Sequence[str]]
) -> Iterable[Sample]:
    """Mix the texts of each fold among themselves: half of the documents of articles alone, half of all texts."""
    for k in range(FOLDS):
        mine = [text for text in known if fold_of(text.site) == k]
        summaries = [teaser for teaser in teasers if fold_of(teaser.site) == k]
        articles = [text for text in mine if text.is_article]
        for name, pool in (
            ("articles", articles),
            ("all", [t for t in mine if t.is_article or len(t.lines) >= FEWEST_LINES]),
        ):
            mixer = mixes.Mixer(pool, summaries, endings, f"{forests.SEED}-{k}-{name}")
            made = mixer.concats(CONCATS // FOLDS // 2) + mixer.rows_of_teasers(ROWS_OF_TEASERS // FOLDS // 2)
            yield from (sample_of(mixed, k) for mixed in made)
