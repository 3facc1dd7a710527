"""Whatever the orders hold, what is written is valid by every description of it, and says the same."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import frictionless
import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.datasets import csv_list, normalized
from pipeline.result import Result
from pipeline.writers import write_datasets
from tests import forms
from tests.test_ids import HEAD, absurd, make

ODD = [
    "=1+1",
    'МБОУ "Щуйская" | СОШ',
    "a \\| b",
    "две\u2028строки",
    "x" * 5000,
    "№ 5; № 6",
    "@SUM(A1)",
    "2021-07",
    "NULL",
    "0",
]


def order(*sites: str, page: tuple[str, ...] = (), more: str = "") -> forms.Order:
    """An order whose list holds these texts, with a table that no profile knows."""
    rows = [["1.", text, text, "МБОУ Сосновская СОШ"] for text in sites]
    head = [HEAD] if sites else []
    unknown = [["Цвет", "Вес"], ["красный", "5"], [more, "|"]]
    return forms.Order(["ПРИКАЗ", *page], ["Таблица"], unknown, ["Перечень"], [*head, *rows])


BUILDS = {
    "nothing": [],
    "no table": [forms.Order(["ПРИКАЗ", "от 5 мая 2022 года № 7"], [], [], [], [])],
    "unknown tables only": [order(more="a\\b"), order(more="c")],
    "no number, no date": [order("МБОУ Щуйская ОШ"), order("МБОУ Лесная ОШ")],
    "odd texts": [order(*ODD, page=("О «школах» | и = прочем",), more="=cmd|'/c'!A1")],
}


@pytest.mark.parametrize("name", BUILDS)
def test_odd_orders_give_valid_files(tmp_path: Path, name: str) -> None:
    (tmp_path / "raw").mkdir()
    check(make(tmp_path / "raw", BUILDS[name]), tmp_path / "normalized")


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(absurd, min_size=1, max_size=2))
def test_absurd_orders_give_valid_files(tmp_path: Path, contents: list[forms.Order]) -> None:
    with TemporaryDirectory(dir=tmp_path) as folder:
        check(make(tmp_path, contents), Path(folder))


def check(result: Result, folder: Path) -> None:
    """Data Package, JSON Schemas, CSVW, SQL and the SQLite file accept the build; CSV and JSON agree."""
    write_datasets(result, folder, ("sqlite", "jsonl", "xlsx"))
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.flatten(["name", "title", "fieldName", "message"]) == []
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("PRAGMA foreign_keys = ON")
        database.executescript((folder / "schemas" / "schema.sql").read_text("utf-8"))
        database.execute("PRAGMA defer_foreign_keys = ON")
        database.execute("BEGIN")
        for dataset in normalized():
            rows = json.loads((folder / f"{dataset.name}.json").read_text("utf-8"))
            schema = json.loads((folder / "schemas" / f"{dataset.name}.schema.json").read_text("utf-8"))
            jsonschema.validate(rows, schema, cls=jsonschema.Draft202012Validator)
            lists = {f.name for f in dataset.fields if f.type == "list"}
            with (folder / f"{dataset.name}.csv").open(encoding="utf-8", newline="") as stream:
                lines = list(csv.DictReader(stream, strict=True))
            assert [
                {n: csv_list(t) if n in lists else t or None for n, t in line.items()} for line in lines
            ] == [{n: v if n in lists or v is None else str(v) for n, v in row.items()} for row in rows]
            marks = ", ".join("?" * len(dataset.fields))
            cells = [[line[f.name] or None for f in dataset.fields] for line in lines]
            database.executemany(f"INSERT INTO {dataset.name} VALUES ({marks})", cells)
        database.execute("COMMIT")
    with closing(sqlite3.connect(folder / "prikaz.sqlite")) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
