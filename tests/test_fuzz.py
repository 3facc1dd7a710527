"""Every reader, given whatever bytes: a document or a SourceError, nothing else.

Hypothesis changes whole small files of every format; atheris, where it is installed, lets the coverage of the
code guide it (`benchmarks/fuzz.py`; here a short run).
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import hostile_files as files
from pipeline import run
from pipeline.errors import SourceError
from tests.extractors import word_files as w

ROOT = Path(__file__).parent.parent
PIECES = [b"\0", b"\xff\xff\xff\xff", b"<", b">", b"&", b'"', b"{", b"}", b"\\", b"\t", b"\n", b"|", b"-1"]
PIECES += [b"2147483647", b"1e999", b" 0 R", b"endobj", b"stream", b"<td", b"</table>", b"\\cell ", b"\\row "]
Edit = tuple[float, int, bytes]
edits = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 40),
        st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)),
    ),
    min_size=1,
    max_size=6,
)


def edited(data: bytes, changes: list[Edit]) -> bytes:
    """Each change replaces some bytes at a place given as a share of the length."""
    for place, length, new in changes:
        at = int(place * len(data))
        data = data[:at] + new + data[at + length :]
    return data


@cache
def seed(form: str) -> bytes:
    match form:
        case "pdf" | "html":
            return files.whole(form)
        case "rtf":
            return files.rtf_file(files.ORDER)
        case "csv":
            return files.ORDER.replace("\t", ";").encode("cp1251")
        case "eml":
            head = (
                "From: a@b\r\nTo: c@d\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
            )
            return (head + files.ORDER).encode()
        case _:
            return files.ORDER.encode()


def check(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        document = run.read_document(path, path.name)
    except SourceError as error:
        assert error.reason.startswith(("source.", "word.", "pdf.", "container.", "sheet.", "text."))
        return
    for table in document.tables:
        for cell in table.cells:
            assert 0 <= cell.row < table.n_rows and 0 <= cell.col < table.n_cols
            assert cell.row_span >= 1 and cell.col_span >= 1


QUIET = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("form", ["txt", "csv", "html", "rtf", "pdf"])
def test_changed_files_are_read_or_refused(tmp_path: Path, form: str) -> None:
    @QUIET
    @given(edits)
    def hunt(changes: list[Edit]) -> None:
        check(tmp_path / f"a.{form}", edited(seed(form), changes))

    hunt()


@pytest.mark.parametrize(
    ("form", "part"),
    [
        ("docx", "word/document.xml"),
        ("xlsx", "xl/worksheets/sheet1.xml"),
        ("xlsx", "xl/workbook.xml"),
        ("odt", "content.xml"),
    ],
)
def test_changed_parts_of_packages_are_read_or_refused(tmp_path: Path, form: str, part: str) -> None:
    """The XML inside is changed and packed again: changed packages would stop at the CRC."""
    import io
    import zipfile

    row = w.tr(w.tc("1"), w.tc(files.WORDS, properties='<w:gridSpan w:val="2"/>'))
    package = {
        "docx": lambda: files.docx_file(w.p("Приказ") + w.tbl(row, row)),
        "xlsx": lambda: files.xlsx_file([["№", "Школа"], [1, files.WORDS], [2.5, "x"]]),
        "odt": lambda: files.odt_file(
            "<table:table><table:table-row><table:table-cell><text:p>а</text:p></table:table-cell>"
            '<table:table-cell table:number-columns-repeated="2"/></table:table-row></table:table>'
        ),
    }[form]()
    with zipfile.ZipFile(io.BytesIO(package)) as container:
        xml = container.read(part)

    @QUIET
    @given(edits)
    def hunt(changes: list[Edit]) -> None:
        check(tmp_path / f"a.{form}", files.with_part(package, part, edited(xml, changes)))

    hunt()


@given(st.binary(max_size=400), st.sampled_from(["docx", "pdf", "txt", "html", "rtf", "xls", "eml", "zip"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_under_any_name_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, form: str
) -> None:
    check(tmp_path_factory.getbasetemp() / f"any.{form}", data)


@pytest.mark.parametrize("form", ["docx", "pdf", "text"])
def test_a_short_coverage_guided_run_finds_nothing(tmp_path: Path, form: str) -> None:
    pytest.importorskip("atheris", reason="atheris has no wheel here; CI on Linux runs this")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.fuzz", form, "-runs=100", "-seed=7"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:].decode(errors="replace")
    assert list(tmp_path.iterdir()) == []
