"""Walls of tables on a picture: a wall runs from rule to rule, a stem of a letter does not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from pipeline.extractors import pdf_rules, scan_picture, scan_rules, scan_stems
from tests.pdfmake import Sheet

WALLS = (60.0, 160.0, 300.0, 420.0)
DPI = 200


def _tables(sheet: Sheet, path: Path) -> list[set[tuple[int, int, int, int]]]:
    sheet.save()
    document = pypdfium2.PdfDocument(path)
    picture = np.asarray(document[0].render(scale=DPI / 72).to_pil().convert("L"), dtype=np.uint8)
    document.close()
    page, _ = scan_picture.prepare(picture, DPI)
    return [{(s.row, s.col, s.row_span, s.col_span) for s in t.slots} for t in scan_rules.tables(page)[0]]


def _row(sheet: Sheet, top: float, height: float, walls: tuple[float, ...] = WALLS, words: str = "") -> None:
    """A row with its walls and rules; a word in each of its cells."""
    for y in (top, top + height):
        sheet.line(WALLS[0], y, WALLS[-1], y)
    for x in walls:
        sheet.line(x, top, x, top + height)
    for x, word in zip(walls, words.split(), strict=False):
        sheet.text(x + 4, top + 10.2, word, 12)


@pytest.mark.parametrize(("letter", "foot"), [("П", 1.6), ("Н", 2.3)])  # points of paper under the letter
def test_a_stem_that_stands_where_the_wall_runs_in_other_rows_is_no_wall(
    tmp_path: Path, letter: str, foot: float
) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    _row(sheet, 100, 30, words="Вебинары Сентябрь Записи")
    _row(sheet, 130, 12.5, (WALLS[0], WALLS[-1]))
    size, stem = 12.0, 0.147 * 12  # DejaVu Sans: the middle of the left stem of a capital
    before = "Раздел 2. "
    start = WALLS[1] - stem - stringWidth(before, sheet.font, size)
    sheet.text(start, 142.5 - foot, before + letter + "оддержка", size)
    _row(sheet, 142.5, 30, words="Семинары Октябрь Справка")
    assert _tables(sheet, tmp_path / "a.pdf") == [
        {(0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1), (1, 0, 1, 3), (2, 0, 1, 1), (2, 1, 1, 1), (2, 2, 1, 1)}
    ]


def test_a_single_low_row_closed_on_all_sides_is_a_table(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    _row(sheet, 80, 13, words="Итого школ 18")
    assert _tables(sheet, tmp_path / "a.pdf") == [{(0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1)}]


def test_letters_between_two_rules_are_no_walls(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    _row(sheet, 80, 13, (WALLS[0], WALLS[-1]), "ПНШфрФрр")
    sheet.text(150, 90.2, "Шифр формы 0503127 ЦЩ Ш", 12)
    assert _tables(sheet, tmp_path / "a.pdf") == []


def test_a_low_row_between_merged_rows_keeps_its_walls(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    ends = (WALLS[0], WALLS[-1])
    _row(sheet, 80, 13, ends, "Раздел")
    _row(sheet, 93, 13, words="Вебинары Октябрь Справка")
    _row(sheet, 106, 13, ends, "Подраздел")
    assert _tables(sheet, tmp_path / "a.pdf") == [
        {(0, 0, 1, 3), (1, 0, 1, 1), (1, 1, 1, 1), (1, 2, 1, 1), (2, 0, 1, 3)}
    ]


def test_a_tall_wall_with_a_gap_stays_a_wall(tmp_path: Path) -> None:
    """Where a stamp was taken off; letters that touch the wall make it no stem."""
    sheet = Sheet(tmp_path / "a.pdf")
    _row(sheet, 100, 30, words="Вебинары Сентябрь Записи")
    _row(sheet, 130, 60, (WALLS[0], WALLS[2], WALLS[-1]), "Семинары Октябрь")
    sheet.line(WALLS[1], 130, WALLS[1], 160)
    sheet.line(WALLS[1], 163, WALLS[1], 190)
    sheet.text(WALLS[1] - 2, 150, "Н", 12)
    _row(sheet, 190, 30, words="Консультации Ноябрь Справка")
    assert _tables(sheet, tmp_path / "a.pdf") == [{(r, c, 1, 1) for r in range(3) for c in range(3)}]


def test_a_wall_of_paper_is_none_where_the_other_walls_of_the_table_have_no_gap() -> None:
    """A letter of bold print is as dense as its stem: it looks no wider, and no letter is seen beside it."""
    xs, ys = np.array([60.0, 160.0, 260.0, 360.0]), np.array([100.0, 130.0, 148.0, 178.0])
    scale = 2.0
    grey = np.full((400, 800), 255, dtype=np.uint8)
    for y in ys:
        grey[int(scale * y) - 1 : int(scale * y) + 1, 120:720] = 0
    for x in xs:
        grey[200:356, int(scale * x) - 1 : int(scale * x) + 1] = 0
    grey[262:295, 300:420] = 255  # in the middle row one wall is no wall
    grey[264:284, 317:323] = 0
    page = scan_picture.Page(grey, scan_picture.ink_of(grey), grey, scale, np.eye(3))
    number = np.arange(9).reshape(3, 3)
    cells = tuple(pdf_rules.CellBox(r, c, 1, 1) for r in range(3) for c in range(3))
    lattice = pdf_rules.Lattice(xs, ys, number, cells, False, False)
    assert scan_stems.stems(page, lattice) == [(320.0, 260.0, 296.0)]
