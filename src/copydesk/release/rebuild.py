"""Making an edition again from its own folder and its inputs, to the byte."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import copydesk
from copydesk import sources
from copydesk.errors import EditionError, SourceError
from copydesk.models import LINE_MODEL, SPLITTER
from copydesk.progress import Silent
from copydesk.recipe import Recipe
from copydesk.release import changelog
from copydesk.release.history import Again
from copydesk.release.intact import check_hashes
from copydesk.release.manifest import Manifest, library_versions
from copydesk.release.paths import RECIPE
from copydesk.rulebook import RuleBook
from copydesk.sources import InputFile
from copydesk.sources.base import plain, sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copydesk.progress import Progress
    from copydesk.release.manifest import InputEntry


@dataclass(frozen=True, slots=True)
class Plan:
    """An edition that can be made again, as its inputs were found and are what they were.

    Attributes:
        folder: Where it is.
        manifest: Its manifest.
        recipe: Its recipe.
        files: Its inputs, where they are now, by the names that they have in it.
        mismatches: What is not what it was made with, in words; each may make other bytes.
    """

    folder: Path
    manifest: Manifest
    recipe: Recipe
    files: tuple[InputFile, ...]
    mismatches: tuple[str, ...]

    @classmethod
    def of(
        cls, edition: str | Path, inputs: str | Path | Sequence[str | Path] = (), *, progress: Progress | None = None
    ) -> Plan:
        """Look for all that an edition was made from.

        Args:
            edition: The edition's folder.
            inputs: Files and folders with the inputs, by whatever names; the addresses in its manifest if left out.
            progress: Is told how much of the inputs is hashed.

        Raises:
            EditionError: It is no edition, or its own papers were changed.
            SourceError: An input is not to be found, or is not what it was.
        """
        folder = Path(edition)
        manifest = Manifest.load(folder)
        check_hashes(folder, manifest, [entry for entry in manifest.files if entry.rows is None])
        recipe = Recipe.load(folder / RECIPE)
        if isinstance(inputs, (str, os.PathLike)):
            inputs = [inputs]
        with progress or Silent() as shown:
            files = _found(manifest, [str(address) for address in inputs], shown)
        return cls(folder, manifest, recipe, files, tuple(_mismatches(manifest, recipe)))

    def run(
        self,
        out: str | Path,
        *,
        workers: int = 1,
        engine: str = "local",
        force: bool = False,
        progress: Progress | None = None,
    ) -> Manifest:
        """Make the edition again; `rebuild` describes arguments and errors."""
        from copydesk.plan import Order
        from copydesk.press import press

        order = Order(self.recipe, self.manifest.version, workers, engine, self.manifest.given)
        history = Again(self.manifest, changelog.read(self.folder, self.manifest))
        made = press(self.files, Path(out), order, history=history, force=force, progress=progress)
        if made.data_digest != self.manifest.data_digest:
            raise EditionError(*_difference(self, made, out))
        return made


def rebuild(  # noqa: PLR0913 (each is one thing a user may want to say; all but three are keywords)
    edition: str | Path,
    out: str | Path,
    inputs: str | Path | Sequence[str | Path] = (),
    *,
    workers: int = 1,
    engine: str = "local",
    force: bool = False,
    progress: Progress | None = None,
) -> Manifest:
    """Make an edition again from its folder and its inputs, and compare the two.

    Args:
        edition: The folder of the edition to make again.
        out: The folder to write.
        inputs: Files and folders that hold the inputs, under whatever names; they are known by their hashes. If left
            out, the inputs are looked for where the manifest says that they were, from the current folder.
        workers: Processes to use.
        engine: Where chunks run.
        force: Replace an edition at `out`.
        progress: Is told how far the build is.

    Returns:
        The manifest of the new edition, whose data are the same to the byte.

    Raises:
        SourceError: An input is not to be found, or is not what it was; nothing was built.
        EditionError: It is no edition, or its data came out otherwise. What came out is left for `copydesk diff`.
        BuildError: The output cannot be written.
    """
    plan = Plan.of(edition, inputs)
    return plan.run(out, workers=workers, engine=engine, force=force, progress=progress)


def _found(manifest: Manifest, inputs: list[str], shown: Progress) -> tuple[InputFile, ...]:
    """Find each input by its hash; among files of the same hash, by its name."""
    try:
        candidates = sources.find(inputs or manifest.given)
    except SourceError as error:
        hint = "name the inputs, wherever they are now: copydesk rebuild DIR -o OUT INPUT..."
        raise SourceError(error.message, error.hint if inputs else hint) from None
    wanted = {(entry.kind, entry.bytes) for entry in manifest.inputs}
    likely = [file for file in candidates if (file.kind, file.size) in wanted]
    shown.begin(sum(file.size for file in likely))
    by_hash: dict[tuple[str, str], list[InputFile]] = defaultdict(list)
    for file in likely:
        by_hash[file.kind, sha256_of(file)].append(file)
        shown.tick(0, 0, file.size)
    return tuple(_match(entry, by_hash[entry.kind, entry.sha256], candidates) for entry in manifest.inputs)


def _match(entry: InputEntry, same: list[InputFile], candidates: Sequence[InputFile]) -> InputFile:
    """Give the file that an input was.

    Raises:
        SourceError: There is none of this content.
    """
    if same:
        file = next((file for file in same if file.source == entry.source), same[0])
        return InputFile(file.address, entry.source, entry.kind, entry.bytes)
    name = entry.source.rpartition("/")[2]
    for file in candidates:
        if file.source == entry.source or file.source.rpartition("/")[2] == name:
            message = f"{plain(file.address)} is not what the edition was made from"
            raise SourceError(message, f"{entry.source} had {entry.bytes:,} bytes with the SHA-256 {entry.sha256}")
    message = f"{entry.source} is not among the inputs"
    raise SourceError(message, f"name the file or folder that holds it; its SHA-256 was {entry.sha256}")


def _mismatches(manifest: Manifest, recipe: Recipe) -> Iterator[str]:
    """Say what is not as it was when the edition was made."""
    if manifest.copydesk != copydesk.__version__:
        yield f"the edition was made with copydesk {manifest.copydesk}, this is {copydesk.__version__}"
    now = library_versions()
    for name in {**manifest.libraries, **now}:
        if manifest.libraries.get(name) != now.get(name):
            yield f"the edition was made with {name} {manifest.libraries.get(name)}, here is {now.get(name)}"
    book = RuleBook.load([Path(pack) for pack in recipe.rules.packs], recipe.rules.off)
    if book.digest != manifest.rules:
        yield "the rules are not those that the edition was made with"
    models = (
        ("line model", manifest.model, LINE_MODEL, recipe.model.file),
        ("splitter", manifest.splitter, SPLITTER, recipe.split.file),
    )
    for name, digest, model, file in models:
        if digest is not None and digest != model.digest(file):
            yield f"the {name} is not the one that the edition was made with"


def _difference(plan: Plan, made: Manifest, out: str | Path) -> tuple[str, str]:
    """Say which file came out otherwise, and what may be the reason."""
    now = {entry.path: entry for entry in made.files}
    first = next(
        (entry.path for entry in plan.manifest.files if entry.rows is not None and now.get(entry.path) != entry),
        "the list of its files",
    )
    reason = f"{plan.mismatches[0]}; " if plan.mismatches else ""
    return (
        f"{out} is not the same edition: {first} differs",
        f"{reason}copydesk diff {plan.folder} {out} shows what differs",
    )
