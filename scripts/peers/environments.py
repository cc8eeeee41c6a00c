"""A virtual environment a peer: they need versions of the same packages that do not go together."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from peers.contestants import Peer

FOLDER = Path(__file__).resolve().parents[2] / ".venv-peers"


def python(peer: Peer, folder: Path = FOLDER) -> Path:
    """Give the interpreter that runs a peer."""
    return folder / peer.job / "bin" / "python" if peer.needs else Path(sys.executable)


def is_ready(peer: Peer, folder: Path = FOLDER) -> bool:
    """Say whether a peer was installed to the end."""
    mark = _mark(peer, folder)
    return not peer.needs or (mark.exists() and mark.read_text(encoding="utf-8") == _marked(peer))


def set_up(peers: Iterable[Peer], folder: Path = FOLDER) -> dict[str, str]:
    """Install what is missing; give the reasons of those that could not be installed, by job."""
    failed = {}
    for peer in {peer.job: peer for peer in peers if not is_ready(peer, folder)}.values():
        if why := _install(peer, folder):
            failed[peer.job] = why
    return failed


def _install(peer: Peer, folder: Path) -> str:
    place = folder / peer.job
    venv.create(place, with_pip=True)
    pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, *peer.needs], check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        return lines[-1] if lines else f"pip ended with {done.returncode}"
    _mark(peer, folder).write_text(_marked(peer), encoding="utf-8")
    return ""


def _mark(peer: Peer, folder: Path) -> Path:
    """Give the file that says what was installed; it is written last."""
    return folder / peer.job / "installed.txt"


def _marked(peer: Peer) -> str:
    return "\n".join(peer.needs) + "\n"
