"""Runs the peers one after the other, round by round, each in a process of its own on the same core."""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peers import environments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from peers.contestants import Peer
    from peers.samples import Sample, Samples

JOBS = Path(__file__).parent / "jobs"

SURROUNDINGS = {
    "PIP_NO_INDEX": "1",
    "UV_OFFLINE": "1",
    "HF_HUB_OFFLINE": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONHASHSEED": "0",
}
"""One core is had by pinning; this keeps libraries from starting threads that would only wait for each other, and from
installing more of themselves while they are measured, as some do."""


class JobError(Exception):
    """A job did not come to an end; the message says why."""


@dataclass
class Result:
    """What was measured of a peer.

    Attributes:
        megabytes: Millions of bytes of text that it read.
        wall, cpu: Seconds, one of each a round.
        failed: Why it has no times; empty if it has.
    """

    peer: Peer
    megabytes: float = 0.0
    documents: int = 0
    every: int = 1
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    failed: str = ""

    @property
    def speed(self) -> float:
        """MB a second, by the median of the rounds."""
        return self.megabytes / statistics.median(self.wall)

    @property
    def cpu_speed(self) -> float:
        """MB a second of processor time, by the median of the rounds."""
        return self.megabytes / statistics.median(self.cpu)


@dataclass(frozen=True)
class Course:
    """Where and how a race is run.

    Attributes:
        core: The number of the processor core that all jobs are pinned to.
        seconds: After so long a job is stopped and counts as failed.
        megabytes: No peer reads more than so many MB of text; 0 for no such limit.
        venvs: Where the peers' virtual environments are.
    """

    rounds: int
    core: int
    seconds: float
    megabytes: float
    folder: Path
    venvs: Path = environments.FOLDER


def run(peers: Sequence[Peer], samples: Samples, course: Course, tell: Callable[[str], None]) -> list[Result]:
    """Run all rounds. Each round begins with another peer, so that no peer always follows the same one."""
    results = [_entered(peer, samples, course) for peer in peers]
    for number in range(course.rounds):
        order = [*results[number % len(results) :], *results[: number % len(results)]]
        for result in order:
            if not result.failed:
                tell(f"round {number + 1} of {course.rounds}: {result.peer.name}, {result.megabytes:.1f} MB")
                _run(result, samples, course)
                if result.failed:
                    tell(f"{result.peer.name} is out: {result.failed}")
    return results


def _sample(peer: Peer, samples: Samples, course: Course) -> Sample:
    limits = [limit for limit in (peer.megabytes, course.megabytes) if limit]
    return samples.of(min(limits, default=0.0))


def _entered(peer: Peer, samples: Samples, course: Course) -> Result:
    if not environments.is_ready(peer, course.venvs):
        return Result(peer, failed="not installed; run with --setup")
    sample = _sample(peer, samples, course)
    return Result(peer, sample.megabytes, sample.documents, sample.every)


def _run(result: Result, samples: Samples, course: Course) -> None:
    peer = result.peer
    folder = course.folder / "job"
    sample = _sample(peer, samples, course)
    try:
        times = job(peer, sample.path, samples.warm.path, folder, course)
    except JobError as error:
        result.failed = str(error)
        return
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    result.wall.append(times["wall"])
    result.cpu.append(times["cpu"])
    result.versions = {**times["versions"], "Python": times["python"]}


def job(peer: Peer, sample: Path, warm: Path, folder: Path, course: Course) -> Mapping[str, Any]:
    """Run one job in a process of its own; give what its clock wrote down.

    Raises:
        JobError: It failed or took too long.
    """
    program = [environments.python(peer, course.venvs), JOBS / f"run_{peer.job}.py"]
    command = [*program, sample, warm, folder, course.core, *filter(None, [peer.variant])]
    folder.mkdir(parents=True)
    with (folder / "said.txt").open("wb") as said:
        process = subprocess.Popen(  # noqa: S603
            [str(part) for part in command],
            cwd=folder,
            env={**os.environ, **SURROUNDINGS, "UV_CACHE_DIR": str(folder / "uv"), "TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = process.wait(course.seconds)
        except subprocess.TimeoutExpired:
            message = f"not done after {course.seconds:.0f} s"
            raise JobError(message) from None
        finally:
            _end(process)
    if code or not (folder / "times.json").exists():
        lines = (folder / "said.txt").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise JobError(lines[-1] if lines else f"ended with {code}")
    times: dict[str, Any] = json.loads((folder / "times.json").read_text(encoding="utf-8"))
    return times


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a job that still runs, with all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
