"""Words that nobody wrote: class names and codes of page editors that stay behind between sentences, or within them.

An ordinary word is followed by a comma now and then, begins a sentence with a capital, and stands between words that
need it. A residue word does not. Either it stands where a sentence has no word in small letters (after a stop, before a
capital, alone on a line), or it parts words that belong together ("of leftcenterright the") all the time, and no other
word begins as it does, as those of a family do ("receiving", "receives").
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from copydesk.discover.evidence import EXAMPLES, MOST_SITES, Place, bump
from copydesk.discover.findings import Sighting
from copydesk.discover.reading import in_address
from copydesk.discover.shapes import is_body, is_code, shortened
from copydesk.discover.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator

CAPITALS = 0.02
"""An ordinary word begins sentences, with a capital, in more of its documents than this."""

LONG_WORD = 12
"""A shorter word in small letters can be an item of a list if it only stands alone on lines, or a verb that parts what
no noun parts."""

SAMPLED = 60
"""Places of a word, the first ones, whose neighbours are kept."""

TIGHT_PAIRS = 300
"""How many of the most frequent pairs of small words count as words that belong together."""

_SMALL_WORDS = 100
_SMALL = 4
_EARLY_DOCUMENTS, _EARLY_SAMPLE, _LATE_SAMPLE = 2000, 1000, 100
_PAIRS_CAPACITY = 100_000

_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9_-]{5,60}")
_HEAD = re.compile(r"[a-z]{6,}")
_ENOUGH, _PUNCTUATED = 20, 0.04
_SHORTEST_STEM, _LONGEST_ENDING = 5, 4
_WINDOW, _NEAR = 240, 2000
_PUNCTUATION = ",.;:!?)’'"
_CODE_MARKS = "(={[<>#@/\\&%$_"
_STOPS = '.!?…:;”"»)]。！？」』'
_OPENERS = '“"«‘「『('


class Pairs:
    """Learns from samples of the documents which small words stand side by side all the time."""

    def __init__(self) -> None:
        self._words: Tally[str] = Tally(_PAIRS_CAPACITY)
        self._pairs: Tally[tuple[str, str]] = Tally(_PAIRS_CAPACITY)
        self._documents = 0

    def learn(self, text: str) -> None:
        """Look at a piece from the middle of a text."""
        self._documents += 1
        size = _EARLY_SAMPLE if self._documents <= _EARLY_DOCUMENTS else _LATE_SAMPLE
        start = max((len(text) - size) // 2, 0)
        words = _WORD.findall(text[start : start + size].lower())
        self._words.add(words)
        self._pairs.add(
            (left, right) for left, right in pairwise(words) if len(left) <= _SMALL and len(right) <= _SMALL
        )

    def tight(self) -> set[tuple[str, str]]:
        """Give the pairs that belong together."""
        small = {word for word, _ in self._words.most(2, _SMALL_WORDS)}
        pairs = [pair for pair in self._pairs.most(3, 5 * TIGHT_PAIRS) if small.issuperset(pair[0])]
        pairs.sort(key=lambda pair: (-pair[1], pair[0]))
        return {pair for pair, _ in pairs[:TIGHT_PAIRS]}


@dataclass(slots=True)
class WordEvidence:
    """Counts of occurrences, unless it says documents."""

    documents: int = 0
    occurrences: int = 0
    alone: int = 0
    """As a whole line."""
    between: int = 0
    """As a whole line right above running text."""
    lone: int = 0
    """Where a sentence has no word in small letters, whole lines among them."""
    glued: int = 0
    """With a capital glued to it."""
    punctuated: int = 0
    """With a comma, a stop or the like behind it."""
    capitals: int = 0
    """Documents that have it with a capital too."""
    code: int = 0
    """In a line of code, or beside a sign that code has."""
    head: int = 0
    tail: int = 0
    parted: Counter[str] = field(default_factory=Counter)
    """Pairs of words that belong together and that it parts."""
    inside: int = 0
    """Within a line."""
    left: set[str] = field(default_factory=set)
    """Words before it, in some of its places."""
    right: set[str] = field(default_factory=set)
    """Words behind it, in the same places."""
    sampled: int = 0
    """How many places those are."""
    sites: Counter[str] = field(default_factory=Counter)
    examples: list[Sighting] = field(default_factory=list)
    """First one alone on a line, then within lines."""

    @property
    def is_ordinary(self) -> bool:
        """Enough was seen to say that it is a word like others."""
        if self.documents < _ENOUGH:
            return False
        return self.punctuated > _PUNCTUATED * self.occurrences or self.capitals > CAPITALS * self.documents


def has_family(word: str, known: list[str]) -> bool:
    """Say whether another word among some (sorted) differs from a word in its ending only."""
    stem = word[: max(_SHORTEST_STEM, len(word) - _LONGEST_ENDING)]
    at = bisect_left(known, stem)
    near = known[at : at + 2]
    return any(other != word and other.startswith(stem) for other in near)


class Words:
    """Looks closely at some words."""

    def __init__(self, wanted: set[str], tight: set[tuple[str, str]]) -> None:
        self.known = {word: WordEvidence() for word in wanted}
        self._wanted = wanted
        self._tight = tight

    def note(self, place: Place, text: str) -> None:
        """Take in one document."""
        tokens = set(_TOKEN.findall(" ".join(set(text.split()))))
        mixed = (token for token in tokens if not token.islower() and not token.istitle())
        heads = {head for token in mixed for head in _HEAD.findall(token)}
        for word in sorted(self._wanted & (tokens | heads)):
            evidence = self.known[word]
            before = evidence.occurrences
            for start in _places(text, word):
                self._note_place(place, text, word, start, evidence)
            if evidence.occurrences > before:
                evidence.documents += 1
                evidence.capitals += word.capitalize() in tokens
                bump(evidence.sites, place.site, MOST_SITES)
            if evidence.is_ordinary:
                self._wanted.discard(word)

    def _note_place(self, place: Place, text: str, word: str, start: int, evidence: WordEvidence) -> None:
        end = start + len(word)
        first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        last = len(text) if last < 0 else last
        left, right = text[max(first, start - _WINDOW) : start].strip(), text[end : min(last, end + _WINDOW)].strip()
        alone = not left and not right
        evidence.occurrences += 1
        evidence.alone += alone
        evidence.between += alone and is_body(next(_filled(iter(text[last : last + _NEAR].split("\n"))), ""))
        evidence.inside += not alone
        evidence.head += start < len(text) // 5
        evidence.tail += start >= len(text) - len(text) // 5
        lone = (not left or left[-1] in _STOPS) and (not right or right[0].isupper() or not right[0].islower())
        lone = lone and not (right and right[0] in _PUNCTUATION)
        evidence.lone += lone
        after = text[end : end + 1]
        evidence.glued += after.isupper()
        evidence.punctuated += bool(after) and after in _PUNCTUATION and not alone
        marks = text[max(start - 1, first) : start] + after
        evidence.code += any(mark in _CODE_MARKS for mark in marks) or is_code(text[first:last][:300].strip())
        pair = _last_word(left), _first_word(right)
        if evidence.sampled < SAMPLED and not lone:
            evidence.sampled += 1
            evidence.left.add(pair[0])
            evidence.right.add(pair[1])
        if pair in self._tight and not lone:
            bump(evidence.parted, " ".join(pair), TIGHT_PAIRS)
        if lone or pair in self._tight:
            self._keep(place, text, (start, first, last), evidence, alone=alone)

    @staticmethod
    def _keep(place: Place, text: str, at: tuple[int, int, int], evidence: WordEvidence, *, alone: bool) -> None:
        """Keep an example, as long as there are few of its sort, and one a document."""
        start, first, last = at
        here = place.source, place.position
        same = [each for each in evidence.examples if (each.source, each.position) == here]
        sort = sum((not each.line.strip(" ").count(" ")) == alone for each in evidence.examples)
        if same or sort >= EXAMPLES:
            return
        low, high = max(first, start - _WINDOW), min(last, start + 2 * _WINDOW)
        low = low if low == first else text.find(" ", low) + 1
        high = high if high == last else text.rfind(" ", 0, high)
        line = text[low:high].strip()
        above = next(_filled(reversed(text[max(0, first - _NEAR) : first].split("\n"))), "")
        below = next(_filled(iter(text[last : last + _NEAR].split("\n"))), "")
        near = shortened(above, _WINDOW, at_end=False), shortened(below, _WINDOW, at_end=True)
        evidence.examples.append(Sighting(place.source, place.position, place.record_id, line, *near))


def _filled(lines: Iterator[str]) -> Iterator[str]:
    return (line.strip() for line in lines if line.strip())


def _places(text: str, word: str) -> Iterator[int]:
    """Give where a word stands as a word, in no address; a capital may be glued to its end."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        before, after = text[start - 1 : start] if start else "", text[end : end + 1]
        joined = before.isascii() and (before.isalnum() or before in ("_", "-"))
        goes_on = after.isascii() and (after.islower() or after.isdigit() or after in ("_", "-"))
        if not (before and joined) and not (after and goes_on) and not in_address(text, start, end):
            yield start
        start = text.find(word, end)


def _last_word(text: str) -> str:
    words = text[-30:].split()
    return words[-1].lower() if words and words[-1].isalpha() else ""


def _first_word(text: str) -> str:
    words = text[:30].split()
    return words[0].lower() if words and words[0].isalpha() else ""
