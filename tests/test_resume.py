"""Being stopped and going on: whatever stops a build, nothing half-written is read, and it ends with the same bytes."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import copydesk
from conftest import CORPUS
from copydesk import BuildError, Recipe, StoppedError, build, plan, sources, verify
from copydesk.cli import main
from copydesk.cli.console import STOPPED
from copydesk.engines.local import see_off
from copydesk.journal import JOURNAL
from copydesk.progress import Silent
from copydesk.recipe import Input
from copydesk.sources import base
from editions import NO_RULES, fingerprints, write_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

TEXTS = [path.read_text(encoding="utf-8") for path in sorted((CORPUS / "raw").rglob("*.txt"))]


def records(count: int, text: Callable[[int], str] = lambda number: TEXTS[number % len(TEXTS)]) -> list[dict[str, Any]]:
    return [{"id": str(number), "text": f"No. {number}\n\n{text(number)}", "page": number} for number in range(count)]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make chunks so small that a little input has a dozen of them."""
    monkeypatch.setattr(plan, "chunk_bytes", lambda *_: 40_000)


class StopAfter(Silent):
    """Stops a build when so many batches are done."""

    def __init__(self, batches: int, error: BaseException) -> None:
        super().__init__()
        self._left = batches
        self._error = error

    def _show(self) -> None:
        self._left -= 1
        if not self._left:
            raise self._error


def unfinished(folder: Path) -> Path:
    return folder / ".out.unfinished"


def build_here(folder: Path, **options: Any) -> Path:
    build([folder / "in.jsonl"], folder / "out", **{"recipe": NO_RULES, **options})
    return folder / "out"


# --- Stopped, and gone on with ----------------------------------------------------------------------------------------

STOPS: dict[str, tuple[BaseException, type[BaseException]]] = {
    "Ctrl-C": (KeyboardInterrupt(), KeyboardInterrupt),
    "a full disk": (OSError(28, "No space left on device"), StoppedError),
    "a lost mount": (StoppedError("in.jsonl can no longer be read: Input/output error"), StoppedError),
    "a bug": (ZeroDivisionError(), ZeroDivisionError),
}


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("name", STOPS)
def test_a_build_goes_on_where_it_was_stopped(name: str, tmp_path: Path) -> None:
    error, raised = STOPS[name]
    write_records(tmp_path / "in.jsonl", records(300))
    with pytest.raises(raised) as stopped:
        build_here(tmp_path, progress=StopAfter(5, error))
    told = getattr(stopped.value, "hint", "") or stopped.value.__notes__[0]
    assert told == f"run the same command with --resume to go on, or delete {unfinished(tmp_path)}"
    assert not (tmp_path / "out").exists()
    kept = len(list(unfinished(tmp_path).glob("parts/stories-*")))
    fresh = Counting()
    resumed = fingerprints(build_here(tmp_path, resume=True, progress=fresh))
    assert kept >= 3
    assert fresh.batches > 3
    assert not unfinished(tmp_path).exists()
    assert resumed == fingerprints(build_here(tmp_path, force=True))


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("place", ["_place", "write_papers"])
def test_a_build_goes_on_that_was_killed_when_it_was_put_together(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some of its part files have their final places then."""
    write_records(tmp_path / "in.jsonl", records(300))

    def killed(*_: Any) -> None:
        if place == "_place":
            (unfinished(tmp_path) / "data" / "stories").mkdir(parents=True)
            next(iter(unfinished(tmp_path).glob("parts/stories-*"))).rename(
                unfinished(tmp_path) / "data" / "stories" / "train-00000-of-00009.parquet"
            )
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"copydesk.press.{place}", killed)
        with pytest.raises(KeyboardInterrupt):
            build_here(tmp_path)
    resumed = fingerprints(build_here(tmp_path, resume=True))
    assert resumed == fingerprints(build_here(tmp_path, force=True))


class Counting(Silent):
    """Counts what it is told."""

    batches = 0

    def _show(self) -> None:
        self.batches += 1


@pytest.mark.usefixtures("small_chunks")
def test_nothing_to_go_on_with_is_a_build_like_any_other(tmp_path: Path) -> None:
    write_records(tmp_path / "in.jsonl", records(30))
    assert verify(build_here(tmp_path, resume=True)).documents == 30


def test_a_build_that_has_ended_needs_nothing_more(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It may have been killed when its edition had just got its name."""
    write_records(tmp_path / "in.jsonl", records(30))
    edition = build_here(tmp_path)
    whole = fingerprints(edition)
    age = (edition / "manifest.json").stat().st_mtime_ns
    command = ["build", str(tmp_path / "in.jsonl"), "-o", str(edition), "--resume"]
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(NO_RULES.to_toml(), encoding="utf-8")
    assert main([*command, "--recipe", str(recipe)]) == 0
    assert "nothing was left to do" in capfd.readouterr().err
    assert fingerprints(edition) == whole
    assert (edition / "manifest.json").stat().st_mtime_ns == age


OTHERS: dict[str, dict[str, Any]] = {
    "recipe": {"recipe": Recipe()},
    "version": {"version": "1.0.1"},
    "inputs": {},
    "too many rejects": {"max_rejects": 0.01},
    "strict": {"strict": True},
}


@pytest.mark.parametrize("name", OTHERS)
def test_an_edition_of_another_build_is_not_taken_for_the_one_to_go_on_with(name: str, tmp_path: Path) -> None:
    write_records(tmp_path / "in.jsonl", [{"text": ""}, *records(30)])
    build_here(tmp_path)
    if name == "inputs":
        write_records(tmp_path / "in.jsonl", records(31))
    with pytest.raises(BuildError, match="holds an edition already"):
        build_here(tmp_path, resume=True, **OTHERS[name])


def test_an_edition_that_follows_one_is_known_again(tmp_path: Path) -> None:
    write_records(tmp_path / "in.jsonl", records(30))
    before = build_here(tmp_path).rename(tmp_path / "before")
    write_records(tmp_path / "in.jsonl", records(31))
    whole = fingerprints(build_here(tmp_path, previous=before))
    assert fingerprints(build_here(tmp_path, previous=before, resume=True)) == whole
    with pytest.raises(BuildError, match="holds an edition already"):
        build_here(tmp_path, resume=True)


@pytest.mark.usefixtures("small_chunks")
def test_what_the_journal_does_not_vouch_for_is_made_again(tmp_path: Path) -> None:
    """A torn last line, a part that is damaged, one that is missing, and one of an unfinished chunk."""
    write_records(tmp_path / "in.jsonl", records(300))
    with pytest.raises(KeyboardInterrupt):
        build_here(tmp_path, progress=StopAfter(8, KeyboardInterrupt()))
    parts = unfinished(tmp_path) / "parts"
    lines = (parts / JOURNAL).read_bytes()
    (parts / JOURNAL).write_bytes(lines[:-40])
    damaged, missing, *_ = sorted(parts.glob("sources-*"))
    damaged.write_bytes(damaged.read_bytes().replace(b"PAR1", b"PAR2"))
    missing.unlink()
    (parts / "stories-000099-0000-cafe0000.parquet").write_bytes(b"PAR1")
    resumed = fingerprints(build_here(tmp_path, resume=True))
    assert resumed == fingerprints(build_here(tmp_path, force=True))


class Failing:
    """A file on a disk that fails after some bytes."""

    def __init__(self, path: Path, sound: int) -> None:
        self._file = path.open("rb")
        self._left = sound

    def read(self, size: int = -1) -> bytes:
        self._left -= size
        if self._left < 0:
            raise OSError(errno.EIO, "Input/output error")
        return self._file.read(size)

    def seek(self, *place: int) -> int:
        return self._file.seek(*place)

    def close(self) -> None:
        self._file.close()


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet"])
def test_a_disk_that_fails_is_no_damage_to_the_file(suffix: str, tmp_path: Path) -> None:
    path = write_records(tmp_path / f"in{suffix}", records(300))
    keys = Input()
    (file,) = sources.find([str(path)])
    pieces = sources.survey(file, keys, 40_000).pieces
    sound = 2_000
    with pytest.MonkeyPatch.context() as patch:
        opened = lambda _, name, *__: Failing(Path(name), sound)  # noqa: E731
        patch.setattr(type(base.filesystem("file")), "open", opened)
        with pytest.raises(StoppedError, match=r"in\..* can no longer be read: Input/output error"):
            list(sources.read(pieces, keys))


def change_input(folder: Path) -> dict[str, Any]:
    write_records(folder / "in.jsonl", [{"text": "x"}, *records(300)])
    return {}


OTHER_PLANS: dict[str, tuple[Callable[[Path], dict[str, Any]], str]] = {
    "an input changed": (change_input, r"the input in\.jsonl has changed"),
    "another recipe": (
        lambda _: {"recipe": Recipe.from_mapping({"mend": {"ftfy": False}})},
        "recipe was",
    ),
    "another version": (lambda _: {"version": "1.1.0"}, r"version was 1\.0\.0, now it is 1\.1\.0"),
    "another release": (lambda _: {}, "copydesk was"),
}


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("name", OTHER_PLANS)
def test_a_build_of_something_else_is_not_gone_on_with(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, words = OTHER_PLANS[name]
    write_records(tmp_path / "in.jsonl", records(300))
    with pytest.raises(KeyboardInterrupt):
        build_here(tmp_path, progress=StopAfter(5, KeyboardInterrupt()))
    before = fingerprints(unfinished(tmp_path))
    options = change(tmp_path)
    if name == "another release":
        monkeypatch.setattr(copydesk, "__version__", "99.0.0")
    with pytest.raises(BuildError, match=f"cannot go on with the build in .*: .*{words}"):
        build_here(tmp_path, resume=True, **options)
    assert fingerprints(unfinished(tmp_path)) == before, "a refusal must not cost what was done"


def test_another_input_is_another_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "chunk_bytes", lambda *_: 40_000)
    write_records(tmp_path / "in.jsonl", records(300))
    write_records(tmp_path / "more.jsonl", records(3))
    with pytest.raises(KeyboardInterrupt):
        build_here(tmp_path, progress=StopAfter(5, KeyboardInterrupt()))
    inputs = [tmp_path / "in.jsonl", tmp_path / "more.jsonl"]
    with pytest.raises(BuildError, match=r"the input more\.jsonl was not among its inputs"):
        build(inputs, tmp_path / "out", recipe=NO_RULES, resume=True)


# --- Stopped by what is found -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("small_chunks")
def test_strict_stops_at_the_first_reject_and_leaves_nothing(tmp_path: Path) -> None:
    faulty: Sequence[dict[str, Any]] = [*records(120), {"text": None}, *records(10)]
    write_records(tmp_path / "in.jsonl", faulty)
    with pytest.raises(BuildError, match=r"in\.jsonl, record 121 cannot be published: null_text") as refused:
        build_here(tmp_path, strict=True)
    assert "without --strict" in refused.value.hint
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl"]


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(("share", "enough"), [(0.019, False), (0.021, True)])
def test_only_so_many_records_may_be_set_aside(share: float, enough: bool, tmp_path: Path) -> None:
    write_records(tmp_path / "in.jsonl", [*records(98), {"text": None}, {"text": 7}])
    if enough:
        assert verify(build_here(tmp_path, max_rejects=share)).rejects == 2
        return
    with pytest.raises(StoppedError, match=r"2 of 100 records were rejected \(1 null_text, 1 text_not_a_string\)"):
        build_here(tmp_path, max_rejects=share)
    assert verify(build_here(tmp_path, resume=True, max_rejects=0.5)).rejects == 2


@pytest.mark.parametrize("share", [-0.1, 1.5])
def test_a_share_is_between_nothing_and_all(share: float, tmp_path: Path) -> None:
    write_records(tmp_path / "in.jsonl", records(3))
    with pytest.raises(BuildError, match="is no share"):
        build_here(tmp_path, max_rejects=share)


# --- Stopped from outside, in processes of their own ------------------------------------------------------------------


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with an input of a few chunks, the recipe to build it, and the edition that must come of it."""
    folder = tmp_path_factory.mktemp("big")
    count = 1200
    write_records(folder / "in.jsonl.gz", records(count))
    light = NO_RULES.to_toml().replace("chunk_mb = 0", "chunk_mb = 1")
    (folder / "light.toml").write_text(light, encoding="utf-8")
    build(folder / "in.jsonl.gz", folder / "whole", recipe=Recipe.load(folder / "light.toml"))
    return folder


def command(folder: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "copydesk", "build", str(folder / "in.jsonl.gz"), "-o", "out", "--quiet",
            "--recipe", str(folder / "light.toml"), "--workers", "2", *more]  # fmt: skip


def run(folder: Path, where: Path, *more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command(folder, *more), cwd=where, capture_output=True, check=False)  # noqa: S603


def killed(folder: Path, where: Path, seconds: float, *more: str) -> int:
    """Run a build and kill all of it after some seconds, unless it ends before; give its exit code."""
    with subprocess.Popen(command(folder, *more), cwd=where, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.returncode


def kill_again_and_again(big: Path, where: Path, kills: int) -> None:
    """Kill builds at random moments, going on each time; compare every edition that comes of it."""
    chance = random.Random(kills)  # noqa: S311 (no secret)
    begun = time.monotonic()
    assert run(big, where).returncode == 0
    whole = time.monotonic() - begun
    shutil.rmtree(where / "out")
    while kills:
        code = killed(big, where, chance.uniform(0, whole), "--resume")
        kills -= code != 0
        if code == 0:
            assert fingerprints(where / "out") == fingerprints(big / "whole")
            shutil.rmtree(where / "out")
    assert run(big, where, "--resume").returncode == 0
    assert fingerprints(where / "out") == fingerprints(big / "whole")
    assert [path.name for path in where.iterdir()] == ["out"]


def test_a_few_kills_change_nothing(big: Path, tmp_path: Path) -> None:
    kill_again_and_again(big, tmp_path, 2)


@pytest.mark.slow
def test_two_hundred_kills_change_nothing(big: Path, tmp_path: Path) -> None:
    kill_again_and_again(big, tmp_path, 200)


def at_work(process: subprocess.Popen[bytes], where: Path) -> list[int]:
    """Wait until the first chunk of a build is finished; give its workers."""
    journal = unfinished(where) / "parts" / JOURNAL
    end = time.monotonic() + 60
    while not journal.exists() or journal.read_bytes().count(b"\n") < 2:
        assert time.monotonic() < end
        assert process.poll() is None
        time.sleep(0.01)
    tasks = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split() if b"spawn_main" in cmdline(int(child))]


def cmdline(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


SIGNALS: dict[str, tuple[Callable[[int, list[int]], None], int, bytes]] = {
    "Ctrl-C": (lambda pid, _: os.kill(pid, signal.SIGINT), 130, b"copydesk: stopped\n"),
    "SIGTERM": (lambda pid, _: os.kill(pid, signal.SIGTERM), 143, b"copydesk: stopped\n"),
    "a worker killed": (
        lambda _, workers: os.kill(workers[0], signal.SIGKILL),
        STOPPED,
        b"copydesk: error: a worker process died\n",
    ),
}


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_ends_a_build_in_good_order(name: str, big: Path, tmp_path: Path) -> None:
    send, code, message = SIGNALS[name]
    for _ in range(5):
        with subprocess.Popen(command(big), cwd=tmp_path, stderr=subprocess.PIPE) as process:  # noqa: S603
            workers = at_work(process, tmp_path)
            assert workers
            send(process.pid, workers)
            _, said = process.communicate(timeout=60)
        if process.returncode:
            break
        assert fingerprints(tmp_path / "out") == fingerprints(big / "whole")  # it came when all was done
        shutil.rmtree(tmp_path / "out")
    assert not any(cmdline(worker) for worker in workers), "a worker goes on alone"
    assert (process.returncode, said.partition(b"hint: ")[0]) == (code, message)
    assert b"--resume to go on" in said
    assert [path.name for path in tmp_path.iterdir()] == [".out.unfinished"]
    assert run(big, tmp_path, "--resume").returncode == 0
    assert fingerprints(tmp_path / "out") == fingerprints(big / "whole")


def test_a_worker_that_dies_at_the_end_holds_up_nobody() -> None:
    """It may hold the lock of the queue that the others wait at to be told that they can go."""
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=time.sleep, args=(600,)), spawn.Process(target=sys.exit, args=(1,))]
    for worker in workers:
        worker.start()
    see_off(workers)
    assert [worker.exitcode for worker in workers] == [-signal.SIGTERM, 1]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a file system of its own with hardly any room, or skip where this process may not mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    small = [mount, "-t", "tmpfs", "-o", "size=1200k", "tmpfs", str(disk)]
    done = subprocess.run(small, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)  # noqa: S603, S607


def test_a_full_disk_stops_a_build_that_goes_on_when_there_is_room(big: Path, small_disk: Path) -> None:
    done = run(big, small_disk)
    assert done.returncode == STOPPED
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr
    assert not (small_disk / "out").exists()
    subprocess.run(["mount", "-o", "remount,size=100m", str(small_disk)], check=True)  # noqa: S603, S607
    assert run(big, small_disk, "--resume").returncode == 0
    assert fingerprints(small_disk / "out") == fingerprints(big / "whole")


def test_resume_is_told_of_on_the_command_line(
    big: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_records(tmp_path / "bad.jsonl", [{"text": None}, {"text": "The ferry leaves at nine."}])
    options = ["--recipe", str(big / "light.toml"), "--workers", "1", "--quiet", "--max-rejects", "0.2"]
    assert main(["build", "bad.jsonl", "-o", "out", *options]) == STOPPED
    said = capsys.readouterr().err
    assert said == (
        "copydesk: error: 1 of 2 records were rejected (1 null_text); at most 20.00% may be\n"
        "hint: look at the inputs, or allow more with --max-rejects; "
        f"then run the same command with --resume to go on, or delete {unfinished(tmp_path)}\n"
    )
    options[-1] = "0.5"
    assert main(["build", "bad.jsonl", "-o", "out", "--resume", *options]) == 0
    assert json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["accounts"]["rejected"] == 1
