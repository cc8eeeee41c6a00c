"""Measures on the project's own corpus: each document beside what it must become."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from quality.ledger import again
from quality.measures import CORPUS, Part, neat, share
from quality.words import shared, words
from scoring import cleaned

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).resolve().parents[2] / "corpus"
WORST = 5


@dataclass(frozen=True)
class Result:
    """What became of one document; counts are words.

    Attributes:
        name: Language and name: `vi/cho-noi`.
        shows: The labels that the document is in the corpus for.
        raw: The raw text.
        wanted: Words of the stories that it must become.
        lost: Those of them that it did not become.
        noise: Words of the raw text that must go.
        left: How many of those are left.
        exact: Whether stories, kinds and texts are just as they must be.
    """

    name: str
    shows: tuple[str, ...]
    raw: str
    wanted: int
    lost: int
    noise: int
    left: int
    exact: bool


def measure(folder: Path) -> Part:
    """Measure a corpus: all of it, by language, and by the kind of noise that documents show."""
    results = [_result(path, folder) for path in sorted((folder / "raw").rglob("*.txt"))]
    part = Part({CORPUS: neat(_figures(results) | again(result.raw for result in results))})
    languages = sorted({result.name.split("/")[0] for result in results})
    for language in languages:
        ours = [result for result in results if result.name.split("/")[0] == language]
        part.figures[f"{CORPUS}/language/{language}"] = neat(_figures(ours))
    for kind in sorted({kind for result in results for kind in result.shows}):
        part.figures[f"{CORPUS}/kind/{kind}"] = neat(_figures([result for result in results if kind in result.shows]))
    losses = sorted(
        ((share(result.lost, result.wanted), result.name) for result in results if result.lost), reverse=True
    )
    if losses:
        part.worst[CORPUS] = [f"{name}:{loss:.2f}" for loss, name in losses[:WORST]]
    return part


def _result(path: Path, folder: Path) -> Result:
    name = path.relative_to(folder / "raw").with_suffix("").as_posix()
    raw = path.read_bytes().decode()
    wanted = tomllib.loads((folder / "expected" / f"{name}.toml").read_text(encoding="utf-8"))
    stories = [(story["kind"], story["text"].strip()) for story in wanted.get("story", [])]
    if wanted.get("unchanged"):
        stories = [("article", raw.strip())]
    got = [(story.kind, story.text.strip()) for story in cleaned(raw).stories]
    before, after, gold = words(raw), _words(got), _words(stories)
    hit, noise = shared(after, gold), len(before) - shared(before, gold)
    left = min(len(after) - hit, noise)
    return Result(name, tuple(wanted["shows"]), raw, len(gold), len(gold) - hit, noise, left, got == stories)


def _words(stories: Sequence[tuple[str, str]]) -> list[str]:
    return words("\n".join(text for _, text in stories))


def _figures(results: Sequence[Result]) -> dict[str, float]:
    noise = sum(result.noise for result in results)
    return {
        "n": len(results),
        "harm": share(sum(result.lost for result in results), sum(result.wanted for result in results)),
        "removed": 1 - share(sum(result.left for result in results), noise),
        "exact": share(sum(result.exact for result in results), len(results)),
    }
