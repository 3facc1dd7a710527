"""Tables that rules show only in part, or not at all.

Three kinds of regions, from strong to weak evidence: a lattice whose cells hold columns of their own (rules
between rows or around the table only); horizontal rules of one width above each other; aligned text without
rules. The weaker the evidence, the more the text itself must look like a table: two columns of prose,
lists, forms, contents pages, letterheads and signatures are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from pipeline.extractors.pdf_bands import (
    Band,
    TextTable,
    build,
    is_list,
    is_prose,
    is_sparse,
    looks_like_table,
    with_gaps,
)
from pipeline.extractors.pdf_columns import is_number, seams, segments
from pipeline.extractors.pdf_rules import CellBox, Lattice, Rules
from pipeline.extractors.pdf_settings import SETTINGS
from pipeline.extractors.pdf_text import Line, Word, around, lines

_MOST_RULES = 600  # free horizontal rules on a page; more are a drawing


# ------------------------------------------------------------------------------------ partly ruled lattices


def open_lattice(lattice: Lattice, words: dict[int, list[Word]]) -> TextTable | None:
    """A lattice as a table with the columns that its text shows; None if its cells are closed by rules.

    Most of its text must stand in cells that run over all columns, or over one in which all lines leave the
    same gaps free: a closed cell is never cut.
    """
    n_cols = len(lattice.xs) - 1
    total = sum(len(w.text) for found in words.values() for w in found)
    if not total or any(w.turn for found in words.values() for w in found):
        return None
    whole = [i for i, c in enumerate(lattice.cells) if c.col_span == n_cols and i in words]
    inner = [
        i
        for i, c in enumerate(lattice.cells)
        if i not in whole and i in words and _has_columns(c, words[i], lattice)
    ]
    loose_rows = {lattice.cells[i].row for i in (*whole, *inner)}
    loose = sum(
        len(w.text) for i, found in words.items() if lattice.cells[i].row in loose_rows for w in found
    )
    if loose < SETTINGS.open_share * total:
        return None
    rows: list[list[Word]] = [[] for _ in range(len(lattice.ys) - 1)]
    for i, found in words.items():
        rows[lattice.cells[i].row].extend(found)
    edges = pairwise(lattice.ys.tolist())
    bands = [Band(top, bottom, lines(found)) for found, (top, bottom) in zip(rows, edges, strict=True)]
    opened = {
        r
        for i in (*whole, *inner)
        for r in range(lattice.cells[i].row, lattice.cells[i].row + lattice.cells[i].row_span)
    }
    if any(lattice.cells[i].row_span > 1 for i in words if lattice.cells[i].row in opened):
        return None
    body = [
        line for r, band in enumerate(bands) if r in opened and (r or len(bands) == 1) for line in band.lines
    ]
    gaps = seams(body, float(lattice.xs[0]), float(lattice.xs[-1]))
    if not gaps:
        return None
    xs = with_gaps(lattice.xs.tolist(), gaps)
    if is_prose(body, xs):
        return None
    return build(bands, xs, lattice, opened, words)


def stacked_lattice(lattice: Lattice, words: dict[int, list[Word]]) -> TextTable | None:
    """A lattice without rules between its rows: columns of numbers, one a line, beside a text on every line.

    A closed cell is never cut for anything less: cells with wrapped text look alike in all but the numbers.
    """
    if len(lattice.xs) < 4 or any(w.turn for found in words.values() for w in found):
        return None
    rows: list[list[int]] = [[] for _ in range(len(lattice.ys) - 1)]
    for i in sorted(words, key=lambda i: lattice.cells[i].col):
        rows[lattice.cells[i].row].append(i)
    opened: set[int] = set()
    for r, cells in enumerate(rows):
        single = all(lattice.cells[i].row_span == 1 and lattice.cells[i].col_span == 1 for i in cells)
        tall = bool(cells) and len({round(w.base) for w in words[cells[0]]}) >= SETTINGS.least_rows
        if single and tall and _is_stack([lines(words[i]) for i in cells]):
            opened.add(r)
    if not opened:
        return None
    bands = []
    for cells, (top, bottom) in zip(rows, pairwise(lattice.ys.tolist()), strict=True):
        bands.append(Band(top, bottom, lines([w for i in cells for w in words[i]])))
    return build(bands, lattice.xs.tolist(), lattice, opened, words)


def _is_stack(columns: Sequence[Sequence[Line]]) -> bool:
    """At least three lines in the first column, on the same baselines in the others, which hold one number a
    line.
    """
    if len(columns) < 3 or len(columns[0]) < SETTINGS.least_rows:
        return False
    bases = [line.base for line in columns[0]]
    numeric = 0
    for column in columns[1:]:
        if len(column) < 0.6 * len(bases):
            return False
        if any(min(abs(line.base - b) for b in bases) > 0.3 * line.size for line in column):
            return False
        numeric += all(is_number(line.text) for line in column)
    return numeric >= 2 and numeric >= 0.5 * (len(columns) - 1)


def _has_columns(cell: CellBox, found: Sequence[Word], lattice: Lattice) -> bool:
    if not any(
        abs(a.base - b.base) < 0.2 * b.size and b.u0 - a.u1 > SETTINGS.sure_gap * b.size
        for a, b in pairwise(sorted(found, key=lambda w: (round(w.base), w.u0)))
    ):
        return False
    rows = lines(found)
    return len(rows) >= 2 and bool(
        seams(rows, float(lattice.xs[cell.col]), float(lattice.xs[cell.col + cell.col_span]))
        and sum(1 for r in rows if len(segments(r, SETTINGS.sure_gap)) > 1) >= 0.8 * len(rows)
    )


# ------------------------------------------------------------------------------ rules of one width in a pile


def ruled_above_and_below(found: Sequence[Line], horizontal: Rules) -> Iterator[tuple[TextTable, set[int]]]:
    """Tables between horizontal rules of the same extent (the typesetter's table: no vertical rules).

    Gives each table with the indices of its lines in `found`.
    """
    if len(horizontal) > _MOST_RULES:
        return
    order = np.argsort(horizontal.at)
    at, start, end = (a[order].tolist() for a in (horizontal.at, horizontal.start, horizontal.end))
    used: set[int] = set()
    for i in range(len(at)):
        if i in used:
            continue
        pile = [i]
        for j in range(i + 1, len(at)):
            if abs(start[j] - start[i]) <= 5 and abs(end[j] - end[i]) <= 5:
                pile.append(j)
        if len(pile) < 2:
            continue
        used.update(pile)
        ys = [at[j] for j in pile]
        yield from _in_pile(found, ys, start[i], end[i])


def _in_pile(
    found: Sequence[Line], ys: Sequence[float], left: float, right: float
) -> Iterator[tuple[TextTable, set[int]]]:
    """The longest runs of bands in which the text forms columns."""
    slack = 12.0
    inside: list[list[int]] = [[] for _ in range(len(ys) - 1)]
    for k, line in enumerate(found):
        x0, _, x1, _ = line.box
        if x0 < left - slack or x1 > right + slack:
            continue
        middle = (line.v0 + line.v1) / 2
        band = int(np.searchsorted(ys, middle)) - 1
        if 0 <= band < len(inside):
            inside[band].append(k)
    first = 0
    while first < len(inside):
        if not inside[first] or _runs_through([found[k] for k in inside[first]], left, right):
            first += 1
            continue
        last = first
        while last + 1 < len(inside) and not _runs_through([found[k] for k in inside[last + 1]], left, right):
            last += 1
        bands = [Band(ys[b], ys[b + 1], [found[k] for k in inside[b]]) for b in range(first, last + 1)]
        table = _banded(bands, left, right)
        if table is not None:
            yield table, {k for b in range(first, last + 1) for k in inside[b]}
        first = last + 1


def _runs_through(rows: Sequence[Line], left: float, right: float) -> bool:
    """Most of the lines run from side to side: a paragraph."""
    wide = sum(
        1
        for r in rows
        if len(segments(r, SETTINGS.sure_gap)) == 1 and r.box[2] - r.box[0] > 0.7 * (right - left)
    )
    return len(rows) >= 2 and wide > 0.5 * len(rows)


def _banded(bands: Sequence[Band], left: float, right: float) -> TextTable | None:
    full = [b for b in bands if b.lines]
    body = [line for b in (full[1:] if len(full) > 1 else full) for line in b.lines]
    if len(body) + (len(full) > 1) < 2:
        return None
    counted = body if len(body) >= 2 else [line for b in full for line in b.lines]
    gaps = seams(
        counted, min(left, *(x.box[0] for x in counted)) - 1, max(right, *(x.box[2] for x in counted)) + 1
    )
    if not gaps:
        return None
    xs = with_gaps([left, right], gaps)
    if is_prose(counted, xs) or is_list(counted, xs) or is_sparse(bands, counted, xs):
        return None
    if len(full) == 1 and not looks_like_table(counted, xs):
        return None
    return build(bands, xs, None, set(range(len(bands))), {})


# ------------------------------------------------------------------------------------------- no rules at all


def aligned(found: Sequence[Line]) -> Iterator[tuple[TextTable, set[int]]]:
    """Tables without rules: rows in which the same gaps are free, with columns of numbers or short texts."""
    order = sorted(range(len(found)), key=lambda k: found[k].base)
    cut = [len(segments(line, 1.0)) > 1 for line in found]
    for whole in _runs(order, found, cut):
        run = whole[:-1] if _ends_signed([found[k] for k in whole if cut[k]]) else whole
        rows = [k for k in run if cut[k]]
        if len(rows) < SETTINGS.least_rows:
            continue
        table = _aligned([found[k] for k in run], [found[k] for k in rows])
        if table is not None:
            yield table, set(run)
            continue
        for part in _parts(run, cut):
            table = _aligned([found[k] for k in part], [found[k] for k in part])
            if table is not None:
                yield table, set(part)


def _runs(order: Sequence[int], found: Sequence[Line], cut: Sequence[bool]) -> Iterator[list[int]]:
    """Lines that follow each other closely; up to two whole lines (sections, wrapped text) may lie inside."""
    run: list[int] = []
    for k in order:
        if run and (not _follows(found[run[-1]], found[k]) or not any(cut[i] for i in (*run[-2:], k))):
            yield _trimmed(run, cut)
            run = []
        if run or cut[k]:
            run.append(k)
    yield _trimmed(run, cut)


def _ends_signed(rows: Sequence[Line]) -> bool:
    """Whether the last line of a table is a signature: few pieces, one over a gap between columns
    that all rows leave free, and no figures (a row of sums has some).
    """
    above = rows[:-1]
    if len(above) < SETTINGS.least_rows or any(c.isdigit() for c in rows[-1].text):
        return False
    box = around([line.box for line in above])
    gaps = seams(above, box[0] - 2, box[2] + 2)
    parts = segments(rows[-1], 1.0)
    crossed = any(p.x0 < start and p.x1 > end for p in parts for start, end in gaps)
    return crossed and 2 * len(parts) <= len(gaps) + 1


def _trimmed(run: list[int], cut: Sequence[bool]) -> list[int]:
    last = max((i for i, k in enumerate(run) if cut[k]), default=-1)
    return run[: last + 1]


def _parts(run: Sequence[int], cut: Sequence[bool]) -> Iterator[list[int]]:
    """The parts of a run between its lines in one piece."""
    part: list[int] = []
    for k in (*run, None):
        if k is not None and cut[k]:
            part.append(k)
        else:
            if SETTINGS.least_rows <= len(part) < len(run):
                yield part
            part = []


def _follows(above: Line, line: Line) -> bool:
    return line.base - above.base <= 2.6 * max(line.size, above.size)


def _aligned(run: Sequence[Line], rows: Sequence[Line]) -> TextTable | None:
    """The table of a run of lines; `rows` are those in several pieces."""
    box = around([line.box for line in run])
    gaps = seams(rows, box[0] - 2, box[2] + 2)
    size = float(np.median([line.size for line in rows]))
    gaps = [g for g in gaps if g[1] - g[0] >= size]
    if not gaps:
        return None
    xs = with_gaps([box[0], box[2]], gaps)
    if is_prose(rows, xs) or is_list(rows, xs) or not looks_like_table(rows, xs):
        return None
    several = {id(line) for line in rows}
    if any(line.box[0] > xs[1] for line in run if id(line) not in several):
        return None
    band = Band(box[1], box[3], list(run))
    return build([band], xs, None, {0}, {})
