"""What is furniture, and what repeats for better reasons.

Headings repeat over running text that differs; furniture repeats at a document's fringe, beside the same neighbours, or
on much of one site. Refrains repeat within a document, code in documents of code. What is left in doubt is drafted too,
but commented out; what looks like a heading, a refrain or code is not drafted at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from copydesk.discover import shapes
from copydesk.discover.findings import Finding, Neighbour, Settings, SiteShare
from copydesk.discover.words import CAPITALS, LONG_WORD, has_family

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence

    from copydesk.discover.evidence import Evidence
    from copydesk.discover.tally import Tally
    from copydesk.discover.words import WordEvidence

MOST_FINDINGS = 1000
"""More would be no use to anybody; a larger `least` gives the next ones."""

STRUCTURE = 0.6
"""From here on, fringe, neighbours or the links below speak for furniture."""

SITE_SHARE = 0.2
"""From this part of a site's documents on, something belongs to the site."""

MOST_OF_SITE = 0.5
"""From here on, even what looks like a name or a title does."""

MANY = 3
"""So many times `least` documents make up for a small part of a large site."""

SMALL_SITE = 10
"""Smaller sites count as if they had so many documents."""

OVER_BODY = 0.3
"""A short line that stands over running text more often than this is a heading."""

OF_A_SORT = 0.5
"""Part of the documents from which on a line is one of verse or code."""

SEVERAL = 0.5
"""Part of the documents in which a refrain stands more than once."""

INSIDE = 0.05
"""A sentence that stands within running text more often than this is an ordinary one."""

LONE = 0.8
"""Part of its places in which a residue word stands where no word in small letters can."""

PARTED, PARTED_PAIRS, PARTED_SIDES = 0.08, 4, 3
"""How often a residue word within sentences parts words that belong together, how many pairs, and how many different
words on either side."""

TITLE = 25
"""A shorter line (code points) over links is their header rather than one of them."""

LINK_SHARE = 0.8
"""A link stands in fewer of the documents of its header than this; what stands in more belongs to the header."""

COMPANY = 0.4
"""Different words before and behind a residue word, by place: it falls between any two, others keep company."""

UNSTOPPED = 30
"""So many times a word would have to stand without a comma or a stop behind it; every fifth word has one."""

SHOWN_SITES, SHOWN_NEIGHBOURS = 5, 3


@dataclass(frozen=True, slots=True)
class Court:
    """Decides on all that was noted."""

    settings: Settings
    sites: Tally[str]
    documents: int
    vocabulary: list[str]

    def judge(self, lines: Mapping[tuple[str, str], Evidence], words: Mapping[str, WordEvidence]) -> list[Finding]:
        """Give the findings, surest first."""
        residue = [finding for word, each in words.items() if (finding := self._word(word, each))]
        names = [finding.text for finding in residue]
        found: list[Finding] = [
            finding
            for (form, text), each in lines.items()
            if not any(name in text for name in names) and (finding := self._line(form, text, each))
        ]
        return sorted([*residue, *_without_links(found)], key=_order)[:MOST_FINDINGS]

    def _line(self, form: str, text: str, evidence: Evidence) -> Finding | None:
        """Judge a line, or a sentence at a line's edge; None if it is not worth a person's time."""
        share, enough, own = self._spread(evidence.documents, evidence.sites)
        if not enough or _is_text(form, text, evidence, share):
            return None
        structure, reason = _edge_structure(evidence) if form != "line" else _structure(evidence, share if own else 0)
        if form != "line" and share < SITE_SHARE:
            return None
        widely = share >= SITE_SHARE or evidence.documents >= MANY * self.settings.least
        sure = structure >= STRUCTURE and widely and not _is_weak(form, text, evidence, share)
        if not sure and (max(structure, share) < STRUCTURE or _is_own_date(text, evidence, share)):
            return None
        return Finding(
            form=form,
            text=text,
            varies="0" in text and len(evidence.raw) > 1,
            status="proposed" if sure else "unsure",
            confidence=self._confidence(structure, share, evidence.documents, sure=sure),
            reason=reason,
            documents=evidence.documents,
            occurrences=evidence.occurrences,
            sites=self._site_shares(evidence.sites),
            site_count=len(evidence.sites),
            positions=_positions(evidence.head, evidence.tail, evidence.occurrences),
            before=_neighbours(evidence.before, evidence.documents),
            after=_neighbours(evidence.after, evidence.documents),
            examples=tuple(evidence.examples),
            inside=evidence.inside_line,
            links=form == "line" and _heads_links(text, evidence),
        )

    def _word(self, word: str, evidence: WordEvidence) -> Finding | None:
        """Judge a word; None if it is an ordinary one."""
        share, _, _ = self._spread(evidence.documents, evidence.sites)
        few = evidence.documents < self.settings.least  # a word that nobody wrote need not be of one site
        if few or evidence.is_ordinary or evidence.code > evidence.occurrences * OF_A_SORT:
            return None
        if evidence.capitals > CAPITALS * evidence.documents:
            return None
        structure, reason = self._word_structure(word, evidence)
        if structure < STRUCTURE:
            return None
        return Finding(
            form="word",
            text=word,
            varies=False,
            status="proposed",
            confidence=self._confidence(structure, share, evidence.documents, sure=True),
            reason=reason,
            documents=evidence.documents,
            occurrences=evidence.occurrences,
            sites=self._site_shares(evidence.sites),
            site_count=len(evidence.sites),
            positions=_positions(evidence.head, evidence.tail, evidence.occurrences),
            before=(),
            after=(),
            examples=tuple(evidence.examples),
            shapes=_shapes(evidence),
        )

    def _word_structure(self, word: str, evidence: WordEvidence) -> tuple[float, str]:
        """Say how much the places of a word speak for residue, 0 to 1, and what does."""
        lone = evidence.lone / evidence.occurrences
        plain = word.islower() and word.isalpha() and len(word) < LONG_WORD
        listed = plain and evidence.lone == evidence.alone and evidence.between < OVER_BODY * evidence.occurrences
        if lone >= LONE and not listed:
            return lone, "a word that stands where no sentence has one"
        company = min(len(evidence.left), len(evidence.right))
        if len(word) < LONG_WORD or company < COMPANY * evidence.sampled or has_family(word, self.vocabulary):
            return 0.0, ""
        parted = evidence.parted.total() / evidence.occurrences
        sides = [set(side) for side in zip(*(pair.split() for pair in evidence.parted), strict=True)]
        mixed = len(evidence.parted) >= PARTED_PAIRS and all(len(side) >= PARTED_SIDES for side in sides)
        if parted >= PARTED and mixed:
            ranked = sorted(evidence.parted, key=lambda pair: (-evidence.parted[pair], pair))
            pairs = ", ".join(f"“{pair}”" for pair in ranked[:SHOWN_NEIGHBOURS])
            return min(1.0, STRUCTURE + parted), f"a word that parts words which belong together ({pairs})"
        if evidence.occurrences >= UNSTOPPED and not evidence.punctuated and not evidence.capitals:
            return STRUCTURE, "a word of no family that never ends a clause"
        return 0.0, ""

    def _spread(self, documents: int, sites: Counter[str]) -> tuple[float, bool, bool]:
        """Give the part of the documents that hold something; whether they are enough; and whether it is one site's.

        The part is that of the site where it is largest. What stands on many sites, on none of them often, takes the
        part of all their documents.
        """
        least = self.settings.least
        if self.settings.by == "dump":
            return min(1.0, documents / max(self.documents, SMALL_SITE)), documents >= least, True
        shares = [count / max(self.sites[site], SMALL_SITE) for site, count in sites.items() if count >= least]
        if shares:
            return min(1.0, max(shares)), True, True
        total = sum(self.sites[site] for site in sites)
        return min(1.0, documents / max(total, SMALL_SITE)), documents >= MANY * least, False

    def _site_shares(self, sites: Counter[str]) -> tuple[SiteShare, ...]:
        ranked = sorted(sites.items(), key=lambda item: (-item[1], item[0]))[:SHOWN_SITES]
        return tuple(SiteShare(site, count, max(self.sites[site], count)) for site, count in ranked)

    def _confidence(self, structure: float, share: float, documents: int, *, sure: bool) -> float:
        """Put what speaks for it into one number, for the order; the sure ones above the others."""
        often = min(1.0, documents / (4 * MANY * self.settings.least))
        weight = 0.5 * structure + 0.35 * min(1.0, share / MOST_OF_SITE) + 0.15 * often
        return round(0.5 + 0.49 * weight if sure else 0.5 * weight, 2)


def _is_text(form: str, text: str, evidence: Evidence, share: float) -> bool:
    """Say whether a line is a heading, a refrain, code, or another document's title."""
    documents, occurrences = evidence.documents, evidence.occurrences
    if shapes.is_ordinary_heading(text) or shapes.is_code(text) or evidence.code >= documents * OF_A_SORT:
        return True
    if evidence.verse >= documents * OF_A_SORT and evidence.several >= documents * SEVERAL:
        return True
    if evidence.inside > occurrences * INSIDE and not shapes.is_sentence(text):
        return True
    over_body = evidence.over_body > occurrences * OVER_BODY and not shapes.is_sentence(text)
    fixed = max(_fixed(evidence.before, documents), _fixed(evidence.after, documents))
    if (
        form == "line"
        and over_body
        and evidence.fringe < occurrences * STRUCTURE
        and (fixed < STRUCTURE or share < SITE_SHARE)
    ):
        return True
    return form == "line" and 0 < evidence.opens < occurrences * OF_A_SORT and share < MOST_OF_SITE


def _structure(evidence: Evidence, share: float) -> tuple[float, str]:
    """Say how much the places of a line speak for furniture, 0 to 1, and what does."""
    documents, occurrences = evidence.documents, evidence.occurrences
    fringe = evidence.fringe / occurrences
    above, below = _fixed(evidence.before, documents), _fixed(evidence.after, documents)
    links = evidence.over_links / occurrences if share >= SITE_SHARE else 0.0
    if fringe >= max(above, below, links):
        return fringe, "nothing but repeated lines between it and the document's edge"
    if links > max(above, below):
        return links, "lines that look like links below it"
    side, usual = ("above", evidence.before) if above >= below else ("below", evidence.after)
    line = min(usual, key=lambda text: (-usual[text], text))
    return max(above, below), f"the same line {side} it: “{line}”"


def _edge_structure(evidence: Evidence) -> tuple[float, str]:
    """The same of a sentence at a line's edge, which has no neighbours."""
    total = evidence.occurrences + evidence.inside
    return evidence.occurrences / total if evidence.inside <= INSIDE * total else 0.0, "at the edge of lines only"


def _fixed(neighbours: Counter[str], documents: int) -> float:
    """Give the part of the documents in which it has its most usual neighbour, running text not counted."""
    return max((count for text, count in neighbours.items() if not shapes.is_body(text)), default=0) / documents


def _is_weak(form: str, text: str, evidence: Evidence, share: float) -> bool:
    """Say whether a line could be a date, a name, an answer, an item, a title or a saying; then a person decides."""
    if _is_date(text, evidence):
        return True
    if evidence.verse >= evidence.documents * OF_A_SORT and share < MOST_OF_SITE:
        return True
    titled = form == "line" and evidence.opens >= evidence.occurrences * OF_A_SORT
    alike = titled or shapes.is_name(text) or shapes.is_speech(text) or shapes.is_listed(text)
    return alike and share < MOST_OF_SITE


def _is_date(text: str, evidence: Evidence) -> bool:
    """Say whether a line looks like a date; one telephone number, the same everywhere, does not."""
    return shapes.is_date(text) and not (len(evidence.raw) == 1 and all(map(shapes.has_phone, evidence.raw)))


def _is_own_date(text: str, evidence: Evidence, share: float) -> bool:
    """Say whether a date is each document's own. The same one on most of a site may be furniture: a person decides."""
    return _is_date(text, evidence) and (len(evidence.raw) > 1 or share < MOST_OF_SITE)


def _heads_links(text: str, evidence: Evidence) -> bool:
    """Say whether a line stands over lines that look like links, and not over the same line each time."""
    alike = _fixed(evidence.after, evidence.documents) >= MOST_OF_SITE
    return not alike and not shapes.is_sentence(text) and evidence.over_links >= STRUCTURE * evidence.occurrences


def _without_links(found: Sequence[Finding]) -> list[Finding]:
    """Leave out the links below a header that is found itself and stands in more documents: they go with it."""
    lines = {finding.text: finding for finding in found if finding.form == "line"}
    under = {text: finding.documents for text, finding in lines.items() if finding.links}
    left_out: set[str] = set()
    more = True
    while more:
        more = False
        for text, finding in lines.items():
            above = finding.before[0].text if finding.before else ""
            limit = LINK_SHARE * under.get(above, 0)
            heads = text in under and len(text) < TITLE
            if text not in left_out and not heads and finding.documents < limit and shapes.is_link(text):
                under[text] = under[above]
                left_out.add(text)
                more = True
    return [finding for finding in found if finding.form != "line" or finding.text not in left_out]


def _positions(head: int, tail: int, occurrences: int) -> dict[str, float]:
    places = {"head": head, "middle": occurrences - head - tail, "tail": tail}
    return {name: round(number / occurrences, 3) for name, number in places.items()}


def _neighbours(counts: Counter[str], documents: int) -> tuple[Neighbour, ...]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:SHOWN_NEIGHBOURS]
    return tuple(Neighbour(text, round(count / documents, 3)) for text, count in ranked if count > 1)


def _shapes(evidence: WordEvidence) -> tuple[str, ...]:
    seen = {"line": evidence.alone, "inside": evidence.inside - evidence.glued, "glued": evidence.glued}
    return tuple(name for name, number in seen.items() if number)


def _order(finding: Finding) -> tuple[bool, float, int, str, str]:
    return finding.status != "proposed", -finding.confidence, -finding.documents, finding.form, finding.text
