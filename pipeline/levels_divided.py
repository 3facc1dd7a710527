"""Which head is divided, where each row of heads holds only the cells that begin in it: every way to hang
sub-heads under heads, and how well the columns' contents fit one.

What heads and sub-heads mean, and what stands below them, is data: `data/lexicons/head_contents.csv`,
`sub_heads.csv`, `header_words.csv`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

import regex

from pipeline import headers, lexicons
from pipeline.model import Cell, Grid

AHEAD = 200  # rows of the body that are looked at

Row = Sequence[str]


def hang(rows: Sequence[Row], r: int, width: int, tree: list[list[list[int]]]) -> Iterator[list[Cell]]:
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
        yield from hang(rows, r + 1, width, [*tree, under])


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


def contents(grid: Grid, first: int, width: int) -> list[dict[str, float]]:
    """For each column the share of its values that look like what a head of each meaning has below it."""
    texts: list[list[str]] = [[] for _ in range(width)]
    ends: Counter[int] = Counter()
    for cell in grid.cells:
        ends[cell.row] = max(ends[cell.row], cell.col + 1)
    for cell in grid.cells:
        if first <= cell.row < first + AHEAD and ends[cell.row] == width and cell.text.strip():
            texts[cell.col].append(cell.text.strip())
    texts = [[t for t in column if not t.isdigit() or c == 0] for c, column in enumerate(texts)]
    return [
        {what: sum(1 for t in column if p.search(t)) / len(column) for what, p in _patterns()}
        if column
        else {}
        for column in texts
    ]


def score(cells: Sequence[Cell], columns: Sequence[dict[str, float]]) -> float:
    """How well the columns' contents fit the heads above them, and the sub-heads their heads."""
    total = 0.0
    for cell in cells:
        meanings = headers.meanings(cell.text) | heads_of_sub(cell.text)
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
    of = heads_of_sub(sub)
    return (1.0 if of & headers.meanings(head) else -1.0) if of else 0.0


@cache
def heads_of_sub(text: str) -> frozenset[str]:
    """What heads mean under which such a sub-head stands."""
    folded = f"{headers.fold(text)} "
    return frozenset(
        row["head"] for row in lexicons.rows("sub_heads") if folded.startswith(f"{headers.fold(row['sub'])} ")
    )
