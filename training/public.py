"""Makes the clean texts to train on from local copies of public repositories: `python training/public.py COPIES OUT`.

`public.toml` beside this file names each repository, the commit to read, the files in it, and their kind and language.
Nothing is downloaded here: COPIES holds the repositories, as OWNER/NAME or OWNER+NAME (bare or not). A repository that
is not there is reported and passed over. OUT receives KIND.LANGUAGE.jsonl.gz with rows {id, kind, lang, origin, title,
text}; the same copies give the same bytes, and the digests that are printed show it.
"""

import argparse
import gzip
import json
import re
import subprocess
import sys
import textwrap
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol, TypedDict, TypeVar
from xml.etree.ElementTree import ParseError

from plain_text import READERS, SENTENCE_END, Block, chance

TABLE = Path(__file__).with_name("public.toml")
DENSE = frozenset({"zh", "ja", "ko"})  # scripts that say more in fewer characters
SHORTEST = (300, 200)  # characters of a document; the second for dense scripts
LONGEST = 20_000  # a longer document ends at the last block that fits

# Languages whose letters are not ASCII: a text with few of those was not translated, or is nearly all code.
OWN_SCRIPT = {"am", "ar", "be", "bg", "bn", "el", "fa", "he", "hi", "hy", "ja", "ka", "kk", "ko", "ky", "mk", "mr"}
OWN_SCRIPT |= {"ne", "ru", "si", "sr", "ta", "te", "th", "uk", "ur", "zh"}
OWN_SCRIPT_SHARE = 0.3
ENGLISH_WORDS = re.compile(r"\b(?:the|and|of|to|is|with|for|that)\b", re.IGNORECASE)
ENGLISH_SHARE = 0.06  # of all words; in other languages than English at most quoted words reach it
WRAPPED_KINDS = frozenset({"novel", "law", "speech", "minutes"})  # some of these come with lines of 72 characters
TITLE_LENGTH = 150


class HasRepository(Protocol):
    """An entry of a table that names a repository."""

    @property
    def repository(self) -> str:
        """OWNER/NAME."""
        ...


Entry = TypeVar("Entry", bound=HasRepository)
Made = TypeVar("Made")


class Row(TypedDict):
    """One clean document."""

    id: str
    kind: str
    lang: str
    origin: str
    title: str
    text: str


@dataclass(frozen=True)
class Source:
    """One entry of the table.

    Attributes:
        repository: OWNER/NAME.
        commit: The commit to read, 40 hexadecimal digits.
        paths: A pattern that a file's path matches from its beginning; a group "lang" in it names the language.
        reader: The name of a reader of `plain_text.READERS`.
        kind: What the texts are.
        lang: Their language, where the path does not say it.
        most: How many documents to take for a language.
        encoding: How the files are encoded.
        until: A pattern; a block that it matches, and all after it, is the page's furniture and left out.
        rename: What a path calls a language, where that is no ISO 639-1 code.
    """

    repository: str
    commit: str
    paths: str
    reader: str
    kind: str
    lang: str = ""
    most: int = 40
    encoding: str = "utf-8"
    until: str = ""
    rename: dict[str, str] | None = None

    def language(self, match: re.Match[str]) -> str:
        """The language of a file whose path matched; "" where it is not one to take."""
        found = match.groupdict().get("lang") or self.lang
        found = re.split("[-_]", found)[0]
        return (self.rename or {}).get(found, found)


def sources(table: Path = TABLE) -> list[Source]:
    """The table's entries."""
    return [Source(**entry) for entry in tomllib.loads(table.read_text("utf-8"))["source"]]


def copy_of(copies: Path, repository: str) -> Path | None:
    """Where the local copy of a repository is, or None, which is said on stderr."""
    for name in (repository, repository.replace("/", "+")):
        for directory in (copies / name, copies / name / "repo", copies / f"{name}.git"):
            if (directory / "HEAD").exists() or (directory / ".git").exists():
                return directory
    print(f"{repository}: no copy in {copies}, passed over", file=sys.stderr)
    return None


def tree(copy: Path, commit: str) -> Iterator[tuple[str, int]]:
    """The files of a commit, in the order of their paths: path and bytes, 0 where the file is not in the copy."""
    for entry in _git(copy, "ls-tree", "-r", "-z", "--long", commit).decode("utf-8", "replace").split("\0"):
        about, _, path = entry.partition("\t")
        if path and about.split()[1] == "blob":
            size = about.split()[3]
            yield path, int(size) if size.isdigit() else 0


def drawn(paths: Iterable[str]) -> list[str]:
    """Paths in an order by chance that is the same every time."""
    return sorted(paths, key=lambda path: sha256(path.encode()).digest())


def files(copy: Path, source: Source) -> Iterator[tuple[str, str]]:
    """(path, language) of a source's files, in an order that depends on nothing but their paths."""
    for path in drawn(path for path, _ in tree(copy, source.commit)):
        match = re.match(source.paths, path)
        if match:
            yield path, source.language(match)


def read(copy: Path, source: Source, path: str) -> list[list[Block]]:
    """The documents of one file; none where it is missing from the copy or is not what the reader expects."""
    try:
        text = blob(copy, source.commit, path).decode(source.encoding)
        return [_before(source.until, blocks) for blocks in READERS[source.reader](text)]
    except (subprocess.CalledProcessError, UnicodeDecodeError, ParseError, ValueError):
        return []


def blob(copy: Path, commit: str, path: str) -> bytes:
    """The bytes of one file; `CalledProcessError` where it is missing from the copy."""
    return _git(copy, "cat-file", "blob", f"{commit}:{path}")


def documents(copy: Path, source: Source) -> Iterator[Row]:
    """The rows of one source, at most `source.most` a language."""
    taken: dict[str, int] = defaultdict(int)
    for path, lang in files(copy, source):
        if taken[lang] >= source.most or not lang:
            continue
        for number, blocks in enumerate(read(copy, source, path)):
            origin = f"{source.repository}@{source.commit}:{path}" + (f"#{number}" if number else "")
            row = document(blocks, source.kind, lang, origin)
            if row and taken[lang] < source.most:
                taken[lang] += 1
                yield row


def document(blocks: list[Block], kind: str, lang: str, origin: str) -> Row | None:
    """A row, or None for a text that is too short or not in its language."""
    blocks = _within(blocks)
    text = laid_out(blocks, kind, lang, origin)
    if len(text) < SHORTEST[lang in DENSE] or text.count("\n") < 2 or not in_language(text, lang):  # noqa: PLR2004 - three lines
        return None
    first = blocks[0][0]
    title = first if len(first) <= TITLE_LENGTH and not SENTENCE_END.search(first) else ""
    name = f"{kind}-{lang}-{sha256(origin.encode()).hexdigest()[:12]}"
    return Row(id=name, kind=kind, lang=lang, origin=origin, title=title, text=text)


def laid_out(blocks: list[Block], kind: str, lang: str, origin: str) -> str:
    """Blocks as text: parted by blank lines or not, some kinds sometimes wrapped; the origin decides which."""
    lot = chance(origin, 10)
    if kind in WRAPPED_KINDS and lot == 0 and lang not in {"zh", "ja", "th"}:
        blocks = [[part for line in block for part in textwrap.wrap(line, 72)] for block in blocks]
    return ("\n" if lot in {7, 8, 9} else "\n\n").join("\n".join(block) for block in blocks)


def in_language(text: str, lang: str) -> bool:
    """Whether a text can be in the language it is filed under: untranslated English is what this finds."""
    letters = [char for char in text if char.isalpha()]
    if lang in OWN_SCRIPT:
        return sum(not char.isascii() for char in letters) >= OWN_SCRIPT_SHARE * len(letters)
    return lang in {"en", "pcm"} or len(ENGLISH_WORDS.findall(text)) < ENGLISH_SHARE * len(text.split())


def _before(until: str, blocks: list[Block]) -> list[Block]:
    """The blocks before the first one that the pattern finds something in; all where there is no pattern."""
    ends = (number for number, block in enumerate(blocks) if until and re.search(until, "\n".join(block)))
    return blocks[: next(ends, len(blocks))]


def _within(blocks: list[Block]) -> list[Block]:
    kept: list[Block] = []
    size = 0
    for block in blocks:
        size += sum(map(len, block)) + 2
        if size > LONGEST:
            break
        kept.append(block)
    return kept


def _git(copy: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(copy), *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603 - no shell, our own arguments


def write(rows: Iterable[Mapping[str, object]], path: Path) -> str:
    """Writes rows as gzipped JSON lines without a time stamp; returns their digest."""
    data = "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(data, mtime=0))
    return sha256(data).hexdigest()


def read_all(copies: Path, sources: Iterable[Entry], read: Callable[[Path, Entry], Iterable[Made]]) -> Iterator[Made]:
    """What `read` makes of the copy of each source; says on stderr what is missing, and how many rows each gave."""
    for source in sources:
        copy = copy_of(copies, source.repository)
        if copy is None:
            continue
        try:
            found = list(read(copy, source))
        except subprocess.CalledProcessError as error:
            print(f"{source.repository}: its copy lacks {error.cmd[-1]}; fetch that commit", file=sys.stderr)
            continue
        print(f"{source.repository}: {len(found)}", file=sys.stderr)
        yield from found


def make_file(about: str | None, read: Callable[[Path], Iterable[Mapping[str, object]]]) -> int:
    """Runs a program that reads COPIES and writes one file; 1 where nothing could be made. `about` is its docstring."""
    parser = argparse.ArgumentParser(description=(about or "").split("\n", maxsplit=1)[0])
    parser.add_argument("copies", type=Path, help="the directory that holds the repositories")
    parser.add_argument("out", type=Path, help="the file to write to")
    options = parser.parse_args()
    rows = list(read(options.copies))
    print(f"{write(rows, options.out)}  {options.out.name}  {len(rows)}")
    return 0 if rows else 1


def main() -> int:
    """Runs the program; 1 where nothing could be made."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("copies", type=Path, help="the directory that holds the repositories")
    parser.add_argument("out", type=Path, help="the directory to write to")
    parser.add_argument("--quiet", action="store_true", help="print digests only")
    arguments = parser.parse_args()
    rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for source in sources():
        copy = copy_of(arguments.copies, source.repository)
        if copy is None:
            continue
        before = sum(map(len, rows.values()))
        for row in documents(copy, source):
            rows[row["kind"], row["lang"]].append(row)
        if not arguments.quiet:
            print(f"{source.repository} {source.kind}: {sum(map(len, rows.values())) - before}", file=sys.stderr)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for (kind, lang), found in sorted(rows.items()):
        in_order = sorted(found, key=lambda row: row["id"])
        digest = write(in_order, arguments.out / f"{kind}.{lang}.jsonl.gz")
        print(f"{digest}  {kind}.{lang}.jsonl.gz  {len(found)}")
    return 0 if rows else 1


if __name__ == "__main__":
    sys.exit(main())
