"""Tables whose fields are parted by tabs, and what only looks like one: indents, lists, signatures, forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import regex

from pipeline import headers
from pipeline.extractors.text_piece import Found, grid_of
from pipeline.model import Cell, Grid

_LIST_MARK = regex.compile(r"\s*(?:(?:\d{1,3}\.?){1,6}|\d{1,3}\)|\p{L}\)|[-–—•·*▪])\s*")
_SIGNATURE = regex.compile(
    r"\s*(?:(?:\p{Lu}\.\s?){1,2}\s?\p{Lu}[\p{L}-]+|\p{Lu}[\p{L}-]+\s(?:\p{Lu}\.\s?){1,2})\s*"
)
_HEADS = 0.5  # share of known words that makes a first line heads
_MANY = 200
_MOST_BARE = 3  # lines without a tab in one gap between rows: more are prose


def read(lines: Sequence[str], start: int, before: Sequence[Grid]) -> Found | None:
    """The tab-separated table that begins at `start`: successive lines with tabs that are no prose.

    A line without a tab right between two rows belongs to the table (a heading inside it, or a row that lost
    its empty fields); it has one cell.
    """
    if not _is_row(lines[start]):
        return None
    end = last = start
    while end < len(lines) and lines[end].strip(" ") and end - last <= _MOST_BARE:
        if "\t" in lines[end]:
            last = end
        end += 1
    rows = [[field.strip(" ") for field in line.split("\t")] for line in lines[start : last + 1]]
    if _is_table(rows, before):
        return Found(grid_of(rows), last + 1)
    tabbed = next((i for i, row in enumerate(rows) if len(row) < 2), len(rows))
    if tabbed < len(rows) and _is_table(rows[:tabbed], before):
        return Found(grid_of(rows[:tabbed]), start + tabbed)
    if tabbed > _MANY:
        # many lines that are no table are passed over at once: tried one by one they take too long
        return Found(None, start + tabbed, tuple(line.strip() for line in lines[start : start + tabbed]))
    return None


def _is_row(line: str) -> bool:
    return "\t" in line.strip("\t ") or line.count("\t") >= 2


def _is_table(rows: Sequence[Sequence[str]], before: Sequence[Grid]) -> bool:
    widths = Counter(len(row) for row in rows if len(row) > 1)
    width, count = widths.most_common(1)[0]
    if len(rows[0]) > 2 and headers.head_score([Cell(t, 0, c) for c, t in enumerate(rows[0])]) >= _HEADS:
        # under heads rows may lack the fields of merged cells, so that the widest need not be the most usual
        widest = max((w for w, n in widths.items() if n > 1 and w > 2), default=width)
        if widest != width:
            width, count = widest, sum(widths.values())
    usual = [row for row in rows if len(row) == width]
    filled = [c for c in range(width) if any(row[c].strip() for row in usual)]
    if width > 2 and any(grid.n_cols == width for grid in before[-3:]):
        return True  # it goes on a table seen above, be it with a single row
    if len(rows) < 2 or count < 2 or count * 2 < len(rows) or len(filled) < 2:
        return False
    if len(filled) > 2:
        return True
    first, last = filled
    if all(_LIST_MARK.fullmatch(row[first]) for row in usual):
        # «1.⇥Утвердить …» is a numbered list, unless a table of two columns stands above
        return width == 2 and bool(before) and before[-1].n_cols == 2
    if all(row[first].rstrip().endswith(":") or not row[first].strip() for row in usual):
        return False  # «Адрес:⇥…»: a form
    return not all(_SIGNATURE.fullmatch(row[last]) or not row[last].strip() for row in usual)
