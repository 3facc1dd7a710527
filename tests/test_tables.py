"""Structure: stitching page pieces, headers, cut rows, merged cells that go on, ragged rows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import headers, tables
from pipeline.model import Block, Cell, Document, Grid, Place, Source, Table

SOURCE = Source("order.pdf", "0" * 64, "pdf")
HEAD = ["№ п/п", "Муниципалитет", "Школа", "Школа-партнер"]
SITES = [
    ["1.", "Вяземский район", "МБОУ Шуйская ООШ", "МБОУ Шимановская СОШ"],
    ["", "", "МБОУ Юшковская ООШ", "МБОУ Шимановская СОШ"],
    ["", "", "МБОУ Тумановская СШ", "МБОУ Вязьма-Брянская СОШ"],
    ["2.", "Глинковский район", "МБОУ Доброминская СШ", "МБОУ Ельнинская СШ № 2"],
    ["", "", "МБОУ Дубосищенская ООШ", "МБОУ Ельнинская СШ № 2"],
    ["3.", "Демидовский район", "МБОУ Михайловская ООШ", "МБОУ СШ № 2 г. Демидова"],
]
EDGES = (0.0, 40.0, 140.0, 300.0, 460.0)


def grid(rows: list[list[str]], page: int | None = None, **more: object) -> Grid:
    cells = tuple(
        Cell(text, r, c, place=Place("order.pdf", page))
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    )
    return Grid(cells, len(rows), max(map(len, rows)), page=page, **more)  # type: ignore[arg-type]  # a Grid from keywords


def assemble(*content: Grid | Block, form: str = "pdf") -> Document:
    return tables.assemble(Document(replace(SOURCE, format=form), content))


def texts(table: Table) -> list[list[str]]:
    rows = [[""] * table.n_cols for _ in range(table.n_rows)]
    for cell in table.cells:
        rows[cell.row][cell.col] = " ".join(cell.text.split())
    return rows


def test_pieces_with_a_repeated_header_are_one_table_without_the_repetition() -> None:
    done = assemble(grid([HEAD, *SITES[:3]], 1), grid([HEAD, *SITES[3:]], 2))
    (table,) = done.tables
    assert texts(table) == [HEAD, *SITES]
    assert table.pages == (1, 2)
    assert table.header_rows == 1


def test_a_header_that_ocr_damaged_on_the_second_page_is_still_the_header() -> None:
    damaged = ["№ п/н", "Муниципалитег", "Школа", "Школа-паргнер"]
    (table,) = assemble(grid([HEAD, *SITES[:3]], 1), grid([damaged, *SITES[3:]], 2)).tables
    assert texts(table) == [HEAD, *SITES]


def test_a_heading_between_two_grids_parts_them() -> None:
    done = assemble(grid([HEAD, *SITES[:3]], 1), Block("Приложение № 2"), grid([HEAD, *SITES[3:]], 2))
    assert len(done.tables) == 2


@pytest.mark.parametrize(
    "furniture", ["- 2 -", "2", "Продолжение таблицы 1", "Страница 2 из 5", "Продолжение приложения № 2"]
)
def test_page_furniture_does_not_part_a_table(furniture: str) -> None:
    done = assemble(grid([HEAD, *SITES[:3]], 1), Block(furniture), grid([HEAD, *SITES[3:]], 2))
    assert len(done.tables) == 1


def test_pieces_on_successive_pages_with_the_same_edges_are_one_table_without_a_repeated_header() -> None:
    done = assemble(grid([HEAD, *SITES[:3]], 1, col_edges=EDGES), grid(SITES[3:], 2, col_edges=EDGES))
    assert [t.n_rows for t in done.tables] == [7]


def test_tables_of_different_width_on_successive_pages_stay_two() -> None:
    other = tuple(x * 0.7 for x in EDGES)
    done = assemble(grid([HEAD, *SITES[:3]], 1, col_edges=EDGES), grid(SITES[3:], 2, col_edges=other))
    assert len(done.tables) == 2


def test_a_table_with_its_own_header_after_the_page_break_is_another_table() -> None:
    own = [["№", "Ф.И.О.", "Должность", "Телефон"], ["1", "Иванов И.И.", "директор", "2-11-22"]]
    done = assemble(grid([HEAD, *SITES[:3]], 1, col_edges=EDGES), grid(own, 2, col_edges=EDGES))
    assert len(done.tables) == 2


def test_two_tables_on_one_page_are_two_tables() -> None:
    assert len(assemble(grid([HEAD, *SITES[:3]], 1), grid([HEAD, *SITES[3:]], 1)).tables) == 2


def test_a_row_of_column_numbers_repeated_alone_is_dropped() -> None:
    numbers = ["1", "2", "3", "4"]
    (table,) = assemble(
        grid([HEAD, numbers, *SITES[:3]], 1, col_edges=EDGES), grid([numbers, *SITES[3:]], 2, col_edges=EDGES)
    ).tables
    assert texts(table) == [HEAD, numbers, *SITES]
    assert table.header_rows == 2


def test_a_cell_cut_by_the_page_break_is_one_cell_again_and_says_so() -> None:
    first = [HEAD, *SITES[:3], ["2.", "Глинковский район", "МБОУ Доброминская", "МБОУ Ельнинская СШ № 2"]]
    second = [HEAD, ["", "", "СШ", ""], *SITES[4:]]
    (table,) = assemble(grid(first, 1), grid(second, 2)).tables
    assert texts(table) == [HEAD, *SITES]
    assert [f.code for f in table.findings] == ["row-joined"]


def test_all_cells_of_a_row_cut_by_the_page_break_are_joined() -> None:
    first = [HEAD, *SITES[:3], ["2.", "Глинковский", "МБОУ Доброминская", "МБОУ Ельнинская"]]
    second = [HEAD, ["", "район", "СШ", "СШ № 2"], *SITES[4:]]
    (table,) = assemble(grid(first, 1), grid(second, 2)).tables
    assert texts(table) == [HEAD, *SITES]


def test_a_row_with_empty_first_columns_after_the_break_is_a_row_of_its_own() -> None:
    (table,) = assemble(grid([HEAD, *SITES[:4]], 1), grid([HEAD, *SITES[4:]], 2)).tables
    assert texts(table) == [HEAD, *SITES]
    assert not table.findings


def test_a_new_school_whose_partner_is_missing_is_not_glued_to_the_row_before() -> None:
    second = [HEAD, ["", "", "МБОУ Дубосищенская ООШ", ""], *SITES[5:]]
    (table,) = assemble(grid([HEAD, *SITES[:4]], 1), grid(second, 2)).tables
    assert table.n_rows == 7
    assert texts(table)[5][2] == "МБОУ Дубосищенская ООШ"


@pytest.mark.parametrize("head", ["Итого", "Всего:"])
def test_a_row_of_totals_at_the_top_of_a_page_is_no_rest(head: str) -> None:
    totals = [head, "", "5 школ", "2 школы"]
    full = [[str(i), "Глинковский район", *row[2:]] for i, row in enumerate(SITES, 1)]
    (table,) = assemble(grid([HEAD, *full], 1), grid([HEAD, totals], 2)).tables
    assert texts(table) == [HEAD, *full, totals]


def test_text_that_goes_on_under_an_empty_number_is_joined_even_with_a_capital() -> None:
    head = ["№ п/п", "Мероприятие", "Ответственные исполнители", "Сроки исполнения"]
    rows = [
        [f"1.{i}.", f"Разработка положения о конкурсе номер {i}", "СОИРО", "2021 г."] for i in range(1, 7)
    ]
    cut = [*rows[:3], ["1.4.", "Разработка положения о конкурсе", "СОИРО", "2021 г."]]
    (table,) = assemble(
        grid([head, *cut], 1), grid([head, ["", "Смоленской области", "", ""], *rows[4:]], 2)
    ).tables
    assert texts(table)[4][1] == "Разработка положения о конкурсе Смоленской области"


def test_the_rest_of_a_row_is_joined_in_a_table_of_few_rows() -> None:
    head = ["№ п/п", "Мероприятие", "Ответственные исполнители", "Сроки исполнения"]
    first = [
        head,
        ["1.1.", "Семинар", "ИРО (Волкова Н.И.)", "май"],
        ["1.2.", "Реализация программ", "ИРО", "июль"],
    ]
    (table,) = assemble(
        grid(first, 1), grid([head, ["", "повышения квалификации", "(Соколова Е.В.)", ""]], 2)
    ).tables
    assert texts(table)[2] == [
        "1.2.",
        "Реализация программ повышения квалификации",
        "ИРО (Соколова Е.В.)",
        "июль",
    ]


def test_a_section_row_at_the_top_of_a_page_is_no_rest() -> None:
    head = ["№ п/п", "Мероприятие", "Ответственные исполнители", "Сроки исполнения"]
    rows = [[f"1.{i}.", f"Разработка номер {i}", "СОИРО", "2021 г."] for i in range(1, 7)]
    (table,) = assemble(
        grid([head, *rows], 1), grid([head, ["2. Меры поддержки", "", "", ""], *rows], 2)
    ).tables
    assert texts(table)[7] == ["2. Меры поддержки", "", "", ""]


def test_a_merged_cell_goes_on_after_the_break() -> None:
    first = Grid(
        (
            *(Cell(t, 0, c) for c, t in enumerate(HEAD)),
            Cell("1.", 1, 0, row_span=2),
            Cell("Вяземский район", 1, 1, row_span=2),
            *(Cell(SITES[r][c], r + 1, c) for r in (0, 1) for c in (2, 3)),
        ),
        3,
        4,
        page=1,
    )
    second = grid([HEAD, SITES[2], SITES[3]], 2)
    (table,) = assemble(first, second).tables
    group = next(c for c in table.cells if c.text == "Вяземский район")
    assert group.row_span == 3
    assert table.n_rows == 5


def test_a_merged_cell_goes_on_when_its_first_row_is_cut_too() -> None:
    first = [HEAD, *SITES[:3], ["2.", "Глинковский район", "МБОУ Доброминская", "МБОУ Ельнинская СШ № 2"]]
    second = Grid(
        (
            *(Cell(t, 0, c) for c, t in enumerate(HEAD)),
            Cell("", 1, 0, row_span=2),
            Cell("", 1, 1, row_span=2),
            Cell("СШ", 1, 2),
            Cell("", 1, 3),
            *(Cell(SITES[4][c], 2, c) for c in (2, 3)),
            *(Cell(SITES[5][c], 3, c) for c in range(4)),
        ),
        4,
        4,
        page=2,
    )
    (table,) = assemble(grid(first, 1), second).tables
    assert [f.code for f in table.findings] == ["row-joined"]
    assert next(c for c in table.cells if c.text == "Глинковский район").row_span == 2


def test_a_column_lost_on_one_page_is_found_by_its_heading_and_reported() -> None:
    three = [[r[0], r[2], r[3]] for r in [HEAD, *SITES[3:]]]
    (table,) = assemble(grid([HEAD, *SITES[:3]], 1), grid(three, 2)).tables
    assert [row[2] for row in texts(table)] == ["Школа", *(r[2] for r in SITES)]
    assert [f.code for f in table.findings] == ["header-mismatch"]


def test_pieces_with_other_columns_are_laid_onto_the_edges_of_all() -> None:
    section = Grid((Cell("2. Меры", 0, 0),), 1, 1, page=2, col_edges=(0.0, 460.0))
    (table,) = assemble(grid([HEAD, *SITES[:3]], 1, col_edges=EDGES), section).tables
    assert next(c for c in table.cells if c.text == "2. Меры").col_span == 4


def test_a_short_row_is_reported_and_kept() -> None:
    (table,) = assemble(
        grid([HEAD, *SITES[:3], ["2.", "Глинковский район", "МБОУ Доброминская СШ"]]), form="text"
    ).tables
    assert [(f.code, f.place.row) for f in table.findings if f.place] == [("ragged-row", 5)]
    assert texts(table)[4][2] == "МБОУ Доброминская СШ"


def test_rows_and_tables_count_from_one_in_places() -> None:
    (table,) = assemble(grid([HEAD, *SITES], 3)).tables
    assert str(table.cells[-1].place) == "order.pdf#page=3&table=1&row=7"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([HEAD, *SITES], 1),
        (SITES, 0),
        ([["Наименование", "Кол-во"], ["Школы", "12"], ["Лицеи", "3"]], 1),
        ([["Показатель", "2020", "2021"], ["Школы", "12", "13"]], 1),
        ([["Альфа", "Бета"], ["1", "2"], ["3", "4"]], 1),
        ([["Иванов", "Петров"], ["Сидоров", "Кузнецов"]], 0),
        ([["Государство", "Место", "ВВП за 2018 г."], ["Китай", "1", "25362"], ["США", "2", "20494"]], 1),
        ([["", "2016", "2017"], ["Расходы", "19,8", "18,6"], ["Доходы", "16,1", "15,4"]], 1),
        ([["Псков", "2016"], ["Остров", "2017"], ["Печоры", "2018"]], 0),
        ([["Псков", "14"], ["Остров", "17"], ["Печоры", "18"]], 0),
        ([["п", "Установка", "Образец"], ["1", "2", "3"], ["1", "Н", "Д"], ["2", "Д", "-"]], 2),
    ],
)
def test_how_many_rows_are_header(rows: list[list[str]], expected: int) -> None:
    assert headers.count(grid(rows)).rows == expected


def test_a_head_over_two_columns_has_its_sub_heads_in_the_header() -> None:
    cells = (
        Cell("№ п/п", 0, 0, row_span=2),
        Cell("Мероприятие", 0, 1, row_span=2),
        Cell("Сроки", 0, 2, col_span=2),
        Cell("начало", 1, 2),
        Cell("конец", 1, 3),
        *(Cell(t, 2, c) for c, t in enumerate(["1", "Конкурс", "май", "июнь"])),
    )
    assert headers.count(Grid(cells, 3, 4)).rows == 2


def test_a_caption_inside_the_table_counts_as_header() -> None:
    cells = (
        Cell("Перечень площадок", 0, 0, col_span=4),
        *(Cell(t, 1, c) for c, t in enumerate(HEAD)),
        *(Cell(t, 2, c) for c, t in enumerate(SITES[0])),
    )
    assert headers.count(Grid(cells, 3, 4)).rows == 2


def test_a_header_that_stands_again_among_the_rows_is_dropped_and_the_cut_row_joined() -> None:
    head = ["№ п/п", "Мероприятие", "Ответственные исполнители", "Сроки исполнения"]
    rows = [[f"1.{i}.", f"Разработка номер {i}", "СОИРО", "2021 г."] for i in range(1, 7)]
    cut = [head, *rows[:4], head, ["", "для школ", "", ""], *rows[4:]]
    (table,) = assemble(grid(cut), form="text").tables
    assert [row[0] for row in texts(table)] == ["№ п/п", *(r[0] for r in rows)]
    assert texts(table)[4][1] == "Разработка номер 4 для школ"


word = st.text("абвгдежзийклмнопрстуфхцчшщыэюя", min_size=1, max_size=8)


@given(st.lists(st.lists(word, min_size=3, max_size=3), min_size=1, max_size=12), st.integers(0, 12))
def test_no_text_is_ever_lost(rows: list[list[str]], cut: int) -> None:
    """However the rows are cut into pages, every cell text is still there once (repeated headers apart)."""
    pieces = [p for p in (rows[:cut], rows[cut:]) if p]
    head = ["№ п/п", "Мероприятие", "Сроки"]
    done = assemble(*(grid([head, *p], i + 1) for i, p in enumerate(pieces)))
    found = sorted(w for t in done.tables for c in t.cells if c.row >= t.header_rows for w in c.text.split())
    assert found == sorted(w for row in rows for w in row)


def test_an_empty_cell_of_a_spreadsheet_is_not_missing() -> None:
    cells = tuple(c for c in grid([HEAD, *SITES]).cells if (c.row, c.col) != (6, 3))
    piece = Grid(cells, 7, 4)
    found = {
        form: [
            f.code
            for f in tables.assemble(Document(Source("a", "0" * 64, form), (piece,))).tables[0].findings
        ]
        for form in ("xlsx", "docx")
    }
    assert found == {"xlsx": [], "docx": ["ragged-row"]}


def sheet_findings(rows: list[list[str]]) -> list[tuple[str, str]]:
    """The findings for rows of a spreadsheet, whose empty cells are not stored."""
    cells = tuple(Cell(t, r, c) for r, row in enumerate([HEAD, *rows]) for c, t in enumerate(row) if t)
    done = tables.assemble(Document(Source("a", "0" * 64, "xlsx"), (Grid(cells, len(rows) + 1, len(HEAD)),)))
    return [(f.code, f.raw) for f in done.tables[0].findings]


def test_a_row_of_a_spreadsheet_that_ends_early_is_short() -> None:
    rows = [[f"{i}.", f"Район {i}", f"МБОУ {i} СОШ", "МБОУ СОШ № 1"] for i in range(1, 8)]
    rows[4] = ["5.", "Район 5", "", ""]
    assert sheet_findings(rows) == [("ragged-row", "5. / Район 5")]
    rows[4] = ["5.", "", "", ""]
    assert sheet_findings(rows) == [("ragged-row", "5.")]


def test_groups_sections_and_single_empty_cells_of_a_spreadsheet_are_not_short() -> None:
    rows = [["", "", f"МБОУ {i} СОШ", "МБОУ СОШ № 1"] for i in range(1, 8)]
    rows[0][:2] = ["1.", "Первый район"]
    rows[4] = ["2.", "Второй район", "", ""]
    rows[5] = ["", "", "МБОУ 6 СОШ", ""]
    assert sheet_findings([["Север области", "", "", ""], *rows]) == []


def test_long_names_that_are_alike_are_no_repeated_header() -> None:
    def names(*schools: str) -> list[list[str]]:
        long = "муниципальное бюджетное общеобразовательное учреждение «{} средняя общеобразовательная школа»"
        return [[f"{s}ский муниципальный район", long.format(s + "ская")] for s in schools]

    head = [["Муниципальное образование", "Школа с низкими результатами"]]
    pieces = [["Арбаж", "Гдов", "Невель"], ["Арзамас", "Псков"], ["Аргаяш", "Остров"]]
    content = [
        grid(rows, page, col_edges=(10.0, 100.0, 200.0))
        for page, rows in enumerate([head + names(*piece) for piece in pieces], 1)
    ]
    (table,) = assemble(*content).tables
    assert (table.header_rows, table.n_rows) == (1, 8)


def test_districts_and_numbered_schools_are_no_heads() -> None:
    rows = [["Кимрский район", "Школа № 5"], ["Ржевский район", "Школа № 7"]]
    (table,) = assemble(grid(rows), form="docx").tables
    assert table.header_rows == 0


@pytest.mark.parametrize(
    "rest",
    [
        ["", "", "основная школа»", "«Юматовская средняя школа»"],
        ["", "", "школ-лидеров", "координаторы"],
        ["", "", "Организация", ""],
    ],
)
def test_the_rest_of_a_cut_row_with_words_of_heads_begins_no_other_table(rest: list[str]) -> None:
    head = ["№ п/п", "Муниципальное образование", "Школа", "Школа-партнер"]
    body = [[f"{n}.", "Гдовский район", f"МБОУ Ямская СОШ № {n}", "МБОУ Речная СОШ"] for n in range(1, 7)]
    edges = {"col_edges": (10.0, 50.0, 200.0, 350.0, 500.0)}
    more = [[f"{n}.", "Гдовский район", f"МБОУ Ямская СОШ № {n}", "МБОУ Речная СОШ"] for n in range(7, 9)]
    (table,) = assemble(grid([head, *body], 1, **edges), grid([rest, *more], 2, **edges)).tables
    assert table.header_rows == 1
    assert {f"{n}." for n in range(1, 9)} <= {c.text for c in table.cells if c.col == 0}


@pytest.mark.parametrize(
    ("last", "rest"),
    [
        (["2.", "Гдовский район", "МОУ", "МБОУ лицей № 3"], ["", "", "Черноярская СШ", ""]),
        (["2.", "Гдовский район", "МОУ «Черноярская", "МБОУ СШ"], ["", "", "СШ»", ""]),
    ],
)
def test_a_name_that_ends_in_its_middle_goes_on_behind_the_break(last: list[str], rest: list[str]) -> None:
    head = ["№ п/п", "Муниципалитет", "Школа", "Школа-партнер"]
    first = grid([head, ["1.", "Опочецкий район", "МБОУ Ямская СОШ", "МБОУ Речная СОШ"], last], 1)
    second = grid([rest, ["3.", "Островский район", "МБОУ Озёрская СОШ", "МБОУ Речная СОШ"]], 2)
    (table,) = assemble(first, second).tables
    assert table.n_rows == 4
    assert f"{last[2]}\n{rest[2]}" in {c.text for c in table.cells}


def test_a_list_of_executors_goes_on_beside_the_rest_of_a_title() -> None:
    head = ["№", "Мероприятие", "Срок", "Исполнители"]
    body = [[f"{n}", f"Проведение форума {n}", "май 2022 года", "ГАУ ДПО «ИРО»"] for n in range(1, 6)]
    cut = ["6", "Программа региональной", "май 2022 года", "Комитет по образованию;"]
    rest = ["", "поддержки школ", "", "ГАУ ДПО «ИРО»"]
    (table,) = assemble(grid([head, *body, cut], 1), grid([rest, ["7", *body[0][1:]]], 2)).tables
    assert table.n_rows == 8


def test_a_single_row_on_the_last_page_is_no_header() -> None:
    edges = {"col_edges": (10.0, 50.0, 200.0, 350.0, 500.0)}
    head = ["№ п/п", "Мероприятие", "Исполнители", "Сроки"]
    body = [[f"1.{n}", "Обобщение опыта", "ГАОУ ДПО «ЛОИРО»", "2021 год"] for n in range(1, 8)]
    last = ["1.8", "Размещение информации на сайте", "ГАОУ ДПО «ЛОИРО»", "2021 год"]
    (table,) = assemble(grid([head, *body], 1, **edges), grid([last], 2, **edges)).tables
    assert (table.header_rows, table.n_rows) == (1, 9)


def test_heads_cut_by_a_page_break_are_whole_again() -> None:
    edges = {"col_edges": (10.0, 50.0, 200.0, 350.0, 500.0)}
    above = [["№ п/п", "Муниципальное", "Школа с низкими", "Школа-"]]
    body = [[f"{n}.", "Гдовский район", f"МБОУ Ямская СОШ № {n}", "МБОУ Речная СОШ"] for n in range(1, 5)]
    below = [["", "образование", "результатами", "наставник"], ["1", "2", "3", "4"], *body]
    (table,) = assemble(grid(above, 1, **edges), grid(below, 2, **edges)).tables
    assert (table.header_rows, table.n_rows) == (2, 6)
    heads = ["№ п/п", "Муниципальное образование", "Школа с низкими результатами", "Школа- наставник"]
    assert texts(table)[0] == heads
