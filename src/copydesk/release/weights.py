"""What rows weigh once they are read back, reckoned while they are written, so that nobody has to read them for it.

`datasets` says of each split how many bytes its rows take as Arrow (`num_bytes`), and a card should say the same.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from copydesk.release.schema import CONFIGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copydesk.release.schema import Config

KEY = "copydesk"
"""The key in a Parquet file's own metadata under which the figures of its rows stand."""

OFFSET_BYTES = 4


class Scales:
    """Weighs the row groups of one Parquet file, and counts the languages of its stories."""

    def __init__(self, table: Config) -> None:
        """Begin a file of a table."""
        self._configs = [config for config in CONFIGS if config.folder == table.folder]
        self._first = 0
        self._is_even = True
        self._memory: Counter[str] = Counter()
        self._languages: Counter[str] = Counter()

    def add(self, group: pa.Table) -> None:
        """Weigh a row group, and count its stories by language."""
        self._first = self._first or len(group)
        self._is_even = self._is_even and len(group) <= self._first
        weights = {
            field.name: sum(weight(field, chunk) for chunk in group[field.name].chunks) for field in group.schema
        }
        for config in self._configs:
            self._memory[config.name] += sum(weights[name] for name in config.columns or weights)
        if "language" in group.schema.names:
            counts = group["language"].value_counts().to_pylist()
            self._languages.update({count["values"]: count["counts"] for count in counts})

    def to_metadata(self) -> dict[str, str]:
        """Give the figures as they stand in the file's metadata.

        `datasets` reads a file in batches of the first group's size; where a later group is larger, and so cut in a
        way that cannot be reckoned, there is no weight.
        """
        facts = {
            "memory": dict(self._memory) if self._is_even else {},
            "languages": dict(sorted(self._languages.items())),
        }
        return {KEY: json.dumps(facts, separators=(",", ":"), ensure_ascii=False)}


def figures_in(metadata: Mapping[bytes, bytes] | None) -> dict[str, Any]:
    """Read the figures in a Parquet file's metadata."""
    facts: dict[str, Any] = json.loads((metadata or {}).get(KEY.encode(), b"{}"))
    return {"memory": facts.get("memory", {}), "languages": facts.get("languages", {})}


def weight(field: pa.Field, values: pa.Array) -> int:
    """Give the bytes of a column's buffers as Arrow's reader of Parquet makes them.

    It counts an offset a value, and makes a map of nulls for numbers that may be null, but for other types only where
    there are nulls. A test holds this against what `datasets` itself finds.
    """
    kind = values.type
    has_map = field.nullable if types.is_primitive(kind) and not types.is_boolean(kind) else values.null_count
    nulls = _bytes_for(len(values)) if has_map else 0
    if types.is_string(kind) or types.is_binary(kind):
        return nulls + OFFSET_BYTES * len(values) + (pc.sum(pc.binary_length(values)).as_py() or 0)
    if types.is_list(kind):
        return nulls + OFFSET_BYTES * len(values) + weight(kind.value_field, values.flatten())
    if types.is_struct(kind):
        return nulls + sum(weight(kind.field(index), part) for index, part in enumerate(values.flatten()))
    return nulls + _bytes_for(len(values) * int(kind.bit_width))


def _bytes_for(bits: int) -> int:
    return -(-bits // 8)
