"""E-mail and saved pages: nested, badly coded, with odd names and attachments; HTML and RTF that go on for ever."""
# ruff: noqa: E501  # one file on one line is easier to read than broken

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from email.header import Header

from benchmarks.hostile_files.case import ORDER, WORDS, Case
from benchmarks.hostile_files.make import docx_file, rtf_file, zipped
from tests.extractors import word_files as w

MAIL = b"From: a@b\r\nTo: c@d\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
SCHOOL = ("Коробецкая",)


def mail_odd(rng: random.Random) -> Iterator[Case]:
    yield from _mail(rng)
    yield from _html()
    yield from _rtf(rng)


def _part(content: bytes, kind: str, *headers: str) -> bytes:
    head = "\r\n".join((f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", *headers))
    return b"--b\r\n" + head.encode() + b"\r\n\r\n" + base64.encodebytes(content) + b"\r\n"


def _mixed(*parts: bytes) -> bytes:
    return MAIL + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"".join(parts) + b"--b--\r\n"


def _mail(rng: random.Random) -> Iterator[Case]:
    document = docx_file(w.p(WORDS) + w.tbl(w.tr(w.tc("1"), w.tc("Коробецкая"))))
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    names = {
        "rfc2231": "Content-Disposition: attachment; filename*=utf-8''%D0%BF%D1%80%D0%B8%D0%BA%D0%B0%D0%B7.docx",
        "rfc2047": f'Content-Disposition: attachment; filename="{Header("приказ.docx", "utf-8").encode()}"',
        "raw": 'Content-Disposition: attachment; filename="приказ.docx"',
        "path": 'Content-Disposition: attachment; filename="../../../../tmp/evil.docx"',
        "windows": 'Content-Disposition: attachment; filename="C:\\evil.docx"',
        "control": 'Content-Disposition: attachment; filename="a\x1b[31m\x07.docx"',
        "long": f'Content-Disposition: attachment; filename="{"ы" * 5000}.docx"',
        "none": "Content-Disposition: attachment",
        "continued": "Content-Disposition: attachment;\r\n filename*0*=utf-8''%D0%BF;\r\n filename*1=.docx",
    }
    for name, header in names.items():
        yield Case(f"attached-{name}.eml", _mixed(_part(document, kind, header)), "read", SCHOOL)
    yield Case(
        "octet-stream.eml", _mixed(_part(document, "application/octet-stream; name=a.docx")), "read", SCHOOL
    )
    inner = MAIL + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + ORDER.encode()
    yield Case(
        "forwarded.eml",
        MAIL
        + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n'
        + inner
        + b"\r\n--b--\r\n",
        "read",
        SCHOOL,
    )
    nested = inner
    for i in range(30):
        nested = (
            MAIL
            + b'Content-Type: multipart/mixed; boundary="n%d"\r\n\r\n--n%d\r\nContent-Type: message/rfc822\r\n\r\n'
            % (i, i)
            + nested
            + b"\r\n--n%d--\r\n" % i
        )
    yield Case("forwarded-30.eml", nested, "either")
    yield Case(
        "zip-attached.eml",
        _mixed(
            _part(
                zipped({"приказ.txt": ORDER}),
                "application/zip",
                'Content-Disposition: attachment; filename="a.zip"',
            )
        ),
        "read",
        SCHOOL,
    )
    yield Case(
        "mail-in-zip.zip", zipped({"письмо.eml": _mixed(_part(document, kind, names["raw"]))}), "read", SCHOOL
    )
    tnef = struct_tnef()
    yield Case(
        "winmail.eml",
        _mixed(_part(tnef, "application/ms-tnef", 'Content-Disposition: attachment; filename="winmail.dat"')),
        "either",
    )
    for charset in ("koi8-r", "windows-1251", "iso-8859-5", "utf-16", "cp866"):
        text = ORDER.replace("«", '"').replace("»", '"').replace("№", "N")
        yield Case(
            f"charset-{charset}.eml",
            MAIL
            + f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode()
            + base64.encodebytes(text.encode(charset)),
            "read",
            SCHOOL,
        )
    yield Case(
        "charset-lies.eml",
        MAIL
        + b"Content-Type: text/plain; charset=koi8-r\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + ORDER.encode("utf-8"),
        "read",
        SCHOOL,
    )
    yield Case(
        "no-charset.eml",
        MAIL
        + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + ORDER.encode("cp1251", "replace"),
        "read",
        SCHOOL,
    )
    quoted = "".join(f"={b:02X}" if b > 126 or b == 61 else chr(b) for b in ORDER.encode())
    yield Case(
        "quoted.eml",
        MAIL
        + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + quoted.encode(),
        "read",
        SCHOOL,
    )
    yield Case(
        "quoted-bad.eml",
        MAIL
        + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + quoted.encode()
        + b"=ZZ=\r\n=4",
        "either",
    )
    good = _mixed(_part(document, kind, names["raw"]))
    yield Case("base64-cut.eml", good[: len(good) // 2], "either")
    yield Case("base64-junk.eml", good.replace(b"\r\n", b"\r\n!#%"), "either")
    yield Case("boundary-lost.eml", good.replace(b"--b--", b""), "read", SCHOOL)
    yield Case("boundary-none.eml", good.replace(b'; boundary="b"', b""), "either")
    yield Case(
        "headers-100k.eml",
        MAIL + b"X-A: b\r\n" * 100_000 + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + ORDER.encode(),
        "either",
    )
    yield Case(
        "header-long.eml",
        MAIL
        + b"X-A: "
        + b"a" * 5_000_000
        + b"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        + ORDER.encode(),
        "either",
    )
    yield Case(
        "subject-coded.eml",
        MAIL.replace(b"Subject: x", b"Subject: " + b"=?utf-8?q?=D0?= " * 20_000)
        + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
        + ORDER.encode(),
        "either",
    )
    yield Case(
        "parameters.eml",
        MAIL
        + b"Content-Type: text/plain; charset=utf-8"
        + b"; a*0=x" * 20_000
        + b"\r\n\r\n"
        + ORDER.encode(),
        "either",
    )
    yield Case("parts-3000.eml", _mixed(*[_part(b"x", "text/plain")] * 3000), "either")
    yield Case(
        "alternative.eml",
        MAIL
        + b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
        + _part(ORDER.encode(), "text/plain; charset=utf-8")
        + _part(f"<p>{ORDER}</p>".encode(), "text/html; charset=utf-8")
        + b"--b--\r\n",
        "read",
        SCHOOL,
    )
    yield Case("empty-body.eml", MAIL + b"Content-Type: text/plain\r\n\r\n", "either")
    page = "<html><body><table><tr><td>1</td><td>Коробецкая</td></tr></table></body></html>"
    for charset in ("utf-8", "windows-1251", "koi8-r", "unicode"):
        data = page.encode("utf-16" if charset == "unicode" else charset)
        body = (
            MAIL.replace(b"To: c@d\r\n", b"")
            + b'Content-Type: multipart/related; boundary="b"; type="text/html"\r\n\r\n'
            + _part(data, f"text/html; charset={charset}")
            + b"--b--\r\n"
        )
        yield Case(f"page-{charset}.mht", body, "read", SCHOOL)


def struct_tnef() -> bytes:
    """The head of a TNEF stream (winmail.dat, [MS-OXTNEF] 2.1.3) and nothing behind it."""
    return b"\x78\x9f\x3e\x22\x01\x00" + bytes(60)


def _html() -> Iterator[Case]:
    def page(name: str, body: str, verdict: str = "read", encoding: str = "utf-8", head: str = "") -> Case:
        text = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
        return Case(
            f"{name}.html",
            text.encode(encoding, "xmlcharrefreplace"),
            verdict,
            (WORDS,) if verdict == "read" else (),
        )

    row = f"<tr><td>1</td><td>{WORDS}</td></tr>"
    meta = '<meta http-equiv="Content-Type" content="text/html; charset=%s">'
    for said, real in (
        ("windows-1251", "utf-8"),
        ("utf-8", "cp1251"),
        ("koi8-r", "cp1251"),
        ("iso-8859-1", "cp1251"),
        ("utf-16", "utf-8"),
        ("utf-7", "cp1251"),
        ("", "koi8-r"),
        ("windows-1251", "cp866"),
        ("us-ascii", "utf-8"),
        ("windows-1251", "windows-1251"),
    ):
        yield page(
            f"meta-{said}-{real}",
            f"<p>{WORDS}. Утвердить перечень школ Кардымовского района.</p><table>{row}</table>",
            encoding=real,
            head=meta % said if said else "",
        )
    yield page("cells-1m", "<table>" + ("<tr>" + "<td>1" * 100) * 10_000 + row + "</table>", "either")
    yield page("tables-20k", f"<table>{row}</table>" * 20_000)
    yield page("nested-tables-50", "<table><tr><td>" * 50 + WORDS + "</table>" * 50)
    yield page("table-broken", f"<table><tr><td>1</tr><td>{WORDS}</table></td></tr><p>")
    yield page("table-no-rows", f"<table>{WORDS}<td>1<td>2</table>")
    yield page(
        "table-bodies",
        f"<table><tfoot>{row}</tfoot><thead>{row}</thead>" + f"<tbody>{row}</tbody>" * 3000 + "</table>",
    )
    yield page(
        "rowspan-0", f"<table><tr><td rowspan=0>а</td><td>{WORDS}</td></tr><tr><td>б</td></tr></table>"
    )
    yield page(
        "spans-cross",
        f"<table><tr><td rowspan=3 colspan=3>а</td><td rowspan=2>{WORDS}</td></tr><tr><td colspan=5>б</td></tr></table>",
    )
    yield page("hidden", f'<p style="display:none">невидимо</p><p>{WORDS}</p>')
    yield page("comments-many", "<!---->" * 50_000 + f"<p>{WORDS}</p>")
    yield Case("comments-first.html", ("<!---->" * 5000 + f"<html><p>{WORDS}</p>").encode(), "read", (WORDS,))
    yield Case("comments-only.html", ("<!---->" * 5000 + "x").encode(), "either")
    yield Case("comments-open.html", ("<!-- -->" * 3000 + "<!--").encode(), "either")
    yield Case("tags-open.html", b"<" * 500_000, "either")
    yield Case(
        "doctype-entities.html",
        ('<!DOCTYPE html [<!ENTITY a "ха">]><p>&a;' + WORDS).encode(),
        "read",
        (WORDS,),
    )
    yield page("cdata", f"<![CDATA[<p>{WORDS}]]><p>{WORDS}</p>")
    yield page("base", f'<base href="file:///etc/"><object data="passwd"></object><p>{WORDS}</p>')
    yield page("template", f"<template><p>x</p></template><noscript><p>y</p></noscript><p>{WORDS}</p>")
    yield page("svg", f"<svg><foreignObject><p>{WORDS}</p></foreignObject></svg>", "either")
    yield page("select", "<select>" + "<option>а" * 100_000 + f"</select><p>{WORDS}</p>")
    yield page("font-nest", "<font>" * 20_000 + WORDS, "either")
    yield page("p-a-nest", "<a><p>" * 5000 + WORDS, "either")
    yield page(
        "inline-styles",
        "".join(f'<span style="{"x:y;" * 200}">а</span>' for _ in range(3000)) + f"<p>{WORDS}</p>",
    )
    yield page("br", "<br>" * 500_000 + f"<p>{WORDS}</p>")
    yield page("nbsp", "&nbsp;" * 500_000 + f"<p>{WORDS}</p>")
    yield Case("text-plain.html", ORDER.encode("cp1251", "replace"), "read", SCHOOL)
    yield Case(
        "word-saved.htm",
        f'<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><!--[if gte mso 9]><xml><o:x/></xml><![endif]--><style>@page{{}}</style></head><body><p class=MsoNormal><span lang=RU>{WORDS}<o:p></o:p></span></p></body></html>'.encode(),
        "read",
        (WORDS,),
    )


def _rtf(rng: random.Random) -> Iterator[Case]:
    good = rtf_file(ORDER)
    for n in range(1, 15):
        yield Case(f"truncated-{n:02}.rtf", good[: len(good) * n // 15])
    text = "Коробецкая школа, Кардымовский район".encode("cp1251")
    escaped = b"".join(b"\\'%02x" % b if b > 127 else bytes([b]) for b in text)
    for head in (
        b"\\ansi\\ansicpg1251",
        b"\\ansi",
        b"\\ansi\\ansicpg99999",
        b"\\ansi\\deff0{\\fonttbl{\\f0\\fcharset204 Times;}}\\f0",
    ):
        yield Case(
            f"hex-{len(head)}.rtf",
            b"{\\rtf1" + head + b" " + escaped + b"\\par}",
            "read" if b"1251" in head or b"204" in head else "either",
            SCHOOL if b"1251" in head or b"204" in head else (),
        )
    yield Case("raw-1251.rtf", b"{\\rtf1\\ansi\\ansicpg1251 " + text + b"\\par}", "read", SCHOOL)
    mac = "Коробецкая школа".encode("mac-cyrillic")
    yield Case(
        "mac.rtf",
        b"{\\rtf1\\mac\\ansicpg10007 " + b"".join(b"\\'%02x" % b for b in mac) + b"\\par}",
        "read",
        SCHOOL,
    )
    dos = "Коробецкая школа".encode("cp866")
    yield Case(
        "pc.rtf",
        b"{\\rtf1\\ansi\\ansicpg866 " + b"".join(b"\\'%02x" % b for b in dos) + b"\\par}",
        "read",
        SCHOOL,
    )
    u = b"".join(b"\\uc1\\u%d\\'3f" % ord(c) for c in "Коробецкая")
    yield Case("unicode-fallback.rtf", b"{\\rtf1\\ansi " + u + b"\\par}", "read", SCHOOL)
    u0 = b"\\uc0" + b"".join(b"\\u%d " % ord(c) for c in "Коробецкая")
    yield Case("unicode-uc0.rtf", b"{\\rtf1\\ansi " + u0 + b"\\par}", "read", SCHOOL)
    yield Case(
        "unicode-negative.rtf",
        b"{\\rtf1\\ansi\\uc1 "
        + b"".join(b"\\u%d?" % (ord(c) - 65536 if ord(c) > 32767 else ord(c)) for c in "Коробецкая\ufb01")
        + b"}",
        "read",
        SCHOOL,
    )
    yield Case(
        "picture.rtf", good[:-1] + b"{\\pict\\pngblip " + b"89504e47" * 500_000 + b"}}", "read", SCHOOL
    )
    yield Case(
        "binary-inside.rtf", good[:-1] + b"{\\pict\\bin1000 " + rng.randbytes(1000) + b"}}", "read", SCHOOL
    )
    yield Case(
        "objects.rtf",
        good[:-1] + b"{\\object\\objautlink{\\*\\objclass Word}{\\*\\objdata 0105}{\\result x}}}",
        "read",
        SCHOOL,
    )
    yield Case(
        "include.rtf",
        good[:-1] + b'{\\field{\\*\\fldinst INCLUDETEXT "/etc/passwd"}{\\fldrslt x}}}',
        "read",
        SCHOOL,
        ("root:",),
    )
    cells = "".join(f"\\u{ord(c)}?" for c in "Коробецкая").encode()
    yield Case(
        "nested-table.rtf",
        b"{\\rtf1\\ansi\\trowd\\cellx5000\\pard\\intbl\\itap2 "
        + cells
        + b"\\nestcell{\\*\\nesttableprops\\trowd\\cellx900\\nestrow}\\pard\\intbl\\itap1 x\\cell\\row}",
        "read",
        SCHOOL,
    )
    yield Case(
        "rows-no-end.rtf",
        b"{\\rtf1\\ansi" + b"\\trowd\\cellx900\\intbl " * 20_000 + cells + b"\\cell\\row}",
        "read",
        SCHOOL,
    )
    yield Case("numbers-long.rtf", b"{\\rtf1\\ansi\\fs" + b"9" * 50_000 + b" " + cells + b"}", "either")
    yield Case("words-long.rtf", b"{\\rtf1\\ansi\\" + b"a" * 500_000 + b" " + cells + b"}", "read", SCHOOL)
    yield Case("destinations.rtf", b"{\\rtf1\\ansi" + b"{\\*\\x y}" * 200_000 + cells + b"}", "read", SCHOOL)
    yield Case("closing.rtf", b"{\\rtf1\\ansi " + cells + b"}" * 100_000, "read", SCHOOL)
