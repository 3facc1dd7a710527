"""Scans and photographs: PNG, JPEG, TIFF of one or many pages, and pages of a PDF that are pictures.

    scan_picture  colour dropped, paper white, upright, straight, at the working scale
    scan_rules    rules on the picture → lattices (the builder of the PDF reader)
    scan_stems    walls of low rows; stems of letters are no walls
    scan_sheet    the sheet on a photograph, seen from above
    scan_streaks  streaks of the scanner and folds made paper
    scan_pasted   tables in pictures among the text of a PDF page
    scan_flatten  curled pages made flat by their rules
    scan_cells    each cell read alone, at two scales, and again where the two differ
    scan_strange  what no text says: where to look once more
    scan_pool     two pages at a time
    scan_page     one page: grids, and the blocks around them
    scan_engine   the recogniser: Tesseract 5 behind one function

Pages are not stitched here: `pipeline.tables` does that for all formats. Needs `pip install "prikaz[scan]"`
and Tesseract's Russian data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from pipeline import limits, worker
from pipeline.errors import SourceError
from pipeline.extractors import scan_pool
from pipeline.extractors.scan_settings import SETTINGS
from pipeline.model import Block, Document, Grid, Note, Source, note

if TYPE_CHECKING:
    from pipeline.extractors.pdf_page import PageTables
    from pipeline.extractors.scan_engine import Picture
    from pipeline.extractors.scan_page import Recognised

PageRead: TypeAlias = tuple[tuple[Block | Grid, ...], tuple[Note, ...]]

_LEAST_DPI, _MOST_DPI = 72, 1300  # what an image says outside of this is no resolution of a scan
_LEAST_SIDE, _LONGEST_SIDE = 8, 32_000  # pixels: no letter is lower; OpenCV's warps count in 16 bits
_FEW_OVER, _MOST_PICTURES = 20, 200  # characters over a picture, pictures of a page
_GREY = ("1", "L")  # modes of Pillow
_DEEP = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")  # more than 8 bits of grey
_SQUARE = 0.03  # share by which the sides of a pixel may differ
_BROKEN = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)  # what Pillow raises


def extract(path: Path, source: Source) -> Document:
    """Blocks and grids of an image, each of its pages a page.

    Boxes are in points of the picture at the resolution that it names. Raises SourceError: `source.damaged`,
    `source.over-limit`, `scan.no-engine`, `scan.no-language`, `scan.no-picture-library`.
    """
    content: list[Block | Grid] = []
    notes: list[Note] = []
    turns = count = 0

    def read(page: tuple[int, tuple[Picture, float] | None]) -> Recognised | None:
        number, frame = page
        return None if frame is None else read_picture(*frame, number, source, turns)

    def opened() -> Iterator[tuple[tuple[int, tuple[Picture, float] | None], int]]:
        for page in frames(path):
            worker.tell_page(page[0], page[2])
            yield page[:2], page[1][0].size if page[1] is not None else 0

    for found in scan_pool.in_pairs(read, opened()):
        count += 1
        if found is None:
            notes.append(note("scan.page-damaged", page=count))
            continue
        turns = found.turns
        content.extend(found.content)
        notes.extend(found.notes)
    if count and len(notes) == count and all(n.key == "scan.page-damaged" for n in notes):
        raise SourceError("source.damaged", detail=note("source.detail.header"))
    return Document(source, tuple(content), n_pages=count, notes=tuple(notes))


def read_picture(picture: Picture, dpi: float, number: int, source: Source, turns: int = 0) -> Recognised:
    """A picture as page `number` (from 1). Raises SourceError if there is nothing to read with."""
    if find_spec("cv2") is None:
        raise SourceError("scan.no-picture-library")
    from pipeline.extractors import scan_page

    worker.more_time(SETTINGS.page_seconds)
    dpi = max(dpi, _least_dpi(*picture.shape[:2]))
    if min(picture.shape[:2]) * SETTINGS.work_dpi / dpi < _LEAST_SIDE:
        return scan_page.Recognised((), (note("scan.page-no-text", page=number),), turns)
    return scan_page.recognise(picture, dpi, number, source.path, turns)


def _least_dpi(height: int, width: int) -> float:
    """The resolution below which a picture would not fit into memory or the library at the working scale."""
    side = max(height, width) / _LONGEST_SIDE
    area = (height * width / SETTINGS.max_pixels) ** 0.5
    return float(SETTINGS.work_dpi * max(side, area))


def read_pdf_page(page: Any, number: int, source: Source) -> PageRead:
    """A page of an open PDF (pypdfium2) drawn and read: its content and what is to be said about it."""
    found = read_picture(*_drawn(page), number, source)
    return found.content, found.notes


def read_pdf_pages(
    document: Any, numbers: Sequence[int], source: Source
) -> dict[int, PageRead | SourceError]:
    """Pages (from 1) of an open PDF drawn and read, two at a time; for each what `read_pdf_page` gives or
    raises.
    """

    def read(page: tuple[int, tuple[Picture, float]]) -> PageRead | SourceError:
        try:
            found = read_picture(*page[1], page[0], source)
        except SourceError as error:
            return error
        return found.content, found.notes

    def drawn() -> Iterator[tuple[tuple[int, tuple[Picture, float]], int]]:
        for number in numbers:
            worker.tell_page(number, len(document))
            page = document[number - 1]
            try:
                picture = _drawn(page)
            finally:
                page.close()
            yield (number, picture), picture[0].size

    return dict(zip(numbers, scan_pool.in_pairs(read, drawn()), strict=True))


def read_pasted(page: Any, found: PageTables, source: Source) -> PageRead:
    """Tables in the pictures that stand among the text of an open PDF page; nothing without a recogniser."""
    content = found.content
    boxes = [content.to_display(box) for box in _joined(content.images)]
    wide, high = page.get_size()
    chars = np.array([content.to_display(box) for box in content.chars.boxes.tolist()]).reshape(-1, 4)
    middle = (chars[:, :2] + chars[:, 2:]) / 2
    free = [
        b
        for b in boxes
        if np.count_nonzero((middle >= b[:2]).all(axis=1) & (middle <= b[2:]).all(axis=1)) < _FEW_OVER
        and min(b[2] - b[0], b[3] - b[1]) >= SETTINGS.pasted_least
        and (b[2] - b[0]) * (b[3] - b[1]) >= SETTINGS.pasted_share * wide * high
    ]
    if not free or find_spec("cv2") is None:
        return (), ()
    from pipeline.extractors import scan_pasted

    worker.more_time(SETTINGS.page_seconds)
    try:
        return scan_pasted.read(page, free, found.number, source.path)
    except SourceError as error:
        if not error.reason.startswith("scan."):
            raise
        return (), ()


def _joined(boxes: NDArray[np.float64]) -> list[tuple[float, float, float, float]]:
    """The boxes of pictures, those that touch as one: scanners cut pages into strips."""
    made: list[tuple[float, float, float, float]] = []
    for x0, top, x1, bottom in boxes[:_MOST_PICTURES].tolist():
        box = (x0, top, x1, bottom)
        for other in [b for b in made if _touch(b, box)]:
            made.remove(other)
            box = (*map(min, other[:2], box[:2]), *map(max, other[2:], box[2:]))
        made.append(box)
    return made


def _touch(one: Sequence[float], other: Sequence[float]) -> bool:
    apart = 1.5  # points
    across = one[0] <= other[2] + apart and other[0] <= one[2] + apart
    return across and one[1] <= other[3] + apart and other[1] <= one[3] + apart


def _drawn(page: Any) -> tuple[Picture, float]:
    """A page of a PDF as a picture and its resolution."""
    width, height = page.get_size()
    scale = min(SETTINGS.render_dpi / 72, (SETTINGS.max_pixels / max(width * height, 1.0)) ** 0.5)
    bitmap = page.render(scale=scale, rev_byteorder=True)
    try:
        return _plain(np.array(bitmap.to_numpy(), dtype=np.uint8)), scale * 72
    finally:
        bitmap.close()


def _plain(picture: Picture) -> Picture:
    """Grey where a picture has no colour; h × w or h × w × 3."""
    if picture.ndim == 3 and picture.shape[2] == 1:
        return picture[:, :, 0]
    return picture[:, :, :3] if picture.ndim == 3 else picture


def frames(path: Path) -> Iterator[tuple[int, tuple[Picture, float] | None, int]]:
    """The pages of an image: number, picture with its resolution, None for one that cannot be unpacked, and
    how many there are. Raises SourceError.
    """
    try:
        image = Image.open(path)
    except (UnidentifiedImageError, *_BROKEN) as error:
        raise SourceError("source.damaged", detail=note("source.detail.header")) from error
    with image:
        count = int(getattr(image, "n_frames", 1))
        limits.current().check("pdf_pages", count)
        number = 0
        try:
            for frame in ImageSequence.Iterator(image):
                number += 1
                limits.current().check("image_pixels", frame.width * frame.height)
                try:
                    yield number, _pixels(frame), count
                except _BROKEN:
                    yield number, None, count
        except _BROKEN:
            yield number + 1, None, count


def _pixels(frame: Image.Image) -> tuple[Picture, float]:
    named = frame.info.get("dpi", (0, 0))
    across, down = map(float, named) if isinstance(named, tuple) and len(named) == 2 else (0.0, 0.0)
    frame, dpi = _with_square_pixels(_in_eight_bits(frame), across, down)
    if not _LEAST_DPI < dpi <= _MOST_DPI:
        dpi = min(frame.size) / SETTINGS.page_width
    finer = int(dpi / SETTINGS.work_dpi)
    if finer > 1:  # early, since each step below makes a copy
        frame = frame.convert("L" if frame.mode in _GREY else _mode(frame)).reduce(finer)
        dpi /= finer
    upright = ImageOps.exif_transpose(frame)
    plain = upright.convert("L" if upright.mode in _GREY else "RGB")
    if _mode(upright) == "RGBA":
        paper = Image.new("RGB", upright.size, "white")
        paper.paste(upright.convert("RGB"), mask=upright.convert("RGBA").getchannel("A"))
        plain = paper
    shrink = (SETTINGS.max_pixels / (plain.width * plain.height)) ** 0.5
    if shrink < 1:
        plain = plain.resize(
            (round(plain.width * shrink), round(plain.height * shrink)), Image.Resampling.BOX
        )
        dpi *= shrink
    return np.asarray(plain, dtype=np.uint8), dpi


def _in_eight_bits(frame: Image.Image) -> Image.Image:
    """Grey of 16 bits and more as 8 bits, which Pillow's own conversion cuts off at white."""
    if frame.mode not in _DEEP:
        return frame
    values = np.asarray(frame).astype(np.float32)
    top = float(values.max(initial=0))
    white = next((w for w in (1.0, 255.0, 65_535.0) if top <= w), top)
    deep = Image.fromarray(np.clip(values * (255 / white), 0, 255).astype(np.uint8))
    deep.info, exif = frame.info, frame.getexif()
    if exif:
        deep.getexif().update(exif)
    return deep


def _with_square_pixels(frame: Image.Image, across: float, down: float) -> tuple[Image.Image, float]:
    """A fax has twice as many pixels an inch across as down: its true form, and its resolution.

    `across`, `down`: pixels an inch.
    """
    sound = min(across, down) > _LEAST_DPI and max(across, down) <= _MOST_DPI
    if not sound or abs(across / down - 1) <= _SQUARE:
        return frame, across
    dpi = max(across, down)
    size = (round(frame.width * dpi / across), round(frame.height * dpi / down))
    info = frame.info
    frame = frame.convert("L" if frame.mode in _GREY else _mode(frame)).resize(size, Image.Resampling.BICUBIC)
    frame.info = info
    return frame, dpi


def _mode(frame: Image.Image) -> str:
    """RGBA where something of the image may be transparent."""
    see_through = frame.mode in ("RGBA", "LA", "PA") or "transparency" in frame.info
    return "RGBA" if see_through else "RGB"
