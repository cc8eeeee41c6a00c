"""The texts that are segmented: the development sets, and a mix of the project's own corpus."""

from __future__ import annotations

import gzip
import json
import random
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CORPUS = Path(__file__).resolve().parents[2] / "corpus"

SEGMENT = ("segment/teasers_desc", "segment/concat_gold", "segment/single")
"""Sets that say where each story begins."""

CLEAN = ("clean/news_gold", "clean/multilingual")
"""Sets of clean texts of one story each."""

MIX = "mix/corpus"

MIXES = 50
STORIES = 5
FEWEST_LINES, MOST_LINES = 3, 11
"""A mix joins the beginnings of this many stories of one language, each 3 to 11 lines long as in Choi's mixes."""

SEED = 2000


@dataclass(frozen=True)
class Document:
    """A text in lines, and where its stories begin.

    Attributes:
        text: The text.
        lines: Its lines; they are the units.
        starts: First code point of each line in the text.
        cuts: Numbers of the lines that begin a story, without the first line.
        main_end: Number of the line after the main story, in texts of an article and teasers.
    """

    text: str
    lines: tuple[str, ...]
    starts: tuple[int, ...]
    cuts: frozenset[int] = frozenset()
    main_end: int | None = None

    @classmethod
    def of_lines(cls, lines: Sequence[str], cuts: Iterable[int], main_end: int | None = None) -> Document:
        """Join lines that make a text, and say where its stories begin."""
        starts = accumulate((len(line) + 1 for line in lines[:-1]), initial=0)
        return cls("\n".join(lines), tuple(lines), tuple(starts), frozenset(cuts), main_end)

    @classmethod
    def of_text(cls, text: str) -> Document:
        """Take a text of one story as it is; its blank lines are no units."""
        lines = text.split("\n")
        starts = accumulate((len(line) + 1 for line in lines[:-1]), initial=0)
        kept = [(line, start) for line, start in zip(lines, starts, strict=True) if line.strip()]
        return cls(text, tuple(line for line, _ in kept), tuple(start for _, start in kept))


def file_of(folder: Path, name: str) -> Path:
    """Give the file of a development set."""
    return folder / f"{name}.jsonl.gz"


def missing(folder: Path) -> list[str]:
    """Name the development sets that are not in a folder."""
    return [name for name in (*SEGMENT, *CLEAN) if not file_of(folder, name).is_file()]


def read(folder: Path, name: str, most: int | None = None) -> list[Document]:
    """Read a set.

    Args:
        folder: The folder of the development sets.
        name: One of `SEGMENT`, `CLEAN`, or `MIX`, which is made of the corpus.
        most: Take only so many documents from its beginning.
    """
    if name == MIX:
        return mixed(stories(CORPUS))[:most]
    with gzip.open(file_of(folder, name), "rt", encoding="utf-8") as lines:
        return [_document(json.loads(line)) for line in lines if line.strip()][:most]


def _document(row: dict[str, Any]) -> Document:
    if "lines" in row:
        return Document.of_lines(row["lines"], row["boundaries"], row.get("main_end"))
    return Document.of_text(row["text"])


def stories(corpus: Path) -> dict[str, list[list[str]]]:
    """Give the lines of the corpus's articles, as they must become, by language; one article a document."""
    found = defaultdict(list)
    for path in sorted((corpus / "raw").rglob("*.txt")):
        name = path.relative_to(corpus / "raw").with_suffix("")
        lines = [line for line in _article(path, corpus / "expected" / f"{name}.toml").split("\n") if line.strip()]
        if len(lines) >= FEWEST_LINES:
            found[name.parts[0]].append(lines)
    return dict(found)


def _article(raw: Path, expected: Path) -> str:
    """Give the first article that a document of the corpus must become; empty if there is none."""
    wanted = tomllib.loads(expected.read_text(encoding="utf-8"))
    if wanted.get("unchanged"):
        return raw.read_bytes().decode()
    return next((str(story["text"]) for story in wanted.get("story", []) if story["kind"] == "article"), "")


def mixed(articles: dict[str, list[list[str]]]) -> list[Document]:
    """Join beginnings of different articles of one language, as Choi (2000) did; the same ones in every run."""
    chance = random.Random(SEED)  # noqa: S311 - a fixed choice, no secret
    languages = sorted(language for language, texts in articles.items() if len(texts) >= STORIES)
    found = []
    for number in range(MIXES if languages else 0):
        chosen = chance.sample(articles[languages[number % len(languages)]], STORIES)
        parts = [lines[: chance.randint(FEWEST_LINES, MOST_LINES)] for lines in chosen]
        cuts = accumulate(len(part) for part in parts[:-1])
        found.append(Document.of_lines([line for part in parts for line in part], cuts))
    return found
