"""Tables and text become records of raw values: what a row, a section row and a merged cell mean.

Nothing is corrected here; `Value.raw` is the source's text joined over line and page breaks, `Value.text`
the same until
`normalize` works on it. A row that gives no record (a section row, a total) leaves a trace, a table that no
profile knows is kept whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import regex

from pipeline import bracketed, columns, headers, headings, limits, listed, order_text, totals
from pipeline.columns import Match
from pipeline.model import Block, Cell, Change, Document, Finding, Json, Place, Record, Table, Value, note
from pipeline.normalizers import municipality
from pipeline.normalizers.context import Context
from pipeline.normalizers.text import join_lines
from pipeline.order_text import OrderText
from pipeline.profiles import Profile
from pipeline.signature import Line

_SECTION = regex.compile(
    r"\s*(?:(?:Раздел|Этап|Блок)\s+)?(?P<number>\d{1,3}(?:\.\d{1,3})*|[IVXLCІХ]{1,6})\s*[.)]?\s+(?P<text>\S.*)",
    regex.DOTALL,
)
_WRITTEN = regex.compile(r"[\p{L}\p{N}]")  # a dash in a cell says that there is nothing
_NAMED = regex.compile(r"\s*(?:Раздел|Этап|Блок)\s", regex.IGNORECASE)
_NUMBER = regex.compile(r"(?:№\s*)?(?P<number>\d{1,4}(?:\.\d{1,4})*|[IVXLC]{1,6})\s*[.)]*\s*")


@dataclass(frozen=True, slots=True)
class Interpreted:
    """What one document says: the order's text, records of raw values, findings of structure, tables
    left over.
    """

    text: OrderText
    records: tuple[Record, ...]
    findings: tuple[Finding, ...] = ()
    unknown: tuple[Table, ...] = ()
    totals: tuple[totals.Listed, ...] = ()  # tables that sum themselves up


@dataclass(slots=True)
class _Rows:
    """The state while the rows of one table are read: what the rows below inherit."""

    section: dict[str, Value] = field(default_factory=dict)
    above: dict[str, Value] = field(default_factory=dict)


def interpret(document: Document, profiles: Sequence[Profile]) -> Interpreted:
    """Read an assembled document. Each record's `context` holds `types` (field → field type) and
    `appendix`. Raises SourceError for more than `order_rows` records.
    """
    text = order_text.read(document)
    records: list[Record] = []
    findings: list[Finding] = []
    unknown: list[Table] = []
    summed: list[totals.Listed] = []
    tables = [t for t in document.tables if not order_text.is_layout(t)]
    below = _below(document)
    about = zip(tables, text.appendices, text.captions, text.above, strict=True)
    for table, appendix, caption, above in about:
        match = columns.match(table, profiles, caption)
        if match is None:
            findings.extend(table.findings)
            unknown.append(table)
            findings.append(_unknown(table, document, caption))
            continue
        reader = _Reader(table, match, appendix, document)
        own = list(reader.records(above))
        records.extend(bracketed.named(own) if reader.types.get("municipality") == "municipality" else own)
        findings.extend(f for f in table.findings if not reader.is_short_total(f))
        limits.current().check("order_rows", len(records))
        findings.extend(reader.findings)
        summed.extend(reader.summed(below.get(table.number, "")))
    return Interpreted(text, tuple(records), tuple(findings), tuple(unknown), tuple(summed))


def _below(document: Document) -> dict[int, str]:
    """The line that follows each table."""
    found: dict[int, str] = {}
    for before, item in pairwise(document.content):
        if isinstance(before, Table) and isinstance(item, Block):
            found[before.number] = item.text.strip().partition("\n")[0]
    return found


def _unknown(table: Table, document: Document, caption: str) -> Finding:
    heads = [" ".join(t) for t in columns.head_texts(table) if t]
    raw = " | ".join(heads) or " | ".join(c.text for c in table.cells if c.row == 0)
    return Finding(
        "unknown-table",
        note("interpret.unknown-table", rows=table.n_rows, columns=table.n_cols),
        raw=raw,
        evidence=(note("interpret.unknown-table.caption", caption=caption[-200:]),) if caption else (),
        places=(Place(document.source.path, page=table.page, table=table.number, bbox=table.bbox),),
        key=raw,
    )


class _Reader:
    """Reads the rows of one table by its profile."""

    def __init__(self, table: Table, match: Match, appendix: str | None, document: Document) -> None:
        self.table, self.match, self.profile = table, match, match.profile
        self.appendix, self.document = appendix, document
        self.findings: list[Finding] = []
        self.matrix = table.matrix()
        self.types: dict[str, Json] = {c.field: c.type for c in self.profile.columns}
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
        state = _Rows(section=self._heading(above))
        numbers_rows = self._numbers_are_rows()
        for r in range(self.table.header_rows, self.table.n_rows):
            row = self.matrix[r]
            own = [c for c in row if c is not None]
            if not any(c.text.strip() for c in own):
                continue
            first = next(c for c in own if c.text.strip())
            if self._is_total(row):
                self.findings.append(self._total(row, r))
                self.totals.append(r)
                continue
            section = self._section(row, r)
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
                self._value(row[c], place) if name not in self.match.parts else self._joined(name, row, place)
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

    def _value(self, cell: Cell | None, place: Place | None) -> Value:
        if cell is None:
            return Value("", None, place=place)
        text = join_lines(cell.text)
        value = Value(
            text, text or None, place=cell.place or place, confidence=cell.confidence, readings=cell.readings
        )
        return value if cell.read is None else _repaired(value, cell.read)

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
            return self._value(row[self.match.columns[name]], place)
        values = [self._value(cell, place) for cell, _ in cells]
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

    def _is_total(self, row: Sequence[Cell | None]) -> bool:
        """«Итого», «Всего по району»: the word alone opens the row («Итоговый семинар» is an activity)."""
        texts = [headers.fold(c.text).split() for c in row if c is not None and c.text.strip()]
        return any(words[0] in self.profile.skip_rows for words in texts[:2] if words)

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

    def _heading(self, line: Line | None) -> dict[str, Value]:
        """What the line above the table says of all its rows, where the table has no column for it: «Волжский
        муниципальный район» over a list of schools, «Раздел 1. …» over activities.
        """
        rule = self.profile.section_rows
        if line is None or rule is None or rule.text in self.match.columns:
            return {}
        raw = join_lines(line.text).rstrip(":")
        found = _SECTION.match(raw)
        said = found["text"] if found else raw
        if self.types.get(rule.text) == "municipality":
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

    def _counts_on(self, number: str) -> bool:
        """The first row is numbered below a section of this number: «1.1» below «1. …»."""
        column = self.match.columns.get("item_no")
        first = self.matrix[self.table.header_rows] if self.table.n_rows > self.table.header_rows else []
        cell = first[column] if column is not None and first else None
        return cell is not None and cell.text.strip().startswith(number + ".")

    def _section(self, row: Sequence[Cell | None], r: int) -> dict[str, Value] | None:
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
            values = {rule.text: self._value(replace(cell, text=title), cell.place)}
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
            values = {rule.text: self._value(text, text.place)}
            if rule.number:
                values[rule.number] = self._value(replace(number, text=plain["number"]), number.place)
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

    def _numbers_are_rows(self) -> bool:
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
            elif not self._is_total(row) and self._section(row, r) is not None:
                sections += 1
        if len(body) < 2 or not all(n for *_, n in own) or len(set(own)) < len(own) * 0.8:
            return False
        if group_col is None:
            return True
        groups = [x.text.strip() if (x := row[group_col]) is not None else "" for row in body]
        return len({g for g in groups if g}) < len(body)


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


def values_with(record: Record, changes: Mapping[str, Value]) -> Record:
    """The record with some values replaced."""
    return replace(record, values={**record.values, **changes})
