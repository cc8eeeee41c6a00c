"""The work of a run: which sets there are, shared between processes, and how far it is."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, TextIO

from quality import corpus
from quality.measures import CORPUS, Part, neat, share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

FAMILIES = {
    "noise": "noise/*.jsonl.gz",
    "clean": "clean/*.jsonl.gz",
    "types": "wild/types.jsonl.gz",
    "pointers": "wild/lire_aussi_fra.jsonl.gz",
    "snips": "snips/*.jsonl.gz",
    "segment": "segment/*.jsonl.gz",
    "emoji": "emoji/*.jsonl.gz",
    "lang": "lang/*.jsonl.gz",
}
"""The methods of `Sets`, and the files that each measures."""

SCORER = ("score.py", "evallib.py", "noise/suspect.json", "noise/titles.json")
"""What figures depend on beside the sets themselves."""


@dataclass(frozen=True)
class Task:
    """One thing to measure: a method of `Sets` and the set's file name, or the corpus."""

    family: str
    name: str = ""

    def __str__(self) -> str:
        return self.name or self.family


def plan(sets: Path | None) -> list[Task]:
    """List what there is to measure, what takes longest first.

    Args:
        sets: The folder of the development sets; None measures the corpus only.
    """
    if sets is None:
        return [Task(CORPUS)]
    found = [(path.stat().st_size, family, path) for family, form in FAMILIES.items() for path in sets.glob(form)]
    tasks = [Task(family, path.relative_to(sets).as_posix()) for _, family, path in sorted(found, reverse=True)]
    return [Task("pages"), *tasks, Task(CORPUS)]


def digests(sets: Path | None) -> dict[str, str]:
    """Give the SHA-256 of all data that figures are measured on, by name."""
    found = {CORPUS: _digest_of_folder(corpus.FOLDER)}
    if sets is not None:
        names = sorted([*SCORER, *(task.name for task in plan(sets) if task.name)])
        found |= {name: sha256((sets / name).read_bytes()).hexdigest() for name in names if (sets / name).is_file()}
    return found


def _digest_of_folder(folder: Path) -> str:
    """Digest names and contents of the documents and of what they must become."""
    whole = sha256()
    for path in sorted([*(folder / "raw").rglob("*.txt"), *(folder / "expected").rglob("*.toml")]):
        whole.update(f"{path.relative_to(folder).as_posix()}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def measure(sets: Path | None, workers: int, tell: Callable[[int, int, str], None]) -> Part:
    """Measure all there is.

    Args:
        sets: The folder of the development sets, or None.
        workers: Number of processes.
        tell: Called with the number of tasks done, of all tasks, and the name of the last one.
    """
    tasks, whole = plan(sets), Part()
    parts: Iterable[tuple[Task, Part]]
    if len(tasks) == 1 or workers == 1:
        parts = ((task, work(task, sets)) for task in tasks)
    else:
        parts = _in_processes(tasks, sets, workers)
    for done, (task, part) in enumerate(parts, start=1):
        whole.add(part)
        tell(done, len(tasks), str(task))
    for label, (strokes, tokens, real) in sorted(whole.strokes.items()):
        figures = {"strokes": float(strokes), "tokens": float(tokens), "real": share(real, tokens)}
        whole.figures[f"strokes/{label}"] = neat(figures)
    return whole


def _in_processes(tasks: list[Task], sets: Path | None, workers: int) -> Iterator[tuple[Task, Part]]:
    # New processes rather than forked ones: the kernel may have threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(tasks)), mp_context=context) as pool:
        jobs = {pool.submit(work, task, sets): task for task in tasks}
        try:
            for job in as_completed(jobs):
                yield jobs[job], job.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def work(task: Task, sets: Path | None) -> Part:
    """Do one task."""
    if sets is None or task.family == CORPUS:
        return corpus.measure(corpus.FOLDER)
    from quality.sets import Sets

    method: Callable[[str], Part] = getattr(Sets(sets), task.family)
    return method(task.name)


def cores() -> int:
    """Give the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def progress(*, quiet: bool, stream: TextIO | None = None) -> Iterator[Callable[[int, int, str], None]]:
    """Tell how far the run is: a bar on a terminal, a line a task elsewhere, nothing when told to be quiet."""
    stream = stream or sys.stderr
    began = time.monotonic()
    if quiet:
        yield lambda _done, _tasks, _name: None
    elif stream.isatty():
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(file=stream), transient=True) as bar:
            line = bar.add_task("measuring", total=None)
            yield lambda done, tasks, name: bar.update(line, completed=done, total=tasks, description=name)
    else:

        def write(done: int, tasks: int, name: str) -> None:
            print(f"{time.monotonic() - began:5.0f} s  {done} of {tasks}: {name}", file=stream, flush=True)

        yield write
