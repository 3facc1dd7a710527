"""Rows of cells with spans and merge marks → a `Grid`. Shared by the readers of DOCX and RTF.

Steps, in this order: 1. a row whose spans do not add up is laid out by its cell widths where these meet the
table's column borders; 2. columns that no border uses are dropped from a table with more columns than Word
allows (a forged span); 3. columns too narrow for any text, between two borders that were meant to be one,
are dropped; 4. cells merged downwards become one cell.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.limits import current
from pipeline.model import Cell, Grid, Note, Place

WORD_COLUMNS = 63  # Word has no table with more
_NARROW = 120  # twips: less than the margins of a cell in Word (2 × 0.19 cm = 216 twips), no text fits
_PLAUSIBLE = 1000  # twips: a table narrower than this has made-up widths
_SNAP = 60  # twips: how far a cell's border may lie from the column border it belongs to

NO_MERGE, FIRST, MORE = 0, 1, 2
RawCell = tuple[
    str, int, int, int
]  # text, first column, columns, NO_MERGE | FIRST | MORE (of a cell merged down)


@dataclass(slots=True)
class RawTable:
    """A table as it is read, row by row. `widths` are those of the columns in twips (1/20 point).

    `odd_widths` gives, for rows whose spans do not add up, the width of the gap before and of each cell in
    twips.
    """

    rows: list[list[RawCell]] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    header_rows: int | None = None
    odd_widths: dict[int, list[int]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def build(table: RawTable, place: Place) -> tuple[Grid | None, list[str]]:
    """The grid (None for a table without cells) and texts in cells that a merge covers, which Word does not
    show.

    Raises SourceError above the limit `table_cells` (rows × columns).
    """
    rows, widths = table.rows, list(table.widths)
    n_cols = max((row[-1][1] + row[-1][2] for row in rows if row), default=0)
    if n_cols == 0:
        return None, []
    skipped = min(row[0][1] for row in rows if row)
    rows, widths, n_cols = _drop_columns(rows, widths, n_cols, list(range(skipped)))
    if table.odd_widths and len(widths) >= 2 and min(widths) > 0:
        rows = _snap_rows(rows, widths, table.odd_widths)
        n_cols = max(row[-1][1] + row[-1][2] for row in rows if row)
    if n_cols > WORD_COLUMNS:
        used = {0, n_cols}
        for row in rows:
            for _, col, span, _ in row:
                used.update((col, col + span))
        rows, widths, n_cols = _drop_columns(
            rows, widths, n_cols, [b for b in range(n_cols) if b not in used]
        )
    if len(widths) == n_cols and sum(widths) >= _PLAUSIBLE and min(widths) < _NARROW:
        rows, widths, n_cols = _drop_columns(rows, widths, n_cols, _narrow(rows, widths))
    current().check("table_cells", len(rows) * n_cols)
    cells, covered = _merge(rows, place)
    edges: tuple[float, ...] | None = None
    if len(widths) == n_cols and min(widths) > 0:
        edges = tuple(x / 20 for x in _edges(widths))
    grid = Grid(
        cells=tuple(cells),
        n_rows=len(rows),
        n_cols=n_cols,
        header_rows=table.header_rows,
        col_edges=edges,
        notes=tuple(table.notes),
    )
    return grid, covered


def _edges(widths: Sequence[int]) -> list[int]:
    edges = [0]
    for width in widths:
        edges.append(edges[-1] + width)
    return edges


def _snap_rows(
    rows: list[list[RawCell]], widths: list[int], odd: dict[int, list[int]]
) -> list[list[RawCell]]:
    """Rows with the columns that their widths show, where every border of the row meets one of the
    table's.
    """
    edges = _edges(widths)
    result = list(rows)
    for index, sizes in odd.items():
        row = rows[index]
        if len(sizes) != len(row) + 1 or min(sizes[1:], default=0) <= 0:
            continue
        found = [min(range(len(edges)), key=lambda i: abs(edges[i] - x)) for x in _edges(sizes)[1:]]
        borders = _edges(sizes)[1:]
        near = all(abs(edges[i] - x) <= _SNAP for i, x in zip(found, borders, strict=True))
        if near and all(a < b for a, b in itertools.pairwise(found)):
            result[index] = [
                (text, found[i], found[i + 1] - found[i], merge) for i, (text, _, _, merge) in enumerate(row)
            ]
    return result


def _narrow(rows: list[list[RawCell]], widths: list[int]) -> list[int]:
    """Columns narrower than any text that are no cell of their own."""
    narrow = {c for c, width in enumerate(widths) if width < _NARROW}
    for row in rows:
        for _, col, span, _ in row:
            if span == 1 or (len(narrow) > 1 and all(c in narrow for c in range(col, col + span))):
                narrow.discard(col)
    return sorted(narrow)


def _drop_columns(
    rows: list[list[RawCell]], widths: list[int], n_cols: int, dropped: list[int]
) -> tuple[list[list[RawCell]], list[int], int]:
    """The table without some columns: their width goes to the column before (or, at the left edge, after)."""
    if not dropped:
        return rows, widths, n_cols
    gone = set(dropped)
    new = [0]
    for column in range(n_cols):
        new.append(new[-1] + (column not in gone))
    rows = [
        [(text, new[col], max(1, new[col + span] - new[col]), merge) for text, col, span, merge in row]
        for row in rows
    ]
    if len(widths) == n_cols:
        kept: list[int] = []
        carry = 0
        for column, width in enumerate(widths):
            if column not in gone:
                kept.append(width + carry)
                carry = 0
            elif kept:
                kept[-1] += width
            else:
                carry += width
        widths = kept
    return rows, widths, new[-1]


def _merge(rows: list[list[RawCell]], place: Place) -> tuple[list[Cell], list[str]]:
    covered: list[str] = []
    if not any(cell[3] for row in rows for cell in row):
        return [
            Cell(text, r, col, 1, span, place) for r, row in enumerate(rows) for text, col, span, _ in row
        ], covered
    cells: list[Cell | None] = []
    open_: dict[int, tuple[int, str, int, int]] = {}  # column → index in cells, text, first row, columns
    for r, row in enumerate(rows):
        still: dict[int, tuple[int, str, int, int]] = {}
        for text, col, span, merge in row:
            above = open_.get(col) if merge == MORE else None
            if above is not None and above[3] == span:
                still[col] = above
                if text.strip():
                    covered.append(text)
                continue
            if merge == NO_MERGE:
                cells.append(Cell(text, r, col, 1, span, place))
            else:
                still[col] = (len(cells), text, r, span)
                cells.append(None)
        for col, (index, text, first, span) in open_.items():
            if still.get(col, (-1,))[0] != index:
                cells[index] = Cell(text, first, col, r - first, span, place)
        open_ = still
    for col, (index, text, first, span) in open_.items():
        cells[index] = Cell(text, first, col, len(rows) - first, span, place)
    return [cell for cell in cells if cell is not None], covered
