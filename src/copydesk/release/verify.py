"""Checking that an edition is what it says: every hash, every count, every ledger."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.document import check_lines, check_partition
from copydesk.errors import EditionError, LedgerError
from copydesk.pages import ID_DIGITS
from copydesk.recipe import Recipe
from copydesk.release.manifest import Manifest, data_digest, file_entry, table_rows
from copydesk.release.paths import DATA, MANIFEST, RECIPE
from copydesk.release.reading import Sheet, sheets, table_files

if TYPE_CHECKING:
    from copydesk.release.manifest import FileEntry

_AGAIN = "fetch or build the edition again"


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


def verify(edition: str | Path) -> Verified:
    """Check an edition against its manifest and itself.

    The bytes of each file are hashed again, rows are counted again, and each raw document is put together again from
    its stories and its ledger and compared with the hash that was taken when it was read. Labels of lines must lie in
    their document, in order, and be there just where the recipe annotates.

    Raises:
        EditionError: Something is wrong; the message names the first such file and row.
    """
    folder = Path(edition)
    manifest = Manifest.load(folder)
    _check_files(folder, manifest)
    recipe = Recipe.load(folder / RECIPE)
    if recipe.digest != manifest.recipe:
        message = f"{folder / RECIPE} is not the recipe that the manifest names"
        raise EditionError(message, _AGAIN)
    rows = {table: _count_rows(folder, manifest, table) for table in ("stories", "sources", "rejects")}
    _check_accounts(manifest, rows)
    for stories, sources in zip(table_files(manifest, "stories"), table_files(manifest, "sources"), strict=True):
        for sheet in sheets(folder, stories, sources):
            _check_sheet(sheet, recipe)
    return Verified(
        manifest.version,
        len(manifest.files),
        rows["sources"],
        rows["stories"],
        rows["rejects"],
        recipe.ledger.removed_text,
    )


def _check_files(folder: Path, manifest: Manifest) -> None:
    """Compare the files that are there with the manifest's list, and each one's hash."""
    for entry in manifest.files:
        _check_file(folder, entry)
    known = {entry.path for entry in manifest.files} | {MANIFEST}
    there = {str(path.relative_to(folder)) for path in sorted((folder / DATA).rglob("*")) if path.is_file()}
    for path in sorted(there - known):
        message = f"{folder / path} is not in the manifest"
        raise EditionError(message, "take it away: the loading library would read it as data")
    if data_digest(manifest.files) != manifest.data_digest:
        message = f"the data digest in {folder / MANIFEST} is not that of the files it lists"
        raise EditionError(message, _AGAIN)


def _check_file(folder: Path, entry: FileEntry) -> None:
    try:
        found = file_entry(folder, entry.path, entry.rows)
    except OSError as error:
        message = f"{folder / entry.path} cannot be read: {error.strerror}"
        raise EditionError(message, _AGAIN) from None
    if found != entry:
        what = _first_bad_row_group(folder / entry.path) if entry.rows is not None else ""
        message = f"{folder / entry.path} was changed after it was written{what}"
        raise EditionError(message, _AGAIN)


def _first_bad_row_group(path: Path) -> str:
    """Say which rows of a Parquet file cannot be read any more, if that can be told."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            row = 0
            for group in range(file.num_row_groups):
                rows = file.metadata.row_group(group).num_rows
                try:
                    file.read_row_group(group).validate(full=True)
                except (OSError, pa.ArrowException):
                    return f"; the damage is in rows {row} to {row + rows - 1}"
                row += rows
    except (OSError, pa.ArrowException):
        return "; it can no longer be opened"
    return ""


def _count_rows(folder: Path, manifest: Manifest, table: str) -> int:
    """Count a table's rows, and compare each file with the manifest's count."""
    total = 0
    for entry in manifest.files:
        if entry.path not in table_files(manifest, table):
            continue
        rows = pq.read_metadata(folder / entry.path).num_rows
        if rows != entry.rows:
            message = f"{folder / entry.path} has {rows} rows, the manifest says {entry.rows}"
            raise EditionError(message, _AGAIN)
        total += rows
    return total


def _check_accounts(manifest: Manifest, rows: dict[str, int]) -> None:
    """Compare the rows with the accounts, and the accounts by file with the totals."""
    accounts = manifest.accounts
    booked = table_rows(accounts)
    if rows != booked:
        message = f"the files hold {rows} rows, by the accounts it should be {booked}"
        raise EditionError(message, _AGAIN)
    for name in ("read", "published", "rejected", "stories"):
        if sum(getattr(entry, name) for entry in manifest.inputs) != accounts[name]:
            message = f"the inputs' accounts of {name} do not add up to {accounts[name]}"
            raise EditionError(message, _AGAIN)
    if accounts["read"] != accounts["published"] + accounts["rejected"]:
        message = "what was read is not what was published and rejected"
        raise EditionError(message, _AGAIN)


def _check_sheet(sheet: Sheet, recipe: Recipe) -> None:
    """Check one document: its ledger, its labels, its identifiers, and that it can be put together again."""
    facts, cleaned = sheet.facts, sheet.cleaned
    fault = check_partition(facts["chars"], cleaned.stories, cleaned.edits)
    if fault is None and recipe.ledger.removed_text:
        fault = _replay(sheet)
    if fault is None:
        fault = check_lines(facts["chars"], cleaned.lines)
    if fault is None and bool(cleaned.lines) != recipe.guard.annotate:
        fault = "its lines are labelled, but the recipe does not annotate" if cleaned.lines else "no line is labelled"
    document_id = facts["sha256"][:ID_DIGITS]
    expected = tuple((f"{document_id}-{index}", document_id) for index in range(len(cleaned.stories)))
    if fault is None and (facts["document_id"] != document_id or sheet.story_ids != expected):
        fault = "the identifiers are not those of this document"
    if fault is None and facts["kept"] != sum(len(story.text) for story in cleaned.stories):
        fault = "the stories' lengths do not add up to what was kept"
    if fault is not None:
        message = f"{sheet.file}, row {sheet.row}, document {facts['document_id']}: {fault}"
        raise EditionError(message, _AGAIN)


def _replay(sheet: Sheet) -> str | None:
    """Put the raw document together again and compare its hash; say what is wrong, or None."""
    try:
        raw = sheet.cleaned.restore()
    except LedgerError as error:
        return error.message
    if hashlib.sha256(raw.encode()).hexdigest() != sheet.facts["sha256"]:
        return "stories and ledger do not give the raw document"
    return None
