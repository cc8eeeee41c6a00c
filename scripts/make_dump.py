"""Make a large dump of dirty text out of `corpus/`: the same bytes for the same size and seed.

    python scripts/make_dump.py --megabytes 5000 -o dump.jsonl.zst

Paragraphs of the corpus are put together anew, with other names and numbers, and with the corpus' own noise around and
within them; records have `id`, `url`, `date` and `text`. It is for measuring speed and memory. It is no measure of how
well anything cleans: it repeats a hundred documents again and again.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the dump; give the exit code."""
    given = _parser().parse_args(arguments)
    from copydesk.progress import progress_for
    from dumping.writing import make

    try:
        with progress_for(quiet=given.quiet) as progress:
            made = make(
                given.out, given.megabytes, seed=given.seed, frame_megabytes=given.frame_megabytes, progress=progress
            )
    except (OSError, ValueError) as error:
        print(f"make_dump: {error}", file=sys.stderr)
        return 1
    if not given.quiet:
        size = given.out.stat().st_size / 1e6
        print(
            f"{given.out}: {made.documents:,} documents, {made.text_bytes / 1e6:,.1f} MB of text in {size:,.1f} MB; "
            f"seed {given.seed}; made in {progress.seconds:,.1f} s"
        )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make_dump", description="Make a large dump of dirty text out of corpus/.")
    parser.add_argument(
        "-o", "--out", required=True, type=Path, metavar="FILE", help="a .jsonl, .jsonl.gz, .jsonl.zst or .parquet file"
    )
    parser.add_argument(
        "--megabytes", required=True, type=_positive, metavar="N", help="how many millions of bytes of UTF-8 text"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another one makes another dump (default: 1)")
    parser.add_argument(
        "--frame-megabytes",
        type=_positive,
        metavar="N",
        help="begin a new zstd frame about every N megabytes (default: one frame)",
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing")
    return parser


def _positive(value: str) -> float:
    number = float(value)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{value} is not more than 0")  # noqa: EM102, TRY003 - argparse shows it
    return number


if __name__ == "__main__":
    sys.exit(main())
