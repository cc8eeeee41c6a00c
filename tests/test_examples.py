"""The examples of `docs/examples.md`: each runs, with the real library, and gives what the desk gives."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
import yaml

import programs
from conftest import CORPUS, ROOT
from copydesk import Cleaned, Desk, Edit, build
from copydesk.cli import main
from editions import rows, write_records
from light import STAMP, stamped

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = ROOT / "scripts" / "examples"

PAGE = (ROOT / "docs" / "examples.md").read_text(encoding="utf-8")

PATHS = sorted((CORPUS / "raw" / "en").glob("*.txt"))[:12]

theirs = pytest.mark.filterwarnings("ignore")
"""Warnings of other libraries are their business."""

needs_java = pytest.mark.skipif(
    shutil.which("java") is None,
    reason="Spark needs Java: apt-get install -y --no-install-recommends default-jre-headless",
)


def needs(library: str) -> pytest.MarkDecorator:
    """Skip where a library is not installed."""
    reason = f"{library} is not installed: pip install 'copydesk[examples]'"
    return pytest.mark.skipif(find_spec(library) is None, reason=reason)


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a small dump, alone in its folder."""
    records = [{"id": path.stem, "url": f"u/{path.stem}", "text": path.read_bytes().decode()} for path in PATHS]
    return write_records(tmp_path_factory.mktemp("examples") / "dump.jsonl", [*records, {"id": "-", "text": " "}])


@pytest.fixture(scope="module")
def stories(desk: Desk, dump: Path) -> list[dict[str, Any]]:
    """Give the stories, as the desk makes them."""
    records = [json.loads(line) for line in dump.read_text(encoding="utf-8").splitlines()]
    found: list[dict[str, Any]] = desk.clean_batch(pa.Table.from_pylist(records)).to_pylist()
    return found


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build an edition of the corpus with a light recipe, which leaves enough strokes to count."""
    folder: Path = tmp_path_factory.mktemp("examples")
    recipe = stamped(folder, STAMP.replace("'SEEN AND FILED'", "'SEEN AND FILED|.*[Rr]ead.*'"))
    recipe = replace(recipe, language=replace(recipe.language, engine="cld2"))
    build(CORPUS / "raw", folder / "edition", recipe=recipe)
    return folder / "edition"


def ran(name: str, *arguments: object, folder: Path) -> str:
    """Run an example as a user does; give what it printed."""
    home = {"HF_HOME": str(folder / "huggingface"), "HF_HUB_OFFLINE": "1", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
    done = programs.python(EXAMPLES / f"{name}.py", *arguments, cwd=folder, env={**os.environ, **home})
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def texts(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Give the ids and the texts of stories, in one order."""
    return sorted((row["id"], row["text"]) for row in found)


# --- Maps -------------------------------------------------------------------------------------------------------------


def test_datasets(dump: Path, stories: list[dict[str, Any]], tmp_path: Path) -> None:
    out = ran("datasets_map", dump, folder=tmp_path)
    assert out.startswith(f"{len(stories)} stories, columns id, url, document, index, kind, main, ")
    assert repr(stories[0]["text"][:60]) in out


@pytest.mark.slow
@needs("ray")
def test_ray_data(dump: Path, stories: list[dict[str, Any]], tmp_path: Path) -> None:
    out = ran("ray_data", dump, folder=tmp_path)
    assert f"{len(stories)} stories\n" in out
    assert repr(stories[0]["text"][:60]) in out


@theirs
@pytest.mark.slow
@needs("pyspark")
@needs_java
def test_spark(dump: Path, desk: Desk, stories: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession

    from examples import spark_arrow

    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        found = [row.asDict(recursive=True) for row in spark_arrow.cleaned(spark.read.json(str(dump)), desk).collect()]
    finally:
        spark.stop()
    assert texts(found) == texts(stories)
    assert found[0]["edits"] == stories[0]["edits"]


@theirs
@needs("daft")
def test_daft(dump: Path, desk: Desk, stories: list[dict[str, Any]]) -> None:
    from examples import daft_frame

    frame = import_module("daft").read_json(str(dump))
    found = daft_frame.cleaned(frame, desk).to_pylist()
    assert texts(found) == texts(stories)
    assert found[0]["edits"] == stories[0]["edits"]


@theirs
@needs("datatrove")
def test_datatrove(dump: Path, stories: list[dict[str, Any]], tmp_path: Path) -> None:
    from examples import datatrove_pipeline

    datatrove_pipeline.run(str(dump.parent), str(tmp_path / "out"), str(tmp_path / "logs"))
    written = [json.loads(line) for path in (tmp_path / "out").iterdir() for line in path.open(encoding="utf-8")]
    assert [(row["id"], row["text"]) for row in written] == [
        (f"{row['id']}-{row['index']}", row["text"]) for row in stories
    ]
    assert [row["metadata"]["url"] for row in written] == [row["url"] for row in stories]
    assert written[0]["metadata"]["language"] == stories[0]["language"]
    _restored(written)


def _restored(written: list[dict[str, Any]]) -> None:
    """Put the raw documents together again from what the step wrote."""
    for path in PATHS:
        mine = [row for row in written if row["metadata"]["document_id"] == path.stem]
        facts = [
            {**row["metadata"], **{name: json.loads(row["metadata"][name]) for name in ("fields", "spans", "edits")}}
            for row in mine
        ]
        edits = [edit for row in facts for edit in row["edits"]]
        shown = [{**row, "text": one["text"]} for row, one in zip(facts, mine, strict=True)]
        cleaned = Cleaned.from_rows({"edits": edits, "needs_review": False}, shown)
        assert all(isinstance(edit, Edit) for edit in cleaned.edits)
        assert cleaned.restore() == path.read_bytes().decode()


@theirs
@needs("datatrove")
def test_datatrove_main_stories_only(dump: Path, stories: list[dict[str, Any]]) -> None:
    step = import_module("copydesk.integrations.datatrove").Copydesk(main_only=True, ledger=False)
    document: Callable[..., Any] = import_module("datatrove.data").Document
    records = [json.loads(line) for line in dump.read_text(encoding="utf-8").splitlines()]
    found = list(step.run(document(text=record["text"], id=record["id"]) for record in records))
    assert [row.text for row in found] == [row["text"] for row in stories if row["main"]]
    assert not {"spans", "edits"} & {*found[0].metadata}


@pytest.mark.skipif(find_spec("datatrove") is not None, reason="datatrove is installed")
def test_without_datatrove_it_is_said_what_is_missing() -> None:
    with pytest.raises(Exception, match=r"needs datatrove.*pip install datatrove"):
        import_module("copydesk.integrations.datatrove")


def test_integrations_are_nobodys_business_but_their_users() -> None:
    code = "import sys, copydesk; copydesk.batch, copydesk.Desk; print(*sys.modules)"
    loaded = programs.python("-c", code).stdout.decode().split()
    assert not [name for name in loaded if name.startswith(("copydesk.integrations", "datatrove", "ray", "datasets"))]


# --- Questions --------------------------------------------------------------------------------------------------------


def busiest(edition: Path, most: int) -> list[tuple[str, str, int, int]]:
    """Count strokes and characters by language and rule, the slow way."""
    languages = {(row["document_id"], row["index"]): row["language"] for row in rows(edition, "stories")}
    counts: dict[tuple[str, str], list[int]] = {}
    for source in rows(edition, "sources"):
        for edit in source["edits"]:
            key = languages[source["document_id"], edit["story"]], edit["rule"]
            count = counts.setdefault(key, [0, 0])
            count[0] += 1
            count[1] += edit["end"] - edit["start"]
    ordered = sorted(counts.items(), key=lambda item: (item[0][0], -item[1][1], item[0][1]))
    first: dict[str, list[tuple[str, str, int, int]]] = {}
    for (language, rule), (strokes, characters) in ordered:
        first.setdefault(language, []).append((language, rule, strokes, characters))
    return [row for found in first.values() for row in found[:most]]


@pytest.mark.parametrize("library", ["polars", "duckdb"])
def test_the_rules_that_strike_most_by_language(library: str, edition: Path) -> None:
    example = import_module(f"examples.{library}_edition")
    for most in (1, 10):
        found = example.busiest_rules(str(edition), most)
        listed = found.rows() if library == "polars" else found
        assert listed == busiest(edition, most)
    assert len(listed) > 10


def test_the_documents_that_lost_most(edition: Path) -> None:
    from examples import duckdb_edition

    found = duckdb_edition.most_struck(str(edition), 3)
    shares = sorted((1 - row["kept"] / row["chars"] for row in rows(edition, "sources")), reverse=True)
    assert [share for _, _, share, _ in found] == pytest.approx(shares[:3])


def test_the_query_of_the_page(edition: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import duckdb

    (query,) = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    monkeypatch.chdir(edition.parent)
    (edition.parent / "corpus-1.0.0").symlink_to(edition)
    assert duckdb.execute(query).fetchall() == busiest(edition, 10)


# --- CI ---------------------------------------------------------------------------------------------------------------

SNIPPETS = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


def commands() -> list[str]:
    """Give the commands of the snippets for CI and hooks."""
    workflow, hooks = SNIPPETS
    steps = [step["run"] for step in workflow["jobs"]["check"]["steps"] if "run" in step]
    entries = [hook["entry"] for hook in hooks["repos"][0]["hooks"]]
    return [command for command in (*steps, *entries) if command.startswith("copydesk ")]


@pytest.fixture
def repository(edition: Path, tmp_path: Path) -> Path:
    """Make what the snippets speak of."""
    shutil.copytree(edition, tmp_path / "corpus-1.0.0")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "stamp.toml").write_text(STAMP, encoding="utf-8")
    write_records(tmp_path / "sample.jsonl", [{"text": "The boat left.\nSEEN AND FILED\nIt came back."}])
    return tmp_path


def test_the_snippets_for_ci_say_what_works(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository)
    assert len(commands()) == 5
    for command in commands():
        words, _, to_file = command.partition(" > ")
        assert main(words.split()[1:]) == 0, command
        out, err = capsys.readouterr()
        assert err == ""
        if to_file:
            assert json.loads(out)["touched"] == 1


def test_ci_fails_when_a_byte_has_changed(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository)
    card = repository / "corpus-1.0.0" / "README.md"
    card.write_text(card.read_text(encoding="utf-8") + "!", encoding="utf-8")
    verify = next(command for command in commands() if " verify " in command)
    assert main(verify.split()[1:]) == 1
    assert "README.md was changed" in capsys.readouterr().err


def test_the_page_names_every_example() -> None:
    named = set(re.findall(r"scripts/examples/(\w+\.py)", PAGE))
    assert named == {path.name for path in EXAMPLES.glob("[!_]*.py")}
    for path in sorted(Path(EXAMPLES).glob("[!_]*.py")):
        assert f"python scripts/examples/{path.name} " in path.read_text(encoding="utf-8")
