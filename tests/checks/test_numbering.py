"""Numbers of items, sections, groups and rows: one finding for one cause."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_orders import PLAN, SITES, activity, findings, order, rows_of, section


def said(folder: Path, *rows: str) -> list[tuple[str, str, str | None]]:
    found = findings(folder, order(PLAN, *rows))
    return [(f.code, f.raw, f.suggestion) for f in found if f.code.startswith("numbering")]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ("1 2 3 4 5", []),
        ("1 2 4 5 6", [("numbering-gap", "4", None)]),
        ("1 2 6 7 8", [("numbering-gap", "6", None)]),
        ("2 3 4 5 6", [("numbering-gap", "2", None)]),
        ("1 2 2 4 5", [("numbering-duplicate", "2", "3")]),
        ("1 2 2 3 4", [("numbering-duplicate", "2", None)]),
        ("1 2 4 4 5", [("numbering-duplicate", "4", "3")]),
        ("1 2 8 4 5", [("numbering-order", "8", "3")]),
        ("1 3 2 4 5", [("numbering-order", "2", None)]),
        ("2 1 3 4 5", [("numbering-order", "1", None)]),
        ("1 4 5 2 3 6", [("numbering-order", "2", None)]),
        ("1 2 3 1 2 3", []),
        ("1 2 3 1 2 4", [("numbering-gap", "4", None)]),
    ],
)
def test_items_count_on(tmp_path: Path, numbers: str, expected: list[object]) -> None:
    rows = [activity(f"{n}.", title=f"Семинар {i}") for i, n in enumerate(numbers.split())]
    assert said(tmp_path, *rows) == expected


def test_a_finding_stands_at_the_number_that_is_wrong(tmp_path: Path) -> None:
    rows = [activity(f"{n}.", title=f"Семинар {i}") for i, n in enumerate((1, 3, 3, 4, 5))]
    (found,) = (f for f in findings(tmp_path, order(PLAN, *rows)) if f.code == "numbering-duplicate")
    assert found.suggestion == "2"
    assert rows_of(found) == [3, 4]


def items(*numbers: str) -> list[str]:
    return [activity(f"{n}.") for n in numbers]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([section("1"), *items("1.1", "1.2"), section("2"), *items("2.1", "2.2")], []),
        ([section("1"), *items("1.1"), section("2"), *items("2.1"), section("3"), *items("3.1", "3.3")],
         [("numbering-gap", "3.3", None)]),
        ([section("1"), *items("1.1"), section("3"), *items("3.1"), section("2"), *items("2.1")],
         [("numbering-order", "2", None)]),
        ([section("1"), *items("1.1", "1.2"), section("3"), *items("3.1", "3.2")],
         [("numbering-gap", "3", None)]),
        # one item of another section, and a whole section under a wrong number
        ([section("1"), *items("1.1", "1.2", "1.3"), section("2"), *items("2.1", "1.2", "2.3")],
         [("numbering-order", "1.2", "2.2")]),
        ([section("1"), *items("1.1", "1.2"), section("3", "Б"), *items("2.1"), section("3"), *items("3.1")],
         [("numbering-order", "3", "2")]),
        # items of items
        ([section("1"), *items("1.1", "1.1.1", "1.1.2", "1.2", "1.2.1", "1.3")], []),
        ([section("1"), *items("1", "2", "3"), section("2"), *items("1", "2")], []),
        ([section("I"), *items("1.1", "1.2"), section("III"), *items("3.1")],
         [("numbering-gap", "III", None)]),
    ],
)  # fmt: skip
def test_sections_and_their_items(tmp_path: Path, rows: list[str], expected: list[object]) -> None:
    assert said(tmp_path, *rows) == expected


def test_two_sections_of_one_number_are_one_finding(tmp_path: Path) -> None:
    rows = [
        section("1", "Первый"),
        *items("1.1"),
        section("1", "Второй"),
        *items("1.1"),
        section("2"),
        *items("2.1"),
    ]
    assert [x[0] for x in said(tmp_path, *rows)] == ["numbering-duplicate"]


SCHOOLS = ["Заречная", "Лесная", "Озёрская", "Полевская", "Степановская", "Петровская", "Луговская"]


def site(number: str, municipality: str, school: str) -> str:
    return f"{number}\t{municipality}\tМБОУ {school} ООШ\tМБОУ {municipality.split('ский')[0]}ская СОШ"


def test_two_schools_in_one_cell_are_no_repeated_number(tmp_path: Path) -> None:
    rows = [site(str(i), "Гдовский район", name) for i, name in enumerate(SCHOOLS, 1)]
    rows[2] = rows[2].replace("ООШ", "ООШ, МБОУ Никольская СОШ")
    found = findings(tmp_path, order(SITES, *rows))
    assert not [f for f in found if f.code.startswith("numbering")]
    assert "several-in-cell" in {f.code for f in found}


def test_rows_may_count_anew_in_every_group(tmp_path: Path) -> None:
    groups = [("Гдовский район", 1), ("Невельский район", 3), ("Островский район", 3)]
    names = iter(SCHOOLS)
    rows = [site(str(n), name, next(names)) for name, many in groups for n in range(1, many + 1)]
    assert not [f for f in findings(tmp_path, order(SITES, *rows)) if f.code.startswith("numbering")]


GROUPS = ("Гдовский", "Невельский", "Островский", "Порховский", "Себежский")


@pytest.mark.parametrize(
    ("numbers", "codes"),
    [
        ("1. 2. 3. 4. 5.", []),
        ("1. 2. З. 4. 5.", []),  # a damaged number is there all the same
        ("1. 2. 4. 5. 6.", ["numbering-gap"]),
        ("1. 2. 2. 4. 5.", ["numbering-duplicate"]),
    ],
)
def test_groups_count_on(tmp_path: Path, numbers: str, codes: list[str]) -> None:
    rows = []
    for number, group, school in zip(numbers.split(), GROUPS, SCHOOLS, strict=False):
        rows.append(f"{number}\t{group} район\tМБОУ {school} ООШ\tМБОУ {group[:-2]}ая СОШ")
        rows.append(f"\t\tМБОУ Верхне{school.lower()} ООШ\tМБОУ {group[:-2]}ая СОШ")
    found = findings(tmp_path, order(SITES, *rows))
    assert [f.code for f in found if f.code.startswith("numbering")] == codes


def test_a_row_without_a_number_between_numbers_that_count_on(tmp_path: Path) -> None:
    names = ["Гдовский", "Гдовский", "Невельский", "Островский", "Порховский", "Гдовский"]
    numbers = ["1.", "", "2.", "3.", "4.", "5."]
    rows = [
        f"{n}\t{name if n else ''}{' район' if n else ''}\tМБОУ {school} ООШ\tМБОУ {name[:-2]}ая СОШ"
        for n, name, school in zip(numbers, names, SCHOOLS, strict=False)
    ]
    assert not [f for f in findings(tmp_path, order(SITES, *rows)) if f.code.startswith("numbering")]
