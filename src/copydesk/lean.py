"""Starting sooner, in processes that are copydesk's own: the workers of a pool and those of the command line."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib.abc import MetaPathFinder

import pyarrow as pa


def leave_pandas_out() -> None:
    """Let Arrow go without pandas in this process.

    It loads pandas, if that is installed, when it first takes a list, to know its types from others: a quarter of a
    second for what nothing here uses. It does so once, so that pandas itself can be imported later as ever; but Arrow
    will not turn anything into its types then, which is why a library must not do this to those who import it.
    """
    if "pandas" in sys.modules:
        return
    sys.meta_path.insert(0, _WithoutPandas)
    try:
        with suppress(Exception):
            pa.array([0])
    finally:
        sys.meta_path.remove(_WithoutPandas)


class _WithoutPandas(MetaPathFinder):
    """Answers as if pandas were not installed. `None` in `sys.modules` does not do: some releases of Arrow take it."""

    @classmethod
    def find_spec(cls, fullname: str, *_: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(name=fullname)
