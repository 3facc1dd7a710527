"""Tables whose columns are made by spaces alone, and the body under a boxed header.

Spaces are weak evidence: letterheads, signatures, forms and justified prose have them too. A table is seen
only where the lines leave the same gaps free and something else speaks for it: a boxed header above, rules
of dashes, words that stand in column heads, or a first column of numbers beside two others.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import regex

from pipeline import headers
from pipeline.extractors import text_drift, text_heads, text_lines, text_rows
from pipeline.extractors import text_marks as marks
from pipeline.extractors.text_piece import Found
from pipeline.model import Cell, Grid

_LEADERS = regex.compile(r"\.{4,}|…{2,}|_{4,}|(?:\. ){4,}")
_HEADS = 0.5  # share of column heads that are known words
_BEGUN = 0.1  # share of lines that begin something where a column begins (merged cells stand in one)
_OVER = 0.1  # share of lines that run over it
_FEWEST = 3  # lines with several columns
_TRIED = 20  # lines


def body_under(lines: Sequence[str], box: Found) -> Found:
    """The boxed header with the rows that stand under it without a box; `box` itself if none do."""
    if box.grid is None or not box.closed or len(box.edges) < 3:
        return box
    cuts = [(a + 1, b) for a, b in zip(box.edges, box.edges[1:], strict=False)]
    cuts[0] = (0, cuts[0][1])
    cuts[-1] = (cuts[-1][0], 1 << 30)
    rows, end = text_lines.collect(lines, box.end, text_lines.at_columns(cuts))
    if sum(1 for row in rows if sum(map(bool, row.texts)) > 1) < 1 or len(cuts) != box.grid.n_cols:
        return box
    body = text_lines.grid_of(rows, len(cuts))
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
    if not ruled and (not _may_begin(lines[start : start + 3]) or _in_vain(lines, start)):
        return None
    block = _block(lines[start : start + text_lines.AHEAD])
    text = [line for line in block if not marks.is_rule(line)]
    rules = [line for line in block if marks.is_rule(line)]
    multi = [line for line in text if text_lines.has_gap(line)]
    drifting = None if rules else text_drift.columns(text, before)
    ahead = [text_lines.plain(line) for line in lines[start : start + text_lines.AHEAD]]
    heads = None if rules else text_heads.read(ahead, 0)
    if heads is not None:
        cut, n_cols = _better(text_lines.at_columns(heads.cuts), len(heads.cuts), drifting, multi)
        if n_cols == len(heads.cuts) and (found := _under_heads(lines, start, heads, cut)) is not None:
            return found
    led = sum(1 for line in text if _LEADERS.search(line))
    if led * 3 > len(text) or any(marks.borders(line, rule=False) for line in text):
        return None
    if len(multi) < (2 if rules else _FEWEST):
        return None
    cuts = _segments(rules) or _gutters(multi)
    if not rules and len(cuts) <= len(text_lines.CHUNK.findall(text[0])):
        cuts = max(cuts, _tight(text[0], multi), key=len)
    cut, n_cols = _better(text_lines.at_columns(cuts), len(cuts), drifting, multi)
    kept = sum(1 for line in text if cut(line) is not None)
    if n_cols < 2 or kept * 2 < len(text):
        return None
    # its beginning must speak for it: a long text must not be collected anew from each of its lines
    rows, _ = text_lines.collect(lines[start : start + text_lines.AHEAD], 0, cut)
    if sum(1 for row in rows if sum(map(bool, row.texts)) > 1) < (2 if rules else _FEWEST):
        return None
    if not _speaks_for_it(text_lines.grid_of(rows, n_cols), bool(rules), n_cols):
        return None
    rows, stop = text_lines.collect(lines, start, cut)
    return Found(text_lines.grid_of(rows, n_cols), stop) if stop > start else None


def _better(
    cut: text_lines.Cut, n_cols: int, drifting: text_drift.Drifting | None, lines: Sequence[str]
) -> tuple[text_lines.Cut, int]:
    """Columns that stand under one another, or those that drift where they are more, or lose fewer lines."""
    if drifting is None:
        return cut, n_cols
    lost = sum(1 for line in lines if cut(line) is None)
    fewer = sum(1 for line in lines if drifting.cut(line) is None)
    return (drifting.cut, drifting.n_cols) if (drifting.n_cols, lost) > (n_cols, fewer) else (cut, n_cols)


def _block(lines: Sequence[str]) -> list[str]:
    """The lines that show the columns: those up to a blank line, and behind it as long as single blank lines
    part them (rows, often) and they leave the same gaps free.
    """
    block: list[str] = []
    columns = 0
    for paragraph in _paragraphs(lines):
        multi = [t for t in (*block, *paragraph) if not marks.is_rule(t) and text_lines.has_gap(t)]
        now = len(_gutters(multi)) if multi else 0
        if block and (now < columns or now < 2):
            break
        if any(text_lines.has_gap(t) for t in paragraph) or not block:
            columns = now
            block += paragraph
    return block


def _paragraphs(lines: Sequence[str]) -> Iterator[list[str]]:
    """Runs of lines parted by single blank lines."""
    run: list[str] = []
    for line in lines:
        if line.strip():
            run.append(text_lines.plain(line))
        elif run:
            yield run
            run = []
        else:
            return
    if run:
        yield run


def _under_heads(
    lines: Sequence[str], start: int, heads: text_heads.Heads, cut: text_lines.Cut
) -> Found | None:
    """The table whose heads, on several levels, were read already."""
    rows, end = text_lines.collect(lines, start + heads.lines, cut)
    if sum(1 for row in rows if sum(map(bool, row.texts)) > 1) < _FEWEST - 1:
        return None
    body = text_lines.grid_of(rows, len(heads.cuts))
    top = heads.lines
    cells = [*heads.cells, *(replace(c, row=c.row + top) for c in body.cells)]
    return Found(Grid(tuple(cells), top + body.n_rows, body.n_cols, header_rows=top), end)


def _may_begin(lines: Sequence[str]) -> bool:
    """The first line has column heads, or one of the first lines a number before two gaps."""
    if "  " not in lines[0] and "\t" not in lines[0]:
        return False
    chunks = [text_lines.CHUNK.findall(line.expandtabs(8)) for line in lines]
    if len(chunks[0]) < 2:
        return False
    if any(len(c) > 2 and text_rows.is_number(c[0]) for c in chunks):
        return True
    return headers.is_number_row(chunks[0]) or text_lines.head_score(chunks[0]) >= _HEADS


def _in_vain(lines: Sequence[str], start: int) -> bool:
    """Many lines of numbers right above were no table: none begins in their midst without heads."""
    above = lines[max(0, start - _TRIED) : start]
    if len(above) < _TRIED or any(len(text_lines.CHUNK.findall(line)) < 3 for line in (*above, lines[start])):
        return False
    return all(text_rows.is_number(line.split(maxsplit=1)[0]) for line in (*above, lines[start]))


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


def _tight(first: str, lines: Sequence[str]) -> list[tuple[int, int]]:
    """The columns where one space may part the longest values of two: there heads of the first line begin,
    and hardly a line has a letter before.
    """
    starts: list[tuple[int, bool]] = []
    for match in regex.finditer(r"(?<=\s)\S", first):
        x = match.start()
        here = [line for line in lines if len(line) > x and line is not first]
        over = sum(1 for line in here if line[x - 1] != " ")
        begun = sum(1 for line in here if line[x - 1] == " " != line[x])
        if begun >= _FEWEST and begun >= _BEGUN * len(here) and over <= _OVER * len(here):
            starts.append((x, over == 0))
    kept = [0]
    for (x, clear), (end, _) in itertools.pairwise([*starts, (len(first), True)]):
        # «№ п/п», «Ожидаемый результат» are one head: behind a single space both sides must be heads
        sides = (first[kept[-1] : x].strip(), first[x:end].strip())
        if first[x - 2 : x] == "  " or (clear and all(text_lines.head_score([t]) == 1 for t in sides)):
            kept.append(x)
    heads = [first[a:b].strip() for a, b in itertools.pairwise([*kept, len(first)])]
    if text_lines.head_score(heads) < _HEADS:
        return []
    return list(zip(kept, [*kept[1:], 1 << 30], strict=True))


def _gutters(lines: Sequence[str]) -> list[tuple[int, int]]:
    """The columns between the gaps (two spaces at least) that all lines leave free."""
    width = max(map(len, lines))
    free = [True] * (width + 2)
    for line in lines:
        for match in text_lines.CHUNK.finditer(line):
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
