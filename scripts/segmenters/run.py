"""Puts each set to each segmenter."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

from segmenters import blocks, c99, desk, documents, texttiling
from segmenters.measures import judge, means

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from segmenters.documents import Document

Figures: TypeAlias = dict[str, dict[str, dict[str, float]]]
"""By set, by segmenter, by measure; `n` is the number of documents."""

SETS = (*documents.SEGMENT, *documents.CLEAN, documents.MIX)


def never(_document: Document) -> frozenset[int]:
    """Leave every text whole."""
    return frozenset()


SEGMENTERS: dict[str, Callable[[Document], frozenset[int]]] = {
    "copydesk": desk.cuts,
    "TextTiling (NLTK)": lambda document: texttiling.cuts(document.lines),
    "TextTiling (lines)": lambda document: blocks.cuts(document.lines),
    "C99": lambda document: c99.cuts(document.lines),
    "never cut": never,
}


def measure(folder: Path, most: int | None, tell: Callable[[int, int, str], None]) -> Figures:
    """Measure all segmenters on all sets.

    Args:
        folder: The folder of the development sets.
        most: Take only so many documents of each set.
        tell: Called with the number of tasks done, of all tasks, and the name of the last one.
    """
    found: Figures = {}
    done, tasks = 0, len(SETS) * len(SEGMENTERS)
    for name in SETS:
        texts = documents.read(folder, name, most)
        found[name] = {}
        for segmenter, cuts in SEGMENTERS.items():
            figures = means(judge(text, cuts(text)) for text in texts)
            found[name][segmenter] = {"n": len(texts), **figures}
            done += 1
            tell(done, tasks, f"{name}, {segmenter}")
    return found


def digests(folder: Path) -> dict[str, str]:
    """Give the SHA-256 of the files of the sets, by name."""
    files = {name: documents.file_of(folder, name) for name in SETS}
    return {name: sha256(path.read_bytes()).hexdigest() for name, path in files.items() if path.is_file()}
