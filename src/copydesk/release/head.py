"""The head of the card: the YAML that tells the Hub and the loading library what there is.

The loading library caches a local folder by this head alone, so the version and the content's digest stand in it. A
table without rows is left out, because that library cannot load one; its file is there all the same.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pyarrow import types

from copydesk.release.manifest import table_rows
from copydesk.release.markdown import quoted
from copydesk.release.schema import CONFIGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa

    from copydesk.recipe import Edition
    from copydesk.release.figures import Figures
    from copydesk.release.manifest import Manifest
    from copydesk.release.schema import Config

SPLIT = "train"

TAGS = ("copydesk", "text-cleaning", "provenance")
TASK = "text-generation"

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
"""The Hub's size classes, by number of rows, up to a million."""

SIZES_BY_TENS = ("1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B", "10B<n<100B", "100B<n<1T")
"""Those above."""

LEAST_SHARE = 0.001
"""A language with less of the stories is not listed: a thousand stories hold one or two that are taken for another."""

_HUB_LANGUAGE = re.compile(r"[a-z]{2,3}")
"""What the Hub takes as a language: an ISO 639 code, without script or region."""


def head(manifest: Manifest, figures: Figures, edition: Edition) -> str:
    """Write the head, with the lines around it."""
    listed = listed_configs(manifest)
    lines = ["---", *_about(manifest, figures, edition), "configs:"]
    for config in listed:
        lines += _config(config, manifest, is_default=config is listed[0])
    lines.append("dataset_info:")
    for config in listed:
        lines += _info(config, manifest, figures)
    return "\n".join([*lines, "---", ""])


def listed_configs(manifest: Manifest) -> list[Config]:
    """Give the configs that have rows."""
    rows = table_rows(manifest.accounts)
    return [config for config in CONFIGS if rows[config.folder]]


def hub_languages(figures: Figures) -> list[str]:
    """Give the languages of the stories as the Hub names them, the most frequent first."""
    total = figures.languages.total()
    codes = [
        code
        for code, count in sorted(figures.languages.items(), key=lambda item: (-item[1], item[0]))
        if code != "und" and count >= LEAST_SHARE * total
    ]
    short = [code.partition("-")[0] for code in codes]
    return list(dict.fromkeys(code for code in short if _HUB_LANGUAGE.fullmatch(code)))


def _about(manifest: Manifest, figures: Figures, edition: Edition) -> Iterator[str]:
    if edition.title:
        yield f"pretty_name: {quoted(edition.title)}"
    if edition.license:
        yield f"license: {quoted(edition.license)}"
    if edition.license_link:
        yield f"license_link: {quoted(edition.license_link)}"
    yield from _items("language", map(quoted, hub_languages(figures)))
    yield from _items("size_categories", [_size(manifest.accounts["stories"])])
    yield from _items("task_categories", [TASK])
    yield from _items("tags", TAGS)


def _items(name: str, values: Iterable[str]) -> list[str]:
    items = [f"- {value}" for value in values]
    return [f"{name}:", *items] if items else []


def _size(stories: int) -> str:
    for limit, name in SIZES:
        if stories < limit:
            return name
    return SIZES_BY_TENS[min(len(str(stories)) - len("1000000"), len(SIZES_BY_TENS) - 1)]


def _config(config: Config, manifest: Manifest, *, is_default: bool) -> Iterator[str]:
    yield f"- config_name: {config.name}"
    if is_default:
        yield "  default: true"
    yield f"  version: {manifest.version}"
    yield f"  description: {quoted(f'{manifest.version} sha256:{manifest.data_digest}')}"
    if config.columns:
        yield f"  columns: {json.dumps(list(config.columns))}"
    yield from ("  data_files:", f"  - split: {SPLIT}", f"    path: data/{config.folder}/{SPLIT}-*.parquet")


def _info(config: Config, manifest: Manifest, figures: Figures) -> Iterator[str]:
    """Say what the config's rows look like, how many there are, and what they take; the library checks the count."""
    size = figures.memory[config.name]
    yield f"- config_name: {config.name}"
    yield "  features:"
    for field in config.schema:
        if not config.columns or field.name in config.columns:
            yield from _feature(field, "  ")
    is_weighed = config.folder not in figures.unweighed
    yield from ("  splits:", f"  - name: {SPLIT}")
    if is_weighed:
        yield f"    num_bytes: {size}"
    yield f"    num_examples: {table_rows(manifest.accounts)[config.folder]}"
    yield f"  download_size: {figures.file_bytes[config.folder]}"
    if is_weighed:
        yield f"  dataset_size: {size}"


def _feature(field: pa.Field, indent: str) -> Iterator[str]:
    yield f"{indent}- name: {field.name}"
    yield from _kind(field.type, f"{indent}  ", "dtype")


def _kind(kind: pa.DataType, indent: str, key: str) -> Iterator[str]:
    """Write a type under the library's names for it."""
    if types.is_list(kind):
        yield from _kind(kind.value_type, indent, "list")
    elif types.is_struct(kind):
        yield f"{indent}{'struct' if key == 'dtype' else key}:"
        for part in kind:
            yield from _feature(part, indent)
    else:
        yield f"{indent}{key}: {type_name(kind)}"


def type_name(kind: pa.DataType) -> str:
    """Give the library's name for a type that is not nested."""
    return {"float": "float32", "double": "float64"}.get(str(kind), str(kind))
