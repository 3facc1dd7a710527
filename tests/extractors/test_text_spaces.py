"""Columns made by spaces with an empty line between rows, as converters of PDF lay out tables."""

from __future__ import annotations

from pathlib import Path

from pipeline.model import Table
from pipeline.run import read_document

PLAN = """\
Приложение № 1
План мероприятий

№      Мероприятие                Срок исполнения   Исполнители
п/п

1. Нормативное обеспечение и организационное
сопровождение

1.1.   Стажировка управленческих  08.2020           руководители
       команд                                       общеобразовательных
                                                    организаций

1.2.   Семинар-практикум          06.2020           Департамент образования

Работа с командами

2.1.   Открытые занятия           07.2020           ИРО

Приложение № 2
Перечень школ

Школа                      Партнёр
"""

LIST = """\
Школа                                    Школа-наставник

1. Кукморский район

муниципальное бюджетное                  муниципальное бюджетное
общеобразовательное учреждение           общеобразовательное учреждение
«Тюринская основная школа»               «Белоключевская средняя школа»

МБОУ СОШ с. Троица                       МБОУ Белоключевская СШ

                                         МБОУ Нагорновская СШ

2. Буинский район

муниципальное бюджетное
общеобразовательное учреждение
«Облапская школа»

муниципальное бюджетное                  муниципальное бюджетное
общеобразовательное учреждение           общеобразовательное учреждение
«Юбилейная школа»                        «Подгорненская школа»
"""


def _tables(tmp_path: Path, text: str) -> tuple[Table, ...]:
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    return read_document(path, path.name).tables


def _rows(table: Table) -> list[list[str]]:
    return [
        [c.text.replace("\n", " ") for c in table.cells if c.row == r and (c.text or c.col_span == 1)]
        for r in range(table.n_rows)
    ]


def test_a_plan_with_sections(tmp_path: Path) -> None:
    table = _tables(tmp_path, PLAN)[0]
    assert _rows(table) == [
        ["№ п/п", "Мероприятие", "Срок исполнения", "Исполнители"],
        ["1. Нормативное обеспечение и организационное сопровождение"],
        [
            "1.1.",
            "Стажировка управленческих команд",
            "08.2020",
            "руководители общеобразовательных организаций",
        ],
        ["1.2.", "Семинар-практикум", "06.2020", "Департамент образования"],
        ["Работа с командами"],
        ["2.1.", "Открытые занятия", "07.2020", "ИРО"],
    ]


def test_a_list_of_wrapped_names_with_missing_values(tmp_path: Path) -> None:
    rows = _rows(_tables(tmp_path, LIST)[0])
    full = "муниципальное бюджетное общеобразовательное учреждение"
    assert rows == [
        ["Школа", "Школа-наставник"],
        ["1. Кукморский район"],
        [f"{full} «Тюринская основная школа»", f"{full} «Белоключевская средняя школа»"],
        ["МБОУ СОШ с. Троица", "МБОУ Белоключевская СШ"],
        ["", "МБОУ Нагорновская СШ"],
        ["2. Буинский район"],
        [f"{full} «Облапская школа»", ""],
        [f"{full} «Юбилейная школа»", f"{full} «Подгорненская школа»"],
    ]


def test_prose_and_a_signature_below_stay_outside(tmp_path: Path) -> None:
    below = (
        "\nПримечание: перечень уточняется до 1 мая.\n\nНачальник департамента                 О.Н. Рысева\n"
    )
    tables = _tables(tmp_path, LIST + below)
    assert len(tables) == 1
    assert not any("Рысева" in c.text or "Примечание" in c.text for c in tables[0].cells)
