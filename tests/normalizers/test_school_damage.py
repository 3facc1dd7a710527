"""Damage of school names beyond single letters: capitals, hyphens of word processors, swapped letters, digits
for letters, and what the other names of an order may prove about it.
"""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks import schools_official
from pipeline.normalizers import ocr, school
from pipeline.normalizers.context import Context


def alone(raw: str) -> str | None:
    return school.normalize(raw, Context()).text


def among(raw: str, mentions: dict[str, int]) -> Context:
    return Context(seen={"school": Counter({**mentions, raw: 1})})


@pytest.mark.parametrize(
    ("raw", "right"),
    [
        ("МБОУ Дра¬ гунская ООШ", "МБОУ Драгунская ООШ"),
        ("МБОУ Дра¬\nгунская ООШ", "МБОУ Драгунская ООШ"),
        ("МОУ Верх--\nСуксунская ОШ", "МОУ Верх-Суксунская ОШ"),
        ("МБОУ драгунская ООШ", "МБОУ Драгунская ООШ"),
        ("МБОУ НАумовская ООШ", "МБОУ Наумовская ООШ"),
        ("МБОУ Дра\u00ad\nгунская ООШ", "МБОУ Драгунская ООШ"),
        ("МКОУ ВасилЬевская СОШ", "МКОУ Васильевская СОШ"),
        ("МБОУ ИвановсКая ООШ", "МБОУ Ивановская ООШ"),
        ("МБОУ ВышКовская ООШ", "МБОУ Вышковская ООШ"),
        ("МКОУ Верх-ТулинскаяСОШ", "МКОУ Верх-Тулинская СОШ"),
        ("МБ0V Телелюйская школа", "МБОУ Телелюйская школа"),
        ("МКОУ Меловатская СО1П", "МКОУ Меловатская СОШ"),
        ("МБОУ СОШ # 46", "МБОУ СОШ № 46"),
        ("МБОУ ООШ № 40 им. A.C. Пушкина", "МБОУ ООШ № 40 им. А.С. Пушкина"),
    ],
)
def test_what_letters_alone_prove_is_put_right(raw: str, right: str) -> None:
    assert alone(raw) == right


@pytest.mark.parametrize("name", ["сельская", "татарская", "лингвистическая"])
def test_a_common_adjective_before_the_type_gets_no_capital(name: str) -> None:
    assert alone(f"МБОУ {name} гимназия № 2") == f"МБОУ {name} гимназия № 2"


def test_a_capital_that_may_stand_for_a_hyphen_is_asked_about() -> None:
    value = school.normalize("МБОУ КрасноОктябрьская ООШ", Context())
    assert value.text == "МБОУ КрасноОктябрьская ООШ"
    assert [c.value for c in value.candidates] == [
        "МБОУ Краснооктябрьская ООШ",
        "МБОУ Красно-Октябрьская ООШ",
    ]


@pytest.mark.parametrize("written", ["Краснооктябрьская", "Красно-Октябрьская"])
def test_the_order_says_what_a_capital_inside_stands_for(written: str) -> None:
    raw = "МБОУ КрасноОктябрьская ООШ"
    context = among(raw, {f"МБОУ {written} ООШ": 2})
    assert school.normalize(raw, context).text == f"МБОУ {written} ООШ"


def test_two_capitals_in_front_may_be_one_misread_letter() -> None:
    raw = "МБОУ ПТумроватинская ООШ"
    context = among(raw, {"МБОУ Шумроватинская ООШ": 3, "МБОУ Арданская СШ": 4})
    assert school.normalize(raw, context).text == "МБОУ Шумроватинская ООШ"


def test_swapped_letters_are_one_error() -> None:
    assert ocr.differences("Добринсакя", "Добринская") == (("ка", "ак"),)
    raw = "МАОУ Добринсакя ООШ"
    context = among(raw, {"МАОУ Добринская ООШ": 4, "МАОУ Сурская ООШ": 6})
    assert school.normalize(raw, context).text == "МАОУ Добринская ООШ"
    assert ocr.channel_cost("№ 12", "№ 21") == float("inf")


def test_digits_for_a_letter_are_read_by_what_others_say() -> None:
    raw = "МАОУ Доман11чская НОШ"
    context = among(raw, {"МАОУ Доманичская НОШ": 4, "МАОУ Сурская ООШ": 6})
    assert school.normalize(raw, context).text == "МАОУ Доманичская НОШ"


def test_a_name_that_stands_once_corrects_no_other() -> None:
    """Both may be misread: «Табулгинспая» and «Тавулгинская» are Табулгинская."""
    raw = "МКОУ Табулгинспая гимназия"
    value = school.normalize(raw, among(raw, {"МКОУ Тавулгинская гимназия": 1, "МКОУ Сурская ООШ": 6}))
    assert value.text == raw
    assert value.status == "suggested"


def test_a_name_with_or_without_yo_is_no_other_name() -> None:
    raw = "МКОУ Хребтовская СОШ"
    value = school.normalize(raw, among(raw, {"МКОУ Хрёбтовская СОШ": 9, "МКОУ Сурская ООШ": 6}))
    assert value.text == raw
    assert not value.problems


def test_two_words_are_no_name_that_was_joined_by_damage() -> None:
    raw = "МАОУ Вышнее Ольшанская СОШ"
    value = school.normalize(raw, among(raw, {"МАОУ ВышнееОльшанская СОШ": 1, raw: 3}))
    assert value.text == raw


@pytest.mark.parametrize("layout", ["rows", "list", "plain"])
def test_other_damage_than_ours_breaks_nothing(layout: str) -> None:
    score = schools_official.measure(schools_official.builtin(), 1200, 11, 0.15, layout)
    assert score.counts["broken"] == score.counts["wrong"] == 0
    lexicon = score.ways["lexicon"]
    assert lexicon["first"] == lexicon["n"]
    assert lexicon["fixed"] >= 0.95 * lexicon["n"]


@pytest.mark.parametrize(
    ("name", "usual"),
    [
        ("Беоезовская", "Березовская"),
        ("Иваиовская", "Ивановская"),
        ("Селекциоиная", "Селекционная"),
        ("Железнодорохная", "Железнодорожная"),
    ],
)
def test_a_name_spelled_as_hardly_any_is_is_asked_about(name: str, usual: str) -> None:
    value = school.normalize(f"МБОУ {name} СОШ", Context())
    assert value.text == f"МБОУ {name} СОШ"
    assert [p.code for p in value.problems] == ["ocr-suspect"]
    assert value.candidates[0].value == f"МБОУ {usual} СОШ"


@pytest.mark.parametrize("name", ["Ояшинская", "Бедовская", "Черноозёрная", "Подлесная", "Хуторная"])
def test_a_rare_name_is_not_asked_about(name: str) -> None:
    assert not school.normalize(f"МБОУ {name} СОШ", Context()).problems


def test_a_rare_name_that_stands_twice_is_not_asked_about() -> None:
    raw = "МБОУ Каяушенская СОШ"
    assert school.normalize(raw, Context()).problems
    assert not school.normalize(raw, Context(seen={"school": Counter({raw: 1, f"{raw} № 2": 1})})).problems


@pytest.mark.parametrize(
    ("first", "second"),
    [("г. Орска", "г. Омска"), ("с. Орловка", "д. Орловка"), ("д. Каменка", "д. Каменки")],
)
def test_a_place_that_stands_again_and_again_is_no_misreading(first: str, second: str) -> None:
    names = [f"МБОУ СОШ № {i} {first}" for i in range(1, 60)]
    names += [f"МБОУ СОШ № {i} {second}" for i in range(60, 64)]
    context = Context(seen={"school": Counter(names)})
    assert not [name for name in names if school.normalize(name, context).problems]


def test_a_place_misread_once_is_asked_about() -> None:
    names = [f"МБОУ СОШ № {i} с. Рыбное" for i in range(1, 60)]
    raw = "МБОУ СОШ № 61 с. Рыбкое"
    value = school.normalize(raw, Context(seen={"school": Counter([*names, raw])}))
    assert value.candidates[0].value == "МБОУ СОШ № 61 с. Рыбное"


@pytest.mark.parametrize(
    ("raw", "locality"),
    [
        ("МБОУ СОШ № 3 г. Маркса", "Маркс"),
        ("МБОУ СОШ № 7 города Кирова", "Киров"),
        ("МБОУ СОШ № 1 г. Орла", "Орёл"),
        ("МОУ СОШ в с. Угре", "Угра"),
        ("МБОУ ООШ в д. Ивановке", "Ивановка"),
        ("МБОУ ООШ в с. Васильеве", "Васильево"),
        ("МБОУ ООШ д. Ивановки", "Ивановки"),
    ],
)
def test_a_locality_is_given_in_the_nominative_where_its_form_tells_it(raw: str, locality: str) -> None:
    value = school.normalize(raw, Context())
    assert value.parts["locality"] == locality
    assert school.normalize(value.text or "", Context()).text == value.text
