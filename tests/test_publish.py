"""Publishing with the real library to a small Hub: one commit, a tag that never moves, a clear word for each fault."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import hub_client
import programs
from copydesk import build
from copydesk.recipe import Edition, Output
from editions import NO_RULES, write_records
from hub_client import Client, ClientError
from hub_server import running
from hub_state import Fault, Hub, Stored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REPO = "me/corpus"
TOKEN = "writer"  # noqa: S105 (one that only the small Hub knows)

PUBLISH = """
import copydesk
from dataclasses import asdict
said = []
out = asdict(copydesk.publish(edition, repo, verify=False, tell=said.append, **options)) | {"said": said}
"""


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build three editions: the second has fewer files and another recipe pack, the third other texts as 1.0.0."""
    folder = tmp_path_factory.mktemp("publish")
    recipe = replace(NO_RULES, output=Output(chunk_mb=1))
    built = {}
    for name, version, count in (("1.0.0", "1.0.0", 3000), ("2.0.0", "2.0.0", 20), ("another 1.0.0", "1.0.0", 30)):
        records = [{"text": f"{name}: ferry {number} leaves. {'It waits. ' * 80}"} for number in range(count)]
        build(write_records(folder / f"{name}.jsonl", records), folder / name, version=version, recipe=recipe)
        built[name] = folder / name
    return built


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def shared_hub() -> Iterator[Hub]:
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def client(shared_hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Start one process for all tests; each test has a Hub that is empty."""
    with hub_client.started(shared_hub.address, tmp_path_factory.mktemp("home")) as found:
        yield found


@pytest.fixture
def fresh(shared_hub: Hub) -> Hub:
    """Empty the Hub."""
    address = shared_hub.address
    shared_hub.__init__(address)  # type: ignore[misc]  # all that it holds is its fields
    return shared_hub


def publish(client: Client, edition: Path, repo: str = REPO, **options: Any) -> Any:
    return client.run(PUBLISH, edition=edition, repo=repo, options=options)


def refused(client: Client, edition: Path, repo: str = REPO, **options: Any) -> tuple[str, str]:
    """Publish what cannot be published; give the message and the hint."""
    with pytest.raises(ClientError) as raised:
        publish(client, edition, repo, **options)
    assert raised.value.kind in {"HubError", "EditionError"}, raised.value
    assert "\n" not in raised.value.said
    return raised.value.said, raised.value.hint


def paths(edition: Path) -> set[str]:
    return {str(path.relative_to(edition)) for path in edition.rglob("*") if path.is_file()}


def held(hub: Hub, revision: str, repo: str = REPO) -> dict[str, bytes]:
    """Give what a commit holds, but for what the Hub itself put there."""
    found = hub.repos[repo]
    files = found.commits[found.find(revision) or ""]
    return {path: file.content for path, file in files.items() if path != ".gitattributes"}


def on_disk(edition: Path) -> dict[str, bytes]:
    return {path: (edition / path).read_bytes() for path in paths(edition)}


# --- What must work ---------------------------------------------------------------------------------------------------


def test_an_edition_is_one_commit_and_a_tag(fresh: Hub, client: Client, editions: dict[str, Path]) -> None:
    done = publish(client, editions["1.0.0"])
    repo = fresh.repos[REPO]
    assert held(fresh, "v1.0.0") == on_disk(editions["1.0.0"])
    assert repo.tags == {"v1.0.0": done["commit"]}
    assert repo.branches == {"main": done["commit"]}
    assert len(repo.commits) == 2, "the Hub's own and ours"
    assert not repo.private
    assert sum(path.endswith(".parquet") for path in done["sent"]) >= 5, "several shards"
    assert set(done["sent"]) == paths(editions["1.0.0"])
    assert done["said"][0] == f"making the dataset {REPO}"
    assert done["said"][-2].startswith(f"sent {len(done['sent'])} of {len(done['sent'])} files")
    assert done["said"][-1] == "Warnings while validating metadata in README.md: - nothing to worry about"


def test_a_second_version_replaces_the_files_and_keeps_the_tag(
    fresh: Hub, client: Client, editions: dict[str, Path]
) -> None:
    first = publish(client, editions["1.0.0"])
    second = publish(client, editions["2.0.0"])
    assert held(fresh, "main") == held(fresh, "v2.0.0") == on_disk(editions["2.0.0"])
    assert held(fresh, "v1.0.0") == on_disk(editions["1.0.0"])
    assert fresh.repos[REPO].tags["v1.0.0"] == first["commit"] != second["commit"]
    gone = paths(editions["1.0.0"]) - paths(editions["2.0.0"])
    assert set(second["deleted"]) == gone
    assert any("stories" in path for path in gone)
    assert len(fresh.repos[REPO].commits) == 3


def test_what_is_published_is_left_alone(fresh: Hub, client: Client, editions: dict[str, Path]) -> None:
    first = publish(client, editions["1.0.0"])
    publish(client, editions["2.0.0"])
    before = len(fresh.asked)
    again = publish(client, editions["1.0.0"])
    assert again["was_there"]
    assert again["commit"] == first["commit"]
    assert not [asked for asked in fresh.asked[before:] if asked[0] != "GET"]


def test_a_dry_run_sends_nothing(fresh: Hub, client: Client, editions: dict[str, Path]) -> None:
    done = publish(client, editions["1.0.0"], dry_run=True)
    assert set(done["sent"]) == paths(editions["1.0.0"])
    assert done["commit"] is None
    assert not fresh.repos
    publish(client, editions["1.0.0"])
    before, asked = dict(fresh.repos[REPO].commits), len(fresh.asked)
    done = publish(client, editions["2.0.0"], dry_run=True)
    assert set(done["deleted"]) == paths(editions["1.0.0"]) - paths(editions["2.0.0"])
    assert fresh.repos[REPO].commits == before
    assert not {method for method, _ in fresh.asked[asked:]} - {"GET", "HEAD"}


def test_private_and_public(fresh: Hub, client: Client, editions: dict[str, Path]) -> None:
    publish(client, editions["2.0.0"], "me/secret", private=True)
    assert fresh.repos["me/secret"].private
    publish(client, editions["2.0.0"], "me/open")
    said, hint = refused(client, editions["1.0.0"], "me/open", private=True)
    assert said.startswith("me/open is public")
    assert "settings" in hint


def test_files_that_are_no_editions_stay(fresh: Hub, client: Client, editions: dict[str, Path]) -> None:
    publish(client, editions["1.0.0"])
    repo = fresh.repos[REPO]
    repo.commit("main", {**repo.commits[repo.branches["main"]], "LICENSE": Stored(b"free", large=False)}, "licence")
    publish(client, editions["2.0.0"])
    assert held(fresh, "v2.0.0")["LICENSE"] == b"free"
    assert publish(client, editions["2.0.0"])["was_there"]


def test_an_older_line_has_a_branch_of_its_own(fresh: Hub, client: Client, editions: dict[str, Path]) -> None:
    publish(client, editions["2.0.0"])
    said, hint = refused(client, editions["1.0.0"])
    assert said.startswith(f"main of {REPO} is at 2.0.0, which is newer than 1.0.0")
    assert "--branch" in hint
    fresh.faults = [Fault("POST", "/commit/")]
    done = publish(client, editions["1.0.0"], branch="1.x")
    assert fresh.repos[REPO].branches["1.x"] == fresh.repos[REPO].tags["v1.0.0"] == done["commit"]
    assert held(fresh, "v1.0.0") == on_disk(editions["1.0.0"])
    assert held(fresh, "main") == on_disk(editions["2.0.0"])


# --- Interruptions ----------------------------------------------------------------------------------------------------


def test_what_was_uploaded_before_an_interruption_is_not_sent_again(
    fresh: Hub, client: Client, editions: dict[str, Path]
) -> None:
    fresh.faults = [Fault("POST", "/commit/", times=99)]
    said, hint = refused(client, editions["1.0.0"])
    assert said.startswith(f"the connection to the Hub was lost while publishing to {REPO}")
    assert "run it again: what was uploaded already is not sent twice" in hint
    assert len(fresh.repos[REPO].commits) == 1, "nothing is visible"
    sent = fresh.count("PUT", "/lfs/")
    assert sent == sum(path.endswith(".parquet") for path in paths(editions["1.0.0"]))
    fresh.faults = []
    publish(client, editions["1.0.0"])
    assert fresh.count("PUT", "/lfs/") == sent
    assert held(fresh, "v1.0.0") == on_disk(editions["1.0.0"])


INTERRUPTIONS = {
    "a file is half-way": Fault("PUT", "/lfs/"),
    "the Hub is busy": Fault("PUT", "/lfs/", status=503),
    "before the commit": Fault("POST", "/commit/"),
    "the commit came to be, its answer was lost": Fault("POST", "/commit/", after=True),
    "the commit gets a gateway's error": Fault("POST", "/commit/", status=502),
    "before the tag": Fault("POST", "/tag/"),
    "the tag came to be, its answer was lost": Fault("POST", "/tag/", after=True),
    "when looking": Fault("GET", "/tree/"),
    "too many requests": Fault("GET", "/revision/", status=429, headers={"Retry-After": "1"}),
}


@pytest.mark.parametrize("name", INTERRUPTIONS)
def test_an_interruption_that_passes_is_overcome(
    name: str, fresh: Hub, client: Client, editions: dict[str, Path]
) -> None:
    fresh.faults = [replace(INTERRUPTIONS[name])]
    done = publish(client, editions["2.0.0"])
    assert not fresh.faults[0].times, "it did happen"
    assert held(fresh, "v2.0.0") == on_disk(editions["2.0.0"])
    assert fresh.repos[REPO].tags == {"v2.0.0": done["commit"]}
    assert len(fresh.repos[REPO].commits) == 2


# --- What must be refused, and how ------------------------------------------------------------------------------------


def test_a_tag_never_moves(fresh: Hub, client: Client, editions: dict[str, Path]) -> None:
    publish(client, editions["1.0.0"])
    before = dict(fresh.repos[REPO].tags)
    said, hint = refused(client, editions["another 1.0.0"])
    assert said.startswith(f"v1.0.0 of {REPO} is published already, and holds something else: ")
    assert "new one" in hint
    assert fresh.repos[REPO].tags == before
    assert held(fresh, "main") == on_disk(editions["1.0.0"])


def test_somebody_else_may_have_been_quicker(fresh: Hub, client: Client, editions: dict[str, Path]) -> None:
    publish(client, editions["1.0.0"])
    repo = fresh.repos[REPO]
    files = repo.commits[repo.branches["main"]]
    fresh.meanwhile = lambda: repo.commit("main", {**files, "NOTES": Stored(b"mine", large=False)}, "theirs")
    said, hint = refused(client, editions["2.0.0"])
    assert said.startswith(f"main of {REPO} was changed by somebody else while this was uploaded")
    assert "run it again" in hint
    assert "v2.0.0" not in repo.tags
    assert held(fresh, "main").keys() == {*paths(editions["1.0.0"]), "NOTES"}
    publish(client, editions["2.0.0"])
    assert "NOTES" in held(fresh, "v2.0.0")


def test_a_tag_that_comes_meanwhile_is_not_moved(fresh: Hub, client: Client, editions: dict[str, Path]) -> None:
    publish(client, editions["1.0.0"])
    repo = fresh.repos[REPO]
    fresh.meanwhile = lambda: repo.tags.update({"v2.0.0": repo.tags["v1.0.0"]})
    said, _ = refused(client, editions["2.0.0"])
    assert said.startswith(f"v2.0.0 of {REPO} is published already, and holds something else")
    assert repo.tags["v2.0.0"] == repo.tags["v1.0.0"]


def test_other_peoples_files_are_not_deleted(fresh: Hub, client: Client, editions: dict[str, Path]) -> None:
    publish(client, editions["1.0.0"], "me/other")
    repo = fresh.repos["me/other"]
    repo.commit("main", {"data/theirs.parquet": Stored(b"PAR1", large=True)}, "no edition")
    said, hint = refused(client, editions["2.0.0"], "me/other")
    assert said.startswith("me/other holds files that no edition put there, such as data/theirs.parquet")
    assert "repository of its own" in hint


REFUSALS: dict[str, tuple[str, dict[str, Any], list[Fault], str, str]] = {
    "no such name": ("corpus", {}, [], "'corpus' is no name of a repository", "owner/name"),
    "a wrong name": ("me/a--b..c", {}, [], "me/a--b..c is no name of a repository", "owner/name"),
    "somebody else's": ("you/corpus", {}, [], "you have no right to write to you/corpus", "right to write"),
    "a token that only reads": (REPO, {"token": "reader"}, [], f"you have no right to write to {REPO}", "the Hub says"),
    "a token that is none": (REPO, {"token": "bad"}, [], "the Hub did not accept your access token", "hf auth login"),
    "the right is lost half-way": (
        REPO,
        {},
        [Fault("POST", "/commit/", status=403)],
        f"you have no right to write to {REPO}",
        "right to write",
    ),
    "a rate limit": (
        REPO,
        {},
        [Fault("POST", "/tag/", status=429, times=99)],
        "the Hub takes no more requests from you for now",
        "wait some minutes",
    ),
    "the Hub is down": (
        REPO,
        {},
        [Fault("GET", "", status=500, times=99)],
        "the Hub answered with an error (500)",
        "again",
    ),
    "the network is gone": (REPO, {}, [Fault("GET", "", times=99)], "the connection to the Hub was lost", "again"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_each_fault_has_a_clear_word(name: str, fresh: Hub, client: Client, editions: dict[str, Path]) -> None:
    repo, options, faults, message, hint = REFUSALS[name]
    fresh.faults = [replace(fault) for fault in faults]
    said, advice = refused(client, editions["2.0.0"], repo, **options)
    assert said.startswith(message), said
    assert hint in advice, advice


def test_a_changed_edition_is_not_published(
    fresh: Hub, client: Client, editions: dict[str, Path], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(editions["2.0.0"], copy)
    shard = next((copy / "data" / "stories").iterdir())
    shard.write_bytes(shard.read_bytes()[:-5] + b"xxxxx")
    said, _ = refused(client, copy)
    assert str(shard) in said
    assert not fresh.asked, "nobody was asked"


def test_a_card_that_the_hub_does_not_take_is_told_of_first(fresh: Hub, client: Client, tmp_path: Path) -> None:
    recipe = replace(NO_RULES, edition=Edition(license="no-such-licence"))
    build(write_records(tmp_path / "a.jsonl", [{"text": "A ferry."}]), tmp_path / "out", recipe=recipe)
    said, hint = refused(client, tmp_path / "out")
    assert said.startswith("the Hub does not take the head of README.md: ")
    assert '"license" must be one of' in said.replace("\\", "")
    assert "[edition] in the recipe" in hint
    assert not fresh.count("PUT", "/lfs/")
    assert len(fresh.repos[REPO].commits) == 1


# --- The command line -------------------------------------------------------------------------------------------------


def run(hub: Hub, home: Path, *arguments: object, **variables: str) -> tuple[int, str, str]:
    known = hub_client.environment(hub.address, home, **variables)
    done = programs.copydesk("publish", *arguments, env=known)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_the_command_says_what_it_does(hub: Hub, editions: dict[str, Path], tmp_path: Path) -> None:
    code, out, err = run(hub, tmp_path, editions["2.0.0"], REPO, "--dry-run", "--quiet")
    assert (code, err) == (0, "")
    assert out.startswith(f"edition 2.0.0 of {REPO} would be published as v2.0.0:\n")
    assert "  would send data/stories/train-00000-of-00001.parquet\n" in out
    code, out, err = run(hub, tmp_path, editions["2.0.0"], REPO, "--token-env", "MY_TOKEN", HF_TOKEN="", MY_TOKEN=TOKEN)
    assert code == 0, err
    assert out.startswith(f"edition 2.0.0 of {REPO} is published as v2.0.0 (")
    assert f"checking {editions['2.0.0']}\nmaking the dataset {REPO}\nsent " in err
    assert "\x1b" not in err, "no bars where there is no terminal"


MISTAKES: dict[str, tuple[list[str], dict[str, str], str]] = {
    "no token": ([], {"HF_TOKEN": ""}, "there is no access token for the Hub\nhint: log in with `hf auth login`"),
    "no such variable": (["--token-env", "NONE"], {}, "the environment variable NONE is not set\nhint: "),
    "offline": (
        [],
        {"HF_HUB_OFFLINE": "1"},
        f"publishing to {REPO} needs the Hub, but HF_HUB_OFFLINE forbids it\nhint: ",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_the_command_has_no_traceback(name: str, hub: Hub, editions: dict[str, Path], tmp_path: Path) -> None:
    arguments, variables, message = MISTAKES[name]
    code, out, err = run(hub, tmp_path, editions["2.0.0"], REPO, "--no-verify", "-q", *arguments, **variables)
    assert (code, out) == (1, "")
    assert err.startswith(f"copydesk: error: {message}")
    assert not [path for method, path in hub.asked if method == "POST"]
