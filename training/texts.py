"""Whole texts, each one story or one work: what mixed documents are made of, and what must never be cut."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

MOST_LINES = 600
"""Longer works are left out: a few books would outweigh everything else."""
TEXTS_PER_FILE = 40
LOOSE_KINDS = {"sentences", "snippet"}
"""Sentences that somebody collected do not belong together, whatever file they are in."""
LOOSE_ORIGINS = ("UniversalDependencies/UD_Romanian-RRT@",)
"""The same, in sources that name their sentences a document."""
SEGMENT_SETS = ("concat_gold", "teasers_desc", "single")


@dataclass(frozen=True, slots=True)
class Text:
    """One text.

    Attributes:
        id: Name in its set.
        site: What must not be on both sides of a fold.
        language: As its set names it; may be empty.
        lines: Its lines, none of them blank.
        title: Its headline, where the set has it apart; else empty.
        is_article: A story, and not a page of another sort.
        source: Name of the set.
    """

    id: str
    site: str
    language: str
    lines: tuple[str, ...]
    title: str
    is_article: bool
    source: str


@dataclass(frozen=True, slots=True)
class Teaser:
    """What a page says of another story.

    Attributes:
        language: Two letters.
        text: A sentence or two.
        site: What must not be on both sides of a fold.
        title: The other story's headline, if it is known.
    """

    language: str
    text: str
    site: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Mixed:
    """A document with the places where it must be cut.

    Attributes:
        id: Name in its set.
        kind: `concat`, `teasers` or `single`; for a development set its name.
        text: The document.
        starts: Numbers of the lines (blank ones not counted) that begin a story, the first line left out.
        sites: The sites of its parts.
    """

    id: str
    kind: str
    text: str
    starts: tuple[int, ...]
    sites: tuple[str, ...]


def shown(text: str) -> tuple[str, ...]:
    """Give the lines that are not blank, white space at their ends left out."""
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def of_evaluation(folder: Path) -> list[Text]:
    """Read the gold texts of the noise sets and the clean sets, each text once."""
    titles = json.loads((folder / "noise" / "titles.json").read_text(encoding="utf-8"))
    disputed = labels.disputed(folder / "noise")
    found: dict[str, Text] = {}
    for path in sorted((folder / "noise").glob("*.jsonl.gz")):
        for row in labels.read_rows(path):
            if row["id"] in found or row["id"] in disputed or not shown(row["gold"]):
                continue
            title = (titles.get(row["id"]) or [""])[0]
            is_article = row.get("page_type", "article") == "article"
            found[row["id"]] = Text(
                row["id"],
                labels.site_of(row),
                row["lang"],
                shown(row["gold"]),
                title[:1].upper() + title[1:],
                is_article,
                path.name.split(".")[0],
            )
    for path in sorted((folder / "clean").glob("*.jsonl.gz")):
        for row in labels.read_rows(path):
            source = path.name.split(".")[0]
            text = Text(
                row["id"],
                labels.site_of(row),
                row.get("lang", ""),
                shown(row["text"]),
                "",
                is_article=True,
                source=source,
            )
            found.setdefault(row["id"], text)
    for row in labels.read_rows(folder / "segment" / "single.jsonl.gz"):
        name = row["id"].removeprefix("s-")
        found.setdefault(name, Text(name, name, "", tuple(row["lines"]), "", is_article=True, source="single"))
    return list(found.values())


def of_public(paths: Sequence[Path]) -> Iterator[Text]:
    """Read clean texts as `public.py` makes them."""
    for path in paths:
        fitting = 0
        for row in labels.read_rows(path):
            lines = shown(row["text"])
            origin = str(row.get("origin") or row["id"])
            loose = row.get("kind") in LOOSE_KINDS or origin.startswith(LOOSE_ORIGINS)
            if not lines or len(lines) > MOST_LINES or loose:
                continue
            site = origin.split("@", maxsplit=1)[0]
            yield Text(row["id"], site, row.get("lang", ""), lines, "", is_article=False, source="public")
            fitting += 1
            if fitting == TEXTS_PER_FILE:
                break


def of_summaries(path: Path) -> Iterator[Teaser]:
    """Read the summaries that were written for training; each is a site of its own."""
    for language, written in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for number, text in enumerate(written):
            yield Teaser(language, text, f"summaries.{language}.{number}")


def of_feeds(paths: Sequence[Path]) -> Iterator[Teaser]:
    """Read summaries as `feeds.py` makes them."""
    for path in paths:
        for row in labels.read_rows(path):
            yield Teaser(row["lang"], row["text"], row["site"], row["title"])


def of_rows(documents: Iterable[Mixed]) -> Iterator[Teaser]:
    """Give the summaries of the development set; they are in English, but for a few."""
    for mixed in documents:
        if mixed.kind == "teasers_desc":
            lines = shown(mixed.text)
            for start, site in zip(mixed.starts, mixed.sites[1:], strict=True):
                yield Teaser("en", lines[start], site)


def development(folder: Path, sites: dict[str, str]) -> Iterator[Mixed]:
    """Read the development sets of the splitter.

    Args:
        folder: The evaluation's folder.
        sites: The sites of the texts by id, as far as they are known.
    """
    for name in SEGMENT_SETS:
        for row in labels.read_rows(folder / "segment" / f"{name}.jsonl.gz"):
            parts = row.get("parts") or [row["id"].removeprefix("s-")]
            of_parts = tuple(sites.get(part, part) for part in parts)
            yield Mixed(row["id"], name, "\n".join(row["lines"]), tuple(row["boundaries"]), of_parts)
