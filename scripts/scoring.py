"""copydesk as the functions that the evaluation's scorer calls.

The scorer and its development sets are public research data beside the project and are not shipped with it. Where they
are (`../shared/eval`), the quality table of the README is printed by

    cd ../shared/eval
    PYTHONPATH=<this folder> python score.py noise 'noise/*.jsonl.gz' --fn scoring:main_text
    PYTHONPATH=<this folder> python score.py clean 'clean/*'          --fn scoring:all_text
    PYTHONPATH=<this folder> python score.py pairs 'emoji/*'          --fn scoring:all_text
    PYTHONPATH=<this folder> python score.py segment 'segment/*'      --fn scoring:segments
    PYTHONPATH=<this folder> python score.py types wild/types.jsonl.gz --fn scoring:main_text
    PYTHONPATH=<this folder> python score.py lang 'lang/*'            --fn scoring:language
"""

from __future__ import annotations

from functools import cache

from copydesk import Desk


@cache
def _desk() -> Desk:
    return Desk()


def main_text(text: str) -> str:
    """Give the longest story of kind "article"."""
    stories = _desk().clean(text).stories
    articles = [story.text for story in stories if story.kind == "article"]
    return max(articles or [story.text for story in stories], key=len, default="")


def all_text(text: str) -> str:
    """Give all stories, joined by line feeds."""
    return "\n".join(segments(text))


def segments(text: str) -> list[str]:
    """Give the texts of the stories."""
    return [story.text for story in _desk().clean(text).stories]


def language(text: str) -> str:
    """Give the language of the first story."""
    stories = _desk().clean(text).stories
    return stories[0].language if stories else "und"
