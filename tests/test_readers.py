"""pandas, polars and DuckDB read the shards as they are, with the lines that the manual gives."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from conftest import ROOT
from copydesk import build
from copydesk.recipe import Guard, Output
from copydesk.release.schema import TABLES
from editions import NO_RULES, rows, shards, write_records

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "how-to-load.md").read_text(encoding="utf-8")
FOLDER = "corpus-1.0.0"
LIBRARIES = ("pandas", "polars", "duckdb")


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build an edition with several shards and row groups, strokes, labels of lines, and rejects."""
    folder = tmp_path_factory.mktemp("readers")
    languages = ["The ferry leaves at nine.", "Das Schiff fährt um neun Uhr ab.", "Le bateau part à neuf heures."]
    texts = [f"{languages[n % 3]} {n}. cafÃ© {'ag🍌ain ' * (n % 3)}{'!' * 3000}" for n in range(700)]
    inputs = [write_records(folder / "in.jsonl", [{"id": n, "text": text} for n, text in enumerate(texts)])]
    (folder / "bad.jsonl").write_text("{\n", encoding="utf-8")
    recipe = replace(NO_RULES, output=Output(chunk_mb=1, rows_per_group=50), guard=Guard(annotate=True))
    build([*inputs, folder / "bad.jsonl"], folder / FOLDER, recipe=recipe)
    assert len(shards(folder / FOLDER, "stories")) > 1
    return folder / FOLDER


def lines_for(library: str) -> str:
    """Give the page's block of code for a library."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    (found,) = [block for block in blocks if re.search(rf"^import {library}\b", block, flags=re.MULTILINE)]
    return str(found)


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_pages_lines_count_the_stories_by_language(
    library: str, edition: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(library)
    monkeypatch.chdir(edition.parent)
    names: dict[str, Any] = {}
    exec(lines_for(library), names)  # noqa: S102 (the page's own lines)
    found = names["counts"]
    counted = found.to_dict() if library == "pandas" else dict(found.rows() if library == "polars" else found)
    assert counted == Counter(row["language"] for row in rows(edition, "stories"))
    assert len(lines_for(library).split("\n")) <= 5, "three lines, and an empty one"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_library_reads_every_row_and_column(table: Any, edition: Path) -> None:
    duckdb, pandas, polars = (pytest.importorskip(name) for name in ("duckdb", "pandas", "polars"))
    pattern = str(edition / "data" / table.name / "*.parquet")
    wanted = pq.read_table(edition / "data" / table.name)
    assert wanted.to_pylist() == rows(edition, table.name)
    assert polars.read_parquet(pattern).rows(named=True) == wanted.to_pylist()
    relation = duckdb.read_parquet(pattern)
    assert [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()] == wanted.to_pylist()
    frame = pandas.read_parquet(edition / "data" / table.name)
    assert list(frame.columns) == wanted.column_names
    assert len(frame) == len(wanted)


def test_numbers_that_lie_near_each_other_are_stored_as_differences(edition: Path) -> None:
    """It makes the ledger smaller by a twentieth, and every reader knows how."""
    for table in TABLES:
        metadata = pq.read_metadata(shards(edition, table.name)[0])
        group = metadata.row_group(0)
        encodings = {group.column(n).path_in_schema: group.column(n).encodings for n in range(metadata.num_columns)}
        assert all("DELTA_BINARY_PACKED" in encodings[path] for path in table.near)
        assert all(group.column(n).has_offset_index for n in range(metadata.num_columns)), "the page index"
        assert {group.column(n).compression for n in range(metadata.num_columns)} == {"ZSTD"}
