"""Batches as other libraries hand them out: columns in, columns out, one row a story.

`copydesk.batch` is a `Batch` with the default recipe, ready for `datasets.Dataset.map`, Ray Data's `map_batches` and
whatever else wants a function of batches.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from copydesk.errors import SourceError

if TYPE_CHECKING:
    import pyarrow as pa

    from copydesk.desk import Desk
    from copydesk.recipe import Recipe

TEXT = "text"
"""The usual column of texts."""


class Batch:
    """Cleans batches of texts, for libraries that map a function over batches.

        dataset.map(copydesk.batch, batched=True)
        dataset.map(copydesk.Batch(recipe, text_column="body"), batched=True)

    It takes and gives columns; `Desk.clean_batch` says which. A text may become several rows, or none. All columns of
    the input come back, repeated for each story of their row or replaced by one of the stories' columns, so that none
    has to be removed for the rows to fit. `document` is the row of the *batch* that a story comes from.

    It can be sent to other processes, where copydesk must be the same. What it is sent as changes with the recipe, the
    rules, the models and the release, and with nothing else: so `datasets` finds in its cache what was cleaned so
    before, and does not take for it what was cleaned otherwise.

    Args:
        recipe: The settings; the default recipe if left out.
        text_column: Which column holds the texts.
        desk: The desk itself, if there is one already, instead of a recipe.
    """

    def __init__(self, recipe: Recipe | None = None, text_column: str = TEXT, *, desk: Desk | None = None) -> None:
        self.text_column = text_column
        self._recipe = recipe
        self._given = desk

    @cached_property
    def desk(self) -> Desk:
        """The desk that cleans. It is compiled when it is first needed."""
        from copydesk.desk import Desk

        return self._given or Desk(self._recipe)

    @overload
    def __call__(self, columns: dict[str, list[Any]]) -> dict[str, list[Any]]: ...

    @overload
    def __call__(self, columns: Any) -> pa.Table: ...

    def __call__(self, columns: Any) -> dict[str, list[Any]] | pa.Table:
        """Clean a batch.

        Args:
            columns: A dict of lists, or anything that is an Arrow table or gives itself as one (a data frame of polars
                or pandas, a lazy batch of `Dataset.map`).

        Returns:
            A dict of lists for a dict, else an Arrow table, whose types do not depend on what is in the batch.

        Raises:
            SourceError: It is something else, or has no such column of strings.
        """
        if isinstance(columns, dict):
            return self._clean_lists(columns)
        table = _table(columns)
        if len(table) == 1 and isinstance(columns, Mapping):  # of `datasets`: may be a record rather than a batch
            _refuse_a_text(columns.get(self.text_column), self.text_column)
        return self.desk.clean_batch(table, self.text_column)

    def _clean_lists(self, columns: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
        """Clean the texts; other columns may hold anything and are repeated as they are."""
        cleaned: dict[str, list[Any]] = self.desk.clean_batch(_texts(columns, self.text_column), TEXT).to_pydict()
        others = [name for name in columns if name not in cleaned and name != self.text_column]
        repeated = {name: [columns[name][row] for row in cleaned["document"]] for name in others}
        return {**repeated, **cleaned}

    def __reduce__(self) -> tuple[Any, ...]:
        """Send the desk, which sends a digest of all that decides what comes out."""
        return _batch, (self.desk, self.text_column)


def _batch(desk: Desk, text_column: str) -> Batch:
    return Batch(text_column=text_column, desk=desk)


def _texts(columns: Mapping[str, Any], name: str) -> pa.Table:
    """Give the column of texts as a table of its own."""
    import pyarrow as pa

    if name not in columns:
        message = f"the batch has no column {name!r}"
        raise SourceError(message, f"its columns are {', '.join(map(str, columns))}")
    _refuse_a_text(columns[name], name)
    try:
        return pa.table({TEXT: pa.array(columns[name], pa.string())})
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError) as error:
        message = f"the column {name!r} does not hold strings: {error}"
        raise SourceError(message, "a text must be a string, or None") from None


def _refuse_a_text(texts: object, name: str) -> None:
    if isinstance(texts, str):
        message = f"the column {name!r} is a single text"
        raise SourceError(message, "map with batched=True, so that columns are lists")


def _table(columns: Any) -> pa.Table:
    """Give columns as an Arrow table."""
    import pyarrow as pa

    if isinstance(columns, pa.RecordBatch):
        return pa.Table.from_batches([columns])
    for given in (columns, getattr(columns, "pa_table", None)):  # a lazy batch of `datasets` holds its table
        if isinstance(given, pa.Table):
            return given
    if hasattr(columns, "__arrow_c_stream__"):
        return pa.table(columns)
    message = f"a batch must be columns, not {type(columns).__name__}"
    raise SourceError(message, "give a dict of lists or an Arrow table")


batch = Batch()
"""Cleans batches by the default recipe."""
