"""How well this release of copydesk cleans, as its own quality run measured it; for the cards of editions."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from copydesk.recipe import Recipe
from copydesk.release.markdown import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DECISIVE = ("mend", "emoji", "rules", "model", "guard", "split")
"""Tables of the recipe that decide what is struck and cut, so that a change in them makes it another thing."""

WORDS = """Measured with the default recipe on public research sets: the share of all real words that were lost, and the
mean share of noise that went. The learned models had not seen the sites of the pages that they are measured on."""


@cache
def _figures() -> dict[str, Any]:
    text = (resources.files("copydesk") / "data" / "quality.json").read_text(encoding="utf-8")
    figures: dict[str, Any] = json.loads(text)
    return figures


def by_set() -> str:
    """Write the figures by set as a table."""
    rows = [
        (
            f"{row['set']} ({row['n']:.0f})",
            f"{row['harm']:.2%}",
            _share(row, "removed"),
            _score(row, "F1_alone"),
            _score(row, "F1"),
        )
        for row in _figures()["sets"]
    ]
    return table(("set (documents)", "real text lost:", "noise gone:", "F1 left alone:", "F1:"), rows)


def by_language(codes: Iterable[str]) -> str:
    """Write the real text lost in some languages as a table; nothing if none of them was measured."""
    known = _figures()["languages"]
    found = {code: known[code] for code in codes if code in known}
    kinds = sorted({kind for rows in found.values() for kind in rows})
    rows = [(code, *(_lost(by_kind.get(kind)) for kind in kinds)) for code, by_kind in found.items()]
    return table(("language", *(f"{kind}:" for kind in kinds)), rows) if rows else ""


def changed(recipe: Recipe) -> list[str]:
    """Name the settings in which a recipe differs from the one that was measured."""
    ours, default = recipe.to_mapping(), Recipe().to_mapping()
    return [
        f"{name}.{setting}"
        for name in DECISIVE
        for setting, value in ours[name].items()
        if value != default[name][setting]
    ]


def _share(row: Mapping[str, float], name: str) -> str:
    return f"{row[name]:.1%}" if name in row else ""


def _score(row: Mapping[str, float], name: str) -> str:
    return f"{row[name]:.3f}".removeprefix("0") if name in row else ""


def _lost(row: Mapping[str, float] | None) -> str:
    return f"{row['harm']:.2%} ({row['n']:.0f})" if row else ""
