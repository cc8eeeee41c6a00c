"""Trying a draft on a dump: what is counted, what is shown first, and that nothing is written."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pytest

import copydesk
from conftest import CORPUS
from copydesk import CopydeskError, Recipe, SourceError
from copydesk.cli import main
from copydesk.recipe import Emoji, Language, Mend, Model, Rules, Split
from copydesk.rulebook import RuleBook
from copydesk.terminal import trials
from copydesk.terminal.strokes import View
from copydesk.tryout import counting, looking, risk, running
from copydesk.tryout.risk import Signs, risk_alone, risk_of_rule, takes_a_sentence
from copydesk.tryout.values import order
from editions import fingerprints, write_records
from light import LIGHT, STAMP

if TYPE_CHECKING:
    from pathlib import Path

    from copydesk.tryout import RuleTrial, Trial, TriedStroke

DRAFT = """
kind = { label = "draft", title = "A draft", why = "To be tried." }

[[rule]]
name = "footer"
why = "A footer."
match = "line"
pattern = 'Ferry Gazette, page \\d+'
examples = [{ before = "The boat left.\\nFerry Gazette, page 3", after = "The boat left." }]
lookalikes = [{ text = "The Ferry Gazette, page 3, says so." }]

[[rule]]
name = "greedy"
why = "Takes too much."
match = "line"
pattern = 'The mayor .*'
examples = [{ before = "The boat left.\\nThe mayor spoke.", after = "The boat left." }]
lookalikes = [{ text = "A mayor spoke." }]

[[rule]]
name = "inside"
why = "Takes a part of a line."
match = "inside"
pattern = '\\[ad\\]'
examples = [{ before = "The boat [ad] left.", after = "The boat left." }]
lookalikes = [{ text = "The ad left." }]

[[rule]]
name = "known"
why = "Is struck already."
match = "line"
pattern = 'SEEN AND FILED'
examples = [{ before = "The boat left.\\nSEEN AND FILED", after = "The boat left." }]
lookalikes = [{ text = "It was seen and filed." }]

[[rule]]
name = "idle"
why = "Never strikes."
match = "line"
pattern = 'Nothing like it'
examples = [{ before = "The boat left.\\nNothing like it", after = "The boat left." }]
lookalikes = [{ text = "There is nothing like it." }]
"""

STORY = "The ferry left the harbour at nine on Monday.\nIt came back at noon, and nobody had been sick."


def _records() -> list[dict[str, Any]]:
    records = [{"id": f"f{n}", "text": f"{STORY}\nFerry Gazette, page {n}"} for n in range(20)]
    records += [{"id": f"m{n}", "text": f"{STORY}\nThe mayor of town {n} spoke. {'He did. ' * n}"} for n in range(5)]
    records += [
        {"id": "ad", "text": f"{STORY} [ad] It left again."},
        {"id": "seen", "text": f"SEEN AND FILED\n{STORY}"},
    ]
    return [*records, {"id": "eaten", "text": f"{'The mayor spoke at length. ' * 7}\nNo."}, *([{"text": STORY}] * 12)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tryout")
    (made / "draft.toml").write_text(DRAFT, encoding="utf-8")
    (made / "stamp.toml").write_text(STAMP, encoding="utf-8")
    (made / "light.toml").write_text(recipe(made).to_toml(), encoding="utf-8")
    write_records(made / "dump.jsonl", [*_records(), {"id": "bad", "text": 5}])
    return made


def recipe(folder: Path) -> Recipe:
    """Give the light recipe with a pack that strikes stamps."""
    return replace(LIGHT, rules=replace(LIGHT.rules, packs=(str(folder / "stamp.toml"),)))


@pytest.fixture(scope="module")
def trial(folder: Path) -> Trial:
    return copydesk.try_rules(folder / "draft.toml", folder / "dump.jsonl", recipe=recipe(folder), samples=4)


def rule(trial: Trial, name: str) -> RuleTrial:
    (found,) = [found for found in trial.rules if found.rule == f"draft.{name}"]
    return found


def test_documents_are_counted(trial: Trial) -> None:
    assert (trial.documents, trial.rejected, trial.complete) == (40, 1, True)
    assert (trial.touched, trial.changed) == (28, 27)
    assert trial.kept_whole == 1
    assert trial.heaviest[0].record_id == "eaten"
    assert trial.heaviest[0].kept_whole
    assert trial.heaviest[0].share > 0.95
    assert sum(trial.losses) == trial.touched
    assert trial.losses[-1] == 1


COUNTS = {
    "footer": (20, 20, 1, 0.0),
    "greedy": (6, 6, 6, 0.0),
    "inside": (1, 1, 1, 0.0),
    "known": (1, 1, 1, 1.0),
    "idle": (0, 0, 0, 0.0),
}
"""Documents, strokes, different texts, the part that is struck already."""


@pytest.mark.parametrize("name", COUNTS)
def test_rules_are_counted(name: str, trial: Trial) -> None:
    found = rule(trial, name)
    assert (found.documents, found.strokes, found.texts, found.struck_already) == COUNTS[name]
    assert found.texts_counted
    assert len(found.samples) == min(COUNTS[name][2], 4)


def test_what_a_rule_strikes_most_is_named(trial: Trial) -> None:
    assert rule(trial, "footer").most == (("Ferry Gazette, page 0", 20),)
    assert rule(trial, "footer").characters == sum(len(f"FerryGazette,page{n}") for n in range(20))


def test_the_riskiest_comes_first(trial: Trial) -> None:
    assert trial.rules[0].rule == "draft.greedy"
    strokes = trial.strokes_by_risk()
    assert strokes[0].record_id == "eaten"
    assert [stroke.risk for stroke in strokes] == sorted((stroke.risk for stroke in strokes), reverse=True)
    assert strokes[-1].rule == "draft.known"
    assert (strokes[-1].risk, strokes[-1].struck_already) == (0.0, ("stamp.line",))


def test_a_stroke_is_shown_where_it_stands(trial: Trial) -> None:
    (stroke,) = rule(trial, "inside").samples
    text = next(record["text"] for record in _records() if record["id"] == "ad")
    assert text[stroke.start : stroke.end] == stroke.removed == "[ad]"
    assert (stroke.before, stroke.after) == (text[stroke.start - 80 : stroke.start], " It left again.")
    assert not stroke.whole_line
    assert not stroke.in_sentence


def test_the_number_of_workers_changes_nothing(
    folder: Path, trial: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch is a file at least, so that there are several here."""
    records = [*_records(), {"id": "bad", "text": 5}]
    for number in range(4):
        write_records(tmp_path / "in" / f"{number}.jsonl", records[number::4])
    monkeypatch.setattr(running, "WORTH_WORKERS", 0)
    tries = [
        copydesk.try_rules(folder / "draft.toml", tmp_path / "in", recipe=recipe(folder), samples=4, workers=workers)
        for workers in (1, 2)
    ]
    assert tries[0] == tries[1]
    assert (tries[0].touched, tries[0].strokes) == (trial.touched, trial.strokes)


def test_rules_that_stand_alone_are_tried_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It only takes less time."""
    off = tuple(kind.label for kind in RuleBook.load().kinds if kind.label not in {"read_also", "caption", "byline"})
    among = Recipe(rules=Rules(off=off), model=Model(mode="off"), split=Split(mode="off"), language=LIGHT.language)
    draft = DRAFT.replace("'The mayor .*'", "'(?:The|Read|Photo|By) .*'")
    (folder / "wide").mkdir()
    (folder / "wide" / "draft.toml").write_text(draft, encoding="utf-8")
    found = []
    for _ in range(2):
        found.append(copydesk.try_rules(folder / "wide", CORPUS / "raw" / "en", recipe=among))
        monkeypatch.setattr(looking, "_stands_alone", lambda _: False)
        running._panel.cache_clear()  # noqa: SLF001
    assert found[0] == found[1]
    assert found[0].strokes > 20
    assert 0 < rule(found[0], "greedy").struck_already < 1


def test_a_limit_ends_reading(folder: Path) -> None:
    some = copydesk.try_rules(folder / "draft.toml", folder / "dump.jsonl", recipe=recipe(folder), limit=10)
    assert (some.documents, some.touched, some.complete) == (10, 10, False)
    assert "because of --limit" in trials.tried(some, View())


def test_a_draft_in_the_recipe_counts_once(folder: Path, trial: Trial) -> None:
    both = replace(recipe(folder), rules=Rules(packs=(*recipe(folder).rules.packs, str(folder / "draft.toml"))))
    both = replace(both, rules=replace(both.rules, off=LIGHT.rules.off))
    assert copydesk.try_rules(folder / "draft.toml", folder / "dump.jsonl", recipe=both, samples=4) == trial


def test_an_edited_draft_is_read_again(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "draft.toml").write_text(DRAFT, encoding="utf-8")
    found = []
    for text in (DRAFT, DRAFT.replace("The mayor .*'", "The mayor spoke.*'")):
        (tmp_path / "draft.toml").write_text(text, encoding="utf-8")
        found.append(copydesk.try_rules(tmp_path / "draft.toml", folder / "dump.jsonl", recipe=recipe(folder)))
    assert [rule(each, "greedy").strokes for each in found] == [6, 1]


def test_the_model_is_asked(folder: Path, tmp_path: Path) -> None:
    """With a line model, each line has a probability, and it is known which ones the model would have stay."""
    off = tuple(kind.label for kind in RuleBook.load().kinds)
    asked = Recipe(rules=Rules(off=off), split=Split(mode="off"), language=Language(engine="none"))
    asked = replace(asked, mend=Mend(ftfy=False), emoji=Emoji(splinters=False))
    before = "The council voted on Monday to keep the ferry, after a debate that lasted until midnight.\n"
    before += "Eleven members had wanted a bridge, which would cost more than the town takes in two years.\n"
    after = "The ferry carries two hundred people a day, most of them to the school on the far side.\n"
    after += "Its crew of four had written to the council in March, when the first plan for the bridge was shown.\n"
    news = f"{before}The mayor said that she was glad of the vote, and that the ferry would stay.\n{after}"
    write_records(tmp_path / "in.jsonl", [{"text": news}])
    found = copydesk.try_rules(folder / "draft.toml", tmp_path / "in.jsonl", recipe=asked)
    (stroke,) = rule(found, "greedy").samples
    assert stroke.noise is not None
    assert stroke.noise < 0.2
    assert stroke.vetoed
    assert stroke.in_sentence
    assert rule(found, "greedy").vetoed == 1.0
    assert stroke.risk > 0.5


def signs(**changes: Any) -> Signs:
    usual = {"noise": 0.5, "whole_line": True, "in_sentence": False, "characters": 20, "share": 0.1}
    return Signs(**{**usual, "struck_already": False, **changes})


SIGNS: dict[str, tuple[Signs, Signs]] = {
    "a real line": (signs(noise=0.1), signs(noise=0.9)),
    "a whole line": (signs(), signs(whole_line=False)),
    "no model": (signs(noise=None), signs(noise=0.9)),
    "a sentence": (signs(in_sentence=True), signs()),
    "a long one": (signs(characters=150), signs()),
    "much of a document": (signs(share=0.2), signs()),
    "not struck already": (signs(noise=0.9, characters=1), signs(noise=0.0, in_sentence=True, struck_already=True)),
}


@pytest.mark.parametrize("name", SIGNS)
def test_the_first_is_riskier(name: str) -> None:
    first, second = SIGNS[name]
    assert risk_alone(first) > risk_alone(second)


def test_risk_is_a_share() -> None:
    worst = signs(noise=0.0, in_sentence=True, characters=10_000, share=1.0)
    assert risk_alone(worst) + risk_of_rule(9, 9) == pytest.approx(1.0)
    assert risk_of_rule(1, 9) == risk_of_rule(1, 1) == risk_of_rule(0, 0) == 0.0
    assert sum((risk.REAL, risk.SENTENCE, risk.LONG, risk.VARIED, risk.HEAVY)) == pytest.approx(1.0)


SENTENCES: dict[str, tuple[str, str, str, bool]] = {
    "a whole sentence": ("The mayor said it would stay as it is.", "", "", True),
    "a short call": ("Read more.", "", "", False),
    "a title of many words": ("Ten soups that keep a deckhand warm at sea", "", "", False),
    "a Chinese sentence": ("冬季渡轮将于五月恢复运营，港口咖啡馆。", "", "", True),
    "from within a sentence": ("and so on", "He spoke, he sang ", "", True),
    "into a sentence": ("Advert the", "It ended. ", " mayor spoke", True),
    "between two sentences": ("[ad]", "It ended. ", " It began.", False),
    "a mark within a sentence": ("[ad]", "the mayor ", " spoke", False),
    "behind a bar": ("| Gazette", "A title ", "", False),
    "nothing": (" ", "a", "b", False),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_what_takes_a_sentence(name: str) -> None:
    removed, before, after, takes = SENTENCES[name]
    assert takes_a_sentence(removed, before, after) is takes


def test_samples_are_the_same_in_any_order(trial: Trial) -> None:
    stroke = trial.strokes_by_risk()[0]
    strokes = [(f"text {n % 7}", replace(stroke, position=n, risk=n % 5)) for n in range(40)]
    kept: dict[str, TriedStroke] = {}
    counting.keep(kept, strokes, 3)
    again: dict[str, TriedStroke] = {}
    for pair in reversed(strokes):
        counting.keep(again, [pair], 3)
    assert sorted(kept.values(), key=order) == sorted(again.values(), key=order)
    assert len({stroke.position % 7 for stroke in kept.values()}) == 3


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: Path) -> None:
    for name in ("MOST_TEXTS", "MOST_COMMON", "LEAST_TEXTS"):
        monkeypatch.setattr(counting, name, 10)
    lines = "\n".join(f"The mayor spoke of {'x' * n}." for n in range(200))
    write_records(tmp_path / "in.jsonl", [{"text": f"{STORY}\n{lines}"}] * 3)
    found = rule(copydesk.try_rules(folder / "draft.toml", tmp_path / "in.jsonl", recipe=recipe(folder)), "greedy")
    assert (found.strokes, found.texts, found.texts_counted) == (600, 10, False)


# --- The command ------------------------------------------------------------------------------------------------------


def test_the_command_shows_the_riskiest_first_and_writes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    before = fingerprints(folder)
    assert main(["rules", "try", "draft.toml", "dump.jsonl", "--recipe", "light.toml", "--samples", "2"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("28 of 40 documents hold something that the draft would strike (70.0%)\n1 record could")
    assert "1 document: so much would go" in out
    assert "\ndraft.footer         20" in out
    assert "    20 x Ferry Gazette, page 0\n" in out
    strokes = [line for line in out.split("\n") if line.startswith("@@")]
    assert strokes[0].startswith("@@ 0.")
    assert "draft.greedy: dump.jsonl, record 28 (eaten) @@" in strokes[0]
    assert "~ …on Monday.\n" not in out
    assert "and nobody had been sick. [-[ad]-] It left again.\n" in out
    assert "struck already by stamp.line" in out
    assert "40 documents, 0.0 MB of text" in err
    assert fingerprints(folder) == before


def test_the_command_prints_json(
    folder: Path, trial: Trial, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    arguments = ["draft.toml", "dump.jsonl", "--recipe", "light.toml", "--samples", "4", "--json", "--quiet"]
    assert main(["rules", "try", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert json.loads(out) == json.loads(json.dumps(asdict(trial)))


WRONG = {
    "no such pack": (["none.toml", "dump.jsonl"], "none.toml: there is no such file"),
    "no such input": (["draft.toml", "none.jsonl"], "none.jsonl does not exist"),
    "no text": (["draft.toml", "dump.jsonl", "--text-key", "body"], "hold no text"),
    "no document": (["draft.toml", "dump.jsonl", "--limit", "0"], "--limit 1 or more"),
    "no worker": (["draft.toml", "dump.jsonl", "--workers", "0"], "0 workers"),
}


@pytest.mark.parametrize("name", WRONG)
def test_mistakes_are_told(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    arguments, words = WRONG[name]
    assert main(["rules", "try", *arguments, "--recipe", "light.toml"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err


def test_a_broken_draft_is_told_of(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "draft.toml").write_text(DRAFT.replace("\\\\[ad\\\\]", "(").replace("\\[ad\\]", "("), encoding="utf-8")
    with pytest.raises(CopydeskError, match="draft"):
        copydesk.try_rules(tmp_path / "draft.toml", folder / "dump.jsonl", recipe=recipe(folder))
    with pytest.raises(SourceError, match="cannot show"):
        copydesk.try_rules(folder / "draft.toml", folder / "dump.jsonl", samples=-1)
