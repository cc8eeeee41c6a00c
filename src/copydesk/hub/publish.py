"""Publishing an edition: one commit that holds all of it, and a tag with its version that never moves.

What was uploaded survives an interruption: large files are sent first and found again by their hash, and the commit
that makes them visible comes last, all at once. A commit or a tag of which nobody knows whether it came to be is looked
for before it is tried again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.errors import HubError
from copydesk.hub import faults
from copydesk.hub.remote import ATTRIBUTES, MAIN, Remote, first_difference, own_paths, tag_of
from copydesk.hub.upload import Upload
from copydesk.release.intact import check_hashes
from copydesk.release.manifest import Manifest, file_entry
from copydesk.release.paths import CARD, MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from copydesk.hub.remote import RemoteFile
    from copydesk.progress import Progress
    from copydesk.release.manifest import FileEntry

HARMLESS = (ATTRIBUTES, CARD, "LICENSE", "LICENSE.md", "LICENSE.txt")
"""What may be in a repository before its first edition."""

MOST_FILES = 100
"""Files that the Hub advises to commit at once."""

_REPO = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing.

    Attributes:
        repo: The repository, as `owner/name`.
        version: The edition's version.
        tag: The tag that names it there.
        commit: The commit that the tag names; None after a dry run.
        sent: Paths of the files that were sent, or would be.
        sent_bytes: Their size.
        deleted: Paths of files of the edition before that are no longer in it.
        was_there: Whether this edition was published already, so that there was nothing to do.
    """

    repo: str
    version: str
    tag: str
    commit: str | None
    sent: tuple[str, ...] = ()
    sent_bytes: int = 0
    deleted: tuple[str, ...] = ()
    was_there: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """How to publish: see `publish` for the fields."""

    private: bool
    branch: str
    dry_run: bool
    tell: Callable[[str], None]


def publish(  # noqa: PLR0913 (each is one thing a user may want to say; all but two are keywords)
    edition: str | Path,
    repo: str,
    *,
    private: bool = False,
    branch: str = MAIN,
    dry_run: bool = False,
    verify: bool = True,
    token: str | None = None,
    tell: Callable[[str], None] | None = None,
    progress: Progress | None = None,
) -> Published:
    """Publish an edition as a dataset on the Hub, under a tag such as `v1.0.0`.

    Args:
        edition: The edition's folder.
        repo: The dataset repository, `owner/name`; it is made if it does not exist.
        private: Make it a private one. One that is public already is refused then.
        branch: The branch that gets the commit; made from `main` if it does not exist.
        dry_run: Only say what would be sent and deleted.
        verify: Check the whole edition first, every ledger in it; otherwise its hashes only.
        token: An access token; by default HF_TOKEN, or what `hf auth login` keeps.
        tell: Is told what is being done, a line at a time.
        progress: Is told how far the check is.

    Raises:
        EditionError: The edition is not what it says.
        HubError: The Hub does not let it be published. Nothing is visible there then, unless the message says so.
    """
    folder = Path(edition)
    manifest = Manifest.load(folder)
    options = Options(private, branch, dry_run, tell or _silence)
    if not _REPO.fullmatch(repo):
        message = f"{repo!r} is no name of a repository"
        raise HubError(message, "write owner/name, as in its address on the Hub")
    if verify:
        from copydesk.release.verify import verify as check

        options.tell(f"checking {folder}")
        check(folder, progress=progress)
    else:
        check_hashes(folder, manifest)
    remote = Remote(repo, token)
    with faults.told(repo, "publishing to"):
        if not dry_run:
            _check_token(remote)
        return faults.insist(lambda: _publish(folder, manifest, remote, options), options.tell)


def _silence(line: str) -> None:
    """Say nothing."""


def _check_token(remote: Remote) -> None:
    """Look for an access token before anything is sent.

    Raises:
        HubError: There is none.
    """
    _ = remote.api
    from huggingface_hub import get_token

    if not remote.token and not get_token():
        message = "there is no access token for the Hub"
        raise HubError(message, faults.LOG_IN)


def _publish(folder: Path, manifest: Manifest, remote: Remote, options: Options) -> Published:
    """Find out what there is to do, and do it."""
    entries = [*manifest.files, file_entry(folder, MANIFEST)]
    tag = tag_of(manifest.version)
    tagged = remote.commit_of(tag)
    if tagged is not None:
        _refuse_another(folder, entries, remote, tagged, tag)
        return Published(remote.name, manifest.version, tag, tagged, was_there=True)
    head, is_own = _prepare(remote, options)
    there = remote.files(head) if head else {}
    before = remote.manifest(head) if head and MANIFEST in there else None
    _check_foreign(remote, there, before)
    if before is not None and not is_own:
        _check_order(remote, options, before, manifest)
    sent = [entry for entry in entries if not _same(folder, entry, there)]
    listed = {entry.path for entry in entries}
    deleted = sorted(own_paths(before, there) - listed)
    size = sum(entry.bytes for entry in sent)
    if len(sent) > MOST_FILES:
        advice = f"the Hub advises at most {MOST_FILES}; a larger chunk_mb in the recipe makes fewer"
        options.tell(f"{len(sent):,} files in one commit: {advice}")
    commit = None
    if not options.dry_run and head:
        upload = Upload(remote, folder, options.branch, head, options.tell)
        commit = upload.commit(entries, sent, deleted, _message(manifest, before)) if sent or deleted else head
        _tag(folder, entries, remote, commit, tag)
    paths = tuple(entry.path for entry in sent)
    return Published(remote.name, manifest.version, tag, commit, paths, size, tuple(deleted))


def _same(folder: Path, entry: FileEntry, there: dict[str, RemoteFile]) -> bool:
    return entry.path in there and there[entry.path].holds(folder / entry.path, entry.sha256)


def _prepare(remote: Remote, options: Options) -> tuple[str | None, bool]:
    """See to it that the repository and the branch are there.

    Returns:
        The branch's commit, or None in a dry run if there is none; and whether it is a branch of its own that nothing
        was published to yet.
    """
    main = remote.commit_of(MAIN)
    if main is None:
        if options.dry_run:
            return None, False
        options.tell(f"making the {'private ' if options.private else ''}dataset {remote.name}")
        remote.api.create_repo(remote.name, repo_type="dataset", private=options.private, exist_ok=True)
        main = remote.commit_of(MAIN)
    elif options.private and not remote.api.repo_info(remote.name, repo_type="dataset").private:
        message = f"{remote.name} is public"
        raise HubError(message, "make it private in its settings first, or leave --private out")
    head = main if options.branch == MAIN else remote.commit_of(options.branch)
    if head is None and not options.dry_run:
        remote.api.create_branch(remote.name, branch=options.branch, revision=main, repo_type="dataset", exist_ok=True)
    return head or main, options.branch != MAIN and head in {None, main}


def _check_foreign(remote: Remote, there: Iterable[str], before: Manifest | None) -> None:
    """Check that a branch holds an edition, or as good as nothing.

    Raises:
        HubError: It holds files that no edition put there.
    """
    foreign = sorted(path for path in there if path not in HARMLESS)
    if before is None and foreign:
        message = f"{remote.name} holds files that no edition put there, such as {foreign[0]}"
        raise HubError(message, "publish to a repository of its own, or take them away first")


def _check_order(remote: Remote, options: Options, before: Manifest, manifest: Manifest) -> None:
    """Check that a branch does not go back.

    Raises:
        HubError: It holds a newer edition.
    """
    if _order(before.version) > _order(manifest.version):
        message = f"{options.branch} of {remote.name} is at {before.version}, which is newer than {manifest.version}"
        raise HubError(message, "publish an older version to a branch of its own: --branch 1.x")


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def _message(manifest: Manifest, before: Manifest | None) -> str:
    after = f" after {before.version}" if before else ""
    return f"Edition {manifest.version}{after}"


def _tag(folder: Path, entries: list[FileEntry], remote: Remote, commit: str, tag: str) -> None:
    """Tag a commit, unless somebody has tagged the same meanwhile."""
    from huggingface_hub.errors import HfHubHTTPError

    try:
        remote.api.create_tag(remote.name, tag=tag, revision=commit, repo_type="dataset")
    except HfHubHTTPError as error:
        tagged = remote.commit_of(tag) if faults.status_of(error) == faults.CONFLICT else None
        if tagged is None:
            raise
        _refuse_another(folder, entries, remote, tagged, tag)


def _refuse_another(folder: Path, entries: list[FileEntry], remote: Remote, tagged: str, tag: str) -> None:
    """Check that a tag names this very edition.

    Raises:
        HubError: It names another.
    """
    difference = first_difference(folder, entries, remote.files(tagged))
    if difference is not None:
        message = f"{tag} of {remote.name} is published already, and holds something else: {difference}"
        raise HubError(message, "a published version never changes: build the edition again with a new one")
