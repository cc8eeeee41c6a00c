"""What was discovered, in some lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.discover.findings import Discovery

SHOWN = 20
"""Findings that are listed."""

_WIDTH = 60


def of(found: Discovery, out: str | None) -> str:
    """Say what was found, and what to do with the pack."""
    return "\n".join(_lines(found, out))


def _lines(found: Discovery, out: str | None) -> Iterator[str]:
    sure, unsure, covered = (found.of(status) for status in ("proposed", "unsure", "covered"))
    copies = f", {found.copies:,} of them copies of others" if found.copies else ""
    counts = f"{len(sure)} proposed, {len(unsure)} unsure, {len(covered)} struck already"
    yield f"{found.documents:,} documents{copies}: {counts}"
    if found.rejected:
        yield f"{found.rejected:,} records could not be read"
    if found.missed:
        yield f"there was too much to count it all: what stands in {found.missed:,} documents or fewer may be missing"
    for finding in sure[:SHOWN]:
        text = finding.text if len(finding.text) <= _WIDTH else f"{finding.text[: _WIDTH - 1]}…"
        yield f"  {finding.confidence:.2f}  {finding.documents:>6,} documents  {finding.form:5}  {text}"
    if len(sure) > SHOWN:
        yield f"  and {len(sure) - SHOWN} more"
    if out and sure:
        yield f"edit {out}, then: copydesk rules test --rules {out}"
    elif out:
        yield f"nothing is sure: {out} holds no rule until you take the signs away before one"
