"""Where an edition stands in the row of editions: its version by what changed, and its changelog."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.errors import BuildError
from copydesk.release import changelog
from copydesk.release.changes.causes import Side
from copydesk.release.diff import compare
from copydesk.release.folios import table_files
from copydesk.release.intact import check_hashes
from copydesk.release.manifest import FileEntry, Manifest, Previous, data_digest
from copydesk.release.schema import TABLES
from copydesk.release.shard import ShardWriter
from copydesk.release.version import Version

if TYPE_CHECKING:
    from pathlib import Path

    from copydesk.recipe import Output

FIRST_VERSION = "1.0.0"
"""The version of an edition that follows none, if the user chooses no other."""

STORIES = next(table for table in TABLES if table.name == "stories")


class History(Protocol):
    """Settles what an edition's place in history is, once its tables are written."""

    def settle(self, edition: Side) -> tuple[Manifest, str]:
        """Give the manifest with version and predecessor, and the text of the changelog.

        Args:
            edition: The edition, whose manifest lists just the tables.

        Raises:
            BuildError: The edition may not have its version.
        """
        ...

    def fits(self, version: str, finished: Manifest) -> bool:
        """Has a finished edition the place that this one would get?

        Args:
            version: The version with which it would be written.
            finished: The finished edition's manifest.
        """
        ...


@dataclass(frozen=True, slots=True)
class First:
    """An edition that is compared with none."""

    def settle(self, edition: Side) -> tuple[Manifest, str]:
        """Leave the manifest as it is."""
        return edition.manifest, changelog.first(edition.manifest)

    def fits(self, version: str, finished: Manifest) -> bool:
        """Must follow none too."""
        return finished.previous is None and finished.version == version


@dataclass(frozen=True, slots=True)
class After:
    """An edition that follows another one.

    Attributes:
        previous: The edition before.
        chosen: Whether the user chose the version; else it becomes the least that what changed allows.
    """

    previous: Side
    chosen: bool

    def settle(self, edition: Side) -> tuple[Manifest, str]:
        """Compare with the edition before; refuse a version that says too little, or choose one.

        Raises:
            BuildError: The version says too little of what changed.
        """
        before = self.previous.manifest
        diff = compare(self.previous, edition, samples=1)
        least = max(Version.of(diff.least), Version.of(before.version).after("patch"))
        manifest = replace(edition.manifest, previous=Previous(before.version, before.data_digest))
        if not self.chosen:
            manifest = stamp(edition.folder, manifest, str(least), edition.recipe.output)
        elif Version.of(manifest.version) < least:
            message = f"{manifest.version} is too small a step from {before.version}: {diff.why}"
            raise BuildError(message, f"the least version is {least}; write --version {least}, or leave --version out")
        older = changelog.read(self.previous.folder, before)
        return manifest, changelog.after(diff, older, manifest.version)

    def fits(self, version: str, finished: Manifest) -> bool:
        """Must follow the same one."""
        before = self.previous.manifest
        same = finished.previous == Previous(before.version, before.data_digest)
        return same and (finished.version == version or not self.chosen)


@dataclass(frozen=True, slots=True)
class Again:
    """An edition that is made again: it stands where it stood.

    Attributes:
        manifest: The manifest of the edition as it was made first.
        changes: Its changelog.
    """

    manifest: Manifest
    changes: str

    def settle(self, edition: Side) -> tuple[Manifest, str]:
        """Take over what was settled then."""
        return replace(edition.manifest, previous=self.manifest.previous), self.changes

    def fits(self, version: str, finished: Manifest) -> bool:
        """Must stand where it stood."""
        return finished.version == version and finished.previous == self.manifest.previous


def place(version: str | None, previous: str | Path | None) -> tuple[str, History]:
    """Say with which version to write an edition, and how its place in history is settled.

    Args:
        version: The version that the user chose, if any.
        previous: The folder of the edition before, if there is one.

    Raises:
        BuildError: The version does not come after the one before.
        EditionError: There is no edition before at `previous`, or it is not what its manifest says.
    """
    if previous is None:
        return version or FIRST_VERSION, First()
    before = Side.of(previous)
    check_hashes(before.folder, before.manifest)
    last = Version.of(before.manifest.version)
    if version is not None and Version.of(version) <= last:
        message = f"{version} does not come after {last}, the version of {previous}"
        raise BuildError(message, f"write --version {last.after('patch')} or more, or leave --version out")
    return version or str(last.after("major")), After(before, chosen=version is not None)


def stamp(folder: Path, manifest: Manifest, version: str, settings: Output) -> Manifest:
    """Put a version on every story of an edition whose tables are written; give the manifest with the new hashes.

    The files come out as if they had been written with that version at once.
    """
    if version == manifest.version:
        return manifest
    stories = table_files(manifest, STORIES.name)
    files = tuple(
        _stamped(folder, entry, version, settings) if entry.path in stories else entry for entry in manifest.files
    )
    return replace(manifest, version=version, files=files, data_digest=data_digest(files))


def _stamped(folder: Path, entry: FileEntry, version: str, settings: Output) -> FileEntry:
    """Write a file of stories again, row group by row group."""
    path, fresh = folder / entry.path, folder / f"{entry.path}.stamped"
    place = STORIES.schema.get_field_index("version")
    writer = ShardWriter(fresh, STORIES, settings)
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            rows = file.read_row_group(group).combine_chunks()
            column = pa.repeat(pa.scalar(version, pa.string()), len(rows))
            rows = rows.set_column(place, STORIES.schema.field(place), column)
            writer.add_group(rows.to_batches()[0])
    part = writer.close()
    fresh.rename(path)
    return FileEntry(entry.path, part.size, part.sha256, part.rows)
