"""From inputs to an edition: find, plan, run, account, publish.

The plan depends on the inputs and the recipe alone, never on the number of workers, and so does every byte written.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import copydesk
from copydesk import engines, sources
from copydesk.accounts import Accounts
from copydesk.chunks import Done, Job, run_chunk
from copydesk.errors import BuildError
from copydesk.models import LINE_MODEL, SPLITTER
from copydesk.progress import Silent
from copydesk.release.draft import Draft
from copydesk.release.manifest import (
    FileEntry,
    InputEntry,
    Manifest,
    data_digest,
    library_versions,
    table_rows,
)
from copydesk.release.papers import write_papers
from copydesk.release.paths import DATA
from copydesk.release.schema import TABLES
from copydesk.rulebook import RuleBook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from copydesk.progress import Progress
    from copydesk.recipe import Recipe
    from copydesk.release.shard import Part
    from copydesk.sources import Piece, Survey

MOST_CHUNKS = 4096
"""Chunks grow with the input rather than become more than this: the Hub takes 10,000 files a folder."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to make of the inputs, and how: see `copydesk.build` for the fields."""

    recipe: Recipe
    version: str
    workers: int
    engine: str


def press(
    addresses: Sequence[str], out: Path, order: Order, *, force: bool = False, progress: Progress | None = None
) -> Manifest:
    """Build an edition; `copydesk.build` describes arguments, result and errors."""
    engine = engines.engine(order.engine, order.workers)
    book = RuleBook.load([Path(pack) for pack in order.recipe.rules.packs], order.recipe.rules.off)
    files = sources.find(addresses)
    shown = progress or Silent()
    try:
        with Draft(out, force=force) as draft, shown:
            shown.begin(sum(file.size for file in files))
            surveys = _survey(files, order)
            jobs = list(_jobs(surveys, order, draft.parts))
            done = list(engine.run(run_chunk, jobs, shown.tick))
            manifest = _finish(draft.folder, done, surveys, order, book)
            draft.publish()
    except OSError as error:
        message = f"cannot build {out}: {error}"
        raise BuildError(message, "look whether the disk is full and the inputs can still be read") from error
    return manifest


def _survey(files: Sequence[sources.InputFile], order: Order) -> list[Survey]:
    """Hash and divide all inputs. Threads do: hashing and reading let go of the interpreter."""
    output = order.recipe.output
    chunk_bytes = max(output.chunk_mb * 1_000_000, sum(file.size for file in files) // MOST_CHUNKS)
    survey = partial(sources.survey, keys=order.recipe.input, chunk_bytes=chunk_bytes)
    with ThreadPoolExecutor(order.workers) as pool:
        return list(pool.map(survey, files))


def _jobs(surveys: Iterable[Survey], order: Order, folder: Path) -> Iterator[Job]:
    """Put pieces together to chunks of about equal size, in order."""
    pieces = [piece for survey in surveys for piece in survey.pieces]
    limit = max(order.recipe.output.chunk_mb * 1_000_000, sum(piece.weight for piece in pieces) // MOST_CHUNKS)
    for number, chunk in enumerate(_chunks(pieces, limit)):
        yield Job(number, tuple(chunk), order.recipe, order.version, folder)


def _chunks(pieces: Iterable[Piece], limit: int) -> Iterator[list[Piece]]:
    chunk: list[Piece] = []
    weight = 0
    for piece in pieces:
        if chunk and weight + piece.weight > limit:
            yield chunk
            chunk, weight = [], 0
        chunk.append(piece)
        weight += piece.weight
    yield chunk


def _finish(folder: Path, done: Sequence[Done], surveys: Sequence[Survey], order: Order, book: RuleBook) -> Manifest:
    """Check the accounts, put the files in their places and write the papers."""
    accounts = Accounts()
    for chunk in done:
        accounts.add(chunk.accounts)
    data = [entry for table in TABLES for entry in _place(folder, table.name, done)]
    _check(accounts, data)
    manifest = Manifest(
        version=order.version,
        copydesk=copydesk.__version__,
        libraries=library_versions(),
        recipe=order.recipe.digest,
        rules=book.digest,
        model=None if order.recipe.model.mode == "off" else LINE_MODEL.digest(order.recipe.model.file),
        splitter=SPLITTER.digest(order.recipe.split.file) if order.recipe.split.mode == "full" else None,
        data_digest=data_digest(data),
        inputs=tuple(_input_entry(survey, accounts) for survey in surveys),
        accounts=accounts.to_mapping(),
        files=tuple(data),
    )
    files = [*data, *write_papers(folder, manifest, order.recipe, book)]
    manifest = replace(manifest, files=tuple(sorted(files, key=lambda entry: entry.path)))
    manifest.write(folder)
    return manifest


def _place(folder: Path, table: str, done: Sequence[Done]) -> Iterator[FileEntry]:
    """Give a table's part files their final names. Parts without rows are left behind, unless all are."""
    parts = [part for chunk in done for part in chunk.parts[table]]
    kept: list[Part] = [part for part in parts if part.rows] or parts[:1]
    (folder / DATA / table).mkdir(parents=True)
    for number, part in enumerate(kept):
        path = f"{DATA}/{table}/train-{number:05d}-of-{len(kept):05d}.parquet"
        part.path.rename(folder / path)
        yield FileEntry(path, part.size, part.sha256, part.rows)


def _check(accounts: Accounts, data: Iterable[FileEntry]) -> None:
    """Check the accounts, among themselves and against the rows that were written.

    Raises:
        BuildError: They do not add up, or there was nothing to read.
    """
    accounts.check()
    if not accounts.total.read:
        message = "the inputs hold no record"
        raise BuildError(message, "look whether the files are empty")
    written = Counter[str]()
    for entry in data:
        written[Path(entry.path).parent.name] += entry.rows or 0
    booked = table_rows(accounts.to_mapping())
    if dict(written) != booked:
        message = f"the files hold {dict(written)} rows, by the accounts it should be {booked}"
        raise BuildError(message, "this is a bug in copydesk; please report it with the input")


def _input_entry(survey: Survey, accounts: Accounts) -> InputEntry:
    file = survey.file
    return InputEntry(file.source, file.kind, file.size, survey.sha256, **accounts.of(file.source).to_mapping())
