"""The datasets described for databases (`schemas/schema.sql`) and for CSV on the Web (`csv-metadata.json`).

SQL: the common ground of PostgreSQL, SQLite and DuckDB; a list is text, joined as in the CSV. CSVW:
https://www.w3.org/TR/tabular-metadata/.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.datasets import LIST_SEPARATOR, Dataset, Field
from pipeline.writers.json_files import Tree, write_tree

_SQL_TYPES = {"integer": "INTEGER", "number": "DOUBLE PRECISION", "date": "DATE"}


def write_sql(path: Path, datasets: Sequence[Dataset]) -> None:
    """Write `CREATE TABLE` for every dataset, each after those that it refers to."""
    head = "-- Made from pipeline/data/datasets.csv. Lists are joined by ' | ' as in the CSV files.\n\n"
    path.write_text(head + "\n".join(create_table(d) for d in by_reference(datasets)), "utf-8", newline="\n")


def by_reference(datasets: Sequence[Dataset]) -> list[Dataset]:
    """The datasets so that none refers to a later one."""
    ordered: list[Dataset] = []
    left = list(datasets)
    while left:
        done = {d.name for d in ordered}
        ready = [d for d in left if {target for _, target, _ in d.foreign_keys} <= done | {d.name}]
        if not ready:
            raise ValueError(f"datasets.csv: foreign keys in a circle: {', '.join(d.name for d in left)}")
        ordered += ready
        left = [d for d in left if d not in ready]
    return ordered


def create_table(dataset: Dataset, list_type: str = "") -> str:
    """The `CREATE TABLE` statement of one dataset. `list_type` is the type of a list; without it a list is
    text as in the CSV, where an empty list is null.
    """
    lines = [_column(field, list_type) for field in dataset.fields]
    lines.append(f"PRIMARY KEY ({', '.join(dataset.primary_key)})")
    lines += [
        f"FOREIGN KEY ({name}) REFERENCES {target} ({key})" for name, target, key in dataset.foreign_keys
    ]
    body = ",\n  ".join(lines)
    return f"-- {dataset.description['en']}\nCREATE TABLE {dataset.name} (\n  {body}\n);\n"


def create_indexes(dataset: Dataset) -> list[str]:
    """`CREATE INDEX` for the columns that are joined by and that no key covers."""
    covered = dataset.primary_key[:1]
    names = [name for name, _, _ in dataset.foreign_keys] + [
        f.name for f in dataset.fields if f.name == "record_id"
    ]
    return [
        f"CREATE INDEX {dataset.name}_{name}_index ON {dataset.name} ({name});"
        for name in names
        if name not in covered
    ]


def quoted(name: str) -> str:
    """A column name as SQL has it; words of SQL itself in quotes."""
    return f'"{name}"' if name in ("date", "number", "position", "level") else name


def sql_type(field: Field, list_type: str = "") -> str:
    """The SQL type of a field."""
    if field.type == "list" and list_type:
        return list_type
    return _SQL_TYPES.get(field.type, "TEXT")


def sql_check(field: Field) -> str | None:
    """The condition that a column of few allowed values must meet, None where any value may stand."""
    if not field.values or field.type == "list":
        return None
    return f"{quoted(field.name)} IN ({', '.join(repr(value) for value in field.values)})"


def is_required(field: Field, list_type: str = "") -> bool:
    """Is NULL impossible in this column?"""
    return not field.nullable and (field.type != "list" or bool(list_type))


def _column(field: Field, list_type: str) -> str:
    text = f"{quoted(field.name)} {sql_type(field, list_type)}"
    if is_required(field, list_type):
        text += " NOT NULL"
    if check := sql_check(field):
        text += f" CHECK ({check})"
    return text


def write_csvw(path: Path, datasets: Sequence[Dataset]) -> None:
    """Write the metadata of all CSV files that stand beside it."""
    write_tree(
        path,
        {
            "@context": ["http://www.w3.org/ns/csvw", {"language": "en"}],
            "dialect": {"lineTerminators": ["\n"]},
            "tables": [
                {
                    "url": f"{dataset.name}.csv",
                    "dc:description": _languages(dataset.description),
                    "tableSchema": _csvw_schema(dataset),
                }
                for dataset in datasets
            ],
        },
    )


def _csvw_schema(dataset: Dataset) -> dict[str, Tree]:
    schema: dict[str, Tree] = {
        "columns": [_csvw_column(field) for field in dataset.fields],
        "primaryKey": list(dataset.primary_key),
    }
    if dataset.foreign_keys:
        schema["foreignKeys"] = [
            {"columnReference": name, "reference": {"resource": f"{target}.csv", "columnReference": key}}
            for name, target, key in dataset.foreign_keys
        ]
    return schema


def _csvw_column(field: Field) -> dict[str, Tree]:
    column: dict[str, Tree] = {
        "name": field.name,
        "titles": field.name,
        "dc:description": _languages(field.description),
        "datatype": "string" if field.type == "list" else field.type,
    }
    if field.type == "list":
        column["separator"] = LIST_SEPARATOR
    elif not field.nullable:
        column["required"] = True
    return column


def _languages(texts: dict[str, str]) -> Tree:
    return [{"@value": text, "@language": lang} for lang, text in texts.items()]
