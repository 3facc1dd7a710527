"""LibreOffice as the reader of DOC, and as the witness that all word processor forms of one document are
read alike.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import docx as python_docx
import pytest

from pipeline.errors import SourceError
from pipeline.extractors import docx, odt, office, rtf
from pipeline.model import Block, Document, Grid, Source
from tests.extractors.word_files import p, part, write

READERS = {"docx": docx.extract, "odt": odt.extract, "rtf": rtf.extract, "doc": office.extract}
FILTERS = {"odt": "odt", "rtf": "rtf:Rich Text Format", "doc": "doc:MS Word 97"}


@pytest.fixture(scope="session")
def libreoffice() -> str:
    """LibreOffice's path. These tests are part of the suite: without it they fail."""
    found = office.program()
    if found is None:
        pytest.fail("LibreOffice is missing: apt install libreoffice-writer (the tests of DOC need it)")
    return found


@pytest.fixture(scope="session")
def order(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small order with a heading, numbered points, a merged table and a table in a cell."""
    made = python_docx.Document()
    made.add_heading("Об утверждении перечня", 1)
    made.add_paragraph("Утвердить перечень", style="List Number")
    made.add_paragraph("Контроль оставляю за собой", style="List Number")
    table = made.add_table(5, 4, style="Table Grid")
    for r in range(5):
        for c in range(4):
            table.cell(r, c).text = f"я{r}{c}"
    table.cell(0, 0).merge(table.cell(0, 3)).text = "Шапка"
    table.cell(1, 0).merge(table.cell(3, 0)).text = "Ершичский район"
    table.cell(2, 2).merge(table.cell(3, 3)).text = "МБОУ «Школа № 5»"
    table.cell(4, 3).add_table(1, 2).cell(0, 0).text = "внутри"
    made.add_paragraph("Начальник Департамента")
    path = tmp_path_factory.mktemp("order") / "order.docx"
    made.save(str(path))
    return path


def shape(document: Document) -> list[object]:
    """What must be the same in every form: texts and cells with their spans."""
    return [
        x.text
        if isinstance(x, Block)
        else (x.n_rows, x.n_cols, [(c.text, c.row, c.col, c.row_span, c.col_span) for c in x.cells])
        for x in document.content
        if isinstance(x, Block | Grid)
    ]


@pytest.mark.parametrize("form", ["odt", "rtf", "doc"])
def test_every_form_of_a_document_is_read_alike(
    libreoffice: str, order: Path, tmp_path: Path, form: str
) -> None:
    converted = office.convert(order, tmp_path, "docx", target=FILTERS[form])
    document = READERS[form](converted, Source(f"order.{form}", "", form))
    assert shape(document) == shape(docx.extract(order, Source("order.docx", "", "docx")))
    assert [n.key for n in document.notes] == (["word.converted"] if form == "doc" else [])


def test_numbers_are_those_that_libreoffice_shows(libreoffice: str, tmp_path: Path) -> None:
    formats = ("decimal", "decimal", "russianLower", "upperRoman", "lowerLetter")
    patterns = ("%1.", "%1.%2.", "%3)", "%4", "(%5)")
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="{1 + i % 2}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
        for i, (form, pattern) in enumerate(zip(formats, patterns, strict=True))
    )
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="4"/></w:lvlOverride>'
    numbering = part(
        "numbering",
        f'<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{restart}</w:num>',
    )
    steps = [(1, level) for level in (0, 1, 1, 2, 2, 1, 2, 3, 4, 0, 1)] + [(2, 0), (2, 1), (2, 0)]
    body = "".join(
        p(f"п{i}", f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{name}"/></w:numPr>')
        for i, (name, level) in enumerate(steps)
    )
    path = write(tmp_path / "a.docx", body, numbering=numbering)
    shown = office.convert(path, tmp_path, "docx", target="txt:Text (encoded):UTF8").read_text("utf-8-sig")
    ours = [b.text for b in docx.extract(path, Source("a.docx", "", "docx")).blocks]
    assert ours == [" ".join(line.split()) for line in shown.splitlines() if line]


def test_without_libreoffice_the_message_says_what_to_install(
    order: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SourceError) as caught:
        office.extract(order, Source("order.doc", "", "doc"))
    assert caught.value.reason == "word.no-libreoffice"


def test_a_file_that_libreoffice_cannot_open_has_a_named_reason(libreoffice: str, tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000))
    with pytest.raises(SourceError) as caught:
        office.extract(path, Source("a.doc", "", "doc"))
    assert caught.value.reason in ("word.libreoffice-failed", "word.empty")


def test_a_conversion_that_takes_too_long_is_ended(libreoffice: str, order: Path) -> None:
    with pytest.raises(SourceError) as caught:
        office.extract(order, Source("order.doc", "", "doc"), timeout=0.01)
    assert caught.value.reason == "word.libreoffice-timeout"
