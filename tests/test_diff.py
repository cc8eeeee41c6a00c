"""`diff`: what changed between two editions, which rule did it, and what version that takes."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

import copydesk
from conftest import CORPUS
from copydesk import BuildError, Diff, EditionError, Recipe, build, verify
from copydesk.cli import main
from copydesk.recipe import Rules
from copydesk.release.manifest import Manifest
from corpus_cases import load
from editions import Row, fingerprints, paired, rows, write_records, write_texts
from light import LIGHT, STAMP, light, stamped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from copydesk.release.changes.values import StoryChange

    Run: TypeAlias = Callable[..., tuple[int, str, str]]

TEXTS = [case.raw for case in load()]

OFF = "read_also.tail_heading"
"""A rule that strikes in many documents of the corpus, in some as the only one."""


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
    for sample in of_rule:
        assert sample.before != sample.after
        document, _, _ = sample.story.rpartition("-")
        for edition, shown in zip(corpus, (sample.before, sample.after), strict=True):
            texts = [row["text"] for row in rows(edition, "stories") if row["id"].startswith(document)]
            assert any(shown.strip("…") in text for text in texts)  # what was struck may be a story of its own now
    assert copydesk.diff(*corpus, samples=0).samples == ()


def test_a_minor_bump_is_refused(corpus: tuple[Path, Path], tmp_path: Path) -> None:
    recipe = Recipe(rules=Rules(off=(OFF,)))
    stories = len(rows(corpus[0], "stories"))
    with pytest.raises(
        BuildError, match=rf"1\.1\.0 is too small a step from 1\.0\.0: of {stories} stories \d+ with"
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


def test_a_new_rule_and_a_changed_one_are_named(tmp_path: Path) -> None:
    plain = [f"The boat left at {n}.\n\nIt was cold." for n in range(6)]
    write_texts(tmp_path / "in", [text + ("\n\nSEEN AND FILED" if n % 2 else "") for n, text in enumerate(plain)])
    build(tmp_path / "in", tmp_path / "first", recipe=LIGHT)
    build(tmp_path / "in", tmp_path / "second", recipe=stamped(tmp_path), previous=tmp_path / "first")
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


LEVELS: dict[str, tuple[list[Row], Recipe, str, str, str]] = {
    "nothing": (BASE, LIGHT, "none", "all data are the same", "1.0.0"),
    "another compression": (BASE, light(output={"compression_level": 9}), "patch", "the rows are the same", "1.0.1"),
    "a setting without effect": (BASE, light(guard={"max_struck": 0.5}), "patch", "the rows are the same", "1.0.1"),
    "a document more": ([*BASE, {"text": "New."}], LIGHT, "minor", "1 more story, 1 more document", "1.1.0"),
    "a copy more": ([*BASE, BASE[2]], LIGHT, "minor", "1 more story, 1 more document", "1.1.0"),
    "another order": (
        BASE[::-1],
        LIGHT,
        "minor",
        "2 documents with another ledger, 4 documents in another place",
        "1.1.0",
    ),
    "other fields": ([{**row, "n": 1} for row in BASE], LIGHT, "minor", "4 documents with another ledger", "1.1.0"),
    "no removed text": (BASE, light(ledger={"removed_text": False}), "minor", "1 document with", "1.1.0"),
    "a reject more": ([*BASE, {"text": 5}], LIGHT, "minor", "1 other reject", "1.1.0"),
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


def test_a_version_that_was_put_on_later_makes_the_same_bytes(tmp_path: Path) -> None:
    """Several row groups and shards, one of them of a different size than the others."""
    recipe = light(output={"rows_per_group": 7, "chunk_mb": 1}, language={"engine": "none"})
    records = [{"text": f"{text}\n{n}"} for n in range(3) for text in TEXTS]
    write_records(tmp_path / "in" / "a.jsonl", records[:3])
    build(tmp_path / "in", tmp_path / "old", recipe=recipe, version="1.9.9")
    for name in ("a.jsonl", "b.jsonl"):
        write_records(tmp_path / "in" / name, records)
    for name, version in (("chosen", "1.10.0"), ("found", None)):
        build(tmp_path / "in", tmp_path / name, recipe=recipe, version=version, previous=tmp_path / "old")
    assert len(list((tmp_path / "found/data/stories").iterdir())) > 1
    assert fingerprints(tmp_path / "found") == fingerprints(tmp_path / "chosen")
    assert build(tmp_path / "in", tmp_path / "same", recipe=recipe, previous=tmp_path / "found").version == "1.10.1"


# --- Rejects ----------------------------------------------------------------------------------------------------------


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
    assert lines[0].startswith(f"1.0.0 -> 2.0.0: major (of {len(rows(corpus[0], 'stories'))} stories ")
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


def test_a_list_of_changes_is_not_replaced_unasked(base: Path, tmp_path: Path, run: Run) -> None:
    kept = tmp_path / "changes.jsonl"
    kept.write_text("mine\n", encoding="utf-8")
    code, _, err = run("diff", base, base, "--changes", kept)
    assert (code, "exists" in err, kept.read_text(encoding="utf-8")) == (1, True, "mine\n")
    assert run("diff", base, tmp_path / "none", "--changes", kept, "--force")[0] == 1
    assert run("diff", base, tmp_path / "none", "--changes", tmp_path / "new.jsonl")[0] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["changes.jsonl"]
    assert kept.read_text(encoding="utf-8") == "mine\n", "what could not be compared replaces nothing"
    assert run("diff", base, base, "--changes", kept, "--force", "--quiet")[0] == 0
    assert kept.read_text(encoding="utf-8") == ""
    with pytest.raises(SystemExit):
        run("diff", base, base, "--force")


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
