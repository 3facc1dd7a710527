"""Rows of text with fewer fields than their table has columns."""

from __future__ import annotations

from pathlib import Path

from pipeline.run import read_document

_EXECUTOR = "ГАОУ ДПО «ИРО РТ» (Панфилова Г.И.)"
_FIRST = "№\tМероприятие\tРезультат\tСрок\tИсполнители\n" + "".join(
    f"{n})\t{what}\tотчёт\tиюнь 2021 г.\t{_EXECUTOR}\n"
    for n, what in enumerate(("Семинар", "Форум", "Конкурс", "Вебинар", "Консультации"), 1)
)
_SECOND = (
    "№\tМероприятие\tСрок\tИсполнители\n"
    f"1.1.\tАнализ результатов аттестации\tмай 2021 г.\t{_EXECUTOR}\n"
    f"1.2.\tВебинар по чтению\tиюнь 2021 г.\t{_EXECUTOR}\tвыполнено\n"
    f"1.3.\tДесант в школы\tиюль 2021 г.\t{_EXECUTOR}\n"
)


def _columns(path: Path, text: str) -> list[list[tuple[int, str]]]:
    path.write_text(text, encoding="utf-8")
    grid = read_document(path, path.name).tables[-1]
    return [[(c.col, c.text) for c in grid.cells if c.row == r and c.text] for r in range(grid.n_rows)]


def test_a_field_too_many_in_one_row_moves_no_other(tmp_path: Path) -> None:
    rows = _columns(tmp_path / "a.txt", f"Приложение 1\n\n{_FIRST}\nПриложение 2\n\n{_SECOND}")
    assert [row[0] for row in rows] == [(0, "№"), (0, "1.1."), (0, "1.2."), (0, "1.3.")]
    assert [len(row) for row in rows] == [4, 4, 5, 4]


def test_a_row_that_begins_with_its_number_stays(tmp_path: Path) -> None:
    lost = _FIRST + f"6)\tДень дверей\tмай 2021 г.\t{_EXECUTOR}\n"
    rows = _columns(tmp_path / "a.txt", lost)
    assert rows[6][0] == (0, "6)")


def test_a_school_below_its_merged_municipality_is_moved(tmp_path: Path) -> None:
    text = (
        "№\tМуниципалитет\tШкола\tПартнёр\n"
        "1\tКимрский район\tМБОУ «Ильинская СОШ»\tМБОУ СОШ № 1\n"
        "МБОУ «Горицкая СОШ»\tМБОУ СОШ № 1\n"
        "2\tСтарицкий район\tМБОУ «Луковниковская СОШ»\tМБОУ СОШ № 2\n"
        "3\tРжевский район\tМБОУ «Есинская СОШ»\tМБОУ СОШ № 3\n"
    )
    rows = _columns(tmp_path / "a.txt", text)
    assert rows[2] == [(2, "МБОУ «Горицкая СОШ»"), (3, "МБОУ СОШ № 1")]


_LONG = "муниципальное бюджетное общеобразовательное учреждение"


def test_schools_named_in_full_are_told_from_municipalities(tmp_path: Path) -> None:
    text = (
        "Муниципалитет\tШкола\tПартнёр\n"
        f"Кимрский район\t{_LONG} «Ильинская школа»\tМБОУ СОШ № 1\n"
        f"{_LONG} «Пригородная школа»\tМБОУ СОШ № 1\n"
        f"Ржевский район\t{_LONG} «Есинская школа»\tМБОУ СОШ № 3\n"
        "МБОУ Пригородная СОШ\tМБОУ СОШ № 3\n"
    )
    rows = _columns(tmp_path / "a.txt", text)
    assert [row[0][0] for row in rows] == [0, 0, 1, 0, 1]


def test_a_plan_of_as_many_columns_does_not_say_what_a_list_holds(tmp_path: Path) -> None:
    plan = "№\tМероприятие\tСрок\tИсполнители\n" + "".join(
        f"1.{n}\tСеминар\tмай 2021 г.\t{_EXECUTOR}\n" for n in range(1, 8)
    )
    text = (
        f"{plan}\nПриложение 2\n\n№\tРайон\tШкола\tПартнёр\n"
        "1\tКимрский район\tМБОУ «Ильинская СОШ»\tМБОУ СОШ № 1\n"
        "МБОУ «Горицкая СОШ»\tМБОУ СОШ № 1\n"
        "2\tРжевский район\tМБОУ «Есинская СОШ»\tМБОУ СОШ № 3\n"
    )
    rows = _columns(tmp_path / "a.txt", text)
    assert rows[2] == [(2, "МБОУ «Горицкая СОШ»"), (3, "МБОУ СОШ № 1")]


def test_where_all_but_the_last_column_is_merged_a_line_of_one_field_is_a_row(tmp_path: Path) -> None:
    schools = [f"МБОУ {name} СОШ" for name in ("Ямская", "Речная", "Полевая", "Лесная", "Садовая", "Южная")]
    text = (
        f"Район\tШкола\nКимрский район\t{schools[0]}\n"
        + "".join(f"{s}\n" for s in schools[1:5])
        + f"Ржевский район\t{schools[5]}\n\nМБОУ СОШ № 1 за исполнение не отвечает.\n"
    )
    rows = _columns(tmp_path / "a.txt", text)
    assert [row[-1] for row in rows[1:]] == [(1, s) for s in schools]


def test_an_empty_field_where_merged_ones_are_left_out_is_a_missing_value(tmp_path: Path) -> None:
    text = (
        "Район\tШкола\tПартнёр\n"
        "Кимрский район\tМБОУ «Ильинская СОШ»\tМБОУ СОШ № 1\n"
        "МБОУ «Горицкая СОШ»\tМБОУ СОШ № 1\n"
        "\tМБОУ СОШ № 2\n"
        "Ржевский район\tМБОУ «Есинская СОШ»\tМБОУ СОШ № 3\n"
    )
    rows = _columns(tmp_path / "a.txt", text)
    assert rows[3] == [(2, "МБОУ СОШ № 2")]
