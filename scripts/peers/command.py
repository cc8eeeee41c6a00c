"""The command: arguments in, tables out."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peers import environments, tables
from peers.contestants import ABSENT, PEERS, Peer
from peers.race import Course, run
from peers.samples import Samples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "speed.md"
FIGURES = ROOT / "docs" / "figures"

BEGIN = "<!-- peers:begin (written by `python scripts/compare_peers.py --write`) -->"
END = "<!-- peers:end -->"

MADE_MEGABYTES = 64
"""Size of the dump that is made when none is named."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; give the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    given = _parser().parse_args(arguments)
    if given.write and (why := _cannot_write()):
        return _fail(why)
    try:
        found = _use(given.use) if given.use else _measure(given, arguments)
    except (OSError, ValueError) as error:
        return _fail(str(error))
    text = tables.markdown(found)
    print(text)
    if given.json:
        _write_json(given.json, found)
    if given.write:
        _write(text, found)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="compare_peers", description="Measure copydesk and other cleaners on the same file, one core each."
    )
    parser.add_argument(
        "--dump",
        type=Path,
        metavar="FILE",
        help=f"a .jsonl, .jsonl.gz or .jsonl.zst file (default: {MADE_MEGABYTES} MB made by make_dump.py)",
    )
    parser.add_argument("--setup", action="store_true", help="first install the peers into .venv-peers/")
    parser.add_argument(
        "--only", nargs="+", choices=[peer.name for peer in PEERS], metavar="NAME", help="only these: %(choices)s"
    )
    parser.add_argument("--rounds", type=_positive, default=3, metavar="N", help="how often each runs (default: 3)")
    parser.add_argument("--megabytes", type=float, default=0.0, metavar="N", help="nobody reads more than N MB of text")
    parser.add_argument(
        "--seconds", type=float, default=600.0, metavar="N", help="stop a job after so long (default: 600)"
    )
    parser.add_argument("--core", type=int, metavar="N", help="which core to use (default: the last)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that was measured to a file")
    parser.add_argument("--use", type=Path, metavar="FILE", help="measure nothing; take what --json wrote")
    parser.add_argument(
        "--write", action="store_true", help="write the tables in docs/speed.md and docs/figures/peers.*"
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing of how far the run is")
    return parser


def _measure(given: argparse.Namespace, arguments: Sequence[str]) -> dict[str, Any]:
    tell = _teller(quiet=given.quiet)
    peers = [peer for peer in PEERS if not given.only or peer.name in given.only]
    if given.setup:
        _set_up(peers, tell)
    core = given.core if given.core is not None else max(os.sched_getaffinity(0))
    if core not in os.sched_getaffinity(0):
        message = f"there is no core {core} to use; there are {sorted(os.sched_getaffinity(0))}"
        raise ValueError(message)
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        course = Course(given.rounds, core, given.seconds, given.megabytes, Path(folder))
        samples = Samples(given.dump or _made(Path(folder), tell), Path(folder))
        results = run(peers, samples, course, tell)
        facts = {
            "command": _shown(arguments),
            "machine": f"{_processor()}, Python {platform.python_version()}",
            "rounds": given.rounds,
            "data": {
                "name": samples.dump.name,
                "documents": samples.all.documents,
                "megabytes": round(samples.all.megabytes, 3),
                "sha256": samples.digest(),
            },
            "absent": ABSENT,
        }
    return tables.as_json(results, facts)


def _set_up(peers: Sequence[Peer], tell: Callable[[str], None]) -> None:
    for job in sorted({peer.job for peer in peers if not environments.is_ready(peer)}):
        tell(f"installing what {job} needs into {environments.FOLDER.name}/")
        for name, why in environments.set_up([peer for peer in peers if peer.job == job]).items():
            tell(f"{name} cannot be installed: {why}")


def _made(folder: Path, tell: Callable[[str], None]) -> Path:
    from dumping.writing import make

    path = folder / "made.jsonl.zst"
    tell(f"making a dump of {MADE_MEGABYTES} MB")
    make(path, MADE_MEGABYTES)
    return path


def _use(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if "results" not in found:
        message = f"{path.name} was not written by --json"
        raise ValueError(message)
    return found


def _cannot_write() -> str:
    text = PAGE.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        return f"{PAGE.name} has no lines `{BEGIN}` and `{END}` to write between"
    if find_spec("matplotlib") is None:
        return "matplotlib is not installed; get it with: pip install --editable '.[bench]'"
    return ""


def _write(text: str, found: dict[str, Any]) -> None:
    from peers import plot

    FIGURES.mkdir(parents=True, exist_ok=True)
    plot.draw(tables.results_of(found), FIGURES / "peers.svg")
    _write_json(FIGURES / "peers.json", found)
    picture = "![MB of text a second of one core, by cleaner](figures/peers.svg)"
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{picture}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def _write_json(path: Path, found: dict[str, Any]) -> None:
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _shown(arguments: Sequence[str]) -> str:
    """Give the command as anyone would type it: files by their names only."""
    return " ".join(["python scripts/compare_peers.py", *(Path(part).name for part in arguments)])


def _processor() -> str:
    """Give the processor's name, as Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _teller(*, quiet: bool) -> Callable[[str], None]:
    return lambda line: None if quiet else print(line, file=sys.stderr, flush=True)


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{value} is less than 1")  # noqa: EM102, TRY003 - argparse shows it
    return number


def _fail(message: str) -> int:
    print(f"compare_peers: {message}", file=sys.stderr)
    return 1
