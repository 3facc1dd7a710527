"""How checks walk the corpus: the rows of one list of one order, and its groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pipeline.model import Corpus, Place, Record, Value


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring rows under one heading of a list. `number` as printed, `name` canonical."""

    number: str | None
    name: str | None
    rows: tuple[Record, ...]


def lists(corpus: Corpus, dataset: str) -> Iterator[tuple[Record, ...]]:
    """The records of one list (order and appendix), in document order."""
    for order in corpus.orders:
        rows = [r for r in order.records if r.dataset == dataset]
        for _, members in groupby(rows, key=lambda r: r.context.get("appendix")):
            yield tuple(members)


def groups(rows: Sequence[Record]) -> list[Group]:
    """The groups of a list of schools: rows of the same number and municipality that follow one another."""
    found = []
    for (number, name), members in groupby(
        rows, key=lambda r: (r.text("municipality_no"), r.text("municipality"))
    ):
        found.append(Group(number, name, tuple(members)))
    return found


def places(rows: Sequence[Record]) -> tuple[Place, ...]:
    return tuple(r.place for r in rows if r.place is not None)


def row_text(record: Record, *fields: str) -> str:
    """Fields of a record for people: «A → B»."""
    return " → ".join(t for f in fields if (t := record.raw(f) or record.text(f)))


def cell_place(record: Record, value: Value) -> Place | None:
    """Where a value stands: the row of its record, with the box of its own cell where the format has one."""
    if value.place is None or record.place is None or value.place.source != record.place.source:
        return value.place or record.place
    if value.place.row is not None or record.place.row is None:
        return value.place
    return replace(record.place, page=value.place.page or record.place.page, bbox=value.place.bbox)
