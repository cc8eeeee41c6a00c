"""What a dump is made of: the corpus taken apart into real paragraphs, and the noise that stood around them.

A line of a raw document is real if a story that the document must become has it, blemished if a story has one much like
it (letters broken, an emoji in a word, a pointer inside the line), and noise if no story has it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

CORPUS = Path(__file__).resolve().parents[2] / "corpus"

ALIKE = 0.6
"""How much alike two lines are when one is the other with a blemish (difflib's ratio)."""

SHORTEST_PARAGRAPH = 40
"""Characters. Shorter lines are headings and the like."""

NAME = -1
"""Stands for a made-up name among the lengths of numbers in `Template.slots`."""

YEAR = -2
"""Stands for a year there."""

_NUMBER = r"(?<![\d.,:/\-])(?P<number>[1-9][0-9]{1,3})(?![0-9]|[.,:/\-][0-9])"
_CAPITALISED = r"(?<=[^\W\d_] )(?P<name>[^\W\d_]{4,})"
_SLOT = re.compile(f"{_NUMBER}|{_CAPITALISED}")
_YEAR = re.compile("1[5-9]..|20..")

NOUNS_HAVE_CAPITALS = frozenset({"de"})
"""Languages in which a capital does not make a name."""


class Template(NamedTuple):
    """A line with slots for names and numbers.

    Attributes:
        line: The line as a format for the `%` operator.
        slots: What goes in: `NAME`, `YEAR`, or a number of so many digits.
    """

    line: str
    slots: tuple[int, ...]

    @classmethod
    def of(cls, line: str, *, names: bool) -> Template:
        """Find the slots of a line: numbers that stand by themselves and, if asked, capitalised words."""
        slots: list[int] = []
        parts: list[str] = []
        at = 0
        for match in _SLOT.finditer(line):
            number, word = match["number"], match["name"]
            if word and not (names and word[0].isupper() and word[1:].islower()):
                continue
            slots.append(NAME if word else YEAR if _YEAR.fullmatch(number) else len(number))
            parts += [line[at : match.start()].replace("%", "%%"), "%s"]
            at = match.end()
        parts.append(line[at:].replace("%", "%%"))
        return cls("".join(parts), tuple(slots))


@dataclass
class Pieces:
    """What the corpus has in one language.

    Attributes:
        weight: How many documents the corpus has in it.
        titles: First lines.
        stories: Real paragraphs, each list from one story and in its order.
        blemished: Paragraphs with noise in the middle of the line.
        heads, between, tails: Noise before, between and after paragraphs; each is one or several lines.
        teasers: Short summaries of other stories.
    """

    language: str
    weight: int = 0
    titles: list[Template] = field(default_factory=list)
    stories: list[list[Template]] = field(default_factory=list)
    blemished: list[Template] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    between: list[str] = field(default_factory=list)
    tails: list[str] = field(default_factory=list)
    teasers: list[str] = field(default_factory=list)

    def add(self, raw: str, wanted: dict[str, Any]) -> None:
        """Take in a document and what it must become."""
        self.weight += 1
        stories = [{"text": raw, "kind": "article"}] if wanted.get("unchanged") else wanted["story"]
        for story in stories:
            self._add_story(_lines(story["text"]), is_teaser=story.get("kind") == "teaser")
        self._add_noise(_lines(raw), {line for story in stories for line in _lines(story["text"])})

    def _add_story(self, lines: list[str], *, is_teaser: bool) -> None:
        if is_teaser:
            self.teasers += lines[:1]
            return
        title, *body = lines
        self.titles.append(self._template(title))
        if body:
            self.stories.append([self._template(line) for line in body])

    def _add_noise(self, raw: list[str], kept: set[str]) -> None:
        kinds = [_kind(line, kept) for line in raw]
        self.blemished += [self._template(line) for line, kind in zip(raw, kinds, strict=True) if kind == "blemished"]
        places = [at for at, kind in enumerate(kinds) if kind != "noise"]
        first, last = (places[0], places[-1]) if places else (0, -1)
        self.heads += _blocks(raw[:first], kinds[:first])
        self.between += _blocks(raw[first : last + 1], kinds[first : last + 1])
        self.tails += _blocks(raw[last + 1 :], kinds[last + 1 :])

    def _template(self, line: str) -> Template:
        return Template.of(line, names=self.language not in NOUNS_HAVE_CAPITALS)


@cache
def read(corpus: Path = CORPUS) -> list[Pieces]:
    """Take the corpus apart; give its languages, in order of their codes. It is read once a process.

    Raises:
        FileNotFoundError: There is no corpus.
    """
    languages: dict[str, Pieces] = {}
    for path in sorted((corpus / "raw").glob("*/*.txt")):
        name = path.relative_to(corpus / "raw")
        wanted = tomllib.loads((corpus / "expected" / name).with_suffix(".toml").read_text(encoding="utf-8"))
        languages.setdefault(path.parent.name, Pieces(path.parent.name)).add(path.read_bytes().decode(), wanted)
    if not languages:
        message = f"there is no corpus in {corpus}"
        raise FileNotFoundError(message)
    return [_complete(pieces) for pieces in languages.values()]


def _complete(pieces: Pieces) -> Pieces:
    """Let a language that has no noise of its own borrow some: a title makes a teaser, a teaser a tail."""
    pieces.teasers = pieces.teasers or [title.line.replace("%%", "%") for title in pieces.titles if not title.slots]
    pieces.teasers = pieces.teasers or ["…"]
    pieces.tails = pieces.tails or pieces.teasers
    pieces.heads = pieces.heads or pieces.tails
    pieces.between = pieces.between or pieces.tails
    pieces.blemished = pieces.blemished or pieces.stories[0]
    return pieces


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _kind(line: str, kept: set[str]) -> str:
    if line in kept:
        return "real"
    return "blemished" if any(_is_alike(line, other) for other in kept if len(other) >= SHORTEST_PARAGRAPH) else "noise"


def _is_alike(line: str, other: str) -> bool:
    matcher = SequenceMatcher(None, other, line, autojunk=False)
    return matcher.real_quick_ratio() > ALIKE and matcher.quick_ratio() > ALIKE and matcher.ratio() > ALIKE


def _blocks(lines: Iterable[str], kinds: Iterable[str]) -> list[str]:
    """Join neighbouring lines of noise."""
    blocks: list[list[str]] = [[]]
    for line, kind in zip(lines, kinds, strict=True):
        if kind == "noise":
            blocks[-1].append(line)
        else:
            blocks.append([])
    return ["\n".join(block) for block in blocks if block]
