"""Values as text for a terminal. Nothing here is printed; nothing from a document may steer the terminal."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from copydesk.stages import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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

_CODES = frozenset((STRUCK, PUT, NOTE, BOLD, PLAIN))
_CODE = re.compile(f"({'|'.join(map(re.escape, sorted(_CODES)))})")

NOISE_WIDTH = len("0.000")
"""Characters of a probability of noise in a list."""

NONE = "-"
"""What stands in a column where there is nothing to say."""

_HARMLESS = "\u00a0\u3000\u200b\u200c\u200d\ufeff\ufe0f"
"""Characters that Python does not call printable, but that only space or join letters."""

LONGEST_QUOTE = 200
"""Characters of a stroke or of a line that are shown in a list."""


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


def diff(raw: str, cleaned: Cleaned, *, color: bool) -> str:
    """Show a document with its strokes: `[-struck-]{+put in+}` and the rule, and a line where a story begins."""
    pieces: list[str] = []
    starts = {min(_starts(story)): story for story in cleaned.stories[1:]}
    done = 0
    for edit in cleaned.edits:
        pieces += (_kept(raw, done, edit.start, starts, color=color), _stroke(raw, edit, color=color))
        done = edit.end
    pieces.append(_kept(raw, done, len(raw), starts, color=color))
    return "".join(pieces)


def _starts(story: Story) -> list[int]:
    return [start for start, _ in story.spans] + [edit.start for edit in story.edits if edit.replacement] or [-1]


def _kept(raw: str, start: int, end: int, starts: dict[int, Story], *, color: bool) -> str:
    """Show raw text that was kept, with a line before each story that begins in it."""
    pieces: list[str] = []
    for cut in sorted(cut for cut in starts if start <= cut < end):
        title = paint(f"\n--- story {starts[cut].index} ({starts[cut].kind}) ---\n", NOTE, color=color)
        pieces += (shown(raw[start:cut]), title)
        start = cut
    return "".join((*pieces, shown(raw[start:end])))


def _stroke(raw: str, edit: Edit, *, color: bool) -> str:
    """Show one edit. Line feeds at its ends stay outside the marks, where they can be seen as what they are."""
    struck = shown(raw[edit.start : edit.end])
    core = struck.strip("\n")
    if not core.strip() and not edit.replacement.strip():
        return struck  # white space around a stroke is no news
    before, after = struck[: struck.index(core)], struck[struck.index(core) + len(core) :]
    put = shown(edit.replacement)
    rule = paint(f"«{in_a_line(edit.rule)}»", NOTE, color=color)
    if color:
        return f"{before}{STRUCK}{core}{PLAIN}{PUT}{put}{PLAIN}{rule}{after}"
    return f"{before}[-{core}-]{'{+' + put + '+}' if put else ''}{rule}{after}"


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


def as_json(value: DataclassInstance) -> str:
    """Give a dataclass as indented JSON. What could steer a terminal is escaped, which JSON itself asks of C0 only."""
    text = json.dumps(asdict(value), ensure_ascii=False, indent=2)
    return "".join(c if c.isprintable() or c == "\n" or c in _HARMLESS else json.dumps(c)[1:-1] for c in text)


def built(manifest: Manifest, out: str) -> str:
    """Say what a build made."""
    accounts = manifest.accounts
    made = f"{accounts['stories']:,} stories from {accounts['published']:,} documents"
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
        f"edition {in_a_line(result.version)} is what it says: {result.files} files hashed, "
        f"{result.documents:,} documents {proof}, {result.stories:,} stories, {result.rejects:,} rejects"
    )


def published(result: Published) -> str:
    """Say what was published, or would be."""
    edition = in_a_line(f"edition {result.version} of {result.repo}")
    if result.was_there:
        return f"{edition} is published already, as {in_a_line(f'{result.tag} ({result.commit})')}"
    lines = [f"{len(result.sent):,} files, {result.sent_bytes / 1e6:,.1f} MB"]
    if result.commit is None:
        lines += [f"  would send {in_a_line(path)}" for path in result.sent]
        lines += [f"  would delete {in_a_line(path)}" for path in result.deleted]
        return "\n".join([f"{edition} would be published as {in_a_line(result.tag)}:", *lines])
    lines[0] = f"{lines[0]} sent, {len(result.deleted):,} files of the edition before deleted"
    return "\n".join([f"{edition} is published as {in_a_line(f'{result.tag} ({result.commit})')}", *lines])


def explained(explanation: Explanation, *, color: bool) -> str:
    """Show where a story came from and every stroke on it."""
    story = explanation.story
    facts = [
        ("story", f"{explanation.id} ({story.kind}, {story.language} {story.language_score:.2f})"),
        ("title", story.title),
        ("source", f"{explanation.source}, record {explanation.position}"),
        ("record id", explanation.record_id),
        ("meta", explanation.meta),
        ("document", f"sha256 {explanation.sha256}, {explanation.chars:,} characters, {explanation.stories} stories"),
        ("review", "kept whole: too much would have been struck" if explanation.needs_review else None),
        ("spans", ", ".join(f"{start}:{end}" for start, end in story.spans)),
        *((name, json.dumps(value, ensure_ascii=False)) for name, value in story.fields.items() if value),
    ]
    lines = [f"{paint(name.ljust(10), BOLD, color=color)} {in_a_line(value)}" for name, value in facts if value]
    lines.append(f"{len(story.edits)} strokes:")
    return "\n".join([*lines, *(_edit_line(edit, color=color) for edit in story.edits)])


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
    cases = f"{check.rules} rules, {check.examples} examples, {check.lookalikes} lookalikes"
    return "\n".join([*lines, f"{cases}: {len(check.failures) or 'no'} failures"])
