"""Documents whose lines are labelled noise or real, read off the development sets.

A page's gold text says what is real: page and gold are aligned token by token (longest common subsequence, as the
scorer of the evaluation does it), and a line is real if most of its tokens are matched, noise if few are. Lines in
between, and lines that a set says nothing about, carry no label and only serve as neighbours.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tomllib
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rapidfuzz.distance import LCSseq

from copydesk import Desk, Recipe
from copydesk.recipe import Split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

REAL = 0.0
NOISE = 1.0
HEADLINE = "headline"
"""Kind of a story's own headline: gold texts leave it out or not, for us it is real."""

_MATCHED_REAL = 0.7
_MATCHED_NOISE = 0.3
_DISPUTED = 0.10
_LEAST_REACH = 0.5
_SNIPPET_WORDS = 4
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank.

    Attributes:
        start: Offset in the text, in code points.
        end: Offset behind it.
        tokens: How many tokens it has.
        matched: How many of them the gold text has.
        label: `REAL`, `NOISE`, or nothing where it is not known.
        kind: The kind of noise, where the set says so; else empty.
    """

    start: int
    end: int
    tokens: int
    matched: int
    label: float | None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A labelled document.

    Attributes:
        source: Name of the set.
        id: Name in the set.
        site: What must not be on both sides of a fold: the host, or the id.
        language: As the set names it; may be empty.
        page_type: What sort of page it is, where the set says so; else empty.
        text: The document.
        gold_tokens: Tokens of the gold text; 0 where there is none.
        lines: Its lines, in order.
    """

    source: str
    id: str
    site: str
    language: str
    text: str
    gold_tokens: int
    lines: tuple[Line, ...]
    page_type: str = ""


def tokens(text: str) -> list[str]:
    """Lower-case word tokens; Han and kana count one token a character (as the evaluation counts them)."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Read the records of a JSONL file, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def matching(pattern: str) -> list[Path]:
    """Give the files that a glob names, in order; none for no glob."""
    path = Path(pattern)
    return sorted(path.parent.glob(path.name)) if pattern else []


def file_digest(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digest_of_all(paths: Iterable[Path]) -> str:
    """SHA-256 (hex) over the digests of files, in the order of their names."""
    joined = "".join(file_digest(path) for path in sorted(paths, key=lambda path: path.name))
    return hashlib.sha256(joined.encode()).hexdigest()


def noise_documents(path: Path, root: Path) -> Iterator[Document]:
    """Read a set of pages with gold texts; pages with disputed gold, or with little of it, are left out."""
    suspect = disputed(root)
    titles = _side_file(root / "titles.json")
    source = path.name.removesuffix(".jsonl.gz")
    for row in read_rows(path):
        if row["id"] in suspect:
            continue
        gold = tokens(row["gold"])
        found = tokens(row["noisy"])
        mask = _matched(found, gold)
        if not gold or not found or sum(mask) < _LEAST_REACH * len(gold):
            continue
        headlines = set(titles.get(row["id"], ()))
        lines = tuple(_gold_lines(row["noisy"], mask, headlines))
        kind = row.get("page_type", "")
        yield Document(source, row["id"], site_of(row), row["lang"], row["noisy"], len(gold), lines, kind)


def noisy_pages(folder: Path) -> Iterator[Document]:
    """Read all sets of pages with gold texts; `folder` is that of the evaluation."""
    for path in sorted((folder / "noise").glob("*.jsonl.gz")):
        yield from noise_documents(path, path.parent)


def clean_documents(path: Path, source: str = "") -> Iterator[Document]:
    """Read a set of texts in which everything is real; rows with an `origin` count as of that repository's site."""
    for row in read_rows(path):
        lines = tuple(_all_real(row["text"]))
        count = sum(line.tokens for line in lines)
        site = str(row.get("origin") or row["id"]).split("@")[0]
        name = source or path.name.removesuffix(".jsonl.gz")
        yield Document(name, row["id"], site, row.get("lang", ""), row["text"], count, lines)


def snippet_documents(path: Path) -> Iterator[Document]:
    """Read a set that names a few snippets a page that must stay or go; other lines carry no label."""
    for row in read_rows(path):
        lines = tuple(_snippet_lines(row))
        yield Document("snips", row["id"], site_of(row), row["lang"], row["noisy"], 0, lines)


def made_documents(path: Path) -> Iterator[Document]:
    """Read pages that `synthetic.py` made: lines with their labels."""
    for row in read_rows(path):
        text = row["sep"].join(row["lines"])
        lines = tuple(_made_lines(row, text))
        yield Document("made", row["id"], row["id"], row["lang"], text, 0, lines)


def page_documents(path: Path, source: str) -> Iterator[Document]:
    """Read pages of public sites that `pages.py` labelled by their markup, or `comments.py` by their files.

    A line within a story that a rule would strike carries no label: "Source: ..." stands inside the story's element.
    """
    off = {"mode": "off"}
    book = Desk(Recipe.from_mapping({"model": off, "split": off, "language": {"engine": "none"}}))
    kinds = {kind.label for kind in book.rules.kinds}
    for row in read_rows(path):
        struck = [(edit.start, edit.end) for edit in book.clean(row["text"]).edits if edit.label in kinds]
        lines = []
        for (start, end), label in zip(shown_lines(row["text"]), row["labels"], strict=True):
            count = len(tokens(row["text"][start:end]))
            open_to_doubt = label == REAL and any(first < end and start < last for first, last in struck)
            known = None if open_to_doubt else label
            lines.append(Line(start, end, count, 0 if label == NOISE else count, known))
        yield Document(source, row["id"], row["site"], row["lang"], row["text"], 0, tuple(lines))


def _made_lines(row: dict[str, Any], text: str) -> Iterator[Line]:
    shown = [n for n, item in enumerate(row["lines"]) for line in item.split("\n") if line.strip()]
    for n, (start, end) in zip(shown, shown_lines(text), strict=True):
        kind = row["kinds"][n]
        label = REAL if kind == HEADLINE else row["labels"][n]
        count = len(tokens(text[start:end]))
        yield Line(start, end, count, 0 if label == NOISE else count, label, kind)


def corpus_documents(folder: Path) -> Iterator[Document]:
    """Read the project's own corpus: noise is what the rules strike, and what no story that it must become holds."""
    rules = Recipe.from_mapping({"model": {"mode": "off"}, "language": {"engine": "none"}})
    book = Desk(rules)
    kinds = tuple(kind.label for kind in book.rules.kinds)
    mend = Desk(replace(rules, rules=replace(rules.rules, off=kinds), split=Split("off")))
    for path in sorted(folder.rglob("*.txt")):
        text = mend.clean(path.read_bytes().decode("utf-8", "replace")).text
        kept = [(span, story.kind) for story in book.clean(text).stories for span in story.spans]
        wanted = _wanted(folder.parent / "expected" / path.relative_to(folder).with_suffix(".toml"))
        lines = []
        for start, end in shown_lines(text):
            found = {kind for (first, last), kind in kept if first < end and start < last}
            is_whole = any(first <= start and end <= last for (first, last), _ in kept)
            if wanted and is_whole and text[start:end] not in wanted:
                found = set()
            label = NOISE if not found else REAL if "article" in found else None
            count = len(tokens(text[start:end]))
            lines.append(Line(start, end, count, 0 if label == NOISE else count, label))
        yield Document("corpus", path.stem, f"corpus/{path.stem}", path.parent.name, text, 0, tuple(lines))


def _wanted(path: Path) -> str:
    """Give what a document of the corpus must become; nothing if it must stay as it is."""
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    return "\n".join(story["text"] for story in case.get("story", ()))


def disputed(root: Path) -> set[str]:
    """Ids of the pages whose gold text is disputed; `root` is the folder of the noise sets."""
    return {key for key, share in _side_file(root / "suspect.json").items() if share >= _DISPUTED}


def _side_file(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def site_of(row: dict[str, Any]) -> str:
    """Name the site of a row: its host, or its id."""
    host = urlsplit(row.get("url") or "").netloc.removeprefix("www.")
    return host or str(row["id"])


def _matched(found: list[str], gold: list[str]) -> list[int]:
    mask = [0] * len(found)
    for step in LCSseq.opcodes(gold, found):
        if step.tag == "equal":
            mask[step.dest_start : step.dest_end] = [1] * (step.dest_end - step.dest_start)
    return mask


def shown_lines(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the lines that are not blank, white space at either end left out."""
    at = 0
    for line in text.split("\n"):
        inner = line.strip()
        if inner:
            start = at + line.index(inner[0])
            yield start, start + len(inner)
        at += len(line) + 1


def _gold_lines(text: str, mask: list[int], headlines: set[str]) -> Iterator[Line]:
    at = 0
    for start, end in shown_lines(text):
        words = tokens(text[start:end])
        matched = sum(mask[at : at + len(words)])
        at += len(words)
        if " ".join(words) in headlines:
            yield Line(start, end, len(words), len(words), REAL, HEADLINE)
            continue
        share = matched / len(words) if words else 0.0
        label = REAL if share >= _MATCHED_REAL else NOISE if share <= _MATCHED_NOISE else None
        yield Line(start, end, len(words), matched, label if words else None)


def _all_real(text: str) -> Iterator[Line]:
    for start, end in shown_lines(text):
        count = len(tokens(text[start:end]))
        yield Line(start, end, count, count, REAL)


def _snippet_lines(row: dict[str, Any]) -> Iterator[Line]:
    keep = [_spaced(snippet) for snippet in row["must_keep"]]
    drop = [_spaced(snippet) for snippet in row["must_drop"]]
    for start, end in shown_lines(row["noisy"]):
        line = row["noisy"][start:end]
        words = tokens(line)
        flat = _spaced(line)
        real = any(snippet in flat or (flat in snippet and len(words) >= _SNIPPET_WORDS) for snippet in keep)
        noise = any((snippet in flat and len(snippet) * 2 > len(flat)) or flat in snippet for snippet in drop)
        label = None if real == noise else REAL if real else NOISE
        yield Line(start, end, len(words), len(words) if real else 0, label)


def _spaced(text: str) -> str:
    return f" {' '.join(tokens(text))} "
