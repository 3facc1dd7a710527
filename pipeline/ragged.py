"""Rows that have not as many cells as their table has columns.

A form that draws its cells shows them by their number. A spreadsheet stores no empty cells: there a row is
short when it ends before columns that nearly all other rows fill.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from pipeline import cutrows
from pipeline.model import Cell

_FILLED = 0.9  # share of the other rows that fill a column which a row needs
_FEWEST = 4  # rows; fewer say nothing about what a row needs
_LOST = 2  # needed columns at the end; a single empty cell is a missing value, and told as that
_NUMBER = regex.compile(r"(?:№\s*)?(\d+(?:\.\d+)*)[.)]?$")

Short = tuple[int, int, int]  # row, cells found, cells expected


def rows(
    body: Sequence[Sequence[Cell]], n_cols: int, header_rows: int, *, has_spans: bool
) -> Iterator[Short]:
    """Rows whose cells do not fill the columns of the table (a merged cell from above counts)."""
    expected = n_cols
    if header_rows and body and not has_spans:
        expected = max((c.col + c.col_span for row in body[:header_rows] for c in row), default=n_cols)
    covered_until = [0] * n_cols
    for r, row in enumerate(body):
        found = sum(1 for c in range(n_cols) if covered_until[c] > r)
        for cell in row:
            found += min(cell.col_span, n_cols - cell.col)
            for c in range(cell.col, min(cell.col + cell.col_span, n_cols)):
                covered_until[c] = r + cell.row_span
        if found != expected and r >= header_rows and any(c.text.strip() for c in row):
            yield r, found, expected


def ended_early(body: Sequence[Sequence[Cell]], n_cols: int, header_rows: int) -> Iterator[Short]:
    """Rows of a spreadsheet that end before two or more columns that nearly all other rows fill."""
    ends: dict[int, int] = {}
    filled = [0] * n_cols
    covered_until = [0] * n_cols
    for r, row in enumerate(body):
        for cell in row:
            if cell.text.strip():
                for c in range(cell.col, min(cell.col + cell.col_span, n_cols)):
                    covered_until[c] = max(covered_until[c], r + cell.row_span)
        if r < header_rows or cutrows.is_section(row, n_cols) or _opens_group(row, body[r + 1 : r + 2]):
            continue
        there = [c for c in range(n_cols) if covered_until[c] > r]
        if there:
            ends[r] = max(there) + 1
            for c in there:
                filled[c] += 1
    if len(ends) <= _FEWEST:
        return
    needed = [c for c in range(n_cols) if filled[c] >= _FILLED * (len(ends) - 1)]
    for r, end in ends.items():
        if len([c for c in needed if c >= end]) >= _LOST:
            yield r, end, n_cols


def _opens_group(row: Sequence[Cell], below: Sequence[Sequence[Cell]]) -> bool:
    """A text alone, or after its number, above rows that are numbered under it or not at all."""
    filled = sorted((c for c in row if c.text.strip()), key=lambda c: c.col)
    if len(filled) == 1:
        return filled[0].col == 0 and not _NUMBER.match(filled[0].text.strip())
    number = _NUMBER.match(filled[0].text.strip()) if len(filled) == 2 and filled[0].col == 0 else None
    if number is None or not below:
        return False
    first = next((c.text.strip() for c in below[0] if c.col == 0), "")
    return not first or first.startswith(f"{number[1]}.")
