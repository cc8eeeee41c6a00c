"""The real `datasets` library opens what a build wrote: each config, streamed too, and each edition its own rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from copydesk import Cleaned, Desk, Recipe, build, strike
from copydesk.recipe import Guard
from copydesk.release.schema import CONFIGS
from corpus_cases import load
from editions import NO_RULES, Row, rows, shards, write_texts

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Library

TEXTS = [case.raw for case in load()]
NAMES = [config.name for config in CONFIGS]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_texts(tmp_path_factory.mktemp("load") / "in", TEXTS)
    (folder / "latin.txt").write_bytes(b"caf\xe9")
    (folder / "blank.txt").write_bytes(b"\n\n")
    return folder


@pytest.fixture(scope="module")
def edition(inputs: Path) -> Path:
    out = inputs.parent / "corpus"
    build(inputs, out)
    return out


def rows_of(edition: Path, name: str) -> list[Row]:
    """Give the rows that a config must show."""
    config = next(config for config in CONFIGS if config.name == name)
    return [{key: row[key] for key in config.columns or row} for row in rows(edition, config.folder)]


def test_the_stories_are_what_one_gets_without_a_name(library: Library, edition: Path) -> None:
    loaded = library.load(edition)
    assert list(loaded) == ["train"]
    assert loaded["train"].to_list() == rows_of(edition, "stories")


@pytest.mark.parametrize("name", NAMES)
def test_each_config_has_its_rows(library: Library, edition: Path, name: str) -> None:
    wanted = rows_of(edition, name)
    assert wanted
    assert library.load(edition, name, split="train").to_list() == wanted


@pytest.mark.parametrize("name", NAMES)
def test_each_config_can_be_streamed(library: Library, edition: Path, name: str) -> None:
    assert list(library.load(edition, name, split="train", streaming=True)) == rows_of(edition, name)


def test_a_stream_goes_on_where_it_was_left(library: Library, edition: Path) -> None:
    stream = library.load(edition, "text", split="train", streaming=True)
    reader = iter(stream)
    first = [next(reader) for _ in range(7)]
    state = stream.state_dict()
    again = library.load(edition, "text", split="train", streaming=True)
    again.load_state_dict(state)
    assert first + list(again) == rows_of(edition, "text")


def test_a_part_of_a_split(library: Library, edition: Path) -> None:
    assert library.load(edition, split="train[:10]").to_list() == rows_of(edition, "stories")[:10]


def test_the_configs_are_those_that_the_card_lists(library: Library, edition: Path) -> None:
    assert library.datasets.get_dataset_config_names(str(edition)) == NAMES
    assert library.load(edition, "text", split="train").column_names == ["id", "text"]


def test_editions_of_one_name_do_not_share_a_cache(library: Library, inputs: Path, edition: Path) -> None:
    """The library caches a local folder by its name and the card's head alone, so these must differ."""
    other = {
        "another version": build_beside(edition, "v2", [inputs], version="1.1.0"),
        "other inputs": build_beside(edition, "half", sorted(inputs.glob("*.txt"))[:9]),
        "another recipe": build_beside(edition, "raw", [inputs], recipe=NO_RULES),
    }
    first = library.load(edition, split="train").to_list()
    for why, folder in other.items():
        found = library.load(folder, split="train").to_list()
        assert found == rows_of(folder, "stories"), why
        assert found != first, why
    assert library.load(edition, split="train").to_list() == first


def build_beside(
    edition: Path, folder: str, inputs: list[Path], version: str = "1.0.0", recipe: Recipe | None = None
) -> Path:
    """Build an edition whose own folder has the same name."""
    out = edition.parent / folder / edition.name
    build(inputs, out, version=version, recipe=recipe)
    return out


def test_an_edition_that_is_replaced_gives_its_new_rows(library: Library, tmp_path: Path) -> None:
    out = tmp_path / "corpus"
    for text in ("The ferry leaves at nine.", "The ferry leaves at ten."):
        (tmp_path / "a.txt").write_text(text, encoding="utf-8")
        build(tmp_path / "a.txt", out, recipe=NO_RULES, force=True)
        assert library.load(out, split="train")["text"][:] == [text]


def test_without_rejects_there_is_no_such_config(library: Library, tmp_path: Path) -> None:
    """The library cannot load a table without rows; its file is there for those who read Parquet."""
    (tmp_path / "a.txt").write_text("The ferry leaves at nine.", encoding="utf-8")
    build(tmp_path / "a.txt", tmp_path / "out", recipe=NO_RULES)
    assert library.datasets.get_dataset_config_names(str(tmp_path / "out")) == ["stories", "text", "sources"]
    assert rows(tmp_path / "out", "rejects") == []


def test_an_edition_of_nothing_but_rejects_opens(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{\n{\n", encoding="utf-8")
    build(tmp_path / "a.jsonl", tmp_path / "out", recipe=NO_RULES)
    loaded = library.load(tmp_path / "out", split="train")
    assert loaded["reason"][:] == ["invalid_json"] * 2


def test_pandas_and_pyarrow_read_the_shards(edition: Path) -> None:
    pandas = pytest.importorskip("pandas")
    (path,) = shards(edition, "stories")
    frame = pandas.read_parquet(path)
    table = pq.read_table(path.parent)
    assert list(frame["text"]) == table["text"].to_pylist() == [row["text"] for row in rows(edition, "stories")]
    assert frame["id"].is_unique


def test_the_library_wrote_nothing_beside_the_data(library: Library, edition: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in edition.rglob("*")}
    library.load(edition, "sources", split="train")
    assert {path: path.stat().st_mtime_ns for path in edition.rglob("*")} == before


def test_an_annotated_edition_streams_and_can_be_struck_from_its_rows(library: Library, edition: Path) -> None:
    recipe = Recipe(guard=Guard(annotate=True))
    annotated = build_beside(edition, "annotated", [edition.parent / "in"], recipe=recipe)
    assert library.load(annotated, "sources", split="train").to_list() == rows_of(annotated, "sources")
    stories, sources = (library.load(annotated, name, split="train", streaming=True) for name in ("stories", "sources"))
    desk = Desk(recipe)
    struck = 0
    for story, source in zip(stories, sources, strict=True):
        again = strike(Cleaned.from_rows(source, [story]))
        assert again == strike(desk.clean(again.restore()))
        struck += len(again.edits) > len(source["edits"])
    assert struck
