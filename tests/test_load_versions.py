"""`copydesk.load` gives the version that was asked for, where the loading library by itself gives another's rows."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import hub_client
from conftest import CORPUS
from copydesk import build
from copydesk.recipe import Rules
from editions import NO_RULES, fingerprints, rows, write_records
from hub_client import Client, ClientError
from hub_server import running
from hub_state import Stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub_state import Hub

REPO = "me/corpus"
READER = "reader"
ONE, TWO = "1.0.0", "2.0.0"

LOAD = "import copydesk; out = list(copydesk.load(where, **options))"
PLAIN = """
import datasets
out = list(datasets.load_dataset(where, split="train", **options))
"""


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build two editions of `corpus/`, the second after rules were switched on, in folders of one name."""
    folder = tmp_path_factory.mktemp("versions")
    with_a_rule = Rules(off=tuple(kind for kind in NO_RULES.rules.off if kind != "share"))
    built = {}
    for version, rules in ((ONE, NO_RULES.rules), (TWO, with_a_rule)):
        build(CORPUS, folder / version / "corpus", version=version, recipe=replace(NO_RULES, rules=rules))
        built[version] = folder / version / "corpus"
    first, second = (wanted(edition) for edition in built.values())
    assert len(first) == len(second), "the library would notice another number of rows"
    assert any(one["text"] != two["text"] for one, two in zip(first, second, strict=True))
    return built


@pytest.fixture(scope="module")
def hub(editions: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """Run a Hub to which both versions were published."""
    with running() as found, hub_client.started(found.address, tmp_path_factory.mktemp("publisher")) as client:
        for edition in editions.values():
            client.run("import copydesk; copydesk.publish(edition, repo, verify=False)", edition=edition, repo=REPO)
        yield found


@pytest.fixture(scope="module")
def client(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with hub_client.started(hub.address, tmp_path_factory.mktemp("reader"), HF_TOKEN="") as found:
        yield found


def load(client: Client, where: object, config: str = "stories", **options: Any) -> Any:
    return client.run(LOAD, where=str(where), options={"config": config, **options})


def refused(client: Client, where: object, **options: Any) -> tuple[str, str, str]:
    """Ask for what is not there; give the kind of error, the message, and the hint."""
    with pytest.raises(ClientError) as raised:
        load(client, where, **options)
    return raised.value.kind, raised.value.said, raised.value.hint


def wanted(edition: Path, config: str = "stories") -> list[dict[str, Any]]:
    if config == "text":
        return [{"id": row["id"], "text": row["text"]} for row in rows(edition, "stories")]
    return rows(edition, config)


CONFIGS = [
    "stories",
    "text",
    "sources",
]  # JSON, which carries rows to the test, has no bytes: rejects are counted below


# --- Each version its own rows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("streaming", [False, True], ids=["whole", "streaming"])
@pytest.mark.parametrize("config", CONFIGS)
def test_both_versions_in_one_process_and_one_cache(
    config: str, *, streaming: bool, client: Client, editions: dict[str, Path]
) -> None:
    for version in (ONE, TWO, ONE):
        for where in (REPO, editions[version]):
            found = load(client, where, config, version=version, streaming=streaming)
            assert found == wanted(editions[version], config), (version, where)


def test_what_is_loaded_says_what_it_is(client: Client) -> None:
    source = """
    import copydesk
    found = copydesk.load(where, version="1.0.0", streaming=streaming)
    out = [type(found).__name__, str(found.info.version), found.info.config_name]
    """
    assert client.run(source, where=REPO, streaming=False) == ["Dataset", ONE, "stories"]
    assert client.run(source, where=REPO, streaming=True) == ["IterableDataset", ONE, "stories"]


def test_a_snapshot_of_a_tag_is_the_edition(client: Client, editions: dict[str, Path]) -> None:
    source = """
    import copydesk, huggingface_hub
    folder = huggingface_hub.snapshot_download(where, repo_type="dataset", revision="v" + version)
    out = [folder, copydesk.verify(folder).version]
    """
    for version in (ONE, TWO):
        folder, verified = client.run(source, where=REPO, version=version)
        assert verified == version
        ours = fingerprints(Path(folder))
        assert ours.pop(".gitattributes")
        assert ours == fingerprints(editions[version])


def test_without_a_version_it_is_the_newest(client: Client, editions: dict[str, Path]) -> None:
    assert load(client, REPO) == wanted(editions[TWO])
    assert load(client, editions[ONE]) == wanted(editions[ONE])


@pytest.mark.parametrize("streaming", [False, True], ids=["whole", "streaming"])
@pytest.mark.parametrize("config", CONFIGS)
def test_the_library_by_itself_loads_a_tag(
    config: str, *, streaming: bool, client: Client, editions: dict[str, Path]
) -> None:
    for version in (ONE, TWO):
        options = {"name": config, "revision": f"v{version}", "streaming": streaming}
        assert client.run(PLAIN, where=REPO, options=options) == wanted(editions[version], config)


def test_splits(client: Client, editions: dict[str, Path]) -> None:
    for where in (REPO, editions[ONE]):
        assert load(client, where, version=ONE, split="train[:10]") == wanted(editions[ONE])[:10]
    whole = "import copydesk; out = {k: len(v) for k, v in copydesk.load(where, split=None).items()}"
    assert client.run(whole, where=REPO) == {"train": len(wanted(editions[TWO]))}


@pytest.mark.parametrize("streaming", [False, True], ids=["whole", "streaming"])
def test_rejects_and_tables_without_rows(
    *, streaming: bool, client: Client, editions: dict[str, Path], tmp_path: Path
) -> None:
    source = "import copydesk; out = [r['reason'] for r in copydesk.load(where, 'rejects', streaming=streaming)]"
    for where in (REPO, editions[TWO]):
        assert client.run(source, where=str(where), streaming=streaming) == ["empty", "invalid_utf8"]
    build(write_records(tmp_path / "a.jsonl", [{"text": "A ferry."}]), tmp_path / "out", recipe=NO_RULES)
    assert client.run(source, where=tmp_path / "out", streaming=streaming) == []


def test_a_stream_fetches_no_file_whole(hub: Hub, editions: dict[str, Path], tmp_path: Path) -> None:
    with hub_client.started(hub.address, tmp_path, HF_TOKEN="") as client:
        first = "import copydesk; out = next(iter(copydesk.load(where, version='1.0.0', streaming=True)))"
        assert client.run(first, where=REPO) == wanted(editions[ONE])[0]
    assert not list(tmp_path.rglob("*.parquet"))


# --- Offline, and the traps of the Hub, with the cure for each --------------------------------------------------------

AWAY = {
    "offline mode": {"HF_HUB_OFFLINE": "1"},
    "no network": {"HF_ENDPOINT": "http://127.0.0.1:9"},
}


@pytest.fixture(scope="module")
def cache_of_one(hub: Hub, editions: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a cache that has seen the stories of version 1.0.0 and nothing else, in both ways of loading."""
    home = tmp_path_factory.mktemp("one")
    with hub_client.started(hub.address, home, HF_TOKEN="") as client:
        assert client.run(PLAIN, where=REPO, options={"revision": "v1.0.0"}) == wanted(editions[ONE])
        assert load(client, REPO, version=ONE) == wanted(editions[ONE])
    return home


@pytest.mark.parametrize("how", AWAY)
def test_offline_a_cached_version_is_itself_and_another_is_refused(
    how: str, hub: Hub, editions: dict[str, Path], cache_of_one: Path
) -> None:
    """Offline, `load_dataset(revision=...)` gives whatever is cached, of another version too. We do not."""
    with hub_client.started(hub.address, cache_of_one, HF_TOKEN="", **AWAY[how]) as client:
        assert client.run(PLAIN, where=REPO, options={"revision": "v2.0.0"}) == wanted(editions[ONE]), "the trap"
        kind, said, hint = refused(client, REPO, version=TWO)
        assert kind == "HubError"
        assert "cannot be reached" in said
        assert "while the Hub can be reached" in hint
        for streaming in (False, True):
            assert load(client, REPO, version=ONE, streaming=streaming) == wanted(editions[ONE])
        assert load(client, REPO, "text", version=ONE) == wanted(editions[ONE], "text"), "the same files"
        assert refused(client, REPO, config="sources", version=ONE)[0] == "HubError", "never fetched"


def test_the_trap_of_the_private_repository(hub: Hub, editions: dict[str, Path], cache_of_one: Path) -> None:
    """The same happens when the Hub does not let one in any more."""
    hub.repos[REPO].private = True
    try:
        with hub_client.started(hub.address, cache_of_one, HF_TOKEN="") as client:
            assert client.run(PLAIN, where=REPO, options={"revision": "v2.0.0"}) == wanted(editions[ONE]), "the trap"
            kind, said, hint = refused(client, REPO, version=TWO)
            assert kind == "HubError"
            assert "or not for you" in said
            assert "hf auth login" in hint
            assert load(client, REPO, version=TWO, token=READER) == wanted(editions[TWO])
    finally:
        hub.repos[REPO].private = False


# --- The traps of folders ---------------------------------------------------------------------------------------------


def test_the_trap_of_the_folder_without_versions(client: Client, editions: dict[str, Path]) -> None:
    """Of a folder, `load_dataset` takes any revision for right."""
    edition = str(editions[ONE])
    assert client.run(PLAIN, where=edition, options={"revision": "v9.9.9"}) == wanted(editions[ONE]), "the trap"
    kind, said, _ = refused(client, edition, version="9.9.9")
    assert (kind, said.partition(" (")[0]) == ("EditionError", f"{edition} holds edition {ONE}, not 9.9.9")


def test_the_trap_of_the_stale_cache(client: Client, editions: dict[str, Path], tmp_path: Path) -> None:
    """`load_dataset` caches a folder by its card's head: files that are replaced below it give the old rows."""
    copy = tmp_path / "corpus"
    shutil.copytree(editions[ONE], copy)
    assert client.run(PLAIN, where=copy, options={}) == wanted(editions[ONE])
    for table in ("stories", "sources", "rejects"):
        (old,) = (copy / "data" / table).iterdir()
        (new,) = (editions[TWO] / "data" / table).iterdir()
        shutil.copy(new, old)
    assert client.run(PLAIN, where=copy, options={}) == wanted(editions[ONE]), "the trap: these rows are nowhere in it"
    kind, said, hint = refused(client, copy, version=ONE)
    assert kind == "EditionError"
    assert "data/stories/train-00000-of-00001.parquet is not the file of edition 1.0.0" in said
    assert "a folder of its own" in hint
    assert refused(client, copy)[0] == "EditionError"


def test_a_poisoned_cache_is_not_ours(client: Client, editions: dict[str, Path], tmp_path: Path) -> None:
    """Files are damaged, loaded by the library, and put right: the library keeps the damage, we never had it."""
    copy = tmp_path / "poisoned"
    shutil.copytree(editions[ONE], copy)
    (good,) = (copy / "data" / "stories").iterdir()
    content = good.read_bytes()
    (other,) = (editions[TWO] / "data" / "stories").iterdir()
    shutil.copy(other, good)
    assert client.run(PLAIN, where=copy, options={}) == wanted(editions[TWO])
    good.write_bytes(content)
    assert client.run(PLAIN, where=copy, options={}) == wanted(editions[TWO]), "the trap"
    assert load(client, copy, version=ONE) == wanted(editions[ONE])


def test_two_folders_of_one_name_do_not_mix(client: Client, editions: dict[str, Path], tmp_path: Path) -> None:
    """With the same card, `a/corpus` and `b/corpus` are one to the library's cache."""
    for name, version in (("a", ONE), ("b", TWO)):
        shutil.copytree(editions[version], tmp_path / name / "corpus")
        shutil.copy(editions[ONE] / "README.md", tmp_path / name / "corpus")
    first, second = (client.run(PLAIN, where=tmp_path / name / "corpus", options={}) for name in "ab")
    assert first == second == wanted(editions[ONE]), "the trap"
    for name, version in (("a", ONE), ("b", TWO)):
        assert load(client, tmp_path / name / "corpus", version=version) == wanted(editions[version])


# --- What must be refused ---------------------------------------------------------------------------------------------

MISTAKES: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "no such version": ({"version": "9.9.9"}, "HubError", f"{REPO} has no edition 9.9.9", "tags of the repository"),
    "no version at all": ({"version": "v1.0.0"}, "EditionError", "'v1.0.0' is no version", "without a v"),
    "no such table": (
        {"config": "story"},
        "EditionError",
        "there is no table 'story'",
        "stories, text, sources, rejects",
    ),
    "no such split": ({"split": "test"}, "EditionError", "there is no split 'test'", "train[:10]"),
    "no such repository": (
        {"where": "me/none"},
        "HubError",
        "there is no folder me/none, and the Hub has",
        "hf auth login",
    ),
    "no such folder": ({"where": "./none"}, "EditionError", "./none is no folder, and no name of", "owner/name"),
    "no edition": ({"where": str(CORPUS)}, "EditionError", f"{CORPUS} is no edition", "copydesk build"),
}


@pytest.mark.parametrize("streaming", [False, True], ids=["whole", "streaming"])
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_has_a_clear_word(name: str, *, streaming: bool, client: Client) -> None:
    options, kind, message, hint = MISTAKES[name]
    given = {"where": REPO, "streaming": streaming, **options}
    found = refused(client, given.pop("where"), **given)
    assert found[0] == kind
    assert found[1].startswith(message), found[1]
    assert hint in found[2], found[2]


@pytest.mark.parametrize("streaming", [False, True], ids=["whole", "streaming"])
def test_a_tag_that_names_another_edition_is_refused(
    *, streaming: bool, hub: Hub, client: Client, editions: dict[str, Path]
) -> None:
    repo = hub.repos[REPO]
    repo.tags["v3.0.0"] = repo.tags["v1.0.0"]
    kind, said, _ = refused(client, REPO, version="3.0.0", streaming=streaming)
    assert (kind, said.partition(" (")[0]) == ("EditionError", f"v3.0.0 of {REPO} holds edition {ONE}, not 3.0.0")
    mixed = dict(repo.commits[repo.tags["v1.0.0"]])
    path = "data/stories/train-00000-of-00001.parquet"
    mixed[path] = Stored(repo.commits[repo.tags["v2.0.0"]][path].content, large=True)
    repo.tags["v3.0.0"] = repo.commit("mixed", mixed, "one's manifest over the other's stories")
    repo.tags["v1.0.0"], before = repo.tags["v3.0.0"], repo.tags["v1.0.0"]
    try:
        kind, said, _ = refused(client, REPO, version=ONE, streaming=streaming)
        assert kind == "EditionError"
        assert path in said
    finally:
        repo.tags["v1.0.0"] = before
        del repo.tags["v3.0.0"]
    assert load(client, REPO, version=ONE, streaming=streaming) == wanted(editions[ONE])
