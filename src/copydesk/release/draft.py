"""The folder in which an edition comes to be. It gets its name only when it is finished.

The draft lies beside the edition, so that giving it its name is one rename: whoever sees an edition sees all of it.
"""

from __future__ import annotations

import fcntl
import shutil
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Self

from copydesk.errors import BuildError, CopydeskError, StoppedError
from copydesk.release.paths import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

LOCK = "lock"


class Draft:
    """An edition that is being made. Leaving it without `publish` deletes it, unless it is worth going on with.

    Attributes:
        folder: Where the edition's files go.
        parts: Where part files may lie meanwhile.
        keep: Tells, when something stops the build that may go away again, whether the draft is worth going on with.
        begun: Whether anything was written to it; until then what another build left is not touched.
        advice: What to do with a draft that was kept; empty if it was not.
    """

    def __init__(self, out: Path, *, force: bool, resume: bool = False) -> None:
        """Look whether an edition may be put at `out`.

        Args:
            out: Where the edition shall be.
            force: Replace an edition that is there.
            resume: Leave the part files of a build that was stopped where they are.

        Raises:
            BuildError: Something is there that must not be replaced.
        """
        self._out = out.absolute()
        self._force = force
        self._resume = resume
        self.keep: Callable[[], bool] = lambda: False
        self.begun = not resume
        self.advice = ""
        self._check_free()
        self.folder = self._out.with_name(f".{self._out.name}.unfinished")
        self.parts = self.folder / "parts"
        self._lock: IO[bytes] | None = None
        self._made: list[Path] = []

    def __enter__(self) -> Self:
        """Make the folder, or take over one that a killed build left behind.

        Raises:
            BuildError: The folder cannot be made, or another build is at work in it.
        """
        self._made = [folder for folder in self._out.parents if not folder.exists()]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(self.folder / LOCK)
        except BlockingIOError:
            message = f"another build is writing {self._out}"
            raise BuildError(message, "wait for it, or write somewhere else") from None
        except OSError as error:
            self._leave_no_folder()
            message = f"cannot write {self.folder}: {error.strerror}"
            raise BuildError(message, "choose another output folder") from None
        for left in self.folder.iterdir():
            if left.name != LOCK and not (self._resume and left == self.parts):
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        self.parts.mkdir(exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Delete what was not published, or leave it to a build that resumes it."""
        final = isinstance(error, CopydeskError) and not isinstance(error, StoppedError)
        if error is not None and not final and self.keep():
            self.advice = f"run the same command with --resume to go on, or delete {self.folder}"
        elif self._lock is not None and (self.begun or not any(self.parts.iterdir())):
            shutil.rmtree(self.folder, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()
        self._leave_no_folder()

    def publish(self) -> None:
        """Give the finished edition its name, in place of an older one if that was allowed.

        Raises:
            BuildError: Something that must not be replaced has come to be there meanwhile.
        """
        self._check_free()
        shutil.rmtree(self.parts)
        (self.folder / LOCK).unlink()
        old = self._out.with_name(f".{self._out.name}.replaced")
        shutil.rmtree(old, ignore_errors=True)
        if self._out.exists():
            self._out.rename(old)
        self.folder.rename(self._out)
        shutil.rmtree(old, ignore_errors=True)

    def _check_free(self) -> None:
        """Check that an edition may be put there."""
        out = self._out
        if not out.exists():
            return
        if not out.is_dir():
            message = f"{out} is a file"
            raise BuildError(message, "name a folder that does not exist yet")
        if not any(out.iterdir()):
            return
        if not (out / MANIFEST).is_file():
            message = f"{out} is not empty and holds no edition"
            raise BuildError(message, "name a folder that does not exist yet; copydesk replaces only its own editions")
        if not self._force:
            message = f"{out} holds an edition already"
            raise BuildError(message, "write to another folder, or replace it with --force")

    def _leave_no_folder(self) -> None:
        """Take away the folders above the edition that were made for it and hold nothing."""
        with suppress(OSError):
            for folder in self._made:
                folder.rmdir()


def _locked(path: Path) -> IO[bytes]:
    """Open a file that no other build has open.

    Raises:
        BlockingIOError: One has.
    """
    file = path.open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise
    return file
