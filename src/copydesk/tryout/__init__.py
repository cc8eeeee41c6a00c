"""The front door of `rules try`: what a draft rule pack would do to a dump, the riskiest strokes first.

Nothing is written and nothing is struck. A first desk labels the lines of each document with the draft's rules ahead of
all others, so that it shows all that the draft would take. Where it would take anything, a second desk labels the same
lines as if there were no draft: that says what goes already, and how likely each line is real (`looking.py`).
`counting.py` adds up, in memory that does not grow with the dump, and `risk.py` says what makes a stroke risky.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from copydesk.errors import SourceError
from copydesk.recipe import Recipe
from copydesk.tryout.values import DocumentLoss, RuleTrial, Trial, TriedStroke

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from copydesk.progress import Progress

__all__ = ["DocumentLoss", "RuleTrial", "Trial", "TriedStroke", "try_rules"]

SAMPLES = 3
"""Strokes that are kept of each rule, unless more are asked for."""


def try_rules(  # noqa: PLR0913 (each is one setting; all but two are keywords)
    pack: str | Path,
    inputs: str | Path | Iterable[str | Path],
    *,
    recipe: Recipe | None = None,
    samples: int = SAMPLES,
    limit: int | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Trial:
    """Say what a rule pack would strike in some inputs. Nothing is written.

    Args:
        pack: The draft: a rule pack (TOML), or a folder of them.
        inputs: Files and folders, as for `build`.
        recipe: The settings that the draft would be added to; the default if left out.
        samples: How many strokes to keep of each rule, the riskiest ones.
        limit: How many documents to read, from the first on; None for all.
        workers: How many processes.
        progress: Is told how far it is.

    Returns:
        Counts and samples, the rule with the riskiest stroke first. The same inputs and settings give the same, however
        many workers there are.

    Raises:
        CopydeskError: The pack, an input or the recipe cannot be used, or the inputs hold no text.
    """
    from copydesk.progress import Silent
    from copydesk.tryout.running import run

    addresses = [str(inputs)] if isinstance(inputs, (str, os.PathLike)) else [str(address) for address in inputs]
    if samples < 0 or (limit is not None and limit < 1):
        message = f"cannot show {samples} samples of {limit} documents"
        raise SourceError(message, "give --samples 0 or more, --limit 1 or more")
    trial = run(str(pack), addresses, recipe or Recipe(), (samples, limit, workers), progress or Silent())
    if not trial.documents:
        message = "the inputs hold no text that can be read"
        raise SourceError(message, "look whether the files are empty, and whether --text-key is right")
    return trial
