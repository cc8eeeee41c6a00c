"""data-juicer with five mappers: Unicode, white space, punctuation, links, addresses.

Its mappers work on a dataset of `datasets`, batch by batch, as its own dataset class has them do. That class itself
would install PyTorch with five gigabytes of CUDA at its first use, to look whether there is a GPU.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import clock
import zstandard
from data_juicer.ops.mapper.clean_email_mapper import CleanEmailMapper
from data_juicer.ops.mapper.clean_links_mapper import CleanLinksMapper
from data_juicer.ops.mapper.fix_unicode_mapper import FixUnicodeMapper
from data_juicer.ops.mapper.punctuation_normalization_mapper import PunctuationNormalizationMapper
from data_juicer.ops.mapper.whitespace_normalization_mapper import WhitespaceNormalizationMapper
from datasets import load_dataset

if TYPE_CHECKING:
    from pathlib import Path

MAPPERS = (
    FixUnicodeMapper,
    WhitespaceNormalizationMapper,
    PunctuationNormalizationMapper,
    CleanLinksMapper,
    CleanEmailMapper,
)


def prepare(sample: Path, folder: Path) -> Path:
    """Write the sample as plain JSON Lines."""
    plain = folder / "sample.jsonl"
    with zstandard.open(sample, "rb") as lines:
        plain.write_bytes(lines.read())
    return plain


def work(source: Path, out: Path, _: str) -> None:
    """Clean all records in one process."""
    dataset = load_dataset("json", data_files=str(source), split="train", cache_dir=str(out / "cache"))
    for mapper in [mapper(num_proc=1) for mapper in MAPPERS]:
        dataset = dataset.map(mapper.process_batched, batched=True)
    dataset.to_parquet(str(out / "clean.parquet"))


if __name__ == "__main__":
    clock.main(work, "py-data-juicer", "datasets", "ftfy", prepare=prepare)
