"""Documents and rejects as the page reads them: facts, stories and rows, in JSON that cannot act in a page."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from copydesk.report.lots import Stratum
from copydesk.report.rows import rows_of
from copydesk.report.tally import DEPTHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from copydesk.document import Cleaned, Story
    from copydesk.report.places import Found

LONGEST_FACT = 300
"""Characters of a title, a name of a file or an id that a page shows."""

LONGEST_META = 1500
"""Characters of a record's other fields that it shows."""

LONGEST_RAW = 2000
"""Bytes of a reject that it shows."""

MOST_FACTS = 12
"""Facts of one sort (captions, tags, ...) that it shows of a story."""

MOST_STORIES_SHOWN = 200
"""Stories of a document whose facts it shows."""

_ACTING = re.compile(
    "[<>&\x7f-\xa0\xad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff0-\uffff]"
)
"""What could end a script or start an entity, what is no character, and what cannot be seen in the page's source."""


def json_text(value: Any) -> str:
    """Give a value as JSON that may stand in an HTML `<script>` of data, whatever its strings hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


@dataclass(slots=True)
class Names:
    """Names that documents refer to by number."""

    known: dict[str, int] = field(default_factory=dict)

    def of(self, name: str) -> int:
        """Give the number of a name."""
        return self.known.setdefault(name, len(self.known))

    def forget(self, beyond: int) -> None:
        """Forget the names that were met last, so that so many are left."""
        for name in [name for name, number in self.known.items() if number >= beyond]:
            del self.known[name]

    def list(self) -> tuple[str, ...]:
        """Give the names in the order of their numbers."""
        return tuple(name[: 2 * LONGEST_FACT] for name in self.known)


@dataclass(slots=True)
class Glossary:
    """The names of rules and of labels that documents refer to."""

    rules: Names = field(default_factory=Names)
    labels: Names = field(default_factory=Names)


@dataclass(slots=True)
class Sheet:
    """A document as the page reads it.

    Attributes:
        id: Its `document_id`.
        text: The JSON.
        strata: The sorts that it is of.
        share: The share of its characters that no story holds, or would hold.
        clipped: Whether parts of it are left out.
    """

    id: str
    text: str
    strata: set[Stratum]
    share: float
    clipped: bool


def sheet(found: Found, names: Glossary, why: Stratum | None) -> Sheet:
    """Lay a document out as it was published; `why` is the sort that it is to show, None if it was drawn by lot.

    Raises:
        EditionError: Its ledger is not whole.
    """
    return _sheet(found, found.cleaned, found.facts["chars"], names, {"why": list(why) if why else None})


def proposal(found: Found, proposed: Cleaned, chars: int, names: Glossary) -> Sheet:
    """Lay a document out as it would have become."""
    return _sheet(found, proposed, chars, names, {"why": None, "proposal": True})


def _sheet(found: Found, cleaned: Cleaned, chars: int, names: Glossary, more: dict[str, Any]) -> Sheet:
    facts = found.facts
    rows, left = rows_of(cleaned, chars, names.rules.of, names.labels.of)
    kept = sum(len(story.text) for story in cleaned.stories)
    name = str(facts["document_id"])
    value = {
        "id": name[:LONGEST_FACT],
        "source": _short(facts["source"]),
        "position": facts["position"],
        "record": _short(facts["record_id"]),
        "meta": _short(facts["meta"], LONGEST_META),
        "chars": chars,
        "kept": kept,
        "flagged": bool(facts["needs_review"]),
        "stories": [_story(story) for story in cleaned.stories[:MOST_STORIES_SHOWN]],
        "rows": rows,
        "left": left,
        **more,
    }
    share = max(chars - kept, 0) / max(chars, 1)
    strata = set(strata_of(cleaned, share, flagged=bool(facts["needs_review"])))
    return Sheet(name, json_text(value), strata, share, clipped=left > 0)


def strata_of(cleaned: Cleaned, share: float, *, flagged: bool) -> Iterator[Stratum]:
    """Yield the sorts that a document is of, as `tally` names them."""
    yield Stratum("struck", DEPTHS[sum(share >= edge for edge in (1e-12, 0.1, 0.5))])
    if flagged:
        yield Stratum("guard", "kept whole")
    if len(cleaned.stories) > 1:
        yield Stratum("cut", "cut into stories")
    for story in cleaned.stories:
        yield Stratum("kind", story.kind)
        yield Stratum("language", story.language)
    for edit in cleaned.edits:
        yield Stratum("label", edit.label)
        yield from (Stratum("rule", part) for part in edit.rule.split("+"))


def _story(story: Story) -> dict[str, Any]:
    return {
        "index": story.index,
        "kind": story.kind[:LONGEST_FACT],
        "main": story.main,
        "title": _short(story.title),
        "language": story.language[:LONGEST_FACT],
        "score": _number(story.language_score),
        "before": _number(story.cut_before),
        "after": _number(story.cut_after),
        "chars": len(story.text),
        "fields": {name: _facts(value) for name, value in story.fields.items() if value},
    }


def _number(value: float | None) -> float | None:
    """Give a score as JSON may hold it."""
    return value if value is not None and 0.0 <= value <= 1.0 else None


def _facts(value: str | Iterable[str]) -> list[str]:
    values = [value] if isinstance(value, str) else list(value)
    more = [f"(and {len(values) - MOST_FACTS} more)"] if len(values) > MOST_FACTS else []
    return [value[:LONGEST_FACT] for value in values[:MOST_FACTS]] + more


def _short(text: str | None, most: int = LONGEST_FACT) -> str | None:
    return None if text is None else text if len(text) <= most else f"{text[: most - 1]}…"


def reject(row: dict[str, Any]) -> str:
    """Give a reject as the page reads it; bytes that are no UTF-8 stand as escapes."""
    raw: bytes | None = row["raw"]
    return json_text(
        {
            "source": _short(row["source"]),
            "position": row["position"],
            "reason": _short(row["reason"]),
            "detail": _short(row["detail"], LONGEST_META),
            "raw": None if raw is None else raw[:LONGEST_RAW].decode("utf-8", "backslashreplace"),
            "bytes": None if raw is None else len(raw),
        }
    )
