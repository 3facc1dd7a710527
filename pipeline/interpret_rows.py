"""Reads the rows of one table by its profile: what a row and a merged cell mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import regex

from pipeline import columns, headers, listed, totals
from pipeline.columns import Match
from pipeline.interpret_sections import Sections, value_of
from pipeline.model import Cell, Document, Finding, Json, Place, Record, Table, Value, note
from pipeline.normalizers.text import join_lines
from pipeline.replacing import replace
from pipeline.signature import Line

_WRITTEN = regex.compile(r"[\p{L}\p{N}]")  # a dash in a cell says that there is nothing


@dataclass(slots=True)
class _Rows:
    """The state while the rows of one table are read: what the rows below inherit."""

    section: dict[str, Value] = field(default_factory=dict)
    above: dict[str, Value] = field(default_factory=dict)


class Reader:
    """Reads the rows of one table by its profile."""

    def __init__(self, table: Table, match: Match, appendix: str | None, document: Document) -> None:
        self.table, self.match, self.profile = table, match, match.profile
        self.appendix, self.document = appendix, document
        self.findings: list[Finding] = []
        self.matrix = table.matrix()
        self.types: dict[str, Json] = {c.field: c.type for c in self.profile.columns}
        self.sections = Sections(table, match, self.matrix)
        self.totals: list[int] = []  # rows with totals
        heads = columns.head_texts(table)
        self.extra = {
            c: " / ".join(join_lines(t) for t in heads[c]) or str(c + 1)
            for c in sorted((*match.unused, *match.extra))
        }
        if match.unused:
            self._unused_text()

    def _unused_text(self) -> None:
        """Columns that the profile does not know hold text: the rows keep it in `extra`, so that nothing
        is lost.
        """
        texts = [
            c.text.strip()
            for c in self.table.cells
            if c.col in self.match.unused
            and c.row >= self.table.header_rows
            and c.col_span == 1
            and c.text.strip()
        ]
        if not texts:
            return
        names = [self.extra[c] for c in self.match.unused]
        self.findings.append(
            Finding(
                "header-mismatch",
                note("interpret.unused-columns", columns=names, n=len(names)),
                raw=" | ".join(names),
                places=(Place(self.document.source.path, page=self.table.page, table=self.table.number),),
                key=" | ".join(names),
                severity="info",
            )
        )

    def records(self, above: Line | None = None) -> Iterator[Record]:
        """The records of the rows, in their order. `above` is the line of text before the table."""
        state = _Rows(section=self.sections.heading(above))
        numbers_rows = self.sections.numbers_are_rows()
        for r in range(self.table.header_rows, self.table.n_rows):
            row = self.matrix[r]
            own = [c for c in row if c is not None]
            if not any(c.text.strip() for c in own):
                continue
            first = next(c for c in own if c.text.strip())
            if self.sections.is_total(row):
                self.findings.append(self._total(row, r))
                self.totals.append(r)
                continue
            section = self.sections.section(row, r)
            if section is not None:
                state.section = section
                state.above = {}
                continue
            yield from self._listed(self._record(row, r, state, first, numbers_rows), row)

    def _listed(self, record: Record, row: Sequence[Cell | None]) -> Iterator[Record]:
        """The record, or one for each school where its cells list several."""
        names = [
            n for n in ("school", "partner") if self.types.get(n) == "school" and n in self.match.columns
        ]
        cells = {n: row[self.match.columns[n]] for n in names}
        lists = [listed.schools(c.text) if (c := cells[n]) is not None else [""] for n in names]
        if len(names) < 2 or all(len(items) < 2 for items in lists):
            yield record
            return
        found, certain = listed.pairs(*lists)
        yield from (self._of_list(record, dict(zip(names, texts, strict=True))) for texts in found)
        raw = " | ".join(join_lines(c.text) for c in cells.values() if c is not None)
        self.findings.append(
            Finding(
                "several-in-cell",
                note("interpret.several" if certain else "interpret.several-unclear", n=len(found)),
                self.profile.dataset,
                field="school",
                raw=raw,
                places=(record.place,) if record.place else (),
                key=raw,
                severity="info" if certain else "warning",
            )
        )

    def _of_list(self, record: Record, texts: Mapping[str, str]) -> Record:
        values = dict(record.values)
        for name, text in texts.items():
            raw = join_lines(text)
            values[name] = replace(values[name], raw=raw, text=raw or None)
        return replace(record, values=values)

    def _record(
        self, row: Sequence[Cell | None], r: int, state: _Rows, first: Cell, numbers_rows: bool
    ) -> Record:
        values: dict[str, Value] = {}
        place = self._place(row, r, first)
        for name, c in self.match.columns.items():
            value = (
                value_of(row[c], place) if name not in self.match.parts else self._joined(name, row, place)
            )
            if not value.raw and name in self.profile.fill_down and name in state.above:
                value = state.above[name]
            values[name] = value
        number = self.profile.section_rows.number if self.profile.section_rows else None
        context: dict[str, Json] = {
            "types": self.types,
            "appendix": self.appendix,
            "row": r,
            "columns": list[Json](self.match.columns),
        }
        if numbers_rows and number is not None and number in values:
            numbered = values.pop(number)
            context["row_number"] = numbered.text or numbered.raw
        for name, value in state.section.items():
            if name not in values or not values[name].raw:
                values[name] = value
        for name in self.profile.fill_down:
            if name in values and values[name].raw:
                state.above[name] = values[name]
        if self._group_changed(row, state):
            context["group_start"] = True
        if (extra := self._extra(row)) is not None:
            values["extra"] = extra
        return Record(self.profile.dataset, values, place, context=context)

    def _extra(self, row: Sequence[Cell | None]) -> Value | None:
        """What the row says in columns that no field of the dataset takes: «head: text» each."""
        items: list[Json] = []
        wide: list[Cell] = []  # a cell over several such columns counts once
        for c, head in self.extra.items():
            cell = row[c]
            if cell is None or cell in wide or not (text := join_lines(cell.text)):
                continue
            wide.append(cell)
            items.append(f"{head}: {text}")
        return Value("", " | ".join(map(str, items)), parts={"items": items}) if items else None

    def _group_changed(self, row: Sequence[Cell | None], state: _Rows) -> bool:
        for name in self.profile.fill_down:
            c = self.match.columns.get(name)
            if c is not None and (cell := row[c]) is not None and cell.text.strip():
                return True
        return False

    def _joined(self, name: str, row: Sequence[Cell | None], place: Place | None) -> Value:
        """A field printed over several columns. `parts.reading` is how its text is to be read where that
        differs from the text.
        """
        column = self.profile.column(name)
        cells: list[tuple[Cell, str]] = []  # with the words that a part needs when it stands alone
        for c, part in zip(self.match.parts[name], column.parts, strict=True):
            cell = row[c]
            if cell is not None and _WRITTEN.search(cell.text) and all(cell is not x for x, _ in cells):
                cells.append((cell, part.alone))
        if not cells:
            return value_of(row[self.match.columns[name]], place)
        values = [value_of(cell, place) for cell, _ in cells]
        raw = column.joined.join(v.raw for v in values)
        reading: str | None = None
        if len({v.raw for v in values}) < len(values):
            reading = values[0].raw
        elif len(values) == 1 and cells[0][0].col_span == 1:
            first = cells[0][1].partition("{}")[0].strip()
            said = raw.casefold().startswith(f"{first} ") if first else True
            reading = None if said else cells[0][1].replace("{}", raw)
        known = [v.confidence for v in values if v.confidence is not None]
        parts: dict[str, Json] = {} if reading is None else {"reading": reading}
        return replace(
            values[0], raw=raw, text=raw, parts=parts, confidence=min(known) if known else None,
            readings=values[0].readings if len(values) == 1 else (),
        )  # fmt: skip

    def _place(self, row: Sequence[Cell | None], r: int, first: Cell) -> Place:
        """Where the row stands: the page of the cells that begin in it."""
        own = next((c for c in row if c is not None and c.row == r and c.place is not None), first)
        page = own.place.page if own.place is not None else None
        boxes = [c.place.bbox for c in row if c is not None and c.row == r and c.place and c.place.bbox]
        box = None
        if boxes:
            x0, tops, x1, bottoms = zip(*boxes, strict=True)
            box = (min(x0), min(tops), max(x1), max(bottoms))
        return Place(self.document.source.path, page, self.table.number, r + 1, bbox=box)

    # ---------------------------------------------------------------------------- rows that are no records

    def summed(self, below: str) -> Iterator[totals.Listed]:
        """The table, if it or the line `below` it has a total."""
        words = headers.fold(below).split()
        below = below if words and words[0] in self.profile.skip_rows else ""
        if self.totals or below:
            place = Place(self.document.source.path, self.table.page, self.table.number)
            first = self.table.header_rows
            yield totals.Listed(self.matrix, first, self.match.columns, self.totals, below, place)

    def _total(self, row: Sequence[Cell | None], r: int) -> Finding:
        text = " | ".join(dict.fromkeys(c.text.strip() for c in row if c is not None and c.text.strip()))
        return Finding(
            "total-row",
            note("interpret.total-row", text=text),
            dataset=self.profile.dataset,
            raw=text,
            places=(Place(self.document.source.path, self.table.page, self.table.number, r + 1),),
            key=text,
        )

    def is_short_total(self, finding: Finding) -> bool:
        """Rows with totals leave cells out, in every sheet."""
        rows = {p.row for p in finding.places}
        return finding.code == "ragged-row" and rows <= {r + 1 for r in self.totals}
