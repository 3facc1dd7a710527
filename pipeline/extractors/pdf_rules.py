"""Lattices: tables whose cells are closed by rules.

Steps (thresholds in `data/pdf.csv`): rules nearer than 2 pt are one rule and gaps up to 3 pt are joined;
rules that cross are one component; the rules of a component are the lines of a raster; where rules stick
out past the outermost crossing rule and text lies there, the side is open and gets a virtual border;
neighbouring raster fields without a wall (a rule along at least half of the common side) are one cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.extractors.pdf_objects import Array, Ints
from pipeline.extractors.pdf_settings import SETTINGS

_MOST_CROSSINGS = 2_000_000  # horizontal × vertical rules; more are a drawing
_MOST_FIELDS = 250_000  # of a raster


@dataclass(frozen=True, slots=True)
class Rules:
    """Straight rules in one direction: rule i lies at `at[i]` and runs from `start[i]` to `end[i]`."""

    at: Array
    start: Array
    end: Array

    def __len__(self) -> int:
        return len(self.at)

    def pick(self, index: Ints | NDArray[np.bool_]) -> Rules:
        return Rules(self.at[index], self.start[index], self.end[index])


@dataclass(frozen=True, slots=True)
class CellBox:
    """A cell of a lattice: raster position, spans, and box (x0, top, x1, bottom)."""

    row: int
    col: int
    row_span: int
    col_span: int


@dataclass(frozen=True, slots=True)
class Lattice:
    """A raster of `xs` × `ys` and its cells. `number[r, c]` is the cell that covers the field.

    `open_top`, `open_bottom`: no rule closes the first, the last row.
    """

    xs: Array
    ys: Array
    number: Ints
    cells: tuple[CellBox, ...]
    open_top: bool
    open_bottom: bool

    @property
    def box(self) -> tuple[float, float, float, float]:
        return (float(self.xs[0]), float(self.ys[0]), float(self.xs[-1]), float(self.ys[-1]))

    def cell_of(self, x: Array, y: Array) -> Ints:
        """The cell of each point, -1 outside."""
        col = np.searchsorted(self.xs, x, side="right") - 1
        row = np.searchsorted(self.ys, y, side="right") - 1
        inside = (col >= 0) & (row >= 0) & (col < len(self.xs) - 1) & (row < len(self.ys) - 1)
        found = np.full(len(x), -1, dtype=np.int64)
        found[inside] = self.number[row[inside], col[inside]]
        return found


def split_rules(boxes: Array) -> tuple[Rules, Rules]:
    """Horizontal and vertical rules of thin boxes, merged. A dot may belong to a dotted rule in either
    direction.
    """
    if not len(boxes):
        none = Rules(np.empty(0), np.empty(0), np.empty(0))
        return none, none
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    dot = np.maximum(width, height) <= SETTINGS.thick
    flat, tall = boxes[(width >= height) | dot], boxes[(height > width) | dot]
    horizontal = Rules((flat[:, 1] + flat[:, 3]) / 2, flat[:, 0], flat[:, 2])
    vertical = Rules((tall[:, 0] + tall[:, 2]) / 2, tall[:, 1], tall[:, 3])
    return merge(horizontal), merge(vertical)


def merge(rules: Rules) -> Rules:
    """Rules on nearly the same line joined over small gaps; what stays shorter than a table row is
    dropped.
    """
    if not len(rules):
        return rules
    order = np.argsort(rules.at, kind="stable")
    at = rules.at[order]
    line = np.zeros(len(at), dtype=np.int64)
    first, previous, number = at[0], at[0], 0
    if len(at) > 1:
        values, inverse = np.unique(at, return_inverse=True)
        labels = np.zeros(len(values), dtype=np.int64)
        for i, value in enumerate(values.tolist()):
            if value - previous > SETTINGS.snap or value - first > 2 * SETTINGS.snap:
                number += 1
                first = value
            previous = value
            labels[i] = number
        line = labels[inverse]
    start, end = rules.start[order], rules.end[order]
    order = np.lexsort((start, line))
    at, line, start, end = at[order], line[order], start[order], end[order]
    # along each line: a new rule begins where the start is past the furthest end so far
    offset = line * (float(np.max(np.abs(end))) + float(np.max(np.abs(start))) + 10.0)
    furthest = np.maximum.accumulate(end + offset)
    begins = np.ones(len(at), dtype=bool)
    begins[1:] = (start + offset)[1:] > furthest[:-1] + SETTINGS.join
    begins[1:] |= line[1:] != line[:-1]
    group = np.cumsum(begins) - 1
    n = int(group[-1]) + 1
    starts, ends = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(starts, group, start)
    np.maximum.at(ends, group, end)
    # one position for all rules of a line: they are one line of the raster
    weight = np.maximum(end - start, 0.1)
    positions = np.bincount(line, weights=at * weight) / np.bincount(line, weights=weight)
    merged = Rules(positions[line[begins]], starts, ends)
    return merged.pick(merged.end - merged.start >= SETTINGS.shortest_rule)


def lattices(horizontal: Rules, vertical: Rules, centres: Array) -> Iterator[Lattice]:
    """All lattices of a page, small ones first (a table inside a frame or a cell comes before what is around
    it).

    `centres` (n × 2) are the centres of the characters.
    """
    if not len(horizontal) or not len(vertical) or len(horizontal) * len(vertical) > _MOST_CROSSINGS:
        return
    found = []
    for h, v in _components(horizontal, vertical):
        lattice = _lattice(horizontal.pick(h), vertical.pick(v), centres)
        if lattice is not None:
            x0, top, x1, bottom = lattice.box
            found.append(((x1 - x0) * (bottom - top), lattice))
    yield from (lattice for _, lattice in sorted(found, key=lambda item: item[0]))


def _components(horizontal: Rules, vertical: Rules) -> Iterator[tuple[Ints, Ints]]:
    """Connected sets of crossing rules (rules that end up to `join` before the other still touch it)."""
    n = len(horizontal)
    parent = list(range(n + len(vertical)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    order = np.argsort(vertical.at, kind="stable")
    sorted_at = vertical.at[order]
    first = np.searchsorted(sorted_at, horizontal.start - SETTINGS.join)
    last = np.searchsorted(sorted_at, horizontal.end + SETTINGS.join, side="right")
    for i in range(n):
        near = order[first[i] : last[i]]
        touch = (vertical.start[near] <= horizontal.at[i] + SETTINGS.join) & (
            vertical.end[near] >= horizontal.at[i] - SETTINGS.join
        )
        root = find(i)
        for j in near[touch].tolist():
            other = find(n + j)
            if other != root:
                parent[other] = root
    groups: dict[int, tuple[list[int], list[int]]] = {}
    for i in range(n + len(vertical)):
        h, v = groups.setdefault(find(i), ([], []))
        (h if i < n else v).append(i if i < n else i - n)
    for h, v in groups.values():
        if h and v:
            yield np.array(h), np.array(v)


def _lattice(horizontal: Rules, vertical: Rules, centres: Array) -> Lattice | None:
    vertical, horizontal = _without_slivers(vertical), _without_slivers(horizontal)
    xs, ys = np.unique(vertical.at), np.unique(horizontal.at)
    inner = centres[
        (centres[:, 1] >= min(ys[0], vertical.start.min()))
        & (centres[:, 1] <= max(ys[-1], vertical.end.max()))
        & (centres[:, 0] >= min(xs[0], horizontal.start.min()))
        & (centres[:, 0] <= max(xs[-1], horizontal.end.max()))
    ]
    if not len(inner):
        return None
    swapped = inner[:, ::-1]
    tall = (float(vertical.start.min()), float(vertical.end.max()))
    wide = (float(horizontal.start.min()), float(horizontal.end.max()))
    left = _virtual(horizontal.start, horizontal.at, xs[0], inner, -1, tall)
    right = _virtual(horizontal.end, horizontal.at, xs[-1], inner, 1, tall)
    top = _virtual(vertical.start, vertical.at, ys[0], swapped, -1, wide)
    bottom = _virtual(vertical.end, vertical.at, ys[-1], swapped, 1, wide)
    xs = np.concatenate(([left] if left is not None else [], xs, [right] if right is not None else []))
    ys = np.concatenate(([top] if top is not None else [], ys, [bottom] if bottom is not None else []))
    if len(xs) < 2 or len(ys) < 2 or len(xs) * len(ys) > _MOST_FIELDS:
        return None
    side = _walls(vertical, xs, ys)  # [c, r]: wall at xs[c] along row r
    floor = _walls(horizontal, ys, xs)  # [r, c]: wall at ys[r] along column c
    number, cells = _cells(side.T, floor)
    closed_top = bool(floor[0].mean() >= SETTINGS.wall)
    closed_bottom = bool(floor[-1].mean() >= SETTINGS.wall)
    return Lattice(xs, ys, number, cells, not closed_top, not closed_bottom)


def _without_slivers(rules: Rules) -> Rules:
    """Rules nearer to each other than any text is high are the strokes of one (double) rule."""
    lines = np.unique(rules.at)
    if len(lines) < 2 or np.diff(lines).min() >= SETTINGS.sliver:
        return rules
    label, first = np.zeros(len(lines), dtype=np.int64), float(lines[0])
    for i in range(1, len(lines)):
        label[i] = label[i - 1]
        if lines[i] - first >= SETTINGS.sliver:
            label[i] += 1
            first = float(lines[i])
    middle = np.bincount(label, weights=lines) / np.bincount(label)
    return merge(Rules(middle[label[np.searchsorted(lines, rules.at)]], rules.start, rules.end))


def _virtual(
    ends: Array, at: Array, outermost: float, centres: Array, sign: int, across: tuple[float, float]
) -> float | None:
    """Where rules stick out past the outermost crossing rule and text lies between them: the virtual border.

    `ends` and `at` describe the rules; `centres` are (along the rules, across). `sign` is the side,
    `across` the extent of the lattice across the rules.
    """
    past = (ends - outermost) * sign > SETTINGS.stick_out
    only = len(np.unique(at)) == 1  # a single rule between two columns: text lies on both sides
    if not past.any() or (np.count_nonzero(past) < 2 and not only):
        return None
    limit = float((ends[past] * sign).max() * sign)
    low, high = across if only else (at[past].min(), at[past].max())
    along, beside = centres[:, 0], centres[:, 1]
    text = ((along - outermost) * sign > 0) & ((along - limit) * sign < 0) & (beside > low) & (beside < high)
    if only and not ((beside[text] < at[0]).any() and (beside[text] > at[0]).any()):
        return None
    return limit if text.any() else None


def _walls(rules: Rules, lines: Array, marks: Array) -> NDArray[np.bool_]:
    """[i, j]: the rules on line i cover at least half of the stretch between marks j and j + 1."""
    covered = np.zeros((len(lines), len(marks) - 1))
    low, high = marks[:-1], marks[1:]
    index = np.searchsorted(lines, rules.at - 1e-6)
    for i, start, end in zip(index.tolist(), rules.start.tolist(), rules.end.tolist(), strict=True):
        first = max(int(np.searchsorted(marks, start, side="right")) - 1, 0)
        last = int(np.searchsorted(marks, end)) + 1
        part = slice(first, last)
        covered[i, part] += np.clip(np.minimum(high[part], end) - np.maximum(low[part], start), 0, None)
    result: NDArray[np.bool_] = covered >= SETTINGS.wall * (high - low)
    return result


def _cells(side: NDArray[np.bool_], floor: NDArray[np.bool_]) -> tuple[Ints, tuple[CellBox, ...]]:
    """Fields without walls between them joined to cells (`side[r, c]`: wall left of field c in row r).

    A set of fields that is no rectangle is cut into rectangles, row by row from the top.
    """
    rows, cols = floor.shape[0] - 1, floor.shape[1]
    parent = list(range(rows * cols))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for r, c in zip(*(x.tolist() for x in np.nonzero(~side[:, 1:cols])), strict=True):
        parent[find(r * cols + c + 1)] = find(r * cols + c)
    for r, c in zip(*(x.tolist() for x in np.nonzero(~floor[1:rows, :])), strict=True):
        parent[find((r + 1) * cols + c)] = find(r * cols + c)
    label = np.array([find(i) for i in range(rows * cols)], dtype=np.int64).reshape(rows, cols)
    number = np.full((rows, cols), -1, dtype=np.int64)
    cells: list[CellBox] = []
    labels = label.tolist()
    for r in range(rows):
        for c in range(cols):
            if number[r, c] >= 0:
                continue
            own = labels[r][c]
            right = c + 1
            while right < cols and labels[r][right] == own and number[r, right] < 0:
                right += 1
            below = r + 1
            while below < rows and _is_row_of(labels[below], number[below], own, c, right):
                below += 1
            number[r:below, c:right] = len(cells)
            cells.append(CellBox(r, c, below - r, right - c))
    return number, tuple(cells)


def _is_row_of(labels: list[int], taken: Ints, own: int, left: int, right: int) -> bool:
    """The row goes on with exactly the same fields of the cell."""
    return not any(labels[c] != own or taken[c] >= 0 for c in range(left, right))
