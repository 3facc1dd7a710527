"""`prikaz.sqlite`: all datasets, corrections and findings in one SQLite file, with keys and indexes.

Dates are ISO text, a list is a JSON array (`json_each` reads it). The same result gives the same bytes with
the same version of SQLite, which stands in the file.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from pipeline.datasets import all_datasets
from pipeline.model import Json
from pipeline.result import Result
from pipeline.writers.table_schemas import by_reference, create_indexes, create_table

FILE = "prikaz.sqlite"


def write(result: Result, folder: Path, lang: str = "en") -> None:
    """Write the file; raises sqlite3.IntegrityError for a row that breaks a key (a defect of ours)."""
    path = folder / FILE
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA foreign_keys = ON")
        with database:
            for dataset in by_reference(list(all_datasets().values())):
                database.execute(create_table(dataset, "TEXT"))
                marks = ", ".join("?" * len(dataset.fields))
                rows = ([_plain(v) for v in row.values()] for row in result.rows(dataset.name, lang))
                database.executemany(f"INSERT INTO {dataset.name} VALUES ({marks})", rows)
                for index in create_indexes(dataset):
                    database.execute(index)
        database.execute("VACUUM")


def _plain(value: Json) -> str | int | float | None:
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    # half a character (a lone surrogate) is no text for SQLite
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
