"""Rows cut by a page break: is the first row of a piece the rest of the last row of the piece before?

The table itself is the evidence. `shape` learns from all its rows which columns are (nearly) always filled
and how the values of a column begin («МБОУ …», a capital letter, a number). A row is a *rest* when it lacks
what every row has, and what it holds does not begin like a value of its column. A row whose first columns
are empty only because they are merged over their group («МБОУ Булгаковская НОШ» under its municipality) has
all that a row needs, and stays a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import regex

from pipeline import lexicons
from pipeline.model import Cell, Note, note

_FILLED = 0.9  # a column that this share of the rows fills is one that a row needs
_USUAL = (
    0.8  # a first word that begins this share of a column's values (with others like it) is how they begin
)
_ENOUGH = 4  # fewer rows than this say nothing about how values begin
_NUMBER = regex.compile(r"\s*(?:№\s*)?\d+(?:\.\d+)*[.)]?\s*$")
_FIRST_WORD = regex.compile(r"[\p{L}\d№«\"]+")


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """How the values of a column look over `rows` body rows: share of rows that fill it, usual first words,
    share beginning with a capital.
    """

    filled: float
    usual: frozenset[str]
    example: str
    capital: float
    numbers: float
    count: int
    rows: int


def shape(rows: Sequence[Sequence[Cell]], n_cols: int) -> tuple[ColumnShape, ...]:
    """The shape of each column over body rows (section rows left out)."""
    texts: list[list[str]] = [[] for _ in range(n_cols)]
    filled = [0] * n_cols
    covered_until = [0] * n_cols
    counted = 0
    for r, row in enumerate(rows):
        section = is_section(row, n_cols)
        counted += not section
        for cell in row:
            has_text = bool(cell.text.strip())
            for c in range(cell.col, min(cell.col + cell.col_span, n_cols)):
                covered_until[c] = r + cell.row_span if has_text else 0
            if has_text and not section and cell.col < n_cols:
                texts[cell.col].append(cell.text.strip())
        if not section:
            for c in range(n_cols):
                filled[c] += covered_until[c] > r
    empty: dict[int, ColumnShape] = {}  # hostile tables have a million columns, and nothing in them
    for c in range(n_cols):
        if not texts[c] and filled[c] not in empty:
            empty[filled[c]] = _column((), filled[c], counted)
    return tuple(
        _column(texts[c], filled[c], counted) if texts[c] else empty[filled[c]] for c in range(n_cols)
    )


def _column(texts: Sequence[str], filled: int, rows: int) -> ColumnShape:
    words = Counter(m.group() for t in texts if (m := _FIRST_WORD.search(t)))
    recurring = {w: n for w, n in words.items() if n >= 2 and not w.isdigit()}
    enough = len(texts) >= _ENOUGH and sum(recurring.values()) >= _USUAL * len(texts)
    usual = frozenset(recurring) if enough and len(recurring) * 2 <= len(texts) else frozenset()
    capitals = sum(1 for t in texts if (m := _FIRST_WORD.search(t)) and not m.group()[0].islower())
    return ColumnShape(
        filled / rows if rows else 0.0,
        usual,
        max(recurring, key=lambda w: recurring[w], default=""),
        capitals / len(texts) if texts else 0.0,
        sum(1 for t in texts if _NUMBER.match(t)) / len(texts) if texts else 0.0,
        len(texts),
        rows,
    )


def is_section(row: Sequence[Cell], n_cols: int) -> bool:
    """One cell over all columns, or text in the first column only (a text form has no spans)."""
    filled = [c for c in row if c.text.strip()]
    if len(filled) != 1 or n_cols < 2:
        return False
    cell = filled[0]
    if cell.col_span >= n_cols:
        return True
    return cell.col == 0 and len(row) > 1 and not _NUMBER.match(cell.text)


def last_row(rows: Sequence[Sequence[Cell]], n_cols: int) -> list[Cell]:
    """The cells of the last row, those that span into it from above included."""
    found = {c.col: c for c in rows[-1]}
    for col in range(n_cols):
        if not any(c.col <= col < c.col + c.col_span for c in found.values()):
            for above in covering(rows, col):
                found[above.col] = above
                break
    return [found[c] for c in sorted(found)]


def covering(rows: Sequence[Sequence[Cell]], col: int) -> Iterator[Cell]:
    """The cell that covers a column in the last row (nothing if the row has no cell there)."""
    n = len(rows)
    for r in range(n - 1, -1, -1):
        for cell in rows[r]:
            if cell.col <= col < cell.col + cell.col_span:
                if r + cell.row_span >= n:
                    yield cell
                return


def is_rest(
    last: Sequence[Cell], first: Sequence[Cell], columns: Sequence[ColumnShape], *, is_open: bool = False
) -> tuple[Note, ...] | None:
    """Why the row `first` is the rest of the row `last`; None if it is a row of its own.

    `is_open`: the format shows that the row is not closed at the page border.
    """
    n_cols = len(columns)
    if is_section(first, n_cols) or is_section(last, n_cols):
        return None
    filled = {c.col: c.text.strip() for c in first if c.text.strip()}
    above = {c.col: c.text.strip() for c in last if c.text.strip()}
    if not filled or is_total(filled[min(filled)]):
        return None
    number_col = next((c for c, s in enumerate(columns) if s.numbers >= _USUAL and s.count), None)
    if number_col is not None and number_col in filled and _NUMBER.match(filled[number_col]):
        moved = number_col not in above and columns[number_col].filled >= _FILLED
        # the number of a row stands in its second part (vertically centred) only if its first part has none
        if moved and all(_begins_as_rest(t, columns[c]) for c, t in filled.items() if c != number_col):
            return (note("table.row-joined.why-number"),)
        return None
    merged_over = {c.col for c in last if c.row_span > 1}
    missing = [
        c for c, s in enumerate(columns) if s.filled >= _FILLED and c not in filled and c not in merged_over
    ]
    small = [_begins_small(text) for text in filled.values()]
    numberless = number_col is not None and number_col in missing
    new = [c for c, text in filled.items() if _begins_as_usual(text, columns[c])]
    if new and not (numberless and len(missing) > 1 and any(small)):
        return None  # «й программы» beside «ГАУ ДПО «ИРО»», and neither number nor date: a list went on
    if any(c not in above for c in filled) and not is_open:
        return None  # a rest continues cells that the first part has
    why: list[Note] = []
    halves = [c for c, text in filled.items() if c in above and is_half(above[c], text)]
    if halves and 0 not in filled:
        why += [note("table.row-joined.why-half", text=above[c]) for c in halves]
        is_open = True
    elif columns[0].rows < _ENOUGH and not (all(small) or (any(small) and (numberless or len(missing) > 1))):
        missing = []  # two rows say nothing about what every row has
    rests = [c for c, text in filled.items() if _begins_as_rest(text, columns[c])]
    if missing:
        why.append(note("table.row-joined.why-missing", columns=[c + 1 for c in missing]))
    for c in rests:
        why.append(note("table.row-joined.why-rest", text=filled[c], usual=columns[c].example or "А"))
    if is_open and not halves:
        why.append(note("table.row-joined.why-open"))
    others = [text for c, text in filled.items() if c not in rests]
    if missing or is_open or (rests and all(_begins_small(text) for text in others)):
        return tuple(why)
    return None


def is_half(above: str, rest: str) -> bool:
    """The text above ends inside a name: a legal form alone, or a quote that only the rest closes."""
    form = " ".join(above.split()).casefold()
    if form in _legal_forms():
        return True
    opened = above.count("«") - above.count("»")
    return opened > 0 and rest.count("»") - rest.count("«") == opened


@cache
def _legal_forms() -> frozenset[str]:
    """Legal forms as they stand before a name, folded: «мбоу»."""
    return frozenset(form.casefold() for form in lexicons.words("legal_forms", "abbreviation"))


def is_total(text: str) -> bool:
    """The text opens a row of totals: «Итого», «Всего:»."""
    match = _FIRST_WORD.search(text)
    return match is not None and match.group().casefold() in lexicons.words("total_words", "word")


def _begins_as_usual(text: str, column: ColumnShape) -> bool:
    """The text begins with a word with which the values of this column usually begin."""
    match = _FIRST_WORD.search(text)
    return bool(column.usual) and match is not None and match.group() in column.usual


def _begins_as_rest(text: str, column: ColumnShape) -> bool:
    """The text cannot be the beginning of a value of this column."""
    if column.usual:
        return not _begins_as_usual(text, column)
    return _begins_small(text) and column.capital >= _FILLED and column.count >= _ENOUGH


def _begins_small(text: str) -> bool:
    """A small letter, or a bracket or mark, begins the text."""
    if text[:1] in "()»,.;:–—-":
        return True
    match = _FIRST_WORD.search(text)
    return match is None or match.group()[0].islower()


def is_wrapped(above: Sequence[Cell], row: Sequence[Cell], columns: Sequence[ColumnShape]) -> bool:
    """In text without layout: the row is a cell of the row above, wrapped onto a line of its own.

    Only where the first column numbers every row and is empty here, two needed columns or more are empty and
    every text begins with a small letter under a text. Other columns of numbers (taxpayer numbers) say
    nothing: a section row lacks them too.
    """
    number_col = next(
        (c for c, s in enumerate(columns[:1]) if s.numbers >= _USUAL and s.filled >= _USUAL), None
    )
    filled = {c.col: c.text.strip() for c in row if c.text.strip()}
    above_cols = {c.col for c in above if c.text.strip()}
    if number_col is None or not filled or number_col in filled or is_section(above, len(columns)):
        return False
    missing = [c for c, s in enumerate(columns) if s.filled >= _USUAL and c not in filled]
    return (
        len(missing) >= 2
        and all(c in above_cols for c in filled)
        and all(_begins_as_rest(text, columns[c]) for c, text in filled.items())
    )


def merged(last: Sequence[Cell], rest: Sequence[Cell]) -> list[Cell]:
    """The row with the text of `rest` appended cell by cell (joined by a line break)."""
    texts = {c.col: c for c in rest if c.text.strip()}
    joined: list[Cell] = []
    for cell in last:
        more = texts.pop(cell.col, None)
        if more is None:
            joined.append(cell)
            continue
        text = f"{cell.text}\n{more.text}" if cell.text.strip() else more.text
        confidences = [x for x in (cell.confidence, more.confidence) if x is not None]
        joined.append(replace(cell, text=text, confidence=min(confidences, default=None)))
    joined.extend(replace(cell, row=last[0].row if last else cell.row) for cell in texts.values())
    return sorted(joined, key=lambda c: c.col)
