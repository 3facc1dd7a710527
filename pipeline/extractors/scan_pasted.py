"""Tables in pictures that stand among the text of a PDF page: a scan of an appendix pasted into a letter.

Photographs, emblems and charts are pictures too: only what shows a ruled table, most of whose cells were read
well, is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from pipeline.extractors import scan_page, scan_picture, scan_rules
from pipeline.extractors.scan_engine import Picture
from pipeline.extractors.scan_settings import SETTINGS
from pipeline.model import BBox, Block, Grid, Note, Place, note

_MOST = 6  # pictures of a page that are looked at
_SMALL = 100  # pixels an inch at which they are looked at first
_CROSSINGS = 8  # of strokes: a table of two rows and two columns has nine, the frame of a chart four


def read(
    page: Any, boxes: Sequence[BBox], number: int, source: str
) -> tuple[tuple[Block | Grid, ...], tuple[Note, ...]]:
    """What the pictures at `boxes` (points from the top left corner) of an open PDF page hold, and a note.

    Raises SourceError if there is a table and nothing to read it with.
    """
    looked = _drawn(page, _SMALL)
    tables = [box for box in boxes[:_MOST] if _is_print(_part(looked, box, _SMALL))]
    if not tables:
        return (), ()
    whole = _drawn(page, SETTINGS.render_dpi)
    content: list[Block | Grid] = []
    for box in tables:
        found = _read(_part(whole, box, SETTINGS.render_dpi), number, source)
        content.extend(_moved(x, (max(box[0], 0.0), max(box[1], 0.0))) for x in found)
    return tuple(content), (note("scan.picture-read", page=number),) if content else ()


def _drawn(page: Any, dpi: float) -> Picture:
    bitmap = page.render(scale=dpi / 72, rev_byteorder=True)
    try:
        picture = np.array(bitmap.to_numpy(), dtype=np.uint8)
    finally:
        bitmap.close()
    return picture[:, :, :3] if picture.ndim == 3 else np.repeat(picture[:, :, None], 3, axis=2)


def _part(picture: Picture, box: BBox, dpi: float) -> Picture:
    """A place (in points) of a page drawn with `dpi` pixels an inch."""
    x0, top, x1, bottom = (max(round(v * dpi / 72), 0) for v in box)
    return np.ascontiguousarray(picture[top:bottom, x0:x1])


def _is_print(part: Picture) -> bool:
    """Mostly paper, with strokes that cross: looked at small, before anything costly."""
    light = part.min(axis=2)
    if not light.size:
        return False
    dark = light < SETTINGS.pasted_paper * float(np.percentile(light, 95))
    if dark.mean() > 0.5:
        return False
    ink = np.asarray(np.where(dark, 255, 0), dtype=np.uint8)
    thick = round(SETTINGS.rule_thick * _SMALL / 72) + 2
    solid = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((thick, thick), np.uint8))
    ink = np.asarray(cv2.subtract(ink, solid), dtype=np.uint8)
    run = round(SETTINGS.pasted_stroke * _SMALL / 72)
    flat, tall = (
        cv2.dilate(cv2.morphologyEx(cv2.dilate(ink, across), cv2.MORPH_OPEN, bar), np.ones((5, 5), np.uint8))
        for across, bar in (
            (np.ones((3, 1), np.uint8), np.ones((1, run), np.uint8)),  # strokes are not quite straight
            (np.ones((1, 3), np.uint8), np.ones((run, 1), np.uint8)),
        )
    )
    return bool(cv2.connectedComponents(cv2.bitwise_and(flat, tall))[0] > _CROSSINGS)


def _read(part: Picture, number: int, source: str) -> Iterator[Block | Grid]:
    prepared, turns = scan_picture.prepare(part, SETTINGS.render_dpi)
    if scan_picture.is_blank(prepared) or not scan_rules.tables(prepared)[0]:
        return
    found = scan_page.recognise(part, SETTINGS.render_dpi, number, source, turns)
    sound = [x for x in found.content if isinstance(x, Grid) and _is_sound(x)]
    if sound:
        yield from (x for x in found.content if isinstance(x, Block) or x in sound)


def _is_sound(grid: Grid) -> bool:
    """Most cells hold text, and most of that was read well."""
    filled = [c for c in grid.cells if c.text.strip()]
    sure = sum(1 for c in filled if c.confidence is None or c.confidence >= SETTINGS.suspect)
    half = len(grid.cells) / 2
    return grid.n_cols > 1 and len(filled) >= half and sure >= 0.7 * len(filled)


def _moved(item: Block | Grid, by: tuple[float, float]) -> Block | Grid:
    """An item read from a part of the page, placed on the page."""

    def box(old: BBox | None) -> BBox | None:
        return None if old is None else (old[0] + by[0], old[1] + by[1], old[2] + by[0], old[3] + by[1])

    def place(old: Place | None) -> Place | None:
        return None if old is None else replace(old, bbox=box(old.bbox))

    if isinstance(item, Block):
        return replace(item, place=place(item.place))
    return replace(
        item,
        bbox=box(item.bbox),
        cells=tuple(replace(c, place=place(c.place)) for c in item.cells),
        col_edges=tuple(round(x + by[0], 2) for x in item.col_edges) if item.col_edges else item.col_edges,
    )
