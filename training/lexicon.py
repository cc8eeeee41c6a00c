"""What the splitter knows of words.

How much they speak for a story's first line and for its last, how common they are, and which of them go on with what
was said before.
"""

from __future__ import annotations

import math
import random
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import forests
import words
from documents import FEWEST_LINES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from texts import Teaser, Text

OPENINGS = Path(__file__).parent / "openings.toml"
OTHER_LINES = 6
"""For each first or last line so many others are learned from."""
COMMON_RATE = 0.004
"""A stem in this share of a language's texts is not common at all ..."""
LEAST_COMMON = 0.2
LEAST_TEXTS = 12
"""Languages with fewer texts say nothing about what is common."""
FEWEST_TEXTS = 3
"""A stem in fewer texts is not known to be common."""
STEM_LENGTH = 5
COMMON_LINES = 60


@dataclass(frozen=True)
class Knowledge:
    """What a splitter has besides its forests.

    Attributes:
        words: Weights of words in first lines, and in last lines.
        common: How common stems are.
        vectors: What words are about: the word vectors' file, as `vectors.py` writes it.
    """

    words: Mapping[str, tuple[float, float]]
    common: Mapping[str, float]
    vectors: Mapping[str, Any]


def learn_words(known: Iterable[Text], teasers: Iterable[Teaser], chosen: Any) -> dict[str, tuple[float, float]]:
    """Learn how much words speak for a first line, and for a last one; `chosen` says which sites may be seen."""
    draw = random.Random(forests.SEED)  # noqa: S311 - the same lines every time
    tables_: tuple[list[tuple[str, str, float]], list[tuple[str, str, float]]] = ([], [])
    for text in known:
        lines = text.lines
        if not chosen(text.site) or len(lines) < FEWEST_LINES or not (text.is_article or text.source == "public"):
            continue
        for table, special, others in (
            (tables_[0], 0, range(1, len(lines))),
            (tables_[1], len(lines) - 1, range(len(lines) - 1)),
        ):
            table.append((lines[special], text.site, 1.0))
            drawn = draw.sample(others, min(OTHER_LINES, len(others)))
            table.extend((lines[n], text.site, 0.0) for n in drawn)
    tables_[0].extend((teaser.text, teaser.site, 1.0) for teaser in teasers if chosen(teaser.site))
    opening, closing = (words.learn_one(*zip(*table, strict=True)) for table in tables_)
    return {word: (opening.get(word, 0.0), closing.get(word, 0.0)) for word in sorted({*opening, *closing})}


def common_stems(known: Iterable[Text]) -> dict[str, float]:
    """Tell how common stems are in the language where they are most common: 0 rare, 1 in every text."""
    languages: dict[str, list[Text]] = {}
    for text in known:
        if text.is_article or text.source == "public":
            languages.setdefault((text.language or "en")[:2], []).append(text)
    out: dict[str, float] = {}
    for found in languages.values():
        if len(found) < LEAST_TEXTS:
            continue
        spread: Counter[str] = Counter()
        for text in found:
            spread.update({stem for line in text.lines[:COMMON_LINES] for stem in stems(line)})
        for stem, count in spread.items():
            if count >= FEWEST_TEXTS:
                rate = (count - 1) / (len(found) + 10)
                common = 1 - math.log(rate) / math.log(COMMON_RATE)
                if common >= LEAST_COMMON:
                    out[stem] = max(out.get(stem, 0.0), round(common, 2))
    return dict(sorted(out.items()))


def openings() -> dict[str, list[str]]:
    """Read what tells lines that go on with what was said before, in all languages."""
    parts = tomllib.loads(OPENINGS.read_text(encoding="utf-8"))
    return {name: sorted({phrase for found in part.values() for phrase in found}) for name, part in parts.items()}


def stems(line: str) -> Iterable[str]:
    """Give the words of a line as the kernel ties them together: by their first letters."""
    return (word[:STEM_LENGTH] for word in words.words(line))
