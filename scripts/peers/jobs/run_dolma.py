"""dolma: the tags of C4 and Gopher and those of personal data, which a mixer would then filter by."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import clock
import zstandard
from dolma.cli.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

TAGGERS = ("c4_v2", "gopher_v2", "pii_regex_with_counts_fast_v2")


def prepare(sample: Path, folder: Path) -> Path:
    """Write the sample as dolma wants it: gzip, in a folder of that name."""
    documents = folder / "documents"
    documents.mkdir()
    with zstandard.open(sample, "rb") as lines, gzip.open(documents / "sample.jsonl.gz", "wb", 1) as file:
        file.write(lines.read())
    return documents


def work(source: Path, out: Path, _: str) -> None:
    """Tag all records."""
    arguments = ["tag", "--documents", f"{source}/*.gz", "--destination", str(out), "--experiment", "compare"]
    main([*arguments, "--processes", "1", "--taggers", *TAGGERS])


if __name__ == "__main__":
    clock.main(work, "dolma", prepare=prepare)
