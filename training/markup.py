"""What the pieces of a page are to its story, by its markup: real, noise, or not known.

`markup.toml` beside this file lists the names that tell. Each piece of text is marked with what it is, whatever program
may then make text of the page, and the marks that arrive say what the lines are.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import lxml.etree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.html import HtmlElement

NAMES: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("markup.toml").read_text("utf-8"))
BODIES = tuple(NAMES["bodies"])
HEADINGS = {"h1", "h2", "h3"}
SHORTEST_TITLE = 12
"""Characters; what is shorter and stands in the page's title may be the name of the site."""
STATED = 0.7
"""Share of a line's characters that must be of one sort for the line to be of it."""

REAL, UNKNOWN, NOISE = "\U000103a0", "\U000103a1", "\U000103a2"
"""Marks put before each piece of text: letters of Old Persian, which the programs pass through and no page holds."""
MARKS = REAL + UNKNOWN + NOISE
LABELS = {REAL: 0, UNKNOWN: None, NOISE: 1}

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(patterns)})$", re.IGNORECASE)


_WIDGETS = _any_of(NAMES["widgets"])
_ASIDES = _any_of(NAMES["asides"])


def strip(root: HtmlElement) -> None:
    """Take out what no reader sees as text."""
    unseen = (*NAMES["dropped"], lxml.etree.Comment, lxml.etree.ProcessingInstruction)
    lxml.etree.strip_elements(root, *unseen, with_tail=False)


def story_element(root: HtmlElement, bodies: Sequence[str]) -> HtmlElement | None:
    """The element that holds the page's story; none where there are several, or none that is known."""
    for selector in bodies:
        found = [e for e in root.cssselect(selector) if len(e.text_content().split()) > 1]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def mark(root: HtmlElement, body: HtmlElement, title: str) -> None:
    """Put a mark before each piece of text: what it is to the story. `title` is what the page says it is called."""
    for element, sort in _sorts(root, body, title):
        if element.text and element.text.strip():
            element.text = _marked(element.text, sort[0])
        if element.tail and element.tail.strip():
            element.tail = _marked(element.tail, sort[1])


def _sorts(root: HtmlElement, body: HtmlElement, title: str) -> Iterator[tuple[HtmlElement, tuple[str, str]]]:
    """Each element with the sort of its text, and that of the text behind it."""
    waiting = [(root, NOISE)]
    while waiting:
        here, outer = waiting.pop()
        inner = _sort(here, outer, title) if here is not body else REAL
        yield here, (inner, outer)
        waiting.extend((child, inner) for child in here if isinstance(child.tag, str))


def _sort(element: HtmlElement, outer: str, title: str) -> str:
    names = f"{element.get('class') or ''} {element.get('id') or ''}".split()
    if outer == REAL and (element.tag in NAMES["widget_tags"] or any(_WIDGETS.match(name) for name in names)):
        return NOISE
    if outer == REAL and (element.tag in NAMES["aside_tags"] or any(_ASIDES.match(name) for name in names)):
        return UNKNOWN
    if outer == NOISE and element.tag in HEADINGS:
        text = " ".join(element.text_content().split())
        if len(text) >= SHORTEST_TITLE and text in title:
            return REAL if title.startswith(text) else UNKNOWN
    return UNKNOWN if outer == NOISE and element.tag in {"h1", "time"} else outer


def _marked(text: str, sort: str) -> str:
    text = _NOT_XML.sub("", text)
    start = len(text) - len(text.lstrip())
    return f"{text[:start]}{sort}{text[start:]}"


def labelled(marked: str) -> tuple[str, list[int | None]]:
    """Take the marks out of a text; the labels of its lines."""
    lines: list[str] = []
    labels: list[int | None] = []
    now = NOISE
    for line in re.sub(r"\n{3,}", "\n\n", marked.strip()).split("\n"):
        count: Counter[str] = Counter()
        for char in line:
            if char in LABELS:
                now = char
            elif not char.isspace():
                count[now] += 1
        plain = line.translate(dict.fromkeys(map(ord, MARKS))).strip()
        if plain:
            labels.append(next((LABELS[m] for m in MARKS if count[m] >= STATED * count.total()), None))
        if plain or not line.strip():
            lines.append(plain)
    return "\n".join(lines), labels
