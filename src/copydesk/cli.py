"""The command line: arguments in, one library call, text out.

Each command is a function that takes the parsed arguments and returns the exit code: 0 when all is well, 1 when
something is wrong with the user's data, recipe or edition, 2 for wrong usage, 130 after Ctrl-C. What is heavy is
imported inside a command, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from copydesk.errors import CopydeskError, SourceError
from copydesk.recipe import LANGUAGE_ENGINES, Recipe

if TYPE_CHECKING:
    from collections.abc import Sequence

FAILED, INTERRUPTED = 1, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give the exit code. A user's mistake gets a message and a hint, never a traceback."""
    parsed = parser().parse_args(arguments)
    try:
        code: int = parsed.run(parsed)
        sys.stdout.flush()
    except CopydeskError as error:
        hint = f"\nhint: {error.hint}" if error.hint else ""
        _tell(f"copydesk: error: {error.message}{hint}")
        return FAILED
    except KeyboardInterrupt:
        _tell("copydesk: stopped")
        return INTERRUPTED
    except OSError as error:  # mostly standard output: the reader went away, as `head` does, or the disk is full
        if not isinstance(error, BrokenPipeError):
            _tell(f"copydesk: error: {error}")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return code


def parser() -> argparse.ArgumentParser:
    """Describe all commands."""
    top = argparse.ArgumentParser(
        prog="copydesk",
        description="Cleans scraped text, cuts mixed documents into stories, and keeps every stroke on record.",
    )
    top.add_argument("--version", action=_Version, nargs=0, help="print the version and leave")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    _add_build(commands)
    _add_clean(commands)
    _add_explain(commands)
    _add_verify(commands)
    _add_rules(commands)
    _add_discover(commands)
    return top


_Commands = argparse._SubParsersAction  # noqa: SLF001 (argparse has no public name for it)


class _Version(argparse.Action):
    """Prints the version, which the kernel knows; loading it is put off till then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from copydesk._kernel import __version__

        _print(f"copydesk {__version__}")
        parser.exit()


def _add_build(commands: _Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "build",
        help="clean inputs and write an edition",
        parents=[_recipe_options()],
        description="Cleans and cuts text files, JSON Lines (.gz, .zst) and Parquet, and writes an edition that "
        "datasets.load_dataset opens.",
    )
    command.add_argument(
        "inputs",
        nargs="+",
        metavar="INPUT",
        help="a file or a folder: .txt, .jsonl or .ndjson (also .gz, .zst, .bz2), .parquet; "
        "any address that fsspec opens",
    )
    command.add_argument("-o", "--out", required=True, metavar="DIR", help="the folder to write")
    command.add_argument("--version", default="1.0.0", metavar="X.Y.Z", help="the edition's version (default: 1.0.0)")
    command.add_argument("--text-key", metavar="KEY", help="the key or column of a record's text (default: text)")
    command.add_argument("--id-key", metavar="KEY", help="the key or column of a record's own id (default: id)")
    command.add_argument(
        "--workers",
        type=int,
        default=len(os.sched_getaffinity(0)),
        metavar="N",
        help="processes to use (default: one a core)",
    )
    command.add_argument("--engine", default="local", help="where chunks run (default: local)")
    command.add_argument(
        "--annotate", action="store_true", help="label every line and strike and cut nothing, to choose later what goes"
    )
    command.add_argument("--force", action="store_true", help="replace an edition that is there")
    command.add_argument("-q", "--quiet", action="store_true", help="show no progress and no summary")
    command.set_defaults(run=_build)


def _build(options: argparse.Namespace) -> int:
    from copydesk import terminal
    from copydesk.build import build
    from copydesk.progress import progress_for

    progress = progress_for(quiet=options.quiet)
    manifest = build(
        options.inputs,
        options.out,
        recipe=_recipe(options),
        version=options.version,
        workers=options.workers,
        engine=options.engine,
        force=options.force,
        progress=progress,
    )
    if not options.quiet:
        _tell(progress.summary())
        _print(terminal.built(manifest, options.out))
    return 0


def _add_clean(commands: _Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "clean",
        help="clean one text",
        parents=[_recipe_options()],
        description="Cleans one text and prints its stories, with an empty line between two of them.",
    )
    command.add_argument("file", nargs="?", default="-", metavar="FILE", help="a UTF-8 text file; - for standard input")
    command.add_argument(
        "--annotate",
        action="store_true",
        help="strike nothing; print of each line how likely it is noise, its label, and the rule that would strike it",
    )
    form = command.add_mutually_exclusive_group()
    form.add_argument("--diff", action="store_true", help="print the whole text and mark every stroke with its rule")
    form.add_argument("--json", action="store_true", help="print stories, edits, fields and labels of lines as JSON")
    command.set_defaults(run=_clean, refuse=command.error)


def _clean(options: argparse.Namespace) -> int:
    from copydesk import terminal
    from copydesk.desk import Desk

    if options.annotate and options.diff:
        options.refuse("argument --diff: not allowed with argument --annotate")
    recipe = _recipe(options)
    raw = _read_text(options.file)
    cleaned = Desk(recipe).clean(raw)
    if options.json:
        _print(terminal.as_json(cleaned))
    elif options.diff:
        _print(terminal.diff(raw, cleaned, color=_color()))
    elif recipe.guard.annotate:
        _print(terminal.annotated(raw, cleaned.lines, color=_color()))
    else:
        _print(terminal.shown(cleaned.text) if sys.stdout.isatty() else cleaned.text)
    if cleaned.needs_review:
        _tell("copydesk: kept whole for review: too much of the text would have been struck")
    return 0


def _add_explain(commands: _Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "explain",
        help="show where a story came from",
        description="Shows where a story came from and every stroke on it.",
    )
    command.add_argument("edition", metavar="DIR", help="the edition's folder")
    command.add_argument("story", metavar="STORY_ID", help="the story's id, or the start of it")
    command.add_argument("--json", action="store_true", help="print all of it as JSON")
    command.set_defaults(run=_explain)


def _explain(options: argparse.Namespace) -> int:
    from copydesk import terminal
    from copydesk.release.explain import explain

    explanation = explain(options.edition, options.story)
    _print(terminal.as_json(explanation) if options.json else terminal.explained(explanation, color=_color()))
    return 0


def _add_verify(commands: _Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "verify",
        help="check an edition",
        description="Hashes every file again, counts every row, and puts every raw document together from its stories "
        "and its ledger. Names the first thing that is wrong.",
    )
    command.add_argument("edition", metavar="DIR", help="the edition's folder")
    command.add_argument("--json", action="store_true", help="print what was checked as JSON")
    command.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    from copydesk import terminal
    from copydesk.release.verify import verify

    verified = verify(options.edition)
    _print(terminal.as_json(verified) if options.json else terminal.verified(verified))
    return 0


def _add_rules(commands: _Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("rules", help="list or test the rules", description="Lists or tests the rules.")
    actions = command.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser(
        "list",
        help="list all rules",
        parents=[_recipe_options()],
        description="Lists the kinds of noise and their rules.",
    )
    listing.set_defaults(run=_rules_list)
    testing = actions.add_parser(
        "test",
        help="try the rules on their own examples",
        parents=[_recipe_options()],
        description="Runs the examples and lookalikes of every rule, and of your own with --rules.",
    )
    testing.set_defaults(run=_rules_test)


def _rules_list(options: argparse.Namespace) -> int:
    from copydesk import terminal
    from copydesk.rulebook import RuleBook

    rules = _recipe(options).rules
    book = RuleBook.load([Path(pack) for pack in rules.packs], rules.off)
    _print(terminal.rule_list(book, color=_color()))
    return 0


def _rules_test(options: argparse.Namespace) -> int:
    from copydesk import terminal
    from copydesk.rulecheck import check_rules

    check = check_rules(_recipe(options))
    _print(terminal.rules_checked(check))
    return FAILED if check.failures else 0


def _add_discover(commands: _Commands[argparse.ArgumentParser]) -> None:
    from copydesk.discover.findings import LEAST_DOCUMENTS, SCOPES

    command = commands.add_parser(
        "discover",
        help="draft rules for what repeats across documents",
        parents=[_recipe_options()],
        description="Finds lines, phrases and odd words that repeat across documents and that no rule strikes yet, and "
        "drafts a rule pack. Edit it, try it with `copydesk rules test --rules FILE`, and pass it to build.",
    )
    command.add_argument("inputs", nargs="+", metavar="INPUT", help="a file or a folder, as for build; read twice")
    command.add_argument(
        "-o", "--out", metavar="FILE", help="the pack to write, such as my_site.toml (default: standard output)"
    )
    command.add_argument(
        "--by", choices=SCOPES, default="site", help="what must repeat it: one site, or the whole dump (default: site)"
    )
    command.add_argument(
        "--least",
        type=int,
        default=LEAST_DOCUMENTS,
        metavar="N",
        help=f"in how many documents it must stand (default: {LEAST_DOCUMENTS})",
    )
    command.add_argument(
        "--site-key", default="url", metavar="KEY", help="the key or column of a record's address (default: url)"
    )
    command.add_argument("--text-key", metavar="KEY", help="the key or column of a record's text (default: text)")
    command.add_argument("--id-key", metavar="KEY", help="the key or column of a record's own id (default: id)")
    command.add_argument("--json", action="store_true", help="print all findings as JSON")
    command.add_argument("--force", action="store_true", help="replace a file that is there")
    command.add_argument("-q", "--quiet", action="store_true", help="show no progress and no summary")
    command.set_defaults(run=_discover)


def _discover(options: argparse.Namespace) -> int:
    from copydesk import terminal
    from copydesk.discover import Settings, discover, draft, summary
    from copydesk.progress import progress_for

    if options.out:
        draft.check_out(options.out, force=options.force)
    recipe = _recipe(options)
    settings = Settings(by=options.by, least=options.least, site_key=options.site_key)
    progress = progress_for(quiet=options.quiet)
    found = discover(options.inputs, settings=settings, recipe=recipe, progress=progress)
    if options.out:
        draft.write(found, recipe, options.out)
    if options.json:
        _print(terminal.as_json(found))
    elif not options.out:
        _print(draft.pack(found, recipe))
    if not options.quiet:
        _tell(progress.summary())
        _tell(summary.of(found, options.out))
    return 0


def _recipe_options() -> argparse.ArgumentParser:
    """Describe the options that change the recipe; they win over the recipe's file."""
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--recipe", metavar="FILE", help="a recipe in TOML (default: the built-in settings)")
    options.add_argument(
        "--rules",
        action="append",
        default=[],
        metavar="PACK",
        help="one more rule pack, a TOML file or a folder of them; may be repeated",
    )
    options.add_argument(
        "--off", action="append", default=[], metavar="NAME", help="a kind or a rule that is not used; may be repeated"
    )
    options.add_argument("--language", choices=LANGUAGE_ENGINES, help="what tells the language of a story")
    return options


def _recipe(options: argparse.Namespace) -> Recipe:
    """Put the recipe together from its file and the options."""
    recipe = Recipe.load(options.recipe) if options.recipe else Recipe()
    rules = replace(recipe.rules, packs=(*recipe.rules.packs, *options.rules), off=(*recipe.rules.off, *options.off))
    language = replace(recipe.language, engine=options.language or recipe.language.engine)
    guard = replace(recipe.guard, annotate=getattr(options, "annotate", False) or recipe.guard.annotate)
    keys = recipe.input
    text, record_id = getattr(options, "text_key", None), getattr(options, "id_key", None)
    keys = replace(keys, text=text or keys.text, id=record_id or keys.id)
    return replace(recipe, rules=rules, language=language, guard=guard, input=keys)


def _read_text(name: str) -> str:
    """Read a UTF-8 text from a file, or from standard input when the name is `-`, line ends as they are.

    Raises:
        SourceError: It cannot be read, or is not UTF-8.
    """
    try:
        return (sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()).decode("utf-8")
    except OSError as error:
        message = f"cannot read {name}: {error.strerror}"
        raise SourceError(message, "check the path") from None
    except UnicodeDecodeError as error:
        message = f"{name} is not UTF-8: {error.reason} at byte {error.start}"
        raise SourceError(message, "convert it first, for instance with iconv") from None


def _print(text: str) -> None:
    """Print a text in UTF-8 whatever the locale says, ending with a line feed."""
    sys.stdout.buffer.write(f"{text}\n".encode() if not text.endswith("\n") else text.encode())


def _tell(message: str) -> None:
    """Write a line to standard error. Names of files may hold anything, so nothing in it may steer the terminal."""
    from copydesk.terminal import shown

    sys.stderr.write(f"{shown(message)}\n")


def _color() -> bool:
    """Colour is for terminals, unless the user wants none (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
