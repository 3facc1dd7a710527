"""Names of schools judged by the others of their order, in the columns and groups that they stand in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

import pytest

from benchmarks import schools_regions
from benchmarks.groups_order import in_memory
from pipeline.model import Value
from pipeline.normalizers import school
from pipeline.normalizers.context import Context
from pipeline.normalizers.school_names import usual
from pipeline.normalizers.school_votes import count_votes, seen_keys, votes
from pipeline.reference import Settlement

Row = tuple[str, str, str]

ROWS: list[Row] = [
    ("Опаринский район", "МБОУ Зарянская ООШ", "МБОУ Опаринская СОШ"),
    ("Опаринский район", "МБОУ Шадринская ООШ", "МБОУ Опаринская СОШ"),
    ("Опаринский район", "МБОУ Вазюковская ООШ", "МБОУ Опаринская СОШ"),
    ("Опаринский район", "МБОУ Нагибинская ООШ", "МБОУ Опаринская СОШ"),
    ("Советский район", "МБОУ Кичминская ООШ", "МБОУ Лошкаринская СОШ"),
    ("Советский район", "МБОУ Ильинская ООШ", "МБОУ Лошкаринская СОШ"),
    ("Советский район", "МБОУ Воробьёвская ООШ", "МБОУ Лошкаринская СОШ"),
    ("Яранский район", "МБОУ Кугальская ООШ", "МБОУ Салобелякская СОШ"),
    ("Яранский район", "МБОУ Никольская ООШ", "МБОУ Салобелякская СОШ"),
    ("Яранский район", "МБОУ Первомайская ООШ", "МБОУ Салобелякская СОШ"),
]


def judged(rows: Sequence[Row], at: int, column: str) -> Value:
    """The school of one cell, with the order around it."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for group, *names in rows:
        for name, raw in zip(("school", "partner"), names, strict=True):
            for key in seen_keys(name, group):
                seen[key][raw] += 1
    context = Context(seen=seen, column=column, group=rows[at][0])
    return school.normalize(rows[at][1 if column == "school" else 2], context)


def with_row(row: Row) -> list[Row]:
    return [*ROWS, row]


def test_a_partner_misread_beside_itself_is_fixed() -> None:
    value = judged(
        with_row(("Опаринский район", "МБОУ Слудкинская ООШ", "МБОУ Опапинская СОШ")), 10, "partner"
    )
    assert (value.text, value.status) == ("МБОУ Опаринская СОШ", "fixed")
    assert value.changes[-1].rule == "school-name-consensus"
    assert value.changes[-1].confidence >= 0.99


def test_a_possible_name_of_another_group_stays() -> None:
    value = judged(
        with_row(("Советский район", "МБОУ Слудкинская ООШ", "МБОУ Отаринская СОШ")), 10, "partner"
    )
    assert value.text == "МБОУ Отаринская СОШ"


def test_a_name_of_the_dictionary_is_never_changed() -> None:
    rows = with_row(("Яранский район", "МБОУ Слудкинская ООШ", "МБОУ Никольская СОШ"))
    rows = [(g, s, p.replace("Салобелякская", "Никольцкая")) for g, s, p in rows]
    assert judged(rows, 10, "partner").text == "МБОУ Никольская СОШ"


@pytest.mark.parametrize("name", ["Корсиковская", "Вешковская", "Агибаловская"])
def test_a_rare_name_that_stands_alone_is_never_changed(name: str) -> None:
    value = judged(with_row(("Советский район", f"МБОУ {name} ООШ", "МБОУ Лошкаринская СОШ")), 10, "school")
    assert (value.text, value.candidates, value.problems) == (f"МБОУ {name} ООШ", (), ())


def test_two_misreadings_of_a_third_name_do_not_correct_each_other() -> None:
    rows = [
        *ROWS,
        ("Советский район", "МБОУ Перегрузиенская ООШ", "МБОУ Лошкаринская СОШ"),
        ("Советский район", "МБОУ Перегрузненскея ООШ", "МБОУ Лошкаринская СОШ"),
    ]
    assert judged(rows, 11, "school").text == "МБОУ Перегрузненскея ООШ"


def test_a_column_expects_what_its_neighbours_have() -> None:
    everything: dict[str, Counter[str]] = defaultdict(Counter)
    for group, *names in ROWS:
        for name, raw in zip(("school", "partner"), names, strict=True):
            for key in seen_keys(name, group):
                everything[key][raw] += 1
    order = count_votes(everything["school"], everything)
    near = order.expected("Опаринская", "?", "partner", "Опаринский район")
    far = order.expected("Опаринская", "?", "partner", "Яранский район")
    risk = order.expected("Опаринская", "?", "school", "Опаринский район")
    assert near > 0.5 > 0.1 > far > risk > 0
    assert order.new("?", "partner") < 0.2 < 0.8 < order.new("?", "school")


def test_usual_letters_are_those_of_names() -> None:
    assert usual("Шимановская") > usual("Шимаповская") + 5
    assert usual("Юшковская") > usual("Юпковская") + 3


def test_in_columns_nothing_is_broken_and_what_others_say_is_fixed() -> None:
    score = schools_regions.measure(
        {"": schools_regions.builtin()}, 3000, 11, 0.1, schools_regions.Damage(None)
    )
    assert score.shown["broken"] == []
    assert score.shown["wrong"] == []
    assert score.counts["consensus fixed"] >= 0.97 * score.counts["consensus n"] > 20


def test_a_name_that_reference_data_know_stays_beside_its_neighbour() -> None:
    rows = with_row(("Опаринский район", "МБОУ Слудкинская ООШ", "МБОУ Опапинская СОШ"))
    region = "Кировская область"
    settlements = [Settlement(name, "с.", "Опаринский район", region) for name in ("Опарино", "Опапино")]
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for group, *names in rows:
        for name, raw in zip(("school", "partner"), names, strict=True):
            for key in seen_keys(name, group):
                seen[key][raw] += 1
    plain = Context(seen=seen, column="partner", group="Опаринский район", region=region)
    assert school.normalize("МБОУ Опапинская СОШ", plain).text == "МБОУ Опаринская СОШ"
    again = {**seen, "school": Counter(seen["school"])}  # votes are kept by counter
    known = replace(plain, seen=again, reference=in_memory(settlements, False))
    assert school.normalize("МБОУ Опапинская СОШ", known).text == "МБОУ Опапинская СОШ"


def test_of_thousands_of_names_only_the_near_ones_are_compared() -> None:
    """Each is held against those near it, and a misreading is found there all the same."""
    letters = "бвгдклмнпрст"
    names = [f"Ш{a}о{b}у{c}и{d}овская" for a in letters for b in letters for c in letters for d in "нрвл"]
    rows = [("Опаринский район", f"МБОУ {name} СОШ", "МБОУ Опаринская СОШ") for name in names]
    rows.append(("Опаринский район", "МБОУ Слудкинская ООШ", "МБОУ Опапинская СОШ"))
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for group, *schools in rows:
        for column, raw in zip(("school", "partner"), schools, strict=True):
            for key in seen_keys(column, group):
                seen[key][raw] += 1
    context = Context(seen=seen, column="partner", group="Опаринский район")
    order = votes(context)
    assert order is not None and order.total() > 6000
    close = list(order.compared("adjective", "Опапинская"))
    assert "Опаринская" in close and len(close) < 100
    value = school.normalize("МБОУ Опапинская СОШ", context)
    assert (value.text, value.status) == ("МБОУ Опаринская СОШ", "fixed")


def test_a_row_under_a_misread_heading_belongs_to_its_group() -> None:
    """«Тостиловская» is possible, and misread only if the group's other rows count."""
    names = ("Орменская", "Утынская", "Лопушская", "Кокинская", "Сосновская", "Скрябинская")
    rows = [("Выгоничский район", f"МБОУ {n} ООШ", "МБОУ Гостиловская СОШ") for n in names]
    rows.insert(3, ("Вытоничский район", "МБОУ Хмелевская ООШ", "МБОУ Тостиловская СОШ"))
    for n in ("Чаусовская", "Юдиновская", "Гриневская", "Суворовская"):
        rows.append(("Погарский район", f"МБОУ {n} ООШ", "МБОУ Вадьковская СОШ"))
    for n in ("Бакланская", "Витовская", "Краснорогская"):
        rows.append(("Почепский район", f"МБОУ {n} ООШ", "МБОУ Речицкая СОШ"))
    cell = schools_regions.Cell
    order = schools_regions.Order([(m, cell(a, a), cell(b, b)) for m, a, b in rows])
    assert schools_regions.normalized(order)[7].text == "МБОУ Гостиловская СОШ"
