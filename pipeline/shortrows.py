"""Rows of text that lack the fields which merged cells cover get their places back.

A table copied from a browser leaves out what a merged cell covers, so a school that stands under its merged
municipality begins in the first column. The columns' contents tell it: every field fits the column where it
would stand if the leading ones were missing, and some field does not fit where it stands. A section row
(«2. …» above «2.1.», «II. …», «Гдовский район») is one field there; it gets back its width.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import regex

from pipeline import headers, levels
from pipeline.model import Cell, Grid, Reason

_SECTION = regex.compile(
    r"(?:(?:Раздел|Этап|Блок|Направление|Глава)\s+(?:\d{1,2}|[IVXLCІХ]{1,6})\b|[IVXLCІХ]{1,6}[.)]?\s+\p{L}"
    r"|(?P<arabic>\d{1,3})[.)]?\s+\p{L})"
)
_NUMBER = regex.compile(r"\s*(\d{1,4})[.)]?\s*$")
_MOST_OF = 0.8  # share of a column's values that makes its content
_FEWEST = 2  # full rows that show what columns hold


def moved(grid: Grid, others: Sequence[Grid] = ()) -> Grid:
    """The grid with such rows moved to the right, empty cells before them; rows that fit where they stand,
    or nowhere clearly, stay. `others`: what columns hold is learned from those of the same width too, which
    may be pieces of one table.
    """
    rows = _body(grid)
    short = {r: row for r, row in rows.items() if len(row) < grid.n_cols and _is_plain(row)}
    if not short:
        return grid
    full = _full(grid)
    if len(full) < _FEWEST:
        full += [row for piece in others if piece is not grid for row in _full(piece, grid.n_cols)]
    if len(full) < _FEWEST:
        return grid
    kinds, _ = _kinds(full, grid.n_cols)
    sections = [r for r, row in rows.items() if _is_section(row, rows.get(r + 1), kinds)]
    if _head_is_width(rows, grid.n_cols):
        short = {}
    cells = [replace(rows[r][0], col_span=grid.n_cols) for r in sections]
    reasons = list(grid.reasons)
    reasons += [Reason("section", "one field above rows of several", row=r) for r in sections]
    gone = set(sections)
    for r, by in _shifts({r: row for r, row in short.items() if r not in gone}, full, grid.n_cols).items():
        row = rows[r]
        gone.add(r)
        if not all("row number" in k for k in kinds[:by]):
            # a number is no group: a row that lacks only that is short, and is reported
            cells += [Cell("", r, c, place=row[0].place) for c in range(by)]
        cells += [replace(c, col=c.col + by) for c in row]
        reasons.append(Reason("short-row", f"{by} merged field(s) left out at its beginning", row=r))
    if not gone:
        return grid
    cells += [c for c in grid.cells if c.row not in gone]
    cells.sort(key=lambda c: (c.row, c.col))
    return replace(grid, cells=tuple(cells), reasons=tuple(reasons))


def _shifts(
    short: Mapping[int, Sequence[Cell]], full: Sequence[Sequence[Cell]], n_cols: int
) -> dict[int, int]:
    """The rows that lack fields at their beginning → how many."""
    kinds, some = _kinds(full, n_cols)
    found: dict[int, int] = {}
    beginless: dict[int, int] = {}  # rows that begin with an empty field
    for r, row in short.items():
        texts = [c.text.strip() for c in sorted(row, key=lambda c: c.col)]
        by = n_cols - len(row)
        if not _fits(texts, kinds[by:]):
            continue
        if len(texts) == 1 and any(_fits(texts, kinds[k:]) for k in range(1, by)):
            continue  # a field at its end may be missing as well
        if "row number" in kinds[0] & levels.kinds(texts[0]):
            continue  # it has its number where numbers stand: something else is wrong with it
        if _is_foreign(texts, kinds, some, by):
            found[r] = by
        elif not texts[0]:
            beginless[r] = by
    if not any(c.col == 0 and not c.text.strip() for row in full for c in row):
        # merged fields are left out here, never empty: the empty one is a value that is missing
        found |= {r: by for r, by in beginless.items() if by in found.values()}
    return dict(sorted(found.items()))


def _full(grid: Grid, n_cols: int | None = None) -> list[list[Cell]]:
    """The rows with a field in every column, without heads and column numbers; none if the grid is not
    `n_cols` wide.
    """
    if n_cols not in (None, grid.n_cols):
        return []
    return [
        row
        for r, row in _body(grid).items()
        if (r or grid.header_rows == 0)
        and len(row) == grid.n_cols
        and _is_plain(row)
        and not headers.is_number_row([c.text for c in row])
    ]


def _head_is_width(rows: Mapping[int, Sequence[Cell]], n_cols: int) -> bool:
    """Most rows are as long as the first, and hardly one is longer: that one has a field too many."""
    lengths = Counter(len(row) for row in rows.values() if len(row) > 1)
    head = len(rows.get(0, ()))
    return head < n_cols and lengths[n_cols] < _FEWEST and lengths[head] * 2 > lengths.total()


def _body(grid: Grid) -> dict[int, list[Cell]]:
    rows: dict[int, list[Cell]] = {}
    for cell in grid.cells:
        if cell.row >= (grid.header_rows or 0):
            rows.setdefault(cell.row, []).append(cell)
    return rows


def _is_section(row: Sequence[Cell], below: Sequence[Cell] | None, kinds: Sequence[frozenset[str]]) -> bool:
    """A single field above a row of several, that is numbered as a section, or begins with a capital and
    looks like no value of a column.
    """
    if len(row) != 1 or row[0].col or row[0].col_span > 1 or not below:
        return False
    text = row[0].text.strip()
    numbered = _SECTION.match(text)
    if numbered is not None:
        next_number = _NUMBER.match(min(below, key=lambda c: c.col).text)
        # «3. Отчёт» above a row «4.» is a row that lost its other fields
        return not (numbered["arabic"] and next_number and int(next_number[1]) == int(numbered["arabic"]) + 1)
    whole = len(below) >= len(kinds) - 1
    return whole and text[:1].isupper() and not any(k & levels.kinds(text) for k in kinds)


def is_numbered_section(text: str) -> bool:
    """«2. Методическая поддержка», «II. …», «Раздел 2»."""
    return _SECTION.match(text) is not None


def hold_the_same(first: Grid, grid: Grid) -> bool:
    """Every whole row of a grid holds what most rows of the first hold, column by column (at least two of
    them must show what that is), and it has such a row.
    """
    known = _full(first)
    rows = [row for row in _body(grid).values() if len(row) == first.n_cols and _is_plain(row)]
    if len(known) < _FEWEST or not rows:
        return False
    kinds, _ = _kinds(known, first.n_cols)
    return sum(map(bool, kinds)) >= _FEWEST and all(
        _fits([c.text.strip() for c in sorted(row, key=lambda c: c.col)], kinds) for row in rows
    )


def _is_plain(row: Sequence[Cell]) -> bool:
    """Fields one beside the other from the first column on, none of them merged."""
    return all(c.row_span == c.col_span == 1 and c.col < len(row) for c in row)


def _kinds(rows: Sequence[Sequence[Cell]], n_cols: int) -> tuple[list[frozenset[str]], list[frozenset[str]]]:
    """For each column the kinds of content that most of its values have, and those that any has."""
    most, some = [], []
    for c in range(n_cols):
        texts = [t for row in rows for x in row if x.col == c and (t := x.text.strip())]
        counts = Counter(kind for text in texts for kind in levels.kinds(text))
        most.append(frozenset(k for k, n in counts.items() if n >= _MOST_OF * len(texts)))
        some.append(frozenset(counts))
    return most, some


def _fits(texts: Sequence[str], kinds: Sequence[frozenset[str]]) -> bool:
    """Every field has the kind of its column, and at least one column has a kind."""
    told = [bool(k & levels.kinds(t)) for t, k in zip(texts, kinds, strict=False) if k and t]
    return all(told) and bool(told)


def _is_foreign(
    texts: Sequence[str], most: Sequence[frozenset[str]], some: Sequence[frozenset[str]], by: int
) -> bool:
    """Some field does not fit where it stands: it lacks the kind of that column («МБОУ …» among numbers), or
    has a kind that no value there has, but most do in the column `by` further on («Пригородная ОШ», whose
    letters may stand for a town, among municipalities).
    """
    return any(
        (most[c] and not most[c] & found) or found & most[c + by] - some[c]
        for c, text in enumerate(texts)
        if text and (found := levels.kinds(text)) is not None
    )
