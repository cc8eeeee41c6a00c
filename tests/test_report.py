"""The report: its facts are those of the edition, its sample is fair and fits, and nothing in it can act."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given

import reports
from conftest import CORPUS, ROOT
from copydesk import EditionError, Recipe, build, report, verify
from copydesk.cli import main
from copydesk.desk import Desk
from copydesk.document import Cleaned, Edit, Story
from copydesk.recipe import Guard, Ledger
from copydesk.release.manifest import Manifest
from copydesk.report import default_out
from copydesk.report.lots import Draw, Rows, lots
from copydesk.report.making import Wish, make
from copydesk.report.places import documents_at
from copydesk.report.rows import MOST_CHARACTERS, rows_of
from copydesk.report.sample import WAVE
from copydesk.report.sheets import json_text
from editions import NO_RULES, rows, write_records
from forgery import forge
from hostile import FORMS, PROSE
from strategies import TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from copydesk.report.values import Report

ACTING = (
    "</script><script>alert(1)</script><img src=x onerror=alert(1)><!-- ]]> &lt;b&gt; \u2028\u2029\u202e\x00\x1b[2J"
)
"""What would act in a page, or in its source."""


DESKS = cache(Desk)


@pytest.fixture(autouse=True)
def _compile_a_recipe_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let reports of this process share their desks: compiling one takes most of the time of a small report."""
    monkeypatch.setattr("copydesk.desk.Desk", DESKS)


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the corpus."""
    out = tmp_path_factory.mktemp("report") / "corpus"
    build(CORPUS, out, version="1.2.3", profile=True)
    return out


@pytest.fixture(scope="module")
def page(edition: Path) -> Path:
    """Write its report."""
    report(edition)
    return default_out(edition)


@pytest.fixture(scope="module")
def made(edition: Path) -> Report:
    """Give its facts and ids."""
    return make(edition, None, Wish(flagged=False, samples=200, seed=0), None)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build an edition of thousands of documents of all lengths; every 700th has letters to mend."""
    folder = tmp_path_factory.mktemp("many")
    records = [
        {"id": str(n), "text": f"Page {n}\n\n" + f"{PROSE} {n}\n" * (n % 40) + "cafÃ©" * (n % 700 == 0)}
        for n in range(3000)
    ]
    write_records(folder / "in.jsonl", [*records, *({"text": n} for n in range(90))])
    build(
        folder / "in.jsonl",
        folder / "edition",
        recipe=replace(NO_RULES, output=replace(NO_RULES.output, rows_per_group=150)),
    )
    return folder / "edition"


# --- Facts ------------------------------------------------------------------------------------------------------------


def test_the_accounts_are_the_manifests(edition: Path, made: Report) -> None:
    accounts = Manifest.load(edition).accounts
    facts = made.facts
    for name in ("read", "published", "rejected", "stories", "needs_review"):
        assert getattr(facts, name) == accounts[name]
    assert facts.stories == facts.published + facts.cuts
    assert facts.characters_in == accounts["characters"]["in"]
    assert {one.label: one.strokes for one in facts.labels} == accounts["strokes"]
    assert {one.label: one.characters for one in facts.labels} == accounts["characters"]["struck"]
    assert facts.reasons == accounts["reasons"]
    assert facts.measured
    assert facts.unlike_measured == ()
    assert [stage.name for stage in facts.stages][:2] == ["read", "look"]


def test_what_the_manifest_does_not_count_is_counted_right(edition: Path, made: Report) -> None:
    """Counted once more, row by row."""
    strokes, characters, documents = Counter[str](), Counter[str](), Counter[str]()
    for row in rows(edition, "sources"):
        for edit in row["edits"]:
            strokes.update(set(edit["rule"].split("+")))
            characters[edit["rule"].split("+")[-1]] += edit["end"] - edit["start"]
        documents.update({part for edit in row["edits"] for part in edit["rule"].split("+")})
    found = made.facts.rule_counts
    assert {one.rule: one.strokes for one in found} == strokes
    assert {one.rule: one.documents for one in found} == documents
    assert {one.rule: one.characters for one in found if one.characters} == +characters
    stories = rows(edition, "stories")
    assert made.facts.languages == Counter(story["language"] for story in stories)
    assert made.facts.kinds == Counter(story["kind"] for story in stories)
    assert sum(one.count for one in made.facts.cut_scores) == made.facts.cuts
    each = Counter(min(row["stories"], 6) for row in rows(edition, "sources"))
    assert {one.least: one.count for one in made.facts.stories_each if one.count} == each


@pytest.mark.parametrize("name", ["struck_share", "lengths_before", "lengths_after", "stories_each"])
def test_a_histogram_has_each_document_once(name: str, edition: Path, made: Report) -> None:
    bins = getattr(made.facts, name)
    assert sum(one.count for one in bins) == made.facts.published
    for left, right in pairwise(bins):
        assert left.below == right.least
    values = {
        "struck_share": lambda row: (row["chars"] - row["kept"]) / row["chars"],
        "lengths_before": lambda row: row["chars"],
        "lengths_after": lambda row: row["kept"],
        "stories_each": lambda row: row["stories"],
    }
    for one in bins:
        end = np.inf if one.below is None else one.below or 1e-12
        inside = [row for row in rows(edition, "sources") if one.least <= values[name](row) < end]
        if not (name == "struck_share" and one.least == 0.0):
            assert len(inside) == one.count


def test_lengths_are_told_in_round_numbers(made: Report) -> None:
    for one in (*made.facts.lengths_before, *made.facts.lengths_after):
        assert f"{one.least:.0e}"[0] in "0125"
        assert float(f"{one.least:.0e}") == one.least


def test_rules_and_labels_say_what_they_are(made: Report) -> None:
    assert all(one.title for one in made.facts.labels)
    assert all(one.why for one in made.facts.rule_counts if one.rule.startswith(("read_also.", "caption.")))
    assert {one.label for one in made.facts.rule_counts} == {one.label for one in made.facts.labels}


# --- Documents --------------------------------------------------------------------------------------------------------


def test_both_sides_are_the_documents_to_the_character(edition: Path, page: Path) -> None:
    """The left side is the raw document, the right side each of its stories."""
    found = reports.data(page)
    stories = {row["id"]: row["text"] for row in rows(edition, "stories")}
    sources = {row["document_id"]: row["source"] for row in rows(edition, "sources")}
    assert len(found["documents"]) == len(sources)
    for document in found["documents"]:
        assert document["left"] == 0
        assert reports.before(document) == (ROOT / sources[document["id"]]).read_bytes().decode()
        mine = {index: text for index, text in reports.after(document).items() if text}
        assert mine == {one["index"]: stories[f"{document['id']}-{one['index']}"] for one in document["stories"]}


def test_a_row_is_a_line_and_never_shows_a_break_that_the_story_lacks(page: Path) -> None:
    for document in reports.data(page)["documents"]:
        for row, following in pairwise(document["rows"]):
            here, there = (_right(row), _right(following))
            if here[1].strip() and there[1].strip() and here[0] == there[0]:
                assert here[1].endswith("\n"), (here, there)


def _right(row: list[list[Any]]) -> tuple[int, str]:
    return row[-1][0], "".join(piece[1] if len(piece) == 2 else piece[2] for piece in row)


LINES: dict[str, tuple[str, list[tuple[int, int, str]], list[str]]] = {
    "nothing": ("a\nb", [], ["a\n|a\n", "b|b"]),
    "a line": ("a\nad\nb", [(2, 5, "")], ["a\n|a\n", "ad\n|", "b|b"]),
    "the end of a line": ("a now\nb", [(1, 5, "")], ["a now\n|a\n", "b|b"]),
    "a line with the break before it": ("a\nad\nb", [(1, 4, "")], ["a\n|a", "ad\n|\n", "b|b"]),
    "a break between two lines": ("a\nb", [(1, 2, "")], ["a\nb|ab"]),
    "a line and both its breaks": ("a\nad\nb", [(1, 5, "")], ["a\nad\nb|ab"]),
    "a letter": ("cafÃ©\nb", [(3, 5, "é")], ["cafÃ©\n|café\n", "b|b"]),
    "a line break of Windows": ("a\r\nb", [(1, 3, "\n")], ["a\r\n|a\n", "b|b"]),
    "all": ("a\nb", [(0, 3, "")], ["a\n|", "b|"]),
    "other breaks": ("a\u2028b\x0bc", [(1, 2, "")], ["a\u2028b\x0bc|ab\x0bc"]),
}
"""A text, its strokes, and the rows that it must give, left and right."""


@pytest.mark.parametrize("name", LINES)
def test_rows(name: str) -> None:
    text, strokes, expected = LINES[name]
    edits = [Edit(start, end, put, "a.b", "a", text[start:end]) for start, end, put in strokes]
    found, left = rows_of(_cleaned(text, edits), len(text), lambda _: 0, lambda _: 0)
    sides = [("".join(str(piece[1]) for piece in row), _right(row)[1]) for row in found]
    assert [f"{old}|{now}" for old, now in sides] == expected
    assert left == 0


def _cleaned(text: str, edits: list[Edit]) -> Cleaned:
    ends = [0, *(edit.end for edit in edits)]
    starts = [*(edit.start for edit in edits), len(text)]
    spans = tuple((end, start) for end, start in zip(ends, starts, strict=True) if end < start)
    kept = "".join(
        text[end:start] + (edits[n].replacement if n < len(edits) else "")
        for n, (end, start) in enumerate(zip(ends, starts, strict=True))
    )
    return Cleaned([Story(0, "article", None, kept, spans=spans, edits=tuple(edits))], edits)


@given(raw=TEXTS)
def test_the_rows_of_any_text_are_the_text(raw: str, desk: Desk) -> None:
    cleaned = desk.clean(raw)
    if cleaned.stories:
        found, left = rows_of(cleaned, len(raw), lambda _: 0, lambda _: 0)
        document = {"rows": found}
        assert left == 0
        assert reports.before(document) == raw
        shown = reports.after(document)
        assert [shown.get(story.index, "") for story in cleaned.stories] == [story.text for story in cleaned.stories]


LONG = ("short lines", "blank lines", "prose, a line a sentence", "prose on one line", "the NUL character")
LENGTH = 30_000


@pytest.mark.parametrize("form", LONG)
def test_a_long_document_is_clipped_and_says_so(form: str) -> None:
    made = FORMS[form]
    text = made if callable(made) else made * (LENGTH // len(made) + 1)
    text = (text(LENGTH) if callable(text) else text)[:LENGTH]
    edits = [Edit(n, n + 1, "x" * (n % 3), "a.b", "a", text[n]) for n in range(5, len(text) - 5, 9)]
    for ledger in ([], edits):
        found, left = rows_of(_cleaned(text, ledger), len(text), lambda _: 0, lambda _: 0)
        shown = [piece for row in found for piece in row if len(piece) > 1]
        assert sum(len(str(piece[1])) for piece in shown) + left == len(text)
        assert len(json_text(found)) < 8 * MOST_CHARACTERS
        assert left > 0


def test_a_ledger_that_is_not_whole_is_told(edition: Path, tmp_path: Path) -> None:
    shutil.copytree(edition, tmp_path / "copy")
    forge(tmp_path / "copy", "sources", lambda rows: rows[0].update(chars=rows[0]["chars"] + 1))
    with pytest.raises(EditionError, match="ledger"):
        report(tmp_path / "copy")


# --- The sample -------------------------------------------------------------------------------------------------------


def test_lots_are_fair() -> None:
    """Each of ten parts of an edition gives its share of the lowest numbers, whatever the seed."""
    for seed in (0, 1, -5, 1 << 70):
        drawn = lots(seed, 0, 100_000)
        assert len(set(drawn.tolist())) == len(drawn)
        parts = np.bincount(np.argsort(drawn)[:10_000] // 10_000, minlength=10)
        assert parts.min() > 850
        assert parts.max() < 1150


def test_lots_do_not_depend_on_how_documents_are_read() -> None:
    whole = lots(7, 0, 1000)
    assert np.array_equal(np.concatenate([lots(7, 0, 300), lots(7, 300, 700)]), whole)
    assert not np.array_equal(lots(8, 0, 1000), whole)
    taken = []
    for step in (1000, 77):
        draw = Draw(20)
        for first in range(0, 1000, step):
            count = min(step, 1000 - first)
            nothing = np.zeros(count, np.int64)
            draw.offer_all(Rows(lots(7, first, count), 0, first, nothing, nothing))
        taken.append(draw.by_lot())
    assert taken[0] == taken[1]
    assert [place.row for place in taken[0]] == np.argsort(whole)[:20].tolist()


def test_the_same_seed_gives_the_same_page(many: Path, tmp_path: Path) -> None:
    pages = [tmp_path / name for name in ("a.html", "b.html", "c.html")]
    first, second = (report(many, page, samples=20) for page in pages[:2])
    third = report(many, pages[2], samples=20, seed=1)
    assert pages[0].read_bytes() == pages[1].read_bytes()
    assert first.ids == second.ids
    assert len({*first.ids} & {*third.ids}) < 10


def test_what_is_rare_is_shown_though_the_lot_misses_it(edition: Path, tmp_path: Path) -> None:
    made = report(edition, tmp_path / "page.html", samples=3)
    found = reports.data(tmp_path / "page.html")
    assert (made.drawn.by_lot, made.drawn.missing) == (3, 0)
    assert [document["why"] for document in found["documents"][:3]] == [None] * 3
    shown = {rule for document in found["documents"] for rule in reports.rules(found, document)}
    assert shown == {one.rule for one in made.facts.rule_counts}
    stories = [story for document in found["documents"] for story in document["stories"]]
    assert {story["language"] for story in stories} == {*made.facts.languages}
    assert {story["kind"] for story in stories} == {*made.facts.kinds}
    assert {reject["reason"] for reject in found["rejects"]} == {*made.facts.reasons}
    assert made.drawn.for_strata == len(made.ids) - 3
    for document in found["documents"][3:]:
        facet, name = document["why"]
        assert facet != "rule" or name in reports.rules(found, document)


@pytest.mark.parametrize("budget", [200_000, 400_000])
def test_a_page_takes_no_more_bytes_than_it_may(budget: int, many: Path, tmp_path: Path) -> None:
    made = make(many, tmp_path / "page.html", Wish(flagged=False, samples=3000, seed=0, budget=budget), None)
    assert 0.9 * budget < made.bytes == (tmp_path / "page.html").stat().st_size <= budget
    found = reports.data(tmp_path / "page.html")
    assert found["drawn"]["by_lot"] < 3000
    assert "mend.ftfy" in found["rules"]
    assert len(found["rejects"]) >= 3
    lengths = [document["chars"] for document in found["documents"] if document["why"] is None]
    every = [row["chars"] for row in rows(many, "sources")]
    assert abs(np.mean(lengths) / np.mean(every) - 1) < 0.35, "short documents are not favoured"


def test_memory_does_not_grow_with_what_is_asked_for(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents are fetched some at a time, and no more once the page is full."""
    fetched: list[int] = []
    fetch = documents_at

    def counted(side: Any, places: Any) -> Any:
        fetched.append(len(places))
        return fetch(side, places)

    monkeypatch.setattr(sys.modules["copydesk.report.sample"], "documents_at", counted)
    make(many, tmp_path / "page.html", Wish(flagged=False, samples=3000, seed=0, budget=300_000), None)
    assert max(fetched) <= WAVE
    assert sum(fetched) < 1500


# --- Documents that were kept whole -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the corpus with a guard that lets little pass."""
    out = tmp_path_factory.mktemp("guarded") / "edition"
    build(CORPUS / "raw" / "en", out, recipe=replace(Recipe(), guard=Guard(max_struck=0.1)))
    return out


def test_flagged_documents_come_with_what_would_have_been_struck(guarded: Path, tmp_path: Path) -> None:
    made = report(guarded, tmp_path / "page.html", flagged=True)
    found = reports.data(tmp_path / "page.html")
    whole = {row["document_id"] for row in rows(guarded, "sources") if row["needs_review"]}
    assert {*made.ids} == whole
    assert made.facts.needs_review == made.drawn.of == len(whole) > 3
    assert made.drawn.proposals
    shares = [1 - document["kept"] / document["chars"] for document in found["documents"]]
    assert shares == sorted(shares, reverse=True)
    assert all(share > 0.05 for share in shares)
    assert all(document["proposal"] for document in found["documents"])
    assert all(reports.rules(found, document) for document in found["documents"])
    raws = {row["document_id"]: CORPUS / "raw" / row["source"] for row in rows(guarded, "sources")}
    assert all(reports.before(one) == raws[one["id"]].read_bytes().decode() for one in found["documents"])


def test_where_other_rules_made_it_nothing_is_proposed(
    guarded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.__version__", "9.9.9", raising=False)
    made = report(guarded, tmp_path / "page.html", flagged=True)
    assert not made.drawn.proposals
    assert "9.9.9" in made.drawn.why_not
    assert len(made.ids) == made.facts.needs_review


def test_only_the_worst_are_shown_if_there_are_many(guarded: Path, tmp_path: Path) -> None:
    every = report(guarded, tmp_path / "all.html", flagged=True)
    assert report(guarded, tmp_path / "page.html", flagged=True, samples=2).ids == every.ids[:2]


def test_an_edition_without_flagged_documents_has_a_page_that_says_so(many: Path, tmp_path: Path) -> None:
    made = report(many, tmp_path / "page.html", flagged=True)
    assert (made.ids, made.drawn.of, made.drawn.why_not) == ((), 0, "")


def test_without_removed_text_strokes_are_shown_by_their_length(tmp_path: Path) -> None:
    write_records(tmp_path / "in.jsonl", [{"text": f"cafÃ© {PROSE}"}])
    build(tmp_path / "in.jsonl", tmp_path / "edition", recipe=replace(NO_RULES, ledger=Ledger(removed_text=False)))
    made = report(tmp_path / "edition")
    (document,) = reports.data(default_out(tmp_path / "edition"))["documents"]
    assert [piece for piece in reports.pieces(document) if len(piece) > 2] == [[0, 2, "é", 0, 0]]
    assert not made.facts.restorable


# --- Hostile words ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build and forge an edition of which every word would act if it could."""
    folder = tmp_path_factory.mktemp("hostile") / "x<img src=x onerror=alert(1)>"
    name = ACTING.replace("/", "_").replace("\x00", "")
    acting = {"id": ACTING, "text": f"{ACTING}\n{PROSE} cafÃ©\n{ACTING}", ACTING: ACTING}
    records: list[dict[str, Any]] = [acting, {"text": 1, "x": ACTING}]
    folder.mkdir()
    write_records(folder / f"{name}.jsonl", records)
    edition = replace(NO_RULES.edition, title=ACTING.replace("\x00", ""))
    build(folder / f"{name}.jsonl", folder / "edition", recipe=replace(NO_RULES, edition=edition))

    def change(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            for edit in row["edits"]:
                edit["rule"] = edit["label"] = ACTING

    forge(folder / "edition", "sources", change)

    def rename(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row.update(kind=ACTING, language=ACTING, fields={**row["fields"], "captions": [ACTING], "byline": ACTING})

    forge(folder / "edition", "stories", rename)
    return folder / "edition"


def test_hostile_words_stay_data(hostile: Path, tmp_path: Path) -> None:
    report(hostile, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    block = reports.block(page)
    assert not {*block} & {*"<>&\u2028\u2029\u202e\x00\x1b"}
    assert page.count("<script") == page.count("</script>") == 2
    assert page.count("<img") == 0
    (document,) = reports.data(tmp_path / "page.html")["documents"]
    assert ACTING in reports.before(document)


UNWRITABLE = {
    "a lone surrogate": "a\ud800b",
    "the other half": "\udc00",
    "no character": "\ufffe\uffff\ufdd0",
    "a script's end": "</script><!--",
    "line separators": "\u2028\u2029",
    "controls": "".join(map(chr, range(0xA0))),
    "directions": "\u202a\u202e\u2066\u2069\u200f\u061c",
    "emoji and joiners": "👩\u200d🚀",
}


@pytest.mark.parametrize("name", UNWRITABLE)
def test_json_holds_any_text_and_shows_nothing_that_acts(name: str) -> None:
    text = json_text({UNWRITABLE[name]: UNWRITABLE[name]})
    assert json.loads(text) == {UNWRITABLE[name]: UNWRITABLE[name]}
    text.encode()
    assert not {*text} & {*"<>&\u2028\u2029\u202e\ufffe\x00\x85"}


def test_the_page_names_no_address_but_a_name_space(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    shell = text.replace(reports.block(text), "")
    assert shell.count("http") - shell.count("http-equiv") == shell.count("http://www.w3.org/2000/svg") == 1
    assert not any(
        word in shell for word in ("innerHTML", "outerHTML", "insertAdjacent", "eval(", " onclick", "@import")
    )
    assert "default-src 'none'" in shell


# --- Wrong usage ------------------------------------------------------------------------------------------------------

WRONG: dict[str, tuple[Callable[[Path, Path], list[object]], str]] = {
    "no edition": (lambda _, out: [out], "is no edition"),
    "nothing there": (lambda _, out: [out / "none"], "is no edition"),
    "a file is there": (lambda edition, out: [edition, "-o", out / "there.html"], "there.html exists"),
    "a folder is there": (lambda edition, out: [edition, "-o", out, "--force"], "is a folder"),
    "inside the edition": (lambda edition, _: [edition, "-o", edition / "data" / "a.html"], "lies inside the edition"),
    "inside by a detour": (lambda edition, out: [edition, "-o", out / "link" / "a.html"], "lies inside the edition"),
    "no such folder": (lambda edition, out: [edition, "-o", out / "no" / "a.html"], "there is no folder"),
}


@pytest.mark.parametrize("name", WRONG)
def test_refused_with_a_word_on_what_to_do(
    name: str, many: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "there.html").write_text("mine", encoding="utf-8")
    (tmp_path / "link").symlink_to(many)
    arguments, words = WRONG[name]
    assert main(["report", *map(str, arguments(many, tmp_path))]) == 1
    err = capsys.readouterr().err
    assert words in err
    assert "hint: " in err
    assert (tmp_path / "there.html").read_text(encoding="utf-8") == "mine"


def test_a_report_leaves_the_edition_as_it_was(many: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(many)]) == 0
    assert "edition-report.html: " in capsys.readouterr().out
    assert (many.parent / "edition-report.html").is_file()
    assert main(["report", str(many)]) == 1
    assert main(["report", str(many), "--force", "-q"]) == 0
    verify(many)


def test_json_prints_the_facts_and_writes_only_if_told_where(
    edition: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {*edition.parent.iterdir()}
    assert main(["report", str(edition), "--json", "-q"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["path"] is None
    assert found["facts"]["published"] == len(found["ids"])
    assert {*edition.parent.iterdir()} == before
    assert main(["report", str(edition), "--json", "-q", "-o", str(tmp_path / "a.html")]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["bytes"] == (tmp_path / "a.html").stat().st_size
    assert again["ids"] == found["ids"]


def test_a_number_of_samples_below_none_is_wrong_usage(many: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["report", str(many), "--samples", "-1"])


@pytest.mark.parametrize(
    ("edition", "flagged", "place"),
    [
        ("a/corpus-1.0.0", False, "a/corpus-1.0.0-report.html"),
        ("corpus", True, "corpus-flagged.html"),
        ("a/corpus/", False, "a/corpus-report.html"),
    ],
)
def test_the_page_lies_beside_the_edition(edition: str, flagged: bool, place: str) -> None:
    assert str(default_out(edition, flagged=flagged)) == place


def test_the_folder_one_stands_in_has_its_page_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "corpus" / "data").mkdir(parents=True)
    for start, edition in (("corpus", "."), ("corpus/data", "..")):
        monkeypatch.chdir(tmp_path / start)
        assert default_out(edition).resolve() == tmp_path / "corpus-report.html"
