"""Where chunks run. Nothing else in copydesk knows; every engine gives the same results in the same order."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from copydesk.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

Item = TypeVar("Item")
Result = TypeVar("Result")

POLL_SECONDS = 0.2
"""How often progress is fetched from the workers."""


class Tick(Protocol):
    """Is told of progress: what was done since it was last told."""

    def __call__(self, documents: int, text_bytes: int, input_bytes: int) -> None:
        """Take in so many more documents, bytes of text, bytes of input files."""
        ...


class Engine(Protocol):
    """Runs a task over items."""

    def run(self, task: Callable[[Item, Tick], Result], items: Sequence[Item], tick: Tick) -> Iterator[Result]:
        """Yield the task's results in the order of the items. The task and the items must be picklable."""
        ...


class InProcess:
    """One item after the other, in this process."""

    def run(self, task: Callable[[Item, Tick], Result], items: Sequence[Item], tick: Tick) -> Iterator[Result]:
        """Yield the task's results in the order of the items."""
        for item in items:
            yield task(item, tick)


class Processes:
    """A pool of fresh Python processes on this machine."""

    def __init__(self, workers: int) -> None:
        """Use so many processes, or fewer if there are not that many items."""
        self._workers = workers

    def run(self, task: Callable[[Item, Tick], Result], items: Sequence[Item], tick: Tick) -> Iterator[Result]:
        """Yield the task's results in the order of the items.

        Raises:
            BuildError: A worker died.
        """
        workers = min(self._workers, len(items))
        if workers < _WORTH_A_PROCESS:
            yield from InProcess().run(task, items, tick)
            return
        context = multiprocessing.get_context("spawn")
        board = context.Array("q", _BOARD_SIZE)
        pool = ProcessPoolExecutor(workers, context, _begin_worker, (board,))
        with _stopping(pool, board):
            futures = [pool.submit(_run_in_worker, task, item) for item in items]
            try:
                yield from _in_order(futures, _Watch(board, tick))
            except BrokenProcessPool as error:
                message = "a worker process died"
                hint = "it may have run out of memory: use fewer workers or a smaller output.chunk_mb"
                raise BuildError(message, hint) from error


def engine(name: str, workers: int) -> Engine:
    """Give an engine by name.

    Args:
        name: `local` is the only one so far.
        workers: How many processes; one means this one.

    Raises:
        BuildError: There is no such engine, or the number makes no sense.
    """
    if name != "local":
        message = f"there is no engine {name!r}"
        raise BuildError(message, "choose local")
    if workers < 1:
        message = f"{workers} workers cannot do anything"
        raise BuildError(message, "use at least one")
    return InProcess() if workers == 1 else Processes(workers)


_WORTH_A_PROCESS = 2  # one worker alone would only take the time that it needs to start
_BOARD_SIZE = 4
_STOP = 3  # the last place of the board; those before are the totals of `Tick`'s three arguments

_board: Any = None  # the shared board, in a worker


class _StoppedError(Exception):
    """The build was given up; what a worker does no longer matters."""


def _begin_worker(board: Any) -> None:
    """Set a worker up. Ctrl-C is the parent's business: it tells the workers through the board."""
    global _board  # noqa: PLW0603 (a pool hands its workers nothing else)
    _board = board
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    """Wait for the parent to end, however it does, and end this process too."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _run_in_worker(task: Callable[[Item, Tick], Result], item: Item) -> Result:
    _tick_in_worker(0, 0, 0)  # items that were handed out before the build was given up
    return task(item, _tick_in_worker)


def _tick_in_worker(documents: int, text_bytes: int, input_bytes: int) -> None:
    with _board.get_lock():
        for place, amount in enumerate((documents, text_bytes, input_bytes)):
            _board[place] += amount
        if _board[_STOP]:
            raise _StoppedError


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


def _in_order(futures: list[Future[Result]], watch: _Watch) -> Iterator[Result]:
    """Yield results in order, looking at the board while waiting."""
    for future in futures:
        while not future.done():
            wait([future], POLL_SECONDS, FIRST_COMPLETED)
            watch.look()
        watch.look()
        yield future.result()


@contextmanager
def _stopping(pool: ProcessPoolExecutor, board: Any) -> Iterator[None]:
    """Close the pool at the end; after an error tell the workers to stop at their next batch."""
    try:
        yield
    except BaseException:
        board.get_obj()[_STOP] = 1
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    pool.shutdown()
