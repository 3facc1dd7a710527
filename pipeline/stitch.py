"""Which grids are pieces of one table, and the columns that the pieces share.

Two neighbouring grids are one table when only page furniture (page numbers, running heads, «продолжение
таблицы») lies between them and one of these holds: the format says so (`Grid.continues`); the second
repeats the first's header; they stand on successive pages and their columns have the same edges, or,
without edges, the same number and the second has no header of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import regex

from pipeline import headers, lexicons
from pipeline.model import Block, Cell, Document, Grid, Reason

_EDGE = 6.0  # points by which a column edge may lie elsewhere on another page (scanned pages, hairlines)
_FURNITURE_KINDS = ("header", "footer", "footnote", "hidden", "deleted")


@dataclass(frozen=True, slots=True)
class LostColumn:
    """A piece with fewer columns than its table; `how` its cells were placed: `header` or `edges`."""

    found: int
    expected: int
    how: str
    page: int | None


@cache
def _furniture() -> regex.Pattern[str]:
    patterns = [row["pattern"] for row in lexicons.rows("page_furniture")]
    return regex.compile(r"(?<!\s)\s*+(?:" + "|".join(patterns) + r")\s*", regex.IGNORECASE)


def is_furniture(block: Block) -> bool:
    """A block that belongs to the page and not to the text: it does not part two pieces of a table."""
    return (
        block.kind in _FURNITURE_KINDS
        or not block.text.strip()
        or _furniture().fullmatch(block.text[:200]) is not None
    )


def groups(document: Document) -> list[list[Grid]]:
    """The document's grids, those of one table together, in reading order."""
    found: list[list[Grid]] = []
    parted = True
    for item in document.content:
        if isinstance(item, Grid):
            if not parted and found and _one_table(found[-1], item):
                found[-1].append(item)
            else:
                found.append([item])
            parted = False
        elif isinstance(item, Block) and not is_furniture(item):
            parted = True
    return found


def _one_table(pieces: Sequence[Grid], grid: Grid) -> bool:
    last = pieces[-1]
    if grid.continues is not None:
        return grid.continues
    if last.page is not None and grid.page is not None:
        if grid.page - last.page > 1:
            return False
        if grid.page == last.page:
            return False  # two tables on one page are two tables: only a page break parts a table
    first = pieces[0]
    head = headers.count(first)
    if head.rows and _repeats(first, head.rows, grid):
        return True
    if last.page is None or grid.page is None:
        # without pages only a repeated header, or (text) the same columns without a header, shows one table
        return grid.n_cols == first.n_cols and headers.count(grid).rows == 0 and first.page is None
    if first.col_edges and grid.col_edges:
        return _same_frame(first, grid) and not _own_header(grid, first)
    return grid.n_cols == first.n_cols and not _own_header(grid, first)


def _own_header(grid: Grid, first: Grid) -> bool:
    """The grid begins with heads that are not those of the table before it."""
    if _is_cut_head(first, grid):
        return False
    own = headers.count(grid)
    top = [c for c in grid.cells if c.row == 0]
    if 2 * sum(c.col_span for c in top if c.text.strip()) < grid.n_cols:
        return False  # the rest of a row: heads leave no columns out
    return own.rows > 0 and not headers.repeated(first, headers.count(first).rows, grid)


def _is_cut_head(first: Grid, grid: Grid) -> bool:
    """A page ends inside the heads: only heads stand above, and the first column has no more below."""
    if first.n_rows != 1 or first.n_cols != grid.n_cols or grid.n_rows < 2 or not headers.count(first).rows:
        return False
    above = {c.col for c in first.cells if c.text.strip()}
    below = [c for c in grid.cells if c.row == 0 and c.text.strip()]
    return 0 in above and 0 < len(below) < len(above) and all(c.col in above and c.col for c in below)


def _whole_head(grids: Sequence[Grid], reasons: list[Reason]) -> Sequence[Grid]:
    """The pieces, the first row of the second put under the heads that the first consists of."""
    if len(grids) < 2 or not _is_cut_head(grids[0], grids[1]):
        return grids
    first, second = grids[:2]
    rest = {c.col: c.text for c in second.cells if c.row == 0 and c.text.strip()}
    heads = [replace(c, text=f"{c.text}\n{rest[c.col]}") if c.col in rest else c for c in first.cells]
    whole = replace(
        first, cells=(*heads, *(c for c in second.cells if c.row)), n_rows=second.n_rows, header_rows=None
    )
    reasons.append(Reason("row-joined", "heads cut by a page break", row=0, page=second.page))
    return [replace(whole, open_bottom=second.open_bottom), *grids[2:]]


def _repeats(first: Grid, header_rows: int, grid: Grid) -> bool:
    if headers.repeated(first, header_rows, grid):
        return True
    return _mapped_by_header(first, header_rows, grid) is not None


def _same_frame(a: Grid, b: Grid) -> bool:
    """The outer borders lie at the same distance, or most inner edges do (odd and even pages may be
    shifted).
    """
    ea, eb = a.col_edges or (), b.col_edges or ()
    if len(ea) < 2 or len(eb) < 2:
        return False
    shift = eb[0] - ea[0]
    if abs((eb[-1] - eb[0]) - (ea[-1] - ea[0])) > _EDGE:
        return False
    if len(eb) == 2 or len(ea) == 2:
        return True
    inner = [e - shift for e in eb[1:-1]]
    near = sum(1 for e in inner if any(abs(e - x) <= _EDGE for x in ea[1:-1]))
    return near >= max(1, min(len(inner), len(ea) - 2) * 0.6)


def _mapped_by_header(first: Grid, header_rows: int, grid: Grid) -> dict[int, int] | None:
    """Columns of a piece with fewer columns → columns of the table, by its repeated heads; None if they
    do not fit.
    """
    if grid.n_cols >= first.n_cols or grid.n_cols < 2 or not grid.n_rows or not header_rows:
        return None
    mine = headers.matrix_rows(first)[header_rows - 1]
    theirs = headers.matrix_rows(Grid(tuple(c for c in grid.cells if c.row == 0), 1, grid.n_cols))[0]
    mapping: dict[int, int] = {}
    start = 0
    for c, text in enumerate(theirs):
        match = next((k for k in range(start, len(mine)) if headers.similar(text, mine[k]) >= 85), None)
        if match is None:
            return None
        mapping[c] = match
        start = match + 1
    return mapping


def common_columns(grids: Sequence[Grid]) -> tuple[list[Grid], list[Reason], list[LostColumn]]:
    """The pieces on the columns of the whole table (nothing to do where they have the same number)."""
    reasons: list[Reason] = []
    lost: list[LostColumn] = []
    if len(grids) > 1:
        reasons.append(Reason("stitched", f"{len(grids)} pieces are one table"))
        grids = _whole_head(grids, reasons)
    if all(g.n_cols == grids[0].n_cols for g in grids):
        return list(grids), reasons, lost
    if all(g.col_edges for g in grids):
        return _by_edges(grids, reasons), reasons, lost
    first = grids[0]
    head = headers.count(first)
    widest = max(g.n_cols for g in grids)
    pieces: list[Grid] = []
    for grid in grids:
        mapping = _mapped_by_header(first, head.rows, grid) if grid.n_cols < first.n_cols else None
        if mapping is not None:
            empty = [c for c in range(first.n_cols) if c not in mapping.values()]
            cells = tuple(replace(c, col=mapping[c.col], col_span=1) for c in grid.cells)
            cells += tuple(Cell("", r, c) for r in range(grid.n_rows) for c in empty)
            lost.append(LostColumn(grid.n_cols, first.n_cols, "header", grid.page))
            grid = replace(grid, cells=cells, n_cols=first.n_cols)
        elif grid.n_cols == 1 and widest > 1:
            grid = replace(grid, cells=tuple(replace(c, col_span=widest) for c in grid.cells), n_cols=widest)
        pieces.append(grid)
    return pieces, reasons, lost


def _by_edges(grids: Sequence[Grid], reasons: list[Reason]) -> list[Grid]:
    """Lay all pieces onto the union of their column edges (relative to the left border)."""
    edges: list[float] = []
    for grid in grids:
        left = (grid.col_edges or (0.0,))[0]
        for x in grid.col_edges or ():
            if not any(abs(x - left - e) <= _EDGE for e in edges):
                edges.append(x - left)
    edges.sort()
    pieces = []
    for grid in grids:
        left = (grid.col_edges or (0.0,))[0]
        at = [
            min(range(len(edges)), key=lambda i, x=x, left=left: abs(edges[i] - (x - left)))  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
            for x in grid.col_edges or ()
        ]
        cells: list[Cell] = []
        for cell in grid.cells:
            start, end = at[cell.col], at[min(cell.col + cell.col_span, len(at) - 1)]
            cells.append(replace(cell, col=start, col_span=max(1, end - start)))
        pieces.append(replace(grid, cells=tuple(cells), n_cols=len(edges) - 1))
    reasons.append(Reason("columns", f"{len(edges) - 1} columns from the edges of all pieces"))
    return pieces
