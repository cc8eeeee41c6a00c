"""Sending files to the Hub: the large ones first, then one commit that makes all of them visible at once."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from copydesk.errors import HubError
from copydesk.hub import faults
from copydesk.hub.remote import DATASET, first_difference
from copydesk.release.paths import CARD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from huggingface_hub import CommitOperationAdd

    from copydesk.hub.remote import Remote
    from copydesk.release.manifest import FileEntry

BATCH = 8
"""Files that are sent before the next line about it."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload.

    Attributes:
        remote: Where to.
        folder: The edition's folder.
        branch: The branch that gets the commit.
        parent: The commit that the branch must still be at.
        tell: Is told how far it is.
    """

    remote: Remote
    folder: Path
    branch: str
    parent: str
    tell: Callable[[str], None]

    def commit(
        self, entries: Sequence[FileEntry], sent: Sequence[FileEntry], deleted: Sequence[str], message: str
    ) -> str:
        """Send files and commit them; give the commit.

        Args:
            entries: All files of the edition.
            sent: Those that the branch has not got.
            deleted: Paths to delete in the same commit.
            message: The commit's message.

        Raises:
            HubError: The branch was changed meanwhile, or holds something else than was sent.
        """
        if any(entry.path == CARD for entry in sent):
            self._check_card()
        additions = list(self._send(sent))
        try:
            commit = self._commit(additions, deleted, message)
        except Exception as error:
            landed = self._landed(entries, error)
            if landed is None:
                raise
            commit = landed
        difference = first_difference(self.folder, entries, self.remote.files(commit))
        if difference is not None:
            said = f"{self.remote.name} does not hold what was sent: {difference} is another file there"
            raise HubError(said, "run it again; nothing was tagged")
        return commit

    def _check_card(self) -> None:
        """Ask the Hub whether it takes the card, before anything is sent.

        Raises:
            HubError: It does not.
        """
        from huggingface_hub import DatasetCard

        card: Any = DatasetCard((self.folder / CARD).read_text(encoding="utf-8"))
        try:
            card.validate()
        except ValueError as error:
            message = f"the Hub does not take the head of {CARD}: {' '.join(str(error).split())}"
            raise HubError(
                message, "look at [edition] in the recipe: the licence must be one that the Hub knows"
            ) from error

    def _send(self, sent: Sequence[FileEntry]) -> Iterator[CommitOperationAdd]:
        """Send what is stored as a large file, a few at a time; the Hub skips those that it has."""
        from huggingface_hub import CommitOperationAdd

        total = sum(entry.bytes for entry in sent)
        done = 0
        for start in range(0, len(sent), BATCH):
            batch = sent[start : start + BATCH]
            additions = [CommitOperationAdd(entry.path, str(self.folder / entry.path)) for entry in batch]
            self.remote.api.preupload_lfs_files(
                self.remote.name, additions, repo_type=DATASET, revision=self.branch, free_memory=False
            )
            done += sum(entry.bytes for entry in batch)
            files = f"{start + len(batch):,} of {len(sent):,} files"
            self.tell(f"sent {files}, {done / 1e6:,.1f} of {total / 1e6:,.1f} MB")
            yield from additions

    def _commit(self, additions: Sequence[CommitOperationAdd], deleted: Sequence[str], message: str) -> str:
        from huggingface_hub import CommitOperationDelete

        operations: list[Any] = [*additions, *(CommitOperationDelete(path, is_folder=False) for path in deleted)]
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            info = self.remote.api.create_commit(
                self.remote.name,
                operations,
                commit_message=message,
                repo_type=DATASET,
                revision=self.branch,
                parent_commit=self.parent,
            )
        for warning in warned:
            self.tell(" ".join(str(warning.message).split()))
        return info.oid

    def _landed(self, entries: Sequence[FileEntry], error: Exception) -> str | None:
        """Look whether a commit that failed came to be all the same; give it, or None if nothing happened.

        Raises:
            HubError: Somebody else committed meanwhile.
        """
        if not (faults.may_pass(error) or faults.status_of(error) in {faults.CONFLICT, faults.PRECONDITION}):
            return None
        head = self.remote.commit_of(self.branch)
        if head is None or head == self.parent:
            return None
        if first_difference(self.folder, entries, self.remote.files(head)) is None:
            return head
        message = f"{self.branch} of {self.remote.name} was changed by somebody else while this was uploaded"
        raise HubError(message, "look at what was committed there, then run it again: nothing is sent twice")
