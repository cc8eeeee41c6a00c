"""Names of sources as paths that stay in a folder. An edition may come from anybody, and so may the names in it."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

LONGEST_NAME = 200
"""Bytes of the longest file name that is used as it is; systems take 255, and something may be put behind it."""

LONGEST_PATH = 1000
"""Bytes of the longest path below the folder that is used as it is."""

ELSEWHERE = "renamed"
"""The folder for files that can have nothing of their own name."""

_LONGEST_ENDING = 10
"""Characters at the end of a name in which its suffix is looked for."""

_DIGITS = 12
"""Hex digits of a source's hash that tell its file from others."""


class Names:
    """Gives each source a path of its own, its own name wherever that can be."""

    def __init__(self, reserved: str) -> None:
        """Keep a name in the folder free."""
        self._files = {PurePosixPath(reserved)}
        self._folders = {PurePosixPath()}
        self.renamed: dict[str, str] = {}

    def place(self, source: str, suffix: str) -> PurePosixPath:
        """Give the path of a source, relative to the folder; each source may be asked for once.

        Args:
            source: Its name, which may hold anything.
            suffix: What its file's name must end with; empty for no matter what.
        """
        wanted = source if source.lower().endswith(suffix) else source + suffix
        path = _harmless(wanted)
        if str(path) != wanted or not self._is_free(path):
            digest = hashlib.sha256(source.encode()).hexdigest()
            ending = suffix or path.suffix
            path = path.with_name(f"{path.name.removesuffix(ending)}~{digest[:_DIGITS]}{ending}")
            if not self._is_free(path):
                path = PurePosixPath(ELSEWHERE, f"{digest}{suffix}")
            self.renamed[str(path)] = source
        self._files.add(path)
        self._folders.update(path.parents)
        return path

    def _is_free(self, path: PurePosixPath) -> bool:
        return path not in self._files and path not in self._folders and self._files.isdisjoint(path.parents)


def _harmless(name: str) -> PurePosixPath:
    """Make a path of a name that leads nowhere else, and that any file system takes."""
    parts = [_harmless_part(part) for part in name.split("/") if part not in ("", ".")]
    if not parts or len("/".join(parts).encode()) > LONGEST_PATH:
        return PurePosixPath(ELSEWHERE, parts[-1] if parts else "_")
    return PurePosixPath(*parts)


def _harmless_part(part: str) -> str:
    part = part.replace("\0", "_")
    if len(part.encode()) > LONGEST_NAME:
        ending = PurePosixPath(part[-_LONGEST_ENDING:]).suffix
        part = part.encode()[:LONGEST_NAME].decode(errors="ignore") + ending
    return "_" if part == ".." else part
