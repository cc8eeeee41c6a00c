"""How risky a stroke is: how much there is that speaks for a text that should stay.

    risk = 0.40 real + 0.20 sentence + 0.15 long + 0.15 varied + 0.10 heavy,   or 0 for what is struck already

real      how likely its line is real, by the line model: 1 - noise. For a part of a line it counts half: a part need
          not be like the line that it stands in. 0.5 for all lines if the recipe has no line model.
sentence  1 if it takes a sentence, or begins or ends within one, else 0.
long      its characters, of 200; longer ones are 1.
varied    how many different texts its rule strikes, of all its strokes: 0 if all are the same, 1 if each is another.
          Furniture repeats; what is always new may be somebody's text.
heavy     the part of its document that the draft takes, of a quarter; more is 1.

The weights say in which order a person should look. They were set by hand, and they are no probabilities.
"""

from __future__ import annotations

import re
from typing import NamedTuple

REAL, SENTENCE, LONG, VARIED, HEAVY = 0.40, 0.20, 0.15, 0.15, 0.10
"""The weights."""

LONG_CHARACTERS = 200
HEAVY_SHARE = 0.25
UNKNOWN = 0.5
OF_A_PART = 0.5

SENTENCE_WORDS, SENTENCE_SIGNS = 6, 15
"""So many words make a sentence; in scripts without spaces, so many signs."""

_STOP = re.compile(r"[.!?…।؟۔][\"”’»)\]]*(?:\s|$)|[。！？]")
_WIDE = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


class Signs(NamedTuple):
    """What is known of a stroke: see the module. `noise` is None without a model."""

    noise: float | None
    whole_line: bool
    in_sentence: bool
    characters: int
    share: float
    struck_already: bool


def risk_alone(signs: Signs) -> float:
    """Say how risky a stroke is, but for what can only be known of its rule, 0 to 0.85."""
    if signs.struck_already:
        return 0.0
    likely = UNKNOWN if signs.noise is None else 1.0 - signs.noise
    real = likely * (1.0 if signs.whole_line else OF_A_PART)
    length = min(signs.characters / LONG_CHARACTERS, 1.0)
    heavy = min(signs.share / HEAVY_SHARE, 1.0)
    return REAL * real + SENTENCE * signs.in_sentence + LONG * length + HEAVY * heavy


def risk_of_rule(texts: int, strokes: int) -> float:
    """Say how much risk a rule adds to each of its strokes, 0 to 0.15."""
    return VARIED * (texts - 1) / (strokes - 1) if strokes > 1 else 0.0


def takes_a_sentence(removed: str, before: str, after: str) -> bool:
    """Say whether a stroke takes a sentence, or a part of one.

    Args:
        removed: What would go.
        before: What stays before it in its line.
        after: What stays after it in its line.
    """
    text, before, after = removed.strip(), before.rstrip(), after.lstrip()
    if not text:
        return False
    begins_within = bool(before) and _goes_on(before[-1]) and text[0].isalnum()
    ends_within = bool(after) and after[0].islower() and _goes_on(text[-1])
    return begins_within or ends_within or _holds_a_sentence(text)


def _goes_on(char: str) -> bool:
    """Say whether a sentence goes on after this character."""
    return char.isalnum() or char in ",;’'-"


def _holds_a_sentence(text: str) -> bool:
    enough = len(_WIDE.findall(text)) >= SENTENCE_SIGNS or len(text.split()) >= SENTENCE_WORDS
    return enough and bool(_STOP.search(text))
