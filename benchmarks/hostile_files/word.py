"""DOCX: spans, nesting, tracked changes, content controls, entities, relationships that lead outside."""
# ruff: noqa: E501  # markup of one file on one line is easier to read than broken

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks.hostile_files.case import WORDS, Case
from benchmarks.hostile_files.make import (
    changed,
    docx_file,
    with_part,
)
from tests.extractors import word_files as w


def word(rng: random.Random) -> Iterator[Case]:
    row = w.tr(w.tc("а"), w.tc(WORDS))
    good = docx_file(w.p("Приказ") + w.tbl(row, w.tr(w.tc("1"), w.tc("Школа")), widths=(10, 10)))

    def body(name: str, xml: str, *holds: str, verdict: str = "read", lacks: tuple[str, ...] = ()) -> Case:
        return Case(
            f"{name}.docx", docx_file(xml), verdict, holds or (WORDS,) if verdict == "read" else (), lacks
        )

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
        docx_file(w.tbl(w.tr(w.tc(cell), w.tc("1")), row), footnotes=note),
        "read",
        ("Сноска о партнёре", WORDS),
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{i}"><w:basedOn w:val="s{(i + 1) % 3000}"/></w:style>'
        for i in range(3000)
    )
    yield Case(
        "style-loop.docx",
        docx_file(w.p(WORDS, '<w:pStyle w:val="s1"/>') * 500, styles=w.part("styles", styles)),
        "read",
        (WORDS,),
    )
    yield body("many-paragraphs", w.p("абзац") * 100_000 + w.p(WORDS))
    yield body("long-text", w.p("слово " * 1_000_000 + WORDS), verdict="either")
    yield body("long-word", w.p("щ" * 3_000_000) + w.p(WORDS))
    yield Case("empty-body.docx", docx_file(""))
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
        "external.docx", with_part(good, "word/_rels/document.xml.rels", links), "read", (WORDS,), ("root:",)
    )
    yield Case(
        "rels-up.docx",
        with_part(good, "word/_rels/document.xml.rels", links.replace(' TargetMode="External"', "")),
        "read",
        (WORDS,),
        ("root:",),
    )
    root = f'<Relationships xmlns="{w.PACKAGE}/relationships"><Relationship Id="r" Type="{w.REL}/officeDocument" Target="http://127.0.0.1:9/d.xml" TargetMode="External"/></Relationships>'
    yield Case("external-root.docx", with_part(good, "_rels/.rels", root), "either", lacks=("root:",))
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
