"""Makes the summaries to train on from local copies of public repositories: `python training/feeds.py COPIES OUT`.

Programs that show the news often carry, as an example, what a news service once answered: a list of stories, each with
the description that its publisher wrote for it. `feeds.toml` beside this file names such files. Nothing is downloaded
here: COPIES holds the repositories as for `public.py`. OUT, a gzipped file, receives rows {title, text, lang, site},
each text once; the same copies give the same bytes, and the digest that is printed shows it.
"""

import html
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import urlsplit

from copydesk.language import identifier
from copydesk.recipe import LANGUAGE_ENGINES
from public import blob, copy_of, make_file

TABLE = Path(__file__).with_name("feeds.toml")
LENGTHS = range(40, 321)
"""How many characters a summary has; what is longer is the beginning of the story itself."""

_TAG = re.compile(r"<[^<>]*>")
_PUBLISHER = re.compile(r" [-|–—] [^-|–—]{2,40}$")
"""What services put behind a title."""


class Summary(TypedDict):
    """What a page says of another story, below its title; `site` is the address of that story's publisher."""

    title: str
    text: str
    lang: str
    site: str


def summaries(answer: Any) -> Iterator[tuple[str, str, str]]:
    """Give the summaries in an answer of a news service, each with its title before and its site behind it.

    Args:
        answer: Whatever JSON can hold; stories are objects with `title`, `description` and `url`, at any depth.
    """
    waiting = [answer]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            if all(isinstance(here.get(key), str) for key in ("title", "description", "url")):
                text = _plain(here["description"])
                site = (urlsplit(here["url"]).hostname or "").removeprefix("www.")
                if len(text) in LENGTHS and site:
                    yield _PUBLISHER.sub("", _plain(here["title"])), text, site
            waiting.extend(reversed(list(here.values())))
        elif isinstance(here, list):
            waiting.extend(reversed(here))


def _plain(markup: str) -> str:
    return " ".join(_TAG.sub(" ", html.unescape(markup)).split())


def read(copies: Path) -> Iterator[Summary]:
    """Read all feeds of the table, and tell the languages; says on stderr which copies are missing."""
    found: dict[str, tuple[str, str]] = {}
    for feed in tomllib.loads(TABLE.read_text("utf-8"))["feed"]:
        copy = copy_of(copies, feed["repository"])
        if copy is None:
            continue
        try:
            answer = json.loads(blob(copy, feed["commit"], feed["path"]))
        except (subprocess.CalledProcessError, ValueError):
            print(f"{feed['repository']}: {feed['path']} is not there, or is no JSON", file=sys.stderr)
            continue
        for title, text, site in summaries(answer):
            found.setdefault(text, (title, site))
    languages = identifier(LANGUAGE_ENGINES[0]).identify(list(found))
    for (text, (title, site)), (language, _) in zip(found.items(), languages, strict=True):
        yield Summary(title=title, text=text, lang=language.split("-")[0], site=site)


if __name__ == "__main__":
    sys.exit(make_file(__doc__, read))
