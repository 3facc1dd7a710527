"""Dates and deadlines: EDTF with first and last day, or an honest date-unparsed."""

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.messages import say
from pipeline.normalizers import date
from pipeline.normalizers.context import Context
from tests.normalizers.texts import ODD_TEXTS

PLAIN = Context()
TWO_YEARS = Context(order_date=dt.date(2021, 7, 21), period=(dt.date(2021, 1, 1), dt.date(2022, 12, 31)))
ONE_YEAR = Context(order_date=dt.date(2021, 1, 15), period=(dt.date(2021, 1, 1), dt.date(2021, 12, 31)))
NAMES = (
    *("январь", "февраль", "март", "апрель", "май", "июнь"),
    *("июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"),
)
GENITIVES = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)

COVERED = [
    ("Июль 2021", "2021-07", "2021-07-01", "2021-07-31"),
    ("Июль 2021 г.", "2021-07", "2021-07-01", "2021-07-31"),
    ("в июле 2021 года", "2021-07", "2021-07-01", "2021-07-31"),
    ("07.2021", "2021-07", "2021-07-01", "2021-07-31"),
    ("сент. 2021 г.", "2021-09", "2021-09-01", "2021-09-30"),
    ("Август-октябрь 2021 г.", "2021-08/2021-10", "2021-08-01", "2021-10-31"),
    ("сентябрь 2021 г. – май 2022 г.", "2021-09/2022-05", "2021-09-01", "2022-05-31"),
    ("сентябрь-май 2022", "2021-09/2022-05", "2021-09-01", "2022-05-31"),
    ("2021-2022 гг.", "2021/2022", "2021-01-01", "2022-12-31"),
    ("2021 - 2022 годы", "2021/2022", "2021-01-01", "2022-12-31"),
    ("2021-22 гг.", "2021/2022", "2021-01-01", "2022-12-31"),
    ("с 2021 по 2022 год", "2021/2022", "2021-01-01", "2022-12-31"),
    ("в течение 2021 года", "2021", "2021-01-01", "2021-12-31"),
    ("« 21 » 04 _____ 20 21 г.", "2021-04-21", "2021-04-21", "2021-04-21"),
    ("от «21» 07 2021 г.", "2021-07-21", "2021-07-21", "2021-07-21"),
    ("«21» июля 2021 г.", "2021-07-21", "2021-07-21", "2021-07-21"),
    ("21.07.2021", "2021-07-21", "2021-07-21", "2021-07-21"),
    ("21 июля 2021 года", "2021-07-21", "2021-07-21", "2021-07-21"),
    ("21июля2021г.", "2021-07-21", "2021-07-21", "2021-07-21"),
    ("20 мая 2021 г. в 14.00 час.", "2021-05-20", "2021-05-20", "2021-05-20"),
    ("с 1 по 15 марта 2021", "2021-03-01/2021-03-15", "2021-03-01", "2021-03-15"),
    ("1-15 марта 2021 г.", "2021-03-01/2021-03-15", "2021-03-01", "2021-03-15"),
    ("01.09.2021 - 31.05.2022", "2021-09-01/2022-05-31", "2021-09-01", "2022-05-31"),
    ("с 01.09 по 15.09.2021", "2021-09-01/2021-09-15", "2021-09-01", "2021-09-15"),
    ("III квартал 2021 г.", "2021-07/2021-09", "2021-07-01", "2021-09-30"),
    ("3 кв. 2021", "2021-07/2021-09", "2021-07-01", "2021-09-30"),
    ("2021 г., третий квартал", "2021-07/2021-09", "2021-07-01", "2021-09-30"),
    ("1-2 квартал 2022", "2022-01/2022-06", "2022-01-01", "2022-06-30"),
    ("IV кв. 2021 г. – I кв. 2022 г.", "2021-10/2022-03", "2021-10-01", "2022-03-31"),
    ("первое полугодие 2022", "2022-01/2022-06", "2022-01-01", "2022-06-30"),
    ("2-е полугодие 2021 г.", "2021-07/2021-12", "2021-07-01", "2021-12-31"),
    ("2021/2022 уч. год", "2021-09/2022-08", "2021-09-01", "2022-08-31"),
    ("2021-2022 учебный год", "2021-09/2022-08", "2021-09-01", "2022-08-31"),
    ("2021-2022 учебный год (октябрь-март)", "2021-10/2022-03", "2021-10-01", "2022-03-31"),
    ("лето 2021", "2021-06/2021-08", "2021-06-01", "2021-08-31"),
    ("1-я декада марта 2022", "2022-03-01/2022-03-10", "2022-03-01", "2022-03-10"),
    ("март, июнь 2021", "{2021-03,2021-06}", "2021-03-01", "2021-06-30"),
    ("март и апрель 2021", "2021-03/2021-04", "2021-03-01", "2021-04-30"),
    ("2021 год: март, июнь", "{2021-03,2021-06}", "2021-03-01", "2021-06-30"),
    ("15, 20 марта 2021", "{2021-03-15,2021-03-20}", "2021-03-15", "2021-03-20"),
    ("ежеквартально в течение 2021 года", "2021", "2021-01-01", "2021-12-31"),
    ("октябрь 2021 года (по согласованию)", "2021-10", "2021-10-01", "2021-10-31"),
    ("29.02.2024", "2024-02-29", "2024-02-29", "2024-02-29"),
]


@pytest.mark.parametrize(("raw", "edtf", "start", "end"), COVERED)
def test_a_deadline_is_edtf_with_first_and_last_day(raw: str, edtf: str, start: str, end: str) -> None:
    value = date.normalize(raw, PLAIN)
    assert (value.text, value.parts["start"], value.parts["end"]) == (edtf, start, end)
    assert value.problems == ()


@pytest.mark.parametrize(
    ("raw", "edtf", "start", "end"),
    [
        ("до 15 ноября 2020 года", "../2020-11-15", None, "2020-11-15"),
        ("не позднее 25 августа 2021 г.", "../2021-08-25", None, "2021-08-25"),
        ("в срок до 15.10.2021 (включительно)", "../2021-10-15", None, "2021-10-15"),
        ("до конца августа 2021 г.", "../2021-08", None, "2021-08-31"),
        ("к 1 сентября 2021 года", "../2021-09-01", None, "2021-09-01"),
        ("с 1 сентября 2021 г.", "2021-09-01/..", "2021-09-01", None),
        ("начиная с октября 2021 года", "2021-10/..", "2021-10-01", None),
        ("после 1 октября 2021", "2021-10-02/..", "2021-10-02", None),
    ],
)
def test_an_open_end_has_no_day(raw: str, edtf: str, start: str | None, end: str | None) -> None:
    value = date.normalize(raw, PLAIN)
    assert (value.text, value.parts["start"], value.parts["end"]) == (edtf, start, end)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("ежеквартально", "recurring"),
        ("постоянно", "recurring"),
        ("1 раз в квартал", "recurring"),
        ("ежемесячно до 5 числа", "recurring"),
        ("ежегодно, сентябрь", "recurring"),
        ("по отдельному графику", "schedule"),
        ("согласно плану-графику", "schedule"),
        ("по мере необходимости", "schedule"),
        ("в течение года", "throughout"),
        ("весь период", "throughout"),
    ],
)
def test_what_says_how_often_is_understood_but_has_no_date(raw: str, kind: str) -> None:
    value = date.normalize(raw, PLAIN)
    assert (value.text, value.parts["kind"], value.parts["start"]) == (None, kind, None)
    assert [p.code for p in value.problems] == ["date-unparsed"]


@pytest.mark.parametrize(
    "raw",
    [
        "31.02.2021",
        "01.13.2021",
        "30 февраля 2022 г.",
        "V квартал 2021",
        "III квартал 2021-2022 гг.",
        "зима 2021",
        "с 15 по 1 марта 2021",
        "июнь–июль 2021 г., до 15 июля",
        "1 полугодие 2021-2022 уч. года",
        "2021-2023 учебный год",
        "«___» ________ 2021 г.",
        "не позднее 25 числа",
        "конец августа 2021",
        "май-июнь 2021, 2022 гг.",
        "в течение 3 лет",
        "осенние каникулы 2021",
        "мартовский 2021",
        "август 2021 –",
        "Кольцова О.С.",
        "приказ № 5 от 1 июля 2021",
        "х" * 500,
    ],
)
def test_what_is_no_certain_date_is_unparsed_with_a_reason(raw: str) -> None:
    value = date.normalize(raw, PLAIN)
    assert (value.text, value.raw) == (None, raw)
    assert [p.code for p in value.problems] == ["date-unparsed"]
    assert raw[:20] in say(value.problems[0].message)


@pytest.mark.parametrize(
    ("raw", "edtf"),
    [
        ("Aвгуст 2021", "2021-08"),
        ("сентяорь 2021", "2021-09"),
        ("октябпь 2021 г.", "2021-10"),
        ("нюль 2021", "2021-07"),
        ("9нварь 2022", "2022-01"),
        ("О1.09.2021", "2021-09-01"),
        ("З1.1О.2021", "2021-10-31"),
        ("Июль 2О21 г.", "2021-07"),
        ("до 20.04.202 З включительно", "../2023-04-20"),
        ("апрель 202 З года", "2023-04"),
        ("до З0 апреля 2022 г.", "../2022-04-30"),
        ("l5 мая 2О22 г.", "2022-05-15"),
        ("20.04.20 З1 декабря", "{2020-04-20,2020-12-31}"),
        ("21 июля 2021 т.", "2021-07-21"),
        ("2021-2022 тг.", "2021/2022"),
        ("c 1 сентября 2021 гола", "2021-09-01/.."),
        ("2021/2022 учебиый год", "2021-09/2022-08"),
        ("Ш квартал 2021", "2021-07/2021-09"),
        ("П полугодие 2021 г.", "2021-07/2021-12"),
    ],
)
def test_damage_that_leaves_one_reading_is_repaired_and_logged(raw: str, edtf: str) -> None:
    value = date.normalize(raw, PLAIN)
    assert value.text == edtf
    repairs = [c for c in value.changes if c.kind == "ocr"]
    assert repairs
    assert all(c.evidence for c in repairs)


@pytest.mark.parametrize("raw", ["Ию1ь 2021", "июпь 2021"])
def test_damage_that_leaves_two_months_is_not_decided(raw: str) -> None:
    value = date.normalize(raw, PLAIN)
    assert (value.text, value.status) == (None, "suggested")
    assert {c.value for c in value.candidates} == {"2021-06", "2021-07"}
    assert value.problems[0].suggestion is None


def test_a_missing_year_is_inferred_where_the_order_leaves_one() -> None:
    value = date.normalize("Март", TWO_YEARS)
    assert value.text == "2022-03"
    assert [c.kind for c in value.changes] == ["inferred", "notation"]
    assert date.normalize("сентябрь-октябрь", ONE_YEAR).text == "2021-09/2021-10"
    assert date.normalize("до 1 декабря текущего года", TWO_YEARS).text == "../2021-12-01"


def test_a_missing_year_with_two_choices_is_left_open_with_both() -> None:
    value = date.normalize("Сентябрь", TWO_YEARS)
    assert value.text is None
    assert [c.value for c in value.candidates] == ["2021-09", "2022-09"]
    assert date.normalize("Сентябрь", PLAIN).candidates == ()


def test_the_whole_period_is_that_of_the_order() -> None:
    assert date.normalize("весь период", TWO_YEARS).text == "2021/2022"
    assert date.normalize("в течение года", TWO_YEARS).text is None
    assert date.normalize("в течение года", ONE_YEAR).text == "2021"


def test_an_empty_cell_is_no_problem() -> None:
    for raw in ("", " – ", "_____"):
        value = date.normalize(raw, PLAIN)
        assert (value.text, value.problems) == (None, ())


# ------------------------------------------------------------------------------------ the order's own date


def test_the_date_that_most_places_give_is_the_orders() -> None:
    raws = ["« 21 » 04 _____ 20 21 г.", "«21» 07 2021 г.", "«21» 07 2021 г."]
    value, problems = date.reconcile(raws, PLAIN)
    assert (value.raw, value.text, value.parts["start"]) == (raws[0], "2021-07-21", "2021-07-21")
    assert [p.code for p in problems] == ["order-date-conflict"]
    said = " ".join(say(n) for n in problems[0].evidence)
    assert "2021-04-21" in said
    assert "2021-07-21" in said


def test_a_tie_keeps_the_date_of_the_title_page() -> None:
    value, problems = date.reconcile(["21.04.2021", "21.07.2021"], PLAIN)
    assert value.text == "2021-04-21"
    assert [p.code for p in problems] == ["order-date-conflict"]


def test_equal_dates_in_different_notation_are_no_conflict() -> None:
    value, problems = date.reconcile(["21 июля 2021 г.", "21.07.2021"], PLAIN)
    assert (value.text, problems) == ("2021-07-21", ())


def test_an_unreadable_title_page_takes_the_date_of_the_appendices() -> None:
    value, problems = date.reconcile(["«__» ____ 2021 г.", "21.07.2021"], PLAIN)
    assert (value.text, value.raw, problems) == ("2021-07-21", "«__» ____ 2021 г.", ())


# ---------------------------------------------------------------------------------------------- properties


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31)))
def test_every_day_is_read_the_same_in_every_notation(day: dt.date) -> None:
    for raw in (
        f"{day:%d.%m.%Y}",
        f"{day.day} {GENITIVES[day.month - 1]} {day.year} г.",
        f"«{day:%d}» {day:%m} {day.year} г.",
        day.isoformat(),
    ):
        assert date.normalize(raw, PLAIN).text == day.isoformat()
    until = date.normalize(f"до {day:%d.%m.%Y} г.", PLAIN)
    assert (until.text, until.parts["start"]) == (f"../{day.isoformat()}", None)


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1990, 2090))
def test_a_range_of_months_never_ends_before_it_begins(first: int, last: int, year: int) -> None:
    value = date.normalize(f"{NAMES[first - 1]}-{NAMES[last - 1]} {year} г.", PLAIN)
    start, end = value.parts["start"], value.parts["end"]
    assert isinstance(start, str)
    assert isinstance(end, str)
    assert start <= end
    assert end == f"{year}-{last:02}-{calendar.monthrange(year, last)[1]}"


@given(ODD_TEXTS)
def test_no_text_breaks_it_and_what_is_read_is_in_order(raw: str) -> None:
    value = date.normalize(raw, TWO_YEARS)
    assert value.raw == raw
    start, end = value.parts["start"], value.parts["end"]
    assert (value.text is None) == (value.parts["edtf"] is None)
    if start and end:
        assert str(start) <= str(end)
    if value.text is None and value.parts["kind"] != "empty":
        assert [p.code for p in value.problems] == ["date-unparsed"]
        say(value.problems[0].message, "ru")


@pytest.mark.parametrize(
    ("raw", "edtf"),
    [
        ("15.IX.2021", "2021-09-15"),
        ("VIII.2021", "2021-08"),
        ("10.04.202 3", "2023-04-10"),
        ("10.04.2 023", "2023-04-10"),
        ("с 10.0 4.2023 по 12.05.20 23", "2023-04-10/2023-05-12"),
        ("IX-XII 2021", "2021-09/2021-12"),
        ("I-II кварталы 2022 г.", "2022-01/2022-06"),
        ("1 сентября две тысячи двадцать первого года", "2021-09-01"),
        ("ноябрь-январь 2021-2022", "2021-11/2022-01"),
        ("не ранее 1 сентября 2021 г.", "2021-09-01/.."),
        ("15 сентября 2021 г. в 14.00", "2021-09-15"),
        ("июнь 2021 года, далее – постоянно", "2021-06"),
    ],
)
def test_dates_that_are_not_all_figures(raw: str, edtf: str) -> None:
    assert date.normalize(raw, PLAIN).text == edtf


@pytest.mark.parametrize(
    "raw",
    [
        "ежеквартально",
        "раз в квартал",
        "постоянно",
        "по отдельному графику",
        "в течение 10 рабочих дней",
        "1 четверть",
    ],
)
def test_what_is_understood_but_no_date_is_only_remarked(raw: str) -> None:
    (problem,) = date.normalize(raw, PLAIN).problems
    assert (problem.code, problem.severity) == ("date-unparsed", "info")


def test_a_deadline_that_lacks_its_year_is_a_warning() -> None:
    (problem,) = date.normalize("до 1 октября", PLAIN).problems
    assert (problem.code, problem.severity) == ("date-unparsed", "")


@pytest.mark.parametrize(
    ("raw", "edtf"),
    [
        ("первая половина мая 2022 г.", "2022-05-01/2022-05-15"),
        ("вторая половина ноября 2021 г.", "2021-11-16/2021-11-30"),
        ("первая половина 2022 года", "2022-01/2022-06"),
        ("вторая декада февраля 2022", "2022-02-11/2022-02-20"),
        ("третья декада февраля 2022", "2022-02-21/2022-02-28"),
        ("с начала сентября 2021 г. по конец мая 2022 г.", "2021-09/2022-05"),
        ("до конца августа 2021 г.", "../2021-08"),
        ("с 1 сентября 2021 года (далее – ежегодно)", "2021-09-01/.."),
        ("до 18.00 15 сентября 2021 г.", "../2021-09-15"),
        ("15.09.2021 10:00-12:00", "2021-09-15"),
        ("сентябрь 2021 г./ март 2022 г.", "{2021-09,2022-03}"),
        ("осенний период 2021 года", "2021-09/2021-11"),
        ("2О.О4.2О21", "2021-04-20"),
        ("20.04.202 З", "2023-04-20"),
        ("20,04.2021", "2021-04-20"),
        ("20.04.2021r.", "2021-04-20"),
        ("l5 сентября 2021", "2021-09-15"),
        ("до З1 мая 2022 г.", "../2022-05-31"),
    ],
)
def test_parts_of_months_and_damaged_figures(raw: str, edtf: str) -> None:
    assert date.normalize(raw, PLAIN).text == edtf


@pytest.mark.parametrize(
    ("raw", "probable"),
    [
        ("последняя неделя августа 2021 г.", "2021-08-25/2021-08-31"),
        ("2-3 неделя октября 2021", "2021-10-08/2021-10-21"),
        ("конец сентября 2021 года", "2021-09-21/2021-09-30"),
        ("начало октября 2021 г.", "2021-10-01/2021-10-10"),
    ],
)
def test_days_that_are_not_told_exactly_are_suggested_only(raw: str, probable: str) -> None:
    value = date.normalize(raw, PLAIN)
    assert value.text is None
    assert [p.code for p in value.problems] == ["date-unparsed"]
    assert [c.value for c in value.candidates] == [probable]


@pytest.mark.parametrize(
    "raw",
    [
        "каждую пятницу",
        "по пятницам",
        "последний четверг месяца",
        "в течение 10 дней со дня подписания",
        "не позднее 3 рабочих дней с момента получения",
        "через 10 дней после подписания",
        "в двухнедельный срок со дня издания приказа",
        "в недельный срок",
        "незамедлительно",
        "при необходимости",
        "бессрочно",
        "до начала ГИА",
        "в период проведения ГИА",
        "сразу после утверждения",
        "в день проведения",
        "до конца учебного года",
        "в начале учебного года",
        "I триместр",
        "весенние каникулы 2022 г.",
        "ежемесячно, не позднее 5 числа месяца, следующего за отчетным",
        "ежегодно до 1 сентября, начиная с 2021 года",
    ],
)
def test_what_names_no_day_is_told_as_such(raw: str) -> None:
    """Understood, so that nobody need look: a finding of severity info."""
    value = date.normalize(raw, PLAIN)
    assert value.text is None
    assert [(p.code, p.severity) for p in value.problems] == [("date-unparsed", "info")]


def test_two_figures_without_a_comma_are_no_two_days() -> None:
    assert date.normalize("1 5 сентября 2021 г.", PLAIN).text is None


@pytest.mark.parametrize(
    ("raw", "ranked"),
    [
        ("| квартал 2025 г.", ["2025-01/2025-03", "2025-04/2025-06"]),
        ("Г квартал 2023 г.", ["2023-01/2023-03"]),
        ("1\\ квартал 2019 г.", ["2019-10/2019-12"]),
        ("с б июля 2023 г.", ["2023-07-06/.."]),
    ],
)
def test_numerals_read_as_bars_are_suggested_only(raw: str, ranked: list[str]) -> None:
    value = date.normalize(raw, PLAIN)
    assert value.text is None
    assert [c.value for c in value.candidates] == ranked


def test_from_a_day_on_for_ever() -> None:
    assert date.normalize("01.10.2021 – постоянно", PLAIN).text == "2021-10-01/.."
