"""Annotating: every line gets a label and nothing is struck; and striking later gives what striking at once gives."""

from __future__ import annotations

import json
import shutil
import struct
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from copydesk import Cleaned, Desk, LedgerError, LineLabel, Recipe, RecipeError, build, strike, verify
from copydesk._kernel import model_strikes
from copydesk.cli import main
from copydesk.desk import caution
from copydesk.document import check_lines, check_partition
from copydesk.errors import EditionError
from copydesk.recipe import Guard, Ledger, Model, Rules
from copydesk.release.manifest import Manifest, data_digest, file_entry
from copydesk.release.schema import SOURCES
from copydesk.terminal import annotated
from corpus_cases import load
from editions import Row, fingerprints, paired, rows, shards, write_texts
from laws import assert_lawful
from strategies import TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANNOTATE = Recipe(guard=Guard(annotate=True))
FREE = Recipe(guard=Guard(annotate=True), model=Model(veto=0.0, least=1.0))
"""Keeps everything on record: no rule is vetoed, and no line hides its parts because the model takes all of it."""

UNGUARDED = Recipe(guard=Guard(max_struck=1.0))
"""Shows whether a document is to be cut even if it would be kept whole for another reason."""

REPAIRS = {"mend", "splinter"}
CASES = {case.name: case.raw for case in load()}

TEXT = """Ferry to run again in May
The winter ferry will sail again, the harbour cafÃ©'s owner heard on Monday from the crew in the town.

Advertisement

"We have a crew, and we have a boat," the harbour master said. "What we do not have is open water." Read also: Soup
imgcenterwrap
Read also:
- Ten soups that keep a deckhand warm
- Lake level falls for the third year
"""
"""Letters to mend, lines of several kinds, and a pointer within a line."""


@cache
def desk_of(recipe: Recipe) -> Desk:
    return Desk(recipe)


def annotate(text: str, recipe: Recipe = ANNOTATE) -> Cleaned:
    return desk_of(recipe).clean(text)


def struck(cleaned: Cleaned) -> list[tuple[int, int, str]]:
    """Give what was taken out, repairs aside."""
    return [(edit.start, edit.end, edit.rule) for edit in cleaned.edits if edit.label not in REPAIRS]


def struck_characters(cleaned: Cleaned) -> int:
    return sum(end - start for start, end, _ in struck(cleaned))


@pytest.fixture(autouse=True)
def _compile_a_recipe_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands share desks: compiling one takes most of a command's time."""
    monkeypatch.setattr("copydesk.desk.Desk", desk_of)


# --- Labels -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_each_line_has_a_label_and_nothing_is_struck(name: str) -> None:
    raw = CASES[name]
    cleaned = assert_lawful(desk_of(ANNOTATE), raw)
    (story,) = cleaned.stories
    assert {edit.label for edit in cleaned.edits} <= REPAIRS
    assert story.fields == {"captions": [], "credits": [], "tags": []}
    assert check_lines(len(raw), cleaned.lines) is None
    covered = {place for line in cleaned.lines for place in range(line.start, line.end)}
    edited = {place for edit in cleaned.edits for place in range(edit.start, edit.end)}
    assert all(char.isspace() for place, char in enumerate(raw) if place not in covered | edited)


def test_labels_say_which_rule_would_strike() -> None:
    cleaned = annotate(TEXT)
    labels = {TEXT[line.start : line.end]: (line.label, line.rule) for line in cleaned.lines}
    assert labels["Advertisement"][0] == "ad"
    assert labels["imgcenterwrap"][0] == "residue"
    assert labels["- Ten soups that keep a deckhand warm"][0] == "read_also"
    assert all(rule is not None for _, rule in (labels["Advertisement"], labels["imgcenterwrap"]))


def test_a_part_of_a_line_comes_after_its_line() -> None:
    labelled = [annotate(raw, FREE).lines for raw in CASES.values()]
    parts = [(whole, part) for lines in labelled for whole, part in pairwise(lines) if part.start < whole.end]
    assert parts
    for whole, part in parts:
        assert whole.start <= part.start < part.end <= whole.end
        assert part.rule is not None
        assert part.noise == whole.noise


def test_without_a_model_there_are_only_rules() -> None:
    lines = annotate(TEXT, replace(ANNOTATE, model=Model(mode="off"))).lines
    assert {line.noise for line in lines} == {0.0}
    assert not any((line.rule or "").startswith("model.") for line in lines)
    assert any(line.rule for line in lines)


@pytest.mark.parametrize("raw", ["", " \n\t\n"], ids=["nothing", "white space"])
def test_a_text_of_nothing_has_no_lines(raw: str) -> None:
    cleaned = annotate(raw)
    assert (cleaned.stories, cleaned.lines) == ([], [])
    assert strike(cleaned) == cleaned


def test_labels_are_given_only_when_asked_for(desk: Desk) -> None:
    assert desk.clean(TEXT).lines == []


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_labels_lie_in_any_text(raw: str) -> None:
    cleaned = assert_lawful(desk_of(ANNOTATE), raw)
    assert check_lines(len(raw), cleaned.lines) is None
    assert bool(cleaned.lines) == bool(cleaned.stories)
    assert_struck_lawfully(raw, strike(cleaned))


FAULTS: dict[str, tuple[list[LineLabel], str]] = {
    "behind the end": ([LineLabel(0, 6, "body", None, 0.5)], "lies outside the document, which has 5 characters"),
    "before the start": ([LineLabel(-1, 2, "body", None, 0.5)], "lies outside"),
    "back to front": ([LineLabel(3, 2, "body", None, 0.5)], "lies outside"),
    "out of order": ([LineLabel(2, 3, "body", None, 0.5), LineLabel(0, 1, "body", None, 0.5)], "not in its place"),
    "no label": ([LineLabel(0, 1, "", None, 0.5)], "has an empty name"),
    "more than sure": ([LineLabel(0, 1, "body", None, 1.5)], "has the probability 1.5"),
    "no number": ([LineLabel(0, 1, "body", None, float("nan"))], "has the probability nan"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faulty_labels_are_named(name: str) -> None:
    lines, words = FAULTS[name]
    assert words in (check_lines(5, lines) or "")


def test_the_kernel_wants_a_number_for_every_line() -> None:
    text, careful = "The boat left.\nHarbour\n", json.dumps(caution(Model()))
    assert model_strikes(text, [0.0, 0.0], [False, False], careful) == [False, False]
    assert model_strikes("salt " * 4_000, [0.6], [False], careful) == [True]  # one line is no special case
    with pytest.raises(ValueError, match="the text has 2 lines, not 1 or 2"):
        model_strikes(text, [0.0], [False, False], careful)
    with pytest.raises(ValueError, match="that is no caution"):
        model_strikes(text, [0.0, 0.0], [False, False], "{}")


# --- Striking later ---------------------------------------------------------------------------------------------------


def assert_struck_lawfully(raw: str, again: Cleaned) -> None:
    """Check what must hold for a document that was struck later, as for any other."""
    assert check_partition(len(raw), again.stories, again.edits) is None
    assert again.restore() == raw
    assert again.lines == []
    for edit in again.edits:
        assert edit.removed == raw[edit.start : edit.end]
    for story in again.stories:
        assert story.text.strip()
        assert list(story.edits) == again.edits


@pytest.mark.parametrize("name", CASES)
def test_striking_later_is_striking_at_once(desk: Desk, name: str) -> None:
    raw = CASES[name]
    again, at_once = strike(annotate(raw)), desk.clean(raw)
    assert_struck_lawfully(raw, again)
    if len(at_once.stories) == 1:
        (story,), (wanted,) = again.stories, at_once.stories
        assert again.edits == at_once.edits
        assert (story.text, story.title, story.spans) == (wanted.text, wanted.title, wanted.spans)
        assert again.needs_review == at_once.needs_review


SETTINGS: dict[str, Model | Guard] = {
    "careful": Model(least=0.95),
    "bold": Model(least=0.5, max_risk=1.0),
    "no risk": Model(max_risk=0.0),
    "every page is a whole one": Model(whole_page=0.2),
    "no page is a whole one": Model(whole_page=1.0),
    "no veto": Model(veto=0.0),
    "a strict veto": Model(veto=0.6),
    "no guard": Guard(max_struck=1.0),
    "nothing may go": Guard(max_struck=0.0),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_thresholds_chosen_later_give_what_they_give_at_once(name: str) -> None:
    chosen = SETTINGS[name]
    model, guard = (chosen, Guard()) if isinstance(chosen, Model) else (Model(), chosen)
    now = desk_of(Recipe(model=model, guard=guard))
    compared = 0
    for raw in CASES.values():
        if len(desk_of(UNGUARDED).clean(raw).stories) > 1:
            continue  # it is to be cut
        at_once = now.clean(raw)
        again = strike(
            annotate(raw, FREE),
            least=model.least,
            whole_page=model.whole_page,
            veto=model.veto,
            max_risk=model.max_risk,
            max_struck=guard.max_struck,
        )
        assert again.edits == at_once.edits
        assert again.text == at_once.text
        assert again.needs_review == at_once.needs_review
        compared += 1
    assert compared > len(CASES) // 2


def test_a_rule_of_the_users_own_strikes_whatever_the_model_says(tmp_path: Path) -> None:
    pack = tmp_path / "stamp.toml"
    pack.write_text(STAMP, encoding="utf-8")
    rules = Rules(packs=(str(pack),))
    again = strike(desk_of(replace(ANNOTATE, rules=rules)).clean(f"{TEXT}\n{SENTENCE}"), veto=1.0)
    assert [edit.rule for edit in again.edits if edit.label not in REPAIRS][-1] == "stamp.line"


SENTENCE = "The harbour master wrote to the town on Monday and asked for a pilot who knows the northern channel well."
STAMP = f"""
kind = {{ label = "stamp", title = "Stamps", why = "A stamp is no news." }}

[[rule]]
name = "line"
why = "A stamp alone on its line."
match = "line"
pattern = '{SENTENCE.replace(".", "[.]")}'
examples = [{{ before = "The boat left.\\n{SENTENCE}", after = "The boat left." }}]
lookalikes = [{{ text = "The harbour master wrote." }}]
"""


@pytest.mark.parametrize("name", CASES)
def test_a_higher_threshold_strikes_no_more(name: str) -> None:
    cleaned = annotate(CASES[name])
    taken = [struck_characters(strike(cleaned, least=least, max_struck=1.0)) for least in (0.5, 0.7, 0.9, 1.0)]
    assert taken == sorted(taken, reverse=True)


def test_what_is_off_stays() -> None:
    cleaned = annotate(TEXT)
    rules = {rule for _, _, rule in struck(strike(cleaned, max_struck=1.0))}
    for rule in rules:
        kind = rule.split(".")[0] if not rule.startswith("model.") else rule.split(".")[1]
        assert rule not in {name for _, _, name in struck(strike(cleaned, max_struck=1.0, off=[rule]))}
        assert rule not in {name for _, _, name in struck(strike(cleaned, max_struck=1.0, off={kind}))}
    everything = {line.label for line in cleaned.lines} | {"furniture", "foreign"}
    assert strike(cleaned, off=everything) == replace(cleaned, lines=[])


def test_a_document_over_the_budget_is_kept_whole() -> None:
    cleaned = annotate("Advertisement\n\nThe ferry left.\n\nAdvertisement\n\nAdvertisement\n")
    kept = strike(cleaned, veto=0.0, max_struck=0.5)
    assert kept.needs_review
    assert (kept.stories, kept.edits) == (cleaned.stories, cleaned.edits)
    struck_after_all = strike(cleaned, veto=0.0, least=1.0, max_struck=1.0)
    assert not struck_after_all.needs_review
    assert struck_after_all.text == "The ferry left."


def test_mended_letters_and_strokes_make_one_ledger() -> None:
    raw = "The ferry left, said the owner of the cafÃ©.\n\nAdvertisement â€“ cafÃ©\n\nIt came back, she said."
    cleaned = annotate(raw)
    labels: list[tuple[str, str | None]] = [("short", None), ("ad", "ad.line"), ("short", None)]
    lines = [replace(x, label=label, rule=rule) for x, (label, rule) in zip(cleaned.lines, labels, strict=True)]
    again = strike(replace(cleaned, lines=lines), least=1.0, veto=0.0, max_struck=1.0)
    assert_struck_lawfully(raw, again)
    assert [edit.rule for edit in again.edits] == ["mend.ftfy", "mend.ftfy+ad.line"]
    assert again.text == "The ferry left, said the owner of the café.\n\nIt came back, she said."


def test_it_works_without_the_removed_text() -> None:
    bare = annotate(TEXT, replace(ANNOTATE, ledger=Ledger(removed_text=False)))
    again, wanted = strike(bare), strike(annotate(TEXT))
    assert again.text == wanted.text
    assert [replace(edit, removed=None) for edit in again.edits] == [replace(e, removed=None) for e in wanted.edits]
    assert None in {edit.removed for edit in again.edits}


def test_what_is_not_annotated_cannot_be_struck(desk: Desk) -> None:
    for cleaned in (desk.clean(TEXT), strike(annotate(TEXT))):
        with pytest.raises(LedgerError, match="its lines have no labels"):
            strike(cleaned)


@pytest.mark.parametrize(
    "wrong", [{"least": 0.2}, {"least": 1.01}, {"whole_page": 0.1}, {"veto": -0.1}, {"max_risk": 2.0}]
)
def test_thresholds_have_the_recipes_limits(wrong: dict[str, Any]) -> None:
    with pytest.raises(RecipeError, match=f"strike: model.{next(iter(wrong))} is "):
        strike(annotate(TEXT), **wrong)


def test_a_sentence_at_an_edge_is_asked_for_more() -> None:
    cleaned = annotate(TEXT, replace(ANNOTATE, model=Model(mode="off")))
    body = next(n for n, line in enumerate(cleaned.lines) if line.label == "body")
    lines = [replace(line, rule=None, noise=0.8 if n == body else 0.1) for n, line in enumerate(cleaned.lines)]
    page = replace(cleaned, lines=lines)

    def rules(sentence: float, edge: float = 0.6) -> list[str]:
        free = partial(strike, least=0.5, whole_page=1.0, veto=0.0, max_risk=1.0, max_struck=1.0)
        return [edit.rule for edit in free(page, least_edge=edge, least_sentence=sentence).edits]

    assert rules(0.85) == ["mend.ftfy"]
    assert rules(0.75) == ["mend.ftfy+model.foreign"]
    assert rules(0.5, edge=0.9) == ["mend.ftfy"], "never less than of other lines"


def test_a_line_at_the_very_threshold_goes() -> None:
    """The kernel compares 32-bit numbers; the nearest to 0.7 is less than 0.7."""
    cleaned = annotate(TEXT, replace(ANNOTATE, model=Model(mode="off")))
    for least in (0.55, 0.7, 0.9):
        (single,) = struct.unpack("f", struct.pack("f", least))
        lines = [*cleaned.lines[:-1], replace(cleaned.lines[-1], label="short", rule=None, noise=single)]
        again = strike(
            replace(cleaned, lines=lines), least=least, least_edge=least, veto=0.0, max_risk=1.0, max_struck=1.0
        )
        assert again.edits[-1].rule == "model.furniture"


# --- Editions ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("annotated")
    write_texts(folder / "in", [*CASES.values(), " \n"])
    build(folder / "in", folder / "edition", recipe=ANNOTATE, workers=1)
    return folder / "edition"


def test_an_annotated_edition_is_what_it_says(edition: Path) -> None:
    result = verify(edition)
    assert (result.documents, result.stories, result.restorable) == (len(CASES), len(CASES), True)


def test_an_edition_holds_the_labels_that_cleaning_gives(edition: Path) -> None:
    for (source, stories), raw in zip(paired(edition), CASES.values(), strict=True):
        assert Cleaned.from_rows(source, stories) == annotate(raw)


def test_the_accounts_count_lines_by_label(edition: Path) -> None:
    labels = [line["label"] for row in rows(edition, "sources") for line in row["lines"]]
    counted = Manifest.load(edition).accounts["lines"]
    assert counted == {label: labels.count(label) for label in sorted(set(labels))}


def test_the_card_explains_every_label_of_lines(edition: Path) -> None:
    card = (edition / "README.md").read_text(encoding="utf-8").splitlines()
    head = card.index("| label | what | lines |")
    assert card[head - 1] == "", "Markdown wants an empty line before a table"
    table = card[head + 2 :]
    titles = {line.split("|")[1].strip(" `"): line.split("|")[2].strip() for line in table[: table.index("")]}
    assert set(titles) == set(Manifest.load(edition).accounts["lines"])
    assert all(titles.values())


def test_other_editions_have_no_labels(tmp_path: Path) -> None:
    write_texts(tmp_path / "in", [TEXT])
    build(tmp_path / "in", tmp_path / "out", workers=1)
    assert [row["lines"] for row in rows(tmp_path / "out", "sources")] == [[]]
    assert "How the lines are labelled" not in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    verify(tmp_path / "out")


DAMAGE: dict[str, tuple[Callable[[list[Row]], object], str]] = {
    "a label behind the end": (lambda lines: lines[-1].update(end=10**6), "lies outside the document"),
    "a label out of its place": (lambda lines: lines.insert(0, lines.pop()), "is not in its place"),
    "a probability over 1": (lambda lines: lines[0].update(noise=2.0), "has the probability 2.0"),
    "an empty rule": (lambda lines: lines[0].update(rule=""), "has an empty name"),
    "no labels": (lambda lines: lines.clear(), "no line is labelled"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_verify_finds_faulty_labels(edition: Path, tmp_path: Path, name: str) -> None:
    damage, words = DAMAGE[name]
    target = shutil.copytree(edition, tmp_path / "copy")
    (path,) = shards(target, "sources")
    found = pq.ParquetFile(path).read().to_pylist()
    damage(found[3]["lines"])
    pq.write_table(pa.Table.from_pylist(found, SOURCES), path)
    stamp(target)
    with pytest.raises(EditionError, match=rf"row 3, document {found[3]['document_id']}: .*{words}"):
        verify(target)


def stamp(edition: Path) -> None:
    """Write the manifest that fits a damaged edition, so that only a look at the rows can tell."""
    manifest = Manifest.load(edition)
    files = tuple(file_entry(edition, entry.path, entry.rows) for entry in manifest.files)
    recipe = Recipe.load(edition / "recipe.toml").digest
    replace(manifest, files=files, data_digest=data_digest(files), recipe=recipe).write(edition)


# --- The command line -------------------------------------------------------------------------------------------------


def test_clean_annotate_lists_the_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    assert main(["clean", "--annotate", str(tmp_path / "a.txt")]) == 0
    shown = capsys.readouterr().out.splitlines()
    lines = annotate(TEXT).lines
    assert len(shown) == len(lines)
    last = 0
    for row, line in zip(shown, lines, strict=True):
        noise, label, rule, text = row.split(maxsplit=3)
        assert noise == ("-" if line.start < last else f"{line.noise:.3f}")
        assert (label, rule, text) == (line.label, line.rule or "-", TEXT[line.start : line.end].strip())
        last = max(last, line.end)
    assert len({row.index(line.label) for row, line in zip(shown, lines, strict=True)}) == 1, "columns are aligned"


def test_clean_annotate_as_json_holds_the_labels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    assert main(["clean", "--annotate", "--json", str(tmp_path / "a.txt")]) == 0
    assert [LineLabel(**line) for line in json.loads(capsys.readouterr().out)["lines"]] == annotate(TEXT).lines


def test_a_recipe_that_annotates_needs_no_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "my.toml").write_text("[guard]\nannotate = true\n", encoding="utf-8")
    main(["clean", "--annotate", str(tmp_path / "a.txt")])
    wanted = capsys.readouterr().out
    main(["clean", "--recipe", str(tmp_path / "my.toml"), str(tmp_path / "a.txt")])
    assert capsys.readouterr().out == wanted


def test_a_list_of_lines_cannot_steer_a_terminal() -> None:
    raw = "A \x1b[31mred\x1b[0m herring.\tIt swam."
    (row,) = annotated(raw, [LineLabel(0, len(raw), "short", "bad\x07rule", 0.5)], color=False).splitlines()
    assert row == "0.500  short  bad\\x07rule  A \\x1b[31mred\\x1b[0m herring. It swam."
    assert annotated("", [], color=True) == ""


def test_annotating_has_no_diff(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["clean", "--annotate", "--diff", "none.txt"])
    assert leaving.value.code == 2
    assert "argument --diff: not allowed with argument --annotate" in capsys.readouterr().err


def test_build_annotate_makes_an_annotated_edition(
    edition: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["build", "--annotate", "--workers", "1", str(edition.parent / "in"), "-o", str(out)]) == 0
    told = capsys.readouterr().out
    assert fingerprints(out) == fingerprints(edition)
    for label, count in Manifest.load(out).accounts["lines"].items():
        assert f"  labelled: {count:,} x {label}\n" in told
