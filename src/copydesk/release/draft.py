"""The folder in which an edition comes to be, and which a build that was stopped can go on with."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.errors import BuildError, CopydeskError, EditionError, StoppedError
from copydesk.release.manifest import Manifest
from copydesk.release.paths import MANIFEST
from copydesk.release.staging import Sort, Staging, unfinished_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection


def _own_files(edition: Path) -> Collection[str] | None:
    """Give the files of an edition; None if its manifest cannot be read."""
    try:
        return {MANIFEST, *(entry.path for entry in Manifest.load(edition).files)}
    except EditionError:
        return None


EDITION = Sort(MANIFEST, BuildError, "an edition", "no edition", _own_files)


class Draft(Staging):
    """An edition that is being made. Leaving it without `publish` deletes it, unless it is worth going on with.

    Args:
        out: Where the edition shall be.
        force: Replace an edition that is there.
        resume: Leave the part files of a build that was stopped where they are.

    Raises:
        BuildError: Something is there that must not be replaced.

    Attributes:
        folder: Where the edition's files go.
        parts: Where part files may lie meanwhile.
        begun: Whether anything was written to it; until then what another build left is not touched.
        keep: Tells, when something stops the build that may go away again, whether the draft is worth going on with.
        advice: What to do with a draft that was kept; empty if it was not.
    """

    def __init__(self, out: Path, *, force: bool, resume: bool = False) -> None:
        super().__init__(out, EDITION, force=force)
        self.parts = self.folder / "parts"
        self.begun = not resume
        self.keep: Callable[[], bool] = lambda: False
        self.advice = ""
        self._resume = resume

    def publish(self) -> None:
        """Give the finished edition its name, in place of an older one if that was allowed.

        Raises:
            BuildError: Something that must not be replaced has come to be there meanwhile.
        """
        self._check_free()
        shutil.rmtree(self.parts)
        super().publish()

    def _sweep(self, but: Collection[Path] = ()) -> None:
        """Keep the part files to go on with; what was put together of some of them goes, and they are made again."""
        going_on = self._resume and self.parts.is_dir()
        super()._sweep((*but, self.parts) if going_on else but)
        if not going_on:
            self.parts.mkdir()

    def _is_kept(self, error: BaseException | None) -> bool:
        final = isinstance(error, CopydeskError) and not isinstance(error, StoppedError)
        if error is not None and not final and self.keep():
            first = f"{error.hint}; then " if isinstance(error, StoppedError) and error.hint else ""
            self.advice = f"{first}run the same command with --resume to go on, or delete {self.folder}"
            return True
        return not self.begun and any(self.parts.iterdir())


def is_unfinished(out: str) -> bool:
    """Say whether a build into a folder was stopped and can be gone on with."""
    return "://" not in out and any(unfinished_folder(Path(out)).glob("parts/stories-*"))
