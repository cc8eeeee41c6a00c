"""The values that discovery gives: what was found, where, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from copydesk.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

SCOPES = ("site", "dump")
"""What documents are counted together."""

FORMS = ("line", "start", "end", "word")
"""What repeats: a whole line, a sentence that opens or ends longer lines, a word that nobody wrote."""

STATUSES = ("proposed", "unsure", "covered")
"""Drafted as a rule; drafted but commented out; struck (or kept as a fact) by the rules there are."""

LEAST_DOCUMENTS = 5
"""Below this number of documents, chance and quotations repeat lines too."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to look.

    Attributes:
        by: "site" asks that something repeats on one site; "dump" counts all documents together.
        least: In how many documents something must stand, 2 or more.
        site_key: The key or column with a record's address, whose host is its site. A record without one belongs to its
            file, a text file to its folder.
        capacity: How many different lines are counted at a time; about 130 bytes each.
    """

    by: str = "site"
    least: int = LEAST_DOCUMENTS
    site_key: str = "url"
    capacity: int = 1_000_000

    def __post_init__(self) -> None:
        if self.by not in SCOPES:
            message = f"cannot count by {self.by!r}"
            raise SourceError(message, f"choose one of {', '.join(SCOPES)}")
        if self.least < 2:  # noqa: PLR2004 (once is no repetition)
            message = f"something in {self.least} documents does not repeat"
            raise SourceError(message, "give --least 2 or more")


@dataclass(frozen=True, slots=True)
class SiteShare:
    """In how many of a site's documents something stands."""

    site: str
    documents: int
    of: int

    @property
    def share(self) -> float:
        """The part of the site's documents, 0 to 1."""
        return min(1.0, self.documents / max(self.of, 1))


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A line that stands next to it (digits as 0), and in which part of the documents, 0 to 1."""

    text: str
    share: float


@dataclass(frozen=True, slots=True)
class Sighting:
    """One place where it was seen.

    Attributes:
        source: The input file.
        position: The record's line or row, from 1.
        record_id: The record's own id, if it has one.
        line: The line, as it stands there.
        before: The nearest running text above, or the line above; empty at the top.
        after: The same below.
        above: The lines right above it, from the nearest running text on, eight at most: a heading may be among them
            that takes it along. Not kept of words.
    """

    source: str
    position: int
    record_id: str | None
    line: str
    before: str = ""
    after: str = ""
    above: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that repeats.

    Attributes:
        form: One of `FORMS`.
        text: It, with white space made single; digits that vary are 0.
        varies: Whether the digits in it vary.
        status: One of `STATUSES`.
        confidence: 0 to 1; for the order, not a probability.
        reason: What speaks for it, in words.
        documents: In how many it stands. Copies of a document count once.
        occurrences: How often.
        sites: The sites with most of its documents, first ones first, five at most.
        site_count: On how many sites it stands.
        positions: Share of occurrences at the `head` (first three lines, or above all that does not repeat), at the
            `tail` likewise, and in the `middle`.
        before: The most usual lines above it, three at most.
        after: The most usual lines below it, three at most.
        examples: Some places, from different documents.
        inside: A line of running text that holds it, if one was met: what its rule must not strike.
        links: Whether it heads lines that look like links, and that change.
        covered_by: Rules that strike it already, or fields that keep it.
        shapes: For a word, where it stands: "line", "inside", "glued" (to a capital).
    """

    form: str
    text: str
    varies: bool
    status: str
    confidence: float
    reason: str
    documents: int
    occurrences: int
    sites: tuple[SiteShare, ...]
    site_count: int
    positions: Mapping[str, float]
    before: tuple[Neighbour, ...]
    after: tuple[Neighbour, ...]
    examples: tuple[Sighting, ...]
    inside: str = ""
    links: bool = False
    covered_by: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found in some inputs.

    Attributes:
        documents: How many were read.
        copies: How many of them were passed by as copies of one before.
        rejected: How many records could not be read.
        missed: Something that stands in no more documents than this may have been overlooked, for want of memory.
        findings: Surest first.
    """

    documents: int
    copies: int
    rejected: int
    missed: int
    findings: tuple[Finding, ...]

    def of(self, status: str) -> tuple[Finding, ...]:
        """Give the findings of one status, in order."""
        return tuple(finding for finding in self.findings if finding.status == status)
