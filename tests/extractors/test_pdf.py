"""PDF tables with rules: every way to draw them, turned pages and texts, merged cells, pieces of tables."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.extractors.pdf import extract
from pipeline.model import Document, Grid, Source
from tests.pdfmake import Sheet, Span

HEADER = ["№ п/п", "Муниципалитет", "Школа", "Партнёр"]
ROWS = [
    HEADER,
    ["1.", "Вяземский район", "МБОУ Шуйская\nООШ", "МБОУ СОШ № 8"],
    ["", "", "МБОУ Юшковская ООШ", "МБОУ СОШ № 8"],
    ["2.", "Город Рославль", "МБОУ СШ № 5", "МБОУ СШ № 6"],
]
WIDTHS = [40, 120, 150, 150]


def read(path: Path) -> Document:
    return extract(path, Source(path.name, "", "pdf"))


def rows_of(grid: Grid) -> list[list[str]]:
    """The texts row by row, only of the cells that begin there."""
    return [[c.text for c in grid.cells if c.row == r] for r in range(grid.n_rows)]


def texts(document: Document, kind: str = "paragraph") -> list[str]:
    return [b.text for b in document.blocks if b.kind == kind]


def test_a_table_of_lines_is_read_cell_by_cell_with_boxes_from_the_top(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.table(ROWS, WIDTHS)
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert rows_of(grid) == ROWS
    assert (grid.n_rows, grid.n_cols, grid.page) == (4, 4, 1)
    assert grid.col_edges == pytest.approx((50, 90, 210, 360, 510), abs=0.5)
    assert grid.bbox is not None and grid.bbox[:2] == pytest.approx((50, 100), abs=0.5)
    first = grid.cells[0].place
    assert first is not None and first.bbox == pytest.approx((50, 100, 90, 116.8), abs=0.5)
    assert (first.page, str(first)) == (1, "a.pdf#page=1")
    assert (grid.open_top, grid.open_bottom) == (False, False)


@pytest.mark.parametrize("rule", ["thin_rect", "dashes"])
def test_rules_drawn_as_rectangles_or_dashes_are_rules(tmp_path: Path, rule: str) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.table(ROWS, WIDTHS, rule=getattr(sheet, rule))
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert rows_of(grid) == ROWS


def test_rules_of_a_thick_double_border_make_no_rows_or_columns(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")

    def double(x0: float, y0: float, x1: float, y1: float) -> None:
        d = 1.3
        sheet.line(x0 - d, y0 - d, x1 - d, y1 - d)
        sheet.line(x0 + d, y0 + d, x1 + d, y1 + d)

    sheet.table(ROWS, WIDTHS, rule=double)
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert rows_of(grid) == ROWS


def test_white_rules_on_coloured_cells_are_rules(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.fill(50, 100, 510, 178, grey=0.7)
    sheet.canvas.setStrokeGray(1)
    sheet.table(ROWS, WIDTHS)
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert rows_of(grid) == ROWS


def test_cells_that_only_differ_by_their_fill_are_cells(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    xs, ys = [50, 150, 330, 500], [100, 120, 140, 160]
    for r, (top, bottom) in enumerate(pairwise(ys)):
        for c, (x0, x1) in enumerate(pairwise(xs)):
            sheet.fill(x0, top, x1 - 1, bottom - 1, 0.9 if (r + c) % 2 else 0.8)
            sheet.text(x0 + 4, top + 14, f"яч {r} {c}")
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert rows_of(grid) == [[f"яч {r} {c}" for c in range(3)] for r in range(3)]


def test_open_sides_are_closed_where_rules_stick_out_and_text_lies(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.table(ROWS, WIDTHS, sides=False, bottom=False)
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert rows_of(grid) == ROWS
    assert (grid.open_top, grid.open_bottom) == (False, True)


def test_merged_cells_stand_once_with_their_spans(tmp_path: Path) -> None:
    rows = [
        ["№", "Мероприятие", "Сроки", ""],
        ["", "", "начало", "конец"],
        ["1. Проведение профессиональных конкурсов", "", "", ""],
        ["1.1.", "Разработка положения", "Июль 2021", "Август 2021"],
    ]
    spans: list[Span] = [(0, 0, 2, 1), (0, 1, 2, 1), (0, 2, 1, 2), (2, 0, 1, 4)]
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.table(rows, [40, 200, 100, 100], spans=spans)
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    found = {(c.row, c.col): (c.row_span, c.col_span, c.text) for c in grid.cells}
    assert found[0, 0] == (2, 1, "№")
    assert found[0, 2] == (1, 2, "Сроки")
    assert found[2, 0] == (1, 4, "1. Проведение профессиональных конкурсов")
    assert found[1, 3] == (1, 1, "конец")
    assert len(found) == 5 + 1 + 4


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_page_displayed_turned_gives_boxes_as_displayed(tmp_path: Path, rotate: int) -> None:
    """The content is drawn turned against the page's rotation, so that the reader sees it upright."""
    width, height = (842.0, 595.0) if rotate % 180 else (595.0, 842.0)
    sheet = Sheet(tmp_path / "a.pdf", size=(width, height), rotate=rotate)  # the size as displayed
    c = sheet.canvas
    if rotate == 90:
        c.translate(595, 0)
    elif rotate == 180:
        c.translate(595, 842)
    else:
        c.translate(0, 842)
    c.rotate(rotate)
    sheet.table(ROWS, WIDTHS, x=60, y=90)
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert rows_of(grid) == ROWS
    assert grid.bbox is not None and grid.bbox[:3] == pytest.approx((60, 90, 520), abs=0.5)


def test_a_table_that_lies_on_its_side_is_read_upright_with_boxes_as_displayed(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.canvas.translate(595, 0)
    sheet.canvas.rotate(90)
    sheet.width, sheet.height = 842, 595
    sheet.table(ROWS, WIDTHS, x=60, y=90)
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert rows_of(grid) == ROWS
    assert grid.bbox is not None
    assert grid.bbox[0] == pytest.approx(90, abs=0.5)
    assert grid.bbox[1] == pytest.approx(842 - 520, abs=0.5)
    assert grid.bbox[3] == pytest.approx(842 - 60, abs=0.5)


def test_boxes_count_from_the_corner_of_the_crop_box(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf", cropBox=(20, 30, 575, 812))
    sheet.table(ROWS, WIDTHS)
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert rows_of(grid) == ROWS
    assert grid.bbox is not None and grid.bbox[:2] == pytest.approx((30, 70), abs=0.5)


@pytest.mark.parametrize("turn", [90, 270])
def test_text_turned_in_its_cell_is_read_along_its_lines(tmp_path: Path, turn: int) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    rows = [["", "Муниципалитет\n\n\n\n\n", "Школа-партнёр"], ["1", "Вяземский район", "МБОУ СОШ № 8"]]
    sheet.table(rows, [40, 150, 150])
    if turn == 90:
        sheet.text(64, 165, "Номер", 8, turn=90)
        sheet.text(74, 165, "по порядку", 8, turn=90)
    else:
        sheet.text(70, 105, "Номер", 8, turn=270)
        sheet.text(60, 105, "по порядку", 8, turn=270)
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert rows_of(grid) == [["Номер\nпо порядку", "Муниципалитет", "Школа-партнёр"], rows[1]]


def test_text_drawn_twice_stands_once_and_double_letters_stay(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.table([["", ""], ["1", "2"]], [150, 100])
    for dx in (0, 0.3, 0.6):
        sheet.text(53 + dx, 111, "Программа класса 1122", 9)
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert rows_of(grid)[0][0] == "Программа класса 1122"


def test_a_closed_cell_is_never_cut_by_its_text(tmp_path: Path) -> None:
    rows = [
        ["А", "Б", "В"],
        ["первая строка\nвторая строка\nтретья строка", "раз\nдва\nтри", "один\nдругой\nещё один"],
    ]
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.table(rows, [150, 100, 100])
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert rows_of(grid) == rows


def test_columns_of_numbers_without_rules_between_rows_are_rows(tmp_path: Path) -> None:
    rows = [["Район", "Школ", "Мест"], ["Вяземский\nЕльнинский\nУгранский", "12\n7\n9", "340\n120\n215"]]
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.table(rows, [150, 100, 100])
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert rows_of(grid) == [
        ["Район", "Школ", "Мест"],
        ["Вяземский", "12", "340"],
        ["Ельнинский", "7", "120"],
        ["Угранский", "9", "215"],
    ]


def test_a_signature_under_a_table_without_rules_is_none_of_its_rows(tmp_path: Path) -> None:
    rows = [["№", "Фамилия", "Должность", "Телефон"]]
    rows += [[str(n), "Иванова Е.П.", "методист", f"8-481-{n}{n}"] for n in range(1, 7)]
    sheet = Sheet(tmp_path / "a.pdf")
    for r, row in enumerate(rows):
        for x, text in zip((50, 90, 240, 380), row, strict=True):
            sheet.text(x, 100 + 18 * r, text)
    sheet.text(50, 100 + 18 * len(rows), "Начальник Департамента")
    sheet.text(380, 100 + 18 * len(rows), "Е.П. Талкина")
    sheet.save()
    document = read(tmp_path / "a.pdf")
    (grid,) = document.grids
    assert rows_of(grid) == rows
    assert "Талкина" in texts(document)[-1]


def test_two_tables_side_by_side_are_two_tables(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.table([["а", "б"], ["1", "2"]], [60, 60], x=50)
    sheet.table([["в", "г"], ["3", "4"]], [60, 60], x=300)
    sheet.save()
    grids = read(tmp_path / "a.pdf").grids
    assert [rows_of(g) for g in grids] == [[["а", "б"], ["1", "2"]], [["в", "г"], ["3", "4"]]]


def test_a_table_inside_a_cell_is_a_table_of_its_own_and_loses_nothing(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.table([["слева", "справа\n\n\n\n\n\n\n\n\n"], ["внизу", "тоже внизу"]], [100, 300])
    sheet.table([["а", "б"], ["1", "2"]], [60, 60], x=200, y=130)
    sheet.save()
    grids = read(tmp_path / "a.pdf").grids
    found = sorted([t for row in rows_of(g) for t in row] for g in grids)
    assert found == [["а", "б", "1", "2"], ["слева", "справа", "внизу", "тоже внизу"]]


def test_the_rest_of_a_row_alone_on_the_next_page_stays_a_piece_of_the_table(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.table(ROWS, WIDTHS, y=690)
    sheet.page()
    sheet.table([["", "", "школ-лидеров", ""]], WIDTHS, y=60)
    sheet.page()
    sheet.table([["Раздел 2. Меры по формированию резерва"]], [sum(WIDTHS)], y=60)
    sheet.save()
    grids = read(tmp_path / "a.pdf").grids
    assert rows_of(grids[1]) == [["", "", "школ-лидеров", ""]]
    assert rows_of(grids[2]) == [["Раздел 2. Меры по формированию резерва"]]


def test_a_word_cut_by_a_narrow_cell_is_one_word(tmp_path: Path) -> None:
    """Word and LibreOffice draw a space at a line end; a word too long for its cell is cut without."""
    sheet = Sheet(tmp_path / "a.pdf")
    wrapped = "раз \nдва \nтри \nраз \nдва \nтри \nраз"
    width = sheet.canvas.stringWidth("Функционирован", sheet.font, 9) + 6
    sheet.table([["Функционирован\nие центра", wrapped], ["раз ", "школы\nрайона"]], [width + 4, 100])
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert rows_of(grid) == [
        ["Функционирование центра", "раз\nдва\nтри\nраз\nдва\nтри\nраз"],
        ["раз", "школы\nрайона"],
    ]


def test_two_words_are_not_joined_where_the_space_between_had_no_room(tmp_path: Path) -> None:
    """LibreOffice leaves the space out when the line is full: then only a rest that is no word is joined."""
    sheet = Sheet(tmp_path / "a.pdf")
    wrapped = "раз \nдва \nтри \nраз \nдва \nтри \nраз"
    width = sheet.canvas.stringWidth("Михайловский", sheet.font, 9) + 6
    sheet.table([["Михайловский\nрайон", wrapped], ["Михайловски\nй район", "раз"]], [width + 1, 100])
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert [row[0] for row in rows_of(grid)] == ["Михайловский\nрайон", "Михайловский район"]


def test_a_frame_around_text_an_underline_and_a_page_border_are_no_tables(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.table([["Только рамка вокруг одного абзаца"]], [300], y=100)
    sheet.text(50, 200, "Подчёркнутый заголовок")
    sheet.line(50, 202, 180, 202)
    for x0, y0, x1, y1 in (
        (1, 1, 594, 1),
        (1, 841, 594, 841),
        (1, 1, 1, 841),
        (594, 1, 594, 841),
        (1, 60, 594, 60),
    ):
        sheet.line(x0, y0, x1, y1)
    sheet.save()
    document = read(tmp_path / "a.pdf")
    assert document.grids == ()
    assert sorted(texts(document)) == ["Подчёркнутый заголовок", "Только рамка вокруг одного абзаца"]


@st.composite
def merged_tables(draw: st.DrawFn) -> tuple[int, int, list[Span]]:
    """Rows, columns, and merged cells that do not overlap."""
    rows, cols = draw(st.integers(2, 7)), draw(st.integers(2, 6))
    spans: list[Span] = []
    taken: set[tuple[int, int]] = set()
    for _ in range(draw(st.integers(0, 4))):
        r, c = draw(st.integers(0, rows - 1)), draw(st.integers(0, cols - 1))
        h, w = draw(st.integers(1, min(3, rows - r))), draw(st.integers(1, min(3, cols - c)))
        fields = {(r + i, c + j) for i in range(h) for j in range(w)}
        if (h, w) != (1, 1) and not fields & taken and h < rows and w < cols:
            spans.append((r, c, h, w))
            taken |= fields
    return rows, cols, spans


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(merged_tables())
def test_any_ruled_table_with_merged_cells_comes_back_text_for_text(
    tmp_path: Path, table: tuple[int, int, list[Span]]
) -> None:
    rows, cols, spans = table
    content = [[f"я{r}.{c}" for c in range(cols)] for r in range(rows)]
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.table(content, [60] * cols, spans=spans)
    sheet.save()
    covered = {(r + i, c + j) for r, c, h, w in spans for i in range(h) for j in range(w) if i or j}
    expected = [content[r][c] for r in range(rows) for c in range(cols) if (r, c) not in covered]
    grids = read(tmp_path / "a.pdf").grids
    assert [c.text for c in grids[0].cells] == expected
    assert len(grids) == 1


def test_one_rule_between_two_columns_closes_the_open_bottom(tmp_path: Path) -> None:
    """A single vertical rule that runs on below the last horizontal one, with text on both of its sides."""
    sheet = Sheet(tmp_path / "a.pdf")
    for y in (100, 116, 132):
        sheet.line(50, y, 300, y)
    sheet.line(180, 100, 180, 148)
    for k, (a, b) in enumerate([("Район", "Школ"), ("Вяземский", "12"), ("Всего", "12")]):
        sheet.text(54, 112 + 16 * k, a)
        sheet.text(184, 112 + 16 * k, b)
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert rows_of(grid) == [["Район", "Школ"], ["Вяземский", "12"], ["Всего", "12"]]
    assert grid.open_bottom is True


def test_rounded_corners_do_not_hide_the_straight_sides_of_a_frame(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    bottom = sheet.table(ROWS, WIDTHS, sides=False, bottom=False)
    sheet.canvas.roundRect(50, 842 - bottom, 460, bottom - 100, 3)
    sheet.save()
    (grid,) = read(tmp_path / "a.pdf").grids
    assert rows_of(grid) == ROWS
    assert grid.open_bottom is False
