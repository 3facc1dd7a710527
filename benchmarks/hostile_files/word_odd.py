"""DOCX that Word and other programs write, in which rows and text are easily lost, and more that is hostile."""
# ruff: noqa: E501  # markup of one file on one line is easier to read than broken

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks.hostile_files.case import WORDS, Case
from benchmarks.hostile_files.make import changed, docx_file, with_part
from benchmarks.hostile_files.word_kept import kept
from benchmarks.hostile_files.word_packages import packages
from benchmarks.hostile_files.word_rows import HEAD, ROW, SCHOOL, read
from tests.extractors import word_files as w


def word_odd(rng: random.Random) -> Iterator[Case]:
    yield from kept()
    yield from packages()
    yield from _parts()
    yield from _hostile()


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
        yield read(
            f"span-cells-{n}",
            w.tbl(*[w.tr(w.tc("а", properties=f'<w:gridSpan w:val="{n}"/>'), w.tc(WORDS))] * 200),
        )
    yield read(
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
