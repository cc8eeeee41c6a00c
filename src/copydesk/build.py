"""The front door of `build`: checks the arguments, then loads what is heavy, so that `import copydesk` is quick."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.errors import BuildError
from copydesk.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copydesk.progress import Progress
    from copydesk.release.manifest import Manifest

VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", re.ASCII)
"""What `datasets` accepts as the version of a config."""


def build(  # noqa: PLR0913 (each is one thing a user may want to say; all but two are keywords)
    inputs: str | Path | Iterable[str | Path],
    out: str | Path,
    *,
    recipe: Recipe | None = None,
    version: str | None = None,
    previous: str | Path | None = None,
    workers: int | None = 1,
    engine: str = "local",
    force: bool = False,
    resume: bool = False,
    strict: bool = False,
    max_rejects: float = 1.0,
    profile: bool = False,
    progress: Progress | None = None,
) -> Manifest:
    """Clean inputs and write an edition that `datasets.load_dataset` opens.

    With more than one worker, a script must call this below `if __name__ == "__main__":`, as for any use of
    `multiprocessing`.

    Args:
        inputs: Files and folders of text, JSON Lines, Parquet or Arrow; any addresses that fsspec opens.
        out: The folder to write; must not exist, unless it is an edition and `force` is set. An address such as
            `s3://bucket/corpus` will do too: the edition is built in the user's cache folder (`XDG_CACHE_HOME`, else
            `~/.cache`) and then copied there.
        recipe: The settings; the default recipe if left out.
        version: The edition's version, x.y.z. If left out, 1.0.0; with `previous`, the least that what changed allows.
        previous: The folder of the edition before this one. The two are compared when all is cleaned, and the changelog
            says what changed; a version that says too little of it is refused.
        workers: Processes to use, None for one a processor. The result is the same for any number.
        engine: Where chunks run; see `copydesk.engines`.
        force: Replace an edition at `out`.
        resume: Go on with a build that was stopped. It must have had the same inputs, recipe and release of copydesk.
            If it had just ended, nothing is left to do.
        strict: Stop at a record that cannot be published, instead of setting it aside.
        max_rejects: The share of records, 0 to 1, that may be set aside; with more of them the build stops.
        profile: Put the seconds of work by stage into the manifest.
        progress: Is told how far the build is.

    Returns:
        The edition's manifest, with the accounts.

    Raises:
        CopydeskError: An input, the recipe, a rule pack, the output or the edition before cannot be used, or the
            version says too little of what changed. Nothing is left behind then.
        StoppedError: Something around the build stopped it: a full disk, an input that went away, a worker that died,
            too many rejects. It can go on with `resume`, if some of it was done.
    """
    if version is not None and not VERSION.fullmatch(version):
        message = f"{version!r} is no version"
        raise BuildError(message, "write three numbers such as 1.0.0, without a v")
    if not 0 <= max_rejects <= 1:
        message = f"{max_rejects} is no share of the records"
        raise BuildError(message, "give a number from 0 to 1: 0.01 is one in a hundred")
    if isinstance(inputs, (str, os.PathLike)):
        inputs = [inputs]
    addresses = [str(address) for address in inputs]

    from copydesk import sources
    from copydesk.addresses import recorded
    from copydesk.plan import Order
    from copydesk.press import press
    from copydesk.progress import Silent
    from copydesk.release.history import place

    version, history = place(version, previous)
    given = tuple(sorted(map(recorded, addresses)))
    order = Order(recipe or Recipe(), version, workers, engine, given, strict, max_rejects, resume, profile)
    progress = progress or Silent()
    files = sources.find(addresses, progress.left_out.append)
    if "://" not in str(out):
        return press(files, Path(out), order, history=history, force=force, progress=progress)

    from copydesk.release.ship import Berth

    berth = Berth(str(out), force=force, resume=resume)
    manifest = press(files, berth.folder, order, history=history, force=True, progress=progress)
    berth.ship()
    shutil.rmtree(berth.folder)
    return manifest
