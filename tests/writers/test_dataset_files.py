"""The files in `normalized/`: exact, described, and accepted by the validators of the standards."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import frictionless
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.datasets import all_datasets, csv_list, csv_text, normalized
from pipeline.model import Cell, Record, Table, Value
from pipeline.result import Result
from pipeline.writers import FORMATS, csv_files, write_datasets
from pipeline.writers.rows import record_rows
from pipeline.writers.table_schemas import by_reference
from pipeline.writers.unknown_tables import file_name

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.lists(TEXT, min_size=2, max_size=4), max_size=4))
def test_any_text_survives_in_csv(lines: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(csv_files.encode(lines).decode(), newline=""), strict=True))
    assert read == lines


def test_csv_is_exact_and_follows_the_standard() -> None:
    content = csv_files.encode([["a", "b"], ['say "hi"', "=1+1"], ["x,y", ""], ["one\ntwo", " space"]])
    assert content == b'a,b\n"say ""hi""",=1+1\n"x,y",\n"one\ntwo"," space"\n'


def test_an_empty_line_of_one_column_is_not_a_blank_line() -> None:
    assert csv_files.encode([["name"], [""]]) == b'name\n""\n'


def test_a_half_character_does_not_stop_the_writer() -> None:
    assert csv_files.encode([["\udc80", "x"]]) == b"\\udc80,x\n"


def package(folder: Path) -> frictionless.Report:
    return frictionless.validate(str(folder / "datapackage.json"))


def test_the_package_is_valid_foreign_keys_included(result: Result, tmp_path: Path) -> None:
    write_datasets(result, tmp_path)
    report = package(tmp_path)
    assert report.flatten(["title", "fieldName", "message"]) == []
    assert report.valid


def test_every_file_is_described_in_every_format(result: Result, tmp_path: Path) -> None:
    write_datasets(result, tmp_path, (*FORMATS,))
    report = package(tmp_path)
    assert report.flatten(["title", "fieldName", "message"]) == []
    described = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))["resources"]
    paths = [r["path"] for r in described]
    there = {p.name for p in tmp_path.iterdir() if p.is_file()} - {"datapackage.json", "csv-metadata.json"}
    assert there <= {*paths} and len(paths) == len({*paths}) == len({r["name"] for r in described})
    for resource in described:
        assert resource["format"] == resource["path"].rpartition(".")[2]
        assert "/" in resource["mediatype"]
        if "bytes" in resource:
            assert resource["bytes"] == (tmp_path / resource["path"]).stat().st_size


def test_the_validator_finds_a_foreign_key_that_leads_nowhere(result: Result, tmp_path: Path) -> None:
    """So that the test above means something."""
    write_datasets(replace(result, records={**result.records, "municipalities": ()}), tmp_path)
    assert "ForeignKey Error" in {row[0] for row in package(tmp_path).flatten(["title"])}


def test_the_package_of_nothing_is_valid(tmp_path: Path) -> None:
    write_datasets(Result(), tmp_path)
    assert package(tmp_path).valid


@pytest.mark.parametrize("name", [d.name for d in normalized()])
def test_json_and_csv_say_the_same_and_fit_the_schema(result: Result, tmp_path: Path, name: str) -> None:
    write_datasets(result, tmp_path)
    rows = json.loads((tmp_path / f"{name}.json").read_text("utf-8"))
    schema = json.loads((tmp_path / "schemas" / f"{name}.schema.json").read_text("utf-8"))
    jsonschema.validate(rows, schema, cls=jsonschema.Draft202012Validator)
    with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    assert [{k: text(v) for k, v in row.items()} for row in rows] == lines


def text(value: object) -> str:
    if isinstance(value, list):
        return " | ".join(value)
    return "" if value is None else str(value)


@given(st.lists(st.text(alphabet='а|\\ \n",\r;', min_size=1), max_size=4))
def test_any_items_of_a_list_survive_in_csv(items: list[str]) -> None:
    """Bars, backslashes, quotes and line breaks too."""
    cell = next(csv.reader(io.StringIO(csv_files.encode([[csv_text([*items]), "x"]]).decode(), newline="")))[
        0
    ]
    assert csv_list(cell) == items
    assert cell.count(" | ") == max(0, len(items) - 1)


def test_writing_twice_gives_the_same_bytes(result: Result, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_datasets(result, tmp_path / name)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_raw_fields_come_from_the_raw_text_and_ids_from_the_record() -> None:
    record = Record(
        "training_sites",
        {"school": Value("МБОУ Щуйская ОПШ", "МБОУ Щуйская ООШ"), "partner": Value("", None)},
        id="site-1",
        order="ord-1",
    )
    (row,) = record_rows([record], all_datasets()["training_sites"])
    assert (row["site_id"], row["order_id"]) == ("site-1", "ord-1")
    assert (row["school"], row["school_raw"]) == ("МБОУ Щуйская ООШ", "МБОУ Щуйская ОПШ")
    assert row["partner"] is row["partner_raw"] is row["place"] is None
    assert list(row) == [f.name for f in all_datasets()["training_sites"].fields]


def test_the_raw_pair_of_an_executor_is_its_raw_text() -> None:
    record = Record("activity_executors", {"raw": Value("ГАУ ДПО «СОПРО»", None)})
    assert record_rows([record], all_datasets()["activity_executors"])[0]["raw"] == "ГАУ ДПО «СОПРО»"


def test_the_sql_takes_the_rows_and_keeps_the_keys(result: Result, tmp_path: Path) -> None:
    write_datasets(result, tmp_path)
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("PRAGMA foreign_keys = ON")
        database.executescript((tmp_path / "schemas" / "schema.sql").read_text("utf-8"))
        for dataset in by_reference(normalized()):
            with (tmp_path / f"{dataset.name}.csv").open(encoding="utf-8", newline="") as stream:
                rows = [[cell or None for cell in line] for line in list(csv.reader(stream))[1:]]
            marks = ", ".join("?" * len(dataset.fields))
            database.executemany(f"INSERT INTO {dataset.name} VALUES ({marks})", rows)
        assert database.execute("SELECT count(*) FROM training_sites").fetchone() == (58,)
        with pytest.raises(sqlite3.IntegrityError):
            database.execute("UPDATE training_sites SET school_id = 'sch-nowhere'")


def test_the_csvw_metadata_names_every_column_of_every_file(result: Result, tmp_path: Path) -> None:
    write_datasets(result, tmp_path)
    metadata = json.loads((tmp_path / "csv-metadata.json").read_text("utf-8"))
    for table in metadata["tables"]:
        header = (tmp_path / table["url"]).read_text("utf-8").split("\n", 1)[0]
        assert [column["name"] for column in table["tableSchema"]["columns"]] == header.split(",")


def unknown(rows: Sequence[Sequence[str]], number: int = 1) -> Table:
    cells = tuple(Cell(t, r, c) for r, row in enumerate(rows) for c, t in enumerate(row))
    return Table(number, cells, len(rows), len(rows[0]), header_rows=1)


def test_an_unknown_table_is_kept_as_it_stands(tmp_path: Path) -> None:
    rows = [["Телефон", "Имя"], ["", ""], ["=1+1", "Попов"]]
    write_datasets(Result(unknown_tables={"приказ 12.docx": (unknown(rows, 3),)}), tmp_path)
    with (tmp_path / "tables" / "приказ-12.docx-t3.csv").open(encoding="utf-8", newline="") as stream:
        assert list(csv.reader(stream)) == rows
    tree = json.loads((tmp_path / "tables" / "приказ-12.docx-t3.json").read_text("utf-8"))
    assert tree["source"] == "приказ 12.docx" and len(tree["cells"]) == 6
    assert package(tmp_path).valid


def test_tables_of_sources_with_like_names_do_not_overwrite_each_other(tmp_path: Path) -> None:
    tables = {"a b.txt": (unknown([["1"]]),), "a-b.txt": (unknown([["2"]]),), "A b.txt": (unknown([["3"]]),)}
    write_datasets(Result(unknown_tables=tables), tmp_path)
    files = sorted((tmp_path / "tables").glob("*.csv"))
    assert sorted(f.read_text() for f in files) == ["1\n", "2\n", "3\n"]


@given(st.text(max_size=300), st.integers(1, 10**6))
def test_a_table_file_stays_in_its_folder_whatever_the_source_is_called(source: str, number: int) -> None:
    name = file_name(source, number)
    assert not set(name) & set('/\\:*?"<>|\0') and not name.startswith(".") and len(name) <= 100
