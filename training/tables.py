"""Feature tables: what the kernel sees of documents, as arrays for training."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from copydesk import Recipe
from copydesk._kernel import LINE_FEATURES, Kernel, line_features
from copydesk.rulebook import RuleBook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from labels import Document

    Floats = NDArray[np.float32]


BODY = 3
"""The value of the feature `shape` for a line of body text."""


@dataclass(frozen=True)
class Table:
    """Lines of many documents.

    Attributes:
        rows: A row of features a line.
        starts: Where each document's lines begin, and behind the last.
    """

    rows: Floats
    starts: NDArray[np.int64]


def kernel(words: Mapping[str, tuple[float, float]]) -> Kernel:
    """Make a kernel that gives features with these word weights: all rules, no forest."""
    model = {
        "features": LINE_FEATURES,
        "words": dict(words),
        "trees": [],
        "looks": [],
        "calibration": [],
    }
    caution = {"least": 1.0, "edge": 1.0, "sentence": 1.0, "veto": 0.0, "risk": 0.0}
    return Kernel(json.dumps(spec({"data": model, "caution": caution}, None)))


def spec(model: dict[str, Any] | None, cutter: dict[str, Any] | None) -> dict[str, Any]:
    """Give what a kernel is made of that has all rules and these models, and changes nothing."""
    return {
        "rules": RuleBook.load([], Recipe().rules.off).kernel_spec(),
        "mend": None,
        "splinters": None,
        "model": model,
        "cutter": cutter,
        "max_struck": 1.0,
        "split": "off",
        "annotate": False,
        "keep_removed": False,
    }


def table(documents: Sequence[Document], words: Mapping[str, tuple[float, float]]) -> Table:
    """Give the features of all lines.

    Raises:
        ValueError: The kernel sees other lines than the labels have.
    """
    eyes = kernel(words)
    rows: list[Floats] = []
    starts = [0]
    for document in documents:
        spans, data = line_features(eyes, document.text)
        if spans != [(line.start, line.end) for line in document.lines]:
            message = f"{document.source} {document.id}: the kernel sees other lines than the labels have"
            raise ValueError(message)
        rows.append(np.frombuffer(data, np.float32).reshape(len(spans), len(LINE_FEATURES)))
        starts.append(starts[-1] + len(spans))
    return Table(np.concatenate(rows), np.array(starts))
