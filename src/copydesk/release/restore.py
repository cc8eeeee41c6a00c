"""Raw documents back from an edition: stories and ledger together are the raw documents.

A text file comes back as a file, byte for byte. JSON Lines and tables come back as one JSON Lines file each: its
records in order, with id, text and other fields; ids are strings there, whatever they were. Lines that were no records
stand between them as they were. What was rejected comes back as far as its bytes were kept, a record of it without its
id and other fields.
"""

from __future__ import annotations

import base64
import hashlib
import heapq
import json
from dataclasses import asdict, dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, Self

from copydesk.errors import EditionError
from copydesk.pages import READ_WELL
from copydesk.progress import Silent
from copydesk.recipe import Recipe
from copydesk.release.folios import AGAIN, batches, document_bytes, folios, table_files
from copydesk.release.intact import check_hashes, counted
from copydesk.release.ledgers import Ledgers
from copydesk.release.manifest import Manifest
from copydesk.release.names import Names
from copydesk.release.paths import RECIPE
from copydesk.release.staging import Sort, Staging
from copydesk.sources.jsonl import record_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from types import TracebackType

    from copydesk.progress import Progress
    from copydesk.recipe import Input
    from copydesk.release.folios import Folio
    from copydesk.release.manifest import InputEntry

MARKER = ".restored.json"
"""What was restored, from what, and which files have other names than their sources."""


def _own_files(restored: Path) -> Collection[str] | None:
    """Give the files that a restoration wrote; None if its marker does not tell."""
    try:
        names: list[str] | None = json.loads((restored / MARKER).read_bytes()).get("names")
    except (OSError, ValueError, AttributeError):
        return None
    return names


RESTORED = Sort(MARKER, EditionError, "restored documents", "no restored documents", _own_files)

TEXT = "text"
"""The kind of source of which each file is one document."""

_SOURCES = ("source", "position", "record_id", "meta", "sha256", "chars", "edits")
_STORIES = ("text", "spans")


@dataclass(slots=True)
class Restored:
    """What was given back.

    Attributes:
        version: The version of the edition.
        documents: Raw documents that were published.
        rejects: Records that were rejected and whose bytes were kept.
        lost: Records that were rejected and whose bytes were not kept, such as files that could not be opened.
        files: Files that were written.
        bytes: Bytes in them.
        renamed: Sources that could not have their own name, by the name of their file.
    """

    version: str
    documents: int = 0
    rejects: int = 0
    lost: int = 0
    files: int = 0
    bytes: int = 0
    renamed: dict[str, str] = field(default_factory=dict)


class _Piece(NamedTuple):
    """Bytes of a source: a whole text file, or one line."""

    source: str
    position: int
    data: bytes | None
    is_document: bool
    text_bytes: int


def restore(edition: str | Path, out: str | Path, *, force: bool = False, progress: Progress | None = None) -> Restored:
    """Give back every raw document of an edition, from its stories and its ledger alone.

    Args:
        edition: The edition's folder.
        out: The folder to write; its files are named as the edition's sources are. Must not exist, unless it was
            written by `restore` and `force` is set.
        force: Replace what was restored at `out`.
        progress: Is told how far it is.

    Raises:
        EditionError: It is no edition, it is damaged, its recipe kept no removed text, or `out` cannot be written.
            Nothing is left behind then.
    """
    folder = Path(edition)
    manifest = Manifest.load(folder)
    recipe = Recipe.load(folder / RECIPE)
    if not recipe.ledger.removed_text:
        message = f"{folder} is not restorable: its recipe left removed text out"
        raise EditionError(message, "only an edition built with removed_text = true under [ledger] can be restored")
    restored = Restored(manifest.version)
    try:
        with Staging(Path(out), RESTORED, force=force) as staging, progress or Silent() as shown:
            with _Files(staging.folder, manifest, restored) as files:
                tables = [entry for entry in manifest.files if entry.rows is not None]
                shown.begin(2 * sum(entry.bytes for entry in tables))
                check_hashes(folder, manifest, counted(tables, shown))
                for piece in heapq.merge(
                    _documents(folder, manifest, recipe.input, shown),
                    _rejects(folder, manifest, recipe.input),
                    key=attrgetter("source", "position"),
                ):
                    files.write(piece)
            (staging.folder / MARKER).write_text(_about(manifest, restored, files.names()), encoding="utf-8")
            staging.publish()
    except OSError as error:
        message = f"cannot restore to {out}: {error.strerror or error}"
        raise EditionError(message, "look whether the disk is full") from error
    return restored


def _about(manifest: Manifest, restored: Restored, names: Sequence[str]) -> str:
    facts = {**asdict(restored), "data_digest": manifest.data_digest, "names": names}
    return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"


def _documents(folder: Path, manifest: Manifest, keys: Input, shown: Progress) -> Iterator[_Piece]:
    """Put the published documents together again, in the edition's order."""
    entries = {entry.source: entry for entry in manifest.inputs}
    share = document_bytes(manifest)
    for folio in folios(folder, manifest, sources=_SOURCES, stories=_STORIES):
        text_bytes = 0
        for piece in _folio_documents(folio, entries, keys):
            text_bytes += piece.text_bytes
            yield piece
        shown.tick(len(folio.sources), text_bytes, share * len(folio.sources))


def _folio_documents(folio: Folio, entries: dict[str, InputEntry], keys: Input) -> Iterator[_Piece]:
    facts = folio.sources.select(["source", "position", "record_id", "meta", "sha256"]).to_pylist()
    for row, (fact, raw) in enumerate(zip(facts, _raw(folio), strict=True)):
        data = raw.encode()
        if hashlib.sha256(data).hexdigest() != fact["sha256"]:
            message = (
                f"{folio.sources_file}, row {folio.sources_row + row}: stories and ledger do not give the raw document"
            )
            raise EditionError(message, AGAIN)
        entry = entries.get(fact["source"])
        if entry is not None and entry.kind == TEXT:
            legacy = json.loads(fact["meta"])["encoding"] if fact["meta"] else None
            written = raw.encode(legacy or entry.encoding or "utf-8")
        else:
            written = record_line(raw, fact["record_id"], fact["meta"], keys)
        yield _Piece(fact["source"], fact["position"], written, is_document=True, text_bytes=len(data))


def _raw(folio: Folio) -> Iterator[str]:
    """Give the raw documents of a folio.

    Raises:
        EditionError: Stories and ledger do not fit each other.
    """
    ledgers = Ledgers.of(folio)
    for find in (ledgers.violations, ledgers.misfits, ledgers.wrong_replacements):
        for row, what in find():
            message = f"{folio.sources_file}, row {folio.sources_row + row}: {what}"
            raise EditionError(message, AGAIN)
    if ledgers.edits.field("removed").null_count:
        message = f"{folio.sources_file}: an edit after row {folio.sources_row} lacks its removed text"
        raise EditionError(message, AGAIN)
    return ledgers.raw()


def _rejects(folder: Path, manifest: Manifest, keys: Input) -> Iterator[_Piece]:
    """Give what was rejected, in the edition's order."""
    kinds = {entry.source: entry.kind for entry in manifest.inputs}
    for file in table_files(manifest, "rejects"):
        for batch in batches(folder / file, ["source", "position", "reason", "raw"]):
            for row in batch.to_pylist():
                data = (
                    None if row["raw"] is None else _reject(row["raw"], kinds.get(row["source"]), row["reason"], keys)
                )
                yield _Piece(row["source"], row["position"], data, is_document=False, text_bytes=0)


def _reject(raw: bytes, kind: str | None, reason: str, keys: Input) -> bytes:
    """Give a reject as it stood in its source: a file or a line as it was, or the text of a record as a record."""
    if kind == TEXT:
        return raw
    if (kind == "jsonl" and reason not in READ_WELL) or _is_record(raw, keys):
        return raw + b"\n"
    try:
        return record_line(raw.decode(), None, None, keys)
    except UnicodeDecodeError:
        return json.dumps({f"{keys.text}_base64": base64.b64encode(raw).decode("ascii")}).encode() + b"\n"


def _is_record(raw: bytes, keys: Input) -> bool:
    """Is it a record as `pages` keeps one that had more than a text?"""
    try:
        record = json.loads(raw)
    except ValueError:
        return False
    return isinstance(record, dict) and isinstance(record.get(keys.text), str)


class _Files:
    """The files that are written: one at a time is open."""

    def __init__(self, folder: Path, manifest: Manifest, restored: Restored) -> None:
        self._folder = folder
        self._restored = restored
        self._inputs = {entry.source: entry for entry in manifest.inputs}
        self._names = Names(MARKER)
        self._places: dict[str, Path] = {}
        self._source: str | None = None
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        self._restored.renamed = self._names.renamed

    def names(self) -> list[str]:
        """Give the files that were written, by paths relative to the folder."""
        return sorted(str(path.relative_to(self._folder)) for path in self._places.values())

    def write(self, piece: _Piece) -> None:
        """Write a piece into its source's file, and count it.

        Raises:
            EditionError: A text file is not what was read.
        """
        if piece.data is None:
            self._restored.lost += 1
            return
        if piece.is_document:
            self._restored.documents += 1
        else:
            self._restored.rejects += 1
        self._restored.bytes += len(piece.data)
        entry = self._inputs.get(piece.source)
        if entry is not None and entry.kind == TEXT and hashlib.sha256(piece.data).hexdigest() != entry.sha256:
            message = f"{piece.source} does not come out as it was read"
            raise EditionError(message, AGAIN)
        self._open(piece.source).write(piece.data)

    def _open(self, source: str) -> IO[bytes]:
        """Give the file of a source, at its end."""
        if self._file is None or source != self._source:
            self._close()
            if source not in self._places:
                self._places[source] = self._folder / self._place(source)
                self._restored.files += 1
            path = self._places[source]
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file, self._source = path.open("ab"), source
        return self._file

    def _place(self, source: str) -> Path:
        entry = self._inputs.get(source)
        return Path(self._names.place(source, "" if entry is not None and entry.kind == TEXT else ".jsonl"))

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
