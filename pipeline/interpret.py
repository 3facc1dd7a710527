"""Tables and text become records of raw values: what a row, a section row and a merged cell mean.

Nothing is corrected here; `Value.raw` is the source's text joined over line and page breaks, `Value.text`
the same until `normalize` works on it. A row that gives no record (a section row, a total) leaves a trace, a
table that no profile knows is kept whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline import bracketed, columns, limits, order_text, totals
from pipeline.interpret_rows import Reader
from pipeline.model import Block, Document, Finding, Place, Record, Table, note
from pipeline.order_text import OrderText
from pipeline.profiles import Profile


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
        reader = Reader(table, match, appendix, document)
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
