"""What printers, scanners, fax machines and telephones do to a page; the same seed does the same.

`degrade(picture, dpi, kind, seed)` takes and gives an RGB picture. HELD_OUT are kept from tuning.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageOps

Picture = np.ndarray
Chance = np.random.Generator


def degrade(picture: Picture, dpi: int, kind: str, seed: int = 0) -> Picture:
    return KINDS[kind](picture, dpi, np.random.default_rng(seed))


def _clean(picture: Picture, dpi: int, chance: Chance) -> Picture:
    return picture


def _noise(picture: Picture, dpi: int, chance: Chance, quality: int = 60) -> Picture:
    """Toner specks, the scanner's blur and noise, JPEG."""
    picture = cv2.GaussianBlur(picture, (0, 0), 0.6 * dpi / 300 + 0.2)
    picture = np.clip(picture + chance.normal(0, 9, picture.shape[:2])[:, :, None], 0, 255).astype(np.uint8)
    specks = chance.random(picture.shape[:2])
    picture[specks < 0.0003] = 40
    picture[specks > 0.9995] = 240
    return _jpeg(picture, quality)


def _jpeg(picture: Picture, quality: int) -> Picture:
    data = io.BytesIO()
    Image.fromarray(picture).save(data, "JPEG", quality=quality)
    return np.array(Image.open(data).convert("RGB"))


def _turned(picture: Picture, degrees: float) -> Picture:
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(
        picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255)
    )


def _skew(picture: Picture, dpi: int, chance: Chance) -> Picture:
    return _noise(_turned(picture, 1.2 * float(chance.choice((-1, 1)))), dpi, chance)


def _askew(picture: Picture, dpi: int, chance: Chance) -> Picture:
    """Up to 10° on a larger bed, so that nothing is cut off."""
    edge = picture.shape[0] // 12
    picture = cv2.copyMakeBorder(picture, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(255,) * 3)
    return _noise(_turned(picture, float(chance.uniform(6, 9.8) * chance.choice((-1, 1)))), dpi, chance)


def _quarter(picture: Picture, dpi: int, chance: Chance) -> Picture:
    picture = _turned(picture, float(chance.uniform(-0.8, 0.8)))
    return _noise(np.ascontiguousarray(np.rot90(picture, int(chance.integers(1, 4)))), dpi, chance)


def _stamp(picture: Picture, dpi: int, chance: Chance) -> Picture:
    layer = Image.new("RGB", (picture.shape[1], picture.shape[0]), "white")
    pen = ImageDraw.Draw(layer)
    for _ in range(2):
        x, y = chance.uniform(0.2, 0.8) * picture.shape[1], chance.uniform(0.2, 0.8) * picture.shape[0]
        for radius in (0.75, 0.7, 0.45):
            r = radius * dpi
            pen.ellipse((x - r, y - r, x + r, y + r), outline=(60, 70, 190), width=max(2, dpi // 60))
        points = [(x + dpi * k / 8, y + dpi * 0.3 * float(np.sin(k * 1.7))) for k in range(20)]
        pen.line(points, fill=(40, 40, 160), width=max(2, dpi // 90))
    return _noise(np.minimum(picture, np.array(layer)), dpi, chance)


def _shadow(picture: Picture, dpi: int, chance: Chance) -> Picture:
    """Faded print, a dark gutter, 3.5°."""
    faded = 70 + picture.astype(np.float64) * (185 / 255)
    across = np.linspace(0.55, 1.0, picture.shape[1]) ** 0.7
    picture = np.clip(faded * across[None, :, None], 0, 255).astype(np.uint8)
    return _noise(_turned(picture, 3.5 * float(chance.choice((-1, 1)))), dpi, chance)


def _faint(picture: Picture, dpi: int, chance: Chance) -> Picture:
    """Little contrast on grey paper."""
    picture = (135 + picture.astype(np.float64) * (75 / 255)).astype(np.uint8)
    return _noise(picture, dpi, chance, 75)


def _warp(picture: Picture, dpi: int, chance: Chance) -> Picture:
    """A page that curls at its gutter: lines sag, letters are narrower there."""
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    u = x / width
    sag = dpi * chance.uniform(0.08, 0.2) * np.sin(np.pi * (u * 0.9 + 0.1 * chance.random())) ** 2
    sag = sag * (1 - 1.2 * y / height)
    shift = 0.02 * width * np.sin(np.pi * u) * u
    picture = cv2.remap(
        picture, (x + shift).astype(np.float32), (y + sag).astype(np.float32), cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255),
    )  # fmt: skip
    return _noise(picture, dpi, chance)


def _photo(picture: Picture, dpi: int, chance: Chance) -> Picture:
    """A telephone over a sheet on a table: perspective, uneven light, the table around the sheet."""
    height, width = picture.shape[:2]
    edge = round(0.08 * width)
    size = (width + 2 * edge, height + 2 * edge)
    off = chance.uniform(-0.05, 0.05, (4, 2)) * (width, height)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    target = (corners + edge + np.clip(off, -edge * 0.9, edge * 0.9)).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    wood = chance.normal((96, 74, 52), 10, (size[1] // 16 + 1, 1, 3)).repeat(size[0] // 16 + 1, 1)
    table = cv2.resize(np.clip(wood, 0, 255).astype(np.uint8), size, interpolation=cv2.INTER_CUBIC)
    sheet = cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_CUBIC)
    where = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, size)
    whole = np.where(where[:, :, None] > 127, sheet, table).astype(np.float64)
    x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    angle = chance.uniform(0, 6.28)
    light = 0.78 + 0.2 * (x * np.cos(angle) + y * np.sin(angle)) - 0.08 * (x**2 + y**2)
    tint = np.array([1.0, 0.97, 0.9])
    whole = np.clip(whole * light[:, :, None] * tint, 0, 255).astype(np.uint8)
    return _noise(cv2.GaussianBlur(whole, (0, 0), 0.5 * dpi / 300 + 0.3), dpi, chance, 80)


def _fax(picture: Picture, dpi: int, chance: Chance) -> Picture:
    """Black and white, as a fax or a scanner in text mode gives it."""
    grey = cv2.cvtColor(_turned(picture, float(chance.uniform(-0.7, 0.7))), cv2.COLOR_RGB2GRAY)
    grey = cv2.GaussianBlur(grey, (0, 0), 0.5 * dpi / 300 + 0.2)
    grey = np.clip(grey + chance.normal(0, 12, grey.shape), 0, 255)
    grey = np.where(grey < 150, 0, 255).astype(np.uint8)
    specks = chance.random(grey.shape)
    grey[specks < 0.0003] = 0
    return cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)


def _dither(picture: Picture, dpi: int, chance: Chance) -> Picture:
    """Grey paper in black and white dots (Floyd and Steinberg)."""
    grey = Image.fromarray(picture).convert("L").point(lambda v: 20 + v * 220 // 255)
    return np.array(grey.convert("1").convert("RGB"))


def _bleed(picture: Picture, dpi: int, chance: Chance) -> Picture:
    """The print of the other side shows through."""
    back = np.flip(np.roll(picture, dpi // 5, axis=0), axis=1).astype(np.float64)
    back = cv2.GaussianBlur(back, (0, 0), 2.5 * dpi / 300)
    return _noise(np.clip(picture - (255 - back) * 0.22, 0, 255).astype(np.uint8), dpi, chance)


def _border(picture: Picture, dpi: int, chance: Chance) -> Picture:
    """Black at the edges where the sheet did not cover the glass, punched holes, a staple."""
    image = Image.fromarray(_turned(picture, float(chance.uniform(-1.5, 1.5))))
    pen = ImageDraw.Draw(image)
    height = image.size[1]
    for y in (0.36, 0.64):
        r, x = 0.12 * dpi, 0.22 * dpi
        pen.ellipse((x - r, y * height - r, x + r, y * height + r), fill=(15, 15, 15))
    pen.line((0.3 * dpi, 0.3 * dpi, 0.6 * dpi, 0.22 * dpi), fill=(60, 60, 60), width=max(2, dpi // 80))
    edges = tuple(int(e) for e in chance.integers(0, dpi // 4, 4))
    return _noise(np.array(ImageOps.expand(image, edges, (12, 12, 12))), dpi, chance)


def _thin(picture: Picture, dpi: int, chance: Chance) -> Picture:
    """Little toner: strokes thin, with gaps."""
    large = cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    size = max(2, round(1.6 * dpi / 150))
    large = cv2.dilate(large, np.ones((size, size), np.uint8))
    picture = cv2.resize(large, picture.shape[1::-1], interpolation=cv2.INTER_AREA)
    worn = cv2.GaussianBlur(chance.random(picture.shape[:2]), (0, 0), dpi / 100)
    worn = (worn - worn.min()) / np.ptp(worn)
    faded = picture + (255 - picture.astype(np.float64)) * (0.5 * worn[:, :, None])
    return _noise(np.clip(faded, 0, 255).astype(np.uint8), dpi, chance)


def _fat(picture: Picture, dpi: int, chance: Chance) -> Picture:
    """A copy of a copy: strokes thick, counters filled, strong JPEG."""
    large = cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    size = max(2, round(1.6 * dpi / 150))
    large = cv2.erode(large, np.ones((size, size), np.uint8))
    picture = cv2.resize(large, picture.shape[1::-1], interpolation=cv2.INTER_AREA)
    return _noise(picture, dpi, chance, 35)


KINDS: dict[str, Callable[[Picture, int, Chance], Picture]] = {
    "clean": _clean, "noise": _noise, "skew": _skew, "askew": _askew, "quarter": _quarter, "stamp": _stamp,
    "shadow": _shadow, "faint": _faint, "warp": _warp, "photo": _photo, "fax": _fax, "dither": _dither,
    "bleed": _bleed, "border": _border, "thin": _thin, "fat": _fat,
}  # fmt: skip
HELD_OUT = ("bleed", "border", "thin", "fat")
