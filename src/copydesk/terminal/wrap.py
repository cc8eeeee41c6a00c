"""Text in the cells of a terminal: wide and narrow characters, marks that join them, and lines as wide as it is."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

JOINER, EMOJI_STYLE = "\u200d", "\ufe0f"
"""Joins two characters into one; asks for the emoji rather than the sign, which takes two cells on newer terminals."""

WIDE = 2
"""Cells of a wide character, such as an ideograph or an emoji."""

TAB = "    "
"""What a tab is shown as where text is wrapped: how far a tab goes depends on where it begins."""

NARROWEST = 20
"""Narrower terminals (cells) are taken to be so wide: a line of three cells helps nobody."""

_WORD_OR_SPACES = re.compile(r"\s+|\S+")


class Run(NamedTuple):
    """Some text of one look: a terminal code, or none; if `whole`, its words are not broken where a line holds them."""

    text: str
    code: str = ""
    whole: bool = False


class _Cell(NamedTuple):
    """What stands in one or two cells; if `glued`, it does not go to another line than what is before it."""

    text: str
    width: int
    code: str
    glued: bool = False


def wrap(runs: Iterable[Run], width: int | None) -> list[list[Run]]:
    """Break one line of text into as many as a terminal of `width` cells needs; no character is lost or torn apart.

    It breaks after white space, or beside a wide character, unless that leaves a line half empty: then anywhere but in
    words that are to stay whole. None is no limit.
    """
    if width is None:
        return [list(runs)]
    lines: list[list[Run]] = []
    line: list[_Cell] = []
    used, good, loose = 0, 0, 0  # cells of the line; the last good place to break it, and the last at all
    for cell in _cells(runs, width):
        if not cell.glued:
            loose = len(line)
            good = loose if line and (cell.width == WIDE or _is_good_end(line[-1])) else good
        while line and used + cell.width > width:
            cut = good if 2 * _width(line[:good]) >= width else loose or len(line)
            lines.append(_runs(line[:cut]))
            line, good, loose = line[cut:], 0, max(loose - cut, 0)
            used = _width(line)
        line.append(cell)
        used += cell.width
    return [*lines, _runs(line)]


def _is_good_end(cell: _Cell) -> bool:
    """Say whether a line may well end with this."""
    return cell.width == WIDE or cell.text.isspace()


def clusters(text: str) -> Iterator[str]:
    """Divide a text into what is drawn as one character: a letter with its marks, a joined emoji, a flag."""
    cluster: list[str] = []
    for char in text:
        if cluster and not _belongs(char, cluster):
            yield "".join(cluster)
            cluster = []
        cluster.append(char)
    if cluster:
        yield "".join(cluster)


def cells(cluster: str) -> int:
    """Say how many cells a cluster takes at most.

    Terminals do not agree: some draw a joined emoji as one, others as its parts. Counting the parts, no line is ever
    longer than the terminal is wide, though some are shorter than they could be.
    """
    width = sum(map(_cell_size, cluster))
    return max(width, WIDE) if EMOJI_STYLE in cluster else width


def _belongs(char: str, cluster: Sequence[str]) -> bool:
    """Say whether a character belongs to the cluster before it."""
    if cluster[-1] == JOINER or _is_skin_tone(char):
        return True
    if _is_flag_letter(char):
        return len(cluster) == 1 and _is_flag_letter(cluster[0])
    return _cell_size(char) == 0


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_skin_tone(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff"


@lru_cache(maxsize=4096)
def _cell_size(char: str) -> int:
    from rich.cells import get_character_cell_size

    return max(get_character_cell_size(char), 0)


def _cells(runs: Iterable[Run], width: int) -> Iterator[_Cell]:
    for text, code, whole in runs:
        spaced = text.replace("\t", TAB)
        if whole:
            yield from _whole_words(spaced, code, width)
        elif spaced.isascii():
            yield from (_Cell(char, 1, code) for char in spaced)
        else:
            yield from (_Cell(cluster, cells(cluster), code) for cluster in clusters(spaced))


def _whole_words(text: str, code: str, width: int) -> Iterator[_Cell]:
    """Hold words together that a line has room for; what is longer is broken like any text."""
    for word in _WORD_OR_SPACES.findall(text):
        found = [(cluster, cells(cluster)) for cluster in clusters(word)]
        is_one = not word.isspace() and sum(size for _, size in found) <= width
        yield from (_Cell(cluster, size, code, glued=is_one and n > 0) for n, (cluster, size) in enumerate(found))


def _width(line: Sequence[_Cell]) -> int:
    return sum(cell.width for cell in line)


def _runs(line: Sequence[_Cell]) -> list[Run]:
    """Put cells of one look together again."""
    looks = groupby(line, key=attrgetter("code"))
    return [Run("".join(cell.text for cell in group), code) for code, group in looks]
