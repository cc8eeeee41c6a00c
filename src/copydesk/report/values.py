"""What a report says, as values: the facts of an edition, how its sample was drawn, and what was written."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LabelCount:
    """What was struck of one kind.

    Attributes:
        label: The label on the strokes.
        title: What the rule book calls it; empty if nothing is known.
        strokes: Strokes that bear it.
        characters: Raw code points under them.
        documents: Documents that have one.
    """

    label: str
    title: str
    strokes: int
    characters: int
    documents: int


@dataclass(frozen=True, slots=True)
class RuleCount:
    """What one rule or step did.

    Attributes:
        rule: Its full name.
        label: The label of what it strikes.
        why: What the rule book says of it; empty if nothing is known.
        strokes: Strokes that name it. One over mended letters names the mending too, and counts for both.
        characters: Raw code points under those that it made last.
        documents: Documents that have one.
    """

    rule: str
    label: str
    why: str
    strokes: int
    characters: int
    documents: int


@dataclass(frozen=True, slots=True)
class Bin:
    """One column of a histogram: how many were at least `least` and less than `below` (None: no end)."""

    least: float
    below: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the build: what it is, and its seconds over all workers."""

    name: str
    title: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Measured:
    """How the cleaner did on one set of texts whose truth is known, as this release measured itself.

    Attributes:
        name: What the set is called.
        documents: How many it has.
        harm: Share of the words of real text that were lost.
        removed: Share of the noise that went, if there is any to go.
    """

    name: str
    documents: int
    harm: float
    removed: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All counts of an edition that a report shows. Characters are code points of published documents.

    Attributes:
        name: The name of the edition's folder.
        title: What its publisher calls it; may be empty.
        version: Its version.
        copydesk: The release that made it.
        recipe: The recipe's digest.
        rules: The rule book's digest.
        data_digest: One hash over all its tables.
        previous: The version of the edition before, if it was compared with one.
        restorable: Whether the removed text was kept.
        annotated: Whether lines were only labelled, and nothing but letters and emoji inside words repaired.
        max_struck: The share of a document that may be struck; where it would be more, it is kept whole.
        read: Records that were read; `published` plus `rejected`.
        published: Documents.
        rejected: Records that were not published.
        stories: Stories; `published` plus `cuts`.
        cuts: Places at which documents were cut.
        needs_review: Documents that were kept whole, but for repairs of letters and of emoji inside words.
        characters_in: Of the raw documents.
        characters_out: Of the stories.
        input_bytes: Of the input files, as they lay on disk.
        table_bytes: Of the edition's tables, by name.
        labels: What was struck by kind, most characters first.
        rule_counts: What was struck by rule, most characters first.
        unlisted_rules: How many more rules there were than are listed.
        lines: Lines by label, if the edition is annotated.
        languages: Stories by language, most first.
        kinds: Stories by kind, most first.
        reasons: Rejects by reason, most first.
        struck_share: Documents by the share of their characters that no story holds.
        lengths_before: Documents by their raw characters.
        lengths_after: Documents by the characters of their stories.
        stories_each: Documents by the number of their stories.
        cut_scores: Cuts by how sure they were.
        stages: Where the time went; none unless the edition was built with `--profile`.
        measured: The figures that the cards of this release cite.
        measured_for: The release that they were measured with.
        unlike_measured: Settings in which the edition's recipe differs from the one that was measured.
    """

    name: str
    title: str
    version: str
    copydesk: str
    recipe: str
    rules: str
    data_digest: str
    previous: str | None
    restorable: bool
    annotated: bool
    max_struck: float
    read: int
    published: int
    rejected: int
    stories: int
    cuts: int
    needs_review: int
    characters_in: int
    characters_out: int
    input_bytes: int
    table_bytes: dict[str, int]
    labels: tuple[LabelCount, ...]
    rule_counts: tuple[RuleCount, ...]
    unlisted_rules: int
    lines: dict[str, int]
    languages: dict[str, int]
    kinds: dict[str, int]
    reasons: dict[str, int]
    struck_share: tuple[Bin, ...]
    lengths_before: tuple[Bin, ...]
    lengths_after: tuple[Bin, ...]
    stories_each: tuple[Bin, ...]
    cut_scores: tuple[Bin, ...]
    stages: tuple[Stage, ...]
    measured: tuple[Measured, ...]
    measured_for: str
    unlike_measured: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """How the documents of a report were chosen.

    Attributes:
        flagged: Whether only documents that were kept whole are shown, worst first.
        seed: What the lots were drawn by; the same edition and seed give the same sample.
        of: Documents that it was drawn from: all, or all that were kept whole.
        by_lot: How many were drawn by lot, each with the same chance.
        for_strata: How many were added so that each rule, kind, language and so on is represented.
        strata: How many such groups there were.
        missing: Groups of which no document is shown, because the page would have become too large.
        asked: How many were asked for by lot.
        clipped: Documents of which parts are left out, because they are long.
        rejects: Rejects that are shown.
        proposals: Whether what would have been struck could be told of documents that were kept whole.
        why_not: If not, the reason in words; also set for documents whose raw text was not kept.
    """

    flagged: bool
    seed: int
    of: int
    asked: int
    by_lot: int = 0
    for_strata: int = 0
    strata: int = 0
    missing: int = 0
    clipped: int = 0
    rejects: int = 0
    proposals: bool = False
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """The documents of a report.

    Attributes:
        drawn: How they were chosen.
        ids: Their `document_id`, as they stand in the report.
        documents: Each as the page reads it, in JSON.
        rejects: Each reject, in JSON.
        rules: Names of rules; documents refer to them by number.
        labels: The same of labels.
    """

    drawn: Drawn
    ids: tuple[str, ...]
    documents: tuple[str, ...] = field(repr=False)
    rejects: tuple[str, ...] = field(repr=False)
    rules: tuple[str, ...] = field(repr=False)
    labels: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """A report.

    Attributes:
        path: Where it was written; None if only its facts were asked for.
        bytes: How large the page is; 0 without one.
        facts: What it says of the edition.
        drawn: How its documents were chosen.
        ids: The `document_id` of each.
    """

    path: str | None
    bytes: int
    facts: Facts
    drawn: Drawn
    ids: tuple[str, ...]
