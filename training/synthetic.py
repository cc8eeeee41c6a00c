"""Makes pages like those that scraping leaves, with a label for each line, out of clean articles and page furniture.

`python training/synthetic.py ARTICLES... -o pages.jsonl.gz --seed 1 -n 3000` reads articles ({lang, text} and perhaps
title, as JSON lines, or the documents under corpus/expected) and writes rows {id, lang, style, lines, labels, kinds,
sep}. The furniture of a language (furniture/<language>.toml) is written for this project: menus, share bars, pleas to
subscribe, comments and teasers of stories that nobody ran.

A label is 1 for noise, 0 for text of the article, None for what can pass for either (headline, byline, date).
"""

import argparse
import gzip
import json
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

from inserts import insert, maybe

FURNITURE = Path(__file__).with_name("furniture")

Style = Literal["full", "container", "extract"]
STYLES: tuple[Style, ...] = ("full", "container", "extract")
CLEAN_SHARE = 0.1  # of pages that carry no noise
BODY_LENGTHS = (3, 24)  # paragraphs of an article to use
SLOT = re.compile(r"\{(\w+)\}")
FIRST_SENTENCES = re.compile(r"^.{40,260}?[.!?…。！？।؟۔](?=\s|$|[\"”»」』])|^.{30,140}?[。！？।]", re.DOTALL)
FEWEST_BLOCKS = 3  # of a text whose paragraphs are parted by blank lines
SENTENCES = re.compile(r".+?(?:[。！？]+[”」』]*|[.!?…।؟۔]+[\"”»’)]*(?=\s|$))\s*|.+$", re.DOTALL)
ABBREVIATED = re.compile(r"\b\w{1,3}\.\s*$")  # as in "Dr." and "St."
LEAST_SENTENCE = 6  # characters
SHORT_PARAGRAPHS = 0.3  # of articles are written in short ones: a sentence or two
SHORT_CLOSE = 0.2  # of the others end with a paragraph of one sentence
WITH_INSERT = 0.3  # of articles have a table, a list or the like; half of these a second one
OPENING_LENGTH = 60  # characters; shorter first lines are dates, names and headings
UNSPACED = frozenset({"zh", "ja", "th"})


@dataclass(frozen=True)
class Article:
    """A clean text: its title ("" where it has none), its paragraphs, its ISO 639-1 language."""

    title: str
    paragraphs: tuple[str, ...]
    lang: str


@dataclass(frozen=True)
class Line:
    """A line of a page: its text, its label (1 noise, 0 text, None either), and what it is."""

    text: str
    label: Literal[0, 1] | None
    kind: str


@dataclass(frozen=True)
class Page:
    """A page: `sep` goes between its lines."""

    lang: str
    style: Style
    lines: tuple[Line, ...]
    sep: str

    @property
    def text(self) -> str:
        """The page as one text."""
        return self.sep.join(line.text for line in self.lines)


@dataclass(frozen=True)
class Furniture:
    """The page furniture of one language: lists of phrases by name, with slots such as {city} in them."""

    lang: str
    phrases: dict[str, list[str]] = field(repr=False)

    def pick(self, rng: Random, name: str, values: dict[str, str] | None = None) -> str:
        """One phrase with its slots filled; "" where the language has none of that name."""
        options = self.phrases.get(name)
        return self.fill(rng, rng.choice(options), values or {}) if options else ""

    def several(self, rng: Random, name: str, least: int, most: int) -> list[str]:
        """Between `least` and `most` different phrases, as many as there are."""
        options = self.phrases.get(name, [])
        size = min(len(options), rng.randint(least, most))
        return [self.fill(rng, phrase, {}) for phrase in rng.sample(options, size)]

    def fill(self, rng: Random, phrase: str, values: dict[str, str]) -> str:
        """A phrase with words in its slots; each slot draws anew unless `values` sets it."""

        def word(slot: re.Match[str]) -> str:
            name = slot[1]
            if name in values:
                return values[name]
            if name in NUMBERS:
                return NUMBERS[name](rng)
            return self.pick(rng, PLURALS.get(name, f"{name}s"))

        return SLOT.sub(word, phrase)


PLURALS = {"city": "cities", "title": "headlines"}
NUMBERS: dict[str, Callable[[Random], str]] = {
    "n": lambda rng: str(rng.randint(2, 48)),
    "big": lambda rng: str(rng.choice([rng.randint(101, 999), rng.randint(1000, 250_000)])),
    "day": lambda rng: str(rng.randint(1, 28)),
    "mm": lambda rng: f"{rng.randint(1, 12):02}",
    "year": lambda rng: str(rng.randint(2004, 2026)),
    "time": lambda rng: f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}",
    "price": lambda rng: f"{rng.randint(3, 899)}{rng.choice(['.99', ',90', '.00', '', ',50'])}",
    "phone": lambda rng: f"{rng.randint(10, 99)} {rng.randint(100, 999)} {rng.randint(1000, 9999)}",
}


@cache
def furniture(lang: str) -> Furniture | None:
    """The furniture of a language, or None where none is written."""
    path = FURNITURE / f"{lang}.toml"
    return Furniture(lang, tomllib.loads(path.read_text("utf-8"))) if path.exists() else None


def languages() -> list[str]:
    """The languages that have furniture."""
    return sorted(path.stem for path in FURNITURE.glob("*.toml"))


@dataclass(frozen=True)
class Site:
    """The habits of one site, drawn once a page: all its blocks share them."""

    rng: Random
    words: Furniture
    others: Sequence[Article]
    name: str
    mark: str  # before the items of a list
    bar: str  # between items that stand on one line
    in_line: bool  # whether menus and bars stand on one line
    capitals: bool  # whether section names and marks are set in capitals
    dots: str  # at the end of a text that was cut short

    def items(self, texts: Iterable[str], kind: str, *, in_line: bool | None = None) -> list[Line]:
        """Items of a menu: one line each, or all on one line."""
        texts = [text for text in texts if text]
        if self.in_line if in_line is None else in_line:
            return [Line(self.bar.join(texts), 1, kind)] if texts else []
        return [Line(self.mark + text, 1, kind) for text in texts]

    def one(self, name: str, kind: str, values: dict[str, str] | None = None) -> list[Line]:
        """One phrase as a line of noise."""
        text = self.words.pick(self.rng, name, {"site": self.name} | (values or {}))
        return [Line(text, 1, kind)] if text else []

    def heading(self, name: str, kind: str) -> list[Line]:
        """A phrase that heads a block, in capitals where the site likes those."""
        return [Line(line.text.upper() if self.capitals else line.text, 1, kind) for line in self.one(name, kind)]

    def headline(self) -> str:
        """The headline of another story, sometimes cut short."""
        titles = [article.title for article in self.others if article.title]
        own = self.words.pick(self.rng, "headlines")
        text = self.rng.choice(titles) if titles and (not own or maybe(self.rng, 0.5)) else own
        return self.cut(text) if maybe(self.rng, 0.15) else text

    def teaser(self) -> str:
        """The summary of another story: its first sentences, whole or cut short."""
        text = self.words.pick(self.rng, "teasers")
        if self.others and (not text or maybe(self.rng, 0.6)):
            opening = opening_of(self.rng.choice(self.others))
            first = FIRST_SENTENCES.match(opening)
            return first[0] if first and maybe(self.rng, 0.6) else self.cut(opening)
        return self.cut(text) if maybe(self.rng, 0.3) else text

    def cut(self, text: str) -> str:
        """A text cut short after some words."""
        if self.words.lang in UNSPACED:
            return text[: self.rng.randint(14, 70)] + self.dots
        words = text.split()
        return " ".join(words[: self.rng.randint(6, 32)]).rstrip(".,;:") + self.dots


def opening_of(article: Article) -> str:
    """The first paragraph that is long enough to be one, else the first."""
    return next((text for text in article.paragraphs if len(text) >= OPENING_LENGTH), article.paragraphs[0])


def site(rng: Random, words: Furniture, others: Sequence[Article]) -> Site:
    """A new site with its habits."""
    return Site(
        rng=rng,
        words=words,
        others=others,
        name=words.pick(rng, "sites"),
        mark=rng.choice(["", "", "", "- ", "• ", "* ", "» ", "▸ "]),
        bar=rng.choice([" ", " | ", " · ", " / ", " • ", "  ", "\t", ", "]),
        in_line=maybe(rng, 0.25),
        capitals=maybe(rng, 0.2),
        dots=rng.choice(["...", "…", " ...", " […]", "… ", " [...]"]),
    )


# Blocks: each makes the lines of one thing on a page. -----------------------------------------------------------------

Block = Callable[[Site], list[Line]]


def nav(at: Site) -> list[Line]:
    """The menu of the site."""
    return at.items(
        at.words.several(at.rng, "nav", 2, 8) + at.words.several(at.rng, "sections", 3, 14),
        "nav",
    )


def breadcrumb(at: Site) -> list[Line]:
    """Where the page stands in the site."""
    bar = at.rng.choice([" > ", " » ", " / ", " › ", " > ", " | "])
    steps = [at.words.pick(at.rng, "home"), *at.words.several(at.rng, "sections", 1, 2)]
    return at.items([bar.join(step for step in steps if step)], "nav", in_line=True)


def section(at: Site) -> list[Line]:
    """The name of the page's section above its headline."""
    return at.heading("sections", "nav")


def share(at: Site) -> list[Line]:
    """Buttons for sharing, with or without counts."""
    buttons = at.words.several(at.rng, "share", 1, 6)
    if maybe(at.rng, 0.15):
        buttons.append(str(at.rng.randint(0, 900)))
    return at.items(buttons, "share", in_line=maybe(at.rng, 0.3))


def caption(at: Site) -> list[Line]:
    """A picture's caption, its credit, or both."""
    text, credit = at.words.pick(at.rng, "captions"), at.words.pick(at.rng, "credits")
    form = at.rng.choices(("credit", "one line", "two lines", "caption"), (25, 25, 10, 40))[0]
    if form == "credit":
        return [Line(credit, 1, "credit")]
    if form == "one line":
        return [Line(f"{text} {credit}", 1, "caption")]
    if form == "two lines":
        return [Line(text, 1, "caption"), Line(credit, 1, "credit")]
    return [Line(text, 1, "caption")]


def read_also(at: Site) -> list[Line]:
    """A pointer to another story, its title on the same line or below."""
    lead = at.words.pick(at.rng, "read_also").rstrip(" :：")
    if maybe(at.rng, 0.6):
        return [Line(f"{lead}{at.rng.choice([': ', ': ', ' ', ' - ', ' | '])}{at.headline()}", 1, "read_also")]
    titles = [at.headline() for _ in range(at.rng.randint(1, 3))]
    return [Line(lead + at.rng.choice(["", ":"]), 1, "read_also"), *at.items(titles, "read_also", in_line=False)]


def related(at: Site) -> list[Line]:
    """A heading and the headlines of other stories, sometimes with dates."""
    titles = [at.headline() for _ in range(at.rng.randint(2, 8))]
    if maybe(at.rng, 0.25):
        titles = [f"{title} {at.words.pick(at.rng, 'dates')}" for title in titles]
    name = at.rng.choice(["read_also", "most_read"])
    head = at.heading(name, "read_also") if maybe(at.rng, 0.8) else []
    return head + at.items(titles, "read_also", in_line=False)


def most_read(at: Site) -> list[Line]:
    """The numbered list of what others read."""
    titles = [at.headline() for _ in range(at.rng.randint(3, 8))]
    if maybe(at.rng, 0.5):
        titles = [f"{number}{at.rng.choice(['. ', ' ', ') '])}{title}" for number, title in enumerate(titles, 1)]
    return at.heading("most_read", "read_also") + at.items(titles, "read_also", in_line=False)


def teasers(at: Site) -> list[Line]:
    """Other stories: headline and summary, or summaries alone, perhaps with section, date and "read more"."""
    rows: list[Line] = at.heading("most_read", "read_also") if maybe(at.rng, 0.4) else []
    titled, dated, more = (maybe(at.rng, share) for share in (0.7, 0.3, 0.3))
    for _ in range(at.rng.randint(1, 6)):
        if dated:
            rows += at.one("dates", "teaser")
        if titled:
            rows.append(Line(at.headline(), 1, "teaser"))
        rows.append(Line(at.teaser(), 1, "teaser"))
        if more:
            rows += at.one("read_more", "read_also")
    return rows


def comments(at: Site) -> list[Line]:
    """What readers wrote, with names, times and buttons."""
    rows = at.one("comment_bits", "comments")
    for _ in range(at.rng.randint(1, 6)):
        who = at.words.pick(at.rng, at.rng.choice(["names", "firsts", "users"])) or at.words.pick(at.rng, "names")
        when = at.words.pick(at.rng, "dates")
        form = at.rng.choices(("one line", "two lines", "nameless"), (4, 4, 2))[0]
        if form == "one line":
            rows.append(Line(f"{who}{at.rng.choice([' ', ' - ', ', ', ' · '])}{when}", 1, "comments"))
        elif form == "two lines":
            rows += [Line(who, 1, "comments"), Line(when, 1, "comments")]
        said = " ".join(at.words.several(at.rng, "comments", 1, 2))
        rows.append(Line(said, 1, "comments"))
        if maybe(at.rng, 0.5):
            rows += at.items(at.words.several(at.rng, "comment_bits", 1, 2), "comments")
    return rows


def tags(at: Site) -> list[Line]:
    """What the page is filed under."""
    names = at.words.several(at.rng, "tags", 2, 7)
    if maybe(at.rng, 0.2):
        names = ["#" + name.replace(" ", "") for name in names]
    mark = at.words.pick(at.rng, "tags_mark")
    if maybe(at.rng, 0.6):
        return [Line(f"{mark} {at.rng.choice([', ', ' | ', ' ', ' · ']).join(names)}".strip(), 1, "tags")]
    return [Line(mark, 1, "tags"), *at.items(names, "tags", in_line=False)]


def footer(at: Site) -> list[Line]:
    """The foot of the page: rights, imprint, menus."""
    rows = at.items(at.words.several(at.rng, "nav", 2, 8), "nav") if maybe(at.rng, 0.6) else []
    for text in at.words.several(at.rng, "footer", 1, 4):
        rows.append(Line(text, 1, "footer"))
    return rows


def some(name: str, kind: str, least: int = 1, most: int = 1) -> Block:
    """A block of some phrases of one name, a line each."""
    return lambda at: [Line(text, 1, kind) for text in at.words.several(at.rng, name, least, most)]


BLOCKS: dict[str, Block] = {
    "nav": nav,
    "breadcrumb": breadcrumb,
    "section": section,
    "share": share,
    "caption": caption,
    "read_also": read_also,
    "related": related,
    "most_read": most_read,
    "teasers": teasers,
    "comments": comments,
    "tags": tags,
    "footer": footer,
    "cookie": some("cookie", "cookie", 1, 3),
    "newsletter": some("newsletter", "newsletter", 1, 3),
    "paywall": some("paywall", "paywall", 1, 3),
    "ad": some("ad", "ad"),
    "bio": some("bio", "bio", 1, 2),
    "promo": some("promo", "promo"),
    "source": some("sources", "source_tail"),
    "login": some("login", "nav", 1, 4),
    "search": some("search", "nav", 1, 2),
    "pagination": some("pagination", "nav", 1, 4),
    "weather": some("weather", "widget", 1, 4),
    "product": some("product", "product", 2, 8),
    "forum": some("forum", "forum", 2, 6),
    "top": some("top", "nav"),
}

# What stands where, with the share of pages that have it. Blocks of a place come in any order.
PLACES: dict[Style, dict[str, dict[str, float]]] = {
    "full": {
        "above": {"login": 0.4, "nav": 0.95, "search": 0.4, "weather": 0.2, "ad": 0.25, "cookie": 0.25,
                  "most_read": 0.1, "newsletter": 0.1, "teasers": 0.08},
        "head": {"breadcrumb": 0.5, "section": 0.3},
        "top": {"share": 0.5, "caption": 0.5, "ad": 0.15},
        "inside": {"read_also": 0.4, "ad": 0.35, "caption": 0.35, "promo": 0.3, "newsletter": 0.15, "related": 0.1,
                   "teasers": 0.05, "paywall": 0.05},
        "after": {"share": 0.45, "tags": 0.45, "source": 0.3, "bio": 0.35, "promo": 0.2, "paywall": 0.15, "ad": 0.15},
        "below": {"related": 0.6, "teasers": 0.45, "comments": 0.4, "most_read": 0.35, "newsletter": 0.3, "nav": 0.2,
                  "pagination": 0.2, "product": 0.1, "forum": 0.06},
        "foot": {"footer": 0.95, "cookie": 0.3, "top": 0.3, "weather": 0.05},
    },
    "container": {
        "above": {},
        "head": {"breadcrumb": 0.12, "section": 0.12},
        "top": {"share": 0.35, "caption": 0.5},
        "inside": {"read_also": 0.4, "ad": 0.25, "caption": 0.4, "promo": 0.25, "newsletter": 0.15, "related": 0.1,
                   "paywall": 0.05},
        "after": {"share": 0.4, "tags": 0.4, "source": 0.3, "bio": 0.35, "promo": 0.25, "paywall": 0.1, "ad": 0.1},
        "below": {"related": 0.4, "teasers": 0.25, "comments": 0.25, "most_read": 0.1, "newsletter": 0.2,
                  "pagination": 0.1, "product": 0.05, "forum": 0.05},
        "foot": {"top": 0.05, "footer": 0.05},
    },
    "extract": {
        "above": {},
        "head": {},
        "top": {"caption": 0.3, "share": 0.08},
        "inside": {"read_also": 0.3, "ad": 0.1, "caption": 0.25, "promo": 0.2, "newsletter": 0.06},
        "after": {"tags": 0.12, "source": 0.3, "bio": 0.35, "promo": 0.25, "share": 0.08, "paywall": 0.06},
        "below": {"related": 0.2, "teasers": 0.15, "comments": 0.08, "newsletter": 0.08},
        "foot": {"footer": 0.05},
    },
}  # fmt: skip


def pages(articles: Sequence[Article], seed: int, n: int) -> Iterator[Page]:
    """Makes n pages in the languages that both the articles and the furniture know; the seed decides everything.

    Languages come in turn, so that no language with many articles drowns the others.
    """
    by_language: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        if furniture(article.lang):
            by_language[article.lang].append(article)
    names = sorted(by_language)
    rng = Random(seed)  # noqa: S311 - repeatable on purpose
    for number in range(n if names else 0):
        mine = by_language[names[number % len(names)]]
        yield page(Random(rng.getrandbits(64)), rng.choice(mine), mine)  # noqa: S311


def page(rng: Random, article: Article, same_language: Sequence[Article]) -> Page:
    """One page around an article; other articles of its language lend their titles and first sentences."""
    words = furniture(article.lang)
    if words is None:
        message = (
            f"There is no furniture for the language {article.lang!r}; write {FURNITURE.name}/{article.lang}.toml."
        )
        raise ValueError(message)
    others = [other for other in rng.sample(same_language, min(12, len(same_language))) if other != article]
    at = site(rng, words, others)
    style = rng.choice(STYLES)
    places = PLACES[style] if not maybe(rng, CLEAN_SHARE) else {}
    lines = [
        *_place(at, places.get("above", {})),
        *_place(at, places.get("head", {})),
        *_head(at, article),
        *_place(at, places.get("top", {})),
        *_body(at, article, places.get("inside", {})),
        *_place(at, places.get("after", {})),
        *_place(at, places.get("below", {})),
        *_place(at, places.get("foot", {})),
    ]
    return _spaced(rng, article.lang, style, [line for line in lines if line.text.strip()])


def _place(at: Site, chances: dict[str, float]) -> list[Line]:
    blocks = [name for name, share in chances.items() if maybe(at.rng, share)]
    at.rng.shuffle(blocks)
    return [line for name in blocks for line in BLOCKS[name](at)]


def _head(at: Site, article: Article) -> list[Line]:
    """The headline and what stands about it: nobody can say whether that is the article, so it is neutral."""
    rows = [Line(article.title, None, "headline")] if article.title and maybe(at.rng, 0.7) else []
    parts = at.words.several(at.rng, "bylines", 0, 1) + at.words.several(at.rng, "dates", 0, 1)
    if maybe(at.rng, 0.3):
        parts = [at.rng.choice([" | ", " - ", ", ", " "]).join(parts)]
    return rows + [Line(part, None, "byline") for part in parts]


def _body(at: Site, article: Article, chances: dict[str, float]) -> list[Line]:
    """The article's paragraphs, each block of noise behind one of them, rarely behind the last."""
    start = 0
    size = at.rng.randint(*BODY_LENGTHS)
    if len(article.paragraphs) > size:
        start = at.rng.randint(0, len(article.paragraphs) - size)
    body = _paragraphs(at.rng, article.paragraphs[start : start + size])
    between: dict[int, list[Line]] = defaultdict(list)
    for name, share in chances.items():
        while maybe(at.rng, share):
            between[at.rng.randrange(len(body))] += BLOCKS[name](at)
            share /= 2  # noqa: PLW2901 - a second one is rarer
    own: dict[int, list[Line]] = defaultdict(list)
    share = WITH_INSERT
    while maybe(at.rng, share):
        lines = insert(at.rng, "\n".join(body))
        own[at.rng.randrange(max(1, len(body) - 1))] += [Line(line, 0, "insert") for line in lines]
        share = 0.5
    rows: list[Line] = []
    for number, paragraph in enumerate(body):
        rows += [Line(line, 0, "text") for line in paragraph.split("\n")]
        rows += own[number] + between[number]
    return rows


def _paragraphs(rng: Random, body: Sequence[str]) -> list[str]:
    """The paragraphs as they are, or shorter: some papers set a sentence a paragraph, and many texts end with one."""
    if maybe(rng, SHORT_PARAGRAPHS):
        return [short for paragraph in body for short in _cut_up(rng, paragraph)]
    if maybe(rng, SHORT_CLOSE):
        return [*body[:-1], *_last_apart(body[-1])]
    return list(body)


def _cut_up(rng: Random, paragraph: str) -> Iterator[str]:
    rest = sentences(paragraph)
    while rest:
        size = rng.randint(1, 2)
        yield "".join(rest[:size]).strip()
        rest = rest[size:]


def _last_apart(paragraph: str) -> list[str]:
    *before, last = sentences(paragraph)
    return ["".join(before).strip(), last] if before else [last]


def sentences(text: str) -> list[str]:
    """The sentences of a text, with the white space behind them.

    What is very short, or ends with what may be an abbreviation, goes with the sentence behind it, and what begins with
    a small letter with the one before: the stop between them was no end.
    """
    found: list[str] = []
    for piece in SENTENCES.findall(text):
        open_end = found and (len(found[-1]) < LEAST_SENTENCE or ABBREVIATED.search(found[-1]))
        if found and (open_end or piece[:1].islower()):
            found[-1] += piece
        else:
            found.append(piece)
    return found


def _spaced(rng: Random, lang: str, style: Style, lines: list[Line]) -> Page:
    """A page with its site's habit of blank lines and indentation."""
    habit = rng.choices(("\n\n", "\n", "mixed"), (45, 40, 15))[0]
    if habit != "mixed":
        return Page(lang, style, tuple(lines), habit)
    mixed: list[Line] = []
    for line in lines:  # blank lines about paragraphs and at random; some lines set in
        if mixed and (line.kind == "text" or maybe(rng, 0.3)):
            mixed += [Line("", None, "blank")] * rng.choice([1, 1, 1, 2])
        indent = rng.choice(["", "", "", "  ", "\t"]) if line.label else ""
        mixed.append(Line(indent + line.text, line.label, line.kind))
    return Page(lang, style, tuple(mixed), "\n")


# Articles in, rows out ------------------------------------------------------------------------------------------------

ISO_639_1 = {"amh": "am", "eng": "en", "fra": "fr", "hau": "ha", "ibo": "ig", "swa": "sw", "som": "so", "yor": "yo"}


def read_articles(path: Path) -> Iterator[Article]:
    """The articles of a file of JSON lines (.gz or not), or of a folder of the corpus's expected documents.

    Raises:
        ValueError: A row has no text or no language.
    """
    if path.is_dir():
        for name in sorted(path.glob("*/*.toml")):
            for story in tomllib.loads(name.read_text("utf-8")).get("stories", []):
                yield from _article(story.get("text", ""), "", name.parent.name)
        return
    data = path.read_bytes()
    for line in (gzip.decompress(data) if path.suffix == ".gz" else data).decode().splitlines():
        row = json.loads(line)
        if "text" not in row or "lang" not in row:
            message = f"{path}: every row needs text and lang; this one has {', '.join(row)}."
            raise ValueError(message)
        yield from _article(row["text"], row.get("title", ""), ISO_639_1.get(row["lang"], row["lang"]))


def _article(text: str, title: str, lang: str) -> Iterator[Article]:
    blocks = re.split(r"\n\s*\n", text.strip())
    by_blank_lines = len(blocks) >= FEWEST_BLOCKS
    paragraphs = blocks if by_blank_lines else text.strip().split("\n")
    paragraphs = [paragraph.strip("\n") for paragraph in paragraphs if paragraph.strip()]
    if paragraphs and paragraphs[0] == title:
        paragraphs = paragraphs[1:]
    if paragraphs:
        yield Article(title, tuple(paragraphs), lang)


def row(number: int, seed: int, page: Page) -> dict[str, object]:
    """A page as a row to write."""
    return {
        "id": f"synthetic-{seed}-{number}",
        "lang": page.lang,
        "style": page.style,
        "lines": [line.text for line in page.lines],
        "labels": [line.label for line in page.lines],
        "kinds": [line.kind for line in page.lines],
        "sep": page.sep,
    }


def main() -> int:
    """Runs the program; 2 for input that cannot be used."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("articles", nargs="+", type=Path, help="files of JSON lines, or corpus/expected")
    parser.add_argument("-o", "--output", type=Path, required=True, help="where to write, as .jsonl.gz")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-n", "--number", type=int, default=3000, help="how many pages")
    parser.add_argument("--quiet", action="store_true", help="print nothing")
    arguments = parser.parse_args()
    try:
        articles = [article for path in arguments.articles for article in read_articles(path)]
    except (OSError, ValueError) as error:
        print(f"Cannot read the articles. {error}", file=sys.stderr)
        return 2
    made = pages(articles, arguments.seed, arguments.number)
    rows = [row(number, arguments.seed, page) for number, page in enumerate(made)]
    data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    arguments.output.write_bytes(gzip.compress(data, mtime=0))
    if not arguments.quiet:
        print(f"{len(rows)} pages in {len({str(row['lang']) for row in rows})} languages -> {arguments.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
