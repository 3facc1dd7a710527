"""Totals that do not add up, and totals that do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_orders import SITES, findings, order

ROWS = [
    "1.\tГдовский район\tМБОУ Никольская ООШ\tМБОУ Гдовская СОШ",
    "\t\tМБОУ Успенская ООШ\tМБОУ Гдовская СОШ",
    "2.\tНевельский район\tМБОУ Покровская ООШ\tМБОУ Невельская СОШ",
    "3.\tОстровский район\tМБОУ Дубровская ООШ\tМБОУ Островская СОШ",
    "\t\tМБОУ Луговская ООШ\tМБОУ Островская СОШ",
]


def wrong(folder: Path, *rows: str, head: str = SITES) -> list[tuple[str, str | None]]:
    found = findings(folder, order(head, *rows))
    return [(f.raw, f.suggestion) for f in found if f.code == "total-mismatch"]


@pytest.mark.parametrize(
    "total",
    [
        "Итого: 5 школ", "Всего школ: 5", "Итого\t5\t\t", "Итого: 5", "ИТОГО 3 района, 5 школ",
        "Всего: 3 школы-партнёра",
        "Итого\t\t5 школ\t3 школы", "Всего 5 пар", "Итого: 120 педагогов", "Итого: 100 %",
        "Итого за 2022 год", "Всего", "Итого по району: 5", "Всего школ по районам: 5",
        "Итого в муниципалитетах – 5",
    ],
)  # fmt: skip
def test_a_total_that_adds_up_or_counts_something_else(tmp_path: Path, total: str) -> None:
    assert wrong(tmp_path, *ROWS, total if "\t" in total else total + "\t\t\t") == []


@pytest.mark.parametrize(
    ("total", "suggestion"),
    [
        ("Итого: 6 школ", "5"), ("Всего школ: 4", "5"), ("Итого: 7",
        "5"), ("ИТОГО 15 муниципальных районов", "3"),
        ("Всего: 9 площадок", "3"), ("Итого 4 района, 5 школ", "3"),
    ],
)  # fmt: skip
def test_a_total_that_does_not(tmp_path: Path, total: str, suggestion: str) -> None:
    assert wrong(tmp_path, *ROWS, total + "\t\t\t") == [(total, suggestion)]


def test_a_total_of_each_group_and_of_all(tmp_path: Path) -> None:
    rows = [*ROWS[:2], "Всего: 2 школы\t\t\t", *ROWS[2:], "Всего: 3 школы\t\t\t", "Итого: 5 школ\t\t\t"]
    assert wrong(tmp_path, *rows) == []
    rows[2] = "Всего: 4 школы\t\t\t"
    assert wrong(tmp_path, *rows) == [("Всего: 4 школы", "2")]


def test_a_column_of_numbers_is_summed_up(tmp_path: Path) -> None:
    head = SITES + "\tКоличество обучающихся"
    rows = [f"{row}\t{n}" for row, n in zip(ROWS, (120, 80, 1000, 45, 55), strict=True)]
    assert wrong(tmp_path, *rows, "Итого\t\t\t\t1 300", head=head) == []
    assert [s for _, s in wrong(tmp_path, *rows, "Итого\t\t\t\t1 400", head=head)] == ["1300"]


def test_a_total_below_the_table(tmp_path: Path) -> None:
    text = order(SITES, *ROWS) + "\nИтого: 7 школ\n"
    assert [f.suggestion for f in findings(tmp_path, text) if f.code == "total-mismatch"] == ["5"]
