"""Checks: hit, near miss and clean, on small orders that tests write."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.model import Finding
from pipeline.run import Settings, build, find_sources

SITES = "№ п/п\tМуниципалитет\tШкола группы риска\tШкола-партнер"
PLAN = "№ п/п\tМероприятие\tОтветственные исполнители\tСроки исполнения"
HEAD = """Комитет по образованию Псковской области
ПРИКАЗ
от 3 марта 2022 года № 77-ОД
О мерах поддержки школ на 2022-2023 годы
приказываю:
1. Утвердить перечень (приложение № 1).
Председатель
А.В. Смирнова
Приложение № 1
к приказу от 03.03.2022 № 77-ОД
"""


def findings(tmp_path: Path, text: str) -> list[Finding]:
    path = tmp_path / "raw" / "order.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    settings = Settings(raw=path.parent, out=tmp_path / "normalized", reports=tmp_path / "reports")
    result, failures = build(find_sources([path]), settings)
    assert not failures
    return [f for f in result.findings if f.severity != "info" or f.code.startswith("numbering")]


def plan(*rows: str) -> str:
    return HEAD + "\n" + "\n".join([PLAN, *rows]) + "\n"


def sites(*rows: str) -> str:
    return HEAD + "\n" + "\n".join([SITES, *rows]) + "\n"


def activity(number: str, deadline: str = "май 2022 г.", title: str = "Семинар") -> str:
    return f"{number}\t{title} {number}\tГАУ ДПО «ИРО» (Волкова Н.И.)\t{deadline}"


CLEAN_PLAN = [activity(f"{n}.") for n in range(1, 6)]
CLEAN_SITES = [
    "1.\tГдовский район\tМБОУ Никольская ООШ\tМБОУ Гдовская СОШ",
    "\t\tМБОУ Успенская ООШ\tМБОУ Гдовская СОШ",
    "2.\tНевельский район\tМБОУ Покровская ООШ\tМБОУ Невельская СОШ",
    "3.\tОстровский район\tМБОУ Дубровская ООШ\tМБОУ Островская СОШ",
    "4.\tПорховский район\tМБОУ Луговская ООШ\tМБОУ Порховская СОШ",
]


def test_clean_lists_have_no_findings(tmp_path: Path) -> None:
    assert findings(tmp_path, plan(*CLEAN_PLAN)) == []
    assert findings(tmp_path, sites(*CLEAN_SITES)) == []


@pytest.mark.parametrize(
    ("rows", "code", "raw"),
    [
        ([*CLEAN_PLAN, activity("7.")], "numbering-gap", "7"),
        ([*CLEAN_PLAN, activity("5.", title="Форум")], "numbering-duplicate", "5"),
        ([*CLEAN_PLAN, activity("6")], "numbering-format", "6"),
        ([CLEAN_PLAN[0], CLEAN_PLAN[2], CLEAN_PLAN[1]], "numbering-order", "2"),
        ([*CLEAN_PLAN, activity("6.", "2022-2025 гг.")], "date-out-of-period", "2022-2025 гг."),
        ([*CLEAN_PLAN, activity("6.", "февраль 2022 г.")], "date-before-order", "февраль 2022 г."),
        ([*CLEAN_PLAN, activity("6.", "")], "missing-value", ""),
        ([*CLEAN_PLAN, activity("6.", "когда-нибудь")], "date-unparsed", "когда-нибудь"),
        ([*CLEAN_PLAN, "6.\tФорум\t\tмай 2022 г."], "missing-value", ""),
    ],
)
def test_an_anomaly_of_a_plan_is_found(tmp_path: Path, rows: list[str], code: str, raw: str) -> None:
    found = [(f.code, f.raw) for f in findings(tmp_path, plan(*rows))]
    assert (code, raw) in found


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("\t\tМБОУ Луговская ООШ\tМБОУ Порховская СОШ", "duplicate-row"),
        ("\t\tМБОУ Никольская ООШ\tМБОУ Порховская СОШ", "school-in-two-groups"),
        ("\t\tМБОУ Гдовская СОШ\tМБОУ Порховская СОШ", "partner-at-risk"),
        ("\t\tМБОУ Заречная ООШ\t", "missing-value"),
        ("6.\tПустошкинский район\tМБОУ Заречная ООШ\tМБОУ Пустошкинская СОШ", "numbering-gap"),
        ("\t\tМБОУ Заречная ЖЫШ\tМБОУ Порховская СОШ", "unknown-abbreviation"),
    ],
)
def test_an_anomaly_of_a_list_is_found(tmp_path: Path, row: str, code: str) -> None:
    assert code in {f.code for f in findings(tmp_path, sites(*CLEAN_SITES, row))}


def test_a_value_filled_down_over_other_groups_is_one_finding(tmp_path: Path) -> None:
    rows = [
        f"{n}.\t{name} район\tМБОУ {school} ООШ\tМБОУ Гдовская СОШ"
        for n, (name, school) in enumerate(
            [("Палкинский", "Заречная"), ("Плюсский", "Лесная"), ("Псковский", "Озёрская"),
             ("Пыталовский", "Полевская"), ("Себежский", "Степановская"), ("Усвятский", "Петровская")], 5)
    ]  # fmt: skip
    outliers = [f for f in findings(tmp_path, sites(*CLEAN_SITES, *rows)) if f.code == "partner-outlier"]
    assert len(outliers) == 1
    assert len(outliers[0].places) == 8


def test_schools_of_one_number_in_two_municipalities_are_two_schools(tmp_path: Path) -> None:
    rows = [
        "5.\tПсковский район\tМБОУ СОШ № 2\tМБОУ Псковская СОШ",
        "6.\tСебежский район\tМБОУ СОШ № 2\tМБОУ Себежская СОШ",
    ]
    assert findings(tmp_path, sites(*CLEAN_SITES, *rows)) == []


def test_an_appendix_that_the_order_does_not_announce(tmp_path: Path) -> None:
    text = sites(*CLEAN_SITES) + "\nПриложение № 3\n\n" + "\n".join([PLAN, *CLEAN_PLAN]) + "\n"
    assert [f.raw for f in findings(tmp_path, text) if f.code == "appendix-not-announced"] == ["3"]


def test_a_text_that_is_no_order_does_not_pass_for_one(tmp_path: Path) -> None:
    assert [f.code for f in findings(tmp_path, "Просто письмо без таблиц.\n")] == ["unknown-document"]


@pytest.mark.parametrize(
    ("numbers", "codes"),
    [
        ("1234567", []),
        ("1231234", []),
        ("1234678", ["numbering-gap"]),
        ("1234456", ["numbering-duplicate"]),
        ("123x567", []),
    ],
)
def test_numbers_that_count_the_rows_of_a_list(tmp_path: Path, numbers: str, codes: list[str]) -> None:
    schools = ["Заречная", "Лесная", "Озёрская", "Полевская", "Степановская", "Петровская", "Луговская"]
    rows = [
        f"{n}\t{'Гдовский' if i < 3 else 'Невельский'} район\tМБОУ {school} ООШ"
        f"\tМБОУ {'Гдовская' if i < 3 else 'Невельская'} СОШ"
        for i, (n, school) in enumerate(zip(numbers, schools, strict=True))
    ]
    found = [f.code for f in findings(tmp_path, sites(*rows)) if f.code.startswith("numbering")]
    assert found == codes
