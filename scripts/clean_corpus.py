"""copydesk in one page: clean a text, look at the strokes, open an edition, put a raw document together again.

    python scripts/clean_corpus.py out/demo

expects an edition built from `corpus/` (as `make demo` does) and shows what a user would do with it.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import copydesk
from copydesk.document import Cleaned

VERSION = "1.0.0"

DIRTY = """Ferry to run again in May
HARBOUR TOWN (NPA) – The winter ferry will sail ag🍌ain, the harbour cafÃ©'s owner heard on Monday.
imgcenterwrap
The ferry in the ice. (Photo: A. Bee)
"We have a crew, and we have a boat," the harbour master said. "What we do not have is open water."./.
Read also:
- Ten soups that keep a deckhand warm
- Lake level falls for the third year
"""


def main(edition: str) -> None:
    """Show one cleaned text, then the edition."""
    print("One text:\n")
    cleaned = copydesk.clean(DIRTY)
    for story in cleaned.stories:
        print(story.text, "\n", story.fields, "\n")
    for edit in cleaned.edits:
        print(f"  {edit.start:4}:{edit.end:<4} {edit.rule:28} {edit.removed!r} -> {edit.replacement!r}")
    assert cleaned.restore() == DIRTY  # noqa: S101 - the point of the whole thing

    print("\nThe edition, loaded by its version:\n")
    stories = copydesk.load(edition, version=VERSION)
    sources = copydesk.load(edition, "sources", version=VERSION)
    rejects = copydesk.load(edition, "rejects", version=VERSION)
    print(f"  {len(sources)} documents, {len(stories)} stories, {len(rejects)} rejects")
    print("  kinds    ", dict(Counter(stories["kind"]).most_common()))
    print("  languages", dict(Counter(stories["language"]).most_common()))
    strokes = Counter(edit["label"] for edits in sources["edits"] for edit in edits)
    print("  strokes  ", dict(strokes.most_common()))
    for reject in rejects:
        print("  rejected ", reject["source"], "-", reject["reason"])

    print("\nEvery document can be put together again from its stories and its ledger:\n")
    by_document: dict[str, list[dict[str, object]]] = {}
    for story in stories:
        by_document.setdefault(story["document_id"], []).append(story)
    whole = 0
    for source in sources:
        raw = Cleaned.from_rows(source, by_document[source["document_id"]]).restore()
        whole += raw == _original(source["source"])
    print(f"  {whole} of {len(sources)} are the original files, character for character")

    try:
        copydesk.load(edition, version="9.9.9")
    except copydesk.EditionError as error:
        print(f"\nAnother version is not to be had from it: {error}")


def _original(source: str) -> str:
    return (Path(__file__).resolve().parent.parent / source).read_bytes().decode()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "out/demo")
