"""The № column of a scanned table, repaired by its own sequence: 1, 2, 3 …; 1.1, 1.2 …; anew in each group.

A number that was misread is put right only where the sequence leaves one possibility:

- what is no number («З», «l0», «1З») reads as the number that follows the one above or precedes that below;
- what has lost a dot or found one («14.» for «1.4.») has the dots that both neighbours ask for;
- what is a number, but was read in doubt, stands between two sure ones that lack just this number.

A number that was read surely stays, whatever the sequence says: gaps and repetitions are the order's own, and
`checks/numbering.py` tells them. Text that was never a picture is not touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import regex

from pipeline import lexicons
from pipeline.model import Cell, Document, Table

_NUMBER = regex.compile(r"(?:№\s*)?(?P<number>\d{1,4}(?:\.\d{1,3}){0,3})(?P<end>\s*[.)]*)")
_HEAD = regex.compile(r"№|\bп\s*/\s*п\b|\bN\b|номер", regex.IGNORECASE)
_SECTION = regex.compile(r"\s*(?:Раздел\s+)?(?P<number>\d{1,3}(?:\.\d{1,3})?)\s*[.)]?\s+\p{L}")
_FEWEST = 3  # numbers that show a sequence
_MOST_OPTIONS = 64  # ways to read the shapes of one text
_SHARE = 0.5  # of the texts of a column that must be numbers

Number = tuple[int, ...]


@dataclass(slots=True)
class _Step:
    """A number as it stands in the column, from the top. `number` is None where none was read."""

    cell: Cell | None  # None: a heading over the whole row, whose number is known
    number: Number | None
    sure: bool


def repaired(document: Document) -> Document:
    """The document with the number columns of scanned tables put right; `Cell.read` keeps what was read."""
    content = tuple(_table(x) if isinstance(x, Table) else x for x in document.content)
    return replace(document, content=content)


def _table(table: Table) -> Table:
    if not any(c.confidence is not None for c in table.cells):
        return table
    fixed: dict[Cell, str] = {}
    for steps in _columns(table):
        for i, step in enumerate(steps):
            if step.cell is None or step.cell.confidence is None:
                continue
            number = _dotted(steps, i) if step.sure else _right(steps, i)
            if number is not None and number != step.number:
                fixed[step.cell] = _written(step.cell, number, steps)
                step.number, step.sure = number, True
    if not fixed:
        return table
    sure = lexicons.numbers("witness")["sure"]
    cells = (
        replace(
            c,
            text=fixed[c],
            read=c.text or next(iter(c.readings), ""),
            confidence=sure,
            readings=tuple(dict.fromkeys((*filter(None, (c.text,)), *c.readings))),
        )
        if c in fixed
        else c
        for c in table.cells
    )
    return replace(table, cells=tuple(cells))


def _columns(table: Table) -> list[list[_Step]]:
    """The steps of each column that numbers its rows."""
    columns: dict[int, list[Cell]] = defaultdict(list)
    wide: list[Cell] = []
    for cell in table.cells:
        if cell.row < table.header_rows:
            continue
        if cell.col_span == 1:
            columns[cell.col].append(cell)
        elif _SECTION.match(cell.text):
            wide.append(cell)
    found = []
    for col, cells in columns.items():
        heads = " ".join(c.text for c in table.cells if c.col == col and c.row < table.header_rows)
        texts = [c for c in cells if c.text.strip()]
        plain = [c for c in texts if _NUMBER.fullmatch(c.text.strip())]
        named = bool(_HEAD.search(heads)) or (col == 0 and not heads)
        if not named or len(plain) < _FEWEST or len(plain) < _SHARE * len(texts):
            continue
        steps = [s for c in sorted((*cells, *wide), key=lambda c: (c.row, c.col)) if (s := _step(c))]
        if _counts(steps):
            found.append(steps)
    return found


def _step(cell: Cell) -> _Step | None:
    """A cell as a step; None for an empty one in which nothing was seen."""
    if cell.col_span > 1:
        heading = _SECTION.match(cell.text)
        return _Step(None, _parsed(heading["number"]), True) if heading else None
    text = cell.text.strip()
    number = _parsed(text)
    if not text and (cell.confidence is None or not cell.readings):
        return None
    sure = number is not None and (
        cell.confidence is None or cell.confidence >= lexicons.numbers("witness")["doubtful"]
    )
    return _Step(cell, number, sure)


def _parsed(text: str) -> Number | None:
    found = _NUMBER.fullmatch(text.strip())
    return tuple(int(p) for p in found["number"].split(".")) if found else None


def _counts(steps: Sequence[_Step]) -> bool:
    """The numbers that were read surely mostly follow one another, single steps left out."""
    known = [(i, s.number) for i, s in enumerate(steps) if s.sure and s.number is not None]
    followed = 0
    for k, (i, number) in enumerate(known[:-1]):
        later = known[k + 1 : k + 3]
        followed += any(
            (j == i + 1 and n in _after(number)) or n == (*number[:-1], number[-1] + j - i) for j, n in later
        )
    return len(known) > 1 and followed >= _SHARE * (len(known) - 1)


def _after(number: Number) -> set[Number]:
    """What may follow a number: the next one of its level, its first part, the next of a level above, 1."""
    found = {(*number[:k], number[k] + 1) for k in range(len(number))}
    return found | {(*number, 1), (1,), (*number[:-1], 1)} - {number}


# ------------------------------------------------------------------------------------------- one number


def _right(steps: Sequence[_Step], at: int) -> Number | None:
    """The only number that a doubtful step can be; None if there is none, or more than one."""
    step = steps[at]
    above = steps[at - 1] if at else None
    below = steps[at + 1] if at + 1 < len(steps) else None
    before = above.number if above is not None and above.sure else None
    after = below.number if below is not None and below.sure else None
    shaped = _shapes(step)
    if before is not None and after is not None:
        between = {n for n in _after(before) if after in _after(n)}
        likely = between & shaped
        if len(likely) == 1:
            return next(iter(likely))
        next_one = (*before[:-1], before[-1] + 1)
        exact = next_one in between and after == (*next_one[:-1], next_one[-1] + 1)
        if exact and _may_be(step, next_one):
            return next_one
        if step.number is None:
            return _only(shaped & _after(before)) or _only({n for n in shaped if after in _after(n)})
        return None
    if step.number is not None:
        return None  # a number in doubt needs both neighbours
    if before is not None:
        return _only(shaped & _after(before))
    if after is not None:
        return _only({n for n in shaped if after in _after(n)})
    return None


def _dotted(steps: Sequence[_Step], at: int) -> Number | None:
    """The number of the same digits that stands between the neighbours, where the sure reading does not."""
    if not 0 < at < len(steps) - 1:
        return None
    before, number, after = (steps[at + k].number for k in (-1, 0, 1))
    if before is None or number is None or after is None or number in _after(before):
        return None
    wanted = (*before[:-1], before[-1] + 1)
    fits = steps[at - 1].sure and steps[at + 1].sure and after == (*wanted[:-1], wanted[-1] + 1)
    same = "".join(map(str, wanted)) == "".join(map(str, number))
    return wanted if fits and same else None


def _only(found: set[Number]) -> Number | None:
    return next(iter(found)) if len(found) == 1 else None


def _may_be(step: _Step, number: Number) -> bool:
    """Whether a doubtful reading can stand for a number of so many digits."""
    cell = step.cell
    if cell is None:
        return False
    seen = [c for c in cell.text if c.isalnum()]
    wanted = "".join(map(str, number))
    if not seen:
        return bool(cell.readings)
    if len(seen) != len(wanted):
        return False
    return sum(a != b for a, b in zip(seen, wanted, strict=True)) <= 1


@cache
def _digits() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {str(d): (str(d),) for d in range(10)}
    for row in lexicons.rows("digit_shapes"):
        found[row["seen"]] = (*found.get(row["seen"], ()), row["digit"])
    return found


def _shapes(step: _Step) -> set[Number]:
    """All numbers that look like what was read, or are another reading of the cell; dots may be lost."""
    cell = step.cell
    found: set[Number] = set()
    if cell is None:
        return found
    for text in (cell.text, *cell.readings):
        text = text.strip().removeprefix("№").strip(" .),:;'`")
        signs = [c for c in text.replace(",", ".") if not c.isspace()]
        choices = [(c,) if c == "." else _digits().get(c, ()) for c in signs]
        if not choices or not all(choices) or len(choices) > 8:
            continue
        for some in _first(product(*choices)):
            whole = "".join(some)
            if (number := _parsed(whole)) is not None:
                found.add(number)
            plain = whole.replace(".", "")
            if plain.isdigit() and 2 <= len(plain) <= 4:
                cuts = range(1, len(plain))
                found |= {(int(plain[:k]), int(plain[k:])) for k in cuts if plain[k] != "0"}
    return found


def _first(options: product[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [o for o, _ in zip(options, range(_MOST_OPTIONS), strict=False)]


def _written(cell: Cell, number: Number, steps: Sequence[_Step]) -> str:
    """The number with the closing sign that most numbers of the column have."""
    ends: dict[str, int] = defaultdict(int)
    for step in steps:
        if step.cell is not None and step.cell is not cell:
            found = _NUMBER.fullmatch(step.cell.text.strip())
            if found:
                ends[found["end"].strip()] += 1
    end = max(ends, key=lambda e: ends[e], default="")
    return ".".join(map(str, number)) + end
