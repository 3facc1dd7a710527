"""What the report shows beside a finding: differing letters, places in words, the source around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Block, Cell, Document, Finding, Place, Source, Table, note
from pipeline.report.differences import differences, is_latin_twin, visible
from pipeline.report.excerpts import Excerpt, excerpts
from pipeline.report.lookup import pages
from pipeline.report.places import describe, ranges
from pipeline.report.strips import strips

TEXT = st.text(alphabet="аб ВШЦ-№1«»\n\t", max_size=30)


@given(TEXT, TEXT)
def test_no_letter_is_lost_or_invented(before: str, after: str) -> None:
    parts = differences(before, after)
    assert "".join(t for kind, t in parts if kind != "ins") == before
    assert "".join(t for kind, t in parts if kind != "del") == after


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        (
            "МБОУ Щуйская ОПШ",
            "МБОУ Щуйская ООШ",
            [("same", "МБОУ Щуйская О"), ("del", "П"), ("ins", "О"), ("same", "Ш")],
        ),
        ("657-09", "657-ОД", [("same", "657-"), ("del", "09"), ("ins", "ОД")]),
        ("№ 1", "№ 1", [("same", "№ 1")]),
        (
            "Духовщинский район",
            "Ершичский район",
            [("del", "Духовщинский"), ("ins", "Ершичский"), ("same", " район")],
        ),
        (
            "Починковский район",
            "Сафоновский район",
            [("del", "Починковский"), ("ins", "Сафоновский"), ("same", " район")],
        ),
        ("« 21 » 04 20 21 г.", "2021-07-21", [("del", "« 21 » 04 20 21 г."), ("ins", "2021-07-21")]),
        ("", "x", [("ins", "x")]),
        ("", "", []),
    ],
)
def test_what_is_marked(before: str, after: str, parts: list[tuple[str, str]]) -> None:
    assert differences(before, after) == parts


def test_a_latin_twin_of_a_cyrillic_letter_is_a_difference() -> None:
    assert ("del", "C") in differences("CОШ № 1", "СОШ № 1")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (" ", "␣"),
        ("а б", "а б"),
        ("\u00a0", "⍽"),
        ("\u200b", "[U+200B]"),
        ("\u202e", "[U+202E]"),
        ("\u00ad", "[-]"),
    ],
)
def test_what_the_eye_cannot_see_is_shown_as_a_sign(text: str, seen: str) -> None:
    assert visible(text) == seen


def test_latin_twins_are_named() -> None:
    assert is_latin_twin("C") and not is_latin_twin("С") and not is_latin_twin("Z") and not is_latin_twin("")


@pytest.mark.parametrize(
    ("numbers", "text"),
    [([3], "3"), ([3, 4], "3, 4"), ([35, 36, 37, 40], "35–37, 40"), ([2, 1, 2], "1, 2"), ([], "")],
)
def test_ranges(numbers: list[int], text: str) -> None:
    assert ranges(numbers) == text


def test_places_of_one_table_are_said_together() -> None:
    places = [Place("a.pdf", page=2, table=1, row=r) for r in (4, 5, 6)]
    assert describe(places, "ru", with_source=False) == "Страница 2, таблица 1, строки 4–6"
    assert describe(places, "en", with_source=True) == "a.pdf, page 2, table 1, rows 4–6"
    assert describe([Place("a.pdf")], "en", with_source=False) == "a.pdf"
    assert describe([], "en", with_source=True) == ""


# --------------------------------------------------------------------------------------------- excerpts

ROWS = [
    ["№", "Район", "Школа"],
    ["1.", "Первый", "А"],
    ["", "", "Б"],
    ["", "", "В"],
    ["", "", "Г"],
    ["", "", "Д"],
    ["2.", "Второй", "Е"],
    ["", "", "Ж"],
]


def document(rows: list[list[str]], *texts: str) -> Document:
    cells = tuple(Cell(t, r, c) for r, row in enumerate(rows) for c, t in enumerate(row))
    table = Table(1, cells, len(rows), len(rows[0]), header_rows=1)
    blocks = tuple(Block(t, place=Place("o.txt")) for t in texts)
    return Document(Source("o.txt", "0", "text"), (*blocks, table))


def excerpt(rows: list[int], raw: str = "", col: int | None = None) -> Excerpt:
    finding = Finding(
        "duplicate-row",
        note("x"),
        raw=raw,
        places=tuple(Place("o.txt", table=1, row=r, col=col) for r in rows),
    )
    (found,) = excerpts(finding, pages({"o.txt": document(ROWS)}))
    return found


def shown(found: Excerpt) -> list[str]:
    return [f"…{line.hidden}" if line.hidden else str(line.number) for line in found.lines]


def test_the_rows_around_are_shown_and_the_row_that_opens_the_group() -> None:
    found = excerpt([6], raw="Д")
    assert shown(found) == ["2", "3", "4", "5", "6", "7", "8"], "row 3 alone is not worth a gap"
    assert [line.number for line in found.lines if line.marked] == [6]
    assert found.head == ("№", "Район", "Школа")
    assert [p.is_marked for p in found.lines[4].parts] == [False, False, True]


def test_a_place_with_a_column_marks_that_cell_even_if_it_is_empty() -> None:
    found = excerpt([6], raw="Первый", col=1)
    assert [p.is_marked for p in found.lines[4].parts] == [False, True, False]


def test_only_the_words_that_are_meant_are_marked_in_a_long_cell() -> None:
    rows = [
        ["№", "Исполнители"],
        ["1.", "Департамент (Полов Р.А.) СОИРО"],
        ["2.", "Департамент (Попов Р.А.)"],
    ]
    places = tuple(Place("o.txt", table=1, row=r) for r in (2, 3))
    finding = Finding("name-variant", note("x"), raw="Полов Р.А.", suggestion="Попов Р.А.", places=places)
    (found,) = excerpts(finding, pages({"o.txt": document(rows)}))
    assert [line.parts[1].marked for line in found.lines] == ["Полов Р.А.", "Попов Р.А."]
    assert found.lines[0].parts[1].text == "Департамент (Полов Р.А.) СОИРО"


def test_a_section_is_shown_over_the_whole_row() -> None:
    section = "1. Проведение профессиональных конкурсов"
    rows = [["№", "Мероприятие"], [section, ""], ["1.1.", "Конкурс"], ["1.2.", ""]]
    finding = Finding("missing-value", note("x"), places=(Place("o.txt", table=1, row=4, col=1),))
    (found,) = excerpts(finding, pages({"o.txt": document(rows)}))
    assert [(line.wide, len(line.parts)) for line in found.lines] == [(True, 1), (False, 2), (False, 2)]


def test_a_merged_cell_is_shown_once_at_the_top_of_what_is_shown() -> None:
    rows = [Cell("№", 0, 0), Cell("Школа", 0, 1), Cell("1.", 1, 0, row_span=9)]
    rows += [Cell(f"Школа {r}", r, 1) for r in range(1, 10)]
    order = Document(Source("o.txt", "0", "docx"), (Table(1, tuple(rows), 10, 2, header_rows=1),))
    finding = Finding("ocr-suspect", note("x"), places=(Place("o.txt", table=1, row=8),))
    (found,) = excerpts(finding, pages({"o.txt": order}))
    assert [line.parts[0].text for line in found.lines] == ["1.", "", "", "", ""]


def test_other_rows_of_the_same_finding_are_marked_in_the_same_column() -> None:
    found = excerpt([5, 6, 8], raw="Г")
    assert [line.parts[2].marked for line in found.lines if line.marked] == ["Г", "Д", "Ж"]


def test_a_group_that_is_meant_is_marked_where_it_stands() -> None:
    found = excerpt([6], raw="Первый")
    assert [(line.number, part.text) for line in found.lines for part in line.parts if part.is_marked] == [
        (2, "Первый")
    ]
    assert [line.number for line in found.lines if line.marked] == [6]


def test_many_rows_are_shown_with_a_gap() -> None:
    rows = [ROWS[0], *([f"{n}.", "Район", f"Школа {n}"] for n in range(1, 60))]
    finding = Finding(
        "partner-outlier", note("x"), places=tuple(Place("o.txt", table=1, row=r) for r in range(5, 50))
    )
    (found,) = excerpts(finding, pages({"o.txt": document(rows)}))
    assert len(found.lines) <= 14
    assert sum(line.hidden for line in found.lines) + len(found.lines) - 1 == 47


def test_a_line_of_text_is_found_by_what_stands_in_it() -> None:
    order = document(ROWS, "ПРИКАЗ", "« 21 »  04 20 21 г.", "№ 657-09")
    finding = Finding("order-date-conflict", note("x"), raw="« 21 » 04 20 21 г.", places=(Place("o.txt"),))
    (found,) = excerpts(finding, pages({"o.txt": order}))
    assert [(line.parts[0].text, line.marked) for line in found.lines] == [
        ("ПРИКАЗ", False),
        ("« 21 » 04 20 21 г.", True),
        ("№ 657-09", False),
    ]


@pytest.mark.parametrize(
    "place",
    [
        Place("gone.txt", table=1, row=1),
        Place("o.txt", table=9, row=1),
        Place("o.txt"),
        Place("o.txt", page=4),
    ],
)
def test_a_place_that_cannot_be_shown_gives_no_excerpt(place: Place) -> None:
    finding = Finding("unknown-table", note("x"), places=(place,))
    assert excerpts(finding, pages({"o.txt": document(ROWS)})) == []


@given(st.lists(st.integers(-2, 70), max_size=6), st.text(alphabet="АБ1.", max_size=2))
def test_whatever_rows_are_named_the_excerpt_holds_all_that_exist_or_says_how_many_are_left_out(
    rows: list[int], raw: str
) -> None:
    places = tuple(Place("o.txt", table=1, row=r) for r in rows)
    found = excerpts(
        Finding("ocr-suspect", note("x"), raw=raw, places=places), pages({"o.txt": document(ROWS)})
    )
    marked = {line.number for f in found for line in f.lines if line.marked}
    assert marked == {r for r in rows if 0 < r <= len(ROWS)}


def test_the_strip_puts_marks_where_the_findings_lie() -> None:
    order = pages({"o.txt": document(ROWS, "one", "two")})
    finding = Finding(
        "ocr-fixed", note("x"), severity="info", id="dis-1", places=(Place("o.txt", table=1, row=8),)
    )
    (strip,), more = strips([finding], order)
    assert more == 0 and strip.tables == ((1, 20.0, 80.0),)
    assert strip.marks[0].x > 89 and strip.marks[0].finding_id == "dis-1"
