"""The corpus as cases: what each document must become, and what a cleaned document differs by."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conftest import CORPUS

if TYPE_CHECKING:
    from pathlib import Path

    from copydesk import Cleaned, Story


@dataclass(frozen=True)
class Case:
    """One document of the corpus and what it must become; `short_of` says why it does not yet."""

    name: str
    raw: str
    shows: tuple[str, ...]
    stories: tuple[dict[str, Any], ...]
    short_of: str = ""


def load() -> list[Case]:
    """Read all cases, in order of their names."""
    return [_case(path) for path in sorted((CORPUS / "raw").rglob("*.txt"))]


def _case(path: Path) -> Case:
    name = str(path.relative_to(CORPUS / "raw").with_suffix(""))
    raw = path.read_bytes().decode()
    wanted = tomllib.loads((CORPUS / "expected" / f"{name}.toml").read_text(encoding="utf-8"))
    stories = wanted.get("story", [])
    if wanted.get("unchanged"):
        stories = [{"kind": "article", "text": raw}]
    return Case(name, raw, tuple(wanted["shows"]), tuple(stories), wanted.get("short_of", ""))


def differences(case: Case, cleaned: Cleaned) -> list[str]:
    """Say what differs from what the case asks for, in words; nothing when all is as it must be."""
    if case.shows == ("clean",) and cleaned.edits:
        return [f"{edit.rule} took {edit.removed!r} from a clean document" for edit in cleaned.edits]
    found = []
    if len(cleaned.stories) != len(case.stories):
        starts = [story.text.strip()[:40] for story in cleaned.stories]
        found.append(f"{len(cleaned.stories)} stories, wanted {len(case.stories)}: {starts}")
    for story, wanted in zip(cleaned.stories, case.stories, strict=False):
        found += _story_differences(story, wanted)
    return found


def _story_differences(story: Story, wanted: dict[str, Any]) -> list[str]:
    where = f"story {story.index}"
    found = [
        f"{where}: {key} is {getattr(story, key)!r}, wanted {wanted[key]!r}"
        for key in ("kind", "title", "language")
        if key in wanted and getattr(story, key) != wanted[key]
    ]
    found += [
        f"{where}: fields[{key!r}] is {story.fields.get(key)!r}, wanted {value!r}"
        for key, value in wanted.get("fields", {}).items()
        if story.fields.get(key) != value
    ]
    return found + _line_differences(where, story.text.strip().split("\n"), wanted["text"].strip().split("\n"))


def _line_differences(where: str, got: list[str], wanted: list[str]) -> list[str]:
    from difflib import ndiff

    changed = [line for line in ndiff(wanted, got) if line[0] in "-+"]
    return [f"{where}: {line}" for line in changed[:8]]
