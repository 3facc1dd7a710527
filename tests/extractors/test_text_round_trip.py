"""A table written in any notation and read again is the same table."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extractors.text import read_lines
from pipeline.model import Block, Grid, Place
from tests.extractors.text_tables import (
    STYLES,
    Matrix,
    Span,
    box,
    markdown,
    matrices,
    pipes,
    plain_box,
    separated,
    tabs,
    texts,
)

PROSE = "В соответствии с планом работы приказываю:"


def only_grid(text: str) -> Grid:
    """The grid of a text that has one table between two paragraphs, both of which must still be there."""
    content = read_lines([PROSE, "", *text.split("\n"), "", "Контроль оставляю за собой."], Place("x"))
    kinds = [type(x) for x in content]
    assert kinds == [Block, Grid, Block], content
    assert isinstance(content[1], Grid)
    return content[1]


def matrix(grid: Grid) -> Matrix:
    rows = [[""] * grid.n_cols for _ in range(grid.n_rows)]
    for cell in grid.cells:
        rows[cell.row][cell.col] = " ".join(cell.text.split())
    return rows


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=25, deadline=None)
@given(rows=matrices())
def test_a_drawn_table_with_wrapped_cells_is_read_as_written(style: str, rows: Matrix) -> None:
    assert matrix(only_grid(plain_box(rows, style))) == rows


@pytest.mark.parametrize("style", ["light", "double", "ascii", "cp1251"])
@settings(max_examples=25, deadline=None)
@given(rows=matrices(least_rows=4))
def test_without_rules_between_rows_a_number_begins_a_row(style: str, rows: Matrix) -> None:
    assert matrix(only_grid(plain_box(rows, style, ruled=False))) == rows


@pytest.mark.parametrize(
    "write", [tabs, pipes, markdown, lambda r: separated(r, ";"), lambda r: separated(r, ",")]
)
@settings(max_examples=25, deadline=None)
@given(rows=matrices())
def test_a_table_with_a_row_a_line_is_read_as_written(write, rows: Matrix) -> None:  # type: ignore[no-untyped-def]  # any writer of the list
    assert matrix(only_grid(write(rows))) == rows


@st.composite
def spanned(draw: st.DrawFn) -> tuple[list[Span], int, int]:
    """A partition of a grid into rectangles in which each row and column border is somewhere drawn whole
    enough.
    """
    n_rows, n_cols = draw(st.integers(3, 5)), draw(st.integers(3, 4))
    spans = [Span(0, c, 1, 1, draw(texts())) for c in range(n_cols)]
    taken: set[tuple[int, int]] = set()
    for r in range(1, n_rows):
        for c in range(n_cols):
            if (r, c) in taken:
                continue
            free = 1
            while c + free < n_cols and (r, c + free) not in taken:
                free += 1
            wide = draw(st.integers(1, free)) if draw(st.booleans()) else 1
            high = draw(st.integers(1, n_rows - r)) if draw(st.booleans()) and c < n_cols - 1 else 1
            wide = min(wide, n_cols - 1 - c) or 1 if high > 1 else wide
            taken |= {(y, x) for y in range(r, r + high) for x in range(c, c + wide)}
            spans.append(Span(r, c, high, wide, draw(texts())))
    return spans, n_rows, n_cols


@pytest.mark.parametrize("style", ["light", "double", "mixed", "ascii", "cp1251"])
@settings(max_examples=30, deadline=None)
@given(table=spanned())
def test_missing_pieces_of_rules_and_bars_are_spans(style: str, table: tuple[list[Span], int, int]) -> None:
    spans, n_rows, n_cols = table
    grid = only_grid(box(spans, n_rows, n_cols, style))
    # a row border that no cell of the table has is no border
    starts = sorted({s.row for s in spans})
    at = {r: i for i, r in enumerate([*starts, n_rows])}
    end = [next(x for x in (*starts, n_rows) if x >= s.row + s.rows) for s in spans]
    expected = sorted(
        (at[s.row], s.col, at[e] - at[s.row], s.cols, s.text) for s, e in zip(spans, end, strict=True)
    )
    found = sorted((c.row, c.col, c.row_span, c.col_span, " ".join(c.text.split())) for c in grid.cells)
    assert found == expected
