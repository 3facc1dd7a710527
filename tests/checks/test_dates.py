"""Deadlines against the order's period and date."""

from __future__ import annotations

from pathlib import Path

from tests.small_orders import PLAN, activity, findings, order, rows_of


def dates(folder: Path, *deadlines: str, **more: str) -> list[tuple[str, str, list[int]]]:
    rows = [activity(f"{n}.", deadline) for n, deadline in enumerate(deadlines, 1)]
    found = findings(folder, order(PLAN, *rows, **more))
    return [(f.code, f.field, rows_of(f)) for f in found if f.code.startswith("date-")]


GOOD = ("май 2022 г.", "июнь 2022 г.", "2022-2023 гг.", "до 1 сентября 2023 года", "3 марта 2022 г.")


def test_deadlines_within_the_period(tmp_path: Path) -> None:
    assert dates(tmp_path, *GOOD) == []


def test_rows_with_one_wrong_deadline_are_one_finding(tmp_path: Path) -> None:
    found = dates(tmp_path, *GOOD, "2022-2025 гг.", "2022-2025 гг.")
    assert found == [("date-out-of-period", "deadline", [7, 8])]


def test_a_deadline_that_had_passed(tmp_path: Path) -> None:
    found = dates(tmp_path, *GOOD, "до 2 марта 2022 года", "январь 2022 г.")
    assert found == [("date-before-order", "deadline", [7]), ("date-before-order", "deadline", [8])]


def test_a_wrong_period_in_the_title_is_one_finding(tmp_path: Path) -> None:
    found = dates(tmp_path, *GOOD, period=" на 2012-2013 годы")
    assert [(code, field, len(rows)) for code, field, rows in found] == [("date-out-of-period", "period", 6)]


def test_a_wrong_date_of_the_order_is_one_finding(tmp_path: Path) -> None:
    found = dates(tmp_path, *GOOD, date="03.03.2024", period=" до конца года")
    assert [(code, field, len(rows)) for code, field, rows in found] == [("date-before-order", "date", 6)]


def test_a_period_of_the_title_that_ends_before_it_begins(tmp_path: Path) -> None:
    (found,) = (
        f
        for f in findings(tmp_path, order(PLAN, activity("1."), period=" на 2023-2022 годы"))
        if f.field == "period"
    )
    assert (found.code, found.raw, found.message.key) == (
        "date-unparsed",
        "2023-2022 годы",
        "date.no.backwards",
    )
    assert not [f for f in findings(tmp_path, order(PLAN, activity("1."))) if f.field == "period"]
