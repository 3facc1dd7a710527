"""Which column is which field, of heads on several levels."""

from __future__ import annotations

import pytest

from pipeline import columns, profiles
from pipeline.model import Cell, Table

NAME, HEADMASTER = "Наименование школы", "Директор (ФИО)"
LOW, MENTOR = "Школа с низкими результатами", "Школа-наставник"


def table(*heads: tuple[str, tuple[str, ...]]) -> Table:
    """A table whose heads have these sub-heads (none: one cell over both levels), and a row of data."""
    cells: list[Cell] = []
    for text, below in heads:
        col = sum(c.col_span for c in cells if c.row == 0)
        cells.append(Cell(text, 0, col, 1 if below else 2, max(1, len(below))))
        cells += [Cell(t, 1, col + k) for k, t in enumerate(below)]
    width = sum(c.col_span for c in cells if c.row == 0)
    cells += [Cell("x", 2, c) for c in range(width)]
    return Table(1, tuple(cells), 3, width, 2)


@pytest.mark.parametrize(
    ("heads", "school", "partner"),
    [
        ([("№", ()), (LOW, ()), (MENTOR, (NAME, HEADMASTER))], 1, 2),
        ([("№", ()), (MENTOR, (NAME, HEADMASTER)), (LOW, ())], 3, 1),
        ([("№", ()), (MENTOR, (NAME, HEADMASTER)), (LOW, (NAME, HEADMASTER))], 3, 1),
        ([("№", ()), ("Образовательная организация", ("ШНОР", "Школа-лидер")), (HEADMASTER, ())], 1, 2),
        ([("Школа-участник", ("Район", NAME)), ("Школа-куратор", ("Муниципалитет", NAME))], 1, 3),
    ],
)
def test_a_divided_head_gives_its_field_to_the_column_that_holds_it(
    heads: list[tuple[str, tuple[str, ...]]], school: int, partner: int
) -> None:
    found = columns.match(table(*heads), profiles.built_in())
    assert found is not None
    assert (found.columns["school"], found.columns["partner"]) == (school, partner)


@pytest.mark.parametrize("head", ["№ п/п", "№п/п", "№ пп", "№ п.п.", "№ п/л", "№№", "пп"])
def test_the_head_of_the_first_column_is_known_as_people_and_recognisers_write_it(head: str) -> None:
    heads = [(text, ()) for text in (head, "Мероприятие", "Ответственные исполнители", "Сроки исполнения")]
    found = columns.match(table(*heads), profiles.built_in())
    assert found is not None and found.columns["item_no"] == 0


@pytest.mark.parametrize("head", ["№ приказа", "№ школы", "№ ОО"])
def test_the_number_of_something_else_is_no_row_number(head: str) -> None:
    heads = [(text, ()) for text in ("Мероприятие", head, "Ответственные исполнители", "Сроки исполнения")]
    found = columns.match(table(*heads), profiles.built_in())
    assert found is not None and "item_no" not in found.columns


@pytest.mark.parametrize("heads", [("Задачи", "Мероприятия"), ("Мероприятия", "Задачи")])
def test_what_is_done_is_the_activity_not_what_it_is_for(heads: tuple[str, str]) -> None:
    found = columns.match(
        table(("№", ()), *((head, ()) for head in heads), ("Срок", ()), ("Исполнители", ())),
        profiles.built_in(),
    )
    assert found is not None and found.columns["title"] == 1 + heads.index("Мероприятия")


@pytest.mark.parametrize("head", ["Прикреплённая школа", "Сопровождаемая школа", "Подшефные школы"])
def test_a_school_that_is_looked_after_is_the_school(head: str) -> None:
    found = columns.match(table(("№", ()), (head, ()), ("Стажировочная площадка", ())), profiles.built_in())
    assert found is not None and (found.columns["school"], found.columns["partner"]) == (1, 2)
