"""ZIP containers and their XML, opened without trusting a single figure in them.

What is refused: more members or bytes than `limits` allow, other methods than stored and deflate, members
that overlap (CVE-2024-0450; also where Python's own check is missing), a DOCTYPE, and XML nested too deep.
Sizes are counted while inflating, the declared ones are checked before.
"""

from __future__ import annotations

import contextlib
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pipeline.errors import SourceError
from pipeline.limits import Limits, current, over_limit
from pipeline.model import Note, note
from pipeline.safe import printable

if TYPE_CHECKING:
    from lxml import etree

# what zipfile and zlib raise on damaged containers, found by flipping bits (tests/test_sniff.py)
ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    UnicodeError,
    ValueError,
    struct.error,
)
_CHUNK = 1 << 18
_ENCRYPTED = 0x1
_END = b"PK\x05\x06"
_END_SIZE, _LONGEST_COMMENT = 22, 0xFFFF
_DIRECTORY_BYTES_A_MEMBER = 1024  # names and extra fields of a usual member take about 100
_PROLOG = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)


@contextlib.contextmanager
def opened(path: Path, limits: Limits | None = None) -> Iterator[zipfile.ZipFile]:
    """The container at `path` with its directory checked. Raises SourceError."""
    limits = limits or current()
    with path.open("rb") as stream:
        _check_end(stream, limits)
        try:
            container = zipfile.ZipFile(stream)
        except ERRORS as error:
            raise damaged("zip-directory") from error
        with container:
            check_directory(container, stream, limits)
            yield container


def check_directory(container: zipfile.ZipFile, stream: IO[bytes], limits: Limits) -> None:
    """Raise SourceError unless all that the directory declares is within the limits and lies side by side."""
    members = container.infolist()
    limits.check("zip_members", len(members))
    total = 0
    for info in members:
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged("zip-method", name=printable(info.filename))
        total += info.file_size
        limits.check("zip_member_bytes", info.file_size)
        limits.check("zip_total_bytes", total)
        ratio_matters = info.file_size > limits.zip_ratio_above
        if ratio_matters and info.file_size > info.compress_size * limits.zip_ratio:
            raise over_limit(limits, "zip_ratio")
    _check_overlap(members, stream, container.start_dir)


def is_encrypted(info: zipfile.ZipInfo) -> bool:
    return bool(info.flag_bits & _ENCRYPTED)


def read(container: zipfile.ZipFile, member: str | zipfile.ZipInfo, limits: Limits | None = None) -> bytes:
    """One member, inflated and CRC-checked. Raises SourceError (damaged, encrypted, over-limit)."""
    return b"".join(chunks(container, member, limits))


def chunks(
    container: zipfile.ZipFile, member: str | zipfile.ZipInfo, limits: Limits | None = None
) -> Iterator[bytes]:
    """`read` in pieces, for members that need not be in memory at once."""
    limits = limits or current()
    name = member if isinstance(member, str) else member.filename
    try:
        info = container.getinfo(member) if isinstance(member, str) else member
    except KeyError as error:
        raise damaged("zip-missing", name=printable(name)) from error
    if is_encrypted(info):
        raise SourceError("source.encrypted")
    size = 0
    try:
        with container.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                limits.check("zip_member_bytes", size)
                yield chunk
    except ERRORS as error:
        raise damaged("zip-member", name=printable(name)) from error
    if size != info.file_size:
        raise damaged("zip-member", name=printable(name))


def check_document(container: zipfile.ZipFile, limits: Limits) -> None:
    """Raise SourceError if a member is there twice, inflates beyond a limit, or is XML with a DOCTYPE.

    For containers that are one document (DOCX, XLSX, ODT, ODS). Damage is left to their readers: a broken
    picture or theme costs no row.
    """
    seen: set[str] = set()
    total = 0
    for info in container.infolist():
        name = info.filename
        if name in seen:
            raise damaged("zip-twice", name=printable(name))
        seen.add(name)
        head = b""
        try:
            for chunk in chunks(container, info, limits):
                total += len(chunk)
                limits.check("zip_total_bytes", total)
                if len(head) < limits.xml_prolog_bytes:
                    head += chunk[: limits.xml_prolog_bytes]
        except SourceError as error:
            if error.reason != "source.damaged":  # the reader keeps what it can and says what it could not
                raise
        # old OpenOffice manifests name their DTD, which nobody follows
        if name.lower().endswith((".xml", ".rels", ".vml")) and not name.startswith("META-INF/"):
            check_prolog(head, name)


def check_prolog(head: bytes, part: str) -> None:
    """Raise SourceError `source.doctype` if a DOCTYPE stands before the first element in `head`."""
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")  # UTF-16 read as if it were ASCII
    at = 0
    while match := _PROLOG.match(text, at):
        at = match.end()
    if text[at : at + 9].upper() == b"<!DOCTYPE" or (text[at : at + 4] == b"<!--" and len(text) > 4096):
        raise SourceError("source.doctype", part=printable(part))


def parse_xml(data: bytes, part: str, limits: Limits | None = None) -> etree._Element:
    """The root element of an XML part: no entities, no network, no DOCTYPE, depth within the limit.

    Raises SourceError (damaged, doctype, too-deep).
    """
    from lxml import etree

    limits = limits or current()
    check_prolog(data[: limits.xml_prolog_bytes], part)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error):
            raise too_deep(part, limits) from error
        raise damaged("xml", part=printable(part)) from error
    check_depth(root, part, limits)
    return root


def check_depth(root: etree._Element, part: str, limits: Limits | None = None) -> None:
    """Raise SourceError `source.too-deep` if `root` (level 1) holds more levels than `limits.xml_depth`."""
    limits = limits or current()
    if root.xpath("boolean(./" + "/".join(["*"] * limits.xml_depth) + ")"):
        raise too_deep(part, limits)


def too_deep(part: str, limits: Limits) -> SourceError:
    return SourceError("source.too-deep", part=printable(part), allowed=limits.xml_depth)


def damaged(detail: str, **args: object) -> SourceError:
    """SourceError `source.damaged` with the sentence `source.detail.DETAIL`."""
    return SourceError("source.damaged", detail=_detail(detail, **args))


def _detail(detail: str, **args: object) -> Note:
    return note(f"source.detail.{detail}", **args)


def _check_end(stream: IO[bytes], limits: Limits) -> None:
    """Find the end record and refuse a directory so long that listing it would already take all memory."""
    size = stream.seek(0, 2)
    tail_at = max(0, size - _END_SIZE - _LONGEST_COMMENT)
    stream.seek(tail_at)
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise SourceError("source.truncated", detail=_detail("zip-no-end"))
    directory = struct.unpack_from("<I", tail, at + 12)[0]
    if directory == 0xFFFFFFFF and at >= 20 and tail[at - 20 : at - 16] == b"PK\x06\x07":
        stream.seek(min(struct.unpack_from("<Q", tail, at - 12)[0], size))
        record = stream.read(56)
        if len(record) == 56 and record[:4] == b"PK\x06\x06":
            directory = struct.unpack_from("<Q", record, 40)[0]
    if directory > limits.zip_members * _DIRECTORY_BYTES_A_MEMBER:
        raise over_limit(limits, "zip_members")
    stream.seek(0)


def _check_overlap(members: list[zipfile.ZipInfo], stream: IO[bytes], directory: int) -> None:
    """Each member's data must end before the next one's header; the lengths in the local header count."""
    ordered = sorted(members, key=lambda info: info.header_offset)
    ends = [*(info.header_offset for info in ordered[1:]), directory][: len(ordered)]
    for info, end in zip(ordered, ends, strict=True):
        try:
            stream.seek(info.header_offset)
        except (OSError, ValueError, OverflowError) as error:
            raise damaged("zip-directory") from error
        header = stream.read(30)
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise damaged("zip-member", name=printable(info.filename))
        name_length, extra_length = struct.unpack_from("<HH", header, 26)
        if info.header_offset + 30 + name_length + extra_length + info.compress_size > end:
            raise damaged("zip-overlap", name=printable(info.filename))
