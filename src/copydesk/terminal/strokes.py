"""A document or a story with every stroke on it, as `git diff` shows a file.

A line that goes has `-` before it, a line that changes `~`, a line that stays nothing. Behind each stroke stands its
rule, and the field that the struck text moved to. Lines far from any stroke are folded. On a terminal strokes are in
colour; without colours they stand in `[-struck-]{+put in+}`, and lines are as long as they are in the document.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from copydesk.terminal import BOLD, CHANGED, CUT, GONE, NOTE, PLACE, PUT, STRUCK, counted, in_a_line, paint, shown
from copydesk.terminal.wrap import NARROWEST, Run, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from copydesk.document import Cleaned, Edit, Story

CONTEXT = 3
"""Lines that stay around a stroke, as git has it."""

LONGEST_KEPT = 480
"""Characters of a stretch that stays; of a longer one only the ends are shown, unless all is asked for."""

_END = 180
_GUTTERS = ("- ", "~ ", "  ")
_INDENT = "  "


class View(NamedTuple):
    """How to show it.

    Attributes:
        color: Strokes are in colour; else they stand in brackets.
        width: Cells of the terminal; None for lines of any length.
        context: Lines around a stroke; None shows all.
    """

    color: bool = False
    width: int | None = None
    context: int | None = CONTEXT


class _Bit(NamedTuple):
    """Some of a line: kept, or under an edit; `last` if the edit has no more after it that can be seen."""

    text: str
    edit: Edit | None = None
    last: bool = False


@dataclass(slots=True)
class _Row:
    """A line of the document, or the part of one after a cut."""

    number: int
    start: int
    end: int
    bits: list[_Bit] = field(default_factory=list)
    story: Story | None = None

    @property
    def is_news(self) -> bool:
        return self.story is not None or any(bit.edit for bit in self.bits)

    @property
    def goes(self) -> bool:
        """Nothing that can be seen stays of it."""
        return any(bit.edit for bit in self.bits) and not any(
            bit.last and bit.edit.replacement if bit.edit else bit.text.strip() for bit in self.bits
        )


def document(raw: str, cleaned: Cleaned, view: View) -> str:
    """Show a document: what was struck and why, where it was cut and how sure that is, which facts were kept."""
    begins = {min(_starts(story)): story for story in cleaned.stories[1:]}
    rows = _rows(_stretches(cleaned.stories, cleaned.edits, raw), begins)
    moved = _moved(cleaned.stories)
    lines = [[Run(_summary(cleaned.edits, len(cleaned.stories), len(raw)), BOLD)]]
    if cleaned.stories:
        lines += _story_head(cleaned.stories[0], len(cleaned.stories))
    for hunk in _hunks(rows, view.context):
        lines += _lines_head(hunk, rows)
        for row in hunk:
            lines += _story_head(row.story, len(cleaned.stories)) if row.story else []
            lines.append(_line(row, moved, view))
    return laid_out(lines, view)


def story(found: Story, view: View) -> str:
    """Show one story of a document with the strokes that belong to it; what is around it is not there to be shown."""
    rows = _rows(_stretches([found], found.edits), {})
    moved = _moved([found])
    lines = [[Run(_summary(found.edits, 1), BOLD)]]
    for hunk in _hunks(rows, view.context):
        lines.append([Run(f"@@ characters {hunk[0].start:,}-{hunk[-1].end:,} of the raw document @@", PLACE)])
        lines += [_line(row, moved, view) for row in hunk]
    return laid_out(lines, view)


def _starts(found: Story) -> list[int]:
    return [start for start, _ in found.spans] + [edit.start for edit in found.edits if edit.replacement] or [-1]


def _summary(edits: Sequence[Edit], stories: int, length: int | None = None) -> str:
    """Say in a line what was done."""
    if not edits:
        return "nothing is struck"
    struck = sum(edit.end - edit.start for edit in edits)
    put = sum(len(edit.replacement) for edit in edits)
    rules = len({edit.rule for edit in edits})
    blank = sum(1 for edit in edits if edit.removed is not None and not _shows(edit.removed, edit))
    return "".join(
        (
            counted(len(edits), "stroke"),
            f" by {counted(rules, 'rule')}: {counted(struck, 'character')} struck",
            f" of {length:,} ({struck / length:.1%})" if length else "",
            f", {put:,} put in" if put else "",
            f"; {counted(stories, 'story', 'stories')}" if stories != 1 else "",
            f"; {blank:,} of white space, not marked" if blank else "",
        )
    )


# --- From stories and edits to lines ----------------------------------------------------------------------------------


class _Stretch(NamedTuple):
    start: int
    end: int
    text: str
    edit: Edit | None


def _stretches(stories: Sequence[Story], edits: Iterable[Edit], raw: str | None = None) -> Iterator[_Stretch]:
    """Go through what was kept and what was struck, in raw order."""
    texts = {found.index: found.text for found in stories}
    read = dict.fromkeys(texts, 0)
    cover: list[tuple[int, int, int, Edit | None]] = [
        (start, end, found.index, None) for found in stories for start, end in found.spans
    ]
    cover += [(edit.start, edit.end, edit.story, edit) for edit in edits]
    for start, end, index, edit in sorted(cover, key=lambda piece: piece[:2]):
        if edit is None:
            at = read[index]
            yield _Stretch(start, end, texts[index][at : at + end - start], None)
            read[index] = at + end - start
        else:
            read[index] = read.get(index, 0) + len(edit.replacement)
            width = end - start
            unknown = f"({counted(width, 'character')} that {'was' if width == 1 else 'were'} not kept)"
            removed = raw[start:end] if raw is not None else edit.removed
            yield _Stretch(start, end, unknown if removed is None else removed, edit)


def _rows(stretches: Iterable[_Stretch], begins: Mapping[int, Story]) -> list[_Row]:
    """Lay stretches out in lines."""
    row = _Row(1, 0, 0)
    rows = [row]
    for stretch in stretches:
        if len(rows) == 1 and not row.bits:
            row.start = row.end = stretch.start
        if stretch.start in begins:
            if any(not bit.edit and bit.text.strip() for bit in row.bits):  # a cut within a line
                row = _Row(row.number, stretch.start, stretch.start)
                rows.append(row)
            row.story = begins[stretch.start]
        place = stretch.start
        for number, bit in enumerate(_bits(stretch)):
            if number:
                row = _Row(row.number + 1, place, place)
                rows.append(row)
            row.bits += [bit] if bit.text or bit.edit else []
            place = min(place + len(bit.text) + 1, stretch.end)
            row.end = place
    for row in rows:  # a line end is a line end, however many characters it takes
        if row.bits and row.bits[-1].text.endswith("\r"):
            row.bits[-1] = row.bits[-1]._replace(text=row.bits[-1].text[:-1])
    if len(rows) > 1 and not row.bits and row.story is None:
        rows.pop()  # behind the final line feed there is no line
    return rows


def _bits(stretch: _Stretch) -> list[_Bit]:
    """Divide a stretch at its line feeds."""
    pieces = stretch.text.split("\n")
    edit = stretch.edit
    if edit is None or not _shows(stretch.text, edit):
        return [_Bit(piece) for piece in pieces]
    seen = [number for number, piece in enumerate(pieces) if piece.strip()] or [0]
    return [_Bit(piece, edit if n in seen else None, last=n == seen[-1]) for n, piece in enumerate(pieces)]


def _shows(removed: str, edit: Edit) -> bool:
    """White space that goes, or becomes other white space, is no news: it goes with what is around it."""
    return bool(removed.strip() or edit.replacement.strip())


def _hunks(rows: Sequence[_Row], context: int | None) -> list[Sequence[_Row]]:
    """Choose the lines that are shown: those with news, and some around them."""
    if context is None:
        return [rows]
    bounds: list[list[int]] = []
    for place, row in enumerate(rows):
        if not row.is_news:
            continue
        start, end = max(place - context, 0), min(place + context + 1, len(rows))
        if bounds and start <= bounds[-1][1] + 1:  # a line that says how many are folded would be no shorter than one
            bounds[-1][1] = end
        else:
            bounds.append([start, end])
    return [rows[start:end] for start, end in bounds]


def _moved(stories: Iterable[Story]) -> dict[Edit, list[str]]:
    """Say of each edit to which fields its text moved, as far as that can be told from the text."""
    moved: dict[Edit, list[str]] = {}
    for found in stories:
        struck = {edit: _single_spaced(edit.removed) for edit in found.edits if edit.removed and edit.removed.strip()}
        for name, values in found.fields.items():
            listed = [_single_spaced(value) for value in (values if isinstance(values, list) else [values]) if value]
            for value in listed:
                edit = _holder(value, listed, struck)
                names = moved.setdefault(edit, []) if edit else []
                names += [name] if name not in names else []
    return moved


def _holder(value: str, listed: Sequence[str], struck: Mapping[Edit, str]) -> Edit | None:
    """Find the edit that a value of a field came from: one that holds most of the field's values, the shortest such."""
    holders = [edit for edit, removed in struck.items() if value in removed]
    return min(holders, key=lambda edit: (-sum(one in struck[edit] for one in listed), len(struck[edit])), default=None)


def _single_spaced(text: str) -> str:
    return " ".join(text.split())


# --- From lines to text -----------------------------------------------------------------------------------------------


def _story_head(found: Story, stories: int) -> list[list[Run]]:
    """Say which story begins, how sure its cut is, and which facts it keeps."""
    facts = [(name, values) for name, values in found.fields.items() if values]
    if stories == 1 and not facts:
        return []
    score = "" if found.cut_before is None else f", cut with a score of {found.cut_before:.2f}"
    kind = f"{found.kind}, {found.language}{', the main one' if found.main and stories > 1 else ''}"
    head = in_a_line(f"=== story {found.index + 1} of {stories} ({kind}){score} ===")
    lines = [[Run(head, CUT)]]
    for name, values in facts:
        listed = values if isinstance(values, list) else [values]
        lines += [[Run(f"    {name}: ", NOTE), Run(in_a_line(str(value)))] for value in listed]
    return lines


def _lines_head(hunk: Sequence[_Row], rows: Sequence[_Row]) -> list[list[Run]]:
    if len(hunk) == len(rows):
        return []
    first, last = hunk[0].number, hunk[-1].number
    what = f"line {first:,}" if first == last else f"lines {first:,}-{last:,}"
    return [[Run(f"@@ {what} of {rows[-1].number:,} @@", PLACE)]]


def _line(row: _Row, moved: Mapping[Edit, Sequence[str]], view: View) -> list[Run]:
    """Show a line. Its first run is the gutter."""
    mark, code = ("-", GONE) if row.goes else ("~", CHANGED) if any(bit.edit for bit in row.bits) else (" ", "")
    runs = [Run(f"{mark} ", code)]
    for bit in row.bits:
        if bit.edit is None:
            runs += _kept(bit.text, clipped=view.context is not None)
        else:
            runs += _struck(bit, bit.edit, moved, plain=not view.color, bare=row.goes)
    return runs


def _kept(text: str, *, clipped: bool) -> Iterator[Run]:
    """Show text that stays; of much of it the ends."""
    if not clipped or len(text) <= LONGEST_KEPT:
        yield Run(shown(text))
        return
    yield Run(shown(text[:_END]))
    yield Run(f" (… {len(text) - 2 * _END:,} characters …) ", NOTE)
    yield Run(shown(text[-_END:]))


def _struck(bit: _Bit, edit: Edit, moved: Mapping[Edit, Sequence[str]], *, plain: bool, bare: bool) -> Iterator[Run]:
    """Show text that goes, what comes in its place, the rule, and where the text moved to."""
    text = _uncovered(shown(bit.text))
    if text:
        yield Run(f"[-{text}-]" if plain and not bare else text, STRUCK)
    if edit.replacement and bit.last:
        put = _uncovered(in_a_line(edit.replacement))
        yield Run(f"{{+{put}+}}" if plain else put, PUT)
    fields = f" → {', '.join(moved[edit])}" if edit in moved and bit.last else ""
    yield Run(in_a_line(f"{'  ' * bare}«{edit.rule}{fields}»"), NOTE, whole=True)


def _uncovered(text: str) -> str:
    """Name characters that take no room where there is nothing else; beside others they are part of a sign."""
    return text.encode("unicode_escape").decode() if text and not text.strip("\u200b\u200c\u200d\ufeff\ufe0f") else text


def laid_out(lines: Iterable[Sequence[Run]], view: View) -> str:
    """Put lines together, as wide as the terminal is. A line may begin with a run that is a mark, or room for one."""
    width = None if view.width is None else max(view.width, NARROWEST)
    done: list[str] = []
    for line in lines:
        gutter, rest = (line[:1], line[1:]) if line and line[0].text in _GUTTERS else ([], line)
        for number, runs in enumerate(wrap(rest, width and width - len(_INDENT))):
            before = [Run(_INDENT)] if number else gutter
            done.append("".join(_painted(run, view) for run in (*before, *runs)).rstrip(" "))
    return "\n".join(done)


def _painted(run: Run, view: View) -> str:
    return paint(run.text, run.code, color=view.color and bool(run.code and run.text))
