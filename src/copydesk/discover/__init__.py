"""The front door of `discover`: what repeats across documents and no rule strikes yet, drafted as a rule pack.

Two passes over the inputs, in memory that does not grow with them. The first counts in how many documents each line,
each sentence at a line's edge and each odd word stands (`tally.py`, `reading.py`). The second looks closely at those
that stand in many: on which sites, where in the document, between which neighbours (`evidence.py`, `words.py`). Then
`judge.py` decides what is furniture and what is a heading, a refrain or code, `covered.py` asks the desk what it
strikes already, and `draft.py` writes the rest down for a person to edit.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from copydesk.discover.findings import Discovery, Finding, Settings
from copydesk.errors import SourceError
from copydesk.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from copydesk.progress import Progress

__all__ = ["Discovery", "Finding", "Settings", "discover"]


def discover(
    inputs: str | Path | Iterable[str | Path],
    *,
    settings: Settings | None = None,
    recipe: Recipe | None = None,
    progress: Progress | None = None,
) -> Discovery:
    """Find the lines, edges of lines and odd words that repeat across documents and belong to none of them.

    Args:
        inputs: Files and folders of text, JSON Lines or Parquet; they are read twice.
        settings: How often is often, and what a site is; see `Settings`.
        recipe: Its rules say what is struck already, its keys where a record's text is; the default if left out.
        progress: Is told how far it is.

    Returns:
        The findings, surest first. The same inputs and settings give the same findings.

    Raises:
        CopydeskError: An input, the recipe or a rule pack cannot be used, or the inputs hold no text.
    """
    if isinstance(inputs, (str, os.PathLike)):
        inputs = [inputs]

    from copydesk.discover.passes import run
    from copydesk.progress import Silent

    found = run([str(address) for address in inputs], settings or Settings(), recipe or Recipe(), progress or Silent())
    if not found.documents:
        message = "the inputs hold no text that can be read"
        raise SourceError(message, "look whether the files are empty, and whether --text-key is right")
    return found
