"""Texts that nobody writes: made to be slow, to be large, or to break whatever reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PROSE = "The ferry will run again in May, the harbour master said, if the ice has gone by then and the crew is found."


def tables_of_contents(number: int) -> str:
    """Give so many tables of three lines each, and below them all the headings that they announce."""
    tables = "".join(f"Contents\n{letters(n)} a\n{letters(n)} b\n{letters(n)} c\n" for n in range(number))
    return tables + "".join(f"{letters(n)} a\nx\n{letters(n)} b\nx\n{letters(n)} c\n" for n in range(number))


def letters(number: int) -> str:
    """Write a number in letters."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


FORMS: dict[str, str | Callable[[int], str]] = {
    # lines
    "short lines": "a\n",
    "blank lines": "\n",
    "prose, a line a sentence": f"{PROSE}\n",
    "prose on one line": f"{PROSE} ",
    "one word on one line": "a",
    "spaces": " ",
    "wrapped lines": "The harbour of Wellen was closed on Monday after a barge with four\n",
    "line ends of Windows": "a\r\n",
    "line ends of old": "a\r",
    "Unicode's line ends": "a\u2028",
    "lines that all differ": lambda n: "".join(f"Line {line} of {line * 7919 % 100_003}\n" for line in range(n // 17)),
    "words that all differ": lambda n: "".join(f"{word * 2_654_435_761 % 1_000_003} " for word in range(n // 7)),
    # letters
    "marks on one letter": lambda n: "e" + "\u0301" * n,
    "marks that must be put in order": lambda n: "e" + "\u0301\u0323" * (n // 2),
    "entities that become marks": lambda n: "e" + "&#x301;&#x323;" * (n // 14),
    "right-to-left controls": "\u202eabc\u202c\u2066x\u2069",
    "the NUL character": "\0",
    "control characters": "\x01\x02\x7f\x85",
    "terminal escapes": "\x1b[31mred",
    "a terminal escape without end": "\x1b[1;",
    # One letter that Western encodings lack: each piece is mended by itself, as ftfy does when a line is not wrong as a
    # whole. Without it the way taken, and its price, would hang on where ftfy cuts a line (after a million letters).
    "wrongly decoded letters": "Ã©â€™Ã¢â‚¬â„¢ ж ",
    "wrongly decoded lines": "cafÃ©\n",
    "ligatures": "ﬁ",
    "letters beyond the basic plane": "𝄞",
    "Arabic": "ا",
    "Chinese on one line": "渡",
    "Chinese lines": "渡轮五月恢复，船长说。\n",
    # emoji
    "emoji": "🍌",
    "emoji that never end": "👩\u200d",
    "flags": "🇻🇳",
    "keycaps": "3\ufe0f\u20e3",
    "one word with an emoji after each letter": "a🍌",
    "words with an emoji inside": "hab💩it ",
    # signs
    "punctuation": ".!?…;:,",
    "quotes": '"',
    "open brackets": "(",
    "open brackets on lines": "((((\n",
    "digits": "1",
    "angle brackets": "<",
    "ampersands": "&",
    "entities": "&amp;",
    "an entity escaped again and again": lambda n: "&" + "amp;" * (n // 4),
    "the same with something inside": lambda n: "&" + "am\0p;" * (n // 5),
    "entities escaped fifty times": "&" + "amp;" * 50 + "\n",
    # what rules look for
    "pointers": "Read also:\n",
    "a pointer to a list": lambda n: f"{PROSE}\nRead also:\n" + "- Ten soups that keep warm\n" * (n // 26),
    "a pointer to headings": lambda n: f"{PROSE}\nRead also:\n" + "Ten soups that keep warm\n" * (n // 25),
    "pointers and headings in turn": lambda n: "Read also:\nTen soups\n" * (n // 21) + PROSE,
    "pointers inside a line": "The boat left. Read also: Ten soups. ",
    "separators": "***\n",
    "end marks": "###\n",
    "headings and end marks in turn": "A heading\n###\n",
    "end marks behind prose": f"{PROSE}\n###\n",
    "datelines": "A heading\nHARBOUR TOWN (NPA) - x\n",
    "datelines behind prose": f"A heading\nHARBOUR TOWN, 3 May (NPA) - {PROSE}\n",
    "datelines behind separators": f"***\nA heading\nHARBOUR TOWN, 3 May (NPA) - {PROSE}\n",
    "credits": "The ice. (Photo: A. Bee)\n",
    "credits inside a line": "The ice. (Photo: A. Bee) ",
    "tags": "Tags: ferry, ",
    "hashtags": "#ferry ",
    "addresses": "https://a.example/ ",
    "bullets": "- a\n",
    "headings of tables of contents": "Contents\n",
    "tables of contents one below the other": lambda n: tables_of_contents(n // 36),
    "empty bullets": "*\n",
    "empty bullets in pairs": "*\n*\nThe boat left.\n",
    "headings": "A Heading Of Some Words\n\n",
    "teasers": "The mayor has sold his boat, and nobody knows to whom. The harbour office keeps the papers that...\n",
}
"""What is repeated up to a length, or the text of (about) so many code points."""


def text_of(form: str, length: int) -> str:
    """Write a text of a form with about so many code points."""
    made = FORMS[form]
    return made * (length // len(made) + 1) if isinstance(made, str) else made(length)
