"""A source is what its content says; what cannot be read is refused with a reason, never with a traceback."""

from __future__ import annotations

import email.message
import io
import os
import random
import struct
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from pipeline.errors import SourceError
from pipeline.messages import say
from pipeline.model import Source
from pipeline.ole import MAGIC as OLE_MAGIC
from pipeline.sniff import sniff

TEXT = "ПРИКАЗ\nот 15 июля 2021 г. № 657-ОД\nО мерах поддержки школ\n"


# ------------------------------------------------------------------------------------- documents made here


def a_docx() -> bytes:
    stream = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(TEXT)
    document.save(stream)
    return stream.getvalue()


def an_xlsx() -> bytes:
    stream = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = TEXT
    book.save(stream)
    return stream.getvalue()


def a_pdf() -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(100, 100, "Order 657")
    canvas.save()
    return stream.getvalue()


def an_image(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (40, 30), 255).save(stream, kind)
    return stream.getvalue()


def an_odf(mimetype: str, manifest: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", mimetype)
        archive.writestr("content.xml", "<a/>")
        archive.writestr("META-INF/manifest.xml", f"<m>{manifest}</m>")
    return stream.getvalue()


def an_opc(content_type: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Override ContentType="{content_type}"/></Types>')
    return stream.getvalue()


def an_ole(names: list[str], stream: bytes = b"") -> bytes:
    """A compound file with these streams under the root; the first one's first sector is `stream`."""
    end, free, fat_mark = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    header = OLE_MAGIC + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0, 0)[:40]
    header += struct.pack("<108I", *[free] * 108)
    fat = struct.pack("<128I", fat_mark, end, *range(3, 10), end, *[free] * 118)
    entries = b""
    for number, name in enumerate(["Root Entry", *names]):
        raw = (name + "\0").encode("utf-16-le")
        root = number == 0
        right = number + 1 if 0 < number < len(names) else free
        entry = raw.ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(raw), 5 if root else 2, 1, free, right, 1 if root else free
        )
        entries += entry.ljust(116, b"\0") + struct.pack("<IQ", 2, 0 if root else 4096)
    return header + fat + entries.ljust(512, b"\0")[:512] + stream.ljust(4096, b"\0")


def a_mail() -> bytes:
    message = email.message.EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Приказ"
    message.set_content(TEXT)
    return message.as_bytes()


HTML = "<!DOCTYPE html><html><head><title>Приказ</title></head><body><table></table></body></html>"
MHTML = (
    "MIME-Version: 1.0\nContent-Type: multipart/related;\n boundary=b\n\n--b\nContent-Type: text/html\n\n"
    + HTML
)
DOC = b"\xec\xa5\xc1\0" + bytes(600)
ENCRYPTED_DOC = b"\xec\xa5\xc1\0" + bytes(6) + b"\0\x01" + bytes(600)
XLS = struct.pack("<HH", 0x809, 16) + bytes(16) + struct.pack("<HH", 0x42, 2) + bytes(400)
ENCRYPTED_XLS = struct.pack("<HH", 0x809, 16) + bytes(16) + struct.pack("<HH", 0x2F, 4) + bytes(400)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."


def look(tmp_path: Path, data: bytes, name: str) -> str:
    """The format, or the reason."""
    path = tmp_path / "file"
    path.write_bytes(data)
    return outcome(path, name)


def outcome(path: Path, name: str) -> str:
    try:
        source = sniff(path, name)
    except SourceError as error:
        for lang in ("en", "ru"):
            assert say(error.reason, lang, **error.args_).isprintable()
        return error.reason
    assert isinstance(source, Source)
    return source.format


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (a_docx(), "docx"),
        (an_opc(WORD + "template.main+xml"), "docx"),
        (an_opc("application/vnd.ms-word.document.macroEnabled.main+xml"), "docx"),
        (an_xlsx(), "xlsx"),
        (an_odf("application/vnd.oasis.opendocument.text"), "odt"),
        (an_odf("application/vnd.oasis.opendocument.text-template"), "odt"),
        (an_odf("application/vnd.oasis.opendocument.spreadsheet\n"), "ods"),
        (a_pdf(), "pdf"),
        (b"junk before\r\n" + a_pdf(), "pdf"),
        (b"\xef\xbb\xbf{\\rtf1\\ansi x}", "rtf"),
        (an_ole(["WordDocument", "1Table"], DOC), "doc"),
        (an_ole(["Workbook"], XLS), "xls"),
        (an_ole(["Book"], XLS), "xls"),
        (an_image("PNG"), "image"),
        (an_image("JPEG"), "image"),
        (an_image("TIFF"), "image"),
        (HTML.encode("cp1251"), "html"),
        (HTML.encode("utf-16"), "html"),
        (b"\r\n <!-- saved from Word --><HTML xmlns:v='x'><body>", "html"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html>", "html"),
        (b"<table border=1><tr><td>1</td></tr></table>", "html"),
        (MHTML.encode(), "mhtml"),
        (a_mail(), "eml"),
        (TEXT.encode("utf-8"), "text"),
        (TEXT.encode("utf-8-sig"), "text"),
        (TEXT.encode("cp1251"), "text"),
        (TEXT.replace("№", "N").encode("cp866"), "text"),
        (TEXT.replace("№", "N").encode("koi8-r"), "text"),
        (TEXT.encode("mac-cyrillic"), "text"),
        (TEXT.encode("utf-16"), "text"),
        (TEXT.encode("utf-16-le"), "text"),
        (TEXT.encode("utf-16-be"), "text"),
        (TEXT.encode("utf-32"), "text"),
        (TEXT.encode("utf-32-be"), "text"),
        ("┌──┬──┐\n│№ │1 │\n└──┴──┘".replace("№", "N").encode("cp866"), "text"),
        (b"Key: value\nOther: value\n\nnot a mail", "text"),
    ],
)
def test_the_format_is_told_by_content_under_any_name(tmp_path: Path, data: bytes, format: str) -> None:
    assert look(tmp_path, data, "source") == format
    assert look(tmp_path, data, "source.unknown") == format


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.docx", "source.empty"),
        (b" \r\n\t\r\n", "a.txt", "source.blank"),
        ("\ufeff \n".encode("utf-16-le"), "a.txt", "source.blank"),
        (b"\0\0\xfe\xff", "a.txt", "source.blank"),  # the mark of UTF-32 alone
        (bytes(100), "a.docx", "source.damaged"),
        (bytes(200_000), "a.pdf", "source.damaged"),
        (TEXT.encode(), "a.docx", "source.wrong-type"),
        (TEXT.encode(), "a.pdf", "source.wrong-type"),
        (HTML.encode(), "a.pdf", "source.wrong-type"),
        (a_mail(), "a.xlsx", "source.wrong-type"),
        (random.Random(1).randbytes(5000), "a.txt", "source.wrong-type"),
        (random.Random(1).randbytes(5000), "a.docx", "source.wrong-type"),
        (random.Random(1).randbytes(5000), "a.bin", "source.unsupported"),
        (b"PK", "a.docx", "source.truncated"),
        (b"\xd0\xcf\x11", "a.doc", "source.truncated"),
        (OLE_MAGIC + bytes(100), "a.doc", "source.truncated"),
        (an_ole(["EncryptionInfo", "EncryptedPackage"]), "a.docx", "source.encrypted"),
        (an_ole(["WordDocument"], ENCRYPTED_DOC), "a.doc", "source.encrypted"),
        (an_ole(["Workbook"], ENCRYPTED_XLS), "a.xls", "source.encrypted"),
        (an_ole(["PowerPoint Document"]), "a.ppt", "source.unsupported"),
        (an_ole(["__properties_version1.0"]), "a.msg", "source.unsupported"),
        (
            an_odf("application/vnd.oasis.opendocument.text", "<encryption-data/>"),
            "a.odt",
            "source.encrypted",
        ),
        (an_odf("application/epub+zip"), "a.epub", "source.unsupported"),
        (
            an_opc("application/vnd.openxmlformats-officedocument.presentationml.x"),
            "a.pptx",
            "source.unsupported",
        ),
        (an_opc("application/vnd.ms-excel.sheet.binary.macroEnabled.main"), "a.xlsb", "source.unsupported"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), "a.7z", "source.archive-unsupported"),
        (b"Rar!\x1a\x07\x01\0" + bytes(100), "a.rar", "source.archive-unsupported"),
        (b"\x1f\x8b\x08" + bytes(100), "a.gz", "source.archive-unsupported"),
        (b"MZ\x90\0" + bytes(100), "order.docx.exe", "source.unsupported"),
        (b"<?xml version='1.0'?><a/>", "a.xml", "source.unsupported"),
        (
            b"<?xml version='1.0'?><?mso-application progid='Word.Document'?><w:wordDocument/>",
            "a.xml",
            "source.unsupported",
        ),
        (a_docx()[:3000], "a.docx", "source.truncated"),
        (b"\0\0" + a_docx()[2:], "a.docx", "source.damaged"),
        (b"\0\0\0\0\0\0" + a_pdf()[6:], "a.pdf", "source.damaged"),
        (an_image("PNG")[:20], "a.png", "source.truncated"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 60_000, 60_000), "a.png", "source.over-limit"),
    ],
)
def test_what_cannot_be_read_has_its_reason(tmp_path: Path, data: bytes, name: str, reason: str) -> None:
    assert look(tmp_path, data, name) == reason


@pytest.mark.parametrize("name", ["a.docx", "a.pdf", "a.doc", "a.txt", "a"])
def test_a_strong_signature_goes_before_any_suffix(tmp_path: Path, name: str) -> None:
    assert look(tmp_path, an_xlsx(), name) == "xlsx"


@pytest.mark.parametrize("name", ["a.doc", "a.xls", "a.rtf"])
def test_web_pages_saved_under_old_office_names_are_read(tmp_path: Path, name: str) -> None:
    assert look(tmp_path, HTML.encode(), name) == "html"


def test_size_and_digest_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    source = sniff(path, "dir/a.txt")
    assert (source.path, source.size) == ("dir/a.txt", 3)
    assert source.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def odd_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Things in a folder that are no files, and why they are refused."""
    (folder / "dir.docx").mkdir()
    yield folder / "dir.docx", "source.folder"
    os.mkfifo(folder / "fifo.txt")
    yield folder / "fifo.txt", "source.special"
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    yield folder / "loop.txt", "source.link-loop"
    (folder / "dangling.txt").symlink_to(folder / "nowhere")
    yield folder / "dangling.txt", "source.missing"
    (folder / "zero.txt").symlink_to("/dev/zero")
    yield folder / "zero.txt", "source.special"
    yield folder / "missing.txt", "source.missing"
    yield folder / ("x" * 300), "source.io"
    yield folder / "file\0name", "source.io"
    (folder / "plain").write_text("x")
    yield folder / "plain" / "below.txt", "source.io"


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    started = time.monotonic()
    for path, reason in odd_files(tmp_path):
        assert outcome(path, path.name) == reason, path
    assert time.monotonic() - started < 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    path.chmod(0)
    assert outcome(path, "a.txt") == "source.permission"


SEEDS = {
    "docx": a_docx(),
    "xlsx": an_xlsx(),
    "pdf": a_pdf(),
    "odt": an_odf("application/vnd.oasis.opendocument.text"),
    "doc": an_ole(["WordDocument", "1Table"], DOC),
    "xls": an_ole(["Workbook"], XLS),
    "png": an_image("PNG"),
    "jpg": an_image("JPEG"),
    "tif": an_image("TIFF"),
    "html": HTML.encode(),
    "eml": a_mail(),
    "txt": TEXT.encode(),
}


def variants(ending: str, count: int) -> Iterator[bytes]:
    """Damaged forms of one document: cut, with flipped bits, zeroed, doubled, with a part missing."""
    data, dice = SEEDS[ending], random.Random(ending)
    for _ in range(count):
        a, b = sorted((dice.randrange(len(data)), dice.randrange(len(data))))
        yield data[:a]
        flipped = bytearray(data)
        for _ in range(dice.choice((1, 1, 4, 64))):
            flipped[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        yield bytes(flipped)
        yield data[:a] + bytes(b - a) + data[b:]
        yield data[:a] + data[b:]
        yield data[:b] + data[a:]
        yield data[:a] + b"\xff" * 4 + data[a + 4 :]


@pytest.mark.parametrize("ending", SEEDS)
def test_no_damage_raises_anything_but_a_reason(tmp_path: Path, ending: str) -> None:
    for data in variants(ending, 10):
        for name in (f"a.{ending}", "a"):
            assert look(tmp_path, data, name)


@given(
    data=st.binary(max_size=2000),
    start=st.sampled_from([b"", b"PK\x03\x04", OLE_MAGIC, b"II*\0", b"\xff\xd8\xff"]),
)
def test_no_bytes_raise_anything_but_a_reason(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, start: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "file"
    path.write_bytes(start + data)
    assert outcome(path, "a.docx")


def test_a_name_never_brings_control_characters_into_a_message(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(TEXT.encode())
    name = "a.docx"
    assert outcome(path, name) == "source.wrong-type"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", f"<Types ContentType='{WORD}document.main+xml'/>")
        archive.writestr("word/\x1b[31m\u202e.xml", "<!DOCTYPE a><a/>")
    assert look(tmp_path, stream.getvalue(), name) == "source.doctype"
