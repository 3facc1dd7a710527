"""What the reconstruction says to people: codes, suggestions and sentences in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.checks.findings import catalogue
from pipeline.checks.groups import check_groups, gap_text
from pipeline.groups import GroupAnalysis, Row, analyse
from pipeline.messages import say
from pipeline.model import Finding, Place, Record, Value
from pipeline.reference import load

from .test_groups import MISPLACED, NAMES, ORDER, ROOT, SMOLENSK, UNDECIDED, complete, table


def records(rows: Sequence[Row]) -> list[Record]:
    """The rows as the records of `training_sites` that checks see."""

    def school(row: Row, field: str) -> Value:
        made = row.school if field == "school" else row.partner
        number = f"№ {made['number']}" if made["number"] else None
        town = f"г. {made['locality']}" if made["locality"] else None
        text = " ".join(x for x in ("МБОУ", made["proper_name"], "ОШ", number, town) if isinstance(x, str))
        return Value(text, text, parts=made)

    return [
        Record(
            "training_sites",
            {
                "municipality": Value(r.municipality or "", r.municipality),
                "school": school(r, "school"),
                "partner": school(r, "partner"),
            },
            Place("order.txt", table=2, row=r.index + 1),
            id=f"site-{r.index}",
        )
        for r in rows
    ]


def checked(folder: Path | None, region: str | None = SMOLENSK) -> tuple[list[Finding], GroupAnalysis]:
    rows = table(ORDER)
    analysis = analyse(rows, region, load(folder) if folder else None)
    return list(check_groups(records(rows), analysis)), analysis


@pytest.fixture(scope="module")
def own() -> list[Finding]:
    return checked(ROOT / "raw" / "reference")[0]


def test_the_21_rows_are_group_boundary_shifts_with_the_suggested_group(own: list[Finding]) -> None:
    shifts = {f.record_id: f.suggestion for f in own if f.code == "group-boundary-shift"}
    expected = {i: name for i, (name, _) in MISPLACED.items()} | UNDECIDED
    assert shifts == {f"site-{i}": name for i, name in expected.items()}
    assert len(shifts) == 21


def test_an_undecided_row_is_only_information(own: list[Finding]) -> None:
    by_record = {f.record_id: f for f in own if f.code == "group-boundary-shift"}
    assert by_record["site-40"].severity == "info"
    assert by_record["site-41"].severity == ""


def test_damaged_names_are_suspects_with_the_whole_school_as_suggestion(own: list[Finding]) -> None:
    suspects = {f.raw: f.suggestion for f in own if f.code == "ocr-suspect"}
    assert suspects == {
        "МБОУ Щуйская ОШ": "МБОУ Шуйская ОШ",
        "МБОУ Болтугинская ОШ": "МБОУ Болтутинская ОШ",
        "МБОУ Воложковская ОШ": "МБОУ Волоковская ОШ",
        "МБОУ Замышкая ОШ": "МБОУ Замыцкая ОШ",
        "МБОУ Озернская ОШ": "МБОУ Озерненская ОШ",
    }


def test_a_school_that_stands_in_several_rows_is_one_finding_with_all_places(own: list[Finding]) -> None:
    lake = next(f for f in own if f.raw == "МБОУ Озернская ОШ")
    assert [p.row for p in lake.places] == [15, 16, 17, 18, 19]
    assert len(NAMES) == sum(len(f.places) for f in own if f.code == "ocr-suspect")


def test_an_incomplete_reference_gives_no_reference_mismatch(own: list[Finding]) -> None:
    assert not [f for f in own if f.code == "reference-mismatch"]


def test_a_complete_reference_says_that_there_is_no_such_settlement(tmp_path: Path) -> None:
    rows = table(ORDER)
    analysis = analyse(rows, SMOLENSK, complete(tmp_path / "reference"))
    findings = list(check_groups(records(rows), analysis, ("KLADR", "2016-10-10")))
    (unknown,) = [f for f in findings if f.code == "reference-mismatch"]
    assert unknown.raw == "МБОУ Кардашевская ОШ"
    assert len(unknown.places) == 17
    assert "Ни один населённый пункт" in say(unknown.message, "ru")
    assert say(unknown.evidence[0], "en").endswith("test, 2021")


def test_a_name_that_was_corrected_meanwhile_is_no_longer_unknown(tmp_path: Path) -> None:
    rows = table(ORDER)
    analysis = analyse(rows, SMOLENSK, complete(tmp_path / "reference"))
    verdicts = tuple(replace(v, name_candidates=()) for v in analysis.rows)
    corrected = [
        replace(r, values={**r.values, "school": Value("x", "x", parts={"proper_name": "Замыцкая"})})
        for r in records(rows)
    ]
    found = check_groups(corrected, replace(analysis, rows=verdicts))
    assert {f.field for f in found if f.code == "reference-mismatch"} == {"partner"}


def test_without_reference_only_shifts_are_found() -> None:
    findings, _ = checked(None)
    assert {f.code for f in findings} == {"group-boundary-shift"}
    assert len(findings) == 6


def test_every_finding_reads_in_both_languages_and_is_in_the_catalogue(
    tmp_path: Path, own: list[Finding]
) -> None:
    rows = table(ORDER)
    more = check_groups(records(rows), analyse(rows, SMOLENSK, complete(tmp_path / "r")), ("KLADR", "2016"))
    for finding in [*own, *more, *checked(None)[0]]:
        assert finding.code in catalogue()
        for lang in ("en", "ru"):
            sentences = [say(finding.message, lang), *(say(e, lang) for e in finding.evidence)]
            assert all(s and "{" not in s for s in sentences)
        assert finding.places
        assert finding.key


def test_ids_come_from_content_so_that_a_second_run_gives_the_same(own: list[Finding]) -> None:
    again = checked(ROOT / "raw" / "reference")[0]
    assert [(f.code, f.record_id, f.key) for f in again] == [(f.code, f.record_id, f.key) for f in own]
    assert len({(f.code, f.record_id, f.field, f.key) for f in own}) == len(own)


def test_the_gap_names_the_lost_groups_and_what_lies_between() -> None:
    rows = table(ORDER)
    analysis = analyse(rows, SMOLENSK, load(ROOT / "raw" / "reference"))
    suggestion, evidence = gap_text(analysis.gaps[0], records(rows), analysis)
    assert suggestion == "11. Рославльский район; 12. Сафоновский район; 13. Смоленский район"
    text = " ".join(say(e, "ru") for e in evidence)
    assert "Руднянский район" in text
    assert "Косковская" in text


def test_a_gap_without_reference_has_no_suggestion() -> None:
    _, analysis = checked(None)
    assert gap_text(analysis.gaps[0], records(table(ORDER)), analysis) == (None, ())


def test_a_school_that_lies_elsewhere_by_a_complete_list_is_a_mismatch(tmp_path: Path) -> None:
    text = (
        "1 Вяземский район\nЮшковская → Шимановская\nТиряновская → Шимановская\nСукромлянская → Шимановская\n"
        "Тумановская → Шимановская\n2 Глинковский район\nДоброминская → № 2\n3 Демидовский район\n"
        "Заборьевская → № 2\n"
    )
    rows = table(text)
    analysis = analyse(rows, SMOLENSK, complete(tmp_path / "reference"))
    found = [f for f in check_groups(records(rows), analysis) if f.record_id == "site-2"]
    (mismatch,) = found
    assert (mismatch.code, mismatch.suggestion) == ("reference-mismatch", "Ершичский район")
    assert "Сукромля" in say(mismatch.message, "ru")
