"""The card of the splitter: what it was trained on, what it shows on unseen sites, what it cannot do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from copydesk import Recipe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from documents import Sample

FEATURES_SHOWN = 25

_HEAD = """# The splitter

`splitter.json` holds the model that copydesk asks about every break between two lines: how probable is it that a story
ends there and another begins? It looks twice. The first look is a forest of boosted trees over the lines around the
break and over the words that tie the text before it to the text behind it; the second sees what the first said of this
break and of all others, and how the two stories would hang together that it parts. {words} words and pairs of words are
weighted by how much they speak for a story's first line, and for its last; {common} stems are known to be common, so
that sharing them says little. What words are about it knows by `word_vectors.json`. `training/splitter.py` wrote both
files; the same inputs give the same bytes. It is used under the recipe's `[split]` settings.
"""

_LIMITS = """
## Limits

- Trained on mixes made of whole texts and on the development sets of teasers; on what real pages leave behind only by
  learning what must not be cut there.
- A closing line that names nothing of its story, right before a row of teasers, is often taken for the first of them;
  a teaser on the main story's own topic is often taken for its last line.
- A short article of paragraphs that share few words, once it is cut off, may fall into its paragraphs.
- Stories of one event in a row share names and places, and are mostly left together.
- A list of products, films or people, each with its own paragraphs, looks like stories in a row: a few are cut.
- Text without line breaks is one story.
- Languages with few texts among the inputs have neither weights nor a list of common stems.
"""


@dataclass(frozen=True)
class Facts:
    """What the card says of the training itself.

    Attributes:
        words: How many words and pairs have a weight.
        common: How many stems are known to be common.
        digests: SHA-256 of each input, by name.
        importance: Each feature's share of the second forest's gain, the largest first.
    """

    words: int
    common: int
    digests: Mapping[str, str]
    importance: Sequence[tuple[str, float]]


def write(samples: Sequence[Sample], scores: Sequence[NDArray[np.float64]], facts: Facts) -> str:
    """Give the card; `scores` are those of the breaks, by splitters that saw nothing of the document's sites."""
    parts = [
        _HEAD.format(words=f"{facts.words:,}", common=f"{facts.common:,}"),
        _measures(samples, scores),
        _table("What the second look asks most (share of the gain)", facts.importance[:FEATURES_SHOWN]),
        "\n## Inputs (SHA-256)\n\n" + "".join(f"- {name}: `{digest}`\n" for name, digest in facts.digests.items()),
        _LIMITS,
    ]
    return "".join(parts)


def _measures(samples: Sequence[Sample], scores: Sequence[NDArray[np.float64]]) -> str:
    split = Recipe().split
    least, least_next = split.least, split.least_next
    lines = [
        "\n## Breaks of unseen sites\n\n",
        f"A document is cut if a break scores at least {least}, then at all breaks from {least_next} on; ",
        "lengths, digests, the margin and structural evidence are left out here.\n\n",
        "| documents | number | cut at all | cuts found | cuts that are right | first cut right | first cut early |\n",
        "|---|---|---|---|---|---|---|\n",
    ]
    for kind in dict.fromkeys(sample.kind for sample in samples):
        documents = cut = found = true = made = exact = early = 0
        for sample, score in zip(samples, scores, strict=True):
            if sample.kind != kind or not len(score):
                continue
            known = sample.cuts >= 0
            sure = bool((score[known] >= least).any())
            chosen = known & (score >= least_next) & sure
            documents += 1
            cut += sure
            true += int((sample.cuts > 0).sum())
            found += int((chosen & (sample.cuts > 0)).sum())
            made += int(chosen.sum())
            wanted, first = (int(np.argmax([*cuts, True])) for cuts in (sample.cuts > 0, chosen))
            exact += first == wanted
            early += first < wanted
        right = f"{found / made:.1%}" if made and true else ""
        recall = f"{found / true:.1%}" if true else ""
        firsts = f"{exact / documents:.1%} | {early / documents:.1%}" if true else " | "
        lines.append(f"| {kind} | {documents:,} | {cut / max(1, documents):.1%} | {recall} | {right} | {firsts} |\n")
    return "".join(lines)


def _table(title: str, rows: Sequence[tuple[str, float]]) -> str:
    return f"\n## {title}\n\n| feature | share |\n|---|---|\n" + "".join(f"| {n} | {s:.3f} |\n" for n, s in rows)
