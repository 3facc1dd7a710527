"""Damaged, hostile and odd files, each with what the program must make of it. Made by code; nothing is stored.

`read`: exit code 0 and every text of `holds` in the output; `refused`: exit code 1 and one line that matches
`says`; `either`: one of both, whichever the damage allows.
"""
# ruff: noqa: E501  # markup of one file on one line is easier to read than broken

from __future__ import annotations

import io
import os
import random
import socket
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import forms, orders
from tests.extractors import word_files as w
from tests.pdfmake import raw_pdf

WORDS = "Приказ о реализации проекта, Кардымовский район"
ORDER = (
    "ДЕПАРТАМЕНТ ОБРАЗОВАНИЯ\nПРИКАЗ\nот 10.09.2020 № 657\n\nО работе школ Кардымовского района с низкими "
    "результатами\n\nВ соответствии с планом работы на 2020/2021 учебный год приказываю:\n1. Утвердить перечень.\n"
    "2. Контроль за исполнением приказа оставляю за собой.\n\n"
    "№ п/п\tМуниципалитет\tШкола\tШкола-партнёр\n1\tКардымовский район\tМБОУ «Тюшинская СШ»\tМБОУ СШ № 5\n"
    "2\tЕльнинский район\tМБОУ «Коробецкая СШ»\tМБОУ СШ № 7\n"
)


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    data: bytes | None  # None: `make` puts something else than a plain file there
    verdict: str = "either"
    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    says: str = ""
    make: Callable[[Path], None] | None = None


def cases(seed: int = 7) -> Iterator[Case]:
    rng = random.Random(seed)
    for part in PARTS:
        yield from part(rng)


# ------------------------------------------------------------------------------------------------- made whole


def whole(form: str) -> bytes:
    """A small order as docx, pdf, html or text."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"order.{form}"
        getattr(forms, f"make_{form}")(path, orders.generate(1)[0])
        return path.read_bytes()


def docx(body: str, **options: str) -> bytes:
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
            members.pop(path)
        else:
            members[path] = data
    return zipped(members)


def flipped(data: bytes, rng: random.Random, n: int) -> bytes:
    out = bytearray(data)
    for _ in range(n):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def _broken(rng: random.Random) -> Iterator[Case]:
    """Every format cut off, with flipped bits, with a hole, with a tail."""
    made = {
        "docx": whole("docx"),
        "pdf": whole("pdf"),
        "html": whole("html"),
        "xlsx": _xlsx([["№", "Школа"], ["1", WORDS]]),
        "odt": _odt(f"<text:p>{WORDS}</text:p>"),
        "rtf": _rtf(ORDER),
        "txt": ORDER.encode(),
        "png": _png(40, 30),
    }
    for form, data in made.items():
        for i, share in enumerate((0.02, 0.2, 0.5, 0.8, 0.97)):
            yield Case(f"cut{i}.{form}", data[: max(1, int(len(data) * share))])
        for n in (1, 1, 3, 10, 50, 200):
            yield Case(f"flip{n}-{rng.randrange(10**6)}.{form}", flipped(data, rng, n))
        at = len(data) // 3
        yield Case(f"hole.{form}", data[:at] + bytes(min(512, len(data) // 4)) + data[at + 512 :])
        yield Case(f"tail.{form}", data + b"\0" * 300 + b"garbage")
        yield Case(f"noise-head.{form}", rng.randbytes(64) + data)


# ------------------------------------------------------------------------------------------------- Word


def _docx(rng: random.Random) -> Iterator[Case]:
    row = w.tr(w.tc("а"), w.tc(WORDS))
    good = docx(w.p("Приказ") + w.tbl(row, w.tr(w.tc("1"), w.tc("Школа")), widths=(10, 10)))

    def body(name: str, xml: str, *holds: str, verdict: str = "read", lacks: tuple[str, ...] = ()) -> Case:
        return Case(f"{name}.docx", docx(xml), verdict, holds or (WORDS,) if verdict == "read" else (), lacks)

    for value in ("2147483647", "-1", "0", "abc", "99999999999999999999", "1e9", "", "٣"):
        span = f'<w:gridSpan w:val="{value}"/>'
        cell = w.tc(WORDS, properties=span)
        yield body(f"gridspan-{value or 'none'}", w.tbl(w.tr(cell, w.tc("x")) * 5))
        before = f'<w:gridBefore w:val="{value}"/><w:gridAfter w:val="{value}"/>'
        yield body(f"gridbefore-{value or 'none'}", w.tbl(w.tr(w.tc(WORDS), properties=before), row))
    yield body(
        "gridspan-many",
        w.tbl(w.tr(*[w.tc("я", properties='<w:gridSpan w:val="1000"/>')] * 900, w.tc(WORDS))),
        verdict="either",
    )
    yield body(
        "gridcols",
        w.p(WORDS) + "<w:tbl><w:tblGrid>" + "<w:gridCol/>" * 200_000 + f"</w:tblGrid>{row}</w:tbl>",
        verdict="either",
    )
    yield body(
        "vmerge", w.tbl(row, *[w.tr(w.tc("", properties="<w:vMerge/>"), w.tc("б")) for _ in range(20_000)])
    )
    yield body("vmerge-alone", w.tbl(w.tr(w.tc(WORDS, properties="<w:vMerge/>"), w.tc("б"))))
    inner = w.p(WORDS)
    for _ in range(15):
        inner = w.tbl(w.tr(w.tc(inner + w.p())))
    yield body("nested-15", inner)
    for depth in (60, 2000, 60_000):
        yield body(
            f"nested-{depth}",
            "<w:tbl><w:tr><w:tc>" * depth + inner + "</w:tc></w:tr></w:tbl>" * depth,
            verdict="either",
        )
    yield body("deep-sdt", "<w:sdt><w:sdtContent>" * 20 + w.p(WORDS) + "</w:sdtContent></w:sdt>" * 20)
    yield body(
        "sdt-row",
        w.tbl(
            row,
            "<w:sdt><w:sdtContent>" + w.tr(w.tc("2"), w.tc("Строка в элементе")) + "</w:sdtContent></w:sdt>",
        ),
        "Строка в элементе",
        WORDS,
    )
    yield body(
        "sdt-cell", w.tbl(w.tr(w.tc("1"), f"<w:sdt><w:sdtContent>{w.tc(WORDS)}</w:sdtContent></w:sdt>"))
    )
    yield body(
        "sdt-run", f"<w:p><w:sdt><w:sdtContent><w:r><w:t>{WORDS}</w:t></w:r></w:sdtContent></w:sdt></w:p>"
    )
    yield body("customxml", f'<w:customXml w:element="x">{w.p(WORDS)}</w:customXml>')
    yield body(
        "ins-del",
        f'<w:p><w:ins w:id="1" w:author="a"><w:r><w:t>{WORDS}</w:t></w:r></w:ins><w:del w:id="2" w:author="a"><w:r><w:delText>вычеркнутое</w:delText></w:r></w:del></w:p>',
    )
    yield body(
        "ins-row",
        w.tbl(row, w.tr(w.tc("2"), w.tc("Новая"), properties='<w:ins w:id="1" w:author="a"/>')),
        "Новая",
    )
    yield body("move", f'<w:p><w:moveTo w:id="1" w:author="a"><w:r><w:t>{WORDS}</w:t></w:r></w:moveTo></w:p>')
    yield body(
        "textbox",
        f'<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp><wps:txbx><w:txbxContent>{w.p(WORDS)}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback/></mc:AlternateContent></w:r></w:p>',
    )
    yield body(
        "pict-textbox",
        f"<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>{w.p(WORDS)}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>",
    )
    yield body(
        "field",
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDEAUTO c:\\\\cmd</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{WORDS}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>',
        lacks=("DDEAUTO",),
    )
    yield body(
        "field-open", f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>{w.p(WORDS)}{w.tbl(row)}'
    )
    yield body(
        "hyperlink", f'<w:p><w:hyperlink r:id="nowhere"><w:r><w:t>{WORDS}</w:t></w:r></w:hyperlink></w:p>'
    )
    yield body("footnote", f'<w:p><w:r><w:t>{WORDS}</w:t><w:footnoteReference w:id="77"/></w:r></w:p>')
    note = w.part("footnotes", f'<w:footnote w:id="2">{w.p("Сноска о партнёре")}</w:footnote>')
    cell = '<w:p><w:r><w:t>Школа</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    yield Case(
        "footnote-cell.docx",
        docx(w.tbl(w.tr(w.tc(cell), w.tc("1")), row), footnotes=note),
        "read",
        ("Сноска о партнёре", WORDS),
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{i}"><w:basedOn w:val="s{(i + 1) % 3000}"/></w:style>'
        for i in range(3000)
    )
    yield Case(
        "style-loop.docx",
        docx(w.p(WORDS, '<w:pStyle w:val="s1"/>') * 500, styles=w.part("styles", styles)),
        "read",
        (WORDS,),
    )
    yield body("many-paragraphs", w.p("абзац") * 100_000 + w.p(WORDS))
    yield body("long-text", w.p("слово " * 1_000_000 + WORDS), verdict="either")
    yield body("long-word", w.p("щ" * 3_000_000) + w.p(WORDS))
    yield Case("empty-body.docx", docx(""))
    yield body("odd-characters", w.p("\u202e\u200b\u00ad" + WORDS + "\ufeff\ue000\U000e0041"))
    yield body(
        "formulas",
        w.tbl(
            w.tr(w.tc("=cmd|'/c calc'!A0"), w.tc("+1+1"), w.tc("@SUM(1)"), w.tc(WORDS)),
            w.tr(w.tc("-1"), w.tc("&lt;script&gt;alert(1)&lt;/script&gt;"), w.tc("3"), w.tc("4")),
        ),
    )
    wide = w.tbl(w.tr(*[w.tc(str(i)) for i in range(3000)], w.tc(WORDS)))
    yield body("wide-3000", wide)
    yield body(
        "columns-differ", w.tbl(*[w.tr(*[w.tc("x")] * (i % 60 + 1)) for i in range(600)], w.tr(w.tc(WORDS)))
    )
    document = f'<?xml version="1.0"?>%s<w:document {w.NAMESPACES}><w:body><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:body></w:document>'
    lol = (
        '<!DOCTYPE l [<!ENTITY a "ха">'
        + "".join(
            f'<!ENTITY a{i} "{"&a" + (str(i - 1) if i else "") + ";"}{"&a" + (str(i - 1) if i else "") + ";" * 1}">'
            for i in range(40)
        )
        + "]>"
    )
    for name, doctype, text in (
        ("entities", lol, "&a39;"),
        ("quadratic", f'<!DOCTYPE l [<!ENTITY q "{"х" * 100_000}">]>', "&q;" * 2000),
        ("external-dtd", '<!DOCTYPE w SYSTEM "http://127.0.0.1:9/x.dtd">', "х"),
        ("external-entity", '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>', "&e;"),
        (
            "doctype-late",
            "<!-- " + "x" * 70_000 + ' --><!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
            "&e;",
        ),
    ):
        yield Case(
            f"{name}.docx",
            changed(good, word__document=document % (doctype, text)),
            "refused",
            lacks=("root:",),
            says="DOCTYPE",
        )
    utf16 = (document % ('<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>', "&e;")).replace(
        'version="1.0"', 'version="1.0" encoding="UTF-16"'
    )
    yield Case(
        "doctype-utf16.docx",
        changed(good, word__document=utf16.encode("utf-16")),
        "refused",
        lacks=("root:",),
    )
    plain = document % ("", WORDS)
    yield Case(
        "utf16.docx",
        changed(
            good,
            word__document=plain.replace('version="1.0"', 'version="1.0" encoding="UTF-16"').encode("utf-16"),
        ),
        "read",
        (WORDS,),
    )
    yield Case(
        "cp1251.docx",
        changed(
            good,
            word__document=plain.replace('version="1.0"', 'version="1.0" encoding="windows-1251"').encode(
                "cp1251"
            ),
        ),
        "either",
    )
    yield Case("no-document.docx", changed(good, word__document=None), "refused")
    yield Case("no-types.docx", changed(good, types=None), "read", (WORDS,))
    yield Case("no-rels.docx", changed(good, rels=None), "read", (WORDS,))
    yield Case("not-xml.docx", changed(good, word__document="это не XML"), "refused")
    yield Case("xml-cut.docx", changed(good, word__document=plain[:-60]), "either")
    yield Case("xml-empty.docx", changed(good, word__document=""), "refused")
    yield Case("bad-styles.docx", changed(good, word__styles="<w:styles"), "read", (WORDS,))
    yield Case(
        "bad-utf8.docx",
        changed(good, word__document=plain.encode().replace("Приказ".encode(), b"\xd0\xd0\xff")),
        "either",
    )
    strict = plain.replace(w.W, "http://purl.oclc.org/ooxml/wordprocessingml/main")
    yield Case("strict.docx", changed(good, word__document=strict), "read", (WORDS,))
    links = (
        f'<Relationships xmlns="{w.PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="x{i}" Type="{w.REL}/{kind}" Target="{target}" TargetMode="External"/>'
            for i, (kind, target) in enumerate(
                [
                    ("attachedTemplate", "http://127.0.0.1:9/t.dotm"),
                    ("footnotes", "file:///etc/passwd"),
                    ("numbering", "../../../../etc/passwd"),
                    ("styles", "\\\\127.0.0.1\\x"),
                ]
            )
        )
        + "</Relationships>"
    )
    yield Case(
        "external.docx", _with(good, "word/_rels/document.xml.rels", links), "read", (WORDS,), ("root:",)
    )
    yield Case(
        "rels-up.docx",
        _with(good, "word/_rels/document.xml.rels", links.replace(' TargetMode="External"', "")),
        "read",
        (WORDS,),
        ("root:",),
    )
    root = f'<Relationships xmlns="{w.PACKAGE}/relationships"><Relationship Id="r" Type="{w.REL}/officeDocument" Target="http://127.0.0.1:9/d.xml" TargetMode="External"/></Relationships>'
    yield Case("external-root.docx", _with(good, "_rels/.rels", root), "either", lacks=("root:",))
    for depth in (300, 5000, 300_000):
        yield Case(
            f"xml-deep-{depth}.docx",
            changed(
                good,
                word__document=(document % ("", WORDS))
                .replace("<w:p>", "<w:x>" * depth + "<w:p>")
                .replace("</w:p>", "</w:p>" + "</w:x>" * depth),
            ),
            "refused",
        )
    attributes = " ".join(f'a{i}="1"' for i in range(100_000))
    yield Case(
        "attributes.docx",
        changed(good, word__document=(document % ("", WORDS)).replace("<w:p>", f"<w:p {attributes}>")),
        "either",
    )
    for name in (
        "order.txt",
        "order.pdf",
        "order.doc",
        "order.xlsx",
        "order",
        "order.jpg",
        "order.zip",
        "order.DOCX",
        "order.odt",
        "order.html",
    ):
        yield Case(f"docx-as-{name}", good, "read", (WORDS,))


def _with(package: bytes, name: str, data: bytes | str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        members: dict[str, bytes | str] = {i.filename: old.read(i) for i in old.infolist()}
    return zipped({**members, name: data})


def _zips(rng: random.Random) -> Iterator[Case]:
    good = docx(w.p(WORDS) + w.tbl(w.tr(w.tc("1"), w.tc("2"))))
    zeros = zipped({"a.xml": bytes(300 << 20)})
    yield Case(
        "bomb-ratio.docx", _with(good, "word/media/a.bin", bytes(60 << 20)), "refused", says="packed size"
    )
    yield Case("bomb.zip", zeros, "refused", says="--limit")
    yield Case("bomb-in-zip.zip", zipped({"inner.zip": zeros, "приказ.txt": ORDER}), "either")
    yield Case(
        "bomb-document.docx",
        changed(good, word__document=b"<w:document>" + b" " * (200 << 20)),
        "refused",
        says="--limit",
    )
    members: dict[str, bytes | str] = {f"word/x{i}.xml": "x" for i in range(1100)}
    with zipfile.ZipFile(io.BytesIO(good)) as old:
        members.update({i.filename: old.read(i) for i in old.infolist()})
    yield Case("members-1100.docx", zipped(members), "refused", says="zip_members")
    yield Case(
        "members-70000.zip", zipped({f"{i}": "" for i in range(70_000)}, zipfile.ZIP_STORED), "refused"
    )
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with zipfile.ZipFile(io.BytesIO(good)) as old:
            yield Case(
                f"method-{method}.docx",
                zipped({i.filename: old.read(i) for i in old.infolist()}, method),
                "refused",
                says="packed|pack",
            )
    yield Case("method-99.docx", _patch_central(good, 10, struct.pack("<H", 99)), "refused")
    yield Case(
        "encrypted-flag.docx", _patch_central(good, 8, struct.pack("<H", 1)), "refused", says="password"
    )
    yield Case("size-lie.docx", _patch_central(good, 24, struct.pack("<I", 10)), "refused")
    yield Case("size-huge.docx", _patch_central(good, 24, struct.pack("<I", 0xFFFFFFF0)), "refused")
    yield Case("offset-huge.docx", _patch_central(good, 42, struct.pack("<I", 0x7FFFFFFF)), "refused")
    yield Case("crc.docx", _patch_central(good, 16, b"\1\2\3\4"), "refused")
    yield Case("overlap.zip", _overlapping(), "refused", says="overlap")
    yield Case("nothing-inside.zip", zipped({}), "refused")
    yield Case("twice.docx", _twice(good), "refused", says="twice")
    yield Case(
        "paths.zip",
        zipped({"../../../tmp/evil.txt": ORDER, "/etc/x.txt": ORDER + "3", "C:\\x.txt": ORDER + "4"}),
        "either",
    )
    data = zipped({"приказ.txt": ORDER})
    for _ in range(6):
        data = zipped({"inner.zip": data})
    yield Case("nested-6.zip", data, "refused")
    yield Case("nested-2.zip", zipped({"a.zip": zipped({"приказ.txt": ORDER})}), "either")
    yield Case("good-inside.zip", zipped({"приказ.docx": good, "битый.docx": good[:200]}), "either")
    yield Case(
        "names.zip", zipped({"a\nb\x1b[31m.txt": ORDER, "x" * 300 + ".txt": ORDER + "2", " ": "q"}), "either"
    )
    yield Case(
        "zip64.docx",
        good[:-22]
        + b"PK\x06\x06"
        + struct.pack("<Q", 44)
        + bytes(12)
        + struct.pack("<QQQQ", 1 << 60, 1 << 60, 1 << 50, 0)
        + b"PK\x06\x07"
        + struct.pack("<IQI", 0, len(good) - 22, 1)
        + good[-22:-18]
        + b"\xff" * 16
        + b"\0\0",
        "refused",
    )
    yield Case("prefix-exe.docx", b"MZ" + bytes(500) + good, "refused")
    yield Case(
        "epub.epub", zipped({"mimetype": "application/epub+zip", "x.xhtml": "x"}), "refused", says="EPUB"
    )
    yield Case(
        "pptx.pptx",
        zipped({"[Content_Types].xml": "presentationml", "ppt/presentation.xml": "<a/>"}),
        "refused",
        says="presentation",
    )


def _patch_central(package: bytes, offset: int, value: bytes) -> bytes:
    """Overwrite a field of the central header of word/document.xml."""
    data = bytearray(package)
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"word/document.xml"))
    data[at + offset : at + offset + len(value)] = value
    return bytes(data)


def _overlapping() -> bytes:
    """A kernel that many directory entries share (D. Fifield, A better zip bomb, 2019)."""
    kernel = zlib.compressobj(9, wbits=-15)
    packed = kernel.compress(bytes(10 << 20)) + kernel.flush()
    local = struct.pack(
        "<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 33, zlib.crc32(bytes(10 << 20)), len(packed), 10 << 20, 1, 0
    )
    directory = b""
    for i in range(200):
        directory += struct.pack(
            "<4s6H3I5H2I",
            b"PK\x01\x02",
            20,
            20,
            0,
            8,
            0,
            33,
            zlib.crc32(bytes(10 << 20)),
            len(packed),
            10 << 20,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
        ) + bytes([65 + i % 26])
    start = len(local) + 1 + len(packed)
    return (
        local
        + b"A"
        + packed
        + directory
        + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 200, 200, len(directory), start, 0)
    )


def _twice(package: bytes) -> bytes:
    stream = io.BytesIO(package)
    import warnings

    with warnings.catch_warnings(), zipfile.ZipFile(stream, "a") as container:
        warnings.simplefilter("ignore")
        container.writestr("word/document.xml", "<x/>")
    return stream.getvalue()


# --------------------------------------------------------------------------------- RTF, ODT, DOC, spreadsheets


def _rtf(text: str) -> bytes:
    out = "".join(c if ord(c) < 128 and c not in "\\{}" else f"\\u{ord(c)}?" for c in text).replace(
        "\t", "\\tab "
    )
    return ("{\\rtf1\\ansi\\ansicpg1251 " + out.replace("\n", "\\par\n") + "}").encode()


def _odt(body: str, mimetype: str = "application/vnd.oasis.opendocument.text", manifest: str = "") -> bytes:
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


def _other_word(rng: random.Random) -> Iterator[Case]:
    text = f"<text:p>{WORDS}</text:p>"
    huge = "2147483647"

    def odt(name: str, body: str, verdict: str = "read") -> Case:
        return Case(f"{name}.odt", _odt(body), verdict, (WORDS,) if verdict == "read" else ())

    yield odt("plain", text)
    yield odt("spaces-many", f'{text}<text:p>а<text:s text:c="{huge}"/>б</text:p>')
    yield odt(
        "repeated",
        f'<table:table><table:table-row table:number-rows-repeated="{huge}"><table:table-cell table:number-columns-repeated="{huge}">{text}</table:table-cell></table:table-row></table:table>',
        "either",
    )
    yield odt(
        "spanned",
        f'<table:table><table:table-row><table:table-cell table:number-columns-spanned="{huge}" table:number-rows-spanned="{huge}">{text}</table:table-cell></table:table-row></table:table>',
    )
    yield odt("deep", "<text:section>" * 3000 + text + "</text:section>" * 3000, "refused")
    yield odt(
        "tracked",
        f"<text:tracked-changes><text:changed-region><text:deletion><text:p>удалено</text:p></text:deletion></text:changed-region></text:tracked-changes>{text}",
    )
    yield Case(
        "doctype.odt",
        _odt('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
        "refused",
        lacks=("root:",),
        says="DOCTYPE",
    )
    yield Case(
        "encrypted.odt",
        _odt(text, manifest="<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"),
        "refused",
        says="password",
    )
    yield Case(
        "rows.ods",
        _odt(
            f'<table:table table:name="a"><table:table-row><table:table-cell>{text}</table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>',
            "application/vnd.oasis.opendocument.spreadsheet",
        ),
        "read",
        (WORDS,),
    )
    yield Case(
        "rows-full.ods",
        _odt(
            f'<table:table table:name="a"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384">{text}</table:table-cell></table:table-row></table:table>',
            "application/vnd.oasis.opendocument.spreadsheet",
        ),
    )
    good = _rtf(ORDER)
    yield Case("plain.rtf", good, "read", ("Коробецкая",))
    yield Case("rtf-as.doc", good, "read", ("Коробецкая",))
    for depth in (1000, 1_000_000):
        yield Case(f"deep-{depth}.rtf", b"{\\rtf1 " + b"{" * depth + b"x" + b"}" * depth + b"}")
    yield Case("unclosed.rtf", b"{\\rtf1\\ansi\\ansicpg1251 " + "Приказ района".encode("cp1251"), "either")
    yield Case("bin.rtf", b"{\\rtf1 {\\bin2147483647 xx} text of the order}", "either")
    yield Case(
        "cells.rtf",
        b"{\\rtf1 " + b"\\trowd\\cellx100\\cellx200 a\\intbl\\cell b\\cell\\row\n" * 30_000 + b"}",
        "read",
    )
    yield Case("cellx.rtf", b"{\\rtf1 \\trowd" + b"\\cellx100" * 100_000 + b" a\\intbl\\cell\\row}")
    yield Case("unicode.rtf", b"{\\rtf1\\uc2147483647 \\u-99999999999 \\u1055?text words here}")
    yield Case("controls.rtf", b"{\\rtf1 " + b"\\b0\\i1" * 500_000 + b" text words}")
    yield Case("hex.rtf", b"{\\rtf1{\\object{\\*\\objdata " + b"41" * 2_000_000 + b"}}text words}")
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    yield Case("ole-head.doc", ole, "refused")
    yield Case("ole-zeros.doc", ole + bytes(4096), "refused")
    yield Case("ole-noise.doc", ole + rng.randbytes(20_000), "refused")
    yield Case("ole-loop.doc", _ole_loop(), "refused")


def _ole_loop() -> bytes:
    """A compound file whose directory chain goes round in a circle."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", head, 40, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", head, 76, 0, *[0xFFFFFFFF] * 108)
    fat = struct.pack("<128I", 0xFFFFFFFD, 1, *[0xFFFFFFFF] * 126)
    return bytes(head) + fat + bytes(512)


def _xlsx(rows: list[list[object]], **parts: str) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _sheets(rng: random.Random) -> Iterator[Case]:
    good = _xlsx([["№", "Школа"], ["1", WORDS], ["2", "=1+1"]])
    head = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    )
    text = f'<c r="A1" t="inlineStr"><is><t>{WORDS}</t></is></c>'

    def sheet(name: str, xml: str, verdict: str = "read") -> Case:
        return Case(
            f"{name}.xlsx",
            changed(good, xl__worksheets__sheet1=head + xml + "</worksheet>"),
            verdict,
            (WORDS,) if verdict == "read" else (),
        )

    yield Case("plain.xlsx", good, "read", (WORDS,))
    data = f'<sheetData><row r="1">{text}<c r="B1"><v>2</v></c></row></sheetData>'
    yield sheet("dimension", f'<dimension ref="A1:XFD1048576"/>{data}')
    yield sheet(
        "far-cell",
        f'<sheetData><row r="1">{text}</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        "either",
    )
    yield sheet(
        "beyond",
        f'<sheetData><row r="1">{text}</row><row r="99999999999"><c r="ZZZZZZ99999999999"><v>1</v></c></row></sheetData>',
        "either",
    )
    yield sheet("merge-all", f'{data}<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>', "either")
    yield sheet(
        "merge-overlap",
        data + "<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 20_000 + "</mergeCells>",
        "either",
    )
    yield sheet("merge-bad", f'{data}<mergeCells><mergeCell ref="foo"/><mergeCell/></mergeCells>', "either")
    yield sheet(
        "bad-index",
        f'<sheetData><row r="1">{text}<c r="B1" t="s"><v>999999</v></c><c r="C1" t="s"><v>-1</v></c><c r="D1" t="s"><v>x</v></c></row></sheetData>',
        "either",
    )
    yield sheet(
        "bad-style",
        f'<sheetData><row r="1">{text}<c r="B1" s="99999"><v>1</v></c></row></sheetData>',
        "either",
    )
    yield sheet(
        "numbers",
        f'<sheetData><row r="1">{text}<c r="B1"><v>1e999</v></c><c r="C1"><v>NaN</v></c><c r="D1" t="d"><v>9999999-99-99</v></c><c r="E1" t="b"><v>7</v></c></row></sheetData>',
        "either",
    )
    yield sheet(
        "no-refs",
        f"<sheetData><row>{text.replace(chr(32) + 'r=' + chr(34) + 'A1' + chr(34), '')}</row></sheetData>",
        "either",
    )
    yield sheet(
        "rows-100k",
        "<sheetData>"
        + f'<row r="1">{text}</row>'
        + "".join(
            f'<row r="{i}"><c r="A{i}"><v>{i}</v></c><c r="B{i}"><v>1</v></c></row>'
            for i in range(2, 100_000)
        )
        + "</sheetData>",
    )
    yield sheet(
        "cells-2m",
        "<sheetData>"
        + "".join("<row>" + "<c><v>1</v></c>" * 1000 + "</row>" for _ in range(2000))
        + "</sheetData>",
        "either",
    )
    yield Case(
        "doctype.xlsx",
        changed(
            good,
            xl__worksheets__sheet1='<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        ),
        "refused",
        lacks=("root:",),
        says="DOCTYPE",
    )
    yield Case("no-sheet.xlsx", changed(good, xl__worksheets__sheet1=None))
    yield Case("no-workbook.xlsx", changed(good, xl__workbook=None))
    yield Case("sheet-not-xml.xlsx", changed(good, xl__worksheets__sheet1="это не XML"))
    yield Case(
        "formula.xlsx",
        _xlsx([["Школа", "Партнёр"], ['=HYPERLINK("http://x")', "=1+1"], [WORDS, "+7"]]),
        "read",
        (WORDS,),
    )
    yield Case("wide.xlsx", _xlsx([[f"ст{i}" for i in range(5000)], [WORDS]]), "either")
    yield Case("noise.xls", b"\x09\x08\x10\x00\x00\x06\x05\x00" + rng.randbytes(5000), "refused")
    yield Case("fake.xls", ORDER.encode(), "either")


# ------------------------------------------------------------------------------------------------- HTML, mail


def _html(rng: random.Random) -> Iterator[Case]:
    def page(name: str, body: str, verdict: str = "read", head: str = '<meta charset="utf-8">') -> Case:
        return Case(
            f"{name}.html",
            f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode(),
            verdict,
            (WORDS,) if verdict == "read" else (),
        )

    cell = f"<td>{WORDS}</td>"
    for value in ("1000000000", "-5", "abc", "65534"):
        yield page(
            f"colspan-{value}",
            f"<table><tr><td colspan={value}>а</td>{cell}</tr><tr><td>1</td><td>2</td></tr></table>",
        )
        yield page(
            f"rowspan-{value}", f"<table><tr><td rowspan={value}>а</td>{cell}</tr><tr><td>1</td></tr></table>"
        )
    yield page(
        "spans-many",
        "<table>" + "<tr>" + "<td colspan=1000 rowspan=1000>x</td>" * 500 + f"{cell}</tr></table>",
        "either",
    )
    yield page("deep-div", "<div>" * 100_000 + WORDS, "either")
    yield page("deep-table", "<table><tr><td>" * 3000 + WORDS, "either")
    yield page("unclosed", f"<table><tr><td>1<td>{WORDS}<tr><td>2<td>б")
    yield page("script", f"<script>{'x' * 1_000_000}</script><p>{WORDS}</p><script>")
    yield page("comment", f"<p>{WORDS}</p><!-- " + "-" * 1_000_000)
    yield page("attributes", f"<p {' '.join(f'a{i}=1' for i in range(50_000))}>{WORDS}</p>")
    yield page("long-attribute", f'<p title="{"x" * 5_000_000}">{WORDS}</p>')
    yield page("entities", f"<p>&#x110000;&#0;&#xD800;&#99999999999;&amp;&nosuch; {WORDS}</p>")
    yield page("rows", "<table>" + "<tr><td>1</td><td>2</td></tr>" * 60_000 + f"<tr>{cell}</tr></table>")
    yield page("paragraphs", "<p>а</p>" * 200_000 + f"<p>{WORDS}</p>")
    yield page("charset-lie", f"<p>{WORDS}</p>", head='<meta charset="koi8-r">')
    yield page("charset-unknown", f"<p>{WORDS}</p>", head='<meta charset="x-nonsense">')
    yield page(
        "remote",
        f'<img src="http://127.0.0.1:9/x"><link rel=stylesheet href="file:///etc/passwd"><iframe src="file:///etc/passwd"></iframe><p>{WORDS}</p>',
    )
    text = f"<html><body><p>{WORDS}. Утвердить перечень школ района.</p></body></html>"
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8-r", "cp866", "utf-8-sig"):
        yield Case(f"enc-{encoding}.html", text.encode(encoding), "read", (WORDS,))
    yield Case("nul.html", text.replace("п", "\0п").encode(), "either")
    yield Case(
        "xhtml.xhtml",
        (
            '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
            + text.replace("<p>", "<p>&e;")
        ).encode(),
        "either",
        lacks=("root:",),
    )
    mail = b"From: a@b\r\nTo: c@d\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    yield Case(
        "plain.eml", mail + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + ORDER.encode(), "read"
    )
    yield Case(
        "deep.eml",
        mail
        + b"".join(
            b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (i, i) for i in range(3000)
        )
        + b"\r\ntext",
        "either",
    )
    yield Case(
        "parts.eml",
        mail
        + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        + b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 5000
        + b"--b--",
        "either",
    )
    yield Case(
        "charset.eml", mail + b"Content-Type: text/plain; charset=nonsense\r\n\r\n" + ORDER.encode(), "either"
    )
    yield Case(
        "base64.eml",
        mail
        + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!====",
        "either",
    )
    yield Case(
        "page.mht",
        mail
        + b'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n'
        + text.encode()
        + b"\r\n--b--\r\n",
        "read",
        (WORDS,),
    )


# ------------------------------------------------------------------------------------------------- text


def _texts(rng: random.Random) -> Iterator[Case]:
    holds = ("Коробецкая", "Кардымовск")
    for encoding in (
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
        "cp1251",
        "koi8-r",
        "cp866",
        "mac-cyrillic",
    ):
        data = (
            ORDER.replace("«", '"')
            .replace("»", '"')
            .replace("№", "N" if encoding == "koi8-r" else "№")
            .encode(encoding)
        )
        yield Case(f"enc-{encoding}.txt", data, "read", holds)
        yield Case(
            f"enc-short-{encoding}.txt",
            "Приказ № 5 о школах района".replace("№", "N").encode(encoding),
            "read",
            ("школах района",),
        )
        yield Case(
            f"enc-crlf-{encoding}.txt",
            ORDER.replace("«", '"')
            .replace("»", '"')
            .replace("№", "N")
            .replace("\n", "\r\n")
            .encode(encoding),
            "read",
            holds,
        )
    for seen in ("cp1251", "latin-1", "cp866", "koi8-r"):
        garbled = ORDER.encode("utf-8").decode(seen, "replace")
        if "\ufffd" not in garbled:
            yield Case(f"mojibake-{seen}.txt", garbled.encode("utf-8"), "read")
    yield Case(
        "mojibake-1251-as-latin1.txt", ORDER.encode("cp1251").decode("latin-1").encode("utf-8"), "read"
    )
    yield Case("mojibake-1251-as-koi8.txt", ORDER.encode("cp1251").decode("koi8-r").encode("utf-8"), "read")
    yield Case("nfd.txt", unicodedata.normalize("NFD", ORDER).encode(), "read", ("Кардымовск",))
    odd = ORDER.replace("о", "о\u200b").replace("Школа", "Шко\u00adла").replace("район", "\u202eрайон\u202c")
    yield Case("zero-width.txt", odd.encode(), "read")
    yield Case(
        "one-bad-byte.txt", ORDER.encode()[:300] + b"\xff" + ORDER.encode()[300:], "read", ("Коробецкая",)
    )
    yield Case("cut-utf8.txt", ORDER.encode()[:-1].rstrip(b"\n") + "я".encode()[:1], "read", ("Коробецкая",))
    yield Case(
        "latin.txt", b"Order of the department, nothing here is Russian, and there is no table.", "read"
    )
    yield Case("cr.txt", ORDER.replace("\n", "\r").encode(), "read", ("Коробецкая",))
    yield Case(
        "mixed-ends.txt",
        ORDER.replace("\n", "\r\n", 5).replace("\nот", "\rот").encode(),
        "read",
        ("Коробецкая",),
    )
    yield Case("nuls.txt", ORDER.replace("школ", "шк\0ол").encode(), "either")
    yield Case(
        "ansi.txt", ORDER.replace("ПРИКАЗ", "\x1b[31mПРИКАЗ\x1b[0m\x07").encode(), "read", ("Коробецкая",)
    )
    yield Case("formfeed.txt", ORDER.replace("\n\n", "\n\f\n").encode(), "read", ("Коробецкая",))
    yield Case("bom-inside.txt", ORDER.replace("район", "\ufeffрайон").encode(), "read")
    yield Case("surrogates.txt", ORDER.encode() + b"\xed\xa0\x80\xed\xb0\x80", "either")
    yield Case("controls.txt", bytes(range(1, 32)) * 100)
    yield Case("mixed-encodings.txt", ORDER.encode() + ORDER.encode("cp1251"), "either")
    long = "слово " * 3_000_000
    yield Case("one-line.txt", long.encode(), "either")
    yield Case("one-word.txt", ("щ" * 5_000_000).encode(), "either")
    yield Case("lines.txt", ("строка приказа\n" * 100_000).encode(), "read")
    yield Case("lines-1m.txt", ("а\n" * 1_000_000).encode(), "either")
    yield Case("tabs.txt", ("а" + "\t" * 200_000 + "б\n").encode(), "either")
    yield Case(
        "tab-table.txt",
        "".join(f"{i}\tшкола {i}\tпартнёр\n" for i in range(30_000)).encode(),
        "read",
        ("школа 29999",),
    )
    for mark in (
        "|",
        "│",
        "-",
        "=",
        "+",
        ".",
        " ",
        "_",
        "«",
        "(",
        "№",
        "1.",
        "\u00a0",
        "…",
        "а-",
        "и,",
        '"',
        "'",
        ";",
        "/",
        "\\",
        "2020",
        "МБОУ ",
        "г. ",
        "«»",
        "до ",
        "с 1 по ",
    ):
        yield Case(
            f"run-{ord(mark[0])}-{len(mark)}.txt",
            (ORDER + mark * (200_000 // len(mark)) + "\nконец\n").encode(),
            "either",
        )
    boxes = "┌" + "─" * 40 + "┬" + "─" * 40 + "┐\n" + ("│" + "а" * 40 + "│" + "б" * 40 + "│\n") * 5000
    yield Case("boxes.txt", boxes.encode(), "either")
    yield Case(
        "boxes-ragged.txt",
        "".join("│" * (i % 70) + "─" * (i % 33) + "┼\n" for i in range(20_000)).encode(),
        "either",
    )
    yield Case(
        "columns.txt",
        "".join(
            "  ".join("слово"[: 1 + (i * j) % 5] for j in range(30)) + "\n" for i in range(20_000)
        ).encode(),
        "either",
    )
    yield Case("csv.csv", ('"№";"Школа"\n' + '1;"=cmd()"\n' * 20_000).encode("cp1251"), "read")
    yield Case("csv-quote.csv", ('"a,b\n' * 100_000).encode(), "either")
    yield Case("pipes.md", ("|a|" * 20_000 + "\n|-|-|\n" + "|b|c|\n" * 2000).encode(), "either")


# ------------------------------------------------------------------------------------------------- PDF


def _pdf(
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


def _flate(data: bytes, times: int = 1, more: bytes = b"") -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return (
        b"<</Length %d/Filter[%s]%s>>stream\n" % (len(data), b"/FlateDecode " * times, more)
        + data
        + b"\nendstream"
    )


def _pdfs(rng: random.Random) -> Iterator[Case]:
    text = ("Order of the department",)

    def pdf(
        name: str, data: bytes, verdict: str = "either", holds: tuple[str, ...] = (), says: str = ""
    ) -> Case:
        return Case(f"{name}.pdf", data, verdict, holds, says=says)

    yield pdf("plain", _pdf(), "read", text)
    yield pdf("no-pages", _pdf(kids=b"[]", count=b"0"), "refused")
    yield pdf("no-kids", _pdf(kids=b"null", count=b"1"))
    yield pdf("lost-pages", _pdf(kids=b"[99 0 R]"))
    yield pdf("kids-loop", _pdf(kids=b"[2 0 R]"))
    yield pdf("kids-loop-page", _pdf(kids=b"[2 0 R 3 0 R]"))
    for count in (b"2147483647", b"-1", b"999999999999999", b"3000", b"(x)"):
        yield pdf(f"count-{count.decode().strip('()')}", _pdf(count=count))
    for i, box in enumerate(
        (
            b"[0 0 1e9 1e9]",
            b"[0 0 0 0]",
            b"[595 842 0 0]",
            b"[0 0 -5 -5]",
            b"[a b]",
            b"[0 0 99999999999999999999 1]",
            b"[nan nan nan nan]",
            b"[-1e6 -1e6 1e6 1e6]",
        )
    ):
        yield pdf(f"mediabox-{i}", _pdf(page=b"/MediaBox " + box))
    yield pdf("no-mediabox", _pdf(page=b""), "read", text)
    yield pdf("rotate", _pdf(page=b"/MediaBox [0 0 595 842]/Rotate 45"), "read", text)
    yield pdf("userunit", _pdf(page=b"/MediaBox [0 0 595 842]/UserUnit 1e30"))
    good = _pdf()
    yield pdf("no-xref", good[: good.rfind(b"xref\n0")], "either")
    yield pdf("startxref", good.replace(b"startxref\n", b"startxref\n9"), "read", text)
    yield pdf("xref-loop", good.replace(b"trailer\n<<", b"trailer\n<</Prev %d" % good.rfind(b"xref\n0")))
    yield pdf("junk-before", b"HTTP/1.1 200 OK\r\n\r\n" * 20 + good, "either")
    yield pdf("junk-after", good + b"\0" * 5000, "read", text)
    yield pdf("header-only", b"%PDF-1.7\n", "refused")
    yield pdf("version", good.replace(b"%PDF-1.", b"%PDF-9."), "either")
    yield pdf("trailer-loop", good.replace(b"/Root 1 0 R", b"/Root 2 0 R"), "either")
    yield pdf("no-root", good.replace(b"/Root 1 0 R", b""), "either")
    yield pdf("bomb", _pdf(stream=_flate(b" " * (400 << 20))))
    yield pdf("bomb-twice", _pdf(stream=_flate(bytes(300 << 20), 2)))
    yield pdf("filters", _pdf(stream=_flate(b"BT ET", 60)))
    yield pdf(
        "predictor",
        _pdf(stream=_flate(b"BT ET" * 100, 1, b"/DecodeParms<</Predictor 15/Columns 2147483647/Colors 32>>")),
    )
    yield pdf("q-deep", _pdf(b"q " * 1_000_000 + b"BT /F 12 Tf 50 700 Td (Order) Tj ET"))
    yield pdf("array-deep", _pdf(b"[" * 500_000 + b"]" * 500_000))
    yield pdf(
        "dict-deep", _pdf(page=b"/MediaBox [0 0 595 842]/X " + b"<</A " * 50_000 + b"1" + b">>" * 50_000)
    )
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>/Length 11>>stream\n/X Do /X Do\nendstream"
    yield pdf("form-loop", _pdf(b"/X Do BT /F 12 Tf 50 700 Td (Order) Tj ET", more=(form,)))
    image = (
        b"<</Type/XObject/Subtype/Image/Width %s/Height %s/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/%s/Length 20>>stream\n"
        + b"\x97JB2 not an image.."
        + b"\nendstream"
    )
    for name in (
        b"JBIG2Decode",
        b"JPXDecode",
        b"DCTDecode",
        b"CCITTFaxDecode",
        b"FlateDecode",
        b"NoSuchDecode",
        b"LZWDecode",
        b"RunLengthDecode",
    ):
        yield pdf(
            f"image-{name.decode()}",
            _pdf(b"q 500 0 0 700 40 40 cm /X Do Q", more=(image % (b"100", b"100", name),)),
        )
    yield pdf(
        "image-huge",
        _pdf(b"q 500 0 0 700 40 40 cm /X Do Q", more=(image % (b"100000", b"100000", b"FlateDecode"),)),
    )
    yield pdf(
        "image-2g",
        _pdf(
            b"q 500 0 0 700 40 40 cm /X Do Q", more=(image % (b"2147483647", b"2147483647", b"JBIG2Decode"),)
        ),
    )
    yield pdf("inline-image", _pdf(b"BI /W 99999 /H 99999 /BPC 8 /CS /RGB ID xxxx"))
    yield pdf("no-endstream", good.replace(b"endstream", b"endstr   "))
    yield pdf("length-lie", good.replace(b"/Length ", b"/Length 99999"), "either")
    yield pdf("no-contents", good.replace(b"/Contents 4 0 R", b""))
    yield pdf("font-missing", good.replace(b"/F 5 0 R", b"/G 5 0 R"))
    yield pdf(
        "many-lines",
        _pdf(
            stream=_flate(
                b"".join(
                    b"%d %d m %d %d l S\n" % (i % 595, i % 842, (i * 7) % 595, (i * 11) % 842)
                    for i in range(300_000)
                )
            )
        ),
    )
    grid = b"".join(b"50 %d m 550 %d l S " % (y, y) for y in range(40, 841, 4)) + b"".join(
        b"%d 40 m %d 840 l S " % (x, x) for x in range(50, 551, 5)
    )
    cells = b"".join(
        b"BT /F 3 Tf %d %d Td (%d) Tj ET " % (51 + 5 * c, 41 + 4 * r, (r + c) % 10)
        for r in range(200)
        for c in range(100)
    )
    yield pdf("grid-20000", _pdf(stream=_flate(grid + cells)), "read")
    yield pdf(
        "rects",
        _pdf(stream=_flate(b"".join(b"%d %d 5 5 re S " % (i % 590, i // 590 % 840) for i in range(200_000)))),
    )
    yield pdf(
        "chars-1m",
        _pdf(
            stream=_flate(
                b"BT /F 5 Tf "
                + b"".join(b"1 0 0 1 %d %d Tm (Order words) Tj " % (i % 500, i % 800) for i in range(100_000))
                + b"ET"
            )
        ),
    )
    yield pdf(
        "coordinates",
        _pdf(
            b"BT /F 1e30 Tf 1e30 -1e30 Td (far away) Tj 0 0 0 0 0 0 Tm (flat) Tj ET 1e38 1e38 m -1e38 5 l S"
        ),
        "either",
    )
    yield pdf("dashes", _pdf(b"[0.00001] 0 d 0 0 m 595 842 l S 0 0 0 0 re f"), "either")
    for n in (1999, 2001, 50_000):
        pages = b" ".join(b"3 0 R" for _ in range(n))
        yield pdf(f"pages-{n}", _pdf(kids=b"[" + pages + b"]", count=b"%d" % n), "either")
    deep = b"".join(
        b"%d 0 obj<</Type/Pages/Kids[%d 0 R]/Count 1/Parent %d 0 R>>endobj\n" % (i, i + 1, i - 1)
        for i in range(10, 20_000)
    )
    yield pdf(
        "tree-deep",
        good.replace(b"/Kids [3 0 R]", b"/Kids [10 0 R]").replace(b"xref\n0", deep + b"xref\n0", 1),
    )
    yield pdf(
        "objects",
        good.replace(
            b"xref\n0", b"".join(b"%d 0 obj null endobj\n" % i for i in range(20, 200_000)) + b"xref\n0", 1
        ),
    )
    for password, owner, title in (("secret", "owner", "locked"), ("", "owner", "owner-only")):
        from reportlab.lib.pdfencrypt import StandardEncryption
        from reportlab.pdfgen.canvas import Canvas

        stream = io.BytesIO()
        canvas = Canvas(stream, encrypt=StandardEncryption(password, ownerPassword=owner))
        canvas.drawString(72, 720, "Order of the department")
        canvas.save()
        if password:
            yield pdf(title, stream.getvalue(), "refused", says="password")
        else:
            yield pdf(title, stream.getvalue(), "read", text)
    whole_pdf = whole("pdf")
    for i in range(25):
        yield pdf(f"fuzz-{i}", flipped(whole_pdf, rng, rng.choice((1, 2, 5, 20))))
    for i in range(8):
        at, length = rng.randrange(len(whole_pdf)), rng.randrange(1, 400)
        yield pdf(f"cutout-{i}", whole_pdf[:at] + whole_pdf[at + length :])
    yield Case("pdf-as.docx", good, "read", text)
    yield Case("pdf-as.txt", good, "read", text)


# ------------------------------------------------------------------------------------------------- the rest


def _png(width: int, height: int, data: bytes | None = None) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    raw = zlib.compress(data if data is not None else (b"\0" + b"\xff" * width) * height)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", raw)
        + chunk(b"IEND", b"")
    )


def _rest(rng: random.Random) -> Iterator[Case]:
    yield Case("white.png", _png(600, 400))
    yield Case("huge.png", _png(100_000, 100_000, b"\0" * 1000), "refused", says="image_pixels")
    yield Case("zero.png", _png(0, 0, b""))
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


PARTS = (_broken, _docx, _zips, _other_word, _sheets, _html, _texts, _pdfs, _rest)
