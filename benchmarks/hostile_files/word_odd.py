"""DOCX that Word and other programs write, in which rows and text are easily lost, and more that is hostile."""
# ruff: noqa: E501  # markup of one file on one line is easier to read than broken

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator

from benchmarks.hostile_files.case import WORDS, Case
from benchmarks.hostile_files.make import changed, docx_file, with_part, zipped
from tests.extractors import word_files as w

SCHOOL = "МБОУ «Тюшинская СШ»"
ROW = w.tr(w.tc("1"), w.tc(SCHOOL))
HEAD = w.tr(w.tc("№ п/п"), w.tc("Школа"))


def word_odd(rng: random.Random) -> Iterator[Case]:
    yield from _kept()
    yield from _packages()
    yield from _parts()
    yield from _hostile()


def _read(name: str, xml: str, *holds: str, lacks: tuple[str, ...] = ()) -> Case:
    return Case(f"{name}.docx", docx_file(xml), "read", holds or (WORDS,), lacks)


def _kept() -> Iterator[Case]:
    """Text that a reader of paragraphs and runs alone does not see."""
    run = f"<w:r><w:t>{WORDS}</w:t></w:r>"
    sdt = "<w:sdt><w:sdtPr/><w:sdtContent>%s</w:sdtContent></w:sdt>"
    yield _read("sdt-block-table", sdt % w.tbl(HEAD, ROW), SCHOOL)
    yield _read("sdt-rows-nested", w.tbl(HEAD, sdt % (sdt % ROW)), SCHOOL)
    yield _read("sdt-no-content", w.p(WORDS) + "<w:sdt/><w:sdt><w:sdtContent/></w:sdt>")
    yield _read("smart-tag", f'<w:p><w:smartTag w:uri="x" w:element="y">{run}</w:smartTag></w:p>')
    yield _read("fld-simple", f'<w:p><w:fldSimple w:instr="PAGE">{run}</w:fldSimple></w:p>')
    yield _read(
        "bidi-override", f'<w:p><w:bdo w:val="rtl">{run}</w:bdo><w:dir w:val="ltr">{run}</w:dir></w:p>'
    )
    yield _read("hyperlink-anchor", f'<w:p><w:hyperlink w:anchor="x">{run}</w:hyperlink></w:p>')
    yield _read("ruby", f"<w:p><w:r><w:ruby><w:rubyBase>{run}</w:rubyBase></w:ruby></w:r></w:p>")
    yield _read("ins-table", f'<w:ins w:id="1" w:author="a">{w.tbl(HEAD, ROW)}</w:ins>{w.p(WORDS)}', WORDS)
    yield _read(
        "ins-cell-text",
        w.tbl(HEAD, w.tr(w.tc("1"), w.tc(f'<w:p><w:ins w:id="1" w:author="a">{run}</w:ins></w:p>'))),
    )
    yield _read(
        "del-row",
        w.tbl(HEAD, w.tr(w.tc("9"), w.tc("Вычеркнутая"), properties='<w:del w:id="1" w:author="a"/>'), ROW),
        SCHOOL,
    )
    yield _read(
        "move-both",
        f'<w:p><w:moveFrom w:id="1" w:author="a">{run}</w:moveFrom></w:p><w:p><w:moveTo w:id="1" w:author="a">{run}</w:moveTo></w:p>',
    )
    yield _read(
        "ins-del-inside",
        f'<w:p><w:ins w:id="1" w:author="a"><w:del w:id="2" w:author="b"><w:r><w:delText>нет</w:delText></w:r></w:del>{run}</w:ins></w:p>',
    )
    yield _read("hidden", f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>скрытое</w:t></w:r>{run}</w:p>")
    yield _read(
        "hidden-row",
        w.tbl(HEAD, w.tr(w.tc("1"), w.tc(SCHOOL), properties="<w:hidden/>"), w.tr(w.tc("2"), w.tc(WORDS))),
    )
    yield _read("symbol", f'<w:p>{run}<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r></w:p>')
    yield _read(
        "no-break-hyphen",
        "<w:p><w:r><w:t>Темкино</w:t><w:noBreakHyphen/><w:t>Вязьма</w:t></w:r></w:p>",
        "Темкино",
    )
    yield _read(
        "soft-hyphen",
        "<w:p><w:r><w:t>Кардымов</w:t><w:softHyphen/><w:t>ский район</w:t></w:r></w:p>",
        "ский район",
    )
    yield _read(
        "text-split",
        "<w:p>" + "".join(f"<w:r><w:t>{c}</w:t></w:r>" for c in "Кардымовский") + "</w:p>",
        "Кардымовский",
    )
    yield _read("cdata", f"<w:p><w:r><w:t><![CDATA[{WORDS}]]></w:t></w:r></w:p>")
    yield _read(
        "comments-inside",
        "<w:p><w:r><w:t><!-- x -->Кардымов<!-- y -->ский<?pi?> район</w:t></w:r></w:p>",
        "Кардымовский район",
    )
    yield _read(
        "character-references", "<w:p><w:r><w:t>&#x41A;&#1072;рдымовский</w:t></w:r></w:p>", "Кардымовский"
    )
    box = f"<w:txbxContent>{w.p(WORDS)}{w.tbl(HEAD, ROW)}</w:txbxContent>"
    drawing = f"<w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
    pict = f"<w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
    both = f'<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps">{drawing}</mc:Choice><mc:Fallback>{pict}</mc:Fallback></mc:AlternateContent></w:r></w:p>'
    yield _read("textbox-table", both, WORDS, SCHOOL)
    yield _read("textbox-fallback", both.replace(drawing, ""), WORDS, SCHOOL)
    yield _read("textbox-in-cell", w.tbl(HEAD, w.tr(w.tc("1"), w.tc(both))), WORDS, SCHOOL)
    yield _read(
        "alternate-block",
        f'<mc:AlternateContent><mc:Choice Requires="w14">{w.p(WORDS)}{w.tbl(HEAD, ROW)}</mc:Choice><mc:Fallback/></mc:AlternateContent>',
        WORDS,
        SCHOOL,
    )
    yield _read(
        "nested-table",
        w.tbl(HEAD, w.tr(w.tc("1"), w.tc(w.p(WORDS) + w.tbl(HEAD, ROW) + w.p()))),
        WORDS,
        SCHOOL,
    )
    yield _read(
        "nested-only", w.tbl(w.tr(w.tc(w.tbl(HEAD, ROW, w.tr(w.tc("2"), w.tc(WORDS)))))), WORDS, SCHOOL
    )
    yield _read("cell-empty", "<w:tbl><w:tr><w:tc/><w:tc><w:tcPr/></w:tc></w:tr>" + ROW + "</w:tbl>", SCHOOL)
    yield _read("row-empty", w.tbl("<w:tr/>", HEAD, "<w:tr/>", ROW), SCHOOL)
    yield _read("row-in-customxml", w.tbl(HEAD, f'<w:customXml w:element="r">{ROW}</w:customXml>'), SCHOOL)
    yield _read(
        "cell-in-customxml",
        w.tbl(HEAD, w.tr(w.tc("1"), f'<w:customXml w:element="c">{w.tc(SCHOOL)}</w:customXml>')),
        SCHOOL,
    )
    yield _read("no-grid", f"<w:tbl>{HEAD}{ROW}</w:tbl>", SCHOOL)
    yield _read(
        "hmerge",
        w.tbl(
            HEAD,
            w.tr(
                w.tc("Кардымовский район", properties='<w:hMerge w:val="restart"/>'),
                w.tc("", properties="<w:hMerge/>"),
            ),
            ROW,
        ),
        "Кардымовский район",
        SCHOOL,
    )
    yield _read(
        "vmerge-word",
        w.tbl(
            HEAD,
            w.tr(w.tc("1", properties='<w:vMerge w:val="restart"/>'), w.tc(SCHOOL)),
            w.tr(w.tc("ненужное", properties='<w:vMerge w:val="continue"/>'), w.tc(WORDS)),
        ),
        SCHOOL,
        WORDS,
    )
    yield _read(
        "math",
        f'<w:p xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>{run}</w:p>',
    )
    yield _read(
        "permissions",
        f'<w:permStart w:id="1"/>{w.p(WORDS)}<w:permEnd w:id="1"/><w:bookmarkStart w:id="1"/><w:proofErr/>',
    )
    yield _read("unknown-elements", f'<x:new xmlns:x="urn:new"><x:a/></x:new>{w.p(WORDS)}')
    yield _read("frame", w.p(WORDS, '<w:framePr w:w="100" w:hAnchor="page"/>'))
    yield _read("columns-section", w.p(WORDS) + '<w:sectPr><w:cols w:num="9999999"/></w:sectPr>')
    yield _read(
        "huge-numbers",
        f'<w:p><w:pPr><w:ind w:left="999999999999999999"/><w:numPr><w:ilvl w:val="99999"/><w:numId w:val="-7"/></w:numPr></w:pPr>{run}</w:p>',
    )
    wide = '<w:tcW w:w="99999999999" w:type="dxa"/>'
    yield _read(
        "widths",
        w.tbl(w.tr(w.tc(SCHOOL, properties=wide), w.tc(WORDS, properties='<w:tcW w:w="50%" w:type="pct"/>'))),
        SCHOOL,
        WORDS,
    )
    for kind in ("header", "footer"):
        yield Case(
            f"{kind}-only.docx",
            docx_file(w.p(WORDS), **{kind: w.part("hdr" if kind == "header" else "ftr", w.p("Колонтитул"))}),
            "read",
            (WORDS,),
        )
    for kind in ("footnote", "endnote"):
        notes = w.part(f"{kind}s", f'<w:{kind} w:id="1">{w.p("Пояснение к школе")}</w:{kind}>')
        yield Case(
            f"{kind}-known.docx",
            docx_file(f'<w:p>{run}<w:r><w:{kind}Reference w:id="1"/></w:r></w:p>', **{f"{kind}s": notes}),
            "read",
            (WORDS, "Пояснение к школе"),
        )
    loop = w.part(
        "footnotes", '<w:footnote w:id="1"><w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p></w:footnote>'
    )
    yield Case(
        "footnote-loop.docx",
        docx_file(f'<w:p>{run}<w:r><w:footnoteReference w:id="1"/></w:r></w:p>', footnotes=loop),
        "read",
        (WORDS,),
    )


def _packages() -> Iterator[Case]:
    """Packages that are put together otherwise than usual."""
    good = docx_file(w.p(WORDS) + w.tbl(HEAD, ROW))
    holds = (WORDS, SCHOOL)
    xml = _member(good, "word/document.xml").decode()
    types, rels = _member(good, "[Content_Types].xml").decode(), _member(good, "_rels/.rels").decode()

    def case(name: str, data: bytes, verdict: str = "read", says: str = "") -> Case:
        return Case(f"{name}.docx", data, verdict, holds if verdict == "read" else (), says=says)

    for target in (
        "word/document2.xml",
        "/word/document2.xml",
        "word/Document2.XML",
        "x/../word/document2.xml",
    ):
        moved = {
            "[Content_Types].xml": types.replace("/word/document.xml", "/word/document2.xml"),
            "_rels/.rels": rels.replace("word/document.xml", target),
            "word/document2.xml": xml,
        }
        yield case(
            f"renamed-{target.replace('/', '_').replace('.', '_')}",
            zipped(dict(moved)),
            "either" if "XML" in target else "read",
        )
    yield case("rels-broken", changed(good, rels="<Relationships"))
    yield case("types-broken", changed(good, types="<Types"))
    yield case("types-wrong", changed(good, types=types.replace("document.main+xml", "nonsense")))
    for kind, content in (
        ("docm", "application/vnd.ms-word.document.macroEnabled.main+xml"),
        ("dotx", "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"),
        ("dotm", "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"),
    ):
        data = with_part(
            changed(
                good,
                types=types.replace(
                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                    content,
                ),
            ),
            "word/vbaProject.bin",
            b"\xd0\xcf\x11\xe0" + bytes(600),
        )
        yield Case(f"macros.{kind}", data, "read", holds)
    yield case("no-declaration", changed(good, word__document=xml.split("?>", 1)[1]))
    yield case("bom", changed(good, word__document="\ufeff" + xml))
    for encoding in ("utf-16-le", "utf-16-be"):
        declared = xml.replace("UTF-8", "UTF-16")
        bom = b"\xff\xfe" if encoding.endswith("le") else b"\xfe\xff"
        yield case(f"part-{encoding}", changed(good, word__document=bom + declared.encode(encoding)))
    yield case(
        "part-lies-utf16", changed(good, word__document=xml.replace("UTF-8", "UTF-16").encode()), "either"
    )
    yield case(
        "all-utf16",
        changed(
            good,
            word__document=b"\xff\xfe" + xml.replace("UTF-8", "UTF-16").encode("utf-16-le"),
            types=b"\xff\xfe" + types.encode("utf-16-le"),
            rels=b"\xff\xfe" + rels.encode("utf-16-le"),
        ),
        "either",
    )
    strict = xml.replace(w.W, "http://purl.oclc.org/ooxml/wordprocessingml/main").replace(
        w.REL, "http://purl.oclc.org/ooxml/officeDocument/relationships"
    )
    yield case(
        "strict-whole",
        changed(
            good,
            word__document=strict,
            rels=rels.replace(w.REL, "http://purl.oclc.org/ooxml/officeDocument/relationships"),
        ),
    )
    yield case(
        "prefixes",
        changed(
            good,
            word__document=xml.replace("<w:", "<ns0:")
            .replace("</w:", "</ns0:")
            .replace("xmlns:w=", "xmlns:ns0=")
            .replace(" w:", " ns0:"),
        ),
    )
    default = xml.replace("<w:", "<").replace("</w:", "</").replace("xmlns:w=", "xmlns=").replace(" w:", " ")
    yield case("default-namespace", changed(good, word__document=default), "either")
    yield case("slashes", _renamed(good, lambda n: n.replace("/", "\\")), "either")
    yield case("upper-case", _renamed(good, lambda n: n.replace("word/document", "WORD/Document")), "either")
    yield case("stored", zipped({n: _member(good, n) for n in _names(good)}, zipfile.ZIP_STORED))
    yield case("types-last", zipped({n: _member(good, n) for n in reversed(_names(good))}))
    yield case("folder-entries", with_part(with_part(good, "word/", b""), "_rels/", b""))
    yield case("junk-before", b"\0" * 300 + good, "either")
    yield case("mime-before", b"Content-Type: application/octet-stream\r\n\r\n" + good, "either")
    yield case("junk-after", good + b"\0" * 4000)
    yield case("newline-after", good + b"\r\n")
    yield case("comment", _comment(good, b"x" * 65_000))
    yield case("streamed", _streamed(good))
    yield case(
        "thumbs",
        with_part(
            with_part(good, "docProps/thumbnail.jpeg", b"\xff\xd8broken"), "word/media/image1.emf", b"?" * 900
        ),
    )
    yield case("flat-opc", _flat(good), "either")
    inner = docx_file(w.p("Вложенный документ"))
    yield case(
        "embedded",
        with_part(
            with_part(good, "word/embeddings/a.docx", inner), "word/embeddings/oleObject1.bin", bytes(999)
        ),
    )
    for n in range(1, 40):
        share = n / 40
        yield Case(
            f"truncated-{n:02}.docx",
            good[: int(len(good) * share)],
            "refused",
            says="cut off|damaged|broken|truncated|end",
        )


def _parts() -> Iterator[Case]:
    """Parts beside the text that are hostile, damaged or lead elsewhere."""
    alt = "<w:altChunk r:id='rc'/>"
    good = docx_file(w.p(WORDS) + alt + w.tbl(HEAD, ROW))
    rel = f'<Relationships xmlns="{w.PACKAGE}/relationships"><Relationship Id="rc" Type="{w.REL}/aFChunk" Target="%s"%s/></Relationships>'
    holds = (WORDS, SCHOOL)
    page = "<html><body><p>Вставленный кусок</p></body></html>"
    for name, target, mode in (
        ("altchunk", "chunk.html", ""),
        ("altchunk-external", "http://127.0.0.1:9/c.html", ' TargetMode="External"'),
        ("altchunk-file", "file:///etc/passwd", ' TargetMode="External"'),
        ("altchunk-missing", "gone.html", ""),
    ):
        data = with_part(
            with_part(good, "word/_rels/document.xml.rels", rel % (target, mode)), "word/chunk.html", page
        )
        yield Case(f"{name}.docx", data, "read", holds, ("root:",))
    plain = docx_file(
        w.p(WORDS) + w.tbl(HEAD, ROW),
        styles="<w:styles",
        numbering="<w:numbering>",
        footnotes="",
        settings="\0",
    )
    yield Case("side-parts-broken.docx", plain, "read", holds)
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="2147483647"/><w:numFmt w:val="cardinalText"/><w:lvlText w:val="{"%1" * 500}"/></w:lvl>'
        for i in range(9)
    )
    numbering = w.part(
        "numbering",
        f'<w:abstractNum w:abstractNumId="1">{levels}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>',
    )
    item = w.p(WORDS, '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
    yield Case("numbering-huge.docx", docx_file(item * 300, numbering=numbering), "read", (WORDS,))
    for format in ("upperRoman", "russianLower", "hex", "none", "bullet", "ordinalText", "nonsense"):
        numbering = w.part(
            "numbering",
            f'<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="999999999"/><w:numFmt w:val="{format}"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>',
        )
        yield Case(f"numbering-{format}.docx", docx_file(item * 50, numbering=numbering), "read", (WORDS,))
    link = w.part(
        "numbering",
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="a"/></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>',
    )
    styles = w.part(
        "styles",
        '<w:style w:type="numbering" w:styleId="a"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>',
    )
    yield Case("numbering-loop.docx", docx_file(item * 20, numbering=link, styles=styles), "read", (WORDS,))
    for part in ("styles", "numbering", "footnotes", "settings", "comments"):
        evil = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
        yield Case(
            f"doctype-{part}.docx",
            docx_file(w.p(WORDS), **{part: evil}),
            "refused",
            lacks=("root:",),
            says="DOCTYPE",
        )
    types = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Types>&e;</Types>'
    yield Case("doctype-types.docx", changed(plain, types=types), "refused", lacks=("root:",), says="DOCTYPE")
    yield Case("doctype-rels.docx", changed(plain, rels=types), "refused", lacks=("root:",), says="DOCTYPE")
    deep = w.part("styles", "<w:style>" * 5000 + "</w:style>" * 5000)
    yield Case("styles-deep.docx", docx_file(w.p(WORDS), styles=deep), "either")


def _hostile() -> Iterator[Case]:
    """Small files that ask for much."""
    for n in (1001, 63_000, 10**9):
        yield _read(
            f"span-cells-{n}",
            w.tbl(*[w.tr(w.tc("а", properties=f'<w:gridSpan w:val="{n}"/>'), w.tc(WORDS))] * 200),
        )
    yield _read(
        "gridafter-rows",
        w.tbl(
            *[w.tr(w.tc(WORDS), properties='<w:gridAfter w:val="1000"/><w:gridBefore w:val="1000"/>')] * 300
        ),
    )
    yield Case(
        "rows-spans.docx",
        docx_file(
            w.tbl(*[w.tr(*[w.tc("я", properties='<w:gridSpan w:val="999"/><w:vMerge/>')] * 30)] * 3000)
        ),
    )
    yield Case("tables-50k.docx", docx_file(w.tbl(w.tr(w.tc("а"))) * 50_000 + w.p(WORDS)))
    yield Case(
        "runs-500k.docx",
        docx_file("<w:p>" + "<w:r><w:t>а</w:t></w:r>" * 500_000 + "</w:p>" + w.p(WORDS)),
        "read",
        (WORDS,),
    )
    yield Case(
        "breaks-1m.docx",
        docx_file("<w:p><w:r>" + "<w:br/>" * 1_000_000 + f"<w:t>{WORDS}</w:t></w:r></w:p>"),
        "read",
        (WORDS,),
    )
    yield Case(
        "tabs-1m.docx",
        docx_file("<w:p><w:r>" + "<w:tab/>" * 1_000_000 + f"<w:t>{WORDS}</w:t></w:r></w:p>"),
        "read",
        (WORDS,),
    )
    yield Case(
        "bookmarks.docx",
        docx_file('<w:bookmarkStart w:id="1" w:name="x"/>' * 300_000 + w.p(WORDS)),
        "read",
        (WORDS,),
    )
    yield Case(
        "ins-100k.docx",
        docx_file(
            "<w:p>"
            + '<w:ins w:id="1" w:author="a"><w:r><w:t>а</w:t></w:r></w:ins><w:del w:id="2" w:author="a"><w:r><w:delText>б</w:delText></w:r></w:del>'
            * 100_000
            + "</w:p>"
            + w.p(WORDS)
        ),
        "read",
        (WORDS,),
    )
    yield Case(
        "fields-100k.docx",
        docx_file(
            "<w:p>" + '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 100_000 + "</w:p>" + w.p(WORDS)
        ),
        "read",
        (WORDS,),
    )
    notes = w.part(
        "footnotes",
        "".join(f'<w:footnote w:id="{i}">{w.p("сноска " * 50)}</w:footnote>' for i in range(2000)),
    )
    many = "".join(f'<w:r><w:footnoteReference w:id="{i}"/></w:r>' for i in range(2000)) * 20
    yield Case("footnotes-many.docx", docx_file(f"<w:p>{many}</w:p>" + w.p(WORDS), footnotes=notes), "either")
    for i, value in enumerate(
        ("а" * 500_000, "1 " * 200_000, "«" * 100_000, "МБОУ " * 40_000, "№" * 100_000, "СШ № 1, " * 20_000)
    ):
        row = w.tr(w.tc("1"), w.tc(value))
        yield Case(f"long-cell-{i}.docx", docx_file(w.p(WORDS) + w.tbl(HEAD, row, ROW)), "read", (SCHOOL,))


def _member(package: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as container:
        return container.read(name)


def _names(package: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(package)) as container:
        return container.namelist()


def _renamed(package: bytes, rename: object) -> bytes:
    assert callable(rename)
    data = bytearray(zipped({rename(n): _member(package, n) for n in _names(package)}))
    return bytes(data)


def _comment(package: bytes, comment: bytes) -> bytes:
    stream = io.BytesIO(package)
    with zipfile.ZipFile(stream, "a") as container:
        container.comment = comment
    return stream.getvalue()


def _streamed(package: bytes) -> bytes:
    """With data descriptors after the members, as programs write that cannot seek."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.data += bytes(data)  # type: ignore[call-overload]  # any buffer  # the buffer protocol has no type before 3.12
            return len(bytes(data))  # type: ignore[call-overload]  # any buffer

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as container:
        for name in _names(package):
            container.writestr(name, _member(package, name))
    return bytes(pipe.data)


def _flat(package: bytes) -> bytes:
    """The package as one XML file (Word's «XML document»)."""
    xml = _member(package, "word/document.xml").decode().split("?>", 1)[1]
    return (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
        f'<pkg:part pkg:name="/word/document.xml"><pkg:xmlData>{xml}</pkg:xmlData></pkg:part></pkg:package>'
    ).encode()
