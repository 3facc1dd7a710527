"""Municipalities: kind and name in one notation, held against the region's list."""

from collections import Counter

import pytest
from hypothesis import given

from pipeline.normalizers import municipality
from pipeline.normalizers.context import Context
from pipeline.reference import load
from tests.normalizers.texts import ODD_TEXTS, digits

PLAIN = Context()

LIST = """name,kind,region,oktmo,centre
Вяземский район,муниципальный район,Смоленская область,66605000,г. Вязьма
Сычёвский район,муниципальный район,Смоленская область,66646000,г. Сычёвка
Смоленский район,муниципальный район,Смоленская область,66644000,г. Смоленск
Демидовский район,муниципальный район,Смоленская область,66611000,г. Демидов
Холм-Жирковский район,муниципальный район,Смоленская область,66654000,пгт Холм-Жирковский
город Смоленск,городской округ,Смоленская область,66701000,г. Смоленск
"""


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Context:
    folder = tmp_path_factory.mktemp("reference")
    (folder / "municipalities.csv").write_text(LIST, encoding="utf-8")
    return Context(region="Смоленская область", reference=load(folder))


@pytest.mark.parametrize(
    ("raw", "text", "kind"),
    [
        ("Вяземский район", "Вяземский район", "муниципальный район"),
        ("Вяземский муниципальный район", "Вяземский район", "муниципальный район"),
        ("Вяземского муниципального района", "Вяземский район", "муниципальный район"),
        ("МО «Вяземский район»", "Вяземский район", "муниципальный район"),
        ("ВЯЗЕМСКИЙ Р-Н", "Вяземский район", "муниципальный район"),
        ("Вяземский район Смоленской области", "Вяземский район", "муниципальный район"),
        ("Вяземский райоп", "Вяземский район", "муниципальный район"),
        ("муниципальное образование «город Десногорск»", "город Десногорск", "городской округ"),
        ("г. Смоленск", "город Смоленск", "городской округ"),
        ("города Смоленска", "город Смоленск", "городской округ"),
        ("городской округ город Кострома", "город Кострома", "городской округ"),
        ("г.о. Балашиха", "городской округ Балашиха", "городской округ"),
        ("Ивдельский ГО", "Ивдельский городской округ", "городской округ"),
        ("Арзамасский муниципальный округ", "Арзамасский муниципальный округ", "муниципальный округ"),
        ("Холм-Жирковского района", "Холм-Жирковский район", "муниципальный район"),
    ],
)
def test_kind_and_name_have_one_notation(raw: str, text: str, kind: str) -> None:
    value = municipality.normalize(raw, PLAIN)
    assert (value.text, value.parts["kind"]) == (text, kind)


def test_the_list_gives_spelling_kind_and_code(listed: Context) -> None:
    value = municipality.normalize("Сычевский р-н", listed)
    assert value.text == "Сычёвский район"
    assert value.parts == {"name": "Сычёвский", "kind": "муниципальный район", "oktmo": "66646000"}


def test_a_city_and_the_district_around_it_are_two(listed: Context) -> None:
    assert municipality.normalize("г. Смоленск", listed).parts["oktmo"] == "66701000"
    assert municipality.normalize("Смоленского района", listed).parts["oktmo"] == "66644000"


@pytest.mark.parametrize(
    "raw", ["Вяземскнй район", "Вязeмcкий район", "Вяземскпй район", "Холм-Жпрковский район"]
)
def test_damage_is_repaired_against_the_list(raw: str, listed: Context) -> None:
    value = municipality.normalize(raw, listed)
    assert value.status == "fixed"
    assert value.text in ("Вяземский район", "Холм-Жирковский район")


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Погарскии район", "Погарский район"),
        ("Вяземскнй муниципальный район", "Вяземский район"),
        ("Жуковский муниципальиый округ", "Жуковский муниципальный округ"),
        ("г.Брянск", "город Брянск"),
    ],
)
def test_endings_and_words_of_kinds_need_no_list(raw: str, name: str) -> None:
    assert municipality.normalize(raw, PLAIN).text == name


def test_without_a_list_other_damage_is_left_alone() -> None:
    assert municipality.normalize("Вязвмский район", PLAIN).text == "Вязвмский район"


def test_the_other_rows_of_an_order_repair_a_municipality() -> None:
    rows = Counter(
        {"Выгоничский район": 4, "Вытоничский район": 1, "Клинцовский район": 3, "Климовский район": 1}
    )
    order = Context(seen={"municipality": rows})
    value = municipality.normalize("Вытоничский район", order)
    assert (value.text, value.status) == ("Выгоничский район", "fixed")
    assert value.changes[-1].rule == "municipality-consensus"
    assert municipality.normalize("Климовский район", order).text == "Климовский район"


def test_an_order_of_thousands_of_municipalities_still_repairs_one() -> None:
    letters = "бвгдклмнпрст"
    many = Counter(f"Ш{a}о{b}у{c}инский район" for a in letters for b in letters for c in letters)
    few = Counter({"Выгоничский район": 40, "Вытоничский район": 1, "Белёвский район": 3})
    order = Context(seen={"municipality": many + few})
    value = municipality.normalize("Вытоничский район", order)
    assert (value.text, value.status) == ("Выгоничский район", "fixed")
    assert municipality.normalize("Белевский район", order).text == "Белёвский район"


@pytest.mark.parametrize("raw", ["Демянский район", "Арзамасский муниципальный округ", "город Кострома"])
def test_another_name_is_not_bent_to_the_list(raw: str, listed: Context) -> None:
    value = municipality.normalize(raw, listed)
    assert (value.text, value.parts["oktmo"], value.status) == (raw, None, "kept")


@given(ODD_TEXTS)
def test_a_municipality_is_idempotent_and_keeps_its_digits(raw: str) -> None:
    value = municipality.normalize(raw, PLAIN)
    assert value.raw == raw
    if value.text is not None:
        assert municipality.normalize(value.text, PLAIN).text == value.text
        assert digits(value.text) == digits(raw)


def test_the_letter_yo_is_no_other_municipality() -> None:
    order = Context(seen={"municipality": Counter({"Белёвский район": 3, "Белевский район": 1})})
    value = municipality.normalize("Белевский район", order)
    assert (value.text, value.problems) == ("Белёвский район", ())


def test_a_neuter_name_says_that_mo_is_no_okrug() -> None:
    neuter = municipality.normalize("Махнёвское МО", PLAIN)
    assert (neuter.text, neuter.parts["kind"]) == ("Махнёвское муниципальное образование", None)
    assert municipality.normalize("Данковский МО", PLAIN).text == "Данковский муниципальный округ"


def test_a_town_that_is_an_urban_district() -> None:
    assert municipality.normalize("г.о.г. Шарья", PLAIN).text == "город Шарья"
