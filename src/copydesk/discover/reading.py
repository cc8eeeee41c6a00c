"""How a document is read for repetition: its lines, the sentences at their edges, the words that look like no word.

Both passes read in the same way. White space is made single and every number becomes 0, so that "Comments (12)" and
"Comments (7)" are one line.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST = 300
"""Longer lines (code points) are prose; a paragraph that repeats is a quotation or a copy."""

EDGED = 30
"""Shorter lines have no edges: they count as wholes."""

_EDGE = 140
"""How far from its ends a line is searched for its first and last sentence."""

_SHORTEST_EDGE = 8
_ABBREVIATION = re.compile(r"(?:^|\W)[^\W\d_]{1,4}\.$")
_NUMBER = re.compile(r"\d+")
_LETTER = re.compile(r"[^\W\d_]")
_CAPITAL = "A-ZÀ-ÖØ-ÞΑ-ΩА-ЯЁ"
_CLOSED = '["”’»)\\]」』]*'
_STOP = rf"(?:[.!?…]{_CLOSED}(?:\s+|(?=[{_CAPITAL}]))|[。！？]{_CLOSED}\s*)"
_LAST = re.compile(rf".*(?:{_STOP}|\s(?=(?:[|•·»–—]|-|::)\s))(\S.*)", re.DOTALL)
_FIRST = re.compile(
    rf"(\S.{{3,}}?(?:[.!?…]{_CLOSED}(?=\s|[{_CAPITAL}])|[。！？]{_CLOSED}|\s(?:[|»]|::)(?=\s)))\s*\S", re.DOTALL
)
_BREAK = re.compile(_STOP)
_HEAD = re.compile(r"[a-z]{6,}(?=[A-Z])")

_REACH = 200
"""How far around a word its address is looked at."""

_ADDRESS_PART = re.compile(r"[a-zA-Z0-9_\u00c0-\u052f.@:/?&=#%+~;,-]*")
_ADDRESS = re.compile(r"\w@\w|\w://|(?<!\w)www\.|^[.,:;]*(?:[\w-]+\.)+[a-z]{2,11}(?:[:/?#]\S*|[.,:;?]*)$")
"""A mail address, a URL, or a host's name. What is longer behind a stop than any domain is residue glued to it."""

_LONG_WORD = range(9, 61)
"""Letters of a word that is long enough to be several words run together."""

LONE_WORD = re.compile(
    r"(?:^|[.!?…:;”\"»)\]。！？」』])[ \t\u00a0\u3000]*"
    r"((?:[a-z]{6,60}|[a-z]{2,20}(?:[A-Z][a-z]{1,20}){1,6}|[a-z]{2,20}(?:[-_]{1,2}[a-z]{2,20}){2,6})\d{0,4})"
    r"(?=[ \t\u00a0\u3000]*(?:$|[A-Z“\"«‘]|[^\x00-ʯ‐-‧]))",
    re.MULTILINE,
)
"""A word in small letters, in camel case or of hyphenated parts where a sentence has none: after a stop or at a line's
start, and before a capital, another script or the line's end."""


class Line(NamedTuple):
    """A line that is not blank.

    Attributes:
        text: Without white space around it.
        keys: What it can repeat as: its form ("line", "start" or "end") and its normal text.
    """

    text: str
    keys: list[tuple[str, str]]


def read_lines(text: str) -> list[Line]:
    """Take a text apart into its lines."""
    return [Line(line, _keys(line)) for raw in text.split("\n") if (line := raw.strip())]


def normal(text: str) -> str:
    """Make white space single and numbers 0."""
    return _NUMBER.sub("0", " ".join(text.split()))


def sentences_inside(line: str) -> list[str]:
    """Give the sentences of a line but for the first and the last, in normal form."""
    return [normal(sentence) for sentence in _BREAK.split(line[:5000])[1:-1] if len(sentence) < LONGEST]


def long_words(text: str) -> set[str]:
    """Give the long words in small ASCII letters, as class names run together are; most are ordinary words."""
    return {
        word
        for word in set(text.split())
        if len(word) in _LONG_WORD and word.islower() and word.isalpha() and word.isascii()
    }


def lone_words(text: str) -> set[str]:
    """Give the words that stand where a sentence has none. A capital may be glued to them: `wrapThe` gives `wrap`."""
    found = set()
    for match in LONE_WORD.finditer(text):
        word = match[1]
        if in_address(text, *match.span(1)):
            continue
        found.add(word)
        if head := _HEAD.match(word):
            found.add(head[0])
    return found


def in_address(text: str, start: int, end: int) -> bool:
    """Say whether a word is a part of a mail address, of a URL or of a host's name."""
    before = _ADDRESS_PART.match(text[max(start - _REACH, 0) : start][::-1])
    behind = _ADDRESS_PART.match(text[end : end + _REACH])
    head, tail = before[0][::-1] if before else "", behind[0] if behind else ""
    return bool(head or tail) and bool(_ADDRESS.search(f"{head}{text[start:end]}{tail}"))


def _keys(line: str) -> list[tuple[str, str]]:
    keys = []
    length = len(line)
    if length <= LONGEST and _LETTER.search(line):
        keys.append(("line", normal(line)))
    if length >= EDGED:
        if (last := _LAST.match(line[-_EDGE:])) and len(last[1]) < length and _edge(last[1]):
            keys.append(("end", normal(last[1])))
        if (first := _FIRST.match(line[:_EDGE])) and _edge(first[1]) and not _ABBREVIATION.search(first[1]):
            keys.append(("start", normal(first[1])))
    return keys


def _edge(part: str) -> bool:
    """Say whether a part of a line can be a phrase of its own: some words, and no continuation of a sentence."""
    wide = part[0] > "\u2e7f"  # scripts without spaces say as much with half the letters
    return len(part) >= _SHORTEST_EDGE // (1 + wide) and not part[0].islower() and (wide or " " in part)
