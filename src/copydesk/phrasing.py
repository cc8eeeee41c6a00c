"""From a pack's pattern to a regular expression that the kernel runs, and to the phrases it looks for first.

A pattern is Rust regex syntax with placeholders: `{list}` stands for any phrase of a list, in any case; `{list!}` for
the same beginning with a capital, as labels and headings do; `{_fragment}` for a shared piece of pattern. This module
knows words and patterns, nothing of files or rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    PhraseList = Mapping[str, tuple[str, ...]]
    """BCP 47 language code -> phrases."""

PLACEHOLDER = re.compile(r"\{(_?[a-z][a-z0-9_]*)(!?)\}")
"""Regex repeats (`{1,9}`) and classes (`\\p{Lu}`) never begin with a small letter or an underscore."""

GROUP = re.compile(r"\(\?P?<([A-Za-z_]\w*)>")
"""A named group."""

_ANCHOR = re.compile(r"(?:\\.|\[(?:\\.|[^\]\\])*+\])|([$^])")
_UNSUPPORTED = re.compile(
    r"\\[^1-9kg]|\[(?:\\.|[^\]\\])*+\]"  # other escapes, and classes
    r"|(\(\?<?[=!]|\(\?>|\(\?\(|\(\?(?:P=|P>|&|R\)|[0-9])|\\[1-9]|\\[kg][<{'])"
)
"""Look-around, atomic groups, conditions, recursion and back-references, which a linear-time engine cannot have."""

_PART = re.compile(
    r"\\[px]\{\w+\}|\\.|\[(?:\\.|[^\]\\])*+\]"  # escapes and classes
    r"|\{_?[a-z][a-z0-9_]*!?\}"  # placeholders
    r"|\((?:\?(?:P?<\w+>|[a-z-]*:))?|\)|\|"  # groups and alternatives
    r"|\{\d+(?:,\d*)?\}\??|[?*+]\??"  # repeats
    r"|.",
    re.DOTALL,
)

# One phrase list at the pattern's edge, but for fragments that hold no letter or digit and the brackets of groups.
_LIST_FIRST = re.compile(r"(?:\{_bullet\}|\{_fence\}|\{_open\}|\(\?P<\w+>)*\{([a-z]\w*)!?\}(?![?*{|])")
_LIST_LAST = re.compile(r"\{([a-z]\w*)!?\}(?:\{_close\}|\{_stop\}|\))*\Z")

_SPACELESS = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Scripts written without spaces between words, by Unicode block: Thai, Lao, Tibetan, Myanmar, Khmer, kana, Han."""


def placeholders(pattern: str) -> set[str]:
    """Name the phrase lists and fragments that a pattern uses."""
    return {name for name, _ in PLACEHOLDER.findall(pattern)}


def has_anchor(pattern: str) -> bool:
    """Say whether a pattern has a `^` or `$` of its own, outside escapes and classes."""
    return any(found[1] for found in _ANCHOR.finditer(pattern))


def unsupported(pattern: str) -> str | None:
    """Give what a pattern uses that would take more than linear time."""
    return next((found[1] for found in _UNSUPPORTED.finditer(pattern) if found[1]), None)


def all_phrases(phrases: PhraseList) -> list[str]:
    """Give every phrase of a list once, longest first, so that the longest one wins in an alternation."""
    return sorted({phrase for texts in phrases.values() for phrase in texts}, key=lambda phrase: (-len(phrase), phrase))


def expand(
    pattern: str,
    lists: Mapping[str, PhraseList],
    fragments: Mapping[str, str],
    missing: Callable[[str], Exception],
) -> str:
    """Replace every placeholder.

    Args:
        pattern: The pattern as the pack has it.
        lists: The pack's phrase lists, by name.
        fragments: Expanded pieces of pattern that all packs share, by name.
        missing: Makes the error for a placeholder (as written) that stands for nothing.

    Returns:
        A complete Rust regex without anchors.
    """

    def replace(found: re.Match[str]) -> str:
        name, capital = found[1], bool(found[2])
        if name in fragments and not capital:
            return fragments[name]
        if name in lists:
            return _alternation(all_phrases(lists[name]), capital=capital)
        raise missing(found[0])

    return PLACEHOLDER.sub(replace, pattern)


def _alternation(phrases: Sequence[str], *, capital: bool) -> str:
    if capital:
        return f"(?:{'|'.join(map(_capital_regex, phrases))})"
    return f"(?i:{'|'.join(map(_phrase_regex, phrases))})"


def _capital_regex(phrase: str) -> str:
    """Take a phrase with its capital, the rest in any case; one without small letters, or capital, only as it is."""
    if phrase[0].islower() or phrase == phrase.upper():
        return _phrase_regex(phrase)
    return f"{_guard(phrase, 0)}{phrase[0]}(?i:{_words(phrase[1:])}){_guard(phrase, -1)}"


def _phrase_regex(phrase: str) -> str:
    return f"{_guard(phrase, 0)}{_words(phrase)}{_guard(phrase, -1)}"


def _words(phrase: str) -> str:
    """Let any white space stand for a space, and either apostrophe for the other."""
    return r"\s+".join(re.sub("['’]", "['’]", re.escape(word)) for word in phrase.split(" "))


def _guard(phrase: str, edge: int) -> str:
    """Ask for a word's boundary at an edge, unless a sign stands there, or the script has no spaces."""
    return r"\b" if phrase[edge].isalnum() and not _SPACELESS.search(phrase) else ""


def cues(match: str, pattern: str, lists: Mapping[str, PhraseList]) -> tuple[tuple[str, ...], str]:
    """Find the literals of which one must stand in a line before the pattern can match, and where.

    Args:
        match: The rule's `match`.
        pattern: The pattern as the pack has it.
        lists: The pack's phrase lists, by name.

    Returns:
        The literals, sorted; none if the pattern uses no list. And "start" (the phrase begins at the line's first
        letter or digit), "end" (it ends at the last one) or "any".
    """
    structure = _Structure.of(pattern, lists)
    if not structure.needs_list:
        return (), "any"
    names = placeholders(pattern) & lists.keys()
    where = "any"
    first, last = _LIST_FIRST.match(pattern), _LIST_LAST.search(pattern)
    if structure.branches:
        pass
    elif first and match in ("line", "start") and _edged_by_letters(lists, first[1], 0):
        names, where = {first[1]}, "start"
    elif last and match in ("line", "end") and _edged_by_letters(lists, last[1], -1):
        names, where = {last[1]}, "end"
    literals = {form for name in names for phrase in all_phrases(lists[name]) for form in _cue_forms(phrase)}
    return tuple(sorted(literals)), where


@dataclass(frozen=True, slots=True)
class _Structure:
    """What a pattern's brackets and bars say.

    Attributes:
        needs_list: Whether nothing matches without a phrase of a list.
        branches: Whether there are alternatives outside all brackets.
    """

    needs_list: bool
    branches: bool

    @classmethod
    def of(cls, pattern: str, lists: Mapping[str, PhraseList]) -> _Structure:
        """Go through a pattern: for each open bracket a list of branches, for each branch what its items need."""
        levels: list[list[list[bool]]] = [[[]]]
        for part in _PART.findall(pattern):
            if part[0] == "(":
                levels.append([[]])
            elif part == ")" and len(levels) > 1:
                closed = levels.pop()
                levels[-1][-1].append(all(map(any, closed)))
            elif part == "|":
                levels[-1].append([])
            elif part[0] in "?*" or part.startswith("{0"):
                levels[-1][-1][-1:] = [False]
            else:
                levels[-1][-1].append(part.strip("{!}") in lists and part[0] == "{")
        return cls(needs_list=all(map(any, levels[0])), branches=len(levels[0]) > 1)


def _edged_by_letters(lists: Mapping[str, PhraseList], name: str, edge: int) -> bool:
    return name in lists and all(phrase[edge].isalnum() for phrase in all_phrases(lists[name]))


def _cue_forms(phrase: str) -> set[str]:
    """Spell a phrase so that a scan blind to ASCII case, but to no other, finds it in any usual case."""
    cases = (phrase, phrase.lower(), phrase.upper(), phrase.capitalize(), phrase.title())
    spelled = [form.replace(*marks) for form in cases for marks in (("'", "’"), ("’", "'"))]
    return set({form.encode().lower(): form for form in reversed(spelled)}.values())
