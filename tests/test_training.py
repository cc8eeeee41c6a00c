"""The makers of training text: Markdown and corpora to plain text, and synthetic pages with their labels."""

import gzip
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from conftest import committed

TRAINING = Path(__file__).parents[1] / "training"
sys.path.insert(0, str(TRAINING))

import feeds  # noqa: E402 - programs of training/ stand beside each other and are no package
import labels  # noqa: E402
import plain_text  # noqa: E402
import public  # noqa: E402
import synthetic  # noqa: E402
from mixes import Mixer  # noqa: E402
from texts import Teaser, Text, shown  # noqa: E402

MARKDOWN = [
    ("front matter", '---\ntitle: "Low tide"\ntags: a\n---\nThe *boat* left.\n', [["Low tide"], ["The boat left."]]),
    ("links and images", "![x](y.png) See [the **pier**](https://a.example/b_(c)) now.", [["See the pier now."]]),
    ("wrapped lines", "One line\nand its end.\n\nAnother.", [["One line and its end."], ["Another."]]),
    ("wrapped Chinese", "海风\n很大。", [["海风很大。"]]),
    ("headings", "# Ferry\nIt sails.\n\nTimes\n-----\nAt noon.", [["Ferry"], ["It sails."], ["Times"], ["At noon."]]),
    ("lists", "- oats\n- salt\n  and pepper\n1. Stir.", [["- oats", "- salt and pepper", "1. Stir."]]),
    ("code stays as it is", "Run:\n```sh\nls **/*.md  # all\n```\n", [["Run:"], ["ls **/*.md  # all"]]),
    ("quotes", "> She said\n> no.", [["She said no."]]),
    ("tables", "| a | b |\n|---|---|\n| 1 | *2* |", [["a | b", "1 | 2"]]),
    ("HTML and shortcodes", "<div>\nText&nbsp;here <b>now</b>.\n</div>\n\n{{< ad >}}", [["Text here now."]]),
    ("names with underscores", "Call `a_b_c` or a_b_c.", [["Call a_b_c or a_b_c."]]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "blocks"), [pytest.param(*case[1:], id=case[0]) for case in MARKDOWN])
def test_markdown_becomes_what_a_reader_sees(source: str, blocks: list[list[str]]) -> None:
    assert list(plain_text.markdown(source)) == [blocks]


@pytest.mark.parametrize("source", ["A [link](broken", "Some {{ value", ":::note\nText.", "A <section left open"])
def test_markdown_with_debris_is_no_document(source: str) -> None:
    assert list(plain_text.markdown(source)) == []


TREEBANK = """# newdoc id = one
# newpar
# text = The ferry left.
# text = It was late.
# newpar
# text = Nobody minded.
# newdoc id = two
# text = A headline
# text = First sentence.
"""


def test_treebank_documents_have_their_paragraphs() -> None:
    first, second = plain_text.conllu(TREEBANK)
    assert first == [["The ferry left. It was late."], ["Nobody minded."]]
    assert second == [["A headline"], ["First sentence."]]


def test_treebank_documents_by_the_names_of_sentences() -> None:
    text = "".join(f"# sent_id = {name}\n# text = {name}!\n" for name in ["b1.1", "b2.1", "b2.2"])
    assert [sum(len(block) for block in document) for document in plain_text.conllu_by_id(text)] == [1, 1]


PLAY = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body><div type="scene"><head>Scene I</head>
<stage>Enter Ann.</stage><sp><speaker>Ann.</speaker><l>The tide,<note>1</note> the tide</l><l>is out.</l></sp>
</div></body></text></TEI>"""


def test_play_has_speakers_verses_and_stage_directions() -> None:
    (scene,) = plain_text.play(PLAY)
    assert scene[:2] == [["Scene I"], ["(Enter Ann)"]]
    assert scene[2] in ([*["Ann"], "The tide, the tide", "is out."], ["Ann: The tide, the tide", "is out."])


@pytest.mark.parametrize(
    ("text", "lang", "fits"),
    [
        ("Der Hafen ist heute geschlossen, sagt die Stadt.", "de", True),
        ("The harbour is closed for the day and that is all of it.", "de", False),
        ("Гавань сегодня закрыта.", "ru", True),
        ("Harbour closed.", "ru", False),
        ("The harbour is closed for the day.", "en", True),
    ],
)
def test_untranslated_text_is_found(text: str, lang: str, fits: bool) -> None:
    assert public.in_language(text, lang) is fits


def test_the_table_of_repositories_is_sound() -> None:
    for source in public.sources():
        assert re.fullmatch(r"[0-9a-f]{40}", source.commit)
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", source.repository)
        assert source.reader in plain_text.READERS
        assert source.lang or "(?P<lang>" in source.paths


def test_repository_becomes_rows(tmp_path: Path) -> None:
    copy = tmp_path / "me" / "notes"
    copy.mkdir(parents=True)
    body = "# Tide\n\n" + "\n\n".join(f"The water rose again on day {day}, and we waited." for day in range(12))
    (copy / "tide.md").write_text(body + "\n\nvia: somewhere\n\nAfter.\n", encoding="utf-8")
    source = public.Source("me/notes", committed(copy), r".*\.md", "markdown", "blog", "en", until="^via: ")
    found = public.copy_of(tmp_path, "me/notes")
    assert found is not None
    (row,) = public.documents(found, source)
    assert row["title"] == "Tide"
    assert row["origin"].endswith(":tide.md")
    assert "via" not in row["text"]
    assert public.write([row], tmp_path / "a.gz") == public.write([row], tmp_path / "b.gz")
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


# Synthetic pages ------------------------------------------------------------------------------------------------------

LANGUAGES = synthetic.languages()

SENTENCES = [
    'He met Dr. Smith. |They talked of 3.5 million euros, "a lot." |Then he left!',
    "Wir nutzen node.JS dort, z.B. sonntags. |Gut so?",
    "今天天气很好。|我们去公园吧！|“真的吗？”|他说。",
    "No stop at the end",
]


@pytest.mark.parametrize("text", SENTENCES)
def test_texts_are_cut_into_sentences(text: str) -> None:
    assert synthetic.sentences(text.replace("|", "")) == text.split("|")


def articles() -> list[synthetic.Article]:
    """Three articles in each language that has furniture; every paragraph begins with a mark of its own."""
    return [
        synthetic.Article(
            f"Title {number} {lang}", tuple(f"§{number}.{part} Words of {lang} in a line." for part in range(6)), lang
        )
        for lang in LANGUAGES
        for number in range(3)
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_furniture_has_every_list_and_only_known_slots(lang: str) -> None:
    phrases = tomllib.loads((synthetic.FURNITURE / f"{lang}.toml").read_text("utf-8"))
    english = tomllib.loads((synthetic.FURNITURE / "en.toml").read_text("utf-8"))
    assert phrases.keys() == english.keys()
    assert len(phrases["teasers"]) >= 15
    for values in phrases.values():
        assert len(values) == len(set(values))
        for phrase in values:
            assert phrase.strip() == phrase != ""
            for slot in synthetic.SLOT.findall(phrase):
                assert slot in synthetic.NUMBERS or synthetic.PLURALS.get(slot, f"{slot}s") in phrases


def test_pages_are_decided_by_the_seed() -> None:
    first, again, other = (list(synthetic.pages(articles(), seed, 60)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_every_line_of_an_article_is_text_and_nothing_else_is() -> None:
    for page in synthetic.pages(articles(), 5, 400):
        assert page.text == page.sep.join(line.text for line in page.lines)
        for line in page.lines:
            assert "{" not in line.text
            assert "\n" not in line.text
            if line.kind == "text":
                assert line.label == 0
                assert line.text.startswith("§")
            elif line.kind == "insert":
                assert line.label == 0
            else:
                assert line.label == 1 or line.kind in {"headline", "byline", "blank"}


def test_languages_come_in_turn_and_all_styles_and_kinds_come() -> None:
    pages = list(synthetic.pages(articles(), 3, 40 * len(LANGUAGES)))
    assert set(Counter(page.lang for page in pages).values()) == {40}
    assert {page.style for page in pages} == set(synthetic.STYLES)
    kinds = {line.kind for page in pages for line in page.lines}
    assert kinds >= {"nav", "share", "comments", "teaser", "read_also", "caption", "bio", "promo", "paywall", "forum"}
    clean = sum(all(line.label != 1 for line in page.lines) for page in pages)
    assert 0.05 < clean / len(pages) < 0.3


def test_a_language_without_furniture_makes_no_pages() -> None:
    assert list(synthetic.pages([synthetic.Article("", ("Text.",), "xx")], 1, 5)) == []


def test_the_program_writes_rows_with_a_label_for_each_line(tmp_path: Path) -> None:
    source, out = tmp_path / "articles.jsonl", tmp_path / "pages.jsonl.gz"
    source.write_text(json.dumps({"lang": "en", "text": "One.\n\nTwo.\n\nThree."}) + "\n", encoding="utf-8")
    command = [sys.executable, str(TRAINING / "synthetic.py"), str(source), "-o", str(out), "-n", "7", "--quiet"]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == ""  # noqa: S603
    rows = [json.loads(line) for line in gzip.decompress(out.read_bytes()).decode().splitlines()]
    assert len(rows) == 7
    assert all(len(row["lines"]) == len(row["labels"]) == len(row["kinds"]) for row in rows)


def test_articles_without_a_language_are_a_clear_error(tmp_path: Path) -> None:
    source = tmp_path / "articles.jsonl"
    source.write_text('{"text": "One."}\n', encoding="utf-8")
    command = [sys.executable, str(TRAINING / "synthetic.py"), str(source), "-o", str(tmp_path / "x.gz")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    assert done.returncode == 2
    assert "every row needs text and lang" in done.stderr
    assert "Traceback" not in done.stderr


def story(name: str, language: str = "en", lines: int = 6) -> Text:
    body = [
        f"{name} paragraph {n} says that the ferry of {name} left late, and that nobody in town minded."
        for n in range(lines)
    ]
    return Text(
        name, f"{name}.example", language, tuple(body), f"Ferry of {name} leaves late", is_article=True, source="made"
    )


NO_PLACE = "Nowhere"
STORIES = [story(f"Place{n}", "en" if n % 3 else "fr", 3 + n) for n in range(24)]


@pytest.mark.parametrize("kind", ["concat", "teasers"])
def test_mixed_documents_are_cut_where_their_parts_meet(kind: str) -> None:
    endings = {"en": [f"This story of {NO_PLACE} was updated.", f"Ann Larch of {NO_PLACE} contributed."]}
    teasers = [Teaser("en", "Find out how the ferry of Otherplace was saved.", "other.example")]
    mixer = Mixer(STORIES, teasers, endings, "seed")
    made = mixer.concats(40) if kind == "concat" else mixer.rows_of_teasers(40)
    for document in made:
        lines = shown(document.text)
        assert document.kind == kind
        assert len(document.sites) == len(document.starts) + 1
        assert all(0 < start < len(lines) for start in document.starts)
        ends = [*document.starts, len(lines)]
        for start, end, site in zip([0, *document.starts], ends, document.sites, strict=True):
            place = site.removesuffix(".example").removesuffix("place")
            assert all(place in line or "Other" in line or NO_PLACE in line for line in lines[start:end])
            assert NO_PLACE not in lines[start]


def test_the_same_seed_mixes_the_same_documents() -> None:
    first, second, third = (Mixer(STORIES, [], {}, seed).concats(10) for seed in ("a", "a", "b"))
    assert first == second != third


def test_some_stories_end_with_notes_and_stay_whole() -> None:
    mixer = Mixer(STORIES, [], {"en": ["This was updated."], "fr": ["Mis à jour."]}, "seed")
    made = mixer.concats(60)
    ended = sum(line in ("This was updated.", "Mis à jour.") for document in made for line in shown(document.text))
    stories = sum(len(document.starts) + 1 for document in made)
    assert 0.05 < ended / stories < 0.4


ANSWER = {
    "status": "ok",
    "articles": [
        {
            "title": "Ferry - Wellen News",
            "description": "<p>The ferry of Wellen &amp; its crew\n are to stay for one more year.</p>",
            "url": "https://www.wellen.example/ferry",
        },
        {"title": "Short", "description": "Too short.", "url": "https://wellen.example/short"},
        {"title": "None", "description": None, "url": "https://wellen.example/none"},
        {"title": "Nowhere", "description": "It has no address that a publisher could be known by.", "url": "ferry"},
    ],
}


def test_summaries_are_read_from_what_a_news_service_answered() -> None:
    found = list(feeds.summaries(ANSWER))
    assert found == [("Ferry", "The ferry of Wellen & its crew are to stay for one more year.", "wellen.example")]
    assert list(feeds.summaries("no story")) == list(feeds.summaries([1, None, {"title": "x"}])) == []


def test_the_table_of_feeds_is_sound() -> None:
    table = tomllib.loads(feeds.TABLE.read_text("utf-8"))["feed"]
    assert len({feed["repository"] for feed in table}) == len(table)
    for feed in table:
        assert feed.keys() == {"repository", "commit", "path"}
        assert re.fullmatch(r"[0-9a-f]{40}", feed["commit"])
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", feed["repository"])


def test_a_feed_that_is_not_there_is_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(feeds.read(tmp_path)) == []
    assert "passed over" in capsys.readouterr().err


def test_the_corpus_is_labelled_by_what_its_documents_must_become() -> None:
    found = {document.id: document for document in labels.corpus_documents(TRAINING.parent / "corpus" / "raw")}
    page = found["bicycle-stands-table"]
    label = {page.text[line.start : line.end]: line.label for line in page.lines}
    assert label["What's on"] == labels.NOISE, "no rule strikes it"
    assert label["Paper mill asks for another chimney"] == labels.NOISE
    assert label["2 Mill Street 24 11 2"] == labels.REAL
    assert {line.label for line in found["quay-rents-cells"].lines} == {labels.REAL}, "unchanged"
    assert None in {line.label for line in found["reservoir-endmark-teasers"].lines}, "teasers are stories, too"
