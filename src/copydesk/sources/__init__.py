"""What comes in: text files, JSON Lines and Parquet, from any address that fsspec opens.

A kind of source is a module here that follows the protocol `Kind`; adding one is adding it to `KINDS`.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from copydesk.sources import jsonl, parquet, text
from copydesk.sources.base import Batch, InputFile, Kind, Piece, Survey
from copydesk.sources.find import find_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from copydesk.recipe import Input

__all__ = ["KINDS", "Batch", "InputFile", "Piece", "Survey", "find", "read", "survey"]

KINDS: dict[str, Kind] = {"text": text, "jsonl": jsonl, "parquet": parquet}
"""Every kind of source, by the name that stands in a manifest."""


def find(addresses: Iterable[str]) -> list[InputFile]:
    """Find all input files behind addresses of files and folders, in the edition's order.

    Raises:
        SourceError: An address does not exist or is of no known kind, a folder holds nothing, a file comes up twice.
    """
    suffixes = {suffix: name for name, kind in KINDS.items() for suffix in kind.SUFFIXES}
    return find_files(addresses, suffixes)


def survey(file: InputFile, keys: Input, chunk_bytes: int) -> Survey:
    """Hash a file and say in which pieces of about `chunk_bytes` it can be read.

    Raises:
        SourceError: The file is sound, but has no such keys.
    """
    return KINDS[file.kind].survey(file, keys, chunk_bytes)


def read(pieces: Sequence[Piece], keys: Input) -> Iterator[Batch]:
    """Read pieces in order, those of one kind in a row together."""
    for kind, group in groupby(pieces, key=lambda piece: piece.file.kind):
        yield from KINDS[kind].read(list(group), keys)
