"""One school under several names."""

from __future__ import annotations

from pathlib import Path

from pipeline.model import Finding
from tests.small_orders import SITES, findings, order, rows_of


def variants(folder: Path, *texts: str) -> list[Finding]:
    return [f for f in findings(folder, *texts) if f.code == "name-variant"]


def sites(*pairs: str, **more: str) -> str:
    where = more.pop("where", "Гдовский район")
    rows = [f"{'1.' if i == 0 else ''}\t{where if i == 0 else ''}\t{p.replace('>', chr(9))}"
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


def test_one_pair_of_names_is_one_finding_with_all_places(tmp_path: Path) -> None:
    texts = [sites(f"МБОУ Никольская {kind}>МБОУ Гдовская СОШ", date=f"0{n}.02.2022", number=f"1{n}")
             for n, kind in enumerate(["СОШ", "ООШ", "СОШ", "ООШ", "ООШ"], 1)]  # fmt: skip
    (found,) = variants(tmp_path, *texts)
    assert found.raw == "МБОУ Никольская ООШ", "the name that came later"
    assert {p.source for p in found.places} == {"order1.txt", "order2.txt", "order4.txt", "order5.txt"}
    (tmp_path / "fewer").mkdir()
    (fewer,) = variants(tmp_path / "fewer", *texts[:2])
    assert fewer.id == found.id, "a further order makes no other finding of it"


def test_one_name_alone_says_nothing(tmp_path: Path) -> None:
    first = sites("МБОУ Никольская СОШ>МБОУ Гдовская СОШ", date="02.02.2022", number="12")
    later = sites("МБОУ Никольская ООШ>МБОУ Самолвовская СОШ")
    assert variants(tmp_path, first, later) == []


def test_the_same_name_in_another_municipality_is_another_school(tmp_path: Path) -> None:
    first = sites("МБОУ Никольская СОШ>МБОУ Гдовская СОШ", date="02.02.2022", number="12")
    later = sites("МБОУ Никольская ООШ>МБОУ Гдовская СОШ", where="Печорский район")
    assert variants(tmp_path, first, later) == []


def test_only_the_legal_form_beside_another_partner(tmp_path: Path) -> None:
    first = sites("МОУ Никольская ООШ>МБОУ Гдовская СОШ", date="02.02.2022", number="12")
    later = sites("МБОУ Никольская ООШ>МБОУ Самолвовская СОШ")
    (found,) = variants(tmp_path, first, later)
    assert [n.key for n in found.evidence] == ["variants.form"]


def test_number_and_locality_beside_another_partner(tmp_path: Path) -> None:
    first = sites("МБОУ ООШ № 2 г. Гдов>МБОУ Гдовская СОШ", date="02.02.2022", number="12")
    later = sites("МБОУ СОШ № 2 г. Гдов>МБОУ Самолвовская СОШ")
    (found,) = variants(tmp_path, first, later)
    assert [n.key for n in found.evidence] == ["variants.number"]
    other = sites("МБОУ СОШ № 3 г. Гдов>МБОУ Самолвовская СОШ")
    (tmp_path / "other").mkdir()
    assert variants(tmp_path / "other", first, other) == []


def test_the_rows_around_are_the_same(tmp_path: Path) -> None:
    rest = ["МБОУ Луговская ООШ>МБОУ Ветвеницкая СОШ", "МБОУ Успенская ООШ>МБОУ Ветвеницкая СОШ"]
    first = sites("МБОУ Никольская СОШ>МБОУ Гдовская СОШ", *rest, date="02.02.2022", number="12")
    later = sites("МБОУ Никольская ООШ>МБОУ Самолвовская СОШ", *rest)
    (found,) = variants(tmp_path, first, later)
    assert [n.key for n in found.evidence] == ["variants.around"]


def test_a_name_with_many_types_is_a_usual_one(tmp_path: Path) -> None:
    texts = [sites(f"МБОУ Никольская {kind}>МБОУ Гдовская СОШ", date=f"0{n}.02.2022", number=f"1{n}")
             for n, kind in enumerate(["НОШ", "ООШ", "СОШ"], 1)]  # fmt: skip
    assert variants(tmp_path, *texts) == []
