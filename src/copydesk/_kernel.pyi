# ruff: noqa: PYI021 (the stub is where an editor finds these words)
"""The kernel, written in Rust (src/kernel). Types in, Arrow out; `src/kernel/src/lib.rs` says the same in Rust."""

from typing import Any, final

import pyarrow as pa

__version__: str

LINE_FEATURES: list[str]
"""Names of the numbers that the line model sees of a line, in order."""

BREAK_FEATURES: list[str]
"""Names of the numbers that the splitter sees of a break at its first look, in order."""

SECOND_FEATURES: list[str]
"""Names of what it sees besides at its second look."""

@final
class Kernel:
    """A recipe, compiled. Immutable; may be used from many threads.

    Raises:
        ValueError: The specification is not understood, or a rule's pattern cannot be compiled.
    """

    def __new__(cls, spec: str) -> Kernel: ...
    def check_rules(self) -> None:
        """Compile every rule now.

        Raises:
            ValueError: A rule's pattern cannot be compiled.
        """

    def suspects(self, texts: pa.Array[Any]) -> pa.RecordBatch:
        """Point out what ftfy has to look at: document (row), start and end (bytes), unescape, text."""

    def clean(self, texts: pa.Array[Any], mended: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Clean texts, given the segments that ftfy changed: a batch of stories and a batch of documents.

        Raises:
            ValueError: The array holds no strings or too many bytes of them, or the segments do not fit it.
        """

def line_features(kernel: Kernel, text: str) -> tuple[list[tuple[int, int]], bytes]:
    """Give what the line model sees of a text that is already mended; for training.

    Returns:
        For each line that is not blank its start and end in code points; and a row of `LINE_FEATURES` a line, as 32-bit
        floats in the machine's order.

    Raises:
        ValueError: The kernel was made without a line model.
    """

def break_features(kernel: Kernel, text: str, sums: list[float] | None = None) -> tuple[list[tuple[int, int]], bytes]:
    """Give what the splitter sees of a text that is already mended; for training.

    Args:
        kernel: A kernel with a splitter.
        text: The text.
        sums: The first forest's sums, one a break, for the second look; None for the first look.

    Returns:
        For each line that is not blank its start and end in code points; and for the break before each but the first a
        row of `BREAK_FEATURES`, or of `SECOND_FEATURES`, as 32-bit floats in the machine's order.

    Raises:
        ValueError: The kernel was made without a splitter, or there are not as many sums as breaks.
    """

def model_strikes(text: str, noise: list[float], ruled: list[bool], caution: str) -> list[bool]:
    """Choose the lines to strike of a text that is already mended.

    Args:
        text: The text.
        noise: The line model's probability of noise for each line, blank ones included.
        ruled: For each line whether a rule strikes it.
        caution: How careful to be: JSON, as in the specification of a kernel.

    Returns:
        For each line whether the model strikes it.

    Raises:
        ValueError: A list is not as long as the text has lines, or the caution is not understood.
    """

def read_jsonl(
    data: bytes, text_key: str = "text", id_key: str = "id", first_line: int = 1
) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    """Read whole lines: a batch of records (position, record_id, text, meta) and one of rejects.

    Rejects have position, reason, detail and raw. Positions are line numbers, of which the first is `first_line`; a
    byte order mark in line 1 and lines of white space are passed by.
    """

def apply_edits(text: str, edits: list[tuple[int, int, str]]) -> str:
    """Apply edits: start and end in code points, replacement.

    Raises:
        ValueError: They overlap or do not fit the text.
    """

def compose_edits(
    text: str, first: list[tuple[int, int, str]], second: list[tuple[int, int, str]]
) -> list[tuple[int, int, str, int]]:
    """Make two layers of edits one; the second applies to what the first leaves.

    The last item of each result is 1 for the first layer, 2 for the second, 3 for an edit made of both.
    """
