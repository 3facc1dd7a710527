"""The sheet on a photograph: found as the light four-sided thing on something darker, and seen from above."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.extractors.scan_engine import Picture
from pipeline.extractors.scan_settings import SETTINGS

Floats = NDArray[np.float64]
_SMALL = 600  # pixels of the longer side on which the sheet is looked for
_CLOSED = 15  # pixels: print smaller than this goes with the paper around it
_BESIDE = 5  # pixels to both sides of an edge of the sheet
_A4 = 2**0.5  # height by width (ISO 216)


def find(picture: Picture) -> Floats | None:
    """The corners (4 × 2, pixels, from the top left with the clock) of the sheet; None if the picture is
    all sheet, or shows none.
    """
    zoom = _SMALL / max(picture.shape[:2])
    if min(picture.shape[:2]) * zoom < _CLOSED:  # a strip, of a picture cut in pieces, is no sheet
        return None
    small = cv2.resize(picture, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    # print is darker than the table may be: it goes with the paper around it
    light = small.min(axis=2) if small.ndim == 3 else small
    light = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((_CLOSED, _CLOSED), np.uint8))
    light = cv2.medianBlur(np.asarray(light, dtype=np.uint8), 5)
    _, mask = cv2.threshold(light, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    outside = light[mask == 0]
    if outside.size < SETTINGS.sheet_rest * light.size:
        return None
    inside = light[mask > 0]
    if float(np.median(inside)) - float(np.median(outside)) < SETTINGS.sheet_contrast:
        return None
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    edge = max(outlines, key=cv2.contourArea)
    outline = np.asarray(cv2.convexHull(edge), dtype=np.int32)
    area = cv2.contourArea(outline)
    if area < SETTINGS.sheet_least * light.size:
        return None
    corners = _corners(outline)
    if corners is None or cv2.contourArea(corners.astype(np.float32)) < 0.93 * area:
        return None
    for near in (12, 4):  # pixels: first to find the sides, then to lie on them
        corners = _refined(corners, edge.reshape(-1, 2).astype(np.float64), near)
    if not _is_sharp(np.asarray(light, dtype=np.uint8), corners):
        return None
    return np.asarray(corners / zoom)


def _is_sharp(light: Picture, corners: Floats) -> bool:
    """Whether each side that lies inside the picture is an edge: the shadow of a gutter or of a hand falls
    off slowly, and print stands in it.
    """
    height, width = light.shape
    limits = np.array((width - 1, height - 1))
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        way = (b - a) / max(float(np.hypot(*(b - a))), 1.0)
        normal = np.array((-way[1], way[0])) * _BESIDE  # to the inside, since corners go with the clock
        points = a + (b - a) * np.linspace(0.05, 0.95, 60)[:, None]
        outside, inside = points - normal, points + normal
        within = ((outside >= 0) & (outside <= limits) & (inside >= 0) & (inside <= limits)).all(axis=1)
        if np.count_nonzero(within) < len(points) // 2:
            continue  # at the border of the picture
        x, y = outside[within].astype(np.int64).T
        u, v = inside[within].astype(np.int64).T
        step = light[v, u].astype(np.int64) - light[y, x]
        if float(np.median(step)) < SETTINGS.sheet_contrast / 2:
            return False
    return True


def _corners(outline: NDArray[np.int32]) -> Floats | None:
    """The outline as a figure with four corners."""
    length = cv2.arcLength(outline, True)
    for share in (0.01, 0.015, 0.02, 0.03, 0.04, 0.06):
        figure = cv2.approxPolyDP(outline, share * length, True).reshape(-1, 2)
        if len(figure) == 4:
            return _ordered(figure.astype(np.float64))
        if len(figure) < 4:
            break
    return None


def _ordered(corners: Floats) -> Floats:
    sums, differences = corners.sum(axis=1), corners[:, 0] - corners[:, 1]
    order = [sums.argmin(), differences.argmax(), sums.argmax(), differences.argmin()]
    if len(set(order)) < 4:
        middle = corners.mean(axis=0)
        order = list(np.argsort(np.arctan2(*(corners - middle).T[::-1])))
    return np.asarray(corners[order])


def _refined(corners: Floats, edge: Floats, reach: float) -> Floats:
    """Corners where the straight sides meet, not where the outline happens to turn."""
    lines = []
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        way = (b - a) / max(float(np.hypot(*(b - a))), 1.0)
        normal = np.array((-way[1], way[0]))
        along, off = (edge - a) @ way, np.abs((edge - a) @ normal)
        length = float(np.hypot(*(b - a)))
        near = edge[(off < reach) & (along > 0.05 * length) & (along < 0.95 * length)]
        if len(near) < 2:
            near = np.vstack((a, b))
        vx, vy, x, y = cv2.fitLine(near.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        lines.append((float(x), float(y), float(vx), float(vy)))
    made = []
    for k, (x, y, vx, vy) in enumerate(lines):
        x0, y0, ux, uy = lines[k - 1]
        cross = ux * vy - uy * vx
        if abs(cross) < 0.2:
            return corners
        t = ((x - x0) * vy - (y - y0) * vx) / cross
        made.append((x0 + t * ux, y0 + t * uy))
    return np.array(made)


def seen_from_above(picture: Picture, corners: Floats) -> tuple[Picture, Floats]:
    """The sheet alone as a rectangle, and the matrix (3 × 3) from its pixels to those of the picture."""
    sides = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    width, height = float(max(sides[0], sides[2])), float(max(sides[1], sides[3]))
    ratio = max(width, height) / min(width, height)
    if abs(ratio / _A4 - 1) < SETTINGS.sheet_form:  # seen at an angle a side looks shorter than it is
        width, height = (width, width * _A4) if height > width else (height * _A4, height)
    w, h = round(width), round(height)
    flat = np.array([(0, 0), (w - 1, 0), (w - 1, h - 1), (0, h - 1)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
    made = cv2.warpPerspective(
        picture, matrix, (w, h), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(made, dtype=np.uint8), np.asarray(matrix, dtype=np.float64)
