"""Ids of an order and its rows: content, never a position, so that every form of an order gives the same.

An order is known by its issuing region, number and date; where one of the two is missing its title counts
too, where both are missing the content of its rows as well, and at last its bytes. An activity is known by
its number, a pair by its municipality, school and partner. Rows of equal content are told apart by counting
them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pipeline.ids import make_id
from pipeline.model import Json, Record, Source, Value, bare
from pipeline.replacing import replace

CONTENT = {
    "activities": ("item_no", "title"),
    "training_sites": ("municipality", "school", "partner"),
}


def identify(
    order: Record, records: Iterable[Record], source: Source, apart: str | None = None
) -> tuple[Record, tuple[Record, ...]]:
    """The order and its records with `id`, `order` and the id fields of their own datasets.

    What an id was made of is kept in the record's `context` («identity»), so that rows that another witness
    corrects can be named again (`witnesses.py`). `apart` parts an order from another that would have its id.
    """
    records = tuple(records)
    order_id = _order_id(order, records, source)
    if apart is not None:
        order_id = make_id("order", order_id, apart)
    seen: Counter[str] = Counter()
    positions: Counter[str] = Counter()
    found: list[Record] = []
    activity_of: dict[object, str] = {}
    for record in records:
        appendix = str(record.context.get("appendix") or "")
        extra: dict[str, Value] = {"order_id": bare(order_id)}
        if record.dataset == "activity_executors":
            activity = activity_of[record.context.get("row"), record.place and record.place.table]
            record_id = f"{activity}:{record.text('position')}"
            extra = {"activity_id": bare(activity)}
        else:
            content = _content(record)
            record = replace(record, context={**record.context, "identity": list[Json](content)})
            key = make_id(record.dataset, order_id, appendix, *content)
            seen[key] += 1
            prefix = "site" if record.dataset == "training_sites" else "act"
            record_id = make_id(prefix, order_id, appendix, *content, seen[key] if seen[key] > 1 else None)
            if record.dataset == "activities":
                activity_of[record.context.get("row"), record.place and record.place.table] = record_id
            else:
                positions[appendix] += 1
                extra["position"] = bare(str(positions[appendix]))
        found.append(replace(record, id=record_id, order=order_id, values={**record.values, **extra}))
    values = {
        **order.values,
        "source_file": bare(source.path),
        "source_format": bare(source.format),
        "source_sha256": bare(source.sha256),
    }
    return replace(order, id=order_id, order=order_id, values=values), tuple(found)


def _order_id(order: Record, records: Sequence[Record], source: Source) -> str:
    number, day, title = order.text("number"), order.text("date"), order.text("title")
    region = order.text("region") or order.text("issuer")
    if number and day:
        return make_id("order", region, number, day)
    if number or day:  # another order of the day, or of the number in another year, has another title
        return make_id("order", region, number, day, title)
    rows = [make_id(r.dataset, *(v.text for v in r.values.values())) for r in records]
    if rows or title:
        return make_id("order", region, title, *rows)
    return make_id("order", source.sha256)


def _content(record: Record) -> tuple[str | None, ...]:
    """What tells a row from others: an activity's number is enough where it has one."""
    known = record.context.get("identity")
    if isinstance(known, list):
        return tuple(None if c is None else str(c) for c in known)
    if record.dataset == "activities" and record.text("item_no"):
        return (record.text("item_no"),)
    return tuple(record.text(f) for f in CONTENT.get(record.dataset, tuple(record.values)))
