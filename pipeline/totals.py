"""Totals against what they sum up: «Итого: 60 школ» above or below a list of 58.

A number under a column of numbers is a sum; beside a word of `data/lexicons/total_units.csv`, or alone, it
is a count. It is right when it fits the rows since the total before it or the whole table. Numbers of
anything else (teachers, per cent) are no claim about the table and left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from pipeline import lexicons
from pipeline.ids import fold
from pipeline.model import Cell, Finding, Place, Record, note

_NUMBER = regex.compile(
    r"(?<![\p{L}\d.,/№-])(?<!№\s)(?P<n>\d{1,3}(?:[\s\u00a0\u202f]\d{3})+|\d+)(?:[.,](?P<part>\d{1,2}))?(?![\d/%-])"
)
_AFTER = regex.compile(r"\s*[-–—]?\s*(?P<word>\p{L}[\p{L}-]*)?(?P<sign>\s*%)?")
_BEFORE = regex.compile(r"(?<!\p{L})(?<!\p{L}-)(?P<word>\p{L}++(?:-\p{L}++)*+)\s*+[:–—-]?\s*+$")
_WHERE = regex.compile(r"(?si)\s(?:по|в|во|на|для)\s.*+")  # «по району» says of what, not what
_NUMERIC = 0.8  # of a column's filled cells are numbers: it can be summed up
_FARTHEST = 3  # a bare number larger than the list by this factor counts something else
_NAMED = ("municipality", "school", "partner")
Row = Sequence[Cell | None]


@dataclass(frozen=True, slots=True)
class Listed:
    """A table with totals. `columns`: field → column; `totals`: positions of the rows with totals."""

    matrix: Sequence[Row]
    first: int  # the first row below the header
    columns: dict[str, int]
    totals: Sequence[int]
    below: str  # a line below the table that gives a total
    place: Place
    records: Sequence[Record] = ()


def check(listed: Listed, records: Sequence[Record]) -> Iterator[Finding]:
    """The totals that do not add up; `records` are all of the order, normalized."""
    own = [r for r in records if r.place is not None and r.place.table == listed.place.table]
    listed = replace(listed, records=[r for r in own if r.dataset != "activity_executors"])
    before = listed.first - 1
    for at in listed.totals:
        cells = [(c, t) for c, t in _texts(listed.matrix[at])]
        place = replace(listed.place, row=at + 1)
        yield from _of_row(listed, cells, range(before + 1, at), place)
        before = at
    if listed.below:
        yield from _of_row(listed, [(-1, listed.below)], range(before + 1, len(listed.matrix)), listed.place)


def _texts(row: Row) -> Iterator[tuple[int, str]]:
    """The cells of a row with their columns, each cell once."""
    last: Cell | None = None
    for c, cell in enumerate(row):
        if cell is not None and cell is not last and cell.text.strip():
            yield c, cell.text.strip()
        last = cell


def _of_row(
    listed: Listed, cells: Sequence[tuple[int, str]], scope: range, place: Place
) -> Iterator[Finding]:
    text = " | ".join(t for _, t in cells)
    label = cells[0][1] if cells else ""
    for c, said in cells:
        for match in _NUMBER.finditer(said):
            given = float(regex.sub(r"\s", "", match["n"]) + "." + (match["part"] or "0"))
            sums = _sums(listed, c, scope) if match.group() == said else None
            if sums is not None:
                unit, right = "sum", sums
            else:
                unit = _unit(said, match, label if said != label else "")
                if c == listed.columns.get("partner") and unit in ("schools", "any"):
                    unit = "partners"  # what stands below the partners counts them
                right = [float(n) for n in _counts(listed, unit, scope)]
            if not right or any(abs(given - r) < 0.011 for r in right):
                continue
            if unit == "any" and given > _FARTHEST * max(right):
                continue
            best = right[0]
            yield Finding(
                "total-mismatch",
                note(f"total.{unit}", text=text, given=_shown(given), found=_shown(best)),
                dataset=listed.records[0].dataset if listed.records else "",
                raw=text,
                suggestion=_shown(best),
                places=(place,),
                key=f"{text}|{match.group()}",
            )


def _shown(n: float) -> str:
    return f"{n:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def _unit(said: str, match: regex.Match[str], label: str) -> str:
    """What a number counts: `schools`, `groups`, `partners`, `rows`; `any` if nothing is said, or `other`."""
    after = _AFTER.match(said, match.end())
    word = after["word"] if after else None
    if after and after["sign"]:
        return "other"
    if word and word.casefold() not in ("из", "в", "по", "и", "на"):
        return unit_of(word) or "other"
    before = _BEFORE.search(_WHERE.sub("", said[: match.start()] or label))
    if before is None:
        return "any"
    totals = lexicons.words("total_words", "word")
    kind = unit_of(before["word"])
    return kind or ("any" if before["word"].casefold() in totals else "other")


def unit_of(word: str) -> str | None:
    """What a word counts, by `total_units.csv`: `schools`, `groups`, `partners`, `rows`."""
    for part in reversed(fold(word).split("-")):  # «школы-партнёры» are partners
        for row in lexicons.rows("total_units"):
            stem = row["stem"]
            if part == stem if len(stem) < 3 else part.startswith(stem):
                return row["counts"]
    return None


def _counts(listed: Listed, unit: str, scope: range) -> list[int]:
    """The counts that a total of this unit may mean, those of its own rows first."""
    found: list[int] = []
    own = [r for r in listed.records if r.context.get("row") in scope]
    for records in (own, listed.records):
        rows = {r.context.get("row") for r in records}
        named = {f: {(r.context.get("row"), r.text(f)) for r in records if r.text(f)} for f in _NAMED}
        names = {f: {fold(t or "") for _, t in pairs} for f, pairs in named.items()}
        counts = {
            "rows": [len(rows), len(records)],
            "schools": [len(named["school"]), len(names["school"]), len(rows)],
            "groups": [len(names["municipality"])],
            "partners": [len(names["partner"]), len(named["partner"])],
        }
        if "school" not in listed.columns:
            counts = {"rows": counts["rows"], "any": counts["rows"]}
        counts["any"] = [*counts["rows"], *counts.get("schools", [])]
        found += counts.get(unit, [])
    return [n for n in dict.fromkeys(found) if n]


def _sums(listed: Listed, column: int, scope: range) -> list[float] | None:
    """The sums that a number under this column may be; None if it is no column of numbers."""
    if column < 0 or column in (listed.columns.get("item_no"), listed.columns.get("municipality_no")):
        return None
    body = [r for r in range(listed.first, len(listed.matrix)) if r not in listed.totals]
    texts = {r: cell.text.strip() for r in body if (cell := listed.matrix[r][column]) is not None}
    numbers = {r: _value(t) for r, t in texts.items() if t}
    summed = {r: n for r, n in numbers.items() if n is not None}
    if len(summed) < 2 or len(summed) < _NUMERIC * len(numbers):
        return None
    whole = sum(summed.values())
    own = [n for r, n in summed.items() if r in scope]
    return [sum(own), whole] if own else [whole]


def _value(text: str) -> float | None:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    return float(regex.sub(r"\s", "", match["n"]) + "." + (match["part"] or "0"))
