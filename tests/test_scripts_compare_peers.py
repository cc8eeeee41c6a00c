"""The comparison with other cleaners: samples, the race itself with jobs that do nothing, and what is written of it."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import zstandard

from conftest import ROOT
from dumping.writing import make
from editions import write_records
from peers import command, contestants, environments, plot, race, tables
from peers.contestants import COPYDESK, LIMIT, PEERS, PUBLISHED, Peer
from peers.race import Course, Result
from peers.samples import Samples
from programs import python

if TYPE_CHECKING:
    from pathlib import Path

IDLE = Peer("idle", "idle", "nothing", "idle")

JOB = """
import os, sys, time
import clock

def work(source, out, variant):
    (out / "seen").write_text(f"{source} {variant} {sorted(os.sched_getaffinity(0))}")
    print("working")
    if variant == "fails":
        raise ValueError("this one always fails")
    if variant == "sleeps":
        time.sleep(60)
    if variant == "works":
        end = time.perf_counter() + 0.05
        while time.perf_counter() < end:
            pass

clock.main(work, "copydesk")
"""


@pytest.fixture
def samples(tmp_path: Path) -> Samples:
    (tmp_path / "samples").mkdir()
    make(tmp_path / "dump.jsonl.zst", 0.5)
    return Samples(tmp_path / "dump.jsonl.zst", tmp_path / "samples")


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    jobs = tmp_path / "jobs"
    jobs.mkdir()
    (jobs / "run_idle.py").write_text(JOB)
    (jobs / "clock.py").write_text((race.JOBS / "clock.py").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(race, "JOBS", jobs)
    return Course(2, max(os.sched_getaffinity(0)), 20.0, 0.0, tmp_path / "race", tmp_path / "venvs")


# --- Samples ----------------------------------------------------------------------------------------------------------


def test_a_sample_is_every_so_manieth_document(samples: Samples) -> None:
    whole = zstandard.decompress(samples.all.path.read_bytes(), 1 << 24).splitlines()
    part = samples.of(samples.all.megabytes / 2.5)
    assert (samples.all.every, part.every) == (1, 3)
    lines = zstandard.decompress(part.path.read_bytes(), 1 << 24).splitlines()
    assert lines == whole[::3]
    assert part.documents == len(lines)
    assert part.megabytes == sum(len(json.loads(line)["text"].encode()) for line in lines) / 1e6
    assert samples.of(0) is samples.of(1000) is samples.all
    assert samples.warm.documents == 20


@pytest.mark.parametrize("name", ["d.jsonl", "d.jsonl.gz"])
def test_a_dump_may_be_packed_in_other_ways(name: str, tmp_path: Path) -> None:
    write_records(tmp_path / name, [{"text": "Fähre"}, {"text": "b"}])
    assert Samples(tmp_path / name, tmp_path).all.documents == 2


@pytest.mark.parametrize(("name", "data", "said"), [("d.txt", b"", "must end in"), ("d.jsonl", b"\n", "no documents")])
def test_what_is_no_dump(name: str, data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ValueError, match=said):
        Samples(tmp_path / name, tmp_path)


# --- The race ---------------------------------------------------------------------------------------------------------


def test_times_of_each_round(samples: Samples, course: Course) -> None:
    peers = [replace(IDLE, name="a", variant="works"), replace(IDLE, name="b")]
    told: list[str] = []
    one, other = race.run(peers, samples, course, told.append)
    assert [line.split(", ")[0] for line in told] == [
        "round 1 of 2: a",
        "round 1 of 2: b",
        "round 2 of 2: b",
        "round 2 of 2: a",
    ]
    assert len(one.wall) == len(one.cpu) == 2
    assert min(one.wall) > 0.05
    assert len(other.wall) == 2
    assert one.speed < 20 * samples.all.megabytes
    assert set(one.versions) == {"copydesk", "Python"}
    assert not (course.folder / "job").exists()


def test_a_job_runs_on_one_core_and_on_its_own_sample(samples: Samples, course: Course) -> None:
    folder = course.folder / "kept"
    sample = samples.of(0.1)
    times = race.job(replace(IDLE, variant="x"), sample.path, samples.warm.path, folder, course)
    assert (folder / "sample_out" / "seen").read_text() == f"{sample.path} x [{course.core}]"
    assert (folder / "warm_out" / "seen").read_text().startswith(str(samples.warm.path))
    assert times["written"] == (folder / "sample_out" / "seen").stat().st_size


@pytest.mark.parametrize(
    ("peer", "seconds", "said"),
    [
        (replace(IDLE, variant="fails"), 20, "ValueError: this one always fails"),
        (replace(IDLE, variant="sleeps"), 1, "not done after 1 s"),
        (replace(IDLE, needs=("something",)), 20, "not installed; run with --setup"),
    ],
)
def test_who_fails_is_out(peer: Peer, seconds: float, said: str, samples: Samples, course: Course) -> None:
    (result,) = race.run([peer], samples, replace(course, seconds=seconds), lambda _: None)
    assert (result.failed, result.wall) == (said, [])


def test_the_limit_reads_and_writes_every_record(samples: Samples, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    (limit,) = [peer for peer in PEERS if peer.name == LIMIT]
    course = Course(1, max(os.sched_getaffinity(0)), 60, 0, tmp_path)
    race.job(limit, samples.all.path, samples.warm.path, tmp_path / "job", course)
    copy = pq.read_table(tmp_path / "job" / "sample_out" / "copy.parquet")
    assert copy.num_rows == samples.all.documents
    assert sum(len(text.as_py().encode()) for text in copy["text"]) == round(samples.all.megabytes * 1e6)


def test_every_peer_has_its_program_and_its_own_name() -> None:
    for peer in PEERS:
        assert (ROOT / "scripts" / "peers" / "jobs" / f"run_{peer.job}.py").is_file()
    assert len({peer.name for peer in PEERS}) == len(PEERS)
    assert environments.python(PEERS[0]).samefile(sys.executable)
    assert ".venv-peers" in str(environments.python(PEERS[-1]))


# --- What is written --------------------------------------------------------------------------------------------------

FACTS = {
    "command": "python scripts/compare_peers.py",
    "machine": "a processor",
    "rounds": 3,
    "data": {"name": "d.jsonl.zst", "documents": 1000, "megabytes": 60.0, "sha256": "0123456789abcdef"},
    "absent": {"Somebody": "too large"},
}


def found() -> dict[str, Any]:
    peers = {peer.name: peer for peer in PEERS}
    results = [
        Result(peers["naive"], 6.0, 100, 10, [2.0, 4.0, 3.0], [2.0, 4.0, 3.0], {"ftfy": "6.3.1"}),
        Result(peers[COPYDESK], 60.0, 1000, 1, [2.0, 2.0, 1.0], [2.5, 2.5, 2.5]),
        Result(peers[LIMIT], 60.0, 1000, 1, [0.5, 0.5, 0.4], [0.5, 0.5, 0.5]),
        Result(peers["dolma"], 6.0, 100, 10, [12.0], [12.0], {"dolma": "1.2"}),
        Result(peers["clean-text"], failed="not done after 600 s"),
    ]
    return json.loads(json.dumps(tables.as_json(results, FACTS)))  # type: ignore[no-any-return]


def test_the_tables() -> None:
    text = tables.markdown(found())
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| ")]
    by_does = {row[1]: row for row in cells[:6]}
    assert by_does["json, ftfy, seven `re.sub`"] == [
        "a script",
        "json, ftfy, seven `re.sub`",
        "6.0",
        "2.00",
        "2.00",
        "12×",
        "0.02",
    ]
    assert by_does[contestants.EVERYTHING][2:] == ["60.0", "30.0", "24.0", "", "0.20"]
    assert by_does["tags of C4, Gopher and personal data"][0] == "dolma 1.2"
    assert [row[0] for row in cells[2:6]] == ["limit", "**copydesk**", "a script", "dolma 1.2"], "the fastest first"
    assert "- clean-text has no figures: not done after 600 s" in text
    assert "- Somebody does not take part: too large" in text
    assert "| 11.6           | 1,000,000 ÷ 24.0 ÷ 3,600" in text
    assert "`d.jsonl.zst` (1,000 documents, 60.0 MB of text, SHA-256 0123456789abcdef…)" in text


def test_published_figures_are_what_their_formulas_give() -> None:
    assert [round(entry.hours) for entry in PUBLISHED] == [122, 103, 617]


def test_without_copydesk_or_the_limit_there_are_no_ratios() -> None:
    some = found()
    some["results"] = {"naive": some["results"]["naive"]}
    assert "×" not in tables.markdown(some).split("CPU-hours")[0].replace("MB", "")


def test_the_picture_is_the_same_each_time(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    for name in ("a.svg", "b.svg"):
        plot.draw(tables.results_of(found()), tmp_path / name)
    data = (tmp_path / "a.svg").read_bytes()
    assert data == (tmp_path / "b.svg").read_bytes()
    assert b"<svg" in data
    assert str(tmp_path).encode() not in data


def test_the_page_is_written_between_its_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib")
    (tmp_path / "found.json").write_text(json.dumps(found()))
    page = tmp_path / "speed.md"
    page.write_text(f"Before.\n\n{command.BEGIN}\n\nold\n\n{command.END}\n\nAfter.\n", encoding="utf-8")
    monkeypatch.setattr(command, "PAGE", page)
    monkeypatch.setattr(command, "FIGURES", tmp_path / "figures")
    for _ in range(2):
        assert command.main(["--use", str(tmp_path / "found.json"), "--write"]) == 0
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"Before.\n\n{command.BEGIN}\n\n![")
        assert text.endswith(f"\n\n{command.END}\n\nAfter.\n")
        assert "old" not in text
        assert tables.markdown(found()) in text
    assert json.loads((tmp_path / "figures" / "peers.json").read_text(encoding="utf-8")) == found()
    assert (tmp_path / "figures" / "peers.svg").exists()
    assert "CPU-hours" in capsys.readouterr().out


def test_a_page_without_marks_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "speed.md").write_text("Nothing here.\n")
    monkeypatch.setattr(command, "PAGE", tmp_path / "speed.md")
    assert command.main(["--use", str(tmp_path / "none.json"), "--write"]) == 1
    assert "to write between" in capsys.readouterr().err


def test_the_manual_has_the_marks() -> None:
    text = command.PAGE.read_text(encoding="utf-8")
    assert text.count(command.BEGIN) == text.count(command.END) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--dump", "none.jsonl"], "No such file"),
        (["--dump", "none.csv"], "must end in"),
        (["--core", "999"], "there is no core 999"),
        (["--use", "none.json"], "No such file"),
    ],
)
def test_mistakes_are_told(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([*arguments, "--quiet"]) == 1
    assert said in capsys.readouterr().err


def test_the_command_runs(tmp_path: Path) -> None:
    make(tmp_path / "dump.jsonl.zst", 0.2)
    program = ROOT / "scripts" / "compare_peers.py"
    done = python(
        program, "--dump", tmp_path / "dump.jsonl.zst", "--only", LIMIT, "--rounds", 1, "--json", tmp_path / "f.json"
    )
    assert done.returncode == 0, done.stderr
    assert b"round 1 of 1: limit" in done.stderr
    found = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert list(found["results"]) == [LIMIT]
    assert str(tmp_path) not in json.dumps(found), "no paths of this machine"
