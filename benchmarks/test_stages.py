"""Each stage of the way by itself, and the whole way, on one worker."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from copydesk import Desk, Recipe, _kernel, build
from copydesk.language import identifier
from copydesk.recipe import LANGUAGE_ENGINES, Model, Rules, Split

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dump import Dump

ROUNDS = 3


def measure(benchmark: Any, dump: Dump, work: Callable[[], object], warmup: int = 1) -> None:
    benchmark.extra_info.update(megabytes=dump.megabytes, documents=dump.documents)
    benchmark.pedantic(work, rounds=ROUNDS, warmup_rounds=warmup)


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


def test_read_jsonl(benchmark: Any, dump: Dump) -> None:
    data = dump.jsonl
    measure(benchmark, dump, lambda: _kernel.read_jsonl(data))


def test_find_what_ftfy_would_mend(benchmark: Any, dump: Dump, desk: Desk) -> None:
    kernel = desk._kernel  # noqa: SLF001 - a stage that has no public name
    measure(benchmark, dump, lambda: [kernel.suspects(texts) for texts in dump.batches])


def test_mend(benchmark: Any, dump: Dump, desk: Desk) -> None:
    suspects = [desk._kernel.suspects(texts) for texts in dump.batches]  # noqa: SLF001
    measure(benchmark, dump, lambda: [desk._mender.mend(batch, desk._kernel) for batch in suspects])  # type: ignore[union-attr] # noqa: SLF001


@pytest.mark.parametrize("by", ["everything", "without splitter", "rules", "model"])
def test_label_cut_and_strike(benchmark: Any, dump: Dump, desk: Desk, by: str) -> None:
    marks_only = Split(mode="structure")
    if by == "without splitter":
        desk = Desk(replace(Recipe(), split=marks_only))
    if by == "rules":
        desk = Desk(replace(Recipe(), model=Model(mode="off"), split=marks_only))
    if by == "model":
        kinds = tuple(kind.label for kind in desk.rules.kinds)
        desk = Desk(replace(Recipe(), rules=Rules(off=kinds), split=marks_only))
    kernel = desk._kernel  # noqa: SLF001
    unmended = [kernel.suspects(texts).slice(0, 0) for texts in dump.batches]
    pairs = list(zip(dump.batches, unmended, strict=True))
    measure(benchmark, dump, lambda: [kernel.clean(texts, mended) for texts, mended in pairs])


@pytest.mark.parametrize("engine", [name for name in LANGUAGE_ENGINES if name not in {"none", "langdetect"}])
def test_language(benchmark: Any, dump: Dump, engine: str) -> None:
    named = identifier(engine)
    texts = [batch.to_pylist() for batch in dump.batches]
    measure(benchmark, dump, lambda: [named.identify(batch) for batch in texts])


def test_desk(benchmark: Any, dump: Dump, desk: Desk) -> None:
    measure(benchmark, dump, lambda: [desk.run(texts) for texts in dump.batches])


def test_limit_read_and_write_only(benchmark: Any, dump: Dump, tmp_path: Path) -> None:
    """Decompress, read the records, write them as Parquet: what no cleaner can beat."""

    def work() -> None:
        with dump.path.open("rb") as file:
            data = zstandard.ZstdDecompressor().stream_reader(file).read()
        records, _ = _kernel.read_jsonl(data)
        pq.write_table(pa.table(records), tmp_path / "copy.parquet", compression="zstd")

    measure(benchmark, dump, work)


def test_whole_build(benchmark: Any, dump: Dump, tmp_path: Path) -> None:
    numbers = iter(range(100))
    measure(benchmark, dump, lambda: build([dump.path], tmp_path / f"{next(numbers)}", version="1.0.0", workers=1))
