"""A PDF page's characters, rules, fills and images, in bulk through PDFium's C interface.

All coordinates are points from the top left corner in the *reading frame*: the page as displayed, turned by
quarter
turns until most of its text is upright. `PageContent.to_display` gives boxes of the page as displayed.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import Any, TypeAlias

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from pipeline.extractors.pdf_settings import SETTINGS
from pipeline.model import BBox

Array: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

_SKEWED = -1
_DEPTH = 8  # forms within forms
_HYPHEN = "\x02\ufffe"  # PDFium's marks for a hyphen at the end of a line


class PageLimitError(Exception):
    """A page has more objects or characters, or takes longer, than `data/pdf.csv` allows; `what` names the
    limit.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Chars:
    """The n visible characters of a page in content order, without spaces.

    `boxes` (n × 4) are x0, top, x1, bottom: the advance by the em box around the baseline. `turn` is the
    direction of
    reading in quarter turns against the clock (0 upright, 1 upwards), -1 for a slanted text. `u0`, `u1` run
    along
    the line, `base` and `size` across it, in the frame of the text itself. `space`: a space was drawn before
    it.
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
    invisible: bool  # most of the text is drawn invisibly (the text layer of a scan)
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
    rotation = page.get_rotation() // 90 % 4
    walk = _Walk(time.monotonic() + SETTINGS.max_page_seconds)
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
    chars = _chars(raw, boxes, turned(origin)[:, :2], np.where(turns >= 0, (turns - most) % 4, _SKEWED))
    return PageContent(
        width,
        height,
        chars,
        _clip(turned(sheet_boxes(np.array(walk.rules).reshape(-1, 4))), width, height),
        _clip(turned(sheet_boxes(np.array(walk.fills).reshape(-1, 4))), width, height),
        _clip(turned(sheet_boxes(np.array(walk.images).reshape(-1, 4))), width, height),
        raw.unmapped,
        walk.invisible > 0.5 * max(walk.texts, 1),
        (most - rotation) % 4,
    )


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


def _read_chars(page: Any, walk: _Walk) -> _Raw:
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


def _read_text(handle: Any, count: int, walk: _Walk) -> _Raw:
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
        turn = _quarters(matrices[:, 0], matrices[:, 1])
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


def _quarters(a: NDArray[Any], b: NDArray[Any]) -> Ints:
    """Quarter turns against the clock of directions (a, b); -1 where it is more than 20° off."""
    angle = np.degrees(np.arctan2(b, a))
    quarter = np.round(angle / 90.0)
    return np.where(np.abs(angle - quarter * 90) <= 20, quarter % 4, _SKEWED).astype(np.int64)


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
    return chars if keep.all() else chars.where(keep)


# ------------------------------------------------------------------------------------------- drawing objects


class _Walk:
    """Goes over a page's objects, forms included, and collects rules, fills, images and text directions.

    Boxes are left, bottom, right, top in user space.
    """

    def __init__(self, deadline: float) -> None:
        self.rules: list[tuple[float, float, float, float]] = []
        self.fills: list[tuple[float, float, float, float]] = []
        self.images: list[tuple[float, float, float, float]] = []
        self.directions: set[int] = set()
        self.texts = 0
        self.clipped: set[int] = set()  # addresses of text objects that lie outside their clip path
        self.invisible = 0
        self._deadline = deadline
        self._seen = 0
        self._bounds = tuple(ctypes.c_float() for _ in range(4))
        self._matrix = pdfium.FS_MATRIX()
        self._fill, self._stroke = ctypes.c_int(), ctypes.c_int()
        self._x, self._y = ctypes.c_float(), ctypes.c_float()

    def page(self, page: Any) -> None:
        count = pdfium.FPDFPage_CountObjects(page)
        for i in range(count):
            self._object(pdfium.FPDFPage_GetObject(page, i), None, 0)

    def _object(self, item: Any, outer: Array | None, depth: int) -> None:
        self._seen += 1
        if self._seen > SETTINGS.max_objects:
            raise PageLimitError("max_objects")
        if self._seen % 1000 == 0 and time.monotonic() > self._deadline:
            raise PageLimitError("max_page_seconds")
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            self.texts += 1
            if self._is_clipped(item):
                self.clipped.add(ctypes.addressof(item.contents))
            self.invisible += (
                pdfium.FPDFTextObj_GetTextRenderMode(item) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
            )
            matrix = self._matrix_of(item, outer)
            self.directions.add(
                int(_quarters(matrix[:1, 0], matrix[:1, 1])[0]) if outer is not None else self._direction()
            )
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._path(item, outer)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            box = self._box(item, outer)
            if box is not None:
                thin = min(box[2] - box[0], box[3] - box[1]) <= SETTINGS.thick
                (self.rules if thin else self.images).append(box)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
            matrix = self._matrix_of(item, outer)
            for i in range(pdfium.FPDFFormObj_CountObjects(item)):
                self._object(pdfium.FPDFFormObj_GetObject(item, i), matrix, depth + 1)

    def _is_clipped(self, item: Any) -> bool:
        """The middle of a text lies outside its clip path (LibreOffice cuts overlong header rows so)."""
        clip = pdfium.FPDFPageObj_GetClipPath(item)
        count = pdfium.FPDFClipPath_CountPaths(clip) if clip else 0
        if count <= 0:
            return False
        box = self._box(item, None)
        if box is None:
            return False
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        for path in range(count):
            xs, ys = [], []
            for i in range(min(pdfium.FPDFClipPath_CountPathSegments(clip, path), 64)):
                segment = pdfium.FPDFClipPath_GetPathSegment(clip, path, i)
                pdfium.FPDFPathSegment_GetPoint(segment, self._x, self._y)
                xs.append(self._x.value)
                ys.append(self._y.value)
            if xs and not (min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys)):
                return True
        return False

    def _direction(self) -> int:
        a, b = self._matrix.a, self._matrix.b
        if b == 0 and a > 0:
            return 0
        return int(_quarters(np.array([a]), np.array([b]))[0])

    def _matrix_of(self, item: Any, outer: Array | None) -> Array:
        """The 3 × 2 matrix of an object (row vectors: x' = x·a + y·c + e), form matrices included."""
        m = self._matrix
        pdfium.FPDFPageObj_GetMatrix(item, m)
        if outer is None and pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_TEXT:
            return _IDENTITY
        own = np.array([[m.a, m.b, 0.0], [m.c, m.d, 0.0], [m.e, m.f, 1.0]])
        return own if outer is None else own @ outer

    def _box(self, item: Any, outer: Array | None) -> tuple[float, float, float, float] | None:
        b = self._bounds
        if not pdfium.FPDFPageObj_GetBounds(item, b[0], b[1], b[2], b[3]):
            return None
        box = (b[0].value, b[1].value, b[2].value, b[3].value)
        return box if outer is None else _mapped_box(box, outer)

    def _path(self, item: Any, outer: Array | None) -> None:
        if not pdfium.FPDFPath_GetDrawMode(item, self._fill, self._stroke):
            return
        filled, stroked = bool(self._fill.value), bool(self._stroke.value)
        if not filled and not stroked:
            return
        box = self._box(item, outer)
        if box is None:
            return
        count = pdfium.FPDFPath_CountSegments(item)
        width, height = box[2] - box[0], box[3] - box[1]
        if count <= 6 and min(width, height) <= SETTINGS.thick:
            self.rules.append(box)
        elif count <= 6 and not stroked:
            self.fills.append(box)
        elif count <= SETTINGS.max_segments and max(width, height) >= SETTINGS.shortest_rule:
            for points, closed in self._subpaths(item, count, outer):
                self._subpath(points, closed, filled, stroked)

    def _subpaths(
        self, item: Any, count: int, outer: Array | None
    ) -> Iterator[tuple[list[tuple[float, float]], bool]]:
        """The parts of a path that consist of straight lines, in user space. A curve begins a new part."""
        m = self._matrix
        pdfium.FPDFPageObj_GetMatrix(item, m)
        a, b, c, d, e, f = m.a, m.b, m.c, m.d, m.e, m.f
        if outer is not None:
            own = np.array([[a, b, 0.0], [c, d, 0.0], [e, f, 1.0]])
            (a, b), (c, d), (e, f) = (own @ outer)[:, :2].tolist()
        points: list[tuple[float, float]] = []
        for i in range(count):
            segment = pdfium.FPDFPath_GetPathSegment(item, i)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            pdfium.FPDFPathSegment_GetPoint(segment, self._x, self._y)
            x, y = self._x.value, self._y.value
            point = (x * a + y * c + e, x * b + y * d + f)
            if kind != pdfium.FPDF_SEGMENT_LINETO:
                if len(points) > 1:
                    yield points, False
                points = []
            points.append(point)
            if pdfium.FPDFPathSegment_GetClose(segment):
                if len(points) > 1:
                    yield points, True
                points = points[:1]
        if len(points) > 1:
            yield points, False

    def _subpath(self, points: list[tuple[float, float]], closed: bool, filled: bool, stroked: bool) -> None:
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        box = (min(xs), min(ys), max(xs), max(ys))
        if min(box[2] - box[0], box[3] - box[1]) <= SETTINGS.thick:
            self.rules.append(box)
            return
        if filled and len(points) <= 5:
            self.fills.append(box)
        if stroked:
            ring = [*points, points[0]] if closed else points
            for (xa, ya), (xb, yb) in pairwise(ring):
                if abs(xa - xb) <= 1 or abs(ya - yb) <= 1:
                    self.rules.append((min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)))


_IDENTITY = np.eye(3)


def _mapped_box(box: tuple[float, float, float, float], matrix: Array) -> tuple[float, float, float, float]:
    """The box around a box after a transformation."""
    (a, b), (c, d), (e, f) = matrix[:, :2].tolist()
    xs = [x * a + y * c + e for x in (box[0], box[2]) for y in (box[1], box[3])]
    ys = [x * b + y * d + f for x in (box[0], box[2]) for y in (box[1], box[3])]
    return (min(xs), min(ys), max(xs), max(ys))
