"""Ask an edition with polars: stories and ledger are Parquet files that it reads as they are.

python scripts/examples/polars_edition.py corpus-1.0.0
"""

from __future__ import annotations

import sys

import polars as pl

TEN = 10


def busiest_rules(edition: str, most: int = TEN) -> pl.DataFrame:
    """Give the rules that strike most characters in each language, `most` of each."""
    stories = pl.scan_parquet(f"{edition}/data/stories/*.parquet").select("source", "position", "index", "language")
    strokes = (
        pl.scan_parquet(f"{edition}/data/sources/*.parquet")
        .select("source", "position", "edits")
        .explode("edits")
        .unnest("edits")
        .rename({"story": "index"})
        .join(stories, on=["source", "position", "index"])
    )
    return (
        strokes.group_by("language", "rule")
        .agg(strokes=pl.len(), characters=(pl.col("end") - pl.col("start")).sum())
        .sort(["language", "characters", "rule"], descending=[False, True, False])
        .group_by("language", maintain_order=True)
        .head(most)
        .collect()
    )


def main(edition: str) -> None:
    """Show the rules that strike most, by language."""
    with pl.Config(tbl_rows=40):
        print(busiest_rules(edition, 3))


if __name__ == "__main__":
    main(sys.argv[1])
