"""The learned line model: what it is made of, what it may strike, and what stops it."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings

from copydesk import Cleaned, Desk, Recipe, RecipeError, RuleError, build, verify
from copydesk._kernel import LINE_FEATURES
from copydesk.models import LINE_MODEL
from corpus_cases import load
from laws import assert_lawful
from strategies import TEXTS

if TYPE_CHECKING:
    from pathlib import Path

PARAGRAPHS = [
    "The ferry company said on Monday that the night boat will run again from the first week of May.",
    "Repairs to the engine took eleven weeks, because a part for it had to be cast anew in a foundry abroad.",
    "Passengers had to drive around the bay in the meantime, which takes an hour and a half on a good day.",
    "The captain said she was glad to be back, and that the boat had never sounded better than it does now.",
]
MENU = ["Home", "News", "Sport", "Weather", "Culture", "Video", "Podcasts", "Shop", "Subscribe", "Log in"]
FOOTER = ["About us", "Contact", "Privacy policy", "Terms of use", "Careers", "Advertise with us", "RSS", "Help"]
PAGE = "\n".join([*MENU, "Night boat runs again", *PARAGRAPHS, *FOOTER])


def desk(**model: Any) -> Desk:
    return Desk(Recipe.from_mapping({"model": model, "language": {"engine": "none"}}))


WHOLE = Desk()


def struck(cleaned: Cleaned) -> int:
    return sum(len((edit.removed or "").split()) for edit in cleaned.edits)


def test_the_page_around_a_story_goes_and_the_story_stays() -> None:
    cleaned = desk().clean(PAGE)
    (story,) = cleaned.stories
    assert all(paragraph in story.text for paragraph in PARAGRAPHS)
    lines = story.text.split("\n")
    left = [line for line in (*MENU, *FOOTER) if line in lines]
    assert len(left) <= 3, left
    assert cleaned.restore() == PAGE
    assert {edit.label for edit in cleaned.edits} & {"furniture", "foreign"}


def test_without_it_the_rules_are_alone() -> None:
    labels = {edit.label for edit in desk(mode="off").clean(PAGE).edits}
    assert not labels & {"furniture", "foreign"}


@pytest.mark.parametrize(("setting", "careful", "bold"), [("least", 0.99, 0.5), ("max_risk", 0.0, 1.0)])
def test_a_careful_setting_strikes_no_more_than_a_bold_one(setting: str, careful: float, bold: float) -> None:
    few, many = (desk(**{setting: value}).clean(PAGE) for value in (careful, bold))
    assert struck(few) <= struck(many)


def test_no_risk_means_no_stroke_by_the_model() -> None:
    assert not {edit.label for edit in desk(max_risk=0.0).clean(PAGE).edits} & {"furniture", "foreign"}


def test_a_rule_of_ones_own_wins_over_the_model(tmp_path: Path) -> None:
    pack = tmp_path / "mine.toml"
    pack.write_text(
        '[kind]\nlabel = "mine"\ntitle = "Mine"\nwhy = "A sentence that I do not want."\n\n'
        '[[rule]]\nname = "captain"\nwhy = "Not wanted."\nmatch = "line"\npattern = "The captain said .*"\n'
        "max_chars = 400\n"
        '[[rule.examples]]\nbefore = "One.\\nThe captain said no.\\nTwo."\nafter = "One.\\nTwo."\n'
        '[[rule.lookalikes]]\ntext = "The captain was glad."\n',
        encoding="utf-8",
    )
    recipe = Recipe.from_mapping({"rules": {"packs": [str(pack)]}, "model": {"veto": 1.0}})
    assert PARAGRAPHS[3] not in Desk(recipe).clean(PAGE).stories[0].text


def test_the_end_of_a_text_is_where_the_model_leaves_it(tmp_path: Path) -> None:
    """A rule that holds below the last paragraph holds above a line that the model strikes, too."""
    last_line = {"feature": [LINE_FEATURES.index("from_end")], "threshold": [0.5], "left": [-1], "right": [-2]}
    forest = {"words": {}, "trees": [last_line | {"value": [9.0, -9.0]}], "looks": []}
    path = tmp_path / "model.json"
    path.write_text(json.dumps({"features": LINE_FEATURES, **forest, "calibration": [[-9.0, 0.31], [9.0, 0.99]]}))
    tail = "Whoever wants to walk beside the river on the first Sunday of May is welcome, with a dog or without one."
    (story,) = desk(file=str(path)).clean("\n".join([*PARAGRAPHS, "Source: Valley Courier", tail])).stories
    assert story.text.split("\n") == PARAGRAPHS
    assert story.fields["source"] == "Valley Courier"


def test_a_full_veto_leaves_what_the_shipped_rules_strike() -> None:
    page = "\n".join([*PARAGRAPHS, "Read also: New pier for Tallow Cross", *PARAGRAPHS[::-1]])
    assert "Read also" not in desk(mode="off").clean(page).stories[0].text
    assert "Read also" in desk(veto=1.0, least=1.0).clean(page).stories[0].text


@given(text=TEXTS)
@settings(max_examples=150, deadline=None)
def test_the_laws_hold_on_any_text(text: str) -> None:
    assert_lawful(WHOLE, text)


def test_its_file_fits_the_kernel() -> None:
    model = LINE_MODEL.load()
    assert model["features"] == LINE_FEATURES
    assert len(set(LINE_FEATURES)) == len(LINE_FEATURES)
    rising = np.array(model["calibration"])
    assert (np.diff(rising[:, 0]) > 0).all()
    assert (np.diff(rising[:, 1]) >= 0).all()
    assert all(0 <= y <= 1 for y in rising[:, 1])


def broken(change: str) -> dict[str, Any]:
    model = copy.deepcopy(LINE_MODEL.load())
    tree = model["trees"][0]
    match change:
        case "other features":
            model["features"] = model["features"][1:]
        case "a tree that leads back":
            tree["left"][-1] = 0
        case "a leaf that is missing":
            tree["right"][-1] = -len(tree["value"]) - 1
        case "an unknown feature":
            tree["feature"][0] = len(LINE_FEATURES)
        case "a falling calibration":
            model["calibration"].reverse()
        case "lists of different lengths":
            tree["threshold"].pop()
    return model


@pytest.mark.parametrize(
    "change",
    [
        "other features",
        "a tree that leads back",
        "a leaf that is missing",
        "an unknown feature",
        "a falling calibration",
        "lists of different lengths",
    ],
)
def test_a_broken_model_is_refused(change: str, tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(broken(change)), encoding="utf-8")
    with pytest.raises((RecipeError, RuleError), match="line model"):
        desk(file=str(path))


@pytest.mark.parametrize(
    ("content", "says"), [(None, "cannot read"), ("no JSON", "is no line model"), ('{"a": 1}', "has no trees")]
)
def test_a_file_that_is_no_model_is_named(content: str | None, says: str, tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(RecipeError, match=says):
        desk(file=str(path))


def test_a_long_page_takes_time_in_proportion() -> None:
    """A page of very many lines ends; each line once cost as much as the page is long."""
    page = "\n".join(f"Item {n} of the long list" for n in range(40_000))
    assert desk().clean(page).restore() == page


def test_most_of_the_corpus_is_the_same_after_a_second_run() -> None:
    cleaner = desk()
    once = [story.text for case in load() for story in cleaner.clean(case.raw).stories]
    again = [text for text in once if struck(cleaner.clean(text)) > 0]
    assert len(again) <= len(once) * 0.05, again


def test_an_edition_carries_a_model_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(json.dumps(LINE_MODEL.load()), encoding="utf-8")
    (tmp_path / "my.toml").write_text('[model]\nfile = "mine.json"\n', encoding="utf-8")
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    recipe = Recipe.load(tmp_path / "my.toml")
    build([tmp_path / "page.txt"], tmp_path / "out", recipe=recipe, version="1.0.0")
    verify(tmp_path / "out")
    assert Recipe.load(tmp_path / "out" / "recipe.toml").digest == recipe.digest
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["model"] == LINE_MODEL.digest(str(tmp_path / "out" / "mine.json"))
