"""`discrepancies.xlsx`: safe to open, the same bytes, and decisions come back out of it."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.checks.findings import identify
from pipeline.model import Finding, Place, note
from pipeline.result import Result
from pipeline.writers import excel

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    '=HYPERLINK("http://example.org")',
    "\x00\x1b[31m",
    "x" * 40000,
]


@pytest.fixture(scope="module", params=["en", "ru"])
def workbook(
    request: pytest.FixtureRequest, result: Result, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    excel.write(result, folder, request.param)
    return folder / "discrepancies.xlsx"


def test_nothing_from_a_source_becomes_a_formula(tmp_path: Path) -> None:
    findings = identify(
        Finding(
            "ocr-suspect",
            note("numbering.duplicate", number=t, n=2),
            raw=t,
            suggestion=t,
            places=(Place(t),),
            key=t,
        )
        for t in HOSTILE
    )
    excel.write(Result(findings=findings), tmp_path, "en")
    sheet = load_workbook(tmp_path / "discrepancies.xlsx").worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    column = list(excel.COLUMNS).index("raw")
    raws = {row[column].value: row[column].quotePrefix for row in sheet.iter_rows(min_row=2)}
    assert raws["=1+1"] and raws["@SUM(A1)"]
    with zipfile.ZipFile(tmp_path / "discrepancies.xlsx") as parts:
        assert not [n for n in parts.namelist() if b"<f>" in parts.read(n)]


def test_the_bytes_hold_no_time(result: Result, tmp_path: Path) -> None:
    excel.write(result, tmp_path, "ru")
    with zipfile.ZipFile(tmp_path / "discrepancies.xlsx") as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = parts.read("docProps/core.xml").decode()
    assert core.count("1980-01-01T00:00:00Z") == 2


def test_the_sheet_is_made_for_reading_and_deciding(workbook: Path, result: Result) -> None:
    book = load_workbook(workbook)
    sheet = book.worksheets[0]
    assert len(book.worksheets) == 3
    assert sheet.max_row == len(result.findings) + 1
    assert sheet.freeze_panes == "D2" and sheet.auto_filter.ref == f"A1:P{sheet.max_row}"
    (choice,) = sheet.data_validations.dataValidation
    assert str(choice.sqref) == f"F2:F{sheet.max_row}" and choice.formula1.count(",") == 2
    severities = [sheet.cell(r, 1).value for r in range(2, sheet.max_row + 1)]
    assert severities == sorted(severities, key=list(dict.fromkeys(severities)).index), (
        "together, worst first"
    )


def test_decisions_come_back_whatever_the_order_of_lines_and_columns(workbook: Path, tmp_path: Path) -> None:
    book = load_workbook(workbook)
    sheet = book.worksheets[0]
    heads = {sheet.cell(1, c).value: c for c in range(1, sheet.max_column + 1)}
    decision = heads.get("Decision") or heads["Решение"]
    ids = [sheet.cell(r, sheet.max_column).value for r in (2, 3, 4)]
    word = "reject" if "Decision" in heads else "отклонить"
    sheet.cell(3, decision).value = word
    sheet.cell(4, decision).value = "set" if "Decision" in heads else "Заменить"
    sheet.cell(4, decision + 1).value = 5
    sheet.cell(4, decision + 2).value = " seen in the original "
    sheet.insert_cols(1)
    sheet.insert_rows(2)
    book.save(tmp_path / "decided.xlsx")
    assert excel.read_decisions(tmp_path / "decided.xlsx") == [
        {"discrepancy_id": ids[1], "decision": "reject", "value": "", "comment": ""},
        {"discrepancy_id": ids[2], "decision": "set", "value": "5", "comment": "seen in the original"},
    ]


def test_a_workbook_without_the_columns_is_refused(workbook: Path, tmp_path: Path) -> None:
    book = load_workbook(workbook)
    book.worksheets[0].delete_cols(len(excel.COLUMNS))
    book.save(tmp_path / "cut.xlsx")
    with pytest.raises(KeyError, match="discrepancy_id"):
        excel.read_decisions(tmp_path / "cut.xlsx")


def test_a_report_without_findings_opens(tmp_path: Path) -> None:
    excel.write(Result(), tmp_path, "en")
    assert load_workbook(tmp_path / "discrepancies.xlsx").worksheets[0].max_row == 1
    assert excel.read_decisions(tmp_path / "discrepancies.xlsx") == []


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_keeps_texts_and_drop_down(result: Result, tmp_path: Path) -> None:
    hostile = identify([Finding("ocr-suspect", note("numbering.duplicate", number="=1+1", n=2), raw="=1+1")])
    excel.write(replace(result, findings=(*result.findings, *hostile)), tmp_path, "ru")
    out = tmp_path / "out"
    profile = (tmp_path / "profile").as_uri()
    command = ["soffice", "--headless", f"-env:UserInstallation={profile}", "--convert-to", "xlsx"]
    source = str(tmp_path / "discrepancies.xlsx")
    subprocess.run([*command, "--outdir", str(out), source], check=True, capture_output=True, timeout=120)
    before = load_workbook(tmp_path / "discrepancies.xlsx").worksheets[0]
    after = load_workbook(out / "discrepancies.xlsx").worksheets[0]
    assert [[c.value for c in row] for row in after.iter_rows(max_col=16)] == [
        [c.value for c in row] for row in before.iter_rows()
    ]
    assert after.data_validations.dataValidation
