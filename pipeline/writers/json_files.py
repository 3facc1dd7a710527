"""JSON: an array with one object a line (short diffs, can be read line by line), UTF-8, keys in the fields'
order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from pipeline.datasets import Dataset, Field
from pipeline.model import Json
from pipeline.writers.rows import Row

Tree: TypeAlias = "Json | Mapping[str, Tree] | Sequence[Tree]"  # what json.dumps takes


def write_json(path: Path, rows: Iterable[Row]) -> None:
    lines = ",\n".join(dumps(row) for row in rows)
    _write(path, f"[\n{lines}\n]\n" if lines else "[]\n")


def write_tree(path: Path, tree: Tree) -> None:
    """Write a JSON document of another shape, indented by one."""
    _write(path, json.dumps(tree, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def write_table(
    path: Path, about: Mapping[str, Tree], name: str, items: Iterable[Mapping[str, Tree]]
) -> None:
    """Write the object `about` with the array `name` as its last member, one item a line: `json.dumps` with
    an indent has no C code, and takes ten times as long.
    """
    head = "".join(f" {dumps(key)}: {dumps(value)},\n" for key, value in about.items())
    lines = ",\n".join(f"  {dumps(item)}" for item in items)
    _write(
        path,
        f"{{\n{head} {dumps(name)}: [\n{lines}\n ]\n}}\n" if lines else f"{{\n{head} {dumps(name)}: []\n}}\n",
    )


def dumps(value: Tree) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _write(path: Path, text: str) -> None:
    # a lone surrogate becomes \udXXX, which is what JSON writes for it
    path.write_bytes(text.encode("utf-8", "backslashreplace"))


def json_schema(dataset: Dataset, lang: str = "en") -> dict[str, Tree]:
    """The JSON Schema (2020-12) of `NAME.json`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{dataset.name}.schema.json",
        "title": dataset.name,
        "description": dataset.description[lang],
        "type": "array",
        "items": {
            "type": "object",
            "properties": {field.name: _property(field, lang) for field in dataset.fields},
            "required": [field.name for field in dataset.fields],
            "additionalProperties": False,
        },
    }


def _property(field: Field, lang: str) -> dict[str, Tree]:
    about: dict[str, Tree] = {"description": field.description[lang], "examples": [example(field)]}
    allowed: Tree = [*field.values, None] if field.nullable and field.type != "list" else list(field.values)
    if field.type == "list":
        item: dict[str, Tree] = {"type": "string"}
        if field.values:
            item["enum"] = allowed
        return {**about, "type": "array", "items": item}
    kind = {"integer": "integer", "number": "number"}.get(field.type, "string")
    about["type"] = [kind, "null"] if field.nullable else kind
    if field.values:
        about["enum"] = allowed
    about.update(_FORMATS.get(field.format, {}))
    return about


def example(field: Field) -> Json:
    """The example of a field as a JSON value."""
    match field.type:
        case "list":
            return list(field.example.split(" | "))
        case "integer":
            return int(field.example)
        case "number":
            return float(field.example)
        case _:
            return field.example


_FORMATS: dict[str, dict[str, Tree]] = {
    "id": {"pattern": "^[a-z]+-[0-9a-z]+$"},
    "row-id": {"pattern": "^[a-z]+-[0-9a-z]+(:[0-9]+)?$"},
    "iso-date": {"format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "sha256": {"pattern": "^[0-9a-f]{64}$"},
    "probability": {"minimum": 0, "maximum": 1},
}
