"""`prikaz.xlsx`: all datasets for people: a sheet of contents, then a sheet for each dataset.

Dates are dates and numbers numbers; every text is text (with the quote prefix where it could be taken for a
formula), items of a list stand under each other. The same result gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from pipeline import messages
from pipeline.datasets import Dataset, Field, all_datasets
from pipeline.model import Json
from pipeline.result import Result
from pipeline.writers.excel import put, without_time

FILE = "prikaz.xlsx"
MOST_ROWS = 1_048_575  # that a sheet of Excel holds below its head; the rest goes on in «NAME 2»
_HEAD = PatternFill("solid", fgColor="1F3044")
_WHITE = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
_BOLD, _LINK = Font(name="Calibri", size=11, bold=True), Font(name="Calibri", size=11, color="1F5FA8")
_TOP = Alignment(vertical="top", wrap_text=True)
_NARROW, _WIDE = 10.0, 60.0  # characters


def write(result: Result, folder: Path, lang: str = "en") -> None:
    """Write the workbook, its descriptions in `lang`."""
    book = Workbook()
    contents = book.active
    contents.title = messages.say("workbook.contents", lang)
    datasets = list(all_datasets().values())
    rows = {d.name: result.rows(d.name, lang) for d in datasets}
    _contents(contents, datasets, {name: len(found) for name, found in rows.items()}, lang)
    for dataset in datasets:
        for part, start in enumerate(range(0, max(len(rows[dataset.name]), 1), MOST_ROWS), start=1):
            sheet = book.create_sheet(dataset.name if part == 1 else f"{dataset.name} {part}")
            _dataset(sheet, dataset, rows[dataset.name][start : start + MOST_ROWS])
    book.properties.creator = "prikaz"
    buffer = io.BytesIO()
    book.save(buffer)
    (folder / FILE).write_bytes(without_time(buffer.getvalue()))


def _contents(sheet: Any, datasets: list[Dataset], counts: dict[str, int], lang: str) -> None:
    """Every dataset with its number of rows, under it its fields, each with what it means."""
    heads = [messages.say(f"workbook.{name}", lang) for name in ("dataset", "field", "rows", "meaning")]
    _head(sheet, heads, [20.0, 22.0, 10.0, 100.0])
    line = 2
    for dataset in datasets:
        name = sheet.cell(line, 1)
        put(name, dataset.name)
        name.hyperlink, name.font = f"#'{dataset.name}'!A1", _LINK
        sheet.cell(line, 3).value = counts[dataset.name]
        put(sheet.cell(line, 4), dataset.description[lang])
        sheet.cell(line, 4).font = _BOLD
        for field in dataset.fields:
            line += 1
            put(sheet.cell(line, 2), field.name)
            put(sheet.cell(line, 4), field.description[lang])
            sheet.cell(line, 4).alignment = _TOP
        line += 1


def _dataset(sheet: Any, dataset: Dataset, rows: list[dict[str, Any]]) -> None:
    _head(sheet, [f.name for f in dataset.fields], [_width(f, rows) for f in dataset.fields])
    for number, row in enumerate(rows, start=2):
        for column, field in enumerate(dataset.fields, start=1):
            cell = sheet.cell(number, column)
            _fill(cell, field, row[field.name])
            cell.alignment = _TOP
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(dataset.fields))}{len(rows) + 1}"
    sheet.freeze_panes = "B2"
    sheet.page_setup.orientation = "landscape"
    sheet.print_title_rows = "1:1"


def _fill(cell: Any, field: Field, value: Json) -> None:
    if isinstance(value, int | float):
        cell.value = value
    elif isinstance(value, list):
        put(cell, "\n".join(str(item) for item in value))
    elif isinstance(value, str) and field.type == "date" and value >= "1900-03-01":  # Excel's first sound day
        cell.value = dt.date.fromisoformat(value)
        cell.number_format = "yyyy-mm-dd"
    elif value is not None:
        put(cell, str(value))


def _width(field: Field, rows: list[dict[str, Any]]) -> float:
    longest = max((_longest(row[field.name]) for row in rows), default=0)
    return max(_NARROW, min(_WIDE, max(longest, len(field.name)) + 3.0))


def _longest(value: Json) -> int:
    items = value if isinstance(value, list) else [value]
    return max((len(str(item)) for item in items if item is not None), default=0)


def _head(sheet: Any, heads: list[str], widths: list[float]) -> None:
    for column, (text, width) in enumerate(zip(heads, widths, strict=True), start=1):
        cell = sheet.cell(1, column)
        put(cell, text)
        cell.font, cell.fill = _WHITE, _HEAD
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
