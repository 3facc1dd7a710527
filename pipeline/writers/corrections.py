"""`corrections.csv` and `.json`: every value that differs from its raw text."""

from __future__ import annotations

from pathlib import Path

from pipeline.datasets import all_datasets
from pipeline.result import Result
from pipeline.writers.csv_files import write_csv
from pipeline.writers.json_files import write_json
from pipeline.writers.rows import correction_row


def write(result: Result, folder: Path, lang: str) -> None:
    rows = [correction_row(correction, lang) for correction in result.corrections]
    header = [field.name for field in all_datasets()["corrections"].fields]
    write_csv(folder / "corrections.csv", header, rows)
    write_json(folder / "corrections.json", rows)
