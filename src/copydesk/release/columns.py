"""What each column of an edition holds, in one sentence: for the card's tables and Croissant's fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

STORIES = {
    "id": "The story's name: that of its document, a hyphen, and its index.",
    "document_id": "The document's name: the first 32 hex digits of its raw text's SHA-256.",
    "index": "The story's place in its document, from 0.",
    "kind": "`article`, `teaser` (another story's heading or summary), or `digest_item` (an item of a digest).",
    "main": "Whether it is the page's own story.",
    "cut_before": "How sure the cut before it is, 0 to 1; null where the document begins.",
    "cut_after": "How sure the cut behind it is, 0 to 1; null where the document ends.",
    "title": "The story's heading, if it was told apart; it is the start of the text too.",
    "text": "The clean text.",
    "language": "The text's language, a BCP 47 code; `und` when unknown.",
    "language_score": "How sure the language is, 0 to 1.",
    "fields": "Facts that were struck from the text.",
    "fields.captions": "Captions of pictures.",
    "fields.credits": "Credits of pictures and of people who worked on the text.",
    "fields.tags": "Topics that the page named.",
    "fields.byline": "Who wrote it.",
    "fields.dateline": "Place and agency at the start of the text.",
    "fields.source": "Where the page said that the text is from.",
    "spans": "The stretches of the raw document that the story keeps, in order.",
    "spans.start": "First code point of the stretch.",
    "spans.end": "First code point after it.",
    "source": "The input file that the document came from.",
    "position": "Its line or row there, from 1.",
    "needs_review": "Whether the document was kept whole because too much of it would have been struck.",
    "version": "The edition's version.",
    "recipe": "The digest of the recipe that it was cleaned by.",
}

SOURCES = {
    "document_id": STORIES["document_id"],
    "source": STORIES["source"],
    "position": STORIES["position"],
    "record_id": "The record's own identifier, if it had one.",
    "meta": "The record's other fields as a JSON object, if it had any.",
    "sha256": "SHA-256 (hex) of the raw text in UTF-8.",
    "chars": "Code points of the raw text.",
    "kept": "Code points of its stories.",
    "stories": "How many stories it has.",
    "needs_review": STORIES["needs_review"],
    "edits": "The ledger: every stroke, in raw order.",
    "edits.start": "First code point of the raw text that was replaced.",
    "edits.end": "First code point after it.",
    "edits.removed": "The raw text between the two; null if the recipe keeps none.",
    "edits.replacement": "What stands there instead; empty for a plain strike.",
    "edits.rule": "The rule or step that did it.",
    "edits.label": "The kind of thing that it was.",
    "edits.story": "The index of the story that it belongs to.",
    "lines": "What each line is held to be; empty unless the recipe annotates.",
    "lines.start": "First code point of the line in the raw text.",
    "lines.end": "First code point after it.",
    "lines.label": "What it is held to be.",
    "lines.rule": "The rule that would strike it; null if none would.",
    "lines.noise": "How likely it is noise, 0 to 1.",
}

REJECTS = {
    "source": "The input file that the record is in.",
    "position": STORIES["position"],
    "reason": "Why it was not published, in a word.",
    "detail": "The same in more words.",
    "raw": "The record's bytes.",
}

COLUMNS = {"stories": STORIES, "sources": SOURCES, "rejects": REJECTS}
"""By table; the parts of a column have its name, a dot, and their own."""


def paths(schema: pa.Schema) -> Iterator[tuple[str, pa.DataType]]:
    """Go through the columns of a table and the parts of each, with their types; lists are passed through."""
    for field in schema:
        yield field.name, field.type
        for part in members(field.type):
            yield f"{field.name}.{part.name}", part.type


def members(kind: pa.DataType) -> list[pa.Field]:
    """Give the fields of a struct, or of a list of structs; none for anything else."""
    from pyarrow import types

    inner = kind.value_type if types.is_list(kind) else kind
    return list(inner) if types.is_struct(inner) else []
