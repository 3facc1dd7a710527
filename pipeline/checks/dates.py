"""Deadlines against the period that the title gives and the date of the order.

Rows with the same deadline are one finding. Where most deadlines of an order miss its period, or had passed
when it was signed, the period or the date is what is wrong: one finding about the order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from pipeline.checks.grouping import places
from pipeline.model import Corpus, Finding, Note, Place, Record, note

_MANY, _MOST = 4, 0.5  # deadlines, and their share, from which the order itself is in doubt


def check_period(corpus: Corpus) -> Iterator[Finding]:
    """A deadline that begins before, or ends after, the period of the order."""
    for order in corpus.orders:
        start, end = order.order.part("period", "start"), order.order.part("period", "end")
        if not isinstance(start, str) or not isinstance(end, str):
            continue
        records = list(order.of("activities"))
        period = order.order.text("period")
        out = [r for r in records if _misses(r, start, end)]
        if _most(out, records):
            message = note("dates.all-out-of-period", n=len(out), of=len(_dated(records)), period=period)
            yield _of_order("date-out-of-period", message, order.order, "period", out)
            continue
        usual = Counter(t for r in records if (t := r.text("deadline")))
        for members in _by_deadline(out):
            suggestion = _alike(members[0].text("deadline"), usual)
            evidence = (note("dates.usual", value=suggestion, n=usual[suggestion]),) if suggestion else ()
            message = note("dates.out-of-period", deadline=members[0].raw("deadline"), period=period)
            yield _of_rows("date-out-of-period", message, members, suggestion, evidence)


def check_before_order(corpus: Corpus) -> Iterator[Finding]:
    """A deadline that had passed when the order was signed."""
    for order in corpus.orders:
        day = order.order.text("date")
        if not day:
            continue
        records = list(order.of("activities"))
        past = [r for r in records if (last := r.text("end_date")) and last < day]
        if _most(past, records):
            message = note("dates.all-before-order", n=len(past), of=len(_dated(records)), date=day)
            yield _of_order("date-before-order", message, order.order, "date", past)
            continue
        for members in _by_deadline(past):
            message = note("dates.before-order", deadline=members[0].raw("deadline"), date=day)
            yield _of_rows("date-before-order", message, members)


def _misses(record: Record, start: str, end: str) -> bool:
    first, last = record.text("start_date"), record.text("end_date")
    return bool((first and first < start) or (last and last > end))


def _dated(records: Sequence[Record]) -> list[Record]:
    return [r for r in records if r.text("start_date") or r.text("end_date")]


def _most(found: Sequence[Record], records: Sequence[Record]) -> bool:
    return len(found) >= _MANY and len(found) > _MOST * len(_dated(records))


def _by_deadline(records: Sequence[Record]) -> list[list[Record]]:
    """Rows with the same deadline, written the same way."""
    found: dict[tuple[str | None, str], list[Record]] = defaultdict(list)
    for record in records:
        found[record.text("deadline"), record.raw("deadline")].append(record)
    return list(found.values())


def _of_rows(
    code: str,
    message: Note,
    members: Sequence[Record],
    suggestion: str | None = None,
    evidence: tuple[Note, ...] = (),
) -> Finding:
    first = members[0]
    return Finding(
        code,
        message,
        first.dataset,
        first.id,
        "deadline",
        first.raw("deadline"),
        suggestion,
        evidence=evidence,
        places=places(members),
        key=first.text("deadline") or "",
    )


def _of_order(code: str, message: Note, order: Record, field: str, rows: Sequence[Record]) -> Finding:
    own: tuple[Place, ...] = (order.place,) if order.place is not None else ()
    raw = order.raw(field) or order.text(field) or ""
    return Finding(
        code, message, "orders", order.id, field, raw, places=(*own, *places(rows)), key=f"{field}|{raw}"
    )


def _alike(value: str | None, usual: Counter[str]) -> str | None:
    """The deadline that most others have, if it differs in one character only."""
    if not value or not usual:
        return None
    common, n = usual.most_common(1)[0]
    if n < 3 or len(common) != len(value) or common == value:
        return None
    return common if sum(a != b for a, b in zip(common, value, strict=True)) == 1 else None
