"""People: one notation, and the surnames of one order held against each other."""

from collections import Counter

import pytest
from hypothesis import given

from pipeline.messages import say
from pipeline.normalizers import person
from pipeline.normalizers.context import Context
from tests.normalizers.texts import ODD_TEXTS

PLAIN = Context()


def order(**counts: int) -> Context:
    return Context(seen={"person": Counter({k.replace("_", " "): n for k, n in counts.items()})})


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Кольцова О.С.", "Кольцова О.С."),
        ("О.С. Кольцова", "Кольцова О.С."),
        ("О. С. КОЛЬЦОВА", "Кольцова О.С."),
        ("Кольцовой О. С.", "Кольцова О.С."),
        ("Талкиной Е.П.", "Талкина Е.П."),
        ("Поповым Р.А.", "Попов Р.А."),
        ("Кольцова О.С", "Кольцова О.С."),
        ("Кольцова Ольга Сергеевна", "Кольцова О.С."),
        ("Ольга Сергеевна Кольцова", "Кольцова О.С."),
        ("Римский-Корсаков Н.А.", "Римский-Корсаков Н.А."),
        ("Толстой Л.Н.", "Толстой Л.Н."),
        ("Ким А.", "Ким А."),
        ("ректор Кольцова О.С.", "Кольцова О.С."),
        ("Кoльцoва 0.C.", "Кольцова О.С."),
    ],
)
def test_a_name_is_surname_and_initials_in_the_nominative(raw: str, text: str) -> None:
    assert person.normalize(raw, PLAIN).text == text


def test_a_full_name_gives_its_parts() -> None:
    assert dict(person.normalize("Кольцова Ольга Сергеевна", PLAIN).parts) == {
        "surname": "Кольцова",
        "initials": "О.С.",
        "given": "Ольга",
        "patronymic": "Сергеевна",
        "gender": "female",
        "position": None,
    }


def test_a_form_that_may_be_another_person_keeps_its_case() -> None:
    """«Попова Р.А.» is a woman in the nominative or a man in the genitive."""
    assert person.normalize("Попова Р.А.", PLAIN).text == "Попова Р.А."
    assert person.normalize("Попова Р.А.", order(**{"Попов_Р.А.": 9})).text == "Попова Р.А."


def test_the_order_tells_whose_dative_it_is() -> None:
    assert person.normalize("Попову Р.А.", order(**{"Попов_Р.А.": 3})).text == "Попов Р.А."
    assert person.normalize("Попову Р.А.", PLAIN).text == "Попову Р.А."


def test_a_form_that_is_no_surname_is_suggested_as_the_one_that_is() -> None:
    """One mention each: «Полов» is a form of other words, «Попов» a surname."""
    context = order(**{"Попов_Р.А.": 1, "Полов_Р.А.": 1})
    value = person.normalize("Полов Р.А.", context)
    assert (value.text, value.status) == ("Полов Р.А.", "suggested")
    assert value.candidates[0].value == "Попов Р.А."
    assert [p.code for p in value.problems] == ["name-variant"]
    assert "«Полов»" in " ".join(say(n, "ru") for n in value.problems[0].evidence)
    assert person.normalize("Попов Р.А.", context).problems == ()


def test_a_form_that_is_no_surname_is_fixed_where_the_order_has_a_majority() -> None:
    value = person.normalize("Кольпова О.С.", order(**{"Кольцова_О.С.": 24, "Кольпова_О.С.": 1}))
    assert (value.text, value.status, value.parts["surname"]) == ("Кольцова О.С.", "fixed", "Кольцова")
    change = value.changes[-1]
    assert (change.rule, change.kind) == ("person-ocr", "ocr")
    assert change.confidence >= 0.99


def test_a_real_surname_is_never_made_another() -> None:
    value = person.normalize("Галкина Е.П.", order(**{"Палкина_Е.П.": 30, "Галкина_Е.П.": 1}))
    assert value.text == "Галкина Е.П."
    assert value.status != "fixed"


def test_initials_that_are_easily_misread_are_only_suggested() -> None:
    value = person.normalize("Киселёва О.Б.", order(**{"Киселёва_О.В.": 20, "Киселёва_О.Б.": 1}))
    assert (value.text, value.status) == ("Киселёва О.Б.", "suggested")
    assert value.candidates[0].value == "Киселёва О.В."


def test_other_initials_are_another_person() -> None:
    value = person.normalize("Полов Р.А.", order(**{"Попов_В.А.": 30}))
    assert value.text == "Полов Р.А."
    assert not [c for c in value.candidates if "В.А." in c.value]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Иванов И.И. Петров П.П.", ["Иванов И.И.", "Петров П.П."]),
        ("И.И. Иванов П.П. Петров", ["И.И. Иванов", "П.П. Петров"]),
        ("Центр О.С. Кольцова", ["О.С. Кольцова"]),
        ("Иванов И.И. Департамент образования", ["Иванов И.И."]),
        ("МБОУ СОШ им. Ю.А. Гагарина (Иванов И.И.)", ["Иванов И.И."]),
        ("МБОУ «Школа имени А.Б. Михайлова»", []),
        ("имени Героя Советского Союза А.Б. Михайлова", []),
        (
            "Кольцова Ольга Сергеевна, Попов Роман Андреевич",
            ["Кольцова Ольга Сергеевна", "Попов Роман Андреевич"],
        ),
        ("ГАУ ДПО «СОИРО»", []),
    ],
)
def test_people_are_found_in_running_text(words: str, names: list[str]) -> None:
    assert [words[n.start : n.end] for n in person.find_persons(words)] == names


@given(ODD_TEXTS)
def test_a_person_is_idempotent_and_never_raises(raw: str) -> None:
    value = person.normalize(raw, PLAIN)
    assert value.raw == raw
    if value.text is not None:
        assert person.normalize(value.text, PLAIN).text == value.text


@given(ODD_TEXTS)
def test_found_names_do_not_overlap(raw: str) -> None:
    ends = [0]
    for name in person.find_persons(raw):
        assert ends[-1] <= name.start < name.end <= len(raw)
        ends.append(name.end)


def test_one_surname_with_initials_one_confusion_apart_is_suggested_never_fixed() -> None:
    context = Context(seen={"person": Counter({"Ефимова Н.Г.": 2, "Ефимова И.Г.": 1, "Ефимова А.Г.": 1})})
    value = person.normalize("Ефимова И.Г.", context)
    assert (value.text, [p.suggestion for p in value.problems]) == ("Ефимова И.Г.", ["Ефимова Н.Г."])
    assert not person.normalize("Ефимова А.Г.", context).problems


@pytest.mark.parametrize("raw", ["иванов М.А.", "М.А. иванов"])
def test_a_surname_whose_capital_was_read_small_is_a_name(raw: str) -> None:
    assert person.normalize(raw, PLAIN).text == "Иванов М.А."


@pytest.mark.parametrize("raw", ["учитель М.А.", "школа им. М.А."])
def test_a_common_word_before_initials_is_no_surname(raw: str) -> None:
    assert person.normalize(raw, PLAIN).parts["surname"] is None


def test_a_surname_that_no_dictionary_has_is_held_against_the_more_frequent_one() -> None:
    context = Context(seen={"person": Counter({"Зимина А.А.": 2, "Знмина А.А.": 1})})
    value = person.normalize("Знмина А.А.", context)
    assert (value.text, [p.suggestion for p in value.problems]) == ("Знмина А.А.", ["Зимина А.А."])
    assert not person.normalize("Зимина А.А.", context).problems


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Мамедов Али Гасан оглы", "Мамедов А.Г."),
        ("Ахмедова Лейла Рашид кызы", "Ахмедова Л.Р."),
        ("Эльмурзаева З.Ш.-А.", "Эльмурзаева З.Ш.-А."),
        ("Магомедов М.М-С.", "Магомедов М.М-С."),
        ("Сидоров. В.В.", "Сидоров В.В."),
        ("Сидоров в.в.", "Сидоров В.В."),
    ],
)
def test_initials_of_other_peoples_and_of_small_letters(raw: str, name: str) -> None:
    assert person.normalize(raw, Context()).text == name


@pytest.mark.parametrize("raw", ["Иванов 1.И.", "Иванов И.1."])
def test_a_digit_among_initials_is_kept_and_told(raw: str) -> None:
    value = person.normalize(raw, Context())
    assert (value.text, [p.code for p in value.problems]) == (raw, ["ocr-suspect"])


@pytest.mark.parametrize(
    ("raw", "common"), [("Полов В.В.", "Попов В.В."), ("Кузнецоза Е.М.", "Кузнецова Е.М.")]
)
def test_a_form_that_is_no_surname_beside_a_common_one_is_asked_about(raw: str, common: str) -> None:
    value = person.normalize(raw, Context())
    assert value.text == raw
    assert value.candidates[0].value == common


@pytest.mark.parametrize(
    "raw", ["Тухватуллин Р.Ф.", "Талкина Е.П.", "Ким А.А.", "Живаго Ю.А.", "Черных П.П.", "Гамзатов Р.Г."]
)
def test_rare_surnames_are_left_alone(raw: str) -> None:
    value = person.normalize(raw, Context())
    assert (value.text, value.problems) == (raw, ())


def test_a_word_in_capitals_is_no_person_with_initials() -> None:
    assert person.normalize("СПб АППО", PLAIN).text == "СПб АППО"
    assert person.normalize("ИИ Иванов", PLAIN).text == "Иванов И.И."
