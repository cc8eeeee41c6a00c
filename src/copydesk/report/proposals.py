"""What would have been struck of a document that was kept whole: the same recipe, without the guard's limit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import copydesk
from copydesk.errors import CopydeskError, LedgerError
from copydesk.models import LINE_MODEL, SPLITTER
from copydesk.rulebook import RuleBook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.desk import Desk
    from copydesk.document import Cleaned
    from copydesk.release.changes.causes import Side


class Proposer:
    """Cleans as an edition was cleaned, but for the guard."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @classmethod
    def of(cls, side: Side) -> Proposer | str:
        """Set up a desk for an edition; if it would strike otherwise than the edition was struck, say why not."""
        from copydesk.desk import Desk

        try:
            unlike = next(_unlike(side), None)
            guard = replace(side.recipe.guard, max_struck=1.0, annotate=False)
            ledger = replace(side.recipe.ledger, removed_text=True)
            return unlike or cls(Desk(replace(side.recipe, guard=guard, ledger=ledger)))
        except CopydeskError as error:
            return error.message

    def propose(self, cleaned: Cleaned) -> tuple[Cleaned, int]:
        """Clean a document again that was kept whole; give also how many characters it was cleaned from.

        Where the ledger keeps no removed text, that is the text as it was published: its letters are mended already.
        """
        try:
            raw = cleaned.restore()
        except LedgerError:
            raw = cleaned.text
        return self._desk.clean(raw), len(raw)


def _unlike(side: Side) -> Iterator[str]:
    """Say what is not as it was when the edition was made, as far as it decides what is struck."""
    manifest, recipe = side.manifest, side.recipe
    if manifest.copydesk != copydesk.__version__:
        yield f"the edition was made with copydesk {manifest.copydesk}, this is {copydesk.__version__}"
    if RuleBook.load([Path(pack) for pack in recipe.rules.packs], recipe.rules.off).digest != manifest.rules:
        yield "the rules that are installed are not those that the edition was made with"
    if manifest.model is not None and LINE_MODEL.digest(recipe.model.file) != manifest.model:
        yield "the line model that is installed is not the one that the edition was made with"
    if manifest.splitter is not None and SPLITTER.digest(recipe.split.file) != manifest.splitter:
        yield "the splitter that is installed is not the one that the edition was made with"
