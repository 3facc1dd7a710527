"""Rows that are no records: section rows, totals, and what the line above a table says of all its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from pipeline import headers, headings
from pipeline.columns import Match
from pipeline.model import Cell, Change, Place, Table, Value, note
from pipeline.normalizers import municipality
from pipeline.normalizers.context import Context
from pipeline.normalizers.text import join_lines
from pipeline.profiles import Profile
from pipeline.replacing import replace
from pipeline.signature import Line

_SECTION = regex.compile(
    r"\s*(?:(?:Раздел|Этап|Блок)\s+)?(?P<number>\d{1,3}(?:\.\d{1,3})*|[IVXLCІХ]{1,6})\s*[.)]?\s+(?P<text>\S.*)",
    regex.DOTALL,
)
_NAMED = regex.compile(r"\s*(?:Раздел|Этап|Блок)\s", regex.IGNORECASE)
_NUMBER = regex.compile(r"(?:№\s*)?(?P<number>\d{1,4}(?:\.\d{1,4})*|[IVXLC]{1,6})\s*[.)]*\s*")


@dataclass(frozen=True, slots=True)
class Sections:
    """The rows of one table, looked at by its profile."""

    table: Table
    match: Match
    matrix: Sequence[Sequence[Cell | None]]

    @property
    def profile(self) -> Profile:
        return self.match.profile

    def is_total(self, row: Sequence[Cell | None]) -> bool:
        """«Итого», «Всего по району»: the word alone opens the row («Итоговый семинар» is an activity)."""
        texts = [headers.fold(c.text).split() for c in row if c is not None and c.text.strip()]
        return any(words[0] in self.profile.skip_rows for words in texts[:2] if words)

    def heading(self, line: Line | None) -> dict[str, Value]:
        """What the line above the table says of all its rows, where the table has no column for it: «Волжский
        муниципальный район» over a list of schools, «Раздел 1. …» over activities.
        """
        rule = self.profile.section_rows
        if line is None or rule is None or rule.text in self.match.columns:
            return {}
        raw = join_lines(line.text).rstrip(":")
        found = _SECTION.match(raw)
        said = found["text"] if found else raw
        if self._names_municipality(rule.text):
            if headings.lists_schools(said):
                said = headings.municipality_in(said) or ""
            if municipality.normalize(said, Context()).parts.get("kind") is None:
                return {}
        elif found is None or not (_NAMED.match(raw) or self._counts_on(found["number"])):
            return {}
        values = {rule.text: Value(said, said, place=line.place)}
        if rule.number and found:
            values[rule.number] = Value(found["number"], found["number"], place=line.place)
        return values

    def _names_municipality(self, name: str) -> bool:
        return any(c.field == name and c.type == "municipality" for c in self.profile.columns)

    def _counts_on(self, number: str) -> bool:
        """The first row is numbered below a section of this number: «1.1» below «1. …»."""
        column = self.match.columns.get("item_no")
        first = self.matrix[self.table.header_rows] if self.table.n_rows > self.table.header_rows else []
        cell = first[column] if column is not None and first else None
        return cell is not None and cell.text.strip().startswith(number + ".")

    def section(self, row: Sequence[Cell | None], r: int) -> dict[str, Value] | None:
        """The fields that a section row gives, None if the row is none."""
        rule = self.profile.section_rows
        if rule is None:
            return None
        filled: list[Cell] = []
        for cell in row:
            if cell is not None and cell.text.strip() and cell not in filled:
                filled.append(cell)
        if any(c.row != r for c in filled):
            return None
        number_col = self.match.columns.get(rule.number) if rule.number else None
        if number_col is None and "item_no" in self.match.columns:
            number_col = self.match.columns["item_no"]
        if len(filled) == 1:
            cell = filled[0]
            wide = cell.col_span >= self.table.n_cols or (
                cell.col == 0 and rule.text == "municipality" and headings.is_municipality(cell.text)
            )
            named = number_col is not None and number_col < cell.col and self._names_section(r, cell)
            if (
                not wide
                and not named
                and (cell.col != 0 or headers.fold(cell.text).isdigit() or self._is_whole_row(cell))
            ):
                return None
            raw = join_lines(cell.text)
            found = _SECTION.match(raw)
            title = found["text"] if found else raw
            values = {rule.text: value_of(replace(cell, text=title), cell.place)}
            if rule.number and found:
                values[rule.number] = Value(found["number"], found["number"], place=cell.place)
            return values
        if len(filled) == 2 and number_col is not None and filled[0].col == number_col:
            number, text = filled
            plain = _NUMBER.fullmatch(number.text)
            wide = text.col_span > 1 and text.col + text.col_span >= self.table.n_cols
            if (
                plain is None
                or "." in plain["number"]
                or text.col != number.col + number.col_span  # a row without its first value is no heading
                or not (wide or self._opens_section(r, plain["number"]))
            ):
                return None
            values = {rule.text: value_of(text, text.place)}
            if rule.number:
                values[rule.number] = value_of(replace(number, text=plain["number"]), number.place)
            return values
        return None

    def _names_section(self, r: int, cell: Cell) -> bool:
        """«Раздел 1. …», or «1. …» above «1.1», beside an empty number."""
        found = _SECTION.match(join_lines(cell.text))
        if found is None or r + 1 >= self.table.n_rows:
            return False
        return bool(_NAMED.match(cell.text)) or self._opens_section(r, found["number"], numbered=True)

    def _is_whole_row(self, cell: Cell) -> bool:
        """A row of which only the first column exists as a column with a required field: a short row, no
        section.
        """
        field_of = {c: f for f, c in self.match.columns.items()}
        name = field_of.get(cell.col)
        return name is not None and self.profile.column(name).required

    def _opens_section(self, r: int, number: str, numbered: bool = False) -> bool:
        """«1.» with a title and nothing else, above rows numbered «1.1», «1.2» or without a number of
        their own.
        """
        name = self.profile.section_rows.number if self.profile.section_rows else None
        column = self.match.columns.get("item_no", self.match.columns.get(name) if name else None)
        if column is None or r + 1 >= self.table.n_rows:
            return False
        below = self.matrix[r + 1][column]
        text = below.text.strip() if below is not None and below.row == r + 1 else ""
        return text.startswith(number + ".") or not (text or numbered)

    def numbers_are_rows(self) -> bool:
        """The number column counts rows, not groups: every row has its own although groups have several
        rows.
        """
        rule = self.profile.section_rows
        if rule is None or rule.number is None or rule.number not in self.profile.fill_down:
            return False
        c = self.match.columns.get(rule.number)
        if c is None:
            return False
        group_col = self.match.columns.get(rule.text)
        body = []
        own: list[tuple[int, str, str]] = []  # the section row and the group it stands below, its number
        sections, group = 0, ""
        for r in range(self.table.header_rows, self.table.n_rows):
            row = self.matrix[r]
            if len({id(x) for x in row if x is not None and x.text.strip()}) > 2:
                body.append(row)
                number = x.text.strip() if (x := row[c]) is not None and x.row_span == 1 else ""
                if group_col is not None and (x := row[group_col]) is not None:
                    group = x.text.strip() or group
                own.append((sections, group, number))
            elif not self.is_total(row) and self.section(row, r) is not None:
                sections += 1
        if len(body) < 2 or not all(n for *_, n in own) or len(set(own)) < len(own) * 0.8:
            return False
        if group_col is None:
            return True
        groups = [x.text.strip() if (x := row[group_col]) is not None else "" for row in body]
        return len({g for g in groups if g}) < len(body)


def value_of(cell: Cell | None, place: Place | None) -> Value:
    """The raw value of a cell."""
    if cell is None:
        return Value("", None, place=place)
    text = join_lines(cell.text)
    value = Value(
        text, text or None, place=cell.place or place, confidence=cell.confidence, readings=cell.readings
    )
    return value if cell.read is None else _repaired(value, cell.read)


def _repaired(value: Value, read: str) -> Value:
    """A number that its sequence has put right: the raw text is what was read."""
    raw = join_lines(read)
    why = (note("number-column.repaired", read=raw, number=value.raw),)
    change = Change("number-sequence", raw, value.raw, "ocr", value.confidence or 1.0, why)
    return replace(value, raw=raw, changes=(change,), status="fixed")


def clean_number(raw: str) -> str | None:
    """«1.1.» → «1.1», «№ 5)» → «5»; None if it is no number."""
    found = _NUMBER.fullmatch(raw.strip())
    return found["number"] if found else None
