"""A second witness: olah, a Hub of other hands, reads from git what was published, and gives each version its rows."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

import hub_client
from copydesk import build
from editions import NO_RULES, fingerprints, rows, write_records
from hub_server import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub_state import Hub, Repo

REPO = "me/corpus"
VERSIONS = ("1.0.0", "2.0.0")
SECONDS = 60
"""How long olah may take to start."""

CONFIG = """
[basic]
host = "127.0.0.1"
port = {port}
repos-path = "{folder}/repos"
mirror-netloc = "127.0.0.1:{port}"
mirror-lfs-netloc = "127.0.0.1:{port}"
mirrors-path = ["{folder}/mirrors"]
[accessibility]
offline = true
"""

READ = """
import copydesk, datasets, huggingface_hub
tag = "v" + version
out = {
    "plain": datasets.load_dataset(where, revision=tag, split="train").to_list(),
    "ours": copydesk.load(where, version=version).to_list(),
    "folder": huggingface_hub.snapshot_download(where, repo_type="dataset", revision=tag),
}
"""


@pytest.fixture
def editions(tmp_path: Path) -> dict[str, Path]:
    built = {}
    for version in VERSIONS:
        records = [{"text": f"Edition {version}: ferry {number} leaves."} for number in range(5)]
        inputs = write_records(tmp_path / f"{version}.jsonl", records)
        build(inputs, tmp_path / version, version=version, recipe=NO_RULES)
        built[version] = tmp_path / version
    return built


def published(hub: Hub, editions: dict[str, Path], home: Path) -> Repo:
    """Publish all editions to our own small Hub; give what it holds."""
    with hub_client.started(hub.address, home) as client:
        for edition in editions.values():
            client.run("import copydesk; copydesk.publish(edition, repo, verify=False)", edition=edition, repo=REPO)
    return hub.repos[REPO]


def write_git(repo: Repo, folder: Path) -> None:
    """Write a repository as git has it, with large files where git-lfs keeps them."""

    def git(*arguments: str) -> None:
        who = ["-c", "user.name=me", "-c", "user.email=me@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S603, S607

    folder.mkdir(parents=True)
    git("init", "--initial-branch", "main")
    named = {commit: tag for tag, commit in repo.tags.items()}
    for commit, files in repo.commits.items():
        git("rm", "-r", "-q", "--ignore-unmatch", ".")
        for path, file in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.pointer if file.large else file.content)
            if file.large:
                kept = folder / ".git" / "lfs" / "objects" / file.sha256[:2] / file.sha256[2:4] / file.sha256
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(file.content)
        git("-c", "filter.lfs.clean=cat", "-c", "filter.lfs.required=false", "add", "--all")
        git("commit", "-q", "-m", repo.messages[commit])
        if commit in named:
            git("tag", named[commit])


@contextmanager
def olah(folder: Path) -> Iterator[str]:
    """Run olah; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "olah.toml").write_text(CONFIG.format(port=port, folder=folder), encoding="utf-8")
    command = [sys.executable, "-c", "from olah.server import cli; cli()", "-c", "olah.toml", "--log-path", "logs"]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as process:  # noqa: S603
        try:
            _wait(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(SECONDS * 10):
        assert process.poll() is None, "olah did not start"
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/datasets/{REPO}/revision/main", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("olah does not answer")


@pytest.mark.slow
@pytest.mark.skipif(find_spec("olah") is None, reason="olah is not installed")
def test_another_server_gives_each_version_its_own_rows(editions: dict[str, Path], tmp_path: Path) -> None:
    with running() as hub:
        repo = published(hub, editions, tmp_path / "publisher")
    write_git(repo, tmp_path / "mirrors" / "datasets" / REPO)
    with olah(tmp_path) as address, hub_client.started(address, tmp_path / "reader", HF_TOKEN="") as client:
        for version in (*VERSIONS, VERSIONS[0]):
            found = client.run(READ, where=REPO, version=version)
            assert found["plain"] == found["ours"] == rows(editions[version], "stories")
            ours = fingerprints(type(tmp_path)(found["folder"]))
            assert {path: ours[path] for path in ours if path != ".gitattributes"} == fingerprints(editions[version])
