"""The measurement of language engines, and what it must show: the default is no worse than langdetect."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import languages
from identifying import candidates, sets
from identifying.candidates import CANDIDATES, DEFAULT, REFERENCE
from identifying.codes import plain
from identifying.sets import Known

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytest.importorskip("langcodes")


def names(name: str) -> candidates.Names:
    (found,) = [candidate for candidate in CANDIDATES if candidate.name == name]
    return found.load()


@pytest.mark.parametrize("which", ["lang, known", "lang, first 40, known"])
def test_the_default_is_no_worse_than_langdetect(which: str, shared: Path) -> None:
    known = sets.read(shared / "eval")[which]
    assert len(known) > 200
    ours, theirs = (languages.accuracy(names(name), known) for name in (DEFAULT, REFERENCE))
    assert ours >= theirs
    assert ours > 0.98


def test_the_default_knows_languages_that_langdetect_does_not(shared: Path) -> None:
    known = sets.read(shared / "eval")
    assert languages.accuracy(names(DEFAULT), known["lang"]) > 0.48
    assert languages.accuracy(names(DEFAULT), known["lang, first 40"]) > 0.47


def test_the_default_knows_the_languages_of_the_corpus() -> None:
    known = sets.read(None)
    assert list(known) == ["corpus, known", "snippets, known", "corpus", "snippets"]
    assert languages.accuracy(names(DEFAULT), known["corpus"]) > 0.99
    assert languages.accuracy(names(DEFAULT), known["snippets"]) > 0.96


@pytest.mark.parametrize(
    ("code", "same"),
    [
        ("cmn_hans", "zh"),
        ("zh-Hant", "zh"),
        ("arb", "ar"),
        ("nob", "no"),
        ("hr", "sr"),
        ("sr-Latn", "sr"),
        ("007", "007"),
    ],
)
def test_codes_that_mean_the_same(code: str, same: str) -> None:
    assert plain(code) == same


def test_snippets_are_beginnings_of_pieces() -> None:
    text = f"{'a' * 39}\n{'b' * 300}\n  {'c' * 40}  \n"
    assert sets.snippets(Known(text, "en")) == [Known(letter * 40, "en") for letter in "bbc"]


@pytest.mark.parametrize("candidate", [candidate.name for candidate in CANDIDATES if "py3langid" not in candidate.name])
def test_every_candidate_knows_english_and_never_raises(candidate: str) -> None:
    name = names(candidate)
    assert name(["The ferry reached the island before sunrise, and nobody stood on the pier."]) == ["en"]
    assert len(name(["", "\x00\x1b", "12 345", "\ue000"])) == 4


def test_speed_is_text_by_time() -> None:
    calls: list[int] = []

    def name(texts: Sequence[str]) -> list[str]:
        calls.append(len(texts))
        sum(range(200_000))
        return ["en"] * len(texts)

    assert 0 < languages.speed(name, ["ä" * 500] * 450) < 1000
    assert calls == [200, *[200, 200, 50] * languages.ROUNDS]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dump = tmp_path / "d.jsonl"
    dump.write_text(json.dumps({"text": "The ferry leaves at nine. " * 20}) + "\n")
    only = [DEFAULT, "cld2"]
    assert languages.main(["--dump", str(dump), "--eval", str(tmp_path / "none"), "--only", *only, "--quiet"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    lines = said.out.splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == [f"| {name}" for name in only]
    assert all(len(line.split(" | ")) == len(lines[0].split(" | ")) for line in lines)


def test_a_default_that_is_worse_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dump = tmp_path / "d.jsonl"
    dump.write_text('{"text": "The ferry."}\n')
    right = Known("The ferry leaves at nine, and nobody is on it yet.", "en")
    monkeypatch.setattr(sets, "read", lambda _: {"snippets, known": [right]})
    wrong = candidates.Candidate(DEFAULT, lambda: lambda texts: ["und"] * len(texts))
    good = candidates.Candidate(REFERENCE, lambda: lambda texts: ["en"] * len(texts))
    monkeypatch.setattr(candidates, "CANDIDATES", (wrong, good))
    assert languages.main(["--dump", str(dump), "--quiet"]) == 1
    assert "worse than langdetect on: snippets, known" in capsys.readouterr().err


def test_a_missing_dump_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert languages.main(["--dump", str(tmp_path / "none.jsonl"), "--quiet"]) == 1
    assert "No such file" in capsys.readouterr().err
