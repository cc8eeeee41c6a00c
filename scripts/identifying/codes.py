"""Codes of languages that mean the same, made equal: sets say `cmn` or `arb` where engines say `zh` or `ar`."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache

SAME = {
    "bs": "sr",
    "fil": "tl",
    "hr": "sr",
    "nb": "no",
    "nn": "no",
    "sh": "sr",
}
"""Languages that some engine or some set does not tell apart."""


@cache
def plain(code: str) -> str:
    """Give the code by which answers are compared: BCP 47, of the macrolanguage, without script and region."""
    import langcodes

    language = re.split("[-_]", code, maxsplit=1)[0]
    with suppress(ValueError):  # a code of a set's own; nobody answers it
        language = langcodes.standardize_tag(language, macro=True)
    return SAME.get(language, language)


@cache
def known_to_langdetect() -> frozenset[str]:
    """Give the languages that langdetect can answer."""
    from langdetect import detector_factory

    detector_factory.init_factory()
    return frozenset(plain(code) for code in detector_factory._factory.get_lang_list())  # noqa: SLF001 - no public name
