"""The ledgers of a folio as arrays: whether they keep the partition law, and the raw documents that they give.

What `document.py` says of one document in Python values (`check_partition`, `undo`), this does for hundreds at a time
without making such values: to verify or restore an edition means to replay every stroke in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.document import NO_STORY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from copydesk.release.folios import Folio

    Ints: TypeAlias = NDArray[np.int64]
    Faults: TypeAlias = Iterator[tuple[int, str]]

SOURCES_COLUMNS = ("chars", "edits")
STORIES_COLUMNS = ("text", "spans")
"""What a folio must have to be replayed, besides the number of stories."""


@dataclass(frozen=True, slots=True)
class Ledgers:
    """The kept spans and the edits of a folio's documents, in raw order: one entry of each array is one of either.

    Attributes:
        chars: The raw length of each document.
        document: The document's place in the folio.
        start: First code point of the raw document.
        end: First one after it.
        story: The row of its story in the folio; -1 for an edit that belongs to none.
        at: Where it stands in its story's text.
        put: How many code points it takes there.
        edit: Which of the folio's edits it is; -1 for a kept span.
        edits: All edits of the folio, flat.
        texts: The stories' texts.
        lengths: Their lengths.
        owners: The document of each.
    """

    chars: Ints
    document: Ints
    start: Ints
    end: Ints
    story: Ints
    at: Ints
    put: Ints
    edit: Ints
    edits: pa.StructArray
    texts: list[str]
    lengths: Ints
    owners: Ints

    @classmethod
    def of(cls, folio: Folio) -> Ledgers:
        """Read the ledgers of a folio, whose columns must hold no nulls where there must be none (see `proof`)."""
        stories_of = integers(folio.sources["stories"])
        first_story = _starts(stories_of)[:-1]
        story_document = np.repeat(np.arange(len(stories_of)), stories_of)
        spans, edits = folio.stories["spans"].flatten(), folio.sources["edits"].flatten()
        span_story = np.repeat(np.arange(len(folio.stories)), list_lengths(folio.stories["spans"]))
        edit_document = np.repeat(np.arange(len(folio.sources)), list_lengths(folio.sources["edits"]))
        named = integers(edits.field("story"))
        known = (named >= 0) & (named < stories_of[edit_document])
        start = np.concatenate([integers(spans.field("start")), integers(edits.field("start"))])
        end = np.concatenate([integers(spans.field("end")), integers(edits.field("end"))])
        document = np.concatenate([story_document[span_story], edit_document])
        story = np.concatenate([span_story, np.where(known, first_story[edit_document] + named, NO_STORY)])
        put = np.concatenate([(end - start)[: len(spans)], integers(pc.utf8_length(edits.field("replacement")))])
        edit = np.concatenate([np.full(len(spans), -1), np.arange(len(edits))])
        order = np.lexsort((end, start, document))
        story, put = story[order], put[order]
        return cls(
            chars=integers(folio.sources["chars"]),
            document=document[order],
            start=start[order],
            end=end[order],
            story=story,
            at=_running(story, put),
            put=put,
            edit=edit[order],
            edits=edits,
            texts=folio.stories["text"].to_pylist(),
            lengths=integers(pc.utf8_length(folio.stories["text"])),
            owners=story_document,
        )

    def violations(self) -> Faults:
        """Yield what breaks the partition law: each code point is in one kept span or under one edit."""
        opens = np.r_[True, self.document[1:] != self.document[:-1]][: len(self.document)]
        done = np.where(opens, 0, np.r_[0, self.end[:-1]][: len(self.end)])
        for n in np.flatnonzero((self.start >= self.end) | (self.start != done)):
            yield int(self.document[n]), f"{self._name(n)} where the ledger has come to {done[n]}"
        reached = np.zeros(len(self.chars), np.int64)
        np.maximum.at(reached, self.document, self.end)
        for document in np.flatnonzero(reached != self.chars):
            yield int(document), f"its ledger reaches to {reached[document]} of {self.chars[document]} characters"

    def misfits(self) -> Faults:
        """Yield what does not fit the texts of the stories, or the removed text if that was kept."""
        homeless = (self.story == NO_STORY) & ((self.edit < 0) | (self.put > 0))
        removed = self.edits.field("removed")
        lengths = np.append(integers(pc.utf8_length(removed), null=-1), -1)  # the last is that of what is no edit
        taken = lengths[self.edit]
        short = (taken >= 0) & (taken != self.end - self.start)
        for n in np.flatnonzero(homeless):
            yield int(self.document[n]), f"{self._name(n)}, but belongs to no story"
        for n in np.flatnonzero(short):
            yield int(self.document[n]), f"{self._name(n)}, but holds {taken[n]} removed characters"
        made = np.zeros(len(self.lengths), np.int64)
        owned = self.story != NO_STORY
        np.add.at(made, self.story[owned], self.put[owned])
        for story in np.flatnonzero(made != self.lengths):
            what = f"a story has {self.lengths[story]} characters, but its spans and edits make {made[story]}"
            yield int(self.owners[story]), what

    def wrong_replacements(self) -> Faults:
        """Yield edits whose replacement does not stand in the story. The texts must be of the right lengths."""
        placed = np.flatnonzero((self.edit >= 0) & (self.put > 0) & (self.story != NO_STORY))
        replacements = self.edits.field("replacement").to_pylist() if len(placed) else []
        for n in placed.tolist():
            if not self.texts[self.story[n]].startswith(replacements[self.edit[n]], self.at[n]):
                yield int(self.document[n]), f"{self._name(n)}, but its replacement is not in the story"

    def raw(self) -> Iterator[str]:
        """Give each raw document. There must be no fault, and the removed text must have been kept."""
        texts, removed = self.texts, self.edits.field("removed").to_pylist()
        entries = zip(
            self.edit.tolist(), self.story.tolist(), self.at.tolist(), (self.at + self.put).tolist(), strict=True
        )
        pieces = [texts[story][at:stop] if edit < 0 else removed[edit] for edit, story, at, stop in entries]
        bounds = np.searchsorted(self.document, np.arange(len(self.chars) + 1)).tolist()
        for start, end in pairwise(bounds):
            yield "".join(pieces[start:end])

    def _name(self, n: int | np.integer) -> str:
        """Say what an entry is."""
        if self.edit[n] < 0:
            return f"a story keeps {self.start[n]}:{self.end[n]}"
        return f"{self.edits.field('rule')[int(self.edit[n])].as_py()} edits {self.start[n]}:{self.end[n]}"


def integers(numbers: pa.Array, null: int = 0) -> Ints:
    """Give a column of whole numbers, `null` where there is none. Arrow's own ways of doing this load pandas."""
    valid, data = numbers.buffers()
    width = numbers.type.bit_width // 8
    found = np.frombuffer(data or b"", np.dtype(f"i{width}"), len(numbers), numbers.offset * width).astype(np.int64)
    if numbers.null_count:
        bits = np.unpackbits(np.frombuffer(valid, np.uint8), bitorder="little")
        found[bits[numbers.offset : numbers.offset + len(numbers)] == 0] = null
    return found


def list_lengths(lists: pa.Array) -> Ints:
    """Give the length of each list of a column; of null 0."""
    return integers(pc.list_value_length(lists))


def _starts(lengths: Ints) -> Ints:
    """Give where each of some stretches begins that lie behind one another, and where the last one ends."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])


def _running(groups: Ints, amounts: Ints) -> Ints:
    """Add up the amounts before each entry in its group; entries of one group need not stand together."""
    order = np.argsort(groups, kind="stable")
    sums = _starts(amounts[order])[:-1]
    ordered = groups[order]
    opens = np.r_[True, ordered[1:] != ordered[:-1]][: len(ordered)]
    result = np.empty_like(sums)
    result[order] = sums - np.maximum.accumulate(np.where(opens, sums, 0)) if len(sums) else sums
    return result
