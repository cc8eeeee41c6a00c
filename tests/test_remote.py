"""Inputs and outputs that are no files of this machine: a real client against an object store on the loopback."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest
import s3fs
from moto.server import ThreadedMotoServer

from copydesk import BuildError, SourceError, StoppedError, build
from copydesk.sources import base
from editions import NO_RULES, fingerprints, write_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

RECORDS = [{"id": str(n), "text": f"The ferry number {n} leaves at nine.", "page": n} for n in range(40)]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[s3fs.S3FileSystem]:
    """Start an object store with one bucket, and point the client at it as a user would, by the environment."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host.replace('0.0.0.0', '127.0.0.1')}:{port}"  # noqa: S104 (that is what it says)
    urlopen(Request(f"{endpoint}/moto-api/reset", method="POST")).close()  # noqa: S310 (our own; what it holds is the process's)
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_DEFAULT_REGION": "us-east-1",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }.items():
        monkeypatch.setenv(name, value)
    base.filesystem.cache_clear()
    s3fs.S3FileSystem.clear_instance_cache()
    system = s3fs.S3FileSystem()
    system.mkdir("dumps")
    yield system
    base.filesystem.cache_clear()
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


def put(store: Any, folder: Path, name: str) -> str:
    store.put_file(str(write_records(folder / name, RECORDS)), f"dumps/in/{name}")
    return f"s3://dumps/in/{name}"


def fetched(store: Any, address: str, folder: Path) -> dict[str, str]:
    store.invalidate_cache()
    store.get(address.removeprefix("s3://"), str(folder), recursive=True)
    return fingerprints(folder)


def test_from_a_store_to_a_store(store: Any, tmp_path: Path) -> None:
    names = ("a.jsonl", "b.jsonl.zst", "c.parquet")
    inputs = [put(store, tmp_path / "here", name) for name in names]
    build(inputs, "s3://dumps/out", recipe=NO_RULES)
    build([tmp_path / "here" / name for name in names], tmp_path / "local", recipe=NO_RULES)
    there, here = fetched(store, "s3://dumps/out", tmp_path / "copy"), fingerprints(tmp_path / "local")
    assert {name: there[name] for name in there if name.startswith("data/")} == {
        name: here[name] for name in here if name.startswith("data/")
    }
    assert there.keys() == here.keys()


def test_a_folder_of_a_store_is_an_input(store: Any, tmp_path: Path) -> None:
    put(store, tmp_path, "a.jsonl")
    put(store, tmp_path, "b.jsonl.gz")
    manifest = build("s3://dumps/in", tmp_path / "out", recipe=NO_RULES)
    assert [entry.source for entry in manifest.inputs] == ["in/a.jsonl", "in/b.jsonl.gz"]


def test_an_edition_in_a_store_is_replaced_only_when_told_to(store: Any, tmp_path: Path) -> None:
    address = put(store, tmp_path, "a.jsonl")
    build(address, "s3://dumps/out", recipe=NO_RULES)
    with pytest.raises(BuildError, match="holds an edition already"):
        build(address, "s3://dumps/out", recipe=NO_RULES)
    store.pipe_file("dumps/out/data/stories/stale.parquet", b"old")
    build(address, "s3://dumps/out", recipe=NO_RULES, version="1.0.1", force=True)
    assert "data/stories/stale.parquet" not in fetched(store, "s3://dumps/out", tmp_path / "copy")


@pytest.mark.parametrize("copied", [0, 1, 3, 99])
def test_copying_goes_on_where_it_was_stopped(
    copied: int, store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much of an edition is at its address, up to its last file, the manifest."""
    address = put(store, tmp_path, "a.jsonl")
    build(address, "s3://dumps/whole", recipe=NO_RULES)
    left = copied
    whole = store.put_file

    def put_file(*paths: str) -> None:
        nonlocal left
        if not left:
            raise OSError(errno.ENETDOWN, "Network is down")
        left -= 1
        whole(*paths)
        if paths[0].endswith("manifest.json"):
            raise KeyboardInterrupt

    monkeypatch.setattr(store, "put_file", put_file)
    with pytest.raises((StoppedError, KeyboardInterrupt)):
        build(address, "s3://dumps/out", recipe=NO_RULES)
    monkeypatch.setattr(store, "put_file", whole)
    if copied:
        with pytest.raises(BuildError, match="holds"):
            build(address, "s3://dumps/out", recipe=NO_RULES)
    build(address, "s3://dumps/out", recipe=NO_RULES, resume=True)
    assert fetched(store, "s3://dumps/out", tmp_path / "copy") == fetched(store, "s3://dumps/whole", tmp_path / "other")


def test_what_is_no_edition_is_never_replaced(store: Any, tmp_path: Path) -> None:
    address = put(store, tmp_path, "a.jsonl")
    with pytest.raises(BuildError, match="holds no edition"):
        build(address, "s3://dumps/in", recipe=NO_RULES, force=True)


def test_what_is_not_there_is_told(store: Any, tmp_path: Path) -> None:
    assert store
    with pytest.raises(SourceError, match="does not exist"):
        build("s3://dumps/none.jsonl", tmp_path / "out", recipe=NO_RULES)
