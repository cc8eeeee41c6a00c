"""The tables: those of the README and the manual, written from the floor, and those of a run, which have more rows."""

from __future__ import annotations

import json
from textwrap import fill
from typing import TYPE_CHECKING

from quality.measures import CORPUS, MEASURES, Figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

BEGIN = "<!-- quality:begin (written by `python scripts/quality --readme`) -->"
END = "<!-- quality:end -->"

WIDTH = 120
"""Characters in a line of the manual."""

NOISE = ("harm", "d1", "removed", "F1_alone", "F1", "again_struck")
SETS = {
    "noise/aed.container": "news pages, the article's container",
    "noise/aed.full": "news pages, all visible text",
    "noise/aed.traf": "news pages, as one extractor gives them",
    "noise/aed.resi": "news pages, as another does",
    "noise/wcxb_dev.container": "seven page types, container",
    "noise/wcxb_dev.traf": "seven page types, extractor",
    "noise/zh.container": "Chinese pages, container",
    "clean/news_gold": "clean news",
    "clean/multilingual": "clean text in many languages",
    "snips/trafeval.traf": "snippets of German and other pages",
    "wild/lire_aussi_fra": "French pointers inside running lines",
    CORPUS: "`corpus/`, this project's own documents",
}
"""The rows of the manual's first table; a set that has no name here goes by its own."""

HEADLINE = (
    "noise/aed.container",
    "noise/aed.full",
    "noise/wcxb_dev.container",
    "clean/news_gold",
    "clean/multilingual",
)
"""The rows of the README's table: what most people's texts are like."""

HEADLINE_COLUMNS = ("harm", "removed")

LANGUAGES = {
    "clean": "clean text",
    "snips": "snippets",
    "pages": "pages, container",
    CORPUS: "`corpus/`",
}
"""What is measured by language, by the first part of the section's name."""


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table in Markdown, with columns that line up."""
    lines = [list(header), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def shown(name: str, value: float | None) -> str:
    """Write a figure as people read it: shares of harm with two decimals, for they are small."""
    if value is None:
        return ""
    if not MEASURES[name].share:
        return f"{value:.3f}".removeprefix("0") if name in {"F1", "F1_alone", "boundary_F1", "Pk"} else f"{value:,.0f}"
    digits = 2 if name in {"harm", "again_struck"} else 1
    return f"{value:.{digits}%}"


def readme(figures: Figures) -> str:
    """Write what stands between the README's marks: the few figures that matter most, harm first."""
    names = [name for name in HEADLINE if name in figures] or [CORPUS]
    return "\n\n".join((BEGIN, _sets(figures, names, HEADLINE_COLUMNS), END))


def page(figures: Figures) -> str:
    """Write what stands between the marks of the manual's page on quality."""
    parts = [BEGIN, by_set(figures), "By kind of line, in the same pages:", by_type(figures)]
    parts += ["<details><summary>" + worst_language(figures) + "</summary>", by_language(figures), "</details>"]
    parts += [sentences(figures), END]
    return "\n\n".join(part for part in parts if part)


def shipped(figures: Figures) -> str:
    """Write what the package carries of the figures, so that the cards of its editions can quote them."""
    sets = [{"set": words, **_quoted(figures[name])} for name, words in SETS.items() if name in figures]
    languages: dict[str, dict[str, dict[str, float]]] = {}
    for name in sorted(name for name in figures if "/language/" in name):
        kind, _, code = name.partition("/language/")
        if kind in LANGUAGES and code != "others":
            languages.setdefault(code, {})[LANGUAGES[kind]] = _quoted(figures[name])
    return json.dumps({"sets": sets, "languages": languages}, indent=1, ensure_ascii=False) + "\n"


def _quoted(rows: Mapping[str, float]) -> dict[str, float]:
    return {name: rows[name] for name in ("n", "harm", "removed", "F1_alone", "F1") if name in rows}


def report(figures: Figures) -> str:
    """Write all tables of a run."""
    parts = {
        "By set": by_set(figures),
        "Lines by kind of noise": by_type(figures),
        "Real text lost by language (documents)": by_language(figures),
        "All figures by language": _listing(figures, [name for name in figures if not _whole(name)]),
        "The corpus, by kind of noise that its documents show": _listing(figures, _under(figures, f"{CORPUS}/kind/")),
        "Noise pages: what rules struck by label, and how much of that is in the gold text": _listing(
            figures, _under(figures, "strokes/")
        ),
        "Where documents are cut": _listing(figures, _under(figures, "segment/")),
        "Emoji, languages, pointers": _listing(figures, _under(figures, "emoji/", "lang/", "wild/")),
        "A second run": _listing(figures, [name for name in figures if "again_struck" in figures[name]], "again_"),
    }
    return "\n\n".join(f"{title}\n\n{text}" for title, text in parts.items() if text)


def by_set(figures: Figures) -> str:
    """Write the table of sets, harm first."""
    names = [name for name in SETS if name in figures]
    names += [name for name in _under(figures, "noise/", "clean/", "snips/") if name not in SETS]
    return _sets(figures, names, NOISE)


def _sets(figures: Figures, names: Sequence[str], columns: Sequence[str]) -> str:
    rows = [
        [
            f"{SETS.get(name, name)} ({figures[name]['n']:.0f})",
            *(shown(column, figures[name].get(column)) for column in columns),
        ]
        for name in names
    ]
    return table(["set (documents)", *(MEASURES[column].words for column in columns)], rows)


def by_type(figures: Figures) -> str:
    """Write the table of lines by kind of noise; kinds without look-alikes have none to lose."""
    rows = [
        [
            name.removeprefix("types/").replace("_", " "),
            _counted(shown("lookalikes_lost", rows.get("lookalikes_lost")), rows["lookalikes"]),
            _counted(shown("removed", rows.get("removed")), rows["n"]),
        ]
        for name, rows in sorted(figures.items())
        if name.startswith("types/")
    ]
    return table(["kind of line", "real look-alikes lost", "noise lines gone"], rows) if rows else ""


def by_language(figures: Figures) -> str:
    """Write the table of harm by language, a column for each sort of text."""
    codes = {name.rpartition("/")[2] for name in figures if "/language/" in name}
    kinds = [kind for kind in LANGUAGES if any(name.startswith(f"{kind}/language/") for name in figures)]

    def cell(kind: str, code: str) -> str:
        rows = figures.get(f"{kind}/language/{code}")
        return _counted(shown("harm", rows.get("harm")), rows["n"]) if rows else ""

    ordered = sorted(codes, key=lambda code: (code == "others", code))
    rows = [[code, *(cell(kind, code) for kind in kinds)] for code in ordered]
    return table(["language", *(LANGUAGES[kind] for kind in kinds)], rows)


def worst_language(figures: Figures) -> str:
    """Say where the most real text is lost, of all languages and sorts of text."""
    lost = {name: rows["harm"] for name, rows in figures.items() if not _whole(name) and "harm" in rows}
    worst = max(sorted(lost), key=lost.__getitem__)
    kind, _, code = worst.partition("/language/")
    return f"Real text lost by language: at most {shown('harm', lost[worst])} ({code}, {LANGUAGES[kind]})"


def sentences(figures: Figures) -> str:
    """Write the figures that need no table."""
    found = []
    if emoji := figures.get("emoji/mech_inword"):
        tweets = figures["emoji/legit_tweets"]
        found.append(
            f"Emoji inside words repaired exactly in {shown('exact', emoji['exact'])} of {emoji['n']:.0f} texts; "
            f"{shown('exact', tweets['exact'])} of {tweets['n']:.0f} real tweets untouched."
        )
    if single := figures.get("segment/single"):
        found.append(f"Of {single['n']:.0f} single articles {shown('false_cuts', single['false_cuts'])} are cut.")
    if teasers := figures.get("segment/teasers_desc"):
        found.append(
            f"Of {teasers['n']:.0f} articles with teasers behind them {shown('main_exact', teasers['main_exact'])} are "
            f"cut off exactly, {shown('main_cut_early', teasers['main_cut_early'])} too early."
        )
    if rows := figures.get("segment/concat_gold"):
        found.append(f"Pk is {rows['Pk']:.3f} on {rows['n']:.0f} documents of articles in a row.")
    if pointers := figures.get("wild/lire_aussi_fra"):
        found.append(
            f"Of {pointers['n']:.0f} French pointers inside running lines {shown('removed', pointers['removed'])} are "
            f"gone, the text beside them intact at {shown('intact', pointers['intact'])}."
        )
    if own := figures.get(CORPUS):
        found.append(
            f"Of the {own['n']:.0f} documents in `corpus/`, {shown('exact', own['exact'])} become just what they must."
        )
    return fill(" ".join(found), WIDTH)


def short_of(goals: Mapping[str, Mapping[str, float]], figures: Figures) -> tuple[int, list[str]]:
    """Give the number of goals that could be measured, and each that is missed, in words."""
    measured, missed = 0, []
    for section, wanted in goals.items():
        for name, goal in wanted.items():
            now = figures.get(section, {}).get(name)
            if now is None:
                continue
            measured += 1
            if MEASURES[name].worse(now, goal):
                missed.append(
                    f"{section}: {MEASURES[name].words} is {shown(name, now)}, the goal is {shown(name, goal)}"
                )
    return measured, missed


def put_into(text: str, tables: str) -> str:
    """Put the tables between the marks of a page.

    Raises:
        ValueError: The marks are not there, once and in order.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in after:
        message = f"no place for the tables: one {BEGIN!r} and one {END!r} are needed"
        raise ValueError(message)
    return before + tables + after


def _whole(name: str) -> bool:
    """Say whether a section is a whole set rather than one language of it."""
    return "/language/" not in name


def _under(figures: Figures, *beginnings: str) -> list[str]:
    return [name for name in figures if name.startswith(beginnings) and _whole(name)]


def _counted(figure: str, number: float) -> str:
    return f"{figure} ({number:.0f})" if figure else ""


def _listing(figures: Figures, names: Sequence[str], beginning: str = "") -> str:
    """Write sections with all their measures, or those whose names begin so."""
    measured = {measure for name in names for measure in figures[name] if measure.startswith(beginning)}
    columns = [measure for measure in MEASURES if measure in measured]
    rows = [[name, *(shown(column, figures[name].get(column)) for column in columns)] for name in sorted(names)]
    return table(["", *(MEASURES[column].words for column in columns)], rows) if rows else ""
