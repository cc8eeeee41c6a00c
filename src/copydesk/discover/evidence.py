"""What the second pass notes about a line, or a sentence at a line's edge, that stands in many documents."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from copydesk.discover import shapes
from copydesk.discover.findings import Sighting
from copydesk.discover.reading import sentences_inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from copydesk.discover.reading import Line

MOST_NEIGHBOURS = 32
"""Different lines above or below that are counted at a time."""

MOST_SITES = 64
"""Sites of one finding that are counted at a time."""

MOST_RAW = 8
"""Spellings (with other numbers) of one line that are kept."""

EXAMPLES = 5
"""Places that are kept of each finding."""

_EDGE_LINES = 3
_LINES_ABOVE = 8
_LINKS = 2
_QUOTE = 240


class Place(NamedTuple):
    """A document's address."""

    site: str
    source: str
    position: int
    record_id: str | None


@dataclass(slots=True)
class Evidence:
    """Counts of documents, unless it says occurrences."""

    documents: int = 0
    occurrences: int = 0
    head: int = 0
    """Occurrences among the first lines, or with only repeated lines above."""
    tail: int = 0
    """Occurrences among the last lines, or with only repeated lines below."""
    fringe: int = 0
    """Occurrences with only repeated lines between it and the document's end, or (not as its first line) its start."""
    opens: int = 0
    """Occurrences as the first line, right above running text: where a title stands."""
    over_body: int = 0
    """Occurrences right above running text."""
    over_links: int = 0
    """Occurrences right above lines that look like links."""
    several: int = 0
    """Documents in which it stands more than once."""
    verse: int = 0
    code: int = 0
    inside: int = 0
    """Occurrences as a sentence within running text."""
    inside_line: str = ""
    raw: set[str] = field(default_factory=set)
    sites: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    examples: list[Sighting] = field(default_factory=list)


class Document:
    """One document's lines, and which of them repeat across documents."""

    def __init__(self, place: Place, lines: Sequence[Line], wanted: set[int]) -> None:
        self.place = place
        self.lines = lines
        self.repeated = [
            bool(line.keys) and line.keys[0][0] == "line" and hash(line.keys[0]) in wanted for line in lines
        ]
        self.top = next((n for n, known in enumerate(self.repeated) if not known), len(lines))
        self.bottom = next((n for n, known in enumerate(reversed(self.repeated)) if not known), len(lines))

    @cached_property
    def kind(self) -> str:
        """Whether it is prose, verse or code."""
        return shapes.kind_of([line.text for line in self.lines])

    def found(self, wanted: set[int]) -> Iterator[tuple[int, tuple[str, str]]]:
        """Give the lines' keys that are wanted, with the line's number. A line that repeats as a whole has no edges."""
        for number, line in enumerate(self.lines):
            for key in line.keys[:1] if self.repeated[number] else line.keys:
                if hash(key) in wanted:
                    yield number, key

    def text(self, number: int) -> str:
        """Give a line; nothing if there is none of that number."""
        return self.lines[number].text if 0 <= number < len(self.lines) else ""

    def body(self, number: int, step: int) -> str:
        """Give the nearest running text above (step -1) or below (step 1) a line, or else the next line there."""
        near = number + step
        while 0 <= near < len(self.lines):
            if self._is_own_body(near):
                return shapes.shortened(self.text(near), _QUOTE, at_end=step > 0)
            near += step
        return shapes.shortened(self.text(number + step), _QUOTE, at_end=step > 0)

    def above(self, number: int) -> str:
        """Give the lines right above a line, up to the nearest running text."""
        first = max(number - _LINES_ABOVE, 0)
        start = next((near for near in range(number - 1, first, -1) if self._is_own_body(near)), first)
        return "\n".join(shapes.shortened(self.text(near), _QUOTE, at_end=False) for near in range(start, number))

    def _is_own_body(self, number: int) -> bool:
        return not self.repeated[number] and shapes.is_body(self.text(number))


def note(document: Document, wanted: set[int], known: dict[tuple[str, str], Evidence]) -> None:
    """Take in one document."""
    times: Counter[tuple[str, str]] = Counter()
    for number, key in document.found(wanted):
        times[key] += 1
        evidence = known.setdefault(key, Evidence())
        _note_place(document, number, evidence)
        if times[key] == 1:
            _note_document(document, number, key[0], evidence)
    for key, count in times.items():
        known[key].several += count > 1


def note_inside(document: Document, wanted: set[int], known: Mapping[tuple[str, str], Evidence]) -> None:
    """Look whether what repeats at the edges of lines, or as lines, is a sentence within running text here."""
    for line in document.lines:
        if not shapes.is_body(line.text):
            continue
        for sentence in sentences_inside(line.text):
            for form in ("line", "start", "end"):
                key = (form, sentence)
                if hash(key) in wanted and key in known:
                    known[key].inside += 1
                    known[key].inside_line = known[key].inside_line or shapes.around(line.text, sentence, _QUOTE)


def _note_place(document: Document, number: int, evidence: Evidence) -> None:
    count = len(document.lines)
    last = count - 1 - number
    evidence.occurrences += 1
    nearer_end = last < number
    evidence.tail += nearer_end and (last < _EDGE_LINES or last < document.bottom)
    evidence.head += not nearer_end and (number < _EDGE_LINES or number < document.top)
    evidence.fringe += last < document.bottom or 0 < number < document.top
    below = document.text(number + 1)
    over_body = shapes.is_body(below)
    evidence.over_body += over_body
    evidence.opens += over_body and number == 0
    links = [shapes.is_link(document.text(number + step)) for step in range(1, _LINKS + 1)]
    evidence.over_links += all(links)


def _note_document(document: Document, number: int, form: str, evidence: Evidence) -> None:
    evidence.documents += 1
    evidence.verse += document.kind == "verse"
    evidence.code += document.kind == "code"
    place, line = document.place, document.lines[number]
    bump(evidence.sites, place.site, MOST_SITES)
    if number:
        bump(evidence.before, shapes.brief(document.text(number - 1)), MOST_NEIGHBOURS)
    if number + 1 < len(document.lines):
        bump(evidence.after, shapes.brief(document.text(number + 1)), MOST_NEIGHBOURS)
    if len(evidence.raw) < MOST_RAW:
        evidence.raw.add(" ".join(line.text.split())[:1000])
    if len(evidence.examples) < EXAMPLES:
        near = document.body(number, -1), document.body(number, 1)
        quote = line.text if form == "line" else shapes.shortened(line.text, _QUOTE, at_end=form == "start")
        above = document.above(number)
        evidence.examples.append(Sighting(place.source, place.position, place.record_id, quote, *near, above))


def bump(counts: Counter[str], key: str, most: int) -> None:
    """Count a key; if there are too many, all lose one (Misra and Gries, "Finding Repeated Elements", 1982).

    A count is too low by at most one in `most` of all that were counted.
    """
    if key in counts or len(counts) < most:
        counts[key] += 1
        return
    for other in [*counts]:
        counts[other] -= 1
        if not counts[other]:
            del counts[other]
