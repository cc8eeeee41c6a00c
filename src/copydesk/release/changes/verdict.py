"""How large a step of the version a difference takes.

A patch says that the same data are written otherwise, a minor step that nothing which was there has changed, and a
major one that somebody who relied on a story may find another. What a story says of itself counts as much as its text,
because people choose stories by language or kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.release.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copydesk.release.changes.values import Documents, Rejects, Stories
    from copydesk.release.manifest import Manifest


def verdict(
    old: Manifest, new: Manifest, documents: Documents, stories: Stories, rejects: Rejects
) -> tuple[str, str, str]:
    """Give the level of a difference, the reason for it in words, and the least version that it allows."""
    major = _listed(
        (stories.changed, "{} with other text"),
        (stories.recut_old, "{} cut otherwise"),
        (stories.facts, "{} with other facts"),
        (stories.removed, "{} gone"),
    )
    minor = _listed(
        (stories.added, "{} more stories|1 more story"),
        (documents.added, "{} more documents|1 more document"),
        (documents.retold, "{} documents with another ledger|1 document with another ledger"),
        (documents.moved, "{} documents in another place|1 document in another place"),
        (rejects.added + rejects.removed, "{} other rejects|1 other reject"),
    )
    if major:
        level, why = "major", f"of {stories.old:,} stories {major}"
    elif minor:
        level, why = "minor", f"every story is as it was; {minor}"
    elif old.data_digest != new.data_digest:
        level, why = "patch", "the rows are the same, but for version and recipe"
    else:
        level, why = "none", "all data are the same"
    return level, why, str(Version.of(old.version).after(level))


def _listed(*counts: tuple[int, str]) -> str:
    """List what there is any of; the words for one of it stand behind a bar, where they are others."""
    return _and(words.split("|")[-(count == 1)].format(f"{count:,}") for count, words in counts if count)


def _and(parts: Iterable[str]) -> str:
    return ", ".join(parts)
