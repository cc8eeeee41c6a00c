"""The dataset card: README.md, whose head tells the loading library what there is, and whose text tells people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from copydesk.release.manifest import table_rows
from copydesk.release.schema import CONFIGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copydesk.release.manifest import Manifest

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

ANNOTATED = """## How the lines are labelled

This edition is annotated: letters are mended, but no line was struck and no document was cut. The column `lines` of
`sources` says of each line which rule would strike it by the recipe, and how likely it is noise. From that a document
can be struck by any threshold, without cleaning it again:

```python
import copydesk
from datasets import load_dataset

stories = load_dataset("path/to/this/folder", split="train")
sources = load_dataset("path/to/this/folder", "sources", split="train")  # row by row the documents of `stories`
for source, story in zip(sources, stories):
    struck = copydesk.strike(copydesk.Cleaned.from_rows(source, [story]), least=0.9)
    struck.text, struck.edits
```
"""
"""What the card of an annotated edition says."""

RESTORABLE = (
    "Every character that was taken out or changed is on record, so that each raw document\n"
    "can be put together again from `stories` and `sources`."
)
NOT_RESTORABLE = (
    "Every stroke is on record, but not the text that it removed: the raw documents cannot be\n"
    "put together again from this edition alone."
)

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
"""The Hub's size classes, by number of rows, up to a million."""


def card(manifest: Manifest, titles: Mapping[str, str], *, restorable: bool) -> str:
    """Write the card.

    Args:
        manifest: The edition's; its `files` need not be complete, its `data_digest` must be right.
        titles: What the labels of the rule book are called.
        restorable: Whether the ledger holds the removed text.
    """
    sections = [
        _head(manifest),
        _what(manifest, restorable=restorable),
        _how_to(),
        _account(manifest),
        _struck(manifest, titles),
        *_labelled(manifest, titles),
        _made(manifest),
    ]
    return "\n".join(sections)


def _head(manifest: Manifest) -> str:
    """Write the YAML. Strings are written as JSON, which YAML reads as they are, whatever they hold.

    The loading library caches a local folder by this head alone, so the version and the content's digest stand in it.
    A table without rows is left out, because that library cannot load one; its file is there all the same.
    """
    stamp = json.dumps(f"{manifest.version} sha256:{manifest.data_digest}")
    lines = ["---", "tags:", "- copydesk", "size_categories:", f"- {_size(manifest.accounts['stories'])}", "configs:"]
    rows = table_rows(manifest.accounts)
    listed = [config for config in CONFIGS if rows[config.folder]]
    for config in listed:
        lines.append(f"- config_name: {config.name}")
        lines += ["  default: true"] if config is listed[0] else []
        lines += [f"  version: {manifest.version}", f"  description: {stamp}"]
        lines += [f"  columns: {json.dumps(list(config.columns))}"] if config.columns else []
        lines += ["  data_files:", "  - split: train", f"    path: data/{config.folder}/train-*.parquet"]
    return "\n".join([*lines, "---", ""])


def _size(stories: int) -> str:
    return next((name for limit, name in SIZES if stories < limit), "n>1M")


def _what(manifest: Manifest, *, restorable: bool) -> str:
    accounts = manifest.accounts
    rows = table_rows(accounts)
    tables = "\n".join(f"| `{config.name}` | {rows[config.folder]:,} | {config.says} |" for config in CONFIGS)
    return f"""# Edition {manifest.version}

{accounts["stories"]:,} clean stories from {accounts["published"]:,} scraped documents, made with
copydesk {manifest.copydesk}. {RESTORABLE if restorable else NOT_RESTORABLE}

| config | rows | what it holds |
|---|---:|---|
{tables}
"""


def _how_to() -> str:
    return """A table with 0 rows is in `data/`, but no config: the `datasets` library cannot load a table without rows.

## How to use it

```python
from datasets import load_dataset

stories = load_dataset("path/to/this/folder", split="train")          # all columns
text = load_dataset("path/to/this/folder", "text", split="train")     # id and text
```

    copydesk verify path/to/this/folder              # every hash, every count, every ledger
    copydesk explain path/to/this/folder STORY_ID    # where a story came from, and every stroke on it

In `sources`, `edits` are in code points of the raw document: `raw[start:end]` is `removed` and became `replacement`.
"""


def _account(manifest: Manifest) -> str:
    accounts = manifest.accounts
    rows = [
        ("records read", accounts["read"]),
        ("documents published", accounts["published"]),
        ("records rejected", accounts["rejected"]),
        ("stories", accounts["stories"]),
        ("documents kept whole for review", accounts["needs_review"]),
        ("characters of the raw documents", accounts["characters"]["in"]),
        ("characters of the stories", accounts["characters"]["out"]),
    ]
    rows += [(f"rejected: {reason}", count) for reason, count in accounts["reasons"].items()]
    return "\n".join(
        ["## Accounts", "", "| | |", "|---|---:|", *(f"| {name} | {count:,} |" for name, count in rows), ""]
    )


def _struck(manifest: Manifest, titles: Mapping[str, str]) -> str:
    struck = manifest.accounts["characters"]["struck"]
    known = {**KERNEL_LABELS, **titles}
    lines = ["## What was struck or changed", "", "| label | what | strokes | characters |", "|---|---|---:|---:|"]
    for label, strokes in manifest.accounts["strokes"].items():
        lines.append(f"| `{label}` | {_cell(known.get(label, ''))} | {strokes:,} | {struck[label]:,} |")
    return "\n".join([*lines, ""])


def _labelled(manifest: Manifest, titles: Mapping[str, str]) -> list[str]:
    """Say how the lines were labelled, and how to strike them; nothing if the recipe does not annotate."""
    labelled = manifest.accounts.get("lines", {})
    if not labelled:
        return []
    known = {**KERNEL_LABELS, **KEPT_LABELS, **titles}
    rows = [f"| `{label}` | {_cell(known.get(label, ''))} | {count:,} |" for label, count in labelled.items()]
    return ["\n".join([ANNOTATED, "| label | what | lines |", "|---|---|---:|", *rows, ""])]


def _cell(text: str) -> str:
    """Fit a text into a cell of a table."""
    return " ".join(text.replace("|", "\\|").split())


def _made(manifest: Manifest) -> str:
    libraries = ", ".join(f"{name} {release}" for name, release in manifest.libraries.items())
    return f"""## How it was made

The recipe is in `recipe.toml` (digest `{manifest.recipe}`), the rule book has the digest `{manifest.rules}`,
the line model {f"the digest `{manifest.model}`" if manifest.model else "was off"},
the splitter {f"the digest `{manifest.splitter}`" if manifest.splitter else "was off"}.
{len(manifest.inputs):,} input files with their hashes are listed in `manifest.json`.
Libraries: {libraries}.
"""
