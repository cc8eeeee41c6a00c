"""How far a build is: a bar on a terminal, a line now and then elsewhere, nothing when told to be quiet.

All of it goes to standard error, so that standard output holds results only.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import Progress as RichBar
    from rich.progress import TaskID

LINE_SECONDS = 10.0
"""How often a line is written where there is no terminal."""


class Progress:
    """What a build tells how far it is. This one says nothing; the others override `_show`.

    Attributes:
        documents: Records read so far.
        text_bytes: Bytes of text read so far.
        input_bytes: Bytes of input files read so far, of `total_bytes`.
        left_out: Files in input folders that are not read because they are of no known kind.
    """

    def __init__(self) -> None:
        self.documents = 0
        self.text_bytes = 0
        self.input_bytes = 0
        self.total_bytes = 0
        self.left_out: list[str] = []
        self._began = time.monotonic()

    def begin(self, total_bytes: int) -> None:
        """Start the clock; so many bytes of input files are to be read."""
        self.total_bytes = total_bytes
        self._began = time.monotonic()

    def tick(self, documents: int, text_bytes: int, input_bytes: int) -> None:
        """Take in what was done since the last time."""
        self.documents += documents
        self.text_bytes += text_bytes
        self.input_bytes += input_bytes
        self._show()

    @property
    def seconds(self) -> float:
        """Time since `begin`."""
        return time.monotonic() - self._began

    def summary(self) -> str:
        """Say how much was done, and how fast."""
        megabytes = self.text_bytes / 1e6
        speed = megabytes / max(self.seconds, 1e-9)
        return f"{self.documents:,} documents, {megabytes:,.1f} MB of text, {speed:,.1f} MB/s"

    def _show(self) -> None:
        """Show how far the build is."""

    def __enter__(self) -> Self:
        """Begin to show."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop showing."""


class Silent(Progress):
    """Says nothing."""


class Lines(Progress):
    """Writes a line every ten seconds; for logs."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._last = 0.0

    def _show(self) -> None:
        if self.seconds - self._last >= LINE_SECONDS:
            self._last = self.seconds
            share = self.input_bytes / max(self.total_bytes, 1)
            print(f"{share:4.0%}  {self.summary()}", file=self._stream, flush=True)


class Bar(Progress):
    """A bar with documents, speed and time left; for terminals."""

    def __init__(self) -> None:
        super().__init__()
        self._bar: RichBar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        """Draw the bar."""
        from rich import progress
        from rich.console import Console

        self._bar = progress.Progress(
            progress.BarColumn(),
            progress.TaskProgressColumn(),
            progress.TextColumn("{task.fields[summary]}"),
            progress.TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._bar.start()
        return self

    def begin(self, total_bytes: int) -> None:
        """Start the clock."""
        super().begin(total_bytes)
        if self._bar is not None:
            self._task = self._bar.add_task("build", total=total_bytes or None, summary="reading inputs")

    def _show(self) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self.input_bytes, summary=self.summary())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


def progress_for(stream: TextIO | None = None, *, quiet: bool = False) -> Progress:
    """Choose how to show progress on a stream, standard error if left out."""
    stream = stream or sys.stderr
    if quiet:
        return Silent()
    return Bar() if stream.isatty() else Lines(stream)
