"""Adding up what a draft would strike, in memory that does not grow with the inputs."""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from copydesk.discover.reading import normal
from copydesk.discover.tally import Tally
from copydesk.tryout.looking import noise_at
from copydesk.tryout.risk import Signs, risk_alone, risk_of_rule, takes_a_sentence
from copydesk.tryout.values import AROUND, LOSSES, DocumentLoss, RuleTrial, Trial, TriedStroke, order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from copydesk.document import LineLabel, Span
    from copydesk.tryout.looking import Panel, Place, Touched

MOST_TEXTS = 1_000_000
"""How many different texts are counted, of all rules together."""

MOST_COMMON = 100_000
"""How many different texts are kept with their counts, of all rules together."""

LEAST_TEXTS = 1_000
"""The share of either that each rule of a large pack has at least."""

HEAVIEST = 10
"""Documents that are named."""

COMMON = 3
"""Texts that are named of each rule."""

LONGEST_TEXT = 300
"""Characters of a text that are kept."""


@dataclass(slots=True)
class RuleCount:
    """What one rule would strike, so far."""

    documents: int = 0
    strokes: int = 0
    characters: int = 0
    struck_already: int = 0
    vetoed: int = 0
    in_sentence: int = 0
    risk: float = 0.0
    texts: set[bytes] = field(default_factory=set)
    common: Counter[str] = field(default_factory=Counter)
    samples: dict[str, TriedStroke] = field(default_factory=dict)


@dataclass(slots=True)
class Count:
    """What a draft would strike in a batch of documents."""

    documents: int = 0
    rejected: int = 0
    of_characters: int = 0
    touched: int = 0
    changed: int = 0
    kept_whole: int = 0
    losses: Counter[int] = field(default_factory=Counter)
    heaviest: list[DocumentLoss] = field(default_factory=list)
    rules: dict[str, RuleCount] = field(default_factory=dict)

    def of(self, rule: str) -> RuleCount:
        """Give a rule's count, opening it if need be."""
        return self.rules.setdefault(rule, RuleCount())


class Clerk:
    """Counts the documents of one batch."""

    def __init__(self, panel: Panel, samples: int) -> None:
        self.count = Count()
        self._panel = panel
        self._samples = samples

    def note(self, document: Touched, record: Mapping[str, Any]) -> None:
        """Count a document of which the draft would strike something; `record` has its source, position and id."""
        count = self.count
        text, places = document.text, document.places
        others = self._panel.struck(document.labels)
        whole = solid(text)
        mine = union((place.start, place.end) for place in places)
        share = _solid_in(text, mine) / max(whole, 1)
        both = union([*mine, *((mark.start, mark.end) for mark in others)])
        kept_whole = _solid_in(text, both) > self._panel.recipe.guard.max_struck * whole
        strokes = [self._stroke(document, place, record, share, others) for place in places]
        count.touched += 1
        count.changed += any(not stroke.struck_already for stroke in strokes)
        count.kept_whole += kept_whole
        count.losses[next(n for n, step in enumerate(LOSSES) if share <= step or n == len(LOSSES) - 1)] += 1
        for rule in {place.rule for place in places}:
            count.of(rule).documents += 1
        for stroke in strokes:
            self._add(stroke, text, others)
        rules = tuple(sorted({place.rule for place in places}))
        names = record["source"], record["position"], record["record_id"]
        count.heaviest = heaviest([*count.heaviest, DocumentLoss(*names, share, rules, kept_whole)])

    def _stroke(
        self, document: Touched, place: Place, record: Mapping[str, Any], share: float, others: Sequence[LineLabel]
    ) -> TriedStroke:
        text = document.text
        start, end, (line_start, line_end) = place.start, place.end, place.line
        whole_line = (start, end) == place.line
        noise = noise_at(document.labels, start) if self._panel.has_model else None
        already = _covering(text, place, others)
        removed = text[start:end]
        in_sentence = takes_a_sentence(removed, text[line_start:start], text[end:line_end])
        signs = Signs(noise, whole_line, in_sentence, end - start, share, bool(already))
        return TriedStroke(
            rule=place.rule,
            source=record["source"],
            position=record["position"],
            record_id=record["record_id"],
            start=start,
            end=end,
            removed=removed[:LONGEST_TEXT],
            before=text[max(start - AROUND, 0) : start],
            after=text[end : end + AROUND],
            whole_line=whole_line,
            noise=noise,
            share=share,
            in_sentence=in_sentence,
            struck_already=already,
            vetoed=whole_line and noise is not None and noise < self._panel.recipe.model.veto,
            risk=risk_alone(signs),
        )

    def _add(self, stroke: TriedStroke, text: str, others: Sequence[LineLabel]) -> None:
        count = self.count.of(stroke.rule)
        removed = text[stroke.start : stroke.end]
        struck = [(max(mark.start, stroke.start), min(mark.end, stroke.end)) for mark in others]
        count.strokes += 1
        count.characters += solid(removed)
        count.struck_already += _solid_in(text, union(span for span in struck if span[0] < span[1]))
        count.vetoed += stroke.vetoed
        count.in_sentence += stroke.in_sentence
        count.risk += stroke.risk
        same = normal(removed)
        count.texts.add(hashlib.blake2b(same.encode("utf-8", "surrogatepass"), digest_size=8).digest())
        count.common[same[:LONGEST_TEXT]] += 1
        keep(count.samples, [(same[:LONGEST_TEXT], stroke)], self._samples)


class Ledger:
    """Adds up the counts of batches, in their order, and gives the trial."""

    def __init__(self, rules: Sequence[str], samples: int) -> None:
        self.count = Count()
        self._samples = samples
        self._most = max(MOST_TEXTS // max(len(rules), 1), LEAST_TEXTS)
        capacity = max(MOST_COMMON // max(len(rules), 1), LEAST_TEXTS)
        self._common: dict[str, Tally[str]] = {rule: Tally(capacity) for rule in rules}
        for rule in rules:
            self.count.of(rule)

    def add(self, batch: Count) -> None:
        """Add a batch."""
        total = self.count
        for name in ("documents", "rejected", "of_characters", "touched", "changed", "kept_whole"):
            setattr(total, name, getattr(total, name) + getattr(batch, name))
        total.losses.update(batch.losses)
        total.heaviest = heaviest([*total.heaviest, *batch.heaviest])
        for rule, counted in batch.rules.items():
            self._add_rule(rule, counted)

    def _add_rule(self, rule: str, counted: RuleCount) -> None:
        total = self.count.of(rule)
        for name in ("documents", "strokes", "characters", "struck_already", "vetoed", "in_sentence", "risk"):
            setattr(total, name, getattr(total, name) + getattr(counted, name))
        if len(total.texts) < self._most:
            total.texts |= counted.texts
        keep(total.samples, counted.samples.items(), self._samples)
        self._common[rule].add(counted.common)

    def trial(self, *, complete: bool) -> Trial:
        """Give what was found."""
        count = self.count
        rules = [self._rule(name, counted) for name, counted in count.rules.items()]
        return Trial(
            documents=count.documents,
            rejected=count.rejected,
            complete=complete,
            touched=count.touched,
            changed=count.changed,
            kept_whole=count.kept_whole,
            strokes=sum(rule.strokes for rule in rules),
            characters=sum(rule.characters for rule in rules),
            of_characters=count.of_characters,
            losses=tuple(count.losses[step] for step in range(len(LOSSES))),
            heaviest=tuple(count.heaviest),
            rules=tuple(sorted(rules, key=lambda rule: -max((s.risk for s in rule.samples), default=rule.risk))),
        )

    def _rule(self, name: str, count: RuleCount) -> RuleTrial:
        strokes = max(count.strokes, 1)
        texts = min(len(count.texts), self._most)
        varied = risk_of_rule(texts, count.strokes)
        samples = sorted((_with_risk(sample, varied) for sample in count.samples.values()), key=order)
        common = sorted(self._common[name].most(1, MOST_COMMON), key=lambda found: (-found[1], found[0]))
        new = 1.0 - count.struck_already / max(count.characters, 1)
        return RuleTrial(
            rule=name,
            documents=count.documents,
            strokes=count.strokes,
            characters=count.characters,
            texts=texts,
            texts_counted=len(count.texts) < self._most,
            struck_already=1.0 - new if count.characters else 0.0,
            vetoed=count.vetoed / strokes,
            in_sentence=count.in_sentence / strokes,
            risk=count.risk / strokes + varied * new if count.strokes else 0.0,
            most=tuple(common[:COMMON]),
            samples=tuple(samples),
        )


def keep(samples: dict[str, TriedStroke], new: Iterable[tuple[str, TriedStroke]], most: int) -> None:
    """Keep the riskiest strokes, one of each text, however they come."""
    for text, stroke in new:
        if text not in samples or order(stroke) < order(samples[text]):
            samples[text] = stroke
    while len(samples) > most:
        del samples[max(samples, key=lambda text: order(samples[text]))]


def heaviest(documents: Iterable[DocumentLoss]) -> list[DocumentLoss]:
    """Choose the documents that lose most."""
    return heapq.nsmallest(HEAVIEST, documents, key=lambda loss: (-loss.share, loss.source, loss.position))


def solid(text: str) -> int:
    """Count the characters of a text that are no white space."""
    return sum(map(len, text.split()))


def union(spans: Iterable[Span]) -> list[Span]:
    """Join spans that touch or overlap."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _solid_in(text: str, spans: Iterable[Span]) -> int:
    return sum(solid(text[start:end]) for start, end in spans)


def _covering(text: str, place: Place, others: Iterable[LineLabel]) -> tuple[str, ...]:
    """Name what strikes all of a place without the draft; nothing if some of it would stay."""
    near = [mark for mark in others if mark.start < place.end and mark.end > place.start]
    at = place.start
    for start, end in union((mark.start, mark.end) for mark in near):
        if text[at : max(start, at)].strip():
            return ()
        at = max(at, end)
    return () if text[at : place.end].strip() else tuple(sorted({str(mark.rule) for mark in near}))


def _with_risk(stroke: TriedStroke, varied: float) -> TriedStroke:
    return stroke if stroke.struck_already else replace(stroke, risk=stroke.risk + varied)
