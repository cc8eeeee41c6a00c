"""The desk: a recipe compiled, and the one path that every text takes, alone or in a batch of thousands."""

from __future__ import annotations

import json
import tomllib
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from copydesk._kernel import Kernel
from copydesk.document import Cleaned
from copydesk.errors import RuleError, SourceError
from copydesk.language import identifier
from copydesk.mend import Mender
from copydesk.models import LINE_MODEL, SPLITTER
from copydesk.recipe import Recipe
from copydesk.rulebook import RuleBook
from copydesk.stages import Stopwatch

if TYPE_CHECKING:
    from copydesk.language import Identifier
    from copydesk.recipe import Model, Split

COMMON_WORDS = "common_words.toml"
"""Words of many languages that stand by themselves all the time; they tell two glued words from a broken one."""


class CleanedBatch(NamedTuple):
    """What became of a batch of texts.

    Attributes:
        stories: A row a story: `document` (row of the input), `index`, `kind`, `main`, `cut_before`, `cut_after`,
            `title`, `text`, `fields`, `spans`, `language`, `language_score`.
        documents: A row a text, in order: `chars` and `kept` (code points), `needs_review`, `edits`.
    """

    stories: pa.RecordBatch
    documents: pa.RecordBatch


class Desk:
    """A recipe, compiled once and used for any number of texts. Safe to use from several threads.

    Args:
        recipe: The settings; the default recipe if left out.

    Raises:
        RuleError: A rule pack of the recipe cannot be used.
    """

    def __init__(self, recipe: Recipe | None = None) -> None:
        self.recipe = recipe or Recipe()
        rules = self.recipe.rules
        self.rules = RuleBook.load([Path(pack) for pack in rules.packs], rules.off)
        self._mender = Mender(self.recipe.mend) if self.recipe.mend.ftfy else None
        self._kernel = _compile(self.recipe, self.rules, self._mender)

    @cached_property
    def _languages(self) -> Identifier:
        return identifier(self.recipe.language.engine)

    def clean(self, text: str) -> Cleaned:
        """Clean one text.

        Raises:
            SourceError: It is no string, or holds a lone surrogate, which no encoding can write.
        """
        batch = self.run(_as_array(text))
        return Cleaned.from_rows(batch.documents.to_pylist()[0], batch.stories.to_pylist())

    def clean_batch(self, table: pa.Table | pa.RecordBatch, text_column: str = "text") -> pa.Table:
        """Clean a column of texts.

        Args:
            table: Any Arrow table; its strings are read where they lie.
            text_column: Which column holds the texts. A null counts as an empty text.

        Returns:
            A row a story, in order: the input's other columns, then `document` (row of the input), `index`, `kind`,
            `main`, `cut_before`, `cut_after`, `title`, `text`, `fields`, `spans`, `language`, `language_score`,
            `edits`, `needs_review`. A text of nothing but white space has no story and no row.

        Raises:
            SourceError: There is no such column, or it holds no strings.
        """
        if text_column not in table.schema.names:
            message = f"the table has no column {text_column!r}"
            raise SourceError(message, f"its columns are {', '.join(table.schema.names)}")
        table = table if isinstance(table, pa.Table) else pa.Table.from_batches([table])
        parts = []
        row = 0
        for chunk in table.column(text_column).chunks:
            parts.append(_story_table(self.run(chunk), row))
            row += len(chunk)
        stories = pa.concat_tables(parts) if parts else _story_table(self.run(pa.array([], pa.string())), 0)
        others = table.drop_columns([text_column]).take(stories.column("document"))
        for name in set(others.column_names) & set(stories.column_names):
            others = others.drop_columns([name])
        return pa.table({**_columns(others), **_columns(stories)})

    def run(self, texts: pa.Array, watch: Stopwatch | None = None) -> CleanedBatch:
        """Clean an array of texts: what `clean`, `clean_batch` and `build` are made of; `watch` times the stages.

        Raises:
            SourceError: The array holds something other than strings, or more than a GiB of them.
        """
        watch = watch or Stopwatch()
        try:
            with watch.timing("look"):
                suspects = self._kernel.suspects(texts)
            with watch.timing("mend"):
                mended = self._mender.mend(suspects, self._kernel) if self._mender else suspects.slice(0, 0)
            with watch.timing("clean"):
                stories, documents = self._kernel.clean(texts, mended)
        except ValueError as error:
            raise SourceError(str(error)) from None
        with watch.timing("language"):
            heads = stories.column("text")
            if self._languages.head is not None:
                heads = pc.utf8_slice_codeunits(heads, 0, self._languages.head)
            answers = self._languages.identify(heads.to_pylist())
        stories = stories.append_column("language", pa.array([code for code, _ in answers], pa.string()))
        scores = pa.array([score for _, score in answers], pa.float32())
        return CleanedBatch(stories.append_column("language_score", scores), documents)


def _compile(recipe: Recipe, rules: RuleBook, mender: Mender | None) -> Kernel:
    try:
        return Kernel(json.dumps(kernel_spec(recipe, rules, mender)))
    except ValueError as error:
        message = _with_file(str(error), rules)
        raise RuleError(message, "look at the pattern of that rule, or switch it off under [rules]") from None


def kernel_spec(recipe: Recipe, rules: RuleBook, mender: Mender | None) -> dict[str, Any]:
    """Give a recipe as the kernel takes it, as JSON types."""
    return {
        "rules": rules.kernel_spec(),
        "mend": mender.kernel_spec() if mender else None,
        "splinters": common_words() if recipe.emoji.splinters else None,
        "model": _model_spec(recipe.model),
        "max_struck": recipe.guard.max_struck,
        "split": recipe.split.mode,
        "cutter": _cutter_spec(recipe.split),
        "annotate": recipe.guard.annotate,
        "keep_removed": recipe.ledger.removed_text,
    }


def _with_file(flaw: str, rules: RuleBook) -> str:
    """Put the pack's file before what the kernel says of one of its rules."""
    files = (kind.source for kind in rules.kinds for rule in kind.rules if flaw.startswith(f"rule {rule.id}: "))
    return ": ".join([*files, flaw])


def _model_spec(model: Model) -> dict[str, Any] | None:
    if model.mode == "off":
        return None
    caution = {"least": model.least, "edge": model.least_edge, "veto": model.veto, "risk": model.max_risk}
    return {"data": LINE_MODEL.load(model.file), "caution": caution}


def _cutter_spec(split: Split) -> dict[str, Any] | None:
    if split.mode != "full":
        return None
    caution = {
        "least": split.least,
        "least_next": split.least_next,
        "length": split.least_length,
        "digests": split.digests == "cut",
    }
    return {"data": SPLITTER.load(split.file), "caution": caution}


def common_words() -> list[list[str]]:
    """Give the lists of common words, one a language, in the order of the data file."""
    text = (resources.files("copydesk") / "data" / COMMON_WORDS).read_text(encoding="utf-8")
    return [words.split() for words in tomllib.loads(text)["words"].values()]


def _as_array(text: str) -> pa.Array:
    if not isinstance(text, str):
        message = f"a text must be a string, not {type(text).__name__}"
        raise SourceError(message, "decode bytes first; for tables use clean_batch")
    try:
        return pa.array([text], pa.string())
    except UnicodeEncodeError as error:
        message = f"code point {error.start} of the text is a lone surrogate (U+{ord(text[error.start]):04X})"
        raise SourceError(message, "decode the bytes as UTF-8, or with errors='replace'") from None


def _columns(table: pa.Table) -> dict[str, Any]:
    return dict(zip(table.column_names, table.columns, strict=True))


def _story_table(batch: CleanedBatch, first_row: int) -> pa.Table:
    """Put each story's own edits and its document's flag beside it."""
    stories = pa.table(batch.stories)
    rows = stories.column("document").combine_chunks()
    edits = batch.documents.column("edits").flatten()
    edits = edits.filter(pc.greater_equal(pc.struct_field(edits, "story"), 0))
    counts = pc.cumulative_sum(stories.column("edit_count")).combine_chunks()
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), counts])
    return (
        stories.drop_columns(["edit_count"])
        .append_column("edits", pa.ListArray.from_arrays(offsets, edits))
        .append_column("needs_review", batch.documents.column("needs_review").take(rows))
        .set_column(0, "document", pc.add(pc.cast(rows, pa.int64()), first_row))
    )
