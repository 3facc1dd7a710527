"""One school under several names."""

from __future__ import annotations

from pathlib import Path

from pipeline.model import Finding
from tests.small_orders import SITES, findings, order, rows_of


def variants(folder: Path, *texts: str) -> list[Finding]:
    return [f for f in findings(folder, *texts) if f.code == "name-variant"]


def sites(*pairs: str, **more: str) -> str:
    rows = [f"{'1.' if i == 0 else ''}\t{'Гдовский район' if i == 0 else ''}\t{p.replace('>', chr(9))}"
            for i, p in enumerate(pairs)]  # fmt: skip
    return order(SITES, *rows, **more)


def test_a_partner_with_two_legal_forms(tmp_path: Path) -> None:
    text = sites("МБОУ Никольская ООШ>МБОУ Гдовская СОШ", "МБОУ Успенская ООШ>МБОУ Гдовская СОШ",
                 "МБОУ Луговская ООШ>МКОУ Гдовская СОШ")  # fmt: skip
    (found,) = variants(tmp_path, text)
    assert (found.field, found.raw, found.suggestion) == ("partner", "МКОУ Гдовская СОШ", "МБОУ Гдовская СОШ")
    assert rows_of(found)[0] == 4
    assert found.severity == "warning"


def test_notation_is_no_other_name(tmp_path: Path) -> None:
    text = sites("МБОУ Никольская ООШ>МБОУ Гдовская СОШ", "МБОУ Успенская ООШ>МБОУ «Гдовская СОШ»",
                 "МБОУ Луговская ООШ>Гдовская средняя общеобразовательная школа")  # fmt: skip
    assert variants(tmp_path, text) == []


def test_a_school_that_another_order_calls_otherwise(tmp_path: Path) -> None:
    first = sites(
        "МОУ Никольская ООШ>МБОУ Гдовская СОШ", date="03.03.2021", number="12", period=" на 2021 год"
    )
    later = sites("МБОУ Никольская ООШ>МБОУ Гдовская СОШ")
    (found,) = variants(tmp_path, first, later)
    assert found.places[0].source == "order2.txt"
    assert found.severity == "info", "in another year it may have been renamed"
    assert found.message.args["number"] == "12"


def test_a_school_of_another_level_in_another_order_of_the_year(tmp_path: Path) -> None:
    first = sites("МБОУ Никольская СОШ>МБОУ Гдовская СОШ", date="02.02.2022", number="12")
    later = sites("МБОУ Никольская ООШ>МБОУ Гдовская СОШ")
    assert [f.severity for f in variants(tmp_path, first, later)] == ["warning"]


def test_two_schools_of_one_place_in_one_order_are_two(tmp_path: Path) -> None:
    text = sites("МБОУ Никольская НОШ>МБОУ Гдовская СОШ", "МБОУ Никольская СОШ>МБОУ Гдовская СОШ")
    assert variants(tmp_path, text) == []
