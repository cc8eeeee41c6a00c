"""The values that pass through copydesk, and the two functions that turn edits into text.

Every offset here counts code points of the raw document, so `raw[edit.start:edit.end]` is what an edit covers. The law
that all of copydesk rests on is the *partition law*: each code point of the raw document is kept by exactly one story
(it lies in one of the story's spans) or is covered by exactly one edit, never both, never neither. Therefore a story's
text is its kept spans and its edits' replacements in raw order, and the raw document can be put together again from
the stories' texts and what the edits removed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from copydesk.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Span: TypeAlias = tuple[int, int]
"""Start and end of a stretch of the raw document, in code points, the end not included."""

LIST_FIELDS = ("captions", "credits", "tags")
"""Fields of a story of which there may be several; always present, if only as an empty list."""

SINGLE_FIELDS = ("byline", "dateline", "source")
"""Fields of a story of which the first one counts; present only when something was found."""

SCORE_DIGITS = 6
"""Decimal digits that a score has; it passes through Arrow as a 32-bit number."""

NO_STORY = -1
"""The story of an edit in a document that has no story at all."""


@dataclass(frozen=True, slots=True)
class Document:
    """One raw document as a source gave it.

    Attributes:
        text: The decoded text, with its line ends and any byte order mark as they were.
        source: The name of the file that it came from, as in an edition's `source` column.
        position: Line of a JSONL file or row of a Parquet file, from 1; 1 for a text file; 0 when unknown.
        record_id: The record's own identifier, if it had one.
        meta: The record's other fields as one JSON object, if it had any.
    """

    text: str
    source: str = ""
    position: int = 0
    record_id: str | None = None
    meta: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One stroke: raw code points `start` to `end` became `replacement`.

    Attributes:
        start: First code point that is replaced.
        end: First code point after it that is not; always greater than `start`.
        replacement: What stands there in the story's text instead; empty for a plain strike.
        rule: Full name of the rule or step that made the edit, such as `read_also.pointer_line`.
        label: The kind of thing that was edited, such as `read_also` or `mend`.
        removed: The raw text that the edit covers; None when the recipe keeps no removed text.
        story: Index of the story that the edit belongs to; `NO_STORY` if the document has none.
    """

    start: int
    end: int
    replacement: str
    rule: str
    label: str
    removed: str | None = None
    story: int = 0


@dataclass(frozen=True, slots=True)
class LineLabel:
    """What a line of the raw document, or a part of one, is held to be. Only annotating gives these.

    Attributes:
        start: First code point of the line, white space at its ends not counted.
        end: First code point after it, and after what mending took away there, such as a carriage return. A part of a
            line lies within its line, which comes first.
        label: What it is: a rule's kind, such as `read_also`; `furniture` (short) or `foreign` (sentences) by the line
            model; or `body`, `heading` or `short` where nothing would strike it.
        rule: The rule or part of the model (`model.furniture`) that would strike it by the recipe's settings; None if
            nothing would.
        noise: The line model's probability that the line is noise, 0 to 1, as it decides by it (a 32-bit number, not
            rounded); 0 without a model.
    """

    start: int
    end: int
    label: str
    rule: str | None
    noise: float


@dataclass(frozen=True, slots=True)
class Story:
    """One story of a document, clean.

    Attributes:
        index: Place among the document's stories, from 0.
        kind: `article`, `teaser` for another story's heading or summary, or `digest_item` for one of the short items of
            a digest that the recipe wants cut.
        title: The story's own heading, if it was told apart; it is also the start of the text.
        text: The clean text.
        main: The page's own story: the first article, unless it is a scrap beside a much longer one.
        cut_before: How sure the cut before it is, 0 to 1; None for the document's first story.
        cut_after: The same for the cut behind it; None for the last.
        language: BCP 47 code; `und` when unknown.
        language_score: How sure the language is, 0 to 1.
        spans: The raw stretches that the story keeps, in order.
        edits: The edits that belong to the story, in order.
        fields: Facts struck from the text: `captions`, `credits` and `tags` (lists), and `byline`, `dateline` and
            `source` (strings, only when found).
    """

    index: int
    kind: str
    title: str | None
    text: str
    main: bool = True
    cut_before: float | None = None
    cut_after: float | None = None
    language: str = "und"
    language_score: float = 0.0
    spans: tuple[Span, ...] = ()
    edits: tuple[Edit, ...] = ()
    fields: dict[str, Any] = field(default_factory=lambda: {name: [] for name in LIST_FIELDS})


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What became of one document.

    Attributes:
        stories: The stories, in document order.
        edits: The whole ledger of the document, in raw order.
        needs_review: True when so much would have been struck that the document was kept whole instead.
        lines: What each line is held to be, by start, if the recipe annotates; `copydesk.strike` takes it from there.
    """

    stories: list[Story]
    edits: list[Edit]
    needs_review: bool = False
    lines: list[LineLabel] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All stories in order, with an empty line between two of them."""
        return "\n\n".join(story.text for story in self.stories)

    def restore(self) -> str:
        """Give the raw document, character for character, from the stories and what the edits removed.

        Raises:
            LedgerError: The recipe kept no removed text.
        """
        return undo(self.stories, self.edits)

    @classmethod
    def from_rows(cls, document: Mapping[str, Any], stories: Iterable[Mapping[str, Any]]) -> Cleaned:
        """Make a `Cleaned` from the kernel's rows: one of documents, and all of stories that belong to it.

        The rows are dictionaries as `RecordBatch.to_pylist` gives them; `language`, `language_score` and `lines` may be
        missing. A row of an edition's `sources` and its rows of `stories` are such rows too.
        """
        edits = [edit_from_row(row) for row in document["edits"] or ()]
        by_story: dict[int, list[Edit]] = {}
        for edit in edits:
            by_story.setdefault(edit.story, []).append(edit)
        return cls(
            stories=[story_from_row(row, by_story.get(row["index"], ())) for row in stories],
            edits=edits,
            needs_review=bool(document["needs_review"]),
            lines=[line_from_row(row) for row in document.get("lines") or ()],
        )


def edit_from_row(row: Mapping[str, Any]) -> Edit:
    """Make an `Edit` from one element of an `edits` column."""
    return Edit(
        start=row["start"],
        end=row["end"],
        replacement=row["replacement"] or "",
        rule=row["rule"],
        label=row["label"],
        removed=row["removed"],
        story=row["story"],
    )


def line_from_row(row: Mapping[str, Any]) -> LineLabel:
    """Make a `LineLabel` from one element of a `lines` column."""
    return LineLabel(row["start"], row["end"], row["label"], row["rule"], row["noise"])


def story_from_row(row: Mapping[str, Any], edits: Iterable[Edit]) -> Story:
    """Make a `Story` from a row of a stories table and its document's edits, of which it takes its own."""
    return Story(
        index=row["index"],
        kind=row["kind"],
        title=row["title"],
        text=row["text"],
        main=bool(row.get("main", True)),
        cut_before=_score(row.get("cut_before")),
        cut_after=_score(row.get("cut_after")),
        language=row.get("language") or "und",
        language_score=_score(row.get("language_score")) or 0.0,
        spans=tuple((span["start"], span["end"]) for span in row["spans"] or ()),
        edits=tuple(edit for edit in edits if edit.story == row["index"]),
        fields=fields_from_row(row["fields"] or {}),
    )


def _score(value: float | None) -> float | None:
    return None if value is None else round(value, SCORE_DIGITS)


def fields_from_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Make a story's `fields`: lists always there, single facts only when found."""
    found: dict[str, Any] = {name: list(row.get(name) or ()) for name in LIST_FIELDS}
    found.update({name: row[name] for name in SINGLE_FIELDS if row.get(name) is not None})
    return found


def apply(raw: str, edits: Iterable[Edit]) -> str:
    """Give the text with all edits done, in raw order. With one story this is the story's text.

    Raises:
        LedgerError: Edits overlap, are empty, or reach outside the text.
    """
    pieces: list[str] = []
    done = 0
    for edit in _in_order(edits, len(raw)):
        pieces += (raw[done : edit.start], edit.replacement)
        done = edit.end
    pieces.append(raw[done:])
    return "".join(pieces)


def undo(stories: Sequence[Story], edits: Iterable[Edit]) -> str:
    """Give the raw document again: what the stories kept and what the edits removed, in raw order.

    Raises:
        LedgerError: The removed text was not kept, or stories and edits do not fit each other.
    """
    texts = {story.index: story.text for story in stories}
    read = dict.fromkeys(texts, 0)
    pieces: list[str] = []
    for start, end, edit, index in _cover(stories, edits):
        at = read.get(index, 0)
        if edit is None:
            pieces.append(texts[index][at : at + end - start])
            read[index] = at + end - start
        else:
            pieces.append(_removed(edit))
            _check_replacement(edit, texts.get(index, ""), at)
            read[index] = at + len(edit.replacement)
    for index, text in texts.items():
        if read[index] != len(text):
            message = f"story {index} has {len(text)} characters, but its spans and edits make {read[index]}"
            raise LedgerError(message)
    return "".join(pieces)


def check_partition(length: int, stories: Sequence[Story], edits: Iterable[Edit]) -> str | None:
    """Check the partition law over a raw document of `length` code points.

    Returns:
        None when each code point is kept by one story or covered by one edit; else the first violation in words.
    """
    done = 0
    for start, end, edit, index in _cover(stories, edits):
        what = f"story {index} keeps {start}:{end}" if edit is None else f"{edit.rule} edits {start}:{end}"
        if start >= end:
            return f"{what}, which is empty"
        if start > done:
            return f"nothing accounts for {done}:{start}"
        if start < done:
            return f"{what}, but {start}:{min(done, end)} is taken already"
        done = end
    if done < length:
        return f"nothing accounts for {done}:{length}"
    if done > length:
        return f"the ledger reaches to {done}, past the document's end at {length}"
    return None


def check_lines(length: int, lines: Iterable[LineLabel]) -> str | None:
    """Check the labels of the lines of a raw document of `length` code points.

    Returns:
        None when all lie in the document, in order, and each holds a label and a probability; else the first fault.
    """
    last = 0
    for line in lines:
        what = f"the label {line.label!r} of {line.start}:{line.end}"
        if not 0 <= line.start <= line.end <= length:
            return f"{what} lies outside the document, which has {length} characters"
        if line.start < last:
            return f"{what} is not in its place"
        if not line.label or line.rule == "":
            return f"{what} has an empty name"
        if not 0.0 <= line.noise <= 1.0:
            return f"{what} has the probability {line.noise}"
        last = line.start
    return None


def _cover(stories: Iterable[Story], edits: Iterable[Edit]) -> Iterator[tuple[int, int, Edit | None, int]]:
    """Yield all kept spans (edit None) and edits in raw order, each with the index of its story."""
    cover: list[tuple[int, int, Edit | None, int]] = [
        (start, end, None, story.index) for story in stories for start, end in story.spans
    ]
    cover.extend((edit.start, edit.end, edit, edit.story) for edit in edits)
    cover.sort(key=lambda piece: piece[:2])
    yield from cover


def _in_order(edits: Iterable[Edit], length: int) -> Iterator[Edit]:
    """Yield the edits by start, raising on the first that overlaps, is empty or reaches outside."""
    done = 0
    for edit in sorted(edits, key=attrgetter("start", "end")):
        if edit.start < done:
            message = f"{edit.rule} edits {edit.start}:{edit.end}, but the text up to {done} is edited already"
            raise LedgerError(message)
        if not edit.start < edit.end <= length:
            message = f"{edit.rule} edits {edit.start}:{edit.end} of a text of {length} characters"
            raise LedgerError(message)
        yield edit
        done = edit.end


def _removed(edit: Edit) -> str:
    if edit.removed is None:
        message = f"{edit.rule} removed {edit.start}:{edit.end}, and the ledger does not hold that text"
        raise LedgerError(message, "build with removed_text = true under [ledger] to be able to restore")
    if len(edit.removed) != edit.end - edit.start:
        message = f"{edit.rule} covers {edit.start}:{edit.end}, but holds {len(edit.removed)} removed characters"
        raise LedgerError(message)
    return edit.removed


def _check_replacement(edit: Edit, text: str, at: int) -> None:
    if not text.startswith(edit.replacement, at):
        message = f"story {edit.story} does not hold the replacement that {edit.rule} made for {edit.start}:{edit.end}"
        raise LedgerError(message)
