"""Rules on the picture of a page, and the lattices that they make (with the builder of the PDF reader)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.extractors import pdf_rules, scan_stems
from pipeline.extractors.scan_engine import Picture
from pipeline.extractors.scan_picture import Page, ink_of
from pipeline.extractors.scan_settings import SETTINGS

_ROUNDS = 3  # of looking for stems of letters among the walls


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
    """A table on the picture: `xs`, `ys` are its lines in pixels; `open_top`, `open_bottom` are None without
    rules.
    """

    slots: tuple[Slot, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    open_top: bool | None
    open_bottom: bool | None

    @property
    def box(self) -> tuple[int, int, int, int]:
        return (round(self.xs[0]), round(self.ys[0]), round(self.xs[-1]), round(self.ys[-1]))


def tables(page: Page) -> tuple[list[Ruled], pdf_rules.Rules]:
    """The ruled tables of a page from the top, and the horizontal rules outside of them (in points)."""
    loose = ink_of(page.lines, SETTINGS.faint_rule)
    flat, tall = (
        _firm(_strokes(loose, page.scale, across), page, across) | _ridges(page, across)
        for across in (False, True)
    )
    short = scan_stems.short_walls(loose, flat, page)
    mask = np.asarray(cv2.bitwise_or(cv2.bitwise_or(flat, tall), short), dtype=np.uint8)
    rules = _boxes(flat, page.scale, False, SETTINGS.rule_width)
    walls = _boxes(tall, page.scale, True, SETTINGS.rule_height)
    faintest = _faintest(page, rules, walls)
    if faintest:
        flat, tall = _dark_parts(flat, page, False, faintest), _dark_parts(tall, page, True, faintest)
        rules = _boxes(flat, page.scale, False, SETTINGS.rule_width)
        walls = _boxes(tall, page.scale, True, SETTINGS.rule_height)
    boxes = np.vstack((rules, walls, _boxes(short, page.scale, True, SETTINGS.short_wall)))
    horizontal = pdf_rules.split_rules(rules / page.scale)[0]
    if not len(boxes):
        return [], horizontal
    centres = _centres(page, mask)
    found: list[Ruled] = []
    taken = np.zeros(len(centres), dtype=bool)
    for lattice in _lattices(page, boxes, centres, faintest):
        inside = lattice.cell_of(centres[:, 0] / page.scale, centres[:, 1] / page.scale)
        inside[taken] = -1
        filled = len(np.unique(inside[inside >= 0]))
        if len(lattice.cells) < 2 or filled < 2 or _is_pen_stroke(lattice):
            continue
        ruled = _without_false_lines(lattice, page.scale)
        if len(ruled.slots) < 2 or len(ruled.xs) < 3:
            continue
        taken |= inside >= 0
        found.append(ruled)
    found.sort(key=lambda t: (t.ys[0], t.xs[0]))
    return found, horizontal.pick(_outside(horizontal, found, page.scale))


def _is_pen_stroke(lattice: pdf_rules.Lattice) -> bool:
    """Whether strokes of a signature make it with the line under it: narrow, or a mere cross of two lines."""
    rows, cols = lattice.number.shape
    cross = lattice.open_top and lattice.open_bottom and rows <= 2 and cols <= 2
    return bool(cross or lattice.xs[-1] - lattice.xs[0] < SETTINGS.least_table)


def _outside(rules: pdf_rules.Rules, found: Sequence[Ruled], scale: float) -> NDArray[np.bool_]:
    """Which horizontal rules lie outside the tables."""
    free = np.ones(len(rules), dtype=bool)
    for table in found:
        x0, top, x1, bottom = (v / scale for v in table.box)
        beside = SETTINGS.ridge_wander
        apart = (rules.at < top - beside) | (rules.at > bottom + beside)
        free &= apart | (rules.end < x0) | (rules.start > x1)
    return free


def _lattices(
    page: Page, boxes: NDArray[np.float64], centres: NDArray[np.float64], faintest: float
) -> list[pdf_rules.Lattice]:
    """The lattices of rules; where a rule is broken the picture itself is asked whether it goes on."""
    for _ in range(2):
        horizontal, vertical = pdf_rules.split_rules(boxes / page.scale)
        found = list(pdf_rules.lattices(horizontal, vertical, centres / page.scale))
        more = [box for lattice in found for box in _unseen(page, lattice, faintest)]
        if not more:
            break
        boxes = np.vstack((boxes, np.array(more, dtype=np.float64)))
    for _ in range(_ROUNDS):  # without some the others stand out
        stems = [piece for lattice in found for piece in scan_stems.stems(page, lattice)]
        if not stems:
            break
        boxes = scan_stems.without(boxes, stems, page.scale)
        found = list(pdf_rules.lattices(*pdf_rules.split_rules(boxes / page.scale), centres / page.scale))
    return found


def _unseen(
    page: Page, lattice: pdf_rules.Lattice, faintest: float
) -> Iterator[tuple[float, float, float, float]]:
    """The sides within cells of a lattice along which there is a faint rule after all, as thin boxes."""
    xs, ys = lattice.xs * page.scale, lattice.ys * page.scale
    number = lattice.number
    for r, c in zip(*np.nonzero(number[:, 1:] == number[:, :-1]), strict=True):
        x = float(xs[c + 1])
        if _is_ridge(page.lines.T, x, float(ys[r]), float(ys[r + 1]), page.scale, faintest):
            yield (x - 0.5, float(ys[r]), x + 0.5, float(ys[r + 1]))
    for r, c in zip(*np.nonzero(number[1:] == number[:-1]), strict=True):
        y = float(ys[r + 1])
        if _is_ridge(page.lines, y, float(xs[c]), float(xs[c + 1]), page.scale, faintest):
            yield (float(xs[c]), y - 0.5, float(xs[c + 1]), y + 0.5)


def _is_ridge(grey: Picture, at: float, start: float, end: float, scale: float, faintest: float) -> bool:
    """Whether a rule runs along row `at` from `start` to `end`: nearly everywhere darker than beside it,
    and mostly as dark as `faintest`.

    Pieces are shorter than the paper above and below a line of text, so that a letter is no rule.
    """
    beside = max(3, round(SETTINGS.ridge_beside * scale))
    wander = round(SETTINGS.ridge_wander * scale)  # a bent rule is not quite straight even when made flat
    reach = beside + wander
    top, left, right = round(at) - reach, round(start) + beside, round(end) - beside
    if top < 0 or right - left < 8:
        return False
    strip = 255.0 - grey[top : top + 2 * reach + 1, left:right]
    if len(strip) < 2 * reach + 1:
        return False
    yes, darkness = 0, []
    count = min(max((right - left) // round(SETTINGS.ridge_piece * scale), 4), 16)
    for part in np.array_split(strip, count, axis=1):
        dark = part.mean(axis=1)
        middle = int(np.argmax(dark[beside:-beside])) + beside
        around = max(dark[middle - beside], dark[middle + beside])
        clear = dark[middle] - around >= 255 * SETTINGS.ridge
        darkness.append(float(part.max(axis=0).mean()))
        yes += bool(clear and around <= SETTINGS.ridge_share * dark[middle])
    return yes >= SETTINGS.ridge_whole * count and float(np.median(darkness)) >= faintest


def _ridges(page: Page, across: bool) -> Picture:
    """Long thin strokes too faint for ink: darker, averaged along them, than what is beside them."""
    dark = 255 - page.lines
    run = round(SETTINGS.ridge_run * page.scale) | 1
    beside = max(3, round(SETTINGS.ridge_beside * page.scale))
    mean = np.asarray(cv2.blur(dark, (1, run) if across else (run, 1)), dtype=np.uint8)
    one, other = np.zeros_like(mean), np.zeros_like(mean)
    if across:
        one[:, beside:], other[:, :-beside] = mean[:, :-beside], mean[:, beside:]
    else:
        one[beside:], other[:-beside] = mean[:-beside], mean[beside:]
    around = np.asarray(cv2.max(one, other), dtype=np.uint8)
    clear = np.asarray(cv2.subtract(mean, around)) > 255 * SETTINGS.ridge
    clear &= around < mean * np.float32(SETTINGS.ridge_share)

    def bar(n: int, thick: int = 1) -> NDArray[np.uint8]:
        return np.ones((n, thick) if across else (thick, n), np.uint8)

    near = np.asarray(cv2.blur(dark, (1, run // 3) if across else (run // 3, 1)), dtype=np.uint8)
    clear &= near > mean * np.float32(SETTINGS.ridge_floor)
    mask = cv2.dilate(np.where(clear, 255, 0).astype(np.uint8), bar(1, 3))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, bar(run // 2))
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, bar(round(SETTINGS.rule_gap * page.scale) | 1))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, bar(round(SETTINGS.long_rule * page.scale)))
    return _free(np.asarray(mask, dtype=np.uint8), dark, beside, across)


def _free(mask: Picture, dark: Picture, beside: int, across: bool) -> Picture:
    """The strokes with paper along both sides: along the stems of letters below each other, and along
    the feet of a line, there is print.
    """
    if not cv2.countNonZero(mask):
        return mask
    if across:
        return np.ascontiguousarray(_free(mask.T, np.ascontiguousarray(dark.T), beside, False).T)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    keep = np.zeros(count, dtype=np.uint8)
    for k in range(1, count):
        x, y, w, h = (int(v) for v in stats[k, :4])
        own = float(dark[y : y + h, x : x + w][labels[y : y + h, x : x + w] == k].mean())
        sides = (dark[max(y - 4 * beside, 0) : max(y - beside, 0), x : x + w],
                 dark[y + h + beside : y + h + 4 * beside, x : x + w])  # fmt: skip
        print_beside = max(float(side.mean()) if side.size else 0.0 for side in sides)
        keep[k] = 255 * (print_beside <= SETTINGS.ridge_free * own)
    at = np.flatnonzero(mask)
    made = np.zeros_like(mask)
    made.ravel()[at] = keep[labels.ravel()[at]]
    return made


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


def _firm(mask: Picture, page: Page, across: bool) -> Picture:
    """The strokes that are long, or as dark as print: letters that touch make short faint ones."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    dark = cv2.dilate(page.ink, np.ones((1, 3) if across else (3, 1), np.uint8))
    at = np.flatnonzero(mask)  # few pixels of a page: looking at these alone is ten times as fast
    owner = labels.ravel()[at]
    share = np.bincount(owner, dark.ravel()[at] > 0, minlength=count) / np.maximum(stats[:, 4], 1)
    long = stats[:, 3 if across else 2] >= SETTINGS.long_rule * page.scale
    keep = long | (share >= SETTINGS.rule_ink)
    made = np.zeros_like(mask)
    made.ravel()[at[keep[owner]]] = 255
    return made


def _boxes(mask: Picture, scale: float, across: bool, least: float) -> NDArray[np.float64]:
    """The strokes of `least` points or more as thin boxes in pixels: x0, top, x1, bottom."""
    count, _, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
    made: list[tuple[float, float, float, float]] = []
    for k in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[k])
        long, short = (h, w) if across else (w, h)
        if long < least * scale or long < 4 * short:
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


def _faintest(page: Page, rules: NDArray[np.float64], walls: NDArray[np.float64]) -> float:
    """The darkness (0–255) under which a stroke is no rule of this page but one of the other side that shows
    through: a share of what most of the strokes have. 0 if all have more.
    """
    dark = [_darkness(page.lines, box) for box in rules.tolist()]
    dark += [_darkness(page.lines.T, box[[1, 0, 3, 2]].tolist()) for box in walls]
    if not dark:
        return 0.0
    darkness = np.array(dark)
    length = np.concatenate((rules[:, 2] - rules[:, 0], walls[:, 3] - walls[:, 1]))
    order = np.argsort(darkness)
    sums = np.cumsum(length[order])
    least = SETTINGS.ghost * float(darkness[order[np.searchsorted(sums, sums[-1] / 2)]])
    return least if (darkness < least).any() else 0.0


def _dark_parts(mask: Picture, page: Page, across: bool, faintest: float) -> Picture:
    """The parts of strokes that are not fainter: a rule may go on where one of the other side runs."""
    length = round((SETTINGS.rule_height if across else SETTINGS.rule_width) * page.scale)
    gap = round(SETTINGS.rule_gap * page.scale) | 1

    def bar(n: int, thick: int = 1) -> NDArray[np.uint8]:
        return np.ones((n, thick) if across else (thick, n), np.uint8)

    dark = np.asarray(cv2.dilate(255 - page.lines, bar(1, 3)), dtype=np.uint8)
    left = np.asarray(np.where(dark >= faintest, mask, 0), dtype=np.uint8)
    left = np.asarray(cv2.morphologyEx(left, cv2.MORPH_CLOSE, bar(gap)), dtype=np.uint8)
    return np.asarray(cv2.morphologyEx(left, cv2.MORPH_OPEN, bar(length)), dtype=np.uint8)


def _darkness(grey: Picture, box: Sequence[float]) -> float:
    """The median along a flat stroke of how dark it is at its darkest, 0–255."""
    x0, top, x1, bottom = box
    part = grey[max(int(top) - 1, 0) : int(bottom) + 2, max(int(x0), 0) : int(x1) + 1]
    return 255.0 - float(np.median(part.min(axis=0))) if part.size else 0.0


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
