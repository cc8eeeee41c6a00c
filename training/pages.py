"""Makes labelled pages to train on from rendered sites in public repositories: `python training/pages.py COPIES OUT`.

Many people keep the finished pages of a site in a repository: blogs, magazines, papers, handbooks. Their markup says
which element holds the story and what stands around it, so each page gives text whose lines are labelled. `pages.toml`
beside this file names the repositories. Nothing is downloaded here: COPIES holds them as for `public.py`. OUT, a
gzipped file, receives rows {id, site, lang, text, labels}, a label a line that is not blank: 1 noise, 0 real, or null;
the same copies give the same bytes, and the digest that is printed shows it.

The text of a page is what programs make of it that people use: all of its text, the text of the element around the
story, or what one of two extractors takes for the story.
"""

import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TypedDict
from urllib.parse import urlsplit

import lxml.etree
import lxml.html
import trafilatura
from inscriptis import get_text as inscribed
from lxml.html import HtmlElement
from resiliparse.extract.html2text import extract_plain_text

import markup
from copydesk.language import identifier
from copydesk.recipe import LANGUAGE_ENGINES
from plain_text import chance
from public import blob, drawn, make_file, read_all, tree

TABLE = Path(__file__).with_name("pages.toml")
PAGES_PER_SITE = 8
MOST_TRIED = 150
"""Pages looked at for one site, most of which are lists, empty, or made by other means."""
SIZES = range(4_000, 1_500_000)
"""Bytes of a page."""
SHORTEST, LONGEST = 500, 40_000
"""Characters of a story."""
FEWEST_LINES, MOST_LINES = 3, 300
LEAST_NOISE = 4
"""Lines of noise a page must have; without them nothing is learned from it."""


class Page(TypedDict):
    """A labelled page, in one of the forms that its text can take."""

    id: str
    site: str
    lang: str
    text: str
    labels: list[int | None]


@dataclass(frozen=True)
class Sheet:
    """A page that was read.

    Attributes:
        origin: Repository, commit and path.
        site: Its host, or the repository.
        lang: The language of its story, two or three letters.
        root: Its tree, each piece of text marked.
        body: The element that holds the story.
        opening: How the story begins.
    """

    origin: str
    site: str
    lang: str
    root: HtmlElement
    body: HtmlElement
    opening: str


@dataclass(frozen=True)
class Site:
    """One entry of the table.

    Attributes:
        repository: OWNER/NAME.
        commit: The commit to read, 40 hexadecimal digits.
        body: A selector of the element that holds a story, tried before those in `markup.toml`; may be empty.
    """

    repository: str
    commit: str
    body: str = ""


def sites(table: Path = TABLE) -> list[Site]:
    """The table's entries."""
    return [Site(**entry) for entry in tomllib.loads(table.read_text("utf-8"))["site"]]


def pages(copy: Path, site: Site, seen: set[str]) -> Iterator[Page]:
    """Read some pages of a site, each in two forms; `seen` holds what stories begin with that were taken."""
    taken = 0
    listed = [path for path, size in tree(copy, site.commit) if path.endswith((".html", ".htm")) and size in SIZES]
    for path in drawn(listed)[:MOST_TRIED]:
        sheet = _sheet(copy, site, path)
        if sheet is None or sheet.opening in seen:
            continue
        seen.add(sheet.opening)
        forms = list(_forms(sheet))
        yield from forms
        taken += bool(forms)
        if taken == PAGES_PER_SITE:
            return


def _sheet(copy: Path, site: Site, path: str) -> Sheet | None:
    """Read a file; none where it is no page with a story."""
    try:
        root = lxml.html.document_fromstring(blob(copy, site.commit, path).decode("utf-8"))
    except (subprocess.CalledProcessError, lxml.etree.LxmlError, ValueError):  # also what is not UTF-8
        return None
    title = " ".join((root.findtext(".//title") or "").split())
    host = _host(root)
    markup.strip(root)
    body = markup.story_element(root, (site.body, *markup.BODIES) if site.body else markup.BODIES)
    plain = "" if body is None else " ".join(body.text_content().split())
    if body is None or not SHORTEST <= len(plain) <= LONGEST or "lorem ipsum" in plain.lower():
        return None
    ((language, _),) = identifier(LANGUAGE_ENGINES[0]).identify([plain])
    markup.mark(root, body, title)
    origin = f"{site.repository}@{site.commit}:{path}"
    return Sheet(origin, host or site.repository, language.split("-")[0], root, body, plain[:SHORTEST])


def _forms(sheet: Sheet) -> Iterator[Page]:
    lot = chance(sheet.origin, 12)
    whole = inscribed_text if lot % 3 else _plain
    others: tuple[Callable[[HtmlElement, HtmlElement], str], ...] = (_around, _around, _extracted, _other_extracted)
    for name, form in (("full", whole), ("part", others[lot % 4])):
        text, labels = markup.labelled(form(sheet.root, sheet.body))
        real, noise = labels.count(0), labels.count(1)
        if FEWEST_LINES <= real <= MOST_LINES and len(labels) <= 2 * MOST_LINES and noise >= LEAST_NOISE:
            key = f"page-{name}-{sha256(sheet.origin.encode()).hexdigest()[:12]}"
            yield Page(id=key, site=sheet.site, lang=sheet.lang, text=text, labels=labels)


def _host(root: HtmlElement) -> str:
    for query in ("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content"):
        for address in root.xpath(query):
            host = (urlsplit(str(address)).hostname or "").removeprefix("www.")
            if "." in host:
                return host
    return ""


def _source(element: HtmlElement) -> str:
    return str(lxml.html.tostring(element, encoding="unicode", with_tail=False))


def _stripped(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n"))


def inscribed_text(root: HtmlElement, _: HtmlElement) -> str:
    """All text of an element, a line for each of its blocks."""
    return _stripped(inscribed(_source(root)))


def _plain(root: HtmlElement, _: HtmlElement) -> str:
    return _stripped(extract_plain_text(_source(root), main_content=False))


def _around(_: HtmlElement, body: HtmlElement) -> str:
    """The text of the nearest element around the story that holds more than it."""
    size = len(body.text_content().split())
    for outer in body.iterancestors():
        if outer.tag not in {"html", "body"} and len(outer.text_content().split()) > size:
            return inscribed_text(outer, body)
    return ""


def _extracted(root: HtmlElement, _: HtmlElement) -> str:
    return _stripped(extract_plain_text(_source(root), main_content=True))


def _other_extracted(root: HtmlElement, _: HtmlElement) -> str:
    return trafilatura.extract(_source(root)) or ""


if __name__ == "__main__":
    sys.exit(make_file(__doc__, lambda copies: read_all(copies, sites(), partial(pages, seen=set()))))
