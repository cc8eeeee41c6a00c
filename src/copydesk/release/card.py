"""The dataset card, README.md: its head tells the Hub and the loading library what there is, its text tells people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pyarrow import types

from copydesk.release import measured, words
from copydesk.release.citation import citation
from copydesk.release.columns import COLUMNS, paths
from copydesk.release.head import head, hub_languages, type_name
from copydesk.release.manifest import table_rows
from copydesk.release.markdown import block, cell, code, plain, prose, table
from copydesk.release.schema import CONFIGS, TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import pyarrow as pa

    from copydesk.recipe import Recipe
    from copydesk.release.figures import Figures
    from copydesk.release.manifest import Manifest

MOST_INPUTS = 10
"""Input files that the card lists; all are in the manifest."""

MOST_LANGUAGES = 20
"""Languages that the card lists by name."""


def card(manifest: Manifest, figures: Figures, recipe: Recipe, titles: Mapping[str, str]) -> str:
    """Write the card.

    Args:
        manifest: The edition's; its `files` need not be complete, its `data_digest` must be right.
        figures: What its tables hold.
        recipe: The recipe that it was made by.
        titles: What the labels of the rule book are called.
    """
    sections = [
        head(manifest, figures, recipe.edition),
        _what(manifest, recipe),
        _loading(manifest, recipe),
        _origin(manifest, figures, recipe),
        _cleaning(manifest, recipe, titles),
        *_labelled(manifest, titles),
        _quality(figures, recipe),
        _limits(manifest, recipe),
        _columns(),
        _made(manifest),
        _terms(manifest, recipe),
    ]
    return "\n".join(sections)


def _section(title: str, *paragraphs: str) -> str:
    """Put a title and what is not empty of some paragraphs together."""
    return "\n\n".join([f"## {title}", *(paragraph.strip("\n") for paragraph in paragraphs if paragraph)]) + "\n"


def _what(manifest: Manifest, recipe: Recipe) -> str:
    accounts, edition = manifest.accounts, recipe.edition
    rows = table_rows(accounts)
    title = plain(edition.title) or "Clean stories"
    paragraphs = [
        f"# {title}",
        prose(edition.description),
        f"Edition {manifest.version}: {accounts['stories']:,} clean stories from {accounts['published']:,} scraped "
        f"documents, made with copydesk {manifest.copydesk}.\n"
        + (words.RESTORABLE if recipe.ledger.removed_text else words.NOT_RESTORABLE),
        table(
            ("config", "rows:", "what it holds"),
            [(f"`{config.name}`", f"{rows[config.folder]:,}", config.says) for config in CONFIGS],
        ),
        words.NO_ROWS if not all(rows.values()) else "",
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def _loading(manifest: Manifest, recipe: Recipe) -> str:
    restore = words.RESTORE if recipe.ledger.removed_text else ""
    return _section("How to load it", words.LOAD.format(version=manifest.version), words.TOOLS, restore)


def _origin(manifest: Manifest, figures: Figures, recipe: Recipe) -> str:
    kinds = Counter(entry.kind for entry in manifest.inputs)
    size = sum(entry.bytes for entry in manifest.inputs)
    count = ", ".join(f"{number:,} {kind}" for kind, number in sorted(kinds.items()))
    listed = [
        (code(entry.source), entry.kind, f"{entry.bytes:,}", f"{entry.published:,}", f"{entry.rejected:,}")
        for entry in manifest.inputs[:MOST_INPUTS]
    ]
    more = len(manifest.inputs) - len(listed)
    return _section(
        "Where the texts are from",
        prose(recipe.edition.collection) or words.NO_COLLECTION,
        f"{len(manifest.inputs):,} input files ({count}), {size:,} bytes. `manifest.json` lists all of them with their "
        "SHA-256.",
        table(("file", "kind", "bytes:", "published:", "rejected:"), listed),
        f"... and {more:,} more." if more else "",
        _languages(figures),
        _accounts(manifest.accounts),
    )


def _languages(figures: Figures) -> str:
    ordered = sorted(figures.languages.items(), key=lambda item: (-item[1], item[0]))
    named = [f"{language} {count:,}" for language, count in ordered[:MOST_LANGUAGES]]
    rest = sum(count for _, count in ordered[MOST_LANGUAGES:])
    named += [f"others {rest:,}"] if rest else []
    return f"Stories by language: {', '.join(named)}." if named else ""


def _accounts(accounts: Mapping[str, Any]) -> str:
    rows = [
        ("records read", accounts["read"]),
        ("documents published", accounts["published"]),
        ("records rejected", accounts["rejected"]),
        *((f"rejected: {reason}", count) for reason, count in accounts["reasons"].items()),
        ("stories", accounts["stories"]),
        ("documents kept whole for review", accounts["needs_review"]),
        ("characters of the raw documents", accounts["characters"]["in"]),
        ("characters of the stories", accounts["characters"]["out"]),
    ]
    return table(("account", "count:"), [(cell(name), f"{count:,}") for name, count in rows])


def _cleaning(manifest: Manifest, recipe: Recipe, titles: Mapping[str, str]) -> str:
    accounts = manifest.accounts
    known = {**words.KERNEL_LABELS, **titles}
    struck = accounts["characters"]["struck"]
    lines = ["| label | what | strokes | characters |", "|---|---|---:|---:|"]
    for label, strokes in accounts["strokes"].items():
        lines.append(f"| {code(label)} | {plain(known.get(label, ''))} | {strokes:,} | {struck[label]:,} |")
    own = [code(pack.rsplit("/", 1)[-1]) for pack in recipe.rules.packs]
    off = [code(name) for name in recipe.rules.off]
    return _section(
        "How they were cleaned",
        "\n".join(words.steps(recipe)),
        f"Rule packs of the publisher's own: {', '.join(own)}; they are in `rules/`." if own else "",
        f"Rules that were off: {', '.join(off)}." if off else "",
        "\n".join(lines),
    )


def _labelled(manifest: Manifest, titles: Mapping[str, str]) -> list[str]:
    """Say how the lines were labelled, and how to strike them; nothing if the recipe does not annotate."""
    labelled = manifest.accounts.get("lines", {})
    if not labelled:
        return []
    known = {**words.KERNEL_LABELS, **words.KEPT_LABELS, **titles}
    rows = [(code(label), plain(known.get(label, "")), f"{count:,}") for label, count in labelled.items()]
    return [_section("How the lines are labelled", words.ANNOTATED, table(("label", "what", "lines:"), rows))]


def _quality(figures: Figures, recipe: Recipe) -> str:
    changed = [f"`{name}`" for name in measured.changed(recipe)]
    return _section(
        "What the cleaning costs and brings",
        measured.WORDS,
        measured.by_set(),
        measured.by_language(hub_languages(figures)) and "Real text lost, in the languages of this edition:",
        measured.by_language(hub_languages(figures)),
        f"This edition's recipe differs from the one that was measured in {', '.join(changed)}." if changed else "",
    )


def _limits(manifest: Manifest, recipe: Recipe) -> str:
    limits = list(words.LIMITS)
    if manifest.accounts["needs_review"]:
        limits.append(words.REVIEW.format(count=manifest.accounts["needs_review"]))
    return _section(
        "Limits",
        "\n".join(f"- {limit}" for limit in limits),
        f"Personal and sensitive information: {prose(recipe.edition.personal) or words.NO_PERSONAL}",
    )


def _columns() -> str:
    parts = ["<details><summary>The columns</summary>"]
    for known in TABLES:
        rows = [(f"`{path}`", f"`{_kind(kind)}`", COLUMNS[known.name][path]) for path, kind in paths(known.schema)]
        parts += [f"`{known.name}`", table(("column", "type", "what it holds"), rows)]
    return "\n\n".join([*parts, "</details>"]) + "\n"


def _kind(kind: pa.DataType) -> str:
    """Name a type; the parts of a nested one have lines of their own."""
    if types.is_list(kind):
        return f"list of {_kind(kind.value_type)}"
    return "struct" if types.is_struct(kind) else type_name(kind)


def _made(manifest: Manifest) -> str:
    libraries = ", ".join(f"{name} {release}" for name, release in manifest.libraries.items())
    digests = [
        ("tables", manifest.data_digest),
        ("recipe (`recipe.toml`)", manifest.recipe),
        ("rule book", manifest.rules),
        ("line model", manifest.model or "off"),
        ("splitter", manifest.splitter or "off"),
    ]
    return _section(
        "How it was made",
        "The same inputs, recipe and release make the same bytes. `manifest.json` has the hash of every file;\n"
        "`croissant.json` says the same to machines.",
        table(("of", "SHA-256"), [(name, f"`{digest}`") for name, digest in digests]),
        f"Libraries: {libraries}.",
    )


def _terms(manifest: Manifest, recipe: Recipe) -> str:
    edition = recipe.edition
    link = f" (<{edition.license_link}>)" if edition.license_link else ""
    return _section(
        "Licence and citation",
        f"Licence: {code(edition.license)}{link}." if edition.license else words.NO_LICENCE,
        f"By {', '.join(map(plain, edition.creators))}." if edition.creators else "",
        f"More: <{edition.homepage}>" if edition.homepage else "",
        "To cite it:",
        block(citation(manifest, edition), "bibtex"),
    )
