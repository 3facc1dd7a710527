"""Rows of an OpenDocument table → a `Grid`: every cell has its place, covered places are spelled out."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.extractors.odt_names import MOST_REPEATED
from pipeline.limits import current
from pipeline.model import Cell, Grid, Note, Place, note

OdtCell = tuple[str | None, int, int]  # text (None: covered), rows, columns
_MOST_COVERED = 2_000_000  # places looked at for spans; more than that only a forged file has


@dataclass(slots=True)
class OdtTable:
    """A table as it is read. Trailing rows and cells that are only repeated filling are left out by
    `build`.
    """

    rows: list[list[OdtCell]] = field(default_factory=list)
    header_rows: int | None = None
    notes: list[Note] = field(default_factory=list)

    def add(self, cells: list[OdtCell], repeated: int, header: bool) -> None:
        if header and len(self.rows) == (self.header_rows or 0):
            self.header_rows = len(self.rows) + repeated
        if repeated == MOST_REPEATED:
            self.notes.append(note("word.clipped", limit=MOST_REPEATED))
        self.rows.extend([cells] * repeated)
        current().check("table_cells", len(self.rows))


def build(table: OdtTable, place: Place) -> Grid | None:
    """The grid, None for a table without cells. Raises SourceError above the limit `table_cells`."""
    rows = table.rows
    n_cols = max((len(row) for row in rows), default=0)
    if n_cols == 0:
        return None
    current().check("table_cells", len(rows) * n_cols)
    real: set[tuple[int, int]] = set()
    if any(down > 1 or across > 1 for row in rows for _, down, across in row):
        real = {(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell[0] is not None}
    taken: set[tuple[int, int]] = set()
    looked = 0
    cells: list[Cell] = []
    for r, row in enumerate(rows):
        for c, (text, down, across) in enumerate(row):
            if text is None or (r, c) in taken:
                continue
            down, across = min(down, len(rows) - r), min(across, n_cols - c)
            if down > 1 or across > 1:
                looked += down * across
                spot = (r, c)
                covered: set[tuple[int, int]] = set()
                if looked <= _MOST_COVERED:
                    covered = {(r + i, c + j) for i in range(down) for j in range(across)} - {spot}
                if not covered or not covered.isdisjoint(real) or not covered.isdisjoint(taken):
                    down = across = 1  # the file does not cover what the cell claims
                else:
                    taken |= covered
            cells.append(Cell(text, r, c, down, across, place))
    return Grid(tuple(cells), len(rows), n_cols, header_rows=table.header_rows, notes=tuple(table.notes))
