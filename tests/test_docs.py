"""The manual: pages made from code are not stale, every link leads somewhere, and nothing is left out."""

from __future__ import annotations

import re
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING

import pytest

from conftest import ROOT
from copydesk import Recipe, cli, plan
from copydesk.cli.console import EXIT_CODES, VARIABLES
from copydesk.release.columns import COLUMNS
from copydesk.rulebook import RuleBook
from manual import command, sessions
from manual.commands import every_command
from manual.pages import anchor
from manual.sessions import SessionError, agrees, steps

if TYPE_CHECKING:
    from pathlib import Path

DOCS = ROOT / "docs"

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]

FENCED = re.compile(r"^(?P<fence>`{3,}).*?^(?P=fence)$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?P<target>[^()\s]+)\)")
LONGEST = 130
"""Characters of the longest line of prose; rows of tables and comments may be longer."""

HEADING = re.compile(r"^#+ +(?P<words>.+)$", re.MULTILINE)


def prose(page: Path) -> str:
    """Give a page without its blocks of code."""
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """Name the places in a page that a link can lead to."""
    return {anchor(re.sub(r"[`*]", "", found["words"])) for found in HEADING.finditer(prose(page))}


# --- Pages made from code ---------------------------------------------------------------------------------------------


@cache
def made(name: str) -> str:
    """Give a page as it is made now; for the rule book some hundred examples are cleaned."""
    return command.PAGES[name]()


@pytest.mark.parametrize("name", command.PAGES)
def test_a_page_made_from_code_is_not_stale(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == made(name), f"run: {command.REMEDY}"


def test_a_stale_page_is_named_and_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "DOCS", tmp_path)
    monkeypatch.setattr(command, "PAGES", {"a/good.md": lambda: "good\n", "b.md": lambda: "new\n"})
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "good.md").write_text("good\n", encoding="utf-8")
    assert command.main(["--check"]) == 1
    assert capsys.readouterr().out == "docs/b.md: is stale\n"
    assert not (tmp_path / "b.md").exists()
    assert command.main([]) == 0
    assert command.main(["--check"]) == 0
    assert (tmp_path / "b.md").read_text(encoding="utf-8") == "new\n"


def test_the_rule_book_shows_before_and_after_for_every_rule() -> None:
    parts = dict(re.findall(r"^### (\w+\.\w+)\n(.*?)(?=^##|\Z)", made("rules.md"), re.DOTALL | re.MULTILINE))
    book = RuleBook.load()
    assert list(parts) == [rule.id for rule in book.rules]
    for rule in book.rules:
        part = parts[rule.id]
        assert part.count("*Before and after*") == len(rule.examples)
        assert part.count("*Stays*") == len(rule.lookalikes)
        changes = re.findall(r"^[-+] ", part, re.MULTILINE)
        assert changes or not rule.strike, rule.id


def test_the_command_line_is_told_of_whole() -> None:
    page = made("reference/cli.md")
    assert all(f"\n## copydesk {name}\n" in page for name in cli.COMMANDS)
    assert all(f"\n| {code} | " in page for code in EXIT_CODES)
    assert all(f"\n| `{name}` | " in page for name in VARIABLES)
    rows = page.split("\n")
    for name in ("--resume", "--max-rejects SHARE", "STORY_ID", "SHELL", "-q, --quiet"):
        assert any(row.startswith("| `") and name in row.split("|")[1] for row in rows), name
    assert not [row for row in rows if row.startswith("|") and row.rstrip().endswith("|  |")], (
        "an argument without help"
    )


def test_the_variables_that_are_read_are_those_in_the_table() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "copydesk").rglob("*.py"))
    assert [name for name in VARIABLES if source.count(f'"{name}"') < 2] == [], "in the table, but nobody reads it"
    assert set(re.findall(r'environ(?:\.get\(|\[)"(\w+)"', source)) <= set(VARIABLES)


def test_every_column_and_setting_is_told_of() -> None:
    for table, columns in COLUMNS.items():
        parts = re.split(r"^## ", made("reference/schema.md"), flags=re.MULTILINE)
        (found,) = [text for text in parts if text.startswith(f"{table}\n")]
        assert [*columns] == re.findall(r"^\| `([\w.]+)` \|", found, re.MULTILINE)
    for name, settings in Recipe().to_mapping().items():
        part = made("reference/recipe.md").partition(f"\n## [{name}]\n")[2].partition("\n## ")[0]
        assert [*settings] == re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)


def test_every_command_that_prints_json_is_told_of() -> None:
    page, shapes = made("reference/json.md"), re.findall(r"^## (\w+)$", made("reference/json.md"), re.MULTILINE)
    for name, parser in every_command(cli.parser(whole=True)):
        if "--json" in parser.format_help():
            assert f"\n| `{name} --json` | [" in page
    assert {"Manifest", "Cleaned", "Story", "Edit", "Diff", "Verified"} <= set(shapes)
    assert len(shapes) == len(set(shapes))


# --- All pages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    for found in LINK.finditer(prose(page)):
        target, _, place = found["target"].partition("#")
        if re.match(r"\w+:", target):
            continue
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{found['target']} leads nowhere"
        assert ROOT in file.parents, f"{found['target']} leads out of the project"
        if place and file.suffix == ".md":
            assert place in anchors(file), f"there is no heading for {found['target']}"


def test_the_index_leads_to_every_page() -> None:
    targets = {found["target"].partition("#")[0] for found in LINK.finditer(prose(DOCS / "index.md"))}
    pages = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")} - {"index.md"}
    assert pages <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_fences_are_closed_and_lines_can_be_read(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"^`{3,}", prose(page), re.MULTILINE)
    assert text.startswith(("# ", "<!-- prepare:\n"))
    if page not in {DOCS / name for name in command.PAGES}:
        lines = prose(page).split("\n")
        assert not [line for line in lines if len(line) > LONGEST and not line.startswith(("|", "<!--"))]


def words(page: Path) -> str:
    """Give a page's words with single spaces, however its lines are broken."""
    return " ".join(page.read_text(encoding="utf-8").split())


def test_numbers_in_prose_are_those_of_the_code() -> None:
    book, recipe = RuleBook.load(), Recipe()
    assert f"{len(book.rules)} rules in TOML" in words(ROOT / "README.md")
    assert f"{len(book.rules)} rules of {len(book.kinds)} kinds" in words(DOCS / "how-cleaning-works.md")
    scale = words(DOCS / "scale.md")
    assert f"A chunk is a {plan.SHARES}th of the input" in scale
    assert f"between {plan.LEAST_CHUNK // 10**6} and {plan.MOST_CHUNK // 10**6} MB" in scale
    assert f"more than {plan.MOST_CHUNKS:,}" in scale
    budget = words(DOCS / "the-harm-budget.md")
    settings = {**asdict(recipe.model), **asdict(recipe.guard)}
    for name in ("least", "least_edge", "least_sentence", "whole_page", "max_risk", "max_struck"):
        assert f"**`{name}` = {settings[name]}.**" in budget
    cutting = words(DOCS / "how-cutting-works.md")
    for name in ("least", "least_next", "margin", "least_length"):
        assert f"| `{name}` | {getattr(recipe.split, name)} |" in cutting


def test_the_readme_has_the_speed_of_the_page_on_speed() -> None:
    told = re.search(r"the whole build ([0-9.]+)", words(DOCS / "speed.md"))
    assert told
    assert f"One core builds {told[1]} MB of text a second" in words(ROOT / "README.md")


# --- The commands in pages --------------------------------------------------------------------------------------------

PAGE = """# A page

<!-- prepare:
touch ready
-->

```sh
ls
```

```text
ready
```

<!-- not run: it would burn the house down -->
```sh
fire
```

<!-- leaves with 3 -->
```sh
exit 3
```

```toml
[rules]
```

```python
print("a", end="")
```

Words.
"""


def test_what_is_run_of_a_page(tmp_path: Path) -> None:
    found = steps(PAGE)
    assert [(step.language, step.source, step.line, step.code, step.wanted) for step in found] == [
        ("sh", "touch ready\n", 3, 0, ""),
        ("sh", "ls\n", 7, 0, "ready\n"),
        ("sh", "exit 3\n", 21, 3, ""),
        ("python", 'print("a", end="")\n', 29, 0, ""),
    ]
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    assert [output for _, output in sessions.play(page, tmp_path)] == ["", "ready\n", "", "a"]


def test_an_output_behind_nothing_is_refused() -> None:
    with pytest.raises(SessionError, match="line 3: this output stands behind nothing that prints it"):
        steps("# A page\n\n```text\nwords\n```\n")


def test_another_exit_code_is_told_of_with_its_line(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A page\n\n```sh\nexit 4\n```\n", encoding="utf-8")
    with pytest.raises(SessionError, match=r"^page\.md, line 3: left with 4, not 0"):
        list(sessions.play(page, tmp_path))


def test_outputs_are_written_into_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A page\n\n```sh\necho new\n```\n\n```text\nold\nlines\n```\n\nWords.\n", encoding="utf-8")
    assert sessions.write_outputs(page)
    assert page.read_text(encoding="utf-8").endswith("```text\nnew\n```\n\nWords.\n")
    assert not sessions.write_outputs(page)


@pytest.mark.parametrize(
    ("wanted", "found", "agree"),
    [
        ("a\nb", "a\nb\n", True),
        ("a\nb", "a\nc\n", False),
        ("a\n...\nd", "a\nb\nc\nd", True),
        ("a\n...\nd", "a\nd", True),
        ("a\n...", "a\nb\nc", True),
        ("...\nc", "a\nb\nc", True),
        ("took … s", "took 0.31 s", True),
        ("took … s", "took 0.31 s\nand more", False),
        ("a.c", "abc", False),
        ("a\n...\nd", "a\nb\nc", False),
    ],
)
def test_outputs_that_agree(wanted: str, found: str, *, agree: bool) -> None:
    assert agrees(wanted, found) == agree
