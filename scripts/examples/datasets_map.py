"""Clean a dataset with `datasets.Dataset.map`, and stream one.

    python scripts/examples/datasets_map.py dump.jsonl

The second time it takes no time: `datasets` finds the cleaned rows in its cache, as long as copydesk, its rules and the
recipe are the same.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import datasets

import copydesk


def cleaned(path: str, **options: Any) -> datasets.Dataset:
    """Clean a file of JSON Lines; one row a story."""
    dump = datasets.load_dataset("json", data_files=path, split="train")
    return dump.map(copydesk.batch, batched=True, **options)


def streamed(path: str) -> datasets.IterableDataset:
    """Clean it as it is read, without keeping anything."""
    dump = datasets.load_dataset("json", data_files=path, split="train", streaming=True)
    return dump.map(copydesk.batch, batched=True, batch_size=256)


def main(path: str) -> None:
    """Say what is in a file."""
    stories = cleaned(path)
    print(f"{len(stories):,} stories, columns {', '.join(stories.column_names)}")
    print("languages", dict(Counter(stories["language"]).most_common(5)))
    rules = Counter(edit["rule"] for edits in stories["edits"] for edit in edits)
    print("rules    ", dict(rules.most_common(5)))
    print("first    ", repr(next(iter(streamed(path)))["text"][:60]))


if __name__ == "__main__":
    main(sys.argv[1])
