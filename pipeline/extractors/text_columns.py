"""Tables whose columns are made by spaces alone, and the body under a boxed header.

Spaces are weak evidence: letterheads, signatures, forms and justified prose have them too. A table is seen
only where the lines leave the same gaps free and something else speaks for it: a boxed header above, rules
of dashes, words that stand in column heads, or a first column of numbers beside two others.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from pipeline import headers
from pipeline.extractors import text_heads, text_rows
from pipeline.extractors import text_marks as marks
from pipeline.extractors.text_piece import Found
from pipeline.model import Cell, Grid

_CHUNK = regex.compile(r"\S+(?: \S+)*+")
_LEADERS = regex.compile(r"\.{4,}|…{2,}|_{4,}|(?:\. ){4,}")
_AHEAD = 40  # lines that are looked at to see the columns
_HEADS = 0.5  # share of column heads that are known words
_FEWEST = 3  # lines with several columns
_SHORT = 90  # a heading inside a table is no paragraph


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the table: one text a column; `wide` is a text over all columns; `after_gap`: a blank or
    rule above.
    """

    texts: tuple[str, ...]
    wide: bool = False
    after_gap: bool = False


def body_under(lines: Sequence[str], box: Found) -> Found:
    """The boxed header with the rows that stand under it without a box; `box` itself if none do."""
    if box.grid is None or not box.closed or len(box.edges) < 3:
        return box
    cuts = [(a + 1, b) for a, b in zip(box.edges, box.edges[1:], strict=False)]
    cuts[0] = (0, cuts[0][1])
    cuts[-1] = (cuts[-1][0], 1 << 30)
    rows, end = _collect(lines, box.end, cuts)
    if sum(1 for row in rows if sum(map(bool, row.texts)) > 1) < 1 or len(cuts) != box.grid.n_cols:
        return box
    body = _grid(rows, cuts)
    top = box.grid.n_rows
    cells = [
        *box.grid.cells,
        *(Cell(c.text, c.row + top, c.col, c.row_span, c.col_span) for c in body.cells),
    ]
    return Found(Grid(tuple(cells), top + body.n_rows, body.n_cols), end)


def read(lines: Sequence[str], start: int, before: Sequence[Grid]) -> Found | None:
    """The table in columns that begins at `start`, with a rule of dashes or with its header."""
    first = lines[start]
    ruled = marks.is_rule(first) and not marks.borders(first, rule=True)
    if not ruled and not _may_begin(lines[start : start + 3]):
        return None
    block: list[str] = []
    for line in lines[start : start + _AHEAD]:
        if not line.strip():
            break
        block.append("".join(marks.cells_of(line.rstrip())))
    text = [line for line in block if not marks.is_rule(line)]
    rules = [line for line in block if marks.is_rule(line)]
    heads = None if rules else text_heads.read([*map(_plain, lines[start : start + _AHEAD])], 0)
    if heads is not None and (found := _under_heads(lines, start, heads)) is not None:
        return found
    led = sum(1 for line in text if _LEADERS.search(line))
    if led * 3 > len(text) or any(marks.borders(line, rule=False) for line in text):
        return None
    multi = [line for line in text if len(_CHUNK.findall(line)) > 1]
    if len(multi) < (2 if rules else _FEWEST) or len(multi) * 2 < len(text):
        return None
    cuts = _segments(rules) or _gutters(multi)
    if len(cuts) < 2:
        return None
    rows, stop = _collect(lines, start, cuts)
    if stop <= start or sum(1 for row in rows if sum(map(bool, row.texts)) > 1) < (2 if rules else _FEWEST):
        return None
    grid = _grid(rows, cuts)
    if not _speaks_for_it(grid, bool(rules), len(cuts)):
        return None
    return Found(grid, stop)


def _plain(line: str) -> str:
    return "".join(marks.cells_of(line.rstrip()))


def _under_heads(lines: Sequence[str], start: int, heads: text_heads.Heads) -> Found | None:
    """The table whose heads, on several levels, were read already."""
    rows, end = _collect(lines, start + heads.lines, heads.cuts)
    if sum(1 for row in rows if sum(map(bool, row.texts)) > 1) < _FEWEST - 1:
        return None
    body = _grid(rows, heads.cuts)
    top = heads.lines
    cells = [*heads.cells, *(replace(c, row=c.row + top) for c in body.cells)]
    return Found(Grid(tuple(cells), top + body.n_rows, body.n_cols, header_rows=top), end)


def _may_begin(lines: Sequence[str]) -> bool:
    """The first line has column heads, or one of the first lines a number before two gaps."""
    if "  " not in lines[0] and "\t" not in lines[0]:
        return False
    chunks = [_CHUNK.findall(line.expandtabs(8)) for line in lines]
    if len(chunks[0]) < 2:
        return False
    if any(len(c) > 2 and text_rows.is_number(c[0]) for c in chunks):
        return True
    return headers.is_number_row(chunks[0]) or _head_score(chunks[0]) >= _HEADS


def _head_score(texts: Sequence[str]) -> float:
    return headers.head_score([Cell(text, 0, c) for c, text in enumerate(texts)])


def _speaks_for_it(grid: Grid, ruled: bool, n_cols: int) -> bool:
    if grid.n_rows < 2:
        return False
    rows = [[c for c in grid.cells if c.row == r] for r in range(min(grid.n_rows, 3))]
    score = headers.head_score(rows[0])
    filled = sum(1 for c in rows[0] if c.text)
    if filled >= 2 and score >= _HEADS:
        return True
    if any(headers.is_number_row([c.text for c in row]) for row in rows):
        return True
    numbers = [c.text for c in grid.cells if c.col == 0 and c.text]
    counted = sum(map(text_rows.is_number, numbers))
    if n_cols >= 3 and counted >= 3 and counted >= 0.6 * len(numbers):
        return True
    return ruled and n_cols >= 3


# ------------------------------------------------------------------------------------------------ columns


def _segments(rules: Sequence[str]) -> list[tuple[int, int]]:
    """The columns under a rule of several pieces: `---- ---------- -----`."""
    for rule in rules:
        pieces = [m.span() for m in regex.finditer(r"\S+", rule)]
        if len(pieces) > 1:
            starts = [0, *(a for a, _ in pieces[1:]), 1 << 30]
            return list(itertools.pairwise(starts))
    return []


def _gutters(lines: Sequence[str]) -> list[tuple[int, int]]:
    """The columns between the gaps (two spaces at least) that all lines leave free."""
    width = max(map(len, lines))
    free = [True] * (width + 2)
    for line in lines:
        for match in _CHUNK.finditer(line):
            free[match.start() : match.end()] = [False] * (match.end() - match.start())
    starts = [0]
    x = next((i for i in range(width) if not free[i]), width)
    while x < width:
        if free[x] and free[x + 1]:
            while x < width and free[x]:
                x += 1
            if x < width:
                starts.append(x)
        x += 1
    return list(zip(starts, [*starts[1:], 1 << 30], strict=True))


# --------------------------------------------------------------------------------------------------- rows


def _collect(lines: Sequence[str], start: int, cuts: Sequence[tuple[int, int]]) -> tuple[list[_Row], int]:
    """The lines from `start` on that keep the gaps free, and where they end.

    A text across the gaps is a heading inside the table if the next line of text keeps them and fills two
    columns.
    """
    rows: list[_Row] = []
    gap = False
    at = end = start
    while at < len(lines):
        if not lines[at].strip():
            if gap and at > start and not lines[at - 1].strip():
                break  # two blank lines
            gap = True
            at += 1
            continue
        line = "".join(marks.cells_of(lines[at].rstrip()))
        if marks.is_rule(line):
            if marks.borders(line, rule=True):
                break
            gap = True
            at += 1
            end = at
            continue
        texts = _cut(line, cuts)
        if texts is None:
            following = next((t for t in lines[at + 1 : at + 3] if t.strip() and not marks.is_rule(t)), "")
            below = _cut("".join(marks.cells_of(following.rstrip())), cuts) if following else None
            if len(line.strip()) > _SHORT or below is None or sum(map(bool, below)) < 2:
                break
            rows.append(_Row((line.strip(),), wide=True, after_gap=gap))
        elif gap and rows and sum(map(bool, texts)) < 2 and not text_rows.is_number(texts[0]):
            break
        else:
            rows.append(_Row(texts, after_gap=gap))
        gap = False
        at += 1
        end = at
    return rows, end


def _cut(line: str, cuts: Sequence[tuple[int, int]]) -> tuple[str, ...] | None:
    """The texts of a line by column; None if a word stands across a gap."""
    for a, _ in cuts[1:]:
        if a - 1 < len(line) and line[a - 1] != " ":
            return None
    return tuple(line[a:b].strip() for a, b in cuts)


def _grid(rows: Sequence[_Row], cuts: Sequence[tuple[int, int]]) -> Grid:
    n_cols = len(cuts)
    bands: list[list[_Row]] = []
    for row in rows:
        if not bands or row.wide or row.after_gap or bands[-1][-1].wide:
            bands.append([])
        bands[-1].append(row)
    widths = [max((len(r.texts[c]) for r in rows if not r.wide), default=0) for c in range(n_cols)]
    has_numbers = text_rows.numbered([r.texts[0] for r in rows if not r.wide])
    gaps = sum(1 for r in rows if r.after_gap)
    ruled = gaps > 2 and gaps * 3 > len(rows)
    cells: list[Cell] = []
    n = 0
    for band in bands:
        if band[0].wide:
            cells.append(Cell(band[0].texts[0], n, 0, 1, n_cols))
            n += 1
            continue
        texts = [r.texts for r in band]
        starts = text_rows.starts(texts, widths, has_numbers=has_numbers, ruled=ruled)
        for a, b in zip(starts, [*starts[1:], len(texts)], strict=True):
            cells += [Cell("\n".join(t[c] for t in texts[a:b] if t[c]), n, c) for c in range(n_cols)]
            n += 1
    return Grid(tuple(cells), n, n_cols)
