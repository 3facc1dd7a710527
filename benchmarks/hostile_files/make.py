"""Small whole files of every format, and ways to change them."""
# ruff: noqa: E501  # markup of one file on one line is easier to read than broken

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import forms, orders
from tests.extractors import word_files as w
from tests.pdfmake import raw_pdf


def whole(form: str) -> bytes:
    """A small order as docx, pdf, html or text."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"order.{form}"
        getattr(forms, f"make_{form}")(path, orders.generate(1)[0])
        return path.read_bytes()


def docx_file(body: str, **options: str) -> bytes:
    with TemporaryDirectory() as folder:
        return w.write(Path(folder) / "x.docx", body, **options).read_bytes()


def zipped(members: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as container:
        for name, data in members.items():
            container.writestr(name, data)
    return stream.getvalue()


def changed(package: bytes, **parts: bytes | str | None) -> bytes:
    """A package with parts replaced: `word__document` is `word/document.xml`; None leaves it out."""
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        members: dict[str, bytes | str] = {i.filename: old.read(i) for i in old.infolist()}
    for name, data in parts.items():
        path = {"types": "[Content_Types].xml", "rels": "_rels/.rels"}.get(
            name, name.replace("__", "/") + ".xml"
        )
        if data is None:
            members.pop(path, None)
        else:
            members[path] = data
    return zipped(members)


def flipped(data: bytes, rng: random.Random, n: int) -> bytes:
    out = bytearray(data)
    for _ in range(n):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def with_part(package: bytes, name: str, data: bytes | str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        members: dict[str, bytes | str] = {i.filename: old.read(i) for i in old.infolist()}
    return zipped({**members, name: data})


def rtf_file(text: str) -> bytes:
    out = "".join(c if ord(c) < 128 and c not in "\\{}" else f"\\u{ord(c)}?" for c in text).replace(
        "\t", "\\tab "
    )
    return ("{\\rtf1\\ansi\\ansicpg1251 " + out.replace("\n", "\\par\n") + "}").encode()


def odt_file(
    body: str, mimetype: str = "application/vnd.oasis.opendocument.text", manifest: str = ""
) -> bytes:
    spaces = " ".join(
        f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{p}:1.0"'
        for p in ("office", "text", "table", "style")
    )
    kind = "spreadsheet" if "spreadsheet" in mimetype else "text"
    content = (
        body
        if body.startswith("<?xml")
        else f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>'
    )
    return zipped(
        {
            "mimetype": mimetype,
            "content.xml": content,
            "META-INF/manifest.xml": f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{manifest}</manifest:manifest>',
        }
    )


def xlsx_file(rows: list[list[object]], **parts: str) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def pdf_file(
    content: bytes = b"BT /F 12 Tf 50 700 Td (Order of the department 657) Tj ET",
    *,
    page: bytes = b"/MediaBox [0 0 595 842]",
    kids: bytes = b"[3 0 R]",
    count: bytes = b"1",
    more: tuple[bytes, ...] = (),
    stream: bytes | None = None,
) -> bytes:
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    return raw_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids " + kids + b"/Count " + count + b">>",
            b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>"
            + page
            + b">>",
            stream or b"<</Length %d>>stream\n" % len(content) + content + b"\nendstream",
            font,
            *more,
        ]
    )


def flate(data: bytes, times: int = 1, more: bytes = b"") -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return (
        b"<</Length %d/Filter[%s]%s>>stream\n" % (len(data), b"/FlateDecode " * times, more)
        + data
        + b"\nendstream"
    )


def png_file(width: int, height: int, data: bytes | None = None) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    raw = zlib.compress(data if data is not None else (b"\0" + b"\xff" * width) * height)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", raw)
        + chunk(b"IEND", b"")
    )
