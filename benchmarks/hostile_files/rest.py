"""Images, empty and binary files, odd names, and what is no file at all."""
# markup of one file on one line is easier to read than broken

from __future__ import annotations

import os
import random
import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.hostile_files.case import ORDER, Case
from benchmarks.hostile_files.make import (
    png_file,
)


def rest(rng: random.Random) -> Iterator[Case]:
    yield Case("white.png", png_file(600, 400))
    yield Case("huge.png", png_file(100_000, 100_000, b"\0" * 1000), "refused", says="image_pixels")
    yield Case("zero.png", png_file(0, 0, b""))
    yield Case("huge.gif", b"GIF89a\xff\xff\xff\xff\0\0\0;", "refused")
    yield Case(
        "huge.bmp",
        b"BM" + struct.pack("<IHHIIiiHHIIiiII", 100, 0, 0, 54, 40, 2**30, 2**30, 1, 24, 0, 0, 0, 0, 0, 0),
        "refused",
    )
    yield Case("short.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0", "refused")
    yield Case("loop.tiff", b"II*\0\x08\0\0\0\0\0\x08\0\0\0", "refused")
    for name in ("txt", "docx", "pdf", "html", "xlsx", "odt", "rtf", "png", "zip", "eml", ""):
        yield Case(f"empty.{name}" if name else "empty", b"", "refused", says="empty")
        yield Case(f"spaces.{name}" if name else "spaces", b" \n\t" * 50, "refused")
        yield Case(f"zeros.{name}" if name else "zeros", bytes(5000), "refused")
        yield Case(f"noise.{name}" if name else "noise", rng.randbytes(5000), "refused")
        yield Case(f"byte.{name}" if name else "byte", b"P", "either")
    for name, magic in {
        "7z": b"7z\xbc\xaf\x27\x1c",
        "rar": b"Rar!\x1a\x07\0",
        "gz": b"\x1f\x8b\x08\0",
        "xz": b"\xfd7zXZ\0",
        "exe": b"MZ\x90\0",
        "djvu": b"AT&TFORM",
        "ps": b"%!PS-Adobe-3.0\n",
    }.items():
        yield Case(f"magic.{name}", magic + rng.randbytes(500), "refused")
    for name in (
        "приказ\nв две строки.txt",
        "цвет\x1b[31m\x07.txt",
        "😀 приказ.txt",
        "-rf.txt",
        "ы" * 120 + ".txt",
        "право\u202eslevo.txt",
        "пробел .txt",
        "  .txt",
        "a'b\"c;$(x).txt",
        "=cmd().txt",
        "<script>.txt",
        os.fsdecode(b"\xff\xfe.txt"),
        "нет суффикса",
        "CON.txt",
        "a%00b.txt",
    ):
        yield Case(name, ORDER.encode() + name.encode(errors="replace"), "read", ("Коробецкая",))
        yield Case("bad " + name, b"\x7fELF" + rng.randbytes(100), "refused")

    def special(name: str, make: Callable[[Path], None], says: str = "") -> Case:
        return Case(name, None, "refused", says=says, make=make)

    yield special("fifo.docx", lambda p: os.mkfifo(p), "pipe")
    yield special("loop.txt", lambda p: p.symlink_to(p.name), "symbolic")
    yield special("dangling.txt", lambda p: p.symlink_to("nowhere"), "no such file")
    yield special("null.txt", lambda p: p.symlink_to("/dev/zero"), "regular")
    yield special("socket.txt", _socket, "regular")
    if os.getuid():
        yield special("locked.txt", _locked, "permission")


def _locked(path: Path) -> None:
    path.write_text("x")
    path.chmod(0)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(path.parent)
        try:
            server.bind(path.name)
        finally:
            os.chdir(here)
