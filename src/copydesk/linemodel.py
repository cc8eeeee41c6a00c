"""The learned line model's file: the one that comes with copydesk, or one of the user's own."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from importlib import resources
from pathlib import Path
from typing import Any

from copydesk.errors import RecipeError

SHIPPED = "line_model.json"
"""Written by `training/train.py`; its card lies beside it."""

_WRITER = "training/train.py writes model files"


def load(file: str = "") -> dict[str, Any]:
    """Read a model.

    Args:
        file: A model file (.json, .json.gz); empty for the one shipped.

    Raises:
        RecipeError: The file cannot be read, or is not JSON.
    """
    data = _bytes(file)
    try:
        model: dict[str, Any] = json.loads(gzip.decompress(data) if file.endswith(".gz") else data)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        message = f"{file} is no line model: {error}"
        raise RecipeError(message, _WRITER) from None
    if not isinstance(model, dict) or "trees" not in model:
        message = f"{file} is no line model: it has no trees"
        raise RecipeError(message, _WRITER)
    return model


def digest(file: str = "") -> str:
    """SHA-256 (hex) of a model file.

    Raises:
        RecipeError: The file cannot be read.
    """
    return hashlib.sha256(_bytes(file)).hexdigest()


def _bytes(file: str) -> bytes:
    path = Path(file) if file else resources.files("copydesk") / "data" / SHIPPED
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"cannot read the line model {file}: {error.strerror}"
        raise RecipeError(message, "give the path of a model file, or leave file out under [model]") from None
