"""The report in a real browser: it renders, filters, searches, fits a phone, and lets no word in it act."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import browser
import reports
from conftest import CORPUS
from copydesk import Recipe, build, report
from copydesk.recipe import Guard, Ledger
from copydesk.release.words import KERNEL_LABELS
from copydesk.rulebook import RuleBook
from editions import NO_RULES, write_records
from hostile import PROSE
from test_report import ACTING, hostile  # noqa: F401 (a fixture)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver import Chrome

pytestmark = [
    pytest.mark.skipif(bool(browser.missing()), reason=browser.missing() or "there is a browser"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # selenium's own
    pytest.mark.xdist_group("browser"),
]

DESKTOP, PHONE = (1280, 900), (360, 740)


@dataclass
class Tab:
    """A page that is open."""

    driver: Chrome

    def open(self, page: Path, fragment: str = "") -> None:
        browser.requests(self.driver)
        self.driver.get("about:blank")  # so that another fragment loads the page anew
        self.driver.get(f"{page.as_uri()}{fragment}")

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def choose(self, name: str, value: str) -> None:
        """Choose in a filter as a person does."""
        self.run(
            "const field = document.getElementById(arguments[0]); field.value = arguments[1];"
            "field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', {bubbles: true}))",
            name,
            value,
        )

    def press(self, *keys: str) -> None:
        from selenium.webdriver import ActionChains

        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def listed(self) -> list[str]:
        """Give the keys of the documents that are listed."""
        found: list[str] = self.run("return listed.map((item) => item.key)")
        return found

    def opened(self) -> str:
        return str(self.run("return open && open.key"))

    def texts(self, selector: str) -> list[str]:
        found: list[str] = self.run(
            "return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent)", selector
        )
        return found

    def is_too_wide(self) -> bool:
        return bool(self.run("return document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with browser.chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield Tab(driver)


@pytest.fixture(autouse=True)
def _nothing_goes_wrong(tab: Tab) -> Iterator[None]:
    """Whatever a test does: the console stays empty, and nothing is asked for but the page itself."""
    browser.resize(tab.driver, *DESKTOP)
    browser.complaints(tab.driver)
    yield
    assert browser.complaints(tab.driver) == []
    assert [url for url in browser.requests(tab.driver) if not url.startswith(("file:", "about:", "data:,"))] == []


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a report of the corpus, whose guard lets little pass so that some documents are kept whole."""
    folder = tmp_path_factory.mktemp("page")
    inputs = [CORPUS / "raw" / "en", CORPUS / "raw" / "ar", CORPUS / "broken"]
    build(inputs, folder / "corpus", recipe=replace(Recipe(), guard=Guard(max_struck=0.3)))
    report(folder / "corpus", folder / "page.html")
    return folder / "page.html"


@pytest.fixture(scope="module")
def found(page: Path) -> dict[str, Any]:
    """Read what the page holds."""
    return reports.data(page)


def test_it_renders(tab: Tab, page: Path, found: dict[str, Any]) -> None:
    tab.open(page)
    facts = found["facts"]
    assert f"{facts['read']}records read=" in tab.texts(".equation")[0]
    assert tab.texts("#accounts .about")[0].startswith("Yes")
    assert len(tab.texts("#struck .bartable tbody tr")) == len(facts["labels"]) + len(facts["rule_counts"])
    assert len(tab.listed()) == len(found["documents"]) + len(found["rejects"])
    assert tab.opened() == found["documents"][0]["id"]
    assert not tab.is_too_wide()
    assert tab.run("return document.title").endswith("report")


def test_both_columns_show_the_document(tab: Tab, page: Path, found: dict[str, Any]) -> None:
    """What a browser makes of the rows is, symbols and tags aside, the raw document and its stories."""
    tab.open(page)
    for document in found["documents"][:20]:
        tab.run("show(KEYS.get(arguments[0]))", document["id"])
        old, new = (tab.run(CELLS, side, drop) for side, drop in (("old", ".tag, ins, .unseen"), ("new", ".unseen")))
        assert _letters(old) == _letters(reports.before(document))
        assert _letters(new) == _letters("".join(reports.after(document).values()))


CELLS = """
const cells = [...document.querySelectorAll(`.lines tr:not(.fields) > td.${arguments[0]} > div`)];
return cells.map((cell) => {
  const copy = cell.cloneNode(true);
  copy.querySelectorAll(arguments[1]).forEach((one) => one.remove());
  return copy.textContent;
}).join("\\n");
"""
"""Gives what one side of the open document says, without some elements."""


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


FILTERS: dict[str, tuple[str, str]] = {
    "by-label": ("labels", "label"),
    "by-rule": ("rules", "rule"),
    "by-language": ("languages", "language"),
    "by-story": ("kinds", "kind"),
}


@pytest.mark.parametrize("field", FILTERS)
def test_filters_by_what_documents_have(field: str, tab: Tab, page: Path, found: dict[str, Any]) -> None:
    tab.open(page)
    values = tab.run("return [...document.getElementById(arguments[0]).options].map((one) => one.value)", field)
    assert len(values) > 2
    for value in values[1:6]:
        tab.choose(field, value)
        assert tab.listed() == [one["id"] for one in found["documents"] if value in _has(found, one, field)]
        assert tab.opened() in tab.listed()
    tab.run("document.getElementById('clear').click()")
    assert len(tab.listed()) == len(found["documents"]) + len(found["rejects"])


def _has(found: dict[str, Any], document: dict[str, Any], field: str) -> set[str]:
    if field == "by-rule":
        return reports.rules(found, document)
    if field == "by-label":
        return {found["labels"][piece[4]] for piece in reports.pieces(document) if len(piece) > 2}
    return {story["language" if field == "by-language" else "kind"] for story in document["stories"]}


def test_filters_what_was_kept_whole_cut_and_rejected(tab: Tab, page: Path, found: dict[str, Any]) -> None:
    tab.open(page)
    tab.choose("by-show", "flagged")
    assert tab.listed() == [one["id"] for one in found["documents"] if one["flagged"]] != []
    assert "Published whole" in tab.texts("#open .note")[0]
    tab.choose("by-show", "cut")
    assert tab.listed() == [one["id"] for one in found["documents"] if len(one["stories"]) > 1]
    assert len(tab.texts("#open tr.story")) > 1
    assert tab.texts("#open tr.story .cut") != []
    tab.choose("by-show", "rejects")
    assert len(tab.listed()) == len(found["rejects"])
    assert found["rejects"][0]["reason"] in tab.texts("#open .reject")[0]


def test_orders(tab: Tab, page: Path, found: dict[str, Any]) -> None:
    tab.open(page)
    tab.choose("by-order", "share")
    shares = {one["id"]: 1 - one["kept"] / one["chars"] for one in found["documents"]}
    drawn = [shares[key] for key in tab.listed() if key in shares]
    assert drawn == sorted(drawn, reverse=True)


def test_searches_all_of_a_document(tab: Tab, page: Path, found: dict[str, Any]) -> None:
    tab.open(page)
    document = next(one for one in found["documents"] if "en" in {story["language"] for story in one["stories"]})
    words = " ".join(reports.before(document).split("\n")[0].split()[:4])
    for text in (words.upper(), document["source"], document["id"]):
        tab.choose("search", text)
        assert document["id"] in tab.listed()
        assert len(tab.listed()) < 10
    tab.choose("search", words)
    assert tab.run("return CSS.highlights.get('hit').size") > 0
    tab.choose("search", "no document holds this")
    assert tab.listed() == []
    assert "No document here fits" in tab.texts("#open")[0]


def test_a_rule_at_the_top_leads_to_documents_that_have_it(tab: Tab, page: Path, found: dict[str, Any]) -> None:
    tab.open(page)
    rule = found["facts"]["rule_counts"][2]["rule"]
    tab.run(
        "[...document.querySelectorAll('#struck button')].find((one) => one.textContent === arguments[0]).click()", rule
    )
    assert tab.listed() == [one["id"] for one in found["documents"] if rule in reports.rules(found, one)]
    assert tab.run("return document.querySelectorAll('#open .wanted.here').length") == 1
    assert 0 <= tab.run("return document.querySelector('#open .here').getBoundingClientRect().top") < DESKTOP[1]


def test_keys(tab: Tab, page: Path) -> None:
    from selenium.webdriver import Keys

    tab.open(page)
    keys = tab.listed()
    steps = [
        ("j", 1), ("j", 2), ("k", 1), (Keys.ARROW_RIGHT, 2), (Keys.ARROW_LEFT, 1), ("k", 0), ("k", 0),
    ]  # fmt: skip
    for key, place in steps:
        tab.press(key)
        assert tab.opened() == keys[place]
        assert tab.run("return location.hash") == f"#doc={keys[place]}"
    tab.press("v")
    assert tab.run("return document.getElementById('open').dataset.view") == "before"
    tab.press("v", "v", "n")
    assert tab.run("return document.querySelectorAll('.here').length") <= 1
    tab.press("/", "j", "?")
    assert tab.run("return document.getElementById('search').value") == "j?"
    assert tab.run("return document.activeElement.id") == "search"
    tab.press(Keys.ESCAPE, "?")
    assert tab.run("return document.getElementById('keys').open")
    tab.press("?")
    assert not tab.run("return document.getElementById('keys').open")


def test_an_address_leads_to_a_document(tab: Tab, page: Path, found: dict[str, Any]) -> None:
    wanted = found["documents"][7]["id"]
    tab.open(page, f"#doc={wanted}")
    assert tab.opened() == wanted
    assert tab.run("return document.getElementById('open').getBoundingClientRect().top") < DESKTOP[1]
    tab.open(page, "#doc=%3Cimg%20src=x%20onerror=alert(1)%3E")
    assert "not in the sample" in tab.texts("#open .note")[0]
    assert "<img src=x" in tab.texts("#open .note code")[0]


def test_the_dark(tab: Tab, page: Path) -> None:
    tab.open(page)

    def paper() -> int:
        colour = str(tab.run("return getComputedStyle(document.body).backgroundColor"))
        return sum(map(int, colour.removeprefix("rgb(").rstrip(")").split(",")))

    assert paper() > 700
    browser.resize(tab.driver, *DESKTOP, dark=True)
    assert paper() < 150
    tab.run("document.getElementById('theme').click()")
    assert paper() > 700
    tab.run("document.getElementById('theme').click()")
    assert paper() < 150


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_words_stand_out_from_the_paper(dark: bool, tab: Tab, page: Path) -> None:
    """Contrast of at least 4.5, as WCAG has it for text, wherever there is any."""
    tab.open(page)
    browser.resize(tab.driver, *DESKTOP, dark=dark)
    faint = tab.run(CONTRAST)
    assert faint == []


CONTRAST = r"""
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const rgba = (colour) => {
  canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
};
const over = (top, under) => top.slice(0, 3).map((value, n) => value * top[3] + under[n] * (1 - top[3]));
const light = (rgb) => {
  const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const paper = (element) => {
  const layers = [];
  for (let one = element; one; one = one.parentElement) layers.push(rgba(getComputedStyle(one).backgroundColor));
  return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
};
const faint = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const one = node.parentElement;
  if (!node.data.trim() || !one.getClientRects().length || one.closest("script, option, :disabled, .faint")) continue;
  const style = getComputedStyle(one);
  const under = paper(one);
  const ink = over(rgba(one.closest("svg") ? style.fill : style.color), under);
  const [high, low] = [light(ink), light(under)].sort((a, b) => b - a);
  const ratio = (high + 0.05) / (low + 0.05);
  if (ratio < 4.5) faint.add(`${one.tagName}.${one.className.baseVal ?? one.className} ${ratio.toFixed(2)}`);
}
return [...faint];
"""


@pytest.mark.parametrize("width", [320, 360, 768, 1024])
def test_nothing_is_cut_off_on_narrow_screens(width: int, tab: Tab, page: Path, found: dict[str, Any]) -> None:
    tab.open(page)
    browser.resize(tab.driver, width, 740)
    assert not tab.is_too_wide()
    for document in found["documents"][:12]:
        tab.run("show(KEYS.get(arguments[0]))", document["id"])
        assert not tab.is_too_wide()


def test_a_phone_shows_one_side_at_a_time(tab: Tab, page: Path) -> None:
    browser.resize(tab.driver, *PHONE)
    tab.open(page)
    cell = "document.querySelector('#open tr:not(.fields) > td.' + one)"
    sides = f"return ['old', 'new'].map((one) => {cell}.getClientRects().length)"
    assert tab.texts(".views button") == ["Before", "After"]
    assert tab.run(sides) == [1, 0]
    tab.run("document.querySelectorAll('.views button')[1].click()")
    assert tab.run(sides) == [0, 1]
    assert tab.run("return document.getElementById('list').getClientRects().length") == 0
    tab.run("document.getElementById('unfold').click()")
    assert tab.run("return document.getElementById('list').getClientRects().length") == 1


def test_everything_that_can_be_used_has_a_name(tab: Tab, page: Path) -> None:
    tab.open(page)
    assert (
        tab.run(
            "return [...document.querySelectorAll('button, select, input, a')].filter((one) => !(one.textContent.trim()"
            " || one.getAttribute('aria-label') || one.labels?.length)).map((one) => one.outerHTML)"
        )
        == []
    )
    assert (
        tab.run(
            "return [...document.querySelectorAll('[id]')].length - new Set([...document.querySelectorAll('[id]')]"
            ".map((one) => one.id)).size"
        )
        == 0
    )
    assert tab.run(
        "return [...document.querySelectorAll('svg')].every((one) => "
        "one.getAttribute('aria-hidden') === 'true' || one.getAttribute('aria-label'))"
    )


def test_flagged_documents_come_with_proposals(tab: Tab, page: Path, tmp_path: Path) -> None:
    report(page.parent / "corpus", tmp_path / "flagged.html", flagged=True)
    tab.open(tmp_path / "flagged.html")
    assert tab.texts("#open .note")[0].startswith("Published whole")
    assert tab.texts("#open .lines th.new")[0] == "What would be left"
    assert tab.run("return document.querySelectorAll('#open del').length") > 0
    assert "proposals" in tab.texts("#drawn")[0]
    assert "letters that were mended" in tab.texts("#drawn")[0]


def test_flagged_documents_come_first_and_the_worst_before_the_others(tab: Tab, page: Path, tmp_path: Path) -> None:
    report(page.parent / "corpus", tmp_path / "flagged.html", flagged=True)
    browser.resize(tab.driver, *PHONE)
    tab.open(tmp_path / "flagged.html")
    assert tab.texts("main > section > :first-child h2, main > section > h2")[0] == "Before and after"
    assert tab.texts("#parts a")[0] == "Before and after"
    assert tab.texts("#by-order option")[0] == "the worst first"
    assert not [text for text in tab.texts("#by-show option") if "lot" in text]
    assert tab.run("return document.getElementById('open').getBoundingClientRect().top") < 2 * PHONE[1]
    tab.open(page)
    assert tab.texts("#parts a")[-1] == "Before and after"
    assert tab.texts("#by-order option")[0] == "as drawn"


def test_repairs_are_told_where_nothing_else_is_done(tab: Tab, page: Path, tmp_path: Path) -> None:
    """Letters are mended in documents that are kept whole, and in annotated ones."""
    tab.open(page)
    assert "Only its letters are mended" in "".join(tab.texts("#accounts"))
    write_records(tmp_path / "in.jsonl", [{"text": f"cafÃ© ag\N{BANANA}ain {PROSE}"}])
    build(tmp_path / "in.jsonl", tmp_path / "edition", recipe=replace(Recipe(), guard=Guard(annotate=True)))
    tab.open(Path(report(tmp_path / "edition").path or ""))
    assert "Letters were mended" in tab.texts("#lede")[0]
    assert "repairs within words" in tab.texts("#struck .about")[0]
    assert tab.texts("#accounts .term span")[:-1] == [
        "record read", "document", "rejects", "story", "document", "cuts", "of 1 document",
    ]  # fmt: skip


def test_a_kind_looks_the_same_in_each_report(tab: Tab, page: Path, tmp_path: Path, hostile: Path) -> None:  # noqa: F811
    looks = []
    report(hostile, tmp_path / "page.html")
    for one in (page, tmp_path / "page.html"):
        tab.open(one)
        looks.append(tab.run("return Object.fromEntries([...LOOKS.keys()].map((label) => [label, look(label)]))"))
        assert len(set(looks[-1].values())) == len(looks[-1])
    known = {*(kind.label for kind in RuleBook.load().kinds), *KERNEL_LABELS}
    assert known == set(tab.run("return KNOWN")), "a new kind has no colour of its own in facts.js"
    assert {label: looks[0][label] for label in known} == {label: looks[1][label] for label in known}


ODD: dict[str, tuple[list[dict[str, Any]], Recipe, str]] = {
    "no documents": ([{"text": 1}], NO_RULES, "0 scraped documents became 0 clean stories"),
    "annotated": ([{"text": PROSE}], replace(NO_RULES, guard=Guard(annotate=True)), "lines were only labelled"),
    "no removed text": (
        [{"text": f"cafÃ© {PROSE}"}],
        replace(NO_RULES, ledger=Ledger(removed_text=False)),
        "though not the text it took",
    ),
    "a document of a million characters": ([{"text": f"{PROSE}\n" * 10_000}], NO_RULES, "1 scraped document became"),
}
"""Records, a recipe, and what the page says at its head."""


@pytest.mark.parametrize("name", ODD)
def test_odd_editions(name: str, tab: Tab, tmp_path: Path) -> None:
    records, recipe, words = ODD[name]
    write_records(tmp_path / "in.jsonl", records)
    build(tmp_path / "in.jsonl", tmp_path / "edition", recipe=recipe)
    tab.open(Path(report(tmp_path / "edition").path or ""))
    assert words in tab.texts("#lede")[0]
    assert len(tab.listed()) == 1
    assert tab.texts("#open-title") != []
    assert not tab.is_too_wide()
    assert ("left out here" in "".join(tab.texts("#open .note"))) == ("million" in name)


def test_hostile_words_are_shown_and_do_nothing(tab: Tab, hostile: Path, tmp_path: Path) -> None:  # noqa: F811
    report(hostile, tmp_path / "page.html")
    tab.driver.get("about:blank")
    tab.open(tmp_path / "page.html")
    assert tab.run("return document.querySelectorAll('img, iframe, object, embed, link[rel=stylesheet]').length") == 0
    assert tab.run("return document.querySelectorAll('script').length") == 2
    text = tab.run("return document.body.innerText")
    assert "<img src=x onerror=alert(1)>" in text
    assert not {*text} & {*"\u202e\u2028\u2029\x00\x1b"}
    assert "RLO" in text
    assert "\u2400" in text
    shown = "".join(tab.texts("#open .lines td.old"))
    assert "</script><script>alert(1)</script>" in shown
    for name in ("label", "rule", "language", "story"):
        values = tab.run(
            "return [...document.getElementById(arguments[0]).options].map((one) => one.value)", f"by-{name}"
        )
        assert ACTING in values
        tab.choose(f"by-{name}", ACTING)
        assert len(tab.listed()) == 1
    titles = tab.run("return [...document.querySelectorAll('[title]')].map((one) => one.title).join('')")
    assert not {*titles} & {*"\u202e\u2028\x1b"}
    assert not tab.is_too_wide()


def test_lone_surrogates_and_floods_of_marks_are_shown(tab: Tab, page: Path, tmp_path: Path) -> None:
    """Editions cannot hold half a character; a page must stand it anyway."""
    text = page.read_text(encoding="utf-8")
    found = reports.data(page)
    line = "half \ud83d here, e" + "\u0301" * 500 + " marks, \u202eturned\u202c, " + "w" * 4000
    found["documents"][0]["rows"] = [[[0, line + "\n"]], [[0, "שלום \u200f ok"]]]
    found["documents"][0]["id"] = "\udead"
    block = json.dumps(found).replace("<", "\\u003c")
    (tmp_path / "page.html").write_text(text.replace(reports.block(text), block), encoding="utf-8")
    tab.open(tmp_path / "page.html")
    shown = tab.texts("#open tr:not(.fields) > td.old")[0]
    assert "U+D83D" in shown
    assert "RLOturnedPDF" in shown
    assert not tab.is_too_wide()
    tab.press("j", "k")
    assert tab.run("return open === listed[0]")
