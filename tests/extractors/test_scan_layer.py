"""The hidden text of a scan is held against its picture: a good layer votes, a bad one goes, all is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from pipeline.errors import SourceError
from pipeline.extractors import pdf, scan, scan_layer
from pipeline.extractors.pdf_page import read_tables
from pipeline.extractors.pdf_read import read_page
from pipeline.model import Block, Cell, Document, Grid, Note, Source, note
from tests.pdfmake import Sheet, register_font

ROWS = [
    ["№ п/п", "Муниципалитет", "Школа", "Срок"],
    ["1.", "Вяземский район", "МБОУ Шимановская СОШ", "Июль 2021 г."],
    ["2.", "Гагаринский район", "МБОУ СШ № 4 г. Вязьмы", "Август 2021 г."],
    ["3.", "Глинковский район", "МБОУ Доброминская ОШ", "2021-2022 гг."],
]
TWINS = str.maketrans("АВЕКМНОРСТХаеорсух", "ABEKMHOPCTXaeopcyx")
Change = Callable[[str], str]


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of text with a title and a ruled table."""
    path = tmp_path_factory.mktemp("plain") / "plain.pdf"
    sheet = Sheet(path)
    sheet.text(60, 70, "Перечень стажировочных площадок", 12)
    sheet.table(ROWS, [50, 140, 180, 110], y=100, size=11)
    sheet.save()
    return path


def with_layer(
    plain: Path,
    path: Path,
    change: Change = str,
    *,
    down: float = 0,
    under: bool = False,
    seen: bool = False,
) -> Path:
    """The page as a picture with its words put over it unseen (or under it), changed or shifted."""
    document = pypdfium2.PdfDocument(plain)
    page = document[0]
    width, height = page.get_size()
    layer = scan_layer.words(read_tables(1, read_page(page), plain.name))
    image = page.render(scale=200 / 72).to_pil().convert("L")
    canvas = Canvas(str(path), pagesize=(width, height))

    def draw_text() -> None:
        for word, (x0, top, _, bottom) in layer:
            text = canvas.beginText(x0, height - bottom + 2 - down)
            text.setTextRenderMode(0 if under or seen else 3)
            text.setFont(register_font(), max(bottom - top - 2, 4))
            text.textOut(change(word) + " ")
            canvas.drawText(text)

    if under:
        draw_text()
    canvas.drawImage(ImageReader(image), 0, 0, width, height)
    if not under:
        draw_text()
    canvas.save()
    document.close()
    return path


def read(path: Path) -> Document:
    return pdf.extract(path, Source(path.name, "", "pdf"))


def of_picture(plain: Path, change: Callable[[Cell], Cell] = lambda c: c) -> pdf.ScanReader:
    """A reader of pictures that reads the page as it is: every cell sure, but for `change`."""
    document = read(plain)

    def sure(piece: Block | Grid) -> Block | Grid:
        if isinstance(piece, Block):
            return piece
        return replace(piece, cells=tuple(change(replace(c, confidence=0.9)) for c in piece.cells))

    def reader(page: Any, number: int, source: Source) -> tuple[Any, tuple[Note, ...]]:
        content = tuple(sure(x) for x in document.content if isinstance(x, Block | Grid))
        return content, (note("scan.page-read", page=number),)

    return reader


def keys(document: Document) -> list[str]:
    return [n.key for n in document.notes]


def cell_of(document: Document, row: int, col: int) -> Cell:
    (grid,) = document.grids
    return next(c for c in grid.cells if (c.row, c.col) == (row, col))


@pytest.mark.parametrize("under", [False, True])
def test_a_layer_that_agrees_makes_the_reading_surer(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, under: bool
) -> None:
    monkeypatch.setattr(pdf, "scan_reader", of_picture(plain))
    document = read(with_layer(plain, tmp_path / "a.pdf", under=under))
    assert keys(document) == ["scan.page-read", "scan.layer-agrees"]
    assert [c.text for c in document.grids[0].cells] == [t for row in ROWS for t in row]
    assert all((c.confidence or 0) > 0.98 for c in document.grids[0].cells)


@pytest.mark.parametrize(
    "made",
    [
        {"change": lambda t: t.translate(TWINS)},
        {"change": lambda t: t[::-1].replace("о", "#")},
        {"change": lambda t: ""},
        {"down": 60.0},
        {"change": lambda t: t if len(t) % 2 else ""},
    ],
    ids=["Latin letters", "garbled", "empty", "shifted", "half of it"],
)
def test_a_bad_layer_is_dropped_and_told(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: dict[str, Any]
) -> None:
    monkeypatch.setattr(pdf, "scan_reader", of_picture(plain))
    document = read(with_layer(plain, tmp_path / "a.pdf", **made))
    empty = made.get("change") is not None and not made["change"]("Школа")
    assert keys(document) == ["scan.page-read", *["scan.layer-dropped"] * (not empty)]
    assert [c.text for c in document.grids[0].cells] == [t for row in ROWS for t in row]
    assert all(c.confidence == 0.9 and not c.readings for c in document.grids[0].cells)


def test_where_a_good_layer_differs_the_cell_is_doubtful(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "scan_reader", of_picture(plain))
    document = read(with_layer(plain, tmp_path / "a.pdf", lambda t: t.replace("Шим", "Щим")))
    cell = cell_of(document, 1, 2)
    assert (cell.text, cell.readings) == ("МБОУ Шимановская СОШ", ("МБОУ Щимановская СОШ",))
    assert cell.confidence is not None and cell.confidence < 0.6


def test_a_good_layer_decides_between_two_readings(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubtful(cell: Cell) -> Cell:
        if (cell.row, cell.col) != (1, 2):
            return cell
        return replace(cell, text="МБОУ Щимановская СОШ", readings=(cell.text,), confidence=0.5)

    monkeypatch.setattr(pdf, "scan_reader", of_picture(plain, doubtful))
    cell = cell_of(read(with_layer(plain, tmp_path / "a.pdf")), 1, 2)
    assert (cell.text, cell.readings) == ("МБОУ Шимановская СОШ", ("МБОУ Щимановская СОШ",))
    assert cell.confidence == 0.9


def test_without_an_engine_the_layer_is_used_and_said_not_to_be_checked(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(page: Any, number: int, source: Source) -> Any:
        raise SourceError("scan.no-engine")

    monkeypatch.setattr(pdf, "scan_reader", missing)
    document = read(with_layer(plain, tmp_path / "a.pdf"))
    assert keys(document) == ["scan.layer-unchecked"]
    assert "Шимановская" in str(document.content)


def test_a_stamp_of_text_on_a_scan_does_not_hide_the_scan(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "scan_reader", of_picture(plain))
    stamped = with_layer(plain, tmp_path / "a.pdf", lambda t: "Копия" if t == "№" else "", seen=True)
    document = read(stamped)
    assert keys(document) == ["scan.page-read"]
    assert len(document.grids[0].cells) == 16


def test_a_scan_cut_into_strips_is_a_scan(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "scan_reader", of_picture(plain))
    source = pypdfium2.PdfDocument(plain)
    image = source[0].render(scale=1).to_pil().convert("L")
    width, height = image.size
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(width, height))
    for k in range(20):
        top, bottom = height * k // 20, height * (k + 1) // 20
        strip = ImageReader(image.crop((0, top, width, bottom)))
        canvas.drawImage(strip, 0, height - bottom, width, bottom - top)
    canvas.save()
    assert keys(read(tmp_path / "a.pdf")) == ["scan.page-read"]


def test_the_engine_tells_a_good_layer_from_a_bad_one(plain: Path, tmp_path: Path) -> None:
    assert pdf.scan_reader is scan.read_pdf_page
    good = read(with_layer(plain, tmp_path / "good.pdf"))
    bad = read(with_layer(plain, tmp_path / "bad.pdf", lambda t: t.translate(TWINS)))
    assert "scan.layer-agrees" in keys(good) and "scan.layer-dropped" in keys(bad)
    for document in (good, bad):
        assert [" ".join(c.text.split()) for c in document.grids[0].cells] == [t for r in ROWS for t in r]
