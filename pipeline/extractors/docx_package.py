"""The container of a DOCX file: its members, their relations, and XML that may be damaged.

Office Open XML part 2 (ECMA-376-2, ISO/IEC 29500-2): `_rels/.rels` names the main part,
`word/_rels/document.xml.rels` the others. Both the transitional and the strict dialect are read: the strict
namespace is turned into the transitional one before parsing. No external relation is ever followed, no DTD
and no entity is ever read.

`python-docx` is not used for opening: it parses every part into a tree at once (0.8 GB for a table of
100,000 rows), refuses strict and macro files and gives up on a missing part; see `benchmarks/docx_speed.py`
for the figures.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from pipeline import zipguard
from pipeline.errors import SourceError
from pipeline.extractors import docx_looks
from pipeline.limits import current
from pipeline.model import Note, note

STREAM_ABOVE = 24 * 2**20  # bytes of XML; a tree takes some twelve times as much memory
_CHUNK = 2**16
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_W = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DIALECT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", _W),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
)
SAFE: dict[str, Any] = {  # for every XML parser
    "resolve_entities": False,
    "no_network": True,
    "remove_comments": True,
    "remove_pis": True,
}
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Relation:
    """`kind` is the last word of the relation's type (`styles`, `footnotes`), `target` a part's name."""

    kind: str
    target: str
    external: bool = False


@dataclass(slots=True)
class Package:
    """An open container. `notes` collects what of it could not be read."""

    archive: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]
    notes: list[Note] = field(default_factory=list)

    def has(self, part: str) -> bool:
        return part.lower() in self.members

    def size(self, part: str) -> int:
        return self.members[part.lower()].file_size

    def open(self, part: str, *, looks: bool = True) -> io.RawIOBase:
        """The part's bytes as a stream in the transitional dialect, ending where damage begins.

        `looks=False`: without what says only how text looks (see `docx_looks`).
        """
        return _Stream(self, part, looks)

    def read(self, part: str, *, looks: bool = True) -> bytes | None:
        """The part's bytes; None if there is no such part."""
        if not self.has(part):
            return None
        return self.open(part, looks=looks).read()

    def tree(self, part: str, *, looks: bool = True) -> etree._Element | None:
        """The part's root element, of a damaged part as far as it can be read; None if there is none."""
        data = self.read(part, looks=looks)
        if not data:
            return None
        return parse(data, part, self.notes)

    def relations(self, part: str) -> dict[str, Relation]:
        """The relations of a part (`""`: of the package) by id."""
        folder, name = posixpath.split(part)
        root = self.tree(posixpath.join(folder, "_rels", name + ".rels"))
        found: dict[str, Relation] = {}
        if root is None:
            return found
        for element in root.iter("{*}Relationship"):
            target = element.get("Target", "").replace("\\", "/")
            external = element.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            kind = element.get("Type", "").rsplit("/", 1)[-1]
            found[element.get("Id", "")] = Relation(kind, target, external)
        return found

    def main_part(self) -> str:
        """The name of the part that holds the text. Raises SourceError if there is none."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument" and self.has(relation.target):
                return relation.target
        for name in self.members:
            if name.endswith("word/document.xml"):
                self.notes.append(note("word.no-relations"))
                return name
        raise SourceError("word.no-document")


def open_package(path: Path) -> Package:
    """Opens a ZIP container. Raises SourceError with the keys `word.encrypted`, `word.not-zip`,
    `word.damaged-zip`.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(8)
            if head == _OLE:
                text = head + stream.read(2**22)
                encrypted = "EncryptedPackage".encode("utf-16-le") in text
                raise SourceError("word.encrypted" if encrypted else "word.not-zip")
        if not head.startswith(b"PK"):
            raise SourceError("word.not-zip")
        archive = zipfile.ZipFile(path)
        members = {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in archive.infolist()}
    except UNREADABLE as error:
        raise SourceError("word.damaged-zip") from error
    if any(info.flag_bits & 1 for info in members.values()):
        raise SourceError("word.encrypted")
    return Package(archive, members)


class _Stream(io.RawIOBase):
    """A part inflated chunk by chunk: dialect translated, size limited, damage noted and taken for the
    end.
    """

    def __init__(self, package: Package, part: str, looks: bool) -> None:
        self._package, self._part = package, part
        self._chunks = self._inflate() if looks else docx_looks.without(self._inflate())
        self._rest = b""

    def _inflate(self) -> Iterator[bytes]:
        total, limits = 0, current()
        try:
            with self._package.archive.open(self._package.members[self._part.lower()]) as member:
                while chunk := member.read(_CHUNK):
                    if total == 0 and not self._part.startswith("META-INF/"):
                        chunk = _transitional(chunk)
                    total += len(chunk)
                    limits.check("zip_member_bytes", total)
                    yield chunk
        except UNREADABLE:
            self._package.notes.append(note("word.damaged-part", part=self._part))

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        if size is None or size < 0:
            data = self._rest + b"".join(self._chunks)
            self._rest = b""
            return data
        if not self._rest:
            self._rest = next(self._chunks, b"")
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


def _transitional(head: bytes) -> bytes:
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise SourceError("word.doctype")
    if b"purl.oclc.org" in head:
        for strict, transitional in _DIALECT:
            head = head.replace(strict, transitional)
    return head


def parse(data: bytes, part: str, notes: list[Note]) -> etree._Element | None:
    """The root of a part's XML. Damaged XML is read as far as it goes, with a note; None if nothing is
    left.
    """
    parser = etree.XMLParser(**SAFE)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise_if_memory(error)
        raise_if_too_deep(parser.error_log, part)  # the error's own log holds those of earlier files too
        known = note("word.damaged-part", part=part)
        if known not in notes:
            notes.append(known)
    try:
        return etree.fromstring(data, etree.XMLParser(recover=True, **SAFE))
    except etree.XMLSyntaxError as error:
        raise_if_memory(error)
        return None


def raise_if_too_deep(log: Any, part: str) -> None:
    """What lies deeper than libxml2 goes would be lost; `log` is its list of errors. Raises SourceError."""
    if any("depth" in entry.message for entry in log):
        raise zipguard.too_deep(part, current())


def raise_if_memory(error: etree.XMLSyntaxError) -> None:
    """lxml reports memory that ran out as a syntax error «unknown error» (or libxml2's code 2)."""
    if getattr(error, "code", 0) == 2 or "unknown error" in str(error):
        raise MemoryError from error
