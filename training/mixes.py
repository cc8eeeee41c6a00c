"""Documents that mix several stories, made of whole texts: articles in a row, and an article with teasers behind it."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from texts import Mixed, Teaser, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PARTS = (2, 2, 2, 3, 3, 4)
"""How many articles stand in a row."""
TEASERS = (3, 18)
SAME_LANGUAGE = 0.88
"""Share of the mixes whose articles are all in one language."""
WITH_TITLES = 0.35
KNOWN_TEASERS = 0.7
"""Share of the teasers that are summaries as pages carry them, where there are many; the others are first sentences."""
MANY_TEASERS = 30
PAIRS = 0.2
"""Share of the rows of teasers that are headlines with a sentence each."""
CUT_SHORT = 0.1
LEAD_LENGTH = (30, 420)
WITH_ENDING = 0.2
"""Share of the articles that get a note of ours at their end."""
SECOND_ENDING = 0.25
"""Share of those that get another."""
LONGEST_TITLE = 100
LONGEST = 45
LONGEST_MAIN = 60
SEPARATORS = ("\n", "\n", "\n", "\n\n")
EVENNESS = 0.7
"""Languages are drawn by the number of their texts to this power."""

_SENTENCE_END = re.compile(r"(?<=[.!?。！？।؟…])[\"”»’)]*\s+|(?<=[。！？])")


class Mixer:
    """Makes documents of some texts.

    Args:
        texts: The texts.
        teasers: Summaries of other stories, as pages carry them: language, text and site.
        endings: What stands below stories and belongs to them, by language.
        seed: The same texts and seed give the same documents.
    """

    def __init__(
        self, texts: Sequence[Text], teasers: Sequence[Teaser], endings: Mapping[str, Sequence[str]], seed: str
    ) -> None:
        self._random = random.Random(seed)  # noqa: S311 - the same documents every time
        self._seed = seed
        self._texts = texts
        self._endings = endings
        self._teasers: dict[str, list[Teaser]] = {}
        for teaser in teasers:
            self._teasers.setdefault(teaser.language, []).append(teaser)
        self._by_language: dict[str, list[Text]] = {}
        for text in texts:
            self._by_language.setdefault((text.language or "en")[:2], []).append(text)

    def concats(self, count: int) -> list[Mixed]:
        """Make documents of articles in a row."""
        return [self._concat(f"{self._seed}-concat-{n}") for n in range(count)]

    def rows_of_teasers(self, count: int) -> list[Mixed]:
        """Make documents of one article with teasers behind it."""
        out: list[Mixed] = []
        while len(out) < count:
            made = self._with_teasers(f"{self._seed}-teasers-{len(out)}")
            if made:
                out.append(made)
        return out

    def _language(self, least: int) -> list[Text]:
        """Draw the texts of a language that has enough of them."""
        fitting = [texts for texts in self._by_language.values() if len(texts) >= least]
        return self._random.choices(fitting, [len(texts) ** EVENNESS for texts in fitting])[0]

    def _concat(self, name: str) -> Mixed:
        count = self._random.choice(PARTS)
        same = self._random.random() < SAME_LANGUAGE
        chosen = self._random.sample(self._language(count) if same else list(self._texts), count)
        titled = self._random.random() < WITH_TITLES
        parts = [self._part(text, LONGEST, titled=titled) for text in chosen]
        return self._joined(name, "concat", parts, [text.site for text in chosen])

    def _with_teasers(self, name: str) -> Mixed | None:
        texts = self._language(TEASERS[0] + 1)
        main = self._random.choice(texts)
        parts, sites = [self._part(main, LONGEST_MAIN, titled=False)], [main.site]
        in_pairs = self._random.random() < PAIRS
        known = self._teasers.get((main.language or "en")[:2], ())
        summaries = [teaser for teaser in known if teaser.title or not in_pairs]
        share = KNOWN_TEASERS * min(1.0, len(summaries) / MANY_TEASERS)
        for text in self._random.sample(texts, min(self._random.randint(*TEASERS), len(texts))):
            if summaries and self._random.random() < share:
                teaser = summaries.pop(self._random.randrange(len(summaries)))
                parts.append([teaser.title, teaser.text] if in_pairs else [teaser.text])
                sites.append(teaser.site)
                continue
            lead = self._lead(text)
            title = _title(text)
            if lead and text is not main:
                parts.append([title, lead] if in_pairs and title else [lead])
                sites.append(text.site)
        return self._joined(name, "teasers", parts, sites) if len(parts) > TEASERS[0] else None

    def _part(self, text: Text, most: int, *, titled: bool) -> list[str]:
        lines = list(text.lines)
        if len(lines) > most:
            del lines[self._random.randint(most // 3, most) :]
        if titled and text.title and text.title.lower() not in " ".join(lines[:2]).lower():
            lines.insert(0, text.title)
        endings = self._endings.get((text.language or "en")[:2], ())
        if endings and self._random.random() < WITH_ENDING:
            count = 2 if self._random.random() < SECOND_ENDING else 1
            lines += self._random.sample(endings, min(count, len(endings)))
        return lines

    def _lead(self, text: Text) -> str:
        """Give the first sentence or sentences of a text, sometimes broken off; empty if they make no teaser."""
        shortest, longest = LEAD_LENGTH
        first = next((line for line in text.lines[:4] if len(line) > 2 * shortest and line != _title(text)), "")
        sentences = [sentence for sentence in _SENTENCE_END.split(first) if sentence.strip()]
        lead = " ".join(sentences[: self._random.choice((1, 1, 1, 2, 2, 3))]).strip()
        if not shortest <= len(lead) <= longest:
            return ""
        if self._random.random() < CUT_SHORT and len(lead) > 4 * shortest and " " in lead:
            lead = lead[: self._random.randint(3 * shortest, len(lead) - 10)].rpartition(" ")[0]
            lead += self._random.choice(("...", "…", " ...", " […]", ""))
        return lead

    def _joined(self, name: str, kind: str, parts: Sequence[Sequence[str]], sites: Sequence[str]) -> Mixed:
        lines: list[str] = []
        starts: list[int] = []
        for part in parts:
            if lines:
                starts.append(len(lines))
            lines.extend(part)
        text = self._random.choice(SEPARATORS).join(lines)
        return Mixed(name, kind, text, tuple(starts), tuple(sites))


def _title(text: Text) -> str:
    """Give a text's headline: known apart, or a first line that is no sentence; else nothing."""
    first = text.lines[0]
    is_heading = len(first) <= LONGEST_TITLE and not _SENTENCE_END.search(first + " ") and len(text.lines) > 1
    return text.title or (first if is_heading else "")
