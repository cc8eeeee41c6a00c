"""datatrove from JSON Lines to Parquet: with nothing between, with ftfy, or with ftfy and the filters of FineWeb."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import clock
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)
from datatrove.pipeline.formatters import FTFYFormatter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import ParquetWriter
from loguru import logger

if TYPE_CHECKING:
    from pathlib import Path


def steps(variant: str) -> list[Any]:
    """Give the steps between reading and writing; the filters as in datatrove's script for FineWeb, in its order."""
    gopher = [GopherRepetitionFilter(), GopherQualityFilter()]
    filters = [*gopher, C4QualityFilter(filter_no_terminal_punct=False), FineWebQualityFilter()]
    return {"identity": [], "ftfy": [FTFYFormatter()], "filters": [FTFYFormatter(), *filters]}[variant]


def work(source: Path, out: Path, variant: str) -> None:
    """Run a pipeline of one task in this process."""
    reader = JsonlReader(str(source.parent), glob_pattern=source.name)
    pipeline = [reader, *steps(variant), ParquetWriter(str(out / "data"))]
    LocalPipelineExecutor(pipeline, tasks=1, workers=1, logging_dir=str(out / "logs")).run()
    if not list((out / "data").glob("*.parquet")) and variant != "filters":
        sys.exit("datatrove wrote nothing")


if __name__ == "__main__":
    logger.remove()
    clock.main(work, "datatrove", "ftfy", "spacy")
