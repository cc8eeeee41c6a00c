"""The laws of the house as one check that any test can put to any document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.document import apply, check_partition

if TYPE_CHECKING:
    from copydesk import Cleaned, Desk


def assert_lawful(desk: Desk, raw: str) -> Cleaned:
    """Clean a text and check what must hold for every text; gives the result for further questions."""
    cleaned = desk.clean(raw)
    assert check_partition(len(raw), cleaned.stories, cleaned.edits) is None
    assert cleaned.restore() == raw
    for edit in cleaned.edits:
        assert edit.removed == raw[edit.start : edit.end]
    for story in cleaned.stories:
        assert story.text.strip(), "a story is never blank"
        assert story.text == _read_off(raw, story.spans, [(e.start, e.replacement) for e in story.edits])
    owned = [edit for story in cleaned.stories for edit in story.edits]
    assert owned == (cleaned.edits if cleaned.stories else [])
    if len(cleaned.stories) == 1:
        assert apply(raw, cleaned.edits) == cleaned.stories[0].text
    return cleaned


def _read_off(raw: str, spans: tuple[tuple[int, int], ...], replacements: list[tuple[int, str]]) -> str:
    """Put a story's text together from its kept spans and its edits, independently of `apply`."""
    pieces = [(start, raw[start:end]) for start, end in spans] + replacements
    return "".join(text for _, text in sorted(pieces, key=lambda piece: piece[0]))
