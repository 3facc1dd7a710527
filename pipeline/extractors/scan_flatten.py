"""A curled or distorted page made flat: the rules of its tables, straight once, are made straight again.

Along every rule that is traced, y + f(x, y) of a horizontal one and x + g(x, y) of a vertical one should be
constant. f and g are polynomials, found by least squares over all rules at once; their pure y (x) terms are
left out, so that nothing is stretched. (The idea: straight lines as the model of the page's surface, e.g.
Brown and Tsoi 2006; here in the plain form that rules of a table allow.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.extractors.scan_engine import Picture
from pipeline.extractors.scan_settings import SETTINGS

Floats = NDArray[np.float64]
_FLAT = tuple((i, j) for i in (1, 2, 3, 4, 5) for j in (0, 1, 2))  # powers of x and y in f
_TALL = tuple((i, j) for j in (1, 2, 3) for i in (0, 1, 2))  # and in g
_STEP = 6  # pixels between the points of a traced rule
_COARSE = 16  # pixels between the nodes of the map
_RIDGE = 1e-3  # keeps terms that the rules say nothing about near 0
_ROUNDS = 3  # fits, each without the strokes that do not obey the one before


@dataclass(frozen=True, slots=True)
class Field:
    """Where pixels of the flat page lie on the page as it was: `x`, `y` at nodes `_COARSE` pixels apart."""

    x: NDArray[np.float32]
    y: NDArray[np.float32]

    def source(self, points: Floats) -> Floats:
        """Points (n × 2, pixels) of the flat page on the page as it was."""
        at = np.clip(points / _COARSE, 0, np.array(self.x.shape[::-1]) - 1.001)
        col, row = at.astype(np.int64).T
        across, down = at[:, 0] - col, at[:, 1] - row
        found = []
        for nodes in (self.x, self.y):
            above = nodes[row, col] * (1 - across) + nodes[row, col + 1] * across
            below = nodes[row + 1, col] * (1 - across) + nodes[row + 1, col + 1] * across
            found.append(above * (1 - down) + below * down)
        return np.column_stack(found).astype(np.float64)


def field(ink: Picture, scale: float) -> Field | None:
    """How to flatten the page with this ink; None if its rules are straight already, or if it has none."""
    height, width = ink.shape
    middle = np.array((width / 2, height / 2))
    unit = float(max(width, height)) / 2
    flat = _traced(ink, scale, across=False)
    tall = _traced(ink, scale, across=True)
    bend = max(_bend(flat, 1), _bend(tall, 0))
    if bend <= SETTINGS.bend * scale:
        return None
    f = _fitted([(s - middle) / unit for s in flat], 1, _FLAT, scale / unit)
    g = _fitted([(s - middle) / unit for s in tall], 0, _TALL, scale / unit)
    if f is None and g is None:
        return None
    nodes_y, nodes_x = np.mgrid[0 : height + _COARSE : _COARSE, 0 : width + _COARSE : _COARSE]
    aim = (np.column_stack((nodes_x.ravel(), nodes_y.ravel())) - middle) / unit
    at = aim.copy()
    for _ in range(4):  # the fit gives the way there; a few steps give the way back
        down = f(at) if f is not None else 0.0
        right = g(at) if g is not None else 0.0
        at = np.column_stack((aim[:, 0] - right, aim[:, 1] - down))
    at = at * unit + middle
    shape = nodes_x.shape
    return Field(at[:, 0].reshape(shape).astype(np.float32), at[:, 1].reshape(shape).astype(np.float32))


def flattened(grey: Picture, how: Field) -> Picture:
    """The page made flat."""
    height, width = grey.shape
    rows, cols = how.x.shape
    size = ((cols - 1) * _COARSE + 1, (rows - 1) * _COARSE + 1)
    # the nodes are the corners of the fields between them
    across, down = np.meshgrid(
        np.arange(width, dtype=np.float32) / _COARSE, np.arange(height, dtype=np.float32) / _COARSE
    )
    assert size[0] >= width and size[1] >= height
    x = cv2.remap(how.x, across, down, cv2.INTER_LINEAR)
    y = cv2.remap(how.y, across, down, cv2.INTER_LINEAR)
    made = cv2.remap(grey, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=255)
    return np.asarray(made, dtype=np.uint8)


def _traced(ink: Picture, scale: float, across: bool) -> list[Floats]:
    """The long strokes in one direction as points (n × 2) along their middles."""
    picture = np.ascontiguousarray(ink.T) if across else ink
    least = SETTINGS.traced * scale
    run = round(SETTINGS.traced_run * scale)
    thick = cv2.dilate(picture, np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    most = round(SETTINGS.rule_thick * scale) + 2
    runs = cv2.subtract(runs, cv2.morphologyEx(runs, cv2.MORPH_OPEN, np.ones((most, 1), np.uint8)))
    gap = round(SETTINGS.rule_gap * scale) | 1
    runs = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((3, gap), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    strokes = []
    for k in np.flatnonzero(stats[:, 2] >= least):
        if k == 0:
            continue
        x, y, w, h = (int(v) for v in stats[k, :4])
        if h > w / 4:
            continue
        part = labels[y : y + h, x : x + w] == k
        columns = part[:, ::_STEP]
        filled = columns.sum(axis=0)
        if not filled.all() or np.median(filled) > most:
            continue
        middles = (columns * np.arange(h)[:, None]).sum(axis=0) / filled + y
        ends = filled <= 2 * np.median(filled)  # not where something crosses
        points = np.column_stack((x + np.arange(0, w, _STEP), middles))[ends]
        if len(points) >= 4:
            strokes.append(points[:, ::-1] if across else points)
    return strokes


def _bend(strokes: Sequence[Floats], axis: int) -> float:
    """Pixels by which the strokes leave a common direction: the worst but a tenth of them."""
    if not strokes:
        return 0.0
    return float(np.quantile([np.ptp(_smooth(s[:, axis])) for s in strokes], 0.9))


def _smooth(values: Floats) -> Floats:
    """Means of five neighbours: the steps of pixels even out."""
    return np.convolve(values, np.ones(5) / 5, "valid") if len(values) >= 5 else values


class _Polynomial:
    """A polynomial in x and y that goes on evenly outside of where it was fitted."""

    def __init__(self, powers: Sequence[tuple[int, int]], factors: Floats, low: Floats, high: Floats) -> None:
        self._powers, self._factors, self._low, self._high = powers, factors, low, high

    def __call__(self, points: Floats) -> Floats:
        inside = np.clip(points, self._low, self._high)
        return _terms(inside, self._powers) @ self._factors


def _terms(points: Floats, powers: Sequence[tuple[int, int]]) -> Floats:
    x, y = points[:, 0], points[:, 1]
    return np.column_stack([x**i * y**j for i, j in powers])


def _fitted(
    strokes: list[Floats], axis: int, powers: Sequence[tuple[int, int]], point: float
) -> _Polynomial | None:
    """The polynomial that makes the strokes straight; `point`: a point in units of the strokes."""
    kept = strokes
    factors = np.zeros(len(powers))
    for _ in range(_ROUNDS):
        if not kept:
            return None
        rows, wanted = [], []
        for stroke in kept:
            terms = _terms(stroke, powers)
            rows.append(terms - terms.mean(axis=0))
            wanted.append(stroke[:, axis].mean() - stroke[:, axis])
        matrix, aim = np.vstack(rows), np.concatenate(wanted)
        ridge = _RIDGE * len(aim) / 100
        factors = np.linalg.solve(matrix.T @ matrix + ridge * np.eye(len(powers)), matrix.T @ aim)
        errors = [float(np.std(a - r @ factors)) for a, r in zip(wanted, rows, strict=True)]
        most = max(3 * float(np.median(errors)), SETTINGS.bend * point)
        obeying = [s for s, e in zip(kept, errors, strict=True) if e <= most]
        if len(obeying) == len(kept):
            break
        kept = obeying
    points = np.vstack(kept)
    return _Polynomial(powers, factors, points.min(axis=0), points.max(axis=0))
