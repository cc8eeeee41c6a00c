"""Versions of editions: three numbers, of which the first tells of changed stories and the second of added ones."""

from __future__ import annotations

from typing import NamedTuple

from copydesk.build import VERSION
from copydesk.errors import BuildError

LEVELS = ("none", "patch", "minor", "major")
"""What may lie between two editions, the smallest first."""


class Version(NamedTuple):
    """A version; later ones are greater."""

    major: int
    minor: int
    patch: int

    @classmethod
    def of(cls, text: str) -> Version:
        """Read a version.

        Raises:
            BuildError: It is none.
        """
        found = VERSION.fullmatch(text)
        if not found:
            message = f"{text!r} is no version"
            raise BuildError(message, "write three numbers such as 1.0.0, without a v")
        return cls(*map(int, found.groups()))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    def after(self, level: str) -> Version:
        """Give the least version that may follow this one when so much changed."""
        steps = {
            "none": self,
            "patch": Version(self.major, self.minor, self.patch + 1),
            "minor": Version(self.major, self.minor + 1, 0),
            "major": Version(self.major + 1, 0, 0),
        }
        return steps[level]
