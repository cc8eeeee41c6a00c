"""The plan of a build: which part of which input goes into which chunk.

It depends on the inputs and the recipe alone, never on the engine or the number of workers, and so does every byte
written. Chunks are made while they are worked on, so that a plan takes no memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import copydesk
from copydesk import sources
from copydesk.chunks import Job
from copydesk.models import LINE_MODEL, SPLITTER
from copydesk.release.manifest import library_versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from copydesk.engines import Engine
    from copydesk.journal import Plan
    from copydesk.recipe import Recipe
    from copydesk.release.manifest import Manifest
    from copydesk.rulebook import RuleBook
    from copydesk.sources import InputFile, Piece, Survey

SHARES = 40
"""Into how many chunks an input is divided, about: enough to keep many cores busy to the end, and few enough that their
shards (two tables) and the papers go to the Hub in one commit, which should hold no more than a hundred files ..."""

LEAST_CHUNK, MOST_CHUNK = 4_000_000, 256_000_000
"""... but none smaller or larger than this, in bytes: each becomes a shard, and many small ones are a burden."""

MOST_CHUNKS = 4096
"""Chunks grow with the input rather than become more than this: the Hub takes 10,000 files a folder."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to make of the inputs, and how: see `copydesk.build` for the fields; `given` are the inputs as recorded."""

    recipe: Recipe
    version: str
    workers: int | None = 1
    engine: str = "local"
    given: tuple[str, ...] = ()
    strict: bool = False
    max_rejects: float = 1.0
    resume: bool = False
    profile: bool = False


def survey(files: Sequence[InputFile], order: Order, engine: Engine) -> list[Survey]:
    """Hash and divide all inputs."""
    size = chunk_bytes(files, order.recipe)
    return list(engine.look(partial(sources.survey, keys=order.recipe.input, chunk_bytes=size), files))


def chunk_bytes(files: Sequence[InputFile], recipe: Recipe) -> int:
    """Say how large a chunk is, in bytes of plain input: as the recipe says, or as suits the inputs."""
    total = sum(sources.plain_size(file) for file in files)
    wanted = recipe.output.chunk_mb * 1_000_000 or min(max(total // SHARES, LEAST_CHUNK), MOST_CHUNK)
    return max(wanted, total // MOST_CHUNKS)


def is_long(files: Sequence[InputFile], recipe: Recipe) -> bool:
    """Will there be enough chunks that more than one worker gets some?"""
    return sum(sources.plain_size(file) for file in files) >= 4 * chunk_bytes(files, recipe)


def jobs(surveys: Sequence[Survey], order: Order, folder: Path) -> Iterator[Job]:
    """Make the work orders of all chunks, in order.

    Files that can only be read from their start are unpacked into `folder` while the orders are taken, a chunk at a
    time; whoever takes the orders deletes `Job.segment` when it is no longer needed.
    """
    size = chunk_bytes([survey.file for survey in surveys], order.recipe)
    for number, pieces in enumerate(_chunks(surveys, size, folder)):
        yield Job(number, tuple(pieces), order.recipe, order.version, folder, order.strict)


def _chunks(surveys: Sequence[Survey], size: int, folder: Path) -> Iterator[list[Piece]]:
    """Put pieces together to chunks of about equal size."""
    chunk: list[Piece] = []
    weight = 0
    made = 0
    for piece in (piece for survey in surveys for piece in survey.pieces):
        if chunk and (piece.packed or weight + piece.weight > size):
            yield chunk
            made += 1
            chunk, weight = [], 0
        if piece.packed:
            for unpacked in sources.unpack(piece, size, lambda: folder / segment_name(made)):  # noqa: B023 (the name is asked for at once)
                yield [unpacked]
                made += 1
        else:
            chunk.append(piece)
            weight += piece.weight
    if chunk or not made:
        yield chunk


def segment_name(number: int) -> str:
    """Name the file of the part of an input that a chunk reads, if it was unpacked."""
    return f"segment-{number:06d}"


def facts(surveys: Sequence[Survey], order: Order, book: RuleBook) -> Plan:
    """Give all that decides which bytes the build writes; see `copydesk.journal`."""
    recipe = order.recipe
    return {
        "copydesk": copydesk.__version__,
        "libraries": library_versions(),
        "version": order.version,
        "recipe": recipe.digest,
        "rule book": book.digest,
        "line model": model_digest(recipe),
        "splitter": splitter_digest(recipe),
        "strict": order.strict,
        "inputs": {survey.file.source: survey.sha256 for survey in surveys},
    }


def facts_of(manifest: Manifest) -> Plan:
    """Give the same of the build that made an edition, but for what its manifest does not tell."""
    return {
        "copydesk": manifest.copydesk,
        "libraries": manifest.libraries,
        "recipe": manifest.recipe,
        "rule book": manifest.rules,
        "line model": manifest.model,
        "splitter": manifest.splitter,
        "inputs": {entry.source: entry.sha256 for entry in manifest.inputs},
    }


def model_digest(recipe: Recipe) -> str | None:
    """Give the digest of the line model that a recipe uses; None if it uses none."""
    return None if recipe.model.mode == "off" else LINE_MODEL.digest(recipe.model.file)


def splitter_digest(recipe: Recipe) -> str | None:
    """Give the digest of the splitter that a recipe uses; None if it uses none."""
    return SPLITTER.digest(recipe.split.file) if recipe.split.mode == "full" else None
