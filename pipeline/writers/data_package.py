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


def write_package(
    folder: Path, datasets: Sequence[Dataset], sources: Sequence[Source], tables: Sequence[Path] = ()
) -> None:
    """Describe the CSV files of `datasets` and the JSON files of unknown `tables`, which already stand in
    `folder`.
    """
    package: dict[str, Tree] = {
        "$schema": f"{_STANDARD}/datapackage.json",
        "name": "prikaz",
        "title": "Datasets from official orders",
        "description": "Made by prikaz from the orders in raw/; see docs/datasets.md.",
        "sources": [{"title": s.path, "path": _url(s.path)} for s in sources],
        "resources": [
            *(_resource(folder, dataset) for dataset in datasets),
            *(_unknown(folder, number, path) for number, path in enumerate(tables, start=1)),
        ],
    }
    if not sources:
        del package["sources"]
    write_tree(folder / "datapackage.json", package)


def table_schema(dataset: Dataset, lang: str = "en") -> dict[str, Tree]:
    """The Table Schema (v2) of a dataset's CSV."""
    schema: dict[str, Tree] = {
        "$schema": f"{_STANDARD}/tableschema.json",
        "fields": [_field(field, dataset, lang) for field in dataset.fields],
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


def _field(field: Field, dataset: Dataset, lang: str) -> Tree:
    about: dict[str, Tree] = {"name": field.name, "type": field.type, "description": field.description[lang]}
    if field.type == "list":
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
    about["example"] = field.example
    return about


def _url(path: str) -> str:
    """A path that is safe in the standard: relative and forward."""
    return "/".join(part for part in path.replace("\\", "/").split("/") if part not in ("", ".", ".."))
