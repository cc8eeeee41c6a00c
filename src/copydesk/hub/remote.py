"""A dataset repository as the Hub shows it: what it holds at a commit, and which edition that is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.errors import EditionError
from copydesk.hub import faults
from copydesk.release.manifest import Manifest
from copydesk.release.paths import DATA, MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from huggingface_hub import HfApi

    from copydesk.release.manifest import FileEntry

DATASET = "dataset"
MAIN = "main"
ATTRIBUTES = ".gitattributes"
"""The file that says what is stored as a large one; the Hub makes it."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file in a repository.

    Attributes:
        size: Its bytes.
        blob: The name that git has for it.
        sha256: Its hash (hex), if it is stored as a large file.
    """

    size: int
    blob: str
    sha256: str | None

    def holds(self, path: Path, sha256: str) -> bool:
        """Say whether it is the same as a local file whose hash is known."""
        if self.sha256 is not None:
            return self.sha256 == sha256
        return self.size == path.stat().st_size and self.blob == git_name(path)


@dataclass(frozen=True, slots=True)
class Remote:
    """A dataset repository.

    Attributes:
        name: `owner/name`.
        token: An access token; None for the one that the Hub's library finds by itself.
    """

    name: str
    token: str | None = None

    @property
    def api(self) -> HfApi:
        """The Hub's library, for this repository's token."""
        try:
            from huggingface_hub import HfApi
        except ImportError:
            raise faults.missing() from None
        return HfApi(token=self.token, library_name="copydesk")

    def commit_of(self, revision: str) -> str | None:
        """Give the commit that a branch or a tag names; None if there is no such repository or revision."""
        from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError

        try:
            return self.api.repo_info(self.name, repo_type=DATASET, revision=revision).sha
        except (RepositoryNotFoundError, RevisionNotFoundError):
            return None

    def files(self, revision: str) -> dict[str, RemoteFile]:
        """List all files of a commit."""
        from huggingface_hub.hf_api import RepoFile

        tree = self.api.list_repo_tree(self.name, repo_type=DATASET, revision=revision, recursive=True)
        return {
            file.path: RemoteFile(file.size, file.blob_id, file.lfs.sha256 if file.lfs else None)
            for file in tree
            if isinstance(file, RepoFile)
        }

    def manifest(self, commit: str) -> Manifest | None:
        """Give the manifest at a commit that has one; None if it is no edition's."""
        path = self.api.hf_hub_download(self.name, MANIFEST, repo_type=DATASET, revision=commit)
        try:
            return Manifest.load(Path(path).parent)
        except EditionError:
            return None


def tag_of(version: str) -> str:
    """Give the tag of a version."""
    return f"v{version}"


def own_paths(manifest: Manifest | None, there: Iterable[str]) -> set[str]:
    """Give those files of a repository that an edition put there, or that would be read as its data."""
    listed = {entry.path for entry in manifest.files} | {MANIFEST} if manifest else set()
    return {path for path in there if path in listed or path.startswith(f"{DATA}/")}


def first_difference(folder: Path, wanted: Iterable[FileEntry], there: Mapping[str, RemoteFile]) -> str | None:
    """Give the first path at which a repository does not hold an edition just as it lies in a folder; None if it does.

    Files that belong to no edition, such as a licence's text, are no difference.
    """
    known = {entry.path: entry.sha256 for entry in wanted}
    for path, sha256 in known.items():
        if path not in there or not there[path].holds(folder / path, sha256):
            return path
    return next((path for path in sorted(there) if path.startswith(f"{DATA}/") and path not in known), None)


def git_name(path: Path) -> str:
    """Give the name that git has for a file's content."""
    digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
