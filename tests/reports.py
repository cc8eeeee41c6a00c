"""Reading a report's page without a browser: the JSON that it holds, and what its rows say."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


def block(page: str) -> str:
    """Give what stands between the tags of the page's data."""
    (found,) = DATA.findall(page)
    return str(found)


def data(page: Path) -> dict[str, Any]:
    """Read a page's data."""
    found: dict[str, Any] = json.loads(block(page.read_text(encoding="utf-8")))
    return found


def pieces(document: dict[str, Any]) -> Iterable[list[Any]]:
    """Go through all pieces of a document's rows that are not left out."""
    return (piece for row in document["rows"] for piece in row if len(piece) > 1)


def before(document: dict[str, Any]) -> str:
    """Give the left side: the raw document."""
    return "".join(piece[1] for piece in pieces(document))


def after(document: dict[str, Any]) -> dict[int, str]:
    """Give the right side, by story."""
    found: dict[int, str] = {}
    for piece in pieces(document):
        found[piece[0]] = found.get(piece[0], "") + (piece[1] if len(piece) == 2 else piece[2])
    return found


def rules(found: dict[str, Any], document: dict[str, Any]) -> set[str]:
    """Name the rules of a document's strokes."""
    return {part for piece in pieces(document) if len(piece) > 2 for part in found["rules"][piece[3]].split("+")}
