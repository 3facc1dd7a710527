"""The same activity twice in a plan."""

from __future__ import annotations

from pathlib import Path

from tests.small_orders import PLAN, findings, order, rows_of, section


def plan(folder: Path, *rows: str) -> list[tuple[str, str, list[int]]]:
    found = findings(folder, order(PLAN, *rows))
    return [(f.message.key, f.severity, rows_of(f)) for f in found if f.code == "duplicate-row"]


def row(number: str, title: str, deadline: str = "май 2022 г.", who: str = "ГАУ ДПО «ИРО»") -> str:
    return f"{number}.\t{title}\t{who}\t{deadline}"


def test_an_activity_that_stands_twice(tmp_path: Path) -> None:
    rows = [row("1", "Круглый стол"), row("2", "Обучение кураторов"), row("3", "Круглый  стол", "Май 2022")]
    assert plan(tmp_path, *rows) == [("duplicates.activity", "error", [2, 4])]


def test_an_activity_at_another_time_is_held_again(tmp_path: Path) -> None:
    assert plan(tmp_path, row("1", "Круглый стол"), row("2", "Круглый стол", "июнь 2022 г.")) == []
    assert plan(tmp_path, row("1", "Круглый стол", "ежегодно"), row("2", "Круглый стол", "ежегодно")) == []


def test_an_activity_of_others_or_of_another_section_may_be_meant(tmp_path: Path) -> None:
    others = [row("1", "Круглый стол"), row("2", "Круглый стол", who="ГАУ ДПО «ЦОКО»")]
    assert plan(tmp_path, *others) == [("duplicates.activity-elsewhere", "warning", [2, 3])]
    apart = [section("1"), row("1.1", "Круглый стол"), section("2"), row("2.1", "Круглый стол")]
    assert plan(tmp_path, *apart) == [("duplicates.activity-elsewhere", "warning", [3, 5])]
