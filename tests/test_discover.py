"""What `discover` finds in a made-up dump, what it leaves alone, and that its drafts do what they say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import copydesk
import dumps
from copydesk import CopydeskError, Desk, Recipe
from copydesk.cli import main
from copydesk.discover import Discovery, Settings, draft, shapes
from copydesk.discover.reading import lone_words, read_lines
from copydesk.discover.tally import Tally
from copydesk.discover.words import has_family
from copydesk.rulecheck import check_rules
from editions import write_records, write_texts

if TYPE_CHECKING:
    from pathlib import Path

FURNITURE = [
    ("line", dumps.FOOTER),
    ("line", dumps.MOST_READ),
    ("line", dumps.COUNTED.format(0)),
    ("end", dumps.TITLE_TAIL),
    ("end", dumps.LAST_SENTENCE),
    ("word", dumps.GLUED),
    ("word", dumps.BURIED),
    ("word", dumps.CAMEL),
]


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    return dumps.dump()


@pytest.fixture(scope="module")
def dump(records: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_records(tmp_path_factory.mktemp("dump") / "dump.jsonl", records)


@pytest.fixture(scope="module")
def found(dump: Path) -> Discovery:
    return copydesk.discover(dump)


@pytest.fixture(scope="module")
def pack(found: Discovery, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pack") / "toll.toml"
    draft.write(found, Recipe(), str(path))
    return path


@pytest.mark.parametrize(("form", "text"), FURNITURE)
def test_furniture_and_residue_are_proposed(found: Discovery, form: str, text: str) -> None:
    assert (form, text) in [(finding.form, finding.text) for finding in found.of("proposed")]


def test_what_rules_strike_already_is_covered(found: Discovery) -> None:
    (finding,) = [finding for finding in found.findings if finding.text == dumps.RESIDUE]
    assert finding.status == "covered"
    assert "residue.class_names_line" in finding.covered_by


def test_what_a_heading_takes_along_is_covered(tmp_path: Path) -> None:
    writer = dumps.Writer(4)
    links = ("- Council votes on the bridge again", "- Fire at the old mill: nobody hurt")
    texts = ["\n".join([writer.paragraph(), writer.paragraph(), "Read also:", *links]) for _ in range(9)]
    found = copydesk.discover(write_texts(tmp_path / "in", texts))
    covered = {finding.text: finding.covered_by for finding in found.of("covered")}
    assert covered == dict.fromkeys(("Read also:", *links), ("read_also.tail_heading",))
    assert found.of("proposed") == ()


def test_residue_is_found_without_being_told(dump: Path) -> None:
    recipe = Recipe.from_mapping({"rules": {"off": ["residue"]}})
    found = copydesk.discover(dump, recipe=recipe)
    assert ("word", dumps.RESIDUE) in [(finding.form, finding.text) for finding in found.of("proposed")]


def test_nothing_else_is_found(found: Discovery) -> None:
    known = {text for _, text in FURNITURE} | {dumps.RESIDUE}
    assert [finding.text for finding in found.findings if finding.text not in known] == []


def test_headings_refrains_and_code_are_not_in_the_draft(pack: Path) -> None:
    text = pack.read_text(encoding="utf-8")
    patterns = [line for line in text.splitlines() if line.startswith(("und = ", "pattern = "))]
    for kept in (*dumps.HEADINGS, dumps.REFRAIN, *dumps.CODE[:3], "Part", "return"):
        assert not any(kept in line for line in patterns)


def test_facts(found: Discovery) -> None:
    (footer,) = [finding for finding in found.findings if finding.text == dumps.FOOTER]
    assert (footer.documents, footer.occurrences, footer.site_count) == (60, 60, 1)
    assert (footer.sites[0].site, footer.sites[0].documents, footer.sites[0].of) == ("tollgate.example", 60, 60)
    assert footer.positions == {"head": 0, "middle": 0, "tail": 1}
    assert footer.before[0].text == dumps.COUNTED.format(0)
    assert footer.examples[0].record_id == "tollgate.example-0"
    assert "60 of 60 documents of tollgate.example, 100% at the end" in draft.why(footer)


def test_the_draft_passes_its_own_examples(pack: Path) -> None:
    check = check_rules(Recipe.from_mapping({"rules": {"packs": [str(pack)]}}))
    assert check.failures == ()


def test_the_draft_strikes_what_was_found_and_nothing_else(pack: Path, records: list[dict[str, Any]]) -> None:
    desk = Desk(Recipe.from_mapping({"rules": {"packs": [str(pack)]}}))
    for record in records:
        cleaned = desk.clean(record["text"])
        assert cleaned.restore() == record["text"]
        left = cleaned.text
        for _, text in FURNITURE:
            assert text.removesuffix("0") not in left
        if not record["id"].startswith(("tollgate", "handbook", "guide")):
            assert left.rstrip() == record["text"].rstrip()
        for heading in dumps.HEADINGS:
            assert (f"\n{heading}\n" in left) == (f"\n{heading}\n" in record["text"])


def test_once_passed_back_nothing_is_left_to_find(dump: Path, pack: Path) -> None:
    again = copydesk.discover(dump, recipe=Recipe.from_mapping({"rules": {"packs": [str(pack)]}}))
    assert again.of("proposed") == ()


def test_unsure_drafts_load_once_the_signs_are_taken_away(dump: Path, tmp_path: Path) -> None:
    found = copydesk.discover(dump, settings=Settings(by="dump"))
    assert found.of("unsure")
    path = tmp_path / "whole.toml"
    draft.write(found, Recipe(), str(path))
    sure, _, rest = path.read_text(encoding="utf-8").partition("# ---- Not sure.")
    unsure = rest.partition("# ---- ")[0].split("\n", 2)[2]
    path.write_text(sure + "\n".join(line.removeprefix("#").removeprefix(" ") for line in unsure.splitlines()))
    check = check_rules(Recipe.from_mapping({"rules": {"packs": [str(path)]}}))
    assert check.failures == ()


def test_the_hash_seed_changes_nothing(dump: Path) -> None:
    command = [sys.executable, "-m", "copydesk", "discover", str(dump), "-q", "--json"]
    outputs = {
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True).stdout  # noqa: S603
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_copies_of_a_document_count_once(tmp_path: Path) -> None:
    writer = dumps.Writer(1)
    story = "\n\n".join(writer.paragraph() for _ in range(4)) + "\n\nA line of this story only"
    folder = write_texts(tmp_path / "copies", [story] * 20)
    found = copydesk.discover(folder)
    assert (found.documents, found.copies, found.findings) == (20, 19, ())


def test_text_files_belong_to_their_folder(tmp_path: Path) -> None:
    writer = dumps.Writer(2)
    end = "The bell of this page rings twice a day"
    write_texts(tmp_path / "in" / "one", (f"{writer.paragraph()}\n\n{writer.paragraph()}\n\n{end}" for _ in range(12)))
    write_texts(tmp_path / "in" / "two", (f"{writer.paragraph()}\n\n{writer.paragraph()}" for _ in range(12)))
    (finding,) = copydesk.discover(tmp_path / "in").findings
    assert (finding.text, finding.sites[0].site, finding.sites[0].of) == (end, "in/one", 12)


def test_counting_is_bounded_and_knows_its_error() -> None:
    tally: Tally[int] = Tally(100)
    for number in range(10_000):
        tally.add({number, -1 - number % 3})
        assert len(tally) <= 101
    for often in (-1, -2, -3):
        assert tally[often] <= 3334 <= tally[often] + tally.missed + 1
    assert {key for key, _ in tally.most(1000, 10)} == {-1, -2, -3}


def test_a_full_table_is_told(dump: Path) -> None:
    found = copydesk.discover(dump, settings=Settings(capacity=500))
    assert found.missed > 0
    assert dumps.FOOTER in [finding.text for finding in found.findings]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It ended.\nwrapinnerleft\nIt began.", {"wrapinnerleft"}),
        ("It ended. wrapinnerleft It began.", {"wrapinnerleft"}),
        ("It ended.wrapinnerleftIt began.", {"wrapinnerleft"}),
        ("imgCaptionHolder\nIt began.", {"imgCaptionHolder"}),
        ("桥开了。wrapinnerleft市政府", {"wrapinnerleft"}),
        ("It ended, particularly for us. Nothing began.", set()),
        ("The government of the town has nothing to say.", set()),
        ("桥开了。wrapinnerleft市政府，tips@gazette.example", {"wrapinnerleft"}),
        ("It ended.bodywrapinnerflex\nIt began.", {"bodywrapinnerflex"}),
        ("Write to tips@gazette.example", set()),
        ("Write to tips@zürich.example\nIt began.", set()),
        ("Visit gazette.example.\nIt began.", set()),
        ("See www.gazette.example/further.museum It began.", set()),
        ("See https://gazette.example/?wrapinnerleft It began.", set()),
    ],
)
def test_words_where_a_sentence_has_none(text: str, words: set[str]) -> None:
    assert lone_words(text) == words


@pytest.mark.parametrize(
    ("line", "edges"),
    [
        ("The mayor spoke for an hour. Our van stops here daily.", {("end", "Our van stops here daily.")}),
        ("The mayor spoke for an hour | Tollgate Gazette", {("end", "| Tollgate Gazette")}),
        ("Read this first! The mayor spoke for an hour and left", {("start", "Read this first!")}),
        ("The mayor spoke for an hour and then he left.", set()),
        ("“Never!” he said and shut the door behind him.", set()),
    ],
)
def test_edges_of_lines(line: str, edges: set[tuple[str, str]]) -> None:
    (read,) = read_lines(line)
    assert edges <= {key for key in read.keys if key[0] != "line"}
    assert not any(text[0].islower() for _, text in read.keys)


@pytest.mark.parametrize(
    "text", ["Introduction", "0. Conclusion", "REFERENCES:", "## Zutaten", "Chapter 0", "参考文献"]
)
def test_ordinary_headings(text: str) -> None:
    assert shapes.is_ordinary_heading(text)


@pytest.mark.parametrize("text", ["import os", "return x", "}", "</div>", "def main():", "const a = 0;", "x = f(y)"])
def test_code(text: str) -> None:
    assert shapes.is_code(text)


@pytest.mark.parametrize("text", ["Read more", "All rights reserved.", "Return to sender", "Import duties rise again"])
def test_no_code(text: str) -> None:
    assert not shapes.is_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "0 March 0",
        "0 March 0 at 0:0 GMT",
        "Published on Monday, 0 March 0",
        "Sat, 0 Jan. 0, 0:0 p.m.",
        "0. Januar 0 um 0:0 Uhr MEZ",
        "0 de marzo de 0, 0:0",
        "Page 0 of 0",
    ],
)
def test_dates(text: str) -> None:
    assert shapes.is_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "Call the newsdesk on 0 0 0 and tell us your story",
        "Open 0 to 0 on all the days of the week",
        "0 of 0 people found this helpful",
        f"0 0{' a.' * 90}_",  # took longer than a life
    ],
)
def test_no_dates(text: str) -> None:
    assert not shapes.is_date(text)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("01632 960 001", True),
        ("(01632) 960001", True),
        ("+44 1632 960 001", True),
        ("116 123", True),
        ("12 03 2021", False),
        ("2021-03-12, 10:45", False),
        ("12/03/2021 1045", False),
        ("1997-2024", False),
        ("100", False),
    ],
)
def test_telephone_numbers(number: str, expected: bool) -> None:
    assert shapes.has_phone(f"Ring us on {number} now") is expected


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("Call the newsdesk on 01632 960 001 and tell us your story", "proposed"),
        ("Call the newsdesk on 01632 960 001", "proposed"),
        ("Do you know more? Write to tips@gazette.example", "proposed"),
        ("Read on at https://gazette.example/further.museum", "proposed"),
        ("Visit gazette.example", "proposed"),
        ("12 March 2021", "unsure"),
        ("{number} March 2021, 10:{number}", None),
    ],
)
def test_lines_with_numbers_and_addresses(line: str, status: str | None, tmp_path: Path) -> None:
    writer = dumps.Writer(3)
    texts = [
        "\n".join(
            [writer.title(), writer.paragraph(), f"For example the {writer.ordinary()} {writer.paragraph()}", line]
        )
        for _ in range(7)
    ]
    filled = [text.replace("{number}", str(10 + number)) for number, text in enumerate(texts[:6])]
    found = copydesk.discover(write_texts(tmp_path / "in", [*filled, writer.paragraph()]))
    expected = [("line", shapes.brief(line), status)] if status else []
    assert [(finding.form, finding.text, finding.status) for finding in found.findings] == expected


def test_families_of_words() -> None:
    known = sorted(["receiving", "receives", "leftcenterrightdel", "approximate", "approximately"])
    assert has_family("receiving", known)
    assert has_family("approximately", known)
    assert not has_family("leftcenterrightdel", known)


def test_command_writes_a_pack_and_tells(dump: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "toll.toml"
    assert main(["discover", str(dump), "-o", str(out)]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "8 proposed" in told.err
    assert main(["rules", "test", "--rules", str(out)]) == 0
    assert main(["discover", str(dump), "-o", str(out)]) == 1
    assert "exists" in capsys.readouterr().err


def test_command_prints_json(dump: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", str(dump), "--json", "--quiet"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert json.loads(told.out)["findings"][0]["documents"] == 60


@pytest.mark.parametrize(("word", "commented"), [("example", True), ("wrapinnerleft", False)])
def test_a_draft_that_strikes_what_must_stay_is_commented_out(
    word: str, commented: bool, found: Discovery, tmp_path: Path
) -> None:
    (model,) = [finding for finding in found.findings if finding.text == dumps.BURIED]
    examples = tuple(replace(seen, line=seen.line.replace(dumps.BURIED, word)) for seen in model.examples)
    pack = tmp_path / "toll.toml"
    draft.write(replace(found, findings=(replace(model, text=word, examples=examples),)), Recipe(), str(pack))
    text = pack.read_text(encoding="utf-8")
    assert ("\n# [[rule]]" in text, "\n[[rule]]" in text) == (commented, not commented)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.jsonl"], "does not exist"),
        (["{dump}", "--least", "1"], "does not repeat"),
        (["{dump}", "-o", "My Site.toml"], "cannot be called"),
        (["{dump}", "-o", "nowhere/site.toml"], "no folder"),
        (["{dump}", "--text-key", "body"], "no text"),
    ],
)
def test_mistakes_are_told(dump: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", *(argument.format(dump=dump) for argument in arguments)]) == 1
    assert message in capsys.readouterr().err


def test_settings_refuse_an_unknown_scope() -> None:
    with pytest.raises(CopydeskError, match="cannot count by"):
        Settings(by="page")
