"""Comparing files of an edition with the hashes in its manifest, and nothing else: quick, and enough to load them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.errors import EditionError
from copydesk.release.manifest import data_digest, file_entry
from copydesk.release.paths import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from copydesk.progress import Progress
    from copydesk.release.manifest import FileEntry, Manifest


def counted(entries: Iterable[FileEntry], shown: Progress) -> Iterator[FileEntry]:
    """Give entries one by one, and tell the progress of each when the next is asked for."""
    for entry in entries:
        yield entry
        shown.tick(0, 0, entry.bytes)


def check_hashes(folder: Path, manifest: Manifest, entries: Iterable[FileEntry] | None = None) -> None:
    """Hash files again.

    Args:
        folder: The edition's folder.
        manifest: Its manifest.
        entries: The files to hash; all of them if left out.

    Raises:
        EditionError: One is missing or another, or the manifest's own digest is wrong. The message names the first.
    """
    if data_digest(manifest.files) != manifest.data_digest:
        message = f"the data digest in {folder / MANIFEST} is not that of the files it lists"
        raise EditionError(message, "fetch or build the edition again")
    for entry in manifest.files if entries is None else entries:
        path = folder / entry.path
        try:
            found = file_entry(folder, entry.path, entry.rows)
        except OSError as error:
            message = f"{path} cannot be read: {error.strerror}"
            raise EditionError(message, "fetch or build the edition again") from None
        if found != entry:
            message = f"{path} is not the file of edition {manifest.version} that the manifest names"
            raise EditionError(message, "fetch or build the edition again; each version needs a folder of its own")
