"""ZIP containers: bombs, lies in the directory, overlapping members, odd names."""
# markup of one file on one line is easier to read than broken

from __future__ import annotations

import io
import random
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator

from benchmarks.hostile_files.case import ORDER, WORDS, Case
from benchmarks.hostile_files.make import (
    changed,
    docx_file,
    with_part,
    zipped,
)
from tests.extractors import word_files as w


def zips(rng: random.Random) -> Iterator[Case]:
    good = docx_file(w.p(WORDS) + w.tbl(w.tr(w.tc("1"), w.tc("2"))))
    zeros = zipped({"a.xml": bytes(300 << 20)})
    yield Case(
        "bomb-ratio.docx", with_part(good, "word/media/a.bin", bytes(60 << 20)), "refused", says="packed size"
    )
    yield Case("bomb.zip", zeros, "refused", says="--limit")
    yield Case("bomb-in-zip.zip", zipped({"inner.zip": zeros, "приказ.txt": ORDER}), "either")
    yield Case(
        "bomb-document.docx",
        changed(good, word__document=b"<w:document>" + b" " * (200 << 20)),
        "refused",
        says="--limit",
    )
    members: dict[str, bytes | str] = {f"word/x{i}.xml": "x" for i in range(1100)}
    with zipfile.ZipFile(io.BytesIO(good)) as old:
        members.update({i.filename: old.read(i) for i in old.infolist()})
    yield Case("members-1100.docx", zipped(members), "refused", says="zip_members")
    yield Case(
        "members-70000.zip", zipped({f"{i}": "" for i in range(70_000)}, zipfile.ZIP_STORED), "refused"
    )
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with zipfile.ZipFile(io.BytesIO(good)) as old:
            yield Case(
                f"method-{method}.docx",
                zipped({i.filename: old.read(i) for i in old.infolist()}, method),
                "refused",
                says="packed|pack",
            )
    yield Case("method-99.docx", _patch_central(good, 10, struct.pack("<H", 99)), "refused")
    yield Case(
        "encrypted-flag.docx", _patch_central(good, 8, struct.pack("<H", 1)), "refused", says="password"
    )
    yield Case("size-lie.docx", _patch_central(good, 24, struct.pack("<I", 10)), "refused")
    yield Case("size-huge.docx", _patch_central(good, 24, struct.pack("<I", 0xFFFFFFF0)), "refused")
    yield Case("offset-huge.docx", _patch_central(good, 42, struct.pack("<I", 0x7FFFFFFF)), "refused")
    yield Case("crc.docx", _patch_central(good, 16, b"\1\2\3\4"), "refused")
    yield Case("overlap.zip", _overlapping(), "refused", says="overlap")
    yield Case("nothing-inside.zip", zipped({}), "refused")
    yield Case("twice.docx", _twice(good), "refused", says="twice")
    yield Case(
        "paths.zip",
        zipped({"../../../tmp/evil.txt": ORDER, "/etc/x.txt": ORDER + "3", "C:\\x.txt": ORDER + "4"}),
        "either",
    )
    data = zipped({"приказ.txt": ORDER})
    for _ in range(6):
        data = zipped({"inner.zip": data})
    yield Case("nested-6.zip", data, "refused")
    yield Case("nested-2.zip", zipped({"a.zip": zipped({"приказ.txt": ORDER})}), "either")
    yield Case("good-inside.zip", zipped({"приказ.docx": good, "битый.docx": good[:200]}), "either")
    yield Case(
        "names.zip", zipped({"a\nb\x1b[31m.txt": ORDER, "x" * 300 + ".txt": ORDER + "2", " ": "q"}), "either"
    )
    yield Case(
        "zip64.docx",
        good[:-22]
        + b"PK\x06\x06"
        + struct.pack("<Q", 44)
        + bytes(12)
        + struct.pack("<QQQQ", 1 << 60, 1 << 60, 1 << 50, 0)
        + b"PK\x06\x07"
        + struct.pack("<IQI", 0, len(good) - 22, 1)
        + good[-22:-18]
        + b"\xff" * 16
        + b"\0\0",
        "refused",
    )
    yield Case("prefix-exe.docx", b"MZ" + bytes(500) + good, "refused")
    yield Case(
        "epub.epub", zipped({"mimetype": "application/epub+zip", "x.xhtml": "x"}), "refused", says="EPUB"
    )
    yield Case(
        "pptx.pptx",
        zipped({"[Content_Types].xml": "presentationml", "ppt/presentation.xml": "<a/>"}),
        "refused",
        says="presentation",
    )


def _patch_central(package: bytes, offset: int, value: bytes) -> bytes:
    """Overwrite a field of the central header of word/document.xml."""
    data = bytearray(package)
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"word/document.xml"))
    data[at + offset : at + offset + len(value)] = value
    return bytes(data)


def _overlapping() -> bytes:
    """A kernel that many directory entries share (D. Fifield, A better zip bomb, 2019)."""
    kernel = zlib.compressobj(9, wbits=-15)
    packed = kernel.compress(bytes(10 << 20)) + kernel.flush()
    local = struct.pack(
        "<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 33, zlib.crc32(bytes(10 << 20)), len(packed), 10 << 20, 1, 0
    )
    directory = b""
    for i in range(200):
        directory += struct.pack(
            "<4s6H3I5H2I",
            b"PK\x01\x02",
            20,
            20,
            0,
            8,
            0,
            33,
            zlib.crc32(bytes(10 << 20)),
            len(packed),
            10 << 20,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
        ) + bytes([65 + i % 26])
    start = len(local) + 1 + len(packed)
    return (
        local
        + b"A"
        + packed
        + directory
        + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 200, 200, len(directory), start, 0)
    )


def _twice(package: bytes) -> bytes:
    stream = io.BytesIO(package)

    with warnings.catch_warnings(), zipfile.ZipFile(stream, "a") as container:
        warnings.simplefilter("ignore")
        container.writestr("word/document.xml", "<x/>")
    return stream.getvalue()
