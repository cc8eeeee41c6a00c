"""How long it takes until anything happens: each in a new process, from the shell's point of view."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

COMMANDS = {
    "nothing": ["-c", "pass"],
    "import copydesk": ["-c", "import copydesk"],
    "copydesk --help": ["-m", "copydesk", "--help"],
    "copydesk build --help": ["-m", "copydesk", "build", "--help"],
    "first clean text": ["-c", "import copydesk; copydesk.clean('The ferry leaves at nine.')"],
}

ROUNDS = 7


@pytest.mark.parametrize("command", COMMANDS)
def test_start(benchmark: Any, command: str) -> None:
    line = [sys.executable, *COMMANDS[command]]
    benchmark.pedantic(lambda: subprocess.run(line, check=True, capture_output=True), rounds=ROUNDS, warmup_rounds=1)  # noqa: S603
