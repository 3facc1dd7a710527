"""What is missing: values that every such row has, appendices that the text does not announce."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.checks.grouping import places, row_text
from pipeline.model import Corpus, Finding, Place, Record, note

_NEEDED = {
    "orders": ("number", "date", "title"),
    "activities": ("title", "deadline"),
    "training_sites": ("municipality", "school", "partner"),
}
_SHOWN = {"activities": ("item_no", "title"), "training_sites": ("municipality", "school", "partner")}


def check_missing(corpus: Corpus) -> Iterator[Finding]:
    """An order without number or date, an activity without deadline or executor, a pair without a school."""
    for order in corpus.orders:
        yield from _missing(order.order, Place(order.source.path)) if order.records else ()
        for record in order.records:
            if record.dataset in ("activities", "training_sites"):
                yield from _missing(record, record.place)
            if record.dataset == "activities" and record.context.get("executors") == 0:
                yield _finding(record, "executors", record.place)
            if record.dataset == "activity_executors" and not record.text("organization"):
                yield Finding(
                    "executor-without-organization",
                    note("structure.no-organization", executor=record.raw("raw")),
                    record.dataset,
                    record.id,
                    "organization",
                    record.raw("raw"),
                    places=places([record]),
                    key=record.raw("raw"),
                )


def _missing(record: Record, place: Place | None) -> Iterator[Finding]:
    for field in _NEEDED[record.dataset]:
        value = record.values.get(field)
        if value is None or (not value.raw.strip() and not value.text):
            yield _finding(record, field, place)


def _finding(record: Record, field: str, place: Place | None) -> Finding:
    row = row_text(record, *_SHOWN.get(record.dataset, ()))
    above = record.context.get(f"above_{field}")
    return Finding(
        "missing-value",
        note("structure.missing", field=note(f"field.{record.dataset}.{field}"), row=row),
        record.dataset,
        record.id,
        field,
        suggestion=str(above) if above else None,
        places=(place,) if place is not None else (),
    )


def check_appendices(corpus: Corpus) -> Iterator[Finding]:
    """An appendix that the points of the order do not name, or one that they name and that is not there."""
    for order in corpus.orders:
        announced = order.order.context.get("announced")
        if not isinstance(announced, list) or not announced:
            continue
        found = dict.fromkeys(
            str(a)
            for r in order.records
            if (a := r.context.get("appendix")) and r.dataset != "activity_executors"
        )
        for number in found:
            if number not in announced:
                record = next(r for r in order.records if r.context.get("appendix") == number)
                yield Finding(
                    "appendix-not-announced",
                    note("structure.not-announced", number=number),
                    "orders",
                    order.order.id,
                    raw=number,
                    places=places([record]),
                    key=number,
                )


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
