"""Adding up what differs, document by document."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from copydesk.release.changes import stories
from copydesk.release.changes.stories import ADDED, FACTS, RECUT, REMOVED, Sight
from copydesk.release.changes.values import RuleEffect, Sample, Stories, StoryChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from copydesk.document import Story
    from copydesk.release.changes.shelf import Page
    from copydesk.release.changes.stories import Change, Strokes

LONGEST_SAMPLE = 400
"""Characters of a sample's text."""


@dataclass(slots=True)
class _Effect:
    gone: int = 0
    new: int = 0
    stories: int = 0
    documents: int = 0


@dataclass(slots=True)
class Tally:
    """Counts of stories that differ, of the rules that have to do with it, and some samples.

    Attributes:
        most: Samples to keep for each cause.
        each: Is told every change of a story.
        retold: Documents whose stories are the same, but not all else.
        counts: Stories by what became of them; those that were recut in both editions.
        facts: Columns that differ in stories whose text does not.
        samples: Samples by cause.
    """

    most: int
    each: Callable[[StoryChange], None]
    retold: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    facts: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    _effects: dict[str, _Effect] = field(default_factory=dict)

    def compare(self, old: Page, new: Page) -> None:
        """Take in a document that differs."""
        changes = stories.compare(old.cleaned, new.cleaned)
        strokes = stories.strokes(old.cleaned, new.cleaned)
        self.retold += not changes
        for change in changes:
            self._count(change)
        touched = [self._rules_of(change, strokes) for change in changes]
        self._count_strokes(strokes, touched)
        for change, rules in zip(changes, touched, strict=True):
            before, after = tuple(map(old.story_id, change.old)), tuple(map(new.story_id, change.new))
            place = new.document_id, new.source, new.position
            self.each(StoryChange(change.change, *place, before, after, rules, change.columns))
        self._sample(old, new, changes, strokes)

    def whole(self, page: Page, change: str) -> None:
        """Take in a document that is in one edition only; its stories are counted elsewhere."""
        for story in page.cleaned.stories:
            ids = (page.story_id(story.index),)
            old, new = ((), ids) if change == ADDED else (ids, ())
            self.each(StoryChange(change, page.document_id, page.source, page.position, old, new))
            texts = ("", story.text) if change == ADDED else (story.text, "")
            self._keep(change, ids[0], page, *texts)

    def wants(self, cause: str) -> bool:
        """Say whether there are too few samples of a cause yet."""
        return len(self.samples.get(cause, ())) < self.most

    def stories(self, old: int, new: int, removed: int, added: int) -> Stories:
        """Give the counts.

        Args:
            old: Stories of the old edition.
            new: Stories of the new one.
            removed: Stories of documents that are in the old one only.
            added: Stories of documents that are in the new one only.
        """
        changed, facts = self.counts[stories.CHANGED], self.counts[FACTS]
        recut_old, recut_new = self.counts["recut_old"], self.counts["recut_new"]
        removed += self.counts[REMOVED]
        return Stories(
            old=old,
            new=new,
            unchanged=old - changed - facts - recut_old - removed,
            changed=changed,
            facts=facts,
            recut_old=recut_old,
            recut_new=recut_new,
            removed=removed,
            added=added + self.counts[ADDED],
        )

    def effects(self, status: Callable[[str], str]) -> tuple[RuleEffect, ...]:
        """Give what each rule did: those first that the rule books tell of, then by how many stories they touched."""
        found = [
            RuleEffect(rule, status(rule), effect.gone, effect.new, effect.stories, effect.documents)
            for rule, effect in self._effects.items()
        ]
        return tuple(sorted(found, key=lambda e: (e.status in {"same", "step"}, -e.stories, -e.documents, e.rule)))

    def _count(self, change: Change) -> None:
        if change.change == RECUT:
            self.counts["recut_old"] += len(change.old)
            self.counts["recut_new"] += len(change.new)
        else:
            self.counts[change.change] += 1
        self.facts.update(change.columns)

    @staticmethod
    def _rules_of(change: Change, strokes: Strokes) -> tuple[str, ...]:
        """Give the rules whose edits differ in the stories of a change."""
        rules = [edit.rule for edit in strokes.gone if edit.story in change.old]
        rules += [edit.rule for edit in strokes.new if edit.story in change.new]
        return tuple(sorted(set(rules)))

    def _count_strokes(self, strokes: Strokes, touched: list[tuple[str, ...]]) -> None:
        gone, new = (Counter(edit.rule for edit in edits) for edits in (strokes.gone, strokes.new))
        in_stories = Counter(rule for rules in touched for rule in rules)
        for rule in sorted({*gone, *new}):
            effect = self._effects.setdefault(rule, _Effect())
            effect.gone += gone[rule]
            effect.new += new[rule]
            effect.stories += in_stories[rule]
            effect.documents += 1

    def _sample(self, old: Page, new: Page, changes: list[Change], strokes: Strokes) -> None:
        edits = [(edit, old) for edit in strokes.gone if self.wants(edit.rule)]
        edits += [(edit, new) for edit in strokes.new if self.wants(edit.rule)]
        if edits and changes:
            sights = Sight(old.cleaned), Sight(new.cleaned)
            for edit, page in edits:
                before, after = (sight.around(edit.start, edit.end) for sight in sights)
                if before != after:
                    self._keep(edit.rule, page.story_id(edit.story), page, before, after)
        for change in changes:
            if change.change in {FACTS, RECUT, ADDED, REMOVED} and self.wants(change.change):
                page, index = (new, change.new[0]) if change.new else (old, change.old[0])
                self._keep(change.change, page.story_id(index), page, *_told(old, new, change))

    def _keep(self, cause: str, story: str, page: Page, before: str, after: str) -> None:
        kept = self.samples.setdefault(cause, [])
        if len(kept) < self.most and story not in {sample.story for sample in kept}:
            texts = (
                text if len(text) <= LONGEST_SAMPLE else f"{text[: LONGEST_SAMPLE - 1]}…" for text in (before, after)
            )
            kept.append(Sample(cause, story, page.source, page.position, *texts))


def _told(old: Page, new: Page, change: Change) -> tuple[str, str]:
    """Show what became of stories that no edit tells of."""
    before, after = (
        [page.cleaned.stories[n] for n in indexes] for page, indexes in ((old, change.old), (new, change.new))
    )
    if change.change == FACTS:
        shown = [
            ", ".join(f"{name}: {value}" for name, value in _facts(page, story, other, change.columns))
            for page, (story,), (other,) in ((old, before, after), (new, after, before))
        ]
        return shown[0], shown[1]
    starts = [" | ".join(story.text.strip()[: stories.CONTEXT] for story in some) for some in (before, after)]
    return starts[0], starts[1]


def _facts(page: Page, story: Story, other: Story, columns: Iterable[str]) -> Iterator[tuple[str, object]]:
    """Give the facts of a story that its counterpart has otherwise."""
    for name in columns:
        if name == "fields":
            differing = [
                key for key in {**story.fields, **other.fields} if story.fields.get(key) != other.fields.get(key)
            ]
            yield from ((key, story.fields.get(key)) for key in differing)
        else:
            yield name, getattr(story, name, page.cleaned.needs_review)
