"""The № column of a scan is repaired by its sequence, and never where the order itself may be odd."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import interpret, number_column, profiles
from pipeline.model import Cell, Document, Source, Table
from pipeline.result import differs

Seen = str | tuple[str, float] | tuple[str, float, str]  # text, confidence, another reading


def table(numbers: list[Seen], *, scanned: bool = True, head: str = "№ п/п") -> Table:
    """A list with the given texts in its № column; «= 2. Title» is a heading over the whole row."""
    cells = [Cell(head, 0, 0), Cell("Мероприятие", 0, 1), Cell("Сроки исполнения", 0, 2)]
    for row, seen in enumerate(numbers, 1):
        text, sure, *other = seen if isinstance(seen, tuple) else (seen, 0.95)
        confidence = sure if scanned else None
        if text.startswith("="):
            cells.append(Cell(text[1:].strip(), row, 0, 1, 3, confidence=confidence))
            continue
        cells.append(Cell(text, row, 0, confidence=confidence, readings=tuple(other)))
        cells.append(Cell(f"Семинар {'абвгдежзик'[row % 10]}", row, 1, confidence=confidence))
        cells.append(Cell("Май 2022 г.", row, 2, confidence=confidence))
    return Table(1, tuple(cells), len(numbers) + 1, 3, 1)


def after(given: Table) -> list[str]:
    document = Document(Source("a.pdf", "", "pdf"), (given,))
    (done,) = number_column.repaired(document).tables
    return [c.text for c in done.cells if c.col == 0 and c.row > 0]


@pytest.mark.parametrize(
    ("seen", "right"),
    [
        (["1.", "2.", "З.", "4."], ["1.", "2.", "3.", "4."]),
        (["8", "9", "l0", "11"], ["8", "9", "10", "11"]),
        (["11", "12", "1З", "14"], ["11", "12", "13", "14"]),
        (["1.", "2.", "3.", "Ч"], ["1.", "2.", "3.", "4."]),
        (["l.", "2.", "3.", "4."], ["1.", "2.", "3.", "4."]),
        (["1.1.", "1.2.", "1.З.", "1.4."], ["1.1.", "1.2.", "1.3.", "1.4."]),
        (["1.1.", "1.2.", "13.", "1.4."], ["1.1.", "1.2.", "1.3.", "1.4."]),
        (["= 1. Раздел", "1.1.", "1.2.", "= 2. Другой", "2.l.", "2.2."], None),
        (["1", "2", "3", "l", "2", "3"], ["1", "2", "3", "1", "2", "3"]),
        (["1", "2", ("8", 0.4), "4", "5"], ["1", "2", "3", "4", "5"]),
        (["1", "2", ("", 0.3, "3"), "4", "5"], ["1", "2", "3", "4", "5"]),
        (["5", "б", "7", "В", "9"], ["5", "6", "7", "8", "9"]),
    ],
)
def test_a_misread_number_is_put_right(seen: list[Seen], right: list[str] | None) -> None:
    if right is None:
        right = ["1. Раздел", "1.1.", "1.2.", "2. Другой", "2.1.", "2.2."]
    assert after(table(seen)) == right


@pytest.mark.parametrize(
    "seen",
    [
        ["1", "2", "3", "10", "14", "15"],  # a gap
        ["1", "2", "2", "3", "4"],  # a repetition
        ["1", "2", "8", "4", "5"],  # read surely: the order's own slip
        ["9", "10", ("14", 0.4), "15", "16"],  # in doubt, but the next number says the same
        ["1", "2", ("15", 0.4), "4", "5"],  # too far from what was read
        ["1", "2", "3", "Ж"],  # no shape of a digit
        ["1", "2", "", "4"],  # nothing was seen there
        ["1", "2", "3", "примечание", "4"],
        ["1", "2", "В", "6", "7"],  # 8 fits neither neighbour
    ],
)
def test_what_may_be_the_order_itself_stays(seen: list[Seen]) -> None:
    given = table(seen)
    assert after(given) == [c.text for c in given.cells if c.col == 0 and c.row > 0]


def test_text_that_was_no_picture_is_never_renumbered() -> None:
    assert after(table(["1.", "2.", "З.", "4."], scanned=False)) == ["1.", "2.", "З.", "4."]


def test_a_column_of_something_else_is_no_sequence() -> None:
    assert after(table(["1", "2", "З", "4"], head="Баллы")) == ["1", "2", "З", "4"]
    assert after(table(["14", "3", "З", "8", "5"])) == ["14", "3", "З", "8", "5"]


def test_the_correction_is_logged_with_what_was_read() -> None:
    given = table(["1.1.", "1.2.", "1.З.", "1.4."])
    document = number_column.repaired(Document(Source("a.pdf", "", "pdf"), (given,)))
    records = interpret.interpret(document, profiles.load(Path("none"))).records
    value = records[2].values["item_no"]
    assert (value.raw, value.text, value.status) == ("1.З.", "1.3.", "fixed")
    assert [c.rule for c in value.changes] == ["number-sequence"] and differs(value)
    assert not any(differs(r.values["item_no"]) for r in (*records[:2], records[3]))


def test_the_table_is_otherwise_as_it_was() -> None:
    given = table(["1.", "2.", "З.", "4."])
    document = Document(Source("a.pdf", "", "pdf"), (given,))
    (done,) = number_column.repaired(document).tables
    changed = [(a, b) for a, b in zip(given.cells, done.cells, strict=True) if a != b]
    assert [(a.text, b.text, b.read) for a, b in changed] == [("З.", "3.", "З.")]
    assert replace(done, cells=given.cells) == given
