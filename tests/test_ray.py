"""Building on a real Ray, started here: the same bytes as without it, whatever happens to its workers."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conftest import CORPUS
from copydesk import BuildError, build, engines, plan
from copydesk.progress import Silent
from editions import NO_RULES, fingerprints, write_records

if TYPE_CHECKING:
    from collections.abc import Iterator

ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'copydesk[ray]'")

pytestmark = pytest.mark.filterwarnings("ignore")  # Ray's own

TEXTS = [path.read_text(encoding="utf-8") for path in sorted((CORPUS / "raw").rglob("*.txt"))]


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    """Start a cluster of two processors, as a user has one running."""
    here = {"env_vars": {"PYTHONPATH": str(Path(__file__).parent)}}  # for the tasks of this file
    store = 100 << 20
    ray.init(
        "local", num_cpus=2, object_store_memory=store, include_dashboard=False, log_to_driver=False, runtime_env=here
    )
    yield
    ray.shutdown()


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("inputs")
    records = [{"id": str(n), "text": f"No. {n}\n\n{TEXTS[n % len(TEXTS)]}"} for n in range(600)]
    return [
        write_records(folder / name, records[n::3]) for n, name in enumerate(("a.jsonl", "b.jsonl.gz", "c.parquet"))
    ]


@pytest.fixture
def local(inputs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Give the edition as it is without Ray; chunks are small here and after."""
    monkeypatch.setattr(plan, "chunk_bytes", lambda *_: 60_000)
    build(inputs, tmp_path / "local", recipe=NO_RULES)
    return fingerprints(tmp_path / "local")


def test_the_same_bytes_as_local(inputs: list[Path], local: dict[str, str], tmp_path: Path) -> None:
    told = Silent()
    build(inputs, tmp_path / "ray", recipe=NO_RULES, engine="ray", workers=None, progress=told)
    assert fingerprints(tmp_path / "ray") == local
    assert told.documents == 600


class KillingWorkers(Silent):
    """Kills a process that works on a chunk, a few times."""

    def __init__(self, kills: int) -> None:
        super().__init__()
        self.left = kills

    def _show(self) -> None:
        workers = [int(path.name) for path in Path("/proc").glob("[0-9]*") if _is_at_work(path)]
        if self.left and workers:
            os.kill(workers[0], signal.SIGKILL)
            self.left -= 1


def _is_at_work(process: Path) -> bool:
    try:
        return (process / "cmdline").read_bytes().startswith(b"ray::_work")
    except OSError:
        return False


def test_killed_workers_change_nothing(inputs: list[Path], local: dict[str, str], tmp_path: Path) -> None:
    killing = KillingWorkers(2)
    build(inputs, tmp_path / "ray", recipe=NO_RULES, engine="ray", workers=2, progress=killing)
    assert killing.left < 2, "no worker was ever seen at work"
    assert fingerprints(tmp_path / "ray") == local


def _fail(item: str, _tick: engines.Tick) -> str:
    if item == "bad":
        raise BuildError(item, "mend it")
    time.sleep(0.05)
    return item


def test_a_tasks_error_is_raised_as_it_was() -> None:
    with engines.engine("ray", 2) as engine, pytest.raises(BuildError, match="bad") as raised:
        list(engine.run(_fail, ["good", "bad", "good"], Silent().tick))
    assert raised.value.hint == "mend it"


def test_items_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []

    def items() -> Iterator[str]:
        for number in range(40):
            taken.append(number)
            yield str(number)

    with engines.engine("ray", 1) as engine:
        results: Any = engine.run(_fail, items(), Silent().tick)
        next(results)
        assert len(taken) < 10
        assert len(list(results)) == 39
