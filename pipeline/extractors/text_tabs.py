"""Tables whose fields are parted by tabs, and what only looks like one: indents, lists, signatures, forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

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
_HABIT = 3  # one of so many values begins with a word: small letters do not tell that it goes on
_MOST_BARE = 3  # lines without a tab in one gap between rows: more are prose


def read(lines: Sequence[str], start: int, before: Sequence[Grid]) -> Found | None:
    """The tab-separated table that begins at `start`: successive lines with tabs that are no prose.

    A line without a tab right between two rows belongs to the table (a heading inside it, or a row that lost
    its empty fields); it has one cell.
    """
    if not _is_row(lines[start]):
        return None
    end = last = start
    begins = _begins(lines, start)
    while end < len(lines) and lines[end].strip(" ") and end - last <= _MOST_BARE:
        if "\t" in lines[end] or _first_word(lines[end]) in begins:
            last = end
        end += 1
    rows = [[field.strip(" ") for field in line.split("\t")] for line in lines[start : last + 1]]
    if _is_table(rows, before, begins):
        return Found(grid_of(rows), last + 1)
    tabbed = next((i for i, row in enumerate(rows) if len(row) < 2), len(rows))
    if tabbed < len(rows) and _is_table(rows[:tabbed], before):
        return Found(grid_of(rows[:tabbed]), start + tabbed)
    if tabbed > _MANY:
        # many lines that are no table are passed over at once: tried one by one they take too long
        return Found(None, start + tabbed, tuple(line.strip() for line in lines[start : start + tabbed]))
    return None


def _begins(lines: Sequence[str], start: int) -> set[str]:
    """With which words the last fields begin in the lines under heads at `start`, up to an empty one: so does
    a line whose other fields are all merged with those above.
    """
    heads = [Cell(t, 0, c) for c, t in enumerate(lines[start].split("\t"))]
    if headers.head_score(heads) < _HEADS:
        return set()
    words: Counter[str] = Counter()
    for line in lines[start + 1 :]:
        if not line.strip(" "):
            break
        if "\t" in line:
            words[_first_word(line.rpartition("\t")[2])] += 1
    usual = {w for w, n in words.items() if n > 1 and n * _HABIT >= words.total()}
    return usual | {w for w, n in words.items() if n > 1 and len(w) > 1 and w[0].isupper()}


def _first_word(text: str) -> str:
    return text.strip().partition(" ")[0]


def _is_row(line: str) -> bool:
    return "\t" in line.strip("\t ") or line.count("\t") >= 2


def _is_table(rows: Sequence[Sequence[str]], before: Sequence[Grid], begins: Collection[str] = ()) -> bool:
    widths = Counter(len(row) for row in rows if len(row) > 1)
    width, count = widths.most_common(1)[0]
    if len(rows[0]) > 2 and headers.head_score([Cell(t, 0, c) for c, t in enumerate(rows[0])]) >= _HEADS:
        # under heads rows may lack the fields of merged cells, so that the widest need not be the most usual
        width = max((w for w, n in widths.items() if n > 1 and w > 2), default=width)
        count = widths.total() if widths[width] > 1 else count
    usual = [row for row in rows if len(row) == width]
    filled = [c for c in range(width) if any(row[c].strip() for row in usual)]
    if width > 2 and any(grid.n_cols == width for grid in before[-3:]):
        return True  # it goes on a table seen above, be it with a single row
    if count > 1:
        count += sum(1 for row in rows if len(row) == 1 and _first_word(row[0]) in begins)
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
