"""The formats on request: typed, with keys, the same rows as the JSON files, and the same bytes twice."""

from __future__ import annotations

import json
import sqlite3
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from click.testing import CliRunner
from click.testing import Result as Invoked

from pipeline.cli import cli
from pipeline.datasets import all_datasets, normalized
from pipeline.errors import SetupError
from pipeline.model import Value
from pipeline.result import Result
from pipeline.writers import FORMATS, workbook, write_datasets
from pipeline.writers.sqlite import FILE as SQLITE
from tests import forms, orders

NAMES = [d.name for d in normalized()]


@pytest.fixture(scope="module")
def made(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("formats")
    write_datasets(result, folder, [*FORMATS])
    return folder


@pytest.fixture
def sqlite(made: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(made / SQLITE)) as database:
        yield database


@pytest.fixture
def duck(made: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(made / "prikaz.duckdb"), read_only=True) as database:
        yield database


def rows(made: Path, name: str) -> list[dict[str, Any]]:
    return json.loads((made / f"{name}.json").read_text("utf-8"))  # type: ignore[no-any-return]  # an array


def plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


@pytest.mark.parametrize("name", NAMES)
def test_parquet_has_the_rows_in_order_and_typed(made: Path, name: str) -> None:
    found = duckdb.sql(f"SELECT * FROM '{made / name}.parquet'")
    expected = {"integer": "INTEGER", "number": "DOUBLE", "date": "DATE", "list": "VARCHAR[]"}
    fields = all_datasets()[name].fields
    assert [str(t) for t in found.types] == [expected.get(f.type, "VARCHAR") for f in fields]
    assert [[plain(v) for v in line] for line in found.fetchall()] == [
        [*row.values()] for row in rows(made, name)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_jsonl_has_an_object_a_line(made: Path, name: str) -> None:
    lines = (made / f"{name}.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == rows(made, name)


@pytest.mark.parametrize("name", NAMES)
def test_sqlite_and_duckdb_have_the_same_rows(
    made: Path, sqlite: sqlite3.Connection, duck: duckdb.DuckDBPyConnection, name: str
) -> None:
    expected = [[*row.values()] for row in rows(made, name)]
    lists = [f.type == "list" for f in all_datasets()[name].fields]
    found = sqlite.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall()
    assert [
        [json.loads(v) if is_list else v for v, is_list in zip(line, lists, strict=True)] for line in found
    ] == expected
    assert [[plain(v) for v in line] for line in duck.execute(f"FROM {name}").fetchall()] == expected


def test_both_databases_hold_corrections_and_findings_too(
    result: Result, sqlite: sqlite3.Connection, duck: duckdb.DuckDBPyConnection
) -> None:
    for name, expected in (("corrections", result.corrections), ("discrepancies", result.findings)):
        for database in (sqlite, duck):
            assert database.execute(f"SELECT count(*) FROM {name}").fetchone() == (len(expected),)


def test_both_databases_have_keys_and_indexes(
    sqlite: sqlite3.Connection, duck: duckdb.DuckDBPyConnection
) -> None:
    for name, dataset in all_datasets().items():
        keys = {(r[3], r[2], r[4]) for r in sqlite.execute(f"PRAGMA foreign_key_list({name})")}
        assert keys == set(dataset.foreign_keys)
        primary = [r[1] for r in sqlite.execute(f"PRAGMA table_info({name})") if r[5]]
        assert sorted(primary) == sorted(dataset.primary_key)
        kinds = [
            r[0]
            for r in duck.execute(
                "SELECT constraint_type FROM duckdb_constraints() WHERE table_name = ?", [name]
            ).fetchall()
        ]
        assert kinds.count("FOREIGN KEY") == len(dataset.foreign_keys)
        assert kinds.count("PRIMARY KEY") == 1
    assert sqlite.execute("PRAGMA foreign_key_check").fetchall() == []
    plan = sqlite.execute("EXPLAIN QUERY PLAN SELECT * FROM training_sites WHERE partner_id = 'x'").fetchall()
    assert "training_sites_partner_id_index" in str(plan)


def test_a_key_that_leads_nowhere_is_refused(result: Result, tmp_path: Path) -> None:
    broken = replace(result, records={**result.records, "schools": ()})
    with pytest.raises(sqlite3.IntegrityError):
        write_datasets(broken, tmp_path, ["sqlite"])
    with pytest.raises(duckdb.ConstraintException):
        write_datasets(broken, tmp_path, ["duckdb"])


def test_the_workbook_has_a_sheet_for_each_dataset_and_no_formula(made: Path) -> None:
    book = openpyxl.load_workbook(made / "prikaz.xlsx")
    assert book.sheetnames == ["Contents", *all_datasets()]
    for name in NAMES:
        sheet, expected = book[name], rows(made, name)
        assert [cell.value for cell in sheet[1]] == [f.name for f in all_datasets()[name].fields]
        assert sheet.max_row == len(expected) + 1
        for number, row in enumerate(expected, start=2):
            for cell, value in zip(sheet[number], row.values(), strict=True):
                assert cell.data_type != "f"
                found = cell.value.date().isoformat() if cell.is_date else cell.value
                assert found == ("\n".join(value) or None if isinstance(value, list) else value)


def test_rows_that_a_sheet_cannot_hold_go_on_in_the_next(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 25)
    workbook.write(result, tmp_path)
    book = openpyxl.load_workbook(tmp_path / "prikaz.xlsx")
    sheets = [book[name] for name in ("training_sites", "training_sites 2", "training_sites 3")]
    ids = [row[0].value for sheet in sheets for row in sheet.iter_rows(min_row=2)]
    assert ids == [record.id for record in result.records["training_sites"]]


def test_a_text_that_looks_like_a_formula_stays_text(result: Result, tmp_path: Path) -> None:
    record = result.records["training_sites"][0]
    text = '=HYPERLINK("x")\'; DROP TABLE schools; --\udc80'
    changed = replace(record, values={**record.values, "partner": Value(text, text)})
    write_datasets(
        replace(result, records={**result.records, "training_sites": (changed,)}), tmp_path, FORMATS
    )
    cell = openpyxl.load_workbook(tmp_path / "prikaz.xlsx")["training_sites"]["M2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    with closing(sqlite3.connect(tmp_path / SQLITE)) as database:
        assert database.execute("SELECT partner FROM training_sites").fetchone()[0].startswith("=HYPERLINK")


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"duckdb"}))
def test_writing_twice_gives_the_same_bytes(result: Result, made: Path, tmp_path: Path, name: str) -> None:
    import_module(f"pipeline.writers.{FORMATS[name]}").write(result, tmp_path)
    files = list(tmp_path.iterdir())
    assert files
    for path in files:
        assert path.read_bytes() == (made / path.name).read_bytes()


def test_the_workbook_names_no_time(made: Path) -> None:
    with zipfile.ZipFile(made / "prikaz.xlsx") as book:
        assert {info.date_time[0] for info in book.infolist()} == {1980}
        assert b"1980-01-01T00:00:00Z" in book.read("docProps/core.xml")


@pytest.mark.parametrize("name", ["parquet", "duckdb"])
def test_a_missing_engine_is_one_sentence_with_what_to_install(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    from pipeline.messages import say

    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(SetupError) as error:
        write_datasets(result, tmp_path, [name])
    assert "pip install 'prikaz[formats]'" in say(error.value.note)


def test_a_build_writes_them_on_request_and_takes_them_away_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "raw").mkdir()
    forms.make_text(tmp_path / "raw" / "order.txt", orders.generate(1)[0])

    def build(*words: str) -> Invoked:
        return CliRunner().invoke(cli, ["build", *words])

    done = build("--format", "parquet,SQLite, csv")
    assert done.exit_code == 0, done.output
    extra = {"prikaz.sqlite", *(f"{name}.parquet" for name in NAMES)}
    assert extra <= {p.name for p in (tmp_path / "normalized").iterdir()}
    assert build().exit_code == 0
    assert not extra & {p.name for p in (tmp_path / "normalized").iterdir()}
    wrong = build("--format", "excel")
    assert wrong.exit_code == 2
    assert "choose from parquet, sqlite, duckdb, xlsx, jsonl" in wrong.stderr
