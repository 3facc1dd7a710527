"""The members of a ZIP archive, with names as they were before some program wrote them in a DOS encoding."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pipeline import zipguard
from pipeline.extractors.container_parts import Part
from pipeline.limits import Limits

_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075  # Info-ZIP's extra field (APPNOTE.TXT 4.6.9)
_ENCODINGS = ("cp866", "cp1251")  # in order of preference: Windows writes names in the OEM encoding
_USUAL = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяё")


def parts(path: Path, limits: Limits) -> Iterator[Part]:
    """The files in the archive at `path`, in its order. Raises SourceError if it cannot be opened."""
    with zipguard.opened(path, limits) as container:
        for info in container.infolist():
            name = member_name(info)
            if not name.endswith("/"):
                yield Part(name, partial(zipguard.chunks, container, info, limits))


def member_name(info: zipfile.ZipInfo) -> str:
    """The name of a member: UTF-8 if the archive says so or it is so, else the likeliest Russian encoding."""
    if info.flag_bits & _UTF8_FLAG or info.orig_filename.isascii():
        return info.filename
    try:
        raw = info.orig_filename.encode("cp437")  # how zipfile has read it
    except UnicodeEncodeError:
        return info.filename
    stored = _unicode_path(info.extra, raw)
    if stored is not None:
        return stored
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return max((raw.decode(encoding, "replace") for encoding in _ENCODINGS), key=_plausibility)


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        data = extra[at + 4 : at + 4 + length]
        if (
            kind == _UNICODE_PATH
            and len(data) > 5
            and struct.unpack_from("<I", data, 1)[0] == zlib.crc32(raw)
        ):
            return data[5:].decode("utf-8", "replace")
        at += 4 + length
    return None


def _plausibility(text: str) -> float:
    """How much a text looks like a Russian name: after a small letter stands no capital, no odd signs."""
    score = 0.0
    previous = ""
    for letter in text:
        if letter in _USUAL:
            score += 1
        elif letter.lower() in _USUAL:
            score += 0.2 if previous.isalpha() and previous.islower() else 0.9
        elif not letter.isascii() and letter not in "№«»–—":
            score -= 1
        previous = letter
    return score
