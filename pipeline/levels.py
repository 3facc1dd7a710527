"""Heads on two or three levels in forms that draw no merged cells: the spans that the print had are restored.

What becomes of a head that is merged over its sub-heads, and of one that is merged down beside them, when a
table turns into rows of fields:

- *padded*: the fields that a merged cell covers are empty (spreadsheets saved as text, CSV, Markdown);
- *short above*: a cell merged over columns is one field, one merged down leaves an empty field in the row
  below (Word's conversion of a table to text, docx2txt);
- *short below*: what a merged cell covers is left out (a table copied from a browser): the second row holds
  the sub-heads only;
- *repeated*: the text stands in every field that the cell covers (python-docx's cells, pandas).

Each is read as heads only if all fields find a place and nothing contradicts it; in the third form the
columns' contents and what the heads mean must say which head is divided (`data/lexicons/head_contents.csv`,
`sub_heads.csv`), else the table is told to have an unclear header and none is claimed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from pipeline import headers, levels_divided
from pipeline.levels_divided import Row
from pipeline.levels_divided import kinds as kinds  # for the readers of text, beside the rest of this module
from pipeline.model import Cell, Document, Grid, Reason

UNCLEAR = "header-unclear"
_LEVELS = 3  # of heads, not counting a title and the row of column numbers
_LONG = 160  # a head is no paragraph
_WIDEST = 30  # columns; a table of more is no table of heads that people divide
_FEW = 0.1  # share of the rows
_CLEAR = 0.5  # by which the best division must be better than the next
_LETTER_OR_YEAR = regex.compile(r"\p{L}|^(?:19|20)\d\d$")


@dataclass(frozen=True, slots=True)
class _Heads:
    """The cells of the head rows as they were printed, and how that was seen."""

    cells: tuple[Cell, ...]
    rows: int
    how: str


def restore(document: Document) -> Document:
    """The document with the spans of its grids' heads restored where the form does not draw them."""
    content = tuple(restored(x) if isinstance(x, Grid) else x for x in document.content)
    return replace(document, content=content)


def restored(grid: Grid) -> Grid:
    """The grid with heads that span, and `header_rows` set; the grid itself where its heads are plain.

    A grid whose heads are on several levels, but unclear which stands over which, gets the reason
    `header-unclear` and no header.
    """
    if not 2 < grid.n_cols <= _WIDEST or grid.n_rows < 3:
        return grid
    fields = _fields(grid, _LEVELS + 3)
    if fields is None:
        return grid
    title = next((r for r, row in enumerate(fields[:3]) if sum(map(bool, row)) > 1), 3)
    if title > 2 or not _may_be_heads(fields[title]):
        return grid
    found = next(
        (f for width in _widths(grid, title) if (f := _read(fields[title:], width, grid, title)) is not None),
        None,
    )
    if found is None:
        return grid
    if not found.rows:
        why = Reason(UNCLEAR, "heads on several levels, and nothing says which stands over which", row=title)
        return replace(grid, header_rows=0, reasons=(*grid.reasons, why))
    return _with_heads(grid, found, title, fields)


def _fields(grid: Grid, n: int) -> list[list[str]] | None:
    """The first rows as fields, None if a cell of them spans (the form draws its spans)."""
    rows: list[list[str]] = [[] for _ in range(min(n, grid.n_rows))]
    for cell in grid.cells:
        if cell.row >= len(rows):
            continue
        if cell.row_span > 1 or (cell.col_span > 1 and cell.col_span < grid.n_cols):
            return None
        row = rows[cell.row]
        row.extend([""] * (cell.col + 1 - len(row)))
        row[cell.col] = cell.text.strip()
    return rows


def _may_be_heads(row: Row) -> bool:
    cells = [Cell(text, 0, c) for c, text in enumerate(row)]
    return sum(map(bool, row)) > 1 and headers.head_score(cells) >= 0.5


def _widths(grid: Grid, title: int) -> list[int]:
    """The most fields that more than a few rows below the first heads have, and the most that any has."""
    ends: Counter[int] = Counter()
    for cell in grid.cells:
        if title < cell.row <= title + levels_divided.AHEAD:
            ends[cell.row] = max(ends[cell.row], cell.col + cell.col_span)
    counts = Counter(ends.values())
    usual = max((w for w, n in counts.items() if n >= max(2, _FEW * len(ends))), default=grid.n_cols)
    return list(dict.fromkeys((usual, max(counts, default=grid.n_cols))))


def _read(fields: Sequence[Row], width: int, grid: Grid, title: int) -> _Heads | None:
    """The heads, by the form that explains most levels."""
    for levels in range(min(_LEVELS, len(fields) - 1), 1, -1):
        rows = fields[:levels]
        if not all(_are_heads(row) for row in rows[1:]):
            continue
        for how, expanded in (
            ("padded", _padded(rows, width)),
            ("repeated", _once(rows, width)),
            ("short above", _spread(rows, width)),
        ):
            cells = placed(expanded, width) if expanded is not None else None
            if cells is not None:
                return _Heads(tuple(cells), levels, how)
    return _divided(fields, width, grid, title)


def _are_heads(row: Row) -> bool:
    filled = [t for t in row if t]
    return bool(filled) and all(len(t) <= _LONG and _LETTER_OR_YEAR.search(t) for t in filled)


def _padded(rows: Sequence[Row], width: int) -> list[Row] | None:
    """Rows whose last empty fields may have been cut off."""
    if any(len(row) > width and any(row[width:]) for row in rows):
        return None
    return [[*row[:width], *[""] * (width - len(row))] for row in rows]


def _once(rows: Sequence[Row], width: int) -> list[Row] | None:
    """Rows in which a text that stands beside or under itself stands once."""
    if any(len(row) != width or not all(row) for row in rows):
        return None
    kept: list[Row] = []
    for r, row in enumerate(rows):
        kept.append(
            [
                "" if (r and row[c] == rows[r - 1][c]) or (c and row[c] == row[c - 1]) else row[c]
                for c in range(width)
            ]
        )
    return kept if any("" in row for row in kept) else None


def _spread(rows: Sequence[Row], width: int) -> list[Row] | None:
    """Rows in which a merged cell is one field: each is laid over the row below, from the last one up."""
    if len(rows[-1]) != width or len(rows[0]) >= width:
        return None
    expanded: list[Row] = [rows[-1]]
    covered = [bool(t) for t in rows[-1]]
    for row in reversed(rows[:-1]):
        runs = _runs(covered)
        single = width - sum(b - a for a, b in runs)
        heads = len(row) - single
        if len(row) == width:
            sizes = None
        elif heads == len(runs):
            sizes = [[b - a] for a, b in runs]
        elif heads > len(runs) and (total := sum(b - a for a, b in runs)) % heads == 0:
            size = total // heads
            if size < 2 or any((b - a) % size for a, b in runs):
                return None
            sizes = [[size] * ((b - a) // size) for a, b in runs]
        else:
            return None
        laid = list(row) if sizes is None else _laid(row, covered, runs, sizes)
        covered = [a or bool(t) for a, t in zip(covered, laid, strict=True)]
        expanded.insert(0, laid)
    return list(expanded)


def _runs(covered: Sequence[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for c, is_covered in enumerate(covered):
        if is_covered and runs and runs[-1][1] == c:
            runs[-1] = (runs[-1][0], c + 1)
        elif is_covered:
            runs.append((c, c + 1))
    return runs


def _laid(
    row: Row, covered: Sequence[bool], runs: Sequence[tuple[int, int]], sizes: Sequence[Sequence[int]]
) -> list[str]:
    laid: list[str] = []
    fields = iter(row)
    starts = {a: size for (a, _), size in zip(runs, sizes, strict=True)}
    c = 0
    while c < len(covered):
        for size in starts.get(c, (1,)):
            laid += [next(fields), *[""] * (size - 1)]
        c = len(laid)
    return laid


def placed(rows: Sequence[Row], width: int) -> list[Cell] | None:
    """The cells of head rows of `width` fields, those that a merged cell covers empty; None if they are no
    heads on levels.
    """
    found = _under(rows, 0, 0, width)
    if found is None or not any(c.col_span > 1 for c in found):
        return None
    used = {r for c in found if c.text for r in (c.row, c.row + c.row_span - 1)}
    return found if used == set(range(len(rows))) else None


def _under(rows: Sequence[Row], r: int, start: int, end: int) -> list[Cell] | None:
    """The cells of the columns from `start` to `end`, from row r down."""
    cells: list[Cell] = []
    last = len(rows) - 1
    c = start
    while c < end:
        if not rows[r][c]:
            if any(rows[k][c] for k in range(r, last + 1)):
                return None  # a sub-head without a head
            cells.append(Cell("", r, c, last - r + 1))
            c += 1
            continue
        stop = c + 1
        while stop < end and not rows[r][stop] and any(rows[k][stop] for k in range(r + 1, last + 1)):
            stop += 1
        if stop == c + 1:
            if any(rows[k][c] for k in range(r + 1, last + 1)):
                return None  # a head over a text of its own: the first row of the body
            cells.append(Cell(rows[r][c], r, c, last - r + 1))
        else:
            below = _under(rows, r + 1, c, stop) if r < last else None
            if below is None or sum(1 for cell in below if cell.text and cell.row == r + 1) < 2:
                return None
            cells += [Cell(rows[r][c], r, c, 1, stop - c), *below]
        c = stop
    return cells


# ----------------------------------------------------------------------------- what a merged cell left out


def _divided(fields: Sequence[Row], width: int, grid: Grid, title: int) -> _Heads | None:
    """The heads where each row holds only the cells that begin in it."""
    rows: list[Row] = []
    for row in fields[:_LEVELS]:
        if rows and (len(row) >= width or len(row) == 1):
            break  # a whole row, or a section of one field: the body begins
        rows.append(row)
    if len(rows) < 2 or len(rows[0]) >= width or not all(all(r) and len(r) > 1 for r in rows):
        return None
    if not all(_are_heads(row) for row in rows):
        return None
    if not all(_may_be_heads(row) or any(map(levels_divided.heads_of_sub, row)) for row in rows[1:]):
        return None
    columns = levels_divided.contents(grid, title + len(rows), width)
    scored: list[tuple[float, list[Cell]]] = []
    for cells in levels_divided.hang(rows, 0, width, []):
        scored.append((levels_divided.score(cells, columns), cells))
        if len(scored) > 5000:
            break
    if not scored:
        return None
    scored.sort(key=lambda x: -x[0])
    if len(scored) > 1 and scored[0][0] - scored[1][0] < _CLEAR:
        return _Heads((), 0, "unclear")
    return _Heads(tuple(scored[0][1]), len(rows), "short below")


# ------------------------------------------------------------------------------------------------- result


def _with_heads(grid: Grid, heads: _Heads, title: int, fields: Sequence[Row]) -> Grid:
    """The grid with these cells for its head rows, and wherever the same rows stand again."""
    raw = [tuple(t for t in row) for row in fields[title : title + heads.rows]]
    starts = [title, *_repeats(grid, raw, title)]
    replaced = {s + k for s in starts for k in range(heads.rows)}
    place_of = {c.row: c.place for c in grid.cells if c.row in replaced}
    kept = [c for c in grid.cells if c.row not in replaced]
    made = [replace(c, row=c.row + s, place=place_of.get(c.row + s)) for s in starts for c in heads.cells]
    why = Reason("levels", f"heads on {heads.rows} levels, merged cells written {heads.how}", row=title)
    cells = tuple(sorted([*kept, *made], key=lambda c: (c.row, c.col)))
    rows = max(grid.header_rows or 0, title + heads.rows)
    return replace(grid, cells=cells, header_rows=rows, reasons=(*grid.reasons, why))


def _repeats(grid: Grid, raw: Sequence[tuple[str, ...]], title: int) -> list[int]:
    """Where the head rows stand again, field for field."""
    rows: dict[int, list[str]] = {}
    first = {c.row for c in grid.cells if c.col == 0 and c.text.strip() == raw[0][0] and c.row > title}
    wanted = {r + k for r in first for k in range(len(raw))}
    for cell in grid.cells:
        if cell.row in wanted:
            row = rows.setdefault(cell.row, [])
            row.extend([""] * (cell.col + 1 - len(row)))
            row[cell.col] = cell.text.strip()
    return [
        r
        for r in sorted(first)
        if all(tuple(rows.get(r + k, ())) == raw[k] for k in range(len(raw))) and r >= title + len(raw)
    ]
