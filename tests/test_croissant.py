"""Croissant's own library validates what a build wrote, and reads every record set of it, row by row."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conftest import CORPUS
from copydesk import Recipe, build
from copydesk.recipe import Edition, Guard, Output
from copydesk.release.schema import CONFIGS
from editions import NO_RULES, Row, rows, shards, write_records

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
"""The library's own dependencies are not free of them."""

WORDS = Edition(
    title="Ferries",
    license="cc-by-4.0",
    homepage="https://example.org/ferries",
    creators=("A. Bee",),
    published="2026-01-31",
)


@pytest.fixture(scope="session")
def mlcroissant() -> ModuleType:
    library: ModuleType = pytest.importorskip("mlcroissant")
    return library


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build an edition in several shards, with rejects, the same text twice, and labels of lines."""
    folder = tmp_path_factory.mktemp("croissant")
    inputs = [CORPUS / "raw" / "pl", CORPUS / "broken"]
    for name in ("a", "b", "same"):
        records = [{"text": f"{name} {'Ferry ' * (n % 9)}leaves.", "id": n or None, "by": "x"} for n in range(40)]
        inputs.append(write_records(folder / f"{name}.jsonl", records * (2 if name == "same" else 1)))
    (folder / "again.jsonl").write_bytes((folder / "same.jsonl").read_bytes())
    recipe = replace(NO_RULES, edition=WORDS, output=Output(shard_mb=1, chunk_mb=1), guard=Guard(annotate=True))
    build([*inputs, folder / "again.jsonl"], folder / "out", recipe=recipe)
    return folder / "out"


def facts(edition: Path) -> Any:
    return json.loads((edition / "croissant.json").read_text(encoding="utf-8"))


def opened(mlcroissant: ModuleType, edition: Path) -> Any:
    dataset = mlcroissant.Dataset(str(edition / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    return dataset


def value(found: Any, name: str) -> Any:
    """Give the plain value of what the library found: it gives texts as bytes, and numbers as numpy's."""
    if isinstance(found, dict):
        return {key.rpartition("/")[2]: value(part, name) for key, part in found.items()}
    if isinstance(found, list):
        return [value(part, name) for part in found]
    if isinstance(found, bytes):
        return found if name == "rejects" else found.decode()
    return found.item() if hasattr(found, "item") else found


def wanted(row: Row, config: Any) -> Row:
    shown = {key: row[key] for key in config.columns or row}
    if config.name == "rejects":
        return {key: part.encode() if isinstance(part, str) else part for key, part in shown.items()}
    return shown


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.name)
def test_every_record_set_gives_the_tables_rows(mlcroissant: ModuleType, edition: Path, config: Any) -> None:
    records = opened(mlcroissant, edition).records(config.name)
    found = [value(record, config.name) for record in records]
    assert found == [wanted(row, config) for row in rows(edition, config.folder)]
    assert found


def test_nothing_is_missing_that_the_standard_asks_for(mlcroissant: ModuleType, edition: Path) -> None:
    issues = opened(mlcroissant, edition).metadata.ctx.issues
    assert not issues.warnings, issues.report()
    assert facts(edition)["conformsTo"][0].endswith("croissant/1.1")


def test_a_table_in_many_files_is_read_whole(mlcroissant: ModuleType, tmp_path: Path) -> None:
    records = [{"text": f"{number} {'The ferry leaves. ' * 2000}"} for number in range(60)]
    recipe = replace(NO_RULES, output=Output(chunk_mb=1))
    build(write_records(tmp_path / "a.jsonl", records), tmp_path / "out", recipe=recipe)
    assert len(shards(tmp_path / "out", "stories")) > 1
    found = [value(record, "text") for record in opened(mlcroissant, tmp_path / "out").records("text")]
    assert [row["id"] for row in found] == [row["id"] for row in rows(tmp_path / "out", "stories")]


def test_a_changed_file_is_not_read(mlcroissant: ModuleType, edition: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for path in edition.rglob("*"):
        if path.is_file():
            (copy / path.relative_to(edition)).parent.mkdir(parents=True, exist_ok=True)
            (copy / path.relative_to(edition)).write_bytes(path.read_bytes())
    (shard,) = shards(copy, "rejects")
    shard.write_bytes(shard.read_bytes()[:-1] + b"x")
    with pytest.raises(Exception, match=r"Download\(data/rejects/"):
        list(opened(mlcroissant, copy).records("rejects"))


def test_an_edition_of_nothing_but_rejects(mlcroissant: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{\n{\n", encoding="utf-8")
    build(tmp_path / "a.jsonl", tmp_path / "out", recipe=NO_RULES)
    dataset = opened(mlcroissant, tmp_path / "out")
    assert [records.uuid for records in dataset.metadata.record_sets] == ["rejects"]
    assert len(list(dataset.records("rejects"))) == 2


def test_every_file_of_data_stands_in_it_with_its_hash(edition: Path) -> None:
    manifest = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))
    known = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    listed = {
        file["@id"]: file["sha256"] for file in facts(edition)["distribution"] if file["@type"] == "cr:FileObject"
    }
    assert listed == {path: known[path] for path in known if path.startswith("data/") or path == "recipe.toml"}


def test_the_lineage_names_inputs_recipe_rules_and_models(edition: Path) -> None:
    manifest = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))
    found = facts(edition)
    inputs = found["prov:wasDerivedFrom"]
    assert [(member["prov:label"], member["sha256"]) for member in inputs["prov:hadMember"]] == [
        (entry["source"], entry["sha256"]) for entry in manifest["inputs"]
    ]
    activity = found["prov:wasGeneratedBy"]
    assert {used.get("sha256") for used in activity["prov:used"]} >= {manifest["rules"], manifest["model"]}
    assert {"@id": "recipe.toml"} in activity["prov:used"]
    assert activity["prov:wasAssociatedWith"]["@id"] == found["prov:wasAttributedTo"]["@id"]
    assert manifest["copydesk"] in activity["prov:wasAssociatedWith"]["@id"]


def test_it_answers_what_the_rai_part_asks(edition: Path) -> None:
    found = facts(edition)
    for question in ("dataCollection", "dataLimitations", "dataBiases", "personalSensitiveInformation"):
        assert found[f"rai:{question}"], question
    assert "records could not be published" in found["rai:dataCollectionMissingData"]
    assert "No line was struck" in " ".join(found["rai:dataPreprocessingProtocol"])


def test_without_the_publishers_words_it_is_still_valid(mlcroissant: ModuleType, tmp_path: Path) -> None:
    build(CORPUS / "broken", tmp_path / "out", recipe=Recipe(rules=NO_RULES.rules))
    found = facts(tmp_path / "out")
    assert not {"license", "url", "creator", "datePublished"} & set(found)
    opened(mlcroissant, tmp_path / "out")
