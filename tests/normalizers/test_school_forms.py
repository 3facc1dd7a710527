"""School names as schools of all regions write them: parts, and nothing known called unknown."""

from __future__ import annotations

import pytest

from pipeline.normalizers import school
from pipeline.normalizers.context import Context

FORMS = [
    # raw, canonical text, parts
    ("МБОУ г. Мурманска СОШ № 5", "МБОУ СОШ № 5 г. Мурманска", {"locality": "Мурманск"}),
    ("МБОУ СОШ с УИОП № 66 г. Кирова", "МБОУ СОШ № 66 с УИОП г. Кирова", {"emphasis": "с УИОП"}),
    ("МОУ СОШ № 15 УИОП г.о. Электросталь", "МОУ СОШ № 15 с УИОП г.о. Электросталь", {"number": "15"}),
    ("МБОУ СОШ ст. Ищерская Наурский МР", None, {"locality": "Ищерская", "district": "Наурский район"}),
    ("МБОУ «СОШ с. Тевзани» Веденский МР", None, {"locality": "Тевзани", "district": "Веденский район"}),
    ("МБОУ СОШ с. п. Азамат-Юрт Гудермесский МР", None, {"locality_type": "с.п.", "locality": "Азамат-Юрт"}),
    ("МКОУ «СОШ № 1 им. Х.Т. Башорова с.п. Баксаненок»", None, {"honour": "Х.Т. Башорова"}),
    ("МБОУ СОШ № 10 МО Ейский район", "МБОУ СОШ № 10 Ейского района", {"district": "Ейский район"}),
    ("МБОУ МО г. Нягань «СОШ № 6»", "МБОУ СОШ № 6 г. Нягани", {"legal_form": "МБОУ"}),
    ("МАОУ СОШ № 4 ГО Богданович", "МАОУ СОШ № 4 г.о. Богданович", {"locality": "Богданович"}),
    ("МБОУ СОШ № 1 ЗАТО г. Североморск", None, {"locality_type": "ЗАТО г.", "locality": "Североморск"}),
    ("МАОУ «СОШ № 276» ЗАТО Александровск", None, {"locality_type": "ЗАТО", "proper_name": None}),
    ("МАОУ СОШ № 1 КГО", "МАОУ СОШ № 1 КГО", {"district": "КГО"}),
    ("МОУ ИРМО «Хомутовская СОШ № 1»", None, {"district": "ИРМО", "proper_name": "Хомутовская"}),
    ("МКОУ ШР «ООШ № 11»", "МКОУ ООШ № 11 ШР", {"district": "ШР", "level": "basic"}),
    ("МАОУ ДСОШ № 2 г. Дятьково", None, {"school_type": "СОШ", "initial": "Д", "proper_name": None}),
    ('МБОУ "ЕСШ № 9 им. Р.В.Федины"', "МБОУ ЕСШ № 9 им. Р.В. Федины", {"level": "secondary"}),
    ("МКОУ «ЗООШ» с.Графский Берег", None, {"locality": "Графский Берег"}),
    ("МОУ-СОШ № 3 г. Клин", "МОУ СОШ № 3 г. Клина", {"legal_form": "МОУ"}),
    ("МБОУ-лицей № 4", "МБОУ лицей № 4", {"kind": "lyceum"}),
    ("МБОУ - СОШ № 6 г. Клинцы", "МБОУ СОШ № 6 г. Клинцов", {"locality": "Клинцы"}),
    ("Лесоперевалочная СОШ-1", "Лесоперевалочная СОШ № 1", {"number": "1"}),
    ("МКОУ С(К)ОШИ VIII вида", "МКОУ СКШИ VIII вида", {"emphasis": "VIII вида"}),
    ("НОШ для обучающихся с ОВЗ № 1", None, {"locality": None}),
    ("МБОУ ОСОШ № 1", "МБОУ ОСОШ № 1", {"school_type": "ОСОШ"}),
    ("МБОУ «Школа-гимназия № 10»", "МБОУ школа-гимназия № 10", {"kind": "gymnasium"}),
    ("ГКОУ КК «Кадетский корпус им. М.И. Платова»", None, {"legal_form": "ГКОУ КК", "kind": "cadet_corps"}),
    ("АНО ОО «Школа 800»", "АНО ОО школа № 800", {"legal_form": "АНО ОО"}),
    ("СОГБОУИ «Лицей имени Кирилла и Мефодия»", None, {"legal_form": "СОГБОУИ", "kind": "lyceum"}),
    ("МКДОУ центр развития ребенка-детский сад № 5", "МКДОУ ЦРР – детский сад № 5", {"kind": "kindergarten"}),
    ("МКДОУ детский сад № 5 Золотой ключик г. Малмыжа", None, {"proper_name": "Золотой ключик"}),
    ("ГБОУ гимназия № 11 Василеостровского района Санкт-Петербурга", None, {"region": "Санкт-Петербург"}),
    ("МБОУ Новый Торъял СОШ", None, {"proper_name": "Новый Торъял"}),
    ("МБОУ СОШ станицы Змейской", "МБОУ СОШ ст-ца Змейская", {"locality": "Змейская"}),
    ("МБОУ СШ д. Ободной", "МБОУ СШ д. Ободной", {"locality": "Ободной"}),
    ("МОУ СОШ п. Обманка II", "МОУ СОШ п. Обманка II", {"locality": "Обманка II"}),
    ("мбоу сош п. средний колышлей", "МБОУ СОШ п. Средний Колышлей", {"locality": "Средний Колышлей"}),
    ("МБОУ СОШ № 3-А", "МБОУ СОШ № 3-А", {"number": "3-А"}),
    ("МБОУ «Скрябинская СОПШ»", "МБОУ Скрябинская СОПШ", {"proper_name": "Скрябинская"}),
    ("МБОУ «Жадрицкая С1Ш»", "МБОУ Жадрицкая СОШ", {"school_type": "СОШ"}),
    ("МБОУ Лычаковска я ООШ", "МБОУ Лычаковская ООШ", {"proper_name": "Лычаковская"}),
    ("МБОУ СОШ М 24 г. Кашина", "МБОУ СОШ № 24 г. Кашина", {"number": "24"}),
]


@pytest.mark.parametrize(("raw", "canonical", "parts"), FORMS, ids=[f[0] for f in FORMS])
def test_a_form_is_understood(raw: str, canonical: str | None, parts: dict[str, str | None]) -> None:
    value = school.normalize(raw, Context())
    assert {name: value.parts[name] for name in parts} == parts
    if canonical is not None:
        assert value.text == canonical
    unknown = [p for p in value.problems if p.code == "unknown-abbreviation"]
    assert bool(unknown) == ("СОПШ" in raw)


@pytest.mark.parametrize(("raw", "canonical", "parts"), FORMS, ids=[f[0] for f in FORMS])
def test_the_canonical_text_is_its_own(raw: str, canonical: str | None, parts: dict[str, str | None]) -> None:
    text = school.normalize(raw, Context()).text
    assert text is not None
    assert school.normalize(text, Context()).text == text


def test_a_letter_beside_the_digit_that_it_looks_like_is_no_second_digit() -> None:
    value = school.normalize("МБОУ СШ № б6", Context())
    assert value.text == "МБОУ СШ № б6"
    assert [p.code for p in value.problems] == ["ocr-suspect"]


def test_the_initial_of_a_name_tells_schools_apart() -> None:
    first, second, third = (
        school.normalize(raw, Context())
        for raw in ("МАОУ ДСОШ № 2", "МБОУ ТСОШ № 2", "МБОУ Дятьковская СОШ № 2")
    )
    assert not school.compatible(first, second)
    assert school.compatible(first, third)
    assert not school.compatible(second, third)


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        (
            "филиал муниципального бюджетного общеобразовательного учреждения «СОШ № 1 г. Вязьмы» –"
            " «Андрейковская ООШ»",
            "Андрейковская ООШ – филиал МБОУ СОШ № 1 г. Вязьмы",
        ),
        ("М.Б.О.У. СОШ № 5", "МБОУ СОШ № 5"),
        ("МБОУ-Клетнянская СОШ № 1", "МБОУ Клетнянская СОШ № 1"),
        ("МКОУ «Школа-детский сад № 1»", "МКОУ школа – детский сад № 1"),
        ("МКОУ «СОШ а. Псыж»", "МКОУ СОШ аул Псыж"),
        ("МБОУ Б.Мурашкинская СШ", "МБОУ Б. Мурашкинская СШ"),
        ("МБОУ Ст. Матакская СОШ", "МБОУ Ст. Матакская СОШ"),
        ("МБОУ СОШ № 3 НМР РТ", "МБОУ СОШ № 3 НМР РТ"),
        ("МОУ СШ № 3 Кировского района Волгограда", "МОУ СШ № 3 г. Волгограда Кировского района"),
        ("МБОУ «Лицей «Школа менеджеров»", "МБОУ лицей «Школа менеджеров»"),
        ("МАОУ «СПШ № 33»", "МАОУ СПШ № 33"),
        ("МБОУ «СО Ивановская школа»", "МБОУ Ивановская СОШ"),
        ("МБОУ «СО Школа № 16»", "МБОУ СОШ № 16"),
        ("МБОУ «Средняя общеобразовательная Стрелецкая школа»", "МБОУ Стрелецкая СОШ"),
        ("МБОУ ООШ п. Ключ жизни Елецкого района", "МБОУ ООШ п. Ключ жизни Елецкого района"),
        ("МКОУ МО «СОШ № 3»", "МКОУ СОШ № 3 МО"),
    ],
)  # fmt: skip
def test_odd_forms_have_one_canonical_text(raw: str, canonical: str) -> None:
    value = school.normalize(raw, Context())
    assert (value.text, value.problems) == (canonical, ())
