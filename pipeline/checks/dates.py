"""Deadlines against the period that the title gives and the date of the order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pipeline.checks.grouping import places
from pipeline.model import Corpus, Finding, Note, Record, note


def check_period(corpus: Corpus) -> Iterator[Finding]:
    """A deadline that begins before, or ends after, the period of the order."""
    for order in corpus.orders:
        start, end = order.order.part("period", "start"), order.order.part("period", "end")
        if not isinstance(start, str) or not isinstance(end, str):
            continue
        records = list(order.of("activities"))
        usual = Counter(t for r in records if (t := r.text("deadline")))
        for record in records:
            first, last = _days(record)
            if not ((first and first < start) or (last and last > end)):
                continue
            suggestion = _alike(record.text("deadline"), usual)
            yield Finding(
                "date-out-of-period",
                note(
                    "dates.out-of-period", deadline=record.raw("deadline"), period=order.order.text("period")
                ),
                record.dataset,
                record.id,
                "deadline",
                record.raw("deadline"),
                suggestion,
                evidence=_evidence(suggestion, usual),
                places=places([record]),
                key=record.text("deadline") or "",
            )


def _evidence(suggestion: str | None, usual: Counter[str]) -> tuple[Note, ...]:
    if suggestion is None:
        return ()
    return (note("dates.usual", value=suggestion, n=usual[suggestion]),)


def check_before_order(corpus: Corpus) -> Iterator[Finding]:
    """A deadline that had passed when the order was signed."""
    for order in corpus.orders:
        day = order.order.text("date")
        if not day:
            continue
        for record in order.of("activities"):
            _, last = _days(record)
            if last and last < day:
                yield Finding(
                    "date-before-order",
                    note("dates.before-order", deadline=record.raw("deadline"), date=day),
                    record.dataset,
                    record.id,
                    "deadline",
                    record.raw("deadline"),
                    places=places([record]),
                    key=record.text("deadline") or "",
                )


def _days(record: Record) -> tuple[str | None, str | None]:
    return record.text("start_date"), record.text("end_date")


def _alike(value: str | None, usual: Counter[str]) -> str | None:
    """The deadline that most others have, if it differs in one character only."""
    if not value or not usual:
        return None
    common, n = usual.most_common(1)[0]
    if n < 3 or len(common) != len(value) or common == value:
        return None
    return common if sum(a != b for a, b in zip(common, value, strict=True)) == 1 else None
