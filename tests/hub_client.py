"""Real `datasets` and `huggingface_hub` in a process of their own, with a cache of its own and a small Hub to ask."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKER = Path(__file__).with_name("hub_worker.py")


class ClientError(Exception):
    """What went wrong in the other process."""

    def __init__(self, kind: str, said: str, hint: str) -> None:
        super().__init__(f"{kind}: {said}")
        self.kind, self.said, self.hint = kind, said, hint


@dataclass
class Client:
    """The other process.

    Attributes:
        home: Its cache.
        variables: Its environment.
    """

    home: Path
    variables: dict[str, str]
    process: subprocess.Popen[str]

    def run(self, source: str, **values: Any) -> Any:
        """Run source; give what it leaves in `out`.

        Args:
            source: Python, with the values' names.
            values: What JSON can say, and paths.
        """
        given = "\n".join(f"{name} = {_written(value)}" for name, value in values.items())
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(f"{given}\n{dedent(source)}") + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the other process is gone"
        answer = json.loads(line)
        if "error" in answer:
            raise ClientError(answer["error"], answer["said"], answer["hint"])
        return answer["out"]


def _written(value: Any) -> str:
    return repr(str(value) if isinstance(value, Path) else value)


def environment(address: str, home: Path, **variables: str) -> dict[str, str]:
    """Give an environment in which nothing but that Hub and that cache is known."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    ours = {
        "HF_ENDPOINT": address,
        "HF_HOME": str(home),
        "HF_TOKEN": "writer",
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_ETAG_TIMEOUT": "2",
    }
    return {name: value for name, value in {**kept, **ours, **variables}.items() if value}


@contextmanager
def started(address: str, home: Path, **variables: str) -> Iterator[Client]:
    """Start the other process; empty variables are taken away."""
    known = environment(address, home, **variables)
    command = [sys.executable, str(WORKER)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=known, stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603
        yield Client(home, known, process)
        assert process.stdin is not None
        process.stdin.close()
