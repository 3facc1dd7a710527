"""A PDF page's characters, rules, fills and images, in bulk through PDFium's C interface.

All coordinates are points from the top left corner in the *reading frame*: the page as displayed, turned by
quarter turns until most of its text is upright. `PageContent.to_display` gives boxes of the page as
displayed.
"""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from pipeline.extractors.pdf_objects import SKEWED, Array, Ints, ObjectWalk, PageLimitError, quarters
from pipeline.extractors.pdf_settings import SETTINGS
from pipeline.model import BBox

_HYPHEN = "\x02\ufffe"  # PDFium's marks for a hyphen at the end of a line


@dataclass(frozen=True, slots=True)
class Chars:
    """The n visible characters of a page in content order, without spaces.

    `boxes` (n × 4) are x0, top, x1, bottom: the advance by the em box around the baseline. `turn` is the
    direction of reading in quarter turns against the clock (0 upright, 1 upwards), -1 for a slanted text.
    `u0`, `u1` run along the line, `base` and `size` across it, in the frame of the text itself. `space`: a
    space was drawn before it.
    """

    text: str
    boxes: Array
    turn: Ints
    u0: Array
    u1: Array
    base: Array
    size: Array
    space: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.text)

    def where(self, keep: NDArray[np.bool_]) -> Chars:
        if keep.all():
            return self
        text = "".join(c for c, k in zip(self.text, keep.tolist(), strict=True) if k)
        return Chars(
            text,
            self.boxes[keep],
            self.turn[keep],
            self.u0[keep],
            self.u1[keep],
            self.base[keep],
            self.size[keep],
            self.space[keep],
        )


@dataclass(frozen=True, slots=True)
class PageContent:
    """What is drawn on a page. `rules` and `fills`, `images` are boxes (n × 4); `unmapped` counts characters
    without Unicode.
    """

    width: float
    height: float
    chars: Chars
    rules: Array
    fills: Array
    images: Array
    unmapped: int
    invisible: bool  # most of the text is drawn invisibly or under a picture (the text layer of a scan)
    turned: int  # quarter turns clockwise from the page as displayed to the reading frame

    def to_display(self, box: BBox) -> BBox:
        """A box of the reading frame in the frame of the page as displayed, rounded to 1/100 pt."""
        if not self.turned:
            return (round(box[0], 2), round(box[1], 2), round(box[2], 2), round(box[3], 2))
        back = turn_boxes(np.array([box]), -self.turned % 4, self.width, self.height)[0]
        x0, top, x1, bottom = (round(float(v), 2) for v in back)
        return (x0, top, x1, bottom)


def turn_boxes(boxes: Array, quarters: int, width: float, height: float) -> Array:
    """Boxes (n × 4) on a sheet of the given size after it is turned clockwise by quarter turns."""
    x0, top, x1, bottom = boxes.T
    if quarters == 1:
        return np.column_stack((height - bottom, x0, height - top, x1))
    if quarters == 2:
        return np.column_stack((width - x1, height - bottom, width - x0, height - top))
    if quarters == 3:
        return np.column_stack((top, width - x1, bottom, width - x0))
    return boxes


def _bulk(function: Any, *extra: Any) -> Any:
    """The C function with addresses as plain integers, so that a whole page is read into one array."""
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, *extra)(address)


_loose_box = _bulk(pdfium.FPDFText_GetLooseCharBox, ctypes.c_void_p)
_matrix = _bulk(pdfium.FPDFText_GetMatrix, ctypes.c_void_p)
_origin = _bulk(pdfium.FPDFText_GetCharOrigin, ctypes.c_void_p, ctypes.c_void_p)


def read_page(page: Any) -> PageContent:
    """The content of an opened page (`pypdfium2.PdfPage`). Raises PageLimitError."""
    left, bottom, right, top = page.get_bbox()
    if right <= left or top <= bottom:  # a crop box beside the page: what it would hide all the same counts
        left, bottom, right, top = page.get_mediabox()
    rotation = page.get_rotation() // 90 % 4
    walk = ObjectWalk(time.monotonic() + SETTINGS.max_page_seconds)
    walk.page(page.raw)
    raw = _read_chars(page, walk)
    sheet = (right - left, top - bottom)

    def sheet_boxes(found: Array) -> Array:
        """From user space (y upwards) to the unturned sheet."""
        if not len(found):
            return np.empty((0, 4))
        return np.column_stack((found[:, 0] - left, top - found[:, 3], found[:, 2] - left, top - found[:, 1]))

    if not len(raw.text) or len(walk.directions) > 1:
        turns = raw.turn
    else:
        turns = np.full(len(raw.text), next(iter(walk.directions), 0), dtype=np.int64)
    upright = [int(np.count_nonzero(turns == q)) for q in range(4)]
    most = int(np.argmax(upright)) if len(turns) and max(upright) else rotation
    if upright[most] < SETTINGS.turned_share * sum(upright):
        most = rotation  # as displayed, unless most of the text is turned
    width, height = sheet if most % 2 == 0 else sheet[::-1]

    def turned(found: Array) -> Array:
        return turn_boxes(found, most, *sheet)

    boxes = turned(sheet_boxes(raw.boxes))
    origin = sheet_boxes(np.column_stack((raw.origin, raw.origin)))
    chars = _chars(raw, boxes, turned(origin)[:, :2], np.where(turns >= 0, (turns - most) % 4, SKEWED))
    chars = chars.where(_on_page(chars, width, height))
    return PageContent(
        width,
        height,
        chars,
        _clip(turned(sheet_boxes(np.array(walk.rules).reshape(-1, 4))), width, height),
        _clip(turned(sheet_boxes(np.array(walk.fills).reshape(-1, 4))), width, height),
        _clip(turned(sheet_boxes(np.array(walk.images).reshape(-1, 4))), width, height),
        raw.unmapped,
        max(walk.invisible, _covered(walk, sheet)) > 0.5 * max(walk.texts, 1),
        (most - rotation) % 4,
    )


def _covered(walk: ObjectWalk, sheet: tuple[float, float]) -> int:
    """How many texts are drawn before a picture that covers most of the sheet."""
    area = SETTINGS.covers * sheet[0] * sheet[1]
    boxes = zip(walk.images, walk.before, strict=True)
    return max((n for (x0, y0, x1, y1), n in boxes if (x1 - x0) * (y1 - y0) > area), default=0)


def _on_page(chars: Chars, width: float, height: float) -> NDArray[np.bool_]:
    """Which characters have their centre on the page (others are not displayed) and a size of this world."""
    x, y = (chars.boxes[:, 0] + chars.boxes[:, 2]) / 2, (chars.boxes[:, 1] + chars.boxes[:, 3]) / 2
    shown: NDArray[np.bool_] = (x >= 0) & (x <= width) & (y >= 0) & (y <= height)
    shown &= (chars.size <= max(width, height)) & (chars.u1 - chars.u0 <= max(width, height))
    return shown


def _clip(boxes: Array, width: float, height: float) -> Array:
    """The parts of the boxes on the page."""
    inside = (boxes[:, 2] >= 0) & (boxes[:, 0] <= width) & (boxes[:, 3] >= 0) & (boxes[:, 1] <= height)
    return np.clip(boxes[inside], (0, 0, 0, 0), (width, height, width, height))


# ------------------------------------------------------------------------------------------------ characters


@dataclass(frozen=True, slots=True)
class _Raw:
    text: str
    boxes: Array  # in user space: left, bottom, right, top
    origin: Array
    size: Array
    turn: Ints  # against the clock in user space; only meaningful when asked for
    space: NDArray[np.bool_]
    unmapped: int


def _read_chars(page: Any, walk: ObjectWalk) -> _Raw:
    handle = pdfium.FPDFText_LoadPage(page.raw)
    if not handle:
        return _raw_empty()
    try:
        count = pdfium.FPDFText_CountChars(handle)
        if count > SETTINGS.max_chars:
            raise PageLimitError("max_chars")
        return _read_text(handle, count, walk) if count > 0 else _raw_empty()
    finally:
        pdfium.FPDFText_ClosePage(handle)


def _raw_empty() -> _Raw:
    none = np.empty(0)
    empty = np.empty(0, dtype=np.int64)
    return _Raw("", np.empty((0, 4)), np.empty((0, 2)), none, empty, empty.astype(bool), 0)


def _read_text(handle: Any, count: int, walk: ObjectWalk) -> _Raw:
    mixed = len(walk.directions) > 1
    units = (ctypes.c_ushort * (count * 2 + 2))()
    written = pdfium.FPDFText_GetText(handle, 0, count, units)
    text = ctypes.string_at(units, written * 2 - 2).decode("utf-16-le", "replace")
    if written != count + 1 or len(text) != count:
        codes = [pdfium.FPDFText_GetUnicode(handle, i) for i in range(count)]
        text = "".join(chr(c) if 0 < c < 0x110000 and not 0xD800 <= c < 0xE000 else "\ufffd" for c in codes)
    address = ctypes.cast(handle, ctypes.c_void_p).value
    rect = np.zeros((count, 4), dtype=np.float32)  # FS_RECTF: left, top, right, bottom
    _fill(_loose_box, address, count, rect)
    boxes = rect[:, (0, 3, 2, 1)].astype(np.float64)
    seen = np.array([not c.isspace() for c in text])
    seen &= (boxes[:, 2] > boxes[:, 0]) | (boxes[:, 3] > boxes[:, 1])
    drawn_space = np.array([c in " \u00a0\u2009\u202f\t" for c in text]) & (boxes[:, 2] > boxes[:, 0] + 0.01)
    if walk.clipped:
        seen &= _unclipped(handle, seen, walk.clipped)
    index = np.flatnonzero(seen)
    # a space is drawn before a character if one lies between it and the character before
    spaces = np.cumsum(drawn_space)[index]
    space = np.diff(spaces, prepend=0) > 0
    turn = np.zeros(count, dtype=np.int64)
    if mixed:
        matrices = np.zeros((count, 6), dtype=np.float32)
        _fill(_matrix, address, count, matrices)
        turn = quarters(matrices[:, 0], matrices[:, 1])
    boxes, turn = boxes[index], turn[index]
    origin, size = _origins(handle, address, index, boxes, turn if mixed else None)
    kept = "".join([text[i] for i in index.tolist()])
    unmapped = sum(kept.count(c) for c in set(kept) if _is_unmapped(c))
    kept = kept.translate({ord(c): "-" for c in _HYPHEN})
    return _Raw(kept, boxes, origin, size, turn, space, unmapped)


def _unclipped(handle: Any, seen: NDArray[np.bool_], clipped: set[int]) -> NDArray[np.bool_]:
    """Which characters are not of the given text objects."""
    shown = np.ones(len(seen), dtype=bool)
    for i in np.flatnonzero(seen).tolist():
        item = pdfium.FPDFText_GetTextObject(handle, i)
        if item and ctypes.addressof(item.contents) in clipped:
            shown[i] = False
    return shown


def _is_unmapped(char: str) -> bool:
    if char in _HYPHEN:
        return False
    return char == "\ufffd" or char < " " or "\x7f" <= char < "\xa0" or "\ue000" <= char <= "\uf8ff"


def _fill(function: Any, address: int | None, count: int, array: NDArray[np.float32]) -> None:
    start, step = array.ctypes.data, array.strides[0]
    list(map(function, repeat(address), range(count), range(start, start + step * count, step)))


def _origins(
    handle: Any, address: int | None, index: Ints, boxes: Array, turn: Ints | None
) -> tuple[Array, Array]:
    """Origin on the baseline and font size of each character.

    The box of a character spans its font's ascent and descent: characters with boxes of the same height share
    font and size, so one of them tells both (a call for each would cost as much as all the rest).
    """
    if not len(index):
        return np.empty((0, 2)), np.empty(0)
    across = boxes[:, 3] - boxes[:, 1]
    if turn is not None:
        across = np.where(turn % 2 == 1, boxes[:, 2] - boxes[:, 0], across)
    keys = np.round(across * 100) * 8 + (turn if turn is not None else 0)
    _, first, group = np.unique(keys, return_index=True, return_inverse=True)
    x, y, matrix = ctypes.c_double(), ctypes.c_double(), pdfium.FS_MATRIX()
    sizes, offsets = np.zeros(len(first)), np.zeros((len(first), 2))
    for g, sample in enumerate(first.tolist()):
        i = int(index[sample])
        pdfium.FPDFText_GetMatrix(handle, i, matrix)
        sizes[g] = pdfium.FPDFText_GetFontSize(handle, i) * float(np.hypot(matrix.c, matrix.d))
        pdfium.FPDFText_GetCharOrigin(handle, i, x, y)
        offsets[g] = (x.value - boxes[sample, 0], y.value - boxes[sample, 1])
    size = np.where(sizes > 0.1, sizes, 0.0)[group]
    size = np.where(size > 0, size, np.maximum(across, 1.0))
    if len(first) <= 24:
        return boxes[:, :2] + offsets[group], size
    points = np.zeros((int(index[-1]) + 1, 2))
    start, step = points.ctypes.data, points.strides[0]
    for i in index.tolist():
        _origin(address, i, start + step * i, start + step * i + 8)
    return points[index], size


def _chars(raw: _Raw, boxes: Array, origin: Array, turn: Ints) -> Chars:
    """Characters in the reading frame with em boxes; characters drawn twice are dropped."""
    up, down = SETTINGS.ascent * raw.size, SETTINGS.descent * raw.size
    x, y = origin.T if len(origin) else (np.empty(0), np.empty(0))
    x0, top, x1, bottom = (boxes[:, k].copy() for k in range(4))
    flat, rising, falling, over = turn == 0, turn == 1, turn == 3, turn == 2
    top[flat], bottom[flat] = (y - up)[flat], (y + down)[flat]
    top[over], bottom[over] = (y - down)[over], (y + up)[over]
    x0[rising], x1[rising] = (x - up)[rising], (x + down)[rising]
    x0[falling], x1[falling] = (x - down)[falling], (x + up)[falling]
    u0 = np.select([rising, over, falling], [-bottom, -x1, top], x0)
    u1 = np.select([rising, over, falling], [-top, -x0, bottom], x1)
    base = np.select([rising, over, falling], [x, -y, -x], y)
    chars = Chars(raw.text, np.column_stack((x0, top, x1, bottom)), turn, u0, u1, base, raw.size, raw.space)
    return _without_doubles(chars)


def _without_doubles(chars: Chars) -> Chars:
    """Without characters drawn again at nearly the same place (synthetic bold, shadows)."""
    if len(chars) < 2:
        return chars
    codes = np.array([ord(c) for c in chars.text])
    near = SETTINGS.double * chars.size
    keep = np.ones(len(chars), dtype=bool)
    for shift in (0.0, 0.5):  # two rasters, so that a pair is not parted by a raster line in both
        row = np.floor(chars.base / np.maximum(chars.size * 0.5, 1.0) + shift)
        order = np.lexsort((np.arange(len(chars)), chars.u0, row, codes, chars.turn))
        one, two = order[:-1], order[1:]
        same = (codes[one] == codes[two]) & (chars.turn[one] == chars.turn[two]) & keep[one] & keep[two]
        same &= np.abs(chars.u0[two] - chars.u0[one]) <= np.minimum(near, 0.4 * (chars.u1 - chars.u0))[two]
        same &= np.abs(chars.base[two] - chars.base[one]) <= near[two]
        keep[np.maximum(one, two)[same]] = False
    return chars.where(keep)
