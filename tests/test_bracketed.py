"""Municipalities in brackets behind the schools' names."""

from __future__ import annotations

from pathlib import Path

from tests.small_orders import order, result

HEAD = "№ п/п\tШкола с низкими результатами\tШкола-наставник"
PARTNER = "МБОУ СОШ № 4 г. Острова (Островский район)"


def municipalities(folder: Path, *schools: str, head: str = HEAD, more: str = "") -> list[str | None]:
    rows = [f"{n}\t{school}\t{PARTNER}{more}" for n, school in enumerate(schools, 1)]
    return [r.text("municipality") for r in result(folder, order(head, *rows)).records["training_sites"]]


def test_the_bracket_behind_the_school_is_the_municipality_of_the_row(tmp_path: Path) -> None:
    schools = (
        "МБОУ СОШ с. Сосновка (Гдовский район)",
        "МБОУ ООШ с. Луговое (Гдовский м.р.)",
        "МБОУ СОШ № 40 (г. Псков)",
    )
    assert municipalities(tmp_path, *schools) == ["Гдовский район", "Гдовский район", "город Псков"]
    rows = order(HEAD, f"1\t{schools[0]}\t{PARTNER}")
    (row,) = result(tmp_path, rows).records["training_sites"]
    assert (row.raw("municipality"), row.raw("school")) == ("Гдовский район", schools[0])


def test_brackets_that_name_towns_villages_or_one_namesake_say_nothing(tmp_path: Path) -> None:
    towns = ("МБОУ СОШ № 1 (г. Порхов)", "МБОУ СОШ № 2 (г. Порхов)", "МБОУ ООШ (с. Луговое)")
    assert municipalities(tmp_path, *towns) == [None, None, None]
    one = ("МБОУ Сосновская СОШ (Гдовский район)", "МБОУ Луговская СОШ", "МБОУ Спасская СОШ")
    assert municipalities(tmp_path, *one) == [None, None, None]


def test_people_who_answer_for_municipalities_are_not_municipalities(tmp_path: Path) -> None:
    head = f"{HEAD}\tМуниципальный координатор"
    schools = ("МБОУ СОШ с. Сосновка (Гдовский район)", "МБОУ ООШ с. Луговое (Гдовский район)")
    made = municipalities(tmp_path, *schools, head=head, more="\tВаснева А.Ю.")
    assert made == ["Гдовский район", "Гдовский район"]


def test_a_column_for_districts_in_short_is_filled_down(tmp_path: Path) -> None:
    head = "№ п/п\tНаименование МР (ГО)\tШкола с низкими результатами\tШкола-наставник"
    rows = [
        "1\tГдовский МР\tМБОУ Сосновская СОШ\tМБОУ Гдовская СОШ",
        "2\t\tМБОУ Луговская СОШ\tМБОУ Гдовская СОШ",
    ]
    found = result(tmp_path, order(head, *rows)).records["training_sites"]
    assert [r.text("municipality") for r in found] == ["Гдовский район"] * 2


def test_a_column_of_schools_and_their_heads_is_still_one_of_schools(tmp_path: Path) -> None:
    head = "№ п/п\tНаставляемая ОО, ФИО директора\tОО-наставник, ФИО директора"
    rows = ["1\tМБОУ Сосновская СОШ\tМБОУ Гдовская СОШ", "2\tМБОУ Луговская СОШ\tМБОУ Гдовская СОШ"]
    found = result(tmp_path, order(head, *rows)).records["training_sites"]
    assert [r.text("school") for r in found] == ["МБОУ Сосновская СОШ", "МБОУ Луговская СОШ"]
