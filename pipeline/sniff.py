"""What a file is, by its content. Its suffix only decides what plain text may be called.

ZIP containers are told apart by `[Content_Types].xml` and `mimetype`, OLE files by their streams, the rest by
signatures (`data/signatures.csv`). What cannot be read at all is refused here, with a reason.
"""

from __future__ import annotations

import contextlib
import csv
import errno
import hashlib
import io
import os
import re
import stat
import struct
import zipfile
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import IO, cast

from pipeline import zipguard
from pipeline.errors import SourceError
from pipeline.limits import Limits, current
from pipeline.model import Source, note
from pipeline.ole import MAGIC as OLE_MAGIC
from pipeline.ole import OleFile
from pipeline.safe import printable
from pipeline.sniff_image import pixels
from pipeline.sniff_text import sniff_text

_HEAD = 1 << 16
_PDF_JUNK = 1024  # readers accept this much before %PDF- (ISO 32000-1, Annex H, note 13)
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OPC = (
    (
        re.compile(rb"(wordprocessingml\.(document|template)|ms-word\.(document|template)\.\w+)\.main\+xml"),
        "docx",
    ),
    (re.compile(rb"ms-excel\.sheet\.binary"), "xlsb"),
    (re.compile(rb"(spreadsheetml\.(sheet|template)|ms-excel\.(sheet|template)\.\w+)\.main\+xml"), "xlsx"),
    (re.compile(rb"presentationml|ms-powerpoint"), "presentation"),
    (re.compile(rb"ms-visio"), "drawing"),
)
_ODF = (
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/vnd.oasis.opendocument.presentation", "presentation"),
    ("application/vnd.oasis.opendocument.graphics", "drawing"),
    ("application/vnd.oasis.opendocument", "opendocument"),
    ("application/epub+zip", "epub"),
)
_XLS_FILEPASS = 0x2F  # [MS-XLS] 2.4.117
_XLS_STARTS = (b"\x09\x08", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
_READABLE = frozenset({"docx", "xlsx", "odt", "ods", "zip", "eml", "mhtml", "html", "text", "doc", "xls"})


def sniff(path: Path, name: str, limits: Limits | None = None) -> Source:
    """What the file at `path` is; `name` is how people are shown it (its suffix counts, not that of `path`).

    Raises SourceError with one of the reasons `source.*`.
    """
    limits = limits or current()
    with open_regular(path) as stream, _reading():
        size = os.fstat(stream.fileno()).st_size
        if size == 0:
            raise SourceError("source.empty")
        limits.check("source_bytes", size)
        head = stream.read(_HEAD)
        format = _format(path, stream, head, size, suffix(name), limits)
        stream.seek(0)
        digest = hashlib.file_digest(cast(io.BufferedReader, stream), "sha256").hexdigest()
    return Source(path=name, sha256=digest, format=format, size=size)


def suffix(name: str) -> str:
    """The suffix of a shown name in lower case without the dot, "" if there is none."""
    return name.rsplit("/", 1)[-1].rpartition(".")[2].lower() if "." in name.rsplit("/", 1)[-1] else ""


@contextlib.contextmanager
def open_regular(path: Path) -> Iterator[IO[bytes]]:
    """The file opened for reading; never waits for a pipe. Raises SourceError if it is no readable file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise SourceError("source.missing") from error
    except PermissionError as error:
        raise SourceError("source.permission") from error
    except (OSError, ValueError) as error:
        raise _unreadable(error) from error
    with os.fdopen(descriptor, "rb") if _is_file(descriptor) else contextlib.nullcontext() as stream:
        assert stream is not None
        yield stream


def _is_file(descriptor: int) -> bool:
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return True
    os.close(descriptor)
    raise SourceError("source.folder" if stat.S_ISDIR(mode) else "source.special")


def _unreadable(error: OSError | ValueError) -> SourceError:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.ELOOP:
        return SourceError("source.link-loop")
    if number in (errno.ENXIO, errno.ENODEV, errno.EOPNOTSUPP):
        return SourceError("source.special")
    return SourceError("source.io", detail=printable(os.strerror(number) if number else error))


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unreadable(error) from error


def _format(path: Path, stream: IO[bytes], head: bytes, size: int, ending: str, limits: Limits) -> str:
    if head.startswith(_ZIP_STARTS):
        with zipguard.opened(path, limits) as container:
            return _zip_format(container, limits)
    if head.startswith(OLE_MAGIC):
        return _readable(_ole_format(OleFile(stream, size)))
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return "rtf"
    for offset, magic, format, found in _signatures():
        if head.startswith(magic, offset):
            if format == "image":
                limits.check("image_pixels", pixels(stream, found))
            if format in ("pdf", "image"):
                return format
            reason = "source.archive-unsupported" if format == "archive" else "source.unsupported"
            raise SourceError(reason, found=note(f"source.found.{found}"))
    if head.startswith(_XLS_STARTS[1:]) or (
        head.startswith(_XLS_STARTS[0]) and len(head) > 8 and head[3] == 0
    ):
        return "xls"
    if b"%PDF-" in head[:_PDF_JUNK]:
        return "pdf"
    return _text_format(stream, head, size, ending)


def _text_format(stream: IO[bytes], head: bytes, size: int, ending: str) -> str:
    if not head.strip(b"\0"):
        if not _anything(stream, b"\0"):
            raise zipguard.damaged("zeros")
        raise zipguard.damaged("header")
    found = sniff_text(head, whole=len(head) == size)
    weak = _suffixes().get(ending)
    if found is None:
        _explain_broken(stream, size, ending)
        if weak is not None or ending in (
            "txt",
            "text",
            "csv",
            "tsv",
            "md",
            "htm",
            "html",
            "mht",
            "mhtml",
            "eml",
        ):
            raise SourceError("source.wrong-type", suffix="." + ending, found=note("source.found.binary"))
        raise SourceError("source.unsupported", found=note("source.found.binary"))
    kind, text = found
    if not text.strip("\ufeff\u200b\0 \t\r\n\f\v\x1a\xa0") and not _anything(
        stream, b"\xff\xfe\xef\xbb\xbf\0 \t\r\n\f"
    ):
        raise SourceError("source.blank")
    if weak is not None and kind not in weak:
        _explain_broken(stream, size, ending)
        raise SourceError("source.wrong-type", suffix="." + ending, found=note(f"source.found.{kind}"))
    return _readable(kind)


def _explain_broken(stream: IO[bytes], size: int, ending: str) -> None:
    """Raise if the end of the file still shows the format that its beginning does not."""
    stream.seek(max(0, size - _HEAD))
    tail = stream.read()
    broken_pdf = ending == "pdf" and (b"%%EOF" in tail or b"endobj" in tail)
    broken_zip = _suffixes().get(ending) is not None and b"PK\x05\x06" in tail
    if broken_pdf or broken_zip:
        raise zipguard.damaged("header")
    stream.seek(0)
    start = stream.read(8)
    if size < 8 and any(magic.startswith(start) for magic in (*_ZIP_STARTS, OLE_MAGIC, b"%PDF-")):
        raise SourceError("source.truncated", detail=note("source.detail.short"))


def _anything(stream: IO[bytes], blanks: bytes) -> bool:
    stream.seek(0)
    return any(chunk.strip(blanks) for chunk in iter(lambda: stream.read(_HEAD), b""))


def _readable(kind: str) -> str:
    if kind not in _READABLE:
        raise SourceError("source.unsupported", found=note(f"source.found.{kind}"))
    return kind


def _zip_format(container: zipfile.ZipFile, limits: Limits) -> str:
    names = {info.filename for info in container.infolist()}
    kind = _package_kind(container, names, limits)
    if kind is None:
        return "zip"
    _readable(kind)
    if "META-INF/manifest.xml" in names and kind in ("odt", "ods"):
        manifest = zipguard.read(container, "META-INF/manifest.xml", limits)
        if b"encryption-data" in manifest:
            raise SourceError("source.encrypted")
    zipguard.check_document(container, limits)
    return kind


def _package_kind(container: zipfile.ZipFile, names: set[str], limits: Limits) -> str | None:
    if "[Content_Types].xml" in names:
        types = zipguard.read(container, "[Content_Types].xml", limits)
        for pattern, kind in _OPC:
            if pattern.search(types):
                return kind
    for part, kind in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx")):
        if part in names:
            return kind
    if "mimetype" in names:
        declared = zipguard.read(container, "mimetype", limits)[:200].decode("ascii", "replace").strip()
        for prefix, kind in _ODF:
            if declared.startswith(prefix):
                return kind
    if {"content.xml", "META-INF/manifest.xml"} <= names:
        manifest = zipguard.read(container, "META-INF/manifest.xml", limits).decode("utf-8", "replace")
        for prefix, kind in _ODF:
            if f'"{prefix}' in manifest:
                return kind
    return None


def _ole_format(file: OleFile) -> str:
    names = file.entries
    if "EncryptedPackage" in names:
        raise SourceError("source.encrypted")
    if "WordDocument" in names:
        start = file.head("WordDocument")
        if len(start) > 12 and struct.unpack_from("<H", start, 10)[0] & 0x0100:  # fEncrypted, [MS-DOC] 2.5.2
            raise SourceError("source.encrypted")
        return "doc"
    for name in ("Workbook", "Book"):
        if name in names:
            if _xls_encrypted(file.head(name)):
                raise SourceError("source.encrypted")
            return "xls"
    if "PowerPoint Document" in names:
        return "presentation"
    if "__properties_version1.0" in names:
        return "msg"
    return "ole"


def _xls_encrypted(start: bytes) -> bool:
    at = 0
    while at + 4 <= len(start):
        record, length = struct.unpack_from("<HH", start, at)
        if record == _XLS_FILEPASS:
            return True
        at += 4 + length
    return False


@cache
def _signatures() -> tuple[tuple[int, bytes, str, str], ...]:
    return tuple(
        (int(row["offset"]), bytes.fromhex(row["hex"]), row["format"], row["found"])
        for row in _data("signatures.csv")
    )


@cache
def _suffixes() -> dict[str, frozenset[str]]:
    """Suffixes that promise more than text, each with the kinds of text that may still be called so."""
    return {row["suffix"]: frozenset(row["weak"].split()) for row in _data("suffixes.csv")}


def _data(name: str) -> list[dict[str, str]]:
    text = (resources.files("pipeline") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
