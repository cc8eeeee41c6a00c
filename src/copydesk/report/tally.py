"""Going through an edition once: everything that a report counts and its manifest does not, and the lots."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.release.folios import batches, document_bytes, shard_folios, shard_pairs, table_files
from copydesk.release.ledgers import integers, list_lengths
from copydesk.report.lots import Rows, lots

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from copydesk.progress import Progress
    from copydesk.release.changes.causes import Side
    from copydesk.release.folios import Folio
    from copydesk.report.lots import Draw

    Ints: TypeAlias = NDArray[np.int64]

SOURCES_COLUMNS = ("chars", "kept", "needs_review", "edits")
STORIES_COLUMNS = ("kind", "language", "cut_after")

SHARE_BINS = 20
"""Columns of the histogram of the share struck; documents of which nothing went have one of their own before them."""

SCORE_BINS = 10
"""Columns of the histogram of the scores of cuts."""

LENGTH_EDGES = (0, *(step * 10**power for power in range(13) for step in (1, 2, 5)))
"""Where the columns of a histogram of lengths begin: at 0 and at round numbers; those at its ends that are empty go."""

MOST_STORIES = 6
"""Documents of more stories than these are counted together."""

DEPTHS = ("nothing struck", "under a tenth struck", "up to half struck", "over half struck")
"""Sorts of documents by how much of them was struck."""


@dataclass(slots=True)
class Strokes:
    """Strokes of one sort, by name."""

    strokes: Counter[str] = field(default_factory=Counter)
    characters: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)

    def add(self, names: list[str], codes: Ints, documents: Ints, widths: Ints) -> None:
        """Count strokes: each one's name, by number, its document, and its raw characters."""
        pairs = np.unique(np.stack([codes, documents]), axis=1)[0] if len(codes) else codes
        counts = (
            (self.strokes, np.bincount(codes, minlength=len(names))),
            (self.characters, np.bincount(codes, weights=widths, minlength=len(names)).astype(np.int64)),
            (self.documents, np.bincount(pairs, minlength=len(names))),
        )
        for counter, numbers in counts:
            for name, number in zip(names, numbers.tolist(), strict=True):
                counter[name] += number


@dataclass(slots=True)
class Tally:
    """What was counted. Histograms are as `tally` fills them: see the constants above."""

    documents: int = 0
    by_rule: Strokes = field(default_factory=Strokes)
    by_label: Strokes = field(default_factory=Strokes)
    labels: dict[str, str] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    shares: Ints = field(default_factory=lambda: np.zeros(SHARE_BINS + 1, np.int64))
    before: Ints = field(default_factory=lambda: np.zeros(len(LENGTH_EDGES), np.int64))
    after: Ints = field(default_factory=lambda: np.zeros(len(LENGTH_EDGES), np.int64))
    each: Ints = field(default_factory=lambda: np.zeros(MOST_STORIES + 1, np.int64))
    scores: Ints = field(default_factory=lambda: np.zeros(SCORE_BINS, np.int64))


def tally(side: Side, draw: Draw, flagged: Draw, seed: int, shown: Progress) -> Tally:
    """Count, and let all documents draw.

    Args:
        side: The edition.
        draw: Takes lots of all documents.
        flagged: Takes lots of those that were kept whole.
        seed: What the lots are drawn by.
        shown: Is told how far it is.

    Raises:
        EditionError: A table cannot be read.
    """
    found = Tally()
    share = document_bytes(side.manifest)
    for shard, (stories_file, sources_file) in enumerate(shard_pairs(side.manifest)):
        folios = shard_folios(side.folder, stories_file, sources_file, sources=SOURCES_COLUMNS, stories=STORIES_COLUMNS)
        for folio in folios:
            if len(folio.sources):
                rows = _rows(folio, shard, lots(seed, found.documents, len(folio.sources)))
                found.documents += len(folio.sources)
                chars = _documents(found, folio, rows, draw, flagged)
                _strokes(found, folio, rows, draw)
                _stories(found, folio, rows, draw)
                shown.tick(len(folio.sources), chars, len(folio.sources) * share)
    return found


def _rows(folio: Folio, shard: int, drawn: NDArray[np.uint64]) -> Rows:
    stories = integers(folio.sources["stories"])
    first = folio.stories_row + np.cumsum(stories) - stories
    return Rows(drawn, shard, folio.sources_row, first, stories)


def _documents(found: Tally, folio: Folio, rows: Rows, draw: Draw, flagged: Draw) -> int:
    """Count documents; give how many characters they have."""
    chars, kept = integers(folio.sources["chars"]), integers(folio.sources["kept"])
    share = np.clip((chars - kept) / np.maximum(chars, 1), 0.0, 1.0)
    bins = np.where(share > 0, 1 + np.minimum((share * SHARE_BINS).astype(np.int64), SHARE_BINS - 1), 0)
    found.shares += np.bincount(bins, minlength=SHARE_BINS + 1)
    found.before += np.bincount(_length_bins(chars), minlength=len(LENGTH_EDGES))
    found.after += np.bincount(_length_bins(kept), minlength=len(LENGTH_EDGES))
    found.each += np.bincount(np.clip(rows.stories, 0, MOST_STORIES), minlength=MOST_STORIES + 1)
    draw.offer_all(rows)
    everybody = np.arange(len(chars))
    depths = np.digitize(share, (1e-12, 0.1, 0.5))
    draw.offer("struck", DEPTHS, depths.astype(np.int64), everybody, rows)
    cut = np.flatnonzero(rows.stories > 1)
    draw.offer("cut", ["cut into stories"], np.zeros(len(cut), np.int64), cut, rows)
    whole = np.flatnonzero(np.array(pc.fill_null(folio.sources["needs_review"], fill_value=False).to_pylist(), bool))
    for taker in (draw, flagged):
        taker.offer("guard", ["kept whole"], np.zeros(len(whole), np.int64), whole, rows)
    return int(chars.sum())


def _length_bins(lengths: Ints) -> Ints:
    """Give for each length its column."""
    return np.searchsorted(np.array(LENGTH_EDGES), np.maximum(lengths, 0), side="right").astype(np.int64) - 1


def _strokes(found: Tally, folio: Folio, rows: Rows, draw: Draw) -> None:
    """Count strokes by label and by rule."""
    column = folio.sources["edits"]
    edits = column.flatten()
    documents = np.repeat(np.arange(len(column)), list_lengths(column))
    widths = np.maximum(integers(edits.field("end")) - integers(edits.field("start")), 0)
    labels, label_codes = coded(edits.field("label"))
    found.by_label.add(labels, label_codes, documents, widths)
    draw.offer("label", labels, label_codes, documents, rows)
    names, codes = coded(edits.field("rule"))
    for name, code in zip(names, range(len(names)), strict=True):
        last = name.rsplit("+", 1)[-1]
        if last not in found.labels:
            found.labels[last] = labels[label_codes[np.argmax(codes == code)]]
    parts, entries, part_codes, is_last = _taken_apart(names, codes)
    found.by_rule.add(parts, part_codes, documents[entries], widths[entries] * is_last)
    draw.offer("rule", parts, part_codes, documents[entries], rows)


def _taken_apart(names: list[str], codes: Ints) -> tuple[list[str], Ints, Ints, Ints]:
    """Take names such as `mend.ftfy+share.buttons` apart.

    Returns:
        The different parts; and for each part of each entry: the entry, which part it is, and whether it is the last.
    """
    numbers: dict[str, int] = {}
    split = [[numbers.setdefault(part, len(numbers)) for part in dict.fromkeys(name.split("+"))] for name in names]
    lengths = np.array([len(parts) for parts in split], np.int64)
    ends = np.cumsum(lengths)
    flat = np.array([number for parts in split for number in parts], np.int64)
    counts = lengths[codes]
    entries = np.repeat(np.arange(len(codes)), counts)
    within = np.arange(len(entries)) - np.repeat(np.cumsum(counts) - counts, counts)
    places = np.repeat((ends - lengths)[codes], counts) + within
    return list(numbers), entries, flat[places], (places + 1 == ends[codes[entries]]).astype(np.int64)


def _stories(found: Tally, folio: Folio, rows: Rows, draw: Draw) -> None:
    """Count stories by kind and language, and cuts by their scores."""
    documents = np.repeat(np.arange(len(rows.stories)), rows.stories)
    for facet, counter in (("kind", found.kinds), ("language", found.languages)):
        names, codes = coded(folio.stories[facet])
        for name, number in zip(names, np.bincount(codes, minlength=len(names)).tolist(), strict=True):
            counter[name] += number
        draw.offer(facet, names, codes, documents, rows)
    scores = np.array(folio.stories["cut_after"].drop_null().to_pylist(), np.float64)
    bins = np.clip((np.clip(np.nan_to_num(scores), 0.0, 1.0) * SCORE_BINS + 1e-6).astype(np.int64), 0, SCORE_BINS - 1)
    found.scores += np.bincount(bins, minlength=SCORE_BINS)


def coded(values: pa.Array) -> tuple[list[str], Ints]:
    """Give the different strings of a column, and for each row which of them it is; a null counts as empty."""
    encoded = pc.fill_null(values, "").dictionary_encode()
    return encoded.dictionary.to_pylist(), integers(encoded.indices)


def reject_lots(side: Side, draw: Draw, seed: int) -> None:
    """Let the rejects draw, each reason for itself too; `shard` of a place counts the files of rejects."""
    count = 0
    for shard, file in enumerate(table_files(side.manifest, "rejects")):
        row = 0
        for batch in batches(side.folder / file, ["reason"]):
            size = len(batch)
            nothing = np.zeros(size, np.int64)
            rows = Rows(lots(seed, count, size), shard, row, nothing, nothing)
            draw.offer_all(rows)
            names, codes = coded(batch["reason"])
            draw.offer("reason", names, codes, np.arange(size), rows)
            count, row = count + size, row + size
