"""Rules on the picture of a page, and the lattices that they make (with the builder of the PDF reader)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.extractors import pdf_rules
from pipeline.extractors.scan_engine import Picture
from pipeline.extractors.scan_picture import Page
from pipeline.extractors.scan_settings import SETTINGS


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of a table on the picture: raster position, spans, box in pixels."""

    row: int
    col: int
    row_span: int
    col_span: int
    box: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruled table on the picture: `xs`, `ys` are its lines in pixels."""

    slots: tuple[Slot, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    open_top: bool
    open_bottom: bool

    @property
    def box(self) -> tuple[int, int, int, int]:
        return (round(self.xs[0]), round(self.ys[0]), round(self.xs[-1]), round(self.ys[-1]))


def tables(page: Page) -> tuple[list[Ruled], Picture]:
    """The ruled tables of a page from the top, and the mask (255) of all rules."""
    flat, tall = _strokes(page.ink, page.scale, across=False), _strokes(page.ink, page.scale, across=True)
    mask = np.asarray(cv2.bitwise_or(flat, tall), dtype=np.uint8)
    boxes = np.vstack((_boxes(flat, page.scale, False), _boxes(tall, page.scale, True)))
    if not len(boxes):
        return [], mask
    centres = _centres(page, mask)
    horizontal, vertical = pdf_rules.split_rules(boxes / page.scale)
    found: list[Ruled] = []
    taken = np.zeros(len(centres), dtype=bool)
    for lattice in pdf_rules.lattices(horizontal, vertical, centres / page.scale):
        inside = lattice.cell_of(centres[:, 0] / page.scale, centres[:, 1] / page.scale)
        inside[taken] = -1
        filled = len(np.unique(inside[inside >= 0]))
        if len(lattice.cells) < 2 or filled < 2:
            continue
        ruled = _without_false_lines(lattice, page.scale)
        if len(ruled.slots) < 2 or len(ruled.xs) < 3:
            continue
        taken |= inside >= 0
        found.append(ruled)
    return sorted(found, key=lambda t: (t.ys[0], t.xs[0])), mask


def _strokes(ink: Picture, scale: float, across: bool) -> Picture:
    """Long straight strokes in one direction (`across`: vertical), gaps closed."""
    length = round((SETTINGS.rule_height if across else SETTINGS.rule_width) * scale)
    gap = max(3, round(SETTINGS.rule_gap * scale)) | 1

    def bar(n: int, thick: int = 1) -> NDArray[np.uint8]:
        return np.ones((n, thick) if across else (thick, n), np.uint8)

    # a stroke that is not quite straight steps from one row of pixels to the next
    thick = cv2.dilate(ink, bar(1, 3))
    opened = cv2.morphologyEx(thick, cv2.MORPH_OPEN, bar(length // 2))
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, bar(gap))
    whole = cv2.morphologyEx(closed, cv2.MORPH_OPEN, bar(length))
    most = round(SETTINGS.rule_thick * scale) + 2
    bars = cv2.morphologyEx(whole, cv2.MORPH_OPEN, bar(1, most))
    return np.asarray(cv2.subtract(whole, bars), dtype=np.uint8)


def _boxes(mask: Picture, scale: float, across: bool) -> NDArray[np.float64]:
    """The strokes as thin boxes in pixels: x0, top, x1, bottom."""
    count, _, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
    made: list[tuple[float, float, float, float]] = []
    for k in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[k])
        long, short = (h, w) if across else (w, h)
        if long < (SETTINGS.rule_height if across else SETTINGS.rule_width) * scale or long < 4 * short:
            continue
        thickness = area / long
        middle = float(centres[k][0] if across else centres[k][1])
        half = max(0.5, thickness / 2)
        half = min(half, SETTINGS.rule_thick * scale / 2)
        if across:
            made.append((middle - half, float(y), middle + half, float(y + h)))
        else:
            made.append((float(x), middle - half, float(x + w), middle + half))
    return np.array(made, dtype=np.float64).reshape(-1, 4)


def _centres(page: Page, mask: Picture) -> NDArray[np.float64]:
    """The centres of what may be letters, in pixels."""
    rest = cv2.subtract(page.ink, cv2.dilate(mask, np.ones((3, 3), np.uint8)))
    _, _, stats, centres = cv2.connectedComponentsWithStats(rest, connectivity=8)
    least, most = SETTINGS.dot * 4 * page.scale, 60 * page.scale
    keep = (stats[:, 3] >= least) & (stats[:, 3] <= most) & (stats[:, 2] <= most)
    keep[0] = False
    return np.asarray(centres[keep], dtype=np.float64).reshape(-1, 2)


def _without_false_lines(lattice: pdf_rules.Lattice, scale: float) -> Ruled:
    """Lines of the raster on which no cell begins are false: letters, folds and dirt make them."""
    rows = sorted({c.row for c in lattice.cells} | {lattice.number.shape[0]})
    cols = sorted({c.col for c in lattice.cells} | {lattice.number.shape[1]})
    row_of, col_of = {r: i for i, r in enumerate(rows)}, {c: i for i, c in enumerate(cols)}
    xs = [float(lattice.xs[c]) * scale for c in cols]
    ys = [float(lattice.ys[r]) * scale for r in rows]
    slots = []
    for cell in lattice.cells:
        row, col = row_of[cell.row], col_of[cell.col]
        below, right = row_of[cell.row + cell.row_span], col_of[cell.col + cell.col_span]
        box = (round(xs[col]), round(ys[row]), round(xs[right]), round(ys[below]))
        slots.append(Slot(row, col, below - row, right - col, box))
    return Ruled(tuple(slots), tuple(xs), tuple(ys), lattice.open_top, lattice.open_bottom)
