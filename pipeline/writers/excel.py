"""`discrepancies.xlsx`: the findings for people, with a column to decide in, a summary and how to use it.

Safe to open: every cell is text (with the quote prefix), so nothing from a source becomes a formula. The
same result gives the same bytes: openpyxl's time stamps are replaced by a fixed one.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from pipeline import messages
from pipeline.checks.findings import SEVERITIES, catalogue
from pipeline.datasets import csv_text
from pipeline.model import Finding
from pipeline.report.places import describe
from pipeline.result import Result
from pipeline.writers.rows import finding_row

COLUMNS: dict[str, float] = {  # key → width in characters
    "severity": 18,
    "title": 24,
    "message": 52,
    "raw": 26,
    "suggestion": 26,
    "decision": 13,
    "value": 22,
    "comment": 24,
    "evidence": 48,
    "place": 30,
    "status": 12,
    "code": 20,
    "dataset": 17,
    "record_id": 19,
    "field": 15,
    "discrepancy_id": 19,
}
DECISIONS = ("accept", "reject", "set")
_ADVICE_WIDTH = 80  # characters, as Excel counts the width of a column
_TO_FILL_IN = ("decision", "value", "comment")
_FILLS = {"error": "F9D9D5", "warning": "FBEBC4", "info": "DCE8F5"}
_INKS = {"error": "7A1B12", "warning": "5C4300", "info": "1F4468"}
_HEAD, _INPUT, _DONE, _LINE = "1F3044", "FFFFF2", "E3F1E3", "D5DAE1"
_LONGEST = 32_767  # characters that a cell holds
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first time that a ZIP can hold


def write(result: Result, folder: Path, lang: str) -> None:
    """Write `discrepancies.xlsx` with texts in `lang`."""
    book = Workbook()
    sheet = book.active
    sheet.title = messages.say("report.xlsx.sheet.findings", lang)
    findings = sorted(
        result.findings, key=lambda f: SEVERITIES.index(f.severity)
    )  # stable: as in the document
    _findings(sheet, findings, lang)
    _summary(book.create_sheet(messages.say("report.xlsx.sheet.summary", lang)), findings, lang)
    _howto(book.create_sheet(messages.say("report.xlsx.sheet.howto", lang)), lang)
    book.properties.creator = "prikaz"
    buffer = io.BytesIO()
    for each in book.worksheets:
        _page(each)
    book.save(buffer)
    (folder / "discrepancies.xlsx").write_bytes(without_time(buffer.getvalue()))


def read_decisions(path: Path) -> list[dict[str, str]]:
    """What a person decided in the workbook: `discrepancy_id, decision, value, comment` of each line with a
    decision.

    The columns are found by their heads in either language, wherever they stand; `decision` is accept,
    reject or set, or what was typed if it is none of these. Raises KeyError if a column is missing and
    openpyxl's errors for no workbook.
    """
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        lines = book.worksheets[0].iter_rows(values_only=True)
        head = [_key(str(text or "")) for text in next(lines, ())]
        at = {key: head.index(key) for key in ("discrepancy_id", *_TO_FILL_IN) if key in head}
        if len(at) != 4:
            raise KeyError(", ".join({"discrepancy_id", *_TO_FILL_IN} - set(at)))
        rows = [{key: _typed_in(line, column) for key, column in at.items()} for line in lines]
    finally:
        book.close()
    found = [row for row in rows if row["discrepancy_id"] and row["decision"]]
    for row in found:
        row["decision"] = _decision(row["decision"])
    return found


def _typed_in(line: Sequence[object], column: int) -> str:
    value = line[column] if column < len(line) else None
    return "" if value is None else str(value).strip()


def _key(head: str) -> str:
    for key in COLUMNS:
        if head.strip() in {messages.say(f"report.column.{key}", lang) for lang in messages.LANGUAGES}:
            return key
    return ""


def _decision(text: str) -> str:
    for key in DECISIONS:
        if text.casefold() in {messages.say(f"report.decision.{key}", lang) for lang in messages.LANGUAGES}:
            return key
    return text


# ------------------------------------------------------------------------------------------------ sheets


def _findings(sheet: Any, findings: Sequence[Finding], lang: str) -> None:
    _head(sheet, [messages.say(f"report.column.{key}", lang) for key in COLUMNS], list(COLUMNS.values()))
    line = Border(bottom=Side(style="thin", color=_LINE))
    top = Alignment(wrap_text=True, vertical="top")
    fills = {s: PatternFill("solid", fgColor=color) for s, color in _FILLS.items()}
    fonts = {s: _font(color=color, bold=True) for s, color in _INKS.items()}
    to_fill_in, quiet = PatternFill("solid", fgColor=_INPUT), _font(color="6B7683", size=9)
    known: dict[
        tuple[str, str, bool], Any
    ] = {}  # openpyxl looks each style up by its hash: slow, so once a kind
    for number, finding in enumerate(findings, start=2):
        texts = _texts(finding, lang)
        for column, key in enumerate(COLUMNS, start=1):
            cell = sheet.cell(number, column)
            put(cell, texts.get(key, ""))
            kind = (key, finding.severity, bool(cell.quotePrefix))
            if kind in known:
                cell._style = known[kind]
                continue
            cell.alignment, cell.border = top, line
            if key == "severity":
                cell.fill, cell.font = fills[finding.severity], fonts[finding.severity]
            elif key in _TO_FILL_IN:
                cell.fill = to_fill_in
            elif column > list(COLUMNS).index("place"):
                cell.font = quiet
            known[kind] = cell._style
        sheet.row_dimensions[number].height = _height(texts)
    last = max(len(findings) + 1, 2)
    _drop_down(sheet, last, lang)
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{last}"
    sheet.sheet_view.zoomScale = 100
    sheet.print_title_rows = "1:1"
    sheet.print_area = f"A1:{_letter('place')}{last}"


def _texts(finding: Finding, lang: str) -> dict[str, str]:
    row = finding_row(finding, lang)
    texts = {key: csv_text(value) for key, value in row.items()}
    texts["severity"] = messages.say(f"report.severity.{finding.severity}", lang)
    texts["status"] = messages.say(f"report.status.{finding.status}", lang)
    texts["title"] = catalogue()[finding.code].title[lang]
    texts["evidence"] = "\n".join(f"• {reason}" for reason in _items(row["evidence"]))
    texts["place"] = describe(finding.places, lang, with_source=True)
    return texts


def _items(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _height(texts: dict[str, str]) -> float:
    """Points that the tallest cell of a line needs (LibreOffice keeps what is given and does not grow it by
    itself).
    """
    lines = max(
        sum(max(1, -(-len(part) // int(width * 0.95))) for part in texts.get(key, "").split("\n"))
        for key, width in COLUMNS.items()
    )
    return min(15.0 * lines + 4, 400.0)


def _drop_down(sheet: Any, last: int, lang: str) -> None:
    choices = ",".join(messages.say(f"report.decision.{key}", lang) for key in DECISIONS)
    choice = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True, showErrorMessage=True)
    choice.promptTitle = choice.errorTitle = messages.say("report.column.decision", lang)
    choice.prompt = messages.say("report.decision.choose", lang)
    choice.error = messages.say("report.decision.wrong", lang)
    choice.showInputMessage = True
    sheet.add_data_validation(choice)
    choice.add(f"{_letter('decision')}2:{_letter('decision')}{last}")
    done = FormulaRule(formula=[f'${_letter("decision")}2<>""'], fill=PatternFill("solid", bgColor=_DONE))
    sheet.conditional_formatting.add(f"B2:{_letter('place')}{last}", done)


def _letter(key: str) -> str:
    return str(get_column_letter(list(COLUMNS).index(key) + 1))


def _summary(sheet: Any, findings: Sequence[Finding], lang: str) -> None:
    heads = (
        "report.column.severity",
        "report.column.title",
        "report.xlsx.count",
        "report.xlsx.open",
        "report.html.what-to-do",
    )
    _head(sheet, [messages.say(key, lang) for key in heads], [20, 50, 14, 16, _ADVICE_WIDTH])
    number = 2
    for severity in SEVERITIES:
        chosen = [f for f in findings if f.severity == severity]
        titles = {f.code: catalogue()[f.code].title[lang] for f in chosen}
        for code in sorted(titles, key=lambda c: (-sum(f.code == c for f in chosen), c)):
            _count(sheet, number, severity, titles[code], [f for f in chosen if f.code == code], lang)
            _advice(sheet, number, catalogue()[code].what_to_do[lang])
            number += 1
    _count(sheet, number, "", messages.say("report.xlsx.total", lang), findings, lang)
    for cell in sheet[number]:
        cell.font = _font(bold=True)


def _count(sheet: Any, row: int, severity: str, title: str, findings: Sequence[Finding], lang: str) -> None:
    name = sheet.cell(row, 1)
    if severity:
        put(name, messages.say(f"report.severity.{severity}", lang))
        name.fill = PatternFill("solid", fgColor=_FILLS[severity])
        name.font = _font(color=_INKS[severity], bold=True)
    put(sheet.cell(row, 2), title)
    sheet.cell(row, 3).value = len(findings)
    sheet.cell(row, 4).value = sum(f.status == "open" for f in findings)


def _advice(sheet: Any, row: int, text: str) -> None:
    put(sheet.cell(row, 5), text)
    for cell in sheet[row]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.row_dimensions[row].height = 15.0 * -(-len(text) // (_ADVICE_WIDTH - 5)) + 2


def _howto(sheet: Any, lang: str) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 5, 100
    for number in range(1, 7):
        put(sheet.cell(number, 1), f"{number}.")
        cell = sheet.cell(number, 2)
        put(cell, messages.say(f"report.xlsx.howto.{number}", lang))
        for part in (sheet.cell(number, 1), cell):
            part.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[number].height = 15.0 * -(-len(str(cell.value)) // 95) + 8


def _head(sheet: Any, heads: Sequence[str], widths: Sequence[float]) -> None:
    for column, (text, width) in enumerate(zip(heads, widths, strict=True), start=1):
        cell = sheet.cell(1, column)
        put(cell, text)
        cell.font = _font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=_HEAD)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[1].height = 24
    sheet.freeze_panes = "A2"


def _font(**how: Any) -> Font:
    return Font(**({"name": "Calibri", "size": 11} | how))


def _page(sheet: Any) -> None:
    """Printed on A4 across, as wide as the page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = margins.bottom = 0.4  # inches


def put(cell: Any, text: str) -> None:
    """Text, whatever it begins with; characters that XML has not become �."""
    text = _ILLEGAL.sub("\ufffd", text)
    if not text:
        return
    cell.value = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    cell.data_type = "s"
    if text[0] in "=+-@\t\r\n":
        cell.quotePrefix = True


def without_time(content: bytes) -> bytes:
    """The same XLSX with fixed dates in the ZIP and in its properties."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = re.sub(
                    rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", data
                )
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = (
                zipfile.ZIP_DEFLATED,
                3,
                0o600 << 16,
            )
            new.writestr(entry, data)
    return out.getvalue()
