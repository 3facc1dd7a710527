"""Grids become tables: one algorithm for all formats.

`assemble` takes these steps, in this order:

0. *levels*: heads on several levels get back the spans that the form does not draw (`pipeline.levels`),
   and rows of text the fields that stand in merged cells above (`pipeline.shortrows`), and the lines between
   two pieces their place (`pipeline.continued`);
1. *stitch*: which neighbouring grids are pieces of one table (`pipeline.stitch`): nothing but page
   furniture lies between them, and their header is repeated, or their columns lie at the same places, or
   the format says so;
2. *columns*: the pieces are laid onto common columns (by their edges, or by their headings where a column
   was lost);
3. *headers*: how many rows are header (the format's word, repetition over the pieces, spans, words that
   stand in column heads, the row of column numbers), and the repeated ones are dropped;
4. *cut rows*: a row that a page break cut is joined again (`pipeline.cutrows`), a merged cell that goes on
   is carried over;
5. *ragged rows* are reported (`pipeline.ragged`).

Every decision leaves a `Reason`. Nothing is dropped but repeated header rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipeline import continued, cutrows, headers, levels, ragged, shortrows, stitch
from pipeline.model import (
    Block,
    Cell,
    Document,
    Finding,
    Grid,
    Note,
    Place,
    Reason,
    Table,
    note,
)


def assemble(document: Document, *, per_page: bool = False) -> Document:
    """The document with its grids made into tables, numbered from 1 in reading order.

    With `per_page` each grid stays a table of its own (header rows are told, nothing is dropped or joined).
    """
    has_spans = _has_spans(document)
    document = levels.restore(document)
    if document.source.format == "text":
        grids = document.grids
        moved = (shortrows.moved(x, grids) if isinstance(x, Grid) else x for x in document.content)
        document = continued.joined(replace(document, content=tuple(moved)))
    groups = [[g] for g in document.grids] if per_page else stitch.groups(document)
    first_of = {id(group[0]): group for group in groups}
    inside = {id(grid) for group in groups for grid in group}
    content: list[Block | Grid | Table] = []
    number = 0
    for item in document.content:
        if isinstance(item, Grid) and id(item) in inside:
            group = first_of.get(id(item))
            if group is not None:
                number += 1
                content.append(
                    _table(
                        group,
                        number,
                        document.source.path,
                        has_spans=has_spans,
                        is_sheet=_is_sheet(document),
                    )
                )
        else:
            content.append(item)
    return replace(document, content=tuple(content))


def _is_sheet(document: Document) -> bool:
    """A spreadsheet: what it does not store is an empty cell, never a missing one."""
    return document.source.format in ("xlsx", "xls", "ods")


def _has_spans(document: Document) -> bool:
    return document.source.format != "text" or any(
        c.row_span > 1 or c.col_span > 1 for g in document.grids for c in g.cells
    )


@dataclass(slots=True)
class _Building:
    """A table in the making; rows are lists of the cells that begin in them (still with their own row
    numbers).
    """

    n_cols: int
    rows: list[list[Cell]] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def _table(
    grids: Sequence[Grid], number: int, source: str, *, has_spans: bool, is_sheet: bool = False
) -> Table:
    pieces, reasons, notes = stitch.common_columns(grids)
    n_cols = max(p.n_cols for p in pieces)
    head = headers.count(pieces[0], others=pieces[1:])
    pieces = [part for piece in pieces for part in _split_at_header(piece, pieces[0], head.rows)]
    build = _Building(n_cols, reasons=[*grids[0].reasons, *reasons, *head.reasons])
    shape = cutrows.shape(_certain_rows(pieces, head.rows), n_cols)
    for index, piece in enumerate(pieces):
        rows = rows_of(piece)
        if index:
            dropped = headers.repeated(pieces[0], head.rows, piece)
            if dropped:
                build.reasons.append(
                    Reason("header-dropped", f"{dropped} row(s) repeat the header", page=piece.page)
                )
            rows = _without_leading(rows, dropped)
            open_row = bool(piece.open_top) or bool(pieces[index - 1].open_bottom)
            if rows and len(build.rows) > head.rows:
                last = cutrows.last_row(build.rows, n_cols)
                why = cutrows.is_rest(last, rows[0], shape, is_open=open_row)
                if why is not None:
                    _merge_rows(build, rows[0], why, number, source)
                    rows = rows[1:]
                elif has_spans:
                    rows = _carry(build, rows, piece)
        if not has_spans:
            rows = _join_wrapped(build, rows, 0 if index else head.rows, shape)
        build.rows.extend(rows)
    cells: list[Cell] = []
    for r, row in enumerate(build.rows):
        before: Place | None = None
        place = _placed(None, source, number, r)  # the cells of a row stand at one place, mostly
        for cell in row:
            if cell.place is not before:
                before, place = cell.place, _placed(cell.place, source, number, r)
            cells.append(
                Cell(
                    cell.text, r, cell.col, cell.row_span, cell.col_span, place, cell.confidence,
                    cell.readings,
                )  # not `replace`, which takes three times as long
            )  # fmt: skip
    if any(r.what == levels.UNCLEAR for r in grids[0].reasons):
        build.findings.append(_unclear_head(cells, number, source))
    for finding in notes:
        build.findings.append(_column_finding(finding, number, source))
    for r, found, expected in (
        ragged.ended_early(build.rows, n_cols, head.rows)
        if is_sheet
        else ragged.rows(build.rows, n_cols, head.rows, has_spans=has_spans)
    ):
        build.findings.append(_ragged_row(build.rows[r], r, found, expected, number, source))
    pages = tuple(dict.fromkeys(p.page for p in pieces if p.page is not None))
    return Table(
        number,
        tuple(cells),
        len(build.rows),
        n_cols,
        min(head.rows, len(build.rows)),
        pages,
        pieces[0].page,
        pieces[0].bbox,
        tuple(build.reasons),
        tuple(build.findings),
        tuple(n for g in grids for n in g.notes),
    )


def _split_at_header(piece: Grid, first: Grid, header_rows: int) -> list[Grid]:
    """A header that stands again among the rows (a text export without page breaks) begins a new piece."""
    starts = [r for r in headers.repeated_inside(first, header_rows, piece) if r > 0]
    if not starts:
        return [piece]
    bounds = [0, *starts, piece.n_rows]
    parts = []
    for start, end in pairwise(bounds):
        cells = tuple(
            replace(c, row=c.row - start, row_span=min(c.row_span, end - c.row))
            for c in piece.cells
            if start <= c.row < end
        )
        part = replace(piece, cells=cells, n_rows=end - start)
        parts.append(part if start == 0 else replace(part, header_rows=None, bbox=None))
    return parts


def _certain_rows(pieces: Sequence[Grid], header_rows: int) -> list[list[Cell]]:
    """The rows that are surely whole and no header: what the columns look like is learned from them."""
    found = rows_of(pieces[0])[header_rows:]
    for before, piece in pairwise(pieces):
        rows = rows_of(piece)[headers.repeated(pieces[0], header_rows, piece) :]
        if len(found) > 1 and before.n_rows > header_rows + 1:
            found.pop()  # cut perhaps, as is the first row of the piece
        found.extend(rows[1:])
    return found


def rows_of(grid: Grid) -> list[list[Cell]]:
    """The cells of each row that begin in it, left to right."""
    rows: list[list[Cell]] = [[] for _ in range(grid.n_rows)]
    for cell in grid.cells:
        rows[cell.row].append(cell)
    for row in rows:
        row.sort(key=lambda c: c.col)
    return rows


def _without_leading(rows: list[list[Cell]], n: int) -> list[list[Cell]]:
    """Drop n leading rows; a cell that spans out of them begins below."""
    kept = rows[n:]
    for r, row in enumerate(rows[:n]):
        for cell in row:
            rest = r + cell.row_span - n
            if rest > 0 and kept:
                kept[0] = sorted([*kept[0], replace(cell, row_span=rest)], key=lambda c: c.col)
    return kept


def _join_wrapped(
    build: _Building, rows: list[list[Cell]], header_rows: int, shape: Sequence[cutrows.ColumnShape]
) -> list[list[Cell]]:
    """Text without layout: a cell wrapped onto a line of its own is joined to the row above."""
    kept: list[list[Cell]] = []
    for r, row in enumerate(rows):
        if r > header_rows and kept and cutrows.is_wrapped(kept[-1], row, shape):
            kept[-1] = cutrows.merged(kept[-1], row)
            index = len(build.rows) + len(kept) - 1
            build.reasons.append(Reason("row-joined", "wrapped onto a line of its own", row=index))
        else:
            kept.append(row)
    return kept


def _merge_rows(build: _Building, rest: list[Cell], why: tuple[Note, ...], number: int, source: str) -> None:
    index = len(build.rows) - 1
    last = build.rows[index]
    texts = [c.text for c in rest if c.text.strip()]
    firsts = [
        a.text for b in rest if b.text.strip() for a in cutrows.covering(build.rows, b.col) if a.text.strip()
    ]
    place = next((c.place for c in rest if c.place is not None), None)
    first_place = next((c.place for c in last if c.place is not None), None)
    build.rows[index] = cutrows.merged(last, rest)
    for cell in rest:
        if cell.row_span > 1:  # merged over rows of the new page: what it belongs to goes on over them
            _extend(build.rows, cell.col, cell.row_span - 1)
    build.reasons.append(
        Reason("row-joined", "cut by a page break", row=index, page=place.page if place else None)
    )
    build.findings.append(
        Finding(
            "row-joined",
            note("table.row-joined", first=" / ".join(firsts), second=" / ".join(texts)),
            raw=" / ".join(texts),
            evidence=why,
            places=(_placed(first_place, source, number, index),),
            key=" / ".join(texts),
        )
    )


def _carry(build: _Building, rows: list[list[Cell]], piece: Grid) -> list[list[Cell]]:
    """An empty cell left of the first text, under a merged or filled one: the merged cell goes on after
    the break.
    """
    first = next((c.col for c in rows[0] if c.text.strip()), 0)
    kept = list(rows[0])
    for cell in rows[0]:
        if cell.text.strip() or cell.col >= first:
            continue
        above = next((a for a in cutrows.covering(build.rows, cell.col)), None)
        if above is None or not above.text.strip() or above.col_span != cell.col_span:
            continue
        _extend(build.rows, cell.col, cell.row_span)
        kept.remove(cell)
        build.reasons.append(
            Reason("carried", f"merged cell goes on: {above.text[:40]}", row=len(build.rows), page=piece.page)
        )
    return [kept, *rows[1:]]


def _extend(rows: list[list[Cell]], col: int, extra: int) -> None:
    """The cell that covers a column in the last row reaches `extra` rows further."""
    above = next(cutrows.covering(rows, col), None)
    if above is None:
        return
    for r in range(len(rows) - 1, -1, -1):
        for i, cell in enumerate(rows[r]):
            if cell is above:
                rows[r][i] = replace(cell, row_span=len(rows) - r + extra)
                return


def _ragged_row(row: Sequence[Cell], r: int, found: int, expected: int, number: int, source: str) -> Finding:
    text = " / ".join(c.text for c in row if c.text.strip())
    place = next((c.place for c in row if c.place is not None), None)
    why = note("table.ragged-row", found=found, expected=expected)
    return Finding("ragged-row", why, raw=text, places=(_placed(place, source, number, r),), key=text)


def _unclear_head(cells: Sequence[Cell], number: int, source: str) -> Finding:
    raw = " | ".join(c.text for c in cells if c.row < 2 and c.text.strip())
    place = Place(source, table=number, row=1)
    return Finding("header-mismatch", note("table.levels-unclear"), raw=raw, places=(place,), key=raw)


def _column_finding(lost: stitch.LostColumn, number: int, source: str) -> Finding:
    how = note(f"table.column-lost.by-{lost.how}")
    return Finding(
        "header-mismatch",
        note("table.column-lost", found=lost.found, expected=lost.expected, how=how),
        places=(Place(source, page=lost.page, table=number),),
        key=f"page {lost.page}",
    )


def _placed(place: Place | None, source: str, table: int, row: int) -> Place:
    """The place of a cell with the number of its table and row (from 1) in the assembled table."""
    if place is None:
        return Place(source, table=table, row=row + 1)
    return Place(place.source, place.page, table, row + 1, place.col, place.bbox)
