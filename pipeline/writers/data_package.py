"""`datapackage.json`: all datasets described for machines (Data Package v2, Table Schema, keys).

Standard: https://datapackage.org/standard/data-package/. No time stamps: the same data give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from pipeline.datasets import LIST_SEPARATOR, Dataset, Field
from pipeline.model import Source
from pipeline.writers.json_files import Tree, write_tree

_STANDARD = "https://datapackage.org/profiles/2.0"
_OF_DATASETS = {"parquet": "application/vnd.apache.parquet", "jsonl": "application/jsonl"}
_OF_ALL = {
    "sqlite": "application/vnd.sqlite3",
    "duckdb": "application/vnd.duckdb",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_OTHER_BYTES = ("duckdb",)  # each such file has an id of its own


def write_package(
    folder: Path,
    datasets: Sequence[Dataset],
    sources: Sequence[Source],
    tables: Sequence[Path] = (),
    formats: Sequence[str] = (),
) -> None:
    """Describe the files that already stand in `folder`: `datasets` as CSV (these resources have the keys),
    as JSON and in further `formats`, and the JSON files of unknown `tables`.
    """
    package: dict[str, Tree] = {
        "$schema": f"{_STANDARD}/datapackage.json",
        "name": "prikaz",
        "title": "Datasets from official orders",
        "description": "Made by prikaz from the orders in raw/; see docs/datasets.md.",
        "sources": [{"title": s.path, "path": _url(s.path)} for s in sources],
        "resources": [
            *(_resource(folder, dataset) for dataset in datasets),
            *(_json(folder, dataset) for dataset in datasets),
            *(_other(folder, d, name) for name in formats if name in _OF_DATASETS for d in datasets),
            *(_database(folder, name) for name in formats if name in _OF_ALL),
            *(_unknown(folder, number, path) for number, path in enumerate(tables, start=1)),
        ],
    }
    if not sources:
        del package["sources"]
    write_tree(folder / "datapackage.json", package)


def table_schema(dataset: Dataset, lang: str = "en", lists: str = "list") -> dict[str, Tree]:
    """The Table Schema (v2) of a dataset's CSV; with `lists="array"` of a format that has lists itself."""
    schema: dict[str, Tree] = {
        "$schema": f"{_STANDARD}/tableschema.json",
        "fields": [_field(field, dataset, lang, lists) for field in dataset.fields],
        "missingValues": [""],
        "primaryKey": list(dataset.primary_key),
    }
    if dataset.foreign_keys:
        schema["foreignKeys"] = [
            {"fields": [name], "reference": {"resource": target, "fields": [key]}}
            for name, target, key in dataset.foreign_keys
        ]
    return schema


def _resource(folder: Path, dataset: Dataset) -> Tree:
    path = folder / f"{dataset.name}.csv"
    return {
        "name": dataset.name,
        "type": "table",
        "path": path.name,
        "title": dataset.description["en"],
        "description": dataset.description["ru"],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **_size(path),
        "dialect": {"lineTerminator": "\n"},
        "schema": table_schema(dataset),
    }


def _json(folder: Path, dataset: Dataset) -> Tree:
    path = folder / f"{dataset.name}.json"
    return {
        "name": f"{dataset.name}-json",
        "path": path.name,
        "title": f"{dataset.description['en']} (as JSON)",
        "format": "json",
        "mediatype": "application/json",
        "encoding": "utf-8",
        **_size(path),
        "jsonSchema": f"schemas/{dataset.name}.schema.json",
    }


def _other(folder: Path, dataset: Dataset, form: str) -> Tree:
    """A dataset in a further format. Its lists are lists, not joined text.

    `type` keeps validators that lack a reader of the format from failing: they check size and hash.
    """
    path = folder / f"{dataset.name}.{form}"
    schema = table_schema(dataset, lists="array")
    schema.pop("foreignKeys", None)
    return {
        "name": f"{dataset.name}-{form}",
        "type": "file",
        "path": path.name,
        "title": f"{dataset.description['en']} (as {form})",
        "format": form,
        "mediatype": _OF_DATASETS[form],
        **({"encoding": "utf-8"} if form == "jsonl" else {}),
        **_size(path),
        "schema": schema,
    }


def _database(folder: Path, form: str) -> Tree:
    """One file with all datasets, each a table (a sheet) of its name."""
    path = folder / f"prikaz.{form}"
    return {
        "name": f"prikaz-{form}",
        "type": "file",
        "path": path.name,
        "title": "All datasets, corrections and discrepancies in one file",
        "format": form,
        "mediatype": _OF_ALL[form],
        **({} if form in _OTHER_BYTES else _size(path)),
    }


def _unknown(folder: Path, number: int, path: Path) -> Tree:
    return {
        "name": f"unknown-table-{number}",
        "path": path.relative_to(folder).as_posix(),
        "description": "A table that no profile knows, as it stands in its source; beside it as CSV.",
        "format": "json",
        "mediatype": "application/json",
        "encoding": "utf-8",
        **_size(path),
    }


def _size(path: Path) -> dict[str, Tree]:
    content = path.read_bytes()
    return {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}


def _field(field: Field, dataset: Dataset, lang: str, lists: str) -> Tree:
    kind = lists if field.type == "list" else field.type
    about: dict[str, Tree] = {"name": field.name, "type": kind, "description": field.description[lang]}
    if kind == "list":
        about.update(itemType="string", delimiter=LIST_SEPARATOR)
    constraints: dict[str, Tree] = {}
    if not field.nullable and field.type != "list":  # an empty list is an empty cell
        constraints["required"] = True
    if dataset.primary_key == (field.name,):
        constraints["unique"] = True
    if field.values and field.type != "list":
        constraints["enum"] = list(field.values)
    if field.format == "probability":
        constraints.update(minimum=0, maximum=1)
    if constraints:
        about["constraints"] = constraints
    if kind != "array":  # the example is written as in CSV
        about["example"] = field.example
    return about


def _url(path: str) -> str:
    """A path that is safe in the standard: relative and forward."""
    return "/".join(part for part in path.replace("\\", "/").split("/") if part not in ("", ".", ".."))
