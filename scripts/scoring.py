"""copydesk as the functions that the evaluation's scorer calls.

The scorer and its development sets are public research data beside the project and are not shipped with it. `make
quality` measures all of them; one set alone, with the documents that it harms most, is measured by

    cd ../shared/eval
    PYTHONPATH=<this folder> python score.py noise noise/zh.container.jsonl.gz --fn scoring:main_text --worst 5

`clean` and `pairs` ask for `all_text`, `segment` for `segments`, `lang` for `language`, the others for `main_text`.

The line model and the splitter were trained on these sets. Therefore a text of theirs is cleaned with models of the
cross-validation that saw no page of its sites (`quality/folds`, kept by `training/train.py --folds` and
`training/splitter.py --folds`), and any other text with the models shipped. `COPYDESK_FOLDS=none` takes those for all.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk import Desk, Recipe

if TYPE_CHECKING:
    from copydesk import Cleaned

REMEMBERED = 2048
"""Documents whose cleaned form is remembered within one process: several measures look at the same document."""


FOLDS = Path(__file__).parent.parent / "quality" / "folds"
"""The models of the cross-validation."""


@cache
def _desk(model: str, splitter: str) -> Desk:
    return Desk(Recipe.from_mapping({"model": {"file": model}, "split": {"file": splitter}}))


@cache
def _folds(name: str) -> dict[str, int]:
    """Which fold each text of the training sets is in, by the start of its SHA-256."""
    path = FOLDS / name
    if os.environ.get("COPYDESK_FOLDS") == "none" or not path.exists():
        return {}
    found: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _unseeing(text: str, folds: str, model: str) -> str:
    """Give the model file that saw nothing of a text's sites; empty for the one shipped."""
    fold = _folds(folds).get(hashlib.sha256(text.encode()).hexdigest()[:16])
    return "" if fold is None else str(FOLDS / model.format(fold))


@lru_cache(maxsize=REMEMBERED)
def cleaned(text: str, page: str | None = None) -> Cleaned:
    """Clean a text with the default recipe; `page` is the page that it was made of, if it is not one itself."""
    origin = page or text
    model = _unseeing(origin, "folds.json", "fold{}.json.gz")
    return _desk(model, _unseeing(origin, "splitter_folds.json", "splitter{}.json.gz")).clean(text)


def main_text(text: str) -> str:
    """Give the longest story of kind "article"."""
    stories = cleaned(text).stories
    articles = [story.text for story in stories if story.kind == "article"]
    return max(articles or [story.text for story in stories], key=len, default="")


def all_text(text: str) -> str:
    """Give all stories, joined by line feeds."""
    return "\n".join(segments(text))


def segments(text: str) -> list[str]:
    """Give the texts of the stories."""
    return [story.text for story in cleaned(text).stories]


def language(text: str) -> str:
    """Give the language of the first story."""
    stories = cleaned(text).stories
    return stories[0].language if stories else "und"
