"""Where documents are cut: what the settings do, what every story knows of its cuts, and the splitter's file."""

from __future__ import annotations

import copy
import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk import Cleaned, Desk, Recipe, RecipeError, RuleError, build, verify
from copydesk._kernel import BREAK_FEATURES, SECOND_FEATURES
from copydesk.models import SPLITTER
from corpus_cases import load
from laws import assert_lawful
from strategies import TEXTS

if TYPE_CHECKING:
    from pathlib import Path

CASES = {case.name: case for case in load()}
TEASERS = CASES["en/cut_sentences_below"]
DIGEST = CASES["de/cut_kurz_notiert"]


def desk(**split: Any) -> Desk:
    return Desk(Recipe.from_mapping({"split": split, "language": {"engine": "none"}}))


FULL = desk()


def cuts(cleaned: Cleaned) -> int:
    return max(0, len(cleaned.stories) - 1)


def test_modes_go_from_never_to_everywhere() -> None:
    assert not any(cuts(desk(mode="off").clean(case.raw)) for case in CASES.values())
    structure, full = desk(mode="structure"), FULL
    assert cuts(structure.clean(TEASERS.raw)) == 0 < cuts(full.clean(TEASERS.raw))
    marked = CASES["es/cut_fin_y_avances"]
    assert cuts(structure.clean(marked.raw)) == cuts(full.clean(marked.raw)) == len(marked.stories) - 1


@pytest.mark.parametrize(("setting", "careful", "bold"), [("least", 1.0, 0.5), ("least_next", 1.0, 0.5)])
def test_a_careful_setting_cuts_no_more_than_a_bold_one(setting: str, careful: float, bold: float) -> None:
    few, many = (desk(**{setting: value}) for value in (careful, bold))
    counts = [(cuts(few.clean(case.raw)), cuts(many.clean(case.raw))) for case in CASES.values()]
    assert all(a <= b for a, b in counts)
    assert sum(a for a, _ in counts) < sum(b for _, b in counts)


def test_every_story_knows_the_cuts_around_it() -> None:
    stories = FULL.clean(TEASERS.raw).stories
    assert len(stories) > 2
    assert stories[0].cut_before is None
    assert stories[-1].cut_after is None
    for story, after in pairwise(stories):
        assert story.cut_after == after.cut_before
        assert story.cut_after is not None
        assert Recipe().split.least_next <= story.cut_after <= 1
    assert max(story.cut_before or 0 for story in stories) >= Recipe().split.least


def test_a_cut_is_an_edit_that_names_its_evidence() -> None:
    edits = [edit for edit in FULL.clean(TEASERS.raw).edits if edit.label == "boundary"]
    assert {edit.rule for edit in edits} == {"split.model"}
    assert all(not edit.replacement and not (edit.removed or "").strip() for edit in edits)


def test_one_story_is_the_pages_own() -> None:
    for case in CASES.values():
        stories = FULL.clean(case.raw).stories
        own = [story for story in stories if story.main]
        assert len(own) == min(1, len(stories))
        assert all(story.kind == "article" for story in own)


def test_a_scrap_before_a_long_article_is_not_the_pages_own() -> None:
    article = CASES["pt/cut_reportagem_com_secoes"].raw
    scrap = (
        "The pool at Ormsey stays shut on Sunday and on Monday, the council of the town said in a note.\n"
        "A pump failed on Friday night, and the part that broke comes from a yard abroad, it said.\n(END)\n\n"
    )
    stories = FULL.clean(scrap + article).stories
    assert [story.main for story in stories] == [False, True]


def test_a_digest_is_one_product_unless_the_recipe_wants_its_items() -> None:
    assert cuts(FULL.clean(DIGEST.raw)) == 0
    items = desk(digests="cut", least=0.5, least_next=0.5).clean(DIGEST.raw).stories
    assert {story.kind for story in items[1:]} <= {"digest_item"}


def test_hard_wrapped_paragraphs_are_never_cut_inside() -> None:
    wrapped = CASES["en/cut_wrapped_pair"]
    bold = desk(least=0.5, least_next=0.5, least_length=0).clean(wrapped.raw)
    paragraphs = [" ".join(block.split()) for block in wrapped.raw.split("\n\n")]
    for story in bold.stories:
        assert all(" ".join(block.split()) in paragraphs for block in story.text.split("\n\n") if block.strip())


@pytest.mark.parametrize("text", ["", "\n\n", "One line alone.", "No end\n" * 3, "a\n\n\n" * 400])
def test_small_and_odd_documents_pass(text: str) -> None:
    assert_lawful(FULL, text)


@given(parts=st.lists(st.sampled_from(sorted(CASES)), min_size=1, max_size=4), text=TEXTS)
@settings(max_examples=40, deadline=None)
def test_the_laws_hold_on_mixes(parts: list[str], text: str) -> None:
    assert_lawful(FULL, "\n".join([*(CASES[name].raw for name in parts), text]))


def test_its_file_fits_the_kernel() -> None:
    splitter = SPLITTER.load()
    assert splitter["features"] == BREAK_FEATURES
    assert splitter["second_features"] == SECOND_FEATURES
    names = [*BREAK_FEATURES, *SECOND_FEATURES]
    assert len(set(names)) == len(names)


def broken(change: str) -> dict[str, Any]:
    splitter = copy.deepcopy(SPLITTER.load())
    match change:
        case "other features":
            splitter["features"].pop()
        case "other second features":
            splitter["second_features"].reverse()
        case "other word vectors":
            splitter["vectors"] = "0" * 16
        case "a falling calibration":
            splitter["calibration"].reverse()
        case "a split that leads back":
            splitter["second"]["trees"][0]["left"][0] = 0
        case "no words":
            del splitter["words"]
    return splitter


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("other features", "trained on other features"),
        ("other second features", "trained on other features"),
        ("other word vectors", "trained with other word vectors"),
        ("a falling calibration", "the splitter: its calibration does not rise"),
        ("a split that leads back", "the splitter: tree 0: a split is missing or leads back"),
        ("no words", "missing field `words`"),
    ],
)
def test_a_broken_file_is_refused(change: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "splitter.json"
    file.write_text(json.dumps(broken(change)), encoding="utf-8")
    with pytest.raises((RuleError, RecipeError), match=says):
        desk(file=str(file))


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "cannot read the splitter"), ("{", "is no splitter"), ('{"trees": []}', "it has no second")],
)
def test_a_file_that_is_none_is_named(content: str | None, says: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(RecipeError, match=says):
        desk(file=str(file))


def test_an_edition_carries_its_own_splitter(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(SPLITTER.load()), encoding="utf-8")
    (tmp_path / "a.txt").write_text(TEASERS.raw, encoding="utf-8")
    recipe = Recipe.from_mapping({"split": {"file": str(file)}})
    out = tmp_path / "out"
    build([tmp_path / "a.txt"], out, recipe=recipe, version="1.0.0")
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["splitter"] == SPLITTER.digest(str(out / "mine.json"))
    verify(out)
