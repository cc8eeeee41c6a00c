"""Where the time of a build goes."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

STAGES = {
    "read": "reading and parsing the inputs",
    "look": "looking for what ftfy would change",
    "mend": "mending letters with ftfy",
    "clean": "labelling, cutting and striking",
    "language": "telling the languages",
    "rows": "putting rows together, hashing, counting",
    "write": "writing Parquet",
}
"""What is timed, in the order of the way of a document."""


class Stopwatch:
    """Adds up the seconds of each stage, by the clock on the wall. Stages do not overlap."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = dict.fromkeys(STAGES, 0.0)

    @contextmanager
    def timing(self, stage: str) -> Iterator[None]:
        """Time a stage, a key of `STAGES`. Time of stages inside it is theirs, not its own."""
        before = sum(self.seconds.values())
        begun = time.perf_counter()
        try:
            yield
        finally:
            inside = sum(self.seconds.values()) - before
            self.seconds[stage] += time.perf_counter() - begun - inside
