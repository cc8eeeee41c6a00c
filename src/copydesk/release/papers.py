"""The papers of an edition: everything in it but its tables and its manifest. What is added here gets into each one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.errors import BuildError
from copydesk.recipe import name_of
from copydesk.release.card import card
from copydesk.release.croissant import croissant
from copydesk.release.figures import measure
from copydesk.release.manifest import file_entry
from copydesk.release.paths import CARD, CHANGES, CROISSANT, DATA, MANIFEST, RECIPE, RULES

if TYPE_CHECKING:
    from copydesk.recipe import Recipe
    from copydesk.release.manifest import FileEntry, Manifest
    from copydesk.rulebook import RuleBook


OWN = (CARD, CHANGES, CROISSANT, DATA, MANIFEST, RECIPE, RULES)
"""Names in an edition's folder that no file of the user's may have."""


def write_papers(folder: Path, manifest: Manifest, recipe: Recipe, book: RuleBook, changes: str) -> list[FileEntry]:
    """Write the card, its twin for machines, the recipe and what it needs to make the edition again.

    Args:
        folder: The edition's folder, with its tables in it.
        manifest: What is known of the edition; it lists the tables only.
        recipe: The recipe as it was used.
        book: The rule book as it was used.
        changes: The text of the changelog.

    Returns:
        The papers with their hashes.

    Raises:
        BuildError: Two rule packs or models have the same name.
    """
    used = _write_recipe(folder, recipe)
    titles = {kind.label: kind.title for kind in book.kinds}
    figures = measure(folder, manifest.files)
    (folder / CARD).write_text(card(manifest, figures, recipe, titles), encoding="utf-8")
    recipe_file = file_entry(folder, RECIPE)
    (folder / CROISSANT).write_text(croissant(manifest, figures, recipe, recipe_file), encoding="utf-8")
    (folder / CHANGES).write_text(changes, encoding="utf-8")
    return [recipe_file, *(file_entry(folder, paper) for paper in (CARD, CHANGES, CROISSANT, *used))]


def _write_recipe(folder: Path, recipe: Recipe) -> list[str]:
    """Write the recipe, the user's rule packs and models; give the paths of the packs' files and of the models."""
    names, used = [], []
    for pack in map(Path, recipe.rules.packs):
        name = name_of(str(pack))
        target = folder / RULES / name
        if target.exists():
            message = f"two rule packs are called {name}"
            raise BuildError(message, "rename one of them")
        files = sorted(pack.glob("*.toml")) if pack.is_dir() else [pack]
        for file in files:
            copy = target / file.name if pack.is_dir() else target
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
            used.append(str(copy.relative_to(folder)))
        names.append(f"{RULES}/{name}")
    models = [_copied(file, folder) for file in (recipe.model.file, recipe.split.file)]
    written = replace(
        recipe,
        rules=replace(recipe.rules, packs=tuple(names)),
        model=replace(recipe.model, file=models[0]),
        split=replace(recipe.split, file=models[1]),
    )
    (folder / RECIPE).write_text(written.to_toml(), encoding="utf-8")
    return [*used, *filter(None, models)]


def _copied(file: str, folder: Path) -> str:
    """Copy a user's own model into the edition; give its name there, nothing for no file."""
    if not file:
        return ""
    name = name_of(file)
    if (folder / name).exists() or name in OWN:
        message = f"two files of the edition would be called {name}"
        raise BuildError(message, "rename your model file")
    (folder / name).write_bytes(Path(file).read_bytes())
    return name
