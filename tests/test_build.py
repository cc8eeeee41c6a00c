"""The whole way, end to end: what goes in, what comes out, and that it is the same each time."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from conftest import CORPUS
from copydesk import BuildError, CopydeskError, Recipe, SourceError, build, engines, verify
from copydesk.cli.console import STOPPED
from copydesk.progress import Silent
from copydesk.recipe import Guard, Ledger, Rules
from copydesk.release.manifest import Manifest
from copydesk.release.schema import TABLES
from corpus_cases import load
from editions import NO_RULES, Row, fingerprints, paired, restored, rows, shards, write_records, write_texts
from light import STAMP
from programs import copydesk, python

if TYPE_CHECKING:
    from collections.abc import Callable

CORPUS_TEXTS = [case.raw for case in load()]

SMALL_PARTS = Recipe.from_mapping({"output": {"chunk_mb": 1, "shard_mb": 1, "rows_per_group": 300}})
"""Several chunks, shards and row groups out of inputs of a few megabytes."""


@dataclass(frozen=True)
class Dump:
    """A folder of inputs of every kind, and what is in it by source and position."""

    folder: Path
    records: dict[tuple[str, int], Row]
    rejects: dict[tuple[str, int], str]


@pytest.fixture(scope="session")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Dump:
    folder = tmp_path_factory.mktemp("mixed") / "dump"
    records: dict[tuple[str, int], Row] = {}
    for name, copies in (("news.jsonl", 16), ("a.jsonl.gz", 1), ("b.jsonl.zst", 1), ("c.parquet", 2)):
        made = [_record(text, name, copy) for copy in range(copies) for text in CORPUS_TEXTS]
        write_records(folder / name, made)
        records |= {(f"dump/{name}", line): record for line, record in enumerate(made, 1)}
    write_texts(folder / "texts", CORPUS_TEXTS)
    records |= {(f"dump/texts/{n:04d}.txt", 1): {"text": text} for n, text in enumerate(CORPUS_TEXTS)}
    (folder / "texts" / "latin.txt").write_bytes(b"caf\xe9")
    with (folder / "news.jsonl").open("ab") as file:
        file.write(b'{"text": 5}\nnonsense\n{"text": " \\n "}\n')
    end = 16 * len(CORPUS_TEXTS)
    rejects = {
        ("dump/news.jsonl", end + n): why for n, why in enumerate(("text_not_a_string", "invalid_json", "empty"), 1)
    }
    return Dump(folder, records, {**rejects, ("dump/texts/latin.txt", 1): "invalid_utf8"})


def _record(text: str, name: str, copy: int) -> Row:
    return {"id": f"{name}-{copy}", "text": f"{text}\nCopy {copy} of {name}.\n", "n": copy, "tags": ["ä", '"']}


@pytest.fixture(scope="session")
def edition(dump: Dump, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("editions") / "first"
    build(dump.folder, out, recipe=SMALL_PARTS)
    return out


@pytest.fixture
def one(tmp_path: Path) -> Path:
    return write_records(tmp_path / "in" / "one.jsonl", [{"text": "The ferry leaves at nine."}])


# --- The same bytes ---------------------------------------------------------------------------------------------------


def test_two_workers_give_the_same_bytes(dump: Dump, edition: Path, tmp_path: Path) -> None:
    build([dump.folder], tmp_path / "out", recipe=SMALL_PARTS, workers=2)
    assert fingerprints(tmp_path / "out") == fingerprints(edition)
    assert (dump.folder / "news.jsonl").stat().st_size > 2_000_000, "a file that is not divided would prove little"
    assert len(shards(edition, "stories")) > 1


def test_a_second_run_elsewhere_gives_the_same_bytes(dump: Dump, edition: Path, tmp_path: Path) -> None:
    shutil.copytree(dump.folder, tmp_path / "moved" / "dump")
    build(tmp_path / "moved" / "dump", tmp_path / "deep" / "down" / "out", recipe=SMALL_PARTS)
    assert fingerprints(tmp_path / "deep" / "down" / "out") == fingerprints(edition)


def test_another_process_gives_the_same_bytes(one: Path, tmp_path: Path) -> None:
    """Hash seed, locale, time zone and time decide nothing."""
    build(one, tmp_path / "here")
    strange = {**os.environ, "PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "Pacific/Chatham"}
    assert copydesk("build", one, "-o", tmp_path / "there", "--workers", 1, env=strange).returncode == 0
    assert fingerprints(tmp_path / "there") == fingerprints(tmp_path / "here")


def test_nothing_in_an_edition_tells_where_it_was_made(dump: Dump, edition: Path) -> None:
    for path in edition.rglob("*.*"):
        assert str(dump.folder.parent).encode() not in path.read_bytes()


@pytest.mark.parametrize("name", ["r.jsonl", "r.ndjson", "r.jsonl.gz", "r.jsonl.zst", "r.jsonl.bz2", "r.parquet"])
def test_the_stories_do_not_depend_on_the_kind_of_input(name: str, from_texts: list[str], tmp_path: Path) -> None:
    write_records(tmp_path / name, [{"text": text} for text in CORPUS_TEXTS[:20]])
    build(tmp_path / name, tmp_path / "out")
    assert contents(tmp_path / "out") == from_texts


@pytest.fixture(scope="module")
def from_texts(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("texts")
    build(write_texts(folder / "in", CORPUS_TEXTS[:20]), folder / "out")
    assert [row["sha256"] for row in rows(folder / "out", "sources")] == [sha256(text) for text in CORPUS_TEXTS[:20]]
    return contents(folder / "out")


def contents(edition: Path) -> list[str]:
    """Give all that stories hold but where they were found."""
    stories = [{**row, "source": None, "position": None} for row in rows(edition, "stories")]
    return [json.dumps(story) for story in stories]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# --- Nothing vanishes -------------------------------------------------------------------------------------------------


def test_every_record_is_published_or_rejected(dump: Dump, edition: Path) -> None:
    published = [(row["source"], row["position"]) for row in rows(edition, "sources")]
    assert sorted(published) == sorted(dump.records)
    assert {(row["source"], row["position"]): row["reason"] for row in rows(edition, "rejects")} == dump.rejects


def test_every_document_is_restored_from_its_rows(dump: Dump, edition: Path) -> None:
    for source, stories in paired(edition):
        record = dump.records[source["source"], source["position"]]
        assert restored(source, stories) == record["text"]
        assert source["sha256"] == sha256(record["text"])


def test_the_records_own_facts_pass_through(dump: Dump, edition: Path) -> None:
    for source in rows(edition, "sources"):
        record = dict(dump.records[source["source"], source["position"]])
        del record["text"]
        assert source["record_id"] == record.pop("id", None)
        assert json.loads(source["meta"] or "{}") == record


def test_identifiers_name_the_content(edition: Path) -> None:
    for source, stories in paired(edition):
        name = source["document_id"]
        assert name == source["sha256"][:32]
        assert [story["id"] for story in stories] == [f"{name}-{index}" for index in range(len(stories))]
        for story in stories:
            assert [story[key] for key in ("document_id", "source", "position")] == [
                name,
                source["source"],
                source["position"],
            ]


def test_the_accounts_are_those_of_the_rows(dump: Dump, edition: Path) -> None:
    manifest = Manifest.load(edition)
    sources, stories = rows(edition, "sources"), rows(edition, "stories")
    edits = [edit for row in sources for edit in row["edits"]]
    struck = Counter[str]()
    for edit in edits:
        struck[edit["label"]] += edit["end"] - edit["start"]
    assert manifest.accounts == {
        "read": len(dump.records) + len(dump.rejects),
        "published": len(sources),
        "rejected": len(dump.rejects),
        "stories": len(stories),
        "needs_review": sum(row["needs_review"] for row in sources),
        "reasons": dict(sorted(Counter(dump.rejects.values()).items())),
        "characters": {
            "in": sum(len(record["text"]) for record in dump.records.values()),
            "out": sum(len(row["text"]) for row in stories),
            "put": sum(len(edit["replacement"]) for edit in edits),
            "struck": dict(sorted(struck.items())),
        },
        "strokes": dict(sorted(Counter(edit["label"] for edit in edits).items())),
        "lines": {},
    }


def test_each_input_has_its_own_account(dump: Dump, edition: Path) -> None:
    published = Counter(source for source, _ in dump.records)
    rejected = Counter(source for source, _ in dump.rejects)
    inputs = Manifest.load(edition).inputs
    assert [entry.source for entry in inputs] == sorted({*published, *rejected})
    for entry in inputs:
        path = dump.folder.parent / entry.source
        assert (entry.published, entry.rejected) == (published[entry.source], rejected[entry.source])
        assert entry.read == entry.published + entry.rejected
        assert (entry.bytes, entry.sha256) == (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())


def test_the_edition_is_what_it_says(edition: Path) -> None:
    result = verify(edition)
    assert (result.documents, result.stories) == (len(rows(edition, "sources")), len(rows(edition, "stories")))
    assert result.restorable


# --- The files --------------------------------------------------------------------------------------------------------


def test_an_edition_has_these_files_and_no_others(edition: Path) -> None:
    top = {"README.md", "CHANGELOG.md", "croissant.json", "manifest.json", "recipe.toml", "data"}
    assert {path.name for path in edition.iterdir()} == top
    assert {path.name for path in (edition / "data").iterdir()} == {"stories", "sources", "rejects"}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_shards_have_the_agreed_columns_and_groups(edition: Path, table: Any) -> None:
    for number, path in enumerate(shards(edition, table.name)):
        file = pq.ParquetFile(path)
        groups = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
        assert path.name == f"train-{number:05d}-of-{len(shards(edition, table.name)):05d}.parquet"
        assert file.schema_arrow.equals(table.schema)
        assert all(rows_in_group == SMALL_PARTS.output.rows_per_group for rows_in_group in groups[:-1])


def test_the_recipe_lies_beside_the_data_and_makes_it_again(one: Path, tmp_path: Path) -> None:
    pack = tmp_path / "mine" / "stamp.toml"
    pack.parent.mkdir()
    pack.write_text(STAMP, encoding="utf-8")
    recipe = Recipe(rules=Rules(packs=(str(pack),), off=NO_RULES.rules.off), guard=Guard(max_struck=0.9))
    build(one, tmp_path / "first", recipe=recipe)
    build(one, tmp_path / "again", recipe=Recipe.load(tmp_path / "first" / "recipe.toml"))
    assert (tmp_path / "first" / "rules" / "stamp.toml").read_text(encoding="utf-8") == STAMP
    assert fingerprints(tmp_path / "again") == fingerprints(tmp_path / "first")
    verify(tmp_path / "again")


def test_without_removed_text_an_edition_can_be_counted_but_not_restored(tmp_path: Path) -> None:
    write_texts(tmp_path / "in", ["SchÃ¶n, said the fer🍌ryman."])
    build(tmp_path / "in", tmp_path / "out", recipe=replace(NO_RULES, ledger=Ledger(removed_text=False)))
    assert {edit["removed"] for row in rows(tmp_path / "out", "sources") for edit in row["edits"]} == {None}
    assert not verify(tmp_path / "out").restorable


def test_the_card_explains_every_label(edition: Path) -> None:
    lines = (edition / "README.md").read_text(encoding="utf-8").splitlines()
    table = lines[lines.index("| label | what | strokes | characters |") + 2 :]
    titles = {line.split("|")[1].strip(" `"): line.split("|")[2].strip() for line in table[: table.index("")]}
    assert set(titles) == set(Manifest.load(edition).accounts["strokes"])
    assert all(titles.values())


# --- Names of inputs --------------------------------------------------------------------------------------------------

NAMES: dict[str, tuple[list[str], list[str], list[str]]] = {
    "a file by its name": (["in/a.txt"], ["in/a.txt"], ["a.txt"]),
    "a folder's files below it": (["in/a.txt", "in/b/c.txt"], ["in"], ["in/a.txt", "in/b/c.txt"]),
    "as much as tells them apart": (["x/n.txt", "y/n.txt"], ["x/n.txt", "y/n.txt"], ["x/n.txt", "y/n.txt"]),
    "no way round": (["in/a.txt"], ["in/b/../../in"], ["in/a.txt"]),
    "hidden files are passed by": (["in/a.txt", "in/.b.txt", "in/.c/d.txt"], ["in"], ["in/a.txt"]),
    "suffixes in any case": (["in/A.TXT"], ["in"], ["in/A.TXT"]),
    "signs that mean something elsewhere": (["in/a*[b]?#%20.txt"], ["in/a*[b]?#%20.txt"], ["a*[b]?#%20.txt"]),
    "names that are no UTF-8": (["in/caf\udce9.txt"], ["in"], ["in/caf\\udce9.txt"]),
    "other files in a folder are passed by": (["in/a.txt", "in/notes.md"], ["in"], ["in/a.txt"]),
}


@pytest.mark.parametrize("name", NAMES)
def test_sources_are_named_without_their_place(name: str, tmp_path: Path) -> None:
    files, inputs, sources = NAMES[name]
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(f"This is {file!r}.", encoding="utf-8")
    manifest = build([tmp_path / path for path in inputs], tmp_path / "out")
    assert [entry.source for entry in manifest.inputs] == sources
    assert [row["source"] for row in rows(tmp_path / "out", "sources")] == sources


def test_inputs_may_lie_wherever_fsspec_reads(tmp_path: Path) -> None:
    import fsspec

    with fsspec.open("memory://far/away/one.jsonl", "wb") as file:
        file.write(b'{"text": "The ferry leaves at nine."}\n')
    (tmp_path / "two.txt").write_text("It comes back at ten.", encoding="utf-8")
    build(["memory://far/away/one.jsonl", (tmp_path / "two.txt").as_uri()], tmp_path / "out")
    assert [row["source"] for row in rows(tmp_path / "out", "sources")] == ["one.jsonl", "two.txt"]


@pytest.mark.parametrize("again", ["in", "in/one.jsonl", "in/../in/one.jsonl"])
def test_an_input_counts_once(again: str, one: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="more than once"):
        build([one, tmp_path / again], tmp_path / "out")


# --- What stands there already ----------------------------------------------------------------------------------------


def test_an_edition_is_replaced_only_when_told_to(one: Path, tmp_path: Path) -> None:
    build(one, tmp_path / "out")
    with pytest.raises(BuildError, match="holds an edition already"):
        build(one, tmp_path / "out", version="2.0.0")
    assert Manifest.load(tmp_path / "out").version == "1.0.0"
    build(one, tmp_path / "out", version="2.0.0", force=True)
    assert verify(tmp_path / "out").version == "2.0.0"
    assert siblings(tmp_path) == ["in", "out"]


def siblings(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("force", [False, True])
def test_what_is_no_edition_is_never_replaced(force: bool, one: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "novel.txt").write_text("Chapter one", encoding="utf-8")
    for out, words in (
        ("precious", "holds no edition"),
        ("precious/novel.txt", "is a file"),
        ("/", "holds no edition"),
    ):
        with pytest.raises(BuildError, match=words):
            build(one, tmp_path / out, force=force)
    assert siblings(tmp_path / "precious") == ["novel.txt"]


def test_an_empty_folder_may_become_an_edition(one: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    build(one, tmp_path / "out")
    verify(tmp_path / "out")


def test_what_a_killed_build_left_is_taken_over(one: Path, tmp_path: Path) -> None:
    junk = tmp_path / ".out.unfinished" / "parts" / "stories-000000-0000.parquet"
    junk.parent.mkdir(parents=True)
    junk.write_bytes(b"half a file")
    (tmp_path / ".out.unfinished" / "README.md").write_bytes(b"half a card")
    build(one, tmp_path / "out")
    verify(tmp_path / "out")
    assert siblings(tmp_path) == ["in", "out"]


def test_two_builds_do_not_write_one_edition(one: Path, tmp_path: Path) -> None:
    (tmp_path / ".out.unfinished").mkdir()
    lock = os.open(tmp_path / ".out.unfinished", os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        with pytest.raises(BuildError, match="somebody else is writing"):
            build(one, tmp_path / "out")
    finally:
        os.close(lock)
    assert siblings(tmp_path) == [".out.unfinished", "in"], "the other build's folder stays"


# --- Failing ----------------------------------------------------------------------------------------------------------


class At(Silent):
    """Does something when the first batch is done."""

    def __init__(self, what: Callable[[], None]) -> None:
        super().__init__()
        self._what = what

    def _show(self) -> None:
        self._what()


def stop(error: BaseException) -> Callable[[], None]:
    def raising() -> None:
        raise error

    return raising


FAILURES: dict[str, tuple[dict[str, Any], type[BaseException], str | None]] = {
    "a version with a v": ({"version": "v1.0.0"}, BuildError, "is no version"),
    "a version of two numbers": ({"version": "1.0"}, BuildError, "is no version"),
    "a version that is padded": ({"version": "1.0.01"}, BuildError, "is no version"),
    "no worker": ({"workers": 0}, BuildError, "0 workers"),
    "no such engine": ({"engine": "steam"}, BuildError, "there is no engine 'steam'"),
    "no input": ({"inputs": []}, SourceError, "nothing to read"),
    "no such input": ({"inputs": ["/nowhere/at all.txt"]}, SourceError, "does not exist"),
    "no such column": ({"recipe": Recipe.from_mapping({"input": {"text": "body"}})}, SourceError, "no column 'body'"),
    "no such pack": ({"recipe": Recipe.from_mapping({"rules": {"packs": ["/no/such"]}})}, CopydeskError, "/no/such"),
    "no such rule": ({"recipe": Recipe.from_mapping({"rules": {"off": ["no.such"]}})}, CopydeskError, "no.such"),
    "Ctrl-C": ({"progress": At(stop(KeyboardInterrupt()))}, KeyboardInterrupt, None),
    "a full disk": ({"progress": At(stop(OSError(28, "No space left on device")))}, BuildError, "No space left"),
    "a bug": ({"progress": At(stop(ZeroDivisionError()))}, ZeroDivisionError, None),
}


@pytest.mark.parametrize("force", [False, True], ids=["new", "replacing"])
@pytest.mark.parametrize("name", FAILURES)
def test_a_failed_build_leaves_nothing_behind(name: str, force: bool, edition: Path, tmp_path: Path) -> None:
    arguments, error, words = FAILURES[name]
    inputs = write_records(tmp_path / "in.parquet", [{"text": "The ferry leaves at nine."}])
    if force:
        shutil.copytree(edition, tmp_path / "deep" / "out")
    before = {str(path) for path in tmp_path.rglob("*")}, fingerprints(tmp_path)
    with pytest.raises(error, match=words):
        build(**{"inputs": [inputs], "out": tmp_path / "deep" / "out", "force": force, **arguments})
    assert ({str(path) for path in tmp_path.rglob("*")}, fingerprints(tmp_path)) == before


def test_what_comes_to_be_there_meanwhile_is_not_replaced(one: Path, tmp_path: Path) -> None:
    def write_novel() -> None:
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "novel.txt").write_text("Chapter one", encoding="utf-8")

    with pytest.raises(BuildError, match="holds no edition"):
        build(one, tmp_path / "out", progress=At(write_novel))
    assert siblings(tmp_path / "out") == ["novel.txt"]


def test_a_disk_that_is_full_is_told_of(one: Path, tmp_path: Path) -> None:
    """A real one: the system refuses to write more than a few kilobytes to any file."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))"
    program = f"{limit}; import sys; from copydesk.cli import main; sys.exit(main(sys.argv[1:]))"
    (tmp_path / "light.toml").write_text(NO_RULES.to_toml(), encoding="utf-8")
    done = python(
        "-c", program, "build", CORPUS / "raw", one, "-o", "out", "--workers", 1, "--recipe", "light.toml", cwd=tmp_path
    )
    assert done.returncode == STOPPED
    assert done.stderr.startswith(b"copydesk: error: cannot build out: ")
    assert b"Traceback" not in done.stderr
    assert siblings(tmp_path) == ["in", "light.toml"]


def test_the_users_two_packs_of_one_name_are_refused(one: Path, tmp_path: Path) -> None:
    for folder in ("mine", "yours"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "stamp.toml").write_text(STAMP.replace('"line"', f'"{folder}"', 1), encoding="utf-8")
    packs = [str(tmp_path / folder / "stamp.toml") for folder in ("mine", "yours")]
    with pytest.raises(BuildError, match=r"two rule packs are called stamp\.toml"):
        build(one, tmp_path / "out", recipe=Recipe.from_mapping({"rules": {"packs": packs}}))


def test_a_worker_that_dies_is_told_of() -> None:
    with pytest.raises(BuildError, match="a worker process died"):
        list(engines.engine("local", 2).run(_die, ["now", "later"], Silent().tick))


def _die(_item: str, _tick: engines.Tick) -> None:
    os._exit(9)


def test_a_workers_error_is_the_builds() -> None:
    with pytest.raises(BuildError, match="second"):
        list(engines.engine("local", 2).run(_fail, ["first", "second", "third"], Silent().tick))


def _fail(item: str, _tick: engines.Tick) -> None:
    if item == "second":
        raise BuildError(item)


# --- Being stopped from outside ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def long_build(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Give a folder, and a command that builds there for a while, with two workers."""
    folder = tmp_path_factory.mktemp("long")
    lines = "".join(json.dumps({"text": text}) + "\n" for text in CORPUS_TEXTS)
    (folder / "in.jsonl").write_text(lines * 200, encoding="utf-8")
    (folder / "small.toml").write_text("[output]\nchunk_mb = 1\n", encoding="utf-8")
    command = [sys.executable, "-m", "copydesk", "build", "in.jsonl", "-o", "out", "--recipe", "small.toml"]
    return folder, [*command, "--workers", "2"]


def stop_at_work(folder: Path, command: list[str], how: signal.Signals) -> tuple[int, bytes, set[int]]:
    """Start a build, stop it when its workers have begun to write; give exit code, messages and who was at work."""
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE) as process:  # noqa: S603
        wait_until(lambda: any(folder.glob(".out.unfinished/parts/*-000002-*")))
        workers = children_of(process.pid)
        process.send_signal(how)
        _, messages = process.communicate(timeout=60)
    return process.returncode, messages, workers


def wait_until(fact: Callable[[], bool]) -> None:
    """Wait for a fact, a minute at most."""
    end = time.monotonic() + 60
    while not fact():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def children_of(pid: int) -> set[int]:
    return {int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()}


def is_alive(pid: int) -> bool:
    """Is the process there, and more than an entry that its parent has not looked at?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_after_a_kill_no_worker_lives_and_the_next_build_succeeds(long_build: tuple[Path, list[str]]) -> None:
    folder, command = long_build
    code, _, workers = stop_at_work(folder, command, signal.SIGKILL)
    assert code == -signal.SIGKILL
    wait_until(lambda: not any(map(is_alive, workers)))
    assert siblings(folder) == [".out.unfinished", "in.jsonl", "small.toml"]
    build(folder / "in.jsonl", folder / "out", recipe=Recipe.load(folder / "small.toml"), workers=2)
    assert verify(folder / "out").documents == 200 * len(CORPUS_TEXTS)
    assert siblings(folder) == ["in.jsonl", "out", "small.toml"]
    shutil.rmtree(folder / "out")


def test_an_edition_inside_an_input_folder_is_not_read_again(tmp_path: Path) -> None:
    write_texts(tmp_path / "work", ["The ferry leaves at nine."])
    first = build([tmp_path / "work"], tmp_path / "work" / "out", recipe=NO_RULES)
    second = build([tmp_path / "work"], tmp_path / "again", recipe=NO_RULES)
    assert [entry.source for entry in second.inputs] == [entry.source for entry in first.inputs]
