"""A difference in words: counts that are not zero, in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.release.changes.values import Diff


def told(*counts: tuple[int, str]) -> str:
    """Write those counts that are not zero in a row, each with its words."""
    return ", ".join(f"{count:,} {words}" for count, words in counts if count)


def rows(diff: Diff) -> Iterator[tuple[str, str]]:
    """Yield what became of documents, stories, rejects and facts: a title, and counts in words, which may be none."""
    documents, stories, rejects = diff.documents, diff.stories, diff.rejects
    yield (
        f"documents: {documents.old:,} before, {documents.new:,} now",
        told(
            (documents.both, "in both"),
            (documents.added, "added"),
            (documents.removed, "removed"),
            (documents.moved, "in another place"),
            (documents.retold, "with the same stories but another ledger or other facts"),
            (documents.to_rejects, "now rejected"),
            (documents.from_rejects, "no longer rejected"),
        ),
    )
    yield (
        f"stories: {stories.old:,} before, {stories.new:,} now",
        told(
            (stories.unchanged, "unchanged"),
            (stories.changed, "with other text"),
            (stories.recut_old, f"cut otherwise, into {stories.recut_new:,}"),
            (stories.facts, "with other facts"),
            (stories.added, "added"),
            (stories.removed, "gone"),
        ),
    )
    yield (
        f"rejects: {rejects.old:,} before, {rejects.new:,} now",
        told((rejects.added, "added"), (rejects.removed, "removed")),
    )
    if diff.facts:
        yield "facts that differ", ", ".join(f"{name} {count:,} times" for name, count in diff.facts.items())
