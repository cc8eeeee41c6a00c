"""Putting a finished edition where it shall be, if that is no folder of this machine."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.errors import BuildError, SourceError, StoppedError
from copydesk.release.paths import MANIFEST
from copydesk.sources.base import locate

if TYPE_CHECKING:
    import fsspec


class Berth:
    """An address of another machine at which an edition shall be.

    The edition is built in a folder here first. Then its files are copied, the manifest last: before it is there,
    nobody takes what there is for an edition.

    Args:
        address: Any address that fsspec writes to, such as `s3://bucket/corpus`.
        force: Replace an edition that is there.
        resume: Go on where copying the edition that is still in `folder` was stopped.

    Raises:
        BuildError: Something is there that must not be replaced, or the address cannot be written to.

    Attributes:
        folder: Where to build the edition meanwhile; the same for the same address, so that a build can be resumed.
    """

    def __init__(self, address: str, *, force: bool, resume: bool = False) -> None:
        self._address = address
        try:
            self._system, self._root = locate(address)
            there = _files(self._system, self._root)
        except (SourceError, OSError) as error:
            message = f"cannot write to {address}: {error}"
            raise BuildError(message, "check the address and the rights to it") from error
        name = hashlib.sha256(address.encode()).hexdigest()[:16]
        self.folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "copydesk" / name
        if not (resume and self._is_copied(there)):
            self._check_free(there, force=force)

    def ship(self) -> None:
        """Copy the edition to its address, in place of one that is there.

        Raises:
            StoppedError: It cannot be written; the finished edition is still here.
        """
        files = sorted(self._files() - {MANIFEST})
        try:
            old = _files(self._system, self._root)
            if MANIFEST in old:
                self._system.rm_file(f"{self._root}/{MANIFEST}")
            for file in (*files, MANIFEST):
                self._system.makedirs(f"{self._root}/{file}".rpartition("/")[0], exist_ok=True)
                self._system.put_file(str(self.folder / file), f"{self._root}/{file}")
            for file in old - {*files, MANIFEST}:
                self._system.rm_file(f"{self._root}/{file}")
        except OSError as error:
            message = f"the edition is finished, but cannot be written to {self._address}: {error}"
            raise StoppedError(message, f"copy it from {self.folder}, the file {MANIFEST} last") from error

    def _is_copied(self, there: set[str]) -> bool:
        """Is all that is there a part of the finished edition that is still here?"""
        if not there <= self._files() or not (self.folder / MANIFEST).is_file():
            return False
        return (
            MANIFEST not in there
            or self._system.cat_file(f"{self._root}/{MANIFEST}") == (self.folder / MANIFEST).read_bytes()
        )

    def _check_free(self, there: set[str], *, force: bool) -> None:
        if there and MANIFEST not in there:
            message = f"{self._address} is not empty and holds no edition"
            raise BuildError(message, "name an address where nothing is; copydesk replaces only its own editions")
        if there and not force:
            message = f"{self._address} holds an edition already"
            raise BuildError(message, "write to another address, or replace it with --force")

    def _files(self) -> set[str]:
        """List the files of the edition that is here, by paths relative to its folder."""
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()}


def _files(system: fsspec.AbstractFileSystem, root: str) -> set[str]:
    """List what is at an address, by paths relative to it."""
    system.invalidate_cache()
    return {str(path).removeprefix(root).lstrip("/") for path in system.find(root)}
