"""clean-text with its own idea of cleaning, but neither lower case nor ASCII only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import clock
import zstandard
from cleantext import clean

if TYPE_CHECKING:
    from pathlib import Path


def work(source: Path, out: Path, _: str) -> None:
    """Clean all records."""
    with zstandard.open(source, "rt", encoding="utf-8") as lines, (out / "clean.jsonl").open("w") as file:
        for line in lines:
            record = json.loads(line)
            record["text"] = clean(record["text"], to_ascii=False, lower=False, no_urls=True, no_emails=True)
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    clock.main(work, "clean-text", "ftfy")
