"""The values that trying a draft gives."""

from __future__ import annotations

from dataclasses import dataclass

LOSSES = (0.01, 0.05, 0.2, 0.5, 1.0)
"""Steps of the share that a document loses; a document belongs to the first step that it does not exceed."""

AROUND = 80
"""Characters before and after a stroke that are kept."""


@dataclass(frozen=True, slots=True)
class TriedStroke:
    """One place that the draft would strike.

    Attributes:
        rule: The draft's rule.
        source: The input file.
        position: The record's line or row, from 1.
        record_id: The record's own id, if it has one.
        start: First code point of the raw document that would go.
        end: First code point after it.
        removed: What would go, the beginning of it if it is long.
        before: The raw text before it, the end of it.
        after: The raw text after it, the beginning of it.
        whole_line: Whether all of a line would go.
        noise: The line model's probability that its line is noise, 0 to 1, if the recipe has a line model.
        share: The part of the document that the draft would take, 0 to 1; white space does not count.
        in_sentence: Whether it takes a sentence, or a part of one.
        struck_already: Rules (or parts of the model) that strike all of it without the draft.
        vetoed: Whether the line model would have the line stay, were the rule a built-in one.
        risk: 0 to 1; see `copydesk.tryout.risk`.
    """

    rule: str
    source: str
    position: int
    record_id: str | None
    start: int
    end: int
    removed: str
    before: str
    after: str
    whole_line: bool
    noise: float | None
    share: float
    in_sentence: bool
    struck_already: tuple[str, ...]
    vetoed: bool
    risk: float


@dataclass(frozen=True, slots=True)
class RuleTrial:
    """What one rule of the draft would do.

    Attributes:
        rule: Its full name.
        documents: In how many documents it would strike.
        strokes: How often.
        characters: How many characters would go, white space not counted.
        texts: How many different texts; numbers count as equal, and so does white space.
        texts_counted: False if there were too many to count, so that `texts` is the least there are.
        struck_already: The part of its characters that other rules, or the model, strike without it, 0 to 1.
        vetoed: The part of its strokes whose lines the line model would have stay, were it a built-in rule, 0 to 1.
        in_sentence: The part of its strokes that take a sentence or a part of one, 0 to 1.
        risk: The mean risk of its strokes.
        most: The texts that it would strike most often, and how often.
        samples: Its riskiest strokes, each with another text.
    """

    rule: str
    documents: int
    strokes: int
    characters: int
    texts: int
    texts_counted: bool
    struck_already: float
    vetoed: float
    in_sentence: float
    risk: float
    most: tuple[tuple[str, int], ...]
    samples: tuple[TriedStroke, ...]


@dataclass(frozen=True, slots=True)
class DocumentLoss:
    """A document, and the part of it that the draft would take, 0 to 1."""

    source: str
    position: int
    record_id: str | None
    share: float
    rules: tuple[str, ...]
    kept_whole: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """What a draft would do to some inputs.

    Attributes:
        documents: How many were read.
        rejected: How many records could not be read.
        complete: False if there is more that was not read, because of the limit.
        touched: In how many documents the draft would strike anything.
        changed: In how many it would strike what is not struck already.
        kept_whole: In how many so much would go, with all other strokes, that they would be kept whole for review.
        strokes: How often it would strike.
        characters: How many characters would go, white space not counted.
        of_characters: How many there are in all documents read.
        losses: How many of the touched documents lose a share up to each of `LOSSES` (and more than the one before).
        heaviest: The documents that lose most.
        rules: Each rule of the draft, the one with the riskiest stroke first.
    """

    documents: int
    rejected: int
    complete: bool
    touched: int
    changed: int
    kept_whole: int
    strokes: int
    characters: int
    of_characters: int
    losses: tuple[int, ...]
    heaviest: tuple[DocumentLoss, ...]
    rules: tuple[RuleTrial, ...]

    def strokes_by_risk(self) -> list[TriedStroke]:
        """Give the samples of all rules, the riskiest first."""
        return sorted((sample for rule in self.rules for sample in rule.samples), key=order)


def order(stroke: TriedStroke) -> tuple[float, str, int, int]:
    """Order strokes: the riskiest first, equals as they come in the inputs."""
    return (-stroke.risk, stroke.source, stroke.position, stroke.start)
