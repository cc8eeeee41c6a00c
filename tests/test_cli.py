"""The command line: what each command prints, with which exit code, and that nobody ever sees a traceback."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest

import copydesk
import programs
from conftest import CORPUS
from copydesk import Cleaned, Recipe, build
from copydesk.cli import main
from copydesk.cli.console import READER_GONE
from copydesk.desk import Desk
from copydesk.recipe import Mend
from copydesk.release.manifest import Manifest
from editions import NO_RULES, rows, write_records

FULL = Path("/dev/full")

DESKS = cache(Desk)

DOCUMENT = CORPUS / "raw" / "en" / "ferry-residue-captions.txt"
RAW = DOCUMENT.read_bytes().decode()

ESCAPES = (
    "A \x1b[31mred\x1b[0m herring.\x07\x1b]0;title\x07 \x9b2J\x90 Left\u202eright \x7f\r\x08 end, says \u2066he\u2069."
)
"""Text that would colour, clear, retitle or turn round a terminal, in C0, in C1 and by Unicode's own controls."""

STEERING = [
    *map(chr, range(9)),
    *map(chr, range(11, 32)),
    *map(chr, range(0x7F, 0xA0)),
    *"\u202a\u202b\u202c\u202d\u202e\u2066\u2069",
]
"""Characters that must not reach a terminal out of a document."""


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    write_records(
        folder / "in.jsonl", [{"id": "no\x1b[31m", "text": RAW, "by": ESCAPES}, {"text": ESCAPES}, {"text": 5}]
    )
    build(folder / "in.jsonl", folder / "edition")
    return folder / "edition"


@pytest.fixture
def copy(edition: Path, tmp_path: Path) -> Path:
    """Give an edition that a test may damage."""
    shutil.copytree(edition, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture(autouse=True)
def _compile_a_recipe_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands that run in this process share their desks: compiling one takes most of a command's time."""
    monkeypatch.setattr("copydesk.desk.Desk", DESKS)


@pytest.fixture
def light(tmp_path: Path) -> Path:
    """Give a recipe without rules, for commands that run in a process of their own."""
    (tmp_path / "light.toml").write_text(NO_RULES.to_toml(), encoding="utf-8")
    return tmp_path / "light.toml"


def clean(raw: str) -> Cleaned:
    """Clean with the default recipe."""
    return DESKS(Recipe()).clean(raw)


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Run the command line in this process; give the exit code, standard output and standard error."""
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as leaving:  # argparse leaves so, with a number
        code = leaving.code if isinstance(leaving.code, int) else 0
    out, err = capsys.readouterr()
    return code, out, err


# --- Wrong usage and wrong data ---------------------------------------------------------------------------------------

USAGE: dict[str, tuple[str, str]] = {
    "no command": ("", "arguments are required: COMMAND"),
    "no such command": ("scrub", "invalid choice: 'scrub'"),
    "a command with a slip": ("biuld in.jsonl -o out", "did you mean 'build'?"),
    "no such option": ("clean --loud", "unrecognized arguments: --loud\n"),
    "an option with a slip": ("build in.jsonl -o out --worker=2", "--worker=2; did you mean --workers?"),
    "an option of an action with a slip": ("rules list --jsn", "--jsn; did you mean --json?"),
    "build without inputs": ("build -o out", "arguments are required: INPUT"),
    "build without output": ("build in.jsonl", "arguments are required: -o/--out"),
    "workers that are no number": ("build in.jsonl -o out --workers many", "invalid int value: 'many'"),
    "no such language engine": ("clean --language guess", "invalid choice: 'guess'"),
    "two forms at once": ("clean --diff --json", "not allowed with argument"),
    "explain without story": ("explain edition", "arguments are required: STORY_ID"),
    "rules without action": ("rules", "arguments are required: ACTION"),
}


@pytest.mark.parametrize("name", USAGE)
def test_wrong_usage_is_2(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, words = USAGE[name]
    code, out, err = run(capsys, *arguments.split())
    assert (code, out) == (2, "")
    assert words in err
    assert err.startswith("usage: copydesk")


def test_clean_decodes_what_is_no_utf8_if_the_recipe_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Der Bürgermeister sagte, die Brücke über den Fluß werde erst im März geöffnet."
    (tmp_path / "a.txt").write_bytes(text.encode("cp1252"))
    (tmp_path / "detect.toml").write_text('[input]\nlegacy = "detect"\n', encoding="utf-8")
    code, out, _ = run(capsys, "clean", tmp_path / "a.txt", "--recipe", tmp_path / "detect.toml")
    assert (code, out) == (0, f"{text}\n")


def test_clean_says_that_a_file_of_records_is_for_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "One."}\n', encoding="utf-8")
    code, _, err = run(capsys, "clean", path)
    assert code == 0
    assert "`copydesk build` reads a file of records" in err


WRONG: dict[str, tuple[str, str, str]] = {
    "clean: no such file": ("clean none.txt", "cannot read none.txt: No such file or directory", "check the path"),
    "clean: a folder": ("clean folder", "cannot read folder: Is a directory", "check the path"),
    "clean: not UTF-8": ("clean latin.txt", "latin.txt is not UTF-8: unexpected end of data at byte 3", "legacy"),
    "clean: no such recipe": ("clean good.txt --recipe none.toml", "cannot read the recipe none.toml", "--recipe"),
    "clean: a wrong recipe": ("clean good.txt --recipe wrong.toml", "there is no setting mends", "did you mean mend?"),
    "clean: no such pack": ("clean good.txt --rules none.toml", "none.toml: ", "check the path of the rule pack"),
    "clean: what is no rule": ("clean good.txt --off mend.ftfy", "`mend.ftfy`", "set ftfy = false under [mend]"),
    "clean: no such rule of a kind": (
        "clean good.txt --off tags.x9x9x",
        "`tags.x9x9x`",
        "known here: tags, tags.bare_word, tags.",
    ),
    "clean: no such rule": ("clean good.txt --off captoin", "`captoin`", "id you mean `caption`?"),
    "build: no such input": ("build none.txt -o out", "none.txt does not exist", "check the path"),
    "build: no version": ("build good.txt -o out --version v1", "'v1' is no version", "such as 1.0.0, without a v"),
    "build: no worker": ("build good.txt -o out --workers 0", "0 workers cannot do anything", "at least one"),
    "build: no engine": ("build good.txt -o out --engine steam", "there is no engine 'steam'", "choose local"),
    "build: output is a file": ("build good.txt -o latin.txt", "latin.txt is a file", "name a folder"),
    "build: output below a file": ("build good.txt -o latin.txt/x", "cannot write", "choose another folder"),
    "build: output is no edition": ("build good.txt -o folder --force", "holds no edition", "only what it wrote"),
    "verify: no such folder": ("verify none", "none is no edition", "`copydesk build`"),
    "verify: no edition": ("verify folder", "folder is no edition: it has no manifest.json", "`copydesk build`"),
    "verify: a file": ("verify good.txt", "good.txt/manifest.json cannot be read", "fetch or build"),
    "explain: no edition": ("explain folder 0", "folder is no edition", "`copydesk build`"),
    "rules list: no such pack": ("rules list --rules none", "none: ", "check the path of the rule pack"),
    "rules test: a wrong pack": ("rules test --rules wrong.toml", "`mends`", "phrases"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_data_is_1_with_a_hint(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "novel.md").write_text("Chapter one", encoding="utf-8")
    (tmp_path / "good.txt").write_text("The ferry leaves at nine.", encoding="utf-8")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    (tmp_path / "wrong.toml").write_text("[mends]\nftfy = true\n", encoding="utf-8")
    arguments, message, hint = WRONG[name]
    code, out, err = run(capsys, *arguments.split())
    told, hinted = err.rstrip("\n").split("\nhint: ")
    assert (code, out) == (1, "")
    assert told.startswith("copydesk: error: ")
    assert message in told
    assert hint in hinted
    assert not (tmp_path / "out").exists()


def test_a_user_sees_no_traceback(tmp_path: Path) -> None:
    done = programs.copydesk("build", "none.txt", "-o", "out", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr == b"copydesk: error: none.txt does not exist\nhint: check the path\n"


# --- clean ------------------------------------------------------------------------------------------------------------


def test_clean_prints_the_stories(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "clean", DOCUMENT)
    assert (code, err) == (0, "")
    assert out.rstrip("\n") == clean(RAW).text.rstrip("\n")


def test_clean_reads_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["clean", "-"], ["clean"]):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(RAW.encode())))
        assert run(capsys, *arguments) == run(capsys, "clean", DOCUMENT)


def test_clean_is_a_filter_for_bytes(light: Path) -> None:
    """Line ends and characters come through as they are, whatever the locale says."""
    raw = "Der Fährmann wartet.\r\n\r\nEr wartet lange 😀.\r\n".encode()
    done = programs.copydesk(
        "clean", "--recipe", light, input=raw, env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"}
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == clean(raw.decode()).text


def test_clean_diff_shows_each_stroke(capsys: pytest.CaptureFixture[str]) -> None:
    """What it looks like is shown in `test_terminal_strokes.py`."""
    code, out, _ = run(capsys, "clean", "--diff", DOCUMENT)
    rules = {edit.rule for edit in clean(RAW).edits if edit.removed and edit.removed.strip()}
    assert code == 0
    assert rules
    assert all(f"«{rule}" in out for rule in rules)


def test_clean_json_holds_everything(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "clean", "--json", DOCUMENT)
    parsed, cleaned = json.loads(out), clean(RAW)
    assert code == 0
    assert [story["text"] for story in parsed["stories"]] == [story.text for story in cleaned.stories]
    assert [story["fields"] for story in parsed["stories"]] == [story.fields for story in cleaned.stories]
    assert not any("edits" in story for story in parsed["stories"]), "the ledger is there once"
    assert [(edit["start"], edit["end"], edit["rule"], edit["removed"]) for edit in parsed["edits"]] == [
        (edit.start, edit.end, edit.rule, edit.removed) for edit in cleaned.edits
    ]


def test_clean_obeys_its_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("The ferry left.\n\nAdvertisement\n\nIt came back. SchÃ¶n!", encoding="utf-8")
    (tmp_path / "my.toml").write_text('[mend]\nftfy = false\n[language]\nengine = "none"\n', encoding="utf-8")
    _, out, _ = run(capsys, "clean", tmp_path / "a.txt", "--json", "--off", "ad", "--recipe", tmp_path / "my.toml")
    (story,) = json.loads(out)["stories"]
    assert "Advertisement" in story["text"]
    assert "SchÃ¶n" in story["text"]
    assert story["language"] == "und"


def test_clean_says_when_it_kept_a_document_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(
        "Advertisement\n\nThe ferry left.\n\nAdvertisement\n\nAdvertisement\n", encoding="utf-8"
    )
    (tmp_path / "my.toml").write_text('[model]\nmode = "off"\n[guard]\nmax_struck = 0.5\n', encoding="utf-8")
    code, out, err = run(capsys, "clean", "--recipe", tmp_path / "my.toml", tmp_path / "a.txt")
    assert (code, out) == (0, (tmp_path / "a.txt").read_text(encoding="utf-8"))
    assert err == "copydesk: kept whole for review: too much of the text would have been struck\n"


# --- Terminals --------------------------------------------------------------------------------------------------------


Run: TypeAlias = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run_on_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give `run` for a standard output that says it is a terminal."""

    def running(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        return run(capsys, *arguments)

    return running


@pytest.fixture
def _no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wish for no colours, so that any escape is the document's."""
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.mark.usefixtures("_no_color")
@pytest.mark.parametrize("form", ["", "--diff", "--json"])
def test_clean_lets_no_document_steer_the_terminal(form: str, tmp_path: Path, run_on_terminal: Run) -> None:
    (tmp_path / "a.txt").write_bytes(ESCAPES.encode())
    recipe = replace(NO_RULES, mend=Mend(ftfy=False))
    (tmp_path / "raw.toml").write_text(recipe.to_toml(), encoding="utf-8")
    code, out, err = run_on_terminal("clean", tmp_path / "a.txt", "--recipe", tmp_path / "raw.toml", *form.split())
    assert (code, err) == (0, "")
    assert [char for char in out if char in STEERING] == []
    if form == "--json":
        assert json.loads(out)["stories"][0]["text"] == ESCAPES


@pytest.mark.usefixtures("_no_color")
@pytest.mark.parametrize("form", ["", "--json"])
def test_explain_lets_no_document_steer_the_terminal(form: str, edition: Path, run_on_terminal: Run) -> None:
    for story in rows(edition, "stories"):
        code, out, _ = run_on_terminal("explain", edition, story["id"], *form.split())
        assert code == 0
        assert [char for char in out if char in STEERING] == []


def test_a_message_lets_no_file_name_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = run(capsys, "clean", tmp_path / "\x1b[31m.txt")
    assert "\\x1b[31m.txt: No such file" in err


def test_colours_are_for_terminals_that_want_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], run_on_terminal: Run
) -> None:
    plain = run(capsys, "clean", DOCUMENT, "--diff")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    colored = run_on_terminal("clean", DOCUMENT, "--diff")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "10000")
    assert "\x1b" not in plain[1]
    assert run_on_terminal("clean", DOCUMENT, "--diff") == plain
    assert "\x1b[31m- \x1b[0m\x1b[31;9mTranslated by Ida Moor\x1b[0m" in colored[1]


def test_on_a_real_terminal(light: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(ESCAPES.encode())
    seen, _ = programs.copydesk_on_terminal(tmp_path, "stdout", "clean", "a.txt", "--recipe", str(light), NO_COLOR="1")
    assert "herring" in seen
    assert [char for char in seen.replace("\r\n", "\n") if char in STEERING] == []


# --- build ------------------------------------------------------------------------------------------------------------


def test_build_says_what_it_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_records(tmp_path / "in.jsonl", [{"body": RAW, "url": "a/b"}, {"body": " "}, {"body": 5}])
    arguments = ("--text-key", "body", "--id-key", "url", "--version", "2.3.4", "--workers", 1)
    code, out, err = run(capsys, "build", tmp_path / "in.jsonl", "-o", tmp_path / "out", *arguments)
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == f"{tmp_path / 'out'}: edition 2.3.4, 1 story from 1 document"
    assert lines[1:4] == ["3 read = 1 published + 2 rejected", "  rejected: 1 empty", "  rejected: 1 text_not_a_string"]
    assert "  struck: 1 x credit" in lines
    assert err.startswith("3 documents, 0.0 MB of text, ")
    assert [row["record_id"] for row in rows(tmp_path / "out", "sources")] == ["a/b"]


def test_build_is_silent_when_told_to(light: Path, tmp_path: Path) -> None:
    done = programs.copydesk("build", DOCUMENT, "-o", "out", "--quiet", "--recipe", light, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert programs.copydesk("verify", "out", cwd=tmp_path).returncode == 0


def test_build_replaces_an_edition_only_when_forced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ("build", DOCUMENT, "-o", tmp_path / "out", "--workers", 1, "--quiet")
    assert run(capsys, *command) == (0, "", "")
    code, _, err = run(capsys, *command)
    assert code == 1
    assert "holds an edition already\nhint: write to another folder, or replace it with --force" in err
    assert run(capsys, *command, "--force") == (0, "", "")


def test_ctrl_c_is_130_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("copydesk.progress.Lines.tick", interrupt)
    assert run(capsys, "build", DOCUMENT, "-o", tmp_path / "out", "--workers", 1) == (130, "", "copydesk: stopped\n")
    assert list(tmp_path.iterdir()) == []


# --- explain ----------------------------------------------------------------------------------------------------------


def test_explain_tells_where_a_story_came_from(edition: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story, source = rows(edition, "stories")[0], rows(edition, "sources")[0]
    code, out, _ = run(capsys, "explain", edition, story["id"])
    assert code == 0
    assert f"{story['id']} (article, en " in out
    assert "in.jsonl, record 1" in out
    assert f"sha256 {source['sha256']}, {source['chars']:,} characters, 1 story" in out
    assert f"{len(source['edits'])} strokes by " in out
    assert all(f"«{edit['rule']}" in out for edit in source["edits"])
    assert story["fields"]["captions"][0] in out


def test_explain_lists_the_strokes(edition: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story, source = rows(edition, "stories")[0], rows(edition, "sources")[0]
    _, out, _ = run(capsys, "explain", edition, story["id"], "--list")
    assert f"{len(source['edits'])} strokes:" in out
    assert all(f"{edit['start']}:{edit['end']}  {edit['rule']}  " in out for edit in source["edits"])


def test_explain_takes_the_start_of_an_id(edition: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = rows(edition, "stories")[0]["id"]
    assert run(capsys, "explain", edition, whole[:6]) == run(capsys, "explain", edition, whole)


def test_explain_json_holds_everything(edition: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story, source = rows(edition, "stories")[0], rows(edition, "sources")[0]
    code, out, _ = run(capsys, "explain", edition, story["id"], "--json")
    parsed = json.loads(out)
    assert code == 0
    assert {key: parsed[key] for key in ("id", "source", "position", "record_id", "meta", "sha256", "chars")} == {
        "id": story["id"],
        **{key: source[key] for key in ("source", "position", "record_id", "meta", "sha256", "chars")},
    }
    assert parsed["story"]["text"] == story["text"]
    assert [edit["rule"] for edit in parsed["story"]["edits"]] == [edit["rule"] for edit in source["edits"]]


def test_explain_takes_the_id_of_a_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_records(tmp_path / "in.jsonl", [{"id": "page 7", "text": RAW}, {"id": "page 8", "text": "A line."}])
    build(tmp_path / "in.jsonl", tmp_path / "out", recipe=NO_RULES)
    stories = rows(tmp_path / "out", "stories")
    by_id = run(capsys, "explain", tmp_path / "out", stories[1]["id"])
    assert run(capsys, "explain", tmp_path / "out", "page 8") == by_id
    assert by_id[0] == 0
    write_records(tmp_path / "twice.jsonl", [{"id": "x", "text": "A line."}, {"id": "x", "text": "Another."}])
    build(tmp_path / "twice.jsonl", tmp_path / "twice", recipe=NO_RULES)
    _, _, err = run(capsys, "explain", tmp_path / "twice", "x")
    assert "2 stories of" in err
    assert "come from a record 'x'" in err


def test_explain_takes_the_name_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a/quay.txt", "b/quay.txt", "b/mill.txt"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{RAW}\n{name}")
    build(tmp_path / "in", tmp_path / "out", recipe=NO_RULES)
    ids = {row["source"]: row["id"] for row in rows(tmp_path / "out", "stories")}
    told = {name: run(capsys, "explain", tmp_path / "out", name) for name in ("mill.txt", "b/quay.txt", *ids)}
    assert told["mill.txt"] == run(capsys, "explain", tmp_path / "out", ids["in/b/mill.txt"])
    assert told["b/quay.txt"] == told["in/b/quay.txt"] != told["in/a/quay.txt"]
    assert "2 stories of" in run(capsys, "explain", tmp_path / "out", "quay.txt")[2]


@pytest.mark.parametrize(
    ("start", "words"),
    [("zz", "no stories of"), ("", "2 stories of"), ("\x1b", "no stories of"), ("%", "no stories of")],
)
def test_explain_needs_an_id_of_one_story(
    start: str, words: str, edition: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "explain", edition, start)
    assert (code, out) == (1, "")
    assert words in err
    assert "have an id that starts with" in err


# --- verify -----------------------------------------------------------------------------------------------------------


def test_verify_says_what_it_checked(edition: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = len(Manifest.load(edition).files)
    said = f"{files} files hashed, 2 documents put together again and compared, 2 stories, 1 reject\n"
    assert run(capsys, "verify", edition) == (0, f"edition 1.0.0 is what it says: {said}", "")
    assert json.loads(run(capsys, "verify", edition, "--json")[1]) == {
        "version": "1.0.0", "files": files, "documents": 2, "stories": 2, "rejects": 1, "restorable": True,
    }  # fmt: skip


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def remove(path: Path) -> None:
    path.unlink()


def add_copy(path: Path) -> None:
    shutil.copy(path, path.with_name("train-99999-of-99999.parquet"))


FILES = {
    "stories": "data/stories/train-00000-of-00001.parquet",
    "sources": "data/sources/train-00000-of-00001.parquet",
    "rejects": "data/rejects/train-00000-of-00001.parquet",
    "card": "README.md",
    "changelog": "CHANGELOG.md",
    "recipe": "recipe.toml",
    "manifest": "manifest.json",
}


@pytest.mark.parametrize("damage", [flip, cut, remove])
@pytest.mark.parametrize("name", FILES)
def test_verify_names_the_file_that_was_changed(
    name: str, damage: Callable[[Path], None], copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(copy / FILES[name])
    code, out, err = run(capsys, "verify", copy)
    assert (code, out) == (1, "")
    assert FILES[name] in err
    assert "\nhint: " in err


def test_verify_finds_a_file_that_does_not_belong(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_copy(copy / FILES["stories"])
    code, _, err = run(capsys, "verify", copy)
    assert code == 1
    assert "train-99999-of-99999.parquet is not in the manifest" in err


# --- rules ------------------------------------------------------------------------------------------------------------

PACK = """
kind = { label = "stamp", title = "Rubber \\u001b[31m stamps", why = "A stamp is no news." }

[[rule]]
name = "line"
why = "A stamp alone \\u001b[31m on its line."
match = "line"
pattern = 'SEEN AND FILED'
examples = [{ before = "The boat left at nine.\\nSEEN AND FILED", after = "The boat left at nine." }]
lookalikes = [{ text = "The letter was SEEN AND FILED by a clerk." }]
"""


@pytest.mark.usefixtures("_no_color")
def test_rules_list_names_every_rule(tmp_path: Path, run_on_terminal: Run) -> None:
    from copydesk.rulebook import RuleBook

    (tmp_path / "stamp.toml").write_text(PACK, encoding="utf-8")
    code, out, err = run_on_terminal("rules", "list", "--rules", tmp_path)
    book = RuleBook.load([tmp_path])
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == [
        name for kind in book.kinds for name in (kind.label, *(rule.id for rule in kind.rules))
    ]
    assert "stamp.line  A stamp alone \\x1b[31m on its line." in out
    assert "\x1b" not in out


def test_rules_list_leaves_out_what_is_off(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "rules", "list", "--off", "caption")
    assert "\ncaption" not in out


def test_rules_test_tells_which_case_failed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = PACK.replace("The letter was SEEN AND FILED by a clerk.", "The letter came.\\nSEEN AND FILED")
    (tmp_path / "stamp.toml").write_text(wrong, encoding="utf-8")
    code, out, _ = run(capsys, "rules", "test", "--rules", tmp_path / "stamp.toml")
    assert code == 1
    assert (
        """
stamp.line, lookalike 1:
  document  "The letter came.\\nSEEN AND FILED"
  expected  "The letter came.\\nSEEN AND FILED"
  found     "The letter came."
  struck by stamp.line
"""
        in f"\n{out}"
    )


# --- Help -------------------------------------------------------------------------------------------------------------

EDITIONS = ["build", "explain", "verify", "diff", "rebuild", "restore"]
COMMANDS = ["", "clean", *EDITIONS, "rules", "rules list", "rules test", "rules try"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_there_for_each_command(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *command.split(), "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"usage: copydesk {command}".rstrip())


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version") == (0, f"copydesk {copydesk.__version__}\n", "")


HEAVY = {"pyarrow", "numpy", "ftfy", "fsspec", "rich", "pycld2", "copydesk._kernel"}


def test_the_command_line_loads_nothing_heavy() -> None:
    done = programs.python("-c", "import sys, copydesk.cli; print(*sys.modules)")
    assert HEAVY & {*done.stdout.decode().split()} == set()


# --- Output that goes nowhere -----------------------------------------------------------------------------------------


def test_a_reader_that_goes_away_is_no_error_worth_words() -> None:
    """As in `copydesk rules list | head -1`."""
    reading, writing = os.pipe()
    os.close(reading)
    done = programs.copydesk("rules", "list", stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (READER_GONE, b"")


@pytest.mark.skipif(not FULL.exists(), reason="there is no device that is always full")
def test_output_that_cannot_be_written_is_told_of() -> None:
    with FULL.open("wb") as full:
        done = programs.copydesk("rules", "list", stdout=full)
    assert (done.returncode, done.stderr) == (1, b"copydesk: error: [Errno 28] No space left on device\n")


def test_build_says_which_files_of_a_folder_it_left_out(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("The ferry leaves at nine.\n", encoding="utf-8")
    for name in ("b.csv", "c.html", "d\x1b[2J.pdf", "e.docx", ".hidden"):
        (tmp_path / "in" / name).write_text("x", encoding="utf-8")
    assert main(["build", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--language", "none"]) == 0
    told = capfd.readouterr().err
    assert "4 files were left out, of no known kind: " in told
    assert told.count(".csv") == told.count(".html") == 1
    assert "e.docx" not in told
    assert "\x1b" not in told
    assert (
        main(["build", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--language", "none", "-q", "--force"]) == 0
    )
    assert not capfd.readouterr().err


@pytest.fixture
def built(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Path:
    (tmp_path / "a.txt").write_text("The ferry leaves at nine.\n", encoding="utf-8")
    assert main(["build", str(tmp_path / "a.txt"), "-o", str(tmp_path / "ed"), "--language", "none", "-q"]) == 0
    capfd.readouterr()
    return tmp_path / "ed"


INTO = {
    "build": "build a.txt -o ed/inner --language none",
    "restore": "restore ed -o ed/raw",
    "discover": "discover a.txt -o ed/found.toml",
    "diff": "diff ed ed --changes ed/changes.jsonl",
}


@pytest.mark.parametrize("name", INTO)
def test_nothing_is_written_into_an_edition(
    name: str, built: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(built.parent)
    before = sorted(built.rglob("*"))
    assert main(INTO[name].split()) == 1
    assert "which holds an edition" in capfd.readouterr().err
    assert sorted(built.rglob("*")) == before


def test_force_replaces_no_file_of_somebody_else(built: Path, capfd: pytest.CaptureFixture[str]) -> None:
    raw = built.parent / "raw"
    assert main(["restore", str(built), "-o", str(raw), "-q"]) == 0
    assert main(["restore", str(built), "-o", str(raw), "-q", "--force"]) == 0
    build_again = ["build", str(built.parent / "a.txt"), "-o", str(built), "--language", "none", "-q", "--force"]
    assert main(build_again) == 0
    for command, folder in ((["restore", str(built), "-o", str(raw), "--force"], raw), (build_again, built)):
        (folder / "own").mkdir()
        (folder / "own" / "notes.md").write_text("mine", encoding="utf-8")
        assert main(command) == 1
        assert "also holds own/notes.md" in capfd.readouterr().err
        assert (folder / "own" / "notes.md").read_text(encoding="utf-8") == "mine"
        (folder / "own" / "notes.md").unlink()


def test_a_build_that_publishes_nothing_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.jsonl").write_text('{"body": "The ferry leaves."}\n', encoding="utf-8")
    assert main(["build", str(tmp_path / "in.jsonl"), "-o", str(tmp_path / "out"), "--language", "none"]) == 0
    told = capfd.readouterr().err
    assert "warning: nothing was published" in told
    assert "--text-key" in told


def test_a_setting_at_the_top_of_a_recipe_is_told_its_place(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r.toml").write_text("max_struck = 0.8\n", encoding="utf-8")
    assert main(["clean", "--recipe", str(tmp_path / "r.toml"), str(tmp_path / "r.toml")]) == 1
    assert "hint: max_struck stands under [guard]" in capfd.readouterr().err
