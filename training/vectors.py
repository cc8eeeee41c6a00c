"""Learns what words are about: `python training/vectors.py COPIES OUT CARD`.

Words that stand together in paragraphs of public texts get vectors that point the same way. The splitter asks them
whether a line that shares no word with a story may yet be part of it.

The paragraphs come from the repositories that `pages.toml`, `comments.toml` and `public.toml` name, at their commits;
COPIES holds them as for `public.py`. Each language has vectors of its own: positive pointwise mutual information of the
words of pieces of some fifty words (Bullinaria and Levy 2007; contexts smoothed as by Levy, Goldberg and Dagan 2015),
its largest singular vectors, the mean and the first direction taken off (Mu and Viswanath 2018), words weighed down
that are common (Arora, Liang and Ma 2017). OUT receives {digest, words}, where each word has a character a dimension;
CARD what it was made from.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import Pool
from pathlib import Path
from typing import TYPE_CHECKING

import lxml.etree
import lxml.html
import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import svds

from copydesk.language import identifier
from copydesk.recipe import LANGUAGE_ENGINES
from plain_text import IMAGE, LINK, TAG
from public import blob, copy_of, drawn, tree
from words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TABLES = ("pages.toml", "comments.toml", "public.toml")
MARKUP, MARKDOWN = (".html", ".htm", ".xml"), (".md", ".markdown", ".txt")
SIZES = range(1_500, 5_000_000)
"""Bytes of a file."""
MOST_FILES = 300
MOST_CHARACTERS = 8_000_000
"""What one repository gives at most: none should say alone what a word is about."""
SHORTEST = 80
"""Characters of a paragraph."""
PIECE, LEAST_PIECE = 50, 12
"""Words that count as standing together, and the fewest of a paragraph's last piece."""

DIMENSIONS = 32
FEWEST_PIECES = 2_500
FEWEST_WORDS = 200
"""A language with fewer pieces, or fewer words that are learned, has no vectors."""
LEAST_PIECES = 12
LEAST_REPOSITORIES = 2
"""A word must stand in so many pieces, of so many repositories."""
MOST_WORDS = {"en": 20_000}
MOST_WORDS_OF_OTHERS = 3_000
SMOOTHING = 0.75
COMMON = 0.002
"""A word in this share of the pieces weighs half."""
ZERO = ord("?")
LARGEST = 28
"""Numbers are whole, from minus this to this, each written as the character that is so far from `ZERO`."""
BEYOND = 0.999
"""All but this share of the numbers fit; the others are cut to the largest."""


@dataclass(frozen=True)
class Vectors:
    """The words of one language.

    Attributes:
        words: The words.
        rates: The share of the pieces that each stands in.
        rows: A vector each.
    """

    words: Sequence[str]
    rates: Floats
    rows: Floats


def repositories() -> dict[str, str]:
    """Give the commit of each repository that the tables name."""
    out: dict[str, str] = {}
    for name in TABLES:
        table = tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))
        out |= {entry["repository"]: entry["commit"] for entries in table.values() for entry in entries}
    return dict(sorted(out.items()))


def paragraphs(copy: Path, commit: str) -> Iterator[str]:
    """Give different paragraphs of a repository, of files drawn by chance that is the same every time."""
    suffixes = MARKUP + MARKDOWN
    paths = [path for path, size in tree(copy, commit) if size in SIZES and path.lower().endswith(suffixes)]
    known: set[str] = set()
    characters = 0
    for path in drawn(paths)[:MOST_FILES]:
        try:
            data = blob(copy, commit, path)
        except subprocess.CalledProcessError:
            continue  # a large file is missing from the copy, or its name is no UTF-8
        for text in _paragraphs(data, path):
            found = " ".join(text.split())
            if len(found) >= SHORTEST and found not in known:
                known.add(found)
                characters += len(found)
                yield found
        if characters > MOST_CHARACTERS:
            return


def _paragraphs(data: bytes, path: str) -> Iterator[str]:
    if path.lower().endswith(MARKUP):
        parse = lxml.etree.fromstring if path.lower().endswith(".xml") else lxml.html.document_fromstring
        try:
            root = parse(data)
        except (lxml.etree.LxmlError, ValueError):
            return
        for element in root.iter("p", "{*}p"):
            yield "".join(element.itertext())
        return
    for text in re.split(r"\n\s*\n", data.decode("utf-8", "replace")):
        if text[:1].isalnum() or text[:1] in "\"“«¿¡'":
            yield TAG.sub(" ", LINK.sub(r"\1", IMAGE.sub("", text)))


def pieces_of(job: tuple[Path, str, str]) -> tuple[str, dict[str, list[str]]]:
    """Give the pieces of a repository by language: their different words in order, one space between."""
    copies, repository, commit = job
    out: dict[str, list[str]] = defaultdict(list)
    copy = copy_of(copies, repository)
    try:
        found = list(paragraphs(copy, commit)) if copy else []
    except subprocess.CalledProcessError as error:
        print(f"{repository}: its copy lacks {error.cmd[-1]}; fetch that commit", file=sys.stderr)
        found = []
    for text, (language, _) in zip(found, identifier(LANGUAGE_ENGINES[0]).identify(found), strict=True):
        known = words(text)
        parts = [known[at : at + PIECE] for at in range(0, len(known), PIECE)]
        out[language].extend(" ".join(sorted(set(part))) for part in parts if len(part) >= LEAST_PIECE)
    return repository, dict(out)


def vocabulary(pieces: Mapping[str, Sequence[str]], most: int) -> list[str]:
    """Choose the words of a language that are learned, the commonest first."""
    spread: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for found in pieces.values():
        mine = Counter(word for piece in found for word in piece.split())
        spread.update(mine)
        places.update(mine.keys())
    enough = (word for word, n in spread.items() if n >= LEAST_PIECES and places[word] >= LEAST_REPOSITORIES)
    chosen = (word for word in enough if len(word) > 1 and word.isalpha())
    return sorted(chosen, key=lambda word: (-spread[word], word))[:most]


def learn(pieces: Mapping[str, Sequence[str]], known: Sequence[str]) -> Vectors:
    """Learn the vectors of a language's words from the pieces of each repository."""
    index = {word: n for n, word in enumerate(known)}
    columns: list[int] = []
    starts = [0]
    for found in pieces.values():
        for piece in found:
            columns.extend(sorted(index[word] for word in piece.split() if word in index))
            starts.append(len(columns))
    stands = csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(starts) - 1, len(known)))
    rates = np.asarray(stands.sum(0)).ravel() / stands.shape[0]
    rows = _singular(_information(stands.T @ stands))
    weights = np.minimum(-np.log(rates) / 8, 1) * COMMON / (COMMON + rates)
    return Vectors(known, rates, rows * weights[:, None])


def _information(together: csr_matrix) -> csr_matrix:
    """Positive pointwise mutual information of words that stand together more than once."""
    together = together.tocoo()
    other = together.row != together.col
    row, column, count = together.row[other], together.col[other], together.data[other]
    sums = np.bincount(row, count, together.shape[0])
    smooth = sums**SMOOTHING
    information = np.log(count / np.maximum(sums[row], 1) / (smooth[column] / smooth.sum()))
    kept = (information > 0) & (count > 1)
    return csr_matrix((information[kept], (row[kept], column[kept])), shape=together.shape)


def _singular(table: csr_matrix) -> Floats:
    """Give unit vectors: the largest singular vectors, without what all words have in common."""
    left, sizes, _ = svds(table, k=DIMENSIONS + 1, v0=np.ones(table.shape[0]))
    order = np.argsort(-sizes)
    rows = _unit(left[:, order] * np.sqrt(sizes[order]))
    rows -= rows.mean(0)
    directions = np.linalg.svd(rows, full_matrices=False)[2]
    return _unit(rows @ directions[1:].T)


def _unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9))


def written(languages: Iterable[Vectors]) -> dict[str, str]:
    """Write all vectors as characters. A word of several languages has the vector of the one where it is commonest."""
    best: dict[str, tuple[float, Floats]] = {}
    for vectors in languages:
        for word, rate, row in zip(vectors.words, vectors.rates.tolist(), vectors.rows, strict=True):
            if word not in best or best[word][0] < rate:
                best[word] = (rate, row)
    scale = LARGEST / float(np.quantile(np.abs([row for _, row in best.values()]), BEYOND))
    whole = {word: np.clip(np.rint(row * scale), -LARGEST, LARGEST).astype(int) for word, (_, row) in best.items()}
    return {word: "".join(chr(ZERO + n) for n in row.tolist()) for word, row in sorted(whole.items()) if row.any()}


CARD = """# The word vectors

`word_vectors.json` tells the splitter what words are about: words that stand together in texts have vectors that point
the same way ({dimensions} whole numbers each). `training/vectors.py` wrote it and this page; how it learns stands
there.

They were learned from {repositories} public repositories, those of `training/pages.toml`, `comments.toml` and
`public.toml` that have paragraphs (SHA-256 over the pieces: {digest}). The development sets were not read.

{table}

What they do not know: words that are rare, names above all; languages that are not in the table; that a word has
several meanings. A word that several languages have is read as the one in which it is commonest. Languages that only
novels and laws were there for know little of news.
"""


def write_card(pieces: Mapping[str, Mapping[str, Sequence[str]]], learned: Mapping[str, Vectors]) -> str:
    """Give the page beside the file."""
    digest = sha256()
    for found in pieces.values():
        for name, mine in found.items():
            digest.update("\n".join([name, *mine, ""]).encode())
    lines = ["| language | repositories | pieces of text | words |", "| --- | --- | --- | --- |"]
    for language, vectors in learned.items():
        found = pieces[language]
        lines.append(f"| {language} | {len(found)} | {sum(map(len, found.values())):,} | {len(vectors.words):,} |")
    return CARD.format(
        dimensions=DIMENSIONS,
        repositories=len({name for found in pieces.values() for name in found}),
        digest=digest.hexdigest()[:16],
        table="\n".join(lines),
    )


def main() -> int:
    """Run the program; 1 where nothing could be made."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("copies", type=Path, help="the directory that holds the repositories")
    parser.add_argument("out", type=Path, help="the file to write to")
    parser.add_argument("card", type=Path, help="the page to write about it")
    options = parser.parse_args()
    pieces: dict[str, dict[str, list[str]]] = defaultdict(dict)
    jobs = [(options.copies, repository, commit) for repository, commit in repositories().items()]
    with Pool() as pool:
        for repository, found in pool.imap(pieces_of, jobs):
            for language, mine in found.items():
                pieces[language][repository] = mine
    counts = {language: sum(map(len, found.values())) for language, found in pieces.items()}
    learned: dict[str, Vectors] = {}
    for language in sorted(counts, key=lambda name: -counts[name]):
        known = vocabulary(pieces[language], MOST_WORDS.get(language, MOST_WORDS_OF_OTHERS))
        if language != "und" and counts[language] >= FEWEST_PIECES and len(known) >= FEWEST_WORDS:
            learned[language] = learn(pieces[language], known)
    if not learned:
        return 1
    vectors = written(learned.values())
    digest = sha256(json.dumps(vectors).encode()).hexdigest()[:16]
    text = json.dumps({"digest": digest, "words": vectors}, ensure_ascii=False, separators=(",", ":")) + "\n"
    options.out.write_text(text, encoding="utf-8")
    options.card.write_text(write_card(pieces, learned), encoding="utf-8")
    print(f"{digest}  {options.out.name}  {len(vectors)} words")
    return 0


if __name__ == "__main__":
    sys.exit(main())
