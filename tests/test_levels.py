"""Heads on two and three levels: every form of a table gives the same merged heads over the same columns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.model import Table
from pipeline.run import Settings, build, read_document
from tests import levelled


def read(path: Path) -> Table:
    tables = read_document(path, path.name).tables
    assert len(tables) == 1
    return tables[0]


def lines(tmp_path: Path, *rows: str) -> Table:
    path = tmp_path / "table.txt"
    path.write_text("Перечень\n\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return read(path)


def cells(table: Table) -> set[tuple[int, int, int, int, str]]:
    return {(c.row, c.col, c.row_span, c.col_span, c.text) for c in table.cells if c.text}


@pytest.mark.parametrize("form", levelled.FORMS)
@pytest.mark.parametrize("name", levelled.SPECS)
def test_merged_heads_are_the_same_in_every_form(tmp_path: Path, name: str, form: str) -> None:
    spec, path = levelled.SPECS[name], tmp_path / form
    levelled.FORMS[form](path, spec)
    table = read(path)
    assert cells(table) == spec.cells()
    assert table.header_rows == spec.levels + (name == "numbered")
    assert not table.findings


def test_several_groups_of_the_same_size_share_the_sub_heads(tmp_path: Path) -> None:
    table = lines(
        tmp_path,
        "№\tПоказатель\tПлан\tФакт",
        "\t\t2021 год\t2022 год\t2021 год\t2022 год",
        "1\tДоля школ\t10\t20\t11\t19",
        "2\tЧисло учителей\t100\t120\t90\t110",
    )
    assert {(0, 2, 1, 2, "План"), (0, 4, 1, 2, "Факт"), (1, 5, 1, 1, "2022 год")} <= cells(table)
    assert table.header_rows == 2


def test_a_copied_head_that_may_stand_over_several_columns_is_told_and_not_guessed(tmp_path: Path) -> None:
    """The two values may stand under any of the heads, and the columns look alike."""
    table = lines(
        tmp_path,
        "Наименование\tЗначение\tПримечание",
        "Значение первое\tЗначение второе",
        "сосна\tель\tлипа\tклён",
        "дуб\tясень\tольха\tива",
        "вяз\tбук\tграб\tтополь",
    )
    assert table.header_rows == 0
    assert "header-mismatch" in {f.code for f in table.findings}
    assert {"сосна", "Значение второе", "Примечание"} <= {c.text for c in table.cells}


@pytest.mark.parametrize(
    "rows",
    [
        ["№\tМероприятие\tСрок\t", "1\tСеминар\tмай\tв школе", "2\tКруглый стол\tиюнь\t"],
        ["№\tМероприятие\tСрок\tПримечание", "\tСеминар\tмай\t", "\tСтол\tиюнь\t", "\tЛекция\tмай\t"],
        ["Школа\tШкола\tРайон", "МБОУ Берёзовская СОШ\tМБОУ Каменская СОШ\tГдовский район"] * 2,
    ],
)
def test_a_row_of_data_is_no_sub_head(tmp_path: Path, rows: list[str]) -> None:
    table = lines(tmp_path, *rows)
    assert table.header_rows == 1
    assert not any(r.what == "levels" for r in table.reasons)


def test_heads_on_levels_that_stand_again_after_a_page_are_dropped(tmp_path: Path) -> None:
    head = ["№ п/п\tМероприятие\tСроки\tОтветственные", "начало\tокончание"]
    rows = [f"{i}.\tСеминар {i}\t01.0{i}.2021\t28.0{i}.2021\tГАУ ДПО «ИРО»" for i in range(1, 7)]
    table = lines(tmp_path, *head, *rows[:3], *head, *rows[3:])
    assert table.n_rows == 8
    assert [c.text for c in table.cells if c.col == 0] == ["№ п/п", "1.", "2.", "3.", "4.", "5.", "6."]


def test_rows_that_lack_what_is_merged_above_are_moved_under_their_columns(tmp_path: Path) -> None:
    table = lines(
        tmp_path,
        "№ п/п\tМуниципалитет\tШкола группы риска\tШкола-партнер",
        "1.\tГдовский район\tМБОУ Берёзовская СОШ\tМБОУ Каменская СОШ",
        "МБОУ Луговская ООШ\tМБОУ Каменская СОШ",
        "2.\tНевельский район\tМБОУ Никольская СОШ\tМБОУ Успенская СОШ",
        "МБОУ Степановская ООШ\tМБОУ Успенская СОШ",
    )
    assert [c.text for c in table.cells if c.col == 2][1:] == [
        "МБОУ Берёзовская СОШ",
        "МБОУ Луговская ООШ",
        "МБОУ Никольская СОШ",
        "МБОУ Степановская ООШ",
    ]
    assert not table.findings
    assert [r.row for r in table.reasons if r.what == "short-row"] == [2, 4]


def test_a_row_without_its_number_is_moved_and_reported(tmp_path: Path) -> None:
    table = lines(
        tmp_path,
        "№ п/п\tМероприятие\tОтветственные исполнители\tСроки исполнения",
        "1.1.\tРазработка положения\tГАУ ДПО «ИРО» (Петрова А.А.)\tИюль 2021 г.",
        "1.2.\tПроведение конкурса\tГАУ ДПО «ИРО» (Петрова А.А.)\tАвгуст 2021 г.",
        "Подведение итогов\tГАУ ДПО «ИРО» (Петрова А.А.)\tСентябрь 2021 г.",
    )
    assert [c.text for c in table.cells if c.row == 3 and c.col == 3] == ["Сентябрь 2021 г."]
    assert [f.code for f in table.findings] == ["ragged-row"]


@pytest.mark.parametrize(
    "section",
    ["1. Проведение конкурсов", "I. Проведение конкурсов", "Раздел 1. Конкурсы", "Проведение конкурсов"],
)
def test_a_section_row_of_one_field_gets_its_width_back(tmp_path: Path, section: str) -> None:
    table = lines(
        tmp_path,
        "№ п/п\tМероприятие\tОтветственные исполнители\tСроки исполнения",
        section,
        "1.1.\tРазработка положения\tГАУ ДПО «ИРО» (Петрова А.А.)\tИюль 2021 г.",
        "1.2.\tПроведение конкурса\tГАУ ДПО «ИРО» (Петрова А.А.)\tАвгуст 2021 г.",
    )
    assert (1, 0, 1, 4, section) in cells(table)
    assert not table.findings


@pytest.mark.parametrize("rest", ["МБОУ Луговская ООШ", "2. Подготовка отчёта"])
def test_a_row_that_lost_its_other_fields_is_no_section(tmp_path: Path, rest: str) -> None:
    table = lines(
        tmp_path,
        "№ п/п\tШкола группы риска\tШкола-партнер",
        "1\tМБОУ Берёзовская СОШ\tМБОУ Каменская СОШ",
        rest,
        "3\tМБОУ Никольская СОШ\tМБОУ Успенская СОШ",
    )
    assert [f.code for f in table.findings] == ["ragged-row"]


@pytest.mark.parametrize("form", levelled.FORMS)
def test_a_deadline_under_one_head_over_two_columns_is_the_same_from_every_form(
    tmp_path: Path, form: str
) -> None:
    path = tmp_path / form
    levelled.FORMS[form](path, levelled.THREE)
    settings = Settings(raw=tmp_path / "raw", out=tmp_path / "n", reports=tmp_path / "r", jobs=1)
    build([(path.name, path)], settings)
    rows = json.loads((tmp_path / "n" / "activities.json").read_text(encoding="utf-8"))
    assert [(r["deadline_raw"], r["deadline"]) for r in rows] == [
        ("01.09.2021 – 30.09.2021", "2021-09-01/2021-09-30"),
        ("01.10.2021 – 30.11.2021", "2021-10-01/2021-11-30"),
        ("20.12.2021", "../2021-12-20"),
    ]


def test_a_list_copied_from_a_browser_lacks_merged_fields_in_head_and_rows(tmp_path: Path) -> None:
    table = lines(
        tmp_path,
        "№ п/п\tМуниципальное образование\tОбщеобразовательная организация",
        "Школа с низкими результатами\tШкола-наставник",
        "1.\tАрбажский район\tМКОУ СОШ с. Сорвижи\tМКОУ СОШ пгт Арбаж",
        "МКОУ ООШ д. Мосуны\tМКОУ СОШ пгт Арбаж",
        "2.\tБелохолуницкий район\tМКОУ СОШ п. Подрезчиха\tМКОУ СОШ г. Белая Холуница",
        "МКОУ ООШ д. Гурёнки\tМКОУ СОШ г. Белая Холуница",
        "МКОУ ООШ с. Троица\tМКОУ СОШ г. Белая Холуница",
        "Итого школ\t5",
    )
    assert table.header_rows == 2
    assert (0, 2, 1, 2, "Общеобразовательная организация") in cells(table)
    assert len([c for c in table.cells if c.col == 3 and c.row > 1 and c.text]) == 5
    assert not table.findings


def test_pieces_of_a_list_copied_from_a_browser_are_put_together(tmp_path: Path) -> None:
    head = [
        "№ п/п\tМуниципальное образование\tОбщеобразовательная организация",
        "Школа с низкими результатами\tШкола-наставник",
    ]
    table = lines(
        tmp_path,
        *head,
        "1.\tАрбажский район\tМКОУ СОШ с. Сорвижи\tМКОУ СОШ пгт Арбаж",
        "МКОУ ООШ д. Мосуны\tМКОУ СОШ пгт Арбаж",
        "2.\tБелохолуницкий район\tМКОУ СОШ п. Подрезчиха\tМКОУ СОШ г. Белая Холуница",
        "",
        "Продолжение таблицы",
        "",
        *head,
        "3.\tВятскополянский район\tМКОУ Гимназия г. Сосновка\tМКОУ СОШ № 5 г. Вятские Поляны",
        "МКОУ ООШ д. Старая Малиновка\tМКОУ СОШ № 5 г. Вятские Поляны",
        "МКОУ СОШ д. Средние Шуни\tМКОУ СОШ № 5 г. Вятские Поляны",
    )
    assert table.n_rows == 8
    assert len([c for c in table.cells if c.col == 3 and c.row > 1 and c.text]) == 6


_PLAN = (
    "№ п/п\tМероприятие\tОтветственные исполнители\tСроки исполнения",
    "1. Организационные мероприятия",
    "1.1.\tСеминар для директоров\tГБОУ ДПО «ИРО» (Петрова А.А.)\tмай 2022 г.",
    "1.2.\tФорум школ\tГБОУ ДПО «ИРО» (Петрова А.А.)\tиюнь 2022 г.",
)
_MORE = (
    "2.1.\tАнализ результатов\tГБОУ ДПО «ИРО» (Петрова А.А.)\tсентябрь 2022 г.",
    "2.2.\tВебинар по чтению\tГБОУ ДПО «ИРО» (Петрова А.А.)\tоктябрь 2022 г.",
)


@pytest.mark.parametrize(
    "between",
    [
        ["", "Продолжение таблицы", "", "2. Аналитическая работа"],
        ["", "Окончание таблицы 1", "Аналитическая работа"],
        ["", "II. Аналитическая работа"],
        ["\f2. Аналитическая работа"],
        ["2. Аналитическая работа", "\f"],
    ],
)
def test_a_section_of_one_field_between_two_pieces_belongs_to_the_table(
    tmp_path: Path, between: list[str]
) -> None:
    table = lines(tmp_path, *_PLAN, *between, *_MORE)
    assert [(c.row, c.col_span) for c in table.cells if "Аналитическая" in c.text] == [(4, 4)]
    assert table.n_rows == 7
    assert {r.what for r in table.reasons} >= {"section", "stitched"}


@pytest.mark.parametrize(
    ("between", "rows"),
    [
        (["", "Состав рабочей группы", ""], _MORE),  # no page ends here: this names another table
        (["", "Продолжение таблицы", "Контроль возложить на директора.", ""], _MORE),
        (
            ["", "Продолжение таблицы", "2. Состав рабочей группы", ""],
            ("1.\tПетрова А.А.\tректор\tпредседатель", "2.\tИванова И.И.\tметодист\tсекретарь"),
        ),
        (["", "2. План", ""], ("Дата\tМероприятие\tМесто\tСроки", *_MORE)),
    ],
)
def test_what_names_another_table_parts_them(
    tmp_path: Path, between: list[str], rows: tuple[str, ...]
) -> None:
    path = tmp_path / "table.txt"
    path.write_text("\n".join([*_PLAN, *between, *rows]) + "\n", encoding="utf-8")
    assert [t.n_rows for t in read_document(path, path.name).tables] == [len(_PLAN), len(rows)]


def test_a_piece_copied_from_a_browser_that_repeats_the_sub_heads_only(tmp_path: Path) -> None:
    rows = [f"{n}\tСеминар\t{_EXECUTORS}\t01.0{m}.2022\t28.0{m}.2022" for n, m in (("1.1.", 5), ("1.2.", 6))]
    table = lines(
        tmp_path,
        "№ п/п\tМероприятие\tОтветственные исполнители\tСроки",
        "начало\tокончание",
        "1. Организационные мероприятия",
        *rows,
        "",
        "Продолжение таблицы",
        "",
        "начало\tокончание",
        "2. Аналитическая работа",
        *(r.replace("1.", "2.", 1) for r in rows),
    )
    assert (table.header_rows, table.n_rows, table.n_cols) == (2, 8, 5)
    assert (0, 3, 1, 2, "Сроки") in cells(table)
    assert not table.findings


_EXECUTORS = "ГБОУ ДПО «ИРО» (Петрова А.А.)"
