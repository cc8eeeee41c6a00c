"""From a pack's pattern to a regular expression that the kernel runs, and to the phrases it looks for first.

A pattern is Rust regex syntax with placeholders: `{list}` stands for any phrase of a list, in any case; `{list!}` for
the same beginning with a capital, as labels and headings do; `{_fragment}` for a shared piece of pattern. This module
knows words and patterns, nothing of files or rules.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

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


MOST_DEPTH = 12
"""So deep may alternatives of phrases stand in each other; the engine's limit is a few hundred for a whole pattern."""

LISTS_AT_HAND = 32
"""Lists whose patterns are kept: some rules of a pack share theirs."""

Item = TypeVar("Item")


def placeholders(pattern: str) -> set[str]:
    """Name the phrase lists and fragments that a pattern uses."""
    return {name for name, _ in PLACEHOLDER.findall(pattern)}


def has_anchor(pattern: str) -> bool:
    """Say whether a pattern has a `^` or `$` of its own, outside escapes and classes."""
    return any(found[1] for found in _ANCHOR.finditer(pattern))


def unsupported(pattern: str) -> str | None:
    """Give what a pattern uses that would take more than linear time."""
    return next((found[1] for found in _UNSUPPORTED.finditer(pattern) if found[1]), None)


def all_phrases(phrases: PhraseList) -> tuple[str, ...]:
    """Give every phrase of a list once, longest first, so that the longest one wins in an alternation."""
    once = {phrase for texts in phrases.values() for phrase in texts}
    return tuple(sorted(once, key=lambda phrase: (-len(phrase), phrase)))


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


@lru_cache(maxsize=LISTS_AT_HAND)
def _alternation(phrases: tuple[str, ...], *, capital: bool) -> str:
    """Let any of some phrases match, an earlier one rather than a later one.

    What phrases begin with in common is written once: an engine that tries one after the other has a tenth to try.
    """
    if not capital:
        guarded = _grouped(phrases, lambda phrase: (_sign(phrase[0]), _guard(phrase, 0)))
        branches = [guard + _tree([_tail(phrase) for phrase in members]) for (_, guard), members in guarded]
        return f"(?i:{'|'.join(branches)})"
    kinds = _grouped(phrases, lambda phrase: (phrase[0], _guard(phrase, 0) + "!" * _is_taken_as_it_is(phrase)))
    return f"(?:{'|'.join(_capital_branch(members) for _, members in kinds)})"


def _capital_branch(phrases: Sequence[str]) -> str:
    """Take phrases with their common capital, the rest in any case; others just as they are."""
    guard = _guard(phrases[0], 0)
    if _is_taken_as_it_is(phrases[0]):
        return guard + _tree([_tail(phrase, any_case=False) for phrase in phrases])
    rest = _tree([_tail(phrase, 1) for phrase in phrases])
    return f"{guard}{_atom(phrases[0][0])}(?i:{rest})"


def _is_taken_as_it_is(phrase: str) -> bool:
    """Has a phrase no capital, or no small letters?"""
    return phrase[0].islower() or phrase == phrase.upper()


class _Tail(NamedTuple):
    """What is left of a phrase, and what is asked of the place behind it.

    Attributes:
        text: The rest of the phrase.
        signs: The same with one sign for all characters that match each other, of the same length.
        guard: The assertion that follows.
    """

    text: str
    signs: str
    guard: str


def _tail(phrase: str, start: int = 0, *, any_case: bool = True) -> _Tail:
    text = phrase[start:]
    return _Tail(text, "".join([_sign(char, any_case) for char in text]), _guard(phrase, -1))


def _tree(tails: Sequence[_Tail], depth: int = 0) -> str:
    """Write tails as a tree of what they have in common, which matches what they would match one after the other."""
    if len(tails) == 1 or depth == MOST_DEPTH:
        return _either(["".join(map(_atom, tail.text)) + tail.guard for tail in tails])
    branches = []
    for (first, guard), members in _grouped(tails, lambda tail: (tail.signs[:1], "" if tail.text else tail.guard)):
        if not first:
            branches.append(guard)
            continue
        shared = _shared([tail.signs for tail in members])
        rest = [_Tail(tail.text[shared:], tail.signs[shared:], tail.guard) for tail in members]
        common = "".join(map(_atom, members[0].text[:shared]))
        branches.append(common + _tree(rest, depth + 1))
    return _either(branches)


def _shared(texts: Sequence[str]) -> int:
    """How many characters all texts begin with in common: as many as the first and the last in order."""
    first, last = min(texts), max(texts)
    return next((n for n, char in enumerate(first) if last[n : n + 1] != char), len(first))


def _either(branches: Sequence[str]) -> str:
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def _grouped(items: Iterable[Item], key: Callable[[Item], tuple[str, str]]) -> list[tuple[tuple[str, str], list[Item]]]:
    """Put items of the same key beside each other, as far as that changes nothing of which of them matches first.

    A key begins with a sign. Items of different signs match different text, so that they may change places; one with an
    empty sign may match what any other does.
    """
    groups: list[tuple[tuple[str, str], list[Item]]] = []
    latest: dict[str, int] = {}
    for item in items:
        whole = sign, _ = key(item)
        at = latest.get(sign)
        if at is not None and groups[at][0] == whole:
            groups[at][1].append(item)
            continue
        if not sign:
            latest.clear()
        else:
            latest[sign] = len(groups)
        groups.append((whole, [item]))
    return groups


@cache
def _sign(char: str, any_case: bool = True) -> str:  # noqa: FBT002 (a cached function is called by place)
    """Give what two characters have in common where one matches what the other does: one character."""
    if char == "’":
        return "'"
    cases = (char.casefold(), char.lower(), char) if any_case else char
    return next(form for form in cases if len(form) == 1)


@cache
def _atom(char: str) -> str:
    """Let any white space stand for a space, and either apostrophe for the other."""
    if char == " ":
        return r"\s+"
    return "['’]" if char in "'’" else re.escape(char)


@cache
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
    if not _needs_one_of(lists.keys(), pattern):
        return (), "any"
    names = placeholders(pattern) & lists.keys()
    where = "any"
    first, last = _LIST_FIRST.match(pattern), _LIST_LAST.search(pattern)
    if first and match in ("line", "start") and _is_edge(first, 0, lists):
        names, where = {first[1]}, "start"
    elif last and match in ("line", "end") and _is_edge(last, -1, lists):
        names, where = {last[1]}, "end"
    literals = {form for name in names for phrase in all_phrases(lists[name]) for form in _cue_forms(phrase)}
    return tuple(sorted(literals)), where


def _needs_one_of(names: Collection[str], pattern: str) -> bool:
    """Tell whether nothing matches without a phrase of one of these lists.

    Goes through the pattern: for each open bracket a list of branches, for each branch whether an item needs one.
    """
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
            levels[-1][-1].append(part.strip("{!}") in names and part[0] == "{")
    return all(map(any, levels[0]))


def _is_edge(found: re.Match[str], edge: int, lists: Mapping[str, PhraseList]) -> bool:
    """Tell whether every match of a pattern begins (or ends) with a phrase of the list found at that edge."""
    name, pattern = found[1], found.string
    others = re.compile(rf"\{{{name}!?\}}")
    here = others.sub("x", pattern[: found.start()]) + found[0] + others.sub("x", pattern[found.end() :])
    if name not in lists or not _needs_one_of({name}, here):
        return False
    return all(phrase[edge].isalnum() for phrase in all_phrases(lists[name]))


def _cue_forms(phrase: str) -> set[str]:
    """Spell a phrase so that a scan blind to ASCII case, but to no other, finds it in any usual case."""
    cases = (phrase, phrase.lower(), phrase.upper(), phrase.capitalize(), phrase.title())
    marks = (("'", "’"), ("’", "'"))
    spelled = [form.replace(*mark) for form in cases for mark in marks] if "'" in phrase or "’" in phrase else cases
    return set({form.encode().lower(): form for form in reversed(spelled)}.values())
