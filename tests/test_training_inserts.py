"""Tables, lists, facts and headings that made pages carry inside their stories."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

TRAINING = Path(__file__).parents[1] / "training"
sys.path.insert(0, str(TRAINING))

import inserts  # noqa: E402 - programs of training/ stand beside each other and are no package
import synthetic  # noqa: E402

STORIES = {
    "en": "The harbour board met on Tuesday. Its pilots, who had asked for a second tug, left before the vote: nobody "
    "had told them that the mole would be closed; the dredger had not come.",
    "zh": "港务局周二开会，引水员要求增加一艘拖船。会议结束以前，他们已经离开：没有人告诉他们防波堤将要关闭。",
    "th": "คณะกรรมการท่าเรือประชุมเมื่อวันอังคาร “นำร่องขอเรือลากจูงลำที่สอง” และไม่มีใครบอกว่าเขื่อนจะปิด",
}
MAKERS = [make for make, _ in inserts.MAKERS]


def made(make: inserts.Maker, story: str, seeds: int) -> list[list[str]]:
    return [make(Random(seed), story) for seed in range(seeds)]  # noqa: S311 - repeatable on purpose


def plain(text: str) -> str:
    return re.sub(r"\W", "", text).lower()


@pytest.mark.parametrize("language", STORIES)
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_an_insert_speaks_of_its_story(language: str, make: inserts.Maker) -> None:
    story = STORIES[language]
    found = [line for lines in made(make, story, 60) for line in lines]
    assert found
    assert all(line == line.strip("\n") and "\n" not in line for line in found)
    words = [part for line in found for part in re.findall(r"[^\W\d_]{5,}", line)]
    assert words
    assert all(plain(word) in plain(story) for word in words)


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_the_same_seed_makes_the_same_insert(make: inserts.Maker) -> None:
    assert made(make, STORIES["en"], 20) == made(make, STORIES["en"], 20)


@given(st.text())
def test_any_text_will_do(story: str) -> None:
    for make in MAKERS:
        assert all(isinstance(line, str) for lines in made(make, story, 3) for line in lines)


def test_a_table_has_as_many_cells_in_each_row() -> None:
    barred = [lines for lines in made(inserts.table, "", 200) if all(" | " in line for line in lines)]
    assert barred
    assert all(len({line.count(" | ") for line in lines}) == 1 for lines in barred)


def test_an_insert_stands_between_the_lines_of_its_story() -> None:
    lines = STORIES["en"].replace(": ", ":|").replace(". ", ".|").split("|")
    for seed in range(50):
        found = inserts.into(Random(seed), lines)  # noqa: S311 - repeatable on purpose
        assert len(found) > len(lines)
        assert (found[0], found[-1]) == (lines[0], lines[-1])
        assert [line for line in found if line in lines] == lines
        assert all(line.strip() for line in found)


def test_inserts_are_text_of_their_page() -> None:
    story = synthetic.Article("Tug", (STORIES["en"], "The vote was nine to two.", "It will be held again."), "en")
    pages = list(synthetic.pages([story], 1, 200))
    inserted = [line for page in pages for line in page.lines if line.kind == "insert"]
    assert inserted
    assert {line.label for line in inserted} == {0}
    shares = [any(line.kind == "insert" for line in page.lines) for page in pages]
    assert 0.15 < sum(shares) / len(shares) < 0.45
