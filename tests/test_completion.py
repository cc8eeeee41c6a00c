"""The script that `copydesk completion` prints, in the shells themselves; and what exit codes tell."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

import programs
from copydesk import StoppedError, cli
from copydesk.cli.completion import HINTS, _actions
from copydesk.cli.console import EXIT_CODES, MISUSED, READER_GONE, STOPPED

if TYPE_CHECKING:
    from pathlib import Path

TRY = """
source copydesk.bash
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
_shtab_copydesk
printf '%s\\n' "${COMPREPLY[@]}"
"""
"""Lets bash complete its last argument, as it does when somebody presses the tab key, and prints what it offers."""

SYNTAX = {"bash": ["bash", "-n"], "zsh": ["zsh", "-n"], "fish": ["fish", "--no-execute"], "tcsh": ["tcsh", "-f"]}
"""How each shell reads a script; all but tcsh without running it."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the scripts of all shells, a file and a folder."""
    made = tmp_path_factory.mktemp("completion")
    for shell in HINTS:
        done = programs.copydesk("completion", shell)
        assert (done.returncode, done.stderr) == (0, b"")
        (made / f"copydesk.{shell}").write_bytes(done.stdout)
    (made / "dump.jsonl").touch()
    (made / "duly").mkdir()
    return made


def offers(folder: Path, *typed: str) -> set[str]:
    """Give what bash offers for the last of the words that were typed after `copydesk`."""
    command = ["bash", "--norc", "-c", TRY, "bash", "copydesk", *typed]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stderr == ""
    return set(done.stdout.rstrip("\n").split("\n"))


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["re"], {"rebuild", "restore"} & {*cli.COMMANDS}),
        (["build", "--max"], {"--max-rejects"}),
        (["build", "dump.jsonl", "--res"], {"--resume"}),
        (["build", "du"], {"dump.jsonl", "duly"}),
        (["build", "dump.jsonl", "-o", "du"], {"duly"}),
        (["verify", "du"], {"duly"}),
        (["clean", "--language", "c"], {"cld2", "cld2+lid176"}),
        (["rules", "te"], {"test"}),
        (["rules", "test", "--rules", "dum"], {"dump.jsonl"}),
        (["discover", "--by", ""], {"site", "dump"}),
        (["completion", ""], {*HINTS}),
        (["verify", "--xyz"], {""}),
    ],
    ids=lambda case: " ".join(case) if isinstance(case, list) else "",
)
def test_bash_offers_what_fits(typed: list[str], offered: set[str], folder: Path) -> None:
    found = offers(folder, *typed)
    assert offered <= found
    assert all(word.startswith(typed[-1]) for word in found if word)
    if len(offered) == 1:
        assert found == offered


def test_bash_offers_every_command(folder: Path) -> None:
    assert offers(folder, "") == {*cli.COMMANDS}


def test_the_tab_key_completes_on_a_terminal(folder: Path) -> None:
    """Somebody sits at a terminal, sources the script, types `copydesk ver`, and presses tab."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "dumb", "PS1": "ready> ", "INPUTRC": os.devnull}
    command = ["bash", "--norc", "--noprofile", "-i"]
    with subprocess.Popen(  # noqa: S603
        command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as shell:
        os.close(theirs)
        try:
            _read_until(ours, "ready> ")
            os.write(ours, b"source copydesk.bash\n")
            _read_until(ours, "ready> ")
            os.write(ours, b"copydesk ver\t")
            seen = _read_until(ours, "verify ")
        finally:
            shell.kill()
    os.close(ours)
    assert seen.replace("\x07", "").endswith("copydesk verify ")


def _read_until(terminal: int, awaited: str) -> str:
    """Read what a terminal shows until something appears, for some seconds at most."""
    seen, end = "", time.monotonic() + 20
    while awaited not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 4096).decode()
    return seen


@pytest.mark.parametrize("shell", HINTS)
def test_the_shell_itself_can_read_its_script(shell: str, folder: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run([*SYNTAX[shell], f"copydesk.{shell}"], cwd=folder, capture_output=True, check=False)  # noqa: S603
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("shell", HINTS)
def test_each_script_knows_every_command_and_option(shell: str, folder: Path) -> None:
    script = (folder / f"copydesk.{shell}").read_text(encoding="utf-8")
    assert [name for name in cli.COMMANDS if name not in script] == []
    if shell == "tcsh":  # it is told of options with a value only
        return
    options = {option for action in _actions(cli.parser(whole=True)) for option in action.option_strings}
    long = {option for option in options if option.startswith("--")}
    assert [option for option in long if option not in script and f"-l {option[2:]}" not in script] == []


# --- Exit codes -------------------------------------------------------------------------------------------------------


def test_every_exit_code_in_the_code_is_in_the_table() -> None:
    from copydesk.cli import console

    named = {value for name, value in vars(console).items() if name.isupper() and isinstance(value, int)}
    assert named == set(EXIT_CODES)
    assert list(EXIT_CODES) == sorted(EXIT_CODES)


def test_a_build_that_can_go_on_has_an_exit_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: object, **__: object) -> None:
        message = "the disk is full"
        raise StoppedError(message, "make room")

    monkeypatch.setattr(sys.modules["copydesk.build"], "build", stopped)  # the name is the function's, too
    assert cli.main(["build", "in.txt", "-o", "out"]) == STOPPED
    assert capsys.readouterr().err == "copydesk: error: the disk is full\nhint: make room\n"


def test_wrong_usage_leaves_with_the_code_of_the_table() -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["build"])
    assert left.value.code == MISUSED


def test_a_pipe_that_closes_leaves_as_other_programs_do(folder: Path) -> None:
    """As `seq 1000000 | head -1` leaves in a shell with `pipefail`: 128 and the number of SIGPIPE."""
    line = "set -o pipefail; for n in 1 2 3 4 5 6 7 8; do cat copydesk.zsh; done | head -1 > /dev/null"
    others = subprocess.run(["bash", "-c", line], cwd=folder, check=False)  # noqa: S603, S607
    assert others.returncode == READER_GONE
