"""What all tests share: where things are, which tests are slow, and one desk for all."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from copydesk import Desk

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"
SHARED = ROOT.parent / "shared"

settings.register_profile("copydesk", deadline=None)  # the first call of all imports; machines are shared
settings.load_profile("copydesk")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the slow tests too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    skip = pytest.mark.skip(reason="slow: run with --slow")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)


def committed(folder: Path) -> str:
    """Put all files of a folder into one commit of a git repository there, and give the commit's name."""
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], check=True)  # noqa: S603
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)  # noqa: S603
    return head.stdout.strip()


@pytest.fixture(scope="session")
def desk() -> Desk:
    """Give a desk with the default recipe."""
    return Desk()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of research data beside the project, or skip: that data is not ours to ship."""
    if not SHARED.is_dir():
        pytest.skip(f"the research data is not here ({SHARED.name}/ beside the project)")
    return SHARED


@dataclass(frozen=True)
class Library:
    """`datasets`, with a cache of its own."""

    datasets: Any

    def load(self, edition: Path, name: str | None = None, **options: Any) -> Any:
        return self.datasets.load_dataset(str(edition), name, **options)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Import `datasets` such that it reads and writes nothing but a folder of its own; it looks once, at import."""
    home = tmp_path_factory.mktemp("huggingface")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HOME", str(home))
        patch.setenv("HF_DATASETS_CACHE", str(home / "datasets"))
        patch.setenv("HF_HUB_OFFLINE", "1")
        import datasets
    assert str(datasets.config.HF_DATASETS_CACHE) == str(home / "datasets"), "something has imported it before"
    datasets.disable_progress_bars()
    return Library(datasets)
