"""What a line looks like: running text, a link, code, a date, a name, a heading that many people write."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from copydesk.discover.reading import normal

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADINGS = "ordinary_headings.toml"
"""The data file of headings that repeat because many people write them."""

_BODY = 80
_WIDE_BODY = 30
_LONGEST_LINK = 140
_LONGEST_CODE = 200
_SAMPLE = 60
_VERSE_LINES, _VERSE_WIDTH = 6, 60
_CODE_SHARE, _VERSE_SHARE = 0.25, 0.75

_STOPPED = re.compile(r"[.!?…。！？।؟۔][\"”’»)\]」』]*$")
_STOP_INSIDE = re.compile(r"[.!?…]\s|[。！？।]")
_WIDE = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_CODE = re.compile(
    r"[{};]\s*$|^\s*[)\]}]|^(?:import|from|return|def|class|#include|#define|using|package|public|private|protected|static"
    r"|const|let|var|function|func|fn|if|elif|else|for|while|try|except|catch|finally|switch|case|break|continue|pass|end"
    r"|raise|throw|yield|async|await|SELECT|INSERT|UPDATE|DELETE|CREATE)\b[^.!?]*(?:[:;({]\s*$|[\w.]+\s*$|[=(])|^(?://|/\*|\*/|<!--|<[/?!a-z])"
    r"|^[$>#]\s?[a-z]+\s|^@\w+|\w\(\)|=>|->|==|!=|:=|\+=|&&|\|\||^[\w.\[\]\"']+\s=\s\S|</\w+>",
)
_CODE_KEYWORD = re.compile(
    r"(?:return|break|continue|pass|else|end|try|do|begin|done|fi|then|null|true|false|None|True|False|\.\.\.)[:;]?"
)
_WORDS = r"(?:\W{1,3}[^\W\d_]{1,12})"
_DATE = re.compile(
    r"(?:[^\W\d_]{2,12}[.,]?\s){0,3}[^\W\d_]{0,12}[.,]?\s?0"
    rf"(?:{_WORDS}{{0,3}}\W{{1,3}}0)*"  # "0 de marzo de 0, 0:0"
    rf"(?:{_WORDS}{{1,2}}\.?)?"  # "Uhr", "p.m."; with more words behind its numbers, a text says something
)
_PHONE = re.compile(r"(?<![\w.,/-])[+(]?\d[\d ()./\u00a0-]{4,24}\d(?!\w)")
_PHONE_DIGITS = range(6, 16)
_PHONE_GROUP = re.compile(r"\d{3}|\d{5,7}|\d{9,}")
_NAME = re.compile(r"(?:[A-ZÀ-ÞА-Я][\w'’.-]*\s){1,3}[A-ZÀ-ÞА-Я][\w'’.-]*")
_BYLINE = re.compile(r"(?:by|von|par|por|di|oleh|door|от)\s+[A-ZÀ-ÞА-Я]", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“«„‘'—–「『].*")
_LISTED = re.compile(r"(?:[-*•●·‣▪+]|0[.)]|[a-z][.)])\s+\S")
_NUMBERED = re.compile(r"^(?:[#*=\W_]+|0(?:\.0)*[.):]?|[ivxIVX]{1,5}[.)]|[A-Za-z][.)])+\s*")


def is_body(line: str) -> bool:
    """Say whether a line is running text: long, with a stop somewhere."""
    length = len(line)
    if length < _WIDE_BODY:
        return False
    if length < _BODY and not _WIDE.search(line):
        return False
    return bool(_STOP_INSIDE.search(line) or _STOPPED.search(line))


def is_link(line: str) -> bool:
    """Say whether a line may be the title of another document: of some length, not a sentence, not a reference."""
    return 8 <= len(line) <= _LONGEST_LINK and not _STOPPED.search(line) and line.count(",") <= 2  # noqa: PLR2004


def is_code(line: str) -> bool:
    """Say whether a line is code."""
    return len(line) <= _LONGEST_CODE and bool(_CODE.search(line) or _CODE_KEYWORD.fullmatch(line))


def kind_of(lines: Sequence[str]) -> str:
    """Tell a document of code and one of verse from others: "code", "verse" or "prose"."""
    some = lines[:: 1 + len(lines) // _SAMPLE]
    if sum(map(is_code, some)) > _CODE_SHARE * len(some):
        return "code"
    short = sum(len(line) < _VERSE_WIDTH and not is_code(line) for line in some)
    return "verse" if len(some) >= _VERSE_LINES and short >= _VERSE_SHARE * len(some) else "prose"


def is_sentence(text: str) -> bool:
    """Say whether a text ends as a sentence does."""
    return bool(_STOPPED.search(text))


def is_date(text: str) -> bool:
    """Say whether a normal text is a date, a time or another number with hardly a word."""
    return text.count("0") > 1 and bool(_DATE.fullmatch(text))


def has_phone(line: str) -> bool:
    """Say whether a line, as it is written, holds a telephone number: groups of digits of a length no date has."""
    return any(map(_is_phone, _PHONE.findall(line)))


def _is_phone(number: str) -> bool:
    groups = re.findall(r"\d+", number)
    odd = any(_PHONE_GROUP.fullmatch(group) for group in groups)
    return sum(map(len, groups)) in _PHONE_DIGITS and (odd or number.startswith("+"))


def is_name(text: str) -> bool:
    """Say whether a text could be a person's name or a byline. So could many a label."""
    return bool(_NAME.fullmatch(text) or _BYLINE.match(text))


def is_speech(text: str) -> bool:
    """Say whether a text is speech or a quotation, or so short that it can be an answer."""
    words = text.split()
    answer = len(words) <= 2 and (is_sentence(text) or len(text) <= 3)  # noqa: PLR2004
    return answer or bool(_QUOTED.match(text))


def is_listed(text: str) -> bool:
    """Say whether a normal text is an item of a list, or a row of a table."""
    return bool(_LISTED.match(text)) or text.startswith("|") or text.count(" | ") > 1 or "\t" in text


def is_ordinary_heading(text: str) -> bool:
    """Say whether a normal text is a heading that many people write."""
    bare = _NUMBERED.sub("", text).strip(" :.*#=_-–—").lower()
    return bare in _headings() or re.sub(r"\s*(?:0|[ivx]+)\.?$", "", bare) in _headings()


@cache
def _headings() -> frozenset[str]:
    text = (resources.files("copydesk") / "data" / HEADINGS).read_text(encoding="utf-8")
    return frozenset(heading for headings in tomllib.loads(text)["headings"].values() for heading in headings)


def shortened(line: str, most: int, *, at_end: bool) -> str:
    """Cut a long line at a word's edge: its end or its beginning."""
    if len(line) <= most:
        return line
    if at_end:
        return line[:most].rpartition(" ")[0] or line[:most]
    return line[-most:].partition(" ")[2] or line[-most:]


def around(line: str, part: str, most: int) -> str:
    """Cut a long line to what stands around a part of it."""
    at = max(line.find(part[:20]) - most // 2, 0)
    piece = line[at : at + most + len(part)]
    return piece.partition(" ")[2] if at else piece


def brief(line: str) -> str:
    """Give a line as a neighbour: in normal form, its beginning."""
    return normal(line[:120])
