"""`--json` of every command: one shape each, which `--help` names, and nothing else on standard output."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import fields
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

import hub_client
import programs
from conftest import ROOT
from copydesk import build, cli
from copydesk.cli import main
from editions import rows, write_records
from hub_server import running
from light import STAMP, stamped

if TYPE_CHECKING:
    from pathlib import Path

CASES: dict[str, tuple[int, str]] = {
    "build": (0, "build in.jsonl -o out --recipe light.toml --workers 1"),
    "clean": (0, "clean a.txt --recipe light.toml"),
    "clean --annotate": (0, "clean a.txt --recipe light.toml --annotate"),
    "explain": (0, "explain edition {story}"),
    "verify": (0, "verify edition"),
    "diff": (0, "diff edition other"),
    "report": (0, "report edition"),
    "rebuild": (0, "rebuild edition in.jsonl -o again --workers 1"),
    "restore": (0, "restore edition -o raw"),
    "publish": (0, "publish edition me/corpus --dry-run"),
    "rules list": (0, "rules list --rules stamp.toml"),
    "rules test": (1, "rules test --recipe light.toml --rules wrong.toml"),
    "rules try": (0, "rules try draft/stamp.toml in.jsonl --recipe plain.toml --workers 1"),
    "discover": (0, "discover in.jsonl --recipe light.toml"),
}
"""A command line for each command that tells facts, with its exit code."""

WITHOUT = {"completion"}
"""Commands that print a script rather than facts."""

QUIET = {"build", "verify", "restore", "rebuild"}
"""Some commands that chatter, unless they are told not to."""

MORE = {
    "build": {"format", "digest"},
    "rebuild": {"format", "digest"},
}
"""Keys that are no fields: a manifest is printed as it is written."""

RECORDS: list[dict[str, Any]] = [
    {"id": "a\x1b[31m", "text": "The boat left.\nSEEN AND FILED\nIt came back, and nobody was sick."},
    {"text": "Another boat left, and it has not come back yet."},
    {"text": 5},
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make inputs, packs, recipes and two editions."""
    folder: Path = tmp_path_factory.mktemp("json")
    write_records(folder / "in.jsonl", RECORDS)
    recipe = stamped(folder)
    (folder / "light.toml").write_text(recipe.to_toml(), encoding="utf-8")
    (folder / "draft").mkdir()
    plain = stamped(folder / "draft")
    (folder / "plain.toml").write_text(re.sub(r"packs = .*", "packs = []", plain.to_toml()), encoding="utf-8")
    wrong = STAMP.replace('"stamp"', '"wrong"').replace("was seen and filed.", "came.\\nSEEN AND FILED")
    (folder / "wrong.toml").write_text(wrong, encoding="utf-8")
    (folder / "a.txt").write_text(RECORDS[0]["text"], encoding="utf-8")
    build(folder / "in.jsonl", folder / "edition", recipe=recipe)
    build(folder / "in.jsonl", folder / "other", recipe=plain)
    return folder


@pytest.mark.parametrize("name", CASES)
def test_json_is_all_there_is(
    name: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, line = CASES[name]
    monkeypatch.chdir(place)
    arguments = [*line.format(story=rows(place / "edition", "stories")[0]["id"]).split(), "--json"]
    found, out, err = _published(arguments, place, tmp_path) if name == "publish" else _run(arguments, capsys)
    assert found == code, err
    parsed = json.loads(out)
    keys = {field.name for field in fields(shape(name))}
    assert {*parsed} == keys | MORE.get(name, set())
    assert "\x1b" not in out
    if name in QUIET:  # results are no chatter
        quiet = [*arguments, "--quiet", *(["--force"] if "-o" in arguments else [])]
        again, out, err = _run(quiet, capsys)
        assert (again, {*json.loads(out)}, err) == (code, {*parsed}, "")


def _run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def _published(arguments: list[str], place: Path, home: Path) -> tuple[int, str, str]:
    """Publish to a small Hub, in another process, as the Hub's address is read at import."""
    with running() as hub:
        done = programs.copydesk(*arguments, cwd=place, env=hub_client.environment(hub.address, home))
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def shape(name: str) -> Any:
    """Give the class that a command's help names."""
    words = name.partition(" --")[0].split()
    text = _help_of_json(words)
    found = re.search(r"the fields of (copydesk[\w.]*)\.(\w+)", text)
    assert found, text
    return getattr(import_module(found[1]), found[2])


def _help_of_json(words: list[str]) -> str:
    parser: Any = cli.parser(whole=True)
    for word in words:
        choices = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))  # noqa: SLF001
        parser = choices.choices[word]
    (option,) = [action for action in parser._actions if "--json" in action.option_strings]  # noqa: SLF001
    return str(option.help)


def test_every_command_that_tells_facts_has_it() -> None:
    assert {name.split()[0] for name in CASES} == {*cli.COMMANDS} - WITHOUT


def test_the_page_lists_every_shape() -> None:
    page = (ROOT / "docs" / "examples.md").read_text(encoding="utf-8")
    table = page.partition("<!-- json:begin -->")[2].partition("<!-- json:end -->")[0]
    listed = {
        command: found[2]
        for found in re.finditer(r"^\| (`.*`) \| `([\w.]+)`", table, re.MULTILINE)
        for command in re.findall("`(.*?)`", found[1])
    }
    named = {name.partition(" --")[0]: shape(name) for name in CASES}
    assert {name: path.rpartition(".")[2] for name, path in listed.items()} == {
        name: found.__name__ for name, found in named.items()
    }
