"""Executors: one cell becomes pairs, and no letter of it is lost."""

from collections import Counter

import pytest
from hypothesis import given

from pipeline.normalizers import executors
from pipeline.normalizers.context import Context
from tests.normalizers.texts import ODD_TEXTS

PLAIN = Context()
BODY = "Департамент Смоленской области по образованию и науке"
SOIRO = "ГАУ ДПО «СОИРО»"
CHAIR = f"Кафедра управления {SOIRO}"


def pairs(raw: str) -> list[tuple[str | None, str | None]]:
    return [
        (e.organization.text if e.organization else None, e.person.text if e.person else None)
        for e in executors.split(raw, PLAIN)
    ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (f"{BODY} (Попов Р.А.) {SOIRO} (Кольцова О.С.)", [(BODY, "Попов Р.А."), (SOIRO, "Кольцова О.С.")]),
        (f"{BODY} (Попов Р.А.)\n{SOIRO}\n(Кольцова О.С.)", [(BODY, "Попов Р.А."), (SOIRO, "Кольцова О.С.")]),
        (f"{SOIRO} (Иванов И.И., Петров П.П.)", [(SOIRO, "Иванов И.И."), (SOIRO, "Петров П.П.")]),
        (f"{SOIRO} – Кольцова О.С.", [(SOIRO, "Кольцова О.С.")]),
        ("ГАУ ДПО РС(Я) «ИРОиПК» (Попов Р.А.)", [("ГАУ ДПО РС(Я) «ИРОиПК»", "Попов Р.А.")]),
        (
            f"ГБУ ДПО Республики Саха (Якутия) «ИРО», {SOIRO}",
            [("ГБУ ДПО Республики Саха (Якутия) «ИРО»", None), (SOIRO, None)],
        ),
        (f"Кольцова О.С., ректор {SOIRO}", [(SOIRO, "Кольцова О.С.")]),
        (
            f"Кольцова О.С. ({SOIRO}), Попов Р.А. (Департамент)",
            [(SOIRO, "Кольцова О.С."), ("Департамент", "Попов Р.А.")],
        ),
        (
            f"Кольцова О.С., {SOIRO}; Попов Р.А., Департамент",
            [(SOIRO, "Кольцова О.С."), ("Департамент", "Попов Р.А.")],
        ),
        (
            f"Министерство образования, {SOIRO}: Иванов И.И.; Петров П.П.",
            [("Министерство образования", None), (SOIRO, "Иванов И.И."), (SOIRO, "Петров П.П.")],
        ),
        ("Кольцова О.С., Попов Р.А.", [(None, "Кольцова О.С."), (None, "Попов Р.А.")]),
        (f"{BODY} {SOIRO}", [(BODY, None), (SOIRO, None)]),
        (f"{BODY} совместно с {SOIRO}", [(BODY, None), (SOIRO, None)]),
        (f"{BODY} и {SOIRO}", [(BODY, None), (SOIRO, None)]),
        (
            "Комитет по образованию, отдел культуры",
            [("Комитет по образованию", None), ("отдел культуры", None)],
        ),
        (
            "Министерство образования, науки и молодежной политики (Иванов И.И.)",
            [("Министерство образования, науки и молодежной политики", "Иванов И.И.")],
        ),
        ("руководители ОО", [("руководители ОО", None)]),
        (
            f"{SOIRO}, муниципальные органы управления образованием (по согласованию), руководители ОО",
            [
                (SOIRO, None),
                ("муниципальные органы управления образованием", None),
                ("руководители ОО", None),
            ],
        ),
        ("МБОУ СОШ им. Ю.А. Гагарина (Иванов И.И.)", [("МБОУ СОШ им. Ю.А. Гагарина", "Иванов И.И.")]),
        ("начальник отдела общего образования Иванов И.И.", [("отдел общего образования", "Иванов И.И.")]),
        ("ректор Кольцова О.С., проректор Петров П.П.", [(None, "Кольцова О.С."), (None, "Петров П.П.")]),
        ("руководители ОО, ОУ", [("руководители ОО", None), ("ОУ", None)]),
        ("директора школ", [("директора школ", None)]),
        ("ректор", [(None, None)]),
        ("", []),
        (" — ", []),
    ],
)
def test_a_cell_is_split_into_pairs(raw: str, expected: list[tuple[str | None, str | None]]) -> None:
    assert pairs(raw) == expected


def test_the_pieces_are_those_of_the_source() -> None:
    raw = f'{BODY} (Полов Р.А.) ГАУ ДПО "СОПРО" (Кольцова О.С.)'
    first, second = executors.split(raw, PLAIN)
    assert first.raw == f"{BODY} (Полов Р.А.)"
    assert second.raw == 'ГАУ ДПО "СОПРО" (Кольцова О.С.)'
    assert second.organization is not None
    assert second.organization.raw == 'ГАУ ДПО "СОПРО"'


def test_latin_letters_do_not_hide_an_organization() -> None:
    assert pairs("ГAУ ДПO «COИРO» (Koльцoвa O.C.)") == [(SOIRO, "Кольцова О.С.")]


@given(ODD_TEXTS)
def test_no_letter_of_a_cell_is_lost(raw: str) -> None:
    covered = [False] * len(raw)
    at = 0
    for piece in (e.raw for e in executors.split(raw, PLAIN)):
        start = raw.find(piece, at)
        if start >= 0:  # else it is the piece of the pair before: several people of one organization
            at = start + len(piece)
            covered[start:at] = [True] * len(piece)
    assert not [c for c, kept in zip(raw, covered, strict=True) if c.isalpha() and not kept]


def test_organizations_that_follow_a_closing_quote_or_name_a_group() -> None:
    names = [
        e.organization.text
        for e in executors.split("ГБУ «РЦОИ» ГАУ ДПО РБ «БРИОП», школы-наставники", Context())
        if e.organization
    ]
    assert names == ["ГБУ «РЦОИ»", "ГАУ ДПО РБ «БРИОП»", "школы-наставники"]


@pytest.mark.parametrize("initials", ["ИН", "И,Н.", "И Н.", "ИН."])
def test_initials_without_their_dots_are_read_beside_a_surname_of_the_order(initials: str) -> None:
    cell = f"{SOIRO} (Пихенько {initials})"
    context = Context(seen={"person": Counter({"Пихенько И.Н.": 4})})
    found = executors.split(cell, context)
    assert [(e.organization.text, e.person.text) for e in found if e.organization and e.person] == [
        (SOIRO, "Пихенько И.Н.")
    ]


@pytest.mark.parametrize("cell", ["Минобр РФ", "Смоленская АЭС", "МКУ УО", "Сидоров РФ"])
def test_two_capitals_are_no_initials_where_no_surname_stands_beside_them(cell: str) -> None:
    assert all(person is None for _, person in pairs(cell))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (f"{SOIRO}, И.о. ректора Петрова А.А.", [(SOIRO, "Петрова А.А.")]),
        (f"{CHAIR} (доцент Иванова И.И.)", [(CHAIR, "Иванова И.И.")]),
        (f"Кольцова О.С., проректор по НМР {SOIRO}", [(SOIRO, "Кольцова О.С.")]),
        (f"{SOIRO} муниципальные координаторы", [(SOIRO, None), ("муниципальные координаторы", None)]),
        (
            f"{SOIRO}, РЦОКОиИТ, администрации школ",
            [(SOIRO, None), ("РЦОКОиИТ", None), ("администрации школ", None)],
        ),
        ("Начальник управления Иванов И.И.", [("управление", "Иванов И.И.")]),
    ],
)  # fmt: skip
def test_positions_are_no_part_of_an_organization_and_groups_need_no_comma(
    raw: str, expected: list[tuple[str | None, str | None]]
) -> None:
    assert pairs(raw) == expected


def test_a_legal_form_behind_a_contracted_ministry_opens_another_executor() -> None:
    short = "Минобразования Свердловской области"
    assert pairs(f"{short} {SOIRO} (Котова О.Н.)") == [(short, None), (SOIRO, "Котова О.Н.")]
    assert pairs(short) == [(short, None)]
