"""Reads scans of the real order and holds every cell against the PDF that they were made of.

    python -m benchmarks.scans [--dpi 300] [--kind clean] [--pages 2,5]

Kinds: clean; noise (toner specks, blur, JPEG); skew (1.2°, noise, JPEG); stamp (a blue stamp and a signature
over the text, JPEG); shadow (a dark gutter, faded print, 3.5° skew). The truth is what the PDF reader gives
for the same page, so that structure and text are compared cell by cell.

Shown for each: pages whose structure is right, cells exact as read, after normalization (spaces, dashes,
quotes), of the wrong cells those without a doubt attached (silent, as a share of all cells), and CPU seconds
a page.
"""

from __future__ import annotations

import argparse
import io
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from PIL import Image, ImageDraw

from pipeline.extractors import pdf, scan
from pipeline.extractors.scan_settings import SETTINGS
from pipeline.model import Cell, Grid, Source
from pipeline.normalizers.text import clean
from tests import forms

KINDS = ("clean", "noise", "skew", "stamp", "shadow")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dpi", type=int, nargs="*", default=[300, 200, 150])
    parser.add_argument("--kind", nargs="*", default=list(KINDS), choices=KINDS)
    parser.add_argument("--pages", type=int, nargs="*", help="from 1; all pages with tables if not given")
    parser.add_argument("--wrong", action="store_true", help="show the cells read wrongly")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "order.pdf"
        forms.make_pdf(path, forms.real_order())
        truth = _truth(path)
        document = pypdfium2.PdfDocument(path)
        pages = options.pages or [n for n in truth if truth[n]]
        print("dpi  kind    structure   exact  normal  silent  flagged  s/page")
        for dpi in options.dpi:
            for kind in options.kind:
                _measure(document, truth, pages, dpi, kind, options.wrong)


def _truth(path: Path) -> dict[int, list[Grid]]:
    found: dict[int, list[Grid]] = {}
    for grid in pdf.extract(path, Source("order.pdf", "", "pdf")).grids:
        found.setdefault(grid.page or 0, []).append(grid)
    return found


def _measure(
    document: pypdfium2.PdfDocument,
    truth: dict[int, list[Grid]],
    pages: list[int],
    dpi: int,
    kind: str,
    wrong: bool,
) -> None:
    right = exact = normal = silent = flagged = cells = 0
    seconds = 0.0
    for number in pages:
        picture = degrade(drawn(document, number, dpi), dpi, kind, seed=number)
        started = time.process_time()
        read = scan.read_picture(picture, dpi, number, Source("scan.png", "", "image"))
        seconds += time.process_time() - started
        grids = [x for x in read.content if isinstance(x, Grid)]
        same = [_shape(g) for g in grids] == [_shape(g) for g in truth[number]]
        right += same
        cells += sum(len(g.cells) for g in truth[number])
        for expected, got in _pairs(truth[number], grids):
            doubtful = got is not None and got.confidence is not None and got.confidence < SETTINGS.suspect
            is_exact = got is not None and _joined(got.text) == _joined(expected.text)
            is_normal = got is not None and _normal(got.text) == _normal(expected.text)
            exact, normal, flagged = exact + is_exact, normal + is_normal, flagged + doubtful
            silent += not is_normal and not doubtful
            if wrong and not is_normal:
                print(f"  p{number} {'?' if doubtful else '!'} {expected.text!r} -> {got and got.text!r}")
    print(
        f"{dpi:3}  {kind:8}{100 * right / len(pages):8.1f} %{100 * exact / cells:8.2f}"
        f"{100 * normal / cells:8.2f}{100 * silent / cells:8.2f}{100 * flagged / cells:9.2f}"
        f"{seconds / len(pages):8.2f}",
        flush=True,
    )


def _shape(grid: Grid) -> list[tuple[int, int, int, int]]:
    return sorted((c.row, c.col, c.row_span, c.col_span) for c in grid.cells)


def _pairs(expected: list[Grid], got: list[Grid]) -> Iterator[tuple[Cell, Cell | None]]:
    for i, grid in enumerate(expected):
        at = {(c.row, c.col): c for c in got[i].cells} if i < len(got) else {}
        for cell in grid.cells:
            yield cell, at.get((cell.row, cell.col))


def _joined(text: str) -> str:
    return " ".join(text.split())


def _normal(text: str) -> str:
    text = re.sub(r"\s*[-–—]\s*", "-", clean(_joined(text))[0])
    return re.sub(r'["„“”]', "»", text).casefold().replace("ё", "е")


def drawn(document: pypdfium2.PdfDocument, number: int, dpi: int) -> np.ndarray:
    """A page as an RGB picture."""
    return np.array(document[number - 1].render(scale=dpi / 72).to_pil().convert("RGB"))


def degrade(picture: np.ndarray, dpi: int, kind: str, seed: int = 0) -> np.ndarray:
    """The picture as a scanner of some kind would give it; the same seed gives the same picture."""
    if kind == "clean":
        return picture
    chance = np.random.default_rng(seed)
    if kind == "stamp":
        picture = _stamped(picture, dpi, chance)
    if kind == "shadow":
        picture = _shaded(picture)
    angle = {"skew": 1.2, "shadow": 3.5}.get(kind, 0.0) * float(chance.choice((-1, 1)))
    if angle:
        height, width = picture.shape[:2]
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
        picture = cv2.warpAffine(picture, matrix, (width, height), borderValue=(255, 255, 255))
    picture = cv2.GaussianBlur(picture, (0, 0), 0.6 * dpi / 300 + 0.2)
    noise = chance.normal(0, 9, picture.shape[:2])[:, :, None]
    picture = np.clip(picture + noise, 0, 255).astype(np.uint8)
    specks = chance.random(picture.shape[:2])
    picture[specks < 0.0003] = 40
    picture[specks > 0.9995] = 240
    data = io.BytesIO()
    Image.fromarray(picture).save(data, "JPEG", quality=60)
    return np.array(Image.open(data))


def _stamped(picture: np.ndarray, dpi: int, chance: np.random.Generator) -> np.ndarray:
    layer = Image.new("RGB", (picture.shape[1], picture.shape[0]), "white")
    pen = ImageDraw.Draw(layer)
    for _ in range(2):
        x, y = chance.uniform(0.2, 0.8) * picture.shape[1], chance.uniform(0.2, 0.8) * picture.shape[0]
        for radius in (0.75, 0.7, 0.45):
            r = radius * dpi
            pen.ellipse((x - r, y - r, x + r, y + r), outline=(60, 70, 190), width=max(2, dpi // 60))
        points = [(x + dpi * k / 8, y + dpi * 0.3 * float(np.sin(k * 1.7))) for k in range(20)]
        pen.line(points, fill=(40, 40, 160), width=max(2, dpi // 90))
    return np.minimum(picture, np.array(layer))


def _shaded(picture: np.ndarray) -> np.ndarray:
    faded = 70 + picture.astype(np.float64) * (185 / 255)
    across = np.linspace(0.55, 1.0, picture.shape[1]) ** 0.7
    return np.clip(faded * across[None, :, None], 0, 255).astype(np.uint8)


if __name__ == "__main__":
    main()
