"""What the papers of every edition say in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copydesk.recipe import Recipe

KERNEL_LABELS = {
    "mend": "Wrongly decoded letters, mended",
    "splinter": "Emoji inside words",
    "boundary": "White space between stories and around what was struck",
    "furniture": "Short lines of the page around the story, by the line model",
    "foreign": "Sentences that belong to no story of the document, by the line model",
}
"""Titles of the labels that no rule pack explains."""

KEPT_LABELS = {
    "body": "Sentences that nothing would strike",
    "heading": "Short lines without a sentence end that nothing would strike",
    "short": "Other short lines that nothing would strike",
}
"""Titles of the labels of lines that stay."""

RESTORABLE = (
    "Every character that was taken out or changed is on record, so that each raw document\n"
    "can be put together again from `stories` and `sources`."
)
NOT_RESTORABLE = (
    "Every stroke is on record, but not the text that it removed: the raw documents cannot be\n"
    "put together again from this edition alone."
)

NO_ROWS = "A table with 0 rows is in `data/`, but no config: the `datasets` library cannot load a table without rows."

LOAD = """```python
import copydesk

stories = copydesk.load("path/or/repository", version="{version}")           # just this version, online or not
text = copydesk.load("path/or/repository", "text", version="{version}")      # id and text
```

or without copydesk, from a folder (`load_dataset` knows no versions of folders) or by the tag `v{version}`:

```python
from datasets import load_dataset

stories = load_dataset("path/to/this/folder", split="train")
stories = load_dataset("owner/name", revision="v{version}", split="train")   # needs the Hub in reach: offline it may
                                                                          # give another version that is cached
```"""

TOOLS = """pandas, polars and DuckDB read `data/stories/*.parquet` as they are. To check the edition, and to see where a
story came from:

    copydesk verify path/to/this/folder              # every hash, every count, every ledger
    copydesk explain path/to/this/folder STORY_ID    # every stroke on a story"""

RESTORE = """To put the raw documents together again, character for character:

    copydesk restore path/to/this/folder -o raw/

In `sources`, `edits` are in code points of the raw document: `raw[start:end]` is `removed` and became `replacement`."""

NO_COLLECTION = "The publisher did not say how the raw texts were collected."
NO_PERSONAL = (
    "the publisher did not say what is known. The texts were scraped; names, addresses and opinions of people\n"
    "may be in them, in the raw text that the ledger keeps too."
)
NO_LICENCE = "No licence is stated. Rights in the texts stay with those who wrote them."

MENDED = "Wrongly decoded letters were mended by ftfy."
SPLINTERS = "Emoji inside words were taken out."
RULES = "Noise of the page around a text was struck by rules"
RULES_AND_MODEL = "Noise of the page around a text was struck by rules and by a learned line model"
MOVED = "captions, credits, bylines, datelines, sources\nand tags were moved to `fields`"
SPLIT = {
    "full": "Documents that mix several stories were cut at visible marks and where a learned splitter was sure.",
    "structure": "Documents that mix several stories were cut at visible marks.",
    "off": "No document was cut.",
}
ONLY_LABELLED = (
    "No line was struck and no document was cut; what would have been is in the column `lines` of `sources`."
)
NOTHING_ELSE = """What was unsure was left. Nothing else was changed: no text was filtered, deduplicated, lower-cased or
translated."""

ANNOTATED = """This edition is annotated: letters are mended, but no line was struck and no document was cut. The column
`lines` of `sources` says of each line which rule would strike it by the recipe, and how likely it is noise. From that a
document can be struck by any threshold, without cleaning it again:

```python
import copydesk
from datasets import load_dataset

stories = load_dataset("path/to/this/folder", split="train")
sources = load_dataset("path/to/this/folder", "sources", split="train")  # row by row the documents of `stories`
for source, story in zip(sources, stories):
    struck = copydesk.strike(copydesk.Cleaned.from_rows(source, [story]), least=0.9)
    struck.text, struck.edits
```"""

LIMITS = (
    "Noise stays where the cleaner was unsure, and a little real text was lost: the tables above say what to expect.",
    "Whether a text is true, well written, safe or wanted was not asked.",
    "The same text may stand in it more than once.",
    "Languages were named by machines, and short texts and rare languages are often taken for another.",
    "What counts as noise was learned mostly from news pages in European languages.",
)
BIAS = "Rules and models know news pages in European languages best; in others more noise stays."
MAINTENANCE = "A version never changes: corrections come as a new one, with a note of what changed in CHANGELOG.md."
REVIEW = "{count:,} documents were kept whole, because too much of them would have been struck: see `needs_review`."


def steps(recipe: Recipe) -> list[str]:
    """Say what was done to the texts by a recipe, a sentence a step."""
    found = [MENDED] if recipe.mend.ftfy else []
    if recipe.guard.annotate:
        found.append(ONLY_LABELLED)
    else:
        found += [SPLINTERS] if recipe.emoji.splinters else []
        struck = RULES if recipe.model.mode == "off" else RULES_AND_MODEL
        found += [f"{struck}; {MOVED}.", SPLIT[recipe.split.mode]]
    return [*found, NOTHING_ELSE]
