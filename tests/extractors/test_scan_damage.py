"""Pages that were curled, photographed, copied to near nothing or left askew on the glass are read.

Tesseract's Russian data are needed (Debian: apt-get install tesseract-ocr tesseract-ocr-rus).
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest

from pipeline.extractors import scan, scan_cells, scan_picture, scan_rules
from pipeline.extractors.scan_engine import Picture, Word
from pipeline.extractors.scan_page import Recognised
from pipeline.extractors.scan_settings import SETTINGS
from pipeline.extractors.scan_strange import form_of, strange
from pipeline.model import Grid, Source
from tests.pdfmake import Sheet

ROWS = [
    ["№ п/п", "Муниципалитет", "Школа", "Срок"],
    ["1.", "Вяземский район", "МБОУ Шимановская СОШ", "Июль 2021 г."],
    ["2.", "Глинковский район", "МБОУ Доброминская ОШ", "2021-2022 гг."],
    ["3.", "Ельнинский район", "МБОУ Коробецкая СШ", "Август 2021 г."],
]
WIDTHS = [50.0, 140.0, 180.0, 110.0]
DPI = 200


def _page(path: Path, rule: float = 0.5) -> np.ndarray:
    sheet = Sheet(path)
    sheet.text(60, 70, "Перечень стажировочных площадок", 12)
    sheet.table(ROWS, WIDTHS, y=100, size=11, rule=lambda *at: sheet.line(*at, rule))
    sheet.save()
    document = pypdfium2.PdfDocument(path)
    picture = np.array(document[0].render(scale=DPI / 72).to_pil().convert("RGB"))
    document.close()
    return picture


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    return _page(tmp_path_factory.mktemp("damage") / "order.pdf")


def _read(picture: np.ndarray, dpi: float = DPI) -> Recognised:
    return scan.read_picture(np.ascontiguousarray(picture), dpi, 1, Source("a.png", "", "image"))


def _rows(read: Recognised) -> list[list[str]]:
    (grid,) = (x for x in read.content if isinstance(x, Grid))
    assert all(c.row_span == c.col_span == 1 for c in grid.cells)
    texts = {(c.row, c.col): " ".join(c.text.split()) for c in grid.cells}
    return [[texts[r, c] for c in range(grid.n_cols)] for r in range(grid.n_rows)]


def test_a_curled_page_is_made_flat(picture: np.ndarray) -> None:
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    sag = 30 * np.sin(np.pi * x / width) ** 2
    curled = cv2.remap(picture, x, (y + sag).astype(np.float32), cv2.INTER_CUBIC, borderValue=(255, 255, 255))
    read = _read(curled)
    assert _rows(read) == ROWS
    grid = next(c for c in read.content if isinstance(c, Grid))
    assert grid.bbox == pytest.approx((50, 100 - 30 * 72 / DPI, 530, 176), abs=4), "as on the page as given"


def test_a_photographed_sheet_is_seen_from_above(picture: np.ndarray) -> None:
    height, width = picture.shape[:2]
    size = (width + 300, height + 300)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    seen = np.array(
        [(190, 120), (width + 90, 170), (width + 200, height + 220), (80, height + 90)], np.float32
    )
    matrix = cv2.getPerspectiveTransform(corners, seen)
    sheet = cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_CUBIC, borderValue=(70, 60, 50))
    light = np.linspace(0.6, 1.0, size[0])[None, :, None]
    photo = np.clip(sheet * light, 0, 255).astype(np.uint8)
    assert _rows(_read(photo, dpi=72)) == ROWS, "what a telephone says of the resolution means nothing"


def test_hair_lines_of_a_faint_copy_are_followed(tmp_path: Path) -> None:
    faint = 135 + _page(tmp_path / "thin.pdf", rule=0.25).astype(np.float64) * (75 / 255)
    noise = np.random.default_rng(3).normal(0, 5, faint.shape[:2])[:, :, None]
    assert _rows(_read(np.clip(faint + noise, 0, 255).astype(np.uint8))) == ROWS


def test_the_dark_beside_a_sheet_and_punched_holes_are_dropped(picture: np.ndarray) -> None:
    dirty = cv2.copyMakeBorder(picture, 0, 30, 55, 0, cv2.BORDER_CONSTANT, value=(10, 10, 10))
    for y in (700, 1300):
        cv2.circle(dirty, (110, y), 22, (15, 15, 15), -1)
    read = _read(dirty)
    assert _rows(read) == ROWS
    assert len(read.content) == 2, "the heading and the table"


@pytest.mark.parametrize(
    "text",
    ["№ п/л", '2022-2023 г".', "3:2.", "(Кольцова 0.С.)", "руководителей 00", "Июль 2021] г.", "С роки",
     "мониторинг до 20.04.202 З включительно", "не позднее З0.04.2022", "до З0 апреля 2022 года"],
)  # fmt: skip
def test_what_no_text_says_looks_misread(text: str) -> None:
    assert strange(text)


@pytest.mark.parametrize(
    "text",
    ["№ п/п", "№ 5", "2021-2022 гг.", "3.2.", "ГАУ ДПО «ИРО» (Попов Р.А.)", "1) учреждения", "С 1 по 5 мая",
     "МБОУ «СОШ №1» г. Вязьмы", "5а класс", "и т.д. по вопросам", "8-й", "пр-т Гагарина, 10а", "08:00",
     "20.04.2023", "20.04.202\n3", "05.04.23", "май 2023 г.", "ИЮНЬ 2023 Г.", "3 а", "10б",
     "приказ от 20.04.2023 о резерве"],
)  # fmt: skip
def test_what_orders_say_does_not_look_misread(text: str) -> None:
    assert not strange(text)


def test_a_short_text_has_a_form() -> None:
    form = form_of("№ пп")
    assert form is not None and form.name == "row-number-head"
    assert form_of("№ п/п") is None
    assert strange("май 2023 Г.") and strange("ИЮНЬ\n2023 г.")
    names = [form and form.name for form in map(form_of, ("20.04.202З", "2О.04.2023", "1О", "20.04.20023"))]
    assert names == ["date", "date", "number", "date"]


@pytest.mark.parametrize(
    ("third", "sure"),
    [("20.04.2002\n3", True), ("20.04.2028", False)],
)
def test_a_letter_read_for_a_digit_of_a_date_is_read_once_more_as_digits(
    monkeypatch: pytest.MonkeyPatch, third: str, sure: bool
) -> None:
    def engine(picture: Picture, mode: str, alphabet: str) -> list[Word]:
        if alphabet:
            text = "20.04.202" if len(picture) == 100 else "20.04.202\n3"
        else:
            text = {100: "20.04.202\nЗ", 80: "20.04.202\n3", 125: third}[len(picture)]
        return [Word(part, 0, 0, 9, 9, line, 80.0) for line, part in enumerate(text.split("\n"))]

    monkeypatch.setattr(scan_cells.scan_engine, "engine", lambda: engine)
    read = scan_cells.read_cell(np.zeros((100, 100), dtype=np.uint8))
    assert read.text.split() == ["20.04.202", "3"]
    assert read.confidence is not None
    assert (read.confidence >= SETTINGS.suspect) is sure, "another date is a doubt, a fifth digit none"
    assert third in read.others


def test_columns_without_rules_are_a_table(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "open.pdf")
    sheet.text(60, 60, "Сведения о численности обучающихся по районам", 12)
    rows = [
        ["Район", "Школ", "Учеников", "Доля"],
        ["Вяземский", "12", "3410", "24,1"],
        ["Глинковский", "4", "512", "3,6"],
        ["Ельнинский", "7", "1204", "8,5"],
        ["Починковский", "15", "2980", "21,0"],
        ["Рославльский", "21", "6055", "42,8"],
    ]
    for r, row in enumerate(rows):
        for x, text in zip((60, 220, 320, 430), row, strict=True):
            sheet.text(x, 100 + 20 * r, text, 11)
    sheet.text(60, 260, "Сведения даны на начало учебного года по данным муниципалитетов.", 11)
    sheet.save()
    document = pypdfium2.PdfDocument(tmp_path / "open.pdf")
    read = _read(np.array(document[0].render(scale=DPI / 72).to_pil().convert("RGB")))
    document.close()
    assert _rows(read) == rows
    assert len(read.content) == 3, "the heading, the table and what follows it"


def test_a_small_full_stop_behind_a_letter_stays_and_specks_elsewhere_go() -> None:
    """A dot of three pixels is measured too roughly to tell by its own size how far it may stand."""
    page = np.full((200, 400), 255, dtype=np.uint8)
    page[100:121, 50:60] = page[100:121, 100:110] = 0  # two digits of 9 pt print
    stop, over, far = (119, 119), (108, 120), (119, 135)  # middles: row, column
    for row, column in (stop, over, far):
        page[row - 1 : row + 2, column - 1 : column + 2] = 40
    clean = scan_picture._without_specks(page, 225 / 72)
    assert clean[stop] == 40
    assert clean[over] == clean[far] == 255


@pytest.mark.parametrize(
    ("column", "unsure"), [(["1.2.", "13.", "1.4."], True), (["9.2.", "10.", "10.1."], False)]
)
def test_a_number_that_lost_its_point_is_doubtful(column: list[str], unsure: bool) -> None:
    slots = [scan_rules.Slot(i, 0, 1, 1, (0, i, 1, i + 1)) for i in range(3)]
    readings = [scan_cells.Reading(text, 0.95) for text in column]
    found = scan_cells._numbers_in_line(readings, slots)
    assert [r.confidence == 0.95 for r in found] == [True, not unsure, True]
