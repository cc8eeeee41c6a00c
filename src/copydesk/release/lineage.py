"""Where an edition comes from and how it was made, for croissant.json: PROV-O, and what Croissant's RAI part asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from copydesk.release import words

if TYPE_CHECKING:
    from copydesk.recipe import Recipe
    from copydesk.release.manifest import FileEntry, InputEntry, Manifest

Json: TypeAlias = dict[str, Any]

MOST_MEMBERS = 1000
"""Inputs that are listed one by one; the manifest has all of them."""


def provenance(manifest: Manifest, recipe_file: FileEntry) -> Json:
    """Say what the edition was derived from, by what it was generated, and by whom."""
    software = {
        "@type": "prov:SoftwareAgent",
        "@id": f"urn:copydesk:release:{manifest.copydesk}",
        "prov:label": f"copydesk {manifest.copydesk}",
    }
    inputs = _inputs(manifest)
    used: list[Json] = [{"@id": inputs["@id"]}, {"@id": recipe_file.path}]
    for name, digest in (
        ("rule book", manifest.rules),
        ("line model", manifest.model),
        ("splitter", manifest.splitter),
    ):
        if digest:
            used.append(_entity(name, digest))
    return {
        "prov:wasDerivedFrom": inputs,
        "prov:wasGeneratedBy": {
            "@type": "prov:Activity",
            "@id": f"urn:copydesk:build:sha256:{manifest.data_digest}",
            "prov:label": f"Cleaning with copydesk {manifest.copydesk}, recipe {manifest.recipe}",
            "prov:used": used,
            "prov:wasAssociatedWith": software,
        },
        "prov:wasAttributedTo": {"@id": software["@id"]},
    }


def _inputs(manifest: Manifest) -> Json:
    """Describe the input files as one collection."""
    many = len(manifest.inputs)
    more = f"; the first {MOST_MEMBERS} are listed here, all in manifest.json" if many > MOST_MEMBERS else ""
    return {
        "@type": "prov:Collection",
        "@id": f"urn:copydesk:inputs:of:sha256:{manifest.data_digest}",
        "prov:label": f"{many} input files{more}",
        "prov:hadMember": [_input(entry) for entry in manifest.inputs[:MOST_MEMBERS]],
    }


def _input(entry: InputEntry) -> Json:
    return _entity(entry.source, entry.sha256) | {"contentSize": f"{entry.bytes} B"}


def _entity(label: str, digest: str) -> Json:
    return {"@type": "prov:Entity", "@id": f"urn:sha256:{digest}", "prov:label": label, "sha256": digest}


def rai(manifest: Manifest, recipe: Recipe) -> Json:
    """Say what Croissant's RAI part asks of those who made a dataset."""
    accounts, edition = manifest.accounts, recipe.edition
    lost = ", ".join(f"{count} {reason}" for reason, count in accounts["reasons"].items())
    labels = ["lines by the rule book and the line model"] if recipe.guard.annotate else []
    return {
        "rai:dataCollection": edition.collection or words.NO_COLLECTION,
        "rai:dataCollectionMissingData": f"{accounts['rejected']} of {accounts['read']} records could not be published"
        + (f" ({lost}); they are in the record set rejects." if lost else "."),
        "rai:dataPreprocessingProtocol": [step.replace("\n", " ") for step in words.steps(recipe)],
        "rai:machineAnnotationTools": [*labels, f"languages of stories by {recipe.language.engine}"],
        "rai:dataLimitations": list(words.LIMITS),
        "rai:dataBiases": [words.BIAS],
        "rai:personalSensitiveInformation": [edition.personal or words.NO_PERSONAL.replace("\n", " ")],
        "rai:dataReleaseMaintenancePlan": words.MAINTENANCE,
    }
