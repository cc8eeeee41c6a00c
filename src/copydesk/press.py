"""From inputs to an edition: find, plan, run, account, publish."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import copydesk
from copydesk import engines, plan
from copydesk.accounts import Accounts
from copydesk.chunks import prepare, run_chunk, wake
from copydesk.errors import BuildError, StoppedError
from copydesk.journal import Journal, difference
from copydesk.progress import Silent
from copydesk.release.changes.causes import Side
from copydesk.release.draft import Draft
from copydesk.release.history import First
from copydesk.release.manifest import (
    FileEntry,
    InputEntry,
    Manifest,
    data_digest,
    library_versions,
    rebuild_command,
    table_rows,
)
from copydesk.release.papers import write_papers
from copydesk.release.paths import DATA, MANIFEST
from copydesk.release.schema import TABLES
from copydesk.rulebook import RuleBook
from copydesk.sources import ENCODINGS
from copydesk.stages import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from copydesk.chunks import Done, Job
    from copydesk.plan import Order
    from copydesk.progress import Progress
    from copydesk.release.history import History
    from copydesk.release.shard import Part
    from copydesk.sources import InputFile, Survey

ENOUGH_RECORDS = 10_000
"""So many records must have been read before a build is stopped for too many rejects; at its end any number will do."""


def press(  # noqa: PLR0913 (what to read, where to write, how; and three things that may be left out)
    files: Sequence[InputFile],
    out: Path,
    order: Order,
    *,
    history: History | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Manifest:
    """Build an edition; `copydesk.build` describes arguments, result and errors."""
    engine = engines.engine(order.engine, order.workers)
    history = history or First()
    if order.resume and (finished := _finished(files, out, order, history)):
        return finished
    draft = Draft(out, force=force, resume=order.resume)
    try:
        with draft, progress or Silent() as shown:
            shown.begin(sum(file.size for file in files))
            with engine:
                is_long = plan.is_long(files, order.recipe)
                if is_long:
                    engine.prepare(wake)  # processes start while the rules are read here, once for all
                book = _rule_book(order)
                if is_long:
                    engine.prepare(partial(prepare, order.recipe, book))
                surveys = plan.survey(files, order, engine)
                journal = Journal(draft.parts, plan.facts(surveys, order, book), resume=order.resume)
                draft.begun, draft.keep = True, lambda: bool(journal.finished)
                done = _run(engine, _open_jobs(surveys, order, journal, shown), journal, order, shown)
            manifest = _compose(draft.folder, done, surveys, order, book, history=history)
            draft.publish()
    except OSError as error:
        message = f"cannot build {out}: {error}"
        raise StoppedError(message, draft.advice or "look whether the disk is full") from error
    except StoppedError as error:
        raise StoppedError(error.message, draft.advice or error.hint) from error
    except BaseException as error:
        if draft.advice:
            error.add_note(draft.advice)
        raise
    return manifest


def _rule_book(order: Order) -> RuleBook:
    return RuleBook.load([Path(pack) for pack in order.recipe.rules.packs], order.recipe.rules.off)


def _finished(files: Sequence[InputFile], out: Path, order: Order, history: History) -> Manifest | None:
    """Look whether the build that shall go on had ended already, and was stopped when its edition just had its name."""
    if not (out / MANIFEST).is_file():
        return None
    manifest = Manifest.load(out)
    with engines.engine(order.engine, order.workers) as engine:
        wanted = plan.facts(plan.survey(files, order, engine), order, _rule_book(order))
    made = plan.facts_of(manifest)
    if difference(made, {name: wanted[name] for name in made}) or not history.fits(order.version, manifest):
        return None
    rejected = manifest.accounts["rejected"]
    allowed = 0 if order.strict else order.max_rejects * manifest.accounts["read"]
    return manifest if rejected <= allowed else None


def _open_jobs(surveys: Sequence[Survey], order: Order, journal: Journal, shown: Progress) -> Iterator[Job]:
    """Yield the jobs that are not finished yet, and count the others as done."""
    for job in plan.jobs(surveys, order, journal.folder):
        if job.number not in journal.finished:
            yield job
            continue
        shown.tick(journal.finished[job.number].accounts.total.read, 0, sum(piece.weight for piece in job.pieces))
        _delete_segment(journal.folder, job.number)


def _run(engine: engines.Engine, jobs: Iterator[Job], journal: Journal, order: Order, shown: Progress) -> list[Done]:
    """Run all jobs; give what became of every chunk, in order.

    Raises:
        BuildError: More records were rejected than the order allows.
    """
    accounts = Accounts()
    with journal:
        for done in journal.finished.values():
            accounts.add(done.accounts)
        for done in engine.run(run_chunk, jobs, shown.tick):
            journal.add(done)
            _delete_segment(journal.folder, done.number)
            accounts.add(done.accounts)
            if accounts.total.read >= ENOUGH_RECORDS:
                _check_rejects(accounts, order)
    _check_rejects(accounts, order)
    return [journal.finished[number] for number in sorted(journal.finished)]


def _delete_segment(folder: Path, number: int) -> None:
    """Delete what a chunk was read from, if it was unpacked for it."""
    (folder / plan.segment_name(number)).unlink(missing_ok=True)


def _check_rejects(accounts: Accounts, order: Order) -> None:
    total = accounts.total
    if total.rejected > order.max_rejects * total.read:
        reasons = ", ".join(f"{count} {reason}" for reason, count in accounts.reasons.most_common(3))
        limit = f"at most {order.max_rejects:.2%} may be"
        message = f"{total.rejected} of {total.read} records were rejected ({reasons}); {limit}"
        raise StoppedError(message, "look at the inputs, or allow more with --max-rejects")


def _compose(  # noqa: PLR0913 (all that a build knows in the end)
    folder: Path, done: Sequence[Done], surveys: Sequence[Survey], order: Order, book: RuleBook, *, history: History
) -> Manifest:
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
        model=plan.model_digest(order.recipe),
        splitter=plan.splitter_digest(order.recipe),
        data_digest=data_digest(data),
        given=order.given,
        rebuild=rebuild_command(order.given),
        inputs=tuple(_input_entry(survey, accounts) for survey in surveys),
        accounts=accounts.to_mapping(),
        files=tuple(data),
        rulebook=book.digests,
        profile=_profile(done) if order.profile else {},
    )
    manifest, changes = history.settle(Side(folder, manifest, order.recipe))
    files = [*manifest.files, *write_papers(folder, manifest, order.recipe, book, changes)]
    manifest = replace(manifest, files=tuple(sorted(files, key=lambda entry: entry.path)))
    manifest.write(folder)
    return manifest


def _profile(done: Sequence[Done]) -> dict[str, float]:
    """Add up the seconds of all chunks by stage."""
    return {stage: round(sum(chunk.seconds[stage] for chunk in done), 3) for stage in STAGES}


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
    account = accounts.of(file.source).to_mapping()
    encoding = ENCODINGS.get(file.kind)
    return InputEntry(file.source, file.kind, file.size, survey.sha256, **account, encoding=encoding)
