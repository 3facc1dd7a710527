"""ZIP bombs of every construction, and archives whose names, flags or sizes lie."""
# ruff: noqa: E501  # one file on one line is easier to read than broken

from __future__ import annotations

import io
import random
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator

from benchmarks.hostile_files.case import ORDER, WORDS, Case
from benchmarks.hostile_files.make import docx_file, with_part, zipped
from tests.extractors import word_files as w

# R. Cox, Zip Files All The Way Down, 2010: an archive that holds itself is told from its look, here by nesting
_TEXT = ("Коробецкая",)


def zips_odd(rng: random.Random) -> Iterator[Case]:
    yield from _bombs()
    yield from _lies()
    yield from _names()


def _bombs() -> Iterator[Case]:
    block = zipped({f"{i}.txt": bytes(10 << 20) for i in range(16)})
    yield Case(
        "bomb-many.zip",
        zipped({f"{i}.zip": block for i in range(16)}),
        "refused",
        says="--limit|nothing|no source|inside",
    )
    layer = zipped({"0.txt": bytes(100 << 20)})
    for _ in range(5):
        layer = zipped({f"{i}.zip": layer for i in range(10)})
    yield Case("bomb-layers.zip", layer, "refused")
    yield Case("bomb-beside-order.zip", zipped({"приказ.txt": ORDER, "bomb.txt": bytes(300 << 20)}), "either")
    yield Case("bomb-600.docx", _many(docx_file(w.p(WORDS)), 60, 10 << 20), "refused", says="--limit")
    yield Case(
        "bomb-text.docx",
        docx_file("<w:p><w:r><w:t>" + "а" * (120 << 20) + "</w:t></w:r></w:p>"),
        "refused",
        says="--limit",
    )
    yield Case(
        "bomb-styles.docx",
        with_part(docx_file(w.p(WORDS)), "word/styles.xml", b"<w:styles>" + b" " * (255 << 20)),
        "refused",
        says="--limit",
    )
    yield Case(
        "bomb-xlsx.xlsx",
        zipped(
            {
                "[Content_Types].xml": "spreadsheetml.sheet.main+xml",
                "xl/workbook.xml": "<x/>",
                "xl/sharedStrings.xml": b"<sst>" + b"<si><t>a</t></si>" * (15 << 20),
            }
        ),
        "refused",
        says="--limit",
    )
    yield Case(
        "bomb-odt.odt",
        zipped(
            {
                "mimetype": "application/vnd.oasis.opendocument.text",
                "content.xml": b"<a>" + b"b" * (250 << 20),
            }
        ),
        "refused",
        says="--limit",
    )
    yield Case("bomb-elements.docx", docx_file("<w:p/>" * (12 << 20)), "either")
    yield Case(
        "members-999.zip",
        zipped({f"{i}.txt": ORDER.replace("657", str(i)) for i in range(40)}),
        "read",
        _TEXT,
    )


def _many(package: bytes, count: int, size: int) -> bytes:
    for i in range(count):
        package = with_part(package, f"word/media/{i}.bin", bytes(size)) if i == 0 else package
    stream = io.BytesIO(package)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as container:
        for i in range(1, count):
            container.writestr(f"word/media/{i}.bin", bytes(size))
    return stream.getvalue()


def _lies() -> Iterator[Case]:
    good = zipped({"приказ.txt": ORDER, "второй.txt": ORDER.replace("657", "658")})
    yield Case("encrypted.zip", _flagged(good, 1), "refused", says="password")
    yield Case("encrypted-one.zip", _flagged(good, 1, first_only=True), "either")
    yield Case("strong-encryption.zip", _flagged(good, 0x41), "refused", says="password")
    yield Case("aes.zip", _method(good, 99), "refused")
    for method in (1, 6, 9, 12, 14, 93, 95, 97, 98):
        yield Case(f"method-{method}.zip", _method(good, method), "refused", says="pack|deflate")
    huge = bytearray(good)
    at = huge.find(b"PK\x01\x02")
    struct.pack_into("<I", huge, at + 24, 0xFFFFFFFF)
    yield Case("zip64-no-extra.zip", bytes(huge))
    yield Case("zip64-whole.zip", _zip64(), "read", _TEXT)
    yield Case("local-lies.zip", _local_lies(good), "either")
    for name, method in (("negative", 0xFFFFFFFF), ("far", 0x7FFFFFFF)):
        lie = bytearray(good)
        struct.pack_into("<I", lie, lie.rfind(b"PK\x05\x06") + 16, method)
        yield Case(f"directory-{name}.zip", bytes(lie), "refused")
    count = bytearray(good)
    struct.pack_into("<HH", count, count.rfind(b"PK\x05\x06") + 8, 60_000, 60_000)
    yield Case("count-lies.zip", bytes(count), "either")
    yield Case("no-directory.zip", good[: good.find(b"PK\x01\x02")], "refused", says="cut off|end")
    yield Case("two-ends.zip", good + good[good.rfind(b"PK\x05\x06") :], "either")
    yield Case("self-extractor.exe", b"MZ" + bytes(1000) + good, "refused")
    yield Case("stored-bomb.zip", _overlap_stored(), "refused", says="overlap|zip")
    quoted = zipped({"a.txt": good}, zipfile.ZIP_STORED)
    yield Case("stored-zip-inside.zip", quoted)


def _names() -> Iterator[Case]:
    yield Case("traversal.zip", zipped({"../../../../../../tmp/prikaz-evil.txt": ORDER}), "read", _TEXT)
    yield Case("absolute.zip", zipped({"/tmp/prikaz-evil.txt": ORDER}), "read", _TEXT)
    yield Case("drive.zip", zipped({"C:\\Windows\\prikaz.txt": ORDER}), "read", _TEXT)
    yield Case("backslashes.zip", zipped({"..\\..\\prikaz.txt": ORDER}), "read", _TEXT)
    yield Case("dots.zip", zipped({"./a/./../приказ.txt": ORDER, "..": ORDER, ".": ORDER}), "read", _TEXT)
    yield Case("long-names.zip", zipped({"ы" * 20_000 + ".txt": ORDER}), "read", _TEXT)
    yield Case("deep-folders.zip", zipped({"a/" * 10_000 + "приказ.txt": ORDER}), "read", _TEXT)
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w") as container:
        warnings.simplefilter("ignore")
        container.writestr("приказ.txt", ORDER)
        container.writestr("приказ.txt", ORDER.replace("Тюшинская", "Вторая"))
        container.writestr("ПРИКАЗ.TXT", ORDER.replace("Тюшинская", "Третья"))
    yield Case("same-names.zip", stream.getvalue(), "read", _TEXT)
    link = zipfile.ZipInfo("ссылка.txt")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as container:
        container.writestr(link, "/etc/passwd")
        container.writestr("приказ.txt", ORDER)
    yield Case("symlink.zip", stream.getvalue(), "read", _TEXT, ("root:",))
    for encoding in ("cp866", "cp1251", "utf-8"):
        yield Case(f"name-{encoding}.zip", _raw_name("Приказ о школах.txt".encode(encoding)), "read", _TEXT)
    yield Case("name-bytes.zip", _raw_name(b"\xff\xfe\x80\x1b[31m\x07.txt"), "read", _TEXT)
    yield Case("name-nul.zip", _raw_name(b"a.txt\0.exe"), "either")
    yield Case("name-empty.zip", _raw_name(b""), "either")
    yield Case("folders-only.zip", zipped({"a/": "", "a/b/": ""}), "refused")
    yield Case(
        "rubbish-inside.zip",
        zipped({"Thumbs.db": "x", "__MACOSX/._приказ.txt": "x", ".DS_Store": "x", "приказ.txt": ORDER}),
        "read",
        _TEXT,
    )
    yield Case(
        "unreadable-inside.zip",
        zipped({"a.exe": b"MZ\x90\0" + bytes(99), "b.rar": b"Rar!\x1a\x07\0" + bytes(99)}),
        "refused",
    )


def _flagged(package: bytes, flags: int, first_only: bool = False) -> bytes:
    data = bytearray(package)
    for magic, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(magic)
        while at >= 0:
            data[at + offset] |= flags
            at = -1 if first_only else data.find(magic, at + 4)
    return bytes(data)


def _method(package: bytes, method: int) -> bytes:
    data = bytearray(package)
    for magic, offset in ((b"PK\x01\x02", 10), (b"PK\x03\x04", 8)):
        at = data.find(magic)
        while at >= 0:
            struct.pack_into("<H", data, at + offset, method)
            at = data.find(magic, at + 4)
    return bytes(data)


def _zip64() -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as container,
        container.open("приказ.txt", "w", force_zip64=True) as member,
    ):
        member.write(ORDER.encode())
    return stream.getvalue()


def _local_lies(package: bytes) -> bytes:
    data = bytearray(package)
    struct.pack_into("<II", data, 18, 0x7FFFFFFF, 5)
    return bytes(data)


def _raw_name(name: bytes) -> bytes:
    """An archive whose member's name is written as it is, without the flag for UTF-8."""
    packed = ORDER.encode()
    crc = zlib.crc32(packed)
    local = (
        struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 33, crc, len(packed), len(packed), len(name), 0)
        + name
    )
    central = (
        struct.pack(
            "<4s6H3I5H2I",
            b"PK\x01\x02",
            20,
            20,
            0,
            0,
            0,
            33,
            crc,
            len(packed),
            len(packed),
            len(name),
            0,
            0,
            0,
            0,
            0,
            0,
        )
        + name
    )
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local) + len(packed), 0)
    return local + packed + central + end


def _overlap_stored() -> bytes:
    """Each stored member holds the headers of all the members after it."""
    entries, data = [], b""
    for i in reversed(range(50)):
        body = data or b"x" * 1000
        name = b"%d.txt" % i
        crc = zlib.crc32(body)
        local = (
            struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 33, crc, len(body), len(body), len(name), 0)
            + name
        )
        data = local + body
        entries.append((name, crc, len(body), len(data)))
    total, central = len(data), b""
    for name, crc, size, length in entries:
        central += (
            struct.pack(
                "<4s6H3I5H2I",
                b"PK\x01\x02",
                20,
                20,
                0,
                0,
                0,
                33,
                crc,
                size,
                size,
                len(name),
                0,
                0,
                0,
                0,
                0,
                total - length,
            )
            + name
        )
    return data + central + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 50, 50, len(central), total, 0)
