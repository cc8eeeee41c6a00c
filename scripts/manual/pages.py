"""What all pages made from code have in common."""

from __future__ import annotations

import re
from textwrap import fill
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 120
"""Characters in a line of a page, as elsewhere in the project."""


def put_together(title: str, made_from: str, *parts: str) -> str:
    """Give a page: its title, a note that it is made, and its parts with an empty line between two."""
    note = f"<!-- Made from {made_from} by scripts/make_docs.py: change it there, and run that again. -->"
    return "\n\n".join((f"# {title}", note, *(part for part in parts if part))) + "\n"


def anchor(heading: str) -> str:
    """Give the name under which GitHub links to a heading."""
    kept = "".join(char for char in heading.lower() if char.isalnum() or char in " -_")
    return kept.replace(" ", "-")


def wrapped(words: str) -> str:
    """Break a paragraph into lines."""
    return fill(" ".join(words.split()), WIDTH, break_long_words=False, break_on_hyphens=False)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table; bars within cells are escaped."""
    lines = [header, ["---"] * len(header), *(list(map(_cell, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(text.split()))
