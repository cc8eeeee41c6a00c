"""`restore`: every raw document comes back from stories and ledger, and no name leads out of the folder."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from copydesk import EditionError, build, restore
from copydesk.cli import main
from copydesk.progress import Silent
from copydesk.recipe import Ledger
from copydesk.release.manifest import Manifest
from copydesk.release.names import Names
from copydesk.release.restore import MARKER
from corpus_cases import load
from editions import NO_RULES, Row, fingerprints, write_records, write_texts
from forgery import forge

if TYPE_CHECKING:
    from pathlib import Path, PurePosixPath

TEXTS = [case.raw for case in load()][:20]

FILES = {
    "bom.txt": b"\xef\xbb\xbfThe ferry leaves.\r\nIt comes back.\rEnd",
    "latin.txt": b"caf\xe9",
    "empty.txt": b"",
    "blank.txt": b" \n\n",
    "nul.txt": b"a\0b\x7f\xc2\x85",
    "mended.txt": "Mayor SchÃ¶n opened the fer🍌ry.\n".encode(),
    "a*[b]?#%20.txt": b"A name that means something elsewhere.",
    "caf\udce9.txt": b"A name that is no Unicode.",
}
"""Text files that must come back byte for byte, the rejected ones too."""

LINES = [
    b'{"text": 5}',
    b"nonsense",
    b'{"text": "A raw \xff byte."}',
    b'{"id": "x", "text": "The ferry\\r\\nleaves \\ud83d\\ude00.", "n": 1.50, "deep": {"a" : [1,2]}}',
    b'{"id": 7, "text": " \\n "}',
    b"",
    b'{"text": "No id and nothing else."}',
    b'{"text": "No line end."}',
]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("restore") / "in"
    write_texts(folder / "texts", TEXTS)
    for name, data in FILES.items():
        (folder / "texts" / name).write_bytes(data)
    records = [{"id": f"r{n}", "text": text, "n": n, "tags": ["ä", '"']} for n, text in enumerate(TEXTS)]
    for name in ("plain.jsonl", "packed.jsonl.gz", "rows.parquet"):
        write_records(folder / name, records)
    table = pa.Table.from_pylist(records)
    with pa.ipc.new_file(folder / "rows.arrow", table.schema) as writer:
        writer.write_table(table)
    (folder / "odd.jsonl").write_bytes(b"\n".join(LINES))
    return folder


@pytest.fixture(scope="module")
def edition(inputs: Path) -> Path:
    build(inputs, inputs.parent / "edition", recipe=NO_RULES)
    return inputs.parent / "edition"


@pytest.fixture(scope="module")
def restored(edition: Path) -> Path:
    restore(edition, edition.parent / "out" / "restored")
    return edition.parent / "out" / "restored" / "in"


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- What comes back --------------------------------------------------------------------------------------------------


def test_text_files_come_back_byte_for_byte(inputs: Path, restored: Path) -> None:
    there = {path.name: path.read_bytes() for path in (restored / "texts").iterdir()}
    wanted = {path.name.replace("\udce9", "\\udce9"): path.read_bytes() for path in (inputs / "texts").iterdir()}
    assert there == wanted


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("plain.jsonl", "plain.jsonl"),
        ("packed.jsonl.gz", "packed.jsonl.gz.jsonl"),
        ("rows.parquet", "rows.parquet.jsonl"),
        ("rows.arrow", "rows.arrow.jsonl"),
    ],
)
def test_records_come_back_with_their_fields(name: str, file: str, inputs: Path, restored: Path) -> None:
    wanted = [json.loads(line) for line in (inputs / "plain.jsonl").read_bytes().splitlines()]
    assert [json.loads(line) for line in (restored / file).read_bytes().splitlines()] == wanted, name


def test_lines_that_are_no_records_stand_where_they_stood(restored: Path) -> None:
    lines = (restored / "odd.jsonl").read_bytes().split(b"\n")
    assert lines[:3] == LINES[:3]
    assert json.loads(lines[3]) == json.loads(LINES[3])
    assert b'"n":1.50' in lines[3].replace(b" ", b""), "numbers stay as they were written"
    assert json.loads(lines[4]) == {"id": "7", "text": " \n "}, "a record without a story is a reject, and whole"
    assert [json.loads(line) for line in lines[5:7]] == [json.loads(line) for line in LINES[6:]]
    assert lines[7:] == [b""]


def test_what_is_restored_makes_the_same_stories(edition: Path, restored: Path, tmp_path: Path) -> None:
    build(restored, tmp_path / "again", recipe=NO_RULES)
    first, again = (
        [pq.read_table(folder / "data/stories")[name].to_pylist() for name in ("id", "text", "spans")]
        for folder in (edition, tmp_path / "again")
    )
    assert sorted(zip(*first, strict=True), key=str) == sorted(zip(*again, strict=True), key=str)


def test_everything_is_counted(edition: Path, tmp_path: Path) -> None:
    progress = Silent()
    result = restore(edition, tmp_path / "out", progress=progress)
    accounts = Manifest.load(edition).accounts
    assert (result.documents, result.rejects, result.lost) == (accounts["published"], accounts["rejected"], 0)
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file() and path.name != MARKER]
    assert (result.files, result.bytes) == (len(files), sum(path.stat().st_size for path in files))
    assert progress.documents == result.documents
    assert json.loads((tmp_path / "out" / MARKER).read_bytes())["version"] == "1.0.0"


def test_records_whose_bytes_were_not_kept_are_counted(tmp_path: Path) -> None:
    rows: list[Row] = [{"text": "The ferry left."}, {"text": None}, {"text": ""}]
    write_records(tmp_path / "in.parquet", rows)
    build(tmp_path / "in.parquet", tmp_path / "edition", recipe=NO_RULES)
    result = restore(tmp_path / "edition", tmp_path / "out")
    assert (result.documents, result.rejects, result.lost) == (1, 1, 1)
    assert (tmp_path / "out" / "in.parquet.jsonl").read_bytes() == b'{"text": "The ferry left."}\n{"text": ""}\n'


def test_bytes_of_a_column_that_are_no_unicode_come_back_in_base64(tmp_path: Path) -> None:
    broken = pa.array([b"caf\xe9", b"coffee"]).view(pa.string())
    pq.write_table(pa.table({"text": broken}), tmp_path / "in.parquet")
    build(tmp_path / "in.parquet", tmp_path / "edition", recipe=NO_RULES)
    restore(tmp_path / "edition", tmp_path / "out")
    lines = (tmp_path / "out" / "in.parquet.jsonl").read_bytes().splitlines()
    assert [json.loads(line) for line in lines] == [{"text_base64": "Y2Fm6Q=="}, {"text": "coffee"}]


def test_other_keys_are_used_again(tmp_path: Path) -> None:
    records = [{"url": "a", "body": "The ferry left.", "text": "no text"}]
    write_records(tmp_path / "in.jsonl", records)
    build(
        tmp_path / "in.jsonl",
        tmp_path / "edition",
        recipe=replace(NO_RULES, input=replace(NO_RULES.input, text="body", id="url")),
    )
    restore(tmp_path / "edition", tmp_path / "out")
    assert json.loads((tmp_path / "out" / "in.jsonl").read_bytes()) == records[0]


def test_sources_that_are_read_in_many_pieces_come_back_whole(tmp_path: Path) -> None:
    chance = random.Random(9)  # noqa: S311 (no secret)
    records = [{"id": str(n), "text": " ".join(chance.choices(("ferry", "naïve", "海"), k=400))} for n in range(1500)]
    small = {"chunk_mb": 1, "shard_mb": 1, "rows_per_group": 100}
    recipe = replace(NO_RULES, output=replace(NO_RULES.output, **small), split=replace(NO_RULES.split, mode="off"))
    write_records(tmp_path / "in.jsonl", records)
    build(tmp_path / "in.jsonl", tmp_path / "edition", recipe=recipe)
    assert len(list((tmp_path / "edition/data/sources").iterdir())) > 1
    restore(tmp_path / "edition", tmp_path / "out")
    lines = (tmp_path / "out" / "in.jsonl").read_bytes().splitlines()
    assert [json.loads(line) for line in lines] == records


# --- What does not ----------------------------------------------------------------------------------------------------


def test_without_removed_text_nothing_can_be_restored(tmp_path: Path) -> None:
    write_texts(tmp_path / "in", ["The fer🍌ry left."])
    build(tmp_path / "in", tmp_path / "edition", recipe=replace(NO_RULES, ledger=Ledger(removed_text=False)))
    with pytest.raises(EditionError, match="is not restorable: its recipe left removed text out") as caught:
        restore(tmp_path / "edition", tmp_path / "out")
    assert "removed_text = true" in caught.value.hint
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("force", [False, True])
def test_what_is_there_is_not_replaced(force: bool, edition: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "novel.txt").write_text("Chapter one", encoding="utf-8")
    for out, words in (("out", "holds no restored documents"), ("out/novel.txt", "is a file")):
        with pytest.raises(EditionError, match=words):
            restore(edition, tmp_path / out, force=force)
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "novel.txt"]


def test_what_was_restored_before_is_replaced_when_told_to(edition: Path, tmp_path: Path) -> None:
    restore(edition, tmp_path / "out")
    before = fingerprints(tmp_path / "out")
    with pytest.raises(EditionError, match="holds restored documents already"):
        restore(edition, tmp_path / "out")
    (tmp_path / "out" / "more.txt").write_text("?", encoding="utf-8")
    with pytest.raises(EditionError, match=r"also holds more\.txt"):
        restore(edition, tmp_path / "out", force=True)
    (tmp_path / "out" / "more.txt").unlink()
    restore(edition, tmp_path / "out", force=True)
    assert fingerprints(tmp_path / "out") == before
    assert names_in(tmp_path) == ["out"]


def test_what_a_killed_restore_left_is_taken_over(edition: Path, tmp_path: Path) -> None:
    (tmp_path / ".out.unfinished" / "in").mkdir(parents=True)
    (tmp_path / ".out.unfinished" / "in" / "half.txt").write_text("?", encoding="utf-8")
    restore(edition, tmp_path / "out")
    assert not (tmp_path / "out" / "in" / "half.txt").exists()
    assert names_in(tmp_path) == ["out"]


def test_a_link_in_the_place_of_the_unfinished_folder_is_not_followed(edition: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "novel.txt").write_text("Chapter one", encoding="utf-8")
    (tmp_path / ".out.unfinished").symlink_to("precious")
    with pytest.raises(EditionError, match="cannot write"):
        restore(edition, tmp_path / "out")
    assert (tmp_path / "precious" / "novel.txt").exists()


def swap_texts(table: list[Row]) -> None:
    table[0]["text"] = table[0]["text"].swapcase()


def test_damage_is_told_of_and_nothing_is_left(edition: Path, tmp_path: Path) -> None:
    shutil.copytree(edition, tmp_path / "edition")
    forge(tmp_path / "edition", "stories", swap_texts)
    with pytest.raises(EditionError, match="row 0: stories and ledger do not give the raw document"):
        restore(tmp_path / "edition", tmp_path / "deep" / "out")
    (tmp_path / "edition/data/stories/train-00000-of-00001.parquet").write_bytes(b"PAR1")
    with pytest.raises(EditionError, match="is not the file of edition"):
        restore(tmp_path / "edition", tmp_path / "deep" / "out")
    assert names_in(tmp_path) == ["edition"]


def test_a_full_disk_is_told_of(edition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("copydesk.release.restore._Files.write", full)
    with pytest.raises(EditionError, match=r"cannot restore to .*: No space left on device"):
        restore(edition, tmp_path / "out")
    assert names_in(tmp_path) == []


# --- Names ------------------------------------------------------------------------------------------------------------

HOSTILE = [
    "../../etc/passwd.txt",
    "/etc/passwd.txt",
    "..",
    ".",
    "",
    "/",
    "//",
    "a/../../b.txt",
    "a/./b.txt",
    "a//b.txt",
    "nul\0.txt",
    "x" * 5000 + ".txt",
    "ü" * 150 + ".txt",
    "/".join(["deep"] * 900) + ".txt",
    MARKER,
    "a.txt",
    "a.txt/b.txt",
    "A\n\x1b[31m.txt",
    "...",
    " ",
    "~",
    "renamed/x.txt",
]


def place_all(sources: list[str], folder: Path, suffix: str = "") -> list[PurePosixPath]:
    """Write a file for each source and give the paths."""
    names = Names(MARKER)
    paths = [names.place(source, suffix) for source in sources]
    for number, path in enumerate(paths):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(str(number), encoding="utf-8")
    return paths


@pytest.mark.parametrize("suffix", ["", ".jsonl"])
def test_no_name_leads_out_of_the_folder(suffix: str, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    paths = place_all(HOSTILE, tmp_path / "out", suffix)
    assert len({*paths}) == len(HOSTILE)
    assert names_in(tmp_path) == ["out"]
    for number, path in enumerate(paths):
        assert (tmp_path / "out" / path).resolve().is_relative_to(tmp_path / "out")
        assert (tmp_path / "out" / path).read_text(encoding="utf-8") == str(number)
        assert path.name.endswith(suffix)
    assert not (tmp_path / "out" / MARKER).exists()


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("a./\0~é"), max_size=8), unique=True, max_size=12))
@example(["a/", "a", "a/a", "./a"])
def test_any_names_get_paths_of_their_own(sources: list[str]) -> None:
    names = Names(MARKER)
    paths = [names.place(source, ".jsonl") for source in sources]
    assert len({*paths}) == len(paths)
    for path in paths:
        assert not path.is_absolute()
        assert ".." not in path.parts
        assert "\0" not in str(path)
        assert not any(path in other.parents for other in paths)


def test_names_that_do_no_harm_stay() -> None:
    names = Names(MARKER)
    for name in ("in/a.txt", "in/b c\n.txt", "in/.hidden.txt", "in/..x.txt", "d/in.jsonl"):
        assert str(names.place(name, "")) == name
    assert names.renamed == {}
    assert str(names.place("../a.txt", "")).startswith("_/a~")
    assert list(names.renamed.values()) == ["../a.txt"]


def test_an_edition_of_hostile_names_stays_in_its_folder(tmp_path: Path) -> None:
    write_texts(tmp_path / "in", ["The ferry left."])
    build(tmp_path / "in", tmp_path / "edition", recipe=NO_RULES)
    for table in ("sources", "stories"):
        forge(tmp_path / "edition", table, lambda rows: rows[0].update(source="../../evil.txt"))
    manifest = Manifest.load(tmp_path / "edition")
    entry = replace(manifest.inputs[0], source="../../evil.txt")
    replace(manifest, inputs=(entry,)).write(tmp_path / "edition")
    result = restore(tmp_path / "edition", tmp_path / "deep" / "out")
    ((name, source),) = result.renamed.items()
    assert source == "../../evil.txt"
    assert (tmp_path / "deep" / "out" / name).read_text(encoding="utf-8") == "The ferry left."
    assert names_in(tmp_path) == ["deep", "edition", "in"]


# --- The command ------------------------------------------------------------------------------------------------------


def test_the_command_says_what_it_restored(edition: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["restore", str(edition), "-o", str(tmp_path / "out")]) == 0
    out, err = capsys.readouterr()
    documents = Manifest.load(edition).accounts["published"]
    assert f"{tmp_path / 'out'}: {documents} documents of edition 1.0.0 in " in out
    assert err == ""
    assert main(["restore", str(edition), "-o", str(tmp_path / "out")]) == 1
    assert "--force" in capsys.readouterr().err
    assert main(["restore", str(edition), "-o", str(tmp_path / "out"), "--force", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
