"""`prikaz.duckdb`: all datasets, corrections and findings in one DuckDB file, with keys and indexes.

A list is `VARCHAR[]`. The contents are the same in every build, the bytes are not: DuckDB gives each file an
id of its own.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from pipeline.datasets import all_datasets
from pipeline.result import Result
from pipeline.writers.parquet import connect, literal, reader
from pipeline.writers.table_schemas import by_reference, create_indexes, create_table

FILE = "prikaz.duckdb"


def write(result: Result, folder: Path, lang: str = "en") -> None:
    """Write the file."""
    path = folder / FILE
    path.unlink(missing_ok=True)
    database = connect()
    try:
        database.execute(f"ATTACH {literal(str(path))} AS prikaz (BLOCK_SIZE 16384)")
        database.execute("USE prikaz")
        with tempfile.TemporaryDirectory(prefix="prikaz-") as rows:
            for dataset in by_reference(list(all_datasets().values())):
                database.execute(create_table(dataset, "VARCHAR[]"))
                source = reader(dataset, result.rows(dataset.name, lang), Path(rows))
                database.execute(f"INSERT INTO {dataset.name} SELECT * FROM {source}")
                for index in create_indexes(dataset):
                    database.execute(index)
        database.execute("CHECKPOINT prikaz")
        database.execute("USE memory")
        database.execute("DETACH prikaz")
    finally:
        database.close()
