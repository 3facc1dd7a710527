"""Tables built from bands of text lines, and the judgement whether lines in columns are a table at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import regex

from pipeline.extractors.pdf_columns import Piece, is_number, pieces, rows_of_band
from pipeline.extractors.pdf_rules import CellBox, Lattice
from pipeline.extractors.pdf_settings import SETTINGS
from pipeline.extractors.pdf_text import Line, Word, lines
from pipeline.model import BBox

_LEADER = regex.compile(r"(?:[.…·_]\s?){4,}")
_MARKER = regex.compile(r"(?:\d{1,3}(?:\.\d{1,3})*[.)]?|[\p{L}]\)|[•·–—*▪●○-]|)")


@dataclass(slots=True)
class TextTable:
    """A table whose columns or rows were found by its text: borders, cells, and the words of each cell."""

    xs: list[float]
    ys: list[float]
    cells: list[CellBox] = field(default_factory=list)
    words: list[list[Word]] = field(default_factory=list)

    @property
    def box(self) -> BBox:
        return (self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])


@dataclass(slots=True)
class Band:
    top: float
    bottom: float
    lines: list[Line]


def with_gaps(xs: list[float], gaps: Sequence[tuple[float, float]]) -> list[float]:
    """Column borders: rules, and the middle of each gap that no rule runs through."""
    added = [(a + b) / 2 for a, b in gaps if not any(a - 2 <= x <= b + 2 for x in xs)]
    return sorted([*xs, *added])


def build(
    bands: Sequence[Band],
    xs: list[float],
    lattice: Lattice | None,
    opened: set[int],
    words: dict[int, list[Word]],
) -> TextTable:
    """The table of the bands: closed bands keep the lattice's cells, open ones are cut by their text."""
    table = TextTable(xs, [bands[0].top])
    full = [b for r, b in enumerate(bands) if r in opened and b.lines]
    counts = sorted(len(b.lines) for b in full[1:])
    row_ruled = len(full) >= 4 and counts[len(counts) // 2] <= 2 and counts[-1] <= 6
    index = {x: i for i, x in enumerate(xs)}
    for r, band in enumerate(bands):
        first = len(table.ys) - 1
        if r not in opened and lattice is not None:
            for i, cell in enumerate(lattice.cells):
                if cell.row == r:
                    start = index[float(lattice.xs[cell.col])]
                    end = index[float(lattice.xs[cell.col + cell.col_span])]
                    _add_closed(table, CellBox(first, start, cell.row_span, end - start), words.get(i, []))
            table.ys.append(band.bottom)
            continue
        header = r == min(opened) and len(full) > 1 and r == 0
        rows = rows_of_band(band.lines, xs, header=header, joined=row_ruled and not header)
        if not rows and not row_ruled:
            if len(table.ys) > 1:
                table.ys[-1] = band.bottom
            continue
        _add_rows(table, rows, band, first, len(xs) - 1)
    return table


def _add_closed(table: TextTable, cell: CellBox, found: list[Word]) -> None:
    """A closed heading; over several columns that the body's text shows, its own parts are headings of
    those.
    """
    rows = lines(found)
    parts = pieces(rows[0], table.xs) if rows else []
    if cell.row_span > 1 or len(parts) < 2 or any(p.span > 1 for p in parts):
        table.cells.append(cell)
        table.words.append(found)
        return
    merged = rows_of_band(rows, table.xs, header=True, joined=True)[0]
    taken = {p.col: p for p in merged}
    for c in range(cell.col, cell.col + cell.col_span):
        if not any(p.col < c < p.col + p.span for p in merged):
            piece = taken.get(c)
            table.cells.append(CellBox(cell.row, c, 1, piece.span if piece else 1))
            table.words.append(piece.words if piece else [])


def _add_rows(table: TextTable, rows: Sequence[Sequence[Piece]], band: Band, first: int, n_cols: int) -> None:
    for k, row in enumerate(rows or [[]]):
        taken: set[int] = set()
        for piece in row:
            table.cells.append(CellBox(first + k, piece.col, 1, piece.span))
            table.words.append(piece.words)
            taken.update(range(piece.col, piece.col + piece.span))
        for c in range(n_cols):
            if c not in taken:
                table.cells.append(CellBox(first + k, c, 1, 1))
                table.words.append([])
        if k + 1 < len(rows):
            here = max(w.v1 for p in row for w in p.words)
            below = min(w.v0 for p in rows[k + 1] for w in p.words)
            table.ys.append((here + below) / 2)
    table.ys.append(band.bottom)


def _columns(rows: Sequence[Line], xs: Sequence[float]) -> list[list[str]]:
    """The texts of each column, spanning pieces left out."""
    columns: list[list[str]] = [[] for _ in range(len(xs) - 1)]
    for line in rows:
        for piece in pieces(line, xs):
            if piece.span == 1:
                columns[piece.col].append(" ".join(w.text for w in piece.words))
    return columns


def is_prose(rows: Sequence[Line], xs: Sequence[float]) -> bool:
    """Two columns or more of running text."""
    columns = [c for c in _columns(rows, xs) if c]
    long = sum(1 for c in columns if len(c) >= 3 and sum(map(len, c)) / len(c) > SETTINGS.prose_length * 0.6)
    numbers = sum(1 for c in columns if sum(map(is_number, c)) > SETTINGS.numeric_share * len(c))
    return long >= 2 and not numbers


def is_sparse(bands: Sequence[Band], rows: Sequence[Line], xs: Sequence[float]) -> bool:
    """Little text in a large area, or hardly a row with text in two columns: the labels of charts."""
    height = bands[-1].bottom - bands[0].top
    if sum(line.size for b in bands for line in b.lines) < SETTINGS.dense * height:
        return True
    several = sum(1 for line in rows if len({p.col for p in pieces(line, xs)}) > 1)
    return several < 0.4 * len(rows)


def is_list(rows: Sequence[Line], xs: Sequence[float]) -> bool:
    """A list (marker and text), a contents page (leaders, or titles and rising page numbers)."""
    if sum(1 for line in rows if _LEADER.search(line.text)) > 0.3 * len(rows):
        return True
    columns = _columns(rows, xs)
    if len(columns) != 2:
        return False
    if all(_MARKER.fullmatch(t) for t in columns[0]):
        return True
    pages = [int(t) for t in columns[1] if t.isdecimal() and len(t) < 5]
    return (
        len(pages) >= 3
        and len(pages) >= 0.8 * len(columns[1])
        and pages == sorted(pages)
        and len(set(pages)) > 1
    )


def _is_numeric(column: Sequence[str]) -> bool:
    """More than half are numbers or signs for none, and more than a quarter have digits."""
    digits = sum(1 for t in column if any(c.isdigit() for c in t))
    return sum(map(is_number, column)) > SETTINGS.numeric_share * len(column) and digits > 0.25 * len(column)


def looks_like_table(rows: Sequence[Line], xs: Sequence[float]) -> bool:
    """Without rules: at least three rows, and a column of numbers, or three columns of short texts well
    filled.
    """
    columns = _columns(rows, xs)
    if len(rows) < SETTINGS.least_rows or any(len(c) < 2 for c in columns):
        return False
    numeric = [c for c in columns[1:] if _is_numeric(c)]
    fill = sum(len(c) for c in columns) / (len(rows) * len(columns))
    if numeric and fill >= 0.6:
        return True
    short = all(sum(map(len, c)) / len(c) <= 25 for c in columns[1:])
    return len(columns) >= 3 and len(rows) >= 4 and short and fill >= 0.75
