"""Spreadsheets: XLSX, XLS and ODS become blocks and grids.

Texts are those that a person sees: dates and numbers in their formats, results of formulas as stored (nothing
is ever computed). Hidden rows and columns are part of the table and are told; hidden sheets are left out and
told, unless nothing else holds a text. A spreadsheet has no pages: every `Place` is the source alone.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from pipeline.errors import SourceError
from pipeline.extractors import sheet_regions
from pipeline.extractors.sheet_page import Sheet, Workbook
from pipeline.limits import Limits, current
from pipeline.model import Block, Document, Grid, Note, Place, Source, note

_READERS = {"xlsx": "sheet_xlsx", "xls": "sheet_xls", "ods": "sheet_ods"}


def extract(path: Path, source: Source) -> Document:
    """The workbook's sheets in order, each under a heading with its name if there are several.

    Raises SourceError.
    """
    limits = current()
    module = import_module(f"pipeline.extractors.{_READERS[source.format]}")
    reader: Callable[[Path, Limits], Workbook] = module.read
    workbook = reader(path, limits)
    place = Place(source.path)
    shown, notes = _choose(workbook)
    content: list[Block | Grid] = []
    for sheet in shown:
        if len(shown) > 1:
            content.append(Block(sheet.name, "heading", place))
        content += sheet_regions.content(sheet, place, limits)
        notes += _notes(sheet)
    return Document(source, tuple(content), notes=tuple(workbook.notes + notes))


def _choose(workbook: Workbook) -> tuple[list[Sheet], list[Note]]:
    filled = [s for s in workbook.sheets if s.n_texts or s.textboxes]
    shown = [s for s in filled if not s.hidden]
    hidden = [s for s in filled if s.hidden]
    if not filled:
        raise SourceError("source.no-text")
    if not shown:
        return hidden, [note("sheet.only-hidden", names=[s.name for s in hidden])]
    if not hidden:
        return shown, []
    cells = sum(s.n_texts for s in hidden)
    return shown, [note("sheet.hidden-left-out", names=[s.name for s in hidden], n=cells)]


def _notes(sheet: Sheet) -> list[Note]:
    notes = []
    rows = [r + 1 for r in sorted(sheet.hidden_rows) if any(sheet.rows.get(r, {}).values())]
    if rows:
        notes.append(note("sheet.hidden-rows", sheet=sheet.name, n=len(rows), rows=_ranges(rows)))
    used = {c for cells in sheet.rows.values() for c, text in cells.items() if text}
    columns = sorted(c for c in used if any(a <= c <= b for a, b in sheet.hidden_columns))
    if columns:
        names = [_letters(c) for c in columns]
        notes.append(note("sheet.hidden-columns", sheet=sheet.name, n=len(columns), columns=names))
    if sheet.no_result:
        notes.append(note("sheet.no-result", sheet=sheet.name, n=sheet.no_result))
    if sheet.errors:
        notes.append(note("sheet.errors", sheet=sheet.name, n=sheet.errors))
    return notes


def _ranges(numbers: list[int], most: int = 10) -> list[str]:
    """`1, 3–5` for 1, 3, 4, 5; at most `most` pieces, then an ellipsis."""
    pieces: list[list[int]] = []
    for number in numbers:
        if pieces and number == pieces[-1][1] + 1:
            pieces[-1][1] = number
        else:
            pieces.append([number, number])
    texts = [f"{a}" if a == b else f"{a}–{b}" for a, b in pieces]
    return texts if len(texts) <= most else [*texts[:most], "…"]


def _letters(column: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
