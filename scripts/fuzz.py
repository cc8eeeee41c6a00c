"""Fuzz the kernel: make up inputs for each of its entry points and see that the laws hold (`src/kernel/src/laws.rs`).

    python scripts/fuzz.py --minutes 10            # ten minutes for each target
    python scripts/fuzz.py --minutes 60 clean      # an hour for one
    python scripts/fuzz.py clean fuzz/artifacts/clean/crash-…   # one input again, with the law that it broke

It needs `cargo fuzz`, which `make fuzz` installs. What was found before is gone through first (`fuzz/corpus/`, not in
the repository), then the seeds, the project's own documents and the inputs that broke a law once. An input that breaks
one is named at the end; when the fault is mended it belongs into `tests/cases/crashes/<target>/`, where tests go
through it for good.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.desk import kernel_spec
from copydesk.mend import Mender
from copydesk.recipe import Recipe
from copydesk.rulebook import RuleBook

ROOT = Path(__file__).resolve().parent.parent
FUZZ = ROOT / "fuzz"
CRASHES = ROOT / "tests" / "cases" / "crashes"

TARGETS = {
    "clean": ("words.dict", 4096),
    "records": ("json.dict", 4096),
    "rules": ("pattern.dict", 1024),
    "layers": (None, 512),
    "trees": (None, 512),
}
"""Every target, with its words and the length in bytes of its longest input."""

SLOWEST = 10
"""Seconds after which an input counts as one that hangs."""

_FIGURES = re.compile(r"^#(\d+)\s.*?cov: (\d+).*?corp: (\d+)/", re.MULTILINE)
_DONE = re.compile(r"stat::number_of_executed_units:\s*(\d+)")


@dataclass(frozen=True, slots=True)
class Session:
    """What came of fuzzing one target.

    Attributes:
        target: Its name.
        inputs: How many inputs were tried.
        edges: How many branches of the program they went through.
        kept: How many inputs were kept because they reached something new.
        crashes: Inputs that broke a law, or took too long.
    """

    target: str
    inputs: int
    edges: int
    kept: int
    crashes: tuple[Path, ...]


def main() -> int:
    """Run the program; the exit code is 1 if a law was broken."""
    options = _options()
    recipe = Recipe()
    spec = kernel_spec(recipe, RuleBook.load(), Mender(recipe.mend))
    (FUZZ / "recipe.json").write_text(spec, encoding="utf-8")
    if options.input:
        return _run(_command(options.target, [str(options.input.resolve())])).returncode
    targets = [options.target] if options.target else list(TARGETS)
    sessions = [_fuzz(target, options.minutes) for target in targets]
    print(f"{'target':10} {'inputs':>12} {'branches':>9} {'kept':>7}  crashes")
    for session in sessions:
        found = ", ".join(str(path.relative_to(ROOT)) for path in session.crashes) or "none"
        print(f"{session.target:10} {session.inputs:12,} {session.edges:9,} {session.kept:7,}  {found}")
    return int(any(session.crashes for session in sessions))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fuzzes the kernel.")
    parser.add_argument("--minutes", type=float, default=1.0, metavar="N", help="time for each target (default: 1)")
    parser.add_argument("target", nargs="?", choices=TARGETS, help="one target (default: all)")
    parser.add_argument("input", nargs="?", type=Path, help="just this input")
    return parser.parse_args()


def _fuzz(target: str, minutes: float) -> Session:
    """Fuzz a target for so long; what broke a law before this session does not count."""
    words, longest = TARGETS[target]
    for folder in (FUZZ / "corpus" / target, FUZZ / "artifacts" / target):
        folder.mkdir(parents=True, exist_ok=True)
    before = _artifacts(target)
    seeds = [f"corpus/{target}", f"seeds/{target}", str(CRASHES / target)]
    seeds += [str(ROOT / "corpus" / "raw")] if target == "clean" else []
    command = _command(target, [seed for seed in seeds if (FUZZ / seed).is_dir()])
    command += ["--", f"-max_total_time={round(60 * minutes)}", f"-timeout={SLOWEST}", f"-max_len={longest}"]
    command += ["-print_final_stats=1", *([f"-dict={words}"] if words else [])]
    print(f"fuzzing {target} for {minutes:g} minutes", file=sys.stderr, flush=True)
    done = _run(command, stderr=subprocess.PIPE, text=True, errors="replace")
    crashes = tuple(sorted(_artifacts(target) - before))
    figures = _FIGURES.findall(done.stderr)
    if not figures or (done.returncode and not crashes):
        sys.exit(f"{done.stderr}\nfuzzing {target} could not be done")
    if crashes:
        print(done.stderr[-4000:], file=sys.stderr)
    inputs = _DONE.search(done.stderr)
    tried, edges, kept = map(int, figures[-1])
    return Session(target, int(inputs[1]) if inputs else tried, edges, kept, crashes)


def _command(target: str, inputs: list[str]) -> list[str]:
    """Give the command that runs a target. The kernel has no unsafe code, so no sanitizer watches its memory."""
    return ["cargo", "fuzz", "run", "--fuzz-dir", ".", "--sanitizer", "none", target, *inputs]


def _run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=FUZZ, check=False, **options)  # noqa: S603 (our own programs)


def _artifacts(target: str) -> set[Path]:
    return set((FUZZ / "artifacts" / target).iterdir())


if __name__ == "__main__":
    sys.exit(main())
