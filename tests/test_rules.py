"""The rule book: each rule proves itself on its own cases, a user's pack joins in, a wrong one learns what is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from copydesk import Desk, Recipe, RuleError, build
from copydesk.recipe import Guard, Model, Rules
from copydesk.rulebook import FIELDS, RuleBook
from copydesk.rulecheck import check_rule, check_rules
from editions import NO_RULES, paired, restored, rows, write_records
from laws import assert_lawful

if TYPE_CHECKING:
    from pathlib import Path

BOOK = RuleBook.load()
RULES = {rule.id: rule for rule in BOOK.rules}

KINDS = {
    "ad", "byline", "caption", "comments", "cookie", "credit", "dateline", "end_mark", "meta", "nav", "newsletter",
    "forum", "read_also", "residue", "separator", "share", "shop", "source_tail", "tags",
}  # fmt: skip
"""The kinds of noise that copydesk promises to know."""

LANGUAGES = ("en", "vi", "fr", "es", "pt", "de", "it", "ru", "ar", "zh", "ja", "id")
"""The languages for which it promises phrases."""

MANY_PHRASES = (
    "read_also",
    "caption",
    "credit",
    "share",
    "comments",
    "newsletter",
    "cookie",
    "tags",
    "ad",
    "source_tail",
)
"""Kinds that are betrayed by phrases, in each of these languages."""


@pytest.fixture(scope="module")
def whole_desk() -> Desk:
    """Give a desk that may strike any share of a document, for documents as small as a rule's examples."""
    return Desk(replace(Recipe(), guard=Guard(max_struck=1.0), model=Model("off")))


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_keeps_its_word(whole_desk: Desk, rule: str) -> None:
    assert list(check_rule(whole_desk, RULES[rule])) == []


@pytest.mark.parametrize("rule", RULES)
def test_the_laws_hold_for_a_rules_cases(whole_desk: Desk, rule: str) -> None:
    for text in (*(case.before for case in RULES[rule].examples), *(case.text for case in RULES[rule].lookalikes)):
        assert_lawful(whole_desk, text)


@pytest.mark.parametrize("rule", [rule for rule in RULES if RULES[rule].strike])
def test_a_rule_strikes_in_its_own_examples(whole_desk: Desk, rule: str) -> None:
    """Else the example would prove another rule."""
    struck = {edit.rule for case in RULES[rule].examples for edit in whole_desk.clean(case.before).edits}
    assert rule in struck


def test_the_promised_kinds_are_there() -> None:
    assert KINDS - {kind.label for kind in BOOK.kinds} == set()


@pytest.mark.parametrize("label", MANY_PHRASES)
def test_each_promised_language_has_phrases(label: str) -> None:
    (kind,) = (kind for kind in BOOK.kinds if kind.label == label)
    known = {language for phrases in kind.phrases.values() for language in phrases}
    assert set(LANGUAGES) - known == set()


def test_a_kind_has_one_label_and_a_rule_its_kinds() -> None:
    assert len({kind.label for kind in BOOK.kinds}) == len(BOOK.kinds)
    assert all(rule.label == kind.label for kind in BOOK.kinds for rule in kind.rules)
    assert list(RULES) == [f"{rule.kind}.{rule.name}" for rule in BOOK.rules]


def test_the_check_counts_every_case() -> None:
    check = check_rules()
    assert check.rules == len(RULES)
    assert check.examples == sum(len(rule.examples) for rule in RULES.values())
    assert check.lookalikes == sum(len(rule.lookalikes) for rule in RULES.values())


# --- Switching off ----------------------------------------------------------------------------------------------------


def test_a_kind_or_a_rule_can_be_switched_off() -> None:
    without = RuleBook.load(off=["share", "tags.hashtags"])
    assert "share" not in {kind.label for kind in without.kinds}
    assert {rule.id for rule in BOOK.rules if rule.kind != "share"} - {"tags.hashtags"} == {r.id for r in without.rules}
    assert without.digest != BOOK.digest


@pytest.mark.parametrize(("name", "near"), [("shar", "share"), ("tags.hashtag", "tags.hashtags"), ("share.*", "share")])
def test_what_is_switched_off_must_be_there(name: str, near: str) -> None:
    with pytest.raises(RuleError) as raised:
        RuleBook.load(off=[name])
    assert f"`{name}`" in raised.value.message
    assert f"`{near}`" in raised.value.hint


# --- A pack of one's own ----------------------------------------------------------------------------------------------

PACK = """
[kind]
label = "stamp"
title = "Rubber stamps"
why = "What a clerk stamps on a letter is no part of the letter."

[phrases.marks]
en = ["seen and filed", "copy kept"]
de = ["gesehen und abgelegt"]

[[rule]]
name = "stamp_line"
why = "A stamp alone on its line, with the clerk's name if it is there."
match = "line"
pattern = '{marks}(?: by (?P<credits>\\p{Lu}\\p{Ll}+))?'

  [[rule.examples]]
  before = "The boat left at nine and nobody saw it go.\\nSeen and filed by Moor"
  after = "The boat left at nine and nobody saw it go."
  fields = { credits = ["Moor"] }

  [[rule.lookalikes]]
  text = "The letter was seen and filed by a clerk."
  why = "A sentence about a stamp is no stamp."
"""

LETTER = "The boat left at nine and nobody saw it go.\n\nGesehen und abgelegt by Moor\n\nThe crew slept till noon."


def write_pack(folder: Path, text: str = PACK, name: str = "stamp.toml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize("as_folder", [False, True])
def test_a_users_rule_strikes_under_its_own_label(as_folder: bool, tmp_path: Path) -> None:
    pack = write_pack(tmp_path / "mine")
    desk = Desk(Recipe(rules=Rules(packs=(str(pack.parent if as_folder else pack),), off=NO_RULES.rules.off)))
    cleaned = assert_lawful(desk, LETTER)
    (edit,) = cleaned.edits
    assert (edit.rule, edit.label) == ("stamp.stamp_line", "stamp")
    assert "Gesehen und abgelegt" in (edit.removed or "")
    assert cleaned.stories[0].fields["credits"] == ["Moor"]


def test_the_built_in_rules_come_first(tmp_path: Path) -> None:
    book = RuleBook.load([write_pack(tmp_path)])
    assert [rule.id for rule in book.rules] == [*RULES, "stamp.stamp_line"]


def test_a_users_label_stands_in_the_ledger_and_on_the_card(tmp_path: Path) -> None:
    write_records(tmp_path / "in.jsonl", [{"text": LETTER}])
    recipe = Recipe(rules=Rules(packs=(str(write_pack(tmp_path / "mine")),), off=NO_RULES.rules.off))
    manifest = build(tmp_path / "in.jsonl", tmp_path / "out", recipe=recipe)
    ((source, stories),) = paired(tmp_path / "out")
    assert [edit["label"] for edit in source["edits"]] == ["stamp"]
    assert restored(source, stories) == LETTER
    assert manifest.accounts["strokes"] == {"stamp": 1}
    assert manifest.rules != BOOK.digest
    assert "| `stamp` | Rubber stamps | 1 |" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert rows(tmp_path / "out", "stories")[0]["fields"]["credits"] == ["Moor"]


def test_a_users_rules_are_checked_with_the_built_in_ones(tmp_path: Path) -> None:
    pack = write_pack(tmp_path / "mine", PACK.replace("filed by a clerk.", "filed.\\nCopy kept"))
    check = check_rules(Recipe(rules=Rules(packs=(str(pack),))))
    (failure,) = (failure for failure in check.failures if failure.rule == "stamp.stamp_line")
    assert check.rules == len(RULES) + 1
    assert failure.case == "lookalike 1"
    assert failure.expected == "The letter was seen and filed.\nCopy kept"
    assert failure.found == "The letter was seen and filed."
    assert failure.rules == ("stamp.stamp_line",)


@pytest.mark.parametrize("regex", ["(foo", "a)|(b", "(?P<nofield>b)"])
def test_a_shipped_pattern_that_cannot_be_compiled_is_named(regex: str) -> None:
    kind = BOOK.kinds[0]
    broken = replace(kind, rules=(replace(kind.rules[0], regex=regex), *kind.rules[1:]))
    desk = Desk(book=RuleBook((broken, *BOOK.kinds[1:])))
    with pytest.raises(RuleError, match=re.escape(kind.rules[0].id)) as raised:
        desk.check_rules()
    assert kind.source in raised.value.message


def test_the_digest_is_of_what_decides_not_of_words(tmp_path: Path) -> None:
    digests = {
        what: RuleBook.load([write_pack(tmp_path / what, text)]).digest
        for what, text in {
            "as it is": PACK,
            "reworded": PACK.replace("What a clerk stamps", "Whatever a clerk may stamp").replace("at nine", "at ten"),
            "other phrase": PACK.replace("copy kept", "copy held"),
            "other length": PACK.replace('match = "line"', 'match = "line"\nmax_chars = 50'),
        }.items()
    }
    assert digests["reworded"] == digests["as it is"]
    assert len(set(digests.values())) == 3


def test_a_users_pack_may_add_to_a_built_in_kind(tmp_path: Path) -> None:
    pack = write_pack(tmp_path / "mine", PACK.replace('"stamp"', '"credit"'), "credit.toml")
    others = tuple(label for label in NO_RULES.rules.off if label != "credit")
    (edit,) = Desk(Recipe(rules=Rules(packs=(str(pack),), off=others))).clean(LETTER).edits
    assert (edit.rule, edit.label) == ("credit.stamp_line", "credit")


# --- Mistakes in a pack -----------------------------------------------------------------------------------------------

RULE, MARKS, KIND = ", rule stamp_line", ", [phrases.marks]", ", [kind]"

MISTAKES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "no TOML": ("[kind]", "[kind", ("TOML", "line 2")),
    "a pattern between double quotes": ("'{marks}", '"{marks}', ("TOML",)),
    "a table that is unknown": ("[phrases.marks]", "[phrase.marks]", ("`phrase`", "`phrases`")),
    "rules instead of rule": ("[[rule]]", "[[rules]]", ("`rules`", "`rule`")),
    "a label that is not the file's": ('"stamp"', '"stomp"', (KIND, "`label`", "stomp.toml")),
    "no label": ('label = "stamp"\n', "", (KIND, "`label`")),
    "a label that is no text": ('"stamp"', "5", (KIND, "`label`")),
    "a misspelt title": ("title =", "titel =", (KIND, "`titel`", "`title`")),
    "a misspelt reason": ('why = "What', 'wy = "What', (KIND, "`wy`", "`why`")),
    "a list that no pattern uses": ("'{marks}", "'{_open}", ("`marks`", "{marks}")),
    "a list that is not there": ("'{marks}", "'{mark}{marks}", (RULE, "`pattern`", "{mark}", "`marks`")),
    "a list with a capital": ("phrases.marks", "phrases.Marks", (", [phrases.Marks]", "small letters")),
    "a language by its name": ("en =", "english =", (MARKS, "`english`", '"en"')),
    "a phrase with two spaces": ("copy kept", "copy  kept", (MARKS, "`en`", '"copy  kept"')),
    "a phrase that comes twice": ("copy kept", "seen and filed", (MARKS, "`en`", '"seen and filed"', "twice")),
    "an empty phrase": ("copy kept", "", (MARKS, "`en`", "list of texts")),
    "a phrase that is no list": ('["gesehen und abgelegt"]', '"gesehen"', (MARKS, "`de`", "list of texts")),
    "no name": ('name = "stamp_line"\n', "", (", rule 1", "`name`")),
    "a name with a space": ("stamp_line", "stamp line", (", rule 1", "`name`", "stamp line", "underscores")),
    "a key that is unknown": ("match =", "matches =", (RULE, "`matches`", "`match`")),
    "no such match": ('"line"', '"lines"', (RULE, "`match`", "lines", "line, start, end, inside")),
    "no pattern": ("pattern =", "#", (RULE, "`pattern`")),
    "a pattern with anchors": ("'{marks}", "'^{marks}", (RULE, "`pattern`", "^")),
    "a pattern that looks ahead": ("'{marks}", "'{marks}(?!x)", (RULE, "`pattern`", "(?!")),
    "a pattern that looks back": ("'{marks}", "'{marks}(x)\\1", (RULE, "`pattern`", "\\1")),
    "a group that is no field": ("<credits>", "<clerk>", (RULE, "`pattern`", "`clerk`", *FIELDS)),
    "a place that is none": ('"line"', '"line"\nplace = "top"', (RULE, "`place`", "top", "any, start, end")),
    "a label that nobody has": ('"line"', '"line"\nafter = ["stomp"]', (RULE, "`after`", "`stomp`", "`stamp`")),
    "a rule that nobody has": ('"line"', '"line"\nafter = ["stamp.x"]', (RULE, "`after`", "`stamp.x`")),
    "a text for a list": ('"line"', '"line"\nafter = "stamp"', (RULE, "`after`", "list of texts")),
    "glued to nothing": ('"line"', '"line"\nglued = true', (RULE, "`glued`", "`after`")),
    "a block inside a line": ('"line"', '"inside"\nblock = "links"', (RULE, "`block`", '"inside"', '"line"')),
    "a block of another sort": ('"line"', '"line"\nblock = "all"', (RULE, "`block`", "all", "none, links")),
    "a switch that is none": ('"line"', '"line"\nstrike = "no"', (RULE, "`strike`", "true or false")),
    "a length below nothing": ('"line"', '"line"\nmax_chars = -1', (RULE, "`max_chars`")),
    "a length that is a switch": ('"line"', '"line"\nmin_chars = true', (RULE, "`min_chars`")),
    "lengths that leave nothing": (
        '"line"',
        '"line"\nmax_chars = 3\nmin_chars = 9',
        (RULE, "`min_chars`", "`max_chars`"),
    ),
    "no example": ("[[rule.examples]]", "[rule.example]", (RULE, "`example`", "`examples`")),
    "an example without a before": ("before =", "befor =", (f"{RULE}, examples 1", "`befor`", "`before`")),
    "a field that is none": ("credits = [", "credit = [", (f"{RULE}, examples 1", "`credit`", "`credits`")),
    "no lookalike": ("[[rule.lookalikes]]", "[rule.lookalike]", (RULE, "`lookalike`", "`lookalikes`")),
    "a lookalike without text": ("  text =", "  txt =", (f"{RULE}, lookalikes 1", "`txt`", "`text`")),
}
"""What is put in the place of what, and what the error must name: where, the key, the cure."""


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_file_rule_key_and_cure(name: str, tmp_path: Path) -> None:
    right, wrong, words = MISTAKES[name]
    assert right in PACK
    pack = write_pack(tmp_path, PACK.replace(right, wrong))
    with pytest.raises(RuleError) as raised:
        RuleBook.load([pack])
    assert raised.value.message.startswith(str(pack))
    assert raised.value.hint
    for word in words:
        assert word in str(raised.value)


REGEX_MISTAKES = {
    "a bracket that stays open": "'{marks}('",
    "a range that runs backwards": "'{marks}[z-a]'",
    "a property that Unicode has not": "'{marks}\\p{Xx}'",
    "a repeat of nothing": "'*{marks}'",
    "more than a machine can hold": "'{marks}(?:(?:\\w{1,99}){1,99}){1,99}'",
}


@pytest.mark.parametrize("name", REGEX_MISTAKES)
def test_a_mistake_in_a_regular_expression_names_the_rule(name: str, tmp_path: Path) -> None:
    text = "\n".join(
        f"pattern = {REGEX_MISTAKES[name]}" if line.startswith("pattern") else line for line in PACK.split("\n")
    )
    pack = write_pack(tmp_path, text.replace('fields = { credits = ["Moor"] }', ""))
    with pytest.raises(RuleError) as raised:
        Desk(Recipe(rules=Rules(packs=(str(pack),), off=NO_RULES.rules.off)))
    assert "stamp.stamp_line" in raised.value.message
    assert "pattern" in raised.value.hint


FILES: dict[str, tuple[bytes, str]] = {
    "an empty file": (b"", "`label`"),
    "a pack without rules": (PACK[: PACK.index("[[rule]]")].encode(), "`rule`"),
    "another encoding": (PACK.replace("clerk", "clérk").encode("latin-1"), "cannot be read"),
    "one rule twice": ((PACK + PACK[PACK.index("[[rule]]") :]).encode(), "the id stamp.stamp_line is taken"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_pack_is_refused(name: str, tmp_path: Path) -> None:
    data, words = FILES[name]
    (tmp_path / "stamp.toml").write_bytes(data)
    with pytest.raises(RuleError) as raised:
        RuleBook.load([tmp_path / "stamp.toml"])
    assert raised.value.message.startswith(str(tmp_path / "stamp.toml"))
    assert words in raised.value.message


def test_a_path_without_packs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"none\.toml: there is no such file or folder"):
        RuleBook.load([tmp_path / "none.toml"])
    with pytest.raises(RuleError, match="there is no rule pack"):
        RuleBook.load([tmp_path])


def test_two_packs_may_not_share_a_rule(tmp_path: Path) -> None:
    packs = [write_pack(tmp_path / folder) for folder in ("mine", "yours")]
    with pytest.raises(
        RuleError, match=r"yours/stamp\.toml, rule stamp_line: the id .* is taken by .*mine/stamp\.toml"
    ):
        RuleBook.load(packs)


# --- Patterns that could do harm --------------------------------------------------------------------------------------

GREEDY = ("'({marks})?'", "'{marks}|.*'", "'\\s*{marks}?'", "'(?s:.*){marks}?'")


@pytest.mark.parametrize("match", ["line", "start", "end", "inside"])
@pytest.mark.parametrize("pattern", GREEDY)
def test_no_pattern_breaks_the_laws(match: str, pattern: str, tmp_path: Path) -> None:
    """One that matches nothing, or everything, may be foolish, but the ledger stays whole."""
    text = "\n".join(f"pattern = {pattern}" if line.startswith("pattern") else line for line in PACK.split("\n"))
    pack = write_pack(tmp_path, text.replace('"line"', f'"{match}"').replace('fields = { credits = ["Moor"] }', ""))
    desk = Desk(Recipe(rules=Rules(packs=(str(pack),), off=NO_RULES.rules.off), guard=Guard(max_struck=1.0)))
    for document in (LETTER, "", "\n\n", "a\r\n\r\nSeen and filed\r\n", "\u2028copy kept\u2028", "é😀\n" * 5):
        assert_lawful(desk, document)
