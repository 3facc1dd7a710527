"""XLS (BIFF 2–8) through xlrd, with the number formats, merged ranges and borders of the file."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import xlrd
from xlrd.biffh import (
    XL_CELL_BOOLEAN,
    XL_CELL_DATE,
    XL_CELL_ERROR,
    XL_CELL_NUMBER,
    XL_CELL_TEXT,
    XLRDError,
    error_text_from_code,
)
from xlrd.compdoc import CompDocError

from pipeline.errors import SourceError
from pipeline.extractors.sheet_format import show
from pipeline.extractors.sheet_page import Sheet, Workbook
from pipeline.limits import Limits
from pipeline.model import note
from pipeline.ole import MAGIC, OleFile
from pipeline.safe import printable

# what xlrd raises on damaged files besides its own error, found by flipping bits
_ERRORS = (
    XLRDError,
    CompDocError,
    AssertionError,
    AttributeError,
    IndexError,
    KeyError,
    LookupError,
    NotImplementedError,
    OverflowError,
    TypeError,
    UnicodeError,
    ValueError,
    ZeroDivisionError,
    struct.error,
)


def read(path: Path, limits: Limits) -> Workbook:
    """All sheets of the workbook at `path`. Raises SourceError."""
    stream = _stream(path)
    try:
        return _read(stream, limits)
    except _ERRORS as error:
        if "encrypted" in str(error):
            raise SourceError("source.encrypted") from error
        detail = note("source.detail.library", error=printable(str(error) or type(error).__name__, 80))
        raise SourceError("source.damaged", detail=detail) from error


def _stream(path: Path) -> bytes:
    """The workbook's stream. xlrd reads it alone too, and follows a circle of sectors for ever."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) == MAGIC:
            container = OleFile(file, path.stat().st_size)
            for name in ("Workbook", "Book"):
                if name in container.entries:
                    return container.read(name)
    return path.read_bytes()


def _read(stream: bytes, limits: Limits) -> Workbook:
    book = xlrd.open_workbook(
        file_contents=stream, formatting_info=True, on_demand=True, logfile=io.StringIO()
    )
    sheets = []
    for number, name in enumerate(book.sheet_names()):
        sheet = book.sheet_by_index(number)
        page = Sheet(name, hidden=sheet.visibility != 0)
        _cells(book, sheet, page, limits)
        for top, bottom, left, right in sheet.merged_cells:
            if bottom > top and right > left:
                page.merges[top, left] = (bottom - top, right - left)
        page.hidden_rows |= {row for row, info in sheet.rowinfo_map.items() if info.hidden}
        page.hidden_columns += [(column, column) for column, info in sheet.colinfo_map.items() if info.hidden]
        sheets.append(page)
        book.unload_sheet(number)
    return Workbook(sheets)


def _cells(book: xlrd.Book, sheet: xlrd.sheet.Sheet, page: Sheet, limits: Limits) -> None:
    for row in range(sheet.nrows):
        kinds, values = sheet.row_types(row), sheet.row_values(row)
        for column, (kind, value) in enumerate(zip(kinds, values, strict=True)):
            index = sheet.cell_xf_index(row, column)
            style = book.xf_list[index] if index < len(book.xf_list) else None
            text = ""
            if kind == XL_CELL_TEXT:
                text = str(value)
            elif kind in (XL_CELL_NUMBER, XL_CELL_DATE):
                format = book.format_map.get(style.format_key) if style is not None else None
                code = format.format_str if format is not None else "General"
                text = show(float(value), _locale(code, style), from_1904=bool(book.datemode))
            elif kind == XL_CELL_BOOLEAN:
                text = "TRUE" if value else "FALSE"
            elif kind == XL_CELL_ERROR:
                page.errors += 1
                text = error_text_from_code.get(int(value), "#ERR!")
            page.put(row, column, text, _bordered(style), limits)


def _locale(code: str, style: xlrd.formatting.XF | None) -> str:
    """Built-in date formats follow the locale, here the Russian one; xlrd gives the American form."""
    from pipeline.extractors.sheet_format import BUILT_IN

    key = style.format_key if style is not None else 0
    return BUILT_IN[key] if key in (14, 15, 16, 17, 22) else code


def _bordered(style: xlrd.formatting.XF | None) -> bool:
    border = style.border if style is not None else None
    return border is not None and bool(
        border.top_line_style or border.bottom_line_style or border.left_line_style or border.right_line_style
    )
