"""What accepting or rejecting a finding does to the data: `data/decision_actions.csv`, one line a code.

    set    the value becomes the suggestion, in every row that the finding is about and that has the same
    value move   the row belongs under the suggested municipality
    drop   the repetition of a row goes
    undo   (rejecting) the correction is taken back
    stay   (rejecting) the school lies in the municipality under which its row stands

Codes that the table lacks are only closed. `Finding.action` is the deed with its rows, as plain JSON:
`{"accept": "set", "dataset": …, "records": […], "field": …, "was": …, "value": …}`; `settable` says whether
a person may give another value.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from pipeline.datasets import all_datasets
from pipeline.decisions_file import settable
from pipeline.model import Corpus, Finding, Json, Place, Record


@dataclass(frozen=True, slots=True)
class Deeds:
    """What a code allows; empty: it is only closed."""

    accept: str
    reject: str
    value: bool


@cache
def table() -> dict[str, Deeds]:
    """Every code that has a deed."""
    file = resources.files("pipeline") / "data" / "decision_actions.csv"
    rows = csv.DictReader(io.StringIO(file.read_text("utf-8")))
    return {r["code"]: Deeds(r["accept"], r["reject"], r["value"] == "yes") for r in rows}


def fill(findings: Iterable[Finding], corpus: Corpus) -> tuple[Finding, ...]:
    """The findings with their actions and orders."""
    index = _Index(corpus)
    return tuple(_filled(_of_order(f, index), index) for f in findings)


class _Index:
    """The rows by id and by place."""

    def __init__(self, corpus: Corpus) -> None:
        self.by_id: dict[tuple[str, str], Record] = {}
        self.by_place: dict[Place, list[Record]] = defaultdict(list)
        self.by_source = {order.source.path: order.order.id for order in corpus.orders}
        for order in corpus.orders:
            for record in (order.order, *order.records):
                self.by_id[record.dataset, record.id] = record
                for place in {record.place, *(v.place for v in record.values.values())}:
                    if place is not None:
                        self.by_place[place].append(record)

    def rows(self, finding: Finding, first: Record) -> list[Record]:
        """The rows that the finding is about: those at its places with the same value in the same field."""
        was = first.text(finding.field)
        found = {first.id: first}
        for place in finding.places:
            for record in self.by_place.get(place, ()):
                if (record.dataset, record.order) != (first.dataset, first.order):
                    continue
                if record.text(finding.field) == was and record.raw(finding.field) == first.raw(
                    finding.field
                ):
                    found.setdefault(record.id, record)
        return list(found.values())


def _of_order(finding: Finding, index: _Index) -> Finding:
    """With the order that it is about: that of its row, else of the one source that it names."""
    row = index.by_id.get((finding.dataset, finding.record_id))
    if row is not None:
        return replace(finding, order=row.order or row.id)
    named = {index.by_source.get(place.source, "") for place in finding.places}
    return replace(finding, order=named.pop()) if len(named) == 1 else finding


def _filled(finding: Finding, index: _Index) -> Finding:
    deeds = table().get(finding.code)
    first = index.by_id.get((finding.dataset, finding.record_id))
    if deeds is None or first is None:
        return finding
    allowed = finding.field in settable(all_datasets()[finding.dataset])
    action: dict[str, Json] = {"dataset": finding.dataset, "field": finding.field, "settable": False}
    if deeds.accept == "drop":
        if finding.message.key != "duplicates.same-pair":
            return finding  # the same school with another partner is a row of its own
        kept = next((r for p in finding.places for r in index.by_place.get(p, ()) if r.id != first.id), None)
        if kept is None:
            return finding
        return replace(finding, action={**action, "accept": "drop", "records": [first.id], "kept": kept.id})
    if deeds.reject == "undo":
        rule, before, after = [*finding.key.split("|"), "", "", ""][:3]
        rows = _repaired(finding, first, index, rule, before, after)
        allowed = allowed and len(rows) == len(index.rows(finding, first))  # one value, not a part of many
        undo: Mapping[str, Json] = {"reject": "undo", "rule": rule, "before": before, "after": after}
        return replace(
            finding,
            action={**action, **undo, "records": list[Json](rows), "settable": allowed, "was": None},
        )
    rows = [r.id for r in index.rows(finding, first)] if deeds.accept != "move" else [first.id]
    action |= {
        "records": list[Json](rows),
        "was": first.text(finding.field),
        "settable": deeds.value and allowed,
    }
    if deeds.accept and finding.suggestion and allowed:
        action |= {"accept": deeds.accept, "value": finding.suggestion}
    elif deeds.accept == "move":
        action["accept"] = "move"
    if deeds.reject:
        action["reject"] = deeds.reject
    return replace(finding, action=action)


def _repaired(
    finding: Finding, first: Record, index: _Index, rule: str, before: str, after: str
) -> Sequence[str]:
    """All rows of the order with this correction, whatever else their values say."""
    found: dict[str, None] = {}
    for place in finding.places:
        for record in index.by_place.get(place, ()):
            changes = (c for v in record.values.values() for c in v.changes)
            if record.order == first.order and any(
                (c.rule, c.before, c.after) == (rule, before, after) for c in changes
            ):
                found[record.id] = None
    return list(found)
