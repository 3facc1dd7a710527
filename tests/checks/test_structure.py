"""What is missing: values, columns, appendices."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.appendices import announced, is_nested
from tests.small_orders import PLAN, SITES, activity, findings, order, rows_of

PAIRS = [
    "1.\tГдовский район\tМБОУ Никольская ООШ\tМБОУ Гдовская СОШ",
    "\t\tМБОУ Успенская ООШ\tМБОУ Гдовская СОШ",
    "2.\tНевельский район\tМБОУ Покровская ООШ\tМБОУ Невельская СОШ",
    "3.\tОстровский район\tМБОУ Дубровская ООШ\tМБОУ Островская СОШ",
]


def codes(folder: Path, text: str) -> list[str]:
    return [f.code for f in findings(folder, text) if f.severity != "info"]


def test_a_column_that_is_empty_throughout_is_one_finding(tmp_path: Path) -> None:
    rows = [activity(f"{n}.", deadline="") for n in range(1, 7)]
    found = [f for f in findings(tmp_path, order(PLAN, *rows)) if f.code == "missing-value"]
    assert [rows_of(f) for f in found] == [[2, 3, 4, 5, 6, 7]]


def test_two_empty_cells_are_two_findings(tmp_path: Path) -> None:
    rows = [activity(f"{n}.", deadline="" if n in (2, 5) else "май 2022 г.") for n in range(1, 7)]
    found = [f for f in findings(tmp_path, order(PLAN, *rows)) if f.code == "missing-value"]
    assert [rows_of(f) for f in found] == [[3], [6]]


def test_a_column_that_is_not_there_is_one_finding(tmp_path: Path) -> None:
    rows = [f"{n}.\tСеминар {n}\tГАУ ДПО «ИРО»" for n in range(1, 7)]
    assert codes(tmp_path, order("№ п/п\tМероприятие\tОтветственные", *rows)) == ["header-mismatch"]


def test_a_pair_without_its_school_is_a_row_and_no_heading(tmp_path: Path) -> None:
    rows = [*PAIRS[:3], "3.\tОстровский район\t\tМБОУ Островская СОШ"]
    found = [f for f in findings(tmp_path, order(SITES, *rows)) if f.code == "missing-value"]
    assert [(f.field, rows_of(f)) for f in found] == [("school", [5])]


def test_people_of_one_cell_without_organization_are_one_finding(tmp_path: Path) -> None:
    rows = [activity("1."), activity("2.", who="Ефремова Л.С., Зуев Н.Н."), activity("3.")]
    found = [f for f in findings(tmp_path, order(PLAN, *rows)) if f.code.startswith("executor")]
    assert len(found) == 1 and rows_of(found[0]) == [3]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Утвердить план (приложение № 1).", {"1"}),
        ("согласно приложениям 1, 2 и 4 к настоящему приказу", {"1", "2", "4"}),
        ("приложения № 1 – 3", {"1", "2", "3"}),
        ("(приложение)", {""}),
        ("Внести изменения в приложение № 3 к приказу министерства от 12.03.2019 № 44", set()),
        ("по форме приложения № 2 к Порядку проведения", set()),
        ("Утвердить перечень согласно приложению 2 к приказу.", {"2"}),
        ("Приложение № 1 разместить на сайте до 1 мая", {"1"}),
    ],
)
def test_appendices_that_a_text_announces(text: str, numbers: set[str]) -> None:
    assert announced(text) == numbers


def test_an_appendix_of_an_appendix() -> None:
    assert is_nested("Приложение № 1", "к Порядку проведения конкурса")
    assert is_nested("Приложение 1 к Положению о конкурсе", "")
    assert not is_nested("Приложение № 1", "к приказу министерства")
    assert not is_nested("Приложение № 1 к приказу министерства", "")
    assert not is_nested("Приложение № 1", "ПЛАН")


def test_an_appendix_that_is_announced_and_not_there(tmp_path: Path) -> None:
    text = order(SITES, *PAIRS).replace(
        "(приложение № 1).", "(приложение № 1).\n2. Утвердить состав (приложение № 2)."
    )
    found = [f for f in findings(tmp_path, text) if f.code == "appendix-not-announced"]
    assert [f.raw for f in found] == ["2"]


def test_an_appendix_without_a_table_is_there(tmp_path: Path) -> None:
    text = order(SITES, *PAIRS).replace(
        "(приложение № 1).", "(приложение № 1).\n2. Утвердить положение (приложение № 2)."
    )
    text += "\nПриложение № 2\nк приказу от 03.03.2022 № 77-ОД\n\nПОЛОЖЕНИЕ о рабочей группе\n"
    assert codes(tmp_path, text) == []


def test_one_long_line_heads_an_appendix(tmp_path: Path) -> None:
    text = order(SITES, *PAIRS).replace(
        "Приложение № 1\nк приказу от 03.03.2022 № 77-ОД",
        "Приложение № 1 к приказу Комитета по образованию Псковской области от 04.03.2022 № 77-ОД\nПеречень",
    )
    assert codes(tmp_path, text) == ["order-date-conflict"]


def test_a_list_headed_by_municipalities_in_a_text_without_numbers(tmp_path: Path) -> None:
    rows = ["1. Гдовский район\t", "МБОУ Никольская ООШ\tМБОУ Гдовская СОШ", "2. Невельский район\t",
            "МБОУ Покровская ООШ\tМБОУ Невельская СОШ", "МБОУ Лесная ООШ\tМБОУ Невельская СОШ"]  # fmt: skip
    assert codes(tmp_path, order("Школа группы риска\tШкола-партнер", *rows)) == []
