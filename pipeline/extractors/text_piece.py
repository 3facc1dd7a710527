"""What the readers of tables in plain text share: a table found among lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pipeline.model import Cell, Grid


@dataclass(frozen=True, slots=True)
class Found:
    """A table piece in the lines from where the reader was asked to `end` (exclusive).

    Without a grid it is no table but a frame around `texts`. `edges` are the positions of the column borders
    on the line (characters), `closed` that a rule stands below: both for a body that goes on outside the
    box.
    """

    grid: Grid | None
    end: int
    texts: tuple[str, ...] = ()
    edges: tuple[int, ...] = ()
    closed: bool = False


Reader: TypeAlias = Callable[[Sequence[str], int, Sequence[Grid]], Found | None]
"""`read(lines, start, before)`: the table that begins at line `start`, None if none does.

`before` are the grids found so far: a single row may go on a table that was seen above.
"""


def grid_of(rows: Sequence[Sequence[str]]) -> Grid:
    """A grid without spans; a row with fewer fields than the others has fewer cells."""
    cells = tuple(Cell(text, r, c) for r, row in enumerate(rows) for c, text in enumerate(row))
    return Grid(cells, len(rows), max((len(row) for row in rows), default=0))
