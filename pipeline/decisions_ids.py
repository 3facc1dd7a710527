"""Old ids of entities and rows that decisions merged, renamed or dropped: `id_changes`.

The ids of a build without decisions are compared with those after them, mention by mention. Whoever kept an
old id finds the new one here, on every later build.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.decisions_file import MENTIONED, same
from pipeline.decisions_values import canonical
from pipeline.entities import id_change
from pipeline.model import Corpus, Record
from pipeline.resolve import resolve

_ID_FIELD = {
    "school": "school_id", "partner": "partner_id", "municipality": "municipality_id",
    "organization": "organization_id", "person": "person_id",
}  # fmt: skip


def id_changes(
    before: Corpus,
    after: Corpus,
    dropped: Mapping[str, str],
    passed: Mapping[tuple[str, str], Iterable[str]],
) -> tuple[Record, ...]:
    """Records of the dataset `id_changes`: datasets in their order, ids in document order. `passed` are
    names that one decision gave and another replaced: a build between the two had ids of their own.
    """
    found = []
    new_rows = {r.id: r for o in after.orders for r in o.records}
    for old, new in dropped.items():
        found.append(id_change("training_sites", old, new, "dropped"))
    for dataset, fields in MENTIONED.items():
        there = {r.id for r in after.of(dataset)}
        was = {r.id for r in before.of(dataset)}
        heirs: dict[str, Counter[str]] = defaultdict(Counter)
        for order in before.orders:
            for record in order.records:
                for where, name in fields:
                    old_id = record.text(_ID_FIELD[name]) if record.dataset == where else None
                    now = new_rows.get(dropped.get(record.id, record.id))
                    new_id = now.text(_ID_FIELD[name]) if now else None
                    if old_id and new_id:
                        heirs[old_id][new_id] += 1
        for record in before.of(dataset):
            if record.id in there:
                continue
            heir = heirs[record.id].most_common(1)[0][0] if heirs[record.id] else None
            reason = (
                "gone" if heir is None else "merged" if heir in was or _shared(heirs, heir) else "renamed"
            )
            found.append(id_change(dataset, record.id, heir, reason))
    known = {r.text("old_id") for r in found} | {r.id for name in MENTIONED for r in after.of(name)}
    for (dataset, last), names in passed.items():
        for old, new in _on_the_way(after, dataset, last, names):
            if old not in known:
                known.add(old)
                found.append(id_change(dataset, old, new, "merged"))
    return (*found, *_former(before, after, found))


def _on_the_way(after: Corpus, dataset: str, last: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(id, id now) of the entities called `last` under each of the names that they had in between."""
    for name in sorted(names):
        was: dict[tuple[str, str], str] = {}
        orders = []
        for order in after.orders:
            records = []
            for record in order.records:
                values = dict(record.values)
                for where, field in MENTIONED[dataset]:
                    now = record.text(_ID_FIELD[field]) if where == record.dataset else None
                    if now and same(record.text(field), last):
                        was[record.id, _ID_FIELD[field]] = now
                        text, parts = canonical(field, name, order.order.text("region"))
                        values[field] = replace(values[field], text=text, parts=parts)
                records.append(replace(record, values=values))
            orders.append(replace(order, records=tuple(records)))
        for order in resolve(orders).orders if was else ():
            for record in order.records:
                for field in _ID_FIELD.values():
                    then, now = record.text(field), was.get((record.id, field))
                    if then and now and then != now:
                        yield then, now


def _former(before: Corpus, after: Corpus, found: Sequence[Record]) -> Iterator[Record]:
    """The ids that other orders made old (see `resolve`), led on to what decisions made of the new ones."""
    now = {r.text("old_id"): r.text("new_id") for r in found}
    there = {r.id for r in after.of("schools")}
    former = {r.text("old_id") or "": r for corpus in (before, after) for r in corpus.of("id_changes")}
    for old, record in former.items():
        if old not in now and old not in there:
            new = record.text("new_id")
            yield id_change("schools", old, now.get(new, new), "merged")


def _shared(heirs: Mapping[str, Counter[str]], heir: str) -> bool:
    """Did several old entities become this one?"""
    return sum(heir in counted for counted in heirs.values()) > 1
