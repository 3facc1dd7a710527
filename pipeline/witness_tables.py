"""Tables that no profile knows, in two witnesses of one order: compared cell by cell as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline import lexicons
from pipeline.model import Cell, OrderData, Place, Table
from pipeline.normalizers.text import join_lines
from pipeline.witness_findings import Differences
from pipeline.witness_rows import Row, align, shared, text_row
from pipeline.witness_text import content, same
from pipeline.witness_values import suspect

Rows = list[list[Cell | None]]


def compared(
    lead: OrderData, other: OrderData, told: Differences
) -> tuple[tuple[Table, ...], frozenset[int | None]]:
    """The tables of `other` that the leading source lacks, in whole or in part, and the numbers of the tables
    of the leading source that `other` has without a profile that knows them; differences are told.
    """
    kept: list[Table] = []
    ours = [(t, _rows(t)) for t in _unread(lead)]
    read = [(t, _rows(t)) for t in lead.document.tables if t.number not in {u.number for u, _ in ours}]
    found: set[int | None] = set()
    least = lexicons.numbers("witness")["row_alike"]
    for table in _unread(other):
        rows = _rows(table)
        keys = [_key(r) for r in rows]
        shares = [(shared(keys, [_key(r) for r in mine]), -k) for k, (_, mine) in enumerate(ours)]
        share, k = max(shares, default=(0.0, 0))
        if not shares or share < least:
            known = [(_best(mine, rows), k) for k, (_, mine) in enumerate(read)]
            share, k = max(known, default=(0.0, 0))
            if known and share >= least:
                _cells(read[k][0], read[k][1], table, rows, told)
                found.add(read[k][0].number)
                continue
            kept.append(table)
            told.table(table, other.source.path, "info")
            continue
        mine, of_mine = ours.pop(-k)
        if _cells(mine, of_mine, table, rows, told):
            kept.append(table)
    for table, _ in ours:
        told.table(table, lead.source.path, "info")
    return tuple(kept), frozenset(found)


def _best(a: Rows, b: Rows) -> float:
    """How many rows of the shorter table the other has, whatever was misread in them."""
    pairs, _ = align([_key(r) for r in a], [_key(r) for r in b])
    return sum(i is not None and j is not None for i, j in pairs) / max(1, min(len(a), len(b)))


def _unread(order: OrderData) -> list[Table]:
    """Tables of which no record was made."""
    known = {r.place.table for r in order.records if r.place is not None}
    return [t for t in order.unknown_tables if t.number not in known]


def _rows(table: Table) -> Rows:
    return [row for row in table.matrix() if any(c is not None and c.text.strip() for c in row)]


def _key(row: Sequence[Cell | None]) -> Row:
    return text_row([c.text for c in row if c is not None])


def _cells(a: Table, rows_a: Rows, b: Table, rows_b: Rows, told: Differences) -> bool:
    """Tell what differs; whether `b` has rows that `a` lacks."""
    pairs, _ = align([_key(r) for r in rows_a], [_key(r) for r in rows_b])
    extra = False
    for i, j in pairs:
        left, right = (rows_a[i] if i is not None else []), (rows_b[j] if j is not None else [])
        texts = [list(dict.fromkeys(c.text.strip() for c in row if c is not None)) for row in (left, right)]
        row = content(" ".join(texts[0] or texts[1]))
        extra |= i is None
        if i is None or j is None or len(left) != len(right):
            first, second = (" | ".join(t for t in side if t) for side in texts)
            if not same(first, second):
                told.texts(row, first, second, _places((left, a, told.lead), (right, b, told.other)), "error")
            continue
        for col, (x, y) in enumerate(zip(left, right, strict=True)):
            if _goes_on(x, i, col, rows_a) or _goes_on(y, j, col, rows_b):
                continue  # a merged cell stands where it begins; elsewhere others have it again, or nothing
            first, second = (join_lines(c.text) if c is not None else "" for c in (x, y))
            told.compared += 1
            if same(first, second):
                told.equal += 1
                continue
            sure = [c.confidence for c in (x, y) if c is not None and c.confidence is not None]
            severity = "error" if not sure else "info" if min(sure) < suspect() else "warning"
            told.texts(row, first, second, _places(([x], a, told.lead), ([y], b, told.other)), severity)
    return extra


def _goes_on(cell: Cell | None, row: int, col: int, rows: Rows) -> bool:
    """The cell begins in a row above or a column before."""
    if cell is None:
        return False
    return (col > 0 and rows[row][col - 1] is cell) or (row > 0 and cell in rows[row - 1])


def _places(*sides: tuple[Sequence[Cell | None], Table, str]) -> list[Place]:
    found = []
    for cells, table, source in sides:
        cell = next((c for c in cells if c is not None), None)
        if cell is None:
            found.append(Place(source))
            continue
        box = cell.place.bbox if cell.place is not None else None
        page = cell.place.page if cell.place is not None else table.page
        found.append(Place(source, page, table.number, cell.row + 1, cell.col, box))
    return found
