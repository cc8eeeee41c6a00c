"""What a diff of two editions says. `copydesk diff --json` prints a `Diff` with just these keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Documents:
    """Raw documents. Two editions have a document in common when its text is the same, to the character.

    Attributes:
        old: In the old edition.
        new: In the new one.
        both: In both; a text that stands n times in one and m times in the other is in both min(n, m) times.
        added: In the new one only.
        removed: In the old one only.
        moved: In both, but not in the same place of the same source.
        retold: In both with the same stories, but with another ledger, other labels of lines, or other facts.
        to_rejects: Of those removed, what the new edition rejects instead.
        from_rejects: Of those added, what the old edition rejected.
    """

    old: int = 0
    new: int = 0
    both: int = 0
    added: int = 0
    removed: int = 0
    moved: int = 0
    retold: int = 0
    to_rejects: int = 0
    from_rejects: int = 0


@dataclass(frozen=True, slots=True)
class Stories:
    """Stories. `old` = unchanged + changed + facts + recut_old + removed; `new` likewise.

    Attributes:
        old: In the old edition.
        new: In the new one.
        unchanged: The same in every column but version, recipe and place.
        changed: The text is another.
        facts: The text is the same, but not all else: title, kind, language, scores, fields, spans.
        recut_old: Stories of the old edition whose raw text is divided otherwise in the new one, or that have another
            number in their document, and so another id.
        recut_new: What became of these.
        removed: Those of removed documents, and those of which nothing is kept any more.
        added: Those of added documents, and those of which nothing was kept before.
    """

    old: int = 0
    new: int = 0
    unchanged: int = 0
    changed: int = 0
    facts: int = 0
    recut_old: int = 0
    recut_new: int = 0
    removed: int = 0
    added: int = 0


@dataclass(frozen=True, slots=True)
class Rejects:
    """Records that were not published: how many there are, and how many are in one edition only."""

    old: int = 0
    new: int = 0
    added: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the editions were made with: its name, and its value in either; None where there was no such."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class RuleBookChange:
    """How the rule book changed.

    Attributes:
        added: Rules of the new edition only.
        removed: Rules of the old one only: dropped or switched off.
        changed: Rules of both that no longer look for the same.
        reordered: Whether the rules of both win in another order.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    reordered: bool = False


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """What a rule, or another step that makes edits, has to do with the difference.

    Attributes:
        rule: Its full name, as in the ledger.
        status: `added`, `removed` or `changed` by the rule books; `same`; `step` for what is no rule.
        strokes_gone: Edits that it made in the old edition only.
        strokes_new: Edits that it made in the new edition only.
        stories: Stories that differ and have such an edit.
        documents: Documents that have such an edit.
    """

    rule: str
    status: str
    strokes_gone: int
    strokes_new: int
    stories: int
    documents: int


@dataclass(frozen=True, slots=True)
class StoryChange:
    """One story, or several that were recut together, and what became of it.

    Attributes:
        change: `changed`, `facts`, `recut`, `added` or `removed`, as in `Stories`.
        document_id: Its document.
        source: The document's source in the new edition, or in the old one if it is only there.
        position: The document's place in the source.
        old: Ids in the old edition.
        new: Ids in the new edition.
        rules: Whose edits differ in these stories.
        columns: For `facts`, the columns that differ.
    """

    change: str
    document_id: str
    source: str
    position: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    rules: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """One place where the editions differ.

    Attributes:
        cause: The rule whose edit differs there; or `facts`, `recut`, `added`, `removed`, where no edit does.
        story: The story's id in the new edition, or in the old one if it is only there.
        source: The document's source.
        position: Its place there.
        before: The text around the place in the old edition.
        after: The same in the new one; the place may be in another story there.
    """

    cause: str
    story: str
    source: str
    position: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Diff:
    """What changed between two editions.

    Attributes:
        old: The version of the old edition.
        new: The version of the new one.
        level: The least step of the version that says what changed. `major`: a story changed or is gone. `minor`: every
            story is as it was, but something was added, or something else is told of stories and records. `patch`: the
            rows are the same but for version and recipe. `none`: all data are the same, to the byte.
        why: The reason for it, in words.
        least: The least version that the new edition may have.
        documents: Raw documents, counted.
        stories: Stories, counted.
        facts: For stories of which facts changed, how many times each column did.
        rejects: Rejects, counted.
        rules: What each rule has to do with it, those first that the rule books tell of.
        settings: Settings of the recipes that differ, by `table.key`.
        rulebook: How the rule book changed.
        made_with: What else differs of what the editions were made with: copydesk, libraries, models.
        samples: A few places where the editions differ, by cause.
    """

    old: str
    new: str
    level: str
    why: str
    least: str
    documents: Documents
    stories: Stories
    facts: dict[str, int]
    rejects: Rejects
    rules: tuple[RuleEffect, ...]
    settings: tuple[Difference, ...]
    rulebook: RuleBookChange
    made_with: tuple[Difference, ...]
    samples: tuple[Sample, ...] = field(default=())
