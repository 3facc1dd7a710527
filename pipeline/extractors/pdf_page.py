"""One page: its tables as grids and the lines of text outside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.extractors import pdf_bands, pdf_rules, pdf_text, pdf_unruled
from pipeline.extractors.pdf_objects import Array, Ints
from pipeline.extractors.pdf_read import Chars, PageContent
from pipeline.extractors.pdf_settings import SETTINGS
from pipeline.extractors.pdf_text import Line, Word
from pipeline.model import BBox, Cell, Grid, Note, Place, note

Edges: TypeAlias = tuple[float, ...]

_MOST_FILLS = 3000  # more fills are a drawing
_STROKE, _STROKES = 15.0, 30  # strokes shorter than this (pt), more than so many: a drawing


@dataclass(frozen=True, slots=True)
class PageTables:
    """What a page holds. `boxes` are those of the grids in the reading frame; `lines` are upright, outside
    the grids; `turned` are lines in other directions, `slanted` the text of watermarks.
    """

    number: int
    content: PageContent
    grids: tuple[Grid, ...]
    boxes: tuple[BBox, ...]
    lines: tuple[Line, ...]
    turned: tuple[Line, ...]
    slanted: tuple[tuple[str, BBox], ...]
    notes: tuple[Note, ...]


def read_tables(number: int, content: PageContent, source: str, before: Edges = ()) -> PageTables:
    """The tables and lines of page `number` (from 1) of the file shown as `source`.

    `before` are the column borders of a table that ends the page before: a box with the same borders goes
    on with it, even if it holds one text only.
    """
    chars = content.chars
    boxes = chars.boxes
    centres = np.column_stack(((boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2))
    horizontal, vertical = pdf_rules.split_rules(content.rules)
    cell = np.full(len(chars), -1, dtype=np.int64)
    kept: list[tuple[pdf_rules.Lattice, int]] = []
    next_number = 0
    for lattice in pdf_rules.lattices(horizontal, vertical, centres):
        inside = lattice.cell_of(centres[:, 0], centres[:, 1])
        inside[(cell >= 0) | (chars.turn < 0)] = -1
        if _goes_on(lattice, inside, before) or _is_table(lattice, inside, content):
            cell[inside >= 0] = inside[inside >= 0] + next_number
            kept.append((lattice, next_number))
            next_number += len(lattice.cells)
    for lattice in _filled_lattices(content, [k.box for k, _ in kept], centres):
        inside = lattice.cell_of(centres[:, 0], centres[:, 1])
        inside[(cell >= 0) | (chars.turn < 0)] = -1
        shown = len(np.unique(inside[inside >= 0])) >= SETTINGS.fill_share * len(lattice.cells)
        if shown and len(lattice.xs) > 2 < len(lattice.ys) and not _cuts_words(chars, inside):
            cell[inside >= 0] = inside[inside >= 0] + next_number
            kept.append((lattice, next_number))
            next_number += len(lattice.cells)
    by_cell: dict[int, list[Word]] = defaultdict(list)
    for word in pdf_text.words(chars, cell):
        by_cell[word.cell].append(word)
    draws_spaces = pdf_text.draws_spaces(chars, cell)
    found: list[tuple[Grid, BBox]] = []
    for lattice, first in kept:
        words = {i: by_cell[first + i] for i in range(len(lattice.cells)) if first + i in by_cell}
        table = pdf_unruled.open_lattice(lattice, words) or pdf_unruled.stacked_lattice(lattice, words)
        if table is not None:
            found.append((_text_grid(table, number, content, source), table.box))
        elif len(lattice.xs) > 2 or _same_borders(lattice, before):
            found.append((_grid(lattice, words, number, content, source, draws_spaces), lattice.box))
        else:
            by_cell[-1].extend(w for i in words for w in words[i])
    by_turn: dict[int, list[Word]] = defaultdict(list)
    for word in by_cell.pop(-1, []):
        by_turn[word.turn].append(word)
    lines = pdf_text.lines(by_turn[0])
    free = horizontal.pick(_outside(horizontal, [box for _, box in found]))
    for tables in (pdf_unruled.ruled_above_and_below(lines, free), pdf_unruled.aligned):
        taken: set[int] = set()
        for table, used in tables(lines) if callable(tables) else tables:
            if not taken & used and not _is_drawing(content, table.xs, table.ys):
                taken |= used
                found.append((_text_grid(table, number, content, source), table.box))
        lines = [line for k, line in enumerate(lines) if k not in taken]
    found.sort(key=lambda item: (item[1][1], item[1][0]))
    return PageTables(
        number,
        content,
        tuple(grid for grid, _ in found),
        tuple(box for _, box in found),
        tuple(lines),
        tuple(line for turn in (1, 2, 3) for line in pdf_text.lines(by_turn[turn])),
        _slanted(by_turn[-1]),
        tuple(_notes(number, content)),
    )


def _slanted(words: Sequence[Word]) -> tuple[tuple[str, BBox], ...]:
    """The slanted text of a page in the order in which it is drawn: one watermark."""
    if not words:
        return ()
    text = "".join((" " if w.space else "") + w.text for w in words).strip()
    return ((text, pdf_text.around([w.box for w in words])),)


def _outside(rules: pdf_rules.Rules, boxes: Sequence[BBox]) -> NDArray[np.bool_]:
    """Which horizontal rules lie outside the tables found so far."""
    free = np.ones(len(rules), dtype=bool)
    for x0, top, x1, bottom in boxes:
        inside = (
            (rules.at >= top - 2)
            & (rules.at <= bottom + 2)
            & (rules.start >= x0 - 12)
            & (rules.end <= x1 + 12)
        )
        free &= ~inside
    return free


def _filled_lattices(
    content: PageContent, boxes: Sequence[BBox], centres: Array
) -> Iterator[pdf_rules.Lattice]:
    """Lattices of the edges of cell fills that lie side by side, where no rules show a table."""
    fills = content.fills
    fills = fills[np.minimum(fills[:, 2] - fills[:, 0], fills[:, 3] - fills[:, 1]) >= SETTINGS.least_height]
    for x0, top, x1, bottom in boxes:
        apart = (fills[:, 2] <= x0) | (fills[:, 0] >= x1) | (fills[:, 3] <= top) | (fills[:, 1] >= bottom)
        fills = fills[apart]
    if not 4 <= len(fills) <= _MOST_FILLS:
        return
    x0, top, x1, bottom = fills.T
    edges = np.vstack([np.column_stack(e) for e in ((x0, top, x1, top), (x0, bottom, x1, bottom))])
    sides = np.vstack([np.column_stack(e) for e in ((x0, top, x0, bottom), (x1, top, x1, bottom))])
    yield from pdf_rules.lattices(*pdf_rules.split_rules(np.vstack((edges, sides))), centres)


def _is_table(lattice: pdf_rules.Lattice, inside: Ints, content: PageContent) -> bool:
    """Cells with text in more than one: a frame around text, a line under it or a chart is none.

    A chart's raster is irregular and mostly empty; a form's empty rows are regular.
    """
    x0, top, x1, bottom = lattice.box
    if len(lattice.cells) < 2 or x1 - x0 < SETTINGS.least_width or bottom - top < SETTINGS.least_height:
        return False
    at_edges = (x0, top, content.width - x1, content.height - bottom)
    if max(at_edges) <= SETTINGS.join:
        return False  # a frame around the page
    filled = len(np.unique(inside[inside >= 0]))
    if filled < 2:
        return False
    regular = len(lattice.cells) >= 0.7 * lattice.number.size
    if filled < (0.03 if regular else SETTINGS.form_share) * len(lattice.cells):
        return False
    drawing = _is_drawing(content, lattice.xs.tolist(), lattice.ys.tolist())
    return not drawing and not _cuts_words(content.chars, inside)


def _same_borders(lattice: pdf_rules.Lattice, before: Edges) -> bool:
    """The borders are those of the table before, all of them or the outer ones of a row that spans all
    columns.
    """
    if len(before) < 2:
        return False
    xs = lattice.xs.tolist()
    wanted = before if len(xs) > 2 else (before[0], before[-1])
    return len(xs) == len(wanted) and all(
        abs(a - b) <= SETTINGS.join for a, b in zip(xs, wanted, strict=True)
    )


def _goes_on(lattice: pdf_rules.Lattice, inside: Ints, before: Edges) -> bool:
    return bool((inside >= 0).any()) and _same_borders(lattice, before)


def open_end(page: PageTables) -> Edges:
    """The column borders of the table that ends the page; empty if text follows it (page furniture does not
    count).
    """
    if not page.boxes:
        return ()
    last = max(range(len(page.boxes)), key=lambda i: page.boxes[i][3])
    bottom, limit = page.boxes[last][3], page.content.height * (1 - SETTINGS.margin_zone)
    if any(bottom < line.v0 < limit for line in page.lines):
        return ()
    return page.grids[last].col_edges or ()


def _is_drawing(content: PageContent, xs: Sequence[float], ys: Sequence[float]) -> bool:
    """Many short strokes between the borders of a table: curves, marks and hatching of a chart."""
    rules = content.rules
    middle = np.column_stack(((rules[:, 0] + rules[:, 2]) / 2, (rules[:, 1] + rules[:, 3]) / 2))
    short = np.maximum(rules[:, 2] - rules[:, 0], rules[:, 3] - rules[:, 1]) < _STROKE
    inside = short & (middle[:, 0] > xs[0]) & (middle[:, 0] < xs[-1])
    inside &= (middle[:, 1] > ys[0]) & (middle[:, 1] < ys[-1])
    if np.count_nonzero(inside) <= _STROKES:
        return False
    points = middle[inside]
    for axis, lines in ((0, np.asarray(xs)), (1, np.asarray(ys))):
        far = np.abs(points[:, axis, None] - lines[None, :]).min(axis=1) > SETTINGS.join
        points = points[far]
        if len(points) <= _STROKES:
            return False
    spots = len(np.unique(np.floor(points / 4), axis=0))
    return bool(spots > max(_STROKES, 2 * len(xs) * len(ys)))


def _cuts_words(chars: Chars, inside: Ints) -> bool:
    """Rules run through words: gridlines of a chart, marks of a drawing."""
    gap = chars.u0[1:] - chars.u1[:-1]
    beside = (np.abs(gap) < 0.05 * chars.size[1:]) & ~chars.space[1:] & (chars.turn[1:] == chars.turn[:-1])
    beside &= (
        (np.abs(chars.base[1:] - chars.base[:-1]) < 0.1 * chars.size[1:])
        & (inside[1:] >= 0)
        & (inside[:-1] >= 0)
    )
    cut = np.count_nonzero(beside & (inside[1:] != inside[:-1]))
    return bool(cut > max(2, 0.1 * len(np.unique(inside))))


def _grid(
    lattice: pdf_rules.Lattice,
    words: dict[int, list[Word]],
    page: int,
    content: PageContent,
    source: str,
    draws_spaces: bool,
) -> Grid:
    xs, ys = lattice.xs.tolist(), lattice.ys.tolist()
    cells = []
    for i, cell in enumerate(lattice.cells):
        inside = words.get(i)
        box = (xs[cell.col], ys[cell.row], xs[cell.col + cell.col_span], ys[cell.row + cell.row_span])
        place = Place(source, page=page, bbox=content.to_display(box))
        inner = (box[0], box[2]) if draws_spaces and inside and not inside[0].turn else None
        text = pdf_text.cell_text(inside, inner) if inside else ""
        cells.append(Cell(text, cell.row, cell.col, cell.row_span, cell.col_span, place))
    return Grid(
        tuple(cells),
        len(ys) - 1,
        len(xs) - 1,
        page=page,
        bbox=content.to_display(lattice.box),
        open_top=lattice.open_top,
        open_bottom=lattice.open_bottom,
        col_edges=tuple(round(x, 2) for x in xs),
    )


def _text_grid(table: pdf_bands.TextTable, page: int, content: PageContent, source: str) -> Grid:
    """The grid of a table whose columns or rows its text shows."""
    xs, ys = table.xs, table.ys
    cells = []
    for cell, words in zip(table.cells, table.words, strict=True):
        box = (xs[cell.col], ys[cell.row], xs[cell.col + cell.col_span], ys[cell.row + cell.row_span])
        place = Place(source, page=page, bbox=content.to_display(box))
        text = pdf_text.cell_text(words) if words else ""
        cells.append(Cell(text, cell.row, cell.col, cell.row_span, cell.col_span, place))
    cells.sort(key=lambda c: (c.row, c.col))
    edges = tuple(round(x, 2) for x in xs)
    box = content.to_display(table.box)
    return Grid(tuple(cells), len(ys) - 1, len(xs) - 1, page=page, bbox=box, col_edges=edges)


def _notes(number: int, content: PageContent) -> Sequence[Note]:
    share = _pictured(content)
    if not len(content.chars):
        return [note("pdf.scan-page", page=number)] if share > 0.1 else []
    count = len(content.chars)
    if share > SETTINGS.covers and (content.invisible or count < SETTINGS.few_chars):
        return [note("pdf.scan-text-page", page=number)]
    return []


def _pictured(content: PageContent) -> float:
    """The share of the page that pictures cover; scanners cut one picture into strips or layers."""
    x0, top, x1, bottom = content.images.T
    if not (area := content.width * content.height):
        return 0.0  # a crop box beside the page leaves no page
    return min(1.0, float(((x1 - x0) * (bottom - top)).sum()) / area)
