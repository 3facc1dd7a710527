"""What a hostile order says stays text in every output, and odd files among the sources stop nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).parent.parent
EVIL = [
    '=HYPERLINK("http://127.0.0.1:9/","x")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}",
    "javascript:alert(1)",
]
HEAD = (
    "ДЕПАРТАМЕНТ ОБРАЗОВАНИЯ\nПРИКАЗ\nот 10.09.2020 № 657-ОД <script>alert(2)</script>\n\n"
    "О работе школ </title><script>alert(3)</script> =1+1\n\n"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    raw = folder / "raw"
    raw.mkdir()
    rows = "".join(
        f"<tr><td>{n}</td><td>{_text(evil)} район</td><td>{_text(evil)}</td><td>МБОУ {_text(evil)}</td></tr>"
        for n, evil in enumerate(EVIL, 1)
    )
    table = (
        "<table><tr><th>№ п/п</th><th>Муниципалитет</th><th>Школа с низкими результатами</th>"
        f"<th>Школа-партнер</th></tr>{rows}</table>"
    )
    unknown = (
        "<table>" + "".join(f"<tr><td>{_text(e)}</td><td>{_text(e)}</td></tr>" for e in EVIL) + "</table>"
    )
    text = "".join(f"<p>{_text(line)}</p>" for line in HEAD.splitlines())
    name = "=cmd() <script>alert(4)<⁄script>.html"
    (raw / name).write_text(f'<html><meta charset="utf-8"><body>{text}{table}<p>Прочее</p>{unknown}', "utf-8")
    (raw / os.fsdecode(b"\xff\xfe\x1b[31m.txt")).write_bytes(b"")
    (raw / "две\nстроки.pdf").write_bytes(b"\x7fELF" + bytes(100))
    os.mkfifo(raw / "pipe.docx")
    (raw / "endless.txt").symlink_to("/dev/zero")
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "build", "raw"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1, done.stderr
    lines = [line for line in done.stderr.decode().split("\n") if line.startswith("prikaz: ")]
    assert len(lines) == 4, done.stderr.decode()
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", done.stderr)
    return folder


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def test_no_cell_of_a_workbook_is_a_formula(built: Path) -> None:
    for path in built.rglob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            for cell in (c for row in sheet.iter_rows() for c in row):
                assert cell.data_type != "f", (path.name, cell.coordinate, cell.value)
                assert cell.hyperlink is None or not str(cell.hyperlink.target).startswith("http")


def test_no_text_of_a_source_becomes_markup(built: Path) -> None:
    pages = list(built.rglob("*.html"))
    for path in [p for p in pages if p.parent.name != "raw"]:
        page = path.read_text("utf-8")
        assert "alert(1)" in page or "alert(2)" in page  # it is shown
        assert not re.search(r"<script>alert|<img src=x|<title>[^<]*</title><script>alert", page)
        assert "49" not in re.findall(r"\{\{ 7 \* 7 \}\}|>49<", page)
        assert "Content-Security-Policy" in page


def test_the_findings_name_every_source_that_was_not_read(built: Path) -> None:
    findings = json.loads((built / "reports" / "discrepancies.json").read_text("utf-8"))
    unreadable = [f for f in findings if f["code"] == "source-unreadable"]
    assert len(unreadable) == 4
    for finding in unreadable:
        assert not re.search(r"[\x00-\x1f\x7f]", finding["message"])


def test_what_stands_in_the_source_stands_in_the_datasets(built: Path) -> None:
    text = "".join(p.read_text("utf-8") for p in (built / "normalized").rglob("*.json"))
    for evil in EVIL:
        assert json.dumps(evil.strip())[1:-1] in text
