"""What the desk does already about something that repeats."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from copydesk.desk import Desk
from copydesk.discover.reading import normal
from copydesk.recipe import Guard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copydesk.discover.findings import Finding, Sighting
    from copydesk.document import Cleaned
    from copydesk.recipe import Recipe

COVERED = 0.8
"""Part of its examples that the desk must strike, or keep as a fact, to cover something."""


def mark_covered(findings: Sequence[Finding], recipe: Recipe) -> list[Finding]:
    """Run the desk on the examples and say of each finding what strikes it already; those go last."""
    if not findings:
        return []
    desk = Desk(replace(recipe, guard=Guard(max_struck=1.0)))
    marked = [_marked(finding, desk) for finding in findings]
    return sorted(marked, key=lambda finding: finding.status == "covered")


def piece(seen: Sighting) -> str:
    """Give an example as a small document: the line, between the running text above and below."""
    return "\n".join(text for text in (seen.before, seen.line, seen.after) if text)


def _in_place(seen: Sighting) -> str:
    """Give an example with what stands above it, which may take it along: a heading takes the links below it."""
    return piece(replace(seen, before=seen.above or seen.before))


def holds(text: str, finding: Finding) -> bool:
    """Say whether a text holds what was found, where it was found: as a line, at a line's edge, as a word."""
    lines = [normal(line) for line in text.split("\n")]
    match finding.form:
        case "line":
            return finding.text in lines
        case "start":
            return any(line.startswith(finding.text) for line in lines)
        case "end":
            return any(line.endswith(finding.text) for line in lines)
        case _:
            return finding.text in text


def _marked(finding: Finding, desk: Desk) -> Finding:
    by: Counter[str] = Counter()
    done = 0
    for seen in finding.examples:
        document = _in_place(seen)
        cleaned = desk.clean(document)
        gone = not any(holds(story.text, finding) for story in cleaned.stories)
        strokes = [edit.rule for edit in cleaned.edits if _touches(document[edit.start : edit.end], finding)]
        facts = _facts(cleaned, finding)
        done += (gone and bool(strokes)) or bool(facts)
        by.update({*strokes, *facts})
    if done < COVERED * len(finding.examples):
        return finding
    return replace(finding, status="covered", covered_by=tuple(sorted(by)))


def _touches(removed: str, finding: Finding) -> bool:
    """Say whether a stroke took what was found, or the part of it that holds words."""
    struck = normal(removed)
    return bool(struck) and (struck in finding.text or finding.text in struck)


def _facts(cleaned: Cleaned, finding: Finding) -> list[str]:
    """Name the fields that keep it, such as a dateline."""
    kept = []
    for story in cleaned.stories:
        for name, value in story.fields.items():
            values = value if isinstance(value, list) else [value]
            kept += [f"field {name}" for text in values if text and finding.text in normal(str(text))]
    return kept
