"""What lies on a page beside its rules is no wall of its tables: streaks, folds, the other side, shadows,
figures below each other. And tables that rules do not close are tables.

Tesseract's Russian data are needed (Debian: apt-get install tesseract-ocr tesseract-ocr-rus).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest

from pipeline.extractors import scan, scan_picture, scan_rules, scan_sheet, scan_streaks
from pipeline.extractors.scan_engine import Picture
from pipeline.model import Grid, Source
from tests.pdfmake import Sheet

DPI = 200
WIDTHS = [40.0, 150.0, 150.0, 150.0]
ROWS = [
    ["№", "Муниципалитет", "Школа", "Партнёр"],
    ["1.", "Вяземский район", "Шимановская СОШ", "СШ № 4"],
    ["", "", "Тумановская СОШ", "СШ № 2"],
    ["2.", "Глинковский район", "Доброминская ОШ", "СШ № 1"],
    ["3.", "Ельнинский район", "Коробецкая СШ", "СШ № 3"],
]
SHAPE = {(r, c, 1, 1) for r in range(5) for c in range(4)}


def _drawn(sheet: Sheet, path: Path) -> Picture:
    sheet.save()
    document = pypdfium2.PdfDocument(path)
    picture = np.asarray(document[0].render(scale=DPI / 72).to_pil().convert("L"), dtype=np.uint8)
    document.close()
    return picture


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Picture:
    path = tmp_path_factory.mktemp("marks") / "a.pdf"
    sheet = Sheet(path)
    sheet.text(60, 70, "Перечень стажировочных площадок", 12)
    sheet.table(ROWS, WIDTHS, y=100, size=11)
    return _drawn(sheet, path)


def _shapes(picture: Picture) -> list[set[tuple[int, int, int, int]]]:
    page, _ = scan_picture.prepare(np.ascontiguousarray(picture), DPI)
    return [{(s.row, s.col, s.row_span, s.col_span) for s in t.slots} for t in scan_rules.tables(page)[0]]


def _noisy(picture: np.ndarray) -> Picture:
    noise = np.random.default_rng(1).normal(0, 5, picture.shape[:2])
    blurred = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), 0.7)
    return np.clip(blurred + noise, 0, 255).astype(np.uint8)


def _streak(picture: np.ndarray, dark: float, at: tuple[int, ...] = (130, 700, 1105)) -> np.ndarray:
    for x in at:
        picture[:, x : x + 2] *= 1 - dark
    return picture


def _fold(picture: np.ndarray) -> np.ndarray:
    along = np.arange(picture.shape[0])
    for y in (345, 430, 1500):  # one through a row, one beside a rule
        picture *= 1 - 0.3 * np.exp(-(((along - y) / 2.5) ** 2))[:, None]
    return picture


def _through(picture: np.ndarray) -> np.ndarray:
    """The print of the other side."""
    back = np.flip(np.roll(255 - picture, (37, 31), (0, 1)), axis=1)
    return np.clip(picture - 0.28 * cv2.GaussianBlur(back, (0, 0), 1.5), 0, 255)


@pytest.mark.parametrize(
    "mark",
    [
        pytest.param(lambda p: _streak(p, 0.45), id="streak"),
        pytest.param(lambda p: _streak(p, 0.12), id="faint streak"),
        pytest.param(lambda p: _streak(p, 1.0, (130, 1105)), id="black streak"),
        pytest.param(_fold, id="fold"),
        pytest.param(_through, id="other side"),
    ],
)
def test_marks_of_scanner_and_paper_are_no_rules(
    picture: Picture, mark: Callable[[np.ndarray], np.ndarray]
) -> None:
    assert _shapes(_noisy(mark(picture.astype(np.float32)))) == [SHAPE]


def test_a_table_that_is_cut_at_all_edges_keeps_its_walls(tmp_path: Path) -> None:
    """Its walls run from the top to the bottom, as streaks do."""
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.table(ROWS * 8, WIDTHS, y=20, size=11)
    inner = np.ascontiguousarray(_drawn(sheet, tmp_path / "a.pdf")[80:2080, 200:1400])
    assert np.array_equal(scan_streaks.without_streaks(inner), inner)
    streaked = np.pad(inner, ((60, 60), (60, 60)), constant_values=255)
    streaked[:, 400:403] = 150
    assert not np.array_equal(scan_streaks.without_streaks(streaked), streaked), "with margins it is one"


def test_the_shadow_of_a_gutter_is_no_edge_of_the_sheet(picture: Picture) -> None:
    """Cut off there, the first column of the table would be lost without a word."""
    shadow = 1 - 0.5 * np.exp(-np.arange(picture.shape[1]) / (picture.shape[1] * 0.08))
    dark = np.clip(picture * shadow, 0, 255).astype(np.uint8)
    assert scan_sheet.find(dark) is None
    assert _shapes(_noisy(dark)) == [SHAPE]


def test_figures_below_each_other_in_low_rows_are_no_walls(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    edges, top, height = (60.0, 85.0, 240.0, 280.0, 320.0), 80.0, 9.2
    for r in range(31):
        sheet.line(edges[0], top + r * height, edges[-1], top + r * height)
    for x in edges:
        sheet.line(x, top, x, top + 30 * height)
    for r in range(30):
        base = top + (r + 1) * height - 1.8
        sheet.text(62, base, f"1{r % 10}", 8)
        sheet.text(87, base, "МБОУ ПИПИНСКАЯ НШ № 11", 8)
        sheet.text(282, base, f"1{r % 7},1", 8)
    (shape,) = _shapes(_noisy(_drawn(sheet, tmp_path / "a.pdf").astype(np.float32)))
    assert shape == {(r, c, 1, 1) for r in range(30) for c in range(4)}


def test_a_signature_over_its_line_is_no_table(picture: Picture) -> None:
    signed = picture.copy()
    cv2.line(signed, (900, 750), (1250, 750), 0, 2)
    cv2.line(signed, (1060, 640), (1062, 860), 0, 4)  # a stroke of a pen, upright and crossing the line
    for x, y in ((930, 710), (1100, 710), (930, 820), (1100, 820)):
        cv2.putText(signed, "Petr", (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1, 0, 2)
    for x in (600, 614, 640, 654):  # a date by hand, between two lines
        cv2.line(signed, (x, 690), (x, 760), 0, 3)
    for y in (690, 760):
        cv2.line(signed, (596, y), (660, y), 0, 3)
    for x in (605, 645):
        cv2.putText(signed, "i", (x, 740), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2)
    assert _shapes(_noisy(signed.astype(np.float32))) == [SHAPE]


def test_a_table_between_horizontal_rules_is_a_table(tmp_path: Path) -> None:
    rows = [
        ["Школа", "Классы", "Ученики"],
        *([f"Шимановская СОШ {n}", "Десять", str(97 * n)] for n in (4, 5, 6)),
    ]
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text(60, 70, "Перечень школ", 12)
    for r, row in enumerate(rows):
        sheet.line(60, 100 + 22 * r, 480, 100 + 22 * r, 0.75)
        for x, text in zip((66, 240, 380), row, strict=True):
            sheet.text(x, 115 + 22 * r, text, 11)
    sheet.line(60, 188, 480, 188, 0.75)
    sheet.text(60, 230, "Начальник отдела подписал перечень в срок", 11)
    found = scan.read_picture(_drawn(sheet, tmp_path / "a.pdf"), DPI, 1, Source("a.png", "", "image"))
    (grid,) = (x for x in found.content if isinstance(x, Grid))
    assert [[c.text for c in grid.cells[3 * r : 3 * r + 3]] for r in range(4)] == rows
