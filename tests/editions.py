"""Making inputs for builds and reading editions back, without the code that is under test; and a recipe for builds."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import json
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from copydesk import Recipe
from copydesk.rulebook import RuleBook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

Row: TypeAlias = dict[str, Any]

NO_RULES = Recipe.from_mapping({"rules": {"off": [kind.label for kind in RuleBook.load().kinds]}})
"""Mends letters and nothing else; compiled in no time, so it is for tests that do not ask what rules strike."""

PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".zst": zstandard.compress,
    ".bz2": bz2.compress,
}
"""How a file with that suffix is compressed; by other libraries than those that copydesk reads it with."""


def write_records(path: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    """Write records in the format that the name asks for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(list(records)), path, row_group_size=50)
        return path
    data = "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records).encode()
    path.write_bytes(PACK.get(path.suffix, bytes)(data))
    return path


def write_texts(folder: Path, texts: Iterable[str]) -> Path:
    """Write each text into a file of its own, named so that the order stays."""
    folder.mkdir(parents=True)
    for number, text in enumerate(texts):
        (folder / f"{number:04d}.txt").write_bytes(text.encode())
    return folder


def shards(edition: Path, table: str) -> list[Path]:
    """Give the Parquet files of a table, in order."""
    return sorted((edition / "data" / table).glob("*.parquet"))


def rows(edition: Path, table: str) -> list[Row]:
    """Read all rows of a table."""
    return [row for path in shards(edition, table) for row in pq.ParquetFile(path).read().to_pylist()]


def fingerprints(folder: Path) -> dict[str, str]:
    """Hash every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def paired(edition: Path) -> list[tuple[Row, list[Row]]]:
    """Give each row of `sources` with its stories, which lie in the shard of the same number, in the same order."""
    pairs = []
    for sources, stories in zip(shards(edition, "sources"), shards(edition, "stories"), strict=True):
        left = pq.ParquetFile(stories).read().to_pylist()
        for row in pq.ParquetFile(sources).read().to_pylist():
            pairs.append((row, left[: row["stories"]]))
            left = left[row["stories"] :]
        assert not left, f"{stories.name} has stories of no document"
    return pairs


def restored(source: Row, stories: Iterable[Row]) -> str:
    """Put a raw document together from its rows: every character into its own cell."""
    cells = [""] * source["chars"]
    for edit in source["edits"]:
        _fill(cells, edit["start"], edit["end"], edit["removed"])
    for story in stories:
        marks = [(span["start"], span["end"], None) for span in story["spans"]]
        marks += [(e["start"], e["end"], e["replacement"]) for e in source["edits"] if e["story"] == story["index"]]
        at = 0
        for start, end, replacement in sorted(marks):
            taken = end - start if replacement is None else len(replacement)
            if replacement is None:
                _fill(cells, start, end, story["text"][at : at + taken])
            else:
                assert story["text"][at : at + taken] == replacement
            at += taken
        assert at == len(story["text"])
    assert all(cells), "some character is accounted for by nothing"
    return "".join(cells)


def _fill(cells: list[str], start: int, end: int, text: str) -> None:
    assert len(text) == end - start
    assert not any(cells[start:end]), f"{start}:{end} is accounted for twice"
    cells[start:end] = text
