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


def create_table(dataset: Dataset) -> str:
    """The `CREATE TABLE` statement of one dataset."""
    lines = [_column(field) for field in dataset.fields]
    lines.append(f"PRIMARY KEY ({', '.join(dataset.primary_key)})")
    lines += [
        f"FOREIGN KEY ({name}) REFERENCES {target} ({key})" for name, target, key in dataset.foreign_keys
    ]
    body = ",\n  ".join(lines)
    return f"-- {dataset.description['en']}\nCREATE TABLE {dataset.name} (\n  {body}\n);\n"


def _column(field: Field) -> str:
    name = f'"{field.name}"' if field.name in ("date", "number", "position", "level") else field.name
    text = f"{name} {_SQL_TYPES.get(field.type, 'TEXT')}"
    if not field.nullable and field.type != "list":
        text += " NOT NULL"
    if field.values and field.type != "list":
        text += f" CHECK ({name} IN ({', '.join(repr(value) for value in field.values)}))"
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
