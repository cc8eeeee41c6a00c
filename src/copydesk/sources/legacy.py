"""Bytes that are no UTF-8: decoded by the encoding that they seem to be in, if the recipe asks for that.

Telling encodings apart is charset-normalizer's work. Its answer is taken only where the text makes sense in it and
gives the same bytes when it is encoded again, so that the document can be restored byte for byte.
"""

from __future__ import annotations

from typing import NamedTuple

from charset_normalizer import from_bytes

MOST_CHAOS = 0.1
"""The most disorder, 0 to 1 by charset-normalizer, that a text may have; in a wrong encoding it has more."""

USUAL = "cp1252"
"""Where a text makes as much sense in several encodings, this one is taken: it is by far the most common one."""

LEAST_BYTES = 32
"""Fewer bytes than this tell nothing of their encoding."""


class Decoded(NamedTuple):
    """A text, and the name of the encoding that gave it, as Python has it."""

    text: str
    encoding: str


def decode(raw: bytes) -> Decoded | None:
    """Decode bytes by the encoding that they seem to be in; None if none fits well enough."""
    if len(raw) < LEAST_BYTES:
        return None
    found = from_bytes(raw)
    best = found.best()
    if best is None or best.chaos > MOST_CHAOS:
        return None
    as_good = [one.encoding for one in found if (one.chaos, one.coherence) == (best.chaos, best.coherence)]
    encoding = USUAL if USUAL in as_good else best.encoding
    try:
        text = raw.decode(encoding)
        same = text.encode(encoding) == raw
    except UnicodeError:
        return None
    return Decoded(text, encoding) if same else None
