"""A folder of files that gets its name only when it is finished, so that whoever sees it sees all of it."""

from __future__ import annotations

import fcntl
import os
import shutil
from typing import TYPE_CHECKING, Self

from copydesk.errors import EditionError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType


class Staging:
    """A folder in the making. Leaving it without `publish` deletes it.

    Attributes:
        folder: Where its files go.
    """

    def __init__(self, out: Path, marker: str, *, force: bool) -> None:
        """Look whether the folder may be put at `out`.

        Args:
            out: Where it shall be.
            marker: The file by which a folder of its sort is known; no other sort is ever replaced.
            force: Replace one that is there.

        Raises:
            EditionError: Something is there that must not be replaced.
        """
        self._out = out.absolute()
        self._marker = marker
        self._force = force
        self._lock: int | None = None
        self._made: list[Path] = []
        self._check_free()
        self.folder = self._out.with_name(f".{self._out.name}.unfinished")

    def __enter__(self) -> Self:
        """Make the folder, or take over one that was left behind.

        Raises:
            EditionError: It cannot be made, or somebody is at work in it.
        """
        self._made = [folder for folder in self._out.parents if not folder.exists()]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._unlock()
            message = f"somebody is writing {self._out} already"
            raise EditionError(message, "wait for them, or write somewhere else") from None
        except OSError as error:
            self._unlock()
            self._leave_no_folder()
            message = f"cannot write {self.folder}: {error.strerror}"
            raise EditionError(message, "choose another folder") from None
        for left in self.folder.iterdir():
            shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Delete what was not published."""
        if self._lock is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self._unlock()
        self._leave_no_folder()

    def publish(self) -> None:
        """Give the finished folder its name, in place of an older one if that was allowed.

        Raises:
            EditionError: Something that must not be replaced has come to be there meanwhile.
        """
        self._check_free()
        old = self._out.with_name(f".{self._out.name}.replaced")
        shutil.rmtree(old, ignore_errors=True)
        if self._out.exists():
            self._out.rename(old)
        self.folder.rename(self._out)
        shutil.rmtree(old, ignore_errors=True)

    def _check_free(self) -> None:
        out = self._out
        if not out.exists() or (out.is_dir() and not any(out.iterdir())):
            return
        if not (out / self._marker).is_file():
            message = f"{out} is there already, and holds something else"
            raise EditionError(message, "name a folder that does not exist yet; copydesk replaces only what it wrote")
        if not self._force:
            message = f"{out} is there already"
            raise EditionError(message, "write to another folder, or replace it with --force")

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _leave_no_folder(self) -> None:
        """Take away the folders above that were made for it and hold nothing."""
        for folder in self._made:
            try:
                folder.rmdir()
            except OSError:
                return
