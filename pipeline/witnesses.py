"""One order in several sources: the stage between reading and resolving. Pure: orders in, orders and findings
out.

1. `witness_same` recognises which sources hold one order.
2. The one that leads is a text rather than a picture, then the more complete, then the less damaged one.
3. Each other source is a witness: `witness_rows` puts its rows beside those of the leading one, and
   `witness_values` compares cell by cell. Every difference is a finding with both places; agreement raises
   the confidence of a reading; what is damaged in one and sound in the other is corrected (rule `witness`,
   the raw text stays); rows that only one source has are kept.
4. The rows are named and placed again, since they may have changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from pipeline import lexicons, witness_executors, witness_order, witness_same, witness_tables
from pipeline.identify import CONTENT, identify
from pipeline.model import Finding, Json, OrderData, Place, Record, Value, note
from pipeline.place import place
from pipeline.witness_findings import Differences
from pipeline.witness_rows import Pair, align, row_of
from pipeline.witness_same import DATASETS
from pipeline.witness_text import content, same
from pipeline.witness_values import damaged, judge

if TYPE_CHECKING:
    from pipeline.reference import Reference

_OF_THE_FILE = ("source-partial", "source-note")  # findings that stay with a witness
_DERIVED = {"deadline": ("start_date", "end_date")}
_NOT_READ = frozenset(
    {"appendix", "order_id", "position", "start_date", "end_date", "activity_id", "executors"}
)
_FRACTION = 0.5  # a text that has fewer of the rows than this does not lead: it is an excerpt


def merge(orders: Sequence[OrderData], reference: Reference | None) -> tuple[list[OrderData], list[Finding]]:
    """Each order once, in the order of the sources that lead, and what there is to say about the sources."""
    if len(orders) < 2:
        return list(orders), []
    faces = [witness_same.face(i, o) for i, o in enumerate(orders)]
    groups, alike = witness_same.groups(faces)
    findings = [_alike(orders[i], orders[j]) for i, j in alike]
    merged: dict[int, OrderData] = {}
    ids: set[str] = set()
    for members in groups:
        ranked = sorted(members, key=lambda i: (*_rank([orders[m] for m in members], orders[i]), i))
        lead, others = orders[ranked[0]], [orders[i] for i in ranked[1:]]
        apart = lead.source.sha256 if lead.order.id in ids else None
        if others or apart:
            lead, told = _together(lead, others, reference, apart)
            findings.extend(told)
        ids.add(lead.order.id)
        merged[ranked[0]] = lead
    return [merged[i] for i in sorted(merged)], findings


def _rank(group: Sequence[OrderData], order: OrderData) -> tuple[bool, bool, bool, int, int, int]:
    """What leads comes first: no excerpt, text, with a title, more rows, less damage, more values."""
    rows = _n_rows(order)
    excerpt = rows < _FRACTION * max(_n_rows(o) for o in group)
    values = [v for r in (order.order, *order.records) for v in r.values.values() if v.raw]
    bad = sum(damaged(v) or any(c.kind == "ocr" for c in v.changes) for v in values)
    return excerpt, is_scan(order), not order.order.text("title"), -rows, bad, -len(values)


def _n_rows(order: OrderData) -> int:
    return sum(r.dataset in DATASETS for r in order.records)


def is_scan(order: OrderData) -> bool:
    """Whether the tables were read from pictures."""
    read = any(v.confidence is not None for r in order.records for v in r.values.values())
    return read or (not order.records and any(n.key == "scan.page-read" for n in order.document.notes))


def _alike(a: OrderData, b: OrderData) -> Finding:
    return Finding(
        "order-alike",
        note("witness.alike", source=b.source.path, other=a.source.path),
        "orders",
        b.order.id,
        places=(Place(b.source.path), Place(a.source.path)),
        key=a.order.id,
    )


# ------------------------------------------------------------------------------------------------ one order


def _together(
    lead: OrderData, others: Sequence[OrderData], reference: Reference | None, apart: str | None
) -> tuple[OrderData, list[Finding]]:
    """The leading source with all that the others add, and the findings of the comparison."""
    order, records = lead.order, list(lead.records)
    findings: list[Finding] = []
    kept: list[OrderData] = []
    of_rows: list[Finding] = list(lead.findings)
    for other in others:
        told = Differences(lead.source.path, other.source.path)
        order = witness_order.merged(lead, order, other, told)
        before = {r.id for r in records}
        tables, seen = witness_tables.compared(lead, other, told)
        records = _rows(records, other, told, is_scan(lead) or is_scan(other), seen)
        kept.append(replace(other, unknown_tables=tables))
        findings += [*told.findings, _used(lead, other, told)]
        new = {r.id for r in records} - before
        numbers = {t.number for t in tables}
        of_rows += [
            f
            for f in other.findings
            if f.code in _OF_THE_FILE
            or f.record_id in new
            or (f.code == "unknown-table" and f.place is not None and f.place.table in numbers)
        ]
    named, again = identify(order, records, lead.source, apart)
    names = {old.id: new.id for old, new in zip((order, *records), (named, *again), strict=True)}
    for extra in others:
        names.setdefault(extra.order.id, named.id)
    placed, placing = place(again, named.text("region"), reference)
    whole = replace(
        lead,
        order=replace(named, witnesses=tuple(Place(o.source.path) for o in others)),
        records=placed,
        findings=tuple(_renamed(f, names) for f in of_rows),
        placing=placing,
        witnesses=tuple(kept),
    )
    return whole, [_renamed(f, names) for f in _agreed(findings, 1 + len(others))]


def _agreed(findings: Sequence[Finding], total: int) -> list[Finding]:
    """The findings; where several witnesses read the same against the leading source, that is evidence."""
    sources: dict[tuple[str, str, str, str], list[str]] = {}
    for f in findings:
        if f.message.key == "witness.differs":
            matter = (f.dataset, f.record_id, f.field, f.key)
            sources.setdefault(matter, []).append(str(f.message.args["second_source"]))
    found = []
    for f in findings:
        said = sources.get((f.dataset, f.record_id, f.field, f.key), [])
        if f.message.key == "witness.differs" and len(said) > 1:
            several = note("witness.several", n=len(said), total=total, sources=said)
            f = replace(f, evidence=(*f.evidence, several))
        found.append(f)
    return found


def _renamed(finding: Finding, names: Mapping[str, str]) -> Finding:
    return replace(finding, record_id=names.get(finding.record_id, finding.record_id))


def _used(lead: OrderData, other: OrderData, told: Differences) -> Finding:
    used, source = lead.source.path, other.source.path
    return Finding(
        "order-twice",
        note("witness.used", used=used, source=source, same=told.equal, n=told.compared),
        "orders",
        lead.order.id,
        places=(Place(source), Place(used)),
        key=source,
    )


# ----------------------------------------------------------------------------------------------------- rows


def _rows(
    records: list[Record], other: OrderData, told: Differences, read: bool, seen: frozenset[int | None]
) -> list[Record]:
    """All records after those of `other` were compared with them; `seen` are tables that were compared as
    they stand.
    """
    done: list[Record] = []
    for name in DATASETS:
        ours, theirs = [r for r in records if r.dataset == name], list(other.of(name))
        pairs, moved = align([row_of(r) for r in ours], [row_of(r) for r in theirs])
        if theirs or not {r.place.table for r in ours if r.place is not None} <= seen:
            _tell_alone(pairs, ours, theirs, told, read)
        pairs = _without_headings(pairs, ours, theirs, told) if is_scan(other) else pairs
        of_row = _executors(records), _executors(other.records)
        for i, j in pairs:
            if i is None and j is not None:
                done += _added(theirs[j], of_row[1], other, done)
            elif i is not None and j is None:
                done += [ours[i], *of_row[0].get(_row_key(ours[i]), [])]
            elif i is not None and j is not None:
                if i in moved:
                    told.moved(ours[i], theirs[j])
                row = _compared(ours[i], theirs[j], told)
                done.append(row)
                executors = of_row[0].get(_row_key(ours[i]), []), of_row[1].get(_row_key(theirs[j]), [])
                done += (
                    witness_executors.compared(row, theirs[j], *executors, told)
                    if name == "activities"
                    else []
                )
    done += [r for r in records if r.dataset not in (*DATASETS, "activity_executors")]
    return done


def _without_headings(
    pairs: Sequence[Pair], ours: Sequence[Record], theirs: Sequence[Record], told: Differences
) -> list[Pair]:
    """Without the rows of a scan that are headings of sections or groups, cut into cells by a false line."""
    heads = {
        content("".join(r.raw(n) for n in names))
        for r in ours
        for names in (("section_no", "section"), ("section",), ("municipality_no", "municipality"))
    } - {""}
    least = lexicons.numbers("witness")["row_equal"]
    kept: list[Pair] = []
    for i, j in pairs:
        if i is None and j is not None:
            whole = content(
                "".join(theirs[j].raw(n) for n in ("item_no", "title", "deadline", "school", "partner"))
            )
            if any(fuzz.ratio(whole, head) / 100 >= least for head in heads):
                told.heading(theirs[j])
                continue
        kept.append((i, j))
    return kept


def _row_key(record: Record) -> tuple[object, object, object]:
    where = record.place
    return record.context.get("row"), where and where.source, where and where.table


def _executors(records: Sequence[Record]) -> dict[tuple[object, object, object], list[Record]]:
    found: dict[tuple[object, object, object], list[Record]] = {}
    for record in records:
        if record.dataset == "activity_executors":
            found.setdefault(_row_key(record), []).append(record)
    return found


def _added(
    row: Record,
    executors: Mapping[tuple[object, object, object], list[Record]],
    other: OrderData,
    before: Sequence[Record],
) -> list[Record]:
    """A row that only the witness has, with its executors; its appendix is that of the rows above."""
    context: dict[str, Json] = {"row": f"{other.source.path}:{row.context.get('row')}"}
    above = next((r for r in reversed(before) if r.dataset == row.dataset), None)
    if above is not None:
        context["appendix"] = above.context.get("appendix")
    own = [row, *executors.get(_row_key(row), [])]
    appendix = above.values.get("appendix") if above is not None else None
    return [
        replace(
            r,
            context={**r.context, **context},
            values={**r.values, "appendix": appendix} if appendix and "appendix" in r.values else r.values,
        )
        for r in own
    ]


def _tell_alone(
    pairs: Sequence[Pair], ours: Sequence[Record], theirs: Sequence[Record], told: Differences, read: bool
) -> None:
    """Rows that only one source has: each a finding, a long run of them one."""
    longest = lexicons.numbers("witness")["run"]
    for mine, rows, source, lacking in (
        (True, ours, told.lead, told.other),
        (False, theirs, told.other, told.lead),
    ):
        runs: list[list[Record]] = [[]]
        for i, j in pairs:
            alone = (i if j is None else None) if mine else (j if i is None else None)
            if alone is not None:
                runs[-1].append(rows[alone])
            elif i is not None and j is not None:
                runs.append([])
        for run in runs:
            if run and len(run) == len(rows):
                told.rows(run, source, lacking, "info", "list")
            elif len(run) >= longest:
                told.rows(run, source, lacking, "warning", "rows")
            else:
                for record in run:
                    told.rows([record], source, lacking, "warning" if read else "error", "row")


def _compared(a: Record, b: Record, told: Differences) -> Record:
    """A row of the leading source after the same row of the witness was held against it."""
    values = dict(a.values)
    taken: set[str] = set()
    elsewhere = _in_other_columns(a, b)
    for name in dict.fromkeys((*a.values, *b.values)):
        if name in _NOT_READ or name in elsewhere:
            continue
        first, second = _read(a, name), _read(b, name)
        if not (first.raw or second.raw):
            continue
        judged = judge(name, first, second, b.place)
        told.value(name, a, b, judged)
        if judged.outcome == "taken":
            taken.add(name)
            values |= {n: b.values[n] for n in _DERIVED.get(name, ()) if n in b.values}
        if name in a.values or judged.outcome == "taken":
            values[name] = judged.value if name != "extra" else a.values["extra"]
    context = dict(a.context)
    mine, theirs = a.context.get("identity"), b.context.get("identity")
    if taken and isinstance(mine, list) and isinstance(theirs, list) and len(mine) == len(theirs):
        fields = CONTENT[a.dataset] if len(mine) == len(CONTENT[a.dataset]) else CONTENT[a.dataset][:1]
        context["identity"] = [y if f in taken else x for f, x, y in zip(fields, mine, theirs, strict=True)]
    witnesses = (*a.witnesses, *((b.place,) if b.place is not None else ()))
    return replace(a, values=values, context=context, witnesses=witnesses)


def _in_other_columns(a: Record, b: Record) -> set[str]:
    """Fields of `a` that `b` has in a column whose head was not understood, and that column."""
    items = b.values["extra"].parts.get("items") if "extra" in b.values and "extra" not in a.values else None
    texts = [str(i).partition(": ")[2] for i in items] if isinstance(items, list) else []
    if not texts:
        return set()
    fields = {n for n, v in a.values.items() if v.raw and not b.raw(n) and any(same(v.raw, t) for t in texts)}
    dotted = {n for n, v in a.values.items() if v.raw and any(same(v.raw, t.rstrip(". ")) for t in texts)}
    found = {n for n in fields | dotted if not b.raw(n)}
    return found | ({"extra"} if len(found) >= len(texts) else set())


def _read(record: Record, name: str) -> Value:
    """A value as it was read; further columns have no raw text of their own."""
    value = record.values.get(name, Value("", None))
    return replace(value, raw=value.text or "") if name == "extra" else value
