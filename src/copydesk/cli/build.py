"""`copydesk build`: clean inputs and write an edition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.cli.console import print_text, tell
from copydesk.cli.options import (
    add_engine_options,
    add_json_option,
    add_key_options,
    add_quiet_option,
    add_recipe_options,
    recipe_of,
)

if TYPE_CHECKING:
    import argparse

    from copydesk.release.manifest import Manifest


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    command.description = (
        "Cleans and cuts text files, JSON Lines (.gz, .zst), Parquet and Arrow, and writes an edition that "
        "datasets.load_dataset opens."
    )
    add_recipe_options(command)
    command.add_argument(
        "inputs",
        nargs="+",
        metavar="INPUT",
        help="a file or a folder: .txt, .jsonl or .ndjson (also .gz, .zst, .bz2), .parquet, .arrow; "
        "any address that fsspec opens",
    )
    command.add_argument(
        "-o", "--out", required=True, metavar="DIR", help="the folder to write, or any address that fsspec writes to"
    )
    command.add_argument(
        "--version",
        metavar="X.Y.Z",
        help="the edition's version (default: 1.0.0; with --previous the least that what changed allows)",
    )
    command.add_argument(
        "--previous",
        metavar="DIR",
        help="the edition before this one: the changelog says what changed since, and a version that says too little "
        "of it is refused",
    )
    add_key_options(command)
    add_engine_options(command)
    command.add_argument(
        "--annotate",
        action="store_true",
        help="mend letters, label every line, strike no line and cut nothing, to choose later what goes",
    )
    command.add_argument("--force", action="store_true", help="replace an edition that is there")
    command.add_argument(
        "--resume", action="store_true", help="go on with a build of the same inputs that was stopped, if there is one"
    )
    command.add_argument(
        "--strict", action="store_true", help="stop at a record that cannot be published, instead of setting it aside"
    )
    command.add_argument(
        "--max-rejects",
        type=float,
        default=1.0,
        metavar="SHARE",
        help="stop when more than this share of the records had to be set aside, such as 0.01 (default: 1, all may)",
    )
    command.add_argument("--profile", action="store_true", help="tell where the time went, also in the manifest")
    add_json_option(command, "the manifest", "copydesk.release.manifest.Manifest; as manifest.json has them")
    add_quiet_option(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from copydesk import terminal
    from copydesk.build import build
    from copydesk.progress import progress_for
    from copydesk.release.draft import is_unfinished

    progress = progress_for(quiet=options.quiet)
    if not (options.resume or options.quiet) and is_unfinished(options.out):
        lost = f"what an unfinished build of {terminal.in_a_line(options.out)} had done"
        tell(f"starting anew; {lost} is deleted (--resume would go on with it)")
    manifest = build(
        options.inputs,
        options.out,
        recipe=recipe_of(options),
        version=options.version,
        previous=options.previous,
        workers=options.workers,
        engine=options.engine,
        force=options.force,
        resume=options.resume,
        strict=options.strict,
        max_rejects=options.max_rejects,
        profile=options.profile,
        progress=progress,
    )
    if not options.quiet:
        if progress.left_out:
            tell(terminal.left_out(progress.left_out))
        tell(progress.summary() if progress.documents else "nothing was left to do")
    if options.json:
        print_text(terminal.manifest_as_json(manifest))
    elif not options.quiet:
        print_text(terminal.built(manifest, options.out))
    if not options.quiet and (told := _about_rejects(manifest, options.out)):
        tell(told)
    if options.profile:
        tell(terminal.profiled(manifest))
    return 0


ADVICE = {
    "missing_text": "name the key or column of their text with --text-key",
    "text_not_a_string": "name the key or column of their text with --text-key",
    "invalid_utf8": 'legacy = "detect" under [input] in a recipe reads other encodings',
    "invalid_json": "each line must be one record; see whether the files are what their names say",
}
"""What to try when all records were rejected, by the reason for most of them."""


def _about_rejects(manifest: Manifest, out: str) -> str | None:
    """Say where rejects are, and what to try if there is nothing else; None if there are none."""
    accounts = manifest.accounts
    if not accounts["rejected"]:
        return None
    from copydesk.terminal import in_a_line

    where = f"the rejects are in {in_a_line(out)}/data/rejects, each with its file, position, reason and bytes"
    if accounts["published"]:
        return where
    most = max(accounts["reasons"], key=accounts["reasons"].__getitem__)
    advice = f"\nhint: {ADVICE[most]}" if most in ADVICE else ""
    return f"copydesk: warning: nothing was published, all records were rejected; {where}{advice}"
