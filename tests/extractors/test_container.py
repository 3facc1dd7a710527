"""Archives and e-mails become sources of their own; no member costs another."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from pipeline.errors import SourceError
from pipeline.extractors import container
from pipeline.limits import DEFAULT, Limits
from pipeline.messages import say
from pipeline.sniff import sniff

ORDER = "ПРИКАЗ № 657-ОД\nот 15 июля 2021 г.\n"


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def zipped_in(encoding: str, name: str) -> bytes:
    """An archive whose one member's name is in a DOS or Windows encoding, without the UTF-8 flag."""
    raw = name.encode(encoding)
    data = zipped({"x" * len(raw): ORDER})
    return data.replace(b"x" * len(raw), raw)


def expand(tmp_path: Path, data: bytes, name: str, limits: Limits = DEFAULT) -> container.Expanded:
    path = tmp_path / "source"
    path.write_bytes(data)
    folder = tmp_path / "out"
    folder.mkdir()
    return container.expand(path, sniff(path, name), folder, limits)


def names(found: container.Expanded) -> list[str]:
    return [name for name, _ in found.sources]


def test_members_are_called_by_the_archive_and_their_path_in_it(tmp_path: Path) -> None:
    found = expand(tmp_path, zipped({"inner/a.txt": ORDER, "b.txt": "другой приказ"}), "orders.zip")
    assert names(found) == ["orders.zip!inner/a.txt", "orders.zip!b.txt"]
    assert found.sources[0][1].read_text(encoding="utf-8") == ORDER


def test_archives_in_archives_are_opened_to_the_third_level(tmp_path: Path) -> None:
    data = zipped({"a.txt": ORDER})
    for level in ("3.zip", "2.zip"):
        data = zipped({level: data, f"beside-{level}.txt": ORDER})
    found = expand(tmp_path, data, "1.zip")
    assert "1.zip!2.zip!3.zip!a.txt" in names(found)
    assert not found.failures


def test_a_fourth_level_is_refused_and_named_while_the_rest_is_read(tmp_path: Path) -> None:
    data = zipped({"a.txt": ORDER})
    for level in ("4.zip", "3.zip", "2.zip"):
        data = zipped({level: data, "beside.txt": ORDER})
    found = expand(tmp_path, data, "1.zip")
    assert len(found.sources) == 3
    ((name, error),) = found.failures
    assert name == "1.zip!2.zip!3.zip!4.zip"
    assert error.args_["name"] == "archive_depth"


@pytest.mark.parametrize("encoding", ["cp866", "cp1251", "utf-8"])
@pytest.mark.parametrize(
    "name", ["Приказ № 657-ОД.txt", "приложение.txt", "ПРИКАЗ 12.txt", "Список школ Ёлкино.txt"]
)
def test_russian_names_without_the_utf8_flag_are_read(tmp_path: Path, encoding: str, name: str) -> None:
    if encoding == "cp866" and name.encode(encoding, "replace").decode(encoding) != name:
        pytest.skip("not in this encoding")
    found = expand(tmp_path, zipped_in(encoding, name), "a.zip")
    assert names(found) == [f"a.zip!{name}"]


def test_the_unicode_path_field_goes_before_the_dos_name(tmp_path: Path) -> None:
    import zlib

    raw = b"abc.txt"
    info = zipfile.ZipInfo("abc.txt")
    info.orig_filename = "\u2552bc.txt"  # any name that is no ASCII
    raw = info.orig_filename.encode("cp437")
    path = "Приказ.txt".encode()
    info.extra = struct.pack("<HHBI", 0x7075, 5 + len(path), 1, zlib.crc32(raw)) + path
    from pipeline.extractors.container_zip import member_name

    assert member_name(info) == "Приказ.txt"


def test_what_is_no_document_is_left_out_and_told(tmp_path: Path) -> None:
    members = {
        "a.txt": ORDER,
        "__MACOSX/._a.txt": b"\0\5",
        "x/Thumbs.db": b"x",
        "~$a.docx": b"x",
        "a.txt.sig": b"0\x82",
    }
    found = expand(tmp_path, zipped(members), "a.zip")
    assert names(found) == ["a.zip!a.txt"]
    assert not found.failures
    (skipped,) = found.notes
    assert skipped.args["n"] == 4
    assert "Thumbs.db" in say(skipped, "ru")


@pytest.mark.parametrize("name", ["../../etc/passwd.txt", "/etc/passwd.txt", "..\\..\\etc\\passwd.txt"])
def test_no_name_leads_out_of_the_archive(tmp_path: Path, name: str) -> None:
    found = expand(tmp_path, zipped({name: ORDER}), "a.zip")
    assert names(found) == ["a.zip!etc/passwd.txt"]
    assert found.sources[0][1].parent == tmp_path / "out"


def test_control_characters_in_names_are_shown_as_signs(tmp_path: Path) -> None:
    found = expand(tmp_path, zipped({"a\x1b[31m\u202e.txt": ORDER}), "a.zip")
    assert names(found) == ["a.zip!a�[31m�.txt"]


def test_two_members_of_one_name_are_two_sources(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("a.txt", "один")
            archive.writestr("a.txt", "два")
    found = expand(tmp_path, stream.getvalue(), "a.zip")
    assert names(found) == ["a.zip!a.txt", "a.zip!a (2).txt"]
    assert [p.read_text(encoding="utf-8") for _, p in found.sources] == ["один", "два"]


def test_a_damaged_member_costs_itself_alone(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("bad.txt", "SENTINEL текст приказа")
        archive.writestr("good.txt", ORDER)
    found = expand(tmp_path, stream.getvalue().replace(b"SENTINEL", b"SENTINAL"), "a.zip")
    assert names(found) == ["a.zip!good.txt"]
    assert [(n, e.reason) for n, e in found.failures] == [("a.zip!bad.txt", "source.damaged")]


def test_an_encrypted_archive_says_so(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": ORDER}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    with pytest.raises(SourceError) as caught:
        expand(tmp_path, bytes(data), "a.zip")
    assert caught.value.reason == "source.encrypted"


def test_an_archive_without_documents_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        expand(tmp_path, zipped({"__MACOSX/._a": b"x"}), "a.zip")
    assert caught.value.reason == "source.no-documents"


@pytest.mark.parametrize(("limit", "value"), [("archive_sources", 3), ("zip_total_bytes", 400)])
def test_sources_and_bytes_are_counted_over_all_levels(tmp_path: Path, limit: str, value: int) -> None:
    inner = zipped({f"{n}.txt": "x" * 90 for n in range(3)})
    limits = replace(DEFAULT, **{limit: value})
    with pytest.raises(SourceError) as caught:
        expand(tmp_path, zipped({"a.zip": inner, "b.zip": inner}), "all.zip", limits)
    assert caught.value.args_["name"] == limit


def test_members_gives_names_and_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.txt": ORDER, "Thumbs.db": b"x"}))
    assert list(container.members(path, sniff(path, "a.zip"))) == [("a.txt", ORDER.encode())]


# ------------------------------------------------------------------------------------------------- e-mails


def message(body: str = "Направляем приказ.") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "a@example.org"
    mail["To"] = "b@example.org"
    mail["Subject"] = "Приказ"
    mail.set_content(body)
    return mail


def test_the_body_and_the_attachments_of_a_mail_are_sources(tmp_path: Path) -> None:
    mail = message()
    mail.add_attachment(
        ORDER.encode("cp1251"), maintype="application", subtype="octet-stream", filename="Приказ № 5.txt"
    )
    found = expand(tmp_path, mail.as_bytes(), "mail.eml")
    assert names(found) == ["mail.eml!body.txt", "mail.eml!Приказ № 5.txt"]
    assert found.sources[0][1].read_text(encoding="utf-8-sig") == "Направляем приказ.\n"
    assert found.sources[1][1].read_bytes() == ORDER.encode("cp1251")


def test_a_table_in_the_html_version_goes_before_the_plain_one(tmp_path: Path) -> None:
    mail = message("без таблицы")
    mail.add_alternative("<table><tr><td>номер</td></tr></table>", subtype="html", charset="koi8-r")
    found = expand(tmp_path, mail.as_bytes(), "mail.eml")
    assert names(found) == ["mail.eml!body.html"]


def test_the_plain_version_is_taken_when_the_html_one_has_no_table(tmp_path: Path) -> None:
    mail = message("текст приказа")
    mail.add_alternative("<p>текст приказа</p>", subtype="html")
    assert names(expand(tmp_path, mail.as_bytes(), "mail.eml")) == ["mail.eml!body.txt"]


def test_a_picture_of_the_letterhead_is_no_source_and_an_attached_scan_is(tmp_path: Path) -> None:
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 10, 10) + b"\x08\0\0\0\0" + b"\0" * 20
    mail = message("<table><tr><td><img src='cid:logo'></td></tr></table>")
    mail.replace_header("Content-Type", "text/html; charset=utf-8")
    mail.add_related(png, "image", "png", cid="<logo>")
    mail.add_attachment(png, maintype="image", subtype="png", filename="скан.png")
    found = expand(tmp_path, mail.as_bytes(), "mail.eml")
    assert names(found) == ["mail.eml!body.html", "mail.eml!скан.png"]
    assert len(found.notes) == 1


def test_a_forwarded_mail_and_an_archive_in_it_are_opened(tmp_path: Path) -> None:
    inner = message("пересланное")
    inner.add_attachment(zipped({"a.txt": ORDER}), maintype="application", subtype="zip", filename="a.zip")
    outer = message()
    outer.add_attachment(inner)
    found = expand(tmp_path, outer.as_bytes(), "mail.eml")
    assert names(found) == [
        "mail.eml!body.txt",
        "mail.eml!message.eml!body.txt",
        "mail.eml!message.eml!a.zip!a.txt",
    ]


def test_a_body_in_a_declared_encoding_is_read_in_it(tmp_path: Path) -> None:
    raw = (
        b"From: a@b.ru\nTo: b@c.ru\nSubject: x\nContent-Type: text/plain; charset=koi8-r\n\n"
        + ORDER.encode("koi8-r", "replace")
    )
    found = expand(tmp_path, raw, "mail.eml")
    assert "ПРИКАЗ" in found.sources[0][1].read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a\nTo: b\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: text/plain; charset=nope\n\nx",
        b"From: a\nTo: b\nSubject: x\nContent-Transfer-Encoding: base64\n\n!!!!",
        b"From: a\nTo: b\nSubject: x\nContent-Type: multipart/mixed\n\nno boundary",
        b"From: a\nTo: b\nSubject: x\nContent-Type: message/rfc822\n\n",
        b"From: a\nTo: b\nSubject: =?nope?q?x?=\nContent-Disposition: attachment; filename*=nope''%FF\n\nxy",
        b"From: a\nTo: b\nMIME-Version: 1.0\n" + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 3000,
    ],
)
def test_a_broken_mail_is_read_or_refused(tmp_path: Path, raw: bytes) -> None:
    try:
        found = expand(tmp_path, raw, "mail.eml")
    except SourceError as error:
        assert say(error.reason, "en", **error.args_)
    else:
        assert found.sources or found.failures


def test_extract_gives_all_documents_under_their_names(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.txt": ORDER, "b.bin": b"\0\1\2\3" * 50}))
    document = container.extract(path, sniff(path, "a.zip"))
    assert [b.text for b in document.blocks if b.kind == "heading"] == ["a.txt"]
    assert any("657-ОД" in b.text for b in document.blocks)
    (failed,) = document.notes
    assert "b.bin" in say(failed, "en")
