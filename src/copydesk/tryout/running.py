"""Reading the inputs, and handing them to workers, batch by batch."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from copydesk import engines, rulepack, sources
from copydesk.discover.passes import WHOLE
from copydesk.tryout.counting import Clerk, Count, Ledger, solid
from copydesk.tryout.looking import Panel, draft_first, without

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copydesk.engines import Tick
    from copydesk.progress import Progress
    from copydesk.recipe import Recipe
    from copydesk.tryout.values import Trial


WORTH_WORKERS = 200 << 20
"""Bytes of plain input from which on several workers take less time than they need to start."""

RECORD_BYTES = 4_000
"""Bytes that a record is taken to have, to say how much a limit leaves."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is tried, and how: all that a worker needs to know. `stamp` changes when a pack's file does."""

    pack: str
    recipe: Recipe
    samples: int
    stamp: str


class Share(NamedTuple):
    """A batch of records, its place among all, and how many records beside them could not be read."""

    number: int
    records: pa.RecordBatch
    rejected: int


def run(
    pack: str, addresses: Sequence[str], recipe: Recipe, how: tuple[int, int | None, int], progress: Progress
) -> Trial:
    """Try a draft; `copydesk.try_rules` describes arguments, result and errors. `how`: samples, limit, workers."""
    samples, limit, workers = how
    recipe = without(recipe, pack)
    rules = [rule.id for kind in draft_first(recipe, pack) for rule in kind.rules]
    draft = Draft(pack, recipe, samples, _stamp([pack, *recipe.rules.packs]))
    _panel(draft)  # a draft that cannot be used is told of before the inputs are hashed
    ledger = Ledger(rules, samples)
    reading = _Reading(addresses, recipe, limit, progress)
    waiting: dict[int, Count] = {}
    with progress, engines.engine("local", workers if reading.is_large else min(workers, 1)) as engine:
        progress.begin(reading.size)
        done = 0
        for number, count in engine.run(partial(_look, draft), reading.shares(), progress.tick):
            waiting[number] = count
            while done in waiting:  # samples of equal risk and rare texts depend on the order
                ledger.add(waiting.pop(done))
                done += 1
    return ledger.trial(complete=reading.complete)


class _Reading:
    """The inputs, read once, up to a number of documents."""

    def __init__(self, addresses: Sequence[str], recipe: Recipe, limit: int | None, progress: Progress) -> None:
        files = sources.find(addresses)
        self.size = sum(file.size for file in files)
        plain = sum(sources.plain_size(file) for file in files)
        self.is_large = min(plain, plain if limit is None else limit * RECORD_BYTES) >= WORTH_WORKERS
        self.complete = True
        self._files = files
        self._keys = recipe.input
        self._left = limit
        self._progress = progress

    def shares(self) -> Iterator[Share]:
        """Read the inputs batch by batch."""
        pieces = (piece for file in self._files for piece in sources.survey(file, self._keys, WHOLE).pieces)
        number = 0
        for piece in pieces:
            for batch in sources.read([piece], self._keys):
                if self._left == 0:
                    self.complete = False
                    return
                records = batch.records if self._left is None else batch.records.slice(0, self._left)
                self.complete &= len(records) == len(batch.records)
                self._left = None if self._left is None else self._left - len(records)
                self._progress.tick(0, 0, batch.consumed)
                yield Share(number, records, len(batch.rejects))
                number += 1


def _look(draft: Draft, share: Share, tick: Tick) -> tuple[int, Count]:
    """Count what a draft would strike in a batch."""
    panel = _panel(draft)
    clerk = Clerk(panel, draft.samples)
    texts = share.records.column("text")
    for document in panel.look(texts):
        clerk.note(document, _names(share.records, document.row))
    clerk.count.documents = len(texts)
    clerk.count.rejected = share.rejected
    clerk.count.of_characters = sum(solid(text.as_py()) for text in texts)
    tick(len(texts), pc.sum(pc.binary_length(texts)).as_py() or 0, 0)
    return share.number, clerk.count


def _names(records: pa.RecordBatch, row: int) -> dict[str, Any]:
    return {name: records.column(name)[row].as_py() for name in ("source", "position", "record_id")}


@lru_cache(maxsize=1)
def _panel(draft: Draft) -> Panel:
    """Compile a draft once a process, or once more when a pack's file has changed."""
    return Panel(draft.recipe, draft.pack)


def _stamp(packs: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for file in rulepack.find([Path(pack) for pack in packs]):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
