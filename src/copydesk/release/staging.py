"""A folder of files, or a file, that gets its name only when it is finished, so that whoever sees it sees all of it."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from copydesk.release.paths import MANIFEST, RECIPE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from types import TracebackType
    from typing import TextIO

    from copydesk.errors import CopydeskError


def unfinished_folder(out: Path) -> Path:
    """Give where the files of a folder in the making lie."""
    return out.absolute().with_name(f".{out.absolute().name}.unfinished")


def refuse_inside_an_edition(out: str | Path, error: type[CopydeskError]) -> None:
    """Refuse to write where an edition is: a file more, and it is not what its manifest says.

    Args:
        out: What shall be written.
        error: What to raise.

    Raises:
        CopydeskError: It lies inside an edition.
    """
    for folder in Path(out).absolute().parents:
        if (folder / MANIFEST).is_file() and (folder / RECIPE).is_file():
            message = f"{out} lies inside {folder}, which holds an edition"
            raise error(message, "write somewhere else: a file more, and the edition is not what it says")


@contextmanager
def whole(path: Path) -> Iterator[TextIO]:
    """Write a text file beside its place, and put it there when it is whole; after an error nothing is left of it."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of folder, and what to say when one cannot be made.

    Attributes:
        marker: The file by which such a folder is known; no other sort is ever replaced.
        error: What is raised.
        one: What it holds: "an edition".
        none: What another one lacks: "no edition".
        own: Gives the files that belong to such a folder, by paths relative to it; None where that cannot be told.
    """

    marker: str
    error: type[CopydeskError]
    one: str
    none: str
    own: Callable[[Path], Collection[str] | None]


class Staging:
    """A folder in the making. Leaving it without `publish` deletes it.

    Attributes:
        folder: Where its files go: beside the place where it shall be, so that giving it its name is one rename.
    """

    def __init__(self, out: Path, sort: Sort, *, force: bool) -> None:
        """Look whether the folder may be put at `out`.

        Args:
            out: Where it shall be.
            sort: What sort of folder it is.
            force: Replace one of that sort which is there.

        Raises:
            CopydeskError: Something is there that must not be replaced.
        """
        self._out = out.absolute()
        self._sort = sort
        self._force = force
        self._lock: int | None = None
        self._made: list[Path] = []
        self._check_free()
        self.folder = unfinished_folder(self._out)

    def __enter__(self) -> Self:
        """Make the folder, or take over one that was left behind.

        Raises:
            CopydeskError: It cannot be made, or somebody is at work in it.
        """
        self._made = [folder for folder in self._out.parents if not folder.exists()]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._unlock()
            message = f"somebody else is writing {self._out}"
            raise self._sort.error(message, "wait for them, or write somewhere else") from None
        except OSError as error:
            self._unlock()
            self._leave_no_folder()
            message = f"cannot write {self.folder}: {error.strerror}"
            raise self._sort.error(message, "choose another folder") from None
        self._sweep()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Delete what was not published."""
        if self._lock is not None and not self._is_kept(error):
            shutil.rmtree(self.folder, ignore_errors=True)
        self._unlock()
        self._leave_no_folder()

    def _sweep(self, but: Collection[Path] = ()) -> None:
        """Delete what somebody left behind who was killed, but for some of it."""
        for left in self.folder.iterdir():
            if left not in but:
                shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()

    def _is_kept(self, error: BaseException | None) -> bool:  # noqa: ARG002 (there are others that ask)
        """Is the unfinished folder left where it is?"""
        return False

    def publish(self) -> None:
        """Give the finished folder its name, in place of an older one if that was allowed.

        Raises:
            CopydeskError: Something that must not be replaced has come to be there meanwhile.
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
        refuse_inside_an_edition(out, self._sort.error)
        if not out.exists() or (out.is_dir() and not any(out.iterdir())):
            return
        if not (out / self._sort.marker).is_file():
            message = f"{out} is a file" if out.is_file() else f"{out} is not empty and holds {self._sort.none}"
            hint = "name a folder that does not exist yet; copydesk replaces only what it wrote"
            raise self._sort.error(message, hint)
        if not self._force:
            message = f"{out} holds {self._sort.one} already"
            raise self._sort.error(message, "write to another folder, or replace it with --force")
        if strays := self._strays():
            message = f"{out} also holds {strays[0]}" + (f" and {len(strays) - 1:,} more" if strays[1:] else "")
            hint = "copydesk replaces only what it wrote: move such files elsewhere, or write to another folder"
            raise self._sort.error(message, hint)

    def _strays(self) -> list[str]:
        """List files in the folder that shall be replaced which are none of its sort's own."""
        own = self._sort.own(self._out)
        if own is None:
            return []
        files = (path.relative_to(self._out) for path in self._out.rglob("*") if not path.is_dir() or path.is_symlink())
        return sorted(str(file) for file in files if str(file) not in own and not _is_hidden(file))

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
