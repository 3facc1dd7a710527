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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import regex

from pipeline import headers, lexicons
from pipeline.model import Cell, Document, Grid, Reason

UNCLEAR = "header-unclear"
_LEVELS = 3  # of heads, not counting a title and the row of column numbers
_LONG = 160  # a head is no paragraph
_AHEAD = 200  # rows of the body that are looked at
_WIDEST = 30  # columns; a table of more is no table of heads that people divide
_FEW = 0.1  # share of the rows
_CLEAR = 0.5  # by which the best division must be better than the next
_LETTER_OR_YEAR = regex.compile(r"\p{L}|^(?:19|20)\d\d$")

Row = Sequence[str]


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
        if title < cell.row <= title + _AHEAD:
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
    if not all(_may_be_heads(row) or any(map(_heads_of_sub, row)) for row in rows[1:]):
        return None
    columns = _contents(grid, title + len(rows), width)
    scored: list[tuple[float, list[Cell]]] = []
    for cells in _hang(rows, 0, width, []):
        scored.append((_score(cells, columns), cells))
        if len(scored) > 5000:
            break
    if not scored:
        return None
    scored.sort(key=lambda x: -x[0])
    if len(scored) > 1 and scored[0][0] - scored[1][0] < _CLEAR:
        return _Heads((), 0, "unclear")
    return _Heads(tuple(scored[0][1]), len(rows), "short below")


def _hang(rows: Sequence[Row], r: int, width: int, tree: list[list[list[int]]]) -> Iterator[list[Cell]]:
    """Every way to hang each row's fields under heads of the row above, so that all columns are used.

    `tree[r][h]` are the fields of row r + 1 under field h of row r.
    """
    if r == len(rows) - 1:
        cells = _cells_of(rows, tree)
        if sum(1 for c in cells if c.col_span == 1) == width:
            yield cells
        return
    for shares in _shares(len(rows[r]), len(rows[r + 1])):
        under, at = [], 0
        for n in shares:
            under.append(list(range(at, at + n)))
            at += n
        yield from _hang(rows, r + 1, width, [*tree, under])


def _shares(heads: int, subs: int) -> Iterator[tuple[int, ...]]:
    """How many of `subs` fields, in order, each of `heads` has: none, or two and more."""
    if heads == 0:
        if subs == 0:
            yield ()
        return
    for n in (0, *range(2, subs + 1)):
        for rest in _shares(heads - 1, subs - n):
            yield (n, *rest)


def _cells_of(rows: Sequence[Row], tree: Sequence[Sequence[Sequence[int]]]) -> list[Cell]:
    cells: list[Cell] = []

    def lay(r: int, field: int, col: int) -> int:
        under = tree[r][field] if r < len(tree) else ()
        end = col
        for sub in under:
            end = lay(r + 1, sub, end)
        if under:
            cells.append(Cell(rows[r][field], r, col, 1, end - col))
            return end
        cells.append(Cell(rows[r][field], r, col, len(rows) - r))
        return col + 1

    col = 0
    for field in range(len(rows[0])):
        col = lay(0, field, col)
    return cells


@cache
def _patterns() -> tuple[tuple[str, regex.Pattern[str]], ...]:
    return tuple(
        (row["what"], regex.compile(row["pattern"], regex.IGNORECASE))
        for row in lexicons.rows("head_contents")
    )


def kinds(text: str) -> frozenset[str]:
    """What a cell of the body looks like, in the words of `header_words.csv` for heads."""
    return frozenset(what for what, pattern in _patterns() if pattern.search(text))


def _contents(grid: Grid, first: int, width: int) -> list[dict[str, float]]:
    """For each column the share of its values that look like what a head of each meaning has below it."""
    texts: list[list[str]] = [[] for _ in range(width)]
    ends: Counter[int] = Counter()
    for cell in grid.cells:
        ends[cell.row] = max(ends[cell.row], cell.col + 1)
    for cell in grid.cells:
        if first <= cell.row < first + _AHEAD and ends[cell.row] == width and cell.text.strip():
            texts[cell.col].append(cell.text.strip())
    texts = [[t for t in column if not t.isdigit() or c == 0] for c, column in enumerate(texts)]
    return [
        {what: sum(1 for t in column if p.search(t)) / len(column) for what, p in _patterns()}
        if column
        else {}
        for column in texts
    ]


def _score(cells: Sequence[Cell], columns: Sequence[dict[str, float]]) -> float:
    """How well the columns' contents fit the heads above them, and the sub-heads their heads."""
    total = 0.0
    for cell in cells:
        meanings = headers.meanings(cell.text) | _heads_of_sub(cell.text)
        for c in range(cell.col, cell.col + cell.col_span):
            shares = [columns[c][m] for m in meanings if m in columns[c]]
            if shares:
                total += (2 * max(shares) - 1) / cell.col_span
        if cell.col_span > 1:
            inside = [
                x
                for x in cells
                if x.row > cell.row and cell.col <= x.col and x.col + x.col_span <= cell.col + cell.col_span
            ]
            total += sum(_belongs(x.text, cell.text) for x in inside) / len(inside)
    return total


def _belongs(sub: str, head: str) -> float:
    """1 if the sub-head is one that stands under heads of this meaning, -1 if only under others."""
    of = _heads_of_sub(sub)
    return (1.0 if of & headers.meanings(head) else -1.0) if of else 0.0


@cache
def _heads_of_sub(text: str) -> frozenset[str]:
    """What heads mean under which such a sub-head stands."""
    folded = f"{headers.fold(text)} "
    return frozenset(
        row["head"] for row in lexicons.rows("sub_heads") if folded.startswith(f"{headers.fold(row['sub'])} ")
    )


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
