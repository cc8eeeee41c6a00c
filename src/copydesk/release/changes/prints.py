"""A few numbers for each document of an edition, by which it can be found and compared without reading it again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.errors import EditionError
from copydesk.release.folios import AGAIN, document_bytes, folios
from copydesk.release.ledgers import integers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

    from copydesk.progress import Progress
    from copydesk.release.folios import Folio
    from copydesk.release.ledgers import Ints
    from copydesk.release.manifest import Manifest

PLACE = ("source", "position")
"""Columns that say where a document was found."""

STAMPS = ("version", "recipe")
"""Columns that say of each story of an edition the same."""

NAMES = ("id", "document_id", "sha256")
"""Columns that follow from the raw text."""

COUNT = "stories"
"""The column that says how many stories a document has."""

_ID_BYTES = 16

_SINGLE = 32
"""Bits of a number of single precision."""


@dataclass(frozen=True, slots=True)
class Prints:
    """The documents of an edition, in its order: one entry of each array is one of them.

    Attributes:
        ids: Their `document_id`s, as bytes.
        sources: The names of all sources.
        source: Which of them a document is from.
        position: Its place there.
        first_story: Its first story's row among all of the edition; one entry more than there are documents.
        stories: A hash of its stories.
        told: A hash of what else is told of it.
    """

    ids: NDArray[np.bytes_]
    sources: tuple[str, ...]
    source: Ints
    position: Ints
    first_story: Ints
    stories: NDArray[np.uint64]
    told: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.position)

    def document_id(self, row: int) -> str:
        """Give a document's id."""
        return bytes(self.ids[row]).ljust(_ID_BYTES, b"\0").hex()

    def place(self, row: int) -> tuple[str, int]:
        """Give a document's source and its place there."""
        return self.sources[self.source[row]], int(self.position[row])


def read(folder: Path, manifest: Manifest, progress: Progress) -> Prints:
    """Read all of an edition and keep the numbers."""
    share = document_bytes(manifest)
    numbers: dict[str, int] = {}
    ids: list[bytes] = []  # those of a folio together
    columns: dict[str, list[NDArray[Any]]] = {name: [] for name in ("source", "position", "count", "stories", "told")}
    for folio in folios(folder, manifest):
        counts = integers(folio.sources[COUNT])
        documents = np.arange(len(counts) + 1)
        stories = np.concatenate([[0], np.cumsum(counts)])
        ids.append(b"".join(_id(name, folio) for name in folio.sources["document_id"].to_pylist()))
        source = [numbers.setdefault(name, len(numbers)) for name in folio.sources["source"].to_pylist()]
        columns["source"].append(np.array(source, np.int64))
        columns["position"].append(integers(folio.sources["position"]))
        columns["count"].append(counts)
        columns["stories"].append(_hashes(_without(folio.stories, *PLACE, *STAMPS, *NAMES), stories))
        columns["told"].append(_hashes(_without(folio.sources, *PLACE, *NAMES, COUNT), documents))
        text_bytes = pc.sum(pc.binary_length(folio.stories["text"])).as_py() or 0
        progress.tick(len(counts), text_bytes, share * len(counts))
    whole = {name: np.concatenate([*parts, np.zeros(0, np.int64)]) for name, parts in columns.items()}
    return Prints(
        ids=np.frombuffer(b"".join(ids), f"S{_ID_BYTES}"),
        sources=tuple(numbers),
        source=whole["source"],
        position=whole["position"],
        first_story=np.concatenate([[0], np.cumsum(whole["count"])]),
        stories=whole["stories"].astype(np.uint64),
        told=whole["told"].astype(np.uint64),
    )


def _id(name: str, folio: Folio) -> bytes:
    try:
        digits = bytes.fromhex(name)
    except ValueError:
        digits = b""
    if len(digits) != _ID_BYTES:
        message = f"{folio.sources_file} holds a document with the id {name!r}, which is none"
        raise EditionError(message, AGAIN)
    return digits


def _without(rows: pa.RecordBatch, *names: str) -> pa.RecordBatch:
    """Leave columns out; an edition of another release may have others than these."""
    return rows.select([name for name in rows.schema.names if name not in names])


def _hashes(rows: pa.RecordBatch, bounds: Ints) -> NDArray[np.uint64]:
    """Hash stretches of rows: from each bound to the next."""
    leaves = [leaf for column in rows.columns for leaf in _leaves(column, bounds)]
    lengths = np.diff(bounds).tolist()
    found = np.empty(len(lengths), np.uint64)
    for n, length in enumerate(lengths):
        digest = hashlib.blake2b(length.to_bytes(8, "little"), digest_size=8)
        for data, ends in leaves:
            if ends[n] < ends[n + 1]:
                digest.update(data[ends[n] : ends[n + 1]])
        found[n] = int.from_bytes(digest.digest(), "little")
    return found


def _leaves(column: pa.Array, bounds: Ints) -> Iterator[tuple[memoryview, list[int]]]:
    """Yield a column's values as bytes, with the bounds of rows as bounds of bytes.

    Together the bytes of a stretch tell its values, whatever rows it was read with: null is a length of -1 in a column
    of strings or lists, and a byte of its own among numbers with a fraction. No other column may hold nulls.
    """
    kind = column.type
    if pa.types.is_struct(kind):
        for field in kind:
            yield from _leaves(column.field(field.name), bounds)
    elif pa.types.is_list(kind) or pa.types.is_string(kind):
        offsets = np.frombuffer(column.buffers()[1] or b"\0\0\0\0", np.int32, len(column) + 1, column.offset * 4)
        lengths = pc.list_value_length(column) if pa.types.is_list(kind) else pc.binary_length(column)
        yield _numbers(integers(lengths, null=-1).astype(np.int32), bounds)
        inner = offsets[bounds].astype(np.int64)
        if pa.types.is_list(kind):
            yield from _leaves(column.values, inner)
        else:
            yield memoryview(column.buffers()[2] or b""), inner.tolist()
    elif pa.types.is_boolean(kind):
        yield _numbers(integers(column.cast(pa.int8())).astype(np.int8), bounds)
    elif pa.types.is_floating(kind):
        yield _numbers(integers(column.view(pa.int32() if kind.bit_width == _SINGLE else pa.int64())), bounds)
        yield _numbers(integers(pc.is_valid(column).cast(pa.int8())).astype(np.int8), bounds)
    else:
        yield _numbers(integers(column), bounds)


def _numbers(values: NDArray[Any], bounds: Ints) -> tuple[memoryview, list[int]]:
    return memoryview(values.tobytes()), (bounds * values.itemsize).tolist()
