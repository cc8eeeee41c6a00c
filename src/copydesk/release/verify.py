"""Checking that an edition is what it says: every hash, every count, every ledger."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from copydesk.accounts import Accounts
from copydesk.errors import EditionError
from copydesk.pages import count_rows
from copydesk.progress import Silent
from copydesk.recipe import Recipe
from copydesk.release import damage, proof
from copydesk.release.folios import AGAIN, batches, document_bytes, folios, table_files
from copydesk.release.manifest import Manifest, data_digest, file_entry, table_rows
from copydesk.release.paths import MANIFEST, RECIPE
from copydesk.release.schema import SOURCES, STORIES, TABLES
from copydesk.sources.base import REJECTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.progress import Progress
    from copydesk.release.folios import Folio
    from copydesk.release.manifest import FileEntry

_NO_STORIES, _NO_SOURCES, _NO_REJECTS = (
    pa.RecordBatch.from_arrays([pa.nulls(0, column.type) for column in schema], schema=schema)
    for schema in (STORIES, SOURCES, REJECTS)
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked and found right.

    Attributes:
        version: The edition's version.
        files: Files whose hashes were computed again.
        documents: Raw documents that were put together again.
        stories: Stories that they were put together from.
        rejects: Rows of `rejects` that were counted.
        restorable: Whether the raw documents were compared with their hashes, character for character. False when the
            edition's recipe keeps no removed text.
    """

    version: str
    files: int
    documents: int
    stories: int
    rejects: int
    restorable: bool


def verify(edition: str | Path, *, progress: Progress | None = None) -> Verified:
    """Check an edition against its manifest and itself.

    The bytes of each file are hashed again, and there is no file that the manifest does not list, but for hidden ones
    beside it, which tools leave there. Rows are counted again, by every account in the manifest. Each raw document is
    put together again from its stories and its ledger and compared with the hash that was taken when it was read. What
    else can be told from the rows is held against the rest: identifiers, order, version, recipe, kinds, cuts, labels.

    Args:
        edition: The edition's folder.
        progress: Is told how far the check is.

    Raises:
        EditionError: Something is wrong; the message names the first such file, and the rows of a table.
    """
    folder = Path(edition)
    manifest = Manifest.load(folder)
    tables = [entry for entry in manifest.files if entry.rows is not None]
    with progress or Silent() as shown:
        shown.begin(sum(entry.bytes for entry in (*manifest.files, *tables)))
        _check_files(folder, manifest, shown)
        claims = proof.Claims(manifest.version, _recipe(folder, manifest), manifest.recipe)
        _check_tables(folder, manifest)
        _check_manifest(manifest)
        counted = _read_rows(folder, manifest, claims, shown)
    _check_accounts(counted, manifest)
    rows = table_rows(manifest.accounts)
    return Verified(
        version=manifest.version,
        files=len(manifest.files),
        documents=rows["sources"],
        stories=rows["stories"],
        rejects=rows["rejects"],
        restorable=claims.recipe.ledger.removed_text,
    )


def _wrong(message: str, hint: str = AGAIN) -> NoReturn:
    raise EditionError(message, hint)


def _check_files(folder: Path, manifest: Manifest, shown: Progress) -> None:
    """Compare the files that are there with the manifest's list, and each one's hash."""
    for entry in manifest.files:
        _check_file(folder, entry)
        shown.tick(0, 0, entry.bytes)
    known = {entry.path for entry in manifest.files} | {MANIFEST}
    for path in sorted({str(path.relative_to(folder)) for path in _files_in(folder)} - known):
        _wrong(f"{folder / path} is not in the manifest", "take it away: it is no part of the edition")
    if data_digest(manifest.files) != manifest.data_digest:
        _wrong(f"the data digest in {folder / MANIFEST} is not that of the files it lists")


def _files_in(folder: Path) -> Iterator[Path]:
    """List all files of an edition; what is hidden beside the manifest, such as `.git`, is no part of it."""
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        yield from (below for below in (path.rglob("*") if path.is_dir() else [path]) if not below.is_dir())


def _check_file(folder: Path, entry: FileEntry) -> None:
    path = folder / entry.path
    try:
        found = file_entry(folder, entry.path, entry.rows)
    except OSError as error:
        _wrong(f"{path} cannot be read: {error.strerror}")
    if found != entry:
        _wrong(
            f"{path} was changed after it was written"
            + (f"; {damage.where(path, entry.rows)}" if entry.rows is not None else "")
        )


def _recipe(folder: Path, manifest: Manifest) -> Recipe:
    recipe = Recipe.load(folder / RECIPE)
    if recipe.digest != manifest.recipe:
        _wrong(f"{folder / RECIPE} is not the recipe that the manifest names")
    return recipe


def _check_tables(folder: Path, manifest: Manifest) -> None:
    """Check the columns and the number of rows of each file, and the rows of each table."""
    booked = table_rows(manifest.accounts)
    for table in TABLES:
        total = 0
        for entry in manifest.files:
            if entry.path in table_files(manifest, table.name):
                total += _check_table_file(folder / entry.path, entry, table.schema)
        if total != booked[table.name]:
            _wrong(f"the files of {table.name} hold {total} rows, by the accounts it should be {booked[table.name]}")


def _check_table_file(path: Path, entry: FileEntry, schema: pa.Schema) -> int:
    with pq.ParquetFile(path) as file:
        rows = int(file.metadata.num_rows)
        if rows != entry.rows:
            _wrong(f"{path} has {rows} rows, the manifest says {entry.rows}")
        if not file.schema_arrow.equals(schema):
            _wrong(f"{path} has other columns than its table", "use a copydesk of the release that made it")
    return rows


def _check_manifest(manifest: Manifest) -> None:
    """Check that the accounts by file add up to the totals, and the totals among themselves."""
    accounts = manifest.accounts
    for name in ("read", "published", "rejected", "stories"):
        if sum(getattr(entry, name) for entry in manifest.inputs) != accounts[name]:
            _wrong(f"the inputs' accounts of {name} do not add up to {accounts[name]}")
    if accounts["read"] != accounts["published"] + accounts["rejected"]:
        _wrong("what was read is not what was published and rejected")


def _read_rows(folder: Path, manifest: Manifest, claims: proof.Claims, shown: Progress) -> Accounts:
    """Check every row, and count them."""
    counted = Accounts()
    before = ("", 0)
    share = document_bytes(manifest)
    for folio in folios(folder, manifest):
        _check_folio(folio, claims, before)
        before = _last_place(folio.sources, before)
        counted.add(count_rows(folio.stories, folio.sources, _NO_REJECTS))
        text_bytes = pc.sum(pc.binary_length(folio.stories["text"])).as_py() or 0
        shown.tick(len(folio.sources), text_bytes, len(folio.sources) * share)
    before = ("", 0)
    for file in table_files(manifest, "rejects"):
        row = 0
        for batch in batches(folder / file):
            for at, what in proof.order_faults(batch["source"], batch["position"], before):
                _wrong(f"{file}, row {row + at}: {what}")
            before = _last_place(batch, before)
            counted.add(count_rows(_NO_STORIES, _NO_SOURCES, batch))
            row += len(batch)
    return counted


def _last_place(rows: pa.RecordBatch, before: tuple[str, int]) -> tuple[str, int]:
    return (rows["source"][-1].as_py(), rows["position"][-1].as_py()) if len(rows) else before


def _check_folio(folio: Folio, claims: proof.Claims, before: tuple[str, int]) -> None:
    try:
        folio.sources.validate(full=True)
        folio.stories.validate(full=True)
    except pa.ArrowInvalid as error:
        last = folio.sources_row + len(folio.sources) - 1
        _wrong(f"{folio.sources_file}, rows {folio.sources_row} to {last}, or their stories: {error}")
    fault = proof.first_fault(folio, claims)
    if fault is None:
        for row, what in proof.order_faults(folio.sources["source"], folio.sources["position"], before):
            fault = proof.Fault(proof.SOURCES, row, what)
            break
    if fault is not None:
        _wrong(_told(folio, fault))


def _told(folio: Folio, fault: proof.Fault) -> str:
    """Say where a fault is."""
    if fault.table == proof.SOURCES:
        document = folio.sources["document_id"][fault.row].as_py()
        return f"{folio.sources_file}, row {folio.sources_row + fault.row}, document {document}: {fault.what}"
    story = folio.stories["id"][fault.row].as_py()
    return f"{folio.stories_file}, row {folio.stories_row + fault.row}, story {story}: {fault.what}"


def _check_accounts(counted: Accounts, manifest: Manifest) -> None:
    """Compare what the rows add up to with what the manifest says, in all and by input."""
    for account in counted.by_source.values():
        account.read = account.published + account.rejected
    found = counted.to_mapping()
    for name, value in manifest.accounts.items():
        if found.get(name) != value:
            _wrong(f"by the accounts {name} should be {value}, the rows make it {found.get(name)}")
    for entry in manifest.inputs:
        booked = asdict(entry)
        for name, value in counted.of(entry.source).to_mapping().items():
            if booked[name] != value:
                _wrong(f"by the accounts of {entry.source} {name} should be {booked[name]}, the rows make it {value}")
