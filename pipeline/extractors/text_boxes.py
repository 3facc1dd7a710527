"""Tables drawn with rules and bars: their cells are what the drawing encloses.

1. *region*: successive lines that are rules or have bars at the table's borders;
2. *borders*: the columns at which bars and junctions stand; a line whose bars stand elsewhere (the text
   was edited) is laid onto them by its order;
3. *runs*: on each line the pieces of text between bars, and the pieces of rules;
4. *cells*: runs under one another without a rule between them. A missing piece of rule or bar so gives a
   spanning cell;
5. *rows*: where no rule parts rows, `text_rows` finds their beginnings.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.extractors import text_marks as marks
from pipeline.extractors import text_mended, text_pipes, text_rows
from pipeline.extractors.text_piece import Found
from pipeline.model import Cell, Grid, Reason

_FAR = 6  # a bar this far from a border is no bar of it (unless their number agrees)
_MOST_RULES = 4  # rules above one another before a row
_WIDEST = 400  # columns that a drawn table may have


@dataclass(slots=True)
class _Run:
    """A piece of one line between two walls: columns `left` to `right` (exclusive)."""

    left: int
    right: int
    text: str
    rule: bool = False
    padded: bool = False


@dataclass(slots=True)
class _Band:
    """Lines between two cuts; `cut` says that a drawn rule (whole or in part) stands above it."""

    lines: list[list[_Run]] = field(default_factory=list)
    rule: list[_Run] | None = None


def read(lines: Sequence[str], start: int, before: Sequence[Grid]) -> Found | None:
    """The drawn table that begins at `start`: a rule or a row with bars. A frame around text gives its
    lines.
    """
    if text_pipes.is_markdown(lines, start):
        return None  # its rows are lines
    region = _region(lines, start)
    if region is None:
        return None
    drawn, rules = region
    rows = text_mended.mended(drawn, rules)
    edges = _edges(rows, rules)
    end = start + len(rows)
    if len(edges) > _WIDEST:
        return None
    if len(edges) < 3:
        texts = [_unframed(row) for row, rule in zip(rows, rules, strict=True) if not rule]
        framed = all(marks.borders(row, rule) for row, rule in zip(rows, rules, strict=True) if not rule)
        return Found(None, end, tuple(t for t in texts if t)) if framed and any(texts) else None
    runs = [_runs(row, rule, edges) for row, rule in zip(rows, rules, strict=True)]
    grid = _grid(_bands(runs, len(edges) - 1), edges)
    if damaged := sum(a != b for a, b in zip(drawn, rows, strict=True)):
        why = f"{damaged} line(s) got marks back where the others have them"
        grid = replace(grid, reasons=(*grid.reasons, Reason("drawing", why)))
    return Found(grid, end, edges=tuple(edges), closed=rules[-1]) if grid.n_rows else None


# ------------------------------------------------------------------------------------------------- region


def _region(lines: Sequence[str], start: int) -> tuple[list[marks.Line], list[bool]] | None:
    """The lines of the table and which of them are rules; None if it has no rule or no row with bars."""
    rows: list[marks.Line] = []
    rules: list[bool] = []
    for i in range(start, len(lines)):
        if not lines[i].strip():
            break
        line = marks.cells_of(_with_bars(lines[i].rstrip()))
        rule = marks.is_rule(line) or text_mended.is_damaged_rule(line)
        if not rule and not marks.borders(line, rule):
            break
        if rows and rules[-1] and rule and marks.is_bottom(rows[-1]) and marks.is_top(line):
            break
        rows.append(line)
        rules.append(rule)
        if all(rules) and len(rules) > _MOST_RULES:
            return None
    barred = sum(1 for row, rule in zip(rows, rules, strict=True) if not rule)
    if not barred or not any(rules):
        return None
    return rows, rules


def _with_bars(line: str) -> str:
    """Exclamation marks stand for bars on the printers of old computers: `! 1 ! Школа !`."""
    text = line.strip()
    if text.startswith("!") and text.endswith("!") and text.count("!") > 2 and "!!" not in text:
        return line.replace("!", "|")
    return line


def _unframed(row: marks.Line) -> str:
    found = [i for i, c in enumerate(row) if c in marks.BARS]
    inner = row[found[0] + 1 : found[-1]] if len(found) > 1 else [c for c in row if c not in marks.BARS]
    return "".join(inner).strip()


# ------------------------------------------------------------------------------------------------ borders


def _edges(rows: Sequence[marks.Line], rules: Sequence[bool]) -> list[int]:
    """The positions of the column borders; −1 and the full width stand for outer borders that are not
    drawn.
    """
    drawn = [marks.borders(row, rule) for row, rule in zip(rows, rules, strict=True)]
    in_rules = {x for d, rule in zip(drawn, rules, strict=True) if rule for x in d}
    counts = Counter(x for d, rule in zip(drawn, rules, strict=True) if not rule for x in d)
    barred = [d for d, rule in zip(drawn, rules, strict=True) if not rule]
    total = sum(counts.values())
    if in_rules:
        aligned = sum(n for x, n in counts.items() if x in in_rules or n >= max(2, 0.5 * len(barred)))
    else:
        aligned = sum(n for n in counts.values() if n >= max(2, 0.3 * len(barred)) or len(barred) == 1)
    if aligned >= 0.9 * total:
        usual = max(2, 0.5 * len(barred)) if in_rules else max(2, 0.3 * len(barred))
        edges = sorted(in_rules | {x for x, n in counts.items() if n >= usual or len(barred) == 1})
    else:
        size = Counter(len(d) for d in barred).most_common(1)[0][0]
        best = [d for d in drawn if len(d) == size]
        return _edges_by_order(best[0], [row for row, rule in zip(rows, rules, strict=True) if not rule])
    edges = [x for i, x in enumerate(edges) if not i or x > edges[i - 1] + 1 or x in in_rules]
    return _outer(edges, rows, rules)


def _edges_by_order(first: list[int], barred: Sequence[marks.Line]) -> list[int]:
    """The borders where the bars of the lines stand in no columns: those of one line, closed as most
    lines are.
    """
    texts = ["".join(row).strip() for row in barred]
    edges = list(first)
    if sum(text[0] not in marks.BARS for text in texts) * 2 > len(texts):
        edges = [-1, *edges]
    if sum(text[-1] not in marks.BARS for text in texts) * 2 > len(texts):
        edges = [*edges, max(map(len, barred))]
    return edges


def _outer(edges: list[int], rows: Sequence[marks.Line], rules: Sequence[bool]) -> list[int]:
    if not edges:
        return edges
    width = max(len(row) for row in rows)
    left = right = n = 0
    for row, rule in zip(rows, rules, strict=True):
        if rule:
            continue
        n += 1
        left += bool("".join(row[: edges[0]]).strip())
        right += bool("".join(row[edges[-1] + 1 :]).strip())
    drawn = [row for row, rule in zip(rows, rules, strict=True) if rule]
    ruled_left = any("".join(row[: max(0, edges[0] - 1)]).strip() for row in drawn)
    ruled_right = any(len(row) > edges[-1] + 2 for row in drawn)
    if left * 2 >= n or (left and ruled_left) or (ruled_left and not _closed(edges[0], rows, rules)):
        edges = [-1, *edges]
    if right * 2 >= n or (right and ruled_right) or (ruled_right and not _closed(edges[-1], rows, rules)):
        edges = [*edges, width]
    return edges


def _closed(x: int, rows: Sequence[marks.Line], rules: Sequence[bool]) -> bool:
    """Most rows have a bar at this outer border."""
    barred = [row for row, rule in zip(rows, rules, strict=True) if not rule]
    return sum(1 for row in barred if x < len(row) and row[x] in marks.BARS) * 2 > len(barred)


def _laid(found: Sequence[int], edges: Sequence[int]) -> dict[int, int]:
    """Which border (index) each bar stands for, as border → position: exact, by number, or the nearest in
    order.
    """
    index = {x: i for i, x in enumerate(edges)}
    if all(x in index for x in found):
        return {index[x]: x for x in found}
    inner = [i for i, x in enumerate(edges) if x >= 0 and not (i == len(edges) - 1 and not found)]
    if len(found) == len(edges):
        return dict(enumerate(found))
    if edges[0] < 0 and len(found) == len(edges) - 1 - (found[-1] < edges[-2] + _FAR):
        return {i + 1: x for i, x in enumerate(found)}
    laid: dict[int, int] = {}
    last = -1
    for x in found:
        near = min((i for i in inner if i > last), key=lambda i: abs(edges[i] - x), default=None)
        if near is not None and abs(edges[near] - x) <= _FAR:
            laid[near] = x
            last = near
    return laid


# --------------------------------------------------------------------------------------------------- runs


def _runs(row: marks.Line, rule: bool, edges: Sequence[int]) -> list[_Run]:
    """The runs of one line from left to right; together they cover all columns."""
    n = len(edges) - 1
    walls = _laid(marks.borders(row, rule), edges)
    walls[0] = walls.get(0, min(edges[0], len(row)) if edges[0] < 0 else edges[0])
    walls[n] = walls.get(n, max(len(row), edges[n]))
    at = sorted(walls)
    runs = []
    for a, b in itertools.pairwise(at):
        piece = row[walls[a] + 1 : walls[b]] if walls[a] >= -1 else row[: walls[b]]
        dashes = sum(1 for c in piece if c in marks.DASHES)
        whole = bool(piece) and dashes == len(piece)
        if rule:
            drawn = dashes * 2 > len(piece) if piece else True
        else:
            drawn = whole and (len(piece) >= 3 or _joined(row, walls[a]) or _joined(row, walls[b]))
        runs.append(_Run(a, b, "".join(piece).strip(), drawn, piece[:1] in (" ", [" "])))
    return runs


def _joined(row: marks.Line, x: int) -> bool:
    return 0 <= x < len(row) and row[x] in marks.JUNCTIONS


def _bands(runs: Sequence[list[_Run]], n_cols: int) -> list[_Band]:
    """The lines cut into bands: at rules, and where the bars of one line are not those of the line
    above.
    """
    bands: list[_Band] = [_Band()]
    for i, line in enumerate(runs):
        if any(run.rule for run in line):
            bands.append(_Band(rule=line))
            continue
        above = bands[-1].lines[-1] if bands[-1].lines else None
        if above is not None:
            line = _with_lost_walls(line, above, runs[i + 1] if i + 1 < len(runs) else None)
            if [r.left for r in line] != [r.left for r in above]:
                bands.append(_Band())
        bands[-1].lines.append(line)
    return [b for b in bands if b.lines or b.rule is not None]


def _with_lost_walls(line: list[_Run], above: list[_Run], below: list[_Run] | None) -> list[_Run]:
    """A line that lost one bar of those that the lines around it have gets it back where the text has a
    gap.
    """
    lost = {r.left for r in above} - {r.left for r in line}
    if len(lost) != 1 or len(line) < 3 or below is None or [r.left for r in below] != [r.left for r in above]:
        return line
    (wall,) = lost
    kept: list[_Run] = []
    for run in line:
        head, gap, tail = run.text.partition("  ")
        if run.left < wall < run.right and gap:
            kept += [_Run(run.left, wall, head.strip()), _Run(wall, run.right, tail.strip())]
        else:
            kept.append(run)
    return kept


# -------------------------------------------------------------------------------------------------- cells


@dataclass(slots=True)
class _Open:
    """A cell in the making: columns, first row, the lines of its text."""

    left: int
    right: int
    row: int
    end: int
    texts: list[str]


def _grid(bands: Sequence[_Band], edges: Sequence[int]) -> Grid:
    widths = [max(1, b - a - 1) for a, b in itertools.pairwise(edges)]
    bodies = [b for b in bands if b.lines]
    body = bodies[1:] or bodies
    has_numbers = text_rows.numbered(
        [line[0].text for b in body for line in b.lines if line and line[0].right == 1]
    )
    ruled = _is_ruled(bodies)
    texts_of = [run for b in bodies for line in b.lines for run in line if run.text]
    padding = 2 if sum(run.padded for run in texts_of) >= 0.9 * len(texts_of) else 0
    done: list[_Open] = []
    open_cells: dict[tuple[int, int], _Open] = {}
    row = 0
    for band in bands:
        if band.rule is not None:
            going: dict[tuple[int, int], _Open] = {}
            for run in band.rule:
                key = (run.left, run.right)
                if not run.rule and key in open_cells:
                    going[key] = open_cells[key]
                    going[key].texts.append(run.text)
            open_cells = going
        elif open_cells:
            open_cells = {}
        if not band.lines:
            continue
        spans = [(r.left, r.right) for r in band.lines[0]]
        texts = [[r.text for r in line] for line in band.lines]
        split = [0]
        if len(band.lines) > 1 and not open_cells and len(spans) > 1:
            room = [sum(widths[a:b]) + b - a - 1 - padding for a, b in spans]
            split = text_rows.starts(texts, room, has_numbers=has_numbers and spans[0][1] == 1, ruled=ruled)
        for first, last in zip(split, [*split[1:], len(texts)], strict=True):
            now: dict[tuple[int, int], _Open] = {}
            for c, key in enumerate(spans):
                cell = open_cells.get(key)
                if cell is None:
                    cell = _Open(*key, row, row, [])
                    done.append(cell)
                cell.end = row
                cell.texts += [texts[i][c] for i in range(first, last)]
                now[key] = cell
            open_cells = now if last == len(texts) else {}
            row += 1
    cells = [
        Cell("\n".join(t for t in c.texts if t), c.row, c.left, c.end - c.row + 1, c.right - c.left)
        for c in done
    ]
    cells.sort(key=lambda c: (c.row, c.col))
    return _without_empty(Grid(tuple(cells), row, len(edges) - 1))


def _is_ruled(bodies: Sequence[_Band]) -> bool:
    """Rules part the rows of the body: it has more than a header and one band."""
    drawn = sum(1 for b in bodies if b.rule is not None)
    return drawn > 2 or (drawn == 2 and len(bodies[-1].lines) < 3)


def _without_empty(grid: Grid) -> Grid:
    """The grid without columns that no row fills and no border needs (double lines, spaces at the edge)."""
    used = {c.col for c in grid.cells} | {c.col + c.col_span for c in grid.cells}
    starts = sorted(used - {grid.n_cols})
    if len(starts) == grid.n_cols:
        return grid
    at = {c: i for i, c in enumerate([*starts, grid.n_cols])}
    cells = tuple(replace(c, col=at[c.col], col_span=at[c.col + c.col_span] - at[c.col]) for c in grid.cells)
    return replace(grid, cells=cells, n_cols=len(starts))
