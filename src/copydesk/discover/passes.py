"""The two passes over the inputs."""

from __future__ import annotations

import heapq
import json
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pyarrow.compute as pc

from copydesk import sources
from copydesk.discover.covered import mark_covered
from copydesk.discover.evidence import Document, Evidence, Place, note, note_inside
from copydesk.discover.findings import Discovery
from copydesk.discover.judge import Court
from copydesk.discover.reading import lone_words, long_words, read_lines
from copydesk.discover.tally import Tally
from copydesk.discover.words import LONG_WORD, Pairs, Words, has_family

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copydesk.discover.findings import Finding, Settings
    from copydesk.discover.reading import Line
    from copydesk.progress import Progress
    from copydesk.recipe import Recipe

WORD_CAPACITY = 200_000
"""How many different odd words are counted at a time."""

SITE_CAPACITY = 100_000
"""How many sites are counted at a time."""

MOST_LINES = 5_000
"""How many different lines and edges are looked at closely; the most frequent ones."""

MOST_WORDS = 2_000
"""The same of words."""

WHOLE = 1 << 62
"""A chunk size that no file reaches: files are read from start to end."""

_LONGEST_LINES = 3
_LONGEST_TEXT = 5_000_000


def run(addresses: Sequence[str], settings: Settings, recipe: Recipe, progress: Progress) -> Discovery:
    """Find what repeats; `copydesk.discover` describes arguments, result and errors."""
    inputs = Inputs(addresses, settings, recipe, progress)
    with progress:
        progress.begin(2 * inputs.size)
        census = count(inputs, settings)
        court = Court(settings, census.sites, census.documents, census.vocabulary())
        findings = look_closely(inputs, census, settings, court)
    findings = mark_covered(findings, recipe)
    return Discovery(
        documents=census.documents + census.copies,
        copies=census.copies,
        rejected=census.rejected,
        missed=max(census.lines.missed, census.lone.missed),
        findings=tuple(findings),
    )


class Inputs:
    """The documents, as often as one likes to read them."""

    def __init__(self, addresses: Sequence[str], settings: Settings, recipe: Recipe, progress: Progress) -> None:
        files = sources.find(addresses)
        self.size = sum(file.size for file in files)
        self.rejected = 0
        self._keys = recipe.input
        self._kinds = {file.source: file.kind for file in files}
        self._pieces = [piece for file in files for piece in sources.survey(file, recipe.input, WHOLE).pieces]
        self._site_key = settings.site_key
        self._mark = json.dumps(settings.site_key)
        self._progress = progress
        self._passes = 0

    def documents(self) -> Iterator[tuple[Place, str]]:
        """Read all documents, in order. Progress counts them the first time only, their bytes each time."""
        self.rejected = 0
        self._passes += 1
        first = self._passes == 1
        for batch in sources.read(self._pieces, self._keys):
            self.rejected += len(batch.rejects)
            columns = [batch.records[name].to_pylist() for name in ("source", "position", "record_id", "meta", "text")]
            for source, position, record_id, meta, text in zip(*columns, strict=True):
                yield Place(self._site(source, meta), source, position, record_id), text[:_LONGEST_TEXT]
            size = pc.sum(pc.binary_length(batch.records["text"])).as_py() or 0
            self._progress.tick(len(batch.records) * first, size * first, batch.consumed)

    def _site(self, source: str, meta: str | None) -> str:
        """Name the site of a record: the host of its address, else its file, and for a text file its folder."""
        if meta and self._mark in meta:
            host = _host(_value(meta, self._site_key))
            if host:
                return host
        return str(PurePosixPath(source).parent) if self._kinds.get(source) == "text" else source


def _value(meta: str, key: str) -> object:
    """Give a value of a record's other fields; None where these are nested so deeply that nobody reads them."""
    try:
        return json.loads(meta, parse_int=str).get(key)
    except RecursionError:
        return None


def _host(address: object) -> str:
    if not isinstance(address, str):
        return ""
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname
    except ValueError:
        return ""
    return (host or "").removeprefix("www.")


class Copies:
    """Knows copies of documents by their longest lines, so that a text that was scraped ten times counts once."""

    def __init__(self, capacity: int) -> None:
        self._seen: Tally[int] = Tally(capacity)

    def is_copy(self, lines: Sequence[Line]) -> bool:
        """Say whether a document with these longest lines came before."""
        longest = heapq.nlargest(_LONGEST_LINES, (line.text for line in lines), key=len)
        mark = hash((*sorted(longest), len(lines) == 1))
        if self._seen[mark]:
            return True
        self._seen.add((mark,))
        return False


@dataclass(slots=True)
class Census:
    """What the first pass counted, in documents. Lines and edges are counted by their hashes."""

    lines: Tally[int]
    lone: Tally[str] = field(default_factory=lambda: Tally(WORD_CAPACITY))
    long: Tally[str] = field(default_factory=lambda: Tally(WORD_CAPACITY))
    sites: Tally[str] = field(default_factory=lambda: Tally(SITE_CAPACITY))
    pairs: Pairs = field(default_factory=Pairs)
    documents: int = 0
    copies: int = 0
    rejected: int = 0

    def vocabulary(self) -> list[str]:
        """Give the long words that stand in more than one document, sorted."""
        return sorted(word for word, _ in self.long.most(2, WORD_CAPACITY))


def count(inputs: Inputs, settings: Settings) -> Census:
    """Go through the documents for the first time."""
    census = Census(Tally(settings.capacity))
    copies = Copies(settings.capacity)
    for place, text in inputs.documents():
        lines = read_lines(text)
        if not lines:
            continue
        if copies.is_copy(lines):
            census.copies += 1
            continue
        census.documents += 1
        census.sites.add((place.site,))
        census.lines.add({hash(key) for line in lines for key in line.keys})
        census.lone.add(lone_words(text))
        census.long.add(long_words(text))
        census.pairs.learn(text)
    census.rejected = inputs.rejected
    return census


def _odd_words(census: Census, least: int) -> set[str]:
    """Give the words that stood where a sentence has none, and long ones that no other word is like."""
    known = census.vocabulary()
    lone = {word for word, _ in census.lone.most(least, MOST_WORDS)}
    often = [word for word, count in census.long.most(least, WORD_CAPACITY) if len(word) >= LONG_WORD]
    return lone | {word for word in often if not has_family(word, known)}


def look_closely(inputs: Inputs, census: Census, settings: Settings, court: Court) -> list[Finding]:
    """Go through the documents again, for what stands in many."""
    wanted = {key for key, _ in census.lines.most(settings.least, MOST_LINES)}
    words = Words(_odd_words(census, settings.least), census.pairs.tight())
    known: dict[tuple[str, str], Evidence] = {}
    copies = Copies(settings.capacity)
    for place, text in inputs.documents():
        lines = read_lines(text)
        if not lines or copies.is_copy(lines):
            continue
        document = Document(place, lines, wanted)
        note(document, wanted, known)
        note_inside(document, wanted, known)
        words.note(place, text)
    return court.judge(known, words.known)
