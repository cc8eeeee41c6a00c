"""The limit: decompress, read the records, write them as Parquet, with nothing between. No cleaner can be faster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import clock
import pyarrow as pa
import pyarrow.parquet as pq

from copydesk import _kernel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK_BYTES = 8 << 20


def work(source: Path, out: Path, _: str) -> None:
    """Copy the records of a .jsonl.zst file into a Parquet file."""
    writer = None
    with source.open("rb") as file:
        for block in _blocks(pa.CompressedInputStream(pa.PythonFile(file, "r"), "zstd")):
            table = pa.table(_kernel.read_jsonl(block)[0])
            writer = writer or pq.ParquetWriter(out / "copy.parquet", table.schema, compression="zstd")
            writer.write_table(table)
    if writer:
        writer.close()


def _blocks(stream: pa.NativeFile) -> Iterator[bytes]:
    """Give blocks of whole lines."""
    rest = b""
    while block := stream.read(BLOCK_BYTES):
        end = block.rfind(b"\n") + 1
        if end:
            yield rest + block[:end]
            rest = block[end:]
        else:
            rest += block
    if rest:
        yield rest


if __name__ == "__main__":
    clock.main(work, "copydesk", "pyarrow")
