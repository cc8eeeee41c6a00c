"""What comes in: text files, JSON Lines, Parquet and Arrow, from any address that fsspec opens.

A kind of source is a module here that follows the protocol `Kind`; adding one is adding it to `KINDS`.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from copydesk.sources import arrow, jsonl, packed, parquet, text
from copydesk.sources.base import Batch, InputFile, Kind, Packed, Piece, Survey
from copydesk.sources.find import find_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from copydesk.recipe import Input

__all__ = [
    "ENCODINGS",
    "KINDS",
    "Batch",
    "InputFile",
    "Piece",
    "Survey",
    "find",
    "plain_size",
    "read",
    "survey",
    "unpack",
]

KINDS: dict[str, Kind] = {"text": text, "jsonl": jsonl, "parquet": parquet, "arrow": arrow}
"""Every kind of source, by the name that stands in a manifest."""

ENCODINGS = {"text": text.ENCODING}
"""How the kinds whose files are plain text are encoded."""

PACKED: dict[str, Packed] = {"jsonl": jsonl}
"""The kinds that have files which can only be read from their start."""


def find(addresses: Iterable[str], left_out: Callable[[str], object] = lambda _: None) -> list[InputFile]:
    """Find all input files behind addresses of files and folders, in the edition's order.

    Args:
        addresses: Files and folders.
        left_out: Is told of each file in a folder that is of no known kind.

    Raises:
        SourceError: An address does not exist or is of no known kind, a folder holds nothing, a file comes up twice.
    """
    suffixes = {suffix: name for name, kind in KINDS.items() for suffix in kind.SUFFIXES}
    return find_files(addresses, suffixes, left_out)


def survey(file: InputFile, keys: Input, chunk_bytes: int) -> Survey:
    """Hash a file and say in which pieces of about `chunk_bytes` it can be read.

    Raises:
        SourceError: The file is sound, but has no such keys.
    """
    return KINDS[file.kind].survey(file, keys, chunk_bytes)


def plain_size(file: InputFile) -> int:
    """Say about how many bytes a file has when it is unpacked."""
    return file.size * (packed.EXPANSION if packed.is_packed(file) else 1)


def unpack(piece: Piece, chunk_bytes: int, segment: Callable[[], Path]) -> Iterator[Piece]:
    """Unpack a piece whose `packed` is set; see `base.Packed`."""
    return PACKED[piece.file.kind].unpack(piece, chunk_bytes, segment)


def read(pieces: Sequence[Piece], keys: Input) -> Iterator[Batch]:
    """Read pieces in order, those of one kind in a row together."""
    for kind, group in groupby(pieces, key=lambda piece: piece.file.kind):
        yield from KINDS[kind].read(list(group), keys)
