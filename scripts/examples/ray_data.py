"""Clean a dataset of Ray Data.

    python scripts/examples/ray_data.py dump.jsonl

`copydesk.batch` takes Arrow tables and gives Arrow tables. Each worker compiles the rules once, whatever the number of
batches. For a dump of files, `copydesk build --engine ray` does more: an edition, with accounts and a manifest.
"""

from __future__ import annotations

import sys

import ray

import copydesk


def cleaned(dump: ray.data.Dataset) -> ray.data.Dataset:
    """Clean a dataset that has a column `text`; one row a story."""
    return dump.map_batches(copydesk.batch, batch_format="pyarrow", batch_size=1000)


def main(path: str) -> None:
    """Say what is in a file."""
    stories = cleaned(ray.data.read_json(path))
    print(f"{stories.count():,} stories")
    for row in stories.select_columns(["kind", "language", "text"]).take(3):
        print(row["kind"], row["language"], repr(row["text"][:60]))


if __name__ == "__main__":
    main(sys.argv[1])
