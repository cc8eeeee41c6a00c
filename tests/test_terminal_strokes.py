"""Strokes on a terminal: what they look like in a pipe, on screens of some widths, and in a pager."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import programs
import screens
from conftest import CORPUS
from copydesk import Cleaned, Desk, Edit, Recipe, Story, build, terminal
from copydesk.cli import main, paging
from copydesk.cli.console import color
from copydesk.release.explain import explain
from copydesk.release.restore import Restored
from copydesk.release.verify import Verified
from copydesk.rulecheck import Failure, RuleCheck
from copydesk.terminal import PUT, STRUCK, editions, strokes
from copydesk.terminal.strokes import View
from copydesk.terminal.wrap import Run, cells, clusters, wrap
from editions import rows, write_records
from light import light, stamped

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = View(context=None)


def cleaned(raw: str, *edits: tuple[str, str, str], fields: dict[str, list[str]] | None = None) -> Cleaned:
    """Make a document of one story by edits: what goes, what comes, the rule."""
    ledger: list[Edit] = []
    for removed, put, rule in edits:
        start = raw.index(removed, ledger[-1].end if ledger else 0)
        ledger.append(Edit(start, start + len(removed), put, rule, rule.partition(".")[0], removed))
    return _document(raw, ledger, [0], fields or {})


def _document(raw: str, ledger: list[Edit], starts: list[int], fields: dict[str, list[str]]) -> Cleaned:
    """Cut a document at some places."""
    stories = []
    ends = [*starts[1:], len(raw)]
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        mine = [replace(edit, story=index) for edit in ledger if start <= edit.start < end]
        bounds = [start, *(place for edit in mine for place in (edit.start, edit.end)), end]
        spans = tuple((a, b) for a, b in zip(bounds[::2], bounds[1::2], strict=True) if a < b)
        pieces = sorted([(a, raw[a:b]) for a, b in spans] + [(edit.start, edit.replacement) for edit in mine])
        text = "".join(piece for _, piece in pieces)
        score = 0.97 if index else None
        stories.append(Story(index, "article", None, text, cut_before=score, spans=spans, edits=tuple(mine)))
    stories[0].fields.update(fields)
    return Cleaned(stories, [edit for story in stories for edit in story.edits])


# --- In a pipe --------------------------------------------------------------------------------------------------------

RAW = """Ferry to run again

The ferry will sail ag🍌ain, the cafÃ©'s owner heard.
imgcenterwrap
The ferry in the ice. (Photo: A. Bee)
It ends here."""


def test_what_it_looks_like() -> None:
    document = cleaned(
        RAW,
        ("🍌", "", "splinter.in_word"),
        ("Ã©", "é", "mend.ftfy"),
        ("imgcenterwrap\n", "", "residue.line"),
        ("The ferry in the ice. (Photo: A. Bee)\n", "", "caption.line"),
        fields={"captions": ["The ferry in the ice."], "credits": ["Photo: A. Bee"], "dateline": ["HARBOUR"]},
    )
    assert strokes.document(RAW, document, View()) == (
        """4 strokes by 4 rules: 55 characters struck of 138 (39.9%), 1 put in
=== story 1 of 1 (article, und) ===
    captions: The ferry in the ice.
    credits: Photo: A. Bee
    dateline: HARBOUR
  Ferry to run again

~ The ferry will sail ag[-🍌-]«splinter.in_word»ain, the caf[-Ã©-]{+é+}«mend.ftfy»'s owner heard.
- imgcenterwrap  «residue.line»
- The ferry in the ice. (Photo: A. Bee)  «caption.line → captions, credits»
  It ends here."""
    )


def test_what_stays_is_folded() -> None:
    lines = [f"Line {number}" for number in range(1, 101)]
    raw = "\n".join(lines)
    document = cleaned(raw, ("Line 10\n", "", "a.b"), ("Line 14\n", "", "a.b"), ("Line 90\n", "", "a.b"))
    shown = strokes.document(raw, document, View(context=1)).split("\n")
    assert shown[1:] == [
        "@@ lines 9-15 of 100 @@", "  Line 9", "- Line 10  «a.b»", "  Line 11", "  Line 12", "  Line 13",
        "- Line 14  «a.b»", "  Line 15", "@@ lines 89-91 of 100 @@", "  Line 89", "- Line 90  «a.b»", "  Line 91",
    ]  # fmt: skip
    assert len(strokes.document(raw, document, View(context=0)).split("\n")) == 1 + 6
    assert len(strokes.document(raw, document, WHOLE).split("\n")) == 1 + 100


def test_a_final_line_feed_begins_no_line() -> None:
    raw = "Line 1\nNOISE\nLine 3\nLine 4\n"
    document = cleaned(raw, ("NOISE\n", "", "a.b"))
    assert strokes.document(raw, document, View(context=1)).split("\n")[1:] == [
        "@@ lines 1-3 of 4 @@", "  Line 1", "- NOISE  «a.b»", "  Line 3",
    ]  # fmt: skip
    assert strokes.document(raw, document, WHOLE).endswith("\n  Line 4")


def test_long_stretches_that_stay_are_folded() -> None:
    raw = f"{'a' * 5000} NOISE {'b' * 5000}"
    document = cleaned(raw, ("NOISE ", "", "a.b"))
    shown = strokes.document(raw, document, View())
    assert "aaa [-NOISE -]«a.b»bbb" in shown
    assert "(… 4,641 characters …)" in shown
    assert len(shown) < 1000
    assert len(strokes.document(raw, document, WHOLE)) > 10_000


def test_cuts_are_shown_with_their_scores() -> None:
    raw = "First story.\n\n* * *\n\nSecond story.\n"
    at = raw.index("* * *")
    edit = Edit(at, at + 7, "", "separator.stars", "separator", raw[at : at + 7])
    document = _document(raw, [edit], [0, at], {})
    shown = strokes.document(raw, document, WHOLE)
    assert shown.split("\n")[1:] == [
        "=== story 1 of 2 (article, und, the main one) ===", "  First story.", "",
        "- * * *  «separator.stars»", "",
        "=== story 2 of 2 (article, und, the main one), cut with a score of 0.97 ===", "  Second story.",
    ]  # fmt: skip


CASES: dict[str, tuple[str, list[tuple[str, str, str]], list[str]]] = {
    "nothing is struck": ("a\nb", [], ["nothing is struck", "  a", "  b"]),
    "white space is no news": ("a \nb", [(" ", "", "mend.x")], ["a", "b"]),
    "a carriage return is a line end": (
        "a\r\nNOISE\r\nb",
        [("NOISE\r\n", "", "x.y")],
        ["  a", "- NOISE  «x.y»", "  b"],
    ),
    "several lines by one edit": ("A\nB\n\nC\nd", [("A\nB\n\nC\n", "", "x.y")], ["- A  «x.y»", "- C  «x.y»", "  d"]),
    "a sign without width": ("fer\u200bry", [("\u200b", "", "x.y")], ["~ fer[-\\u200b-]«x.y»ry"]),
    "an escape": ("a\x1b[2Jb", [("\x1b[2J", "", "x.y")], ["~ a[-\\x1b[2J-]«x.y»b"]),
    "a line that becomes another": ("Ã©\nb", [("Ã©", "é", "mend.x")], ["~ [-Ã©-]{+é+}«mend.x»", "  b"]),
    "a line that is split": ("a<br>b", [("<br>", "\n", "mend.x")], ["~ a[-<br>-]{+\\n+}«mend.x»b"]),
    "all of it": ("NOISE", [("NOISE", "", "x.y")], ["- NOISE  «x.y»"]),
    "a rule that steers": ("NOISE a", [("NOISE ", "", "x\x1b.y\n")], ["~ [-NOISE -]«x\\x1b.y\\n»a"]),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    raw, edits, lines = CASES[name]
    shown = strokes.document(raw, cleaned(raw, *edits), WHOLE).split("\n")
    assert [line for line in lines if line not in [*shown, *(text.strip() for text in shown)]] == []


def test_removed_text_that_was_not_kept() -> None:
    document = cleaned("a NOISE b", ("NOISE ", "", "x.y"))
    story = replace(document.stories[0], edits=(replace(document.stories[0].edits[0], removed=None),))
    shown = strokes.story(story, WHOLE)
    assert "~ a [-(6 characters that were not kept)-]«x.y»b" in shown


@cache
def _desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("path", sorted((CORPUS / "raw").rglob("*.txt"))[::6], ids=lambda path: path.stem)
def test_all_of_a_document_is_there(path: Path) -> None:
    """Take the marks away, and the raw document is left, but for white space at the ends of lines."""
    raw = path.read_bytes().decode()
    document = _desk().clean(raw)
    shown = strokes.document(raw, document, WHOLE).partition("\n")[2]
    shown = re.sub(
        r"^===.*\n(?:    (?:captions|credits|tags|byline|dateline|source): .*\n)*", "", shown, flags=re.MULTILINE
    )
    rules = "|".join(re.escape(edit.rule) for edit in document.edits) or "-"
    text = re.sub(rf" *«(?:{rules})(?: → [a-z, ]+)?»", "", "\n".join(line[2:] for line in shown.split("\n")))
    text = re.sub(r"\{\+.*?\+\}", "", text).replace("[-", "").replace("-]", "")
    assert text.split() == terminal.shown(raw.replace("\r\n", "\n")).split()


@given(
    st.text("aé🍌\n\r\t \x1b\u200d界", max_size=60), st.integers(0, 59), st.integers(1, 20), st.text("bé\n", max_size=3)
)
def test_no_document_steers_the_terminal(raw: str, start: int, length: int, put: str) -> None:
    removed = raw[start : start + length]
    ledger = [Edit(start, start + len(removed), put, "x.y", "x", removed)] if removed else []
    document = _document(raw, ledger, [0], {}) if raw else Cleaned([], [])
    for width in (None, 20, 33):
        shown = strokes.document(raw, document, View(color=False, width=width, context=1))
        assert not [char for char in shown if char < " " and char not in "\n\t"]


FAILED = Failure("a.b", "example 1", "raw", "it", "raw", ())

COUNTS: dict[str, tuple[str, str]] = {
    "no failures": (terminal.rules_checked(RuleCheck(2, 0, 1, ())), "2 rules, 0 examples, 1 lookalike: no failures"),
    "one failure": (
        terminal.rules_checked(RuleCheck(1, 1, 0, (FAILED,))),
        ", 0 lookalikes: 1 failure",
    ),
    "some failures": (terminal.rules_checked(RuleCheck(1, 1, 0, (FAILED,) * 2)), ": 2 failures"),
    "one of each": (
        terminal.verified(Verified("1.0.0", 1, 1, 1, 1, restorable=True)),
        "1 file hashed, 1 document put together again and compared, 1 story, 1 reject",
    ),
    "two of each": (
        terminal.verified(Verified("1.0.0", 2, 2, 2, 2, restorable=True)),
        "2 files hashed, 2 documents put together again and compared, 2 stories, 2 rejects",
    ),
    "one is lost": (
        editions.restored(Restored("1.0.0", 1, 0, 1, 1, 100), "out"),
        "1 document of edition 1.0.0 in 1 file, 0.0 MB\n  1 rejected record is not there: its bytes were not kept",
    ),
    "one is restored": (
        editions.restored(Restored("1.0.0", 0, 1, 2, 2, 100), "out"),
        """0 documents of edition 1.0.0 in 2 files, 0.0 MB
  1 rejected record with them, as its bytes were kept
  2 rejected records are not there: their bytes were not kept""",
    ),
}
"""What is said, and how it ends."""


@pytest.mark.parametrize("name", COUNTS)
def test_one_thing_is_told_in_the_singular(name: str) -> None:
    said, end = COUNTS[name]
    assert said.endswith(end)


# --- Wrapped ----------------------------------------------------------------------------------------------------------

CLUSTERS = {
    "letters": ("abc", ["a", "b", "c"]),
    "marks": ("e\u0301a", ["e\u0301", "a"]),
    "a family": ("👨\u200d👩\u200d👧x", ["👨\u200d👩\u200d👧", "x"]),
    "a skin": ("👍🏽x", ["👍🏽", "x"]),
    "flags": ("🇩🇪🇫🇷", ["🇩🇪", "🇫🇷"]),
    "a style": ("❤\ufe0fx", ["❤\ufe0f", "x"]),
    "ideographs": ("界世", ["界", "世"]),
    "Devanagari": ("नि", ["नि"]),
}


@pytest.mark.parametrize("name", CLUSTERS)
def test_clusters(name: str) -> None:
    text, found = CLUSTERS[name]
    assert list(clusters(text)) == found


TEXTS = st.text(
    st.sampled_from([*"ab ", "\u0301", "界", "🍌", "\u200d", "\ufe0f", "🇩", "🏽", "ש", "\u200b"]), max_size=80
)


@given(TEXTS, TEXTS, st.integers(2, 30))
def test_wrapping_loses_nothing_and_is_never_too_wide(one: str, two: str, width: int) -> None:
    lines = wrap([Run(one), Run(two, STRUCK)], width)
    assert "".join(run.text for line in lines for run in line) == one + two
    assert "".join(run.text for line in lines for run in line if run.code) == two
    for line in lines:
        found = list(clusters("".join(run.text for run in line)))
        assert sum(map(cells, found)) <= width or len(found) == 1


def test_wrapping_breaks_between_words() -> None:
    lines = wrap([Run("the ferry leaves the harbour at nine")], 20)
    assert ["".join(run.text for run in line) for line in lines] == ["the ferry leaves ", "the harbour at nine"]


WHOLE_WORDS: dict[str, tuple[list[str], list[str]]] = {
    "it fits behind": (["Read on", "  «a.b»", ""], ["Read on  «a.b»"]),
    "it fits on a line of its own": (["Read also: it", "  «a.line_name»", ""], ["Read also: it  ", "«a.line_name»"]),
    "the line before is short": (["four", "«read_also.tail_h»", "ok"], ["four", "«read_also.tail_h»ok"]),
    "it is as wide as the line": (["it", "«read_also.tail_hea»", "ok"], ["it", "«read_also.tail_hea»", "ok"]),
    "no line is as wide": (["it", "«read_also.tail_heading»", ""], ["it«read_also.tail_he", "ading»"]),
    "what it moved to": (["A photo of it", "  «a.b → captions»", ""], ["A photo of it  «a.b ", "→ captions»"]),
    "it goes with the word before": (["the ferry leaves", "«a.b»", "s"], ["the ferry ", "leaves«a.b»s"]),
    "two of them": (["x", "«a.b_c_d_e»", "y", "«a.b_c_d_e»"], ["x«a.b_c_d_e»y", "«a.b_c_d_e»"]),
    "behind ideographs": (["界世界世界世", "«a.line_name»", ""], ["界世界世界世", "«a.line_name»"]),
}
"""What stands before the name of a rule, the name, what stands behind it; and how it is laid out in 20 cells."""


@pytest.mark.parametrize("name", WHOLE_WORDS)
def test_wrapping_leaves_names_of_rules_whole(name: str) -> None:
    texts, found = WHOLE_WORDS[name]
    lines = wrap([Run(text, whole="«" in text) for text in texts], 20)
    assert ["".join(run.text for run in line) for line in lines] == found


@given(TEXTS, TEXTS, st.integers(2, 30))
def test_wrapping_whole_words_loses_nothing_and_is_never_too_wide(one: str, two: str, width: int) -> None:
    lines = ["".join(run.text for run in line) for line in wrap([Run(one), Run(two, STRUCK, whole=True)], width)]
    assert "".join(lines) == one + two
    for line in lines:
        found = list(clusters(line))
        assert sum(map(cells, found)) <= width or len(found) == 1


# --- On a screen ------------------------------------------------------------------------------------------------------

MIXED = (
    "Ferry to run again\n\n"
    "The winter ferry will sail ag🍌ain in May, the harbour cafÃ©'s owner heard on Monday, as did her guests.\n"
    "冬季渡轮将于五月恢复运营，港口咖啡馆的老板周一听到了这个消息，她的所有客人也都听到了，大家都很高兴，并且开始准备节日庆典。\n"
    "Read also: 十道让水手保持温暖的汤，以及许多其他非常重要的菜肴，今天就在我们的网站上阅读它们吧，不要错过\n"
    "המעבורת תפליג שוב במאי, כך שמע בעל בית הקפה בנמל ביום שני, וכל אורחיו שמעו זאת גם הם באותו היום.\n"
    "A family 👨\u200d👩\u200d👧 of three waits 🇩🇪 with ❤\ufe0f and e\u0301clairs \x1b[31mnot red\x1b[0m \x9b2J.\n"
    f"{'long' * 60}\n"
    "Read also: Ten soups that keep a deckhand warm\n"
    "It ends here.\n"
)

WIDTHS = (40, 80, 120)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("screens")
    (made / "mixed.txt").write_bytes(MIXED.encode())
    pack = """
kind = { label = "stamp", title = "Stamps", why = "A stamp is no news." }

[[rule]]
name = "line"
why = "A pointer."
match = "line"
pattern = 'Read also: .*|Line \\d*5'
examples = [{ before = "The boat left.\\nRead also: it", after = "The boat left." }]
lookalikes = [{ text = "The letter was seen and filed." }]
"""
    recipe = stamped(made, pack)
    recipe = replace(recipe, emoji=Recipe().emoji, mend=Recipe().mend)
    (made / "light.toml").write_text(recipe.to_toml(), encoding="utf-8")
    (made / "long.txt").write_text("\n".join(f"Line {n}" for n in range(200)), encoding="utf-8")
    return made


@pytest.mark.parametrize("width", WIDTHS)
def test_on_screens_of_some_widths(width: int, folder: Path) -> None:
    """Nothing is wider than the screen, nothing acts, and the screen holds what was meant, line for line."""
    seen = screens.on_screen(
        folder, ["clean", "--diff", "--recipe", "light.toml", "mixed.txt", "--no-pager", "-U", "all"], columns=width
    )
    assert seen.code == 0
    assert "\x9b" not in seen.written
    desk = Desk(Recipe.load(folder / "light.toml"))
    document = desk.clean(MIXED)
    assert len(document.edits) >= 4
    meant = strokes.document(MIXED, document, View(color=True, width=width, context=None))
    assert seen.written.replace("\r\n", "\n").rstrip("\n") == meant.rstrip("\n")
    assert len(seen.rows) == len(meant.rstrip("\n").split("\n")), "no line was broken by the terminal"
    assert screens.rows(meant.replace("\n", "\r\n"), 2 * width) == seen.rows
    assert seen.colored(STRUCK)
    assert seen.colored(PUT)


LOOKS: dict[str, tuple[dict[str, str], bool]] = {
    "a terminal": ({}, True),
    "NO_COLOR": ({"NO_COLOR": "1"}, False),
    "NO_COLOR wins": ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    "an empty NO_COLOR": ({"NO_COLOR": ""}, True),
    "TERM=dumb": ({"TERM": "dumb"}, False),
    "CLICOLOR=0": ({"CLICOLOR": "0"}, False),
    "FORCE_COLOR on a dumb terminal": ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
}

PIPES: dict[str, tuple[dict[str, str], bool]] = {
    "a pipe": ({}, False),
    "FORCE_COLOR": ({"FORCE_COLOR": "1"}, True),
    "FORCE_COLOR=0": ({"FORCE_COLOR": "0"}, False),
    "CLICOLOR_FORCE": ({"CLICOLOR_FORCE": "1"}, True),
    "NO_COLOR wins": ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False),
}


@pytest.mark.parametrize(
    ("variables", "colored", "on_terminal"),
    [(*case, True) for case in LOOKS.values()] + [(*case, False) for case in PIPES.values()],
    ids=[*LOOKS, *PIPES],
)
def test_when_there_are_colours(
    variables: dict[str, str], colored: bool, on_terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout.isatty", lambda: on_terminal)
    assert color() is colored


def test_colours_can_be_forced_into_a_pipe(folder: Path) -> None:
    command = ("clean", "--diff", "--recipe", "light.toml", "mixed.txt")
    environment = {**os.environ, "FORCE_COLOR": "1"}
    environment.pop("NO_COLOR", None)
    forced = programs.copydesk(*command, cwd=folder, env=environment)
    assert STRUCK.encode() in forced.stdout
    assert b"\x1b[31mnot red" not in forced.stdout
    assert max(map(len, forced.stdout.decode().split("\n"))) > 200, "a pipe has no width"


# --- In a pager -------------------------------------------------------------------------------------------------------

LONG = ["clean", "--diff", "--recipe", "light.toml", "long.txt", "-U", "all"]

PAGER = "sed 's/^/PAGED /'"

PAGERS: dict[str, tuple[list[str], dict[str, str], bool]] = {
    "the user's": (LONG, {"PAGER": PAGER}, True),
    "none wanted": ([*LONG, "--no-pager"], {"PAGER": PAGER}, False),
    "it fits": ([*LONG[:-1], "0"], {"PAGER": PAGER}, False),
}


@pytest.mark.parametrize("name", PAGERS)
def test_pagers(name: str, folder: Path) -> None:
    command, variables, paged = PAGERS[name]
    seen = screens.on_screen(folder, command, columns=80, lines=60 if name == "it fits" else 24, variables=variables)
    assert seen.code == 0
    assert [row.startswith("PAGED") for row in seen.rows] == [paged] * len(seen.rows)
    assert any("Line 5" in row for row in seen.rows)


def test_a_pager_that_is_not_there(folder: Path) -> None:
    seen = screens.on_screen(folder, LONG, columns=80, variables={"PAGER": "no-such-pager"})
    assert seen.code == 0
    assert sum("Line " in row for row in seen.rows) == 200


def test_a_pager_that_is_left_early(folder: Path) -> None:
    seen = screens.on_screen(folder, LONG, columns=80, variables={"PAGER": "head -1"})
    assert (seen.code, len(seen.rows)) == (0, 1)


@pytest.mark.skipif(shutil.which("less") is None, reason="less is not installed")
def test_in_less(folder: Path) -> None:
    seen = screens.on_screen(folder, LONG, columns=80, keys=b"q", variables={"PAGER": "less"})
    assert seen.code == 0
    assert seen.colored(STRUCK), "less was told to show colours"
    assert any("Line 5" in row for row in seen.rows)
    assert not any("Line 150" in row for row in seen.rows)


def test_which_pager() -> None:
    assert paging.pager({"PAGER": " less -R "}) == "less -R"
    assert paging.pager({"PAGER": "less", "COPYDESK_PAGER": "cat"}) is None
    assert paging.pager({"PAGER": "less", "COPYDESK_PAGER": "more"}) == "more"
    assert paging.pager({"PAGER": "less", "COPYDESK_PAGER": ""}) is None
    assert paging.pager({"TERM": "dumb", "PAGER": "less"}) is None


# --- explain ----------------------------------------------------------------------------------------------------------


def test_explain_shows_the_strokes_of_a_story(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = stamped(tmp_path)
    text = "The boat left.\nSEEN AND FILED\nIt came back."
    build(write_records(tmp_path / "in.jsonl", [{"text": text}]), tmp_path / "edition", recipe=recipe)
    (story,) = rows(tmp_path / "edition", "stories")
    assert main(["explain", str(tmp_path / "edition"), story["id"]]) == 0
    out = capsys.readouterr().out
    assert out.endswith(
        """1 stroke by 1 rule: 15 characters struck
@@ characters 0-43 of the raw document @@
  The boat left.
- SEEN AND FILED  «stamp.line»
  It came back.
"""
    )


def test_explain_without_removed_text(tmp_path: Path) -> None:
    recipe = replace(stamped(tmp_path), ledger=light(ledger={"removed_text": False}).ledger)
    text = "The boat left.\nSEEN AND FILED\nIt came back."
    build(write_records(tmp_path / "in.jsonl", [{"text": text}]), tmp_path / "edition", recipe=recipe)
    (story,) = rows(tmp_path / "edition", "stories")
    shown = strokes.story(explain(tmp_path / "edition", story["id"]).story, WHOLE)
    assert "~ [-(15 characters that were not kept)-]«stamp.line»It came back." in shown


WRONG: dict[str, tuple[list[str], str]] = {
    "no number of lines": (["clean", "--diff", "-U", "some", "x"], "must be a number of lines, or all"),
    "a list that is JSON": (["explain", "x", "y", "--list", "--json"], "not allowed with argument"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_usage(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, words = WRONG[name]
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert words in capsys.readouterr().err


def test_json_is_json(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert main(["clean", "--json", "--recipe", "light.toml", "mixed.txt"]) == 0
    assert json.loads(capsys.readouterr().out)["stories"][0]["text"]
