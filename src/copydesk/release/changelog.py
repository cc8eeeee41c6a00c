"""CHANGELOG.md: what changed from edition to edition, the newest first, each entry written from a diff."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from copydesk.release.changes import words
from copydesk.release.markdown import code, plain, table
from copydesk.release.paths import CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from copydesk.release.changes.values import Diff, Sample
    from copydesk.release.manifest import Manifest

HEAD = "# Changes\n\n"

MOST_RULES = 30
"""Rules that are listed with what they did; the diff has all of them."""

MOST_SAMPLES = 10
"""Places that are shown, one for each cause."""

LEVELS = {
    "major": "Stories changed",
    "minor": "Additions, or a ledger that tells it otherwise",
    "patch": "The same data, written otherwise",
    "none": "The same data",
}


def first(manifest: Manifest) -> str:
    """Write the changelog of an edition that was compared with none."""
    accounts = manifest.accounts
    counts = f"{accounts['stories']:,} stories from {accounts['published']:,} documents"
    return f"{HEAD}## {manifest.version}\n\nThe first edition, or one that was compared with none: {counts}.\n"


def after(diff: Diff, previous: str, version: str) -> str:
    """Write the changelog of an edition: what changed, above the changelog of the edition before.

    Args:
        diff: What changed.
        previous: The text of the changelog before.
        version: The edition's version.
    """
    older = previous.removeprefix(HEAD).strip("\n")
    return f"{HEAD}## {version}\n\n{_entry(diff)}\n" + (f"\n{older}\n" if older else "")


def read(folder: Path, manifest: Manifest) -> str:
    """Read the changelog of an edition whose hashes were checked; nothing if it has none."""
    listed = any(entry.path == CHANGES for entry in manifest.files)
    return (folder / CHANGES).read_bytes().decode() if listed else ""


def _entry(diff: Diff) -> str:
    lines = [f"{LEVELS[diff.level]} since {diff.old}: {plain(diff.why)}.", ""]
    lines += [f"- {plain(title)}{': ' if counts else ''}{plain(counts)}." for title, counts in words.rows(diff)]
    lines += [f"- {line}" for line in _made(diff)]
    lines += ["", *_rules(diff)] if diff.rules else []
    lines += ["", *(line for sample in diff.samples[:MOST_SAMPLES] for line in _sample(sample))] if diff.samples else []
    return "\n".join(lines)


def _made(diff: Diff) -> Iterator[str]:
    """Say what the editions were made with, as far as it differs."""
    for kind, differences in (("setting", diff.settings), ("made with", diff.made_with)):
        for difference in differences:
            old, new = _value(difference.old), _value(difference.new)
            yield f"{kind} {code(difference.name)}: {old} before, {new} now."
    book = diff.rulebook
    for title, names in (("new rules", book.added), ("rules gone", book.removed), ("rules changed", book.changed)):
        if names:
            yield f"{title}: {', '.join(map(code, names))}."
    if book.reordered:
        yield "rules win in another order."


def _value(value: Any) -> str:
    return "nothing" if value is None else code(json.dumps(value, ensure_ascii=False))


def _rules(diff: Diff) -> Iterator[str]:
    header = ("rule", "rule book", "strokes gone:", "strokes new:", "stories that differ:")
    yield table(
        header,
        [
            (
                code(effect.rule),
                effect.status,
                f"{effect.strokes_gone:,}",
                f"{effect.strokes_new:,}",
                f"{effect.stories:,}",
            )
            for effect in diff.rules[:MOST_RULES]
        ],
    )
    if len(diff.rules) > MOST_RULES:
        yield f"\n{len(diff.rules) - MOST_RULES:,} more rules: see `copydesk diff`."


def _sample(sample: Sample) -> Iterator[str]:
    yield f"- {code(sample.cause)} in {code(sample.story)} ({code(sample.source)}, record {sample.position}):"
    yield f"  - before: {code(sample.before) or 'nothing'}"
    yield f"  - now: {code(sample.after) or 'nothing'}"
