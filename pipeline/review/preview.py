"""What a decision about a finding would change in the datasets, before anything is built.

Only the rows that the decision names are looked at, so that it takes milliseconds however many findings there
are: the values of each row without the decision and with it, all other decisions in force. What follows for
schools, persons, organizations and municipalities is told from the mentions of their names.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.datasets import all_datasets
from pipeline.decisions import edits_about
from pipeline.decisions_edits import Edit, find, moves, row_with
from pipeline.decisions_file import MENTIONED, Decision
from pipeline.ids import fold
from pipeline.model import Change, Finding, Note, OrderData, Record, note
from pipeline.result import Result

_ENTITY = {field: dataset for dataset, fields in MENTIONED.items() for _, field in fields}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowPreview:
    """A row that changes; `dropped`: it goes."""

    dataset: str
    label: str
    cells: tuple[Cell, ...]
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """All that changes; nothing: the decision only closes the finding."""

    rows: tuple[RowPreview, ...] = ()
    follows: tuple[Note, ...] = ()  # for schools, persons …


class Previewer:
    """The rows of a build, indexed once."""

    def __init__(self, result: Result) -> None:
        self._orders = {o.order.id: o for o in result.orders}
        self._rows: dict[str, tuple[Record, OrderData]] = {}
        for order in result.orders:
            for record in (order.order, *order.records):
                self._rows[record.id] = (record, order)
        self._named: dict[str, Counter[str]] = defaultdict(Counter)
        for dataset, fields in MENTIONED.items():
            for where, name in fields:
                for record in result.records.get(where, ()):
                    if text := record.text(name):
                        self._named[dataset][fold(text)] += 1

    def edits(self, decision: Decision, finding: Finding | None) -> list[Edit]:
        """What a decision does to rows (merges and splits of entities do nothing to single rows)."""
        if decision.kind == "finding":
            order = self._orders.get(finding.order) if finding is not None else None
            return list(edits_about(0, decision, finding, (order,))) if finding and order else []
        orders = list(self._orders.values())
        if (wanted := decision.entry.set) is not None and wanted.dataset not in MENTIONED:
            rows = find(orders, wanted.dataset, wanted.record, wanted.match)
            return [Edit(0, row.id, wanted.field, value=wanted.value) for row in rows]
        if (move := decision.entry.move) is not None:
            return list(moves(0, find(orders, "training_sites", move.site, move.match), move.to, orders))
        return []

    def preview(self, mine: Sequence[Edit], others: Mapping[str, Sequence[Edit]]) -> Preview:
        """What the edits change, where `others` (by row) are in force already."""
        found: list[RowPreview] = []
        renamed: Counter[tuple[str, str, str]] = Counter()
        homes: dict[str, str] = {}
        for row_id in dict.fromkeys(e.record_id for e in mine):
            if row_id not in self._rows:
                continue
            record, order = self._rows[row_id]
            region = order.order.text("region")
            there = list(others.get(row_id, ()))
            own = [e for e in mine if e.record_id == row_id]
            before = row_with(record, there, _change, region)
            after = row_with(record, [*there, *own], _change, region)
            if before is None:
                continue
            cells = tuple(_cells(before, after)) if after is not None else ()
            if after is None or cells:
                found.append(RowPreview(record.dataset, _label(before), cells, after is None))
            for cell in cells:
                if cell.field in _ENTITY:
                    renamed[_ENTITY[cell.field], cell.before, cell.after] += 1
            if after is not None and (home := after.context.get("home")) != before.context.get("home"):
                homes[after.text("school") or "?"] = str(home)
        follows = [self._renamed(*names, n) for names, n in renamed.items() if all(names)]
        lies = [note("review.lies", school=school, municipality=where) for school, where in homes.items()]
        return Preview(tuple(found), (*follows, *lies))

    def _renamed(self, dataset: str, before: str, after: str, mentions: int) -> Note:
        named = self._named[dataset]
        left = named[fold(before)] - mentions
        joins = named[fold(after)]
        key = "review.joins" if joins else "review.new"
        stays = "stays" if left > 0 else "goes"
        return note(f"{key}-{stays}", before=before, after=after, n=max(left, 1), m=max(joins, 1))


def by_row(edits: Iterable[Edit]) -> dict[str, list[Edit]]:
    """Edits by the row that they change."""
    found: dict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        found[edit.record_id].append(edit)
    return found


def _change(number: int) -> Change:
    return Change("decision", "", "", "decision")


def _cells(before: Record, after: Record) -> Iterable[Cell]:
    for name in (f.name for f in all_datasets()[before.dataset].fields):
        old, new = before.text(name) or "", after.text(name) or ""
        if old != new:
            yield Cell(name, old, new)


def _label(record: Record) -> str:
    names = ("item_no", "title", "school", "partner", "organization", "person", "number")
    texts = [record.text(name) or "" for name in names]
    label = " · ".join(text for text in texts if text)
    return label if len(label) <= 120 else label[:119] + "…"
