"""`datasets.csv` is the one description: everything made from it agrees with it, and so do builds."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import frictionless
import jsonschema
import pytest

import pipeline
from pipeline.datasets import Dataset, all_datasets, normalized
from pipeline.docs import datasets_page
from pipeline.postgres import describe
from pipeline.result import Result
from pipeline.writers import write_datasets, write_reports
from pipeline.writers.json_files import json_schema
from tests import forms, orders


@pytest.fixture(scope="module")
def folder(real: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("described")
    write_datasets(real, made, ["sqlite"])
    return made


def load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("dataset", normalized(), ids=lambda d: d.name)
def test_every_schema_has_the_same_fields_types_and_keys(folder: Path, dataset: Dataset) -> None:
    names = [f.name for f in dataset.fields]
    keys = [[name, target, key] for name, target, key in dataset.foreign_keys]

    table = next(r for r in load(folder / "datapackage.json")["resources"] if r["name"] == dataset.name)
    assert [(f["name"], f["type"]) for f in table["schema"]["fields"]] == [
        (f.name, f.type) for f in dataset.fields
    ]
    assert tuple(table["schema"]["primaryKey"]) == dataset.primary_key
    found = [
        [k["fields"][0], k["reference"]["resource"], k["reference"]["fields"][0]]
        for k in table["schema"].get("foreignKeys", [])
    ]
    assert found == keys

    properties = load(folder / "schemas" / f"{dataset.name}.schema.json")["items"]["properties"]
    assert list(properties) == names
    nullable = {n for n, p in properties.items() if "null" in p["type"]}
    assert nullable == {f.name for f in dataset.fields if f.nullable and f.type != "list"}

    web = load(folder / "csv-metadata.json")["tables"]
    columns = next(t for t in web if t["url"] == f"{dataset.name}.csv")["tableSchema"]
    assert [c["name"] for c in columns["columns"]] == names
    assert tuple(columns["primaryKey"]) == dataset.primary_key

    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript((folder / "schemas" / "schema.sql").read_text("utf-8"))
        assert [r[1] for r in database.execute(f"PRAGMA table_info({dataset.name})")] == names

    assert list(describe()[dataset.name]["columns"]) == names
    assert describe()[dataset.name]["references"] == keys


def test_every_field_is_described_in_both_languages_and_in_the_docs() -> None:
    page = datasets_page()
    for dataset in all_datasets().values():
        for field in dataset.fields:
            assert field.description["en"], field.name
            assert field.description["ru"], field.name
            assert field.example, field.name
            assert f"| `{field.name}` |" in page


def check(result: Result, folder: Path) -> None:
    """Both validators of the standards, keys included, and the schemas of the reports."""
    write_datasets(result, folder / "normalized")
    write_reports(result, folder / "reports")
    report = frictionless.validate(str(folder / "normalized" / "datapackage.json"))
    assert report.flatten(["title", "fieldName", "message"]) == []
    for dataset in all_datasets().values():
        rows = load(folder / dataset.folder / f"{dataset.name}.json")
        jsonschema.validate(rows, json_schema(dataset), cls=jsonschema.Draft202012Validator)
        keys = [tuple(row[k] for k in dataset.primary_key) for row in rows]
        assert len(set(keys)) == len(keys)


def test_the_real_build_passes_the_validators(real: Result, tmp_path: Path) -> None:
    check(real, tmp_path)


def test_a_build_of_many_orders_passes_the_validators(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for seed in range(4):
        forms.make_text(raw / f"order{seed}.txt", orders.generate(seed)[0])
    (raw / "broken.docx").write_bytes(b"PK\3\4 no more")
    check(pipeline.build(raw), tmp_path)
