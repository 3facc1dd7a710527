"""The size of an image in pixels from its header, before anything unpacks it."""

from __future__ import annotations

import struct
from typing import IO

from pipeline.errors import SourceError
from pipeline.model import note

_TIFF_WIDTH, _TIFF_HEIGHT = 256, 257
_MOST_DIRECTORIES = 10_000
_MOST_ENTRIES = 4096
# JPEG frames (T.81, table B.1) that carry height and width; C4, C8 and CC are no frames
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD9)})


def pixels(stream: IO[bytes], kind: str) -> int:
    """Width × height of a `png`, `jpeg` or `tiff` (its largest page). Raises SourceError if there is none."""
    try:
        number = {"png": _png, "jpeg": _jpeg, "tiff": _tiff}[kind](stream)
    except (struct.error, OSError) as error:
        raise SourceError("source.truncated", detail=note("source.detail.short")) from error
    if number <= 0:
        raise SourceError("source.damaged", detail=note("source.detail.header"))
    return number


def _png(stream: IO[bytes]) -> int:
    stream.seek(16)
    width, height = struct.unpack(">II", stream.read(8))
    return int(width * height)


def _jpeg(stream: IO[bytes]) -> int:
    stream.seek(2)
    while True:
        mark, code = struct.unpack("BB", stream.read(2))
        if mark != 0xFF:
            return 0
        while code == 0xFF:  # fill bytes
            code = struct.unpack("B", stream.read(1))[0]
        if code in _JPEG_BARE:
            continue
        length = struct.unpack(">H", stream.read(2))[0]
        if code in _JPEG_FRAMES:
            height, width = struct.unpack(">xHH", stream.read(5))
            return int(width * height)
        if length < 2 or code == 0xD9:
            return 0
        stream.seek(length - 2, 1)


def _tiff(stream: IO[bytes]) -> int:
    stream.seek(0)
    order = "<" if stream.read(2) == b"II" else ">"
    stream.seek(4)
    offset = struct.unpack(order + "I", stream.read(4))[0]
    largest, seen = 0, set[int]()
    while offset and offset not in seen and len(seen) < _MOST_DIRECTORIES:
        seen.add(offset)
        stream.seek(offset)
        count = struct.unpack(order + "H", stream.read(2))[0]
        if count > _MOST_ENTRIES:
            break
        sides = {}
        for tag, kind, _, value in struct.iter_unpack(order + "HHI4s", _exactly(stream, count * 12)):
            if tag in (_TIFF_WIDTH, _TIFF_HEIGHT):
                sides[tag] = struct.unpack(order + ("H2x" if kind == 3 else "I"), value)[0]
        largest = max(largest, sides.get(_TIFF_WIDTH, 0) * sides.get(_TIFF_HEIGHT, 0))
        following = stream.read(4)
        offset = struct.unpack(order + "I", following)[0] if len(following) == 4 else 0
    return largest


def _exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise struct.error("short read")
    return data
