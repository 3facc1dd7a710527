"""The hidden text of a scan, held against its picture.

Programs put the text that they recognised over (or under) the picture of a page, so that it can be searched.
Such a layer is often bad (other letters, shifted, of an older edition). So the picture is read anyway, and
each cell and paragraph of it is compared with the words of the layer in the same place. A layer that agrees
votes as one more reading; one that does not is dropped. Both are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from rapidfuzz import fuzz

from pipeline.extractors import pdf_text
from pipeline.extractors.pdf_page import PageTables
from pipeline.extractors.pdf_settings import SETTINGS as PDF
from pipeline.extractors.scan_cells import key
from pipeline.extractors.scan_settings import SETTINGS
from pipeline.model import BBox, Block, Cell, Grid, Note, note

_UNREAD = frozenset({"scan.page-refused", "scan.page-no-text"})
_REACH = 1.5  # points by which the words of a layer may stick out of the place of their letters

Content = tuple[Block | Grid, ...]
Placed = tuple[str, BBox]


def judged(page: PageTables, read: Content, said: Sequence[Note]) -> tuple[Content | None, tuple[Note, ...]]:
    """What a page with hidden text gives: the picture's reading (`read`, with the notes `said`) and what the
    layer adds to it. None: the layer is what there is, since the picture could not be read.
    """
    why = next((n for n in said if n.key in _UNREAD), None)
    if why is not None or not read:
        reason = why or note("scan.page-no-text", page=page.number)
        return None, (note("scan.layer-unchecked", page=page.number, why=reason),)
    layer = words(page)
    share = agreement(read, layer)
    percent = round(100 * share)
    if share < PDF.layer_agrees and not page.content.invisible:
        return read, tuple(said)  # the text is drawn on the picture and was read with it
    if share < PDF.layer_agrees:
        return read, (*said, note("scan.layer-dropped", page=page.number, percent=percent))
    if not page.content.invisible or any(len(g.cells) > 1 and g.open_top is not None for g in page.grids):
        return None, (note("scan.layer-agrees", page=page.number, percent=percent),)
    voted = tuple(_voted(piece, layer) if isinstance(piece, Grid) else piece for piece in read)
    return voted, (*said, note("scan.layer-agrees", page=page.number, percent=percent))


def words(page: PageTables) -> list[Placed]:
    """The words of the layer in content order, with their boxes on the page as displayed."""
    content = page.content
    found = pdf_text.words(content.chars, np.full(len(content.chars), -1, dtype=np.int64))
    return [(w.text, content.to_display(w.box)) for w in found]


def agreement(read: Content, layer: Sequence[Placed]) -> float:
    """0–1: letters that the picture and the layer have in common in the same places, of the letters of both
    (Dice 1945).
    """
    common = total = 0.0
    used: set[int] = set()
    for text, box in _pieces(read):
        inside = _inside(box, layer)
        used.update(inside)
        ours, theirs = key(text), key("".join(layer[i][0] for i in inside))
        common += fuzz.ratio(ours, theirs) / 100 * (len(ours) + len(theirs))
        total += len(ours) + len(theirs)
    total += sum(len(text) for i, (text, _) in enumerate(layer) if i not in used)
    return common / total if total else 0.0


def _pieces(read: Content) -> list[Placed]:
    """Every cell and paragraph with text and a place."""
    found: list[Placed] = []
    for piece in read:
        items: Sequence[Cell | Block] = piece.cells if isinstance(piece, Grid) else (piece,)
        for item in items:
            if item.text.strip() and item.place is not None and item.place.bbox is not None:
                found.append((item.text, item.place.bbox))
    return found


def _inside(box: BBox, layer: Sequence[Placed]) -> list[int]:
    """The words whose middle lies in a box."""
    x0, top, x1, bottom = box
    found = []
    for i, (_, (a, b, c, d)) in enumerate(layer):
        x, y = (a + c) / 2, (b + d) / 2
        if x0 - _REACH <= x <= x1 + _REACH and top - _REACH <= y <= bottom + _REACH:
            found.append(i)
    return found


def _voted(grid: Grid, layer: Sequence[Placed]) -> Grid:
    return replace(grid, cells=tuple(_vote(c, layer) for c in grid.cells))


def _vote(cell: Cell, layer: Sequence[Placed]) -> Cell:
    """A cell after the layer was heard: surer where it agrees, doubtful where it does not, corrected where it
    confirms another reading of a doubtful cell.
    """
    if cell.place is None or cell.place.bbox is None:
        return cell
    theirs = " ".join(layer[i][0] for i in _inside(cell.place.bbox, layer))
    sure = cell.confidence if cell.confidence is not None else 0.0
    if key(theirs) == key(cell.text):
        if not cell.text:
            return cell
        return replace(cell, confidence=round(1 - (1 - sure) * (1 - PDF.layer_sure), 4))
    if not theirs:
        return cell
    confirmed = next((r for r in cell.readings if key(r) == key(theirs)), None)
    if confirmed is not None and sure < SETTINGS.suspect:
        others = tuple(r for r in (cell.text, *cell.readings) if r and r != confirmed)
        return replace(cell, text=confirmed, confidence=SETTINGS.agree, readings=others)
    readings = tuple(dict.fromkeys((*cell.readings, theirs)))
    return replace(cell, confidence=round(min(sure, SETTINGS.differ), 3), readings=readings)
