"""The drawing objects of a PDF page: rules, fills, images, directions of text, texts cut off by clips."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from pipeline.extractors.pdf_settings import SETTINGS

Array: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

SKEWED = -1
_DEPTH = 8  # forms within forms


class PageLimitError(Exception):
    """A page has more objects or characters, or takes longer, than `data/pdf.csv` allows; `what` names the
    limit.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def quarters(a: NDArray[Any], b: NDArray[Any]) -> Ints:
    """Quarter turns against the clock of directions (a, b); -1 where it is more than 20° off."""
    angle = np.degrees(np.arctan2(b, a))
    quarter = np.round(angle / 90.0)
    return np.where(np.abs(angle - quarter * 90) <= 20, quarter % 4, SKEWED).astype(np.int64)


class ObjectWalk:
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
        self.before: list[int] = []  # texts drawn before each image
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
                int(quarters(matrix[:1, 0], matrix[:1, 1])[0]) if outer is not None else self._direction()
            )
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._path(item, outer)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            box = self._box(item, outer)
            if box is not None:
                thin = min(box[2] - box[0], box[3] - box[1]) <= SETTINGS.thick
                (self.rules if thin else self.images).append(box)
                if not thin:
                    self.before.append(self.texts)
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
        return int(quarters(np.array([a]), np.array([b]))[0])

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
        curve: Any = None  # the last segment of a curve: its end begins the lines after it
        for i in range(count):
            segment = pdfium.FPDFPath_GetPathSegment(item, i)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if kind != pdfium.FPDF_SEGMENT_LINETO:
                if len(points) > 1:
                    yield points, False
                points = []
                curve = segment if kind == pdfium.FPDF_SEGMENT_BEZIERTO else None
                if curve is not None:
                    continue
            elif curve is not None:
                pdfium.FPDFPathSegment_GetPoint(curve, self._x, self._y)
                x, y = self._x.value, self._y.value
                points, curve = [(x * a + y * c + e, x * b + y * d + f)], None
            pdfium.FPDFPathSegment_GetPoint(segment, self._x, self._y)
            x, y = self._x.value, self._y.value
            point = (x * a + y * c + e, x * b + y * d + f)
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
