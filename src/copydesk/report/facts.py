"""The facts of an edition: what its manifest says, what was counted, and what is known of how well the cleaner does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import copydesk
from copydesk.errors import CopydeskError
from copydesk.release import measured, words
from copydesk.report.tally import LENGTH_EDGES, MOST_STORIES, SCORE_BINS, SHARE_BINS
from copydesk.report.values import Bin, Facts, LabelCount, Measured, RuleCount, Stage
from copydesk.rulebook import RuleBook
from copydesk.stages import STAGES

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping

    from copydesk.recipe import Recipe
    from copydesk.release.changes.causes import Side
    from copydesk.report.tally import Ints, Tally

MOST_RULES = 1000
MOST_NAMES = 300
"""Rules, and languages, kinds or reasons, that a page lists; nobody reads more of them."""

LONGEST_NAME = 200
"""Characters of a name that a page shows."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the rule book says: the title of each label, and why there is each rule."""

    titles: dict[str, str]
    whys: dict[str, str]

    @classmethod
    def of(cls, recipe: Recipe) -> Words:
        """Look up the rule book of a recipe; if its packs cannot be read any more, the built-in one."""
        try:
            book = RuleBook.load([Path(pack) for pack in recipe.rules.packs])
        except CopydeskError:
            book = RuleBook.load()
        titles = {kind.label: kind.title for kind in book.kinds}
        return cls(
            {**words.KERNEL_LABELS, **words.KEPT_LABELS, **titles},
            {rule.id: " ".join(rule.why.split()) for rule in book.rules},
        )


def facts_of(side: Side, counted: Tally) -> Facts:
    """Put the facts of an edition together.

    Args:
        side: The edition's folder, manifest and recipe.
        counted: What was counted in its tables.
    """
    manifest, recipe = side.manifest, side.recipe
    accounts: dict[str, Any] = manifest.accounts
    known = Words.of(recipe)
    return Facts(
        name=side.folder.resolve().name,
        title=recipe.edition.title,
        version=manifest.version,
        copydesk=manifest.copydesk,
        recipe=manifest.recipe,
        rules=manifest.rules,
        data_digest=manifest.data_digest,
        previous=manifest.previous.version if manifest.previous else None,
        restorable=recipe.ledger.removed_text,
        annotated=recipe.guard.annotate,
        max_struck=recipe.guard.max_struck,
        read=accounts["read"],
        published=accounts["published"],
        rejected=accounts["rejected"],
        stories=accounts["stories"],
        cuts=accounts["stories"] - accounts["published"],
        needs_review=accounts["needs_review"],
        characters_in=accounts["characters"]["in"],
        characters_out=accounts["characters"]["out"],
        input_bytes=sum(entry.bytes for entry in manifest.inputs),
        table_bytes=_table_bytes(side),
        labels=_labels(counted, known),
        rule_counts=_rules(counted, known)[:MOST_RULES],
        unlisted_rules=max(len(counted.by_rule.strokes) - MOST_RULES, 0),
        lines=_most(accounts.get("lines", {})),
        languages=_most(counted.languages),
        kinds=_most(counted.kinds),
        reasons=_most(accounts["reasons"]),
        **_histograms(counted),
        stages=_stages(manifest.profile),
        measured=_measured(),
        measured_for=copydesk.__version__,
        unlike_measured=tuple(measured.changed(recipe)),
    )


def _table_bytes(side: Side) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for entry in side.manifest.files:
        if entry.rows is not None:
            table = Path(entry.path).parent.name
            sizes[table] = sizes.get(table, 0) + entry.bytes
    return sizes


def _labels(counted: Tally, known: Words) -> tuple[LabelCount, ...]:
    found = counted.by_label
    counts = (
        LabelCount(
            label[:LONGEST_NAME],
            known.titles.get(label, "")[:LONGEST_NAME],
            strokes,
            found.characters[label],
            found.documents[label],
        )
        for label, strokes in found.strokes.items()
    )
    return tuple(sorted(counts, key=lambda count: (-count.characters, -count.strokes, count.label)))[:MOST_NAMES]


def _rules(counted: Tally, known: Words) -> tuple[RuleCount, ...]:
    found = counted.by_rule
    counts = (
        RuleCount(
            rule[:LONGEST_NAME],
            counted.labels.get(rule, rule.partition(".")[0])[:LONGEST_NAME],
            known.whys.get(rule, ""),
            strokes,
            found.characters[rule],
            found.documents[rule],
        )
        for rule, strokes in found.strokes.items()
    )
    return tuple(sorted(counts, key=lambda count: (-count.characters, -count.strokes, count.rule)))


def _most(counts: Mapping[str, int] | Counter[str]) -> dict[str, int]:
    """Give counts, largest first, the names no longer than a page can show."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {name[:LONGEST_NAME]: count for name, count in ordered[:MOST_NAMES]}


def _histograms(counted: Tally) -> dict[str, tuple[Bin, ...]]:
    shares = counted.shares.tolist()
    scores = counted.scores.tolist()
    each = counted.each.tolist()
    return {
        "struck_share": (
            Bin(0.0, 0.0, shares[0]),
            *(Bin(n / SHARE_BINS, (n + 1) / SHARE_BINS, shares[n + 1]) for n in range(SHARE_BINS)),
        ),
        "lengths_before": _lengths(counted.before, counted.after),
        "lengths_after": _lengths(counted.after, counted.before),
        "stories_each": tuple(
            Bin(n, n + 1 if n < MOST_STORIES else None, each[n]) for n in range(len(each)) if n or each[0]
        ),
        "cut_scores": tuple(Bin(n / SCORE_BINS, (n + 1) / SCORE_BINS, scores[n]) for n in range(SCORE_BINS)),
    }


def _lengths(counts: Ints, beside: Ints) -> tuple[Bin, ...]:
    """Give a histogram of lengths with the same columns as the one that it is to stand beside."""
    used = [n for n in range(len(LENGTH_EDGES)) if counts[n] or beside[n]]
    if not used:
        return ()
    edges = (*LENGTH_EDGES, None)
    return tuple(Bin(LENGTH_EDGES[n], edges[n + 1], int(counts[n])) for n in range(used[0], used[-1] + 1))


def _stages(profile: Mapping[str, float]) -> tuple[Stage, ...]:
    return tuple(Stage(name, STAGES.get(name, ""), seconds) for name, seconds in profile.items())


def _measured() -> tuple[Measured, ...]:
    """Read what `measured.py` has the cards cite."""
    text = (resources.files("copydesk") / "data" / "quality.json").read_text(encoding="utf-8")
    return tuple(
        Measured(row["set"].replace("`", ""), int(row["n"]), row["harm"], row.get("removed"))
        for row in json.loads(text)["sets"]
        if not row["set"].startswith("`corpus/`")  # which copydesk's authors wrote for it
    )
