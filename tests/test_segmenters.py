"""The comparison of segmenters: measures by hand, each segmenter on texts that anyone can cut, and one short run."""

from __future__ import annotations

import importlib
import json
import random
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from conftest import ROOT
from programs import python
from segmenters import blocks, c99, command, desk, documents, measures, run, tables, texttiling
from segmenters.documents import Document

if TYPE_CHECKING:
    from pathlib import Path

SEA = (
    "The ferry left the harbour with its crew and forty passengers, and the sea was calm.",
    "The captain of the ferry told the crew that the sea beyond the harbour was rough.",
    "Passengers on the ferry saw the harbour again when the captain turned from the sea.",
    "In the harbour the crew tied up the ferry, and the captain thanked the passengers.",
    "The sea was rough all night; no ferry left the harbour, said the captain and his crew.",
    "By morning the captain, the crew and the passengers of the ferry had a calm sea.",
)
BREAD = (
    "The baker kneads flour, water and salt, and the dough rests beside the warm oven.",
    "When the dough has doubled, the baker folds it with more flour and heats the oven.",
    "A loaf of this dough needs salt, good flour and an oven that the baker trusts.",
    "The oven stays hot while the baker shapes each loaf from the rested dough.",
    "Too much salt, says the baker, and neither dough nor loaf nor flour is worth the oven.",
    "The first loaf comes out of the oven, and the baker dusts it with flour and salt.",
)

FOUND = [
    # wanted, found, lines, Pk, WindowDiff
    (set(), set(), 1, 0.0, 0.0),  # no window fits
    (set(), set(), 6, 0.0, 0.0),
    ({3}, {3}, 6, 0.0, 0.0),
    ({3}, set(), 6, 0.5, 0.5),  # windows of two: missed by those that end in lines 3 and 4, seen by four
    ({3}, {4}, 6, 0.5, 0.5),
    ({3}, {3, 4}, 6, 0.25, 0.5),  # only WindowDiff minds two cuts for one
    (set(), {3}, 6, 1.0, 1.0),  # windows of three
    ({1}, set(), 2, 1.0, 1.0),
    ({4, 8}, {4}, 12, 0.2, 0.2),
]


@pytest.mark.parametrize(("wanted", "found", "lines", "pk", "window_diff"), FOUND)
def test_pk_and_window_diff(wanted: set[int], found: set[int], lines: int, pk: float, window_diff: float) -> None:
    assert measures.pk(frozenset(wanted), frozenset(found), lines) == pytest.approx(pk)
    assert measures.window_diff(frozenset(wanted), frozenset(found), lines) == pytest.approx(window_diff)


def test_measures_are_those_of_the_scorer(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(shared / "eval"))
    scorer = importlib.import_module("score")
    chance = random.Random(4)  # noqa: S311 - the same cuts in every run
    for name in documents.SEGMENT:
        for document in documents.read(shared / "eval", name, 20):
            lines = range(1, len(document.lines))
            found = frozenset(line for line in lines if chance.random() < 0.1)
            ours = measures.judge(document, found)
            theirs = scorer.pk_wd(set(document.cuts), set(found), len(document.lines))
            assert (ours["Pk"], ours["WindowDiff"]) == pytest.approx(theirs)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ({2, 3}, {"exact": 1, "main_exact": 1, "main_early": 0, "main_foreign": 0}),
        ({2}, {"exact": 0, "main_exact": 1, "main_early": 0, "main_foreign": 0}),
        ({1, 2, 3}, {"exact": 0, "main_exact": 0, "main_early": 1, "main_foreign": 0}),
        ({3}, {"exact": 0, "main_exact": 0, "main_early": 0, "main_foreign": 1}),
        (set(), {"exact": 0, "main_exact": 0, "main_early": 0, "main_foreign": 1}),
    ],
)
def test_an_article_and_teasers(found: set[int], wanted: dict[str, int]) -> None:
    document = Document.of_lines(["The story.", "Its end.", "Teaser.", "Another."], [2, 3], 2)
    judged = measures.judge(document, frozenset(found))
    assert {name: value for name, value in judged.items() if name not in measures.ERRORS} == wanted


def test_a_single_story_and_means() -> None:
    document = Document.of_text("One.\n\nTwo.\nThree.")
    assert document.lines == ("One.", "Two.", "Three.")
    assert [document.text[start] for start in document.starts] == ["O", "T", "T"]
    whole, cut = (measures.judge(document, frozenset(found)) for found in ((), (1,)))
    assert (whole["any_cut"], cut["any_cut"]) == (0, 1)
    assert measures.means([whole, cut, {"exact": 1.0}])["any_cut"] == 0.5


@pytest.mark.parametrize(
    ("spans", "wanted"),
    [
        ([[(0, 15)]], set()),
        ([[(0, 5)], [(5, 15)]], {1}),
        ([[(0, 4)], [(4, 15)]], {1}),  # a line feed at a story's head is of no line
        ([[(0, 5)], [(7, 9), (10, 15)]], {1}),
        ([[(0, 2)], [(2, 15)]], set()),  # within the first line
        ([[(0, 10)], [], [(10, 15)]], {2}),
    ],
)
def test_where_stories_of_copydesk_begin(
    monkeypatch: pytest.MonkeyPatch, spans: list[list[tuple[int, int]]], wanted: set[int]
) -> None:
    stories = [SimpleNamespace(spans=story) for story in spans]
    monkeypatch.setattr(desk, "cleaned", lambda _: SimpleNamespace(stories=stories))
    assert desk.cuts(Document.of_lines(["aaaa", "bbbb", "cccc"], [])) == wanted


TEXTS: list[tuple[str, tuple[str, ...], set[int]]] = [
    ("two topics", SEA + BREAD, {6}),
    ("the shorter one first", SEA[:4] + BREAD, {4}),
    ("one line again and again", SEA[:1] * 8, set()),
    ("nothing but stopwords", ("And so it was.",) * 8, set()),
    ("one line", SEA[:1], set()),
    ("two lines", (SEA[0], BREAD[0]), set()),
    ("no line", (), set()),
]


@pytest.mark.parametrize(("lines", "wanted"), [text[1:] for text in TEXTS], ids=[text[0] for text in TEXTS])
def test_c99_and_blocks(lines: tuple[str, ...], wanted: set[int]) -> None:
    assert c99.cuts(lines) == wanted
    assert blocks.cuts(lines) == wanted


@pytest.mark.parametrize(
    ("lines", "is_cut"),
    [(SEA * 3 + BREAD * 3, True), (SEA[:2], False), (("港に船が着いた。" * 30,) * 4, False), ((), False)],
    ids=["two topics", "too short", "Japanese, and NLTK reads a to z", "no line"],
)
def test_texttiling(lines: tuple[str, ...], *, is_cut: bool) -> None:
    found = texttiling.cuts(lines)
    assert bool(found) == is_cut
    assert found <= frozenset(range(1, len(lines)))


@pytest.mark.parametrize("cut", [1, 2, 4])
def test_topics_of_nltk_become_line_numbers(monkeypatch: pytest.MonkeyPatch, cut: int) -> None:
    def topics(text: str) -> list[str]:
        place = text.index(f"\n\nLine {cut}")
        return [text[:place], text[place:]]

    monkeypatch.setattr(texttiling, "_tokenizer", lambda: SimpleNamespace(tokenize=topics))
    assert texttiling.cuts([f"Line {number}, the next one. " for number in range(5)]) == {cut}


def test_ranks_are_shares_of_the_neighbours_that_are_smaller() -> None:
    values = np.array([[9.0, 1.0, 0.0], [1.0, 5.0, 5.0], [0.0, 5.0, 7.0]])
    wanted = [[3 / 3, 1 / 5, 0 / 3], [1 / 5, 4 / 8, 2 / 5], [0 / 3, 2 / 5, 3 / 3]]
    assert c99.ranks(values, 3) == pytest.approx(np.array(wanted))


def test_division_begins_where_density_rises_most() -> None:
    ranked = np.zeros((9, 9), np.float64)
    ranked[:6, :6] = 0.5
    for part in (slice(0, 3), slice(3, 6), slice(6, 9)):
        ranked[part, part] = 1.0
    order, gradient = c99.divisions(ranked)
    assert order[:2] == [6, 3]
    assert sorted(order) == list(range(1, 9))
    assert gradient[0] > gradient[1] > 0


def test_only_the_first_steep_rises_count() -> None:
    assert c99.steep(np.array([5.0, 5.0, 5.0, *[0.1] * 30, 5.0])) == 3
    assert c99.steep(np.array([*[0.1] * 30, 5.0, 5.0])) == 0
    assert c99.steep(np.array([1.0])) == 0


def test_valleys_are_as_deep_as_the_peaks_beside_them_are_high() -> None:
    assert blocks.depths(np.array([0.5, 0.9, 0.1, 0.3, 0.3, 0.7])) == pytest.approx([0.4, 0, 1.4, 0.4, 0.4, 0])


def test_a_mix_is_the_same_in_every_run_and_of_beginnings() -> None:
    articles = documents.stories(documents.CORPUS)
    mix = documents.mixed(articles)
    assert mix == documents.mixed(articles)
    assert len(mix) == documents.MIXES
    texts = {"\n".join(lines) for language in articles.values() for lines in language}
    for document in mix:
        ends = [0, *sorted(document.cuts), len(document.lines)]
        parts = ["\n".join(document.lines[start:end]) for start, end in pairwise(ends)]
        assert len(parts) == documents.STORIES
        assert all(any(text.startswith(part) for text in texts) for part in parts)


def test_tables_line_up() -> None:
    figures: run.Figures = {
        "segment/single": {"C99": {"n": 2, "Pk": 0.25, "any_cut": 0.5}, "never cut": {"n": 2, "Pk": 0.0, "any_cut": 0}},
        "made/up": {"C99": {"n": 1, "Pk": 0.125, "exact": 1.0}},
    }
    assert tables.plain(figures).split("\n") == [
        "set (documents)      segmenter     Pk  cut exactly  cut at all",
        "",
        "single articles (2)  C99        0.250                    50.0%",
        "                     never cut  0.000                     0.0%",
        "",
        "made/up (1)          C99        0.125       100.0%",
    ]
    assert "| made/up (1)         | C99       | 0.125 | 100.0%      |            |" in tables.markdown(figures)


def test_without_the_sets_it_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--eval", str(tmp_path / "none")]) == 1
    assert "the development sets are not in" in capsys.readouterr().err
    done = python(ROOT / "scripts" / "segmenters", "--eval", tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"segment/single" in done.stderr
    assert b"--eval DIR" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_short_run(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--eval", str(shared / "eval"), "--most", "2", "--markdown", "--json", str(tmp_path / "found.json")]
    assert command.main([*arguments, "--quiet"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("| set (documents)")
    found: dict[str, Any] = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert found["data"].keys() == {*documents.SEGMENT, *documents.CLEAN}
    assert found["figures"].keys() == set(run.SETS)
    for rows in found["figures"].values():
        assert list(rows) == list(run.SEGMENTERS)
        assert rows["never cut"].get("any_cut", 0.0) == 0.0
        assert all(row["n"] == 2 for row in rows.values())
