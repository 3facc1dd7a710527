"""Tables that no profile knows, in two witnesses of one order: compared cell by cell as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline import lexicons
from pipeline.model import Cell, OrderData, Place, Table
from pipeline.witness_findings import Differences
from pipeline.witness_rows import Row, align, shared, text_row
from pipeline.witness_text import content, same

Rows = list[list[Cell | None]]


def compared(lead: OrderData, other: OrderData, told: Differences) -> tuple[Table, ...]:
    """The tables of `other` that the leading source lacks, in whole or in part; differences are told."""
    kept: list[Table] = []
    ours = [(t, _rows(t)) for t in _unread(lead)]
    least = lexicons.numbers("witness")["row_alike"]
    for table in _unread(other):
        rows = _rows(table)
        keys = [_key(r) for r in rows]
        shares = [(shared(keys, [_key(r) for r in mine]), -k) for k, (_, mine) in enumerate(ours)]
        share, k = max(shares, default=(0.0, 0))
        if not shares or share < least:
            kept.append(table)
            told.table(table, other.source.path, "info")
            continue
        mine, of_mine = ours.pop(-k)
        if _cells(mine, of_mine, table, rows, told):
            kept.append(table)
    for table, _ in ours:
        told.table(table, lead.source.path, "info")
    return tuple(kept)


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
        for x, y in zip(left, right, strict=True):
            first, second = (c.text.strip() if c is not None else "" for c in (x, y))
            told.compared += 1
            if same(first, second):
                told.equal += 1
                continue
            read = any(c is not None and c.confidence is not None for c in (x, y))
            where = _places(([x], a, told.lead), ([y], b, told.other))
            told.texts(row, first, second, where, "warning" if read else "error")
    return extra


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
