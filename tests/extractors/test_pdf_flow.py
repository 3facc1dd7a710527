"""The text of a PDF around its tables: order, paragraphs, running heads; and what must not become a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.extractors import pdf_reference
from pipeline.extractors.pdf import extract
from pipeline.model import Block, Document, Grid, Source
from tests.pdfmake import Sheet

TABLE = [["№", "Школа", "Район"], ["1", "МБОУ СШ № 1", "Вяземский"], ["2", "МБОУ СШ № 2", "Угранский"]]
WIDTHS = [40, 200, 200]


def read(path: Path) -> Document:
    return extract(path, Source(path.name, "", "pdf"))


def texts(document: Document, kind: str = "paragraph") -> list[str]:
    return [b.text for b in document.blocks if b.kind == kind]


def lines(document: Document) -> list[str]:
    return [line for b in document.blocks for line in b.text.split("\n")]


def test_text_stands_before_between_and_after_tables_as_on_the_page(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.table(TABLE, WIDTHS, y=400)  # drawn first, stands last
    sheet.text(50, 460, "Примечание под второй таблицей")
    sheet.text(50, 390, "Таблица 2")
    sheet.table(TABLE, WIDTHS, y=120)
    sheet.text(50, 110, "Таблица 1")
    sheet.save()
    found = [
        "table" if isinstance(x, Grid) else x.text
        for x in read(tmp_path / "a.pdf").content
        if isinstance(x, Block | Grid)
    ]
    assert found == ["Таблица 1", "table", "Таблица 2", "table", "Примечание под второй таблицей"]


def test_the_lines_of_a_paragraph_are_one_block_and_an_indent_begins_the_next(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    first = [
        "    ".strip() + "С целью осуществления мер по непрерывному профессиональному развитию",
        "руководителей образовательных организаций Смоленской области на основании",
        "плана работы приказываю:",
    ]
    sheet.text(80, 100, first[0], 10)
    sheet.lines(50, 112, first[1:], 10)
    sheet.text(80, 136, "1. Утвердить дорожную карту по сопровождению непрерывного развития", 10)
    sheet.text(50, 148, "руководителей образовательных организаций (приложение № 1).", 10)
    sheet.save()
    found = texts(read(tmp_path / "a.pdf"))
    assert found == [
        "\n".join(first),
        "1. Утвердить дорожную карту по сопровождению непрерывного развития\n"
        "руководителей образовательных организаций (приложение № 1).",
    ]


def test_two_columns_of_prose_are_read_one_after_the_other_and_are_no_table(tmp_path: Path) -> None:
    left = [
        f"левая колонка текста строка номер {w}" for w in ("раз", "два", "три", "четыре", "пять", "шесть")
    ]
    right = [
        f"правая колонка текста строка номер {w}"
        for w in ("семь", "восемь", "девять", "десять", "ноль", "сто")
    ]
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.lines(50, 100, left)
    sheet.lines(310, 100, right)
    sheet.save()
    document = read(tmp_path / "a.pdf")
    assert document.grids == ()
    assert lines(document) == left + right


def test_page_numbers_and_running_heads_are_kept_out_of_the_text(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    for page in range(1, 5):
        sheet.text(200, 30, "Приказ Департамента от 21.07.2021")
        sheet.text(290, 820, str(page))
        sheet.text(50, 300 + 40 * page, f"Содержание листа {'абвг'[page - 1]}")
        sheet.page()
    sheet.save()
    document = read(tmp_path / "a.pdf")
    assert texts(document, "header") == ["Приказ Департамента от 21.07.2021"] * 4
    assert texts(document, "footer") == ["1", "2", "3", "4"]
    assert texts(document) == [f"Содержание листа {x}" for x in "абвг"]


def test_the_heads_of_appendices_are_no_running_heads(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    for page in range(1, 4):
        sheet.lines(330, 40, [f"Приложение № {page}", "к приказу Департамента", "от 21.07.2021 № 657-ОД"])
        sheet.text(50, 400, f"Содержание листа {'абв'[page - 1]}")
        sheet.page()
    sheet.save()
    document = read(tmp_path / "a.pdf")
    assert texts(document, "header") == []
    assert lines(document)[:3] == ["Приложение № 1", "к приказу Департамента", "от 21.07.2021 № 657-ОД"]


def test_a_watermark_is_no_part_of_the_table_under_it(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.table(TABLE, WIDTHS, y=100)
    sheet.text(120, 200, "ПРОЕКТ", 40, turn=35)
    sheet.save()
    document = read(tmp_path / "a.pdf")
    assert [c.text for c in document.grids[0].cells] == [t for row in TABLE for t in row]
    assert texts(document, "header") == ["ПРОЕКТ"]


def test_title_page_parts_side_by_side_stay_text(tmp_path: Path) -> None:
    """Letterhead in two columns, date and number, signature: two texts on a line are no table."""
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.lines(60, 60, ["ДЕПАРТАМЕНТ", "СМОЛЕНСКОЙ ОБЛАСТИ", "ПО ОБРАЗОВАНИЮ И НАУКЕ", "ул. Николаева, 12а"])
    sheet.lines(
        350, 60, ["Руководителям", "муниципальных органов", "управления образованием", "Смоленской области"]
    )
    sheet.text(60, 150, "« 21 » 04 2021 г.")
    sheet.text(350, 150, "№ 657-09")
    sheet.text(60, 250, "Начальник Департамента")
    sheet.text(400, 250, "Е.П. Талкина")
    sheet.text(60, 290, "Согласовано:")
    for y, (position, name) in enumerate(
        [
            ("Заместитель начальника", "Р.А. Попов"),
            ("Ректор", "О.С. Кольцова"),
            ("Главный бухгалтер", "И.И. Петрова"),
        ]
    ):
        sheet.text(60, 310 + 20 * y, position)
        sheet.text(400, 310 + 20 * y, name)
    sheet.save()
    document = read(tmp_path / "a.pdf")
    assert document.grids == ()
    assert {"« 21 » 04 2021 г.\t№ 657-09", "Начальник Департамента\tЕ.П. Талкина"} <= set(lines(document))


@pytest.mark.parametrize(
    "rows",
    [
        [
            ("1.", "Утвердить дорожную карту"),
            ("2.", "Утвердить перечень площадок"),
            ("3.", "Контроль оставляю"),
            ("4.", "Приказ довести"),
        ],
        [("Введение", "3"), ("Глава первая", "5"), ("Глава вторая", "17"), ("Заключение", "40")],
        [
            ("ФИО", "Иванов Иван Иванович"),
            ("Должность", "директор школы"),
            ("Телефон", "не указан"),
            ("Подпись", "нет"),
        ],
    ],
    ids=["list", "contents", "form"],
)
def test_lists_contents_and_forms_without_rules_are_no_tables(
    tmp_path: Path, rows: list[tuple[str, str]]
) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    for k, (a, b) in enumerate(rows):
        sheet.text(60, 100 + 14 * k, a)
        sheet.text(160 if len(a) > 2 else 80, 100 + 14 * k, b)
    sheet.save()
    assert read(tmp_path / "a.pdf").grids == ()


NUMBERS = [
    ("Район", "2019", "2020", "2021"),
    ("Вяземский", "12", "14,5", "15"),
    ("Город Рославль", "7", "8", "-"),
    ("Угранский", "3", "3", "4"),
    ("Всего", "22", "25,5", "19"),
]


def _columns_of_numbers(sheet: Sheet) -> None:
    for k, row in enumerate(NUMBERS):
        for x, text in zip((60, 200, 280, 360), row, strict=True):
            sheet.text(x, 112 + 14 * k, text)


def _cells(document: Document) -> list[list[str]]:
    (grid,) = document.grids
    return [[c.text for c in grid.cells if c.row == r] for r in range(grid.n_rows)]


def test_aligned_columns_of_numbers_are_a_table_without_any_rule(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    _columns_of_numbers(sheet)
    sheet.save()
    assert _cells(read(tmp_path / "a.pdf")) == [list(r) for r in NUMBERS]


def test_rules_above_and_below_without_vertical_rules_make_a_table(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    _columns_of_numbers(sheet)
    for y in (100, 116, 175):
        sheet.line(55, y, 400, y)
    sheet.text(60, 90, "Таблица 1")
    sheet.text(60, 200, "Источник: отчёты")
    sheet.save()
    document = read(tmp_path / "a.pdf")
    assert _cells(document) == [list(r) for r in NUMBERS]
    assert texts(document) == ["Таблица 1", "Источник: отчёты"]


def test_rules_between_rows_in_a_frame_make_a_table_with_the_columns_of_its_text(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    _columns_of_numbers(sheet)
    for y in (102, 116, 130, 144, 158, 172):
        sheet.line(55, y, 400, y)
    for x in (55, 400):
        sheet.line(x, 102, x, 172)
    sheet.save()
    assert _cells(read(tmp_path / "a.pdf")) == [list(r) for r in NUMBERS]


def test_a_chart_is_no_table(tmp_path: Path) -> None:
    """Grid lines that run through the labels and bars between few texts."""
    sheet = Sheet(tmp_path / "a.pdf")
    for y in range(100, 301, 20):
        sheet.line(80, y, 400, y)
    for x in range(80, 401, 40):
        sheet.line(x, 100, x, 300)
    for k, x in enumerate(range(95, 380, 40)):
        sheet.fill(x, 150 + 10 * k, x + 10, 300)
        sheet.text(x - 20, 145 + 10 * k, f"показатель {k}", 9)
    sheet.save()
    assert read(tmp_path / "a.pdf").grids == ()


@pytest.mark.parametrize("merged", [False, True])
def test_the_fast_reader_and_pdfplumber_read_the_same(tmp_path: Path, merged: bool) -> None:
    rows = [
        ["№", "Школа", "Партнёр"],
        ["1", "МБОУ Юшковская\nООШ", "МБОУ СОШ № 8\nг. Вязьмы"],
        ["2", "МБОУ СШ № 2", ""],
        ["3", "а", "б"],
    ]
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text(50, 80, "Перечень площадок")
    sheet.table(rows, [40, 150, 150], spans=[(1, 0, 2, 1), (3, 1, 1, 2)] if merged else [])
    sheet.save()
    fast = read(tmp_path / "a.pdf")
    reference = pdf_reference.read(tmp_path / "a.pdf", 1, fast.source)
    (ours,), (theirs,) = fast.grids, [x for x in reference if isinstance(x, Grid)]

    def shape(grid: Grid) -> list[tuple[int, int, int, int, str]]:
        return [(c.row, c.col, c.row_span, c.col_span, c.text) for c in grid.cells]

    assert shape(ours) == shape(theirs)
    assert ours.bbox == pytest.approx(theirs.bbox, abs=0.6)
    assert texts(fast) == [x.text for x in reference if isinstance(x, Block)]


def test_text_cut_off_by_its_clip_path_is_not_read(tmp_path: Path) -> None:
    """LibreOffice draws the lines of a header row that has no room on the next page, and clips them."""
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.table(TABLE, WIDTHS, y=100)
    c = sheet.canvas
    c.saveState()
    area = c.beginPath()
    area.rect(90, 842 - 120, 200, 20)
    c.clipPath(area, stroke=0, fill=0)
    sheet.text(93, 128, "организации", 9)
    c.restoreState()
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert [c.text for c in grid.cells] == [t for row in TABLE for t in row]


def test_a_section_row_inside_a_table_without_rules_does_not_cut_it(tmp_path: Path) -> None:
    rows = [*NUMBERS[:3], ("Сельские районы",), *NUMBERS[3:]]
    sheet = Sheet(tmp_path / "a.pdf")
    for k, row in enumerate(rows):
        for x, text in zip((60, 200, 280, 360), row, strict=False):
            sheet.text(x, 112 + 14 * k, text)
    sheet.save()
    found = _cells(read(tmp_path / "a.pdf"))
    assert [[t for t in row if t] for row in found] == [list(r) for r in rows]
