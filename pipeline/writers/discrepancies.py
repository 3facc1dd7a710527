"""`discrepancies.csv` and `.json`: everything that a person should look at."""

from __future__ import annotations

from pathlib import Path

from pipeline.datasets import all_datasets
from pipeline.result import Result
from pipeline.writers.csv_files import write_csv
from pipeline.writers.json_files import write_json
from pipeline.writers.rows import finding_row


def write(result: Result, folder: Path, lang: str) -> None:
    rows = [finding_row(finding, lang) for finding in result.findings]
    header = [field.name for field in all_datasets()["discrepancies"].fields]
    write_csv(folder / "discrepancies.csv", header, rows)
    write_json(folder / "discrepancies.json", rows)
