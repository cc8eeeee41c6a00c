"""Counting, so that nothing vanishes: what was read must have been published or rejected."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from copydesk.errors import BuildError


@dataclass(slots=True)
class Account:
    """What became of the records of one source, or of all.

    Attributes:
        read: Records that the source gave, good or bad.
        published: Documents with at least one story.
        rejected: Records that were not published.
        stories: Stories of the published documents.
    """

    read: int = 0
    published: int = 0
    rejected: int = 0
    stories: int = 0

    def add(self, other: Account) -> None:
        """Add another account to this one."""
        self.read += other.read
        self.published += other.published
        self.rejected += other.rejected
        self.stories += other.stories

    def to_mapping(self) -> dict[str, int]:
        """Give the counts by name."""
        return {
            "read": self.read,
            "published": self.published,
            "rejected": self.rejected,
            "stories": self.stories,
        }


@dataclass(slots=True)
class Accounts:
    """All counts of a build. Characters are code points, and count published documents only.

    Attributes:
        by_source: An account for each input file.
        reasons: Rejects by reason.
        needs_review: Documents kept whole because too much would have been struck.
        characters_in: In the raw documents.
        characters_out: In the stories.
        characters_put: In the edits' replacements.
        struck: Raw characters covered by edits, by label.
        strokes: Edits, by label.
        lines: Lines and parts of lines that were labelled, by label; none unless the recipe annotates.
    """

    by_source: dict[str, Account] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    needs_review: int = 0
    characters_in: int = 0
    characters_out: int = 0
    characters_put: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    strokes: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)

    def of(self, source: str) -> Account:
        """Give the account of a source, opening it if need be."""
        return self.by_source.setdefault(source, Account())

    def add(self, other: Accounts) -> None:
        """Add the counts of another part of the build."""
        for source, account in other.by_source.items():
            self.of(source).add(account)
        self.reasons.update(other.reasons)
        self.needs_review += other.needs_review
        self.characters_in += other.characters_in
        self.characters_out += other.characters_out
        self.characters_put += other.characters_put
        self.struck.update(other.struck)
        self.strokes.update(other.strokes)
        self.lines.update(other.lines)

    @property
    def total(self) -> Account:
        """The account of all sources together."""
        total = Account()
        for account in self.by_source.values():
            total.add(account)
        return total

    def check(self) -> None:
        """Check that the accounts add up.

        Raises:
            BuildError: They do not. That is a bug in copydesk, and no edition must come of it.
        """
        for source, account in self.by_source.items():
            if account.read != account.published + account.rejected:
                message = f"the accounts of {source} do not add up: {account.to_mapping()}"
                raise BuildError(message, "this is a bug in copydesk; please report it with the input file")
        out = self.characters_in - self.struck.total() + self.characters_put
        if out != self.characters_out:
            message = f"the stories hold {self.characters_out} characters, by the ledger it should be {out}"
            raise BuildError(message, "this is a bug in copydesk; please report it with the input file")

    def to_mapping(self) -> dict[str, Any]:
        """Give the totals as they stand in a manifest."""
        return {
            **self.total.to_mapping(),
            "needs_review": self.needs_review,
            "reasons": dict(sorted(self.reasons.items())),
            "characters": {
                "in": self.characters_in,
                "out": self.characters_out,
                "put": self.characters_put,
                "struck": dict(sorted(self.struck.items())),
            },
            "strokes": dict(sorted(self.strokes.items())),
            "lines": dict(sorted(self.lines.items())),
        }
