"""This machine: this process, or a pool of fresh Python processes."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing import connection
from threading import Thread
from typing import TYPE_CHECKING, Any, Self

from copydesk.errors import StoppedError
from copydesk.lean import leave_pandas_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future
    from multiprocessing.process import BaseProcess
    from types import TracebackType

    from copydesk.engines import Engine, Item, Result, Tick

POLL_SECONDS = 0.2
"""How often progress is fetched from the workers."""

AHEAD = 2
"""Items that wait for a worker, so that none has to wait for an item."""


def start(workers: int | None) -> Engine:
    """Give the engine for so many workers; for one a core if None."""
    return Local(workers or len(os.sched_getaffinity(0)))


class Local:
    """Runs items in this process if there is only one worker or one item, else in so many others."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._board: Any = None

    def __enter__(self) -> Self:
        """Start nothing yet: a process is started when there is work for it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the pool; after an error the workers stop at their next batch."""
        if self._pool is None:
            return
        if kind is not None:
            self._board.get_obj()[_STOP] = 1
        workers = list((self._pool._processes or {}).values())  # noqa: SLF001 (it shows them nowhere else)
        Thread(target=see_off, args=(workers,), daemon=True).start()
        self._pool.shutdown(wait=True, cancel_futures=kind is not None)

    def prepare(self, task: Callable[[], object]) -> None:
        """Start the workers and let each do something. What goes wrong there goes wrong again with the first item."""
        if self._workers > 1:
            pool = self._open_pool()
            packed = pickle.dumps(task)  # once for all workers: it may carry much
            for _ in range(self._workers):
                pool.submit(_do, packed)

    def look(self, task: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield a task's results in the order of the items: by threads, as reading and hashing need no interpreter."""
        with ThreadPoolExecutor(self._workers) as pool:
            yield from pool.map(task, items)

    def run(self, task: Callable[[Item, Tick], Result], items: Iterable[Item], tick: Tick) -> Iterator[Result]:
        """Yield a task's results as they come.

        Raises:
            StoppedError: A worker died.
        """
        items = iter(items)
        first = list(islice(items, 1 if self._workers == 1 else _WORTH_A_PROCESS))
        if len(first) < _WORTH_A_PROCESS:
            for item in chain(first, items):
                yield task(item, tick)
            return
        try:
            yield from self._run_in_pool(task, chain(first, items), tick)
        except BrokenProcessPool as error:
            message = "a worker process died"
            hint = "it may have run out of memory: use fewer workers or a smaller output.chunk_mb"
            raise StoppedError(message, hint) from error

    def _run_in_pool(self, task: Callable[[Item, Tick], Result], items: Iterator[Item], tick: Tick) -> Iterator[Result]:
        pool = self._open_pool()
        watch = _Watch(self._board, tick)
        pending: set[Future[Result]] = set()
        while True:
            for item in islice(items, self._workers + AHEAD - len(pending)):
                pending.add(pool.submit(_run_in_worker, task, item))
            if not pending:
                return
            done, pending = wait(pending, POLL_SECONDS, FIRST_COMPLETED)
            watch.look()
            for future in done:
                yield future.result()

    def _open_pool(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._board = context.Array("q", _BOARD_SIZE)
            self._pool = ProcessPoolExecutor(self._workers, context, _begin_worker, (self._board,))
        return self._pool


def see_off(workers: Sequence[BaseProcess]) -> None:
    """Wait for workers to end, and end the others if one is killed: it may hold the lock of the queue they wait at.

    While a pool is at work it sees to that itself, but no longer once it is being closed.
    """
    while alive := [worker for worker in workers if worker.is_alive()]:
        if any(worker.exitcode for worker in workers):
            for worker in alive:
                worker.terminate()
        connection.wait([worker.sentinel for worker in alive])


_WORTH_A_PROCESS = 2  # one worker alone would only take the time that it needs to start
_BOARD_SIZE = 4
_STOP = 3  # the last place of the board; those before are the totals of `Tick`'s three arguments

_board: Any = None  # the shared board, in a worker


class _GivenUpError(Exception):
    """The build was given up; what a worker does no longer matters."""


def _begin_worker(board: Any) -> None:
    """Set a worker up. Ctrl-C is the parent's business: it tells the workers through the board."""
    global _board  # noqa: PLW0603 (a pool hands its workers nothing else)
    _board = board
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leave_pandas_out()
    Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    """Wait for the parent to end, however it does, and end this process too."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _do(packed: bytes) -> None:
    """Do what the parent packed."""
    pickle.loads(packed)()  # noqa: S301 (from the process that started this one)


def _run_in_worker(task: Callable[[Item, Tick], Result], item: Item) -> Result:
    _tick_in_worker(0, 0, 0)  # items that were handed out before the build was given up
    return task(item, _tick_in_worker)


def _tick_in_worker(documents: int, text_bytes: int, input_bytes: int) -> None:
    with _board.get_lock():
        for place, amount in enumerate((documents, text_bytes, input_bytes)):
            _board[place] += amount
        if _board[_STOP]:
            raise _GivenUpError


class _Watch:
    """Tells a tick what changed on the board since it last looked."""

    def __init__(self, board: Any, tick: Tick) -> None:
        self._values = board.get_obj()  # read without the lock, which a killed worker may hold
        self._tick = tick
        self._told = [0, 0, 0]

    def look(self) -> None:
        now = list(self._values[:_STOP])
        if now != self._told:
            documents, text_bytes, input_bytes = (new - old for new, old in zip(now, self._told, strict=True))
            self._told = now
            self._tick(documents, text_bytes, input_bytes)
