"""copydesk as a segmenter: where its stories begin."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from scoring import cleaned

if TYPE_CHECKING:
    from copydesk import Story
    from segmenters.documents import Document


def cuts(document: Document) -> frozenset[int]:
    """Give the numbers of the lines that begin a story, cleaned with a model that saw nothing of the text's site."""
    begins = (_first(story, document.text) for story in cleaned(document.text).stories)
    return frozenset(bisect_right(document.starts, begin) - 1 for begin in begins) - {0, -1}


def _first(story: Story, text: str) -> int:
    """Give the place of the first character of a story that is no space; -1 if it has none."""
    places = (place for start, end in story.spans for place in range(start, end))
    return next((place for place in places if not text[place].isspace()), -1)
