"""copydesk: mending, all rules, the models, cutting, language, and the ledger with the removed text; one worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import clock

import copydesk

if TYPE_CHECKING:
    from pathlib import Path


def work(source: Path, out: Path, _: str) -> None:
    """Build an edition."""
    copydesk.build([source], out / "edition", workers=1)


if __name__ == "__main__":
    clock.main(work, "copydesk")
