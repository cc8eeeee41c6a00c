"""The files of learned models: those that come with copydesk, or a user's own."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from copydesk.errors import RecipeError


@dataclass(frozen=True, slots=True)
class Model:
    """A sort of model.

    Attributes:
        name: What messages call it.
        shipped: The file in the package; its card lies beside it.
        writer: The script that writes such files.
        table: The recipe's table that names the file.
        part: A key that every such file has.
    """

    name: str
    shipped: str
    writer: str
    table: str
    part: str

    def load(self, file: str = "") -> dict[str, Any]:
        """Read a model.

        Args:
            file: A model file (.json, .json.gz); empty for the one shipped.

        Raises:
            RecipeError: The file cannot be read, or is no such model.
        """
        data = self._bytes(file)
        hint = f"{self.writer} writes such files"
        try:
            model: dict[str, Any] = json.loads(gzip.decompress(data) if file.endswith(".gz") else data)
        except (ValueError, OSError, EOFError, zlib.error, RecursionError) as error:
            message = f"{file} is no {self.name}: {error}"
            raise RecipeError(message, hint) from None
        if not isinstance(model, dict) or self.part not in model:
            message = f"{file} is no {self.name}: it has no {self.part}"
            raise RecipeError(message, hint)
        return model

    def text(self, file: str = "") -> str:
        """Give a model as JSON: the shipped one as it lies there, a user's file unpacked and looked at first.

        Raises:
            RecipeError: The file cannot be read, or a user's is no such model.
        """
        return json.dumps(self.load(file)) if file else self._bytes(file).decode()

    def digest(self, file: str = "") -> str:
        """SHA-256 (hex) of a model file.

        Raises:
            RecipeError: The file cannot be read.
        """
        return hashlib.sha256(self._bytes(file)).hexdigest()

    def _bytes(self, file: str) -> bytes:
        path = Path(file) if file else resources.files("copydesk") / "data" / self.shipped
        try:
            return path.read_bytes()
        except OSError as error:
            message = f"cannot read the {self.name} {file}: {error.strerror}"
            hint = f"give the path of such a file, or leave file out under [{self.table}]"
            raise RecipeError(message, hint) from None


LINE_MODEL = Model("line model", "line_model.json", "training/train.py", "model", "trees")
"""Which lines are noise."""

SPLITTER = Model("splitter", "splitter.json", "training/splitter.py", "split", "second")
"""Where one story ends and the next begins."""

WORD_VECTORS = Model("word vectors", "word_vectors.json", "training/vectors.py", "split", "words")
"""What words are about, for the splitter. A splitter's file names the digest of those that it was trained with."""
