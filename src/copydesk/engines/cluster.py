"""A Ray cluster, or a small one that is started on this machine.

No text passes through Ray: each task reads its part of the inputs and writes its part files by itself, and returns
counts and names. So inputs and the output folder must be where every node sees them under the same name. A task whose
worker is lost is run again, on any node; what the lost one wrote is left aside, as each try writes files of its own.
"""

from __future__ import annotations

import logging
import os
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

from copydesk.errors import BuildError, StoppedError

try:
    import ray
except ImportError as error:
    message = "the engine ray needs Ray, which is not installed"
    raise BuildError(message, "install it with: pip install 'copydesk[ray]'") from error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

    from copydesk.engines import Engine, Item, Result, Tick

POLL_SECONDS = 0.5
"""How often progress is fetched."""

AHEAD = 2
"""Tasks that wait for a worker, so that none has to wait for a task."""

RETRIES = 3
"""How often a task is run again when its worker is lost. A task that fails by itself is not run again."""

STORE_BYTES = 128 << 20
"""Memory for Ray's own store, where the cluster is started here: hardly anything goes through it."""


def start(workers: int | None) -> Engine:
    """Give the engine for so many tasks at a time; for as many as the cluster has processors if None."""
    return Cluster(workers)


class Cluster:
    """Runs items as tasks of one processor each.

    The cluster is the one that this process is in touch with already, or that `RAY_ADDRESS` names; else one is started
    here and stopped at the end.
    """

    def __init__(self, workers: int | None) -> None:
        self._workers = workers
        self._own = False

    def __enter__(self) -> Self:
        """Get in touch with the cluster, or start one.

        Raises:
            BuildError: There is none at that address.
        """
        if not ray.is_initialized():
            self._own = True
            address = os.environ.get("RAY_ADDRESS")
            here: dict[str, Any] = {} if address else {"num_cpus": self._workers, "object_store_memory": STORE_BYTES}
            try:
                ray.init(
                    address or "local", logging_level=logging.ERROR, log_to_driver=False, include_dashboard=None, **here
                )
            except ConnectionError as error:
                message = f"there is no Ray cluster at {address}: {error}"
                raise BuildError(message, "start one with `ray start --head`, or unset RAY_ADDRESS") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the cluster if it was started here, else let go of it."""
        if self._own:
            ray.shutdown()

    @property
    def _at_a_time(self) -> int:
        resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
        return (self._workers or int(resources.get("CPU", 1))) + AHEAD

    def prepare(self, task: Callable[[], object]) -> None:
        """Do nothing: Ray chooses its workers when there is work."""

    def look(self, task: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield a task's results in the order of the items."""
        remote: Any = ray.remote(num_cpus=1, max_retries=RETRIES)(_call)
        waiting: list[Any] = []
        items = iter(items)
        while True:
            waiting += [remote.remote(task, item) for item in islice(items, self._at_a_time - len(waiting))]
            if not waiting:
                return
            yield _result(waiting.pop(0))

    def run(self, task: Callable[[Item, Tick], Result], items: Iterable[Item], tick: Tick) -> Iterator[Result]:
        """Yield a task's results as they come.

        Raises:
            StoppedError: A worker was lost again and again.
        """
        actor: Any = ray.remote(num_cpus=0)(_Board)
        board: Any = actor.remote()
        remote: Any = ray.remote(num_cpus=1, max_retries=RETRIES)(_work)
        pending: list[Any] = []
        items = iter(items)
        try:
            while True:
                new = islice(items, self._at_a_time - len(pending))
                pending += [remote.remote(task, item, board) for item in new]
                if not pending:
                    return
                done, pending = ray.wait(pending, timeout=POLL_SECONDS)
                tick(*ray.get(board.take.remote()))
                for reference in done:
                    yield _result(reference)
        finally:
            for reference in pending:
                ray.cancel(reference, force=True)
            ray.kill(board)


class _Board:
    """Adds up what the tasks have done since it was last asked."""

    def __init__(self) -> None:
        self._totals = [0, 0, 0]

    def add(self, *amounts: int) -> None:
        self._totals = [total + amount for total, amount in zip(self._totals, amounts, strict=True)]

    def take(self) -> list[int]:
        totals, self._totals = self._totals, [0, 0, 0]
        return totals


def _call(task: Callable[[Item], Result], item: Item) -> Result:
    return task(item)


def _work(task: Callable[[Item, Tick], Result], item: Item, board: Any) -> Result:
    return task(item, board.add.remote)


def _result(reference: Any) -> Any:
    """Fetch a task's result, or raise its error as it was raised there."""
    try:
        return ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        raise error.cause from None
    except ray.exceptions.RayError as error:
        message = f"a worker was lost {1 + RETRIES} times: {type(error).__name__}"
        hint = (
            "it may have run out of memory: give tasks fewer at a time with --workers, or set a smaller output.chunk_mb"
        )
        raise StoppedError(message, hint) from error
