"""The recipe: strict about what it holds, the same again after writing and reading, and known by its digest."""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import Recipe, RecipeError
from strategies import SCALARS

SECTIONS = [section.name for section in fields(Recipe)]
SETTINGS = [(name, setting) for name in SECTIONS for setting in fields(getattr(Recipe(), name))]

WRONG: dict[str, tuple[str, str, str]] = {
    "an unknown table": ("[mends]", "there is no setting mends", "did you mean mend?"),
    "an unknown key": ("[mend]\nfttfy = true", "there is no setting mend.fttfy", "did you mean mend.ftfy?"),
    "a key of another table": (
        "[guard]\nftfy = true",
        "there is no setting guard.ftfy",
        "known here: annotate, max_struck",
    ),
    "a key outside tables": ("max_struck = 0.3", "there is no setting max_struck", "stands under [guard]"),
    "a value for a table": ("mend = true", "mend must be a table, not True", "write [mend]"),
    "a list of tables": ("[[mend]]\nftfy = true", "mend must be a table", "write [mend]"),
    "a text for a switch": ('[mend]\nftfy = "yes"', "mend.ftfy must be bool, not 'yes'", "the default is true"),
    "a number for a switch": ("[mend]\nftfy = 1", "mend.ftfy must be bool, not 1", "the default is true"),
    "a switch for a number": ("[guard]\nmax_struck = true", "guard.max_struck must be float, not True", "0.9"),
    "a text for a number": ('[guard]\nmax_struck = "0.3"', "guard.max_struck must be float, not '0.3'", "0.9"),
    "a fraction for a count": ("[output]\nchunk_mb = 1.5", "output.chunk_mb must be int, not 1.5", "the default is 0"),
    "a switch for a count": ("[output]\nchunk_mb = true", "output.chunk_mb must be int, not True", "the default is 0"),
    "a text for a list": ('[rules]\noff = "ad"', "rules.off must be a list of strings, not 'ad'", "the default is []"),
    "a list of numbers": ("[rules]\noff = [1]", "rules.off must be a list of strings", "the default is []"),
    "too little": ("[output]\nrows_per_group = 0", "output.rows_per_group is 0", "between 1 and 1000000"),
    "too much": ("[guard]\nmax_struck = 1.1", "guard.max_struck is 1.1", "between 0.0 and 1.0"),
    "not a number": ("[guard]\nmax_struck = nan", "guard.max_struck is nan", "between 0.0 and 1.0"),
    "no such choice": ('[split]\nmode = "topics"', "split.mode is 'topics'", "choose one of off, structure, full"),
    "no such form": ('[mend]\nnormalization = "nfc"', "mend.normalization is 'nfc'", "NFC, NFKC"),
    "no address": ('[edition]\nhomepage = "example.org"', "edition.homepage is 'example.org'", "an address: https://"),
    "an address with a tail": ('[edition]\nhomepage = "https://a.b/\\n---"', "edition.homepage is", "an address"),
    "no name of a licence": ('[edition]\nlicense = "CC BY"', "edition.license is 'CC BY'", "such as cc-by-4.0"),
    "no day": ('[edition]\npublished = "2026-02-32"', "edition.published is '2026-02-32'", "a day: 2026-01-31"),
    "no TOML": ("[mend", "is not TOML", ""),
    "a key twice": ("[mend]\nftfy = true\nftfy = false", "is not TOML", ""),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_recipe_is_refused(name: str, tmp_path: Path) -> None:
    text, message, hint = WRONG[name]
    path = tmp_path / "my.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError) as raised:
        Recipe.load(path)
    assert raised.value.message.startswith(str(path)), "the message names the file"
    assert message in raised.value.message
    assert hint in raised.value.hint


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"cannot read the recipe .*: No such file"):
        Recipe.load(tmp_path / "none.toml")
    with pytest.raises(RecipeError, match=r"cannot read the recipe .*: Is a directory"):
        Recipe.load(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(RecipeError, match=r"latin\.toml is not TOML"):
        Recipe.load(tmp_path / "latin.toml")


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text("[guard]\nmax_struck = 1\n", encoding="utf-8")
    default = Recipe()
    assert Recipe.load(path) == replace(default, guard=replace(default.guard, max_struck=1.0))
    path.write_text("", encoding="utf-8")
    assert Recipe.load(path) == default == Recipe.from_mapping({})


def test_packs_are_looked_for_from_the_recipes_folder(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text('[rules]\npacks = ["mine", "/abs/yours.toml"]', encoding="utf-8")
    assert Recipe.load(path).rules.packs == (str(tmp_path / "mine"), "/abs/yours.toml")


# --- Writing and reading again ----------------------------------------------------------------------------------------

LINES = st.text(SCALARS, max_size=20)


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    """Draw a recipe with any setting at any value that it may have. Packs have absolute paths, so that they stay."""
    mapping: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
    for name, setting in SETTINGS:
        if draw(st.booleans()):
            mapping[name][setting.name] = draw(_values(f"{name}.{setting.name}", setting.default, setting.metadata))
    return Recipe.from_mapping(mapping)


def _values(key: str, default: Any, limits: Any) -> st.SearchStrategy[Any]:
    if "choices" in limits:
        return st.sampled_from(limits["choices"])
    if isinstance(default, bool):
        return st.booleans()
    if isinstance(default, float):
        return st.floats(limits["least"], limits["most"])
    if isinstance(default, int):
        return st.integers(limits["least"], limits["most"])
    if isinstance(default, tuple):
        paths = LINES.map(lambda name: str(Path("/packs", name)))
        return st.lists(paths if key == "rules.packs" else LINES, max_size=3)
    return st.just("") | st.from_regex(limits["form"], fullmatch=True) if "form" in limits else LINES


@given(recipes())
def test_a_recipe_is_the_same_after_writing_and_reading(recipe: Recipe) -> None:
    again = Recipe.from_mapping(tomllib.loads(recipe.to_toml()))
    assert again == recipe
    assert again.digest == recipe.digest
    assert again.to_toml() == recipe.to_toml()


def test_a_recipe_file_is_the_same_after_reading_and_writing(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(Recipe().to_toml(), encoding="utf-8")
    assert Recipe.load(path) == Recipe()


@pytest.mark.parametrize(("section", "setting"), SETTINGS, ids=[f"{name}.{setting.name}" for name, setting in SETTINGS])
def test_each_setting_is_explained_in_the_file(section: str, setting: Any) -> None:
    text = Recipe().to_toml()
    table = text[text.index(f"[{section}]") :].split("\n\n")[0]
    assert f"# {setting.metadata['says']}\n{setting.name} = " in table


# --- The digest -------------------------------------------------------------------------------------------------------

CHANGES: dict[str, Any] = {
    "input.text": "body",
    "input.id": "url",
    "input.legacy": "detect",
    "mend.ftfy": False,
    "mend.uncurl_quotes": True,
    "mend.fix_character_width": True,
    "mend.normalization": "NFD",
    "emoji.splinters": False,
    "rules.packs": ["mine.toml"],
    "rules.off": ["ad"],
    "model.mode": "off",
    "model.file": "mine.json",
    "model.least": 0.9,
    "model.least_edge": 0.95,
    "model.least_sentence": 0.9,
    "model.whole_page": 0.6,
    "model.veto": 0.1,
    "model.max_risk": 0.1,
    "guard.annotate": True,
    "guard.max_struck": 0.4,
    "split.mode": "off",
    "split.file": "mine.json",
    "split.least": 0.95,
    "split.least_next": 0.7,
    "split.margin": 0.2,
    "split.least_length": 100,
    "split.digests": "cut",
    "language.engine": "none",
    "ledger.removed_text": False,
    "output.rows_per_group": 999,
    "output.chunk_mb": 63,
    "output.shard_mb": 1023,
    "output.compression_level": 4,
}


def test_every_setting_is_in_the_digest() -> None:
    decisive = {f"{name}.{setting.name}" for name, setting in SETTINGS if name != "edition"}
    assert set(CHANGES) == decisive, "add the new setting above"
    digests = {Recipe().digest}
    for key, value in CHANGES.items():
        section, name = key.split(".")
        digests.add(Recipe.from_mapping({section: {name: value}}).digest)
    assert len(digests) == len(CHANGES) + 1


def test_what_the_papers_say_is_not_in_the_digest() -> None:
    """It decides no row, and the digest stands on every one."""
    words = {"title": "Ferries", "license": "cc-by-4.0", "creators": ["A. Bee"], "published": "2026-01-31"}
    recipe = Recipe.from_mapping({"edition": words})
    assert recipe.digest == Recipe().digest
    assert recipe != Recipe()


def test_the_digest_does_not_depend_on_spelling_or_place() -> None:
    spelled = Recipe.from_mapping({"output": {"chunk_mb": 0}, "guard": {"max_struck": 0.9}, "rules": {"off": []}})
    assert spelled.digest == Recipe().digest
    here, there = (
        Recipe.from_mapping({"rules": {"packs": [pack]}}) for pack in ("/here/mine.toml", "/there/mine.toml")
    )
    assert here.digest == there.digest


def test_the_digest_is_the_same_in_every_release() -> None:
    """It stands on every row. When a new setting changes it, change it here, and say so in CHANGELOG.md."""
    assert Recipe().digest == "504c3dfe8ae5c954e7a51ac088b962b0d9fb0a314fba53058e176b03f7f8c6df"
