"""Plain text: what is a table in each notation, what only looks like one, pages, places."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import SourceError
from pipeline.extractors.text import extract, read_lines
from pipeline.model import Block, Document, Grid, Place, Source


def read(text: str) -> list[Block | Grid]:
    return read_lines(text.split("\n"), Place("x"))


def rows(grid: Block | Grid) -> list[list[str]]:
    assert isinstance(grid, Grid), grid
    found: list[list[str]] = [[] for _ in range(grid.n_rows)]
    for cell in grid.cells:
        found[cell.row].append(cell.text)
    return found


def spans(grid: Block | Grid) -> set[tuple[int, int, int, int]]:
    assert isinstance(grid, Grid)
    return {(c.row, c.col, c.row_span, c.col_span) for c in grid.cells if (c.row_span, c.col_span) != (1, 1)}


def document(folder: Path, data: bytes, name: str = "order.txt") -> Document:
    path = folder / name
    path.write_bytes(data)
    return extract(path, Source(name, "", "text"))


# ------------------------------------------------------------------------------------------- no tables


@pytest.mark.parametrize(
    "text",
    [
        "Начальник Департамента        Е.П. Талкина",
        "Начальник Департамента\tЕ.П. Талкина\nНачальник отдела\tИ.И. Иванов",
        "Исп.   Иванов И.И.\nТел.   12-34-56",
        "« 21 » 04 _____ 20 21 г.          № 657-09\n           г. Смоленск",
        "1. Общие положения ............ 3\n2. Порядок проведения ......... 5\n"
        "3. Заключение ................. 7",
        "УТВЕРЖДАЮ              СОГЛАСОВАНО\nДиректор школы         Начальник отдела\n"
        "______ И.И. Иванов     ______ П.П. Петров\n« » ____ 2021 г.       « » ____ 2021 г.",
        "В  соответствии  с  планом  работы  Департамента   Смоленской\n"
        "области  по  образованию  и  науке  на  2021  год  и  в  целях\n"
        "повышения  качества  образования   приказываю   утвердить\n"
        "прилагаемый  план  мероприятий  и  перечень  площадок",
        "1.\tУтвердить план.\n2.\tУтвердить перечень.\n3.\tКонтроль возложить на отдел.",
        "\tВ соответствии с планом\n\tприказываю:",
        "Адрес:\tг. Смоленск\nТелефон:\t12-34-56\nПочта:\tнет",
        "а) план мероприятий;\nб) перечень площадок;\nв) состав комиссии;",
        "Школы, лицеи, гимназии области\nРайоны, города, посёлки области\nПланы, отчёты, приказы области",
        "12,5\n13,7\n14,1",
        "Да | нет\nИли иначе",
        "------------\nПримечание. Текст сноски\nв две строки.",
    ],
)
def test_what_only_looks_like_a_table_stays_text(text: str) -> None:
    content = read(text)
    assert all(isinstance(x, Block) for x in content)
    said = " ".join(" ".join(x.text.split()) for x in content if isinstance(x, Block))
    assert said == " ".join(text.split())


def test_a_frame_around_text_is_no_table() -> None:
    content = read("┌────────────┐\n│ Внимание!  │\n│ Текст      │\n└────────────┘")
    assert content == [Block("Внимание!", place=Place("x")), Block("Текст", place=Place("x"))]


# ------------------------------------------------------------------------------------------------ tabs


def test_pieces_of_a_tab_table_stay_apart_and_keep_their_empty_fields() -> None:
    content = read("№\tШкола\tСрок\n1. Раздел\t\t\n1.1\tСОШ\tиюль\n\n№\tШкола\tСрок\n\tлидеров\t")
    assert [rows(g) for g in content] == [
        [["№", "Школа", "Срок"], ["1. Раздел", "", ""], ["1.1", "СОШ", "июль"]],
        [["№", "Школа", "Срок"], ["", "лидеров", ""]],
    ]


def test_a_single_row_goes_on_a_table_seen_above() -> None:
    content = read("№\tШкола\tСрок\n1\tСОШ\tиюль\n\n2\tООШ\tавгуст")
    assert rows(content[1]) == [["2", "ООШ", "август"]]


def test_a_row_with_fewer_fields_stays_as_it_is() -> None:
    content = read("№\tШкола\tСрок\n1\tСОШ\n2\tООШ\tавгуст\nРаздел второй\n3\tНОШ\tмай")
    assert rows(content[0])[1:4] == [["1", "СОШ"], ["2", "ООШ", "август"], ["Раздел второй"]]


def test_a_quoted_field_of_a_spreadsheet_holds_line_breaks() -> None:
    content = read('№\tШкола\n1\t"МБОУ\nСОШ № 1"\n2\tООШ')
    assert rows(content[0]) == [["№", "Школа"], ["1", "МБОУ\nСОШ № 1"], ["2", "ООШ"]]


# ----------------------------------------------------------------------------------------------- boxes

TWO_LEVELS = """
┌────┬──────────────────┬───────────────┐
│ №  │   Мероприятие    │     Срок      │
│п/п │                  ├───────┬───────┤
│    │                  │ план  │ факт  │
├────┴──────────────────┴───────┴───────┤
│ 1. Проведение конкурсов               │
├────┬──────────────────┬───────┬───────┤
│1.1.│Разработка положе-│Июль   │       │
│    │ния               │2021   │   -   │
├────┼──────────────────┼───────┴───────┤
│1.2.│Школа             │ Август        │
└────┴──────────────────┴───────────────┘"""


def test_two_header_levels_a_section_row_and_hyphens_of_a_box() -> None:
    (grid,) = read(TWO_LEVELS)
    assert rows(grid) == [
        ["№\nп/п", "Мероприятие", "Срок"],
        ["план", "факт"],
        ["1. Проведение конкурсов"],
        ["1.1.", "Разработка положе-\nния", "Июль\n2021", "-"],
        ["1.2.", "Школа", "Август"],
    ]
    assert spans(grid) == {(0, 0, 2, 1), (0, 1, 2, 1), (0, 2, 1, 2), (2, 0, 1, 4), (4, 2, 1, 2)}


def test_a_blank_line_behind_every_line_does_not_part_a_box() -> None:
    (grid,) = document_of_doubled()
    assert isinstance(grid, Grid)
    assert (grid.n_rows, grid.n_cols) == (5, 4)


def document_of_doubled() -> list[Block | Grid]:
    from pipeline.extractors.text import _single_spaced

    doubled = "\n\n".join(TWO_LEVELS.strip().split("\n")).split("\n")
    return read_lines(_single_spaced(doubled), Place("x"))


def test_merged_groups_without_rules_give_a_row_each() -> None:
    """Number and municipality stand once; each line below is a school of its own, not a wrapped text."""
    text = """
┌──┬───────────────┬──────────────────┬──────────────────┐
│№ │Муниципалитет  │Школа             │Партнер           │
├──┼───────────────┼──────────────────┼──────────────────┤
│1.│Вяземский район│МБОУ Щуйская ООШ  │МБОУ Шимановская  │
│  │               │МБОУ Юшковская ООШ│МБОУ Шимановская  │
│  │               │МБОУ Тума СШ      │МБОУ Вязьма       │
│2.│Глинковский р-н│МБОУ Добр СШ      │МБОУ Ельнинская СШ│
└──┴───────────────┴──────────────────┴──────────────────┘"""
    (grid,) = read(text)
    assert rows(grid)[1:] == [
        ["1.", "Вяземский район", "МБОУ Щуйская ООШ", "МБОУ Шимановская"],
        ["", "", "МБОУ Юшковская ООШ", "МБОУ Шимановская"],
        ["", "", "МБОУ Тума СШ", "МБОУ Вязьма"],
        ["2.", "Глинковский р-н", "МБОУ Добр СШ", "МБОУ Ельнинская СШ"],
    ]


def test_a_table_that_begins_in_the_middle() -> None:
    (grid,) = read(
        "│ 7  │ Школа  │ июль │\n├────┼────────┼──────┤\n│ 8  │ Лицей  │ май  │\n└────┴────────┴──────┘"
    )
    assert rows(grid) == [["7", "Школа", "июль"], ["8", "Лицей", "май"]]


def test_bars_without_outer_borders() -> None:
    (grid,) = read(
        "────┬─────────┬──────\n N  │ Школа   │ Срок\n────┼─────────┼──────\n"
        " 1  │ Лицей   │ июль\n────┴─────────┴──────"
    )
    assert rows(grid) == [["N", "Школа", "Срок"], ["1", "Лицей", "июль"]]


def test_a_line_that_begins_with_a_bar_has_an_empty_first_cell_where_bars_are_no_border() -> None:
    lines = ["Район | Школа | Партнёр", "Гдовский | А | Б", " | В | Г", "Псковский | Д |", " | Е | Ж"]
    (grid,) = read("\n".join(lines))
    assert rows(grid)[1:] == [["Гдовский", "А", "Б"], ["", "В", "Г"], ["Псковский", "Д", ""], ["", "Е", "Ж"]]


def test_bars_that_were_moved_by_an_edited_text() -> None:
    (grid,) = read(
        "┌────┬───────────┐\n│ №  │ Школа       │\n├────┼───────────┤\n"
        "│ 1  │ Лицей № 1 города │\n│  │ Вязьмы │\n└────┴───────────┘"
    )
    assert rows(grid) == [["№", "Школа"], ["1", "Лицей № 1 города\nВязьмы"]]


def test_combining_marks_take_no_place_on_the_line() -> None:
    (grid,) = read(
        "┌────┬────────┬───┐\n│ №  │ Район  │ N │\n├────┼────────┼───┤\n"
        "│ 1  │ Тёмки\u0438\u0306 │ 2 │\n└────┴────────┴───┘"
    )
    assert rows(grid)[1] == ["1", "Тёмки\u0438\u0306", "2"]


def test_a_body_without_a_box_under_a_boxed_header() -> None:
    text = """
┌────┬──────────────────┬───────────┐
│ №  │ Наименование     │ Срок      │
└────┴──────────────────┴───────────┘
  1    МБОУ СОШ № 1       июль
       г. Вязьмы          2021 г.
  2    МБОУ СОШ № 2       август

  3    МБОУ СОШ № 3       август

Начальник Департамента        Е.П. Талкина"""
    grid, signature = read(text)
    assert rows(grid) == [
        ["№", "Наименование", "Срок"],
        ["1", "МБОУ СОШ № 1\nг. Вязьмы", "июль\n2021 г."],
        ["2", "МБОУ СОШ № 2", "август"],
        ["3", "МБОУ СОШ № 3", "август"],
    ]
    assert isinstance(signature, Block)


# ------------------------------------------------------------------------------- columns, CSV, Markdown


def test_columns_of_spaces_between_rules_of_dashes() -> None:
    rule = "----------------------------------------"
    text = (
        f"{rule}\n N   Наименование          Срок\n{rule}\n 1   Школа первая          июль\n"
        f" 2   Школа вторая          август\n     имени Ленина\n{rule}\nПримечание"
    )
    grid, remark = read(text)
    assert rows(grid) == [
        ["N", "Наименование", "Срок"],
        ["1", "Школа первая", "июль"],
        ["2", "Школа вторая\nимени Ленина", "август"],
    ]
    assert isinstance(remark, Block)


def test_columns_of_spaces_under_column_heads() -> None:
    (grid,) = read(
        "№ п/п  Муниципалитет       Школа\n1.     Вяземский район     МБОУ СОШ № 1\n"
        "2.     Глинковский район   МБОУ СОШ № 2\n3.     Демидовский район   МБОУ СОШ № 3"
    )
    assert rows(grid)[0] == ["№ п/п", "Муниципалитет", "Школа"]
    assert rows(grid)[3] == ["3.", "Демидовский район", "МБОУ СОШ № 3"]


def test_semicolons_with_quoted_fields() -> None:
    (grid,) = read('№;Школа;Срок\n1;"МБОУ ""СОШ""; № 1";июль\n2;"СОШ\n№ 2";август')
    assert rows(grid)[1:] == [["1", 'МБОУ "СОШ"; № 1', "июль"], ["2", "СОШ\n№ 2", "август"]]


def test_markdown_says_its_header_and_escapes_its_bars() -> None:
    (grid,) = read("| № | Школа |\n|---|:-----:|\n| 1 | СОШ\\|1 |\n| 2 | СОШ<br>2 |")
    assert isinstance(grid, Grid)
    assert grid.header_rows == 1
    assert rows(grid) == [["№", "Школа"], ["1", "СОШ|1"], ["2", "СОШ\n2"]]


# ------------------------------------------------------------------------------------------------ files


def test_form_feeds_count_pages_and_only_they_do(tmp_path: Path) -> None:
    paged = document(tmp_path, "Приказ\n1\tа\tб\n2\tв\tг\n\f3\tд\tе\n".encode())
    assert paged.n_pages == 2
    assert [g.page for g in paged.grids] == [1, 2]
    assert paged.grids[1].cells[0].place == Place("order.txt", page=2)
    plain = document(tmp_path, "Приказ\nтекст".encode())
    assert plain.n_pages is None
    assert [b.place for b in plain.blocks] == [Place("order.txt"), Place("order.txt")]


def test_line_ends_of_all_systems(tmp_path: Path) -> None:
    for end in ("\n", "\r\n", "\r"):
        found = document(
            tmp_path, end.join(["Приказ", "", "№\tШкола\tСрок", "1\tСОШ\tиюль"]).encode("cp1251")
        )
        assert [b.text for b in found.blocks] == ["Приказ"]
        assert rows(found.grids[0])[1] == ["1", "СОШ", "июль"]
        assert found.source.encoding == "cp1251"


def test_a_file_named_csv_is_one_table(tmp_path: Path) -> None:
    found = document(tmp_path, "№,Школа\n1,Лицей\n".encode(), "list.csv")
    assert rows(found.grids[0]) == [["№", "Школа"], ["1", "Лицей"]]


@pytest.mark.parametrize(("data", "reason"), [(b"", "source.empty"), (b" \n\t\r\n", "source.blank")])
def test_a_file_without_text_is_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    with pytest.raises(SourceError) as error:
        document(tmp_path, data)
    assert error.value.reason == reason


@pytest.mark.parametrize(
    "line", ["a | b | c" * 3, "------", "1.\tПункт", "а;б", "1   два", '"a;b', "│ а", "a\tb\tc"]
)
def test_many_lines_of_one_kind_take_no_quadratic_time(line: str) -> None:
    content = read_lines([line] * 5000, Place("x"))
    assert content


def test_empty_quoted_fields_at_the_end_of_a_record() -> None:
    (grid,) = read('"№";"Школа";"Срок"\n"1. Раздел";"";""\n"1.1";"СОШ";""')
    assert rows(grid) == [["№", "Школа", "Срок"], ["1. Раздел", "", ""], ["1.1", "СОШ", ""]]


@pytest.mark.parametrize(
    "line",
    [
        " " * 50_000 + "x-|",
        "+" * 50_000,
        "| " * 20_000,
        '"' * 50_001,
        "-" * 50_000,
        "1  " * 20_000,
        "Р‚" * 9999,
    ],
)
def test_long_lines_take_no_quadratic_time(tmp_path: Path, line: str) -> None:
    found = document(tmp_path, f"a | b\n{line}\n{line}\nтекст".encode())
    assert found.content


def test_totals_and_rows_without_a_number_are_rows_of_an_unruled_table() -> None:
    text = """
┌────┬──────────────────┬────────┐
│ №  │ Школа            │ Мест   │
├────┼──────────────────┼────────┤
│ 1. │ Лицей            │ 5      │
│    │ города           │        │
│ 2. │ Школа            │ 6      │
│б/н │ Гимназия         │ 7      │
│    │ Итого:           │ 18     │
└────┴──────────────────┴────────┘"""
    (grid,) = read(text)
    assert rows(grid)[1:] == [
        ["1.", "Лицей\nгорода", "5"],
        ["2.", "Школа", "6"],
        ["б/н", "Гимназия", "7"],
        ["", "Итого:", "18"],
    ]


def test_an_unruled_body_without_numbers_loses_no_row() -> None:
    text = """
┌───────────────┬────────────────┐
│Район          │Школа           │
├───────────────┼────────────────┤
│Вяземский район│МБОУ Щуйская ООШ│
│Глинковский р-н│МБОУ Доброминка │
│Демидовский    │МБОУ Заборье    │
│район          │                │
└───────────────┴────────────────┘"""
    (grid,) = read(text)
    assert rows(grid)[1:] == [
        ["Вяземский район", "МБОУ Щуйская ООШ"],
        ["Глинковский р-н", "МБОУ Доброминка"],
        ["Демидовский\nрайон", "МБОУ Заборье"],
    ]
