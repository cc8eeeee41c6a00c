"""One chunk of a build: read, clean, write. Runs in any process that an engine puts it in and needs nothing from it."""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc

from copydesk import rulepack
from copydesk.accounts import Accounts
from copydesk.desk import Desk
from copydesk.errors import BuildError
from copydesk.pages import Pages, Stamp, make_pages
from copydesk.release.schema import TABLES
from copydesk.release.shard import Part, ShardWriter
from copydesk.sources import Batch, Piece, read
from copydesk.sources.base import REJECTS
from copydesk.stages import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from copydesk.engines import Tick
    from copydesk.recipe import Recipe
    from copydesk.rulebook import RuleBook


@dataclass(frozen=True, slots=True)
class Job:
    """A chunk's work order; all a worker needs to know.

    Attributes:
        number: The chunk's place in the plan, from 0.
        pieces: What to read.
        recipe: How to clean.
        version: The edition's version.
        folder: Where the part files go.
        strict: Stop at the first record that cannot be published.
    """

    number: int
    pieces: tuple[Piece, ...]
    recipe: Recipe
    version: str
    folder: Path
    strict: bool = False


@dataclass(slots=True)
class Done:
    """What became of a chunk: its place in the plan, its part files by table, in order, its accounts, its time."""

    number: int
    parts: dict[str, list[Part]] = field(default_factory=dict)
    accounts: Accounts = field(default_factory=Accounts)
    seconds: dict[str, float] = field(default_factory=dict)


def run_chunk(job: Job, tick: Tick) -> Done:
    """Read, clean and write one chunk, telling `tick` after each batch what was done since the last."""
    desk = _desk(job.recipe)
    stamp = Stamp(job.version, job.recipe.digest)
    writer = ChunkWriter(job)
    watch = Stopwatch()
    try:
        batches = read(job.pieces, job.recipe.input)
        while True:
            with watch.timing("read"):
                batch = next(batches, None)
            if batch is None:
                break
            with watch.timing("rows"):
                _count_read(batch, writer.done.accounts)
                pages = list(make_pages(desk, batch.records, stamp, watch))
            with watch.timing("write"):
                text_bytes = pc.sum(pc.binary_length(batch.records["text"])).as_py() or 0
                writer.add(batch.rejects, pages, text_bytes)
            tick(len(batch.records) + len(batch.rejects), text_bytes, batch.consumed)
    except BaseException:
        writer.abandon()
        raise
    with watch.timing("write"):
        done = writer.close()
    done.seconds = watch.seconds
    return done


def wake() -> None:
    """Do nothing: a process that comes here has imported all that its chunks need."""


def prepare(recipe: Recipe, book: RuleBook) -> None:
    """Compile a recipe ahead of the first chunk, with rules that were read elsewhere, as reading them takes time."""
    _desk(recipe, book)


_latest: dict[tuple[Recipe, bytes], Desk] = {}
"""The desk that was compiled last, once a process, or once more when a file that its recipe names has changed."""


def _desk(recipe: Recipe, book: RuleBook | None = None) -> Desk:
    """Give the desk of a recipe; without its rules, as a worker may be that came late, they are read here."""
    key = (recipe, _own_files(recipe))
    desk = _latest.get(key)
    if desk is None:
        _latest.clear()
        desk = _latest[key] = Desk(recipe, book=book)
    return desk  # not looked up again: another thread may have another recipe


def _own_files(recipe: Recipe) -> bytes:
    """Hash the user's own packs and models, which the recipe only names."""
    packs = rulepack.find([Path(pack) for pack in recipe.rules.packs])
    models = (Path(file) for file in (recipe.model.file, recipe.split.file) if file)
    digest = hashlib.sha256()
    for file in (*packs, *models):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.digest()


def _count_read(batch: Batch, accounts: Accounts) -> None:
    """Count what the source gave, and the rejects that it made itself."""
    read_now = Counter(batch.records["source"].to_pylist())
    rejected = Counter(batch.rejects["source"].to_pylist())
    for source in read_now | rejected:
        account = accounts.of(source)
        account.read += read_now[source] + rejected[source]
        account.rejected += rejected[source]
    accounts.reasons.update(batch.rejects["reason"].to_pylist())


class ChunkWriter:
    """The part files of one chunk. Tables begin a new part together, so that stories and their sources stay paired."""

    def __init__(self, job: Job) -> None:
        """Begin the first part of each table."""
        self.done = Done(job.number)
        self._job = job
        self._limit = job.recipe.output.shard_mb * 1_000_000
        self._part = 0
        self._try = uuid4().hex[:8]  # a worker that was taken for lost may still write: its files are not ours
        self._open()

    def add(self, rejects: pa.RecordBatch, pages: Iterable[Pages], text_bytes: int) -> None:
        """Write what became of one batch."""
        if self._bytes >= self._limit:
            self._finish_part()
            self._part += 1
            self._open()
        self._bytes += text_bytes
        refused = [rejects]
        for page in pages:
            self._writers["stories"].add(page.stories)
            self._writers["sources"].add(page.sources)
            refused.append(page.rejects)
            self.done.accounts.add(page.accounts)
        in_order = pa.Table.from_batches(refused, REJECTS).sort_by([("source", "ascending"), ("position", "ascending")])
        for rows in in_order.to_batches():
            self._writers["rejects"].add(rows)
        if self._job.strict and len(in_order):
            raise _first_reject(in_order.slice(0, 1).to_pylist()[0])

    def close(self) -> Done:
        """Finish the files."""
        self._finish_part()
        return self.done

    def abandon(self) -> None:
        """Let go of the files; they stay unfinished, and whoever owns the folder deletes it."""
        for writer in self._writers.values():
            with suppress(Exception):  # the disk may be full; the error that led here is the one to show
                writer.abandon()

    def _open(self) -> None:
        self._bytes = 0
        self._writers = {
            table.name: ShardWriter(self._path(table.name), table, self._job.recipe.output) for table in TABLES
        }

    def _path(self, table: str) -> Path:
        return self._job.folder / f"{table}-{self._job.number:06d}-{self._part:04d}-{self._try}.parquet"

    def _finish_part(self) -> None:
        for name, writer in self._writers.items():
            self.done.parts.setdefault(name, []).append(writer.close())


def _first_reject(row: Mapping[str, Any]) -> BuildError:
    """Make an error of a row of `rejects`."""
    detail = f": {row['detail']}" if row["detail"] else ""
    message = f"{row['source']}, record {row['position']} cannot be published: {row['reason']}{detail}"
    return BuildError(message, "mend the input, or build without --strict: such records are set aside then")
