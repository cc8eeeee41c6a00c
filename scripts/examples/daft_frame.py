"""Clean a data frame of Daft.

    python scripts/examples/daft_frame.py dump.jsonl

A function of Daft gives one value a row. So the stories of a text are one list, which `explode` makes rows of.
"""

from __future__ import annotations

import sys

import daft
import pyarrow as pa
import pyarrow.compute as pc

from copydesk import Desk


def cleaned(dump: daft.DataFrame, desk: Desk) -> daft.DataFrame:
    """Clean a data frame that has a column `text`; one row a story."""
    columns = desk.schema(pa.schema([("text", pa.string())]))
    kind = daft.DataType.from_arrow_type(pa.large_list(pa.struct(columns)))

    def clean(texts: daft.Series) -> pa.Array:
        table = pa.table({"text": texts.to_arrow()})
        return _lists(desk.clean_batch(table), len(table))

    stories = daft.func.batch(return_dtype=kind)(clean)
    others = [name for name in dump.column_names if name not in columns.names]
    lists = dump.select(*others, stories(dump["text"]).alias("story"))
    rows = lists.explode("story", ignore_empty_and_null=True)
    return rows.select(*others, rows["story"].unnest())


def _lists(table: pa.Table, texts: int) -> pa.Array:
    """Put the stories of each text into a list."""
    counts = [0] * texts
    for found in pc.value_counts(table["document"]).to_pylist():
        counts[found["values"]] = found["counts"]
    offsets = pc.cumulative_sum(pa.array([0, *counts], pa.int64()))
    return pa.LargeListArray.from_arrays(offsets, table.combine_chunks().to_struct_array().combine_chunks())


def main(path: str) -> None:
    """Say what is in a file."""
    stories = cleaned(daft.read_json(path), Desk()).collect()
    print(f"{stories.count_rows():,} stories")
    stories.groupby("language").agg(daft.col("text").count().alias("count")).sort("count", desc=True).show(5)


if __name__ == "__main__":
    main(sys.argv[1])
