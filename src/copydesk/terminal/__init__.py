"""Values as text for a terminal. Nothing here is printed; nothing from a document may steer the terminal."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

from copydesk.stages import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from _typeshed import DataclassInstance

    from copydesk.document import Cleaned, Edit, LineLabel, Story
    from copydesk.hub.publish import Published
    from copydesk.release.explain import Explanation
    from copydesk.release.manifest import Manifest
    from copydesk.release.verify import Verified
    from copydesk.rulebook import RuleBook
    from copydesk.rulecheck import RuleCheck

STRUCK, PUT, NOTE, BOLD, PLAIN = "\x1b[31;9m", "\x1b[32m", "\x1b[2m", "\x1b[1m", "\x1b[0m"
"""Terminal codes: red and struck through, green, dim, bold, back to normal."""

GONE, CHANGED, PLACE, CUT = "\x1b[31m", "\x1b[33m", "\x1b[36m", "\x1b[1;35m"
"""More of them: red, yellow, cyan, bold and magenta."""

_CODES = frozenset((STRUCK, PUT, NOTE, BOLD, PLAIN, GONE, CHANGED, PLACE, CUT))
_CODE = re.compile(f"({'|'.join(map(re.escape, sorted(_CODES)))})")

NOISE_WIDTH = len("0.000")
"""Characters of a probability of noise in a list."""

NONE = "-"
"""What stands in a column where there is nothing to say."""

_HARMLESS = "\u00a0\u3000\u200b\u200c\u200d\ufeff\ufe0f"
"""Characters that Python does not call printable, but that only space or join letters."""

LONGEST_QUOTE = 200
"""Characters of a stroke or of a line that are shown in a list."""

MOST_NAMES = 3
"""So many names of files are told."""


def shown(text: str) -> str:
    """Make the control characters of a text visible (but for line feeds and tabs), so that they cannot act."""
    return "".join(char if char.isprintable() or char in "\n\t" else _visible(char) for char in text)


def in_a_line(text: str) -> str:
    """Make all control characters of a text visible: it is a name or a fact, and must not look like more lines."""
    return shown(text).replace("\n", "\\n").replace("\t", "\\t")


def for_terminal(text: str) -> str:
    """Let the colours through that are put here, and nothing else that acts; what else would has been overlooked."""
    return "".join(piece if piece in _CODES else shown(piece) for piece in _CODE.split(text))


def _visible(char: str) -> str:
    """Give a character's escape, except for those that only space or join letters and do no harm."""
    return char if char in _HARMLESS else char.encode("unicode_escape").decode()


def counted(count: int, one: str, many: str = "") -> str:
    """Give a number of things, in the plural if there are several."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def paint(text: str, code: str, *, color: bool) -> str:
    """Put a terminal code around a text, if colours are wanted."""
    return f"{code}{text}{PLAIN}" if color else text


def annotated(raw: str, lines: Sequence[LineLabel], *, color: bool) -> str:
    """List the lines of a document: probability of noise, label, the rule that would strike it, and the raw text.

    What a rule would strike within a line stands below the line, set in, without a probability of its own.
    """
    labels = max((len(line.label) for line in lines), default=0)
    rules = max((len(line.rule or NONE) for line in lines), default=0)
    rows = []
    end = 0
    for line in lines:
        is_part = line.start < end
        end = max(end, line.end)
        noise = NONE if is_part else f"{line.noise:.3f}"
        columns = f"{noise:>{NOISE_WIDTH}}  {in_a_line(line.label):{labels}}  {in_a_line(line.rule or NONE):{rules}}"
        text = _clipped(shown(raw[line.start : line.end].strip()).replace("\n", " ").replace("\t", " "))
        rows.append(f"{paint(columns, NOTE, color=color and line.rule is None)}  {'  ' * is_part}{text}")
    return "\n".join(rows)


def as_json(value: DataclassInstance | Mapping[str, Any]) -> str:
    """Give facts as indented JSON. What could steer a terminal is escaped, which JSON itself asks of C0 only."""
    text = json.dumps(asdict(value) if is_dataclass(value) else value, ensure_ascii=False, indent=2)
    return "".join(c if c.isprintable() or c == "\n" or c in _HARMLESS else json.dumps(c)[1:-1] for c in text)


def cleaned_as_json(cleaned: Cleaned) -> str:
    """Give a cleaned text as JSON: stories, and the ledger once, whose edits name their stories."""
    facts = asdict(cleaned)
    for story in facts["stories"]:
        del story["edits"]
    return as_json(facts)


def manifest_as_json(manifest: Manifest) -> str:
    """Give a manifest as it stands in its file, but for what could steer a terminal, which is escaped."""
    return as_json(json.loads(manifest.to_json()))


def rules_as_json(book: RuleBook) -> str:
    """Give the rule book as JSON. What regexes are made of says more than the regexes, which are very long."""
    facts = asdict(book)
    for kind, about in zip(book.kinds, facts["kinds"], strict=True):
        for rule, known in zip(kind.rules, about["rules"], strict=True):
            del known["regex"]
            known["id"] = rule.id
    return as_json(facts)


def built(manifest: Manifest, out: str) -> str:
    """Say what a build made."""
    accounts = manifest.accounts
    made = f"{counted(accounts['stories'], 'story', 'stories')} from {counted(accounts['published'], 'document')}"
    lines = [
        f"{in_a_line(out)}: edition {manifest.version}, {made}",
        f"{accounts['read']:,} read = {accounts['published']:,} published + {accounts['rejected']:,} rejected",
    ]
    lines += [f"  rejected: {count:,} {reason}" for reason, count in accounts["reasons"].items()]
    lines += [f"  struck: {count:,} x {label}" for label, count in accounts["strokes"].items()]
    lines += [f"  labelled: {count:,} x {label}" for label, count in accounts.get("lines", {}).items()]
    if accounts["needs_review"]:
        lines.append(f"  kept whole for review: {accounts['needs_review']:,}")
    return shown("\n".join(lines))


def left_out(names: Sequence[str]) -> str:
    """Say which files in input folders were not read."""
    few = ", ".join(in_a_line(name) for name in names[:MOST_NAMES]) + (", ..." if len(names) > MOST_NAMES else "")
    files = "1 file was" if len(names) == 1 else f"{len(names):,} files were"
    return f"{files} left out, of no known kind: {few}"


def profiled(manifest: Manifest) -> str:
    """Say where the time of a build went: all workers' seconds together, by stage."""
    total = sum(manifest.profile.values()) or 1.0
    width = max(map(len, STAGES.values()))
    return "\n".join(
        f"{what:{width}} {manifest.profile[stage]:9.2f} s {manifest.profile[stage] / total:6.1%}"
        for stage, what in STAGES.items()
    )


def verified(result: Verified) -> str:
    """Say what was checked."""
    proof = "put together again and compared" if result.restorable else "counted (removed text was not kept)"
    return (
        f"edition {in_a_line(result.version)} is what it says: {counted(result.files, 'file')} hashed, "
        f"{counted(result.documents, 'document')} {proof}, {counted(result.stories, 'story', 'stories')}, "
        f"{counted(result.rejects, 'reject')}"
    )


def published(result: Published) -> str:
    """Say what was published, or would be."""
    edition = in_a_line(f"edition {result.version} of {result.repo}")
    if result.was_there:
        return f"{edition} is published already, as {in_a_line(f'{result.tag} ({result.commit})')}"
    lines = [f"{counted(len(result.sent), 'file')}, {result.sent_bytes / 1e6:,.1f} MB"]
    if result.commit is None:
        lines += [f"  would send {in_a_line(path)}" for path in result.sent]
        lines += [f"  would delete {in_a_line(path)}" for path in result.deleted]
        return "\n".join([f"{edition} would be published as {in_a_line(result.tag)}:", *lines])
    lines[0] = f"{lines[0]} sent, {counted(len(result.deleted), 'file')} of the edition before deleted"
    return "\n".join([f"{edition} is published as {in_a_line(f'{result.tag} ({result.commit})')}", *lines])


def explained(explanation: Explanation, *, color: bool) -> str:
    """Say where a story came from."""
    story = explanation.story
    facts = [
        ("story", f"{explanation.id} ({story.kind}, {story.language} {story.language_score:.2f})"),
        ("title", story.title),
        ("source", f"{explanation.source}, record {explanation.position}"),
        ("record id", explanation.record_id),
        ("meta", explanation.meta),
        ("document", f"sha256 {explanation.sha256}, {_size(explanation)}"),
        ("cuts", ", ".join(_cuts(story))),
        ("review", "kept whole: too much would have been struck" if explanation.needs_review else None),
        ("spans", ", ".join(f"{start}:{end}" for start, end in story.spans)),
        *((name, json.dumps(value, ensure_ascii=False)) for name, value in story.fields.items() if value),
    ]
    return "\n".join(f"{paint(name.ljust(10), BOLD, color=color)} {in_a_line(value)}" for name, value in facts if value)


def _size(explanation: Explanation) -> str:
    return f"{counted(explanation.chars, 'character')}, {counted(explanation.stories, 'story', 'stories')}"


def _cuts(story: Story) -> Iterator[str]:
    for side, score in (("before", story.cut_before), ("after", story.cut_after)):
        if score is not None:
            yield f"{side} it {score:.2f}"


def stroke_list(edits: Sequence[Edit], *, color: bool) -> str:
    """List strokes, one a line: place in the raw document, rule, what went and what came."""
    return "\n".join([f"{counted(len(edits), 'stroke')}:", *(_edit_line(edit, color=color) for edit in edits)])


def _edit_line(edit: Edit, *, color: bool) -> str:
    removed = "(not kept)" if edit.removed is None else _quote(edit.removed)
    put = f" -> {_quote(edit.replacement)}" if edit.replacement else ""
    return f"  {edit.start}:{edit.end}  {paint(in_a_line(edit.rule), BOLD, color=color)}  {removed}{put}"


def _quote(text: str) -> str:
    return shown(json.dumps(_clipped(text), ensure_ascii=False))


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def rule_list(book: RuleBook, *, color: bool) -> str:
    """List the kinds of noise and their rules."""
    return "\n".join(_rule_lines(book, color=color))


def _rule_lines(book: RuleBook, *, color: bool) -> Iterator[str]:
    for kind in book.kinds:
        yield f"{paint(in_a_line(kind.label), BOLD, color=color)}  {in_a_line(kind.title)}"
        for rule in kind.rules:
            yield in_a_line(f"  {rule.id}  {' '.join(rule.why.split())}")


def rules_checked(check: RuleCheck) -> str:
    """Say how the rules did on their own examples."""
    lines = []
    for failure in check.failures:
        lines += [
            f"{in_a_line(failure.rule)}, {failure.case}:",
            f"  document  {_quote(failure.before)}",
            f"  expected  {_quote(failure.expected)}",
            f"  found     {_quote(failure.found)}",
            f"  struck by {in_a_line(', '.join(failure.rules)) or 'nothing'}",
        ]
    counts = ((check.rules, "rule"), (check.examples, "example"), (check.lookalikes, "lookalike"))
    cases = ", ".join(counted(count, what) for count, what in counts)
    failures = counted(len(check.failures), "failure") if check.failures else "no failures"
    return "\n".join([*lines, f"{cases}: {failures}"])
