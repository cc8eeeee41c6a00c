"""A step for datatrove's pipelines, between a reader and whatever comes after.

from copydesk.integrations.datatrove import Copydesk

LocalPipelineExecutor([JsonlReader("dump/"), Copydesk(), JsonlWriter("stories/")], tasks=8).run()
"""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from copydesk.batches import Batch
from copydesk.errors import CopydeskError

try:
    from datatrove.data import Document
    from datatrove.pipeline.base import PipelineStep
except ImportError as error:
    message = "this step needs datatrove, which is not installed"
    raise CopydeskError(message, "install it with: pip install datatrove") from error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from copydesk.recipe import Recipe

BATCH = 256
"""Documents that are cleaned at a time."""

FACTS = ("index", "kind", "main", "title", "language", "language_score", "needs_review")
"""What stands in a story's metadata as it is."""

NESTED = ("fields", "spans", "edits")
"""What stands there as JSON, so that writers of tables find one type in all documents."""


class Copydesk(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """Cleans documents and cuts them into stories: a document goes in, none, one or several come out.

    A story's id is its document's with its number behind it, as in an edition. Its metadata are the document's, with
    `document_id`, what `FACTS` and `NESTED` name, and `ledger = False` leaves out spans and edits. With the ledger, a
    document can be put together again: `Cleaned.from_rows` takes such rows.

    Args:
        recipe: The settings; the default recipe if left out.
        ledger: Whether the strokes stay with the story, and the text that they took.
        main_only: Whether only each document's main story goes on.
    """

    name = "🗞 copydesk"
    type = "✂️ - FORMAT"

    def __init__(self, recipe: Recipe | None = None, *, ledger: bool = True, main_only: bool = False) -> None:
        super().__init__()
        self.batch = Batch(recipe)
        self.ledger = ledger
        self.main_only = main_only

    def run(self, data: Iterable[Document] | None, rank: int = 0, world_size: int = 1) -> Iterator[Document]:  # noqa: ARG002
        """Clean the documents of a task."""
        documents = iter(data or ())
        while batch := list(islice(documents, BATCH)):
            with self.track_time("batch"):
                stories = self._clean(batch)
            for story in stories:
                self.stat_update("stories")
                self.update_doc_stats(story)
                yield story

    def _clean(self, documents: list[Document]) -> list[Document]:
        texts = pa.table({"text": pa.array([document.text for document in documents], pa.string())})
        rows = self.batch.desk.clean_batch(texts).to_pylist()
        self.stat_update("documents", value=len(documents))
        self.stat_update("documents without a story", value=len(documents) - len({row["document"] for row in rows}))
        return [self._story(documents[row["document"]], row) for row in rows if row["main"] or not self.main_only]

    def _story(self, document: Document, row: dict[str, Any]) -> Document:
        facts: dict[str, Any] = {"document_id": document.id, **{name: row[name] for name in FACTS}}
        nested = NESTED if self.ledger else NESTED[:1]
        facts.update({name: json.dumps(row[name], ensure_ascii=False) for name in nested})
        return Document(
            text=row["text"],
            id=f"{document.id}-{row['index']}",
            media=document.media,
            metadata={**document.metadata, **facts},
        )
