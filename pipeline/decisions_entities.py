"""Decisions about entities: which mentions are one (`merge`), which are not (`split`), what is known of one
(`set`).

A merge or split is carried out on the mentions, before entities are resolved: every mention of the merged
names gets the common name (its raw text stays), so that rows, ids and counts agree by themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.decisions_edits import HOMES, Edit, matches, mentions
from pipeline.decisions_file import MENTIONED, Decision, Merge, same
from pipeline.decisions_values import decided
from pipeline.ids import fold
from pipeline.model import Change, Corpus, OrderData, Record, Value

Mention = tuple[str, str]  # id of the row, field


@dataclass(slots=True)
class Claims:
    """What merges and splits want of mentions. `conflicts`: decision → one that contradicts it; `through`:
    merge → those that lead its names further; `passed`: (dataset, last name) → names on the way there.
    """

    edits: list[Edit] = field(default_factory=list)
    matched: dict[int, bool] = field(default_factory=dict)
    conflicts: dict[int, int] = field(default_factory=dict)
    through: dict[int, list[int]] = field(default_factory=dict)
    passed: dict[tuple[str, str], set[str]] = field(default_factory=dict)


def claims(orders: Sequence[OrderData], taken: Sequence[Decision], fixed: set[Mention]) -> Claims:
    """Merges, splits and renamings as edits of mentions. `fixed` are values that other decisions have set:
    only their canonical text counts, for all others the raw text too.
    """
    found = Claims()
    for dataset in MENTIONED:
        merges = {i: m for i, d in enumerate(taken) if (m := _merge(d)) is not None and m.dataset == dataset}
        splits = {
            i: d.entry.split
            for i, d in enumerate(taken)
            if d.entry.split is not None and d.entry.split.dataset == dataset
        }
        if not merges and not splits:
            continue
        named = [(r, f) for r, f in mentions(orders, dataset)]
        wants: dict[Mention, dict[int, str]] = defaultdict(dict)
        targets = _targets(merges, found)
        for number, merge in merges.items():
            for record, name in named:
                already = same(record.text(name), targets[number])
                if any(_is(record, name, text, set() if already else fixed) for text in merge.names):
                    found.matched[number] = True
                    wants[record.id, name][number] = targets[number]
            found.matched.setdefault(number, False)
        for number in [n for n in merges if found.matched[n] and n not in found.conflicts]:
            way = found.through.get(number, [])
            found.matched.update(dict.fromkeys(way, True))
            names = {m.into for n in (number, *way) if (m := merges[n]) and not same(m.into, targets[number])}
            found.passed.setdefault((dataset, targets[number]), set()).update(names)
        homes: dict[int, str] = {i: m.municipality for i, m in merges.items() if m.municipality}
        for number, split in splits.items():
            found.matched.setdefault(number, False)
            for record, name in named:
                called = _is(record, name, split.name, fixed) or any(
                    same(t, split.name) for t in wants[record.id, name].values()
                )
                if called and all(matches(record, key, text) for key, text in split.match.items()):
                    found.matched[number] = True
                    wants[record.id, name][number] = split.as_ or split.name
                    if split.municipality:
                        homes[number] = split.municipality
        _contradictions(wants, found.conflicts)
        for (record_id, name), asked in wants.items():
            for number, text in asked.items():
                if number in found.conflicts:
                    continue
                found.edits.append(Edit(number, record_id, name, value=text))
                if dataset == "schools" and number in homes:
                    found.edits.append(Edit(number, record_id, HOMES[name], value=homes[number]))
        if dataset == "municipalities":
            found.edits += _homes(orders, merges, targets, found.conflicts)
        if dataset == "schools":
            _one_place(found, merges, targets, named)
    return found


def _merge(decision: Decision) -> Merge | None:
    """A merge; renaming an entity (`set` of its name) is one too."""
    wanted = decision.entry.set
    if (
        wanted is not None
        and wanted.dataset in MENTIONED
        and wanted.field == "name"
        and wanted.match.get("name")
    ):
        return Merge(dataset=wanted.dataset, into=wanted.value, names=(wanted.match["name"],))
    return decision.entry.merge


def _is(record: Record, name: str, text: str, fixed: set[Mention]) -> bool:
    if same(record.text(name), text):
        return True
    return (record.id, name) not in fixed and same(record.raw(name), text)


def _targets(merges: Mapping[int, Merge], found: Claims) -> dict[int, str]:
    """Where each merge leads at last: A → B and B → C make A → C. Circles contradict themselves."""
    into = {fold(n): (i, m.into) for i, m in merges.items() for n in m.names if not same(n, m.into)}
    targets = {}
    for number, merge in merges.items():
        target, path = merge.into, [number]
        while fold(target) in into:
            other, target = into[fold(target)]
            if other in path:
                found.conflicts[number] = other if other != number else path[-1]
                break
            path.append(other)
        targets[number] = target
        found.through[number] = path[1:]
    return targets


def _contradictions(wants: Mapping[Mention, Mapping[int, str]], conflicts: dict[int, int]) -> None:
    """Decisions that want different names for one mention."""
    for asked in wants.values():
        numbers = list(asked)
        for a in numbers:
            for b in numbers:
                if not same(asked[a], asked[b]):
                    conflicts.setdefault(a, b)


def _one_place(
    found: Claims,
    merges: Mapping[int, Merge],
    targets: Mapping[int, str],
    named: Sequence[tuple[Record, str]],
) -> None:
    """Merged schools are one school: they lie where the one lies whose name they get, if that is known."""
    for number, merge in merges.items():
        if number in found.conflicts or not found.matched.get(number):
            continue
        already = [(r, f) for r, f in named if same(r.text(f), targets[number])]
        places = {h for r, f in already if (h := _home(r, f))}
        home = merge.municipality or (places.pop() if len(places) == 1 else "")
        if not home:
            continue
        mine = {(e.record_id, e.field) for e in found.edits if e.by == number and e.field in HOMES}
        mine |= {(r.id, f) for r, f in already} if merge.municipality else set()
        found.edits += [Edit(number, row, HOMES[name], value=home) for row, name in sorted(mine)]


def _homes(
    orders: Sequence[OrderData],
    merges: Mapping[int, Merge],
    targets: Mapping[int, str],
    conflicts: Mapping[int, int],
) -> Iterator[Edit]:
    """Schools that lie in a merged municipality lie in the common one."""
    for number, merge in merges.items():
        for order in orders if number not in conflicts else ():
            for record in order.of("training_sites"):
                for home in HOMES.values():
                    if any(same(str(record.context.get(home[1:]) or ""), n) for n in merge.names):
                        yield Edit(number, record.id, home, value=targets[number])


def _home(record: Record, name: str) -> str:
    known = record.context.get(HOMES[name][1:])
    return str(known) if known else (record.text("municipality") or "" if name == "school" else "")


# --------------------------------------------------------------------------------------- values of entities


def entity_values(
    corpus: Corpus, taken: Sequence[Decision], change: Callable[[int], Change]
) -> tuple[Corpus, dict[int, tuple[bool, bool]]]:
    """The corpus with fields of entities set (all but names); for each such decision: matched, changed."""
    records = dict(corpus.records)
    fates: dict[int, tuple[bool, bool]] = {}
    for number, decision in enumerate(taken):
        wanted = decision.entry.set
        if wanted is None or wanted.dataset not in MENTIONED or _merge(decision) is not None:
            continue
        rows, matched, changed = [], False, False
        for record in records.get(wanted.dataset, ()):
            meant = (
                record.id == wanted.record
                if wanted.record
                else all(_has(record, name, text) for name, text in wanted.match.items())
            )
            old = record.values.get(wanted.field)
            if meant:
                matched = True
                if (old.text if old else None) != (wanted.value or None):
                    changed = True
                    value = decided(old or Value("", None), "text", wanted.value, change(number), None)
                    record = replace(record, values={**record.values, wanted.field: value})
            rows.append(record)
        records[wanted.dataset] = tuple(rows)
        fates[number] = (matched, changed)
    return replace(corpus, records=records), fates


def _has(record: Record, name: str, text: str) -> bool:
    if name == "variants":
        items = record.part("variants", "items")
        return isinstance(items, list) and any(same(str(i), text) for i in items)
    return same(record.text(name), text)
