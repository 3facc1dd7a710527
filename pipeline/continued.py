"""Pieces of a table in text whose first rows lost what shows that they go on with it.

Two things happen to the piece below «Продолжение таблицы» when a table is copied as text:

- it begins with a section («2. Методическая поддержка»). A merged row is one field, hence a line of its own
  that stands before the piece, or behind the one above. It becomes the piece's first row where the piece has
  the columns of the table above and what they hold, and no heads of its own;
- it repeats the last row of heads on several levels. Copied from a browser that row holds the sub-heads
  only, which then stand in the first columns. They get the columns back that they have above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline import headers, shortrows, stitch
from pipeline.model import Block, Cell, Document, Grid, Reason

_LONGEST = 200  # characters of a section line
_MOST = 2  # section lines: a section and its part
_CLOSED = (":", ";", ",", ".")  # a sentence or the beginning of a list, unless it has a section's number


def joined(document: Document) -> Document:
    """The document with section lines between two pieces in the second, and its heads in their columns."""
    seen = _Seen()
    for item in document.content:
        if isinstance(item, Grid):
            item = seen.grid(item)
        else:
            assert isinstance(item, Block), "tables are made later"
            seen.block(item)
        seen.content.append(item)
    return replace(document, content=tuple(x for x in seen.content if x is not None))


@dataclass(slots=True)
class _Seen:
    """What was read so far: the table above, and what stands between it and here."""

    content: list[Block | Grid | None] = field(default_factory=list)
    first: Grid | None = None  # the piece with the heads of the table above
    last: Grid | None = None
    lines: list[int] = field(default_factory=list)  # places of section lines in `content`
    has_furniture: bool = False

    def block(self, block: Block) -> None:
        if stitch.is_furniture(block):
            self.has_furniture = True
        elif len(self.lines) < _MOST and _may_be_section(block.text):
            self.lines.append(len(self.content))
        else:
            self.first = self.last = None

    def grid(self, grid: Grid) -> Grid:
        first, last, lines = self.first, self.last, self.lines
        self.lines = []
        goes_on = False
        if first is not None and last is not None and grid.n_cols == first.n_cols:
            laid = _laid(first, grid) if not lines else grid
            goes_on = laid is not grid or _alike(first, grid)
            if lines and goes_on and self._is_cut(grid, last, lines):
                texts = [block for i in lines if isinstance(block := self.content[i], Block)]
                for i in lines:
                    self.content[i] = None
                laid = _under(texts, grid)
            elif lines:
                goes_on = False
            grid = laid
        self.first, self.last, self.has_furniture = (first if goes_on else grid), grid, False
        return grid

    def _is_cut(self, grid: Grid, last: Grid, lines: Sequence[int]) -> bool:
        """A page ends here, or the lines have the numbers of sections: other text names a new table."""
        is_cut = self.has_furniture or (last.page != grid.page)
        texts = [block.text.strip() for i in lines if isinstance(block := self.content[i], Block)]
        return all(shortrows.is_numbered_section(t) or (is_cut and not t.endswith(_CLOSED)) for t in texts)


def _may_be_section(text: str) -> bool:
    text = text.strip()
    return len(text) <= _LONGEST and "\n" not in text and (text[:1].isupper() or text[:1].isdigit())


def _alike(first: Grid, grid: Grid) -> bool:
    """The grid has no heads of its own, and all its rows hold what the columns of the first piece hold."""
    return headers.count(grid).rows == 0 and shortrows.hold_the_same(first, grid)


def _under(lines: Sequence[Block], grid: Grid) -> Grid:
    """The grid with these lines as rows over its whole width, above its others."""
    by = len(lines)
    cells = [Cell(b.text.strip(), r, 0, 1, grid.n_cols, b.place) for r, b in enumerate(lines)]
    cells += [replace(c, row=c.row + by) for c in grid.cells]
    reasons = [replace(r, row=r.row + by) if r.row is not None else r for r in grid.reasons]
    reasons += [Reason("section", "a line between two pieces of the table", row=r) for r in range(by)]
    return replace(grid, cells=tuple(cells), n_rows=grid.n_rows + by, reasons=tuple(reasons))


def _laid(first: Grid, grid: Grid) -> Grid:
    """The grid with the last heads of the first piece, which it repeats, in the columns of that piece."""
    heads = first.header_rows or 0
    if heads < 2 or grid.n_rows <= 1:
        return grid
    for start in range(1, heads):
        rows = [[c for c in first.cells if c.row == r and c.text.strip()] for r in range(start, heads)]
        if any(len(row) < 2 or len(row) == first.n_cols for row in rows[:1]) or grid.n_rows <= len(rows):
            continue
        mine = [[c for c in grid.cells if c.row == r] for r in range(len(rows))]
        same = all(
            len(a) == len(b)
            and all(headers.fold(x.text) == headers.fold(y.text) for x, y in zip(a, b, strict=True))
            for a, b in zip(rows, mine, strict=True)
        )
        if same:
            made = [
                replace(y, col=x.col, col_span=x.col_span)
                for a, b in zip(rows, mine, strict=True)
                for x, y in zip(a, b, strict=True)
            ]
            kept = [c for c in grid.cells if c.row >= len(rows)]
            why = Reason("levels", "sub-heads under the heads of the piece above", row=0)
            return replace(grid, cells=(*made, *kept), reasons=(*grid.reasons, why))
    return grid
