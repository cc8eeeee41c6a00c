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
from itertools import groupby
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

SIGNS = re.compile(rf"[^\w\s\x00-\x7f]{{{MANY_MARKS},}}")
"""Many characters in a row that are no letters: combining marks, perhaps."""

NESTED_ENTITY = re.compile(r"&((?:amp;|AMP;|#0{0,20}38;|#[xX]0{0,19}26;){9,}+)")
"""An ampersand that was escaped again and again; each round of ftfy takes one escape away."""

_LEVELS_LEFT = 8

DECODE = getattr(ftfy, "_fix_encoding_one_step_and_explain", ftfy.fix_encoding_and_explain)
"""One step of ftfy's mending of encodings. The next would begin with a look for wrong letters, ftfy's slowest; the
kernel takes that look at all segments at once."""

LIGATURES = re.compile(f"[{re.escape(''.join(map(chr, chardata.LIGATURES)))}]")
CONTROLS = re.compile(f"[{re.escape(''.join(map(chr, chardata.CONTROL_CHARS)))}]")
"""What two of ftfy's fixers look up each character for; few texts have any."""

ROUND = (
    "fix_c1_controls",
    "fix_latin_ligatures",
    "fix_character_width",
    "uncurl_quotes",
    "fix_line_breaks",
    "fix_surrogates",
    "remove_terminal_escapes",
    "remove_control_chars",
)
"""The fixers of characters in the order of ftfy's rounds, behind entities and encodings, before the normal form."""


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
        columns = (suspects.column(name).to_pylist() for name in ("text", "unescape", "bad"))
        segments = list(zip(*columns, strict=True))
        distinct = list(dict.fromkeys(segments))  # line ends of Windows make a segment of each blank line
        outcome = dict(zip(distinct, self._mended(distinct, kernel), strict=True))
        texts = [text for text, _, _ in segments]
        fixed = [outcome[segment] for segment in segments]
        changed = [n for n, (before, after) in enumerate(zip(texts, fixed, strict=True)) if before != after]
        rows = suspects.take(pa.array(changed, pa.int64()))
        column = rows.schema.get_field_index("text")
        return rows.set_column(column, "text", pa.array([fixed[n] for n in changed], pa.string()))

    def _mended(self, segments: list[tuple[str, bool, bool]], kernel: Kernel) -> list[str]:
        """Mend segments, each given as text, whether to unescape entities, and whether it looks wrongly decoded."""
        return [
            self._whole(text, unescape=unescape) if quick is None else quick
            for (text, unescape, _), quick in zip(segments, self._quick(segments, kernel), strict=True)
        ]

    def _whole(self, text: str, *, unescape: bool) -> str:
        if _is_unwieldy(text, unescape=unescape):
            return self._patiently(text, unescape=unescape)
        return ftfy.fix_text(text, self.config if unescape else self._verbatim)

    def _patiently(self, text: str, *, unescape: bool) -> str:
        """Do what ftfy does, round by round, but take all levels of an entity at once and put marks in order fast."""
        before = None
        while text != before:
            before = text
            if unescape:
                text = NESTED_ENTITY.sub(_shallow, ftfy.fixes.unescape_html(text))
            text = ftfy.fix_encoding(text)
            for fixer in ROUND:
                if getattr(self.config, fixer):
                    text = getattr(ftfy.fixes, fixer)(text)
            if self.config.normalization:
                text = unicodedata.normalize(self.config.normalization, SIGNS.sub(_ordered, text))
        return text

    def _quick(self, segments: list[tuple[str, bool, bool]], kernel: Kernel) -> list[str | None]:
        """Repair with just the fixers of ftfy that a segment needs; None where that is not sure to be what ftfy does.

        ftfy runs all its fixers in turn, and again until nothing changes. Where some of them, in that order, leave a
        text in which the gate finds nothing, no other has anything to do, in this round or the next. One case needs
        more care: the fixers of single characters may make an entity or a terminal escape by removing what stood
        inside, but each finds all it looks for in one go.
        """
        quick = [self._quick_fix(text, unescape=unescape, bad=bad) for text, unescape, bad in segments]
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
            text = DECODE(text, self.config).text
        if entity or bad:
            return None if unescape and chardata.HTML_ENTITY_RE.search(text) else text
        if ESCAPE in text:
            return None
        needed = self._characters._replace(
            fix_latin_ligatures=bool(LIGATURES.search(text)), remove_control_chars=bool(CONTROLS.search(text))
        )
        return ftfy.fix_text_segment(text, needed)


def _is_unwieldy(text: str, *, unescape: bool) -> bool:
    """Say whether ftfy might take longer than a segment of this length should."""
    if unescape and text.count(";") > MANY_ENTITIES:
        return True
    return not text.isascii() and any(_has_many_marks(run[0]) for run in SIGNS.finditer(text))


def _has_many_marks(run: str) -> bool:
    marks = (len(list(group)) for is_mark, group in groupby(run, _is_mark) if is_mark)
    return any(length > MANY_MARKS for length in marks)


def _is_mark(char: str) -> bool:
    return unicodedata.combining(char) > 0


def _ordered(run: re.Match[str]) -> str:
    """Put marks into the order that Unicode gives them, which every normal form keeps."""
    groups = groupby(run[0], _is_mark)
    return "".join(
        char for is_mark, group in groups for char in (sorted(group, key=unicodedata.combining) if is_mark else group)
    )


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
