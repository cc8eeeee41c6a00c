"""Loading a table of an edition, of just the version that was asked for: from a folder or from the Hub, online or not.

`datasets.load_dataset` has no notion of a folder's version, ignores `revision` when the Hub cannot be reached, and
caches by what a card says rather than by what the files hold. So the files are found here: the Hub's by the commit that
the version's tag names, each compared with the hash in the edition's manifest; and what is made of them is cached under
the digest of the data, where no other edition can lie.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.build import VERSION
from copydesk.errors import EditionError, HubError
from copydesk.hub import faults
from copydesk.hub.remote import DATASET, MAIN, Remote, tag_of
from copydesk.release.intact import check_hashes
from copydesk.release.manifest import Manifest, data_digest
from copydesk.release.paths import DATA, MANIFEST
from copydesk.release.schema import CONFIGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.release.manifest import FileEntry
    from copydesk.release.schema import Config

SPLIT = "train"

KEY_DIGITS = 32
"""Hex digits of the data's digest that name the folder of its cache."""


@dataclass(frozen=True, slots=True)
class Found:
    """A table's files that were found, and are those of the version that was asked for."""

    manifest: Manifest
    config: Config
    files: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return sum(entry.rows or 0 for entry in _entries(self.manifest, self.config))


def load(  # noqa: PLR0913 (each is one thing a user may want to say; most are keywords)
    where: str | Path,
    config: str = "stories",
    *,
    version: str | None = None,
    split: Any = SPLIT,
    streaming: bool = False,
    token: str | None = None,
) -> Any:
    """Load a table of an edition with `datasets`.

    Args:
        where: An edition's folder, or a dataset repository on the Hub, `owner/name`.
        config: `stories`, `text`, `sources` or `rejects`.
        version: The version that it must be. If left out, what the folder holds, or the newest of the repository; of
            one that cannot be reached, the newest that is cached.
        split: As for `load_dataset`: `train`, a part of it such as `train[:10]`, or None for a dictionary of splits.
        streaming: Read rows when they are asked for; of a repository nothing but those is fetched.
        token: An access token; by default HF_TOKEN, or what `hf auth login` keeps.

    Returns:
        A `Dataset`, or an `IterableDataset` if it streams; dictionaries of them if `split` is None.

    Raises:
        EditionError: It is another version, its files are not those of its manifest, or there is no such table.
        HubError: The repository, or that version of it, cannot be found or reached.
    """
    chosen = _config(config)
    if version is not None and not VERSION.fullmatch(version):
        message = f"{version!r} is no version"
        raise EditionError(message, "write three numbers such as 1.0.0, without a v")
    if isinstance(split, str) and split.partition("[")[0] != SPLIT:
        message = f"there is no split {split!r}: an edition has one, {SPLIT}"
        raise EditionError(message, f"leave split out, or ask for a part such as {SPLIT}[:10]")
    if Path(where).is_dir():
        return _opened(_in_folder(Path(where), chosen, version), split, streaming=streaming)
    remote = Remote(_repository(where), token)
    with faults.told(remote.name, "loading"):
        found = _streamed(remote, chosen, version) if streaming else _fetched(remote, chosen, version)
        return _opened(found, split, streaming=streaming, token=token)


def _config(name: str) -> Config:
    found = next((config for config in CONFIGS if config.name == name), None)
    if found is None:
        message = f"there is no table {name!r} in an edition"
        raise EditionError(message, f"choose one of {', '.join(config.name for config in CONFIGS)}")
    return found


def _repository(where: str | Path) -> str:
    """Take what is no folder for a repository.

    Raises:
        EditionError: It does not look like one.
    """
    name = os.fspath(where)
    if name.count("/") != 1 or name.startswith(("/", ".", "~")):
        message = f"{name} is no folder, and no name of a repository"
        raise EditionError(message, "give an edition's folder, or owner/name for a dataset on the Hub")
    return name


# --- Finding the files ------------------------------------------------------------------------------------------------


def _in_folder(folder: Path, config: Config, version: str | None, place: str = "") -> Found:
    """Find a table's files in a folder and compare them with the manifest."""
    manifest = Manifest.load(folder)
    _check_version(manifest, version, place or str(folder))
    entries = _entries(manifest, config)
    check_hashes(folder, manifest, entries)
    return Found(manifest, config, tuple(str(folder / entry.path) for entry in entries))


def _fetched(remote: Remote, config: Config, version: str | None) -> Found:
    """Fetch what is needed of a version's commit, or find it in the cache when the Hub cannot be reached."""
    _ = remote.api
    from huggingface_hub import snapshot_download

    revision = _revision(version)
    wanted = [MANIFEST, f"{DATA}/{config.folder}/*"]
    with _naming_what_is_missing(remote, version):
        folder = snapshot_download(
            remote.name, repo_type=DATASET, revision=revision, token=remote.token, allow_patterns=wanted
        )
    return _in_folder(Path(folder), config, version, f"{revision} of {remote.name}")


def _streamed(remote: Remote, config: Config, version: str | None) -> Found:
    """Find the addresses of a version's files, at its commit; the cached files when the Hub cannot be reached."""
    from huggingface_hub import hf_hub_download

    revision = _revision(version)
    try:
        with _naming_what_is_missing(remote, version):
            commit = str(remote.api.repo_info(remote.name, repo_type=DATASET, revision=revision).sha)
    except Exception as error:
        if not faults.is_network(error):
            raise
        return _fetched(remote, config, version)
    path = hf_hub_download(remote.name, MANIFEST, repo_type=DATASET, revision=commit, token=remote.token)
    manifest = Manifest.load(Path(path).parent)
    place = f"{revision} of {remote.name}"
    _check_version(manifest, version, place)
    entries = _entries(manifest, config)
    _check_remote(remote, commit, entries, place)
    return Found(manifest, config, tuple(f"hf://datasets/{remote.name}@{commit}/{entry.path}" for entry in entries))


def _revision(version: str | None) -> str:
    return tag_of(version) if version else MAIN


@contextmanager
def _naming_what_is_missing(remote: Remote, version: str | None) -> Iterator[None]:
    """Say which of the two is missing, the repository or the version.

    Raises:
        HubError: One of them is.
    """
    from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError

    try:
        yield
    except RevisionNotFoundError as error:
        message = f"{remote.name} has no edition {version}" if version else f"{remote.name} has no branch {MAIN}"
        raise HubError(message, "the tags of the repository name the versions that there are") from error
    except RepositoryNotFoundError as error:
        if remote.api.repo_exists(remote.name, repo_type="model"):
            message = f"{remote.name} is a model, and no dataset"
            raise HubError(message, "look at the name of the repository") from error
        message = f"there is no folder {remote.name}, and the Hub has no dataset of that name, or not for you"
        raise HubError(message, f"look at the name; for a private dataset {faults.LOG_IN}") from error


def _check_version(manifest: Manifest, version: str | None, place: str) -> None:
    if version is not None and manifest.version != version:
        message = f"{place} holds edition {manifest.version}, not {version}"
        raise EditionError(message, "each version has a folder of its own, or a tag on the Hub")


def _check_remote(remote: Remote, commit: str, entries: list[FileEntry], place: str) -> None:
    """Compare the hashes that the Hub has for files with the manifest's; they are there without fetching a file."""
    from huggingface_hub.hf_api import RepoFile

    paths = [entry.path for entry in entries]
    known = remote.api.get_paths_info(remote.name, paths, repo_type=DATASET, revision=commit)
    found = {file.path: file.lfs.sha256 for file in known if isinstance(file, RepoFile) and file.lfs}
    for entry in entries:
        if found.get(entry.path) != entry.sha256:
            message = f"{entry.path} of {place} is not the file that its manifest names"
            raise EditionError(message, "load it without streaming, or publish the edition again")


def _entries(manifest: Manifest, config: Config) -> list[FileEntry]:
    """Give the files of a table, in order.

    Raises:
        EditionError: The manifest's digest of its data is wrong.
    """
    if data_digest(manifest.files) != manifest.data_digest:
        message = f"the data digest of edition {manifest.version} is not that of the files in its manifest"
        raise EditionError(message, "fetch or build the edition again")
    folder = Path(DATA, config.folder)
    return [entry for entry in manifest.files if Path(entry.path).parent == folder and entry.rows is not None]


# --- Opening them -----------------------------------------------------------------------------------------------------


def _opened(found: Found, split: Any, *, streaming: bool, token: str | None = None) -> Any:
    """Open files that were found with `datasets`."""
    try:
        import datasets
    except ImportError:
        raise faults.missing() from None
    if not found.rows:
        return _empty(datasets, found.config, split, streaming=streaming)
    manifest = found.manifest
    options: dict[str, Any] = {"columns": list(found.config.columns)} if found.config.columns else {}
    loaded = datasets.load_dataset(
        "parquet",
        found.config.name,
        data_files={SPLIT: list(found.files)},
        version=datasets.Version(manifest.version),
        split=split,
        streaming=streaming,
        cache_dir=str(Path(datasets.config.HF_DATASETS_CACHE, "copydesk", manifest.data_digest[:KEY_DIGITS])),
        token=token,
        **options,
    )
    _check_rows(loaded, found)
    return loaded


def _check_rows(loaded: Any, found: Found) -> None:
    """Look once more at what comes back: as many rows as the manifest says.

    Raises:
        EditionError: There are more or fewer. Something is wrong with the library's cache.
    """
    parts = loaded.values() if isinstance(loaded, dict) else [loaded]
    for part in parts:
        splits = part.info.splits
        if splits and splits[SPLIT].num_examples not in {0, found.rows}:
            message = f"{splits[SPLIT].num_examples} rows came back of {found.config.name}, not {found.rows}"
            raise EditionError(message, "delete the folder copydesk in the cache of datasets, and load it again")


def _empty(datasets: Any, config: Config, split: Any, *, streaming: bool) -> Any:
    """Give a table without rows, which the library itself cannot load."""
    columns = [field for field in config.schema if not config.columns or field.name in config.columns]
    features = datasets.Features.from_arrow_schema(config.schema)
    shown = datasets.Features({field.name: features[field.name] for field in columns})
    if streaming:
        table = datasets.IterableDataset.from_generator(lambda: iter(()), features=shown)
    else:
        table = datasets.Dataset.from_dict({field.name: [] for field in columns}, features=shown)
    kind = datasets.IterableDatasetDict if streaming else datasets.DatasetDict
    return kind({SPLIT: table}) if split is None else table
