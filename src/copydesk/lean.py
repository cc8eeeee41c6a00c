"""Starting sooner, in processes that are copydesk's own: the workers of a pool."""

from __future__ import annotations

import sys
from contextlib import suppress

import pyarrow as pa


def leave_pandas_out() -> None:
    """Let Arrow go without pandas in this process.

    It loads pandas, if that is installed, when it first takes a list, to know its types from others: a quarter of a
    second for what nothing here uses. It does so once, so that pandas itself can be imported later as ever; but Arrow
    will not turn anything into its types then, which is why a library must not do this to those who import it.
    """
    if "pandas" in sys.modules:
        return
    sys.modules["pandas"] = None  # type: ignore[assignment]  # as if it were not installed
    try:
        with suppress(Exception):
            pa.array([0])
    finally:
        del sys.modules["pandas"]
