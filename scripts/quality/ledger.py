"""Measures that look at single strokes: what a second run does, what each kind strikes, pointers inside lines."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from quality.measures import share
from quality.words import found_in, placed_words, words
from scoring import cleaned

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from copydesk import Cleaned

POINTERS = Path(__file__).resolve().parents[2] / "quality" / "pointers_fra.toml"

NEIGHBOURHOOD = 60
"""Code points on each side of a pointer that make up the text beside it."""


def again(texts: Iterable[str]) -> dict[str, float]:
    """Clean what was cleaned once more.

    Returns:
        The share of characters that the second run strikes, and of documents in which it does anything at all.
    """
    chars = struck = changed = documents = 0
    for text in texts:
        stories = [story.text for story in cleaned(text).stories]
        edits = [edit for story in stories for edit in cleaned(story, text).edits]
        documents += 1
        changed += bool(edits)
        chars += sum(map(len, stories))
        struck += sum(edit.end - edit.start for edit in edits if not edit.replacement and edit.label != "boundary")
    return {"again_struck": share(struck, chars), "again_changed": share(changed, documents)}


def strokes(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[int, int, int]]:
    """Count by label what was struck from noisy texts, and how much of it their gold texts have.

    Captions, credits and bylines that gold texts keep count as real here, though copydesk keeps them as facts.
    """
    counts: dict[str, tuple[int, int, int]] = {}
    for noisy, gold in pairs:
        placed = placed_words(noisy)
        real = found_in([word.text for word in placed], words(gold))
        for edit in cleaned(noisy).edits:
            if edit.replacement or edit.label == "boundary":
                continue
            hits = [is_real for word, is_real in zip(placed, real, strict=True) if edit.start <= word.start < edit.end]
            old = counts.get(edit.label, (0, 0, 0))
            counts[edit.label] = (old[0] + 1, old[1] + len(hits), old[2] + sum(hits))
    return counts


@dataclass(frozen=True)
class Pointers:
    """The pointers of a set, marked by hand: see the head of the file that they are read from."""

    digest: str
    by_document: Mapping[str, list[tuple[int, int, int]]]

    @classmethod
    def load(cls, path: Path = POINTERS) -> Pointers:
        """Read them."""
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(data["sha256"], {name: [(a, b, c) for a, b, c in marks] for name, marks in data["pointers"].items()})

    def measure(self, texts: Mapping[str, str]) -> dict[str, float]:
        """Say which share of pointers is gone, alone and with the headlines they point to, and what went with them.

        Args:
            texts: The texts of the set by identifier.
        """
        gone, whole, intact = [], [], []
        lost = real = 0
        for name, marks in self.by_document.items():
            text = texts[name]
            struck = struck_places(text, cleaned(text))
            pointed = {place for start, _, end in marks for place in range(start, end)}
            outside = {place for place, sign in enumerate(text) if sign.isalnum()} - pointed
            lost += len(outside & struck)
            real += len(outside)
            for start, middle, end in marks:
                letters = {place for place in range(start, end) if text[place].isalnum()}
                gone.append({place for place in letters if place < middle} <= struck)
                whole.append(letters <= struck)
                beside = {*range(start - NEIGHBOURHOOD, start), *range(end, end + NEIGHBOURHOOD)}
                intact.append(not beside & outside & struck)
        return {
            "n": len(gone),
            "harm": share(lost, real),
            "removed": share(sum(gone), len(gone)),
            "gone_whole": share(sum(whole), len(whole)),
            "intact": share(sum(intact), len(intact)),
        }


def struck_places(text: str, document: Cleaned) -> set[int]:
    """Give the code points of a raw text that no story keeps and that were not merely mended."""
    kept = {place for story in document.stories for start, end in story.spans for place in range(start, end)}
    mended = {place for edit in document.edits if edit.replacement.strip() for place in range(edit.start, edit.end)}
    return set(range(len(text))) - kept - mended
