"""DOCX with text that a reader of paragraphs and runs alone does not see."""
# ruff: noqa: E501  # markup of one file on one line is easier to read than broken

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.hostile_files.case import WORDS, Case
from benchmarks.hostile_files.make import docx_file
from benchmarks.hostile_files.word_rows import HEAD, ROW, SCHOOL, read
from tests.extractors import word_files as w


def kept() -> Iterator[Case]:
    """Text that a reader of paragraphs and runs alone does not see."""
    run = f"<w:r><w:t>{WORDS}</w:t></w:r>"
    sdt = "<w:sdt><w:sdtPr/><w:sdtContent>%s</w:sdtContent></w:sdt>"
    yield read("sdt-block-table", sdt % w.tbl(HEAD, ROW), SCHOOL)
    yield read("sdt-rows-nested", w.tbl(HEAD, sdt % (sdt % ROW)), SCHOOL)
    yield read("sdt-no-content", w.p(WORDS) + "<w:sdt/><w:sdt><w:sdtContent/></w:sdt>")
    yield read("smart-tag", f'<w:p><w:smartTag w:uri="x" w:element="y">{run}</w:smartTag></w:p>')
    yield read("fld-simple", f'<w:p><w:fldSimple w:instr="PAGE">{run}</w:fldSimple></w:p>')
    yield read(
        "bidi-override", f'<w:p><w:bdo w:val="rtl">{run}</w:bdo><w:dir w:val="ltr">{run}</w:dir></w:p>'
    )
    yield read("hyperlink-anchor", f'<w:p><w:hyperlink w:anchor="x">{run}</w:hyperlink></w:p>')
    yield read("ruby", f"<w:p><w:r><w:ruby><w:rubyBase>{run}</w:rubyBase></w:ruby></w:r></w:p>")
    yield read("ins-table", f'<w:ins w:id="1" w:author="a">{w.tbl(HEAD, ROW)}</w:ins>{w.p(WORDS)}', WORDS)
    yield read(
        "ins-cell-text",
        w.tbl(HEAD, w.tr(w.tc("1"), w.tc(f'<w:p><w:ins w:id="1" w:author="a">{run}</w:ins></w:p>'))),
    )
    yield read(
        "del-row",
        w.tbl(HEAD, w.tr(w.tc("9"), w.tc("Вычеркнутая"), properties='<w:del w:id="1" w:author="a"/>'), ROW),
        SCHOOL,
    )
    yield read(
        "move-both",
        f'<w:p><w:moveFrom w:id="1" w:author="a">{run}</w:moveFrom></w:p><w:p><w:moveTo w:id="1" w:author="a">{run}</w:moveTo></w:p>',
    )
    yield read(
        "ins-del-inside",
        f'<w:p><w:ins w:id="1" w:author="a"><w:del w:id="2" w:author="b"><w:r><w:delText>нет</w:delText></w:r></w:del>{run}</w:ins></w:p>',
    )
    yield read("hidden", f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>скрытое</w:t></w:r>{run}</w:p>")
    yield read(
        "hidden-row",
        w.tbl(HEAD, w.tr(w.tc("1"), w.tc(SCHOOL), properties="<w:hidden/>"), w.tr(w.tc("2"), w.tc(WORDS))),
    )
    yield read("symbol", f'<w:p>{run}<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r></w:p>')
    yield read(
        "no-break-hyphen",
        "<w:p><w:r><w:t>Темкино</w:t><w:noBreakHyphen/><w:t>Вязьма</w:t></w:r></w:p>",
        "Темкино",
    )
    yield read(
        "soft-hyphen",
        "<w:p><w:r><w:t>Кардымов</w:t><w:softHyphen/><w:t>ский район</w:t></w:r></w:p>",
        "ский район",
    )
    yield read(
        "text-split",
        "<w:p>" + "".join(f"<w:r><w:t>{c}</w:t></w:r>" for c in "Кардымовский") + "</w:p>",
        "Кардымовский",
    )
    yield read("cdata", f"<w:p><w:r><w:t><![CDATA[{WORDS}]]></w:t></w:r></w:p>")
    yield read(
        "comments-inside",
        "<w:p><w:r><w:t><!-- x -->Кардымов<!-- y -->ский<?pi?> район</w:t></w:r></w:p>",
        "Кардымовский район",
    )
    yield read(
        "character-references", "<w:p><w:r><w:t>&#x41A;&#1072;рдымовский</w:t></w:r></w:p>", "Кардымовский"
    )
    box = f"<w:txbxContent>{w.p(WORDS)}{w.tbl(HEAD, ROW)}</w:txbxContent>"
    drawing = f"<w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
    pict = f"<w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
    both = f'<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps">{drawing}</mc:Choice><mc:Fallback>{pict}</mc:Fallback></mc:AlternateContent></w:r></w:p>'
    yield read("textbox-table", both, WORDS, SCHOOL)
    yield read("textbox-fallback", both.replace(drawing, ""), WORDS, SCHOOL)
    yield read("textbox-in-cell", w.tbl(HEAD, w.tr(w.tc("1"), w.tc(both))), WORDS, SCHOOL)
    yield read(
        "alternate-block",
        f'<mc:AlternateContent><mc:Choice Requires="w14">{w.p(WORDS)}{w.tbl(HEAD, ROW)}</mc:Choice><mc:Fallback/></mc:AlternateContent>',
        WORDS,
        SCHOOL,
    )
    yield read(
        "nested-table",
        w.tbl(HEAD, w.tr(w.tc("1"), w.tc(w.p(WORDS) + w.tbl(HEAD, ROW) + w.p()))),
        WORDS,
        SCHOOL,
    )
    yield read(
        "nested-only", w.tbl(w.tr(w.tc(w.tbl(HEAD, ROW, w.tr(w.tc("2"), w.tc(WORDS)))))), WORDS, SCHOOL
    )
    yield read("cell-empty", "<w:tbl><w:tr><w:tc/><w:tc><w:tcPr/></w:tc></w:tr>" + ROW + "</w:tbl>", SCHOOL)
    yield read("row-empty", w.tbl("<w:tr/>", HEAD, "<w:tr/>", ROW), SCHOOL)
    yield read("row-in-customxml", w.tbl(HEAD, f'<w:customXml w:element="r">{ROW}</w:customXml>'), SCHOOL)
    yield read(
        "cell-in-customxml",
        w.tbl(HEAD, w.tr(w.tc("1"), f'<w:customXml w:element="c">{w.tc(SCHOOL)}</w:customXml>')),
        SCHOOL,
    )
    yield read("no-grid", f"<w:tbl>{HEAD}{ROW}</w:tbl>", SCHOOL)
    yield read(
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
    yield read(
        "vmerge-word",
        w.tbl(
            HEAD,
            w.tr(w.tc("1", properties='<w:vMerge w:val="restart"/>'), w.tc(SCHOOL)),
            w.tr(w.tc("ненужное", properties='<w:vMerge w:val="continue"/>'), w.tc(WORDS)),
        ),
        SCHOOL,
        WORDS,
    )
    yield read(
        "math",
        f'<w:p xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>{run}</w:p>',
    )
    yield read(
        "permissions",
        f'<w:permStart w:id="1"/>{w.p(WORDS)}<w:permEnd w:id="1"/><w:bookmarkStart w:id="1"/><w:proofErr/>',
    )
    yield read("unknown-elements", f'<x:new xmlns:x="urn:new"><x:a/></x:new>{w.p(WORDS)}')
    yield read("frame", w.p(WORDS, '<w:framePr w:w="100" w:hAnchor="page"/>'))
    yield read("columns-section", w.p(WORDS) + '<w:sectPr><w:cols w:num="9999999"/></w:sectPr>')
    yield read(
        "huge-numbers",
        f'<w:p><w:pPr><w:ind w:left="999999999999999999"/><w:numPr><w:ilvl w:val="99999"/><w:numId w:val="-7"/></w:numPr></w:pPr>{run}</w:p>',
    )
    wide = '<w:tcW w:w="99999999999" w:type="dxa"/>'
    yield read(
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
