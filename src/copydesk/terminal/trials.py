"""What a draft rule pack would do, as text for a terminal. Nothing here is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.terminal import BOLD, NOTE, PLACE, STRUCK, counted, in_a_line, shown
from copydesk.terminal.strokes import View, laid_out
from copydesk.terminal.wrap import Run
from copydesk.tryout.values import AROUND, LOSSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copydesk.tryout.values import DocumentLoss, RuleTrial, Trial, TriedStroke

HEADS = ("documents", "strokes", "characters", "texts", "struck already", "model keeps", "sentences", "risk")
"""Columns of the table of rules, each as wide as its head."""

LONGEST_TEXT = 60
"""Characters of a text that is named in a list."""


def tried(trial: Trial, view: View) -> str:
    """Say what a draft would do, the riskiest strokes first."""
    return laid_out(_lines(trial, view), view)


def _lines(trial: Trial, view: View) -> Iterator[list[Run]]:
    yield from _totals(trial)
    yield from _rules(trial.rules)
    strokes = trial.strokes_by_risk()
    if strokes:
        yield []
        yield [Run("the riskiest strokes", BOLD), Run(", of each rule some, each with another text", NOTE)]
    for stroke in strokes:
        yield from _stroke(stroke, view)


def _totals(trial: Trial) -> Iterator[list[Run]]:
    share = trial.touched / max(trial.documents, 1)
    documents = counted(trial.documents, "document")
    yield [Run(f"{trial.touched:,} of {documents} hold something that the draft would strike ({share:.1%})", BOLD)]
    if not trial.complete:
        yield [Run("there are more documents: they were not read, because of --limit", NOTE)]
    if trial.rejected:
        yield [Run(f"{counted(trial.rejected, 'record')} could not be read", NOTE)]
    if not trial.touched:
        return
    part = trial.characters / max(trial.of_characters, 1)
    yield [Run(f"{counted(trial.strokes, 'stroke')}, {counted(trial.characters, 'character')}, {part:.2%} of all")]
    if trial.touched > trial.changed:
        same = counted(trial.touched - trial.changed, "document")
        yield [Run(f"{same} would be the same without the draft: all that it strikes is struck already")]
    steps = zip((0.0, *LOSSES), LOSSES, trial.losses, strict=False)
    told = [f"{least:.0%} to {most:.0%}: {count:,}" for least, most, count in steps if count]
    yield [Run(f"documents by the share that they lose: {', '.join(told)}")]
    if trial.kept_whole:
        more = "so much would go, with all other strokes, that they would be kept whole for review"
        yield [Run(f"{counted(trial.kept_whole, 'document')}: {more}", BOLD)]
    for loss in trial.heaviest[:3]:
        yield [Run("  "), Run(_loss(loss))]


def _loss(loss: DocumentLoss) -> str:
    kept = ", kept whole" if loss.kept_whole else ""
    return in_a_line(f"{_place(loss)} loses {loss.share:.0%} ({', '.join(loss.rules)}{kept})")


def _place(found: DocumentLoss | TriedStroke) -> str:
    name = f" ({found.record_id})" if found.record_id else ""
    return f"{found.source}, record {found.position:,}{name}"


def _rules(rules: Sequence[RuleTrial]) -> Iterator[list[Run]]:
    width = max((len(in_a_line(rule.rule)) for rule in rules), default=0)
    yield []
    yield [Run(f"{'rule':{width}}  {'  '.join(HEADS)}", NOTE)]
    for rule in rules:
        cells = (
            f"{rule.documents:,}",
            f"{rule.strokes:,}",
            f"{rule.characters:,}",
            f"{rule.texts:,}{'' if rule.texts_counted else '+'}",
            f"{rule.struck_already:.0%}",
            f"{rule.vetoed:.0%}",
            f"{rule.in_sentence:.0%}",
            f"{rule.risk:.2f}",
        )
        columns = "  ".join(cell.rjust(len(head)) for cell, head in zip(cells, HEADS, strict=True))
        yield [Run(in_a_line(rule.rule).ljust(width), BOLD), Run(f"  {columns}")]
        for text, count in rule.most:
            clipped = text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
            yield [Run("  "), Run(f"  {count:,} x {in_a_line(clipped)}", NOTE)]


def _stroke(stroke: TriedStroke, view: View) -> Iterator[list[Run]]:
    """Show a stroke between what stays, and say why it is risky, or is not."""
    yield [Run(f"@@ {stroke.risk:.2f} {in_a_line(stroke.rule)}: {in_a_line(_place(stroke))} @@", PLACE, whole=True)]
    yield [Run("  "), Run(", ".join(_signs(stroke)), NOTE, whole=True)]
    before, after = _around(stroke)
    if stroke.whole_line:
        above, below = before.strip().rpartition("\n")[2], after.strip().partition("\n")[0]
        yield [Run("  "), Run(shown(above))]
        yield [Run("- "), Run(in_a_line(stroke.removed), STRUCK)]
        yield [Run("  "), Run(shown(below))]
        return
    marks = ("", "") if view.color else ("[-", "-]")
    struck = Run(in_a_line(stroke.removed).join(marks), STRUCK)
    yield [Run("~ "), Run(shown(before.rpartition("\n")[2])), struck, Run(shown(after.partition("\n")[0]))]


def _around(stroke: TriedStroke) -> tuple[str, str]:
    """Give what stands before and after a stroke, from word to word where it goes on."""
    before, after = stroke.before, stroke.after
    if len(before) == AROUND:
        before = f"…{before.partition(' ')[2] or before}"
    if len(after) == AROUND:
        after = f"{after.rpartition(' ')[0] or after}…"
    return before, after


def _signs(stroke: TriedStroke) -> Iterator[str]:
    if stroke.struck_already:
        yield f"struck already by {in_a_line(', '.join(stroke.struck_already))}"
    if stroke.noise is not None:
        yield f"its line is noise with a probability of {stroke.noise:.2f}"
    if stroke.vetoed:
        yield "the model would have it stay"
    if stroke.in_sentence:
        yield "it takes a sentence, or a part of one"
    yield counted(stroke.end - stroke.start, "character")
    yield f"the document loses {stroke.share:.1%}"
