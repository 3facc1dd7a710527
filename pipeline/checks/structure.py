"""What is missing: values that every such row has, appendices that the text does not announce."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.checks.grouping import lists, places, row_text
from pipeline.model import Corpus, Finding, Json, Place, Record, note

_MANY, _MOST = 3, 0.5  # rows, and their share of the list, that lack a value for one cause
_NEEDED = {
    "orders": ("number", "date", "title"),
    "activities": ("title", "deadline", "executors"),
    "training_sites": ("municipality", "school", "partner"),
}
_SHOWN = {"activities": ("item_no", "title"), "training_sites": ("municipality", "school", "partner")}


def check_missing(corpus: Corpus) -> Iterator[Finding]:
    """An order without number or date, an activity without deadline or executor, a pair without a school.

    What most rows of a list lack is one finding about the list: a column that is not there or was left empty.
    """
    for order in corpus.orders:
        if order.records or order.order.text("title"):
            for field in _NEEDED["orders"]:
                if _lacks(order.order, field):
                    yield _finding([order.order], field, (Place(order.source.path),))
        yield from _without_organization(order.records)
    for dataset in ("activities", "training_sites"):
        for rows in lists(corpus, dataset):
            for field in _NEEDED[dataset]:
                yield from _missing(rows, field)


def _lacks(record: Record, field: str) -> bool:
    if field == "executors":
        return record.context.get("executors") == 0
    value = record.values.get(field)
    return value is None or (not value.raw.strip() and not value.text)


def _missing(rows: Sequence[Record], field: str) -> Iterator[Finding]:
    rows = list({(r.place or r.id): r for r in reversed(rows)}.values())[::-1]  # a row of the source once
    found = [r for r in rows if _lacks(r, field)]
    types = rows[0].context.get("types")
    columns = {str(c) for r in rows for c in _columns(r)}
    if len(found) == len(rows) and columns and field not in columns and isinstance(types, dict):
        first = rows[0].place
        table = (Place(first.source, first.page, first.table),) if first is not None else ()
        yield Finding(
            "header-mismatch",
            note("structure.no-column", field=note(f"field.{rows[0].dataset}.{field}")),
            rows[0].dataset,
            rows[0].id,
            field,
            places=table,
            key=f"no-column|{field}",
        )
    elif len(found) >= _MANY and len(found) >= _MOST * len(rows):
        yield _finding(found, field, places(found), of=len(rows))
    else:
        for record in found:
            yield _finding([record], field, places([record]))


def _columns(record: Record) -> list[Json]:
    columns = record.context.get("columns")
    return columns if isinstance(columns, list) else []


def _finding(rows: Sequence[Record], field: str, where: tuple[Place, ...], of: int | None = None) -> Finding:
    record = rows[0]
    name = note(f"field.{record.dataset}.{field}")
    above = record.context.get(f"above_{field}") if of is None else None
    if record.dataset == "orders":
        message = note("structure.missing-order", field=name)
    elif of is not None:
        message = note("structure.missing-many", field=name, n=len(rows), of=of)
    else:
        message = note("structure.missing", field=name, row=row_text(record, *_SHOWN[record.dataset]))
    return Finding(
        "missing-value",
        message,
        record.dataset,
        record.id,
        field,
        suggestion=str(above) if above else None,
        places=where,
    )


def _without_organization(records: Sequence[Record]) -> Iterator[Finding]:
    """The people of a cell for whom it names no organization: one finding a cell."""
    cells: dict[Place | None, list[Record]] = defaultdict(list)
    for record in records:
        if record.dataset == "activity_executors" and not record.text("organization"):
            cells[record.place].append(record)
    for members in cells.values():
        named = [r.raw("raw") or r.raw("person") for r in members]
        yield Finding(
            "executor-without-organization",
            note("structure.no-organization", executors=named, n=len(named)),
            members[0].dataset,
            members[0].id,
            "organization",
            ", ".join(named),
            places=places(members[:1]),
            key=members[0].raw("raw"),
        )


def check_appendices(corpus: Corpus) -> Iterator[Finding]:
    """An appendix that the points of the order do not name, or one that they name and that is not there."""
    for order in corpus.orders:
        announced = [str(n) for n in _list(order.order, "announced")]
        headed = [str(n) for n in _list(order.order, "headed")]
        if not announced:
            continue
        at = {
            str(a): r
            for r in reversed(order.records)
            if (a := r.context.get("appendix")) and r.dataset != "activity_executors"
        }
        # a single appendix needs no number, and one without a number may be any of those announced
        unnumbered = "" in headed or "" in announced
        for number in dict.fromkeys([*(n for n in at if n in headed), *headed]):
            if number and number not in announced and not (unnumbered and len(headed) == 1):
                yield Finding(
                    "appendix-not-announced",
                    note("structure.not-announced", number=number),
                    "orders",
                    order.order.id,
                    raw=number,
                    places=places([at[number]]) if number in at else (Place(order.source.path),),
                    key=number,
                )
        missing = [n for n in announced if n not in headed]
        if missing and not unnumbered and not (order.records and not headed):
            yield Finding(
                "appendix-not-announced",
                note("structure.not-there", numbers=missing, n=len(missing)),
                "orders",
                order.order.id,
                raw=", ".join(missing),
                places=(Place(order.source.path),),
                key="missing|" + "|".join(missing),
            )


def _list(record: Record, name: str) -> list[Json]:
    found = record.context.get(name)
    return found if isinstance(found, list) else []


def check_documents(corpus: Corpus) -> Iterator[Finding]:
    """A source in which nothing of an order was found: it must not pass for one that was read."""
    for order in corpus.orders:
        named = order.order.text("number") or order.order.text("date")
        if not (named or order.records or order.unknown_tables):
            yield Finding(
                "unknown-document",
                note("structure.unknown-document", format=order.source.format),
                places=(Place(order.source.path),),
                key=order.source.sha256,
            )
