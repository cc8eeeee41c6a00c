"""Reading what `datasets` keeps on a disk, and Arrow's own formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from copydesk import SourceError, build
from editions import NO_RULES, rows

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Library

RECORDS = [{"id": str(n), "text": f"The ferry number {n} leaves at nine.", "page": n} for n in range(2500)]
TABLE = pa.Table.from_pylist(RECORDS)


def test_a_dataset_saved_to_disk_is_an_input(library: Library, tmp_path: Path) -> None:
    library.datasets.Dataset.from_list(RECORDS).save_to_disk(tmp_path / "saved", num_shards=2)
    manifest = build(tmp_path / "saved", tmp_path / "out", recipe=NO_RULES)
    assert [(entry.source, entry.read) for entry in manifest.inputs] == [
        ("saved/data-00000-of-00002.arrow", 1250),
        ("saved/data-00001-of-00002.arrow", 1250),
    ]
    stories = rows(tmp_path / "out", "stories")
    assert [story["text"] for story in stories] == [record["text"] for record in RECORDS]


@pytest.mark.parametrize("form", [pa.ipc.new_file, pa.ipc.new_stream])
def test_both_formats_are_read(form: type, tmp_path: Path) -> None:
    with form(tmp_path / "in.arrow", TABLE.schema) as writer:
        writer.write_table(TABLE, max_chunksize=700)
    build(tmp_path / "in.arrow", tmp_path / "out", recipe=NO_RULES)
    found = [(row["position"], row["record_id"], row["meta"]) for row in rows(tmp_path / "out", "sources")]
    assert found == [(n + 1, str(n), f'{{"page":{n}}}') for n in range(2500)]


def test_damage_ends_the_file_but_not_the_build(tmp_path: Path) -> None:
    with pa.ipc.new_stream(tmp_path / "in.arrow", TABLE.schema) as writer:
        writer.write_table(TABLE, max_chunksize=1000)
    data = (tmp_path / "in.arrow").read_bytes()
    (tmp_path / "in.arrow").write_bytes(data[: len(data) * 3 // 5])
    build(tmp_path / "in.arrow", tmp_path / "out", recipe=NO_RULES)
    (reject,) = rows(tmp_path / "out", "rejects")
    assert (reject["position"], reject["reason"]) == (1001, "damaged_arrow")
    assert len(rows(tmp_path / "out", "stories")) == 1000


def test_a_file_without_texts_is_refused(tmp_path: Path) -> None:
    with pa.ipc.new_file(tmp_path / "in.arrow", TABLE.schema) as writer:
        writer.write_table(TABLE)
    (tmp_path / "body.toml").write_text('[input]\ntext = "body"\n', encoding="utf-8")
    with pytest.raises(SourceError, match="no column 'body'"):
        build(tmp_path / "in.arrow", tmp_path / "out", recipe=NO_RULES.load(tmp_path / "body.toml"))
