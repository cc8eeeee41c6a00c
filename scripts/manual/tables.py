"""The page of an edition's tables, made from their schemas and the sentences on their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from copydesk.release.columns import COLUMNS, paths
from copydesk.release.proof import MAY_BE_NULL
from copydesk.release.schema import CONFIGS
from manual.pages import put_together, table, wrapped

if TYPE_CHECKING:
    from copydesk.release.schema import Config

LAYOUT = """```text
README.md        the card: what the dataset is, how it was made, what was measured, how to load and cite it
CHANGELOG.md     what changed from version to version, the newest first
manifest.json    accounts, inputs, hashes of all files, releases, and the command that makes the edition again
croissant.json   the same facts for machines (Croissant 1.1, PROV-O, RAI)
recipe.toml      every setting it was made with; the rule packs and models of its own lie beside it
data/<table>/*.parquet
```"""

LEAD = """An edition is a folder that `datasets.load_dataset` opens, with the tables below. Offsets (`start`, `end`)
count code points of the raw document, the end not included, so that `raw[start:end]` works in Python. `copydesk verify`
refuses an edition in which a column holds nothing (null) though it must not."""

REASONS = """The reasons, and what becomes of each sort of fault, are listed under [threats](../threats.md#records)."""


def page() -> str:
    """Make the page."""
    parts = [part for config in CONFIGS for part in _config(config)]
    made_from = "`src/copydesk/release/schema.py` and `columns.py`"
    return put_together("Editions: files, tables, columns", made_from, LEAD, LAYOUT, *parts, REASONS)


def _config(config: Config) -> list[str]:
    parts = [f"## {config.name}", wrapped(config.says)]
    return parts if config.columns else [*parts, table(("column", "type", "null", "meaning"), _rows(config))]


def _rows(config: Config) -> list[tuple[str, ...]]:
    words = COLUMNS[config.name]
    return [
        (f"`{path}`", f"`{_kind(kind)}`", "may be" if _may_be_null(config, path) else "", words[path])
        for path, kind in paths(config.schema)
    ]


def _may_be_null(config: Config, path: str) -> bool:
    if config.name in MAY_BE_NULL:
        return path in MAY_BE_NULL[config.name]
    return bool(config.schema.field(path).nullable)


def _kind(kind: pa.DataType) -> str:
    """Name a type; the parts of a struct have rows of their own."""
    if pa.types.is_list(kind):
        return f"list of {_kind(kind.value_type)}"
    return "struct" if pa.types.is_struct(kind) else str(kind)
