"""The quality floor: what falls is noticed, what was pinned holds, and README and manual say what was pinned."""

from __future__ import annotations

import json
import os
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from conftest import ROOT
from copydesk import Cleaned, Edit, Story
from programs import python
from quality import command, corpus, ledger, run, tables
from quality.floor import Floor, changed_data, falls
from quality.measures import MEASURES, Figures, needs_sets
from quality.words import found_in, placed_words, shared, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FLOOR = Floor.load(ROOT / "quality" / "floor.toml")

PINNED = {
    "noise/made.up": {"n": 10, "harm": 0.002, "d1": 0.1, "removed": 0.5, "F1": 0.95, "F1_alone": 0.9},
    "corpus": {"n": 3, "harm": 0.0, "removed": 1.0, "exact": 1.0},
}
DATA = {"noise/made.up.jsonl.gz": "aa", "score.py": "bb", "corpus": "cc"}


def pinned() -> Floor:
    return Floor.pin(PINNED, DATA, Floor(), with_sets=True)


def with_figure(section: str, measure: str, value: float | None) -> Figures:
    """Give the pinned figures with one of them changed, or taken away."""
    figures = {name: dict(rows) for name, rows in PINNED.items()}
    del figures[section][measure]
    if value is not None:
        figures[section][measure] = value
    return figures


def margin(measure: str) -> float:
    return MEASURES[measure].margin


@pytest.mark.parametrize(
    ("section", "measure", "value", "falls_below"),
    [
        ("noise/made.up", "harm", 0.0, False),
        ("noise/made.up", "harm", 0.002 + margin("harm"), False),
        ("noise/made.up", "harm", 0.0021 + margin("harm"), True),
        ("noise/made.up", "removed", 0.7, False),
        ("noise/made.up", "removed", 0.5 - margin("removed"), False),
        ("noise/made.up", "removed", 0.49, True),
        ("noise/made.up", "F1", 0.94, True),
        ("noise/made.up", "F1", None, True),
        ("noise/made.up", "d1", 0.2, True),
        ("noise/made.up", "F1_alone", 0.0, False),  # says nothing of copydesk
        ("noise/made.up", "n", 0, False),  # the data's digest guards that
        ("corpus", "harm", 0.01, True),
        ("corpus", "exact", 0.98, True),
    ],
)
def test_a_fall_is_noticed(section: str, measure: str, value: float | None, *, falls_below: bool) -> None:
    found = falls(pinned(), with_figure(section, measure, value), with_sets=True)
    assert len(found) == falls_below
    assert all(line.startswith(f"{section}: {MEASURES[measure].words} is ") for line in found)


def test_parts_of_a_set_have_more_room_and_what_only_informs_is_not_pinned() -> None:
    parts: Figures = {"corpus/language/vi": {"harm": 0.0}, "strokes/ad": {"strokes": 3}}
    floor = Floor.pin(parts, {}, Floor(), with_sets=True)
    assert floor.bounds == {"corpus/language/vi": {"harm": pytest.approx(5 * margin("harm"))}}


def test_without_the_sets_only_the_corpus_is_held_to_the_floor() -> None:
    worse: Figures = {"corpus": {"n": 3, "harm": 0.5, "removed": 1.0, "exact": 1.0}}
    assert falls(pinned(), worse, with_sets=False) == [
        "corpus: real text lost is 0.50000, was 0.00000, at most 0.00030"
    ]
    assert changed_data(pinned(), {"corpus": "cc"}, with_sets=False) == []


@pytest.mark.parametrize(
    ("digests", "said"),
    [
        (DATA, []),
        ({**DATA, "corpus": "dd"}, ["corpus: is not the data that the floor was pinned on (sha256 dd...)"]),
        ({**DATA, "noise/new.jsonl.gz": "ee"}, ["noise/new.jsonl.gz: is new; the floor knows nothing of it"]),
        ({"score.py": "bb", "corpus": "cc"}, ["noise/made.up.jsonl.gz: is gone; the floor was pinned with it"]),
    ],
)
def test_other_data_is_noticed(digests: dict[str, str], said: list[str]) -> None:
    assert changed_data(pinned(), digests, with_sets=True) == said


def test_a_floor_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "floor.toml"
    path.write_text(pinned().to_toml(), encoding="utf-8")
    assert Floor.load(path) == pinned()
    assert Floor.load(tmp_path / "none.toml") == Floor()


def test_pinning_without_the_sets_keeps_what_the_floor_says_of_them() -> None:
    again = Floor.pin({"corpus": {"n": 4, "harm": 0.1}}, {"corpus": "dd"}, pinned(), with_sets=False)
    assert again.figures == {"noise/made.up": PINNED["noise/made.up"], "corpus": {"n": 4, "harm": 0.1}}
    assert again.digests == {**DATA, "corpus": "dd"}
    assert again.bounds["noise/made.up"] == pinned().bounds["noise/made.up"]


def test_the_corpus_holds_the_pinned_floor() -> None:
    assert falls(FLOOR, corpus.measure(corpus.FOLDER).figures, with_sets=False) == []


def test_the_pinned_figures_hold_their_own_floor() -> None:
    assert FLOOR.figures
    assert falls(FLOOR, FLOOR.figures, with_sets=True) == []


@pytest.mark.parametrize(("path", "written"), [(command.README, tables.readme), (command.PAGE, tables.page)])
def test_readme_and_manual_show_the_pinned_figures(path: Path, written: Callable[[Figures], str]) -> None:
    text = path.read_text(encoding="utf-8")
    assert tables.put_into(text, written(FLOOR.figures)) == text, "run: python scripts/quality --readme"


def test_the_package_carries_the_pinned_figures() -> None:
    assert command.SHIPPED.read_text(encoding="utf-8") == tables.shipped(FLOOR.figures), "as above"


def test_harm_comes_first_in_every_table() -> None:
    for name in ("by_set", "by_type"):
        header = getattr(tables, name)(FLOOR.figures).split("\n")[0]
        assert header.split("|")[2].strip() in {"real text lost", "real look-alikes lost"}


@pytest.mark.parametrize("text", ["no marks", tables.BEGIN, f"{tables.END} {tables.BEGIN}"])
def test_a_readme_without_a_place_for_tables_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no place for the tables"):
        tables.put_into(text, "tables")


@pytest.fixture
def own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the command pin into a folder of the test's own, with a small corpus, a README and a page there."""
    for name, wanted in {"kept": "A lamp hung over the door.", "lost": "The lamp was lit by nobody."}.items():
        for part, ending, text in (
            ("raw", "txt", f"{wanted}\nRead also: Nine lamps for narrow doors\n"),
            ("expected", "toml", f'shows = ["read_also"]\n[[story]]\nkind = "article"\ntext = "{wanted}"\n'),
        ):
            path = tmp_path / "corpus" / part / "en" / f"{name}.{ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for name in ("README", "PAGE"):
        (tmp_path / f"{name}.md").write_text(f"before\n{tables.BEGIN}\n{tables.END}\nafter\n", encoding="utf-8")
        monkeypatch.setattr(command, name, tmp_path / f"{name}.md")
    monkeypatch.setattr(command, "FLOOR", tmp_path / "quality" / "floor.toml")
    monkeypatch.setattr(command, "SHIPPED", tmp_path / "quality.json")
    monkeypatch.setattr(corpus, "FOLDER", tmp_path / "corpus")
    monkeypatch.setattr(corpus, "cleaned", first_line_only)
    monkeypatch.setattr(ledger, "cleaned", first_line_only)
    return tmp_path


def first_line_only(text: str, _page: str | None = None) -> Cleaned:
    """Stand in for copydesk: keep the first line of a text."""
    end = text.find("\n") if "\n" in text else len(text)
    edits = [Edit(end, len(text), "", "test.rest", "test", text[end:])] if end < len(text) else []
    return Cleaned([Story(0, "article", None, text[:end], spans=((0, end),), edits=tuple(edits))], edits)


def quality(folder: Path, *more: str) -> int:
    """Run the command where there are no development sets."""
    return command.main(["--eval", str(folder / "none"), "--quiet", *more])


def test_pin_then_hold_then_fall(own_files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert quality(own_files) == 1
    assert "no floor was ever pinned" in capsys.readouterr().err

    assert quality(own_files, "--pin") == 0
    for name in ("README", "PAGE"):
        text = (own_files / f"{name}.md").read_text(encoding="utf-8")
        assert text.startswith("before\n")
        assert "| `corpus/`, this project's own documents (2) | 0.00%" in text
    capsys.readouterr()

    assert quality(own_files, "--json", str(own_files / "figures.json")) == 0
    said = capsys.readouterr()
    assert "figures hold the floor" in said.out
    assert "only corpus/ is measured" in said.err
    assert json.loads((own_files / "figures.json").read_text())["figures"]["corpus"]["exact"] == 1.0

    lost = own_files / "corpus" / "raw" / "en" / "lost.txt"
    lost.write_text("Read also: Nine lamps for narrow doors\nThe lamp was lit by nobody.\n", encoding="utf-8")
    assert quality(own_files) == 1
    said = capsys.readouterr()
    assert "corpus/language/en: real text lost is 0.50000, was 0.00000" in said.out
    assert "corpus: is not the data that the floor was pinned on" in said.out


@pytest.mark.parametrize("name", ["README", "PAGE"])
def test_the_tables_alone_are_written_without_measuring(
    name: str, own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert quality(own_files, "--pin") == 0
    path = own_files / f"{name}.md"
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace("0.00%", "9.99%"), encoding="utf-8")
    monkeypatch.setattr(run, "measure", None)
    assert quality(own_files, "--readme") == 0
    assert path.read_text(encoding="utf-8") == good


def test_a_second_run_that_strikes_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def last_line_goes(text: str, _page: str | None = None) -> Cleaned:
        rest = text.rpartition("\n")[0] or text
        edits = [Edit(len(rest), len(text), "", "test.last", "test")] if rest != text else []
        return Cleaned([Story(0, "article", None, rest)], edits)

    monkeypatch.setattr(ledger, "cleaned", last_line_goes)
    assert ledger.again(["one\ntwo\nsix", "alone"]) == {"again_struck": 4 / 12, "again_changed": 0.5}


def test_strokes_are_counted_by_label(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "cleaned", first_line_only)
    assert ledger.strokes([("Real words.\nMore: real words, noise", "Real words. More real words")]) == {
        "test": (1, 4, 3)
    }


@pytest.mark.parametrize(
    ("kept", "wanted"),
    [
        ([(0, 5), (29, 40)], {"harm": 0.0, "removed": 1.0, "gone_whole": 1.0, "intact": 1.0}),
        ([(0, 5), (17, 40)], {"harm": 0.0, "removed": 1.0, "gone_whole": 0.0, "intact": 1.0}),
        ([(0, 40)], {"harm": 0.0, "removed": 0.0, "gone_whole": 0.0, "intact": 1.0}),
        ([(29, 40)], {"harm": 4 / 12, "removed": 1.0, "gone_whole": 1.0, "intact": 0.0}),
    ],
    ids=["all of it", "its label only", "nothing", "the sentence before it too"],
)
def test_pointers(monkeypatch: pytest.MonkeyPatch, kept: list[tuple[int, int]], wanted: dict[str, float]) -> None:
    text = "Vrai. Lire aussi: Autre titre Suite ici."
    monkeypatch.setattr(ledger, "cleaned", lambda _: SimpleNamespace(stories=[SimpleNamespace(spans=kept)], edits=[]))
    pointers = ledger.Pointers("", {"one": [(6, 17, 29)]})
    assert pointers.measure({"one": text}) == {"n": 1, **wanted}


def test_words() -> None:
    assert words("Ｔｗｏ words, 二つ の字!") == ["two", "words", "二", "つ", "の", "字"]
    assert [word.start for word in placed_words("one, two 二つ")] == [0, 5, 9, 10]
    assert shared(["a", "b", "c"], ["b", "x", "c"]) == 2
    assert found_in(["a", "b", "c"], ["b", "x", "c"]) == [False, True, True]


def test_what_needs_the_sets() -> None:
    assert [name for name in ("corpus", "corpus/language/vi", "noise/aed.full", "types/ad") if needs_sets(name)] == [
        "noise/aed.full",
        "types/ad",
    ]


@pytest.mark.slow
def test_a_set_is_measured_as_its_scorer_does(shared: Path, tmp_path: Path) -> None:
    name, found = "noise/zh.container.jsonl.gz", tmp_path / "found.json"
    path = {**os.environ, "PYTHONPATH": str(ROOT / "scripts")}
    arguments = ("noise", name, "--fn", "scoring:main_text", "--json", found)
    done = python("score.py", *arguments, cwd=shared / "eval", env=path)
    assert done.returncode == 0, done.stderr
    theirs = json.loads(found.read_text())[name]
    ours = run.work(run.Task("noise", name), shared / "eval").figures["noise/zh.container"]
    for measure, name_there in {"n": "n", "harm": "harm_mi", "d1": "d1", "removed": "removed", "F1": "F1"}.items():
        assert ours[measure] == pytest.approx(theirs[name_there], abs=1e-5)
