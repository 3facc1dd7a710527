"""A page as a picture, with a frame around the place that a row or value was read from."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import SourceError
from pipeline.model import BBox, Note

if TYPE_CHECKING:
    from PIL.Image import Image

_SCALE = 2.0  # pixels a point: 144 dpi
_MARGIN = 2.0  # points between the text and the frame
_ROOM = 70.0  # points of the page shown above and below the box
_RED = (200, 30, 30)


def picture(
    path: Path, page: int, bbox: BBox | None, *, timeout: float, memory: int, format_: str = "pdf"
) -> bytes:
    """PNG of a page (from 1) of the source at `path`, a PDF or an image; the box is in points from the top
    left corner.

    Drawn in a process of its own within `timeout` seconds and `memory` bytes. Raises SourceError.
    """
    from pipeline.isolate import run_isolated

    (outcome,) = run_isolated(_draw, [(path, format_, page, bbox)], jobs=1, timeout=timeout, memory=memory)
    if outcome.value is None:
        raise outcome.error or SourceError("source.crashed", error="?")
    return outcome.value


def cutout(path: Path, format_: str, page: int, bbox: BBox | None) -> bytes:
    """PNG of the strip of a page (from 1) around a box, in full width; of the whole page without a box.

    `format_` is that of the source: pdf or image. The box is in points from the top left corner. To be called
    in a process that a bad file may take down; raises what the libraries raise.
    """
    image, scale = _page(path, format_, page)
    if bbox is not None:
        _frame(image, bbox, scale)
        top = max(0, int((bbox[1] - _ROOM) * scale))
        bottom = min(image.height, int((bbox[3] + _ROOM) * scale))
        if bottom - top > 1:
            image = image.crop((0, top, image.width, bottom))
    return _png(image)


def _page(path: Path, format_: str, page: int) -> tuple[Image, float]:
    """A page and its pixels a point."""
    if format_ == "pdf":
        return _pdf_page(path, page), _SCALE
    import PIL.Image

    from pipeline.extractors.scan import frames

    for number, frame, _ in frames(path):
        if number == page and frame is not None:
            pixels, dpi = frame
            image = PIL.Image.fromarray(pixels).convert("RGB")
            scale = dpi / 72
            if scale > _SCALE:
                size = round(image.width * _SCALE / scale), round(image.height * _SCALE / scale)
                image, scale = image.resize(size), _SCALE
            return image, scale
    raise SourceError("source.damaged", detail=Note("source.detail.header"))


def _draw(task: tuple[Path, str, int, BBox | None]) -> bytes:
    path, format_, page, bbox = task
    image, scale = _page(path, format_, page)
    if bbox is not None:
        _frame(image, bbox, scale)
    return _png(image)


def _pdf_page(path: Path, page: int) -> Image:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        drawn: Image = document[page - 1].render(scale=_SCALE).to_pil().convert("RGB")
        return drawn
    finally:
        document.close()


def _frame(image: Image, bbox: BBox, scale: float) -> None:
    from PIL import ImageDraw

    left, top, right, bottom = bbox
    frame = (left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN)
    ImageDraw.Draw(image).rectangle([x * scale for x in frame], outline=_RED, width=3)


def _png(image: Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()
