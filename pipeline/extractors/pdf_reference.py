"""A page read with pdfplumber: the reference that the fast reader is held against, and the fallback.

Slower by far (12 to 20 pages a second), and only for tables that rules close on all sides.
"""

from __future__ import annotations

import logging
import struct
from pathlib import Path
from typing import Any

import pdfplumber
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from pipeline.extractors.pdf_settings import SETTINGS
from pipeline.model import Block, Cell, Grid, Place, Source

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it tells every oddity of a damaged file

# what the two libraries raise over damaged pages: their own errors, and those of code that trusts its input
UNREADABLE = (
    PSException,
    PdfminerException,
    MalformedPDFException,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RecursionError,
    struct.error,
)


def read(path: Path, number: int, source: Source) -> tuple[Block | Grid, ...]:
    """The grids of page `number` (from 1), then its text outside them. Raises one of `UNREADABLE`."""
    with pdfplumber.open(path, pages=[number]) as document:
        page = document.pages[0]
        found = page.find_tables({"snap_tolerance": SETTINGS.snap, "join_tolerance": SETTINGS.join})
        grids = [_grid(page, table, number, source) for table in found if len(table.cells) > 1]
        boxes = [g.bbox for g in grids if g.bbox is not None]
        rest = page.filter(lambda item: not _is_inside(item, boxes))
        text = rest.extract_text()
        place = Place(source.path, page=number)
        blocks = [Block(line, "paragraph", place) for line in text.split("\n") if line.strip()]
        return (*grids, *blocks)


def _is_inside(item: dict[str, Any], boxes: list[tuple[float, float, float, float]]) -> bool:
    x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    return any(x0 <= x <= x1 and top <= y <= bottom for x0, top, x1, bottom in boxes)


def _grid(page: Any, table: Any, number: int, source: Source) -> Grid:
    xs = sorted({round(x, 1) for c in table.cells for x in (c[0], c[2])})
    ys = sorted({round(y, 1) for c in table.cells for y in (c[1], c[3])})
    cells = []
    for x0, top, x1, bottom in table.cells:
        row, col = ys.index(round(top, 1)), xs.index(round(x0, 1))
        spans = (ys.index(round(bottom, 1)) - row, xs.index(round(x1, 1)) - col)
        text = page.within_bbox((x0, top, x1, bottom), strict=False).extract_text() or ""
        box = (round(x0, 2), round(top, 2), round(x1, 2), round(bottom, 2))
        cells.append(Cell(text, row, col, *spans, Place(source.path, page=number, bbox=box)))
    cells.sort(key=lambda c: (c.row, c.col))
    size = (len(ys) - 1, len(xs) - 1)
    return Grid(tuple(cells), *size, page=number, bbox=tuple(table.bbox), col_edges=tuple(xs))
