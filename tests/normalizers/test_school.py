"""School names: every spelling gives one value, damage is repaired where that is certain, nothing right is
changed.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Change
from pipeline.normalizers import school
from pipeline.normalizers.context import Context

ALONE = Context()


def text(raw: str, context: Context = ALONE) -> str | None:
    return school.normalize(raw, context).text


def order(mentions: dict[str, int]) -> Context:
    return Context(seen={"school": Counter(mentions)})


@pytest.mark.parametrize(
    "raw",
    [
        "МБОУ Юшковская ООШ",
        "муниципальное бюджетное общеобразовательное учреждение «Юшковская основная общеобразовательная школа»",  # noqa: E501 - one spelling as it stands
        "Муниципальное бюджетное общеобразовательное учреждение Юшковская основная общеобразовательная школа",
        "Юшковская ООШ МБОУ",
        "мбоу юшковская оош",
        "МБОУ ЮШКОВСКАЯ ООШ",
        "МБОУ «Юшковская ООШ»",
        'МБОУ "Юшковская ООШ',
        "в МБОУ Юшковской ООШ",
        "муниципального бюджетного общеобразовательного учреждения Юшковской основной общеобразовательной школы",  # noqa: E501 - one spelling as it stands
        "МБОУ Юшков-\nская ООШ",
        "МБОУ Юшков-ская ООШ",
        "МБОУ Юшков ская ООШ",
        "МБОУЮшковская ООШ",
        "МБОУ ЮшковскаяООШ",
        "МБ ОУ Юшковская ООШ",
        "МБОУ Юшковская О ОШ",
        "МБОУ Юшковская ОПШ",
        "МБОУ Юшковская 0ОШ",
        "MБOУ Юшкoвcкая OOШ",
        "муниципальное бюджетное общеобразоватепьное учреждение Юшковская основная общеобразовательная школа",
    ],
)
def test_every_spelling_of_a_school_is_one_school(raw: str) -> None:
    value = school.normalize(raw, ALONE)
    assert value.text == "МБОУ Юшковская ООШ"
    assert value.raw == raw
    assert value.parts["level"] == "basic"
    assert value.parts["proper_name"] == "Юшковская"


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ('МБОУ "СОШ №8" г.Вязьма', "МБОУ СОШ № 8 г. Вязьмы"),
        ("МБОУ СОШ № 8 г. Вязьмы", "МБОУ СОШ № 8 г. Вязьмы"),
        ("МБОУ СОШ N 8", "МБОУ СОШ № 8"),
        ("МБОУ СОШ Ne 8", "МБОУ СОШ № 8"),
        ("МБОУ СОШ № 8-9", "МБОУ СОШ № 8-9"),
        ("МБОУ СОШ № З", "МБОУ СОШ № 3"),
        ("МБОУ Ельнинская СШ №2", "МБОУ Ельнинская СШ № 2"),
        ("МБОУ Глубокинская школа", "МБОУ Глубокинская школа"),
        ("МБОУ Царёво-Займищенская СОШ", "МБОУ Царёво-Займищенская СОШ"),
        (
            "МБОУ «СОШ №8 имени Героя Советского Союза А. Б. Михайлова» г.Вязьма",
            "МБОУ СОШ № 8 им. Героя Советского Союза А.Б. Михайлова г. Вязьмы",
        ),
        ("МБОУ СОШ с. Угра Угранского р-на", "МБОУ СОШ с. Угра Угранского района"),
        ('МБДОУ "Детский сад №5 "Ромашка""', "МБДОУ детский сад № 5 «Ромашка»"),
        ("МАОУ «Гимназия № 4»", "МАОУ гимназия № 4"),
        ("СОГБОУ «Вяземская школа-интернат»", "СОГБОУ Вяземская школа-интернат"),
        ("ОГБПОУ Вяземский железнодорожный техникум", "ОГБПОУ Вяземский железнодорожный техникум"),
        ("МАОУ центр образования № 5 «Гармония»", "МАОУ ЦО № 5 «Гармония»"),
        ("филиал МБОУ Шимановская СОШ в д. Ломы", "филиал МБОУ Шимановская СОШ в д. Ломы"),
        ("МБОУ Шимановская СОШ (филиал в д. Ломы)", "филиал МБОУ Шимановская СОШ в д. Ломы"),
        ("Ломовская НОШ - филиал МБОУ Шимановской СОШ", "Ломовская НОШ – филиал МБОУ Шимановская СОШ"),
        (
            "муниципального казенного общеобразовательного учреждения средней школы № 5 города Ельца",
            "МКОУ СШ № 5 г. Ельца",
        ),
    ],
)
def test_names_get_their_canonical_text(raw: str, canonical: str) -> None:
    assert text(raw) == canonical


@pytest.mark.parametrize("kind", ["ОШ", "СШ", "НОШ", "НШ", "ООШ", "СОШ", "школа", "гимназия"])
@pytest.mark.parametrize("legal", ["МБОУ", "МКОУ", "МАОУ", "МОУ", "МОБУ", "БОУ", "ОГБОУ"])
def test_valid_types_and_legal_forms_are_kept(kind: str, legal: str) -> None:
    value = school.normalize(f"{legal} Корсиковская {kind}", ALONE)
    assert (value.text, value.status, value.changes, value.problems) == (
        f"{legal} Корсиковская {kind}", "kept", (), (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "level"),
    [("МБОУ А-Бская НОШ", "primary"), ("ОШ № 1", "basic"), ("СШ № 1", "secondary"), ("Лесная школа", None)],
)
def test_the_level_follows_from_the_type(raw: str, level: str | None) -> None:
    assert school.normalize(raw, ALONE).parts["level"] == level


def test_a_misread_type_is_a_correction_with_its_reason() -> None:
    value = school.normalize("МБОУ Щуйская ОПШ", ALONE)
    (change,) = value.changes
    assert (change.rule, change.before, change.after, change.kind) == ("school-type-ocr", "ОПШ", "ООШ", "ocr")
    assert change.confidence >= 0.99
    assert change.evidence
    assert value.status == "fixed"


def test_an_abbreviation_that_nothing_explains_is_said_and_left() -> None:
    value = school.normalize("МБОУ Х ЖЫШ", ALONE)
    assert value.text == "МБОУ Х ЖЫШ"
    assert [p.code for p in value.problems] == ["unknown-abbreviation"]


def test_an_impossible_word_is_flagged_and_not_respelled() -> None:
    value = school.normalize("МБОУ Озернекая СШ", ALONE)
    assert value.text == "МБОУ Озернекая СШ"
    assert [p.code for p in value.problems] == ["ocr-suspect"]
    assert value.candidates[0].value == "МБОУ Озернская СШ"


@pytest.mark.parametrize(
    "name", ["Кардашевская", "Щуйская", "Вешковская", "Замыцкая", "Тесовская", "Далёкая"]
)
def test_a_word_that_can_be_a_name_is_not_suspected(name: str) -> None:
    assert school.normalize(f"МБОУ {name} ОШ", ALONE).problems == ()


def test_the_order_repairs_an_impossible_name() -> None:
    context = order({"МБОУ Озернская СШ": 10, "МБОУ Озернекая СШ": 1})
    value = school.normalize("МБОУ Озернекая СШ", context)
    assert (value.text, value.status) == ("МБОУ Озернская СШ", "fixed")
    assert value.changes[-1].rule == "school-name-consensus"


def test_a_name_that_may_be_another_is_at_most_suggested() -> None:
    context = order(
        {
            "МБОУ Климовская ОШ": 10,
            "МБОУ Клиновская ОШ": 1,
            "МБОУ Ивановская ОШ": 9,
            "МБОУ Иваньковская ОШ": 1,
        }
    )
    for raw in ("МБОУ Клиновская ОШ", "МБОУ Иваньковская ОШ"):
        assert text(raw, context) == raw


def test_another_number_or_level_never_votes() -> None:
    context = order(
        {
            "МБОУ Озернская СШ № 2": 10,
            "МБОУ Озернекая СШ № 3": 1,
            "МБОУ Каменская СШ": 9,
            "МБОУ Каменекая ООШ": 1,
        }
    )
    assert text("МБОУ Озернекая СШ № 3", context) == "МБОУ Озернекая СШ № 3"
    assert text("МБОУ Каменекая ООШ", context) == "МБОУ Каменекая ООШ"


def test_two_similar_numbers_are_two_schools() -> None:
    a, b, c = (school.normalize(f"МБОУ СОШ № {n} г. Вязьмы", ALONE) for n in ("5", "6", "5"))
    assert not school.compatible(a, b)
    assert school.compatible(a, c)
    assert school.key(a) == school.key(c) != school.key(b)


def test_level_and_locality_contradict_only_where_both_are_said() -> None:
    secondary, basic = (
        school.normalize("МБОУ Каменская СШ", ALONE),
        school.normalize("МБОУ Каменская ООШ", ALONE),
    )
    plain, placed = (
        school.normalize("Каменская школа", ALONE),
        school.normalize("Каменская СШ д. Каменка", ALONE),
    )
    assert not school.compatible(secondary, basic)
    assert school.compatible(secondary, plain)
    assert school.compatible(secondary, placed)
    assert not school.compatible(placed, school.normalize("Каменская СШ д. Лом", ALONE))


def test_another_proper_name_is_put_in_with_its_change() -> None:
    value = school.normalize("МБОУ Щуйская ОПШ", ALONE)
    change = Change("reference", "Щуйская", "Шуйская", "ocr", 0.995)
    renamed = school.with_proper_name(value, "Шуйская", change)
    assert renamed.text == "МБОУ Шуйская ООШ"
    assert renamed.parts["proper_name"] == "Шуйская"
    assert renamed.changes[-1] == change
    assert renamed.raw == "МБОУ Щуйская ОПШ"


@pytest.mark.parametrize("raw", ["", "  ", "—", "-"])
def test_an_empty_cell_has_no_school(raw: str) -> None:
    assert school.normalize(raw, ALONE).text is None


PIECES = st.sampled_from(
    [
        "МБОУ",
        "МКОУ",
        "СОШ",
        "ООШ",
        "ОПШ",
        "СШ",
        "школа",
        "школы",
        "гимназии",
        "лицей",
        "детский",
        "сад",
        "№",
        "8",
        "15",
        "8-9",
        "N",
        "З",
        "«",
        "»",
        '"',
        "(",
        ")",
        ",",
        "им.",
        "имени",
        "А.Б.",
        "Михайлова",
        "г.",
        "с.",
        "д.",
        "пгт",
        "Вязьма",
        "Вязьмы",
        "Угра",
        "Юшковская",
        "Печерской",
        "Царёво-Займищенская",
        "юшковская",
        "района",
        "Вяземского",
        "области",
        "Смоленской",
        "филиал",
        "в",
        "Ломы",
        "с",
        "углублённым",
        "изучением",
        "ЖЫШ",
        "Х",
        "3аборьевская",
        "Озернекая",
        "COШ",
        "средняя",
        "основная",
    ]
)
MIXED = st.lists(PIECES, max_size=9).map(" ".join) | st.text(max_size=30)


@given(MIXED)
def test_normalizing_again_changes_nothing(raw: str) -> None:
    first = school.normalize(raw, ALONE)
    assert first.raw == raw
    if first.text is not None:
        assert school.normalize(first.text, ALONE).text == first.text


@given(st.lists(PIECES.filter(lambda p: p not in ("3аборьевская", "З")), max_size=9).map(" ".join))
def test_no_digit_is_changed(raw: str) -> None:
    found = school.normalize(raw, ALONE).text or ""
    assert set(filter(str.isdigit, found)) <= set(filter(str.isdigit, raw))


def test_a_torn_name_is_joined_when_the_order_has_it() -> None:
    context = order({"МБОУ Царёво-Займищенская СОШ": 3, "МБОУ Надейковичская ОШ": 2})
    assert text("МБОУ Царёво Займищенская СОШ", context) == "МБОУ Царёво-Займищенская СОШ"
    assert text("МБОУ Надей ковичская ОШ", context) == "МБОУ Надейковичская ОШ"
    assert text("МБОУ Новая Каменская ОШ", context) == "МБОУ Новая Каменская ОШ"


def test_the_type_beside_the_same_name_decides_between_two_readings() -> None:
    context = order({"МБОУ Каменская НОШ": 4, "МБОУ Лесная ООШ": 5, "МБОУ Каменская ПОШ": 1})
    assert text("МБОУ Каменская ПОШ", context) == "МБОУ Каменская НОШ"
    assert school.normalize("МБОУ Заречная ПОШ", ALONE).status == "suggested"


def test_an_unreadable_number_is_said() -> None:
    value = school.normalize("МБОУ СОШ № |", ALONE)
    assert [p.code for p in value.problems] == ["ocr-suspect"]
    assert value.parts["number"] is None


def test_abbreviations_are_not_inflected_forms_of_each_other() -> None:
    assert school.normalize("МКОУ СОШИ № 2", ALONE).parts["school_type"] == "СОШИ"
    assert text("ГКОУ СКШИ № 1") == "ГКОУ СКШИ № 1"


@pytest.mark.parametrize(
    "behind", [", Шатило В.В.", " (директор Шатило В. В.)", ", директор – Шатило В.В., тел. 8(4722)2-22-22"]
)
def test_the_head_of_a_school_is_no_part_of_its_name(behind: str) -> None:
    found = school.normalize(f"МОУ «Дубовская СОШ»{behind}", Context())
    assert (found.text, found.raw) == ("МОУ Дубовская СОШ", f"МОУ «Дубовская СОШ»{behind}")


def test_initials_of_an_honour_stay() -> None:
    name = "МБОУ СОШ им. Иванова С.А."
    assert school.normalize(name, Context()).text == name
