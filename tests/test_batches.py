"""Batches for other libraries: columns in, columns out, the same wherever they are cleaned."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa
import pytest

import copydesk
import programs
from copydesk import Batch, Desk, Recipe, RecipeError, SourceError, desk
from copydesk.recipe import Guard
from corpus_cases import load
from light import LIGHT, STAMP, light, stamped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Library

TEXTS = [case.raw for case in load()[:12]]

LISTS: dict[str, list[Any]] = {"text": [*TEXTS, "", None], "url": [f"u{n}" for n in range(14)], "kind": [1] * 14}


@pytest.fixture(scope="module")
def table() -> pa.Table:
    """Give what the desk makes of the lists."""
    return Desk().clean_batch(pa.table(LISTS))


FORMS: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "a table": pa.table,
    "a record batch": pa.record_batch,
    "a data frame": pl.DataFrame,
}


@pytest.mark.parametrize("name", FORMS)
def test_arrow_comes_out_of_arrow(name: str, table: pa.Table) -> None:
    assert copydesk.batch(FORMS[name](LISTS)).to_pylist() == table.to_pylist()


def test_lists_come_out_of_lists(table: pa.Table) -> None:
    found = copydesk.batch(LISTS)
    assert found == table.to_pydict()
    assert len(found["text"]) != len(LISTS["text"])
    assert {len(column) for column in found.values()} == {len(table)}


def test_other_columns_of_lists_may_hold_anything() -> None:
    anything = [object(), {1, 2}, None]
    found = copydesk.batch({"text": TEXTS[:3], "any": anything})
    assert found["any"] == [anything[row] for row in found["document"]]


def test_another_recipe_and_another_column() -> None:
    found = Batch(LIGHT, text_column="body")({"body": TEXTS[:2], "text": ["a", "b"]})
    assert found["text"] == [story.text for text in TEXTS[:2] for story in Desk(LIGHT).clean(text).stories]
    assert "body" not in found


WRONG: dict[str, tuple[Any, str]] = {
    "a text": ("The ferry left.", "must be columns, not str"),
    "one record": ({"text": "The ferry left."}, "is a single text"),
    "no such column": ({"body": ["The ferry left."]}, "no column 'text'"),
    "numbers": ({"text": [1, 2]}, "does not hold strings"),
    "half a character": ({"text": ["\ud83d"]}, "does not hold strings"),
    "a table of numbers": (pa.table({"text": [1]}), "must hold strings"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_batch_is_refused(name: str) -> None:
    given, words = WRONG[name]
    with pytest.raises(SourceError, match=words):
        Batch(LIGHT)(given)


# --- Sent elsewhere ---------------------------------------------------------------------------------------------------


def test_a_desk_can_be_sent(tmp_path: Path) -> None:
    """Its rules go with it: the file of a pack need not be there."""
    sent = pickle.dumps(Desk(stamped(tmp_path)).clean_batch)
    (tmp_path / "stamp.toml").unlink()
    there = pickle.loads(sent)  # noqa: S301 (our own bytes)
    assert there(pa.table({"text": ["A boat.\nSEEN AND FILED"]}))["text"].to_pylist() == ["A boat."]
    assert pickle.loads(sent).__self__ is there.__self__, "compiled once a process"  # noqa: S301


def test_a_desk_is_sent_as_the_same_bytes(tmp_path: Path) -> None:
    """In another process too: caches depend on it."""
    code = """
import pickle, sys
import copydesk
print(pickle.dumps(copydesk.Batch(copydesk.Recipe.load(sys.argv[1]))).hex())
"""
    recipe = stamped(tmp_path)
    (tmp_path / "light.toml").write_text(recipe.to_toml(), encoding="utf-8")
    done = programs.python("-c", code, tmp_path / "light.toml", env={"PYTHONHASHSEED": "7"})
    assert bytes.fromhex(done.stdout.decode()) == pickle.dumps(Batch(Recipe.load(tmp_path / "light.toml")))


def test_digests_change_with_what_decides(tmp_path: Path) -> None:
    recipes = [LIGHT, light(emoji={"splinters": False}), stamped(tmp_path)]
    digests = [Desk(recipe).digest for recipe in recipes]
    stamped(tmp_path, STAMP.replace("SEEN AND FILED", "SEEN"))
    digests.append(Desk(recipes[-1]).digest)
    assert len(set(digests)) == 4
    assert Desk(LIGHT).digest == digests[0]


def test_another_release_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = pickle.dumps(Desk(light(emoji={"splinters": False})))
    monkeypatch.setattr(desk, "_SENT", {})
    monkeypatch.setattr(desk, "__version__", "0.0.0")
    with pytest.raises(RecipeError, match="another copydesk"):
        pickle.loads(sent)  # noqa: S301 (our own bytes)


def test_few_desks_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "_SENT", {})
    monkeypatch.setattr(desk, "MOST_SENT", 1)
    for splinters in (True, False):
        pickle.loads(pickle.dumps(Desk(light(emoji={"splinters": splinters}))))  # noqa: S301 (our own bytes)
    assert len(desk._SENT) == 1  # noqa: SLF001


# --- clean_batch ------------------------------------------------------------------------------------------------------


def test_labels_of_lines_are_there_if_the_recipe_annotates() -> None:
    annotating = Desk(replace(LIGHT, guard=Guard(annotate=True)))
    table = annotating.clean_batch(pa.table({"text": TEXTS[:3]}))
    lines = [[label["start"] for label in labels] for labels in table["lines"].to_pylist()]
    assert lines == [[label.start for label in annotating.clean(text).lines] for text in TEXTS[:3]]
    assert "lines" not in Desk(LIGHT).clean_batch(pa.table({"text": TEXTS[:3]})).column_names


def test_the_schema_is_known_beforehand() -> None:
    described = pa.field("n", pa.int8(), metadata={"unit": "knots"})
    schema = pa.schema([described, pa.field("text", pa.large_string())], metadata={"pandas": "{}"})
    found = Desk(LIGHT).schema(schema)
    assert found == Desk(LIGHT).clean_batch(pa.table({"n": [1], "text": ["a"]}, schema=schema)).schema
    assert found.field("n").equals(described, check_metadata=True)
    assert found.metadata is None


def test_large_columns_are_cleaned_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pa.table({"text": TEXTS, "n": range(len(TEXTS))})
    whole = Desk(LIGHT).clean_batch(table)
    monkeypatch.setattr(desk, "SLICE_BYTES", 3000)
    assert Desk(LIGHT).clean_batch(table).to_pylist() == whole.to_pylist()


# --- datasets ---------------------------------------------------------------------------------------------------------


def test_a_dataset_is_mapped(library: Library, table: pa.Table) -> None:
    dump = library.datasets.Dataset.from_dict(LISTS)
    stories = dump.map(copydesk.batch, batched=True)
    assert stories.to_list() == table.to_pylist()
    assert stories.column_names == table.column_names


def test_a_dataset_is_mapped_in_batches_only(library: Library) -> None:
    with pytest.raises(SourceError, match="map with batched=True"):
        library.datasets.Dataset.from_dict({"text": TEXTS[:2]}).map(Batch(LIGHT))


def test_types_do_not_depend_on_the_first_batch(library: Library) -> None:
    """The first batch has no cut, no title and no byline; a later one has."""
    dump = library.datasets.Dataset.from_dict({"text": ["", "The ferry left.", *TEXTS]})
    stories = dump.map(copydesk.batch, batched=True, batch_size=2)
    assert any(score is not None for score in stories["cut_before"]) == any(
        story.cut_before is not None for text in TEXTS for story in copydesk.clean(text).stories
    )
    assert str(stories.features["cut_before"]) == "Value('float32')"
    assert str(stories.features["fields"]["byline"]) == "Value('string')"


def test_a_second_map_hits_the_cache(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as the recipe is the same; and not a moment longer."""
    path = tmp_path / "dump.parquet"
    pl.DataFrame({"text": TEXTS}).write_parquet(path)
    dump = library.datasets.Dataset.from_parquet(str(path), cache_dir=str(tmp_path / "cache"))
    calls: list[Any] = []
    clean = Batch.__call__

    def counted(self: Batch, columns: Any) -> Any:
        calls.append(columns)
        return clean(self, columns)

    monkeypatch.setattr(Batch, "__call__", counted)
    first = dump.map(Batch(LIGHT), batched=True)
    assert len(calls) == 1
    second = dump.map(Batch(LIGHT), batched=True)
    assert len(calls) == 1
    assert second.cache_files == first.cache_files
    assert second.to_list() == first.to_list()
    other = dump.map(Batch(light(emoji={"splinters": False})), batched=True)
    assert len(calls) == 2
    assert other.cache_files != first.cache_files


def test_datasets_as_arrow_and_as_streams(library: Library, table: pa.Table) -> None:
    dump = library.datasets.Dataset.from_dict(LISTS)
    mapped = dump.with_format("arrow").map(copydesk.batch, batched=True)
    assert mapped.with_format(None).to_list() == table.to_pylist()
    streamed = dump.to_iterable_dataset().map(copydesk.batch, batched=True, batch_size=5)
    found = [{**row, "document": None} for row in streamed]
    assert found == [{**row, "document": None} for row in table.to_pylist()]


def test_processes_share_the_work(library: Library, table: pa.Table) -> None:
    dump = library.datasets.Dataset.from_dict(LISTS)
    stories = dump.map(Batch(LIGHT), batched=True, num_proc=2)
    assert stories["text"][:] == Desk(LIGHT).clean_batch(pa.table(LISTS))["text"].to_pylist()
    assert table.num_rows
