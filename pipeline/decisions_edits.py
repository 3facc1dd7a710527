"""Edits: what decisions change in the records of orders, and how they are carried out.

An edit names its row by id and its field, never a position. `@home` and `@partner_home` are no fields but
what is known of the place of a row's school (`Record.context`); they decide which school a mention is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from pipeline import place
from pipeline.datasets import all_datasets
from pipeline.decisions_file import MENTIONED, same
from pipeline.decisions_values import NoValueError, canonical, decided, grafted, undone
from pipeline.model import Change, Json, OrderData, Record, Value

if TYPE_CHECKING:
    from pipeline.reference import Reference

HOMES = {"school": "@home", "partner": "@partner_home"}


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one value. `by` is the decision's number; `was`: the text that was decided on, where the
    edit is about a part of it; `undo`: rule, before and after of the correction to take back.
    """

    by: int
    record_id: str
    field: str
    do: Literal["set", "undo", "drop"] = "set"
    value: str = ""
    was: str | None = None
    undo: tuple[str, str, str] = ("", "", "")


def find(orders: Iterable[OrderData], dataset: str, record: str, match: Mapping[str, str]) -> list[Record]:
    """The rows of orders with this id, or with these values (canonical or raw) in all fields of `match`."""
    rows = (
        r for o in orders for r in ((o.order,) if dataset == "orders" else o.records) if r.dataset == dataset
    )
    if record:
        return [r for r in rows if row_id(r) == record]
    return [r for r in rows if all(matches(r, name, text) for name, text in match.items())]


def row_id(record: Record) -> str:
    """The id of a row: the record's, or the joined key of a dataset without an id field."""
    return record.id


def matches(record: Record, name: str, text: str) -> bool:
    """Does the row have this value in this field? `X_raw` looks at the raw text only."""
    if name.endswith("_raw"):
        return same(record.raw(name.removesuffix("_raw")), text)
    if name == all_datasets()[record.dataset].id_field:
        return record.id == text
    if name == "order_id":
        return record.order == text
    return same(record.text(name), text) or (bool(record.raw(name)) and same(record.raw(name), text))


def moves(by: int, rows: Iterable[Record], to: str, orders: Sequence[OrderData]) -> Iterator[Edit]:
    """Rows under another municipality, with its number in the list where the list has one."""
    for row in rows:
        order = next(o for o in orders if o.order.id == row.order)
        to = canonical("municipality", to, order.order.text("region"))[0] or to
        numbers = {
            (r.text("municipality_no"), r.text("municipality"))
            for r in order.of("training_sites")
            if same(r.text("municipality"), to) and r.context.get("appendix") == row.context.get("appendix")
        }
        number, name = numbers.pop() if len(numbers) == 1 else (None, to)
        yield Edit(by, row.id, "municipality", value=name or to)
        yield Edit(by, row.id, "municipality_no", value=number or "")
        yield Edit(by, row.id, "@home", value=name or to)


def effective(edits: Sequence[Edit]) -> tuple[list[Edit], dict[int, int]]:
    """The edits that count, and the decisions of which none does → the decision that replaces them.

    Of several edits of one value the last counts; those about a part of a text build on one another.
    """
    by_value: dict[tuple[str, str], list[Edit]] = defaultdict(list)
    for edit in edits:
        by_value[edit.record_id, edit.field].append(edit)
    left: list[Edit] = []
    replaced: dict[int, int] = {}
    for chain in by_value.values():
        kept = _building_on_one_another(chain)
        left.extend(kept)
        replaced.update({e.by: kept[0].by for e in chain if e not in kept and e.by != kept[0].by})
    alive = {e.by for e in left}
    return left, {by: other for by, other in replaced.items() if by not in alive}


def _building_on_one_another(chain: Sequence[Edit]) -> list[Edit]:
    """The last edits of a value that can all be carried out."""
    kept: list[Edit] = []
    current = ""
    for edit in chain:
        carried = grafted(current, edit.was, edit.value) if kept and edit.was is not None else None
        if edit.do == "set" and carried is None:
            kept = []
        kept.append(edit)
        current = carried or edit.value
    return kept


Changes = Callable[[int], Change]  # number of a decision → the change to log


def apply(
    orders: Sequence[OrderData], edits: Sequence[Edit], change: Changes, reference: Reference | None
) -> tuple[list[OrderData], set[int], dict[int, Edit]]:
    """The orders with the edits carried out; the decisions that changed something; those with an impossible
    value.
    """
    by_row: dict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        by_row[edit.record_id].append(edit)
    changed: set[int] = set()
    bad: dict[int, Edit] = {}
    done = []
    for order in orders:
        region = order.order.text("region")
        if not any(r.id in by_row for r in (order.order, *order.records)):
            done.append(order)
            continue
        rows = []
        for record in order.records:
            mine = by_row.get(record.id, [])
            if any(e.do == "drop" for e in mine):
                changed.update(e.by for e in mine if e.do == "drop")
                continue
            rows.append(_row(record, mine, change, region, changed, bad))
        title = _row(order.order, by_row.get(order.order.id, []), change, region, changed, bad)
        placed = _placed(order.records, rows, by_row, region, reference)
        done.append(replace(order, order=title, records=placed))
    return done, changed, bad


def row_with(record: Record, edits: Sequence[Edit], change: Changes, region: str | None) -> Record | None:
    """A row with its edits carried out, None if they drop it. An impossible value changes nothing."""
    counting, _ = effective(edits)
    if any(e.do == "drop" for e in counting):
        return None
    return _row(record, counting, change, region, set(), {})


def _row(
    record: Record,
    edits: Sequence[Edit],
    change: Changes,
    region: str | None,
    changed: set[int],
    bad: dict[int, Edit],
) -> Record:
    for edit in edits:
        before = record
        try:
            record = _edited(record, edit, change(edit.by), region)
        except NoValueError:
            bad[edit.by] = edit
        if record is not before:
            changed.add(edit.by)
    return record


def _edited(record: Record, edit: Edit, change: Change, region: str | None) -> Record:
    if edit.do == "set" and edit.field.startswith("@"):
        key = edit.field[1:]
        if record.context.get(key) == edit.value:
            return record
        return replace(record, context={**record.context, key: edit.value})
    values = dict(record.values)
    if edit.do == "undo":
        for name, value in record.values.items():
            if any((c.rule, c.before, c.after) == edit.undo for c in value.changes):
                values[name] = undone(value, *edit.undo, name, change)
        return replace(record, values=values) if values != record.values else record
    old = record.values.get(edit.field)
    text = edit.value
    if edit.was is not None and old is not None and old.text:
        text = grafted(old.text, edit.was, text) or text
    if old is not None and canonical(edit.field, text, region)[0] == old.text:
        return record
    values[edit.field] = new = decided(old, edit.field, text, change, region)
    if edit.field == "deadline":
        for name, part in (("start_date", "start"), ("end_date", "end")):
            day = new.parts.get(part)
            values[name] = Value("", str(day) if day else None)
    return replace(record, values=values)


def _placed(
    before: Sequence[Record],
    rows: Sequence[Record],
    by_row: Mapping[str, Sequence[Edit]],
    region: str | None,
    reference: Reference | None,
) -> tuple[Record, ...]:
    """Schools that got another name are placed anew; the rest stays where it was."""
    old = {r.id: r for r in before}

    def renamed(row: Record, field: str) -> bool:
        return row.text(field) != old[row.id].text(field)

    if not any(renamed(r, f) for r in rows for f in HOMES if r.dataset == "training_sites"):
        return tuple(rows)
    anew, _ = place.place(rows, region, reference)
    found = []
    for row, placed in zip(rows, anew, strict=True):
        context: dict[str, Json] = dict(row.context)
        for field, home in HOMES.items():
            given = any(e.field == home for e in by_row.get(row.id, ()))
            if row.dataset == "training_sites" and renamed(row, field) and not given:
                context.pop(home[1:], None)
                if home[1:] in placed.context:
                    context[home[1:]] = placed.context[home[1:]]
        found.append(replace(row, context=context))
    return tuple(found)


def mentions(orders: Iterable[OrderData], dataset: str) -> Iterator[tuple[Record, str]]:
    """The rows and fields that name entities of a dataset."""
    fields = MENTIONED[dataset]
    for order in orders:
        for record in order.records:
            for where, field in fields:
                if record.dataset == where and record.text(field):
                    yield record, field
