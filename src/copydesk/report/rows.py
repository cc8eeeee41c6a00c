"""One document as the rows of a page: before on the left, after on the right, line by line.

A row is what a line of the raw document became, as pieces in raw order: `[story, kept]`, `[story, removed, put, rule,
label]` (`removed` is a number of characters where the ledger keeps no text), or `[characters]` for a stretch that is
left out. The page needs no more: kept and removed pieces make the left side, kept and put ones the right side.

Where a stroke takes a line feed between two stretches that stay, these stand on one line afterwards; then their raw
lines share a row, so that the right side never shows a break that the story does not have.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from copydesk.document import check_partition
from copydesk.errors import EditionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from copydesk.document import Cleaned, Edit, Story

    Name: TypeAlias = Callable[[str], int]

Piece: TypeAlias = list[int | str]
Row: TypeAlias = list[Piece]

KEPT = 2
"""Parts of a piece that was kept: its story and its text."""

MOST_CHARACTERS = 16_000
"""Characters of a document that are shown, about."""

LONGEST_PIECE = 3_000
"""Characters of a kept or struck stretch that are shown."""

HEAD, TAIL = 2_000, 600
"""What is shown of a longer one: its first and its last characters."""

NEAR = 4
"""Rows around a stroke that are shown where a long document is shortened."""

FIRST_ROWS, LAST_ROWS = 12, 4
"""Rows at a document's ends that are shown then."""

PIECE_COST = 12
"""What a piece takes of the characters that are shown, besides its own: strokes of one letter fill a page too."""

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def rows_of(cleaned: Cleaned, chars: int, rule: Name, label: Name) -> tuple[list[Row], int]:
    """Lay a document out.

    Args:
        cleaned: The document.
        chars: The length of its raw text.
        rule: Gives the number of a rule's name.
        label: The same of a label.

    Returns:
        The rows, and how many characters of the document are left out.

    Raises:
        EditionError: Its ledger is not whole.
    """
    rows = _joined(_lines(_pieces(cleaned, chars, rule, label)))
    return _shortened(rows)


def _pieces(cleaned: Cleaned, chars: int, rule: Name, label: Name) -> Iterator[Piece]:
    """Yield kept and struck stretches in raw order."""
    fault = check_partition(chars, cleaned.stories, cleaned.edits)
    if fault:
        message = f"the ledger of a document is not whole: {fault}"
        raise EditionError(message, "`copydesk verify` tells what is wrong with the edition")
    texts = {story.index: _Reading(story) for story in cleaned.stories}
    cover: list[tuple[int, int, Edit | None, int]] = [
        (start, end, None, story.index) for story in cleaned.stories for start, end in story.spans
    ]
    cover += [(edit.start, edit.end, edit, edit.story) for edit in cleaned.edits]
    for start, end, edit, story in sorted(cover, key=lambda stretch: stretch[0]):
        if edit is None:
            yield [story, texts[story].take(end - start)]
        else:
            if story in texts:
                texts[story].take(len(edit.replacement))
            removed: int | str = end - start if edit.removed is None else edit.removed
            yield [story, removed, edit.replacement, rule(edit.rule), label(edit.label)]


class _Reading:
    """A story's text, read from its start."""

    def __init__(self, story: Story) -> None:
        self._text = story.text
        self._at = 0

    def take(self, count: int) -> str:
        """Give the next characters."""
        self._at += count
        return self._text[self._at - count : self._at]


def _lines(pieces: Iterator[Piece]) -> Iterator[tuple[Row, bool]]:
    """Yield raw lines, each with whether the line feed at its end stays (or another one in its place)."""
    row: Row = []
    for piece in pieces:
        for part, ends, stays in _split(piece):
            row.append(part)
            if ends:
                yield row, stays
                row = []
    if row:
        yield row, True


def _split(piece: Piece) -> Iterator[tuple[Piece, bool, bool]]:
    """Take a piece apart at line feeds: yield its parts, whether a line ends there, and whether the line feed stays.

    A stroke that puts something in is one part: what stands for what in it nobody knows.
    """
    kept, text = len(piece) == KEPT, piece[1]
    put = "" if kept else str(piece[2])
    if not isinstance(text, str) or put:
        yield piece, put.endswith("\n"), True
        return
    for line in _LINE.findall(text):
        yield [piece[0], line, *piece[2:]], line.endswith("\n"), kept


def _after(piece: Piece) -> str:
    """Give what a piece is on the right side."""
    return str(piece[1]) if len(piece) == KEPT else str(piece[2])


def _joined(lines: Iterator[tuple[Row, bool]]) -> list[Row]:
    """Put raw lines that stand on one line of the story into one row."""
    rows: list[Row] = []
    open_row: int | None = None
    open_story: int | str | None = None
    for row, stays in lines:
        left = [piece for piece in row if _after(piece).strip()]
        if left and open_row is not None and left[0][0] == open_story:
            rows[open_row] += [piece for between in rows[open_row + 1 :] for piece in between] + row
            del rows[open_row + 1 :]
        else:
            rows.append(row)
            if left:
                open_row = len(rows) - 1
        if left:
            open_story = left[-1][0]
        if stays:
            open_row = None
    return rows


def _shortened(rows: list[Row]) -> tuple[list[Row], int]:
    """Leave out what is too long to show, first far from strokes; give also how many characters that is."""
    rows = [_short_row(row) for row in rows]
    shown = _chosen(rows)
    found: list[Row] = []
    gap = 0
    for n, row in enumerate(rows):
        if n not in shown:
            gap += sum(map(_length, row))
            continue
        found += [[[gap]]] if gap else []
        found.append(row)
        gap = 0
    found += [[[gap]]] if gap else []
    return found, sum(_length(piece) for row in found for piece in row if len(piece) == 1)


def _length(piece: Piece) -> int:
    """Give how many raw characters a piece stands for."""
    what = piece[0] if len(piece) == 1 else piece[1]
    return len(what) if isinstance(what, str) else what


def _cost(piece: Piece) -> int:
    """Give how much of the page a piece takes."""
    return PIECE_COST + sum(len(part) for part in piece if isinstance(part, str))


def _short_row(row: Row) -> Row:
    """Leave out the middle of long stretches of a row, and its end if there are too many of them."""
    short: Row = []
    left = MOST_CHARACTERS
    parts = [part for piece in row for part in _short_piece(piece)]
    for n, part in enumerate(parts):
        left -= _cost(part)
        if left < 0:
            short.append([sum(map(_length, parts[n:]))])
            break
        short.append(part)
    return short


def _short_piece(piece: Piece) -> list[Piece]:
    """Leave out the middle of a long stretch."""
    if len(piece) == KEPT:
        story, text = piece
        if not isinstance(text, str) or len(text) <= LONGEST_PIECE:
            return [piece]
        return [[story, text[:HEAD]], [len(text) - HEAD - TAIL], [story, text[-TAIL:]]]
    story, text, put, *names = piece
    put = str(put)[:LONGEST_PIECE]
    if not isinstance(text, str) or len(text) <= LONGEST_PIECE:
        return [[story, text, put, *names]]
    return [[story, text[:HEAD], put, *names], [len(text) - HEAD - TAIL], [story, text[-TAIL:], "", *names]]


def _chosen(rows: list[Row]) -> set[int]:
    """Choose the rows to show: all if they are not too long, else those at the ends and near strokes, from the top."""
    costs = [sum(map(_cost, row)) for row in rows]
    if sum(costs) <= MOST_CHARACTERS:
        return set(range(len(rows)))
    near = {n for n in range(len(rows)) if n < FIRST_ROWS or n >= len(rows) - LAST_ROWS}
    for n, row in enumerate(rows):
        if any(len(piece) > KEPT for piece in row):
            near.update(range(max(n - NEAR, 0), min(n + NEAR + 1, len(rows))))
    chosen = {0}
    left = MOST_CHARACTERS
    for n in sorted(near):
        left -= costs[n]
        if left < 0:
            break
        chosen.add(n)
    return chosen
