"""Drawn tables that lost marks give the cells of the whole drawing; what was drawn as one cell stays one."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.model import Table
from pipeline.run import read_document

RULE = "+-----+------------------+----------------+"
WHOLE = """\
+-----+------------------+----------------+
| №   | Школа            | Партнёр        |
+-----+------------------+----------------+
| 1. Тверской район                       |
+-----+------------------+----------------+
| 1   | МБОУ СОШ № 3     | МБОУ Гимназия  |
|     | г. Ржева         |                |
+-----+------------------+----------------+
| 2   | МБОУ Ильинская   | МБОУ СОШ № 11  |
|     | СОШ              | г. Кимры       |
+-----+------------------+----------------+
| 3   | МБОУ Горицкая ОШ | МБОУ СОШ № 12  |
+-----+------------------+----------------+
| Итого 3 школы в списке                  |
+-----+------------------+----------------+
"""


def _table(tmp_path: Path, text: str) -> Table:
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    return read_document(path, path.name).tables[0]


def _cells(table: Table) -> list[tuple[int, int, int, int, str]]:
    return [(c.row, c.col, c.row_span, c.col_span, c.text) for c in table.cells]


@pytest.mark.parametrize(
    ("mark", "seen"),
    [
        ("| МБОУ Гимназия  |", "  МБОУ Гимназия  |"),
        ("| МБОУ Гимназия  |", "l МБОУ Гимназия  |"),
        ("| МБОУ Гимназия  |", "! МБОУ Гимназия   "),
        ("| МБОУ СОШ № 12  |", "I МБОУ СОШ № 12  1"),
        ("ОШ | МБОУ СОШ № 12", "ОШ   МБОУ СОШ № 12"),
        ("|     | г. Ржева ", "      | г. Ржева "),
        ("|     | СОШ              |", "|     | СОШ               "),
        (
            "|\n+-----+------------------+----------------+\n| 2",
            "|\n+-----t---~---- --------=+--_-------------+\n| 2",
        ),
    ],
)
def test_a_lost_mark_is_put_back_and_told(tmp_path: Path, mark: str, seen: str) -> None:
    assert WHOLE.count(mark) == 1
    table = _table(tmp_path, WHOLE.replace(mark, seen))
    assert _cells(table) == _cells(_table(tmp_path, WHOLE))
    assert [r.what for r in table.reasons if r.what == "drawing"] == ["drawing"]


def test_texts_over_borders_stay_whole(tmp_path: Path) -> None:
    table = _table(tmp_path, WHOLE)
    wide = [(c.text, c.col_span) for c in table.cells if c.col_span > 1]
    assert wide == [("1. Тверской район", 3), ("Итого 3 школы в списке", 3)]
    assert not [r for r in table.reasons if r.what == "drawing"]
