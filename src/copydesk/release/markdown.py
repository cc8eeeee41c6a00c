"""Text of others inside Markdown and YAML, so that it is shown as it is and can do nothing."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ACTIVE = re.compile(r"([\\`*_{}\[\]()<>#|~$&@])")
"""What means something within a line of Markdown or HTML, or in the mathematics and mentions that the Hub renders."""

_JOINERS = "\u200c\u200d"
"""What only joins letters or parts of an emoji, and is not called printable."""

_BACKTICKS = re.compile(r"`+")


def plain(text: str) -> str:
    """Give a text as one line of Markdown that shows just its characters."""
    return _ACTIVE.sub(r"\\\1", _one_line(text))


def code(text: str) -> str:
    """Give a text as a code span; whole also in a table's cell."""
    line = _one_line(text).replace("|", "\\|")
    fence = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}" if line else ""


def block(text: str, language: str = "") -> str:
    """Give a text as a fenced block of code."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{_visible(text.rstrip())}\n{fence}"


def prose(text: str) -> str:
    """Give Markdown that the publisher wrote, without HTML."""
    return _visible(text.strip()).replace("<", "&lt;")


def cell(text: str) -> str:
    """Fit one's own text into a table's cell."""
    return " ".join(text.replace("|", "\\|").split())


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; columns whose name ends with a colon stand to the right."""
    rule = ["---:" if name.endswith(":") else "---" for name in header]
    names = [name.removesuffix(":") for name in header]
    return "\n".join(f"| {' | '.join(line)} |" for line in (names, rule, *rows))


def quoted(text: str) -> str:
    """Give a text as a string of YAML, in one line, whatever it holds. YAML reads what JSON writes, but for these."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escape(ord(char)) for char in written)


def _escape(code_point: int) -> str:
    return f"\\U{code_point:08x}"


def _one_line(text: str) -> str:
    return " ".join(_visible(text).split())


def _visible(text: str) -> str:
    """Put a sign where a control character would act, but for line feeds and tabs; spaces of all sorts stay spaces."""
    return "".join(char if char.isprintable() or char in f"\n\t{_JOINERS}" else _harmless(char) for char in text)


def _harmless(char: str) -> str:
    return " " if char.isspace() else "\ufffd"


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)
