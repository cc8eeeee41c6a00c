"""What the ledger costs: every compressed byte of an edition is in the table, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq

import ledger_cost
from conftest import CORPUS
from copydesk import build
from editions import NO_RULES, shards

if TYPE_CHECKING:
    from pathlib import Path


def test_every_byte_of_every_column_is_counted(tmp_path: Path) -> None:
    build(CORPUS / "raw" / "pl", tmp_path / "out", recipe=NO_RULES)
    sizes = ledger_cost.column_sizes(tmp_path / "out")
    whole = 0
    for table in ledger_cost.TABLES:
        metadata = pq.read_metadata(shards(tmp_path / "out", table)[0])
        columns = [metadata.row_group(0).column(number) for number in range(metadata.num_columns)]
        whole += sum(column.total_compressed_size for column in columns)
    assert sizes.total() == whole
    said = ledger_cost.report(sizes).splitlines()
    ledger = sum(size for name, size in sizes.items() if ".edits." in name or ".spans." in name)
    (line,) = [line for line in said if line.startswith("the ledger")]
    text = sizes["stories.id"] + sizes["stories.text"]
    assert line.split()[-2:] == [f"{ledger:,}", f"{ledger / text:.2%}"]
