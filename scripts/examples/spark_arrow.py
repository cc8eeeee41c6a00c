"""Clean a data frame of Spark with `mapInArrow`.

    python scripts/examples/spark_arrow.py dump.jsonl

Spark asks for the columns beforehand: `Desk.schema` knows them. The desk is sent to the workers, where copydesk must be
installed too; each of them compiles the rules once. Without `PYSPARK_PYTHON`, Spark's workers run the `python3` of the
path, which may be another one.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

import copydesk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa
    from pyspark.sql import DataFrame


def cleaned(dump: DataFrame, desk: copydesk.Desk) -> DataFrame:
    """Clean a data frame that has a column `text`; one row a story."""

    def clean(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from desk.clean_batch(batch).to_batches()

    columns = desk.schema(to_arrow_schema(dump.schema))
    return dump.mapInArrow(clean, from_arrow_schema(columns))


def main(path: str) -> None:
    """Say what is in a file."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = SparkSession.builder.master("local[2]").appName("copydesk").getOrCreate()
    stories = cleaned(spark.read.json(path), copydesk.Desk())
    stories.groupBy("language").count().orderBy("count", ascending=False).show(5)
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1])
