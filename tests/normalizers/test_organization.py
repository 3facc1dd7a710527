"""Organizations: one form for all that an order shows to be one."""

from collections import Counter

import pytest
from hypothesis import given

from pipeline.messages import say
from pipeline.normalizers import organization
from pipeline.normalizers.context import Context
from tests.normalizers.texts import ODD_TEXTS, digits

PLAIN = Context()
BODY = "Департамент Смоленской области по образованию и науке"
FORM = "государственное автономное учреждение дополнительного профессионального образования"
MINISTRY = "Министерство образования, науки и молодежной политики"
GROUP = "муниципальные органы управления образованием"
INSTITUTE = "Смоленский областной институт развития образования"


def order(counts: dict[str, int], definition: str | None = None) -> Context:
    seen = {"organization": Counter(counts)}
    if definition:
        seen["definition"] = Counter([definition])
    return Context(seen=seen)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ('ГАУ ДПО "СОИРО"', "ГАУ ДПО «СОИРО»"),
        ("ГАУ ДПО СОИРО", "ГАУ ДПО «СОИРО»"),
        ("ГАУДПО ЛО «ИРО»", "ГАУДПО ЛО «ИРО»"),  # the initials of the region are no misread «ДО»
        ("ГБУ НО «ЦМКО»", "ГБУ НО «ЦМКО»"),
        (
            "МИНИСТЕРСТВО ОБРАЗОВАНИЯ РЕСПУБЛИКИ САХА (ЯКУТИЯ)",
            "Министерство образования Республики Саха (Якутия)",
        ),
        ("ГАУ ДПО «СОИРО", "ГАУ ДПО «СОИРО»"),
        ("ректор ГАУ ДПО «СОИРО»", "ГАУ ДПО «СОИРО»"),
        (BODY.replace("Департамент", "Департамента"), BODY),
        ("ДЕПАРТАМЕНТ СМОЛЕНСКОЙ ОБЛАСТИ\nПО ОБРАЗОВАНИЮ И НАУКЕ", BODY),
        ("АДМИНИСТРАЦИЯ ВЯЗЕМСКОГО РАЙОНА", "Администрация Вяземского района"),
        ("МИНИСТЕРСТВО ОБРАЗОВАНИЯ РЕСПУБЛИКИ КАРЕЛИЯ", "Министерство образования Республики Карелия"),
        ("Министерством образования Рязанской области", "Министерство образования Рязанской области"),
        ("Смоленского областного института развития образования", INSTITUTE),
        (f"{FORM} «{INSTITUTE}»", f"ГАУ ДПО «{INSTITUTE}»"),
        (MINISTRY, MINISTRY),
        ("руководители ОО", "руководители ОО"),
        ("образовательные организации", "образовательные организации"),
        ("Управления образования", "Управления образования"),
        (f"{GROUP} (по согласованию)", GROUP),
    ],
)
def test_a_name_has_one_form(raw: str, text: str) -> None:
    assert organization.normalize(raw, PLAIN).text == text


def test_an_institution_gives_its_parts() -> None:
    parts = organization.normalize("ректор ГАУ ДПО «СОИРО» (по согласованию)", PLAIN).parts
    assert dict(parts) == {
        "legal_form": "ГАУ ДПО",
        "name": "СОИРО",
        "acronym": "СОИРО",
        "kind": "institution",
        "position": "ректор",
        "note": "по согласованию",
    }


def test_damage_is_fixed_by_what_the_rest_of_the_order_says() -> None:
    value = organization.normalize("ГАУ ДПО «СОПРО»", order({"ГАУ ДПО «СОИРО»": 21, "ГАУ ДПО «СОПРО»": 1}))
    assert (value.text, value.status) == ("ГАУ ДПО «СОИРО»", "fixed")
    change = value.changes[-1]
    assert (change.kind, change.confidence >= 0.99) == ("ocr", True)
    assert any("21" in say(n, "ru") and "22" in say(n, "ru") for n in change.evidence)


def test_without_a_majority_nothing_is_fixed() -> None:
    value = organization.normalize("ГАУ ДПО «СОПРО»", order({"ГАУ ДПО «СОИРО»": 2, "ГАУ ДПО «СОПРО»": 1}))
    assert value.text == "ГАУ ДПО «СОПРО»"


def test_another_known_institute_is_never_made_this_one() -> None:
    """КОИРО (Kostroma) and СОИРО differ in one letter."""
    value = organization.normalize("ГАУ ДПО «КОИРО»", order({"ГАУ ДПО «СОИРО»": 40, "ГАУ ДПО «КОИРО»": 1}))
    assert value.text == "ГАУ ДПО «КОИРО»"


def test_a_name_of_dictionary_words_is_never_respelled() -> None:
    counts = {
        "Комитет по образованию": 30,
        "Комитет по образованно": 1,
        "Отдел культуры": 30,
        "Отдел культурны": 1,
    }
    assert organization.normalize("Отдел культурны", order(counts)).text == "Отдел культурны"


@pytest.mark.parametrize("raw", ["ООО «Просвещение»", "АО «Издательство»", "ДЮСШ «Олимп»", "ИРО «Центр»"])
def test_a_form_that_the_lexicon_lacks_is_not_bent_to_one_that_it_has(raw: str) -> None:
    assert organization.normalize(raw, PLAIN).text == raw


def test_a_legal_form_with_one_usual_confusion_is_fixed() -> None:
    value = organization.normalize("МБСУ «Лицей»", PLAIN)
    assert (value.text, value.parts["legal_form"], value.status) == ("МБОУ «Лицей»", "МБОУ", "fixed")


def test_a_number_is_never_made_another() -> None:
    counts = {"МБУ «Центр № 5»": 30, "МБУ «Центр № 6»": 1}
    value = organization.normalize("МБУ «Центр № 6»", order(counts))
    assert (value.text, value.candidates) == ("МБУ «Центр № 6»", ())


def test_a_bare_acronym_is_the_one_organization_that_has_it() -> None:
    assert organization.normalize("СОИРО", order({"ГАУ ДПО «СОИРО»": 3})).text == "ГАУ ДПО «СОИРО»"
    two = order({"ГАУ ДПО «СОИРО»": 3, "ГБУ ДПО «СОИРО»": 3})
    assert organization.normalize("СОИРО", two).text == "СОИРО"
    assert organization.normalize("СОИРО", PLAIN).text == "СОИРО"


def test_a_full_name_is_the_acronym_that_its_words_make() -> None:
    value = organization.normalize(f"ГАУ ДПО «{INSTITUTE}»", order({"ГАУ ДПО «СОИРО»": 3}))
    assert value.text == "ГАУ ДПО «СОИРО»"
    assert value.changes[-1].kind == "inferred"


def test_a_full_name_is_the_short_one_that_the_order_defines() -> None:
    sentence = "ГАУ ДПО «Институт развития» (далее – ИРОСТ)"
    context = order({"ГАУ ДПО «ИРОСТ»": 3}, organization.definitions(f"Поручить {sentence} работу.")[0])
    assert organization.normalize("ГАУ ДПО «Институт развития»", context).text != "ГАУ ДПО «ИРОСТ»"
    context = order({"ГАУ ДПО «ИРОСТ»": 3}, organization.definitions(sentence)[0])
    assert organization.normalize("ГАУ ДПО «Институт развития»", context).text == "ГАУ ДПО «ИРОСТ»"


@pytest.mark.parametrize("raw", ["ГАУ ДП0 «СОИРО»", "ГАУ ДИО «СОИРО»", "ГАУ ДПО «СОИР0»"])
def test_a_misread_legal_form_or_acronym_is_repaired(raw: str) -> None:
    value = organization.normalize(raw, order({"ГАУ ДПО «СОИРО»": 9}))
    assert value.text == "ГАУ ДПО «СОИРО»"
    assert any(c.kind == "ocr" for c in value.changes)


def test_a_digit_inside_an_acronym_is_no_name_and_one_clean_mention_repairs_it() -> None:
    value = organization.normalize("ГБОУ ДПО «П0ИПКРО»", order({"ГБОУ ДПО «ПОИПКРО»": 1}))
    assert value.text == "ГБОУ ДПО «ПОИПКРО»"
    assert organization.normalize("ГБУ «ШКОЛА3»", order({"ГБУ «ШКОЛА»": 1})).text == "ГБУ «ШКОЛА3»"


def test_a_number_in_a_name_is_never_another_number() -> None:
    value = organization.normalize("ГБУ «Центр № 5»", order({"ГБУ «Центр № 6»": 20}))
    assert value.text == "ГБУ «Центр № 5»"
    assert not value.problems


def test_an_acronym_takes_the_form_that_nearly_all_of_the_order_has() -> None:
    counts = {"ГАУ ДПО «СОИРО»": 10, "ГЛУ ДПО «СОИРО»": 1}
    assert organization.normalize("СОИРО", order(counts)).text == "ГАУ ДПО «СОИРО»"


@given(ODD_TEXTS)
def test_an_organization_is_idempotent_and_keeps_its_digits(raw: str) -> None:
    value = organization.normalize(raw, PLAIN)
    assert value.raw == raw
    if value.text is not None:
        assert organization.normalize(value.text, PLAIN).text == value.text
        assert all(c in digits(raw) for c in digits(value.text))


@pytest.mark.parametrize(
    ("raw", "suggestion"),
    [
        ("Регионапьный центр оценки качества", "Региональный центр оценки качества"),
        ("Министерство образовапия Тверской области", "Министерство образования Тверской области"),
        ("ГБУ «ГIК»", None),
    ],
)
def test_a_word_that_can_be_none_is_asked_about(raw: str, suggestion: str | None) -> None:
    value = organization.normalize(raw, Context())
    assert value.text == raw
    assert [p.code for p in value.problems] == ["ocr-suspect"]
    assert (value.candidates[0].value if value.candidates else None) == suggestion


@pytest.mark.parametrize(
    "raw",
    [
        "Управление образования администрации Кесовогорского района",
        "ГАУ ДПО «ВИРО»",
        "ЦНППМПР",
        "Управление Роспотребнадзора",
        "Минобрнауки Челябинской области",
    ],
)
def test_names_that_no_dictionary_has_are_left_alone(raw: str) -> None:
    assert not organization.normalize(raw, Context()).problems
