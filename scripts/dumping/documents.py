"""Documents out of pieces: the seed and a document's number decide all of it, whatever was made before.

The lengths, and how much of the text is noise, are about those of a crawl as text extractors leave it: half of the
documents are shorter than 2,700 characters, one in a hundred is longer than 19,000; half have no noise at all, and
about 3% of all characters are noise. Other than in most crawls three quarters of the documents are not English, and
many run several stories together: cleaning such a dump takes longer.
"""

from __future__ import annotations

import math
import random
from itertools import count
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import ftfy  # noqa: F401 - registers the codec by which letters are broken

from dumping.pieces import NAME, YEAR, Pieces, Template, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_Item = TypeVar("_Item")

TABLE = 1024
"""Entries in the tables that a random number picks from."""

MEDIAN_LENGTH = 2300
SPREAD = 0.95
"""Characters of a document: the logarithm is normal, with this standard deviation."""

LONGEST_RUN = 6
"""Paragraphs taken from one story in a row, at most."""

JOINED = 0.4
"""Share of paragraphs that go on in the line of the one before: those of the corpus are short."""

EMPTY_LINES = 0.5
"""Share of documents with empty lines between paragraphs."""

CLEAN = 0.5
"""Share of documents without noise. Those that follow are shares of the others."""

WITH_HEAD = 0.4
WITH_TAIL = 0.7
WITH_BLEMISH = 0.3
WITH_SPLINTER = 0.12
WITH_BROKEN_LETTERS = 0.12
WITH_TEASERS = 0.12

CHARACTERS_BETWEEN = 1500
"""There is about one line of noise between paragraphs to so many characters."""

EMOJI = ("🍌", "🐼", "🔥", "😂", "👍🏽", "❤️", "🎉", "🐙")
END_MARK = "./."
BROKEN_BY = "sloppy-windows-1252"
"""UTF-8 read as this is the commonest way to break letters."""

UNSPACED = frozenset({"ja", "th", "zh"})
"""Languages that write words together: an emoji between two letters there is no splinter of a word."""

SYLLABLES = {
    "ru": ("ба", "ве", "го", "да", "зи", "ка", "ло", "ме", "но", "па", "ри", "со", "ту", "фи", "хо", "ша"),
    "": ("ba", "ve", "go", "da", "zi", "ka", "lo", "me", "no", "pa", "ri", "so", "tu", "fi", "ho", "sha"),
}
"""What made-up names consist of, by language; the last is for all others."""

SITES = 60
FIRST_YEAR, YEARS = 1995, 30
LONGEST_MONTH = 28
"""Days that every month has."""

TRIES = 12
"""So often a place inside a word is looked for."""


class Document(NamedTuple):
    """A record of a dump."""

    id: str
    url: str
    date: str
    text: str


class Press:
    """Makes the documents of a dump.

    Args:
        seed: Another one makes another dump.
        languages: What the documents are made of; `corpus/` if left out.
    """

    def __init__(self, seed: int = 1, languages: Sequence[Pieces] | None = None) -> None:
        self._seed = seed
        languages = languages or read()
        self._languages = _spread(languages, [pieces.weight for pieces in languages])
        normal = NormalDist()
        deviations = [normal.inv_cdf((entry + 0.5) / TABLE) for entry in range(TABLE)]
        self._lengths = [MEDIAN_LENGTH * math.exp(SPREAD * deviation) for deviation in deviations]
        self._random = random.Random()  # noqa: S311 - no secret

    def documents(self, first: int = 0) -> Iterator[Document]:
        """Give the documents from a number on, without end."""
        return map(self.document, count(first))

    def document(self, number: int) -> Document:
        """Give the document of that number."""
        self._random.seed((self._seed << 64) | number)
        chance = self._random.random
        pieces = self._languages[int(chance() * TABLE)]
        site = int(chance() * SITES)
        year, month, day = int(chance() * YEARS), int(chance() * 12), int(chance() * LONGEST_MONTH)
        return Document(
            f"{self._seed}-{number:09d}",
            f"https://www.site{site:02d}.example/{pieces.language}/{number}",
            f"{FIRST_YEAR + year}-{month + 1:02d}-{day + 1:02d}",
            _text(pieces, number, site, self._lengths[int(chance() * TABLE)], chance),
        )


def _spread(items: Sequence[Pieces], weights: Sequence[int]) -> list[Pieces]:
    """Lay items out in a table so that each has its share of it."""
    ends = [sum(weights[: at + 1]) / sum(weights) for at in range(len(items))]
    at = 0
    table = []
    for entry in range(TABLE):
        while (entry + 0.5) / TABLE > ends[at]:
            at += 1
        table.append(items[at])
    return table


def _text(pieces: Pieces, number: int, site: int, length: float, chance: Callable[[], float]) -> str:
    names = _names(pieces.language, chance)
    body = _paragraphs(pieces, length, names, chance)
    # The number makes each document unlike all others.
    lines = [f"{_filled(_pick(pieces.titles, chance), names, chance)} ({number})", *body]
    if chance() >= CLEAN:
        lines = _with_noise(lines, pieces, site, names, chance)
    return ("\n\n" if chance() < EMPTY_LINES else "\n").join(lines)


def _names(language: str, chance: Callable[[], float]) -> list[str]:
    syllables = SYLLABLES.get(language, SYLLABLES[""])
    some = [syllables[int(chance() * 16)] for _ in range(9)]
    return ["".join(some[at : at + 3]).capitalize() for at in (0, 3, 6)]


def _paragraphs(pieces: Pieces, length: float, names: list[str], chance: Callable[[], float]) -> list[str]:
    """Take runs of paragraphs from stories until there are enough characters."""
    body: list[str] = []
    while length > 0:
        story = pieces.stories[int(chance() * len(pieces.stories))]
        start = int(chance() * len(story))
        for template in story[start : start + 1 + int(chance() * LONGEST_RUN)]:
            line = _filled(template, names, chance)
            length -= len(line)
            if body and chance() < JOINED:
                body[-1] += f" {line}"
            else:
                body.append(line)
            if length <= 0:
                break
    return body


def _filled(template: Template, names: list[str], chance: Callable[[], float]) -> str:
    line, slots = template
    if not slots:
        return line.replace("%%", "%")
    values: list[object] = []
    for slot in slots:
        if slot == NAME:
            values.append(names[int(chance() * 3)])
        elif slot == YEAR:
            values.append(FIRST_YEAR + int(chance() * YEARS))
        else:
            values.append(int((0.1 + 0.9 * chance()) * 10**slot))
    return line % tuple(values)


def _with_noise(
    lines: list[str], pieces: Pieces, site: int, names: list[str], chance: Callable[[], float]
) -> list[str]:
    if chance() < WITH_BLEMISH:
        _put_between(lines, _filled(_pick(pieces.blemished, chance), names, chance), chance)
    if chance() < WITH_SPLINTER and pieces.language not in UNSPACED:
        _change(lines, chance, lambda line: _splintered(line, chance))
    if chance() < WITH_BROKEN_LETTERS:
        _change(lines, chance, _broken)
    if chance() < WITH_TEASERS:
        lines[-1] += END_MARK
        lines += [_pick(pieces.teasers, chance) for _ in range(3 + int(chance() * 6))]
    for _ in range(int(2 * chance() * sum(map(len, lines)) / CHARACTERS_BETWEEN)):
        _put_between(lines, _pick(pieces.between, chance), chance)
    # A site puts the same things around all its stories.
    if chance() < WITH_HEAD:
        lines.insert(0, pieces.heads[site % len(pieces.heads)])
    if chance() < WITH_TAIL:
        lines.append(pieces.tails[site % len(pieces.tails)])
    return lines


def _put_between(lines: list[str], line: str, chance: Callable[[], float]) -> None:
    lines.insert(1 + int(chance() * (len(lines) - 1)), line)


def _change(lines: list[str], chance: Callable[[], float], change: Callable[[str], str]) -> None:
    at = int(chance() * len(lines))
    lines[at] = change(lines[at])


def _broken(line: str) -> str:
    return line.encode().decode(BROKEN_BY)


def _splintered(line: str, chance: Callable[[], float]) -> str:
    for _ in range(TRIES):
        at = int(chance() * len(line))
        if line[at - 1 : at + 1].isalpha() and at:
            return f"{line[:at]}{EMOJI[int(chance() * len(EMOJI))]}{line[at:]}"
    return line


def _pick(items: Sequence[_Item], chance: Callable[[], float]) -> _Item:
    return items[int(chance() * len(items))]
