"""Mending letters: ftfy, on just the segments that the kernel points out.

The result equals `ftfy.fix_text(text, config)` on every text, with the settings of the recipe. Two things follow from
that and are meant: line breaks of all kinds become line feeds, and a `<` turns the unescaping of HTML entities off for
its own line *and for all lines after it*, because ftfy takes such a text for HTML. (What stands before is unescaped.)

ftfy goes over a segment again until nothing changes, and leaves the order of combining marks to a library that sorts
them by insertion. Both take time by the square of the length on texts that nobody writes: `&amp;amp;amp;…`, and
thousands of marks on one letter. Such segments take a way that gives the same and stays linear (`_patiently`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

import ftfy
import ftfy.badness
import ftfy.fixes
import pyarrow as pa
from ftfy import chardata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk._kernel import Kernel
    from copydesk.recipe import Mend

LINE_BREAKS = "\r\u2028\u2029\u0085"
"""What `ftfy.fixes.fix_line_breaks` turns into a line feed."""

ESCAPE = "\x1b"
"""What begins a terminal escape sequence (`ftfy.fixes.remove_terminal_escapes`)."""

C1_CONTROLS = "".join(map(chr, range(0x80, 0xA0)))
"""What `ftfy.fixes.fix_c1_controls` looks at."""

ANY_FOREIGN_LETTER = r"[^\x00-\x7f]"
"""Normal forms other than NFC may change any text that is not ASCII; the kernel knows no shorter test for them."""

_OUTSIDE = {r"\s": r"[\s\x1c-\x1f]", r"\w": r"[\w\p{N}]"}
"""Python's classes in the regular expressions of the kernel, which read them by other Unicode properties."""


MANY_ENTITIES = 256
"""With more semicolons than this a segment may hold entities nested so deeply that ftfy takes long."""

MANY_MARKS = 64
"""With more combining marks in a row than this a segment may take ftfy long; no letter of a text has so many."""

NESTED_ENTITY = re.compile(r"&((?:amp;|AMP;|#0{0,20}38;|#[xX]0{0,19}26;){9,}+)")
"""An ampersand that was escaped again and again; each round of ftfy takes one escape away."""

_LEVELS_LEFT = 8


class Mender:
    """ftfy with a recipe's settings.

    Attributes:
        config: What ftfy is called with.
    """

    def __init__(self, mend: Mend) -> None:
        form: Any = None if mend.normalization == "none" else mend.normalization
        self.config = ftfy.TextFixerConfig(
            uncurl_quotes=mend.uncurl_quotes,
            fix_character_width=mend.fix_character_width,
            normalization=form,
            explain=False,
        )
        self._verbatim = self.config._replace(unescape_html=False)
        self._characters = self._verbatim._replace(fix_encoding=False)

    def kernel_spec(self) -> dict[str, Any]:
        """Give what the kernel needs to know to point out segments: ftfy's own expressions and tables."""
        known_form = self.config.normalization in (None, "NFC")
        return {
            "bad": to_rust(ftfy.badness.BADNESS_RE.pattern) if known_form else ANY_FOREIGN_LETTER,
            "entity": chardata.HTML_ENTITY_RE.pattern,
            "table": self._table(),
            "normalize": self.config.normalization == "NFC",
        }

    def _table(self) -> str:
        """Give every character that one of ftfy's fixers would replace or remove by itself."""
        codes = {*chardata.CONTROL_CHARS, *chardata.LIGATURES}
        if self.config.fix_character_width:
            codes |= {*chardata.WIDTH_MAP}
        marks = LINE_BREAKS + ESCAPE + C1_CONTROLS
        if self.config.uncurl_quotes:
            quotes = (chardata.SINGLE_QUOTE_RE, chardata.DOUBLE_QUOTE_RE)
            marks += "".join(c for c in map(chr, range(0x2BC, 0x2020)) if any(q.match(c) for q in quotes))
        return "".join(sorted({*map(chr, codes), *marks}))

    def mend(self, suspects: pa.RecordBatch, kernel: Kernel) -> pa.RecordBatch:
        """Run ftfy over the segments that the kernel pointed out.

        Args:
            suspects: As `Kernel.suspects` gives them: document, start, end (bytes), unescape, bad, text.
            kernel: The gate, to check quick repairs with.

        Returns:
            The rows of those that ftfy changed, with the new text.
        """
        texts = suspects.column("text").to_pylist()
        unescape = suspects.column("unescape").to_pylist()
        fixed = self._quick(texts, unescape, suspects.column("bad").to_pylist(), kernel)
        fixed = [
            self._whole(text, unescape=flag) if quick is None else quick
            for text, flag, quick in zip(texts, unescape, fixed, strict=True)
        ]
        changed = [n for n, (before, after) in enumerate(zip(texts, fixed, strict=True)) if before != after]
        rows = suspects.take(pa.array(changed, pa.int64()))
        column = rows.schema.get_field_index("text")
        return rows.set_column(column, "text", pa.array([fixed[n] for n in changed], pa.string()))

    def _whole(self, text: str, *, unescape: bool) -> str:
        if _is_unwieldy(text, unescape=unescape):
            return self._patiently(text, unescape=unescape)
        return ftfy.fix_text(text, self.config if unescape else self._verbatim)

    def _patiently(self, text: str, *, unescape: bool) -> str:
        """Do what ftfy does, but take the levels of a deeply nested entity at once, and put marks in order quickly."""
        rest = self._verbatim._replace(normalization=None)
        before = None
        while text != before:
            before = text
            if unescape:
                text = NESTED_ENTITY.sub(_shallow, ftfy.fixes.unescape_html(text))
            text = ftfy.fix_text_segment(text, rest)
            if self.config.normalization:
                text = unicodedata.normalize(self.config.normalization, mark_runs().sub(_ordered, text))
        return text

    def _quick(self, texts: list[str], unescape: list[bool], bad: list[bool], kernel: Kernel) -> list[str | None]:
        """Repair with just the fixers of ftfy that a segment needs; None where that is not sure to be what ftfy does.

        ftfy runs all its fixers in turn, and again until nothing changes. Where some of them, in that order, leave a
        text in which the gate finds nothing, no other has anything to do, in this round or the next. One case needs
        more care: the fixers of single characters may make an entity or a terminal escape by removing what stood
        inside, but each finds all it looks for in one go.
        """
        quick = [
            self._quick_fix(text, unescape=may_unescape, bad=is_bad)
            for text, may_unescape, is_bad in zip(texts, unescape, bad, strict=True)
        ]
        tried = [n for n, text in enumerate(quick) if text is not None]
        again = kernel.suspects(pa.array([quick[n] for n in tried], pa.string())).column("document")
        for place in set(again.to_pylist()):
            quick[tried[place]] = None
        return quick

    def _quick_fix(self, text: str, *, unescape: bool, bad: bool) -> str | None:
        entity = unescape and chardata.HTML_ENTITY_RE.search(text)
        if _is_unwieldy(text, unescape=bool(entity)):
            return None
        if entity:
            text = ftfy.fixes.unescape_html(text)
        if bad:
            text = ftfy.fix_encoding(text)
        if entity or bad:
            return None if unescape and chardata.HTML_ENTITY_RE.search(text) else text
        return None if ESCAPE in text else ftfy.fix_text_segment(text, self._characters)


def _is_unwieldy(text: str, *, unescape: bool) -> bool:
    """Say whether ftfy might take longer than a segment of this length should."""
    if unescape and text.count(";") > MANY_ENTITIES:
        return True
    return len(text) > MANY_MARKS and not text.isascii() and mark_runs().search(text) is not None


@cache
def mark_runs() -> re.Pattern[str]:
    """Give the expression that finds many combining marks in a row. There are none behind the second plane."""
    marks = "".join(char for char in map(chr, range(0x300, 0x20000)) if unicodedata.combining(char))
    return re.compile(f"[{marks}]{{{MANY_MARKS},}}")


def _ordered(run: re.Match[str]) -> str:
    """Put marks into the order that Unicode gives them, which every normal form keeps."""
    return "".join(sorted(run[0], key=unicodedata.combining))


def _shallow(entity: re.Match[str]) -> str:
    """Leave the last levels of a nested entity."""
    return "&" + ";".join(entity[1].split(";")[-_LEVELS_LEFT - 1 :])


def to_rust(pattern: str) -> str:
    r"""Write one of ftfy's verbose expressions for the kernel's engine.

    Outside of character classes, white space and comments go and Python's `\s` and `\w` are spelled out; inside them,
    what the other engine would read as an operator on sets is escaped.
    """
    return "".join(_translate(pattern))


def _translate(pattern: str) -> Iterator[str]:
    inside = comment = False
    characters = iter(pattern)
    for character in characters:
        if comment:
            comment = character != "\n"
        elif character == "\\":
            pair = character + next(characters, "")
            yield pair if inside else _OUTSIDE.get(pair, pair)
        elif inside:
            inside = character != "]"
            yield "\\" + character if character in "[&~" else character
        elif character == "#":
            comment = True
        elif not character.isspace():
            inside = character == "["
            yield character
