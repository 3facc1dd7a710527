"""Edge rows whose partner is that of the neighbouring group, without reference data."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_orders import SITES, findings, order, rows_of


def shifts(folder: Path, *groups: str) -> list[tuple[list[int], str | None]]:
    """Each group is a word of partner letters: «aab» are three rows with the partners a, a and b."""
    schools = iter(
        [
            "Никольская",
            "Успенская",
            "Покровская",
            "Дубровская",
            "Луговская",
            "Заречная",
            "Лесная",
            "Озёрская",
            "Полевская",
            "Степановская",
            "Петровская",
            "Каменская",
            "Мирная",
            "Речная",
            "Садовая",
        ]
    )
    partners = {"a": "Алмазовская", "b": "Борисовская", "c": "Вознесенская", "d": "Грушевская"}
    rows = []
    for n, (group, name) in enumerate(
        zip(groups, ("Гдовский", "Невельский", "Островский", "Порховский"), strict=False), 1
    ):
        for i, letter in enumerate(group):
            first = f"{n}.\t{name} район" if i == 0 else "\t"
            rows.append(f"{first}\tМБОУ {next(schools)} ООШ\tМБОУ {partners[letter]} СОШ")
    found = findings(folder, order(SITES, *rows))
    return [(rows_of(f), f.suggestion) for f in found if f.code == "group-boundary-shift"]


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (("aab", "bb", "cc"), [([4], "Невельский район")]),
        (("aa", "abb", "cc"), [([4], "Гдовский район")]),
        (("aabb", "bbb", "cc"), [([4], "Невельский район"), ([5], "Невельский район")]),
        (("aa", "bbc", "ccc"), [([6], "Островский район")]),
        (("aab", "b", "cc"), [([4], "Невельский район")]),
    ],
)
def test_a_row_that_slipped_over_a_border(
    tmp_path: Path, groups: tuple[str, ...], expected: list[object]
) -> None:
    assert shifts(tmp_path, *groups) == expected


@pytest.mark.parametrize(
    "groups",
    [
        ("aa", "bb", "cc"),
        ("aaa", "aa", "cc"),  # a partner of whole groups
        ("aab", "bbc", "cb"),  # a partner of many
        ("ab", "bd", "cc"),  # which of two rows slipped cannot be told
        ("aba", "bb", "cc"),  # not at the border
        ("aa", "bb", "a"),
    ],
)
def test_partners_that_serve_several_municipalities(tmp_path: Path, groups: tuple[str, ...]) -> None:
    assert [s for rows, s in shifts(tmp_path, *groups) if rows != [7]] == []
