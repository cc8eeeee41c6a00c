"""Makes labelled pages of blog posts with what readers said under them: `python training/comments.py COPIES OUT`.

Some blogs keep the comments of their readers as data files beside their posts, or an export of all of it by WordPress.
`comments.toml` names such repositories, the commit to read, and where posts and comments lie. COPIES holds the
repositories, as `public.py` takes them. OUT receives rows {id, lang, site, text, labels}, a post each, as `pages.py`
writes them: the lines of the post are real, what stands under it is noise. Some pages have names, times and buttons
between the comments, as they are read off a page; some have not, as extractors leave them. On some the post's last
paragraph stands behind the comments, as corrections and notes do. Some pages quote what readers said within the text,
where it is real: an article on products quotes reviews.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path, PurePosixPath
from random import Random
from typing import TYPE_CHECKING, Any

import lxml.etree
import yaml

from inserts import maybe
from plain_text import READERS
from public import LONGEST, blob, document, drawn, make_file, read_all, tree
from synthetic import furniture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from synthetic import Furniture

TABLE = Path(__file__).with_name("comments.toml")
POSTS = 40
"""Posts to take of a blog at most."""
FEWEST_COMMENTS = 2
MOST_COMMENTS = 40
QUOTED_SHARE = 0.25
"""Share of the pages that have what readers said as quotes within the text."""
MOST_QUOTES = 12
LONGEST_QUOTE = 600
"""Characters."""
BARE_SHARE = 0.5
"""Share of the other pages that have the words of the comments alone."""
HEADED_SHARE = 0.7
"""Share of the rest, whose comments are a thread, with a heading above it."""
BUTTON_SHARE = 0.5
"""Share of the threads with a button under each comment."""
IN_LINE_SHARE = 0.4
"""Share of the threads with name and time on one line."""
NOTE_SHARE = 0.25
"""Share of the pages with comments that have the post's last paragraph behind them."""

POST_FILES = {".md", ".markdown", ".html"}
INDEX = {"index", "_index"}
"""A post of this name is called as its folder."""

_DATED = re.compile(r"^\d{4}-\d\d?-\d\d?(?:-|(?=[T ]|$))")
_BLOCK = re.compile(r"</?(?:br|p|div|h\d|ul|ol|li|blockquote|table|tr|pre)\b[^<>]*>", re.IGNORECASE)
_SHORTCODE = re.compile(r"\[/?[a-z][\w-]*(?:\s[^\]\n]*)?\](?!\()")


@dataclass(frozen=True)
class Source:
    """An entry of the table.

    Attributes:
        repository: OWNER/NAME.
        commit: The commit to read, 40 hexadecimal digits.
        lang: The language of most posts, ISO 639-1.
    """

    repository: str
    commit: str
    lang: str


@dataclass(frozen=True)
class Blog(Source):
    """A blog that keeps comments as files.

    Attributes:
        comments: A pattern of the paths of the comments' files; its group "post" is the name of the post. A file holds
            one comment or a list of them.
        posts: The folder of the posts, Markdown or HTML.
        message: The field that holds a comment's text.
    """

    comments: str
    posts: str
    message: str = "message"

    def read(self, copy: Path) -> Iterator[Post]:
        """Read the posts that have comments."""
        said: dict[str, list[str]] = defaultdict(list)
        posts: dict[str, str] = {}
        for path, _ in tree(copy, self.commit):
            file = PurePosixPath(path)
            if found := re.fullmatch(self.comments, path):
                said[_name(found["post"])].append(path)
            elif file.is_relative_to(self.posts) and file.suffix in POST_FILES:
                posts[_name(file.parent.name if file.stem in INDEX else file.stem)] = path
        by_path = {path: said[name] for name, path in posts.items() if name in said}
        for path in drawn(by_path):
            fields = [one for file in by_path[path] for one in _data(self._text(copy, file))]
            comments = [
                _comment(c.get(self.message), _author(c), c.get("date")) for c in fields if not c.get("pingback")
            ]
            yield Post(path, _of_html(self._text(copy, path)), in_order(comments))

    def _text(self, copy: Path, path: str) -> str:
        """A file's text; none where it is missing from the copy or is no text."""
        try:
            return blob(copy, self.commit, path).decode("utf-8")
        except (subprocess.CalledProcessError, UnicodeDecodeError):
            return ""


@dataclass(frozen=True)
class Export(Source):
    """An export of a blog by WordPress.

    Attributes:
        path: The file.
    """

    path: str

    def read(self, copy: Path) -> Iterator[Post]:
        """Read the posts that have comments."""
        lenient = lxml.etree.XMLParser(recover=True, huge_tree=True, resolve_entities=False, remove_comments=True)
        items = lxml.etree.fromstring(blob(copy, self.commit, self.path), lenient).iter("item")
        posts = {fields.get("post_id", ""): (fields, item) for item in items if (fields := _fields(item))}
        for number in drawn(posts):
            post, item = posts[number]
            if (post.get("post_type"), post.get("status")) != ("post", "publish"):
                continue
            said = [_fields(child) for child in item if child.tag.endswith("}comment")]
            kept = [
                c for c in said if c.get("comment_approved") == "1" and c.get("comment_type", "") in {"", "comment"}
            ]
            comments = [_comment(*map(c.get, ("comment_content", "comment_author", "comment_date"))) for c in kept]
            text = f"# {post.get('title', '')}\n\n{_SHORTCODE.sub('', _of_html(post.get('encoded', '')))}"
            yield Post(f"{self.path}#{number}", text, in_order(comments))


@dataclass(frozen=True)
class Comment:
    """What a reader said, as lines; who and when, as far as it is known."""

    lines: tuple[str, ...]
    name: str
    date: str


@dataclass(frozen=True)
class Post:
    """A post: where it stands, its Markdown, and what was said under it."""

    path: str
    text: str
    comments: Sequence[Comment]


def blogs(table: Path = TABLE) -> list[Blog | Export]:
    """The table's entries."""
    entries = tomllib.loads(table.read_text("utf-8"))
    return [*(Blog(**entry) for entry in entries["blog"]), *(Export(**entry) for entry in entries["export"])]


def pages(copy: Path, blog: Blog | Export) -> Iterator[Mapping[str, object]]:
    """The pages of one blog: posts that readers said something of."""
    taken = 0
    for post in blog.read(copy):
        origin = f"{blog.repository}@{blog.commit}:{post.path}"
        known = (document(blocks, "post", blog.lang, origin) for blocks in READERS["markdown"](post.text))
        row = next((row for row in known if row), None)
        if row is None or len(post.comments) < FEWEST_COMMENTS:
            continue
        rng = Random(row["id"])  # noqa: S311 - repeatable on purpose
        gap = "\n\n" if "\n\n" in row["text"] else "\n"
        text = row["text"].strip("\n").split(gap)
        if maybe(rng, QUOTED_SHARE):
            pieces = [(0, quoting(text, post.comments, rng))]
        else:
            note = text[-1:] if len(text) > 1 and maybe(rng, NOTE_SHARE) else []
            below = _fitting(tail(post, rng, furniture(blog.lang)))
            pieces = [(0, text[: len(text) - len(note)]), (1, below), (0, note)]
        labels = [label for label, piece in pieces for line in piece for _ in range(_shown(line))]
        whole = gap.join(line for _, piece in pieces for line in piece)
        yield {"id": row["id"], "lang": blog.lang, "site": blog.repository, "text": whole, "labels": labels}
        taken += 1
        if taken == POSTS:
            return


def quoting(paragraphs: Sequence[str], comments: Sequence[Comment], rng: Random) -> list[str]:
    """A text that quotes what readers said, each in a paragraph of its own, perhaps with a name."""
    said = [(" ".join(comment.lines), comment.name) for comment in comments]
    quotes = [(words, name) for words, name in said if len(words) <= LONGEST_QUOTE][:MOST_QUOTES]
    marks = rng.choice(['""', "“”", "«»", "„“", "「」"])
    named = rng.choice(["{quote}", "{quote} – {name}", "{name}: {quote}"])
    out = list(paragraphs)
    for words, name in quotes:
        quote = marks[:1] + words + marks[-1:]
        out.insert(rng.randint(1, len(out)), named.format(quote=quote, name=name) if name else quote)
    return out


def tail(post: Post, rng: Random, words: Furniture | None) -> list[str]:
    """What stands under a post: the comments alone, or between names, times and buttons as the page's habit is."""

    def phrase(name: str) -> list[str]:
        found = words.pick(rng, name) if words else ""
        return [found] if found else []

    comments = post.comments[:MOST_COMMENTS]
    if maybe(rng, BARE_SHARE):
        return [line for comment in comments for line in comment.lines]
    dates = rng.choice(["own", "words", "none"])
    button = phrase("comment_bits") if maybe(rng, BUTTON_SHARE) else []
    in_line = maybe(rng, IN_LINE_SHARE)
    out = phrase("comment_bits") if maybe(rng, HEADED_SHARE) else []
    for comment in comments:
        when = phrase("dates") if dates == "words" else [comment.date[:16]] if dates == "own" and comment.date else []
        head = [part for part in (comment.name, *when) if part]
        out += [" ".join(head)] if in_line and head else head
        out += [*comment.lines, *button]
    return out


def _name(name: str) -> str:
    """The name of a post as its file and the folder of its comments both have it: no date, small letters, no signs."""
    return re.sub(r"[\W_]+", "-", _DATED.sub("", name).lower()).strip("-")


def _fields(element: Any) -> dict[str, str]:
    """The texts of an element's children by name; the post's content comes before its excerpt of the same name."""
    found: dict[str, str] = {}
    for child in element:
        if isinstance(child.tag, str):
            found.setdefault(lxml.etree.QName(child).localname, child.text or "")
    return found


def _data(text: str) -> list[dict[str, Any]]:
    """The comments of a file, JSON or YAML, with their fields; none if it holds something else."""
    try:
        read = json.loads(text) if text.startswith("{") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError):
        return []
    return [one for one in (read if isinstance(read, list) else [read]) if isinstance(one, dict)]


def _author(fields: Mapping[str, Any]) -> object:
    found = fields.get("name") or fields.get("author")
    return found.get("name") if isinstance(found, dict) else found


def _comment(text: object, name: object, date: object) -> Comment:
    blocks = next(iter(READERS["markdown"](_of_html(str(text or "")))), [])
    lines = tuple(line for block in blocks for line in block if line.strip())
    return Comment(lines, str(name or "").strip(), str(date or ""))


def in_order(comments: Iterable[Comment]) -> list[Comment]:
    """The comments that say something, by time if all of them tell it as ISO 8601 does; else as they lie."""
    known = [comment for comment in comments if comment.lines]
    timed = all(_DATED.match(comment.date) for comment in known)
    return sorted(known, key=lambda comment: comment.date) if timed else known


def _of_html(text: str) -> str:
    """Let blank lines part what elements part; the reader of Markdown leaves out all other tags."""
    return _BLOCK.sub("\n\n", text)


def _fitting(lines: Sequence[str]) -> list[str]:
    """The lines up to as many characters as a text may have."""
    ends = accumulate(map(len, lines))
    return [line for line, end in zip(lines, ends, strict=True) if end <= LONGEST]


def _shown(text: str) -> int:
    return sum(bool(line.strip()) for line in text.split("\n"))


if __name__ == "__main__":
    sys.exit(make_file(__doc__, lambda copies: read_all(copies, blogs(), pages)))
