"""How much memory a build takes, and whether it takes more for more input.

    python scripts/memory.py --workers 2

builds editions of two dumps of 200 and 400 MB of text, samples the memory of the build and of all processes that it
started, and says what 5 and 50 GB would take if it went on like that. A build whose memory is constant has the same
peak twice. RSS counts what processes share once for each; PSS counts it once, and is what the machine must have.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import psutil

MEGABYTES = (200.0, 400.0)
FORESEEN = (5_000.0, 50_000.0)
"""MB of text to extrapolate to."""

SAMPLE_SECONDS = 0.05

CLOSE = 0.1
"""Two peaks that differ by less than this share are the same: so much do runs of one size differ."""


@dataclass(frozen=True)
class Peak:
    """The most memory that a build had at one time.

    Attributes:
        megabytes: Millions of bytes of text that it read.
        rss: Bytes of all its processes together; what they share counts once for each.
        pss: The same, with what they share counted once.
        processes: How many there were at most.
        seconds: How long it took.
    """

    megabytes: float
    rss: int
    pss: int
    processes: int
    seconds: float


class BuildFailedError(Exception):
    """The build that was to be measured did not come to an end."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; give the exit code."""
    given = _parser().parse_args(arguments)
    try:
        import psutil  # noqa: F401 - to say at once that it is missing
    except ImportError:
        return _fail("psutil is not installed; get it with: pip install --editable '.[bench]'")
    tell: Callable[[str], None] = (lambda _: None) if given.quiet else (lambda line: print(line, file=sys.stderr))
    try:
        with tempfile.TemporaryDirectory(prefix="memory-", dir=given.folder) as folder:
            peaks = [_measured(size, given, Path(folder), tell) for size in sorted(set(given.megabytes))]
    except (OSError, ValueError, BuildFailedError) as error:
        return _fail(str(error))
    print(table(peaks))
    if given.json:
        given.json.write_text(json.dumps([asdict(peak) for peak in peaks], indent=1) + "\n", encoding="utf-8")
    return 0


def peak_of(command: Sequence[str], megabytes: float) -> Peak:
    """Run a command and sample the memory of its processes until it ends.

    Raises:
        BuildFailedError: It ended with an error.
    """
    import psutil

    began = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        sampler = _Sampler(process)
        sampler.start()
        code = process.wait()
        sampler.ended.set()
        sampler.join()
        said.seek(0)
        if code:
            message = f"the build ended with {code}: {said.read().decode(errors='replace').strip()[-500:]}"
            raise BuildFailedError(message)
    return Peak(megabytes, sampler.rss, sampler.pss, sampler.processes, time.monotonic() - began)


def foreseen(peaks: Sequence[Peak], megabytes: float) -> float:
    """Say how many bytes (PSS) a build of that size takes, on the line through the smallest and the largest peak."""
    low, high = peaks[0], peaks[-1]
    slope = (high.pss - low.pss) / (high.megabytes - low.megabytes)
    return high.pss + slope * (megabytes - high.megabytes)


def table(peaks: Sequence[Peak]) -> str:
    """Give the peaks as Markdown, and what follows from them."""
    rows = [
        f"| {peak.megabytes:>10,.0f} | {peak.pss / 1e6:>11,.0f} | {peak.rss / 1e6:>11,.0f} | {peak.processes:>9} "
        f"| {peak.megabytes / peak.seconds:>5.1f} |"
        for peak in peaks
    ]
    head = [
        "| MB of text | PSS peak MB | RSS peak MB | processes | MB/s  |",
        "| ---------: | ----------: | ----------: | --------: | ----: |",
    ]
    if len(peaks) < 2:  # noqa: PLR2004 - a line needs two points
        return "\n".join([*head, *rows])
    low, high = peaks[0].pss, peaks[-1].pss
    is_same = abs(high - low) <= CLOSE * high
    verdict = "the same, within the noise of a run" if is_same else "not the same: memory grows with the input"
    grows = (high - low) / (peaks[-1].megabytes - peaks[0].megabytes) / 1e6
    ahead = ", ".join(f"{foreseen(peaks, size) / 1e6:,.0f} MB for {size / 1000:,.0f} GB" for size in FORESEEN)
    stretch = (FORESEEN[-1] - peaks[-1].megabytes) / (peaks[-1].megabytes - peaks[0].megabytes)
    said = f"The peaks are {verdict} ({grows:+.3f} MB a MB of text). On the line through both: {ahead}."
    doubt = f"A peak that is 1 MB off moves the last of these by {stretch:,.0f} MB; sizes farther apart tell more."
    return "\n".join([*head, *rows, "", said, doubt])


class _Sampler(threading.Thread):
    """Looks at a process and its descendants again and again until it is told that the process ended."""

    def __init__(self, process: psutil.Popen) -> None:
        super().__init__(daemon=True)
        self._process = process
        self.ended = threading.Event()
        self.rss = self.pss = self.processes = 0

    def run(self) -> None:
        while not self.ended.wait(SAMPLE_SECONDS):
            self._look()

    def _look(self) -> None:
        import psutil

        rss = pss = processes = 0
        try:
            family = [self._process, *self._process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        for member in family:
            try:
                memory = member.memory_full_info()
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue  # it ended meanwhile
            rss, pss, processes = rss + memory.rss, pss + memory.pss, processes + 1
        self.rss, self.pss = max(self.rss, rss), max(self.pss, pss)
        self.processes = max(self.processes, processes)


def _measured(megabytes: float, given: argparse.Namespace, folder: Path, tell: Callable[[str], None]) -> Peak:
    from dumping.writing import make

    dump = folder / f"dump{given.suffix}"
    tell(f"making a dump of {megabytes:,.0f} MB")
    made = make(dump, megabytes)
    tell(f"building it, {given.workers} workers")
    out = folder / "edition"
    build = ["build", str(dump), "-o", str(out), "--workers", str(given.workers), "--force", "--quiet"]
    return peak_of([sys.executable, "-m", "copydesk", *build], made.text_bytes / 1e6)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="memory", description="Measure the peak memory of builds of several sizes.")
    parser.add_argument(
        "--megabytes", type=_positive, nargs="+", default=MEGABYTES, metavar="N", help="MB of text (default: 200 400)"
    )
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes of the build (default: 1)")
    parser.add_argument(
        "--suffix", choices=(".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet"), default=".jsonl.zst", help="kind of dump"
    )
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where dumps and editions lie for a while")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file")
    parser.add_argument("--quiet", action="store_true", help="say nothing of how far the run is")
    return parser


def _positive(value: str) -> float:
    number = float(value)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{value} is not more than 0")  # noqa: EM102, TRY003 - argparse shows it
    return number


def _fail(message: str) -> int:
    print(f"memory: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
