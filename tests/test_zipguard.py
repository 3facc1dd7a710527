"""Containers are opened without trusting a figure in them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import zipguard
from pipeline.errors import SourceError
from pipeline.limits import DEFAULT, Limits


def build(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def reason(path: Path, limits: Limits = DEFAULT, *, document: bool = True) -> str:
    """Why the container is refused: the message key, and the name of a limit; "" if it is read."""
    try:
        with zipguard.opened(path, limits) as container:
            if document:
                zipguard.check_document(container, limits)
            for info in container.infolist():
                zipguard.read(container, info, limits)
    except SourceError as error:
        return (
            f"{error.reason} {error.args_['name']}" if error.reason == "source.over-limit" else error.reason
        )
    return ""


def test_a_sound_container_is_read(tmp_path: Path) -> None:
    path = build(tmp_path / "a.zip", {"a.xml": b"<?xml version='1.0'?><a/>", "b": b"x" * 1000})
    assert reason(path) == ""


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_than_stored_and_deflate_are_refused(tmp_path: Path, method: int) -> None:
    assert reason(build(tmp_path / "a.zip", {"a": b"x"}, method)) == "source.damaged"


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    path = build(tmp_path / "a.zip", {f"{n}": b"" for n in range(1001)})
    assert reason(path) == "source.over-limit zip_members"
    assert reason(path, replace(DEFAULT, zip_members=1001)) == ""


def test_a_directory_that_would_fill_the_memory_is_refused_before_it_is_listed(tmp_path: Path) -> None:
    path = build(tmp_path / "a.zip", {f"{n:0200}": b"" for n in range(6000)})
    assert reason(path) == "source.over-limit zip_members"


def test_a_decompression_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    path = build(tmp_path / "a.zip", {"bomb": bytes(40 << 20)})
    assert reason(path) == "source.over-limit zip_ratio"


def test_a_small_member_may_have_any_ratio(tmp_path: Path) -> None:
    assert reason(build(tmp_path / "a.zip", {"small": bytes(8 << 20)})) == ""


@pytest.mark.parametrize(("limit", "value"), [("zip_member_bytes", 999), ("zip_total_bytes", 1999)])
def test_sizes_are_limited_for_a_member_and_for_all(tmp_path: Path, limit: str, value: int) -> None:
    path = build(tmp_path / "a.zip", {"a": b"a" * 1000, "b": b"b" * 1000})
    assert reason(path, replace(DEFAULT, **{limit: value})) == f"source.over-limit {limit}"
    assert reason(path, replace(DEFAULT, **{limit: value + 1})) == ""


def test_a_member_that_declares_less_than_it_holds_is_damaged(tmp_path: Path) -> None:
    data = bytearray(build(tmp_path / "a.zip", {"a": bytes(1 << 20)}).read_bytes())
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 100)
    path = tmp_path / "b.zip"
    path.write_bytes(data)
    assert reason(path) == "source.damaged"


def overlapping() -> bytes:
    """Two directory entries for one member's bytes (the «better zip bomb» of Fifield, CVE-2024-0450)."""
    body = zlib.compress(b"x" * 5000)[2:-4]
    crc = zlib.crc32(b"x" * 5000)
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(body), 5000, 1, 0) + b"a"
    out = local + body
    directory = b""
    for name in (b"a", b"b"):
        head = struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(body), 5000, 1, 0, 0, 0, 0, 0, 0
        )
        directory += head + name
    return out + directory + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 2, 2, len(directory), len(out), 0)


def test_overlapping_members_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(overlapping())
    assert reason(path, document=False) == "source.damaged"


def test_a_name_that_is_there_twice_is_refused_in_a_document(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
        archive.writestr("word/document.xml", "<b/>")
    assert reason(path) == "source.damaged"
    assert reason(path, document=False) == ""


LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS,
        b"<?xml version='1.0'?>\n<!-- x -->" + LAUGHS,
        b"<?xml version='1.0'?>" + b"<!-- " + b"x" * 3000 + b" -->" + LAUGHS,
        b"<?xml version='1.0'?>" + b"<!-- " + b"x" * 300_000 + b" -->" + LAUGHS,
        LAUGHS.decode().encode("utf-16"),
        b"\xef\xbb\xbf" + LAUGHS,
    ],
    ids=["bare", "after-comment", "after-long-comment", "after-endless-comment", "utf-16", "bom"],
)
def test_a_doctype_is_refused_wherever_it_hides(tmp_path: Path, data: bytes) -> None:
    assert reason(build(tmp_path / "a.zip", {"word/document.xml": data})) == "source.doctype"
    with pytest.raises(SourceError) as caught:
        zipguard.parse_xml(data, "word/document.xml")
    assert caught.value.reason == "source.doctype"


def test_the_manifest_of_an_old_opendocument_may_name_its_dtd(tmp_path: Path) -> None:
    data = b'<!DOCTYPE manifest:manifest PUBLIC "x" "Manifest.dtd"><a/>'
    assert reason(build(tmp_path / "a.zip", {"META-INF/manifest.xml": data})) == ""


@pytest.mark.parametrize(("depth", "refused"), [(100, False), (101, True), (255, True), (100_000, True)])
def test_xml_is_read_to_the_hundredth_level(depth: int, refused: bool) -> None:
    data = b"<a>" * depth + b"</a>" * depth
    if not refused:
        assert zipguard.parse_xml(data, "a.xml").tag == "a"
        return
    with pytest.raises(SourceError) as caught:
        zipguard.parse_xml(data, "a.xml")
    assert caught.value.reason == "source.too-deep"


def test_depth_is_counted_in_any_branch() -> None:
    data = b"<r>" + b"<x/>" * 1000 + b"<a>" * 100 + b"</a>" * 100 + b"</r>"
    with pytest.raises(SourceError):
        zipguard.parse_xml(data, "a.xml")


def test_xml_that_is_none_is_damaged() -> None:
    with pytest.raises(SourceError) as caught:
        zipguard.parse_xml(b"<a><b></a>", "word/document.xml")
    assert caught.value.reason == "source.damaged"


def test_an_encrypted_member_says_so(tmp_path: Path) -> None:
    data = bytearray(build(tmp_path / "a.zip", {"a": b"x"}).read_bytes())
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path = tmp_path / "b.zip"
    path.write_bytes(data)
    assert reason(path) == "source.encrypted"


def test_a_container_without_its_end_is_truncated(tmp_path: Path) -> None:
    data = build(tmp_path / "a.zip", {"a": b"x" * 1000}).read_bytes()
    path = tmp_path / "b.zip"
    for length in range(4, len(data) - 1, 7):
        path.write_bytes(data[:length])
        assert reason(path) == "source.truncated"


def test_every_single_bit_may_flip(tmp_path: Path) -> None:
    """Whatever bit is wrong: the bytes read are those that were written, or the reason has a name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b"<a>order</a>")
    data = stream.getvalue()
    path = tmp_path / "b.zip"
    for bit in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        try:
            with zipguard.opened(path) as container:
                content = [zipguard.read(container, info) for info in container.infolist()]
        except SourceError as error:
            assert error.reason.startswith("source.")  # both outcomes are right
        else:
            assert content in ([b"<a>order</a>"], [])
