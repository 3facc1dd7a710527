"""The printed list as a lattice: its groups, the municipalities that its rows may belong to, and the costs.

States stand in the order of the list; a municipality that no heading names stands where the alphabet would
put it, and costs the more to enter the less the numbers of the groups leave room for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from pipeline.groups_evidence import SILENT, Site, costs, namesakes
from pipeline.groups_model import Row
from pipeline.groups_path import Lattice
from pipeline.reference import Reference, Region, municipality_key

DISTRICTS_IN_ORDER = 3  # fewer headings show no order


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed group: its rows are `first` to `last` (positions in the list)."""

    group_key: str
    key: str
    name: str | None
    number: int | None
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class State:
    key: str
    name: str
    listed: bool
    enter: float = 0.0


def region_of(rows: Sequence[Row], name: str | None, reference: Reference | None) -> Region | None:
    """The order's region as the references know it; without a name, the only one that has all headings."""
    if reference is None:
        return None
    if name is not None:
        return reference.region(name)
    keys = {municipality_key(r.municipality) for r in rows if r.municipality}
    if len(keys) < DISTRICTS_IN_ORDER:
        return None
    fitting = [r for x in reference.regions if (r := reference.region(x)) and keys <= set(r.by_key)]
    return fitting[0] if len(fitting) == 1 else None


def printed_groups(rows: Sequence[Row]) -> list[Printed]:
    found: list[Printed] = []
    for _, members in groupby(enumerate(rows), key=lambda x: x[1].group_key):
        items = list(members)
        head = items[0][1]
        key = municipality_key(head.municipality) if head.municipality else ""
        found.append(
            Printed(head.group_key, key, head.municipality, head.group_number, items[0][0], items[-1][0])
        )
    return found


def is_district(key: str) -> bool:
    """A municipality named by an adjective; towns stand before, after or among the districts."""
    return key.endswith(("ий", "ый", "ой"))


def alphabetical_order(printed: Sequence[Printed]) -> bool:
    keys = [g.key for g in printed if g.key and is_district(g.key)]
    return len(keys) >= DISTRICTS_IN_ORDER and all(a < b for a, b in pairwise(keys))


def states_of(printed: Sequence[Printed], known: Region | None, alphabetical: bool) -> list[State]:
    """The municipalities that rows may belong to: the printed ones in their order, and where that is
    alphabetical the others of the region where they would stand.
    """
    states: list[State] = []
    for g in printed:
        if g.key and (not states or states[-1].key != g.key):
            states.append(State(g.key, g.name or g.key, True))
    if known is None or not alphabetical:
        return states
    listed = {s.key for s in states}
    others = [m for m in known.municipalities if municipality_key(m.name) not in listed]
    numbers = {g.key: g.number for g in printed}
    for m in others:
        key = municipality_key(m.name)
        at = next(
            (i for i, s in enumerate(states) if s.listed and is_district(s.key) and s.key > key), len(states)
        )
        while at > 0 and not states[at - 1].listed and states[at - 1].key > key:
            at -= 1
        states.insert(at, State(key, m.name, False, _lost_cost(states, at, numbers)))
    return states


def _lost_cost(states: Sequence[State], at: int, numbers: Mapping[str, int | None]) -> float:
    """What it costs to suppose a heading lost at this place."""
    before = next((numbers[s.key] for s in reversed(states[:at]) if s.listed), 0)
    after = next((numbers[s.key] for s in states[at:] if s.listed), None)
    if before is None or all(n is None for n in numbers.values()):
        return costs()["lost_unnumbered"]
    return costs()["lost_in_gap" if after is not None and after > before + 1 else "lost_no_gap"]


# ------------------------------------------------------------------------------------------------ the costs


def lattice_of(
    rows: Sequence[Row],
    states: Sequence[State],
    sites: Sequence[Site],
    partners: Sequence[Site],
) -> Lattice:
    c = costs()
    position = {s.key: k for k, s in enumerate(states)}
    everywhere, listed = tuple(s.key for s in states), tuple(s.key for s in states if s.listed)
    emission = []
    for row, site, partner in zip(rows, sites, partners, strict=True):
        heading = municipality_key(row.municipality) if row.municipality else None
        bears = namesakes(row.school, listed) if site is SILENT else ()
        homes = namesakes(row.partner, everywhere) if not partner.fits else ()
        costs_of_row = []
        for k, s in enumerate(states):
            cost = (
                site.cost(s.key)
                if site is not SILENT
                else (c["absent_name"] if bears and s.key not in bears else 0)
            )
            cost += _partner_cost(partner, homes, s.key)
            if heading is not None and s.key != heading:
                cost += c["leave"]
                cost += c["leave_back"] if k < position.get(heading, k) else 0.0
            costs_of_row.append(cost)
        emission.append(costs_of_row)
    stay, change = [], []
    for a, b in pairwise(rows):
        border = a.group_key != b.group_key
        partner_goes_on = a.partner_key is not None and a.partner_key == b.partner_key
        partner_changes = None not in (a.partner_key, b.partner_key) and not partner_goes_on
        same_school = a.school_key is not None and a.school_key == b.school_key
        stay.append((c["boundary"] if border else 0.0) + (c["new_partner"] if partner_changes else 0.0))
        change.append(
            (0.0 if border else c["boundary"])
            + (c["same_partner"] if partner_goes_on else 0.0)
            + (c["same_school"] if same_school else 0.0)
        )
    return Lattice(
        emission,
        stay,
        change,
        [s.enter for s in states],
        [c["emptied"] if s.listed else 0.0 for s in states],
    )


def _partner_cost(partner: Site, homes: Sequence[str], key: str) -> float:
    """What it costs that a row of municipality `key` has this partner."""
    c = costs()
    if partner.fits:
        weight = c["partner_home"] if partner.known == "exact" else c["partner_similar"]
        if not partner.sure:
            weight = min(weight, c["partner_unsure"] * partner.absent)
        return 0.0 if key in partner.fits else weight
    return c["partner_home"] if homes and key not in homes else 0.0
