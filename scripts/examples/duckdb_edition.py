"""Ask an edition with DuckDB: stories and ledger are Parquet files that it reads as they are.

python scripts/examples/duckdb_edition.py corpus-1.0.0
"""

from __future__ import annotations

import sys
from typing import Any

import duckdb

TEN = 10

BUSIEST_RULES = """
    WITH ledger AS (SELECT source, position, unnest(edits) AS stroke FROM read_parquet($sources)),
    counts AS (
        SELECT language, stroke.rule AS rule, count(*) AS strokes, sum(stroke."end" - stroke."start") AS characters
        FROM ledger JOIN read_parquet($stories) AS stories
            USING (source, position)
        WHERE stories."index" = ledger.stroke.story
        GROUP BY language, stroke.rule
    )
    SELECT * FROM counts
    QUALIFY row_number() OVER (PARTITION BY language ORDER BY characters DESC, rule) <= $most
    ORDER BY language, characters DESC, rule
"""

MOST_STRUCK = """
    SELECT source, position, 1 - kept / chars AS struck, needs_review
    FROM read_parquet($sources)
    ORDER BY struck DESC, source, position
    LIMIT $most
"""


def busiest_rules(edition: str, most: int = TEN) -> list[tuple[str, str, int, int]]:
    """Give the rules that strike most characters in each language, `most` of each: how often, how many characters."""
    return _asked(BUSIEST_RULES, edition, ("sources", "stories"), most)


def most_struck(edition: str, most: int = TEN) -> list[tuple[str, int, float, bool]]:
    """Give the documents that lost the largest share of their characters: the ones to look at first."""
    return _asked(MOST_STRUCK, edition, ("sources",), most)


def _asked(query: str, edition: str, tables: tuple[str, ...], most: int) -> list[Any]:
    files = {name: f"{edition}/data/{name}/*.parquet" for name in tables}
    return duckdb.execute(query, {**files, "most": most}).fetchall()


def main(edition: str) -> None:
    """Show the rules that strike most, and the documents that lost most."""
    for language, rule, strokes, characters in busiest_rules(edition, 3):
        print(f"{language:8} {rule:36} {strokes:8,} strokes {characters:10,} characters")
    for source, position, share, needs_review in most_struck(edition, 5):
        print(f"{share:6.1%} {source}, record {position}{', kept whole' if needs_review else ''}")


if __name__ == "__main__":
    main(sys.argv[1])
