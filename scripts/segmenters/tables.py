"""The table: for a terminal, and in Markdown for the docs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quality.tables import table
from segmenters.documents import MIX
from segmenters.measures import ERRORS, MEASURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segmenters.run import Figures

SETS = {
    "segment/teasers_desc": "an article and teasers",
    "segment/concat_gold": "articles in a row",
    "segment/single": "single articles",
    "clean/news_gold": "clean news",
    "clean/multilingual": "clean text in many languages",
    MIX: "beginnings of `corpus/` stories in a row",
}
"""The sets in words."""


def markdown(figures: Figures) -> str:
    """Write the table in Markdown."""
    return table(_header(figures), [row for rows in _rows(figures) for row in rows])


def plain(figures: Figures) -> str:
    """Write the table for a terminal: an empty line between sets, and the name of a set once."""
    header, groups = _header(figures), _rows(figures)
    cells = [header, *(row for rows in groups for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]

    def line(row: list[str]) -> str:
        left = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        right = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        return "  ".join([*left, *right]).rstrip()

    parts = [line(header)]
    for rows in groups:
        parts += ["", line(rows[0]), *(line(["", *row[1:]]) for row in rows[1:])]
    return "\n".join(parts)


def _columns(figures: Figures) -> list[str]:
    measured = {name for rows in figures.values() for row in rows.values() for name in row}
    return [name for name in MEASURES if name in measured]


def _header(figures: Figures) -> list[str]:
    return ["set (documents)", "segmenter", *(MEASURES[name] for name in _columns(figures))]


def _rows(figures: Figures) -> list[list[list[str]]]:
    """Give the rows of each set."""
    columns = _columns(figures)
    return [
        [
            [f"{SETS.get(name, name)} ({row['n']:.0f})", segmenter, *(_shown(column, row) for column in columns)]
            for segmenter, row in rows.items()
        ]
        for name, rows in figures.items()
    ]


def _shown(name: str, row: Mapping[str, float]) -> str:
    if name not in row:
        return ""
    return f"{row[name]:.3f}" if name in ERRORS else f"{row[name]:.1%}"
