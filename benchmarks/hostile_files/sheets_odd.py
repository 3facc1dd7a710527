"""XLSX, XLS, ODS and CSV as programs write them, and spreadsheets that ask for much."""
# ruff: noqa: E501  # markup of one file on one line is easier to read than broken

from __future__ import annotations

import io
import random
import struct
from collections.abc import Iterator

from benchmarks.hostile_files.case import WORDS, Case
from benchmarks.hostile_files.make import changed, odt_file, with_part, xlsx_file, zipped

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TEXT = f'<c r="A1" t="inlineStr"><is><t>{WORDS}</t></is></c>'
ODS = "application/vnd.oasis.opendocument.spreadsheet"
REPEAT = "table:number-columns-repeated"


def sheets_odd(rng: random.Random) -> Iterator[Case]:
    yield from _xlsx()
    yield from _shared()
    yield from _other(rng)


def _sheet(
    name: str, xml: str, verdict: str = "read", holds: tuple[str, ...] = (WORDS,), **parts: str | None
) -> Case:
    good = xlsx_file([["№", "Школа"], ["1", WORDS]])
    head = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}">'
    data = changed(good, xl__worksheets__sheet1=f"{head}{xml}</worksheet>", **parts)
    return Case(f"{name}.xlsx", data, verdict, holds if verdict == "read" else ())


def _xlsx() -> Iterator[Case]:
    row = f'<row r="1">{TEXT}<c r="B1"><v>2</v></c></row>'
    yield _sheet(
        "sparse",
        f'<sheetData>{row}<row r="500000"><c r="C500000"><v>7</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    )
    yield _sheet(
        "diagonal",
        "<sheetData>"
        + row
        + "".join(f'<row r="{i}"><c r="{_column(i)}{i}"><v>1</v></c></row>' for i in range(2, 16_000, 7))
        + "</sheetData>",
    )
    yield _sheet(
        "merge-huge-many",
        f"<sheetData>{row}</sheetData><mergeCells>"
        + "".join(f'<mergeCell ref="A{i}:XFD{i + 5}"/>' for i in range(1, 5000))
        + "</mergeCells>",
    )
    yield _sheet(
        "merge-reversed",
        f'<sheetData>{row}</sheetData><mergeCells><mergeCell ref="C9:A1"/><mergeCell ref="A1"/><mergeCell ref="A0:B-1"/></mergeCells>',
    )
    yield _sheet("rows-reversed", f'<sheetData><row r="9"><c r="A9"><v>9</v></c></row>{row}</sheetData>')
    yield _sheet("rows-same", f"<sheetData>{row}{row}{row}</sheetData>")
    yield _sheet(
        "cells-same", f'<sheetData><row r="1">{TEXT}{TEXT}<c r="A1"><v>1</v></c></row></sheetData>', "either"
    )
    yield _sheet(
        "refs-bad",
        f'<sheetData><row r="1">{TEXT}</row><row r="abc"><c r="1A"><v>1</v></c><c r="$B$2"><v>1</v></c><c r=""><v>1</v></c></row></sheetData>',
    )
    yield _sheet(
        "columns",
        f'<cols><col min="1" max="999999999" hidden="1"/></cols><sheetData>{row}</sheetData>',
        "either",
    )
    yield _sheet("hidden-rows", f'<sheetData><row r="1" hidden="1">{TEXT}</row></sheetData>')
    yield _sheet(
        "formula-cached",
        '<sheetData><row r="1"><c r="A1" t="str"><f>"Кар"&amp;"дымово"</f><v>Кардымово</v></c><c r="B1"><f>1/0</f></c><c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData>',
        holds=("Кардымово",),
    )
    yield _sheet(
        "formula-shared",
        '<sheetData><row r="1">'
        + TEXT
        + '<c r="B1"><f t="shared" ref="B1:B1048576" si="0">A1</f><v>5</v></c></row></sheetData>',
    )
    yield _sheet(
        "formula-long",
        f'<sheetData><row r="1">{TEXT}<c r="B1"><f>{"(" * 100_000}</f><v>1</v></c></row></sheetData>',
    )
    yield _sheet(
        "conditions",
        f'<sheetData>{row}</sheetData><conditionalFormatting sqref="A1:XFD1048576"><cfRule type="expression" priority="1"><formula>1</formula></cfRule></conditionalFormatting>'
        * 1,
    )
    yield _sheet(
        "spaces-kept",
        f'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve">  {WORDS}  </t></is></c></row></sheetData>',
    )
    yield _sheet(
        "rich",
        f'<sheetData><row r="1"><c r="A1" t="inlineStr"><is>{"<r><t>а</t></r>" * 50_000}<r><t>{WORDS}</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c></row></sheetData>',
        "either",
    )
    yield _sheet(
        "numbers-odd",
        f'<sheetData><row r="1">{TEXT}<c r="B1" s="0"><v>-99999999999999999999999999</v></c><c r="C1"><v>1e-320</v></c><c r="D1"><v>{"9" * 5000}</v></c><c r="E1"><v> </v></c><c r="F1" t="x"><v>1</v></c></row></sheetData>',
    )
    yield _sheet(
        "escapes",
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Кар_x000D__x0000__x001B_дымово _xZZZZ_ _x0430_</t></is></c></row></sheetData>',
        "either",
    )
    yield _sheet("no-data", "", "either")
    yield _sheet("deep", f"<sheetData>{row}</sheetData>" + "<a>" * 3000 + "</a>" * 3000, "either")
    yield _sheet("rows-1m", "<sheetData>" + row + "<row/>" * 1_048_575 + "</sheetData>")
    yield _sheet(
        "text-1m",
        "<sheetData>"
        + "".join(
            f'<row r="{i}"><c r="A{i}" t="inlineStr"><is><t>МБОУ СШ № {i}</t></is></c></row>'
            for i in range(1, 100_000)
        )
        + "</sheetData>",
        holds=("МБОУ СШ № 99999",),
    )


def _column(number: int) -> str:
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def _shared() -> Iterator[Case]:
    good = xlsx_file([["№", "Школа"], ["1", WORDS]])
    string = f"<si><t>{WORDS}</t></si>"
    table = f'<sst xmlns="{MAIN}" count="4294967295" uniqueCount="4294967295">%s</sst>'
    row = '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData>'
    yield _sheet("strings-count", row, xl__sharedStrings=table % string)
    yield _sheet("strings-300k", row, xl__sharedStrings=table % (string + "<si><t>а</t></si>" * 300_000))
    long = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, 20_000))
    yield _sheet(
        "strings-repeated-long",
        f"<sheetData>{long}</sheetData>",
        "either",
        xl__sharedStrings=table % f"<si><t>{WORDS}{'щ' * 32_000}</t></si>",
    )
    yield _sheet(
        "strings-missing",
        f'<sheetData><row r="1">{TEXT}<c r="B1" t="s"><v>0</v></c></row></sheetData>',
        "either",
        xl__sharedStrings=None,
    )
    yield _sheet(
        "strings-broken",
        f'<sheetData><row r="1">{TEXT}<c r="B1" t="s"><v>0</v></c></row></sheetData>',
        "either",
        xl__sharedStrings="<sst",
    )
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="%s"/></numFmts><cellXfs count="{{n}}">'
        + '<xf numFmtId="164"/>' * 2
        + "</cellXfs></styleSheet>"
    )
    for i, code in enumerate(
        (
            "0" * 200_000,
            "[" * 50_000,
            "yyyy" * 20_000,
            "&quot;" * 50_000,
            "[h]:mm:ss.000000000000",
            "#,##0.00_);[Red](#,##0.00)",
            "# ?/?" * 5000,
            "\\" * 9999,
            "@" * 9999,
            "General" * 5000,
        )
    ):
        cell = f'<sheetData><row r="1">{TEXT}<c r="B1" s="1"><v>43831.5</v></c><c r="C1" s="1"><v>-1e300</v></c></row></sheetData>'
        yield _sheet(f"format-{i}", cell, xl__styles=styles.replace("%s", code).replace("{n}", "2"))
    xfs = f'<styleSheet xmlns="{MAIN}"><cellXfs>' + "<xf/>" * 300_000 + "</cellXfs></styleSheet>"
    yield _sheet("styles-300k", f'<sheetData><row r="1">{TEXT}</row></sheetData>', xl__styles=xfs)
    book = f'<workbook xmlns="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>%s</sheets></workbook>'
    many = "".join(f'<sheet name="л{i}" sheetId="{i}" r:id="rId1"/>' for i in range(1, 3000))
    yield Case("sheets-3000.xlsx", changed(good, xl__workbook=book % many))
    yield Case(
        "sheet-hidden.xlsx",
        changed(good, xl__workbook=book % '<sheet name="а" sheetId="1" state="veryHidden" r:id="rId1"/>'),
        "read",
        (WORDS,),
    )
    yield Case(
        "sheet-nowhere.xlsx", changed(good, xl__workbook=book % '<sheet name="а" sheetId="1" r:id="rId99"/>')
    )
    yield Case("sheet-path.xlsx", _relation(good, "../../../../etc/passwd"), "either", lacks=("root:",))
    yield Case("sheet-external.xlsx", _relation(good, "http://127.0.0.1:9/x.xml"), "either")
    yield Case(
        "macros.xlsm",
        with_part(good, "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + bytes(900)),
        "read",
        (WORDS,),
    )
    yield Case(
        "external-links.xlsx", with_part(good, "xl/externalLinks/externalLink1.xml", "<x/>"), "read", (WORDS,)
    )
    yield Case(
        "binary.xlsb",
        zipped(
            {
                "[Content_Types].xml": "application/vnd.ms-excel.sheet.binary.macroEnabled.main",
                "xl/workbook.bin": bytes(99),
            }
        ),
        "refused",
        says="xlsb|binary|XLSX",
    )
    for n in range(1, 20):
        yield Case(f"truncated-{n:02}.xlsx", good[: len(good) * n // 20], "refused")
    strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    whole = changed(
        good,
        xl__worksheets__sheet1=f'<worksheet xmlns="{strict}"><sheetData><row r="1">{TEXT}</row></sheetData></worksheet>',
    )
    yield Case("strict.xlsx", whole, "read", (WORDS,))
    utf16 = f'<?xml version="1.0" encoding="UTF-16"?><worksheet xmlns="{MAIN}"><sheetData><row r="1">{TEXT}</row></sheetData></worksheet>'
    yield Case("utf16.xlsx", changed(good, xl__worksheets__sheet1=utf16.encode("utf-16")), "read", (WORDS,))


def _relation(package: bytes, target: str) -> bytes:
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    xml = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{rel}/worksheet" Target="{target}" TargetMode="External"/></Relationships>'
    return with_part(package, "xl/_rels/workbook.xml.rels", xml)


def _other(rng: random.Random) -> Iterator[Case]:
    text = f"<text:p>{WORDS}</text:p>"

    def ods(name: str, body: str, verdict: str = "read") -> Case:
        return Case(f"{name}.ods", odt_file(body, ODS), verdict, (WORDS,) if verdict == "read" else ())

    cell = f"<table:table-cell>{text}</table:table-cell>"
    yield ods(
        "tail-columns",
        f'<table:table><table:table-row>{cell}<table:table-cell {REPEAT}="1000000000"/></table:table-row></table:table>',
    )
    yield ods(
        "tail-rows",
        f'<table:table><table:table-row>{cell}</table:table-row><table:table-row table:number-rows-repeated="1000000000"><table:table-cell/></table:table-row></table:table>',
    )
    yield ods(
        "full-columns",
        f'<table:table><table:table-row><table:table-cell {REPEAT}="1000000000">{text}</table:table-cell></table:table-row></table:table>',
        "either",
    )
    yield ods(
        "full-rows",
        f'<table:table><table:table-row table:number-rows-repeated="1000000000">{cell}</table:table-row></table:table>',
        "either",
    )
    yield ods(
        "negative",
        f'<table:table><table:table-row table:number-rows-repeated="-7">{cell}<table:table-cell {REPEAT}="abc"/></table:table-row></table:table>',
    )
    yield ods(
        "gap-then-text",
        f'<table:table><table:table-row table:number-rows-repeated="900000"><table:table-cell/></table:table-row><table:table-row><table:table-cell {REPEAT}="16000"/>{cell}</table:table-row></table:table>',
    )
    yield ods(
        "covered",
        f'<table:table><table:table-row>{cell}<table:covered-table-cell {REPEAT}="99999999"/></table:table-row></table:table>',
    )
    yield ods(
        "spans",
        f'<table:table><table:table-row><table:table-cell table:number-rows-spanned="1048576" table:number-columns-spanned="16384">{text}</table:table-cell></table:table-row></table:table>',
    )
    yield ods(
        "groups",
        f"<table:table><table:table-header-rows><table:table-row-group><table:table-rows><table:table-row>{cell}</table:table-row></table:table-rows></table:table-row-group></table:table-header-rows></table:table>",
    )
    yield ods("sheets-2000", f"<table:table><table:table-row>{cell}</table:table-row></table:table>" * 2000)
    record = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 0x0005, 0, 0, 0, 0)
    yield Case("biff-cut.xls", record, "refused")
    yield Case("biff-loop.xls", record + struct.pack("<HH", 0x85, 0xFFFF) * 500, "refused")
    yield Case("biff-encrypted.xls", record + struct.pack("<HHHHH", 0x2F, 6, 0, 1, 2), "refused")
    yield Case(
        "html-as.xls",
        f'<html><meta charset="utf-8"><table><tr><td>№</td><td>Школа</td></tr><tr><td>1</td><td>{WORDS}</td></tr></table></html>'.encode(),
        "read",
        (WORDS,),
    )
    yield Case(
        "xml-2003.xls",
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row><Cell><Data>{WORDS}</Data></Cell></Row></Table></Worksheet></Workbook>'.encode(),
        "either",
    )
    yield Case("csv-as.xlsx", f"№;Школа\n1;{WORDS}\n".encode("cp1251"), "either")
    lines = "№;Школа;Партнёр\n"
    yield Case(
        "quotes.csv",
        (lines + '1;"МБОУ ""Тюшинская СШ""\nвторая строка";б\n').encode(),
        "read",
        ("Тюшинская",),
    )
    yield Case("quote-open.csv", (lines + '1;"МБОУ Тюшинская;б\n' + "2;а;б\n" * 20_000).encode(), "either")
    yield Case("commas.csv", (lines.replace(";", ",") + f'1,"{WORDS}",б\n').encode(), "read", (WORDS,))
    yield Case("tabs.tsv", (lines.replace(";", "\t") + f"1\t{WORDS}\tб\n").encode(), "read", (WORDS,))
    yield Case("sep-line.csv", ("sep=;\r\n" + lines + f"1;{WORDS};б\r\n").encode("cp1251"), "read", (WORDS,))
    yield Case(
        "ragged.csv",
        (lines + "".join(f"{i}{';x' * (i % 300)}\n" for i in range(3000)) + f"1;{WORDS}\n").encode(),
        "read",
        (WORDS,),
    )
    yield Case("wide.csv", (";".join(f"с{i}" for i in range(20_000)) + f"\n{WORDS}\n").encode(), "either")
    yield Case("field-5m.csv", (lines + '1;"' + "я" * 2_500_000 + f'";{WORDS}\n').encode(), "read", (WORDS,))
    yield Case("nul.csv", (lines + f"1;\0{WORDS};б\n").encode(), "either")
    yield Case("separators.csv", (";" * 500_000 + "\n").encode() * 2, "either")
    yield Case(
        "rows-200k.csv",
        (lines + "".join(f"{i};школа {i};партнёр\n" for i in range(200_000))).encode(),
        "either",
    )
    stream = io.BytesIO()
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    for s in range(3):
        page = book.create_sheet(f"лист {s}")
        page.append(["№", "Школа"])
        page.append([s, WORDS])
    book.save(stream)
    yield Case("three-sheets.xlsx", stream.getvalue(), "read", (WORDS,))
