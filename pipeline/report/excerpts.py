"""A finding beside its source: the rows of the table around it, or the lines of text, with the cell
marked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from pipeline.ids import fold
from pipeline.model import Block, Cell, Finding, Place, Table
from pipeline.report.lookup import Matrix, Pages

_AROUND = 2  # rows shown before and after a single marked row
_AROUND_MANY = 1  # … when several rows are marked
_MOST_ROWS = 12
_FARTHEST = 500  # rows up to where a group's first row is looked for
_MOST_EXCERPTS = 4
_LONG_NUMBER = 20  # characters; a longer text is no item number
_LONGEST = 280  # characters of a cell that is not marked


@dataclass(frozen=True, slots=True)
class Part:
    """A cell as shown: `before`, `marked` (what the finding is about) and `after` make its text."""

    before: str = ""
    marked: str = ""
    after: str = ""
    is_marked: bool = False  # an empty cell may be marked too

    @property
    def text(self) -> str:
        return self.before + self.marked + self.after


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table, a line of text, or a gap of `hidden` rows. `number` counts from 1 as in a
    `Place`.
    """

    parts: tuple[Part, ...] = ()
    number: int | None = None
    marked: bool = False
    hidden: int = 0
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What stands around one or several places of one table (or of the text)."""

    kind: Literal["table", "text"]
    places: tuple[Place, ...]
    head: tuple[str, ...]
    lines: tuple[Line, ...]


def excerpts(finding: Finding, documents: Mapping[str, Pages]) -> list[Excerpt]:
    """Excerpts for the finding's places, the first places first, at most four; [] if there is nothing to
    show.
    """
    found: list[Excerpt] = []
    for source, table, places in _grouped(finding.places):
        if len(found) == _MOST_EXCERPTS:
            break
        if source not in documents:
            continue
        if table is None:
            excerpt = _of_text(documents[source], places, finding.raw)
        else:
            excerpt = _of_table(documents[source], table, places, finding)
        if excerpt is not None and excerpt.lines:
            found.append(excerpt)
    return found


def _grouped(places: Sequence[Place]) -> Iterator[tuple[str, int | None, list[Place]]]:
    """Places of one table together; each place in the text by itself."""
    tables: dict[tuple[str, int], list[Place]] = {}
    for place in places:
        if place.table is None:
            yield place.source, None, [place]
        else:
            tables.setdefault((place.source, place.table), []).append(place)
    for (source, table), rows in tables.items():
        yield source, table, rows


# ------------------------------------------------------------------------------------------------ tables


def _of_table(document: Pages, number: int, places: list[Place], finding: Finding) -> Excerpt | None:
    table = document.tables.get(number)
    if table is None:
        return None
    matrix = document.matrix(number)
    marks = {p.row - 1: p.col for p in places if p.row is not None and 0 < p.row <= table.n_rows}
    head = _head(matrix[: table.header_rows], table.n_cols)
    shown = _rows_shown(sorted(marks), table)
    other = finding.message.args.get("second")  # what the other witness reads
    wanted = [text for text in (finding.raw, finding.suggestion, other) if isinstance(text, str) and text]
    lines = list(_lines(matrix, shown, marks, wanted, table.header_rows))
    return Excerpt("table", tuple(places), head, tuple(_with_group_marked(lines, finding.raw)))


def _head(rows: Sequence[Sequence[Cell | None]], n_cols: int) -> tuple[str, ...]:
    texts = []
    for c in range(n_cols):
        column = dict.fromkeys(_short(_text(row[c])) for row in rows if _text(row[c]))
        texts.append(" / ".join(column))
    return tuple(texts) if any(texts) else ()


def _rows_shown(marks: list[int], table: Table) -> list[int]:
    if not marks:
        return list(range(table.header_rows, min(table.n_rows, table.header_rows + 2 * _AROUND)))
    around = _AROUND if len(marks) == 1 else _AROUND_MANY
    rows = sorted(
        {r for m in marks for r in range(m - around, m + around + 1) if table.header_rows <= r < table.n_rows}
        | {m for m in marks if m < table.header_rows}
    )
    if len(rows) > _MOST_ROWS:
        rows = rows[: _MOST_ROWS - 3] + rows[-3:]
    return rows


def _lines(
    matrix: Matrix, shown: list[int], marks: dict[int, int | None], wanted: list[str], first: int
) -> Iterator[Line]:
    opening = _opening_row(matrix, shown[0], first) if shown else None
    rows = _without_small_gaps([opening, *shown] if opening is not None else shown)
    # a spanning cell stands once, where it begins or at the top of what is shown
    texts = {
        r: [_text(c) if c and c.col == n and r in (c.row, rows[0]) else "" for n, c in enumerate(matrix[r])]
        for r in rows
    }
    columns = {r: _marked_column(texts[r], marks[r], wanted) for r in rows if r in marks}
    # the same kind of value in other rows (ОПШ of twelve schools) stands in the same column
    usual = next((column for column in columns.values() if column is not None), None)
    before: int | None = None
    for r in rows:
        if before is not None and r > before + 1:
            yield Line(hidden=r - before - 1)
        before = r
        column = None if r not in marks else usual if columns[r] is None else columns[r]
        if _is_section(matrix[r], texts[r]):
            yield Line((_part(texts[r][0], column == 0, wanted),), r + 1, r in marks, wide=True)
        else:
            parts = tuple(_part(text, c == column, wanted) for c, text in enumerate(texts[r]))
            yield Line(parts, r + 1, r in marks)


def _with_group_marked(lines: list[Line], raw: str) -> list[Line]:
    """If no cell of the rows is marked: the nearest one above that is the raw text (that of their group)."""
    first = next((i for i, line in enumerate(lines) if line.marked), len(lines))
    if not raw or any(part.is_marked for line in lines for part in line.parts):
        return lines
    for i in range(first - 1, -1, -1):
        column = next((c for c, part in enumerate(lines[i].parts) if fold(part.text) == fold(raw)), None)
        if column is not None:
            parts = list(lines[i].parts)
            parts[column] = Part(marked=parts[column].text, is_marked=True)
            lines[i] = replace(lines[i], parts=tuple(parts))
            break
    return lines


def _is_section(row: Sequence[Cell | None], texts: Sequence[str]) -> bool:
    """One text over the whole row: a cell that spans it, or a long text with nothing beside it."""
    if len(row) < 2 or not texts[0] or any(texts[1:]):
        return False
    return (row[0] is not None and row[0].col_span > 1) or len(texts[0]) > _LONG_NUMBER


def _part(text: str, marked: bool, wanted: Sequence[str]) -> Part:
    """A cell; if it is marked and holds a wanted text among others, only that is marked."""
    if not marked:
        return Part(_short(text))
    text = " ".join(text.split())
    for words in wanted:
        at = text.find(" ".join(words.split()))
        if at >= 0:
            end = at + len(" ".join(words.split()))
            return Part(text[:at], text[at:end], text[end:], is_marked=True)
    return Part(marked=text, is_marked=True)


def _without_small_gaps(rows: list[int]) -> list[int]:
    """A single row that is left out is shown instead: saying so takes as much room."""
    missing = {b - 1 for a, b in pairwise(rows) if b == a + 2}
    return sorted({*rows, *missing})


def _opening_row(matrix: Matrix, row: int, first: int) -> int | None:
    """The row above that opens the group: the nearest with a text in the first column, if `row` has none
    there.
    """
    if not matrix[row] or _text(matrix[row][0]):
        return None
    last = max(first, row - _FARTHEST)
    return next((r for r in range(row - 1, last - 1, -1) if _text(matrix[r][0])), None)


def _text(cell: Cell | None) -> str:
    return cell.text.strip() if cell is not None else ""


def _marked_column(texts: Sequence[str], column: int | None, wanted: Sequence[str]) -> int | None:
    """The cell of the place, else the one that is or holds the first wanted text that is found."""
    if column is not None and column < len(texts):
        return column
    folded = [fold(text) for text in texts]
    for words in filter(None, map(fold, wanted)):
        if words in folded:
            return folded.index(words)
        holding = next((c for c, text in enumerate(folded) if words in text), None)
        if holding is not None:
            return holding
    return None


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


# -------------------------------------------------------------------------------------------------- text


def _of_text(document: Pages, places: list[Place], raw: str) -> Excerpt | None:
    at = document.block(places[0], raw)
    if at is None:
        return None
    content = document.document.content
    lines = []
    for i in range(at - 1, at + 2):
        block = content[i] if 0 <= i < len(content) else None
        if isinstance(block, Block) and block.text.strip():
            lines.append(Line((_part(block.text, i == at, [raw]),), marked=i == at))
    return Excerpt("text", tuple(places), (), tuple(lines))
