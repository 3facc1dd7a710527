"""The page of a PDF as a picture, with a frame around the place that a row or value was read from."""

from __future__ import annotations

import io
from pathlib import Path

from pipeline.errors import SourceError
from pipeline.model import BBox

_SCALE = 2.0  # pixels a point: 144 dpi
_MARGIN = 2.0  # points between the text and the frame
_RED = (200, 30, 30)


def picture(path: Path, page: int, bbox: BBox | None, *, timeout: float, memory: int) -> bytes:
    """PNG of a page (from 1) of the PDF at `path`; the box is in points from the top left corner.

    Drawn in a process of its own within `timeout` seconds and `memory` bytes. Raises SourceError.
    """
    from pipeline.isolate import run_isolated

    (outcome,) = run_isolated(_draw, [(path, page, bbox)], jobs=1, timeout=timeout, memory=memory)
    if outcome.value is None:
        raise outcome.error or SourceError("source.crashed", error="?")
    return outcome.value


def _draw(task: tuple[Path, int, BBox | None]) -> bytes:
    import pypdfium2
    from PIL import ImageDraw

    path, page, bbox = task
    document = pypdfium2.PdfDocument(path)
    try:
        image = document[page - 1].render(scale=_SCALE).to_pil().convert("RGB")
    finally:
        document.close()
    if bbox is not None:
        left, top, right, bottom = bbox
        frame = (left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN)
        ImageDraw.Draw(image).rectangle([x * _SCALE for x in frame], outline=_RED, width=3)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()
