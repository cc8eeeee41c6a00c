"""What two editions were made with, and where that differs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from copydesk.recipe import Recipe
from copydesk.release.changes.values import Difference, RuleBookChange
from copydesk.release.manifest import Manifest
from copydesk.release.paths import RECIPE

if TYPE_CHECKING:
    from collections.abc import Mapping

PATHS = ("model.file", "split.file")
"""Settings that name a file; where it lies is no difference."""

PACKS = "rules.packs"
"""The setting that names several."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two editions that are compared.

    Attributes:
        folder: Where its tables are.
        manifest: What is known of it; of its files only the tables need be listed.
        recipe: The recipe that made it.
    """

    folder: Path
    manifest: Manifest
    recipe: Recipe

    @classmethod
    def of(cls, edition: str | Path) -> Side:
        """Open an edition on disk.

        Raises:
            EditionError: It is none.
            RecipeError: Its recipe holds settings that this copydesk does not know.
        """
        folder = Path(edition)
        return cls(folder, Manifest.load(folder), Recipe.load(folder / RECIPE))


def settings(old: Recipe, new: Recipe) -> tuple[Difference, ...]:
    """Give the settings that differ."""
    return _differences(_flat(old), _flat(new))


def made_with(old: Manifest, new: Manifest) -> tuple[Difference, ...]:
    """Give what else differs: releases and models."""
    return _differences(_tools(old), _tools(new))


def rule_books(old: Mapping[str, str], new: Mapping[str, str]) -> RuleBookChange:
    """Compare two rule books by the digests of their rules, in the order in which they win."""
    both = [name for name in old if name in new]
    return RuleBookChange(
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        changed=tuple(name for name in both if old[name] != new[name]),
        reordered=both != [name for name in new if name in old],
    )


def status(rule: str, change: RuleBookChange, known: Mapping[str, str]) -> str:
    """Say what became of a rule of the ledger, which may name several that met in one edit."""
    names = rule.split("+")
    for word in ("added", "removed", "changed"):
        if any(name in getattr(change, word) for name in names):
            return word
    return "same" if any(name in known for name in names) else "step"


def _flat(recipe: Recipe) -> dict[str, Any]:
    flat = {f"{table}.{key}": value for table, keys in recipe.to_mapping().items() for key, value in keys.items()}
    for name in PATHS:
        flat[name] = PurePath(flat[name]).name
    flat[PACKS] = [PurePath(pack).name for pack in flat[PACKS]]
    return {name: list(value) if isinstance(value, tuple) else value for name, value in flat.items()}


def _tools(manifest: Manifest) -> dict[str, Any]:
    models = {"line model": manifest.model, "splitter": manifest.splitter}
    return {"copydesk": manifest.copydesk, **manifest.libraries, **models}


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Difference, ...]:
    names = [*old, *(name for name in new if name not in old)]
    return tuple(Difference(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))
