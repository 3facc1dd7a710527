"""The paragraphs and tables of one RTF story (body, header, footnote, text box) as its control words
come in.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from pipeline.extractors import docx_grid as g
from pipeline.model import Block, Grid, Place, note

_SAME_BORDER = 100  # twips (1.8 mm): column borders that are nearer to each other are one
MOST_CELLS_A_ROW = 1000
_MOST_LEVELS = 50  # tables in tables

Kind = Literal["text", "hidden", "deleted"]


@dataclass(slots=True)
class _Row:
    """A row's definition (`\\trowd` … `\\cellx`): right borders of its cells in twips, and their merges."""

    left: int = 0
    borders: list[int] = field(default_factory=list)
    across: list[bool] = field(default_factory=list)  # merged with the cell on the left
    down: list[int] = field(default_factory=list)  # NO_MERGE, FIRST, MORE of docx_grid
    header: bool = False
    next_across: bool = False
    next_down: int = g.NO_MERGE


@dataclass(slots=True)
class _Level:
    """An open table: its finished rows, the cells of the row in work, the paragraphs of the cell in work."""

    rows: list[tuple[_Row, list[str]]] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    row: _Row = field(default_factory=_Row)
    inner: list[Grid] = field(default_factory=list)  # tables in its cells
    holders: list[tuple[int, int]] = field(default_factory=list)  # row and column of cells that hold them


@dataclass(slots=True)
class Story:
    """Feed it text and control words; `content` is complete after `end()`."""

    kind: str
    place: Place
    content: list[Block | Grid] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    number: int = 0  # of a footnote
    _text: list[str] = field(default_factory=list)
    _label: list[str] = field(default_factory=list)
    _aside: list[Block | Grid] = field(default_factory=list)
    _levels: list[_Level] = field(default_factory=list)
    _depth: int = 0  # of the paragraph in work: 0 outside tables
    _in_table: bool = False
    _heading: bool = False
    _pieces: dict[str, list[str]] = field(default_factory=lambda: {"hidden": [], "deleted": []})

    def add(self, text: str, kind: Kind | str, label: bool = False) -> None:
        if kind != "text":
            self._pieces[kind].append(text)
        elif label:
            self._label.append(text)
        else:
            self._flush_pieces()
            self._text.append(text)

    def box(self, text: str, grids: list[Grid]) -> None:
        """A text box that stands here."""
        if text:
            if self._at() > 0:
                self._level(self._at()).lines.append(text)
            else:
                self._aside.append(Block(text, "textbox", self.place))
        self._aside.extend(grids)

    def word(self, word: str, value: int | None) -> None:
        """A control word about paragraphs or tables; others are passed over."""
        if word == "pard":
            self._depth, self._in_table, self._heading = 0, False, False
        elif word == "intbl":
            self._in_table = True
        elif word == "itap":
            self._depth = max(0, min(value or 0, _MOST_LEVELS))
        elif word == "outlinelevel":
            self._heading = value is not None and value < 9
        elif word == "cell":
            self._end_cell(1)
        elif word == "nestcell":
            self._end_cell(max(2, self._at()))
        elif word == "row":
            self._end_row(1)
        elif word == "nestrow":
            self._end_row(max(2, self._at()))
        elif word == "trowd":
            self._definition().row = _Row()
        elif word in ("trleft", "trhdr", "cellx") or word.startswith("cl"):
            self._row_word(self._definition().row, word, value)

    def _at(self) -> int:
        return self._depth or (1 if self._in_table else 0)

    def _definition(self) -> _Level:
        """The table that a row definition is about: the innermost one that has cells in work, or the
        paragraph's.
        """
        return self._level(max(1, self._at()), close=False)

    def _row_word(self, row: _Row, word: str, value: int | None) -> None:
        if word == "trleft":
            row.left = value or 0
        elif word == "trhdr":
            row.header = True
        elif word == "clmrg":
            row.next_across = True
        elif word == "clvmgf":
            row.next_down = g.FIRST
        elif word == "clvmrg":
            row.next_down = g.MORE
        elif word == "cellx" and len(row.borders) < MOST_CELLS_A_ROW:
            last = row.borders[-1] if row.borders else row.left
            row.borders.append(max(value or 0, last + 1))
            row.across.append(row.next_across)
            row.down.append(row.next_down)
            row.next_across, row.next_down = False, g.NO_MERGE

    def _level(self, depth: int, close: bool = True) -> _Level:
        """The open table at `depth` (from 1); closes deeper ones."""
        while close and len(self._levels) > depth:
            self._close_table()
        while len(self._levels) < depth:
            self._levels.append(_Level())
        return self._levels[depth - 1]

    # ------------------------------------------------------------------------------------ endings

    def _take(self) -> str:
        self._flush_pieces()
        label, text = "".join(self._label), "".join(self._text)
        self._label.clear()
        self._text.clear()
        if label.strip():
            text = f"{label.strip()} {text}" if text else label.strip()
        return text

    def _flush_pieces(self) -> None:
        for kind, pieces in self._pieces.items():
            text = "".join(pieces)
            if text.strip():
                self.counts[kind] += 1
                self._aside.append(Block(text, kind, self.place))
            pieces.clear()

    def end_paragraph(self) -> None:
        text = self._take()
        depth = self._at()
        if depth > 0:
            self._level(depth).lines.append(text)
            return
        while self._levels:
            self._close_table()
        if text.strip():
            self.content.append(Block(text, "heading" if self._heading else "paragraph", self.place))
        self._drain()

    def _end_cell(self, depth: int) -> None:
        text = self._take()
        level = self._level(depth)
        level.lines.append(text)
        if len(level.cells) < MOST_CELLS_A_ROW:
            level.cells.append("\n".join(level.lines).strip("\n"))
        level.lines = []

    def _end_row(self, depth: int) -> None:
        level = self._level(depth)
        if self._text or level.lines:  # text after the last \cell: damaged, but not lost
            self._end_cell(depth)
            if level.cells and not level.cells[-1].strip():
                level.cells.pop()
        if level.cells:
            level.rows.append((level.row, level.cells))
            level.cells = []

    def _close_table(self) -> None:
        """Ends the innermost table; its grid goes to the table around it, or to the content."""
        level = self._levels[-1]
        if level.cells or level.lines:
            if level.lines:
                level.cells.append("\n".join(level.lines).strip("\n"))
                level.lines = []
            level.rows.append((level.row, level.cells))
        self._levels.pop()
        grid, covered = g.build(self._raw(level), self.place)
        found: list[Grid] = [] if grid is None else [grid]
        found += level.inner
        for text in covered:
            self.counts["hidden"] += 1
            self._aside.append(Block(text, "hidden", self.place))
        if self._levels:
            outer = self._levels[-1]
            outer.inner += found
            outer.holders.append((len(outer.rows) + 1, len(outer.cells) + 1))
        else:
            self.content.extend(found)
            self._drain()

    def _raw(self, level: _Level) -> g.RawTable:
        table = g.RawTable()
        if self._levels:
            table.notes.append(note("word.inside"))
        for number, column in level.holders:
            table.notes.append(note("word.holds", row=number, column=column))
        for row, cells in level.rows:
            while len(row.borders) < len(cells):  # a cell without a border: as wide as three centimetres
                self._row_word(row, "cellx", (row.borders[-1] if row.borders else row.left) + 1701)
        borders = sorted({b for row, cells in level.rows for b in (row.left, *row.borders[: len(cells)])})
        starts = borders[:1]
        for border in borders[1:]:
            if border - starts[-1] > _SAME_BORDER:
                starts.append(border)
        if len(starts) == 1:  # all cells narrower than that: damaged, but not lost
            starts.append(max(borders[-1], starts[0] + 1))
        table.widths = [b - a for a, b in itertools.pairwise(starts)]
        for index, (row, cells) in enumerate(level.rows):
            raw: list[g.RawCell] = []
            left = bisect_right(starts, row.left) - 1
            for text, border, across, down in zip(cells, row.borders, row.across, row.down, strict=False):
                right = max(left, bisect_right(starts, border) - 1)
                if across and raw:
                    last = raw[-1]
                    raw[-1] = (last[0] or text, last[1], right - last[1], last[3])
                elif right > left:
                    raw.append((text, left, right - left, down))
                elif raw and text.strip():  # a cell without width: damaged, but not lost
                    raw[-1] = ((raw[-1][0] + "\n" + text).strip("\n"), *raw[-1][1:])
                elif text.strip():
                    right = left + 1
                    raw.append((text, left, 1, down))
                left = right
            if row.header and index == (table.header_rows or 0):
                table.header_rows = index + 1
            table.rows.append(raw)
        return table

    def _drain(self) -> None:
        self.content.extend(self._aside)
        self._aside.clear()

    def end(self) -> None:
        """The story's end: whatever is open is closed."""
        if self._text or self._label or any(self._pieces.values()):
            self.end_paragraph()
        while self._levels:
            self._close_table()
        self._drain()
