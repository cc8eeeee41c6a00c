"""The rule book as a page, made from the rules' own words, with what really becomes of their examples."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from copydesk.desk import Desk
from copydesk.document import SINGLE_FIELDS
from copydesk.phrasing import GROUP
from copydesk.recipe import Guard, Model, Recipe
from copydesk.rulebook import FIELDS, STRIKE_GROUP
from manual.pages import anchor, put_together, table, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copydesk.document import Cleaned, Edit, Story
    from copydesk.rulebook import Example, Kind, Lookalike, Rule

EXTENTS = {"line": "whole lines", "start": "the start of lines", "end": "the end of lines", "inside": "parts of lines"}
PLACES = {
    "any": "",
    "start": "before the first line of running text",
    "end": "behind the last line of running text",
    "outside": "behind the last line of running text or before the first, but not right above it",
}
BLOCKS = {
    "none": "",
    "links": "with it go the lines below that look like links",
    "contents": "only above three lines or more that stand again further down; they go with it",
}

ANY_LENGTH = 10_000
"""Characters from which on a rule's longest line is no limit."""

LEAD = """What is noise is data: packs of rules in TOML, one for each kind, `src/copydesk/rules/<label>.toml`. This page
is made from them. Every *before and after* below was made by cleaning the example just now, with all rules at work at
once; the line model, which judges a line by its page, and the guard against striking too much were off, because the
examples are small. A line with `-` went or was changed, one with `+` is what it became; `@@` is where a document was
cut. Every *stays* is a text that looks like the noise and is none: each must come out as it went in, whatever the other
rules say.

`copydesk rules list` prints the same in short, `copydesk rules test` runs every example. [How to write a
rule](how-to-write-a-rule.md) says how to add your own. To switch off a kind or a rule, name it: `--off share`, `--off
share.buttons`, or `off = ["share"]` under `[rules]`."""


def page() -> str:
    """Make the page."""
    desk = Desk(replace(Recipe(), guard=Guard(max_struck=1.0), model=Model(mode="off")))
    book = desk.rules
    counts = f"{len(book.rules)} rules of {len(book.kinds)} kinds"
    rows = [
        (f"[{kind.title}](#{anchor(_kind_heading(kind))})", f"`{kind.label}`", ", ".join(map(_link, kind.rules)))
        for kind in book.kinds
    ]
    parts = [part for kind in book.kinds for part in _kind(kind, desk)]
    made_from = "the packs in `src/copydesk/rules/`"
    return put_together(f"The rule book: {counts}", made_from, LEAD, table(("kind", "label", "rules"), rows), *parts)


def _link(rule: Rule) -> str:
    return f"[`{rule.name}`](#{anchor(rule.id)})"


def _kind_heading(kind: Kind) -> str:
    return f"{kind.title} ({kind.label})"


def _kind(kind: Kind, desk: Desk) -> Iterator[str]:
    yield f"## {_kind_heading(kind)}"
    yield kind.why
    for rule in kind.rules:
        yield from _rule(rule, desk)


def _rule(rule: Rule, desk: Desk) -> Iterator[str]:
    yield f"### {rule.id}"
    yield wrapped(rule.why)
    yield wrapped(_facts(rule))
    for example in rule.examples:
        yield _shown(example, desk.clean(example.before), rule)
    for lookalike in rule.lookalikes:
        yield _stays(lookalike, desk.clean(lookalike.text))


def _facts(rule: Rule) -> str:
    """Say in a sentence or two where a rule looks and what it does."""
    verb = "Strikes" if rule.strike else "Strikes nothing, but notes"
    words = [f"{verb} {EXTENTS[rule.match]}{_length(rule)}", PLACES[rule.place]]
    if rule.after:
        below = "right below" if rule.glued else "below"
        names = " or ".join(f"`{name}`" for name in rule.after)
        words.append(f"{below} a line labelled {names}" if "." not in names else f"{below} a line struck by {names}")
    if rule.at_least > 1:
        words.append(f"where a document has at least {rule.at_least} such lines")
    if rule.at_most:
        words.append(f"where a document has no more than {rule.at_most} such lines")
    if rule.in_a_row > 1:
        words.append(f"where at least {rule.in_a_row} such lines stand in a row")
    sentence = f"{', '.join(word for word in words if word)}."
    fields = [name for name in FIELDS if name in GROUP.findall(rule.pattern)]
    more = [f"{BLOCKS[rule.block].capitalize()}."] if BLOCKS[rule.block] else []
    more += ["Only a part of what its pattern matches goes."] if STRIKE_GROUP in GROUP.findall(rule.pattern) else []
    more += [f"The story's {', '.join(f'`{name}`' for name in fields)} {_is(fields)} taken from it."] if fields else []
    return " ".join((sentence, *more))


def _is(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 and names[0] in SINGLE_FIELDS else "are"


def _length(rule: Rule) -> str:
    """Say which lines a rule looks at, by their length."""
    if rule.max_chars >= ANY_LENGTH:
        return f" of {rule.min_chars:,} characters and more" if rule.min_chars else ""
    least = f"{rule.min_chars:,} to " if rule.min_chars else "at most "
    return f" of {least}{rule.max_chars:,} characters"


def _shown(example: Example, cleaned: Cleaned, rule: Rule) -> str:
    """Show what became of an example, line by line."""
    lines = list(_compared(example.before.rstrip("\n").split("\n"), cleaned.stories))
    parts = [_fenced("\n".join(lines), "diff"), *_notes(cleaned, rule)]
    return "\n\n".join(("*Before and after*", *parts))


def _compared(before: Sequence[str], stories: Sequence[Story]) -> Iterator[str]:
    """Yield the lines of a comparison; a cut is a line of its own."""
    after: list[str] = []
    for story in stories:
        if story.index:
            after.append(f"{_CUT}cut, {story.kind} @@")
        after += story.text.rstrip("\n").split("\n")
    for change, first, last, start, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if change == "equal":
            yield from (f"  {line}".rstrip() for line in before[first:last])
        else:
            yield from (f"- {line}".rstrip() for line in before[first:last] if line.strip())
            yield from (line if line.startswith(_CUT) else f"+ {line}".rstrip() for line in after[start:stop])


_CUT = "@@ "


def _notes(cleaned: Cleaned, rule: Rule) -> Iterator[str]:
    """Say what moved to fields, and which other rules had a part in it."""
    facts = {name: value for story in cleaned.stories for name, value in story.fields.items() if value}
    if facts:
        yield "Fields: " + ", ".join(
            f"`{name}` = {_code(json.dumps(v, ensure_ascii=False))}" for name, v in facts.items()
        )
    others = {edit.rule for edit in cleaned.edits if _is_news(edit)} - {rule.id}
    if others:
        yield f"Also at work: {', '.join(f'`{name}`' for name in sorted(others))}"


def _is_news(edit: Edit) -> bool:
    """Say whether an edit did more than take white space away."""
    return bool((edit.removed or "").strip())


def _stays(lookalike: Lookalike, cleaned: Cleaned) -> str:
    text = "\n".join(story.text for story in cleaned.stories).rstrip("\n")
    why = f": {lookalike.why}" if lookalike.why else ""
    if text != lookalike.text.rstrip("\n"):
        message = f"a lookalike does not stay, run `copydesk rules test`: {lookalike.text!r}"
        raise ValueError(message)
    return f"*Stays*{why}\n\n{_fenced(text, 'text')}"


def _fenced(text: str, language: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _code(text: str) -> str:
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence}{text}{fence}"
