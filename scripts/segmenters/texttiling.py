"""TextTiling, as the NLTK has it: M. Hearst, "TextTiling", Computational Linguistics 23 (1997).

Each line is given to it as a paragraph. Its settings are NLTK's own (pseudo-sentences of 20 words, blocks of 10).
NLTK's version reads the letters a to z only, and takes no paragraph of less than 100 characters for one. Where that
leaves it with too little to compare, it gives up; such a text stays whole here.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from nltk.tokenize.texttiling import TextTilingTokenizer

from segmenters.terms import STOPWORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

PARAGRAPHS = "\n\n"


@cache
def _tokenizer() -> TextTilingTokenizer:
    return TextTilingTokenizer(stopwords=STOPWORDS)


def cuts(lines: Sequence[str]) -> frozenset[int]:
    """Give the numbers of the lines that begin a new topic."""
    paragraphs = [line.strip() for line in lines]
    ends = list(accumulate((len(line) + len(PARAGRAPHS) for line in paragraphs), initial=-len(PARAGRAPHS)))[1:]
    try:
        topics: list[str] = _tokenizer().tokenize(PARAGRAPHS.join(paragraphs))
    except ValueError:  # too little text
        return frozenset()
    # A topic is cut off at the very end of a paragraph, with the empty line going to the next topic.
    return frozenset(bisect_right(ends, end) for end in accumulate(len(topic) for topic in topics[:-1]))
