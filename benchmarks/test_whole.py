"""The whole way by kind of input and by number of workers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from copydesk import Recipe, build
from copydesk.rulebook import RuleBook
from dump import KINDS
from test_stages import measure

if TYPE_CHECKING:
    from pathlib import Path

    from dump import Dump


@cache
def nothing() -> Recipe:
    """Give a recipe with every step off: what is left is reading, passing on and writing."""
    return Recipe.from_mapping(
        {
            "rules": {"off": [kind.label for kind in RuleBook.load().kinds]},
            "mend": {"ftfy": False},
            "emoji": {"splinters": False},
            "model": {"mode": "off"},
            "split": {"mode": "off"},
            "language": {"engine": "none"},
        }
    )


@pytest.mark.parametrize("kind", KINDS)
def test_pass_through(benchmark: Any, dump: Dump, kinds: Path, tmp_path: Path, kind: str) -> None:
    path = dump.of_kind(kind, kinds)
    numbers = iter(range(100))
    measure(benchmark, dump, lambda: build([path], tmp_path / f"{next(numbers)}", recipe=nothing()))


@pytest.mark.parametrize("workers", [1, 2])
def test_workers(benchmark: Any, dump: Dump, kinds: Path, tmp_path: Path, workers: int) -> None:
    path = dump.of_kind(".jsonl", kinds)
    numbers = iter(range(100))
    measure(benchmark, dump, lambda: build([path], tmp_path / f"{next(numbers)}", workers=workers))
