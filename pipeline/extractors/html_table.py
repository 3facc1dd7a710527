"""HTML tables: which show data, and which cell stands where (HTML standard §4.9.12, «Forming a table»)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from pipeline import headers
from pipeline.limits import current
from pipeline.model import Cell, Grid, Place

_GROUPS = frozenset(("thead", "tbody", "tfoot"))
_LONG = 600  # mean characters a cell from which a table without borders is a page layout
_HEADS = 0.5  # share of column heads that are known words
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_LOW = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def rows_of(table: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """The rows as they are shown, each with the group it stands in (thead, tbody, tfoot; the foot comes
    last).
    """
    foot: list[etree._Element] = []
    for child in table:
        if child.tag == "tr":
            yield "tbody", child
        elif child.tag in _GROUPS:
            rows = [row for row in child if row.tag == "tr"]
            if child.tag == "tfoot":
                foot += rows
            else:
                yield from ((str(child.tag), row) for row in rows)
    yield from (("tfoot", row) for row in foot)


def is_data(table: etree._Element) -> bool:
    """The table shows data; otherwise it only places things on the page (a letterhead, signatures, columns
    of text).

    One column or one cell is never data. A head (thead, th, caption) or borders say that it is; without them
    rows of like length and short texts.
    """
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return False
    rows = [[c for c in row if c.tag in ("td", "th")] for _, row in rows_of(table)]
    rows = [row for row in rows if row]
    width = max((sum(_span(c, "colspan") for c in row) for row in rows), default=0)
    most = max(map(len, rows), default=0)
    if width < 2 or most < 2:
        return False
    if len(rows) > 1 and any(c.tag == "th" for row in rows for c in row):
        return True
    nested = table.find(".//table") is not None
    bordered = _has_borders(table, rows)
    if nested:
        return bordered and len(rows) > 2 and sum(len(row) for row in rows) >= 2 * len(rows)
    if bordered and len(rows) > 1:
        return True
    if len(rows) == 1:
        return bordered and most > 2
    if any(child.tag in ("thead", "caption") for child in table):
        return True
    usual = sum(1 for row in rows if len(row) == most)
    filled = sum(1 for c in range(most) if any(len(row) > c and _has_text(row[c]) for row in rows))
    if len(rows) < 3 or usual * 2 < len(rows) or (filled < 3 and len(rows) < 4):
        texts = [Cell("".join(str(t) for t in c.itertext()), 0, i) for i, c in enumerate(rows[0])]
        return filled > 1 and usual == len(rows) and headers.head_score(texts) >= _HEADS
    letters = sum(len(t) for row in rows for c in row for t in c.itertext())
    return letters <= _LONG * sum(map(len, rows))


def _has_text(cell: etree._Element) -> bool:
    return any(str(text).strip() for text in cell.itertext())


def _has_borders(table: etree._Element, rows: list[list[etree._Element]]) -> bool:
    border = (table.get("border") or "").strip()
    if border and border not in ("0", "0px"):
        return True
    if "msotablegrid" in (table.get("class") or "").lower() or _bordered(table.get("style")):
        return True
    cells = [c for row in rows[:6] for c in row]
    return sum(_bordered(c.get("style")) for c in cells) * 2 > len(cells)


def _bordered(style: str | None) -> bool:
    if not style or "border" not in style:
        return False
    for rule in style.lower().split(";"):
        name, _, value = rule.partition(":")
        if name.strip().startswith("border") and any(
            w in value for w in ("solid", "double", "dotted", "dashed")
        ):
            return True
    return False


def _span(cell: etree._Element, name: str) -> int:
    """The attribute as the standard reads it: absent or no number is 1, never more than the limit; rowspan
    may be 0.
    """
    text = (cell.get(name) or "").strip()[:12]
    digits = text[: len(text) - len(text.lstrip("0123456789"))]
    number = int(digits) if digits else 1
    if name == "colspan" and number == 0:
        number = 1
    return min(number, current().span)


def grid(
    table: etree._Element,
    text_of: Callable[[etree._Element], str],
    place: Place,
    is_hidden: Callable[[etree._Element], bool],
) -> tuple[Grid, int]:
    """The grid of a data table, and how many hidden rows and cells were left out.

    Raises SourceError if it has more cells than the limit.
    """
    cells: list[Cell] = []
    busy: dict[int, int] = {}  # column → first row that is free again
    groups: list[str] = []
    last_of_group: list[int] = []
    shown = []
    hidden = 0
    for group, row in rows_of(table):
        if is_hidden(row):
            hidden += 1
        else:
            shown.append((group, row))
    ends = _group_ends([(group, row.getparent()) for group, row in shown])
    slots = heads = 0
    heading = True
    for r, (group, row) in enumerate(shown):
        groups.append(group)
        last_of_group.append(ends[r])
        col = 0
        all_heads = bool(len(row))
        for element in row:
            if element.tag not in ("td", "th"):
                continue
            if is_hidden(element):
                hidden += 1
                continue
            all_heads = all_heads and element.tag == "th"
            while busy.get(col, 0) > r:
                col += 1
            width, height = _span(element, "colspan"), _span(element, "rowspan")
            height = ends[r] - r if height == 0 else min(height, ends[r] - r)
            free = 1
            while free < width and busy.get(col + free, 0) <= r:
                free += 1
            slots += free
            current().check("table_cells", slots)
            if height > 1:
                for c in range(col, col + free):
                    busy[c] = r + height
            cells.append(Cell(text_of(element), r, col, height, free, place))
            col += free
        heading = heading and (group == "thead" or (all_heads and "thead" not in groups))
        heads += heading
    found = _compact(cells, len(shown))
    return (found if not 0 < heads < len(shown) else _with_heads(found, cells, heads)), hidden


def _group_ends(groups: list[tuple[str, etree._Element | None]]) -> list[int]:
    """For each row the row after the last one of its group: no cell spans out of it."""
    ends = [len(groups)] * len(groups)
    for r in range(len(groups) - 2, -1, -1):
        ends[r] = ends[r + 1] if groups[r] == groups[r + 1] else r + 1
    return ends


def _compact(cells: list[Cell], n_rows: int) -> Grid:
    """The grid without the rows and columns in which no cell begins (colspan=100 in a table of four
    columns).
    """
    rows = sorted({c.row for c in cells})
    cols = sorted({c.col for c in cells})
    row_at, col_at = _index(rows, n_rows), _index(cols, max((c.col + c.col_span for c in cells), default=0))
    made = tuple(
        Cell(
            c.text,
            row_at[c.row],
            col_at[c.col],
            max(1, row_at[c.row + c.row_span] - row_at[c.row]),
            max(1, col_at[c.col + c.col_span] - col_at[c.col]),
            c.place,
        )
        for c in cells
    )
    return Grid(made, len(rows), len(cols))


def _index(kept: list[int], n: int) -> list[int]:
    """For each old position 0…n how many kept positions come before it."""
    marks = set(kept)
    at = [0]
    for i in range(n):
        at.append(at[-1] + (i in marks))
    return at


def _with_heads(found: Grid, cells: list[Cell], heads: int) -> Grid:
    rows = len({c.row for c in cells if c.row < heads})
    return Grid(found.cells, found.n_rows, found.n_cols, header_rows=rows or None)


def list_mark(number: int, kind: str) -> str:
    """The mark that a browser shows: «3.», «c.», «III.»."""
    if kind in ("a", "A") and 1 <= number <= len(_LETTERS):
        mark = _LETTERS[number - 1]
    elif kind in ("i", "I") and 1 <= number < 4000:
        mark, rest = "", number
        for value, letters in (*_ROMAN, *_ROMAN_LOW):
            mark += letters * (rest // value)
            rest %= value
    else:
        return f"{number}."
    return (mark.upper() if kind.isupper() else mark) + "."
