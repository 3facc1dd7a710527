"""Text: joined and cleaned, never respelled."""

import pytest
from hypothesis import given

from pipeline.normalizers import text
from pipeline.normalizers.context import Context
from tests.normalizers.texts import ODD_TEXTS, digits


@pytest.mark.parametrize(
    ("raw", "joined"),
    [
        ("орга-\nнизаций", "организаций"),
        ("орга-\r\n  низаций", "организаций"),
        ("орга\u00ad\nнизаций", "организаций"),
        ("ОБРАЗО-\nВАНИЯ", "ОБРАЗОВАНИЯ"),
        ("учебно-\nметодического", "учебно-методического"),
        ("психолого-\nпедагогической", "психолого-педагогической"),
        ("школ-\nлидеров", "школ-лидеров"),
        ("Вязьма-\nБрянская", "Вязьма-Брянская"),
        ("2021-\n2022", "2021-2022"),
        ("МБОУ Корсиковская\nОШ", "МБОУ Корсиковская ОШ"),
        ("слово -\nслово", "слово - слово"),
        ("Рябин-\nковская", "Рябинковская"),
        ("два\n\nабзаца\f", "два абзаца"),
    ],
)
def test_lines_are_joined_and_only_cut_words_lose_their_hyphen(raw: str, joined: str) -> None:
    assert text.join_lines(raw) == joined


def test_joining_lines_touches_nothing_else() -> None:
    raw = 'ГАУ  ДПО "СОИРО" - MБOУ'
    assert text.join_lines(raw) == raw


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("MБOУ COШ № 5", "МБОУ СОШ № 5"),
        ("MAOY «Лицей № 1»", "МАОУ «Лицей № 1»"),
        ("c 1 сентября o школе", "с 1 сентября о школе"),
        ("O.C. Кольцова", "О.С. Кольцова"),
        ("им. A.C. Пушкина", "им. А.С. Пушкина"),
        ("СOVID-19", "COVID-19"),
        ("IХ класс", "IX класс"),
    ],
)
def test_a_word_of_two_alphabets_becomes_one_of_one(raw: str, clean: str) -> None:
    assert text.clean(raw)[0] == clean


@pytest.mark.parametrize(
    "raw",
    [
        "XX век",
        "проект TOP-10",
        "Microsoft Teams",
        "витамин C",
        "класс 5A",
        "COP",
        "QR-код",
        "Яndex",
        "ОШ и СШ",
    ],
)
def test_latin_words_and_what_fits_neither_alphabet_stay(raw: str) -> None:
    assert text.clean(raw) == (raw, ())


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ('ГАУ ДПО "СОИРО"', "ГАУ ДПО «СОИРО»"),
        ("„Лидер“ и “Лидер”", "«Лидер» и «Лидер»"),
        ('ГБОУ "Школа "Радуга""', "ГБОУ «Школа «Радуга»»"),
        ("<<Лидер>>", "«Лидер»"),
        ('монитор 15"', 'монитор 15"'),
        ('МБОУ "Лицей', 'МБОУ "Лицей'),
    ],
)
def test_quotes_are_guillemets_where_they_pair_up(raw: str, clean: str) -> None:
    assert text.clean(raw)[0] == clean


def test_dashes_between_words_and_hyphens_inside_them_have_one_form() -> None:
    assert text.clean("слово — слово - слово, Вязьма‑Брянская, 2021−2022")[0] == (
        "слово – слово – слово, Вязьма-Брянская, 2021-2022"
    )


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("орга- низаций", "организаций"),
        ("учебно- методического", "учебно-методического"),
        ("Вязьма- Брянская", "Вязьма-Брянская"),
        ("радио- или телевещание", "радио- или телевещание"),
        ("средне- и высокогорный", "средне- и высокогорный"),
        ("цель- развитие школ", "цель- развитие школ"),
        ("СОШ- лицей", "СОШ- лицей"),
    ],
)
def test_a_space_behind_a_hyphen_goes_where_the_dictionary_proves_it(raw: str, clean: str) -> None:
    assert text.clean(raw)[0] == clean


def test_a_misspelled_word_of_free_text_is_not_corrected() -> None:
    raw = "муниципальных образований организаций, семенар 3десь"
    assert text.normalize(raw, Context()).text == raw


def test_every_step_is_logged_with_its_kind() -> None:
    _, changes = text.clean('MБОУ  "Лицей"')
    assert [(c.rule, c.kind) for c in changes] == [
        ("text-spaces", "notation"),
        ("mixed-alphabet", "ocr"),
        ("text-quotes", "notation"),
    ]
    assert (changes[1].before, changes[1].after) == ("MБОУ", "МБОУ")


def test_an_empty_text_has_no_value() -> None:
    assert text.normalize(" \n ", Context()).text is None


@given(ODD_TEXTS)
def test_cleaning_is_idempotent_and_changes_no_digit(raw: str) -> None:
    clean, changes = text.clean(raw)
    assert text.clean(clean) == (clean, ())
    assert digits(clean) == digits(raw)
    assert bool(changes) == (clean != raw)


@given(ODD_TEXTS)
def test_joining_lines_loses_no_letter(raw: str) -> None:
    joined = text.join_lines(raw)
    assert [c for c in joined if c.isalnum()] == [c for c in raw if c.isalnum()]
    assert "\n" not in joined
    assert text.join_lines(joined) == joined


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("Арский район[1]", "Арский район"),
        ("май 2022 г.²", "май 2022 г."),
        ("МБОУ «Никольская СОШ»[2], филиал", "МБОУ «Никольская СОШ», филиал"),
        ("СОШ № 3 *", "СОШ № 3"),
        ("10 м²", "10 м²"),
        ("2 * 2", "2 * 2"),
        ("[проект]", "[проект]"),
    ],
)
def test_marks_of_footnotes_are_no_part_of_a_value(raw: str, cleaned: str) -> None:
    assert text.clean(raw)[0] == cleaned


@pytest.mark.parametrize(
    ("raw", "whole"),
    [
        ("Приказ министерств\nа", "Приказ министерства"),
        ("МОУ «Песчаноозёрск\nая СОШ»", "МОУ «Песчаноозёрская СОШ»"),
        ("МБОУ Рассвето\nвская школа", "МБОУ Рассветовская школа"),
        ("МБОУ Дмитриев\nская СШ", "МБОУ Дмитриевская СШ"),
        ("рекомендаций по использован\nию результатов", "рекомендаций по использованию результатов"),
        ("ГАУ ДПО «СОИРО» (Мельников\nа С.Г.)", "ГАУ ДПО «СОИРО» (Мельникова С.Г.)"),
        ("Работа с управленческим\nи командами", "Работа с управленческими командами"),
        ("с муниципальным\nи координатором", "с муниципальным и координатором"),
        ("размещение информации\nо ходе проекта", "размещение информации о ходе проекта"),
        ("руководителям\nи педагогам", "руководителям и педагогам"),
        ("организованные\nими мероприятия", "организованные ими мероприятия"),
    ],
)
def test_a_word_cut_without_a_hyphen_is_one_word_where_the_rest_is_none(raw: str, whole: str) -> None:
    assert text.join_lines(raw) == whole
