"""XLSX, ODS and XLS."""
# ruff: noqa: E501  # markup of one file on one line is easier to read than broken

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks.hostile_files.case import ORDER, WORDS, Case
from benchmarks.hostile_files.make import (
    changed,
    xlsx_file,
)


def sheets(rng: random.Random) -> Iterator[Case]:
    good = xlsx_file([["№", "Школа"], ["1", WORDS], ["2", "=1+1"]])
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
        xlsx_file([["Школа", "Партнёр"], ['=HYPERLINK("http://x")', "=1+1"], [WORDS, "+7"]]),
        "read",
        (WORDS,),
    )
    yield Case("wide.xlsx", xlsx_file([[f"ст{i}" for i in range(5000)], [WORDS]]), "either")
    yield Case("noise.xls", b"\x09\x08\x10\x00\x00\x06\x05\x00" + rng.randbytes(5000), "refused")
    yield Case("fake.xls", ORDER.encode(), "either")
