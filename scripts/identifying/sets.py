"""Texts whose language is known: the development sets, and the stories of the project's own corpus."""

from __future__ import annotations

import gzip
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from identifying.codes import known_to_langdetect, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CORPUS = Path(__file__).resolve().parents[2] / "corpus"

LANG = ("lang/udhr2", "lang/masakhanews")
"""Development sets made for this question."""

CLEAN = ("clean/multilingual",)
"""Clean texts that say their language too; snippets are taken of these as well."""

SNIPPET = 40
"""Characters of a snippet."""

PIECE = 200
"""Long lines are taken apart after so many characters, to have more snippets."""

PIECES = 8
"""Snippets of one text, at most."""


class Known(NamedTuple):
    """A text and its language."""

    text: str
    language: str


def read(folder: Path | None) -> dict[str, list[Known]]:
    """Read all sets.

    Args:
        folder: Where the development sets are; without it there is the corpus only.

    Returns:
        By name: `lang` (texts of the sets for languages), `corpus`, and `snippets` (beginnings of pieces of all texts).
        Names with `, known` hold the part in languages that langdetect knows.

    Raises:
        FileNotFoundError: A set is not there.
    """
    lang = [known for name in LANG if folder for known in _set(folder / f"{name}.jsonl.gz")]
    clean = [known for name in CLEAN if folder for known in _set(folder / f"{name}.jsonl.gz")]
    corpus = list(_corpus())
    every = {
        "lang": lang,
        "lang, first 40": [Known(known.text[:SNIPPET], known.language) for known in lang],
        "corpus": corpus,
        "snippets": [snippet for known in (*lang, *clean, *corpus) for snippet in snippets(known)],
    }
    found = {name: texts for name, texts in every.items() if texts}
    return {**{f"{name}, known": in_langdetect(texts) for name, texts in found.items()}, **found}


def in_langdetect(texts: Iterable[Known]) -> list[Known]:
    """Keep the texts in languages that langdetect knows."""
    return [known for known in texts if known.language in known_to_langdetect()]


def snippets(known: Known) -> list[Known]:
    """Give the first characters of each piece of a text that has so many."""
    lines = (line.strip() for line in known.text.split("\n"))
    pieces = (line[at : at + SNIPPET].strip() for line in lines for at in range(0, len(line) - SNIPPET + 1, PIECE))
    return [Known(piece, known.language) for piece in pieces][:PIECES]


def _set(path: Path) -> Iterator[Known]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            yield Known(row["text"], plain(row.get("lang3") or row["lang"]))


def _corpus() -> Iterator[Known]:
    for path in sorted((CORPUS / "expected").rglob("*.toml")):
        wanted = tomllib.loads(path.read_text(encoding="utf-8"))
        language = path.parent.name
        if wanted.get("unchanged"):
            raw = CORPUS / "raw" / language / f"{path.stem}.txt"
            yield Known(raw.read_bytes().decode(), plain(language))
        for story in wanted.get("story", []):
            yield Known(story["text"].strip(), plain(story.get("language", language)))
