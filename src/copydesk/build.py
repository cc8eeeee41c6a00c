"""The front door of `build`: checks the arguments, then loads what is heavy, so that `import copydesk` is quick."""

from __future__ import annotations

import os
import re
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
    version: str = "1.0.0",
    workers: int = 1,
    engine: str = "local",
    force: bool = False,
    progress: Progress | None = None,
) -> Manifest:
    """Clean inputs and write an edition that `datasets.load_dataset` opens.

    With more than one worker, a script must call this below `if __name__ == "__main__":`, as for any use of
    `multiprocessing`.

    Args:
        inputs: Files and folders of text, JSON Lines or Parquet; any addresses that fsspec opens.
        out: The folder to write; must not exist, unless it is an edition and `force` is set.
        recipe: The settings; the default recipe if left out.
        version: The edition's version, x.y.z.
        workers: Processes to use. The result is the same for any number.
        engine: Where chunks run; see `copydesk.engines`.
        force: Replace an edition at `out`.
        progress: Is told how far the build is.

    Returns:
        The edition's manifest, with the accounts.

    Raises:
        CopydeskError: An input, the recipe, a rule pack or the output cannot be used. Nothing is left behind then.
    """
    if not VERSION.fullmatch(version):
        message = f"{version!r} is no version"
        raise BuildError(message, "write three numbers such as 1.0.0, without a v")
    if isinstance(inputs, (str, os.PathLike)):
        inputs = [inputs]

    from copydesk.press import Order, press

    order = Order(recipe or Recipe(), version, workers, engine)
    return press([str(address) for address in inputs], Path(out), order, force=force, progress=progress)
