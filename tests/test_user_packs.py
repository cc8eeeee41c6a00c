"""Rule packs and recipes that somebody else wrote: they are data, they are refused in words, and soon."""

from __future__ import annotations

import io
import resource
import time
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from copydesk import Desk, Recipe, RecipeError, RuleError, build, toml
from copydesk.recipe import Guard, Language, Rules
from copydesk.rulebook import RuleBook
from editions import NO_RULES, rows, write_records
from hostile import PROSE
from laws import assert_lawful
from programs import copydesk

if TYPE_CHECKING:
    from pathlib import Path

KIND = 'kind = { label = "stamp", title = "Stamps", why = "A stamp is no news." }\n'

MOST_SECONDS, MOST_MEGABYTES = 20.0, 1_000
"""What it may take to read a pack or to refuse it; most take a hundredth of that."""


def rule(pattern: str, match: str = "line", more: str = "") -> str:
    return f"""
[[rule]]
name = "line"
why = "A stamp alone on its line."
match = "{match}"
pattern = '''{pattern}'''
{more}
examples = [{{ before = "a", after = "" }}]
lookalikes = [{{ text = "b" }}]
"""


def phrases(count: int, phrase: str) -> str:
    listed = ", ".join(f'"{phrase.format(number)}"' for number in range(count))
    return f"[phrases.marks]\nen = [{listed}]\n"


def desk_of(folder: Path, pack: str, name: str = "stamp.toml") -> Desk:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(pack, encoding="utf-8")
    rules = Rules(packs=(str(folder / name),), off=NO_RULES.rules.off)
    return Desk(replace(NO_RULES, rules=rules, guard=Guard(max_struck=1.0), language=Language(engine="none")))


def cleaned_by(desk: Desk, text: str) -> str:
    return "\n".join(story.text for story in assert_lawful(desk, text).stories)


# --- Beside the pattern -----------------------------------------------------------------------------------------------

ROWS = {
    "alone": ("a\nx\nb", "a\nx\nb"),
    "two": ("a\nx\nx\nb", "a\nx\nx\nb"),
    "three": ("a\nx\nx\nx\nb", "a\nb"),
    "more": ("x\nx\nx\nx\nx\nb", "b"),
    "blank lines between": ("a\n\nx\n\n\nx\nx\n\nb", "a\n\nb"),
    "a row, then two": ("a\nx\nx\nx\nb\nx\nx\nc", "a\nb\nx\nx\nc"),
    "as many, but scattered": ("a\nx\nb\nx\nc\nx\nd", "a\nx\nb\nx\nc\nx\nd"),
}
"""What a rule makes of lines that are an x, if it asks for three in a row."""


COUNTS = {
    "fewer": ("a\nx\nb", "a\nx\nb"),
    "the least": ("x\na\nx\nb", "a\nb"),
    "the most": ("x\na\nx\nx\nb", "a\nb"),
    "more": ("x\na\nx\nx\nb\nx", "x\na\nx\nx\nb\nx"),
}
"""What a rule makes of lines that are an x, if it asks for two or three in a document."""


TEXT = "It took four years and eleven boats to carry the stones of the new bridge over the river."
PARTS = f"a\n{TEXT}\nB\n{TEXT}\nc?\n{TEXT}"
CONTENTS = {
    "a table": (f"x\n1. a\n\n* b\nC\n{PARTS}", PARTS),
    "with a line that stands nowhere else": (f"x\na\nnowhere\nb\nc\n{PARTS}", PARTS),
    "behind a text": (f"{TEXT}\nx\na\nb\nc\n{PARTS}", f"{TEXT}\n{PARTS}"),
    "below a line that announces it": (f"This is on its back:\nx\na\nb\nc\n{PARTS}",) * 2,
    "two tables": (f"x\na\nb\nc\nx\nc\nb\na\n{PARTS}", PARTS),
    "the second of two": (f"x\nnowhere\nx\na\nb\nc\n{PARTS}", f"x\nnowhere\n{PARTS}"),
    "no table": (f"x\n{PARTS}", f"x\n{PARTS}"),
    "too short": (f"x\na\nb\n{PARTS}", f"x\na\nb\n{PARTS}"),
    "mostly other lines": (f"x\na\ny\nz\nb\nv\nw\nc\n{PARTS}", f"x\na\ny\nz\nb\nv\nw\nc\n{PARTS}"),
    "below the parts": (f"{PARTS}\nx\na\nb\nc", f"{PARTS}\nx\na\nb\nc"),
    "a list twice": (f"x\na\nb\nc\n{TEXT}\na\nb\nc", f"x\na\nb\nc\n{TEXT}\na\nb\nc"),
}
"""What a rule makes of an x, if it asks for a table of contents below."""


OUTSIDE = {
    "at the start": (f"x\ny\n{TEXT}", f"y\n{TEXT}"),
    "at the end": (f"{TEXT}\nx\nx", TEXT),
    "right above the text": (f"y\nx\n\n{TEXT}", f"y\nx\n\n{TEXT}"),
    "inside": (f"{TEXT}\nx\ny\n{TEXT}", f"{TEXT}\nx\ny\n{TEXT}"),
    "no text": ("x\ny", "x\ny"),
}
"""What a rule makes of lines that are an x, if it holds outside the running text."""

SETTINGS = {
    "in_a_row = 3": ROWS,
    "at_least = 2\nat_most = 3": COUNTS,
    'block = "contents"': CONTENTS,
    'place = "outside"': OUTSIDE,
}
"""Settings of a rule that matches lines that are an x, and what it makes of texts by them."""


@pytest.mark.parametrize(("setting", "name"), [(setting, name) for setting in SETTINGS for name in SETTINGS[setting]])
def test_a_rule_may_ask_for_more_than_its_pattern(setting: str, name: str, tmp_path: Path) -> None:
    text, cleaned = SETTINGS[setting][name]
    desk = desk_of(tmp_path, KIND + rule("x", more=setting))
    assert cleaned_by(desk, text) == cleaned


AFTER = {
    "the rule": ("a\nx\nz\nb", "a\nb"),
    "another rule with its label": ("a\ny\nz\nb", "a\nz\nb"),
    "blank lines between": ("a\nx\n\nz\nb", "a\nb"),
    "no rule": ("a\nz\nb", "a\nz\nb"),
}
"""What is left of lines that are an x or a y, and of a z, if the rule for it waits for the rule for an x."""


@pytest.mark.parametrize("name", AFTER)
def test_a_rule_may_wait_for_a_rule(name: str, tmp_path: Path) -> None:
    text, cleaned = AFTER[name]
    others = (rule(mark).replace('"line"', f'"{mark}"', 1) for mark in "xy")
    desk = desk_of(tmp_path, KIND + "".join(others) + rule("z", more='after = ["stamp.x"]'))
    assert cleaned_by(desk, text) == cleaned


# --- Patterns ---------------------------------------------------------------------------------------------------------

NOT_LINEAR = {
    "looks ahead": ("a(?=b)", "(?="),
    "looks ahead for nothing": ("a(?!b)", "(?!"),
    "looks back": ("(?<=a)b", "(?<="),
    "looks back for nothing": ("(?<!a)b", "(?<!"),
    "refers back by number": (r"(a)\1", r"\1"),
    "refers back by name": ("(?P<tags>a)(?P=tags)", "(?P="),
    "refers back as in Perl": (r"(?P<tags>a)\k<tags>", r"\k<"),
    "refers back as in Ruby": (r"(a)\g{1}", r"\g{"),
    "is atomic": ("(?>a+)b", "(?>"),
    "decides": ("(a)?(?(1)b|c)", "(?("),
    "calls itself": ("a(?R)?b", "(?R)"),
    "calls a group": ("(a)(?1)", "(?1"),
    "calls a group by name": ("(?P<tags>a)(?&tags)", "(?&"),
}


@pytest.mark.parametrize("name", NOT_LINEAR)
def test_a_pattern_that_cannot_be_linear_is_refused(name: str, tmp_path: Path) -> None:
    pattern, what = NOT_LINEAR[name]
    with pytest.raises(RuleError) as raised:
        desk_of(tmp_path, KIND + rule(pattern))
    assert raised.value.message == f"{tmp_path / 'stamp.toml'}, rule line: `pattern` uses `{what}`"
    assert "no look-around and no back-references" in raised.value.hint


@pytest.mark.parametrize("pattern", [r"[(?=!]+", r"\(\?=", r"\\1", r"[\]\1(?!]x|y"])
def test_what_only_looks_like_it_is_not(pattern: str, tmp_path: Path) -> None:
    try:
        desk_of(tmp_path, KIND + rule(pattern))
    except RuleError as error:
        assert "`pattern` uses" not in error.message  # noqa: PT017 (the engine may refuse it for reasons of its own)


BAD_PATTERNS = {
    "counted in counts": ("(a{1000}){1000}", "size limit"),
    "counted in counts in counts": ("((a{1000}){1000}){1000}", "size limit"),
    "letters of all scripts by the thousand": (r"(?:\w{1000}){10}", "size limit"),
    "boundaries by the thousand": (r"(?:" + r"\b" * 2_400 + r"a){3000}", "size limit"),
    "a count beyond counting": ("a{4294967296}", "regex parse error"),
    "brackets in brackets": ("(" * 2_400 + "a" + ")" * 2_400, "exceed the maximum"),
    "classes in classes": ("[a&&" * 900 + "a" + "]" * 900, "exceed the maximum"),
    "classes that never end": ("[" * 4_900, "regex parse error"),
    "a bracket too many": ("a)|(?:b", "unopened group"),
    "longer than a pattern": ("a" * 6_000, "6,000 characters"),
}


@pytest.mark.parametrize("name", BAD_PATTERNS)
def test_a_pattern_that_is_too_much_is_refused_soon(name: str, tmp_path: Path) -> None:
    pattern, words = BAD_PATTERNS[name]
    before, began = megabytes(), time.process_time()
    with pytest.raises(RuleError) as raised:
        desk_of(tmp_path, KIND + rule(pattern))
    assert time.process_time() - began < MOST_SECONDS
    assert raised.value.message.startswith(str(tmp_path / "stamp.toml"))
    assert words in raised.value.message
    assert megabytes() - before < MOST_MEGABYTES


def megabytes() -> float:
    """Give the most memory that this process has had; other tests may have taken some before."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


STRANGE_PATTERNS = {
    "counts of nothing": r"(?:){4294967295}a",
    "a boundary, repeated": r"a\b{2}|\bcopy\b+ kept",
    "a plus behind a plus": "a++",
    "everything": "(?s:.*)",
    "everything, again and again": ".*.*.*.*.*.*.*.*a",
    "long alternatives": "|".join(["abcdef"] * 700),
}


@pytest.mark.parametrize("match", ["line", "start", "end", "inside"])
@pytest.mark.parametrize("name", STRANGE_PATTERNS)
def test_a_strange_pattern_harms_no_ledger(name: str, match: str, tmp_path: Path) -> None:
    desk = desk_of(tmp_path, KIND + rule(STRANGE_PATTERNS[name], match))
    for text in ("a\n\nb\n\na", f"{PROSE}\naaaa\ncopy kept\n", "\n", "abcdef" * 40):
        assert_lawful(desk, text)


@pytest.mark.parametrize("pattern", [r"[a-z ]*\d", "(?:a|aa)+b", "(?:a*)*b", r"\ba.*b\b", "(?i)a[^b]*c"])
@pytest.mark.parametrize("match", ["line", "start", "end"])
def test_what_backtracks_elsewhere_takes_linear_time(pattern: str, match: str, tmp_path: Path) -> None:
    desk = desk_of(tmp_path, KIND + rule(pattern, match, "max_chars = 1000000"))
    desk.clean("a" * 1_000)
    began = time.process_time()
    desk.clean("a" * 500_000)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("pattern", ["a.*z|a", r"[a-z]*\d|a", "(?:a|b)+c|a"])
def test_a_rule_that_looks_far_for_each_match_takes_linear_time(pattern: str, tmp_path: Path) -> None:
    """To find one letter these read to the line's end, were they not kept from it."""
    desk = desk_of(tmp_path, KIND + rule(pattern, "inside", "max_chars = 1000000"))
    text = f"b{'a' * 100_000}b"
    desk.clean("aaz")
    began = time.process_time()
    assert_lawful(desk, text)
    assert time.process_time() - began < 10


# What stands on such a line, beyond how far one search reads; which part of it is found.
FAR: dict[str, tuple[str, str]] = {
    "many": ("x. Stamp 1. " * 2000, "Stamp 1." * 2000),
    "not across the seam": ("é" * 2045 + " Stamp 12. " + "é" * 4000, "Stamp 12."),
    "one after long nothing": ("no. " * 9000 + "Stamp 3.", "Stamp 3."),
    "wide letters": ("字" * 1363 + "Stamp 4." + "字" * 9000, "Stamp 4."),
}


@pytest.mark.parametrize("name", FAR)
def test_what_stands_far_into_a_line_is_found(name: str, tmp_path: Path) -> None:
    text, gone = FAR[name]
    desk = desk_of(tmp_path, KIND + rule(r"Stamp \d+\.", "inside", "max_chars = 1000000"))
    struck = "".join(edit.removed or "" for edit in desk.clean(f"Ferry\n\n{text}\n\nend").edits)
    assert struck.replace(" ", "") == gone.replace(" ", "")


ROWER = "The ferry was rowed by hand until the flood, and whoever wanted to cross had to shout across the water for {}."
NAMED = r"Rowed by (?:[A-Z][a-z]+ )?(?P<once>[A-Z][a-z-]+(?: [A-Z][a-z]+)?)"


@pytest.mark.parametrize(
    ("line", "told_of", "goes"),
    [
        ("Rowed by Tom Weller", "Anna", True),
        ("Rowed by Tom Weller", "Weller", False),
        ("Rowed by Tom Weller", "Tom Weller’s boat", False),
        ("Rowed by Tom Weller", "Wellers", True),
        ("Rowed by Weller-Baines", "old Baines", False),
    ],
)
def test_what_must_stand_just_once_is_not_told_of_in_the_text(
    line: str, told_of: str, goes: bool, tmp_path: Path
) -> None:
    desk = desk_of(tmp_path, KIND + rule(NAMED))
    text = f"{ROWER.format(told_of)}\n{line}\n{line}"
    (story,) = desk.clean(text).stories
    assert story.text == (ROWER.format(told_of) if goes else text)


# --- Files ------------------------------------------------------------------------------------------------------------

HUGE_PACKS = {
    "many phrases": phrases(19_000, "p{}") + rule("{marks}"),
    "many phrases that begin alike": phrases(15_000, "the x{}") + rule("{marks}"),
    "many phrases of signs": phrases(15_000, "——{}") + rule("{marks}"),
    "many rules": "".join(rule("abc+d").replace('"line"', f'"r{number}"', 1) for number in range(2_000)),
}


@pytest.mark.parametrize("name", HUGE_PACKS)
def test_a_huge_pack_is_read_soon(name: str, tmp_path: Path) -> None:
    before, began = megabytes(), time.process_time()
    assert_lawful(desk_of(tmp_path, KIND + HUGE_PACKS[name]), f"{PROSE}\nthe x12\n——7\np1\nabccd")
    assert time.process_time() - began < MOST_SECONDS
    assert megabytes() - before < MOST_MEGABYTES


TOO_MUCH = {
    "more phrases than a pack may have": (phrases(20_001, "p{}") + rule("{marks}"), "20,001 phrases"),
    "a phrase as long as a page": (phrases(1, "word " * 300 + "{}") + rule("{marks}"), "1,501 characters"),
    "lists in lists": (f"after = {'[' * 5_000}{']' * 5_000}\n", "nested too deeply"),
    "tables in tables": ("x = " + "{a = " * 5_000 + "1" + "}" * 5_000 + "\n", "nested too deeply"),
    "a key of many parts": (f"a{'.a' * 100_000} = 1\n", "a key of more than"),
    "a key of many parts, set apart": (f"a{' . a' * 100_000} = 1\n", "a key of more than"),
    "a table of many parts": (f"[{'a.' * 100_000}a]\n", "a key of more than"),
    "a number of many digits": (f"[[rule]]\nmax_chars = {'9' * 5_000}\n", "digits"),
    "more bytes than a pack may have": (f"# {'x' * toml.LONGEST_FILE}\n", "has more than"),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_pack_that_nobody_would_write_is_refused_soon(name: str, tmp_path: Path) -> None:
    text, words = TOO_MUCH[name]
    began = time.process_time()
    with pytest.raises(RuleError) as raised:
        desk_of(tmp_path, KIND + text)
    assert time.process_time() - began < MOST_SECONDS
    assert raised.value.message.startswith(str(tmp_path / "stamp.toml"))
    assert words in raised.value.message
    assert raised.value.hint


@pytest.mark.parametrize(
    "name", ["lists in lists", "tables in tables", "a key of many parts", "a number of many digits"]
)
def test_a_recipe_that_nobody_would_write_is_refused_soon(name: str, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(TOO_MUCH[name][0], encoding="utf-8")
    with pytest.raises(RecipeError, match=TOO_MUCH[name][1]):
        Recipe.load(tmp_path / "my.toml")


@pytest.mark.parametrize(
    "text",
    [
        "a.b.c.d = 1\n",
        'a = "x.y.z" # .....................\n',
        f'a = "{"." * 100}"\n',
        f"a = '{'.' * 100}'\n",
        f'a = """\n{"." * 100}\\"""{"." * 100}"""\n',
        f"a = '''\n{'.' * 100}''{'.' * 100}'''\n",
        "a = [1.5, 2.5]\r\nb = 1\r\n",
    ],
)
def test_dots_in_texts_and_comments_do_not_count(text: str) -> None:
    assert toml.load(io.BytesIO(text.encode())) == tomllib.loads(text)


def test_a_byte_order_mark_before_a_recipe_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_bytes(b"\xef\xbb\xbf[guard]\r\nmax_struck = 0.5\r\n")
    assert Recipe.load(tmp_path / "my.toml").guard.max_struck == 0.5


@pytest.mark.parametrize("label", ["Stamp", "stamp-1", "\x1b[31m", "a b", "1a", "ä"])
def test_a_label_is_a_plain_word(label: str, tmp_path: Path) -> None:
    """It stands in file names, on terminals and in tables."""
    pack = KIND.replace('"stamp"', '"' + label.replace("\x1b", "\\u001b") + '"')
    with pytest.raises(RuleError, match="use small letters, digits and underscores"):
        desk_of(tmp_path, pack + rule("a"), f"{label}.toml")


# --- Packs run nothing ------------------------------------------------------------------------------------------------

PROGRAMS = (
    "{__import__('os').mkdir('ran')}",
    "$(mkdir ran)",
    "`mkdir ran`",
    "!!python/object/apply:os.mkdir ['ran']",
    "{{ cycler.__init__.__globals__.os.mkdir('ran') }}",
    "%(ran)s %n {0.__class__} ${ran}",
    "(?{ mkdir 'ran' })",
    "\\input{ran} \\n \\1 \\g<0>",
)


@pytest.mark.parametrize("words", PROGRAMS)
def test_a_pack_runs_nothing(words: str, tmp_path: Path) -> None:
    """Whatever stands in a pack is taken at its word, wherever it comes to stand."""
    quoted = "'''" + words + "'''"
    pack = f"""
[kind]
label = "stamp"
title = {quoted}
why = {quoted}

[phrases.marks]
en = [{quoted}]

[[rule]]
name = "line"
why = {quoted}
match = "line"
pattern = '{{marks}}'
examples = [{{ before = {quoted}, after = "" }}]
lookalikes = [{{ text = {quoted}, why = {quoted} }}]
"""
    (tmp_path / "stamp.toml").write_text(pack, encoding="utf-8")
    write_records(tmp_path / "in.jsonl", [{"text": f"{PROSE}\n{words}\n{PROSE}", "id": words}])
    recipe = replace(NO_RULES, rules=Rules(packs=(str(tmp_path / "stamp.toml"),), off=NO_RULES.rules.off))
    build(tmp_path / "in.jsonl", tmp_path / "out", recipe=recipe)
    (source,) = rows(tmp_path / "out", "sources")
    assert [edit["removed"].strip() for edit in source["edits"]] == [words]
    assert RuleBook.load([tmp_path / "stamp.toml"]).kinds[-1].title == words
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out", "stamp.toml"]


def test_a_pack_that_is_a_program_is_no_pack(tmp_path: Path) -> None:
    (tmp_path / "stamp.py").write_text("import os\nos.mkdir('ran')\n", encoding="utf-8")
    for name in (tmp_path, tmp_path / "stamp.py"):
        done = copydesk("rules", "list", "--rules", name, cwd=tmp_path)
        assert done.returncode == 1
        assert b"Traceback" not in done.stderr
    assert not (tmp_path / "ran").exists()
