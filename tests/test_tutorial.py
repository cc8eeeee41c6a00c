"""A stranger's path: every command in tutorial, how-tos and explanations, run in order in an empty folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from manual.sessions import PLAYED, agrees, play

if TYPE_CHECKING:
    from pathlib import Path

REMEDY = "if that is right, run: python scripts/make_docs.py --outputs"


@pytest.mark.parametrize("page", PLAYED, ids=lambda page: page.stem)
def test_the_commands_of_a_page_do_what_it_says(page: Path, tmp_path: Path) -> None:
    for step, found in play(page, tmp_path):
        if step.output is not None:
            assert agrees(step.wanted, found), f"{page.name}, line {step.line}, prints\n{found}\n{REMEDY}"
