"""Train the splitter of copydesk.

    python training/splitter.py --clean 'public/*.jsonl.gz' --summaries public/summaries.gz --folds quality/folds

Mixes whole texts into documents of several stories, learns which words open and close a story and which are common,
grows the forests of the two looks, maps the sums of the second to probabilities, and writes the file that the package
ships and its card. The same files give the same splitter.

Every probability that the map and the card's figures are made from was given by a splitter that saw no text of any site
in the document (five folds by site; a document of the development sets is in one fold, and all its sites are kept from
that fold's splitter). With `--folds` the five are kept, so that the whole of copydesk can be measured with them.
"""

from __future__ import annotations

import gzip
import json
import math
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.isotonic import IsotonicRegression

import documents
import forests
import labels
import splitter_card
import tables
import texts
from copydesk._kernel import BREAK_FEATURES, SECOND_FEATURES, Kernel, break_features
from copydesk.models import WORD_VECTORS
from lexicon import Knowledge, common_stems, learn_words, openings
from train import FOLDS, arguments, fold_of, say, text_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from documents import Sample

    Floats = NDArray[np.float32]

SUMMARIES = Path(__file__).parent / "summaries.toml"
ENDINGS = Path(__file__).parent / "endings.toml"
FIRST = forests.Growth(trees=150, leaves=31, depth=forests.ANY_DEPTH, least_lines=40, features=0.3)
SECOND = forests.Growth(trees=300, leaves=31, depth=forests.ANY_DEPTH, rate=0.05, least_lines=40, features=0.3)
LOOKS = (25, 50, 90)
"""After so many trees of the first look, breaks that are clearly none by then are asked no further."""
WRONG_AT_A_LOOK = 0.002
"""Share of the breaks worth a second look that a look may take for clearly none."""
AGAIN = -2.0
"""The kernel looks again at breaks with a sum from this one on."""
CUTS_BEYOND_COHESION = 0.004
"""Share of the development sets' cuts at which the text may hang together so well that they are not looked at."""
CLEARLY_NONE = -6.0
"""The sum that the kernel gives to a break that it does not look at."""
KIND_WEIGHTS = {"concat": 1.8, "teasers": 1.0, "article": 1.8, "public": 1.0, "page": 0.4}
KIND_WEIGHTS |= {f"{kind} with insert": KIND_WEIGHTS[kind] for kind in ("article", "public")}
FIRST_TEASER_WEIGHT = 3.0
"""The break before the first teaser, and those shortly before it, count so many times."""
NEAR_FIRST_TEASER = 3
BREAKS_KEPT = 0.6
"""Share of the breaks inside the stories of mixed documents that are learned from: there are many of them."""
CALIBRATION_POINTS = 40
COHESION = BREAK_FEATURES.index("cohesion")


@dataclass(frozen=True)
class Looks:
    """What a splitter decides by.

    Attributes:
        forests: Those of the two looks.
        early: After how many trees of the first a break with a sum up to what is clearly none.
        most_cohesion: A break at which the text hangs together better is none.
        calibration: From the second forest's sums to probabilities: points of a rising line.
    """

    forests: tuple[Any, Any]
    early: Sequence[tuple[int, float]]
    most_cohesion: float
    calibration: Sequence[tuple[float, float]]


def main() -> None:
    """Train, as the arguments say."""
    parser = arguments(__doc__, "splitter")
    parser.add_argument("--summaries", default="", help="summaries (a glob), as `feeds.py` makes them")
    options = parser.parse_args()
    started = time.monotonic()
    public, feeds = labels.matching(options.clean), labels.matching(options.summaries)
    known = [*texts.of_evaluation(options.eval), *texts.of_public(public)]
    development = list(texts.development(options.eval, {text.id: text.site for text in known}))
    teasers = [*texts.of_rows(development), *texts.of_summaries(SUMMARIES), *texts.of_feeds(feeds)]
    endings = tomllib.loads(ENDINGS.read_text(encoding="utf-8"))
    tests = [documents.sample_of(mixed, documents.row_fold(mixed)) for mixed in development]
    hidden = [set[str]() for _ in range(FOLDS)]
    for test in tests:
        hidden[test.fold] |= test.sites
    samples = [
        *documents.whole(known),
        *documents.with_inserts(known),
        *documents.pages(labels.noisy_pages(options.eval)),
        *documents.mixed_documents(known, teasers, endings),
    ]
    say(started, f"{len(samples)} documents, {sum(len(s.cuts) for s in samples)} breaks")

    common, vectors = common_stems(known), WORD_VECTORS.load()
    fold_knowledge = [
        Knowledge(
            learn_words(known, teasers, lambda site, k=k: fold_of(site) != k and site not in hidden[k]), common, vectors
        )
        for k in range(FOLDS)
    ]
    everything = [*samples, *tests]
    rows = features(everything, fold_knowledge)
    say(started, "features of the first look read")
    cohesion = cohesion_of_cuts(tests, rows[len(samples) :])
    seen = [[n for n, s in enumerate(samples) if s.fold != k and not s.sites & hidden[k]] for k in range(FOLDS)]
    unseen = [[n for n, s in enumerate(everything) if s.fold == k] for k in range(FOLDS)]

    first = [grow(samples, rows, seen[k], FIRST, cohesion) for k in range(FOLDS)]
    looks = choose_looks(first, rows, unseen)
    sums = unseen_sums(first, rows, unseen, looks)
    for found, row in zip(sums, rows, strict=True):
        found[row[:, COHESION] > cohesion] = CLEARLY_NONE
    say(started, "first look grown")
    wide = [
        np.hstack([row, more])
        for row, more in zip(rows, second_features(everything, fold_knowledge, sums), strict=True)
    ]
    second = [grow(samples, wide, seen[k], SECOND, cohesion) for k in range(FOLDS)]
    answers = unseen_sums(second, wide, unseen, [])
    calibration = calibrate(samples, answers)
    say(started, "second look grown")

    scores = [np.interp(a, [x for x, _ in calibration], [y for _, y in calibration]) for a in answers]
    everyone = list(range(len(samples)))
    knowledge = Knowledge(learn_words(known, teasers, lambda _: True), common, vectors)
    grown = (grow(samples, rows, everyone, FIRST, cohesion), grow(samples, wide, everyone, SECOND, cohesion))
    write(options.output, knowledge, Looks(grown, looks, cohesion, calibration))
    if options.folds:
        of_folds = [Looks(pair, looks, cohesion, calibration) for pair in zip(first, second, strict=True)]
        write_folds(options.folds, list(zip(fold_knowledge, of_folds, strict=True)), everything)
    digests = _digests([*sorted((options.eval / "segment").glob("*.gz")), *feeds], public)
    digests[WORD_VECTORS.shipped] = WORD_VECTORS.digest()
    names = [*BREAK_FEATURES, *SECOND_FEATURES]
    facts = splitter_card.Facts(len(knowledge.words), len(common), digests, forests.importance(grown[1], names))
    options.card.write_text(splitter_card.write(everything, scores, facts), encoding="utf-8")
    say(started, f"wrote {options.output} ({options.output.stat().st_size / 1e6:.1f} MB) and {options.card}")


def _digests(files: Iterable[Path], public: Sequence[Path]) -> dict[str, str]:
    """SHA-256 of each file, and one over all files of clean text."""
    digests = {path.name: labels.file_digest(path) for path in files}
    return digests | {f"{len(public)} files of clean text": labels.digest_of_all(public)}


def features(samples: Sequence[Sample], knowledge: Sequence[Knowledge]) -> list[Floats]:
    """Read the features of the first look, each document with what was learned without its fold."""
    eyes = [kernel(k) for k in knowledge]
    return [table(eyes[sample.fold], sample, len(BREAK_FEATURES), None) for sample in samples]


def second_features(samples: Sequence[Sample], knowledge: Sequence[Knowledge], sums: Sequence[Floats]) -> list[Floats]:
    """Read the features of the second look."""
    eyes = [kernel(k) for k in knowledge]
    width = len(SECOND_FEATURES)
    return [table(eyes[s.fold], s, width, found.tolist()) for s, found in zip(samples, sums, strict=True)]


def kernel(knowledge: Knowledge) -> Kernel:
    """Make a kernel that gives the features of breaks with this knowledge."""
    nothing: dict[str, Any] = {"trees": [], "looks": []}
    data = contents(knowledge, most_cohesion=1.0, first=nothing, second=nothing, calibration=[])
    caution = {"least": 1.0, "least_next": 1.0, "margin": 1.0, "length": 0, "digests": False}
    return Kernel(json.dumps(tables.spec(None, {"data": data, "vectors": knowledge.vectors, "caution": caution})))


def table(eyes: Kernel, sample: Sample, width: int, sums: list[float] | None) -> Floats:
    """Read a document's features.

    Raises:
        ValueError: The kernel sees other breaks than the sample has.
    """
    _, data = break_features(eyes, sample.text, sums)
    rows = np.frombuffer(data, np.float32).reshape(-1, width)
    if len(rows) != len(sample.cuts):
        message = f"{sample.kind} {sample.id}: {len(rows)} breaks, not {len(sample.cuts)}"
        raise ValueError(message)
    return rows


def cohesion_of_cuts(samples: Sequence[Sample], rows: Sequence[Floats]) -> float:
    """Tell how well texts hang together, but for a few, where two stories meet."""
    found = np.concatenate([row[s.cuts > 0, COHESION] for s, row in zip(samples, rows, strict=True)])
    return round(float(np.quantile(found, 1 - CUTS_BEYOND_COHESION)), 4)


def grow(
    samples: Sequence[Sample],
    rows: Sequence[Floats],
    chosen: Sequence[int],
    growth: forests.Growth,
    most_cohesion: float,
) -> Any:
    """Grow a forest on the breaks of the chosen documents that the kernel looks at."""
    draw = np.random.default_rng(forests.SEED)
    parts: list[tuple[Floats, Floats, Floats]] = []
    for n in chosen:
        sample = samples[n]
        use = (sample.cuts >= 0) & (rows[n][:, COHESION] <= most_cohesion)
        if sample.kind in ("concat", "teasers"):
            use &= (sample.cuts > 0) | (draw.random(len(use)) < BREAKS_KEPT)
        if use.any():
            parts.append((rows[n][use], sample.cuts[use], weights(sample)[use] / math.sqrt(use.sum())))
    found, cuts, counts = (np.concatenate(column) for column in zip(*parts, strict=True))
    return forests.grow(found, cuts, counts, growth)


def weights(sample: Sample) -> Floats:
    """Tell what each break of a document counts for."""
    out = np.full(len(sample.cuts), KIND_WEIGHTS[sample.kind], np.float32)
    if sample.kind == "teasers":
        first = int(np.argmax(sample.cuts))
        out[max(0, first - NEAR_FIRST_TEASER) : first + 1] *= FIRST_TEASER_WEIGHT
    return out


def choose_looks(
    grown: Sequence[Any], rows: Sequence[Floats], unseen: Sequence[Sequence[int]]
) -> list[tuple[int, float]]:
    """Choose when a break is clearly none: the sums after some of the trees that few probable ones stay under."""
    out = []
    for trees in LOOKS:
        early: list[Floats] = []
        for forest, chosen in zip(grown, unseen, strict=True):
            all_rows = np.concatenate([rows[n] for n in chosen])
            probable = forests.answers(forest, all_rows) >= AGAIN
            early.append(forests.answers(forest, all_rows[probable], trees))
        out.append((trees, round(float(np.quantile(np.concatenate(early), WRONG_AT_A_LOOK)), 3)))
    return out


def unseen_sums(
    grown: Sequence[Any], rows: Sequence[Floats], unseen: Sequence[Sequence[int]], looks: Sequence[tuple[int, float]]
) -> list[Floats]:
    """Give the sums of all breaks by a forest that saw none of the document, looking early as the kernel does."""
    out: list[Floats] = [np.zeros(0, np.float32)] * len(rows)
    for forest, chosen in zip(grown, unseen, strict=True):
        all_rows = np.concatenate([rows[n] for n in chosen])
        sums = forests.answers(forest, all_rows)
        for trees, clear in reversed(looks):
            early = forests.answers(forest, all_rows, trees)
            sums = np.where(early <= clear, early, sums)
        ends = np.cumsum([len(rows[n]) for n in chosen])
        for n, part in zip(chosen, np.split(sums, ends[:-1]), strict=True):
            out[n] = part.astype(np.float32)
    return out


def calibrate(samples: Sequence[Sample], answers: Sequence[Floats]) -> list[tuple[float, float]]:
    """Fit a rising map from sums to probabilities of a cut, on documents of unseen sites, each counting alike."""
    chosen = [n for n, s in enumerate(samples) if s.kind != "page" and len(s.cuts)]
    found = np.concatenate([answers[n] for n in chosen])
    cuts = np.concatenate([samples[n].cuts for n in chosen])
    share = np.concatenate([np.full(len(samples[n].cuts), 1 / len(samples[n].cuts) ** 0.5) for n in chosen])
    curve = IsotonicRegression(y_min=0.001, y_max=0.999, out_of_bounds="clip").fit(found, cuts, share)
    points = np.unique(np.round(np.quantile(found[found > AGAIN], np.linspace(0, 1, CALIBRATION_POINTS * 4)), 2))
    points = points[np.linspace(0, len(points) - 1, min(CALIBRATION_POINTS, len(points))).astype(int)]
    return [(round(float(x), 3), round(float(y), 4)) for x, y in zip(points, curve.predict(points), strict=True)]


def contents(knowledge: Knowledge, **learned: Any) -> dict[str, Any]:
    """Give what a splitter's file holds: what is known of words, and what was `learned` with that."""
    return {
        "features": BREAK_FEATURES,
        "second_features": SECOND_FEATURES,
        "words": dict(knowledge.words),
        "openings": openings(),
        "vectors": knowledge.vectors["digest"],
        "common": dict(knowledge.common),
        **learned,
    }


def write(path: Path, knowledge: Knowledge, looks: Looks) -> None:
    """Write a splitter's file."""
    first, second = looks.forests
    splitter = contents(
        knowledge,
        most_cohesion=looks.most_cohesion,
        first={"trees": forests.plain(first), "looks": [{"trees": t, "clear": c} for t, c in looks.early]},
        second={"trees": forests.plain(second), "looks": []},
        calibration=looks.calibration,
    )
    data = (json.dumps(splitter, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def write_folds(folder: Path, splitters: Sequence[tuple[Knowledge, Looks]], samples: Iterable[Sample]) -> None:
    """Keep the splitters of the cross-validation, and which of them saw nothing of which text."""
    folder.mkdir(parents=True, exist_ok=True)
    for k, (knowledge, looks) in enumerate(splitters):
        write(folder / f"splitter{k}.json.gz", knowledge, looks)
    measured = {"article", "page", *texts.SEGMENT_SETS}
    folds = {text_key(sample.text): sample.fold for sample in samples if sample.kind in measured}
    text = json.dumps(folds, indent=0, sort_keys=True) + "\n"
    (folder / "splitter_folds.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
