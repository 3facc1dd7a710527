"""What differs between two builds, row by row and cell by cell, and why as far as it can be told.

Rows are the same by their primary key; an id that a decision replaced is followed through `id_changes`. Why,
the first that holds:

1. `decision`: the cell is a correction that a person decided, in one of the builds; or `id_changes` says so.
2. `source`: the order of the row was added, has gone, or its file has another SHA-256.
3. `rule`: another rule corrects the cell now, or none does.
4. What follows from another cell (an id from its name, a day from a deadline) has its reason; what is
   counted in an entity has the reasons of the rows that name it.
5. `reference`, `rules` or `program`: what the builds were made with, where that is known; else `unknown`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from pipeline.changes_read import Row, Snapshot
from pipeline.datasets import all_datasets, csv_text
from pipeline.decisions_file import MENTIONED
from pipeline.messages import say
from pipeline.model import Json, Note, note
from pipeline.writers.json_files import Tree

_FOLLOWS = {  # field → the field of the same row that it follows from
    "school_id": "school", "partner_id": "partner", "municipality_id": "municipality",
    "municipality_no": "municipality", "organization_id": "organization", "person_id": "person",
    "start_date": "deadline", "end_date": "deadline",
}  # fmt: skip
_IDS = {"school_id": "schools", "partner_id": "schools", "municipality_id": "municipalities",
        "organization_id": "organizations", "person_id": "persons"}  # fmt: skip
_LABELS = ("name", "item_no", "title", "number", "school", "partner", "organization", "person")


@dataclass(frozen=True, slots=True)
class Why:
    """A cause (decision, source, rule, reference, rules, program, unknown) and its words."""

    cause: str
    words: Note


@dataclass(frozen=True, slots=True)
class CellChange:
    field: str
    old: Json
    new: Json
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class RowChange:
    """`kind`: added, removed, changed. `was` is the old id where it is another."""

    dataset: str
    kind: str
    id: str
    was: str
    label: str
    cells: tuple[CellChange, ...] = ()
    why: tuple[Why, ...] = ()
    old: Row = field(default_factory=dict)
    new: Row = field(default_factory=dict)


def diff(old: Snapshot, new: Snapshot) -> list[RowChange]:
    """All changes, in the order of the datasets and of their rows."""
    two = _Builds(old, new)
    found = [c for name in _datasets(old, new) if name not in MENTIONED for c in two.rows(name)]
    reasons = two.reasons_of_entities(found)
    entities = [
        two.with_reasons(c, reasons)
        for name in _datasets(old, new)
        if name in MENTIONED
        for c in two.rows(name)
    ]
    order = {name: i for i, name in enumerate(all_datasets())}
    return sorted([*found, *entities], key=lambda c: order[c.dataset])


def _datasets(old: Snapshot, new: Snapshot) -> list[str]:
    names = {*old.datasets, *new.datasets} - {"id_changes"}
    return [name for name in all_datasets() if name in names]


def _key(dataset: str, row: Row) -> str:
    return ":".join(csv_text(row.get(name)) for name in all_datasets()[dataset].primary_key)


class _Builds:
    """Both builds, indexed for questions."""

    def __init__(self, old: Snapshot, new: Snapshot) -> None:
        self.old, self.new = old, new
        self.orders = tuple({str(r["order_id"]): r for r in s.datasets.get("orders", [])} for s in (old, new))
        self.order_of = {
            str(r["activity_id"]): str(r["order_id"])
            for s in (old, new)
            for r in s.datasets.get("activities", [])
        }
        self.corrections = tuple(
            {(str(c["dataset"]), str(c["record_id"]), str(c["field"])): c for c in s.corrections}
            for s in (old, new)
        )
        self.rejected = tuple(
            {
                str(place)
                for f in s.findings
                if f["code"] == "ocr-fixed" and f["status"] == "rejected"
                for place in (f["places"] if isinstance(f["places"], list) else ())
            }
            for s in (old, new)
        )
        self.heirs = {
            (str(r["dataset"]), str(r["old_id"])): str(r["new_id"] or "")
            for r in new.datasets.get("id_changes", [])
        }
        self.heirs |= {  # a decision that has been withdrawn: back to the id of before
            (str(r["dataset"]), str(r["new_id"])): str(r["old_id"])
            for r in old.datasets.get("id_changes", [])
            if r["new_id"]
        }

    def rows(self, dataset: str) -> Iterator[RowChange]:
        before = {_key(dataset, r): r for r in self.old.datasets.get(dataset, [])}
        after = {_key(dataset, r): r for r in self.new.datasets.get(dataset, [])}
        was = {}
        for key in before:
            heir = self.heirs.get((dataset, key), "")
            if key not in after and heir in after and heir not in before and heir not in was:
                was[heir] = key
        for key, row in after.items():
            old_key = key if key in before else was.get(key)
            if old_key is None:
                yield RowChange(
                    dataset, "added", key, "", _label(row), why=self.of_row(dataset, key, row), new=row
                )
                continue
            cells = tuple(self.cells(dataset, before[old_key], row, old_key, key))
            if cells:
                why = tuple(dict.fromkeys((w.cause, repr(w)) for c in cells for w in c.why))
                shown = {repr(w): w for c in cells for w in c.why}
                yield RowChange(
                    dataset,
                    "changed",
                    key,
                    old_key if old_key != key else "",
                    _label(row),
                    cells,
                    tuple(shown[r] for _, r in why),
                    before[old_key],
                    row,
                )
        for key, row in before.items():
            if key not in after and key not in was.values():
                yield RowChange(
                    dataset, "removed", key, "", _label(row), why=self.of_row(dataset, key, row), old=row
                )

    # ------------------------------------------------------------------------------------------- reasons

    def of_row(self, dataset: str, key: str, row: Row) -> tuple[Why, ...]:
        """Why a row came or went."""
        if (dataset, key) in self.heirs:
            return (Why("decision", note("diff.id", id=self.heirs[dataset, key] or "–")),)
        source = self.source(dataset, row, row)
        if source is not None:
            return (source,)
        return () if dataset in MENTIONED else (self.made_with(),)

    def cells(self, dataset: str, old: Row, new: Row, old_key: str, key: str) -> Iterator[CellChange]:
        names = [f.name for f in all_datasets()[dataset].fields]
        changed = [n for n in names if old.get(n) != new.get(n)]
        reasons: dict[str, tuple[Why, ...]] = {}
        for name in sorted(changed, key=lambda n: n in _FOLLOWS):  # what others follow from comes first
            reasons[name] = self.of_cell(dataset, name, old, new, old_key, key, reasons)
        for name in changed:
            yield CellChange(name, old.get(name), new.get(name), reasons[name])

    def of_cell(
        self,
        dataset: str,
        name: str,
        old: Row,
        new: Row,
        old_key: str,
        key: str,
        known: Mapping[str, tuple[Why, ...]],
    ) -> tuple[Why, ...]:
        before = self.corrections[0].get((dataset, old_key, name))
        after = self.corrections[1].get((dataset, key, name))
        decided = [c is not None and c["status"] == "decided" for c in (before, after)]
        if decided[1] and after is not None:
            words = after["evidence"] if isinstance(after["evidence"], list) else []
            return (Why("decision", note("diff.decision", why=str(words[-1]) if words else "")),)
        if decided[0] or (after is not None and str(after["place"]) in self.rejected[0]):
            return (Why("decision", note("diff.withdrawn")),)
        if before is not None and after is None and str(before["place"]) in self.rejected[1]:
            return (Why("decision", note("diff.rejected")),)
        source = self.source(dataset, old, new)
        if source is not None:
            return (source,)
        if _FOLLOWS.get(name) in known:
            return known[_FOLLOWS[name]]
        if name in _IDS and self.heirs.get((_IDS[name], str(old.get(name)))) == new.get(name):
            return (Why("decision", note("diff.id", id=str(new.get(name)))),)
        rules = [csv_text(c["rule"]) if c else "–" for c in (before, after)]
        if rules[0] != rules[1]:
            return (Why("rule", note("diff.rule", old=rules[0], new=rules[1])),)
        if key != old_key and name in (*all_datasets()[dataset].primary_key, "name"):
            return (Why("decision", note("diff.id", id=key)),)
        return () if dataset in MENTIONED else (self.made_with(),)

    def source(self, dataset: str, old: Row, new: Row) -> Why | None:
        order = str(new.get("order_id") or self.order_of.get(str(new.get("activity_id")), ""))
        if not order:
            return None
        before, after = self.orders[0].get(order), self.orders[1].get(order)
        if before is None and after is None:
            return None
        if before is None and after is not None:
            return Why("source", note("diff.source-new", file=after["source_file"]))
        if after is None and before is not None:
            return Why("source", note("diff.source-gone", file=before["source_file"]))
        assert before is not None and after is not None
        if before["source_sha256"] != after["source_sha256"]:
            return Why("source", note("diff.source-changed", file=after["source_file"]))
        return None

    def made_with(self) -> Why:
        """Rules or program, as far as both builds show what they were made with."""
        made = ("reference", "rules", "program")
        sides = [[getattr(s, name) for name in made] for s in (self.old, self.new)]
        other = [
            n for n, a, b in zip(made, *sides, strict=True) if a is not None and b is not None and a != b
        ]
        if not other:
            return Why("unknown", note("diff.unknown"))
        if len(other) > 1:
            return Why(other[-1], note("diff.several", causes=[note(f"diff.{name}") for name in other]))
        return Why(other[0], note(f"diff.{other[0]}"))

    # ------------------------------------------------------------------------------------------ entities

    def reasons_of_entities(self, changes: list[RowChange]) -> dict[tuple[str, str], dict[str, Why]]:
        """(dataset, id of an entity) → the reasons of the rows that name it, or did."""
        found: dict[tuple[str, str], dict[str, Why]] = defaultdict(dict)
        for change in changes:
            for name, dataset in _IDS.items():
                for row in (change.old, change.new):
                    if not row.get(name):
                        continue
                    touched = [
                        c for c in change.cells if c.field in (name, _FOLLOWS[name], f"{_FOLLOWS[name]}_raw")
                    ]
                    why = [w for c in touched for w in c.why] if change.cells else change.why
                    for one in why:
                        found[dataset, str(row[name])][repr(one)] = one
        return found

    def with_reasons(
        self, change: RowChange, reasons: Mapping[tuple[str, str], Mapping[str, Why]]
    ) -> RowChange:
        """An entity's change with the reasons of the rows that name it, where it has none of its own."""
        ids = [i for i in (change.id, change.was) if i]
        of_rows = {k: w for i in ids for k, w in reasons.get((change.dataset, i), {}).items()}
        given = tuple(of_rows.values()) or (self.of_any_source() or self.made_with(),)
        cells = tuple(c if c.why else replace(c, why=given) for c in change.cells)
        shown = {repr(w): w for c in cells for w in c.why}
        return replace(change, cells=cells, why=tuple(shown.values()) or change.why or given)

    def of_any_source(self) -> Why | None:
        """Orders came, went or changed: what is put together from all of them may have changed by that."""
        shas = [{k: r["source_sha256"] for k, r in orders.items()} for orders in self.orders]
        return Why("source", note("diff.sources")) if shas[0] != shas[1] else None


def _label(row: Row) -> str:
    return " · ".join(csv_text(row[name]) for name in _LABELS if row.get(name))[:160]


def findings_changed(old: Snapshot, new: Snapshot) -> dict[str, list[str]]:
    """Ids of findings that are new, have gone, or have another status."""
    before = {str(f["discrepancy_id"]): f for f in old.findings}
    after = {str(f["discrepancy_id"]): f for f in new.findings}
    return {
        "new": [i for i in after if i not in before],
        "gone": [i for i in before if i not in after],
        "decided": [i for i in after if i in before and after[i]["status"] != before[i]["status"]],
    }


def counts(changes: list[RowChange]) -> dict[str, Counter[str]]:
    """How many rows were added, removed and changed, per dataset."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for change in changes:
        found[change.dataset][change.kind] += 1
    return found


def say_why(why: tuple[Why, ...], lang: str) -> str:
    """Causes in words."""
    return "; ".join(say(w.words, lang) for w in why)


def as_json(
    old: str, new: str, found: list[RowChange], findings: dict[str, list[str]], lang: str
) -> dict[str, Tree]:
    """Changes as `prikaz diff --json` prints them."""
    return {
        "old": old,
        "new": new,
        "datasets": {
            dataset: {
                **{kind: counted[kind] for kind in ("added", "removed", "changed")},
                "rows": [_row_json(c, lang) for c in found if c.dataset == dataset],
            }
            for dataset, counted in counts(found).items()
        },
        "findings": findings,
    }


def _row_json(change: RowChange, lang: str) -> dict[str, Tree]:
    return {
        "change": change.kind,
        "id": change.id,
        "was": change.was or None,
        "label": change.label,
        "causes": sorted({w.cause for w in change.why}),
        "why": say_why(change.why, lang),
        "cells": [
            {
                "field": c.field,
                "old": c.old,
                "new": c.new,
                "causes": sorted({w.cause for w in c.why}),
                "why": say_why(c.why, lang),
            }
            for c in change.cells
        ],
    }
