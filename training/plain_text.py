"""Turns the marked-up files of public repositories into plain text, with the line structure a reader would see.

Each reader takes the text of one file and yields the documents in it. A document is a list of blocks; a block is a list
of lines that stand together (the items of a list, the verses of a stanza), mostly a single paragraph on a single line.
"""

import html
import json
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import groupby
from xml.etree import ElementTree as ET

Block = list[str]
Reader = Callable[[str], Iterator[list[Block]]]

FRONT_MATTER = re.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\n(.*?)\n\1[ \t]*\n", re.DOTALL)
TITLE = re.compile(r"^title[ \t]*[:=][ \t]*(.+)$", re.MULTILINE)
FENCE = re.compile(r"^[ \t]*(```+|~~~+)")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
SHORTCODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{:[^}\n]*\}|\{#[-\w]+\}|\[\[.*?TOC.*?\]\]", re.DOTALL)
HIDDEN = "script|style|svg|iframe|video|audio|object|math"
HIDDEN_ELEMENT = re.compile(rf"<({HIDDEN})\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"</?[A-Za-z][\w:-]*(?:\s[^<>]*?)?/?>")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])")
LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\((?:[^()]|\([^()]*\))*\)")
REFERENCE_LINK = re.compile(r"\[([^\[\]\n]+)\]\s?\[[^\[\]\n]*\]")
DESCRIPTION = re.compile(r"^:[ \t]{1,3}")  # of a term in a definition list
DEFINITION = re.compile(r"^[ \t]*\[[^\]]+\]:[ \t]*\S.*$")
AUTOLINK = re.compile(r"<((?:https?://|mailto:)?[^<>\s]+[@./][^<>\s]+)>")
FOOTNOTE = re.compile(r"\[\^[^\]]+\]:?")
HEADING = re.compile(r"^\s{0,3}#{1,6}[ \t]*(.*?)[ \t]*#*$")
UNDERLINE = re.compile(r"^\s{0,3}(=+|-+)\s*$")
RULE = re.compile(r"^\s{0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$")
ITEM = re.compile(r"^([ \t]*)([-*+•]|\d{1,3}[.)])[ \t]+(.*)$")
TABLE_RULE = re.compile(r"^\s*\|?[ \t:|-]*-[ \t:|-]*\|?\s*$")
QUOTE = re.compile(r"^\s{0,3}(?:>[ \t]?)+")
EMPHASIS = re.compile(r"(?<![\w*\\])(\*{1,3}|_{1,3}|~~)(?=\S)(.+?)(?<=\S)\1(?![\w*])")
CODE_SPAN = re.compile(r"(`+)(.+?)\1")
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
NO_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff00-\uff65]")

# What must not be left in a line that is not code: marks that the steps above did not understand.
DEBRIS = re.compile(
    r"\]\(|\{\{|\{%|\{:|</?[a-z]+[ >]|\*\*|^:::|^!!!|^```|^import .+ from|\\\w+\{|&[a-z]+;|\ufffd|@\w+\{|<a_"
)

SENTENCE_END = re.compile(r"[.!?…:;。！？।؟۔»”\"')\]]\s*$")
HEADING_LENGTH = 120
TEI = "{http://www.tei-c.org/ns/1.0}"


def chance(seed: str, choices: int) -> int:
    """A number in range(choices) that the seed alone decides."""
    return int.from_bytes(sha256(seed.encode()).digest()[:8]) % choices


# Markdown ------------------------------------------------------------------------------------------------------------


def markdown(text: str) -> Iterator[list[Block]]:
    """The one document of a Markdown file, its title first; nothing where marks are left that nobody rendered."""
    text = text.replace("\r\n", "\n")
    front = FRONT_MATTER.match(text)
    title = TITLE.search(front[2]) if front else None
    body = COMMENT.sub("", text[front.end() :] if front else text)
    blocks = list(_markdown_blocks(body))
    if title:
        blocks.insert(0, [_inline(title[1].strip().strip("\"'"))])
    if not any(DEBRIS.search(line) for block in blocks for line in block if not line.startswith("\0")):
        yield [[line.removeprefix("\0") for line in block] for block in blocks if block]


def _markdown_blocks(body: str) -> Iterator[Block]:
    """Blocks of lines; a line of code begins with a NUL character so that nothing else reads marks into it."""
    for code, lines in _fenced(body):
        if code:
            kept = [line for line in lines if line.strip()]
            if kept:
                yield ["\0" + line for line in kept]
        else:
            prose = SHORTCODE.sub("", HIDDEN_ELEMENT.sub("", BREAK.sub("\n", "\n".join(lines))))
            yield from _prose_blocks(prose.split("\n"))


def _fenced(body: str) -> Iterator[tuple[bool, list[str]]]:
    """Runs of lines: (False, prose) and (True, the inside of a code fence, but for one that holds Markdown again)."""
    run: list[str] = []
    fence = ""
    code = False
    for line in body.split("\n"):
        mark = FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            yield code, run
            run, fence = [], "" if fence else mark[1]
            code = bool(fence) and "markdown" not in line.lower()
        else:
            run.append(line)
    yield code, run


def _prose_blocks(lines: list[str]) -> Iterator[Block]:
    for blank, group in groupby(lines, key=lambda line: not QUOTE.sub("", line).strip()):
        if not blank:
            block = [line for line in _joined(list(group)) if line]
            if block:
                yield from _split_headings(block)


def _split_headings(block: Block) -> Iterator[Block]:
    """A heading, which begins with the character U+0001, stands alone."""
    rest: Block = []
    for line in block:
        if line.startswith("\1"):
            if rest:
                yield rest
            rest = []
            if line[1:]:
                yield [line[1:]]
        else:
            rest.append(line)
    if rest:
        yield rest


def _joined(lines: list[str]) -> Iterator[str]:
    """The lines of one block, wrapped lines joined; the character U+0001 marks headings."""
    pending = ""
    for raw in lines:
        line = QUOTE.sub("", raw)
        heading, item = HEADING.match(line), ITEM.match(line)
        if UNDERLINE.match(line) and pending:
            yield "\1" + _inline(pending)
            pending = ""
        elif RULE.match(line) or DEFINITION.match(line) or TABLE_RULE.match(line) or UNDERLINE.match(line):
            yield _inline(pending)
            pending = ""
        elif heading:
            yield _inline(pending)
            yield "\1" + _inline(heading[1])
            pending = ""
        elif item:
            yield _inline(pending)
            mark = item[2] if item[2][0].isdigit() else "-"
            pending = f"{mark} {item[3]}"
        elif line.lstrip().startswith("|") and line.count("|") > 1:
            yield _inline(pending)
            yield " | ".join(_inline(cell) for cell in line.strip().strip("|").split("|")).strip()
            pending = ""
        else:
            glue = "" if NO_SPACES.search(pending[-1:]) and NO_SPACES.match(line.strip()[:1]) else " "
            pending = (pending + glue + DESCRIPTION.sub("", line).strip()).strip()
            if raw.endswith(("  ", "\\")):
                yield _inline(pending.removesuffix("\\"))
                pending = ""
    yield _inline(pending)


def _inline(text: str) -> str:
    """One line without Markdown and HTML marks."""
    spans: list[str] = []

    def keep(match: re.Match[str]) -> str:
        spans.append(match[2])
        return f"\2{len(spans) - 1}\2"

    text = CODE_SPAN.sub(keep, text)
    for pattern, value in (
        (IMAGE, ""),
        (AUTOLINK, r"\1"),
        (TAG, ""),
        (LINK, r"\1"),
        (LINK, r"\1"),
        (REFERENCE_LINK, r"\1"),
        (FOOTNOTE, ""),
        (EMPHASIS, r"\2"),
        (EMPHASIS, r"\2"),
        (ESCAPE, r"\1"),
    ):
        text = pattern.sub(value, text)
    text = re.sub("\2(\\d+)\2", lambda match: spans[int(match[1])], html.unescape(text))
    text = " ".join(text.replace("\2", "").split())
    return "" if text in {"-", "*", "|"} else text


# Treebanks -----------------------------------------------------------------------------------------------------------


def conllu(text: str) -> Iterator[list[Block]]:
    """The documents of a treebank that marks them with "# newdoc", paragraphs with "# newpar" where it marks those."""
    yield from _undamaged(_treebank_documents(text, None, 0))


def conllu_by_id(text: str) -> Iterator[list[Block]]:
    """The documents of a treebank whose sentence identifiers name them: "b204.7", "wiki-1181.p.10.s.1"."""
    yield from _undamaged(_treebank_documents(text, re.compile(r"^(.+?)(?:\.p\.\d+)?(?:\.s)?\.\d+$"), 0))


def conllu_running(text: str) -> Iterator[list[Block]]:
    """Stretches of 24 sentences of a treebank that keeps their order but marks no documents."""
    yield from _undamaged(_treebank_documents(text, None, 24))


def _undamaged(documents: Iterator[list[Block]]) -> Iterator[list[Block]]:
    return (blocks for blocks in documents if not any(DEBRIS.search(line) for block in blocks for line in block))


def _treebank_documents(text: str, name: re.Pattern[str] | None, stretch: int) -> Iterator[list[Block]]:
    paragraphs: list[list[str]] = []
    document = ""
    marked = False  # whether this document has marks for its paragraphs
    new_document = new_paragraph = False
    count = 0
    for line in text.split("\n"):
        if line.startswith("# newdoc"):
            new_document = True
        elif line.startswith("# newpar"):
            new_paragraph = True
        elif name and line.startswith("# sent_id = "):
            found = name.match(line.removeprefix("# sent_id = "))
            current = found[1] if found else ""
            new_document, document = current != document, current
        elif line.startswith("# text = "):
            count += 1
            if new_document or (stretch and count % stretch == 0):
                if paragraphs:
                    yield _paragraphs(paragraphs, marked=marked)
                paragraphs, marked = [], False
            if new_paragraph or not paragraphs:
                marked = marked or (new_paragraph and bool(paragraphs))
                paragraphs.append([])
            paragraphs[-1].append(line.removeprefix("# text = ").strip())
            new_document = new_paragraph = False
    if paragraphs:
        yield _paragraphs(paragraphs, marked=marked)


def _paragraphs(sentences: list[list[str]], *, marked: bool) -> list[Block]:
    """Sentences as paragraphs: as marked, or two to four at a time; what ends like a heading stands alone."""
    if marked:
        return [[" ".join(paragraph)] for paragraph in sentences]
    blocks: list[Block] = []
    room = 0
    for sentence in (sentence for paragraph in sentences for sentence in paragraph):
        if not SENTENCE_END.search(sentence) and len(sentence) < HEADING_LENGTH:
            blocks.append([sentence])
            room = 0
        elif room:
            blocks[-1][0] += " " + sentence
            room -= 1
        else:
            blocks.append([sentence])
            room = 1 + chance(sentence, 3)
    return blocks


# Novels and plays in TEI ---------------------------------------------------------------------------------------------


def novel(text: str) -> Iterator[list[Block]]:
    """The beginning of one chapter of a novel."""
    chapters = [div for div in _body(text).iter(TEI + "div") if div.get("type") in {"chapter", "letter"}]
    if chapters:
        chapter = chapters[chance(text[:4000], len(chapters))]
        yield _limited(_tei_blocks(chapter), text)


def play(text: str) -> Iterator[list[Block]]:
    """The beginning of one scene (or act) of a play: speakers on lines of their own, or before what they say."""
    divs = list(_body(text).iter(TEI + "div"))
    scenes = [div for div in divs if div.find(TEI + "sp") is not None]
    if scenes:
        scene = scenes[chance(text[:4000], len(scenes))]
        yield _limited(_tei_blocks(scene, speaker_apart=chance(text[:3000], 2) == 0), text)


def _body(text: str) -> ET.Element:
    root = ET.fromstring(text.encode())  # noqa: S314 - no entities are resolved, and a fetched corpus is local
    body = root.find(f".//{TEI}body")
    return ET.Element("none") if body is None else body


def _limited(blocks: Iterator[Block], seed: str) -> list[Block]:
    """Blocks up to a length that the text itself decides: 1,200 to 12,000 characters."""
    limit = 1200 * (1 + chance(seed[:5000], 10))
    taken: list[Block] = []
    size = 0
    for block in blocks:
        taken.append(block)
        size += sum(map(len, block))
        if size > limit:
            break
    return taken


def _tei_blocks(element: ET.Element, *, speaker_apart: bool = True) -> Iterator[Block]:
    for child in element:
        tag = child.tag.removeprefix(TEI) if isinstance(child.tag, str) else ""
        if tag in {"p", "head", "trailer", "ab"}:
            yield from ([line] for line in [_tei_text(child)] if line)
        elif tag in {"lg", "l"}:
            verses = [child] if tag == "l" else list(child.iter(TEI + "l"))
            lines = [line for line in map(_tei_text, verses) if line]
            if lines:
                yield lines
        elif tag == "stage":
            line = _tei_text(child).strip("() .")
            if line:
                yield [f"({line})"]
        elif tag == "sp":
            lines = list(_speech(child, apart=speaker_apart))
            if lines:
                yield lines
        elif tag in {"div", "quote", "floatingText", "body", "q"}:
            yield from _tei_blocks(child, speaker_apart=speaker_apart)


def _speech(speech: ET.Element, *, apart: bool) -> Iterator[str]:
    speaker = _tei_text(speech.find(TEI + "speaker")).rstrip(" .:")
    lines = [_tei_text(part) for part in speech.iter() if part.tag in {TEI + "p", TEI + "l"}]
    lines = [line for line in lines if line]
    if lines and speaker and apart:
        yield speaker
    elif lines and speaker:
        lines[0] = f"{speaker}: {lines[0]}"
    yield from lines


def _tei_text(element: ET.Element | None) -> str:
    """The text of an element without notes, page marks and hyphenation."""
    if element is None:
        return ""

    def pieces(node: ET.Element) -> Iterator[str]:
        yield node.text or ""
        for child in node:
            if child.tag not in {TEI + "note", TEI + "fw", TEI + "ref"}:
                yield from pieces(child)
            yield child.tail or ""

    return " ".join("".join(pieces(element)).split())


# Aozora Bunko ---------------------------------------------------------------------------------------------------------

LEGEND = re.compile(r"^-{20,}\n.*?^-{20,}\n", re.DOTALL | re.MULTILINE)
COLOPHON = re.compile(r"^底本[：:].*", re.DOTALL | re.MULTILINE)
READING = re.compile(r"《[^》]*》|［＃[^］]*］|｜")


def aozora(text: str) -> Iterator[list[Block]]:
    """The beginning of a work of Aozora Bunko, without readings, notes of its typists, legend and colophon."""
    body = COLOPHON.sub("", LEGEND.sub("", text.replace("\r\n", "\n")))
    blocks = [[line] for line in READING.sub("", body).split("\n") if line.strip()]
    if blocks and "※" not in body:
        yield _limited(iter(blocks), text)


# Poems and plain text -------------------------------------------------------------------------------------------------


def poems(text: str) -> Iterator[list[Block]]:
    """Collections of one to six poems from a JSON list of {title, author, paragraphs}."""
    rows = [row for row in json.loads(text) if isinstance(row, dict) and row.get("paragraphs")]
    while rows:
        size = 1 + chance(str(rows[0].get("title")) + str(rows[0].get("rhythmic")), 6)
        blocks: list[Block] = []
        for row in rows[:size]:
            blocks.append([row.get("title") or row.get("rhythmic") or "", row.get("author") or ""])
            blocks.append(list(row["paragraphs"]))
        yield [[line for line in block if line] for block in blocks]
        rows = rows[size:]


def lines(text: str) -> Iterator[list[Block]]:
    """A plain text file: blank lines part its blocks."""
    groups = groupby(text.replace("\r\n", "\n").split("\n"), key=lambda line: not line.strip())
    yield [[line.rstrip() for line in group] for blank, group in groups if not blank]


READERS: dict[str, Reader] = {
    "markdown": markdown,
    "conllu": conllu,
    "conllu_by_id": conllu_by_id,
    "conllu_running": conllu_running,
    "novel": novel,
    "play": play,
    "poems": poems,
    "aozora": aozora,
    "lines": lines,
}
