"""Walls as short as one line of text, and stems of letters that stand where a wall runs in other rows.

A wall runs from rule to rule. A stem leaves paper at its head or foot, and the rest of its letter lies
beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.extractors.pdf_rules import Lattice
from pipeline.extractors.scan_engine import Picture
from pipeline.extractors.scan_picture import Page
from pipeline.extractors.scan_settings import SETTINGS

Piece: TypeAlias = tuple[float, float, float]  # of a wall, in pixels: where it stands, from where, to where
Boxes: TypeAlias = NDArray[np.float64]  # n × 4: x0, top, x1, bottom


def short_walls(ink: Picture, flat: Picture, page: Page) -> Picture:
    """The thin vertical strokes, however short, that run from one long rule (of `flat`) to another.

    `ink` is that in which rules are looked for; strokes and rules are 255 on masks as large as the page.
    """
    made = np.zeros_like(ink)
    long = np.ones((1, round(SETTINGS.long_rule * page.scale)), np.uint8)
    rules = cv2.morphologyEx(flat, cv2.MORPH_OPEN, long)
    if not cv2.countNonZero(rules):
        return made
    rules = cv2.dilate(rules, np.ones((round(SETTINGS.rule_ends * page.scale) * 2 + 1, 1), np.uint8))
    height = round(SETTINGS.short_wall * page.scale)
    strokes = cv2.morphologyEx(
        cv2.dilate(ink, np.ones((1, 3), np.uint8)), cv2.MORPH_OPEN, np.ones((height, 1))
    )
    _, _, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    rest = np.asarray(cv2.subtract(page.ink, rules), dtype=np.uint8)
    for x, y, w, h in stats[1:, :4].tolist():
        ends = rules[y, x : x + w], rules[y + h - 1, x : x + w]
        if w > SETTINGS.rule_thick * page.scale or not all(end.any() for end in ends):
            continue
        if not _has_letter(rest, (x + w / 2, y, y + h), page.scale):
            made[y : y + h, x : x + w] = strokes[y : y + h, x : x + w]
    return made


def stems(page: Page, lattice: Lattice) -> list[Piece]:
    """The walls inside a lattice that are stems of letters."""
    xs, ys = lattice.xs * page.scale, lattice.ys * page.scale
    number = lattice.number
    pieces = [
        (float(xs[c + 1]), float(ys[r]), float(ys[r + 1]))
        for r, c in zip(*np.nonzero(number[:, 1:] != number[:, :-1]), strict=True)
    ]
    if not pieces:
        return []
    gaps, paper = zip(*(_paper(page, piece) for piece in pieces), strict=True)
    # on a fax all walls have gaps
    least = max(SETTINGS.stem_gap, SETTINGS.stem_usual * float(np.median(gaps)))
    # where no other wall has any, a long one needs no letter beside it
    clear = max(SETTINGS.stem_clear, SETTINGS.stem_usual * float(np.quantile(gaps, 0.9, method="lower")))
    broken = _broken([x for x, *_ in pieces], paper)
    return [
        p
        for p, gap, is_broken in zip(pieces, gaps, broken, strict=True)
        if is_broken or gap >= clear or (gap >= least and _has_letter(page.ink, p, page.scale))
    ]


def _broken(columns: Sequence[float], paper: Sequence[float]) -> list[bool]:
    """Which walls show paper where the walls of the table show none, and stand on a line that is hardly a
    wall anywhere: figures below each other, in print nearly as high as its rows.
    """
    count = Counter(columns)
    long = max(count.values()) / 2
    usual = 1 - float(np.median([p for x, p in zip(columns, paper, strict=True) if count[x] >= long]))
    bare = [1 - p < SETTINGS.stem_print * usual for p in paper]
    walls = Counter(x for x, is_bare in zip(columns, bare, strict=True) if not is_bare)
    return [b and walls[x] <= SETTINGS.stem_line * count[x] for x, b in zip(columns, bare, strict=True)]


def without(boxes: Boxes, pieces: Sequence[Piece], scale: float) -> Boxes:
    """The boxes of strokes (`scale`: pixels a point) without these pieces of the tall ones."""
    made = [(x0, top, x1, bottom) for x0, top, x1, bottom in boxes.tolist()]
    for piece in pieces:
        made = [part for box in made for part in _cut(box, piece, SETTINGS.ridge_wander * scale)]
    return np.array(made, dtype=np.float64).reshape(-1, 4)


def _cut(
    box: tuple[float, float, float, float], piece: Piece, beside: float
) -> Iterator[tuple[float, float, float, float]]:
    x0, top, x1, bottom = box
    x, start, end = piece
    if abs((x0 + x1) / 2 - x) > beside or bottom - top < x1 - x0 or bottom <= start or top >= end:
        yield box
        return
    if top < start:
        yield (x0, top, x1, start)
    if bottom > end:
        yield (x0, end, x1, bottom)


def _between(piece: Piece, reach: float, scale: float) -> tuple[slice, slice]:
    """Rows and columns of the strip around a piece without the rules at its ends; `reach`: points."""
    x, start, end = piece
    rule, side = round(SETTINGS.rule_ends * scale), round(reach * scale)
    return (
        slice(max(round(start) + rule, 0), max(round(end) - rule, 0)),
        slice(max(round(x) - side, 0), round(x) + side + 1),
    )


def _paper(page: Page, piece: Piece) -> tuple[float, float]:
    """Of a wall: its longest stretch of paper in points, and how like paper its lightest place is (0–1)."""
    dark = 255.0 - page.lines[_between(piece, SETTINGS.ridge_wander, page.scale)]
    if min(dark.shape) < 2:
        return 0.0, 0.0
    middle = int(np.argmax(dark.mean(axis=0)))
    along = dark[:, max(middle - 1, 0) : middle + 2].max(axis=1)
    usual = max(float(np.median(along)), 1.0)
    printed = np.concatenate(([True], along > SETTINGS.stem_dark * usual, [True]))
    gap = float(np.diff(np.flatnonzero(printed)).max() - 1) / page.scale
    strokes = np.diff(np.flatnonzero(np.concatenate(([True], ~printed, [True])))) - 1
    if float(strokes.max()) / page.scale > SETTINGS.stem_tall:
        return 0.0, 0.0  # no letter is so high: a wall with a gap, under a stamp for instance
    return gap, 1 - min(float(along.min()) / usual, 1.0)


def _has_letter(ink: Picture, piece: Piece, scale: float) -> bool:
    """Whether print that touches a stroke between two rules reaches further to the side than the stroke."""
    ink = np.ascontiguousarray(ink[_between(piece, SETTINGS.stem_letter, scale)])
    if min(ink.shape, default=0) < 2:
        return False
    share = (ink > 0).mean(axis=0)
    middle = int(np.argmax(share))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    own = [k for k in np.unique(labels[:, middle]) if k]
    stroke = np.count_nonzero(share >= share[middle] / 2)
    side = SETTINGS.stem_side * scale
    return any(stats[k, 2] >= stroke + side for k in own)
