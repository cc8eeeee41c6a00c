"""The edition for machines: croissant.json, in Croissant 1.1, with its lineage in PROV-O and what RAI asks about.

Every Parquet file stands in it with its hash. A table in one file is read from that file, so that the hash is checked;
a table in several is read from a set of them, by their pattern. Readers of Croissant cannot load a table without rows,
so such a table has no record set.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from pyarrow import types

from copydesk.release import lineage
from copydesk.release.citation import citation
from copydesk.release.columns import COLUMNS, members
from copydesk.release.head import SPLIT, TAGS, hub_languages, listed_configs

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from copydesk.recipe import Recipe
    from copydesk.release.figures import Figures
    from copydesk.release.manifest import FileEntry, Manifest
    from copydesk.release.schema import Config

Json: TypeAlias = dict[str, Any]

CONFORMS_TO = ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]

PARQUET = "application/x-parquet"
TOML = "application/toml"

LICENSES = "https://spdx.org/licenses/"

CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "prov": "http://www.w3.org/ns/prov#",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The standard's own context, and PROV's."""


def croissant(manifest: Manifest, figures: Figures, recipe: Recipe, recipe_file: FileEntry) -> str:
    """Write croissant.json.

    Args:
        manifest: The edition's; of its `files`, those with rows are read.
        figures: What its tables hold.
        recipe: The recipe that it was made by.
        recipe_file: That recipe's file in the edition.
    """
    facts = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        **_about(manifest, figures, recipe),
        **lineage.rai(manifest, recipe),
        **lineage.provenance(manifest, recipe_file),
        "distribution": [*_files(manifest, recipe_file), *_sets(figures)],
        "recordSet": [_record_set(config, figures) for config in listed_configs(manifest)],
    }
    return json.dumps(facts, indent=1, ensure_ascii=False) + "\n"


def _about(manifest: Manifest, figures: Figures, recipe: Recipe) -> Json:
    """Say what the dataset is. What the publisher did not say is left out."""
    edition, accounts = recipe.edition, manifest.accounts
    counts = f"{accounts['stories']:,} clean stories from {accounts['published']:,} scraped documents"
    license_url = edition.license_link or (f"{LICENSES}{edition.license}" if edition.license else "")
    facts = {
        "name": edition.title or "Clean stories",
        "description": edition.description or f"{counts}, with every character that was struck on record.",
        "version": manifest.version,
        "license": license_url,
        "url": edition.homepage,
        "creator": [{"@type": "sc:Organization", "name": name} for name in edition.creators],
        "datePublished": edition.published,
        "inLanguage": hub_languages(figures),
        "keywords": list(TAGS),
        "citeAs": citation(manifest, edition),
    }
    return {name: value for name, value in facts.items() if value} | {"isLiveDataset": False}


def _files(manifest: Manifest, recipe_file: FileEntry) -> Iterator[Json]:
    for entry in manifest.files:
        if entry.rows is not None:
            yield _file(entry, PARQUET)
    yield _file(recipe_file, TOML)


def _file(entry: FileEntry, kind: str) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": entry.path,
        "name": entry.path,
        "contentUrl": entry.path,
        "contentSize": f"{entry.bytes} B",
        "encodingFormat": kind,
        "sha256": entry.sha256,
    }


def _sets(figures: Figures) -> Iterator[Json]:
    """Give a set of files for each table that has more than one."""
    for table, paths in figures.files.items():
        if len(paths) > 1:
            yield {
                "@type": "cr:FileSet",
                "@id": f"{table}-files",
                "name": f"{table}-files",
                "description": f"The files of {table}, in order.",
                "encodingFormat": PARQUET,
                "includes": f"data/{table}/{SPLIT}-*.parquet",
            }


KEYS = {"stories": ("source", "position", "index"), "sources": ("source", "position")}
"""What tells the rows of a table apart. Their ids do not: copies of a document share them."""


def _record_set(config: Config, figures: Figures) -> Json:
    paths = figures.files[config.folder]
    origin = {"fileSet": {"@id": f"{config.folder}-files"}} if len(paths) > 1 else {"fileObject": {"@id": paths[0]}}
    parts = KEYS.get(config.name, ())
    fields = [
        _field(config, field, origin) for field in config.schema if not config.columns or field.name in config.columns
    ]
    key = {"key": [{"@id": f"{config.name}/{part}"} for part in parts]} if parts else {}
    return {
        "@type": "cr:RecordSet",
        "@id": config.name,
        "name": config.name,
        "description": config.says,
        **key,
        "field": fields,
    }


def _field(config: Config, field: pa.Field, origin: Json) -> Json:
    """Describe a column. Parts of a nested one are taken out of it by a path."""
    known = COLUMNS[config.folder]
    facts = _named(f"{config.name}/{field.name}", known[field.name])
    is_list = types.is_list(field.type)
    if is_list:
        facts |= {"isArray": True, "arrayShape": "-1"}
    parts = members(field.type)
    if not parts:
        kind = field.type.value_type if is_list else field.type
        return facts | {"dataType": _data_type(kind), "source": origin | {"extract": {"column": field.name}}}
    return facts | {
        "subField": [
            _named(f"{config.name}/{field.name}/{part.name}", known[f"{field.name}.{part.name}"])
            | {
                "dataType": _data_type(part.type.value_type if types.is_list(part.type) else part.type),
                **({"isArray": True, "arrayShape": "-1"} if types.is_list(part.type) else {}),
                "source": origin | {"extract": {"column": field.name}, "transform": {"jsonPath": f"$.{part.name}"}},
            }
            for part in parts
        ]
    }


def _named(path: str, says: str) -> Json:
    return {"@type": "cr:Field", "@id": path, "name": path, "description": says}


def _data_type(kind: pa.DataType) -> str:
    return {
        "string": "sc:Text",
        "binary": "sc:Text",
        "bool": "sc:Boolean",
        "int32": "cr:Int32",
        "int64": "cr:Int64",
        "float": "cr:Float32",
    }[str(kind)]
