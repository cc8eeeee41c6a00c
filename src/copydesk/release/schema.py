"""The columns of an edition. Written explicitly: a column that happens to be all null must not change its type.

Offsets (`start`, `end`) count code points of the raw document, the end not included.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from copydesk.sources.base import REJECTS

SPANS = pa.list_(pa.struct([("start", pa.int32()), ("end", pa.int32())]))
"""The raw stretches that a story keeps, in order."""

FIELDS = pa.struct(
    [
        ("captions", pa.list_(pa.string())),
        ("credits", pa.list_(pa.string())),
        ("tags", pa.list_(pa.string())),
        ("byline", pa.string()),
        ("dateline", pa.string()),
        ("source", pa.string()),
    ]
)
"""Facts struck from a story's text."""

EDITS = pa.list_(
    pa.struct(
        [
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("removed", pa.string()),
            ("replacement", pa.string()),
            ("rule", pa.string()),
            ("label", pa.string()),
            ("story", pa.int32()),
        ]
    )
)
"""A document's ledger: every stroke, in raw order, each with the index of the story it belongs to."""

LINES = pa.list_(
    pa.struct(
        [
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("label", pa.string()),
            ("rule", pa.string()),
            ("noise", pa.float32()),
        ]
    )
)
"""What each line of a document is held to be, by start; empty unless the recipe annotates. A part of a line that a rule
would strike comes after the line it lies in."""

STORIES = pa.schema(
    [
        ("id", pa.string()),
        ("document_id", pa.string()),
        ("index", pa.int32()),
        ("kind", pa.string()),
        ("main", pa.bool_()),
        ("cut_before", pa.float32()),
        ("cut_after", pa.float32()),
        ("title", pa.string()),
        ("text", pa.string()),
        ("language", pa.string()),
        ("language_score", pa.float32()),
        ("fields", FIELDS),
        ("spans", SPANS),
        ("source", pa.string()),
        ("position", pa.int64()),
        ("needs_review", pa.bool_()),
        ("version", pa.string()),
        ("recipe", pa.string()),
    ]
)
"""One row a story. `main` marks the page's own; `cut_before` and `cut_after` say how sure the cuts around it are, 0 to
1, and are null where the document begins or ends. `id` is `<document_id>-<index>`; `recipe` the recipe's digest."""

SOURCES = pa.schema(
    [
        ("document_id", pa.string()),
        ("source", pa.string()),
        ("position", pa.int64()),
        ("record_id", pa.string()),
        ("meta", pa.string()),
        ("sha256", pa.string()),
        ("chars", pa.int32()),
        ("kept", pa.int32()),
        ("stories", pa.int32()),
        ("needs_review", pa.bool_()),
        ("edits", EDITS),
        ("lines", LINES),
    ]
)
"""One row a published raw document. `sha256` is over the raw text in UTF-8, `document_id` its first 32 hex digits;
`chars` counts the raw text's code points, `kept` those of its stories."""


@dataclass(frozen=True, slots=True)
class Config:
    """One table of an edition as `datasets.load_dataset(edition, name)` knows it.

    Attributes:
        name: What it is called.
        says: One sentence for the card.
        schema: Its columns; for a view those of the table below it.
        folder: The folder below `data/` that holds its files.
        columns: For a view, the columns that it shows; empty for all of them.
        repeated: Columns that repeat themselves so much that a dictionary pays (Parquet paths).
        near: Columns of numbers that lie near the one before, so that their differences take less (Parquet paths).
        indexed: Columns by which readers may skip (Parquet statistics).
    """

    name: str
    says: str
    schema: pa.Schema
    folder: str
    columns: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    indexed: tuple[str, ...] = ()


CONFIGS = (
    Config(
        "stories",
        "One row a clean story: its text, title, language, and the facts struck from the text.",
        STORIES,
        "stories",
        repeated=("kind", "language", "source", "version", "recipe"),
        near=("position", "spans.list.element.start", "spans.list.element.end"),
        indexed=(
            "id",
            "document_id",
            "kind",
            "main",
            "language",
            "language_score",
            "source",
            "position",
            "needs_review",
        ),
    ),
    Config("text", "The same rows with nothing but `id` and `text`.", STORIES, "stories", columns=("id", "text")),
    Config(
        "sources",
        "One row a raw document: where it came from, its hash, its ledger of edits with the removed text, and what its "
        "lines are held to be if the recipe annotates.",
        SOURCES,
        "sources",
        repeated=(
            "source",
            "edits.list.element.rule",
            "edits.list.element.label",
            "lines.list.element.rule",
            "lines.list.element.label",
        ),
        near=(
            "position",
            "chars",
            "kept",
            "edits.list.element.start",
            "edits.list.element.end",
            "lines.list.element.start",
            "lines.list.element.end",
        ),
        indexed=("document_id", "source", "position", "chars", "stories", "needs_review"),
    ),
    Config(
        "rejects",
        "One row a record that was not published, with the reason and its raw bytes.",
        REJECTS,
        "rejects",
        repeated=("source", "reason"),
        near=("position",),
        indexed=("source", "position", "reason"),
    ),
)
"""All tables of an edition; the first one is the default."""

TABLES = tuple(config for config in CONFIGS if not config.columns)
"""Those that have files of their own."""
