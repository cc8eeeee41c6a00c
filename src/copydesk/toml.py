"""Reading TOML that somebody else may have written: recipes and rule packs are passed around.

The standard library's reader calls itself for each bracket, and takes time by the square of a key's parts. Neither ever
matters for what a person writes; both are refused before they can.
"""

from __future__ import annotations

import re
import tomllib
from typing import IO, Any

LONGEST_FILE = 2 << 20
"""Bytes of the longest file that is read."""

MOST_DOTS = 16
"""Dots that a line may have outside of texts and comments: `a.b.c = 1` has two."""

_TEXT = re.compile(
    r"""
      "{3} (?: [^\\"]++ | \\. | "(?!"") )*+ "{3}
    | '{3} (?: [^']++ | '(?!'') )*+ '{3}
    | " (?: [^"\\\n]++ | \\. )*+ "
    | ' [^'\n]*+ '
    | \# [^\n]*+
    """,
    re.DOTALL | re.VERBOSE,
)
"""Texts and comments."""


def load(file: IO[bytes]) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        tomllib.TOMLDecodeError: It is not TOML, or none that anybody would write.
        UnicodeDecodeError: It is not UTF-8.
    """
    data = file.read(LONGEST_FILE + 1)
    if len(data) > LONGEST_FILE:
        message = f"the file has more than {LONGEST_FILE:,} bytes"
        raise tomllib.TOMLDecodeError(message)
    text = data.decode("utf-8-sig").replace("\r\n", "\n")
    for number, line in enumerate(_TEXT.sub(_without_dots, text).split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            message = f"a key of more than {MOST_DOTS} parts (at line {number})"
            raise tomllib.TOMLDecodeError(message)
    try:
        return tomllib.loads(text)
    except RecursionError:
        message = "brackets are nested too deeply"
        raise tomllib.TOMLDecodeError(message) from None
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:  # a number of thousands of digits
        raise tomllib.TOMLDecodeError(str(error)) from None


def _without_dots(found: re.Match[str]) -> str:
    return found[0].replace(".", "")
