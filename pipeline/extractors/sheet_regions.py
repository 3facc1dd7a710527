"""Where on a sheet the tables lie, and where the text around them.

A sheet is cut along empty rows, then along empty columns, and again (recursive X-Y cut: Nagy and Seth,
1984). A piece is a table if it is bordered, or if two rows or more hold two texts or more; all else is text,
a line a row. Of a bordered piece, rows without borders at the top and the bottom are text («Приложение 1», a
signature). Rows and columns in which nothing begins (the inside of merged ranges, spacers) are left out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.extractors.sheet_page import Sheet
from pipeline.limits import Limits
from pipeline.model import Block, Cell, Grid, Place

_CUTS = 8  # times that rows and columns are cut in turn; real sheets need three
_FEWEST_BORDERED = 3  # rows: below that, rows without borders at the end are taken for the table's own
_BORDER_SHARE = 0.5  # of the texts of a row: from here on the row counts as bordered


@dataclass(frozen=True, slots=True)
class _Piece:
    """Texts and borders of some rows and columns of a sheet; `rows` are in order and each has a cell."""

    rows: tuple[int, ...]
    left: int
    right: int  # inclusive


def content(sheet: Sheet, place: Place, limits: Limits) -> Iterator[Block | Grid]:
    """Blocks and grids of a sheet from top to bottom. Raises SourceError if a grid has too many cells."""
    layout = _Layout(sheet)
    for text in sheet.textboxes:
        yield Block(text, "textbox", place)
    rows = tuple(sorted(layout.rows))
    if not rows:
        return
    whole = _Piece(rows, layout.left, layout.right)
    for piece in layout.cut(whole, _CUTS):
        yield from layout.emit(piece, place, limits)


class _Layout:
    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._merges = _sound_merges(sheet)
        self._covered = self._cover()
        self.rows = {r: cells for r, row in sheet.rows.items() if (cells := self._visible(r, row))}
        self._spans = self._row_spans()
        columns = [c for cells in self.rows.values() for c in (min(cells), max(cells))]
        self.left = min(columns, default=0)
        self.right = max(columns, default=0)

    def _cover(self) -> dict[int, list[tuple[int, int]]]:
        """Row → column ranges (inclusive) that lie inside a merged range but are not its corner's own row."""
        covered: dict[int, list[tuple[int, int]]] = {}
        rows = sorted(self._sheet.rows)
        for (top, left), (height, width) in self._merges.items():
            for row in _between(rows, top, top + height - 1):
                covered.setdefault(row, []).append((left, left + width - 1))
        return covered

    def _visible(self, row: int, cells: dict[int, str]) -> dict[int, str]:
        """The cells of a row without those that a merged range hides."""
        ranges = self._covered.get(row)
        if not ranges:
            return cells
        hidden = {c for c in cells for a, b in ranges if a <= c <= b and (row, c) not in self._merges}
        return {c: text for c, text in cells.items() if c not in hidden}

    def _row_spans(self) -> dict[int, int]:
        """Row → last row that a merged range with text or border beginning in it reaches."""
        reach: dict[int, int] = {}
        for (top, left), (height, _) in self._merges.items():
            if height > 1 and left in self.rows.get(top, ()):
                reach[top] = max(reach.get(top, top), top + height - 1)
        return reach

    # ------------------------------------------------------------------------------------------ cutting

    def cut(self, piece: _Piece, left: int) -> Iterator[_Piece]:
        bands = list(self._bands(piece))
        for band in bands:
            parts = self._columns_apart(band) if left else [band]
            if len(parts) == 1:
                yield band
                continue
            for part in parts:
                yield from self.cut(part, left - 1)

    def _cells(self, row: int, piece: _Piece) -> dict[int, str]:
        cells = self.rows[row]
        if piece.left <= self.left and piece.right >= self.right:
            return cells
        return {c: text for c, text in cells.items() if piece.left <= c <= piece.right}

    def _bands(self, piece: _Piece) -> Iterator[_Piece]:
        """Runs of rows without an empty row between them; a merged range bridges what it spans."""
        band: list[int] = []
        reach = -1
        for row in piece.rows:
            if not self._cells(row, piece):
                continue
            if band and row > max(band[-1], reach) + 1:
                yield _Piece(tuple(band), piece.left, piece.right)
                band, reach = [], -1
            band.append(row)
            reach = max(reach, self._spans.get(row, row))
        if band:
            yield _Piece(tuple(band), piece.left, piece.right)

    def _columns_apart(self, piece: _Piece) -> list[_Piece]:
        """The piece cut at empty columns if each part is a table of its own, else the piece itself."""
        ranges: list[tuple[int, int]] = []
        for row in piece.rows:
            for c in self._cells(row, piece):
                ranges.append((c, c + self._merges.get((row, c), (1, 1))[1] - 1))
        parts: list[list[int]] = []
        for a, b in sorted(set(ranges)):
            if parts and a <= parts[-1][1] + 1:
                parts[-1][1] = max(parts[-1][1], b)
            else:
                parts.append([a, b])
        if len(parts) < 2 or any(a == b for a, b in parts):
            return [piece]
        cut = [_Piece(piece.rows, a, b) for a, b in parts]
        if not all(self._is_table(part) for part in cut):
            return [piece]
        return cut

    # ----------------------------------------------------------------------------------------- emitting

    def _is_table(self, piece: _Piece) -> bool:
        wide = bordered = 0
        for row in piece.rows:
            cells = self._cells(row, piece)
            wide += sum(1 for text in cells.values() if text) >= 2
            bordered += self._is_bordered(row, cells)
        return (bordered >= 2 and wide >= 1) or wide >= 2

    def _is_bordered(self, row: int, cells: dict[int, str]) -> bool:
        if not cells:
            return False
        texts = [c for c, text in cells.items() if text] or list(cells)
        return sum((row, c) in self._sheet.bordered for c in texts) >= _BORDER_SHARE * len(texts)

    def emit(self, piece: _Piece, place: Place, limits: Limits) -> Iterator[Block | Grid]:
        rows = [row for row in piece.rows if self._cells(row, piece)]
        if not self._is_table(piece):
            yield from self._blocks(rows, piece, place)
            return
        first, last = self._table_rows(rows, piece)
        yield from self._blocks(rows[:first], piece, place)
        grid = self._grid(rows[first:last], piece, place, limits)
        if grid is not None:
            yield grid
        yield from self._blocks(rows[last:], piece, place)

    def _table_rows(self, rows: Sequence[int], piece: _Piece) -> tuple[int, int]:
        """First and one past the last of the rows that are the table's; the others are text beside it."""
        cells = [self._cells(row, piece) for row in rows]
        filled = [sum(1 for text in c.values() if text) for c in cells]
        bordered = [self._is_bordered(row, c) for row, c in zip(rows, cells, strict=True)]
        first, last = 0, len(rows)
        if not any(bordered):
            while first < last - 2 and filled[first] == 1:
                first += 1
            return first, last
        start = bordered.index(True)
        most = max(filled)
        while first < start and 2 * filled[first] <= most:
            first += 1
        end = len(rows) - bordered[::-1].index(True)
        all_bordered = all(bordered[start:end]) and end - start >= _FEWEST_BORDERED
        if all_bordered and len(rows) - end <= end - start:
            last = end
        return first, last

    def _blocks(self, rows: Sequence[int], piece: _Piece, place: Place) -> Iterator[Block]:
        for row in rows:
            cells = self._cells(row, piece)
            text = "\t".join(cells[c] for c in sorted(cells) if cells[c])
            if text:
                yield Block(text, "paragraph", place)

    def _grid(self, rows: Sequence[int], piece: _Piece, place: Place, limits: Limits) -> Grid | None:
        texts = [(r, c, t) for r in rows for c, t in sorted(self._cells(r, piece).items()) if t]
        if not texts:
            return None
        row_at = {r: i for i, r in enumerate(sorted({r for r, _, _ in texts}))}
        column_at = {c: i for i, c in enumerate(sorted({c for _, c, _ in texts}))}
        limits.check("table_cells", len(row_at) * len(column_at))
        kept_rows, kept_columns = list(row_at), list(column_at)
        cells = []
        for row, column, text in texts:
            height, width = self._merges.get((row, column), (1, 1))
            row_span = len(_between(kept_rows, row, row + height - 1)) if height > 1 else 1
            column_span = len(_between(kept_columns, column, column + width - 1)) if width > 1 else 1
            limits.check("span", max(1, column_span))
            cells.append(Cell(text, row_at[row], column_at[column], row_span, column_span, place))
        return Grid(tuple(cells), len(row_at), len(column_at))


def _between(ordered: Sequence[int], first: int, last: int) -> Sequence[int]:

    return ordered[bisect_left(ordered, first) : bisect_right(ordered, last)]


def _sound_merges(sheet: Sheet) -> dict[tuple[int, int], tuple[int, int]]:
    """The merged ranges whose corner has a cell, without those that overlap an earlier one.

    A sweep over the rows: ranges that are open in a row must not share a column.
    """
    sound: dict[tuple[int, int], tuple[int, int]] = {}
    open_ranges: list[tuple[int, int, int]] = []  # last row, first and last column
    for (top, left), (height, width) in sorted(sheet.merges.items()):
        open_ranges = [r for r in open_ranges if r[0] >= top]
        if (height, width) == (1, 1) or left not in sheet.rows.get(top, ()):
            continue
        if any(a <= left + width - 1 and left <= b for _, a, b in open_ranges):
            continue
        sound[top, left] = (height, width)
        open_ranges.append((top + height - 1, left, left + width - 1))
    return sound
