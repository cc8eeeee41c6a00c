"""Codes of languages that mean the same, made equal: sets say `cmn`, `arb` or `nob` where engines say `zh`, `ar`, `no`."""

from __future__ import annotations

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

    language = code.split("_")[0].split("-")[0]
    try:
        language = langcodes.standardize_tag(language, macro=True)
    except langcodes.LanguageTagError:
        pass  # a code of a set's own; nobody answers it
    return SAME.get(language, language)


@cache
def known_to_langdetect() -> frozenset[str]:
    """Give the languages that langdetect can answer."""
    from langdetect import detector_factory

    detector_factory.init_factory()
    return frozenset(plain(code) for code in detector_factory._factory.get_lang_list())  # noqa: SLF001 - no public name
