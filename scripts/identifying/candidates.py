"""What can name languages: copydesk's engines, their parts with other settings, and others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from copydesk.language import Lid176, bcp47, identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Names: TypeAlias = "Callable[[Sequence[str]], list[str]]"
"""Texts in, codes out."""

DEFAULT = "cld2+lid176"
REFERENCE = "langdetect"


@dataclass(frozen=True)
class Candidate:
    """A way to name languages.

    Attributes:
        load: Gives the function; an ImportError says that a package is missing.
    """

    name: str
    load: Callable[[], Names]


def engine(name: str) -> Callable[[], Names]:
    """Take one of copydesk's engines."""

    def load() -> Names:
        named = identifier(name)
        return lambda texts: [code for code, _ in named.identify(texts)]

    return load


def cld2(characters: int | None) -> Callable[[], Names]:
    """Take CLD2 by itself, with so many characters, once."""

    def load() -> Names:
        import pycld2

        def name(text: str) -> str:
            try:
                return bcp47(pycld2.detect(text[:characters], isPlainText=True)[2][0][1])
            except pycld2.error:  # it refuses control characters
                return "und"

        return lambda texts: [name(text) for text in texts]

    return load


def lid176(characters: int) -> Callable[[], Names]:
    """Take lid.176 by itself, with so many characters."""

    def load() -> Names:
        judge = Lid176().judge
        return lambda texts: [judge(text[:characters])[0] for text in texts]

    return load


def py3langid(characters: int) -> Callable[[], Names]:
    """Take langid.py as it is maintained today, with so many characters."""

    def load() -> Names:
        from py3langid import classify

        return lambda texts: [bcp47(classify(text[:characters])[0]) for text in texts]

    return load


def profiles(characters: int) -> Callable[[], Names]:
    """Take the n-gram profiles of langdetect, and each n-gram of so many characters once, in place of a random sample.

    This is what a native engine would do; here it shows only how well that names languages.
    """

    def load() -> Names:
        import numpy as np
        from langdetect import detector_factory
        from langdetect.detector import Detector

        detector_factory.init_factory()
        factory = detector_factory._factory  # noqa: SLF001 - the profiles have no public name
        rows = {gram: number for number, gram in enumerate(factory.word_lang_prob_map)}
        smoothing = Detector.ALPHA_DEFAULT / Detector.BASE_FREQ
        weights = np.log(np.array(list(factory.word_lang_prob_map.values()), np.float64) + smoothing)

        def name(text: str) -> str:
            detector = factory.create()
            detector.append(text[:characters])
            detector.cleaning_text()
            grams = [rows[gram] for gram in detector._extract_ngrams()]  # noqa: SLF001
            return bcp47(factory.langlist[int(weights[grams].sum(0).argmax())]) if grams else "und"

        return lambda texts: [name(text) for text in texts]

    return load


CANDIDATES = (
    *(Candidate(name, engine(name)) for name in (DEFAULT, "cld2", "lid176", REFERENCE)),
    Candidate("cld2, 200 characters only", cld2(200)),
    Candidate("cld2, 600 at once", cld2(600)),
    Candidate("cld2, whole text", cld2(None)),
    Candidate("lid176, 80 characters", lid176(80)),
    Candidate("py3langid, 1,000 characters", py3langid(1000)),
    Candidate("langdetect's profiles, 300 characters", profiles(300)),
)
