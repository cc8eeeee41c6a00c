"""What must hold of the rows of an edition.

Each check yields what it finds wrong, and may rely on what the checks before it found right: only the first fault
of all counts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.document import check_lines, line_from_row
from copydesk.pages import ID_DIGITS
from copydesk.release.ledgers import Ledgers, integers, list_lengths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from copydesk.recipe import Recipe
    from copydesk.release.folios import Folio

SOURCES, STORIES = "sources", "stories"

KINDS = ("article", "teaser", "digest_item")
"""What a story may be."""

MAY_BE_NULL = {
    SOURCES: ("record_id", "meta", "edits.removed", "lines.rule"),
    STORIES: ("cut_before", "cut_after", "title", "fields.byline", "fields.dateline", "fields.source"),
}
"""Columns of each table that need hold nothing; all others must. Parts of a column come after a point."""

SCORES = ("cut_before", "cut_after", "language_score")
"""Columns of `stories` that are probabilities."""


class Fault(NamedTuple):
    """Something that is wrong: in which table, in which row of the folio, and what."""

    table: str
    row: int
    what: str


@dataclass(frozen=True, slots=True)
class Claims:
    """What an edition says of all its rows.

    Attributes:
        version: Its version.
        recipe: Its recipe.
        digest: The recipe's digest, as it stands on each story.
    """

    version: str
    recipe: Recipe
    digest: str


def first_fault(folio: Folio, claims: Claims) -> Fault | None:
    """Give the first thing that is wrong with some documents and their stories; None if all is right."""
    return next((fault for check in _CHECKS for fault in check(folio, claims)), None)


def order_faults(sources: pa.Array, positions: pa.Array, before: tuple[str, int]) -> Iterator[tuple[int, str]]:
    """Yield rows that do not come after the one before them, by source and position; `before` is the last one read."""
    places = [before, *zip(sources.to_pylist(), positions.to_pylist(), strict=True)]
    for row, (last, place) in enumerate(pairwise(places)):
        if place <= last:
            yield row, f"record {place[1]} of {place[0]} is not in its place"


def _nulls(folio: Folio, _claims: Claims) -> Iterator[Fault]:
    for table, rows in ((SOURCES, folio.sources), (STORIES, folio.stories)):
        for name, column in zip(rows.schema.names, rows.columns, strict=True):
            for where, row in _null_rows(name, column, MAY_BE_NULL[table]):
                yield Fault(table, row, f"{where} holds nothing")


def _null_rows(name: str, column: pa.Array, allowed: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Yield nulls in a column or its parts where there must be none, with their rows."""
    if name not in allowed:
        yield from ((name, row) for row in _where(pc.is_null(column)))
    if pa.types.is_list(column.type):
        owners = np.repeat(np.arange(len(column)), list_lengths(column))
        yield from ((part, int(owners[row])) for part, row in _null_rows(name, column.flatten(), allowed))
    elif pa.types.is_struct(column.type):
        for field in column.type:
            yield from _null_rows(f"{name}.{field.name}", column.field(field.name), allowed)


def _names(folio: Folio, _claims: Claims) -> Iterator[Fault]:
    """Check the identifiers, which come from the hash of the raw text."""
    sources, stories = folio.sources, folio.stories
    ids = pc.utf8_slice_codeunits(sources["sha256"], 0, ID_DIGITS)
    yield from _unequal(SOURCES, "document_id", sources["document_id"], ids)
    counts = integers(sources["stories"])
    for row in _true(counts < 1):
        yield Fault(SOURCES, row, "it has no story")
    owners = np.repeat(np.arange(len(counts)), counts)
    index = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    for row in _true(integers(stories["index"]) != index):
        yield Fault(STORIES, row, f"its index is not {index[row]}")
    owner = pa.Array.from_buffers(pa.int64(), len(owners), [None, pa.py_buffer(owners)])
    wanted = ids.take(owner)
    yield from _unequal(STORIES, "document_id", stories["document_id"], wanted)
    names = pc.binary_join_element_wise(wanted, stories["index"].cast(pa.string()), "-")
    yield from _unequal(STORIES, "id", stories["id"], names)
    for name in ("source", "position", "needs_review"):
        yield from _unequal(STORIES, name, stories[name], sources[name].take(owner))


def _stamps(folio: Folio, claims: Claims) -> Iterator[Fault]:
    """Check that each story bears the edition's version and recipe."""
    for name, value in (("version", claims.version), ("recipe", claims.digest)):
        for row in _where(pc.not_equal(folio.stories[name], value)):
            yield Fault(STORIES, row, f"its {name} is not {value}")


def _cuts(folio: Folio, _claims: Claims) -> Iterator[Fault]:
    """Check kinds, the main story of each document, and the scores of the cuts between stories."""
    stories = folio.stories
    for row in _where(pc.invert(pc.is_in(stories["kind"], pa.array(KINDS)))):
        yield Fault(STORIES, row, f"there is no kind {stories['kind'][row].as_py()!r}")
    for name in SCORES:
        for row in _where(pc.invert(pc.and_(pc.greater_equal(stories[name], 0), pc.less_equal(stories[name], 1)))):
            yield Fault(STORIES, row, f"its {name} is {stories[name][row].as_py()}")
    before, after = stories["cut_before"].to_pylist(), stories["cut_after"].to_pylist()
    kinds, main = stories["kind"].to_pylist(), stories["main"].to_pylist()
    start = 0
    for document, count in enumerate(folio.sources["stories"].to_pylist()):
        stop = start + count
        cuts = before[start + 1 : stop]
        if before[start] is not None or after[start:stop] != [*cuts, None] or None in cuts:
            yield Fault(SOURCES, document, "the scores of the cuts between its stories do not fit each other")
        mains = [kinds[row] for row in range(start, stop) if main[row]]
        if len(mains) != 1:
            yield Fault(SOURCES, document, f"{len(mains) or 'none'} of its stories are the main one")
        elif mains[0] != KINDS[0] and KINDS[0] in kinds[start:stop]:
            yield Fault(SOURCES, document, "its main story is no article, but another is")
        start = stop


def _ledger(folio: Folio, claims: Claims) -> Iterator[Fault]:
    """Check the partition law, and put each raw document together again to compare its hash."""
    ledgers = Ledgers.of(folio)
    restorable = claims.recipe.ledger.removed_text
    owners = np.repeat(np.arange(len(folio.sources)), list_lengths(folio.sources["edits"]))
    removed = ledgers.edits.field("removed")
    for edit in _where(pc.is_null(removed) if restorable else pc.is_valid(removed)):
        yield Fault(SOURCES, int(owners[edit]), f"an edit {'lacks' if restorable else 'holds'} its removed text")
    for find in (ledgers.violations, ledgers.misfits, ledgers.wrong_replacements):
        yield from (Fault(SOURCES, document, what) for document, what in find())
    kept = np.zeros(len(folio.sources), np.int64)
    np.add.at(kept, np.repeat(np.arange(len(kept)), integers(folio.sources["stories"])), ledgers.lengths)
    for row in _true(kept != integers(folio.sources["kept"])):
        yield Fault(SOURCES, row, f"its stories have {kept[row]} characters, not as many as it says")
    wanted = folio.sources["sha256"].to_pylist()
    for row, raw in enumerate(ledgers.raw() if restorable else ()):
        if hashlib.sha256(raw.encode()).hexdigest() != wanted[row]:
            yield Fault(SOURCES, row, "stories and ledger do not give the raw document")


def _labels(folio: Folio, claims: Claims) -> Iterator[Fault]:
    """Check the labels of lines, which are there just where the recipe annotates."""
    annotate = claims.recipe.guard.annotate
    for row in _true((list_lengths(folio.sources["lines"]) > 0) != annotate):
        says = "no line is labelled" if annotate else "its lines are labelled, but the recipe does not annotate"
        yield Fault(SOURCES, row, says)
    if annotate:
        chars = folio.sources["chars"].to_pylist()
        for row, lines in enumerate(folio.sources["lines"].to_pylist()):
            if fault := check_lines(chars[row], map(line_from_row, lines)):
                yield Fault(SOURCES, row, fault)


_CHECKS: tuple[Callable[[Folio, Claims], Iterator[Fault]], ...] = (_nulls, _names, _stamps, _cuts, _ledger, _labels)
"""In this order, as each relies on those before it."""


def _unequal(table: str, name: str, found: pa.Array, wanted: pa.Array) -> Iterator[Fault]:
    for row in _where(pc.not_equal(found, wanted)):
        yield Fault(table, row, f"its {name} is {found[row].as_py()!r}, not {wanted[row].as_py()!r}")


def _true(truths: NDArray[np.bool_]) -> list[int]:
    """Give the places where something is true."""
    places: list[int] = np.flatnonzero(truths).tolist()
    return places


def _where(truths: pa.Array) -> list[int]:
    """Give the rows in which something is true."""
    rows: list[int] = pc.indices_nonzero(truths).to_pylist()
    return rows
