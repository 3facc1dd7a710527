"""Pictures that unfold to much, are cut off or oddly coded, and files that are no files."""
# one file on one line is easier to read than broken

from __future__ import annotations

import io
import os
import random
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

from benchmarks.hostile_files.case import ORDER, Case
from benchmarks.hostile_files.make import png_file


def images_odd(rng: random.Random) -> Iterator[Case]:
    yield from _pictures()
    yield from _paths()


def _saved(form: str, mode: str = "RGB", size: tuple[int, int] = (300, 200), **options: object) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.new(mode, size).save(stream, form, **options)
    return stream.getvalue()


def _pictures() -> Iterator[Case]:
    for form, mode in (
        ("PNG", "1"),
        ("PNG", "P"),
        ("PNG", "LA"),
        ("PNG", "RGBA"),
        ("PNG", "I;16"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("TIFF", "1"),
        ("TIFF", "CMYK"),
        ("TIFF", "F"),
        ("TIFF", "LAB"),
        ("GIF", "P"),
        ("BMP", "RGB"),
        ("WEBP", "RGB"),
    ):
        data = _saved(form, mode)
        yield Case(f"black-{mode.replace(';', '')}.{form.lower()}", data)
        for n in (1, 3, 6):
            yield Case(f"cut{n}-{mode.replace(';', '')}.{form.lower()}", data[: len(data) * n // 7])
    for width, height in (
        (9_433, 9_433),
        (9_435, 9_435),
        (1, 65_000),
        (65_000, 1),
        (1, 1),
        (2**31 - 1, 2**31 - 1),
    ):
        small = width * height < 89_000_001
        data = png_file(width, height, None if width * height < 10**6 else b"\0" * 1000)
        yield Case(
            f"png-{width}x{height}.png",
            data,
            "either" if small else "refused",
            says="" if small else "image_pixels",
        )
    yield Case("png-82m.png", _saved("PNG", "1", (9000, 9100)))
    yield Case("tiff-82m.tiff", _saved("TIFF", "1", (9000, 9100), compression="group4"))
    yield Case("tiff-huge.tiff", _tiff(width=100_000, height=100_000), "refused", says="image_pixels|damaged")
    yield Case("tiff-loop.tiff", _tiff(width=100, height=100, following=8))
    yield Case("tiff-strips.tiff", _tiff(width=100, height=100, strips=2**31))
    from PIL import Image

    pages = [Image.new("L", (200, 200), 255) for _ in range(30)]
    stream = io.BytesIO()
    pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:])
    yield Case("tiff-30-pages.tiff", stream.getvalue())
    stream = io.BytesIO()
    pages[0].save(stream, "GIF", save_all=True, append_images=pages[1:])
    yield Case("animated.gif", stream.getvalue())
    stream = io.BytesIO()
    pages[0].save(stream, "PNG", save_all=True, append_images=pages[1:])
    yield Case("animated.png", stream.getvalue())
    exif = Image.Exif()
    exif[0x0112] = 6
    yield Case("turned.jpg", _saved("JPEG", exif=exif))
    exif[0x0112] = 99
    yield Case("turned-wrong.jpg", _saved("JPEG", exif=exif))
    yield Case("png-text-bomb.png", _text_chunk())
    yield Case("jpeg-as.docx", _saved("JPEG"))


def _tiff(width: int, height: int, following: int = 0, strips: int = 1) -> bytes:
    tags = [
        (256, width),
        (257, height),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, 200),
        (277, 1),
        (278, height),
        (279, strips),
    ]
    body = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", t, 4, 1, v) for t, v in tags)
    return b"II*\0" + struct.pack("<I", 8) + body + struct.pack("<I", following) + bytes(20_000)


def _text_chunk() -> bytes:
    import zlib

    packed = b"k\0\0" + zlib.compress(bytes(200 << 20), 9)
    chunk = (
        struct.pack(">I", len(packed)) + b"zTXt" + packed + struct.pack(">I", zlib.crc32(b"zTXt" + packed))
    )
    data = png_file(60, 40)
    return data[:33] + chunk + data[33:]


def _paths() -> Iterator[Case]:
    def special(name: str, make: object, says: str = "", verdict: str = "refused") -> Case:
        return Case(name, None, verdict, says=says, make=make)  # type: ignore[arg-type]  # any of the makers below

    yield special("folder.docx", Path.mkdir, "folder|directory")
    yield special("device.pdf", lambda p: p.symlink_to("/dev/null"), "regular")
    yield special("random.pdf", lambda p: p.symlink_to("/dev/urandom"), "regular")
    yield special("terminal.txt", lambda p: p.symlink_to("/dev/tty"))
    yield special("memory.txt", lambda p: p.symlink_to("/proc/self/mem"))
    yield special("kmsg.txt", lambda p: p.symlink_to("/proc/self/status"), verdict="either")
    yield special("two-links.txt", _two_links, "symbolic|loop")
    yield special("bound.pdf", _bound, "regular")
    yield special("to-folder.txt", lambda p: p.symlink_to("/"), "folder|directory")
    yield special("pipe-name\n.txt", lambda p: os.mkfifo(p), "pipe|regular")
    for name in (
        "a" * 250 + ".txt",
        "\t.txt",
        "a\x7f\x80.txt",
        "%s%n%x.txt",
        "{0}{x}.txt",
        "*.txt",
        "[a-z].txt",
        "~root.txt",
        "'; DROP TABLE.txt",
        "..txt",
        "...",
        ".hidden.txt",
        "-",
        "--help.txt",
        "\u202etxt.cod.txt",
        "é.txt",
        "e\u0301.txt",
        "\u2028.txt",
        "A.TXT",
        "a.TxT",
        "x.docx.txt",
        "x.txt.exe",
    ):
        yield Case(name, ORDER.encode(), "read", ("Коробецкая",))


def _two_links(path: Path) -> None:
    other = path.with_name("two-links-b.txt")
    other.unlink(missing_ok=True)
    other.symlink_to(path.name)
    path.symlink_to(other.name)


def _bound(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(path.parent)
        try:
            server.bind(path.name)
        finally:
            os.chdir(here)
