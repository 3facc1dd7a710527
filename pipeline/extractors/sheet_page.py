"""A sheet as it is shown, from whatever format: texts at rows and columns, merged ranges, borders."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.limits import Limits
from pipeline.model import Note


@dataclass(slots=True)
class Sheet:
    """`rows[r][c]` is the displayed text, "" for a cell that is only bordered; rows and columns count from 0.

    `merges[(r, c)]` is (rows, columns) of a merged range by its top left corner.
    """

    name: str
    hidden: bool = False
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    bordered: set[tuple[int, int]] = field(default_factory=set)
    merges: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)  # first and last, inclusive
    textboxes: list[str] = field(default_factory=list)
    no_result: int = 0  # formulas without a stored result
    errors: int = 0  # cells that show #REF! and the like
    _count: int = 0

    def put(self, row: int, column: int, text: str, bordered: bool, limits: Limits) -> None:
        """Store a cell. Raises SourceError when the sheet holds more texts than a table may have."""
        if text.strip():
            self._count += 1
            limits.check("table_cells", self._count)
        elif bordered and len(self.bordered) < limits.table_cells:
            text = ""
        else:
            return
        self.rows.setdefault(row, {})[column] = text
        if bordered:
            self.bordered.add((row, column))

    @property
    def n_texts(self) -> int:
        return self._count


@dataclass(slots=True)
class Workbook:
    sheets: list[Sheet]
    notes: list[Note] = field(default_factory=list)
