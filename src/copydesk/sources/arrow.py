"""Arrow files, as `datasets.Dataset.save_to_disk` and the caches of that library hold them: each row is one record.

Both of Arrow's formats are read, the stream and the file. A file is read from start to end by one worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from copydesk.sources.base import BATCH_RECORDS, Batch, InputFile, Piece, Reading, Reject, Survey, open_file, whole
from copydesk.sources.parquet import check_columns, damage, rows_batch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copydesk.recipe import Input

SUFFIXES: tuple[str, ...] = (".arrow",)

_FILE_MAGIC = b"ARROW1"
"""How Arrow's file format begins; the stream has no such mark."""


def survey(file: InputFile, keys: Input, chunk_bytes: int) -> Survey:  # noqa: ARG001 (batches cannot be found without reading)
    """Hash a file; it is one piece.

    Raises:
        SourceError: The file has no column of texts by that name.
    """
    try:
        with open_file(file.address) as stream:
            schema = next(_schemas(stream))
    except (pa.ArrowException, OSError, StopIteration):
        return whole(file)  # reading it will tell what is wrong, as a reject
    check_columns(schema, file, keys)
    return whole(file)


def read(pieces: Sequence[Piece], keys: Input) -> Iterator[Batch]:
    """Read files one after the other, some rows to a batch."""
    for piece in pieces:
        yield from _read_file(piece, keys)


def _read_file(piece: Piece, keys: Input) -> Iterator[Batch]:
    source, row, consumed = piece.file.source, 1, 0
    try:
        with open_file(piece.file.address) as stream:
            for batch in _batches(stream):
                for start in range(0, len(batch), BATCH_RECORDS):
                    rows = batch.slice(start, BATCH_RECORDS)
                    done = min(stream.tell(), piece.weight)
                    yield rows_batch(source, rows, keys, row, done - consumed)
                    row, consumed = row + len(rows), done
    except (OSError, pa.ArrowException) as error:
        yield damage(Reject(source, row, "damaged_arrow", f"{error}; the rows from here on were not read"))


def _schemas(stream: Reading) -> Iterator[pa.Schema]:
    if _is_file_format(stream):
        yield pa.ipc.open_file(stream).schema
    else:
        yield pa.ipc.open_stream(stream).schema


def _batches(stream: Reading) -> Iterator[pa.RecordBatch]:
    if _is_file_format(stream):
        file = pa.ipc.open_file(stream)
        for number in range(file.num_record_batches):
            yield file.get_batch(number)
    else:
        yield from pa.ipc.open_stream(stream)


def _is_file_format(stream: Reading) -> bool:
    begins = stream.read(len(_FILE_MAGIC))
    stream.seek(0)
    return begins == _FILE_MAGIC
