"""`rebuild`: an edition and its inputs make it again, to the byte; and what a manifest tells of inputs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conftest import ROOT
from copydesk import EditionError, SourceError, build, rebuild, verify
from copydesk.addresses import recorded
from copydesk.cli import main
from copydesk.errors import BuildError
from copydesk.models import LINE_MODEL
from copydesk.release.manifest import Manifest, data_digest
from corpus_cases import load
from editions import NO_RULES, fingerprints, write_records, write_texts
from light import STAMP

if TYPE_CHECKING:
    from pathlib import Path

    from copydesk import Recipe

TEXTS = [case.raw for case in load()][:20]


def own_recipe(folder: Path) -> Recipe:
    """Give a recipe with a pack and a model of the user's own, and other settings than the default ones."""
    (folder / "stamp.toml").write_text(STAMP, encoding="utf-8")
    shutil.copy(ROOT / "src" / "copydesk" / "data" / LINE_MODEL.shipped, folder / "mine.json")
    return replace(
        NO_RULES,
        input=replace(NO_RULES.input, text="body"),
        rules=replace(NO_RULES.rules, packs=(str(folder / "stamp.toml"),)),
        model=replace(NO_RULES.model, file=str(folder / "mine.json"), least=0.51),  # another, that strikes the same
        output=replace(NO_RULES.output, rows_per_group=9, compression_level=5),
    )


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with inputs, an edition of them, and one that follows it."""
    folder = tmp_path_factory.mktemp("rebuild")
    write_texts(folder / "in" / "texts", TEXTS)
    write_records(folder / "in" / "more.jsonl.gz", [{"body": f"{text}\nSEEN AND FILED"} for text in TEXTS])
    (folder / "in" / "texts" / "latin.txt").write_bytes(b"caf\xe9")
    (folder / "keep").mkdir()
    build(folder / "in", folder / "first", recipe=NO_RULES, version="1.2.0")
    build(folder / "in", folder / "edition", recipe=own_recipe(folder / "keep"), previous=folder / "first")
    return folder


@pytest.fixture
def moved(work: Path, tmp_path: Path) -> Path:
    """Give a copy of the edition and of its inputs, far from where they were."""
    shutil.copytree(work / "edition", tmp_path / "edition")
    shutil.copytree(work / "in", tmp_path / "far" / "in")
    return tmp_path


def test_the_same_bytes_come_again(moved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(moved / "far")
    rebuild(moved / "edition", moved / "out")
    assert fingerprints(moved / "out") == fingerprints(moved / "edition")
    assert verify(moved / "out").version == "1.3.0"


def test_inputs_are_found_under_other_names(moved: Path) -> None:
    (moved / "far" / "in" / "texts").rename(moved / "pages")
    (moved / "far" / "in" / "more.jsonl.gz").rename(moved / "far" / "renamed.ndjson.gz")
    (moved / "pages" / "unrelated.txt").write_text("It was not there.", encoding="utf-8")
    for number, path in enumerate(sorted((moved / "pages").glob("00*.txt"))):
        path.rename(moved / "pages" / f"z{number}.txt")
    rebuild(moved / "edition", moved / "out", [moved / "pages", moved / "far"])
    assert fingerprints(moved / "out") == fingerprints(moved / "edition")


def test_inputs_of_the_same_content_are_told_by_their_names(tmp_path: Path) -> None:
    write_texts(tmp_path / "in", ["The ferry left."] * 3)
    build(tmp_path / "in", tmp_path / "edition", recipe=NO_RULES)
    rebuild(tmp_path / "edition", tmp_path / "out", tmp_path / "in")
    assert fingerprints(tmp_path / "out") == fingerprints(tmp_path / "edition")


def test_an_input_that_changed_is_named_and_nothing_is_built(moved: Path) -> None:
    path = moved / "far" / "in" / "texts" / "0007.txt"
    path.write_bytes(path.read_bytes() + b"!")
    with pytest.raises(SourceError, match=r"0007\.txt is not what the edition was made from") as caught:
        rebuild(moved / "edition", moved / "out", [moved / "far" / "in"])
    entry = next(entry for entry in Manifest.load(moved / "edition").inputs if entry.source == "in/texts/0007.txt")
    assert entry.sha256 in caught.value.hint
    assert not (moved / "out").exists()


def test_an_input_of_the_same_length_is_known_by_its_hash(moved: Path) -> None:
    path = moved / "far" / "in" / "texts" / "0007.txt"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(SourceError, match=r"0007\.txt is not what the edition was made from"):
        rebuild(moved / "edition", moved / "out", [moved / "far" / "in"])


def test_an_input_that_is_missing_is_named(moved: Path) -> None:
    (moved / "far" / "in" / "texts" / "0007.txt").unlink()
    with pytest.raises(SourceError, match=r"in/texts/0007\.txt is not among the inputs"):
        rebuild(moved / "edition", moved / "out", [moved / "far" / "in"])


def test_without_inputs_one_is_told_to_name_them(moved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(moved)
    with pytest.raises(SourceError, match="in does not exist") as caught:
        rebuild(moved / "edition", moved / "out")
    assert "copydesk rebuild DIR -o OUT INPUT..." in caught.value.hint


@pytest.mark.parametrize("name", ["recipe.toml", "rules/stamp.toml", "mine.json", "CHANGELOG.md", "README.md"])
def test_papers_that_were_changed_make_nothing(name: str, moved: Path) -> None:
    with (moved / "edition" / name).open("ab") as file:
        file.write(b"\n")
    with pytest.raises(EditionError, match=r"is not the file of edition 1\.3\.0"):
        rebuild(moved / "edition", moved / "out", [moved / "far" / "in"])


def test_what_comes_out_otherwise_is_told_of(moved: Path) -> None:
    manifest = Manifest.load(moved / "edition")
    files = tuple(
        replace(entry, sha256="0" * 64) if entry.path.startswith("data/stories") else entry for entry in manifest.files
    )
    replace(manifest, data_digest=data_digest(files), files=files).write(moved / "edition")
    with pytest.raises(EditionError, match=r"is not the same edition: data/stories/.* differs") as caught:
        rebuild(moved / "edition", moved / "out", [moved / "far" / "in"])
    assert caught.value.hint == f"copydesk diff {moved / 'edition'} {moved / 'out'} shows what differs"
    verify(moved / "out")


def test_what_is_there_is_replaced_only_when_told_to(moved: Path) -> None:
    with pytest.raises(BuildError, match="holds an edition already"):
        rebuild(moved / "edition", moved / "edition", [moved / "far" / "in"])
    rebuild(moved / "edition", moved / "edition", [moved / "far" / "in"], force=True)
    verify(moved / "edition")


# --- What a manifest tells of inputs ----------------------------------------------------------------------------------

RECORDED = {
    "dump.jsonl": "dump.jsonl",
    "data/dump.jsonl": "data/dump.jsonl",
    "./data//dump.jsonl": "data/dump.jsonl",
    "../dump.jsonl": "../dump.jsonl",
    ".": ".",
    "/home/somebody/data/dump.jsonl": "dump.jsonl",
    "/home/somebody/data/": "data",
    "file:///home/somebody/dump.jsonl": "dump.jsonl",
    "/": ".",
    "s3://bucket/path/dump.jsonl": "s3://bucket/path/dump.jsonl",
    "https://me:secret@host.example:8080/dump.jsonl": "https://host.example:8080/dump.jsonl",
    "hf://datasets/a/b/c.parquet": "hf://datasets/a/b/c.parquet",
    "caf\udce9.txt": "caf\\udce9.txt",
}


@pytest.mark.parametrize("address", RECORDED)
def test_an_address_tells_nothing_of_the_machine(address: str) -> None:
    assert recorded(address) == RECORDED[address]


def test_the_manifest_says_how_to_make_the_edition_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_texts(tmp_path / "two words", ["The ferry left."])
    write_texts(tmp_path / "b", ["It came back."])
    monkeypatch.chdir(tmp_path)
    manifest = build(["two words", "b"], "out", recipe=NO_RULES)
    assert manifest.given == ("b", "two words")
    assert manifest.rebuild == "copydesk rebuild DIR -o OUT b 'two words'"
    assert {entry.encoding for entry in manifest.inputs} == {"utf-8"}
    assert Manifest.load(tmp_path / "out") == manifest


def test_the_manifest_has_a_digest_of_each_rule(work: Path) -> None:
    rulebook = Manifest.load(work / "edition").rulebook
    assert list(rulebook) == ["stamp.line"]
    assert len(rulebook["stamp.line"]) == 16


# --- The command ------------------------------------------------------------------------------------------------------


def test_the_command_warns_of_other_releases(
    moved: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from copydesk.release.manifest import library_versions

    monkeypatch.setattr("copydesk.release.rebuild.library_versions", lambda: {**library_versions(), "ftfy": "0.1"})
    out = moved / "out"
    arguments = ["rebuild", str(moved / "edition"), "-o", str(out), str(moved / "far" / "in"), "--workers", "1"]
    assert main(arguments) == 0
    printed, told = capsys.readouterr()
    digest = Manifest.load(moved / "edition").data_digest
    assert printed == f"{out}: edition 1.3.0 again, its data the same to the byte ({digest})\n"
    assert "copydesk: warning: the edition was made with ftfy 6." in told
    assert main([*arguments, "--force", "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_inputs_may_stand_on_both_sides_of_options(
    moved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts, more = str(moved / "far" / "in" / "texts"), str(moved / "far" / "in" / "more.jsonl.gz")
    command = ["rebuild", str(moved / "edition"), texts, "-o", str(tmp_path / "out"), more, "-q", "--workers", "1"]
    assert main(command) == 0
    assert main([*command, "--force", "nowhere"]) == 1
    assert "nowhere does not exist" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*command, "--loud"])
