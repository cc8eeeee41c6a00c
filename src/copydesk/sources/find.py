"""From the addresses that a user gives to the files that a build reads, each with the name it has in the edition."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from copydesk.errors import SourceError
from copydesk.release.paths import MANIFEST, RECIPE
from copydesk.sources.base import InputFile, locate, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import fsspec

_Found = tuple[str, str, int]
"""A file's address, its path below the input that it was found by, and its size."""


def find_files(
    addresses: Iterable[str], suffixes: Mapping[str, str], left_out: Callable[[str], object]
) -> list[InputFile]:
    """Find all input files, in the order in which an edition holds them: by name.

    A file is named by the input's last path component and, in a folder, the path below it. When two inputs end alike,
    as many more components are put before as it takes to tell them apart, so that names do not depend on where the
    inputs lie.

    Args:
        addresses: Files and folders; anything that fsspec opens. Hidden files in folders are passed by.
        suffixes: The kind of each known suffix; `.jsonl.gz` wins over `.gz`.
        left_out: Is told of each file in a folder that is of no known kind.

    Raises:
        SourceError: An address does not exist or is of no known kind, a folder holds nothing, a file comes up twice, a
            link leads nowhere.
    """
    roots = [_root(address) for address in addresses]
    if not roots:
        message = "there is nothing to read"
        raise SourceError(message, "name at least one file or folder")
    files = []
    for (system, path), prefix in zip(roots, _prefixes([path for _, path in roots]), strict=True):
        for address, below, size in _files_at(system, path, suffixes, left_out):
            source = str(PurePosixPath(prefix, below)).encode("utf-8", "backslashreplace").decode("utf-8")
            files.append(InputFile(address, source, kind_of(address, suffixes) or "", size))
    repeated = [address for address, count in Counter(file.address for file in files).items() if count > 1]
    if repeated:
        message = f"{plain(repeated[0])} is among the inputs more than once"
        raise SourceError(message, "name each file once, or only the folder that holds it")
    return sorted(files, key=lambda file: file.source)


def kind_of(path: str, suffixes: Mapping[str, str]) -> str | None:
    """Give the kind of a file by its name; None if the name tells nothing."""
    name = path.lower()
    return next((kind for suffix, kind in suffixes.items() if name.endswith(suffix)), None)


def _root(address: str) -> tuple[fsspec.AbstractFileSystem, str]:
    system, path = locate(str(address))
    if not system.exists(path):
        message = f"{address} does not exist"
        raise SourceError(message, "check the path")
    return system, path


def _prefixes(paths: Sequence[str]) -> list[str]:
    """Give each path's last component, or as many as it takes to make all of them differ."""
    parts = [PurePosixPath(path).parts for path in paths]
    for count in range(1, max(map(len, parts)) + 1):
        tails = [str(PurePosixPath(*part[-count:])).lstrip("/") for part in parts]
        if len(set(tails)) == len(tails):
            return tails
    message = f"{Counter(paths).most_common(1)[0][0]} is among the inputs more than once"
    raise SourceError(message, "name each input once")


def _files_at(
    system: fsspec.AbstractFileSystem, path: str, suffixes: Mapping[str, str], left_out: Callable[[str], object]
) -> list[_Found]:
    """List the files that one input stands for; in a folder, neither hidden files nor those of an edition."""
    if not system.isdir(path):
        if kind_of(path, suffixes) is None:
            message = f"{path} is of no known kind"
            raise SourceError(message, f"files end with {', '.join(suffixes)}")
        return [(system.unstrip_protocol(path), "", int(system.size(path) or 0))]
    root = PurePosixPath(path)
    listing = dict(sorted(system.find(path, detail=True).items()))
    folders = {PurePosixPath(name).parent for name in listing}
    editions = [folder for folder in folders if all(str(folder / paper) in listing for paper in (MANIFEST, RECIPE))]
    found = []
    for name, info in listing.items():
        below = PurePosixPath(name).relative_to(root)
        hidden = any(part.startswith(".") for part in below.parts)
        made = any(PurePosixPath(name).is_relative_to(edition) for edition in editions)
        if hidden or made:
            continue
        if kind_of(name, suffixes):
            if info.get("islink") and not system.exists(name):
                message = f"the link {name} leads nowhere"
                raise SourceError(message, "mend or remove it: what it stands for would be missing from the edition")
            found.append((system.unstrip_protocol(name), str(below), int(info["size"] or 0)))
        else:
            left_out(name)
    if not found:
        message = f"the folder {path} holds no file of a known kind"
        raise SourceError(message, f"files end with {', '.join(suffixes)}")
    return found
