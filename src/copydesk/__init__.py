"""copydesk cleans scraped text, cuts mixed documents into stories, and publishes them with every stroke on record.

cleaned = copydesk.clean(text)
cleaned.stories, cleaned.edits, cleaned.restore()

copydesk.build(["dump.jsonl.zst"], "edition/", version="1.0.0")
copydesk.verify("edition/")
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from copydesk.build import build
from copydesk.discover import discover
from copydesk.document import Cleaned, Document, Edit, LineLabel, Story
from copydesk.errors import (
    BuildError,
    CopydeskError,
    EditionError,
    HubError,
    LedgerError,
    RecipeError,
    RuleError,
    SourceError,
    StoppedError,
)
from copydesk.recipe import Recipe
from copydesk.report import report
from copydesk.tryout import try_rules

if TYPE_CHECKING:
    from copydesk._kernel import __version__
    from copydesk.batches import Batch, batch
    from copydesk.desk import Desk
    from copydesk.hub.load import load
    from copydesk.hub.publish import publish
    from copydesk.release.changes.values import Diff
    from copydesk.release.diff import diff
    from copydesk.release.explain import explain
    from copydesk.release.rebuild import rebuild
    from copydesk.release.restore import restore
    from copydesk.release.verify import verify
    from copydesk.report.values import Report
    from copydesk.thresholds import strike

__all__ = [
    "Batch",
    "BuildError",
    "Cleaned",
    "CopydeskError",
    "Desk",
    "Diff",
    "Document",
    "Edit",
    "EditionError",
    "HubError",
    "LedgerError",
    "LineLabel",
    "Recipe",
    "RecipeError",
    "Report",
    "RuleError",
    "SourceError",
    "StoppedError",
    "Story",
    "__version__",
    "batch",
    "build",
    "clean",
    "diff",
    "discover",
    "explain",
    "load",
    "publish",
    "rebuild",
    "report",
    "restore",
    "strike",
    "try_rules",
    "verify",
]

_LATE = {
    "Batch": "copydesk.batches",
    "Desk": "copydesk.desk",
    "Diff": "copydesk.release.changes.values",
    "Report": "copydesk.report.values",
    "__version__": "copydesk._kernel",
    "batch": "copydesk.batches",
    "diff": "copydesk.release.diff",
    "explain": "copydesk.release.explain",
    "load": "copydesk.hub.load",
    "publish": "copydesk.hub.publish",
    "rebuild": "copydesk.release.rebuild",
    "restore": "copydesk.release.restore",
    "strike": "copydesk.thresholds",
    "verify": "copydesk.release.verify",
}
"""Names that load Arrow, ftfy or the kernel, and where they are; loaded when they are first asked for."""


def clean(text: str) -> Cleaned:
    """Clean one text with the default recipe. For another recipe, or many texts, use a `Desk`.

    Raises:
        SourceError: The text holds a lone surrogate, which no encoding can write.
    """
    return _default_desk().clean(text)


@cache
def _default_desk() -> Desk:
    from copydesk.desk import Desk

    return Desk()


def __getattr__(name: str) -> object:
    if name not in _LATE:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(_LATE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
