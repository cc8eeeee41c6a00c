"""Train the line model of copydesk.

    python training/train.py --eval ../shared/eval --clean 'public/*.jsonl.gz' --made made.jsonl.gz --folds folds/

Reads labelled pages, clean texts, made pages and the project's corpus; learns word weights, grows a forest, maps its
sums to probabilities, and writes the model file that the package ships and its card. The same files give the same
model.
Every probability that the map and the card's figures are made from was given by a model that saw no page of that site
(five folds by site).

With `--folds` the five models are kept, so that the whole of copydesk can be measured on sites that its model has not
seen (`scripts/scoring.py` says how).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import card
import forests
import labels
import tables
import words
from calibration import calibrated
from copydesk._kernel import LINE_FEATURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from labels import Document

    Floats = NDArray[np.float32]
    WordWeights = dict[str, tuple[float, float]]

FOLDS = 5
SET_WEIGHTS = {
    "aed.container": 1.2,
    "aed.full": 1.2,
    "aed.resi": 0.7,
    "aed.traf": 1.0,
    "wcxb_dev.container": 2.0,
    "wcxb_dev.traf": 2.0,
    "zh.container": 0.4,
    "multilingual": 0.6,
    "news_gold": 0.4,
    "snips": 0.4,
    "made": 1.2,
    "pages": 1.2,
    "comments": 0.8,
    "public": 1.2,
    "corpus": 0.8,
}
"""What each set counts for, however many lines it has."""
WORDLESS_SHARE = 0.3
"""Share of the documents that are seen a second time without word weights: pages in a language nobody taught it."""
LIST_PAGES = {"collection", "forum", "listing", "product", "service"}
LIST_CARE = 4.0
"""Real lines of list pages count so many times: they look like the noise of articles, and harm is worse than noise."""
MOST_LINES = 300
"""Clean documents with more lines are left out: a few long books would outweigh everything else."""
DOCUMENTS_PER_FILE = 12
LOOKS = (12, 25, 40, 60, 80, 110)
"""After so many trees lines that are clearly real by then are asked no further."""
WRONG_AT_A_LOOK = 0.001
"""Share of the probable noise that a look may take for clearly real."""
_EPSILON = 1e-6


EVEN = 0.5
MADE_HERE = {"public", "pages", "comments", "made", "corpus"}
"""Sets that no scorer measures with the models of the cross-validation."""


@dataclass(frozen=True)
class Shape:
    """What a model has besides words and trees.

    Attributes:
        calibration: From sums to probabilities: points of a rising line.
        looks: After how many trees a line with a sum up to what is clearly real.
    """

    calibration: list[tuple[float, float]]
    looks: list[tuple[int, float]]


@dataclass(frozen=True)
class Lines:
    """All lines of all documents as arrays, in order.

    Attributes:
        labels: 1 noise, 0 real, -1 not known.
        weights: What each line counts for; 0 where the label is not known.
        folds: The fold that each belongs to, by site.
        tokens: How many tokens each has.
    """

    labels: Floats
    weights: Floats
    folds: NDArray[np.int64]
    tokens: Floats


def main() -> None:
    """Train, as the arguments say."""
    parser = arguments(__doc__, "line_model")
    parser.add_argument("--made", default="", help="made pages (a glob), as `synthetic.py` makes them")
    parser.add_argument("--pages", default="", help="labelled pages of public sites (a glob), as `pages.py` makes them")
    parser.add_argument("--comments", default="", help="posts and what is said under them, as `comments.py` makes them")
    options = parser.parse_args()
    started = time.monotonic()
    documents = _documents(options)
    lines = _lines(documents)
    say(started, f"{len(documents)} documents, {len(lines.labels)} lines")
    chosen = (lines.labels >= 0) & (lines.weights > 0)
    body = tables.table(documents, {}).rows[:, LINE_FEATURES.index("shape")] == tables.BODY

    fold_words = [_learn_words(documents, lines, body, chosen & (lines.folds != k)) for k in range(FOLDS)]
    rows = _fold_rows(documents, fold_words)
    plain_rows = _fold_rows(documents, [{} for _ in range(FOLDS)])
    say(started, "features read")

    wordless = _wordless(documents)
    answers = np.zeros(len(lines.labels), np.float32)
    early = np.zeros((len(LOOKS), len(lines.labels)), np.float32)
    grown = []
    for k in range(FOLDS):
        seen = chosen & (lines.folds != k)
        grown.append(_grow((rows, plain_rows), lines, seen, wordless))
        unseen = lines.folds == k
        answers[unseen] = forests.answers(grown[-1], rows[unseen])
        for n, trees in enumerate(LOOKS):
            early[n, unseen] = forests.answers(grown[-1], rows[unseen], trees)
        say(started, f"fold {k + 1} of {FOLDS} grown")
    calibration = calibrated(answers[chosen], lines.labels[chosen], lines.tokens[chosen] * lines.weights[chosen])
    noise = np.interp(answers, [x for x, _ in calibration], [y for _, y in calibration]).astype(np.float32)
    clear = np.quantile(early[:, noise >= EVEN], WRONG_AT_A_LOOK, axis=1)
    shape = Shape(calibration, [(trees, round(float(sum_), 3)) for trees, sum_ in zip(LOOKS, clear, strict=True)])

    every_word = _learn_words(documents, lines, body, chosen)
    forest = _grow((rows, plain_rows), lines, chosen, wordless)
    _write_model(options.output, every_word, forest, shape)
    if options.folds:
        _write_folds(options.folds, documents, list(zip(fold_words, grown, strict=True)), shape)
    importance = forests.importance(forest, LINE_FEATURES)
    facts = card.Facts(len(every_word), _digests(options), importance, WORDLESS_SHARE)
    options.card.write_text(card.write(documents, noise, facts), encoding="utf-8")
    say(started, f"wrote {options.output} ({options.output.stat().st_size / 1e6:.1f} MB) and {options.card}")


def arguments(description: str | None, name: str) -> argparse.ArgumentParser:
    """Give the arguments that every training program has; `name` is that of the files that it ships."""
    root = Path(__file__).parent.parent
    data = root / "src" / "copydesk" / "data"
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--eval", type=Path, default=root.parent / "shared" / "eval", help="the development sets")
    parser.add_argument("--clean", default="", help="clean texts (a glob), as `public.py` makes them")
    parser.add_argument("--output", type=Path, default=data / f"{name}.json")
    parser.add_argument("--card", type=Path, default=data / f"{name}.md")
    parser.add_argument("--folds", type=Path, help="a folder for the five models of the cross-validation")
    return parser


def say(started: float, what: str) -> None:
    """Print how far the training is; `started` is the clock (`time.monotonic`) at its start."""
    print(f"{time.monotonic() - started:6.0f} s  {what}", flush=True)


def _inputs(options: argparse.Namespace) -> dict[str, list[Path]]:
    return {
        "noise": sorted((options.eval / "noise").glob("*.jsonl.gz")),
        "clean": sorted((options.eval / "clean").glob("*.jsonl.gz")),
        "snips": sorted((options.eval / "snips").glob("*.jsonl.gz")),
        "public": labels.matching(options.clean),
        "made": labels.matching(options.made),
        "pages": labels.matching(options.pages),
        "comments": labels.matching(options.comments),
    }


def _documents(options: argparse.Namespace) -> list[Document]:
    paths = _inputs(options)
    out: list[Document] = []
    out.extend(labels.noisy_pages(options.eval))
    for path in paths["clean"]:
        out.extend(labels.clean_documents(path))
    for path in paths["snips"]:
        out.extend(labels.snippet_documents(path))
    for path in paths["public"]:
        fitting = [d for d in labels.clean_documents(path, "public") if len(d.lines) <= MOST_LINES]
        out.extend(fitting[:DOCUMENTS_PER_FILE])
    for path in paths["made"]:
        out.extend(labels.made_documents(path))
    for kind in ("pages", "comments"):
        for path in paths[kind]:
            out.extend(labels.page_documents(path, kind))
    out.extend(labels.corpus_documents(Path(__file__).parent.parent / "corpus" / "raw"))
    return _one_site_a_page([document for document in out if document.lines])


def _one_site_a_page(documents: Sequence[Document]) -> list[Document]:
    """Put the clean text of a page into its fold: the sets share their ids, but not all of them name the address."""
    sites = {document.id: document.site for document in documents if document.site != document.id}
    return [replace(document, site=sites.get(document.id, document.site)) for document in documents]


def _digests(options: argparse.Namespace) -> dict[str, str]:
    """SHA-256 of every input; of the many files of clean text one over all."""
    out = {}
    for kind, paths in _inputs(options).items():
        found = {path.name: labels.file_digest(path) for path in paths}
        if kind == "public" and found:
            found = {f"{len(found)} files of clean text": labels.digest_of_all(paths)}
        out.update(found)
    return out


def fold_of(site: str) -> int:
    """The fold of a site."""
    return int(hashlib.sha1(site.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


def text_key(text: str) -> str:
    """The name of a text in the list of folds."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _lines(documents: Sequence[Document]) -> Lines:
    known = np.array([-1 if line.label is None else line.label for d in documents for line in d.lines], np.float32)
    tokens = np.array([line.tokens for d in documents for line in d.lines], np.float32)
    folds = np.concatenate([np.full(len(d.lines), fold_of(d.site)) for d in documents])
    weights = np.zeros(len(known))
    totals: dict[str, float] = {}
    at = 0
    for document in documents:
        here = slice(at, at + len(document.lines))
        # between "every line alike" and "every token alike", and between long documents and short ones
        mine = np.sqrt(tokens[here] + 4)
        mine = np.where(known[here] < 0, 0.0, mine / np.sqrt(mine.sum() + _EPSILON))
        weights[here] = mine * (LIST_CARE if document.page_type in LIST_PAGES else 1) ** (known[here] == labels.REAL)
        totals[document.source] = totals.get(document.source, 0.0) + float(mine.sum())
        at = here.stop
    mean = sum(totals.values()) / len(totals)
    scale = [SET_WEIGHTS[d.source] * mean / max(totals[d.source], _EPSILON) for d in documents for _ in d.lines]
    return Lines(known, (weights * np.array(scale)).astype(np.float32), folds, tokens)


def _learn_words(
    documents: Sequence[Document], lines: Lines, body: NDArray[np.bool_], chosen: NDArray[np.bool_]
) -> WordWeights:
    texts = [d.text[line.start : line.end] for d in documents for line in d.lines]
    sites = [d.site for d in documents for _ in d.lines]
    index = np.flatnonzero(chosen)
    return words.learn(
        [texts[n] for n in index],
        [sites[n] for n in index],
        [float(lines.labels[n]) for n in index],
        [bool(body[n]) for n in index],
    )


def _fold_rows(documents: Sequence[Document], fold_words: Sequence[WordWeights]) -> Floats:
    """Features of every line, with word weights that were learned without its site."""
    starts = np.cumsum([0] + [len(d.lines) for d in documents])
    rows = np.zeros((int(starts[-1]), len(LINE_FEATURES)), np.float32)
    for k, known in enumerate(fold_words):
        mine = [n for n, document in enumerate(documents) if fold_of(document.site) == k]
        found = tables.table([documents[n] for n in mine], known)
        for at, n in enumerate(mine):
            rows[starts[n] : starts[n + 1]] = found.rows[found.starts[at] : found.starts[at + 1]]
    return rows


def _wordless(documents: Sequence[Document]) -> NDArray[np.bool_]:
    choose = np.random.default_rng(forests.SEED)
    return np.concatenate([np.full(len(d.lines), choose.random() < WORDLESS_SHARE) for d in documents])


def _grow(rows: tuple[Floats, Floats], lines: Lines, seen: NDArray[np.bool_], wordless: NDArray[np.bool_]) -> Any:
    """Grow a forest on the lines seen; `rows` are their features with words and without, which some are seen in too."""
    again = seen & wordless
    return forests.grow(
        np.concatenate([rows[0][seen], rows[1][again]]),
        np.concatenate([lines.labels[seen], lines.labels[again]]),
        np.concatenate([lines.weights[seen], lines.weights[again]]),
        forests.Growth(),
    )


def _write_model(path: Path, known: WordWeights, forest: Any, shape: Shape) -> None:
    model = {
        "features": LINE_FEATURES,
        "words": known,
        "trees": forests.plain(forest),
        "looks": [{"trees": trees, "clear": clear} for trees, clear in shape.looks],
        "calibration": shape.calibration,
    }
    data = (json.dumps(model, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def _write_folds(
    folder: Path, documents: Sequence[Document], models: Sequence[tuple[WordWeights, Any]], shape: Shape
) -> None:
    """Keep the models of the cross-validation, and which of them has not seen the site of which text."""
    folder.mkdir(parents=True, exist_ok=True)
    for k, (known, forest) in enumerate(models):
        _write_model(folder / f"fold{k}.json.gz", known, forest, shape)
    folds = {text_key(d.text): fold_of(d.site) for d in documents if d.source not in MADE_HERE}
    (folder / "folds.json").write_text(json.dumps(folds, indent=0, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
