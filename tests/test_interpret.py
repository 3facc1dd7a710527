"""Rows become records: merged groups, section rows, numbers that count rows, totals, tables that nobody
knows.
"""

from __future__ import annotations

from pipeline import interpret, normalize, profiles, tables
from pipeline.model import Block, Cell, Document, Grid, Source

SITES = ["№ п/п", "Муниципалитет", "Школа группы риска", "Школа-партнер"]
PLAN = ["№ п/п", "Мероприятие", "Ответственные исполнители", "Срок исполнения"]


def grid(rows: list[list[str]], **more: object) -> Grid:
    cells = tuple(Cell(t, r, c) for r, row in enumerate(rows) for c, t in enumerate(row))
    return Grid(cells, len(rows), len(rows[0]), **more)  # type: ignore[arg-type]  # a Grid from keywords


def read(*content: Grid | Block, form: str = "docx") -> interpret.Interpreted:
    document = tables.assemble(Document(Source("order.docx", "0" * 64, form), content))
    return interpret.interpret(document, profiles.built_in())


def rows(found: interpret.Interpreted, *fields: str) -> list[tuple[str, ...]]:
    return [tuple(r.raw(f) for f in fields) for r in found.records]


def test_empty_number_and_municipality_mean_as_above() -> None:
    found = read(
        grid(
            [
                SITES,
                ["1.", "Гдовский район", "МБОУ А СОШ", "МБОУ Б СОШ"],
                ["", "", "МБОУ В СОШ", "МБОУ Б СОШ"],
            ]
        )
    )
    assert rows(found, "municipality", "school") == [
        ("Гдовский район", "МБОУ А СОШ"),
        ("Гдовский район", "МБОУ В СОШ"),
    ]


def test_an_empty_partner_is_not_filled_from_above() -> None:
    found = read(
        grid([SITES, ["1.", "Гдовский район", "МБОУ А СОШ", "МБОУ Б СОШ"], ["", "", "МБОУ В СОШ", ""]])
    )
    assert rows(found, "partner") == [("МБОУ Б СОШ",), ("",)]


def test_a_partner_merged_over_rows_holds_for_all_of_them() -> None:
    cells = (
        *(Cell(t, 0, c) for c, t in enumerate(SITES)),
        Cell("1.", 1, 0, row_span=2),
        Cell("Гдовский район", 1, 1, row_span=2),
        Cell("МБОУ А СОШ", 1, 2),
        Cell("МБОУ В СОШ", 2, 2),
        Cell("МБОУ Б СОШ", 1, 3, row_span=2),
    )
    found = read(Grid(cells, 3, 4))
    assert rows(found, "school", "partner") == [("МБОУ А СОШ", "МБОУ Б СОШ"), ("МБОУ В СОШ", "МБОУ Б СОШ")]


def test_a_row_over_all_columns_is_the_municipality_of_the_rows_below() -> None:
    head = ["№ п/п", "Школа группы риска", "Школа-партнер"]
    cells = (
        *(Cell(t, 0, c) for c, t in enumerate(head)),
        Cell("Гдовский район", 1, 0, col_span=3),
        *(Cell(t, 2, c) for c, t in enumerate(["1", "МБОУ А СОШ", "МБОУ Б СОШ"])),
        Cell("Дновский район", 3, 0, col_span=3),
        *(Cell(t, 4, c) for c, t in enumerate(["2", "МБОУ В СОШ", "МБОУ Г СОШ"])),
        *(Cell(t, 5, c) for c, t in enumerate(["3", "МБОУ Д СОШ", "МБОУ Г СОШ"])),
    )
    found = read(Grid(cells, 6, 3))
    assert rows(found, "municipality", "school") == [
        ("Гдовский район", "МБОУ А СОШ"),
        ("Дновский район", "МБОУ В СОШ"),
        ("Дновский район", "МБОУ Д СОШ"),
    ]


def test_numbers_that_count_rows_are_no_group_numbers() -> None:
    found = read(
        grid(
            [
                SITES,
                *(
                    [str(n), f"{g} район", f"МБОУ {s} СОШ", "МБОУ Б СОШ"]
                    for n, g, s in [
                        (1, "Гдовский", "А"),
                        (2, "Гдовский", "В"),
                        (3, "Дновский", "Г"),
                        (4, "Дновский", "Д"),
                    ]
                ),
            ]
        )
    )
    assert all("municipality_no" not in r.values for r in found.records)
    assert [r.context["row_number"] for r in found.records] == ["1", "2", "3", "4"]


def test_sections_of_a_plan_in_one_cell_in_two_and_merged() -> None:
    found = read(
        grid(
            [
                PLAN,
                ["1. Организация", "", "", ""],
                ["1.1.", "Конкурс", "ИРО", "май"],
                ["2.", "Методика", "", ""],
                ["2.1.", "Семинар", "ИРО", "июнь"],
            ]
        )
    )
    assert rows(found, "section_no", "section", "item_no") == [
        ("1", "Организация", "1.1."),
        ("2", "Методика", "2.1."),
    ]


def test_an_activity_without_executor_and_deadline_is_no_section() -> None:
    found = read(
        grid(
            [PLAN, ["1.", "Конкурс", "ИРО", "май"], ["2.", "Семинар", "", ""], ["3.", "Форум", "ИРО", "июнь"]]
        )
    )
    assert rows(found, "item_no", "title") == [("1.", "Конкурс"), ("2.", "Семинар"), ("3.", "Форум")]


def test_a_total_is_no_record_and_is_told() -> None:
    found = read(
        grid([SITES, ["1.", "Гдовский район", "МБОУ А СОШ", "МБОУ Б СОШ"], ["", "Итого", "1 школа", ""]])
    )
    assert len(found.records) == 1
    assert [f.code for f in found.findings] == ["total-row"]


def test_a_table_that_no_profile_knows_is_kept_and_told() -> None:
    found = read(Block("Смета расходов"), grid([["Статья", "Сумма"], ["Бумага", "100"]]))
    assert not found.records
    assert [t.n_rows for t in found.unknown] == [2]
    assert [f.code for f in found.findings] == ["unknown-table"]


def test_a_column_that_no_field_takes_is_kept_in_the_row_and_told() -> None:
    found = read(grid([[*PLAN, "Бюджет"], ["1.", "Конкурс", "ИРО", "май", "100"]]))
    assert [r.part("extra", "items") for r in found.records] == [["Бюджет: 100"]]
    assert [(f.code, f.severity) for f in found.findings] == [("header-mismatch", "info")]


def test_columns_that_such_tables_often_have_are_kept_without_a_finding() -> None:
    heads = [*PLAN, "Ожидаемый результат", "Примечание"]
    found = read(grid([heads, ["1.", "Конкурс", "ИРО", "май", "Приказ", "По | согласованию"]]))
    items = ["Ожидаемый результат: Приказ", "Примечание: По | согласованию"]
    assert [r.part("extra", "items") for r in found.records] == [items]
    assert not found.findings


def test_heads_that_ocr_damaged_are_recognised() -> None:
    damaged = ["№ п/н", "Мероприягие", "Ответетвенные исполнители", "Срок иснолнения"]
    found = read(grid([damaged, ["1.", "Конкурс", "ИРО", "май"]]))
    assert rows(found, "title", "deadline") == [("Конкурс", "май")]


def test_a_head_on_two_levels() -> None:
    cells = (
        Cell("№ п/п", 0, 0, row_span=2),
        Cell("Мероприятие", 0, 1, row_span=2),
        Cell("Исполнение", 0, 2, col_span=2),
        Cell("Ответственные", 1, 2),
        Cell("Срок", 1, 3),
        *(Cell(t, 2, c) for c, t in enumerate(["1", "Конкурс", "ИРО", "май"])),
    )
    assert rows(read(Grid(cells, 3, 4)), "title", "executors", "deadline") == [("Конкурс", "ИРО", "май")]


def test_heads_over_two_columns_are_told_apart_by_what_stands_below() -> None:
    cells = (
        Cell("№ п/п", 0, 0, row_span=2),
        Cell("Школы с низкими образовательными результатами", 0, 1, col_span=2),
        Cell("Школы-наставники", 0, 3, col_span=2),
        *(Cell(t, 1, c) for c, t in enumerate(["Наименование ОО", "ФИО директора"] * 2, 1)),
        Cell("Грязинский район", 2, 0, col_span=5),
        *(
            Cell(t, 3, c)
            for c, t in enumerate(["1", "МБОУ А СОШ", "Орлова Т.Т.", "МБОУ Б СОШ", "Белов В.В."])
        ),
    )
    found = read(Grid(cells, 4, 5))
    assert rows(found, "municipality", "school", "partner") == [
        ("Грязинский район", "МБОУ А СОШ", "МБОУ Б СОШ")
    ]
    assert [r.part("extra", "items") for r in found.records] == [
        [
            "Школы с низкими образовательными результатами / ФИО директора: Орлова Т.Т.",
            "Школы-наставники / ФИО директора: Белов В.В.",
        ]
    ]


def test_an_activity_that_begins_like_a_total_is_an_activity() -> None:
    found = read(
        grid(
            [PLAN, ["1.", "Итоговая конференция", "ИРО", "май"], ["2.", "Всероссийский форум", "ИРО", "июнь"]]
        )
    )
    assert rows(found, "title") == [("Итоговая конференция",), ("Всероссийский форум",)]


def test_text_of_a_cell_is_joined_over_its_lines() -> None:
    found = read(grid([PLAN, ["1.", "Круглый стол\nдля руково-\nдителей", "ИРО", "май"]]))
    assert rows(found, "title") == [("Круглый стол для руководителей",)]


def test_row_numbers_that_begin_anew_under_each_municipality_are_no_group_numbers() -> None:
    heads = ["№ п/п", "Школа группы риска", "Школа-партнер"]
    body = [
        ["Гдовский район", "", ""],
        ["1", "МБОУ А СОШ", "МБОУ Б СОШ"],
        ["2", "МБОУ В СОШ", "МБОУ Б СОШ"],
        ["Невельский район", "", ""],
        ["1", "МБОУ Г СОШ", "МБОУ Д СОШ"],
        ["2", "МБОУ Е СОШ", "МБОУ Д СОШ"],
    ]
    found = read(grid([heads, *body]))
    assert rows(found, "municipality", "municipality_no") == [
        ("Гдовский район", ""),
        ("Гдовский район", ""),
        ("Невельский район", ""),
        ("Невельский район", ""),
    ]
    assert [r.context["row_number"] for r in found.records] == ["1", "2", "1", "2"]


def test_a_section_may_stand_in_the_column_of_titles() -> None:
    found = read(
        grid(
            [
                PLAN,
                ["", "Раздел 1. Анализ", "", ""],
                ["1.1", "Анализ результатов", "ИРО", "май 2022"],
                ["", "2. Подготовка", "", ""],
                ["2.1", "Сбор заявлений", "ИРО", "июнь 2022"],
                ["", "Приём заявлений", "", ""],
            ]
        )
    )
    assert rows(found, "item_no", "section", "title") == [
        ("1.1", "Анализ", "Анализ результатов"),
        ("2.1", "Подготовка", "Сбор заявлений"),
        ("", "Подготовка", "Приём заявлений"),
    ]


def test_several_schools_in_one_cell_are_several_pairs() -> None:
    found = read(
        grid(
            [SITES, ["1.", "Волосовский район", "МОУ «Беседская ООШ»\nМОУ «Зимитицкая\nООШ»", "МОУ СОШ № 1"]]
        )
    )
    assert rows(found, "school", "partner") == [
        ("МОУ «Беседская ООШ»", "МОУ СОШ № 1"),
        ("МОУ «Зимитицкая ООШ»", "МОУ СОШ № 1"),
    ]
    assert [(f.code, f.severity) for f in found.findings] == [("several-in-cell", "info")]


def test_equal_lists_go_one_by_one_and_unequal_ones_are_told() -> None:
    two, three = "МОУ А ООШ; МОУ Б ООШ", "1. МОУ В СОШ\n2. МОУ Г СОШ\n3. МОУ Д СОШ"
    found = read(grid([SITES, ["1.", "Гдовский район", two, "МОУ Е СОШ, МОУ Ж СОШ"], ["", "", two, three]]))
    assert rows(found, "school", "partner")[:2] == [("МОУ А ООШ", "МОУ Е СОШ"), ("МОУ Б ООШ", "МОУ Ж СОШ")]
    assert [(f.code, f.severity) for f in found.findings] == [
        ("several-in-cell", "info"),
        ("several-in-cell", "warning"),
    ]


def test_a_branch_and_a_wrapped_name_are_one_school() -> None:
    for cell in (
        "филиал\nМБОУ Лесная СОШ",
        "МБОУ\nЛесная СОШ",
        "Луговская ООШ – филиал\nМБОУ Лесная СОШ",
        "МБОУ СОШ № 3,\nг. Гдов",
    ):
        found = read(grid([SITES, ["1.", "Гдовский район", cell, "МБОУ Б СОШ"]]))
        assert len(found.records) == 1


def test_a_head_cut_inside_a_word_by_a_narrow_column_is_recognised() -> None:
    heads = ["№ п/п", "Мероприя\nтия", "Ответстве\nнные\nисполни\nтели", "Сроки"]
    found = read(grid([heads, ["1.", "Конкурс", "ИРО", "май"]]))
    assert rows(found, "title", "executors") == [("Конкурс", "ИРО")]


def test_the_line_above_a_table_names_the_municipality_of_its_rows() -> None:
    heads = ["№", "Школа с низкими результатами", "Школа-наставник"]
    found = read(
        Block("1. Волжский муниципальный район:"),
        grid([heads, ["1", "МОУ Помарская СОШ", "МОУ Приволжская СОШ"]]),
        Block("Городской округ «Город Йошкар-Ола»"),
        grid([heads, ["2", "МБОУ СОШ № 16", "МАОУ «Лицей № 28»"]]),
        Block("Продолжение списка"),
        grid([heads, ["3", "МБОУ СОШ № 17", "МАОУ «Лицей № 28»"]]),
    )
    assert rows(found, "municipality") == [
        ("Волжский муниципальный район",),
        ("Городской округ «Город Йошкар-Ола»",),
        ("",),
    ]


def test_a_heading_above_a_table_says_of_which_municipality_it_lists_schools() -> None:
    heads = ["№", "Школа с низкими результатами", "Школа-наставник"]
    found = read(
        Block("Список школ города Курска, показавших низкие\nрезультаты, и школ-\nконсультантов"),
        grid([heads, ["1", "МБОУ СОШ № 3", "МБОУ Лицей № 6"]]),
        Block("Школы Тихвинского района и города Бокситогорска"),
        grid([heads, ["2", "МБОУ СОШ № 16", "МАОУ «Лицей № 28»"]]),
    )
    assert rows(found, "municipality") == [("города Курска",), ("",)]


def test_the_line_above_a_table_names_the_section_of_its_activities() -> None:
    found = read(
        Block("Раздел 1. Диагностика"),
        grid([PLAN, ["1", "Конкурс", "ИРО", "май"]]),
        Block("2. Поддержка"),
        grid([PLAN, ["2.1", "Форум", "ИРО", "июнь"]]),
        Block("2021 год"),
        grid([PLAN, ["3.1", "Семинар", "ИРО", "июль"]]),
    )
    assert rows(found, "section_no", "section") == [("1", "Диагностика"), ("2", "Поддержка"), ("", "")]


OVER_TWO = ["№ п/п", "Мероприятие", "Срок начала", "Срок окончания", "Ответственные"]


def deadlines(*pairs: tuple[str, str], heads: list[str] = OVER_TWO) -> list[tuple[str, str | None]]:
    """The raw and the canonical deadline of rows with these two cells."""
    body = [[f"{i}.", "Семинар", *pair, "ИРО"] for i, pair in enumerate(pairs, 1)]
    found = read(grid([heads, *body]))
    assert not found.findings
    order = normalize.order_record(found)
    made = normalize.normalize(found, order).records
    return [(r.raw("deadline"), r.text("deadline")) for r in made if r.dataset == "activities"]


def test_a_deadline_over_two_columns_covers_both_and_keeps_both_texts() -> None:
    assert deadlines(
        ("01.09.2021", "30.09.2021"),
        ("сентябрь 2021 г.", "декабрь 2021 г."),
        ("1 сентября", "5 октября 2021 г."),
        ("05.09.2021", "05.09.2021"),
    ) == [
        ("01.09.2021 – 30.09.2021", "2021-09-01/2021-09-30"),
        ("сентябрь 2021 г. – декабрь 2021 г.", "2021-09/2021-12"),
        ("1 сентября – 5 октября 2021 г.", "2021-09-01/2021-10-05"),
        ("05.09.2021 – 05.09.2021", "2021-09-05"),
    ]


def test_a_part_of_a_deadline_that_stands_alone_is_open_on_the_other_side() -> None:
    assert deadlines(
        ("01.09.2021", ""), ("", "30.09.2021"), ("", "до 30.09.2021"), ("с 01.09.2021", "–"), ("", "")
    ) == [
        ("01.09.2021", "2021-09-01/.."),
        ("30.09.2021", "../2021-09-30"),
        ("до 30.09.2021", "../2021-09-30"),
        ("с 01.09.2021", "2021-09-01/.."),
        ("", None),
    ]


def test_parts_of_a_deadline_that_give_no_date_together_are_left_with_both_texts() -> None:
    assert deadlines(("30.09.2021", "01.09.2021"), ("до 30.09.2021", "после семинара")) == [
        ("30.09.2021 – 01.09.2021", None),
        ("до 30.09.2021 – после семинара", None),
    ]


def test_a_cell_merged_over_both_parts_counts_once() -> None:
    cells = (
        *(Cell(t, 0, c) for c, t in enumerate(OVER_TWO)),
        Cell("1.", 1, 0),
        Cell("Семинар", 1, 1),
        Cell("май 2021 г.", 1, 2, col_span=2),
        Cell("ИРО", 1, 4),
    )
    found = read(Grid(cells, 2, 5))
    assert rows(found, "deadline") == [("май 2021 г.",)]


def test_beginning_and_end_beside_a_date_are_times_and_keep_the_table() -> None:
    heads = ["№", "Мероприятие", "Дата", "Начало", "Окончание"]
    found = read(grid([heads, ["1", "Семинар", "05.09.2021", "10:00", "12:00"]]))
    assert rows(found, "deadline") == [("05.09.2021",)]
    assert "10:00" in str(found.records[0].text("extra"))


def test_a_beginning_without_an_end_is_the_deadline() -> None:
    heads = ["№", "Мероприятие", "Срок начала", "Ответственные"]
    found = read(grid([heads, ["1", "Семинар", "05.09.2021", "ИРО"]]))
    assert rows(found, "deadline") == [("05.09.2021",)]


def test_rows_with_numbers_and_names_are_a_list_and_no_signature() -> None:
    people = [("Петрова А.А.", "ректор"), ("Иванова И.И.", "методист"), ("Сидоров П.П.", "методист")]
    found = read(grid([[f"{n}.", *person] for n, person in enumerate(people, 1)]))
    assert [t.n_rows for t in found.unknown] == [3]
    assert [f.code for f in found.findings] == ["unknown-table"]
