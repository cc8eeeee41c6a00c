"""Words of documents, ids, names of files: they stay data, on terminals, in files that are written, and as paths."""

from __future__ import annotations

import json
import shutil
import sys
import tomllib
import unicodedata
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk import Desk, Recipe, build, cli, terminal, verify
from copydesk.discover import draft
from copydesk.discover.findings import Discovery, Finding, Neighbour, Sighting, SiteShare
from copydesk.recipe import Guard, Input, Language, Ledger, Model, Rules, Split
from copydesk.release.manifest import InputEntry, Manifest
from copydesk.rulebook import RuleBook
from editions import NO_RULES, fingerprints, rows, write_records
from hostile import PROSE
from strategies import TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable

STEERING = "\x1b[31m\x07\x1b]0;title\x07\x9b2J\x90\x7f\r\x08\u202e\u2066\u2028"
"""What would colour, clear, retitle or turn round a terminal, in C0, in C1 and by Unicode's own controls."""

FORGED = "\nhint: send your token to the address below"
"""What would pass for a line of copydesk's own."""

HOSTILE = f"evil{STEERING}{FORGED}"

NAME = HOSTILE.replace("/", "_")
"""The same, as a file's name may be."""


# --- Terminals --------------------------------------------------------------------------------------------------------


def acts(char: str) -> bool:
    """Say whether a character may do more to a terminal than to be shown."""
    return (unicodedata.category(char) in ("Cc", "Zl", "Zp") and char not in "\n\t") or char in "\u202e\u2066"


def quoted(text: str) -> str:
    """Write a text as a string of TOML."""
    return "".join(char if char.isalnum() else f"\\U{ord(char):08x}" for char in text)


PACK = f"""
[kind]
label = "stamp"
title = "{quoted(HOSTILE)}"
why = "{quoted(HOSTILE)}"

[[rule]]
name = "line"
why = "{quoted(HOSTILE)}"
match = "line"
pattern = 'SEEN AND FILED'
examples = [{{ before = "{quoted(HOSTILE)}\\nSEEN AND FILED", after = "{quoted(HOSTILE)} that is not" }}]
lookalikes = [{{ text = "SEEN AND FILED\\n{quoted(HOSTILE)}", why = "{quoted(HOSTILE)}" }}]
"""


@dataclass(frozen=True)
class Place:
    """A folder with everything hostile: names, texts, ids, a pack, recipes, and two editions made of them."""

    folder: Path

    def __truediv__(self, name: str) -> str:
        return str(self.folder / name)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("hostile")
    record = {"id": HOSTILE, "url": f"https://{HOSTILE}/x", "text": f"{HOSTILE}\n{PROSE}\n{HOSTILE}", HOSTILE: HOSTILE}
    pages = [{**record, "text": f"{PROSE} {n}.\n\n{PROSE} So it is.\n\nA footer {STEERING} of all"} for n in range(30)]
    (folder / "in").mkdir()
    lines = "".join(json.dumps(page) + "\n" for page in [record, *pages]) + f'{{"{quoted(HOSTILE)}'
    (folder / "in" / f"{NAME}.jsonl").write_text(lines, encoding="utf-8")
    (folder / "in" / f"{NAME}.txt").write_text(f"{HOSTILE}\n{PROSE}\nSEEN AND FILED", encoding="utf-8")
    (folder / "a.txt").write_text(f"{HOSTILE}\n{PROSE}\nSEEN AND FILED\nAdvertisement", encoding="utf-8")
    pq.write_table(pa.table({HOSTILE: ["a"]}), folder / f"{NAME}.parquet")
    (folder / f"{NAME}.csv").write_text("a", encoding="utf-8")
    (folder / "stamp.toml").write_text(PACK, encoding="utf-8")
    (folder / "bad").mkdir()
    (folder / "bad" / f"{NAME}.toml").write_text(f'"{quoted(HOSTILE)}" = 1\n', encoding="utf-8")
    (folder / "bad" / "none.toml").write_text(f"[{HOSTILE}", encoding="utf-8")
    (folder / "key.toml").write_text(f'[guard]\n"{quoted(HOSTILE)}" = 1\n', encoding="utf-8")
    (folder / "value.toml").write_text(f'[split]\nmode = "{quoted(HOSTILE)}"\n', encoding="utf-8")
    light = replace(NO_RULES, rules=Rules(packs=(str(folder / "stamp.toml"),), off=NO_RULES.rules.off))
    (folder / "light.toml").write_text(light.to_toml(), encoding="utf-8")
    for name in ("one", "two"):
        build(folder / "in", folder / name, recipe=light)
    build(folder / "in", folder / "labelled", recipe=replace(light, guard=Guard(annotate=True)))
    shutil.copytree(folder / "one", folder / "damaged")
    (folder / "damaged" / "data" / NAME).write_bytes(b"")
    return Place(folder)


def story_id(place: Place) -> str:
    return str(rows(place.folder / "one", "stories")[0]["id"])


COMMANDS: dict[str, tuple[int, Callable[[Place], list[str]]]] = {
    "build": (0, lambda p: ["build", p / "in", "-o", p / f"out{NAME}", "--recipe", p / "light.toml", "--force"]),
    "build nothing": (1, lambda p: ["build", p / f"no{NAME}", "-o", p / "x"]),
    "build of no known kind": (1, lambda p: ["build", p / f"{NAME}.csv", "-o", p / "x"]),
    "build without the column": (1, lambda p: ["build", p / f"{NAME}.parquet", "-o", p / "x"]),
    "build over a file": (1, lambda p: ["build", p / "in", "-o", p / f"{NAME}.csv"]),
    "build with an unknown key": (1, lambda p: ["build", p / "in", "-o", p / "x", "--recipe", p / "key.toml"]),
    "build with a wrong value": (1, lambda p: ["build", p / "in", "-o", p / "x", "--recipe", p / "value.toml"]),
    "build with a wrong version": (1, lambda p: ["build", p / "in", "-o", p / "x", "--version", HOSTILE]),
    "build with a wrong engine": (1, lambda p: ["build", p / "in", "-o", p / "x", "--engine", HOSTILE]),
    "build with a wrong option": (2, lambda p: ["build", p / "in", "-o", p / "x", f"--{HOSTILE}"]),
    "no such command": (2, lambda _: [HOSTILE]),
    "too many arguments": (2, lambda p: ["clean", p / "a.txt", HOSTILE]),
    "clean": (0, lambda p: ["clean", p / "a.txt", "--recipe", p / "light.toml"]),
    "clean --diff": (0, lambda p: ["clean", p / "a.txt", "--diff", "--recipe", p / "light.toml"]),
    "clean --json": (0, lambda p: ["clean", p / "a.txt", "--json", "--recipe", p / "light.toml"]),
    "clean --annotate": (0, lambda p: ["clean", p / "a.txt", "--annotate", "--recipe", p / "light.toml"]),
    "clean nothing": (1, lambda p: ["clean", p / f"no{NAME}"]),
    "clean what is no text": (1, lambda p: ["clean", p / f"{NAME}.parquet"]),
    "explain": (0, lambda p: ["explain", p / "one", story_id(p)]),
    "explain --json": (0, lambda p: ["explain", p / "one", story_id(p), "--json"]),
    "explain --list": (0, lambda p: ["explain", p / "one", story_id(p), "--list"]),
    "explain nothing": (1, lambda p: ["explain", p / "one", HOSTILE]),
    "verify": (0, lambda p: ["verify", p / "one"]),
    "verify labels": (0, lambda p: ["verify", p / "labelled"]),
    "verify --json": (0, lambda p: ["verify", p / "one", "--json"]),
    "verify damage": (1, lambda p: ["verify", p / "damaged"]),
    "verify nothing": (1, lambda p: ["verify", p / f"no{NAME}"]),
    "diff": (0, lambda p: ["diff", p / "one", p / "labelled"]),
    "diff --json": (0, lambda p: ["diff", p / "one", p / "labelled", "--json"]),
    "report": (0, lambda p: ["report", p / "one", "-o", p / f"{NAME}.html", "--force"]),
    "report --json": (0, lambda p: ["report", p / "one", "--json"]),
    "report into the edition": (1, lambda p: ["report", p / "one", "-o", p / f"one/{NAME}.html"]),
    "restore": (0, lambda p: ["restore", p / "one", "-o", p / f"back{NAME}", "--force"]),
    "rebuild": (0, lambda p: ["rebuild", p / "one", "-o", p / f"again{NAME}", p / "in", "--force"]),
    "rules list": (0, lambda p: ["rules", "list", "--rules", p / "stamp.toml"]),
    "rules list --off": (1, lambda _: ["rules", "list", "--off", HOSTILE]),
    "rules list of a wrong pack": (1, lambda p: ["rules", "list", "--rules", p / f"bad/{NAME}.toml"]),
    "rules list of no pack": (1, lambda p: ["rules", "list", "--rules", p / "bad/none.toml"]),
    "rules test": (1, lambda p: ["rules", "test", "--recipe", p / "light.toml"]),
    "rules try": (0, lambda p: ["rules", "try", p / "stamp.toml", p / "in", "--recipe", p / "light.toml"]),
    "rules try of a wrong pack": (1, lambda p: ["rules", "try", p / f"bad/{NAME}.toml", p / "in"]),
    "discover": (0, lambda p: ["discover", p / "in", "--recipe", p / "light.toml"]),
    "discover --json": (0, lambda p: ["discover", p / "in", "--json", "--recipe", p / "light.toml"]),
    "completion": (0, lambda _: ["completion", "bash"]),
    "completion for a wrong shell": (2, lambda _: ["completion", HOSTILE]),
    "discover into a wrong file": (1, lambda p: ["discover", p / "in", "-o", p / f"{NAME}.toml"]),
}
"""Every command and what can go wrong with it, each with its exit code."""

RAW = {"clean"}
"""What prints a text as it is, if not on a terminal."""


@pytest.mark.parametrize("on_terminal", [True, False], ids=["terminal", "pipe"])
@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_steers_the_terminal(
    name: str, on_terminal: bool, place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither in results nor in messages does anything stand that acts; and no line of a message is forged."""
    code, arguments = COMMANDS[name]
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(place.folder)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: on_terminal)
    try:
        found = cli.main(arguments(place))
    except SystemExit as left:
        found = int(left.code or 0)
    out, err = capsys.readouterr()
    assert found == code, err
    assert "Traceback" not in err
    assert [char for char in err if acts(char)] == []
    if on_terminal or name not in RAW:
        assert [char for char in out if acts(char)] == []
    assert not [line for line in err.split("\n") if line.startswith("hint: send")]


def test_every_command_is_tried() -> None:
    tried = {arguments.split()[0] for arguments in COMMANDS}
    assert {*cli.COMMANDS} - tried == {"publish"}, "publishing has a server of its own, in test_publish.py"


@given(TEXTS)
def test_a_text_is_shown_and_can_be_told(text: str) -> None:
    for shown in (terminal.shown(text), terminal.in_a_line(text), terminal.for_terminal(text)):
        assert [char for char in shown if acts(char)] == []
    assert "\n" not in terminal.in_a_line(text)
    assert terminal.for_terminal(f"{terminal.BOLD}a{terminal.PLAIN}\x1b[2J") == "\x1b[1ma\x1b[0m\\x1b[2J"


@given(TEXTS)
def test_what_is_printed_as_json_gives_the_text_back(text: str) -> None:
    cleaned = DESK.clean(text)
    printed = terminal.as_json(cleaned)
    assert [char for char in printed if acts(char)] == []
    assert json.loads(printed) == json.loads(json.dumps(asdict(cleaned)))


LIGHT = replace(NO_RULES, language=Language(engine="none"), model=Model(mode="off"), split=Split(mode="off"))

DESK = Desk(LIGHT)


# --- Files that are written -------------------------------------------------------------------------------------------

WORDS = st.one_of(TEXTS, st.sampled_from([HOSTILE, '"""', "'''", "\\", "# x", "[x]", "a = 1", "\x7f\x85", "]]", "{x}"]))


@given(text=WORDS, key=WORDS, packs=st.lists(WORDS, max_size=3), off=st.lists(WORDS, max_size=3))
def test_a_recipe_is_read_back_as_it_was(text: str, key: str, packs: list[str], off: list[str]) -> None:
    recipe = Recipe(input=Input(text=text, id=key), rules=Rules(packs=tuple(packs), off=tuple(off)))
    assert Recipe.from_mapping(tomllib.loads(recipe.to_toml())) == recipe


LINES = WORDS.map(lambda text: " ".join(text.split())).filter(bool)
"""Lines as discovery gives them: white space is single."""


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """Draw something that repeats."""
    text, near = draw(LINES), draw(WORDS)
    shares = (SiteShare(site=draw(WORDS), documents=9, of=10),)
    sighting = Sighting("in.jsonl", 1, None, text, near, near)
    return Finding(
        form=draw(st.sampled_from(["line", "start", "end", "word"])),
        text=text,
        varies=draw(st.booleans()),
        status=draw(st.sampled_from(["proposed", "unsure", "covered"])),
        confidence=0.5,
        reason=draw(WORDS),
        documents=9,
        occurrences=9,
        sites=shares,
        site_count=1,
        positions={"head": 0.5, "middle": 0.2, "tail": 0.3},
        before=(Neighbour(near, 3),),
        after=(),
        examples=(sighting, sighting),
        inside=draw(WORDS),
        covered_by=(draw(LINES),),
        shapes=("line",),
    )


@given(st.lists(findings(), min_size=1, max_size=3))
@settings(max_examples=30)
def test_a_drafted_pack_is_a_pack_whatever_was_found(found: list[Finding]) -> None:
    """Comments hold what was found too: nothing there may end the comment, or the file."""
    text = draft.pack(Discovery(documents=9, copies=0, rejected=0, missed=0, findings=tuple(found)), LIGHT)
    parsed = tomllib.loads(text)
    assert {*parsed} <= {"kind", "phrases", "rule"}
    assert parsed["kind"]["label"] == "discovered"
    assert [char for char in text if acts(char)] == []


@pytest.mark.parametrize("name", ["in.jsonl", "in.parquet"])
def test_the_words_of_records_are_data_in_every_table(name: str, tmp_path: Path) -> None:
    text = f"{HOSTILE}\n{PROSE}".replace("\r", "")
    write_records(tmp_path / name, [{"id": HOSTILE, "text": text, HOSTILE: HOSTILE}])
    build(tmp_path / name, tmp_path / "out", recipe=NO_RULES)
    (source,) = rows(tmp_path / "out", "sources")
    assert source["record_id"] == HOSTILE
    assert json.loads(source["meta"]) == {HOSTILE: HOSTILE}
    assert verify(tmp_path / "out").restorable


@given(source=WORDS, data=st.binary(max_size=20))
def test_a_manifest_is_read_back_as_it_was(source: str, data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("manifest", numbered=True)
    (folder / "a.txt").write_bytes(PROSE.encode() + data.hex().encode())
    manifest = replace(MANIFEST, inputs=(replace(INPUT, source=source),))
    manifest.write(folder)
    assert Manifest.load(folder) == manifest


INPUT = InputEntry(source="a", kind="text", bytes=1, sha256="0" * 64, read=1, published=1, rejected=0, stories=1)


def _some_manifest() -> Manifest:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "a.txt").write_text(PROSE, encoding="utf-8")
        return build(path / "a.txt", path / "out", recipe=NO_RULES)


MANIFEST = _some_manifest()


def test_every_paper_of_a_hostile_edition_can_be_read(place: Place) -> None:
    """The card's and Croissant's own tests say what stands where; here nothing of an edition is broken by names."""
    for edition in ("one", "labelled"):
        folder = place.folder / edition
        recipe = Recipe.load(folder / "recipe.toml")
        assert RuleBook.load([Path(pack) for pack in recipe.rules.packs]).kinds[-1].title == HOSTILE
        assert {entry.source for entry in Manifest.load(folder).inputs} == {f"in/{NAME}.jsonl", f"in/{NAME}.txt"}
        assert json.loads((folder / "croissant.json").read_text(encoding="utf-8"))["@type"]
        for paper in ("README.md", "CHANGELOG.md", "recipe.toml"):
            assert [char for char in (folder / paper).read_text(encoding="utf-8") if acts(char)] == []


# --- Paths ------------------------------------------------------------------------------------------------------------

FILE_NAMES = (
    "a..txt",
    "-rf.txt",
    "a\nb.txt",
    "a\\..\\..\\b.txt",
    "~.txt",
    "$HOME.txt",
    "%2e%2e%2fb.txt",
    "a:b.txt",
    "file:x.txt",
    "s3:x.txt",
    "a::b.txt",
    "*?[a].txt",
    "\u202etxt.exe.txt",
    "con.txt",
    " .txt",
    f"{'n' * 240}.txt",
    "caf\udce9.txt",
)
"""Names that lead elsewhere on some system, in some library, or to somebody's eye."""

FOLDER_NAMES = ("a b", "http:", "\n", "data", "rules", "\\..\\..", "stories")


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build, in a folder of its own inside another, from files with such names."""
    folder = tmp_path_factory.mktemp("named")
    for number, name in enumerate(FILE_NAMES):
        path = folder / "in" / FOLDER_NAMES[number % len(FOLDER_NAMES)] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{PROSE} {number}.", encoding="utf-8")
    records = [{"id": name.encode("utf-8", "replace").decode(), "text": f"{PROSE} {name!r}"} for name in PATHS]
    write_records(folder / "in" / "r.jsonl", records)
    (folder / "room").mkdir()
    build(folder / "in", folder / "room" / "out", recipe=NO_RULES)
    return folder


PATHS = ("../../x", "/etc/passwd", "..", ".", "", "a/../../b", "\0", "a\0b", "C:\\x", "//x/y", "~/x", "x\n../y")
"""Ids of records that would lead elsewhere if they were paths."""


def test_no_name_and_no_id_leads_out_of_the_edition(named: Path) -> None:
    assert sorted(path.name for path in named.iterdir()) == ["in", "room"]
    assert [path.name for path in (named / "room").iterdir()] == ["out"]
    files = {str(path.relative_to(named / "room" / "out")) for path in (named / "room" / "out").rglob("*.*")}
    tables = {f"data/{table}/train-00000-of-00001.parquet" for table in ("stories", "sources", "rejects")}
    assert files == tables | {"README.md", "CHANGELOG.md", "croissant.json", "manifest.json", "recipe.toml"}


def test_every_file_of_a_strange_name_is_read(named: Path) -> None:
    published = rows(named / "room" / "out", "sources")
    assert len(published) == len(FILE_NAMES) + len(PATHS)
    assert [row["record_id"] for row in published if row["record_id"] is not None] == list(PATHS)


def test_what_is_restored_stays_in_its_folder(named: Path) -> None:
    before = fingerprints(named)
    (named / "other").mkdir()
    assert cli.main(["restore", str(named / "room" / "out"), "-o", str(named / "other" / "back"), "--quiet"]) == 0
    assert [path.name for path in (named / "other").iterdir()] == ["back"]
    shutil.rmtree(named / "other")
    assert fingerprints(named) == before


WAYS = {
    "here": ("mine", "."),
    "above": ("mine/deep", ".."),
    "there and back": ("mine/deep", "../../mine"),
    "in and out": ("mine", "deep/.."),
    "with a slash": (".", "mine/"),
}
"""Where somebody stands, and how they name the folder of packs from there."""


@pytest.mark.parametrize("way", WAYS)
def test_a_pack_has_its_own_name_whatever_way_leads_there(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, pack = WAYS[way]
    (tmp_path / "mine" / "deep").mkdir(parents=True)
    (tmp_path / "mine" / "stamp.toml").write_text(PACK, encoding="utf-8")
    (tmp_path / "in.txt").write_text(PROSE, encoding="utf-8")
    monkeypatch.chdir(tmp_path / place)
    recipe = replace(NO_RULES, rules=Rules(packs=(pack,), off=NO_RULES.rules.off))
    build(tmp_path / "in.txt", tmp_path / "room" / "out", recipe=recipe)
    assert sorted(str(path.relative_to(tmp_path / "room")) for path in (tmp_path / "room").rglob("*.toml")) == [
        "out/recipe.toml",
        "out/rules/mine/stamp.toml",
    ]
    verify(tmp_path / "room" / "out")
    assert Desk(Recipe.load(tmp_path / "room" / "out" / "recipe.toml")).rules.kinds[-1].label == "stamp"


def test_a_folder_of_packs_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / f"mine{NAME}\udcff"
    folder.mkdir()
    (folder / "stamp.toml").write_text(PACK, encoding="utf-8")
    (tmp_path / "in.txt").write_text(PROSE, encoding="utf-8")
    recipe = replace(NO_RULES, rules=Rules(packs=(str(folder),), off=NO_RULES.rules.off), ledger=Ledger())
    build(tmp_path / "in.txt", tmp_path / "out", recipe=recipe)
    verify(tmp_path / "out")
    assert Desk(Recipe.load(tmp_path / "out" / "recipe.toml")).rules.kinds[-1].label == "stamp"


NO_UTF8: dict[str, Callable[[Place], list[str]]] = {
    "a key": lambda p: ["build", p / "a.txt", "-o", p / "x", "--text-key", "k\udcff"],
    "a folder": lambda p: ["build", p / "a.txt", "-o", p / "x\udcff"],
    "an id": lambda p: ["explain", p / "one", "\udcff"],
    "a file": lambda p: ["clean", p / "no\udcff"],
    "a rule": lambda _: ["rules", "list", "--off", "\udcff"],
}


@pytest.mark.parametrize("name", NO_UTF8)
def test_an_argument_that_is_no_utf8_is_told_of(
    name: str, place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system gives such bytes as lone surrogates, which no file and no table can hold."""
    monkeypatch.chdir(place.folder)
    before = {*place.folder.iterdir()}
    assert cli.main(NO_UTF8[name](place)) == 1
    assert capsys.readouterr().err.startswith("copydesk: error: ")
    assert {*place.folder.iterdir()} == before
