"""`NAME.parquet`: each dataset typed (dates, integers, lists of strings), compressed with Zstandard.

DuckDB writes it. The same result gives the same bytes with the same version of DuckDB, which stands in the
file.
"""

from __future__ import annotations

import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from pipeline.datasets import Dataset, normalized
from pipeline.result import Result
from pipeline.writers.json_files import dumps
from pipeline.writers.rows import Row
from pipeline.writers.table_schemas import sql_type


def write(result: Result, folder: Path, lang: str = "en") -> None:
    """Write a file for each dataset."""
    database = connect()
    try:
        with tempfile.TemporaryDirectory(prefix="prikaz-") as rows:
            for dataset in normalized():
                path = literal(str(folder / f"{dataset.name}.parquet"))
                source = reader(dataset, result.rows(dataset.name, lang), Path(rows))
                database.execute(
                    f"COPY (SELECT * FROM {source}) TO {path} (FORMAT parquet, COMPRESSION zstd)"
                )
    finally:
        database.close()


def connect() -> Any:  # DuckDB is optional, so its types may be missing
    """A DuckDB connection that uses one thread (rows stay in order) and never the network."""
    settings = {
        "threads": "1",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    return import_module("duckdb").connect(":memory:", config=settings)


def reader(dataset: Dataset, rows: list[Row], folder: Path) -> str:
    """Rows laid down in `folder` as lines of JSON, and the DuckDB table function that reads them typed."""
    path = folder / f"{dataset.name}.jsonl"
    text = "".join(dumps(row) + "\n" for row in rows)
    # half a character (a lone surrogate) is no text for DuckDB
    path.write_bytes(text.encode("utf-8", "replace"))
    columns = ", ".join(f"{literal(f.name)}: {literal(sql_type(f, 'VARCHAR[]'))}" for f in dataset.fields)
    form = "format = 'newline_delimited', maximum_object_size = 268435456"
    return f"read_json({literal(str(path))}, columns = {{{columns}}}, {form})"


def literal(text: str) -> str:
    """Text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
