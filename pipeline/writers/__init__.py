"""Writers: a `Result` as files. Each is a function; a new output is one function and one line below.

They write into a folder that exists and is theirs; staging it and renaming it is the caller's. The same
result gives the same bytes on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from pipeline.datasets import normalized
from pipeline.errors import SetupError
from pipeline.result import Result
from pipeline.writers import (
    corrections,
    csv_files,
    data_package,
    discrepancies,
    json_files,
    table_schemas,
    unknown_tables,
)
from pipeline.writers.rows import dataset_rows

FORMATS = {  # beside CSV and JSON, on request: the module here that writes it, imported when it is asked for
    "parquet": "parquet",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
    "xlsx": "workbook",
    "jsonl": "jsonl",
}


_ENGINES = {"parquet": "duckdb", "duckdb": "duckdb"}  # what a format needs besides our own dependencies


def require(formats: Sequence[str]) -> None:
    """Raises SetupError before any work is done when the engine of a format is not installed."""
    for name in formats:
        engine = _ENGINES.get(name)
        if engine is not None and find_spec(engine) is None:
            raise SetupError(
                "setup.engine-missing", file="--format", format=name, module=engine, extra="formats"
            )


def write_datasets(
    result: Result, folder: Path, formats: Sequence[str] = (), lang: str = "en"
) -> dict[str, int]:
    """Write every dataset (CSV, JSON, JSON Schema), unknown tables and `datapackage.json`; gives rows per
    dataset. `formats` are names of `FORMATS`; raises SetupError when the engine of one is not installed.
    """
    require(formats)
    folder.mkdir(parents=True, exist_ok=True)
    schemas = folder / "schemas"
    schemas.mkdir(exist_ok=True)
    counts = {}
    for dataset in normalized():
        rows = dataset_rows(result, dataset.name, lang)
        csv_files.write_csv(folder / f"{dataset.name}.csv", [f.name for f in dataset.fields], rows)
        json_files.write_json(folder / f"{dataset.name}.json", rows)
        json_files.write_tree(schemas / f"{dataset.name}.schema.json", json_files.json_schema(dataset))
        counts[dataset.name] = len(rows)
    tables = unknown_tables.write_tables(folder / "tables", result.unknown_tables)
    table_schemas.write_sql(schemas / "schema.sql", normalized())
    table_schemas.write_csvw(folder / "csv-metadata.json", normalized())
    for name in formats:
        import_module(f"pipeline.writers.{FORMATS[name]}").write(result, folder, lang)
    data_package.write_package(folder, normalized(), result.sources, tables, formats)
    return counts


def _excel(result: Result, folder: Path, lang: str) -> None:
    from pipeline.writers import excel  # openpyxl takes long to import

    excel.write(result, folder, lang)


def _html(result: Result, folder: Path, lang: str) -> None:
    from pipeline.report import html  # so does Jinja2

    html.write(result, folder, lang)


REPORTS: dict[str, Callable[[Result, Path, str], None]] = {
    "corrections": corrections.write,
    "discrepancies": discrepancies.write,
    "excel": _excel,
    "html": _html,
}


def write_reports(result: Result, folder: Path, lang: str = "en") -> None:
    """Write corrections (CSV, JSON) and discrepancies (CSV, JSON, XLSX, HTML) with texts in `lang` (`en` or
    `ru`).
    """
    folder.mkdir(parents=True, exist_ok=True)
    for write in REPORTS.values():
        write(result, folder, lang)
