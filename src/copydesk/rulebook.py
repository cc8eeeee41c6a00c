"""The rule book: what is noise, as data, and in the kernel's terms.

A pack is a TOML file that describes one kind of noise (`rules/*.toml`, or a user's own). It says why the noise is
there, which phrases betray it, what its rules strike, and with which examples and lookalikes each rule is tried.
Nothing here touches a document: the kernel runs the rules, this module says what they are, `rulepack.py` reads and
checks them, and `phrasing.py` turns their phrases into patterns.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from copydesk.phrasing import PhraseList

MATCHES = ("line", "start", "end", "inside")
"""The part of a line that a rule's pattern must match."""

PLACES = ("any", "start", "end", "outside")
"""Where the line must stand: anywhere, before the first body line, after the last, one of these two but not
right above the first."""

BLOCKS = ("none", "links", "contents")
"""What goes with a struck line: nothing, lines below it that look like links, or that stand again further down."""

FIELDS = ("captions", "credits", "byline", "dateline", "source", "tags")
"""Named groups of a pattern that move to a story's fields."""

RULE_DIGITS = 16
"""Hex digits of a single rule's digest: enough to see that it changed."""

STRIKE_GROUP = "strike"
"""A named group that narrows the stroke: what the pattern needs around it stays."""

ONCE_GROUP = "once"
"""A named group whose words must stand nowhere else in the body text of the document."""


@dataclass(frozen=True, slots=True)
class Example:
    """A whole small document before and after cleaning (stories joined by a line feed), and the fields it must give."""

    before: str
    after: str
    fields: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A whole small document that must come out unchanged."""

    text: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: where it looks, what it strikes, and the cases that prove it.

    Attributes:
        kind: The kind's label; it stands on the rule's edits.
        name: The rule's name within its kind.
        why: What the rule is about, a sentence or two.
        match: One of `MATCHES`.
        pattern: As the pack has it, with placeholders.
        regex: As the kernel runs it: Rust syntax, complete but for the anchors that `match` asks for.
        cues: Literals of which one must stand in the line before the regex is tried; none means every line is tried.
        cue_at: Where the cue stands: "start" (at the line's first letter or digit), "end" (at its last) or "any".
        place: One of `PLACES`.
        after: Labels of which the line before must carry one, or rules by their full names; none for any.
        glued: With `after`: no blank line between the two.
        block: One of `BLOCKS`.
        strike: Whether the match is struck, or only noted.
        max_chars: The longest line the rule looks at, in code points.
        min_chars: The shortest.
        at_least: In how many lines of a document the pattern must match; in fewer the rule does not hold.
        at_most: In how many lines of a document it may match; in more the rule does not hold. 0 sets no bound.
        in_a_row: In how many lines in a row it must match, blank ones not counted; others of its lines stay.
        examples: Documents it must change, at least one.
        lookalikes: Documents no rule may change, at least one.
    """

    kind: str
    name: str
    why: str
    match: str
    pattern: str
    regex: str
    cues: tuple[str, ...]
    cue_at: str
    place: str
    after: tuple[str, ...]
    glued: bool
    block: str
    strike: bool
    max_chars: int
    min_chars: int
    at_least: int
    at_most: int
    in_a_row: int
    examples: tuple[Example, ...]
    lookalikes: tuple[Lookalike, ...]

    @property
    def id(self) -> str:
        """The full name, as the ledger gives it: `kind.rule`."""
        return f"{self.kind}.{self.name}"

    @property
    def label(self) -> str:
        """The label on the rule's edits: its kind."""
        return self.kind

    def spec(self) -> dict[str, object]:
        """Give what the kernel has to know, as JSON types; reasons and examples stay behind."""
        return {
            "name": self.id,
            "label": self.label,
            "match": self.match,
            "regex": self.regex,
            "cues": list(self.cues),
            "cue_at": self.cue_at,
            "place": self.place,
            "after": list(self.after),
            "glued": self.glued,
            "block": self.block,
            "strike": self.strike,
            "max_chars": self.max_chars,
            "min_chars": self.min_chars,
            "at_least": self.at_least,
            "at_most": self.at_most,
            "in_a_row": self.in_a_row,
        }


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of noise.

    Attributes:
        label: Its name, on edits and in `off`.
        title: Its name for people.
        why: What scraping leaves here, why it is not the story, and what is risky about it.
        source: The path of its pack.
        phrases: The pack's phrase lists, by name.
        rules: In the order in which they win.
        own: Whether the pack is the user's; the line model has no say over its rules.
    """

    label: str
    title: str
    why: str
    source: str
    phrases: Mapping[str, PhraseList]
    rules: tuple[Rule, ...]
    own: bool = False

    @property
    def examples(self) -> tuple[Example, ...]:
        """The examples of all its rules, in order."""
        return tuple(example for rule in self.rules for example in rule.examples)

    @property
    def lookalikes(self) -> tuple[Lookalike, ...]:
        """The lookalikes of all its rules, in order."""
        return tuple(lookalike for rule in self.rules for lookalike in rule.lookalikes)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All packs together, in the order in which they win: built-in ones by file name, then the user's."""

    kinds: tuple[Kind, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, in the order in which they win."""
        return tuple(rule for kind in self.kinds for rule in kind.rules)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of all that decides what is struck; rewording a reason or an example does not change it."""
        return _digest(self.kernel_spec())

    @property
    def digests(self) -> dict[str, str]:
        """The start of a SHA-256 (hex) of what each rule looks for, by full name, in the order in which they win."""
        specs = self.kernel_spec()
        return {rule.id: _digest(spec)[:RULE_DIGITS] for rule, spec in zip(self.rules, specs, strict=True)}

    def kernel_spec(self) -> list[dict[str, object]]:
        """Give the rules as the kernel takes them, in the order in which they win."""
        return [{**rule.spec(), "firm": kind.own} for kind in self.kinds for rule in kind.rules]

    @classmethod
    def load(cls, packs: Sequence[Path] = (), off: Collection[str] = ()) -> RuleBook:
        """Read the built-in packs and the user's own.

        Args:
            packs: TOML files, or folders of them.
            off: Kinds ("tags") or rules ("tags.topic_line") to leave out.

        Raises:
            RuleError: A pack cannot be read or is not right, two rules share an id, or a name in `off` is unknown.
        """
        from copydesk import rulepack

        own = [replace(kind, own=True) for kind in rulepack.read(rulepack.find(packs))]
        kinds = [*_built_in(), *own]
        _check_together(kinds)
        return cls(tuple(_without(kinds, off)))


def _digest(spec: object) -> str:
    canonical = json.dumps(spec, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@cache
def _built_in() -> tuple[Kind, ...]:
    """Read the packs that come with copydesk, once a process."""
    from copydesk import rulepack

    return tuple(rulepack.read(rulepack.built_in()))


def _check_together(kinds: Sequence[Kind]) -> None:
    """Refuse what no single pack shows: an id that is used twice, a label or rule that no pack has."""
    from copydesk.rulepack import fail, nearest

    seen: dict[str, str] = {}
    known = {kind.label for kind in kinds} | {rule.id for kind in kinds for rule in kind.rules}
    for kind in kinds:
        for rule in kind.rules:
            where = f"{kind.source}, rule {rule.name}"
            if rule.id in seen:
                fail(where, f"the id {rule.id} is taken by {seen[rule.id]}", "give the rule another name")
            seen[rule.id] = kind.source
            for name in rule.after:
                if name not in known:
                    fail(where, f"`after` names an unknown label or rule `{name}`", nearest(name, known))


_SETTINGS = {
    "mend": "it is no rule: set ftfy = false under [mend]",
    "emoji": "it is no rule: set splinters = false under [emoji]",
    "model": 'it is no rule: set mode = "off" under [model]',
    "split": 'it is no rule: set mode = "off" or "structure" under [split]',
}
"""How to switch off what else names edits in the ledger, by the first part of the name."""


def _without(kinds: Sequence[Kind], off: Collection[str]) -> Iterator[Kind]:
    """Leave out the kinds and rules that are switched off."""
    from copydesk.rulepack import fail, nearest

    known = {name for kind in kinds for name in (kind.label, *(rule.id for rule in kind.rules))}
    for name in off:
        if name not in known:
            family = name.partition(".")[0]
            near = {other for other in known if other.partition(".")[0] == family}
            advice = _SETTINGS.get(family) or nearest(name, near or {kind.label for kind in kinds})
            fail("rules.off", f"there is no kind or rule `{name}`", advice)
    for kind in kinds:
        rules = tuple(rule for rule in kind.rules if kind.label not in off and rule.id not in off)
        if rules:
            yield replace(kind, rules=rules)
