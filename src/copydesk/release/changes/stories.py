"""What became of the stories of one document, and which edits did it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.document import Cleaned, Edit, Story

CHANGED, FACTS, RECUT, ADDED, REMOVED = "changed", "facts", "recut", "added", "removed"
"""What may become of a story; see `values.Stories`."""

COLUMNS = ("kind", "title", "main", "cut_before", "cut_after", "language", "language_score", "fields", "spans")
"""What is told of a story besides its text."""

CONTEXT = 60
"""Characters that are shown before and after a place."""

_Indexes: TypeAlias = tuple[int, ...]

_Stretch: TypeAlias = tuple[int, int, int]
"""Raw code points that go into a story: start, end, the story's index."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of stories that have to do with each other; `old` and `new` are their indexes."""

    change: str
    old: tuple[int, ...]
    new: tuple[int, ...]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Strokes:
    """The edits of a document that only one edition has."""

    gone: tuple[Edit, ...]
    new: tuple[Edit, ...]


def compare(old: Cleaned, new: Cleaned) -> list[Change]:
    """Say what became of each story of a document; nothing of those that are the same."""
    onward: dict[int, set[int]] = {story.index: set() for story in old.stories}
    back: dict[int, set[int]] = {story.index: set() for story in new.stories}
    for first, second in _meetings(_stretches(old), _stretches(new)):
        onward[first].add(second)
        back[second].add(first)
    changes = []
    for before, after in _families(onward, back):
        if len(before) == len(after) == 1 and before == after:
            change = _between(old, new, old.stories[before[0]], new.stories[after[0]])
        else:
            change = Change(RECUT if before and after else REMOVED if before else ADDED, before, after)
        if change is not None:
            changes.append(change)
    return changes


def strokes(old: Cleaned, new: Cleaned) -> Strokes:
    """Give the edits that are in one ledger only."""
    before, after = ({_key(edit) for edit in cleaned.edits} for cleaned in (old, new))
    return Strokes(
        tuple(edit for edit in old.edits if _key(edit) not in after),
        tuple(edit for edit in new.edits if _key(edit) not in before),
    )


def _key(edit: Edit) -> tuple[int, int, str, str]:
    return edit.start, edit.end, edit.replacement, edit.rule


def _between(old: Cleaned, new: Cleaned, before: Story, after: Story) -> Change | None:
    """Compare a story with what it was."""
    pair = (before.index,), (after.index,)
    if before.text != after.text:
        return Change(CHANGED, *pair)
    columns = [name for name in COLUMNS if getattr(before, name) != getattr(after, name)]
    if old.needs_review != new.needs_review:
        columns.append("needs_review")
    return Change(FACTS, *pair, tuple(columns)) if columns else None


def _stretches(cleaned: Cleaned) -> list[_Stretch]:
    """Give the raw stretches that stories were made from, in raw order."""
    kept = [(start, end, story.index) for story in cleaned.stories for start, end in story.spans]
    made = [(edit.start, edit.end, edit.story) for edit in cleaned.edits if edit.replacement and edit.story >= 0]
    return sorted(kept + made)


def _meetings(old: list[_Stretch], new: list[_Stretch]) -> Iterator[tuple[int, int]]:
    """Yield which story of the old edition shares raw text with which of the new one."""
    n = m = 0
    while n < len(old) and m < len(new):
        if old[n][0] < new[m][1] and new[m][0] < old[n][1]:
            yield old[n][2], new[m][2]
        if old[n][1] <= new[m][1]:
            n += 1
        else:
            m += 1


def _families(onward: dict[int, set[int]], back: dict[int, set[int]]) -> Iterator[tuple[_Indexes, _Indexes]]:
    """Yield the stories of both editions that share raw text with each other, directly or by way of others."""
    seen: set[int] = set()
    for start, reached in onward.items():
        if start in seen:
            continue
        before, after = {start}, set(reached)
        while True:
            wider = {old for new in after for old in back[new]} | before
            if wider == before:
                break
            before = wider
            after = {new for old in before for new in onward[old]}
        seen |= before
        yield tuple(sorted(before)), tuple(sorted(after))
    yield from (((), (new,)) for new, olds in back.items() if not olds)


class Sight:
    """A document's stories, to look at from places of the raw document."""

    def __init__(self, cleaned: Cleaned) -> None:
        """Lay spans and edits out in raw order."""
        self._texts = {story.index: story.text for story in cleaned.stories}
        pieces = [(start, end, story.index, end - start) for story in cleaned.stories for start, end in story.spans]
        pieces += [(edit.start, edit.end, edit.story, len(edit.replacement)) for edit in cleaned.edits]
        pieces.sort()
        self._starts = [piece[0] for piece in pieces]
        self._pieces = pieces
        done = dict.fromkeys(self._texts, 0)
        self._at = []
        for _, _, index, length in pieces:
            self._at.append(done.get(index, 0))
            done[index] = done.get(index, 0) + length

    def around(self, start: int, end: int) -> str:
        """Show the story text around raw code points `start` to `end`, with an ellipsis where it goes on."""
        story, first = self._place(start)
        other, last = self._place(end)
        text = self._texts.get(story, "")
        last = max(first, last) if other == story else len(text)
        low, high = max(first - CONTEXT, 0), min(max(last, first) + CONTEXT, len(text))
        return f"{'…' if low else ''}{text[low:high]}{'…' if high < len(text) else ''}"

    def _place(self, offset: int) -> tuple[int, int]:
        """Give the story that a raw offset is in, and the place in its text that it came to."""
        n = max(bisect_right(self._starts, offset) - 1, 0)
        if not self._pieces:
            return 0, 0
        start, end, story, length = self._pieces[n]
        return story, self._at[n] + (length if offset >= end else min(offset - start, length))
