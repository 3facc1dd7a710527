"""The picture of a page made ready: colour dropped, paper white, upright, straight, at the working scale."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.extractors import scan_engine, scan_flatten, scan_sheet, scan_streaks
from pipeline.extractors.scan_engine import Picture
from pipeline.extractors.scan_settings import SETTINGS

cv2.setNumThreads(1)  # the workers fill the processors

_COARSE, _MIDDLE, _FINE = 1.0, 0.2, 0.04  # steps of the search for the skew, in degrees
_LEAST_INK = 200  # pixels on the reduced picture; less is an empty page
_PIECES = 8  # of a side of a box on a bent page
_FEW_LETTERS = 40  # fewer say nothing about the size of print
_STRIP = 500  # pixels of height of the sample that tells the orientation
_STRIP_LENGTH = 2700  # and of width: the longer side of A4


@dataclass(frozen=True, slots=True)
class Page:
    """A page ready to be read: grey picture, ink (0/255), and how its pixels lie on the original.

    `grey` is for reading: noise and faint marks are paper there. `lines` still has them, for faint rules.

    `scale`: pixels a point. `field` leads from the flat page to the page as it was, `back` from there to
    points of the page as it was given (3 × 3 matrix). `clear` is 0 where coloured ink was dropped, else 255;
    None if there was none.
    """

    grey: Picture
    ink: Picture
    lines: Picture
    scale: float
    back: NDArray[np.float64]
    field: scan_flatten.Field | None = None
    clear: Picture | None = None

    def box(self, x0: float, top: float, x1: float, bottom: float) -> tuple[float, float, float, float]:
        """A box in pixels as a box in points of the original."""
        corners = np.array([(x0, top), (x1, top), (x1, bottom), (x0, bottom)], dtype=np.float64)
        if self.field is not None:  # a straight side was bent
            ways = np.linspace(0, 1, _PIECES, endpoint=False)[:, None, None]
            sides = corners + ways * (np.roll(corners, -1, axis=0) - corners)
            corners = self.field.source(sides.reshape(-1, 2))
        points = np.column_stack((corners, np.ones(len(corners)))) @ self.back.T
        points = points[:, :2] / points[:, 2:]
        low, high = points.min(axis=0), points.max(axis=0)
        return (
            round(float(low[0]), 2),
            round(float(low[1]), 2),
            round(float(high[0]), 2),
            round(float(high[1]), 2),
        )


def prepare(picture: Picture, dpi: float, turn: int = 0) -> tuple[Page, int]:
    """The page made ready, and by how many quarter turns (against the clock) it was turned upright.

    `picture` is grey (h × w) or RGB (h × w × 3), `turn` the orientation of the page before, tried first.
    """
    named = dpi
    onto = np.eye(3)
    sheet = scan_sheet.find(picture)
    if sheet is not None:
        picture, onto = scan_sheet.seen_from_above(picture, sheet)
        dpi = min(picture.shape[:2]) / SETTINGS.sheet_width
    grey, clear, zoom = _at_working_scale(picture, dpi)
    letters = _letter_height(grey)
    if letters and not SETTINGS.small_print <= letters < SETTINGS.large_print:
        # the resolution is named wrongly, or is that of a part of a page
        grey, clear, zoom = _at_working_scale(picture, dpi * letters / SETTINGS.usual_print)
    grey = scan_streaks.without_streaks(grey)  # those of the scanner
    height, width = grey.shape
    angle = skew(grey)
    turns = _orientation(_turned(grey, angle), turn)
    scale = SETTINGS.work_dpi / 72
    forward = _straighten(width, height, angle)
    if angle:
        grey = scan_streaks.without_streaks(_warp(grey, forward, width, height))  # and folds of the sheet
        clear = None if clear is None else _warp(clear, forward, width, height)
    for _ in range(turns):
        quarter = np.array([(0.0, 1.0, 0.0), (-1.0, 0.0, float(width - 1)), (0.0, 0.0, 1.0)])
        forward = quarter @ forward
        width, height = height, width
    grey = np.ascontiguousarray(np.rot90(grey, turns))
    clear = None if clear is None else np.ascontiguousarray(np.rot90(clear, turns))
    to_points = np.diag((72 / named, 72 / named, 1.0)) @ onto @ np.diag((1 / zoom, 1 / zoom, 1.0))
    back = np.asarray(to_points @ np.linalg.inv(forward), dtype=np.float64)
    field = scan_flatten.field(ink_of(grey, SETTINGS.faint_rule), scale)
    if field is not None:
        grey = scan_flatten.flattened(grey, field)
        clear = None if clear is None else scan_flatten.flattened(clear, field)
    lines, grey = grey, _without_specks(_for_reading(grey), scale)
    return Page(grey, ink_of(grey), lines, scale, back, field, clear), turns


def _at_working_scale(picture: Picture, dpi: float) -> tuple[Picture, Picture | None, float]:
    """The picture in grey on white with `work_dpi` pixels an inch, where it is clear of coloured ink (see
    `Page`), and by how much it was enlarged.
    """
    zoom = SETTINGS.work_dpi / dpi
    height, width = picture.shape[:2]
    zoom = min(zoom, (SETTINGS.max_pixels / (height * width)) ** 0.5)
    if abs(zoom - 1) > 0.01:
        how = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
        picture = np.asarray(cv2.resize(picture, None, fx=zoom, fy=zoom, interpolation=how), dtype=np.uint8)
    else:
        zoom = 1.0
    grey, clear = _without_colour(picture)
    return _on_white(grey), clear, zoom


def _letter_height(grey: Picture) -> float | None:
    """The median height of what may be letters in points; None if there are too few to tell.

    Specks of noise may be many: print is small only if most of the height of all marks is that of small ones.
    """
    smooth = np.asarray(cv2.blur(grey, (3, 3)), dtype=np.uint8)  # noise is no print
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink_of(smooth), connectivity=8)
    width, height = stats[1:, 2] * 72 / SETTINGS.work_dpi, stats[1:, 3] * 72 / SETTINGS.work_dpi
    alike = (height > SETTINGS.speck) & (height < SETTINGS.letter)
    alike &= (width > height / 5) & (width < 3 * height)
    if np.count_nonzero(alike) < _FEW_LETTERS:
        return None
    heights = np.sort(height[alike])
    sums = np.cumsum(heights)
    typical = float(heights[np.searchsorted(sums, sums[-1] / 2)])
    return typical if typical < SETTINGS.small_print else max(float(np.median(heights)), SETTINGS.small_print)


def _for_reading(lines: Picture) -> Picture:
    """The page without the noise of paper and scanner: what is lighter than print becomes white."""
    blurred = cv2.GaussianBlur(lines, (0, 0), SETTINGS.smooth) if SETTINGS.smooth else lines
    table = np.clip(np.arange(256) / SETTINGS.paper_white, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(blurred, table), dtype=np.uint8)


def ink_of(grey: Picture, share: float = SETTINGS.ink) -> Picture:
    """Ink is 255, paper 0; `share` of the paper's lightness under which a pixel is ink."""
    _, ink = cv2.threshold(grey, round(255 * share) - 1, 255, cv2.THRESH_BINARY_INV)
    return np.asarray(ink, dtype=np.uint8)


def is_blank(page: Page) -> bool:
    return int(np.count_nonzero(page.ink[::2, ::2])) < _LEAST_INK


def _without_colour(picture: Picture) -> tuple[Picture, Picture | None]:
    """Grey, with saturated ink (stamps, signatures, marker pens) made paper; black print under it stays.

    With it, where the picture is clear of such ink (see `Page`).
    """
    if picture.ndim == 2:
        return picture, None
    red, green, blue = cv2.split(picture)
    high = np.asarray(cv2.max(cv2.max(red, green), blue), dtype=np.uint8)
    low = np.asarray(cv2.min(cv2.min(red, green), blue), dtype=np.uint8)
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    chroma = high - low
    coloured = chroma > SETTINGS.chroma
    dark = grey < SETTINGS.ink * 255
    of_ink = float(np.mean(coloured[dark])) if dark.any() else 0.0
    if of_ink > SETTINGS.colour_share:
        return grey, None  # the text itself is coloured
    if not coloured.any():
        return grey, None
    # compression spreads colour thinly around a stroke
    around = cv2.dilate(coloured.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    coloured |= around & (chroma > SETTINGS.chroma_beside)
    # what is coloured is as dark as its lightest channel: blue ink is light there, black print is not; how
    # light the ink is itself shows around
    core = np.asarray(np.where(chroma > SETTINGS.chroma, 255, 0), dtype=np.uint8)
    size = (round(SETTINGS.colour_around * SETTINGS.work_dpi / 72) | 1,) * 2
    share = np.asarray(cv2.blur(core, size), dtype=np.uint8)
    ink_light = cv2.divide(cv2.blur(cv2.bitwise_and(high, core), size), np.maximum(share, 1), scale=255)
    bare = np.asarray(cv2.divide(high, np.maximum(ink_light, 1), scale=255), dtype=np.uint8)
    light = coloured & (bare > 255 * SETTINGS.colour_bare)
    left = np.asarray(np.where(light, 255, np.where(coloured, np.minimum(high, bare), grey)), dtype=np.uint8)
    # single pixels are the noise of a colour scanner, strokes are thicker
    strokes = cv2.morphologyEx(core, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return left, np.asarray(255 - strokes, dtype=np.uint8) if strokes.any() else None


def _on_white(grey: Picture) -> Picture:
    """Shadows and tinted paper divided out, then the contrast stretched: paper 255, print near 0."""
    reduce = 8
    small = cv2.resize(grey, None, fx=1 / reduce, fy=1 / reduce, interpolation=cv2.INTER_AREA)
    size = max(3, int(SETTINGS.paper * SETTINGS.work_dpi / reduce) | 1)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((size, size), np.uint8)), size)
    height, width = grey.shape
    edges = _dark_edges(np.asarray(small, dtype=np.uint8), 72 / SETTINGS.work_dpi * reduce)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    flat = np.asarray(cv2.divide(grey, np.maximum(paper, 1), scale=255), dtype=np.uint8)
    if edges is not None:
        flat[cv2.resize(edges, (width, height), interpolation=cv2.INTER_NEAREST) > 0] = 255
    black = _print_level(flat)
    if black is None:
        return flat
    white = 255 * SETTINGS.white
    table = np.clip((np.arange(256) - black) * 255 / (white - black), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(flat, table), dtype=np.uint8)


def _print_level(flat: Picture) -> float | None:
    """How dark print is, on the way from 0 to 255 (paper); None for an empty page."""
    counts = np.cumsum(np.bincount(flat[::2, ::2].ravel(), minlength=256))
    ink = int(counts[round(255 * SETTINGS.ink)])
    level = float(np.searchsorted(counts, max(0.2 * ink, SETTINGS.faint_ink * counts[-1])))
    return level if level < 255 * SETTINGS.faint_print else None


def _dark_edges(small: Picture, point: float) -> Picture | None:
    """What lies beside the sheet on the glass, and punched holes (255) on the reduced picture; None if there
    is nothing. `point`: points a pixel.
    """
    dark = np.asarray(np.where(small < 255 * SETTINGS.beside, 255, 0), dtype=np.uint8)
    size = max(2, round(SETTINGS.beside_thick / point))
    dark = np.pad(dark, size, mode="edge")
    solid = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((size, size), np.uint8))
    solid = solid[size:-size, size:-size]
    if not solid.any():
        return None
    height, width = solid.shape
    _, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    x, y, w, h, area = (stats[:, k] for k in range(5))
    at_edge = (x == 0) | (y == 0) | (x + w == width) | (y + h == height)
    margin = SETTINGS.hole_margin / point
    near = (x < margin) | (y < margin) | (x + w > width - margin) | (y + h > height - margin)
    round_ = (area > 0.6 * w * h) & (np.maximum(w, h) < 1.6 * np.minimum(w, h))
    hole = near & round_ & (np.maximum(w, h) < SETTINGS.hole / point)
    gone = at_edge | hole
    gone[0] = False
    if not gone.any():
        return None
    mask = np.asarray(np.where(gone[labels], 255, 0), dtype=np.uint8)
    return np.asarray(cv2.dilate(mask, np.ones((5, 5), np.uint8)), dtype=np.uint8)


def _without_specks(grey: Picture, scale: float) -> Picture:
    """Toner specks made paper: dots smaller than any full stop, and dots far from any letter."""
    ink = np.asarray(np.where(grey < 255 * SETTINGS.faint, 255, 0), dtype=np.uint8)
    count, labels, stats, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    small = np.maximum(stats[:, 2], stats[:, 3]) <= SETTINGS.speck * scale
    small[0] = False
    if not small.any():
        return grey
    letters = np.full(grey.shape, 255, dtype=np.uint8)
    sides = stats[:, 2:4]
    is_letter = ~small & (sides.max(axis=1) <= SETTINGS.letter * scale)
    is_letter &= sides.max(axis=1) >= SETTINGS.speck * 1.5 * scale
    is_letter[0] = False
    for x, y, w, h in stats[is_letter, :4].tolist():  # a full stop stands beside the box of a letter
        letters[y : y + h, x : x + w] = 0
    distance = cv2.distanceTransform(letters, cv2.DIST_L2, 3)
    at = np.round(centres).astype(np.int64)
    far = distance[at[:, 1], at[:, 0]] > SETTINGS.speck_distance * np.maximum(stats[:, 2], stats[:, 3])
    far &= ~_places_of_stops(stats[is_letter], grey)[at[:, 1], at[:, 0]]
    area = stats[:, 4] < (SETTINGS.dot * scale) ** 2
    gone = small & (far | area)
    if count < 2 or not gone.any():
        return grey
    cover = cv2.dilate(gone[labels].astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    cover &= (labels == 0) | gone[labels]
    return np.asarray(np.where(cover, 255, grey), dtype=np.uint8)


def _places_of_stops(letters: NDArray[np.int32], grey: Picture) -> NDArray[np.bool_]:
    """Where the middle of a full stop may lie behind the boxes of letters (rows: x, y, width, height)."""
    places = np.zeros(grey.shape, dtype=np.bool_)
    if not len(letters):
        return places
    high = float(np.median(letters[:, 3]))  # dots are measured to a pixel, the letters of a page are many
    reach, up, down = (
        round(s * high) for s in (SETTINGS.stop_behind, SETTINGS.stop_over, SETTINGS.stop_under)
    )
    for x, y, w, h in letters[:, :4].tolist():
        places[max(y + h - up, 0) : y + h + down, x + w : x + w + reach] = True
    return places


def skew(grey: Picture) -> float:
    """Degrees by which lines fall to the right (clockwise positive), within ±`max_skew`.

    The angle at which the projection of the ink onto the vertical is most uneven (Postl 1986). Lines and
    columns count alike, so that a page on its side is straightened too.
    """
    zoom = 75 / SETTINGS.work_dpi
    small = cv2.resize(grey, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    ink = np.asarray(255 - small, dtype=np.float32)
    ink[small > 255 * SETTINGS.ink + 40] = 0
    if np.count_nonzero(ink) < _LEAST_INK:
        return 0.0
    best = _best_angle(ink, 0.0, SETTINGS.max_skew, _COARSE)
    best = _best_angle(ink, best, _COARSE, _MIDDLE)
    best = _best_angle(ink, best, _MIDDLE, _FINE)
    return best if abs(best) >= SETTINGS.least_skew else 0.0


def _best_angle(ink: NDArray[np.float32], middle: float, reach: float, step: float) -> float:
    height, width = ink.shape
    count = round(reach / step)
    best, score = middle, -1.0
    for k in range(-count, count + 1):
        angle = middle + k * step
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
        turned = np.asarray(cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_LINEAR))
        rows = np.diff(turned.sum(axis=1, dtype=np.float64))
        columns = np.diff(turned.sum(axis=0, dtype=np.float64))
        found = float(max((rows**2).sum(), (columns**2).sum()))
        if found > score:
            best, score = angle, found
    return best


def _straighten(width: int, height: int, angle: float) -> NDArray[np.float64]:
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1)
    return np.vstack((np.asarray(matrix, dtype=np.float64), (0.0, 0.0, 1.0)))


def _warp(grey: Picture, forward: NDArray[np.float64], width: int, height: int) -> Picture:
    if np.allclose(forward, np.eye(3)):
        return grey
    warped = cv2.warpAffine(
        grey,
        forward[:2],
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=255,
    )
    return np.asarray(warped, dtype=np.uint8)


def _turned(grey: Picture, angle: float) -> Picture:
    height, width = grey.shape
    return _warp(grey, _straighten(width, height, angle), width, height)


def _orientation(grey: Picture, first: int) -> int:
    """Quarter turns against the clock that make the page upright: a sample is read in each orientation."""
    best, most = 0, -1.0
    for turns in dict.fromkeys((first, 0, 1, 3, 2)):
        sample = _sample(np.ascontiguousarray(np.rot90(grey, turns)))
        found = [w for w in scan_engine.words(sample, "sparse") if sum(c.isalnum() for c in w.text) >= 3]
        letters = sum(len(w.text) for w in found)
        score = sum(w.score * len(w.text) for w in found) / letters if letters else 0.0
        if score >= SETTINGS.probe_score and letters >= 15:
            return turns
        weight = score * min(letters, 60)
        if weight > most:
            best, most = turns, weight
    return best if most > 0 else first


def _sample(grey: Picture) -> Picture:
    """The strip of a page with the most ink that is no rule or border."""
    middle = max(grey.shape[1] - _STRIP_LENGTH, 0) // 2
    grey = grey[:, middle : middle + _STRIP_LENGTH]
    height, width = grey.shape
    if height <= _STRIP:
        return grey
    dark = grey[:, width // 10 : -width // 10 or None] < 128
    rows = dark.sum(axis=1).astype(np.float64)
    rows[rows > 0.5 * dark.shape[1]] = 0
    sums = np.concatenate(([0.0], np.cumsum(rows)))
    start = int(np.argmax(sums[_STRIP:] - sums[:-_STRIP]))
    return np.ascontiguousarray(grey[start : start + _STRIP])
