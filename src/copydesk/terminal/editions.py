"""Editions and what changed between them as text for a terminal. Nothing here is printed."""

from __future__ import annotations

import json
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from copydesk.release.changes import words
from copydesk.release.version import Version
from copydesk.terminal import BOLD, NOTE, PUT, STRUCK, counted, in_a_line, paint, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.release.changes.values import Diff, RuleEffect, Sample
    from copydesk.release.manifest import Manifest
    from copydesk.release.restore import Restored

MOST_NAMES = 12
"""Rules that are named in a row."""


def compared(diff: Diff, *, color: bool) -> str:
    """Say what changed between two editions."""
    return "\n".join(_compared(diff, color=color))


def _compared(diff: Diff, *, color: bool) -> Iterator[str]:
    title = in_a_line(f"{diff.old} -> {diff.new}: {diff.level if diff.level != 'none' else 'no change'}")
    yield f"{paint(title, BOLD, color=color)} ({in_a_line(diff.why)})"
    if Version.of(diff.new) < Version.of(diff.least):
        yield f"the version says too little: it must be {diff.least} at least"
    for row, counts in words.rows(diff):
        yield f"{row}: {in_a_line(counts)}" if counts else row
    yield from _made(diff)
    yield from _rules(diff, color=color)


def _made(diff: Diff) -> Iterator[str]:
    """Say what the editions were made with, as far as it differs."""
    for title, differences in (("setting", diff.settings), ("made with", diff.made_with)):
        for difference in differences:
            yield in_a_line(f"{title}  {difference.name}: {_value(difference.old)} -> {_value(difference.new)}")
    book = diff.rulebook
    for title, names in (("new rules", book.added), ("rules gone", book.removed), ("rules changed", book.changed)):
        if names:
            more = f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
            yield in_a_line(f"{title}: {', '.join(names[:MOST_NAMES])}{more}")
    if book.reordered:
        yield "the rules win in another order"


def _value(value: Any) -> str:
    return "(none)" if value is None else json.dumps(value, ensure_ascii=False)


def _rules(diff: Diff, *, color: bool) -> Iterator[str]:
    """List what each rule did, each with its samples, and then what no rule did."""
    samples = {cause: list(found) for cause, found in groupby(diff.samples, attrgetter("cause"))}
    if diff.rules:
        width = max(len(in_a_line(effect.rule)) for effect in diff.rules)
        yield f"{'rule':{width}}  {'in the book':11}  {'strokes':>15}  {'stories':>9}"
        for effect in diff.rules:
            yield _effect(effect, width, color=color)
            for sample in samples.pop(effect.rule, ()):
                yield from _sample(sample, color=color)
    for cause, found in samples.items():
        yield in_a_line(cause)
        for sample in found:
            yield from _sample(sample, color=color)


def _effect(effect: RuleEffect, width: int, *, color: bool) -> str:
    strokes = f"-{effect.strokes_gone:,} +{effect.strokes_new:,}"
    name = paint(in_a_line(effect.rule).ljust(width), BOLD, color=color)
    return f"{name}  {effect.status:11}  {strokes:>15}  {effect.stories:>9,}"


def _sample(sample: Sample, *, color: bool) -> Iterator[str]:
    place = in_a_line(f"{sample.story}  {sample.source}, record {sample.position}")
    yield f"  {paint(place, NOTE, color=color)}"
    for mark, text, code in (("-", sample.before, STRUCK), ("+", sample.after, PUT)):
        line = in_a_line(json.dumps(text, ensure_ascii=False)) if text else "(nothing)"
        yield f"    {mark} {paint(line, code, color=color)}"


def restored(result: Restored, out: str) -> str:
    """Say what was restored."""
    files = f"{counted(result.files, 'file')}, {result.bytes / 1e6:,.1f} MB"
    documents = counted(result.documents, "document")
    lines = [f"{in_a_line(out)}: {documents} of edition {result.version} in {files}"]
    if result.rejects:
        its = "its" if result.rejects == 1 else "their"
        lines.append(f"  {counted(result.rejects, 'rejected record')} with them, as {its} bytes were kept")
    if result.lost:
        why = "is not there: its bytes were" if result.lost == 1 else "are not there: their bytes were"
        lines.append(f"  {counted(result.lost, 'rejected record')} {why} not kept")
    lines += [in_a_line(f"  {name} is {source!r}") for name, source in list(result.renamed.items())[:MOST_NAMES]]
    more = len(result.renamed) - MOST_NAMES
    if more > 0:
        other = "has another name than its source" if more == 1 else "have other names than their sources"
        lines.append(f"  {more:,} more {other}")
    return shown("\n".join(lines))


def rebuilt(manifest: Manifest, out: str) -> str:
    """Say that an edition was made again."""
    edition = in_a_line(f"{out}: edition {manifest.version}")
    return f"{edition} again, its data the same to the byte ({in_a_line(manifest.data_digest)})"
