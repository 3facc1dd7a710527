"""Every type that passes between the stages. Imports no sibling.

    bytes ─sniff→ Source ─extract→ Document(Block | Grid …) ─assemble→ Document(Block | Table …)
          ─interpret→ Record(dataset, {field: Value}) ─normalize→ Values with Changes ─resolve→ entity Records
          ─check→ Finding

All are frozen and picklable, so that a stage can run in another process or come from a cache.
Units: PDF boxes are `(x0, top, x1, bottom)` in points (1/72 inch) from the top left corner of the page;
pages, tables and rows count from 1 in a `Place`; rows and columns of a `Cell` count from 0. What a format
does not have is None, never invented.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal, TypeAlias

BBox: TypeAlias = tuple[float, float, float, float]
Scalar: TypeAlias = str | int | float | bool | None
Json: TypeAlias = "Scalar | list[Json] | dict[str, Json]"
_NOTHING: Mapping[str, Json] = {}  # one for all values without parts: a list of schools has a million of them


# --------------------------------------------------------------------------------------------- provenance


@dataclass(frozen=True, slots=True)
class Source:
    """One source file: `path` is the name shown to people (relative to the folder it was given by)."""

    path: str
    sha256: str
    format: str  # docx, pdf, text, html, xlsx, …
    encoding: str | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a source. `table` and `row` are those of the assembled table (see
    `tables.py`).
    """

    source: str
    page: int | None = None
    table: int | None = None
    row: int | None = None
    col: int | None = None
    bbox: BBox | None = None

    def __str__(self) -> str:
        """`FILE#page=P&table=T&row=R` with the parts that are known."""
        parts = [f"{k}={v}" for k in ("page", "table", "row") if (v := getattr(self, k)) is not None]
        return self.source + ("#" + "&".join(parts) if parts else "")


# ------------------------------------------------------------------------------------- what extractors give


@dataclass(frozen=True, slots=True)
class Block:
    """Text outside tables, in reading order.

    `kind`: paragraph (a line of a text file counts as one), heading, header, footer, footnote, textbox,
    deleted (a tracked deletion), hidden.
    """

    text: str
    kind: str = "paragraph"
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell at its top left corner; `row_span` and `col_span` ≥ 1. Nothing else stands where it spans.

    `confidence` (0–1) and `readings` (other readings, best first) come from OCR and are None/() elsewhere.
    `read` is what was read where `number_column.py` has repaired `text`.
    """

    text: str
    row: int
    col: int
    row_span: int = 1
    col_span: int = 1
    place: Place | None = None
    confidence: float | None = None
    readings: tuple[str, ...] = ()
    read: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a structural decision was taken (shown by `prikaz extract --explain`)."""

    what: str  # e.g. "header", "row-joined", "stitched", "header-dropped"
    why: str
    row: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """One table piece as it lies on one page (or in the flow of a format without pages).

    Extractors give grids; `tables.py` makes tables of them. `header_rows` is what the format itself says
    (DOCX tblHeader, HTML thead), None where it says nothing, 0 where no header may be claimed. `continues`
    says what the format knows about the piece belonging to the one before it (None: nothing known).
    `open_top` / `open_bottom`: the format shows that the first / last row is cut (a PDF without a closing
    rule), None where it cannot be told. `reasons` say what was decided about the piece.
    """

    cells: tuple[Cell, ...]
    n_rows: int
    n_cols: int
    page: int | None = None
    bbox: BBox | None = None
    header_rows: int | None = None
    continues: bool | None = None
    open_top: bool | None = None
    open_bottom: bool | None = None
    col_edges: tuple[float, ...] | None = None  # x of the n_cols + 1 column borders, in points
    notes: tuple[Note, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """An assembled table: all its pieces, without repeated headers, cut rows joined. `number` counts
    from 1.
    """

    number: int
    cells: tuple[Cell, ...]
    n_rows: int
    n_cols: int
    header_rows: int
    pages: tuple[int, ...] = ()
    page: int | None = None
    bbox: BBox | None = None  # of the piece on the first page
    reasons: tuple[Reason, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[Note, ...] = ()

    def matrix(self) -> list[list[Cell | None]]:
        """Rows × columns; a spanning cell stands at each place that it covers, None where there is no
        cell.
        """
        rows: list[list[Cell | None]] = [[None] * self.n_cols for _ in range(self.n_rows)]
        for cell in self.cells:
            for r in range(cell.row, min(cell.row + cell.row_span, self.n_rows)):
                for c in range(cell.col, min(cell.col + cell.col_span, self.n_cols)):
                    rows[r][c] = cell
        return rows


@dataclass(frozen=True, slots=True)
class Document:
    """A source's content in reading order. After `extract`: blocks and grids; after `assemble`: blocks and
    tables.

    `notes` say what could not be read or is odd about the file as a whole (a damaged page, hidden sheets,
    tracked changes); each becomes a finding.
    """

    source: Source
    content: tuple[Block | Grid | Table, ...]
    n_pages: int | None = None
    notes: tuple[Note, ...] = ()

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(x for x in self.content if isinstance(x, Block))

    @property
    def grids(self) -> tuple[Grid, ...]:
        return tuple(x for x in self.content if isinstance(x, Grid))

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(x for x in self.content if isinstance(x, Table))


# ------------------------------------------------------------------------------------------------- language


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for people: a key of `data/messages/*.csv` and its arguments; `messages.say` makes the text.

    Arguments are plain values, strings from the source, or Notes (rendered first).
    """

    key: str
    args: Mapping[str, object] = field(default_factory=dict)


def note(key: str, **args: object) -> Note:
    """Short form of `Note(key, args)`."""
    return Note(key, args)


# --------------------------------------------------------------------------------------------------- values


@dataclass(frozen=True, slots=True)
class Change:
    """One step from raw text to value.

    `kind`: `notation` (the same content in canonical notation: a date as EDTF, quotes, spaces), `ocr` (damage
    repaired), `inferred` (taken from elsewhere, e.g. a locality from the group), `decision` (a person's).
    `rule` is a stable name (`school-type-ocr`), `confidence` the posterior 0–1, `evidence` the reasons in
    words.
    """

    rule: str
    before: str
    after: str
    kind: Literal["notation", "ocr", "inferred", "decision"] = "notation"
    confidence: float = 1.0
    evidence: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a damaged value may have been; `confidence` is its posterior 0–1."""

    value: str
    confidence: float
    evidence: tuple[Note, ...] = ()


Status: TypeAlias = Literal["fixed", "suggested", "kept"]


@dataclass(frozen=True, slots=True)
class Value:
    """A field of a record: the raw text as it stands in the source and what was made of it.

    `text` is the canonical text, None for «no value» (an empty cell, or a text that could not be
    interpreted, which is then also said in `problems`). `parts` are the components (a school's legal form,
    type, …; a date's start and end). `status`: fixed (changed with certainty), suggested (left as it is,
    `candidates` are ranked), kept.
    `problems` are findings about this value alone; the record and place are added by the caller.
    """

    raw: str
    text: str | None
    parts: Mapping[str, Json] = field(default_factory=lambda: _NOTHING)
    changes: tuple[Change, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    status: Status = "kept"
    problems: tuple[Problem, ...] = ()
    place: Place | None = None
    confidence: float | None = (
        None  # of the reading (OCR), None where the text was not recognised from a picture
    )
    readings: tuple[str, ...] = ()  # other readings of the same cell, best first

    def at(self, place: Place | None) -> Value:
        return replace(self, place=place)


@lru_cache(maxsize=1 << 14)
def bare(text: str | None) -> Value:
    """A value that stands nowhere in the source (an id, a count); one for all of the same text."""
    return Value("", text)


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding in the making: what a normalizer noticed about one value (`code` of the catalogue).

    `severity` overrides the catalogue's when set.
    """

    code: str
    message: Note
    suggestion: str | None = None
    confidence: float | None = None
    evidence: tuple[Note, ...] = ()
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a dataset in the making. `values` are the fields; `place` is where the row stands.

    `id` is empty until `resolve` gives it. `context` holds what the row inherits and is not a field of its
    own.
    """

    dataset: str
    values: Mapping[str, Value]
    place: Place | None = None
    id: str = ""
    order: str = ""  # order_id, empty until known
    context: Mapping[str, Json] = field(default_factory=dict)
    witnesses: tuple[Place, ...] = ()  # where the same row stands in other sources of the order

    def text(self, name: str) -> str | None:
        """The canonical text of a field, None if it is missing or empty."""
        value = self.values.get(name)
        return value.text if value is not None else None

    def raw(self, name: str) -> str:
        value = self.values.get(name)
        return value.raw if value is not None else ""

    def part(self, name: str, part: str) -> Json:
        value = self.values.get(name)
        return value.parts.get(part) if value is not None else None


# ------------------------------------------------------------------------------------------------- findings


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should look at. Its severity and texts are in the catalogue (`checks/findings.py`).

    `key` is what tells it from other findings of the same code, record and field: content, never a position.
    `places` are all places it is about, the first is the one shown. `status` is open, accepted or rejected.
    """

    code: str
    message: Note
    dataset: str = ""
    record_id: str = ""
    field: str = ""
    raw: str = ""
    suggestion: str | None = None
    confidence: float | None = None
    evidence: tuple[Note, ...] = ()
    places: tuple[Place, ...] = ()
    key: str = ""
    severity: str = ""  # overrides the catalogue's when set
    status: str = "open"
    id: str = ""
    order: str = ""  # order_id of the one order that it is about, empty where it is about none or several
    action: Mapping[str, Json] = dataclasses.field(
        default_factory=dict
    )  # what accepting it does (set, move, merge)

    @property
    def place(self) -> Place | None:
        return self.places[0] if self.places else None


@dataclass(frozen=True, slots=True)
class OrderData:
    """All that one source gave by itself: a pure function of its bytes, the profiles, lexicons and
    references.

    `order` is the record of `orders`, `records` those of its tables, all with ids; entities are not
    resolved yet. `placing` are the findings about groups (`place.py`), `findings` all others. `witnesses` are
    the other sources of the same order, empty before `witnesses.py`; of each only what the leading one lacks
    is left in `unknown_tables`.
    """

    source: Source
    document: Document
    order: Record
    records: tuple[Record, ...]
    findings: tuple[Finding, ...] = ()
    unknown_tables: tuple[Table, ...] = ()
    placing: tuple[Finding, ...] = ()
    witnesses: tuple[OrderData, ...] = ()

    def of(self, dataset: str) -> Iterator[Record]:
        return (r for r in self.records if r.dataset == dataset)


@dataclass(frozen=True, slots=True)
class Corpus:
    """All orders of a build and the datasets made of them (what checks look at)."""

    orders: tuple[OrderData, ...]
    records: Mapping[str, tuple[Record, ...]]

    def of(self, dataset: str) -> tuple[Record, ...]:
        return self.records.get(dataset, ())
