"""Rendered sites as training text: which lines of a page are its story, by the markup."""

import gzip
import json
import re
import sys
from pathlib import Path

import lxml.html
import pytest

from conftest import committed

TRAINING = Path(__file__).parents[1] / "training"
sys.path.insert(0, str(TRAINING))

import labels  # noqa: E402 - programs of training/ stand beside each other and are no package
import markup  # noqa: E402
import pages  # noqa: E402

REAL, UNKNOWN, NOISE = 0, None, 1

# What stands in a page's <body>, and its lines with what they are.
PAGES = [
    (
        "menu, story, footer",
        "<nav>Home</nav><div class='entry-content'><p>The ferry left.</p></div><footer>Imprint</footer>",
        [("Home", NOISE), ("The ferry left.", REAL), ("Imprint", NOISE)],
    ),
    (
        "widgets inside the story",
        "<div class='post-content'><p>It rains.</p><p class='social'>Share</p><p class='yarpp'>More</p><p>Sun.</div>",
        [("It rains.", REAL), ("Share", NOISE), ("More", NOISE), ("Sun.", REAL)],
    ),
    (
        "captions and dates are left open",
        "<div itemprop='articleBody'><figcaption>The pier</figcaption><p>It was late.</p></div><time>May 4</time>",
        [("The pier", UNKNOWN), ("It was late.", REAL), ("May 4", UNKNOWN)],
    ),
    (
        "a table inside the story is its text",
        "<div class='post-content'><p>High water:</p><table><tr><td>May 4, 6.20</td></tr></table></div>",
        [("High water:", REAL), ("May 4, 6.20", REAL)],
    ),
    (
        "the story's headline is real, another is not",
        "<h1>Low tide at the pier</h1><div class='post-body'><p>The boats lie dry.</p></div><h2>Read on</h2>",
        [("Low tide at the pier", REAL), ("The boats lie dry.", REAL), ("Read on", NOISE)],
    ),
    (
        "a heading of the site stays open",
        "<h1>The Harbour Courier</h1><div class='post-body'><p>The boats lie dry.</p></div>",
        [("The Harbour Courier", UNKNOWN), ("The boats lie dry.", REAL)],
    ),
    (
        "text behind an element belongs to what is around it",
        "<div class='entry-content'><p>One <span class='share-link'>share me around</span> and two and.</p></div>",
        [("One share me around and two and.", UNKNOWN)],
    ),
]


def lines_of(body: str) -> list[tuple[str, int | None]]:
    root = lxml.html.document_fromstring(f"<html><body>{body}</body></html>")
    markup.strip(root)
    story = markup.story_element(root, markup.BODIES)
    assert story is not None
    markup.mark(root, story, "Low tide at the pier | The Harbour Courier")
    text, found = markup.labelled(pages.inscribed_text(root, story))
    return list(zip([line for line in text.split("\n") if line], found, strict=True))


@pytest.mark.parametrize(("body", "lines"), [pytest.param(*case[1:], id=case[0]) for case in PAGES])
def test_lines_are_what_their_markup_says(body: str, lines: list[tuple[str, int | None]]) -> None:
    assert lines_of(body) == lines


@pytest.mark.parametrize(
    "body", ["<div class='entry-content'>One story.</div><div class='entry-content'>Two stories.</div>", "<p>None.</p>"]
)
def test_a_page_of_several_stories_or_none_has_no_story(body: str) -> None:
    root = lxml.html.document_fromstring(f"<html><body>{body}</body></html>")
    assert markup.story_element(root, markup.BODIES) is None


def test_the_table_of_sites_is_sound() -> None:
    found = pages.sites()
    assert len({site.repository for site in found}) == len(found)
    for site in found:
        assert re.fullmatch(r"[0-9a-f]{40}", site.commit)
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", site.repository)


PAGE = """<!doctype html><html><head><title>Day {day} at the lock | Canal Notes</title>
<link rel="canonical" href="https://www.canal.example/{day}"></head><body>
<nav><ul><li>Home</li><li>Boats</li><li>Locks</li></ul></nav><h1>Day {day} at the lock</h1>
<div class="entry-content">{story}</div>
<footer><p>Canal Notes</p><p>All pages</p></footer><script>var lock = {day};</script></body></html>"""


def site_of_three_pages(folder: Path) -> pages.Site:
    copy = folder / "me" / "canal"
    copy.mkdir(parents=True)
    for day in range(3):
        story = "".join(
            f"<p>Boat {boat} of day {day} came through the upper lock in the morning, slowly, with its lamps lit.</p>"
            for boat in range(8)
        )
        (copy / f"day{day}.html").write_text(PAGE.format(day=day, story=story) + " " * 4_000, encoding="utf-8")
    (copy / "short.html").write_text(PAGE.format(day=9, story="<p>No boats.</p>") + " " * 4_000, encoding="utf-8")
    (copy / "latin.html").write_bytes(PAGE.format(day=8, story="<p>\xe9</p>").encode("latin-1") + b" " * 4_000)
    return pages.Site("me/canal", committed(copy))


def test_a_site_becomes_labelled_pages(tmp_path: Path) -> None:
    site = site_of_three_pages(tmp_path)
    found = list(pages.pages(tmp_path / "me" / "canal", site, set()))
    assert {page["site"] for page in found} == {"canal.example"}
    assert {page["lang"] for page in found} == {"en"}
    assert len({page["text"].partition("Boat 0 of day ")[2][:1] for page in found}) == 3
    for page in found:
        shown = [line for line in page["text"].split("\n") if line]
        marks = dict(zip(shown, page["labels"], strict=True))
        assert not set(page["text"]) & set(markup.MARKS)
        assert {label for line, label in marks.items() if line.startswith("Boat ")} == {REAL}
        assert marks["* Home" if "* Home" in marks else "• Home"] == NOISE
        assert "var lock" not in page["text"]


def test_a_story_that_was_seen_is_not_taken_again(tmp_path: Path) -> None:
    site = site_of_three_pages(tmp_path)
    seen: set[str] = set()
    assert list(pages.pages(tmp_path / "me" / "canal", site, seen))
    assert not list(pages.pages(tmp_path / "me" / "canal", site, seen))


def test_training_reads_what_the_program_writes(tmp_path: Path) -> None:
    lines = ["Home", "The ferry left at nine and came back at ten.", "It was late.", "Photo: Anna Reed / Canal Notes"]
    page = {"id": "p", "site": "canal.example", "lang": "en", "text": "\n\n".join(lines), "labels": [1, 0, None, 0]}
    (tmp_path / "pages.jsonl.gz").write_bytes(gzip.compress(json.dumps(page).encode()))
    (document,) = labels.page_documents(tmp_path / "pages.jsonl.gz", "pages")
    assert [line.label for line in document.lines] == [labels.NOISE, labels.REAL, None, None]
