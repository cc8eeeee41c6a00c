"""The card of the line model: what it was trained on, what it shows on unseen sites, what it cannot do."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forests import Growth
from labels import NOISE, REAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from labels import Document

LEASTS = (0.5, 0.8, 0.9)
FEATURES_SHOWN = 25

_HEAD = """# The line model

`line_model.json` holds the model that copydesk asks about every line: how probable is it that the line is noise of the
page around a story? It is {trees} boosted trees of {leaves} leaves, at most {depth} splits deep, over {features}
features of the line, its neighbours and its document; the words of a line count by {words} learned weights of words and
pairs of words. `training/train.py` wrote both files; the same inputs give the same bytes. It is used together with the
rule book, under the recipe's `[model]` settings.

It is meant for text that was taken out of web pages: news above all, then blogs, documentation, forums, shops. It says
nothing about whether a text is true, well written or wanted.
"""

_LIMITS = """
## Limits

- The labels are the gold texts of public research sets, which disagree with themselves about bylines, captions, tables
  and "read more" lines; the model inherits that.
- Nearly all pages that people labelled are English. Other languages were taught by rendered sites whose markup tells
  what is story and what is not (`training/pages.toml`; it is sometimes wrong), by blog posts with their readers'
  comments (`training/comments.toml`), by made pages (`training/furniture`) and clean texts, and by seeing
  {wordless:.0%} of the documents a second time without any word weights.
- Pages that are lists (shop shelves, search results, threads) look much like the noise of article pages; there the
  model is unsure and leaves most lines.
- A short closing sentence that stands between noise lines is often taken for one of them.
- What readers write under a story is mostly left if neither names nor times nor buttons stand between it, as extractors
  leave it.
- A full sentence of a foreign story that shares names with the story beside it is mostly left where it is.
- The development sets and the project's corpus were used for training: figures that the shipped model shows on them
  are training figures. The table above is not: there every line was judged by a model that saw no page of its site.
"""


@dataclass(frozen=True)
class Facts:
    """What the card says of the training itself.

    Attributes:
        words: How many words and pairs have a weight.
        digests: SHA-256 of each input, by name.
        importance: Each feature's share of the gain, the largest first.
        wordless: Share of the documents that were seen a second time without word weights.
    """

    words: int
    digests: Mapping[str, str]
    importance: Sequence[tuple[str, float]]
    wordless: float


def write(documents: Sequence[Document], noise: NDArray[np.float32], facts: Facts) -> str:
    """Give the card as Markdown; `noise` are probabilities by models that saw no page of the line's site."""
    growth = Growth()
    size = {"trees": growth.trees, "leaves": growth.leaves, "depth": growth.depth}
    head = _HEAD.format(**size, features=len(facts.importance), words=facts.words)
    shown = ", ".join(f"{name} {share:.1%}" for name, share in facts.importance[:FEATURES_SHOWN])
    parts = [
        head,
        "## On sites it has not seen\n",
        "Lines alone, without rules, cutting and guards. Lost is the share of real tokens in lines at or over the",
        "probability, gone the share of the tokens of noise.\n",
        _measures(documents, noise),
        "\n## Trained on\n",
        _counts(documents),
        "\nInputs (SHA-256):\n",
        *(f"- {name} `{digest[:16]}`" for name, digest in sorted(facts.digests.items())),
        "\n## What it looks at most\n",
        f"{shown}.",
        _LIMITS.format(wordless=facts.wordless),
    ]
    return "\n".join(parts)


def _measures(documents: Sequence[Document], noise: NDArray[np.float32]) -> str:
    sums: dict[str, NDArray[np.float64]] = defaultdict(lambda: np.zeros((len(LEASTS), 4)))
    at = 0
    for document in documents:
        for line in document.lines:
            if line.label is not None:
                real, gone = (line.matched, line.tokens - line.matched)
                for row, least in enumerate(LEASTS):
                    struck = float(noise[at] >= least)
                    sums[document.source][row] += (real, struck * real, gone, struck * gone)
            at += 1
    head = "| set | " + " | ".join(f"lost at {least} | gone at {least}" for least in LEASTS) + " |"
    rows = [head, "|---|" + "---|---|" * len(LEASTS)]
    for source, table in sorted(sums.items()):
        cells = []
        for real, lost, all_noise, gone in table:
            cells += [f"{lost / max(real, 1):.2%}", f"{gone / all_noise:.0%}" if all_noise else ""]
        rows.append(f"| {source} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _counts(documents: Sequence[Document]) -> str:
    rows = ["| set | documents | sites | languages | lines real | lines noise |", "|---|---|---|---|---|---|"]
    for source in sorted({d.source for d in documents}):
        mine = [d for d in documents if d.source == source]
        lines = [line.label for d in mine for line in d.lines]
        rows.append(
            f"| {source} | {len(mine)} | {len({d.site for d in mine})} | {len({d.language for d in mine})} "
            f"| {lines.count(REAL)} | {lines.count(NOISE)} |"
        )
    return "\n".join(rows)
