"""What stands inside a story, is part of it, and looks like the furniture around it: tables, lists, facts, headings.

A table's rows are as short and as alike as a menu's, and a list's items as those of a row of teasers; but a story's
own list speaks of what the story speaks of. Items and names are therefore taken from the story's own words, and numbers
are drawn.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    Column = Callable[[int], str]
    """Gives the cell of a row, by its number from 0."""
    Maker = Callable[[Random, str], list[str]]
    """Makes the lines of an insert, for a story."""

ROWS = (3, 40)
ITEMS = (3, 16)
FACTS = (3, 10)
COLUMNS = (1, 3)
"""Columns that a table has beside the first."""
WORDS = 0.35
"""Share of these that are words and not numbers."""
NAMES_FIRST = 0.55
"""Share of the tables whose first column is names; in the others it is days, months or years."""
NUMBERED = 0.3
"""Share of tables and lists whose rows are numbered."""
HEADED = 0.5
"""Share of the tables whose columns have names."""
RAISED = 0.7
"""Share of the lists whose items begin with a capital."""
VALUES = 0.4
"""Share of the facts that are numbers."""
PHRASE_WORDS = (1, 6)
PHRASE_LENGTH = range(2, 90)
MOST_PHRASES = 80
UNSPACED_CHARS = (3, 16)
"""Characters of a phrase in a script without spaces."""
MOST_WORDS_UNSPACED = 2
CHARS_A_WORD = 20
"""A piece of text with so few words, and so long ones, is in a script without spaces."""

CELL_BARS = ("\n", "\n", " ", " ", "  ", "\t", " | ", "; ", ", ")
BULLETS = ("", "", "", "- ", "• ", "* ", "– ")
CURRENCIES = ("$", "€", "£", "¥", "₹", "R$", "kr ")
UNITS = ("%", " %", " km", " kg", " m", " °C", " ha", "k", " M")

_PIECE_END = re.compile(r"[.!?…:;,،؛。！？、，：；।؟۔()\[\]«»“”\"„|–—]+\s*")


def maybe(rng: Random, share: float) -> bool:
    """True in that share of cases."""
    return rng.random() < share


def table(rng: Random, text: str) -> list[str]:
    """Make a table: a row a line, or a cell a line; perhaps with the names of its columns."""
    names = phrases(rng, text)
    columns = [_first_column(rng, names), *(_column(rng, names) for _ in range(rng.randint(*COLUMNS)))]
    if maybe(rng, NUMBERED):
        columns.insert(0, lambda row: f"{row + 1}")
    rows = [[column(number) for column in columns] for number in range(rng.randint(*ROWS))]
    if names and maybe(rng, HEADED):
        rows.insert(0, [_raised(rng.choice(names)) for _ in columns])
    bar = rng.choice(CELL_BARS)
    return [line for row in rows for line in bar.join(row).split("\n")]


def items(rng: Random, text: str) -> list[str]:
    """Make a list of what the story speaks of: with bullets, with numbers, or bare."""
    chosen = phrases(rng, text)[: rng.randint(*ITEMS)]
    if maybe(rng, NUMBERED):
        sign = rng.choice((". ", ") ", " "))
        return [f"{number}{sign}{_raised(name)}" for number, name in enumerate(chosen, 1)]
    bullet, raised = rng.choice(BULLETS), maybe(rng, RAISED)
    return [bullet + (_raised(name) if raised else name) for name in chosen]


def facts(rng: Random, text: str) -> list[str]:
    """Make a box of facts, each a name and what is said of it."""
    names = phrases(rng, text)
    middle = sorted(map(len, names))[len(names) // 2] if names else 0
    short = [name for name in names if len(name) < middle]
    long = [name for name in names if len(name) >= middle]
    sign, number = rng.choice((": ", " – ", " - ", ":\n")), _numbers(rng)
    pairs = list(zip(short, long, strict=False))[: rng.randint(*FACTS)]
    rows = [_raised(name) + sign + (number(0) if maybe(rng, VALUES) else said) for name, said in pairs]
    return [line for row in rows for line in row.split("\n")]


def heading(rng: Random, text: str) -> list[str]:
    """Make the heading of a part of the story, out of its words."""
    names = phrases(rng, text)
    return [_raised(names[0]) + rng.choice(("", "", "", "?", ":"))] if names else []


MAKERS: tuple[tuple[Maker, int], ...] = ((table, 4), (items, 4), (facts, 2), (heading, 4))
"""What may be put into a story, and how often."""


def insert(rng: Random, text: str) -> list[str]:
    """Make one of them for a story; none of its lines is blank."""
    (make,) = rng.choices([make for make, _ in MAKERS], [often for _, often in MAKERS])
    return [line.strip() for line in make(rng, text) if line.strip()]


def into(rng: Random, lines: Sequence[str]) -> list[str]:
    """Put one between two of a story's lines; behind the last one it could as well be the opening of what follows."""
    at = rng.randint(1, max(1, len(lines) - 1))
    return [*lines[:at], *insert(rng, "\n".join(lines)), *lines[at:]]


def phrases(rng: Random, text: str) -> list[str]:
    """Give pieces of a text that could stand in a list, in any order, each once."""
    pieces = [piece.strip() for piece in _PIECE_END.split(text) if piece.strip()]
    rng.shuffle(pieces)
    cut = dict.fromkeys(_cut(rng, piece) for piece in pieces[:MOST_PHRASES])
    return [phrase for phrase in cut if len(phrase) in PHRASE_LENGTH and any(map(str.isalpha, phrase))]


def _cut(rng: Random, piece: str) -> str:
    """Cut some words out of a piece of text; of one in a script without spaces its first characters."""
    words = piece.split()
    if len(words) <= MOST_WORDS_UNSPACED and len(piece) > len(words) * CHARS_A_WORD:
        return piece[: rng.randint(*UNSPACED_CHARS)]
    size = rng.randint(*PHRASE_WORDS)
    start = rng.randint(0, max(0, len(words) - size))
    return " ".join(words[start : start + size])


def _raised(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


def _first_column(rng: Random, names: Sequence[str]) -> Column:
    """Give what the rows are about: names, days, months or years."""
    year, month = rng.randint(1950, 2024), rng.randint(1, 12)
    day = rng.choice(("{m}/1/{y}", "1.{m}.{y}", "{y}-{m:02}-01", "{m:02}/{y}"))

    def date(row: int) -> str:
        months = month - 1 + row
        return day.format(m=months % 12 + 1, y=year + months // 12)

    if names and maybe(rng, NAMES_FIRST):
        return lambda row: _raised(names[row % len(names)])
    return rng.choice((date, lambda row: str(year + row), lambda row: str(year - row)))


def _column(rng: Random, names: Sequence[str]) -> Column:
    return _words(rng, names) if names and maybe(rng, WORDS) else _numbers(rng)


def _words(rng: Random, names: Sequence[str]) -> Column:
    """Give a column of words, drawn from all or from a few, as a table of kinds or places has them."""
    few = names[: rng.choice((3, 6, len(names)))]
    return lambda _: _raised(rng.choice(few))


def _numbers(rng: Random) -> Column:
    """Give a column of numbers of one sort, each near the one before."""
    low, high = sorted(rng.choice((1, 5, 20, 80, 500, 2_000, 90_000)) * rng.uniform(1, 3) for _ in range(2))
    digits, sign = rng.choice((0, 0, 1, 1, 2)), rng.choice(("", "", "+"))
    comma = rng.choice((".", ".", ","))
    before, behind = rng.choice((("", ""), ("", ""), (rng.choice(CURRENCIES), ""), ("", rng.choice(UNITS))))

    def cell(_: int) -> str:
        number = f"{rng.uniform(low, high):.{digits}f}".replace(".", comma)
        return f"{before}{sign and rng.choice('+-')}{number}{behind}"

    def score(_: int) -> str:
        return f"{rng.randint(0, 9)}{rng.choice(':-')}{rng.randint(0, 9)}"

    return rng.choices((cell, score), (8, 1))[0]
