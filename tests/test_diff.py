"""`diff`: what changed between two editions, which rule did it, and what version that takes."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import copydesk
from conftest import CORPUS
from copydesk import BuildError, Cleaned, Diff, EditionError, Recipe, build, verify
from copydesk.cli import main
from copydesk.document import Edit, Story
from copydesk.recipe import Rules
from copydesk.release import folios
from copydesk.release.changes import stories, tally
from copydesk.release.changes.pairs import pair
from copydesk.release.changes.prints import Prints
from copydesk.release.changes.stories import Sight
from copydesk.release.manifest import Manifest
from copydesk.release.version import Version
from corpus_cases import load
from editions import NO_RULES, Row, fingerprints, paired, rows, write_records, write_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from copydesk.release.changes.values import StoryChange

    Run: TypeAlias = Callable[..., tuple[int, str, str]]

TEXTS = [case.raw for case in load()]

OFF = "read_also.tail_heading"
"""A rule that strikes in many documents of the corpus, in some as the only one."""

STAMP = """
kind = { label = "stamp", title = "Stamps", why = "A stamp is no news." }

[[rule]]
name = "line"
why = "A stamp alone on its line."
match = "line"
pattern = 'SEEN AND FILED'
examples = [{ before = "The boat left.\\nSEEN AND FILED", after = "The boat left." }]
lookalikes = [{ text = "The letter was seen and filed." }]
"""

LIGHT = replace(NO_RULES, split=replace(NO_RULES.split, mode="off"), model=replace(NO_RULES.model, mode="off"))
"""Mends letters and nothing else."""


def diff(old: Path, new: Path, **options: Any) -> tuple[Diff, list[StoryChange]]:
    """Compare two editions; give every change of a story too."""
    changes: list[StoryChange] = []
    return copydesk.diff(old, new, each=changes.append, **options), changes


# --- Two editions of the corpus, the second after a rule was changed --------------------------------------------------


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("corpus")
    build(CORPUS / "raw", folder / "first")
    build(CORPUS / "raw", folder / "second", recipe=Recipe(rules=Rules(off=(OFF,))), previous=folder / "first")
    return folder / "first", folder / "second"


def test_the_rule_that_was_switched_off_is_named(corpus: tuple[Path, Path]) -> None:
    found, _ = diff(*corpus)
    assert found.rulebook.removed == (OFF,)
    assert (found.rulebook.added, found.rulebook.changed, found.rulebook.reordered) == ((), (), False)
    assert [(change.name, change.old, change.new) for change in found.settings] == [("rules.off", [], [OFF])]
    assert (found.rules[0].rule, found.rules[0].status) == (OFF, "removed")
    assert found.made_with == ()


def test_just_the_stories_that_it_touched_are_named(corpus: tuple[Path, Path]) -> None:
    """Told from the rows alone, without the code under test."""
    found, changes = diff(*corpus)
    old, new = ({row["id"]: row for row in rows(edition, "stories")} for edition in corpus)
    texts = {name for name in old if name in new and old[name]["text"] != new[name]["text"]}
    assert {change.old[0] for change in changes if change.change == "changed"} == texts
    assert {name for change in changes if change.change == "added" for name in change.new} == {*new} - {*old}
    differing = {
        name for name in old if any(old[name][key] != new[name][key] for key in old[name] if key not in STAMPS)
    }
    assert {name for change in changes for name in change.old} == differing
    assert texts
    struck = Counter(edit["rule"] for row in rows(corpus[0], "sources") for edit in row["edits"])
    effect = found.rules[0]
    assert (effect.strokes_gone, effect.strokes_new) == (struck[OFF], 0)
    assert effect.stories == sum(OFF in change.rules for change in changes)
    assert texts <= {name for change in changes if OFF in change.rules for name in change.old}


STAMPS = ("version", "recipe")


def test_the_counts_add_up(corpus: tuple[Path, Path]) -> None:
    found, _ = diff(*corpus)
    assert_counts(found, *corpus)


def assert_counts(found: Diff, old: Path, new: Path) -> None:
    counts, documents = found.stories, found.documents
    assert counts.old == len(rows(old, "stories"))
    assert counts.new == len(rows(new, "stories"))
    assert counts.old == counts.unchanged + counts.changed + counts.facts + counts.recut_old + counts.removed
    assert counts.new == counts.unchanged + counts.changed + counts.facts + counts.recut_new + counts.added
    assert documents.old == documents.both + documents.removed == len(rows(old, "sources"))
    assert documents.new == documents.both + documents.added == len(rows(new, "sources"))
    assert (
        min(fields(counts)[n].type is not None and getattr(counts, f.name) for n, f in enumerate(fields(counts))) >= 0
    )


def test_samples_show_the_text_before_and_after(corpus: tuple[Path, Path]) -> None:
    found, _ = diff(*corpus, samples=3)
    of_rule = [sample for sample in found.samples if sample.cause == OFF]
    assert 1 <= len(of_rule) <= 3
    texts = [{row["id"]: row["text"] for row in rows(edition, "stories")} for edition in corpus]
    for sample in of_rule:
        assert sample.before != sample.after
        for text, shown in zip(texts, (sample.before, sample.after), strict=True):
            assert shown.strip("…") in text[sample.story]
    assert copydesk.diff(*corpus, samples=0).samples == ()


def test_a_minor_bump_is_refused(corpus: tuple[Path, Path], tmp_path: Path) -> None:
    recipe = Recipe(rules=Rules(off=(OFF,)))
    with pytest.raises(
        BuildError, match=r"1\.1\.0 is too small a step from 1\.0\.0: of 221 stories \d+ with"
    ) as caught:
        build(CORPUS / "raw", tmp_path / "out", recipe=recipe, previous=corpus[0], version="1.1.0")
    assert "the least version is 2.0.0" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_without_a_version_it_becomes_the_least_that_is_allowed(corpus: tuple[Path, Path]) -> None:
    manifest = Manifest.load(corpus[1])
    assert manifest.version == "2.0.0"
    assert {row["version"] for row in rows(corpus[1], "stories")} == {"2.0.0"}
    assert manifest.previous is not None
    assert manifest.previous.data_digest == Manifest.load(corpus[0]).data_digest
    assert verify(corpus[1]).version == "2.0.0"


# --- A rule pack of the user's ----------------------------------------------------------------------------------------


def stamped(folder: Path, pack: str) -> Recipe:
    (folder / "stamp.toml").write_text(pack, encoding="utf-8")
    return replace(LIGHT, rules=replace(LIGHT.rules, packs=(str(folder / "stamp.toml"),)))


def test_a_new_rule_and_a_changed_one_are_named(tmp_path: Path) -> None:
    plain = [f"The boat left at {n}.\n\nIt was cold." for n in range(6)]
    write_texts(tmp_path / "in", [text + ("\n\nSEEN AND FILED" if n % 2 else "") for n, text in enumerate(plain)])
    build(tmp_path / "in", tmp_path / "first", recipe=LIGHT)
    build(tmp_path / "in", tmp_path / "second", recipe=stamped(tmp_path, STAMP), previous=tmp_path / "first")
    found, changes = diff(tmp_path / "first", tmp_path / "second")
    assert found.rulebook.added == ("stamp.line",)
    assert [(effect.rule, effect.status, effect.stories) for effect in found.rules] == [("stamp.line", "added", 3)]
    assert [(change.change, change.position, change.source) for change in changes] == [
        ("changed", 1, f"in/000{n}.txt") for n in (1, 3, 5)
    ]
    wider = STAMP.replace("pattern = 'SEEN AND FILED'", "pattern = 'SEEN AND FILED|It was cold\\.'")
    build(tmp_path / "in", tmp_path / "third", recipe=stamped(tmp_path, wider), previous=tmp_path / "second")
    found, changes = diff(tmp_path / "second", tmp_path / "third")
    assert found.rulebook.changed == ("stamp.line",)
    assert (found.rules[0].status, found.rules[0].stories) == ("changed", len(changes))
    assert found.level == "major"
    assert Manifest.load(tmp_path / "third").version == "3.0.0"


# --- Levels -----------------------------------------------------------------------------------------------------------

BASE: list[Row] = [
    {"id": "a", "text": "Mayor SchÃ¶n opened the ferry."},
    {"id": "b", "text": "It was a cold day on the river."},
    {"id": "c", "text": "Two gulls came."},
    {"id": "d", "text": "Two gulls came."},
]


def without(n: int) -> list[Row]:
    return [*BASE[:n], *BASE[n + 1 :]]


def light(**settings: dict[str, Any]) -> Recipe:
    """Change settings of the light recipe."""
    return replace(LIGHT, **{table: replace(getattr(LIGHT, table), **keys) for table, keys in settings.items()})


LEVELS: dict[str, tuple[list[Row], Recipe, str, str, str]] = {
    "nothing": (BASE, LIGHT, "none", "all data are the same", "1.0.0"),
    "another compression": (BASE, light(output={"compression_level": 9}), "patch", "the rows are the same", "1.0.1"),
    "a setting without effect": (BASE, light(guard={"max_struck": 0.5}), "patch", "the rows are the same", "1.0.1"),
    "a document more": ([*BASE, {"text": "New."}], LIGHT, "minor", "1 more stories, 1 more documents", "1.1.0"),
    "a copy more": ([*BASE, BASE[2]], LIGHT, "minor", "1 more stories, 1 more documents", "1.1.0"),
    "another order": (
        BASE[::-1],
        LIGHT,
        "minor",
        "2 documents with another ledger, 4 documents in another place",
        "1.1.0",
    ),
    "other fields": ([{**row, "n": 1} for row in BASE], LIGHT, "minor", "4 documents with another ledger", "1.1.0"),
    "no removed text": (BASE, light(ledger={"removed_text": False}), "minor", "1 documents with", "1.1.0"),
    "a reject more": ([*BASE, {"text": 5}], LIGHT, "minor", "1 other rejects", "1.1.0"),
    "a document less": (without(1), LIGHT, "major", "of 4 stories 1 gone", "2.0.0"),
    "a copy less": (without(2), LIGHT, "major", "of 4 stories 1 gone", "2.0.0"),
    "a document exchanged": ([*without(1), {"text": "New."}], LIGHT, "major", "of 4 stories 1 gone", "2.0.0"),
    "other letters": (BASE, light(mend={"ftfy": False}), "major", "1 with other text", "2.0.0"),
    "another language": (BASE, light(language={"engine": "none"}), "major", "4 with other facts", "2.0.0"),
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("levels")
    build(write_records(folder / "in.jsonl", BASE), folder / "base", recipe=LIGHT)
    return folder / "base"


@pytest.mark.parametrize("name", LEVELS)
def test_the_level_says_how_much_changed(name: str, base: Path, tmp_path: Path) -> None:
    records, recipe, level, why, least = LEVELS[name]
    write_records(tmp_path / "in.jsonl", records)
    build(tmp_path / "in.jsonl", tmp_path / "new", recipe=recipe)
    found, _ = diff(base, tmp_path / "new")
    assert (found.level, found.least) == (level, least)
    assert why in found.why
    assert_counts(found, base, tmp_path / "new")


@pytest.mark.parametrize("version", ["2.0.0", "2.0.1", "2.5.0", "3.0.0", "10.0.0"])
def test_a_larger_step_is_allowed(version: str, base: Path, tmp_path: Path) -> None:
    write_records(tmp_path / "in.jsonl", without(1))
    assert (
        build(tmp_path / "in.jsonl", tmp_path / "new", recipe=LIGHT, previous=base, version=version).version == version
    )


@pytest.mark.parametrize("version", ["1.0.0", "0.9.9", "0.10.0"])
def test_a_version_that_does_not_come_after_is_refused_at_once(version: str, base: Path, tmp_path: Path) -> None:
    write_records(tmp_path / "in.jsonl", BASE)
    with pytest.raises(BuildError, match=r"does not come after 1\.0\.0"):
        build(tmp_path / "in.jsonl", tmp_path / "new", recipe=LIGHT, previous=base, version=version)
    assert not (tmp_path / "new").exists()


def test_what_is_no_edition_cannot_be_the_one_before(tmp_path: Path) -> None:
    write_records(tmp_path / "in.jsonl", BASE)
    with pytest.raises(EditionError, match="is no edition"):
        build(tmp_path / "in.jsonl", tmp_path / "new", recipe=LIGHT, previous=tmp_path)


def test_an_edition_may_take_the_place_of_the_one_before(tmp_path: Path) -> None:
    write_records(tmp_path / "in.jsonl", BASE)
    build(tmp_path / "in.jsonl", tmp_path / "out", recipe=LIGHT)
    write_records(tmp_path / "in.jsonl", [*BASE, {"text": "New."}])
    manifest = build(tmp_path / "in.jsonl", tmp_path / "out", recipe=LIGHT, previous=tmp_path / "out", force=True)
    assert manifest.version == verify(tmp_path / "out").version == "1.1.0"


@pytest.mark.parametrize("text", ["1.2", "v1.2.3", "1.02.3", "1.2.3-rc", "", "1.2.3\n", "١.٢.٣"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(BuildError, match="is no version"):
        Version.of(text)


def test_versions_are_compared_as_numbers() -> None:
    assert Version.of("1.10.0") > Version.of("1.9.9")
    steps = [str(Version.of("1.2.3").after(level)) for level in ("none", "patch", "minor", "major")]
    assert steps == ["1.2.3", "1.2.4", "1.3.0", "2.0.0"]


def test_a_version_that_was_put_on_later_makes_the_same_bytes(tmp_path: Path) -> None:
    """Several row groups and shards, one of them of a different size than the others."""
    recipe = light(output={"rows_per_group": 7, "chunk_mb": 1}, language={"engine": "none"})
    records = [{"text": f"{text}\n{n}"} for n in range(6) for text in TEXTS]
    write_records(tmp_path / "in.jsonl", records[:3])
    build(tmp_path / "in.jsonl", tmp_path / "old", recipe=recipe, version="1.9.9")
    write_records(tmp_path / "in.jsonl", records)
    for name, version in (("chosen", "1.10.0"), ("found", None)):
        build(tmp_path / "in.jsonl", tmp_path / name, recipe=recipe, version=version, previous=tmp_path / "old")
    assert len(list((tmp_path / "found/data/stories").iterdir())) > 1
    assert fingerprints(tmp_path / "found") == fingerprints(tmp_path / "chosen")
    build(tmp_path / "in.jsonl", tmp_path / "minor", recipe=recipe, previous=tmp_path / "chosen")
    assert Manifest.load(tmp_path / "minor").version == "1.10.1"


# --- Which document is which ------------------------------------------------------------------------------------------

PLACES = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 30)), unique=True, max_size=25)


@st.composite
def editions(draw: st.DrawFn) -> tuple[Prints, Prints]:
    """Draw two editions with few different texts in many places."""
    return prints(draw(PLACES), draw), prints(draw(PLACES), draw)


def prints(places: Sequence[tuple[int, int]], draw: st.DrawFn) -> Prints:
    places = sorted(places)
    texts = [draw(st.sampled_from([b"\0" * 16, b"a" * 16, b"a" * 15 + b"\0", b"b" * 16])) for _ in places]
    count = len(places)
    return Prints(
        ids=np.array(texts, "S16"),
        sources=("s0", "s1", "s2", "s3"),
        source=np.array([source for source, _ in places], np.int64),
        position=np.array([position for _, position in places], np.int64),
        first_story=np.arange(count + 1),
        stories=np.zeros(count, np.uint64),
        told=np.zeros(count, np.uint64),
    )


@given(editions())
def test_documents_are_paired_by_text_and_then_by_place(both: tuple[Prints, Prints]) -> None:
    old, new = both
    found = pair(old, new)
    texts = [[edition.document_id(row) for row in range(len(edition))] for edition in both]
    places = [[edition.place(row) for row in range(len(edition))] for edition in both]
    assert sorted([*found.old, *found.removed]) == list(range(len(old)))
    assert sorted([*found.new, *found.added]) == list(range(len(new)))
    assert sorted(found.new) == list(found.new)
    for first, second, moved in zip(found.old, found.new, found.moved, strict=True):
        assert texts[0][first] == texts[1][second]
        assert moved == (places[0][first] != places[1][second])
    assert Counter(texts[0][row] for row in found.old) == Counter(texts[0]) & Counter(texts[1])
    stayed = {*zip(texts[0], places[0], strict=True)} & {*zip(texts[1], places[1], strict=True)}
    assert len(found.old) - found.moved.sum() == len(stayed)


def test_a_document_is_known_wherever_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other neighbours, another batch, another file: nothing of that is a change."""
    write_records(tmp_path / "in.jsonl", [{"id": n, "text": text} for n, text in enumerate(TEXTS)])
    write_records(tmp_path / "turned.jsonl", [{"id": n, "text": text} for n, text in reversed([*enumerate(TEXTS)])])
    build(tmp_path / "in.jsonl", tmp_path / "old", recipe=NO_RULES)
    build(tmp_path / "turned.jsonl", tmp_path / "new", recipe=NO_RULES)
    monkeypatch.setattr(folios, "BATCH_ROWS", 7)
    found, changes = diff(tmp_path / "old", tmp_path / "new")
    assert changes == []
    assert (found.level, found.documents.moved, found.documents.retold) == ("minor", len(TEXTS), 0)
    assert len(rows(tmp_path / "old", "stories")) > len(TEXTS)


def test_changed_documents_are_found_in_any_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.release.diff.BLOCK", 3)
    small = replace(LIGHT, output=replace(LIGHT.output, rows_per_group=4))
    records = [{"id": str(n), "text": f"Mayor SchÃ¶n opened ferry {n}."} for n in range(20)]
    write_records(tmp_path / "in.jsonl", records)
    write_records(tmp_path / "turned.jsonl", records[::-1])
    build(tmp_path / "in.jsonl", tmp_path / "old", recipe=small)
    build(tmp_path / "turned.jsonl", tmp_path / "new", recipe=replace(small, mend=replace(small.mend, ftfy=False)))
    found, changes = diff(tmp_path / "old", tmp_path / "new", samples=50)
    assert [change.position for change in changes] == list(range(1, 21))
    assert {(sample.before, sample.after) for sample in found.samples} == {
        (f"Mayor Schön opened ferry {n}.", f"Mayor SchÃ¶n opened ferry {n}.") for n in range(20)
    }


def test_documents_that_go_to_the_rejects_and_come_back(tmp_path: Path) -> None:
    lines = [json.dumps(row) for row in BASE]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    build(tmp_path / "in.jsonl", tmp_path / "old", recipe=LIGHT)
    (tmp_path / "in.jsonl").write_text("\n".join(["{", *lines[1:], "{"]), encoding="utf-8")
    build(tmp_path / "in.jsonl", tmp_path / "new", recipe=LIGHT)
    there, back = (copydesk.diff(tmp_path / one, tmp_path / two) for one, two in (("old", "new"), ("new", "old")))
    assert (there.documents.removed, there.documents.to_rejects, there.documents.from_rejects) == (1, 1, 0)
    assert (back.documents.added, back.documents.to_rejects, back.documents.from_rejects) == (1, 0, 1)
    assert (there.rejects.added, there.rejects.removed, back.rejects.added, back.rejects.removed) == (2, 0, 0, 2)
    assert (there.level, back.level) == ("major", "minor")


# --- What became of the stories of a document -------------------------------------------------------------------------


def made(*texts: str, struck: Sequence[tuple[int, int, int]] = (), **facts: Any) -> Cleaned:
    """Make a document of letters a, b, c ...: each story is a stretch of them, less what was struck from it."""
    edits = [Edit(start, end, "", "test.rule", "test", None, story) for start, end, story in struck]
    found = []
    for index, text in enumerate(texts):
        spans = []
        for letter in text:
            at = ord(letter) - ord("a")
            if spans and spans[-1][1] == at:
                spans[-1] = (spans[-1][0], at + 1)
            else:
                spans.append((at, at + 1))
        found.append(Story(index, "article", None, text, index == 0, spans=tuple(spans), **facts))
    return Cleaned(found, edits)


BECAME: dict[str, tuple[Cleaned, Cleaned, list[tuple[str, tuple[int, ...], tuple[int, ...]]]]] = {
    "nothing": (made("abc", "def"), made("abc", "def"), []),
    "a letter less": (made("abc", "def"), made("ac", "def"), [("changed", (0,), (0,))]),
    "a letter more": (made("ac"), made("abc"), [("changed", (0,), (0,))]),
    "cut in two": (made("abcdef"), made("abc", "def"), [("recut", (0,), (0, 1))]),
    "put together": (made("abc", "def"), made("abcdef"), [("recut", (0, 1), (0,))]),
    "cut elsewhere": (made("abc", "def"), made("ab", "cdef"), [("recut", (0, 1), (0, 1))]),
    "cut elsewhere, further on": (
        made("ab", "cd", "ef", "gh"),
        made("ab", "c", "def", "gh"),
        [("recut", (1, 2), (1, 2))],
    ),
    "a story gone": (made("abc", "def"), made("abc"), [("removed", (1,), ())]),
    "a story that was not": (made("abc"), made("abc", "ef"), [("added", (), (1,))]),
    "the first one gone": (made("abc", "def"), made("def"), [("removed", (0,), ()), ("recut", (1,), (0,))]),
    "another language": (made("abc"), made("abc", language="de"), [("facts", (0,), (0,))]),
    "the same text from elsewhere": (
        Cleaned([Story(0, "article", None, "x", spans=((0, 1),))], []),
        Cleaned([Story(0, "article", None, "x", spans=((5, 6),))], []),
        [("removed", (0,), ()), ("added", (), (0,))],
    ),
}


@pytest.mark.parametrize("name", BECAME)
def test_what_became_of_stories(name: str) -> None:
    old, new, wanted = BECAME[name]
    found = stories.compare(old, new)
    assert [(change.change, change.old, change.new) for change in found] == wanted


def test_a_flag_for_review_is_a_fact() -> None:
    (change,) = stories.compare(made("abc"), replace(made("abc"), needs_review=True))
    assert (change.change, change.columns) == ("facts", ("needs_review",))


def test_a_place_is_seen_in_both_texts() -> None:
    old, new = made("abcdef"), made("abef", struck=[(2, 4, 0)])
    assert (Sight(old).around(2, 4), Sight(new).around(2, 4)) == ("abcdef", "abef")
    assert Sight(Cleaned([], [])).around(0, 1) == ""


def test_a_long_sample_is_cut_short() -> None:
    assert tally.LONGEST_SAMPLE > 2 * stories.CONTEXT


# --- The changelog ----------------------------------------------------------------------------------------------------


def test_each_edition_is_told_above_those_before(base: Path, tmp_path: Path) -> None:
    write_records(tmp_path / "in.jsonl", [*BASE, {"text": "New."}])
    build(tmp_path / "in.jsonl", tmp_path / "second", recipe=LIGHT, previous=base)
    write_records(tmp_path / "in.jsonl", BASE[:1])
    build(tmp_path / "in.jsonl", tmp_path / "third", recipe=LIGHT, previous=tmp_path / "second")
    first, second, third = (
        (folder / "CHANGELOG.md").read_text() for folder in (base, tmp_path / "second", tmp_path / "third")
    )
    assert headings(third) == ["Changes", "2.0.0", "1.1.0", "1.0.0"]
    assert third.endswith(second.removeprefix("# Changes\n\n"))
    assert second.endswith(first.removeprefix("# Changes\n\n"))
    assert "4 gone" in third
    verify(tmp_path / "third")


def headings(text: str) -> list[str]:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    return [tokens[n + 1].content for n, token in enumerate(tokens) if token.type == "heading_open"]


HOSTILE = [
    "# A heading\n\n## 9.9.9",
    "<script>alert(1)</script> <img src=x onerror=y>",
    "``` a fence\n~~~",
    "`a` ``b`` | a cell | another",
    "[a link](http://x.example) ![an image](y) <http://z.example>",
    "a\x1b[31m colour, a \u202e turn and a \0",
    "---\nyaml: yes\n---",
    "- a list\n1. another\n> a quote",
    "&amp; &lt;b&gt; \\` $x$ @somebody *bold* __strong__",
]


def test_no_text_of_a_document_acts_in_the_changelog(tmp_path: Path) -> None:
    from markdown_it import MarkdownIt

    write_texts(tmp_path / "in", [f"{text}\n\nSEEN AND FILED\n\n{text}" for text in HOSTILE])
    for name in ("# `x` | <b>.txt", "](y).txt"):
        (tmp_path / "in" / name).write_text("The boat left.\n\nSEEN AND FILED", encoding="utf-8")
    build(tmp_path / "in", tmp_path / "old", recipe=LIGHT)
    build(tmp_path / "in", tmp_path / "new", recipe=stamped(tmp_path, STAMP), previous=tmp_path / "old")
    found = copydesk.diff(tmp_path / "old", tmp_path / "new", samples=20)
    from copydesk.release import changelog

    text = changelog.after(found, "", "2.0.0")
    assert len(found.samples) == len(HOSTILE) + 1, "two files are the same document"
    assert headings(text) == ["Changes", "2.0.0"]
    tokens = MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    kinds = {token.type for token in [*tokens, *inline]}
    assert not kinds & {
        "html_block",
        "html_inline",
        "link_open",
        "image",
        "fence",
        "hr",
        "strong_open",
        "em_open",
        "blockquote_open",
    }
    assert all(char.isprintable() or char == "\n" for char in text)
    shown = " ".join(child.content for child in inline if child.type == "code_inline")
    assert "<script>alert(1)</script>" in shown
    assert headings((tmp_path / "new" / "CHANGELOG.md").read_text()) == ["Changes", "2.0.0", "1.0.0"]


def test_a_changelog_that_was_changed_is_not_carried_on(tmp_path: Path) -> None:
    write_records(tmp_path / "in.jsonl", BASE)
    build(tmp_path / "in.jsonl", tmp_path / "old", recipe=LIGHT)
    (tmp_path / "old" / "CHANGELOG.md").write_text("# Nothing ever changed\n", encoding="utf-8")
    with pytest.raises(EditionError, match=r"CHANGELOG\.md is not the file that the manifest names"):
        build(tmp_path / "in.jsonl", tmp_path / "new", recipe=LIGHT, previous=tmp_path / "old")
    assert not (tmp_path / "new").exists()


# --- The command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process; give the exit code, standard output and standard error."""

    def running(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        return (code, *capsys.readouterr())

    return running


def test_the_command_tells_what_changed(corpus: tuple[Path, Path], run: Run) -> None:
    code, out, err = run("diff", *corpus, "--samples", 1)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("1.0.0 -> 2.0.0: major (of 221 stories ")
    assert f'setting  rules.off: [] -> ["{OFF}"]' in lines
    assert f"rules gone: {OFF}" in lines
    assert any(line.startswith(f"{OFF} ") and " removed " in line for line in lines)


def test_the_command_gives_all_of_it_as_json(corpus: tuple[Path, Path], tmp_path: Path, run: Run) -> None:
    code, out, _ = run("diff", *corpus, "--json", "--changes", tmp_path / "changes.jsonl", "--quiet")
    parsed = json.loads(out)
    found, changes = diff(*corpus)
    assert code == 0
    assert list(parsed) == [field.name for field in fields(Diff)]
    assert parsed["stories"]["changed"] == found.stories.changed
    listed = [json.loads(line) for line in (tmp_path / "changes.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(one["change"], tuple(one["old"]), tuple(one["new"])) for one in listed] == [
        (change.change, change.old, change.new) for change in changes
    ]


def test_every_key_is_explained() -> None:
    from copydesk.release.changes import values

    for kind in (Diff, values.Documents, values.Stories, values.RuleEffect, values.StoryChange, values.Sample):
        for field in fields(kind):
            assert f"        {field.name}: " in (kind.__doc__ or ""), (kind, field.name)


def test_the_command_says_when_a_version_says_too_little(base: Path, tmp_path: Path, run: Run) -> None:
    write_records(tmp_path / "in.jsonl", BASE[:1])
    build(tmp_path / "in.jsonl", tmp_path / "new", recipe=LIGHT, version="1.0.1")
    _, out, _ = run("diff", base, tmp_path / "new")
    assert "the version says too little: it must be 2.0.0 at least\n" in out


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_no_document_steers_the_terminal(form: tuple[str, ...], tmp_path: Path, run: Run) -> None:
    text = "A \x1b[31mred\x1b[0m herring, \x9b2J and SchÃ¶n \u202eturned."
    write_records(tmp_path / "in.jsonl", [{"text": text}])
    build(tmp_path / "in.jsonl", tmp_path / "old", recipe=replace(LIGHT, mend=replace(LIGHT.mend, ftfy=False)))
    build(tmp_path / "in.jsonl", tmp_path / "new", recipe=LIGHT)
    code, out, _ = run("diff", tmp_path / "old", tmp_path / "new", *form)
    assert code == 0
    assert "herring" in out
    assert [char for char in out if not char.isprintable() and char != "\n"] == []


def test_wrong_usage_is_told_of(base: Path, tmp_path: Path, run: Run) -> None:
    code, _, err = run("diff", base, tmp_path)
    assert (code, "is no edition" in err) == (1, True)
    code, _, err = run("diff", base, base, "--changes", tmp_path / "none" / "x")
    assert (code, "cannot write" in err) == (1, True)
    with pytest.raises(SystemExit):
        run("diff", base, base, "--samples", "-1")


def test_the_build_command_refuses_and_chooses(base: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "light.toml").write_text(LIGHT.to_toml(), encoding="utf-8")
    write_records(tmp_path / "in.jsonl", BASE[:3])
    command = ("build", tmp_path / "in.jsonl", "-o", tmp_path / "out", "--recipe", tmp_path / "light.toml")
    options = ("--previous", base, "--workers", 1)
    code, _, err = run(*command, *options, "--version", "1.1.0")
    assert code == 1
    assert (
        "copydesk: error: 1.1.0 is too small a step from 1.0.0: of 4 stories 1 gone\nhint: the least version is 2.0.0"
        in err
    )
    assert not (tmp_path / "out").exists()
    code, out, _ = run(*command, *options)
    assert (code, out.splitlines()[0]) == (0, f"{tmp_path / 'out'}: edition 2.0.0, 3 stories from 3 documents")


def test_every_pair_of_rows_is_what_the_diff_says(base: Path) -> None:
    """The first edition compared with itself, row by row."""
    found, changes = diff(base, base)
    assert (found.level, changes, found.rules, found.settings, found.samples) == ("none", [], (), (), ())
    assert found.stories.unchanged == sum(len(stories) for _, stories in paired(base))
