"""A recipe that does next to nothing, so that it is compiled in no time, and a rule pack of a user's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from editions import NO_RULES

if TYPE_CHECKING:
    from pathlib import Path

    from copydesk import Recipe

LIGHT = replace(NO_RULES, split=replace(NO_RULES.split, mode="off"), model=replace(NO_RULES.model, mode="off"))
"""Mends letters and nothing else."""

STAMP = """
kind = { label = "stamp", title = "Stamps", why = "A stamp is no news." }

[[rule]]
name = "line"
why = "A stamp alone on its line."
match = "line"
pattern = 'SEEN AND FILED'
examples = [{ before = "The boat left.\\nSEEN AND FILED", after = "The boat left." }]
lookalikes = [{ text = "The letter was seen and filed." }]
"""
"""A pack with one rule."""


def light(**settings: dict[str, Any]) -> Recipe:
    """Change settings of the light recipe."""
    return replace(LIGHT, **{table: replace(getattr(LIGHT, table), **keys) for table, keys in settings.items()})


def stamped(folder: Path, pack: str = STAMP) -> Recipe:
    """Give the light recipe with a pack, which is written into a folder."""
    (folder / "stamp.toml").write_text(pack, encoding="utf-8")
    return light(rules={"packs": (str(folder / "stamp.toml"),)})
