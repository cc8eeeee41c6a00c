"""Where work is done. Nothing else in copydesk knows; every engine gives the same results.

An engine takes its items one by one while it works, never many more than it has workers, so that whoever makes them can
make them as they are needed. An engine is a module here; adding one is adding it to `ENGINES`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from copydesk.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

Item = TypeVar("Item")
Result = TypeVar("Result")

ENGINES = {"local": "copydesk.engines.local", "ray": "copydesk.engines.cluster"}
"""Every engine, and the module whose `start` makes it."""


class Tick(Protocol):
    """Is told of progress: what was done since it was last told."""

    def __call__(self, documents: int, text_bytes: int, input_bytes: int) -> None:
        """Take in so many more documents, bytes of text, bytes of input files."""
        ...


class Engine(Protocol):
    """Runs tasks over items. Tasks, items and results must be picklable. Used as a context, at whose end it stops."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def prepare(self, task: Callable[[], object]) -> None:
        """Let each worker do something ahead of its items, while they are looked at, if this engine can."""
        ...

    def look(self, task: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield a task's results in the order of the items: for tasks that mostly wait for files."""
        ...

    def run(self, task: Callable[[Item, Tick], Result], items: Iterable[Item], tick: Tick) -> Iterator[Result]:
        """Yield a task's results as they come.

        Raises:
            StoppedError: A worker was lost for good.
        """
        ...


def engine(name: str, workers: int | None) -> Engine:
    """Give an engine by name.

    Args:
        name: A key of `ENGINES`.
        workers: How many processes; one means this one, where the engine has one. None is one a processor.

    Raises:
        BuildError: There is no such engine, what it needs is not installed, or the number makes no sense.
    """
    if name not in ENGINES:
        message = f"there is no engine {name!r}"
        raise BuildError(message, f"choose {' or '.join(ENGINES)}")
    if workers is not None and workers < 1:
        message = f"{workers} workers cannot do anything"
        raise BuildError(message, "use at least one")
    started: Engine = import_module(ENGINES[name]).start(workers)
    return started
