"""The town of a school that its name does not say."""

import pytest

from pipeline.localities import lacks_place, towns
from pipeline.model import Value
from pipeline.normalizers import municipality, school
from pipeline.normalizers.context import Context

PLAIN = Context()


def group(name: str) -> dict[str, Value]:
    return {"mun": municipality.normalize(name, PLAIN)}


def placed(*names: str) -> list[tuple[str, Value]]:
    return [("mun", school.normalize(name, PLAIN)) for name in names]


@pytest.mark.parametrize(
    ("name", "town"),
    [
        ("город Клинцы", "Клинцы"),
        ("г.о. Самара", "Самара"),
        ("ЗАТО Озёрный", "Озёрный"),
        ("Вышневолоцкий городской округ", None),
        ("Вяземский район", None),
    ],
)
def test_a_municipality_that_is_a_town_is_the_town_of_its_numbered_schools(
    name: str, town: str | None
) -> None:
    found = towns(group(name), [])
    assert (found["mun"].name if found else None) == town


def test_the_only_town_named_with_numbered_schools_is_theirs() -> None:
    one = placed("МБОУ СОШ № 8 г. Вязьмы", "МБОУ Юшковская ООШ", "МБОУ СШ № 4", "МБОУ ООШ с. Вязьма-Брянская")
    assert towns(group("Вяземский район"), one)["mun"].name == "Вязьма"


def test_two_towns_leave_it_open() -> None:
    two = placed("МБОУ СОШ № 8 г. Вязьмы", "МБОУ СОШ № 1 г. Сычёвки")
    assert not towns(group("Вяземский район"), two)


def test_only_a_school_named_by_its_number_alone_lacks_a_place() -> None:
    lacking = ["МБОУ СШ № 4", "МБОУ «СОШ № 2 им. А.И. Герцена»"]
    others = ["МБОУ СОШ № 8 г. Вязьмы", "МБОУ Ярцевская СШ № 1", "МБОУ Юшковская ООШ"]
    assert all(lacks_place(value) for _, value in placed(*lacking))
    assert not any(lacks_place(value) for _, value in placed(*others))
