"""Trying rules on their own examples: what must be struck is struck, and what looks like it stays.

The examples are small, so the guard against striking too much and the line model, which judges a line by its page, are
off here; all else is as in a build, with every rule of the book at work at once. That is meant: a lookalike of one rule
must not fall to another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from copydesk.desk import Desk
from copydesk.recipe import Guard, Model, Recipe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.document import Cleaned
    from copydesk.rulebook import Example, Rule, RuleBook


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that did not come out as the rule book says.

    Attributes:
        rule: The rule's full name.
        case: `example` or `lookalike`, and which one, from 1.
        before: The document.
        expected: What it should have become: its text, or what was wrong with the fields.
        found: What it became.
        rules: The rules that struck something.
    """

    rule: str
    case: str
    before: str
    expected: str
    found: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """The outcome for a whole rule book."""

    rules: int
    examples: int
    lookalikes: int
    failures: tuple[Failure, ...]


def check_rules(recipe: Recipe | None = None) -> RuleCheck:
    """Run each rule's examples and lookalikes.

    Args:
        recipe: Its rule packs are checked with the built-in ones, its settings are used; the default if left out.

    Raises:
        RuleError: A rule pack cannot be read, or a rule's pattern cannot be compiled.
    """
    desk = Desk(replace(recipe or Recipe(), guard=Guard(max_struck=1.0), model=Model(mode="off")))
    desk.check_rules()
    book: RuleBook = desk.rules
    failures = [failure for rule in book.rules for failure in check_rule(desk, rule)]
    return RuleCheck(
        rules=len(book.rules),
        examples=sum(len(rule.examples) for rule in book.rules),
        lookalikes=sum(len(rule.lookalikes) for rule in book.rules),
        failures=tuple(failures),
    )


def check_rule(desk: Desk, rule: Rule) -> Iterator[Failure]:
    """Yield what does not come out as one rule says."""
    for number, example in enumerate(rule.examples, 1):
        yield from _check_example(desk.clean(example.before), rule, number, example)
    for number, lookalike in enumerate(rule.lookalikes, 1):
        cleaned = desk.clean(lookalike.text)
        if not _equal(_text(cleaned), lookalike.text):
            case = f"lookalike {number}"
            yield _failure(rule, case, lookalike.text, (lookalike.text, _text(cleaned)), cleaned)


def _check_example(cleaned: Cleaned, rule: Rule, number: int, example: Example) -> Iterator[Failure]:
    case = f"example {number}"
    if not _equal(_text(cleaned), example.after):
        yield _failure(rule, case, example.before, (example.after, _text(cleaned)), cleaned)
    fields = cleaned.stories[0].fields if cleaned.stories else {}
    for name, wanted in example.fields.items():
        expected = list(wanted) if isinstance(wanted, tuple) else wanted
        if fields.get(name) != expected:
            wrong = (f"{name} = {expected!r}", f"{name} = {fields.get(name)!r}")
            yield _failure(rule, case, example.before, wrong, cleaned)


def _failure(rule: Rule, case: str, before: str, wrong: tuple[str, str], cleaned: Cleaned) -> Failure:
    """Put a failure together; `wrong` is what was expected and what was found."""
    rules = tuple(dict.fromkeys(edit.rule for edit in cleaned.edits))
    return Failure(rule.id, case, before, *wrong, rules)


def _text(cleaned: Cleaned) -> str:
    """Give a document's stories as the rule book writes them: joined by a line feed."""
    return "\n".join(story.text for story in cleaned.stories)


def _equal(found: str, expected: str) -> bool:
    """Compare texts but for line feeds at the end, with which TOML's multi-line strings end for looks."""
    return found.rstrip("\n") == expected.rstrip("\n")
