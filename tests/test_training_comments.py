"""Blog posts and what their readers said under them, as training text."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from conftest import committed

TRAINING = Path(__file__).parents[1] / "training"
sys.path.insert(0, str(TRAINING))

import comments  # noqa: E402 - programs of training/ stand beside each other and are no package
import public  # noqa: E402
import synthetic  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

POST = """---
title: A week of herring
---

The boats came in on Monday with more herring than the quay had seen in ten years. Nobody had ice.

By Thursday the gulls had the best of it, and the mayor asked for salt on the radio. Three towns sent lorries.

On Sunday the church smelled of smoke, and every line in the harbour hung full of fish.
"""

EXPORT = """<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel>
<item><title>A week of herring</title><content:encoded><![CDATA[{body}]]></content:encoded>
<excerpt:encoded><![CDATA[Herring!]]></excerpt:encoded>
<wp:post_id>7</wp:post_id><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
{said}</item>
<item><title>A draft</title><content:encoded><![CDATA[{body}]]></content:encoded>
<wp:post_id>8</wp:post_id><wp:status>draft</wp:status><wp:post_type>post</wp:post_type>{said}</item>
</channel></rss>"""

SAID = """<wp:comment><wp:comment_author>{name}</wp:comment_author><wp:comment_date>{date}</wp:comment_date>
<wp:comment_content><![CDATA[{text}]]></wp:comment_content><wp:comment_approved>{shown}</wp:comment_approved>
<wp:comment_type>{kind}</wp:comment_type></wp:comment>"""

COMMENTS = [
    ("Ole", "2021-05-06", "I was there!<br />\n<p>What a <em>smell</em>.</p>", 1, ""),
    ("Kari", "2021-05-05", "Great post, thanks.", 1, "comment"),
    ("Spam", "2021-05-04", "Buy boats.", 0, ""),
    ("A blog", "2021-05-04", "[...] herring [...]", 1, "pingback"),
]


def exported() -> str:
    said = [SAID.format(**dict(zip(("name", "date", "text", "shown", "kind"), one, strict=True))) for one in COMMENTS]
    body = POST.split("---\n")[2].replace("The boats", "[caption id=1]<b>The</b> boats", 1).strip()
    return EXPORT.format(body=body, said="".join(said))


FILES = {
    "_posts/2021-05-04-Herring.md": POST.replace("By Thursday", "And prices[herring] fell.\n\nBy Thursday"),
    "_posts/2021-06-01-quiet.md": POST.replace("herring", "cod"),
    "_posts/2021-07-01-one.md": POST.replace("herring", "eel"),
    "_data/comments/herring/b.yml": "name: Ole\ndate: 2021-05-06\nmessage: |\n  I was there!\n\n  What a *smell*.\n",
    "_data/comments/herring/a.json": json.dumps(
        {"name": "Kari", "date": "2021-05-05", "message": "Great post, thanks."}
    ),
    "_data/comments/herring/bad.yml": "name: [",
    "_data/comments/herring/list.yml": "- 1\n",
    "_data/comments/one/a.yml": "name: Kari\nmessage: First!\n",
    "_data/comments/elsewhere/a.yml": "name: Kari\nmessage: Where is the post?\n",
    "wordpress.xml": exported(),
}


@pytest.fixture(scope="module")
def fish(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    copy = tmp_path_factory.mktemp("copies") / "me" / "fish"
    for name, text in FILES.items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(text, encoding="utf-8")
    return copy, committed(copy)


def blog(copy: tuple[Path, str]) -> comments.Blog:
    return comments.Blog("me/fish", copy[1], "en", r"_data/comments/(?P<post>[^/]+)/.+", "_posts")


def export(copy: tuple[Path, str]) -> comments.Export:
    return comments.Export("me/fish", copy[1], "en", "wordpress.xml")


@pytest.mark.parametrize("source", [blog, export])
def test_a_post_is_real_and_what_is_said_under_it_is_not(
    source: Callable[[tuple[Path, str]], comments.Blog | comments.Export],
    fish: tuple[Path, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(comments, "QUOTED_SHARE", 0)
    monkeypatch.setattr(comments, "NOTE_SHARE", 0)
    (page,) = comments.pages(fish[0], source(fish))
    assert (page["lang"], page["site"]) == ("en", "me/fish")
    text, labels = page["text"], page["labels"]
    assert isinstance(text, str)
    assert isinstance(labels, list)
    shown = [line for line in text.split("\n") if line.strip()]
    marks = dict(zip(shown, labels, strict=True))
    for line in POST.split("\n\n")[1:]:
        assert marks[line.strip()] == 0
    assert [marks[said] for said in ("Great post, thanks.", "I was there!", "What a smell.")] == [1, 1, 1]
    assert shown.index("Great post, thanks.") < shown.index("I was there!"), "in the order in which they were said"


def test_the_same_copy_gives_the_same_pages(fish: tuple[Path, str]) -> None:
    assert list(comments.pages(fish[0], blog(fish))) == list(comments.pages(fish[0], blog(fish)))


def test_a_note_may_stand_behind_the_comments(fish: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "QUOTED_SHARE", 0)
    monkeypatch.setattr(comments, "NOTE_SHARE", 1)
    (page,) = comments.pages(fish[0], blog(fish))
    assert isinstance(page["text"], str)
    assert page["text"].endswith(POST.strip().split("\n\n")[-1])
    assert isinstance(page["labels"], list)
    assert page["labels"][-2:] == [1, 0]


def test_brackets_of_code_stay_where_no_shortcodes_are(fish: tuple[Path, str]) -> None:
    (page,) = comments.pages(fish[0], blog(fish))
    assert "prices[herring]" in str(page["text"])
    (page,) = comments.pages(fish[0], export(fish))
    assert "caption" not in str(page["text"])


def test_a_file_that_a_copy_lacks_is_told_and_passed_over(
    fish: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    found = [replace(export(fish), path="gone.xml"), export(fish)]
    pages = list(public.read_all(fish[0].parents[1], found, comments.pages))
    assert pages == list(comments.pages(fish[0], export(fish)))
    assert f"me/fish: its copy lacks {fish[1]}:gone.xml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["2021-05-06 10:00", "2021-05-05T09:00:00Z"], "BA"),
        (["Mon, 3 May", "Fri, 7 May"], "AB"),
        (["2021-05-06", ""], "AB"),
    ],
)
def test_comments_stand_by_time_if_all_tell_it(dates: list[str], order: str) -> None:
    said = [comments.Comment((name,), "", date) for name, date in zip("AB", dates, strict=True)]
    assert "".join(comment.lines[0] for comment in comments.in_order([*said, comments.Comment((), "", "")])) == order


def test_a_text_may_quote_what_readers_said() -> None:
    said = [comments.Comment(("First!",), "Kari", ""), comments.Comment(("x" * 601,), "Ole", "")]
    made = [comments.quoting(["One.", "Two."], said, Random(n)) for n in range(60)]  # noqa: S311
    assert all([line for line in text if "First!" not in line] == ["One.", "Two."] for text in made)
    assert all(text[0] == "One." and len(text) == 3 for text in made)
    assert {line for text in made for line in text} > {'"First!"', "«First!» – Kari", "Kari: “First!”"}


def test_comments_wear_names_and_dates_on_some_pages() -> None:
    said = [comments.Comment(("First!",), "Kari", "2021-05-05"), comments.Comment(("Second.",), "Ole", "")]
    post = comments.Post("post", "", said)
    made = ["\n".join(comments.tail(post, Random(n), synthetic.furniture("en"))) for n in range(60)]  # noqa: S311
    assert all("First!" in text and "Second." in text for text in made)
    assert {"First!\nSecond."} < set(made)
    assert any("2021-05-05" in text for text in made)
    assert any(re.search(r"^Kari$", text, re.MULTILINE) for text in made)
    assert any(re.search(r"^Kari .", text, re.MULTILINE) for text in made)


def test_the_table_of_blogs_is_sound() -> None:
    found = comments.blogs()
    assert len({blog.repository for blog in found}) == len(found)
    for blog in found:
        assert re.fullmatch(r"[0-9a-f]{40}", blog.commit)
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", blog.repository)
        assert isinstance(blog, comments.Export) or "post" in re.compile(blog.comments).groupindex
