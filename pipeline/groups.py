"""To which municipality the rows of a list belong: the reconstruction of its groups.

A list of schools stands under headings, and headings slip: rows at the edge of a group belong to its
neighbour, and whole headings get lost (10 → 14). What the order has is never moved; `analyse` says where
each row belongs, how sure that is, and why.

1. Where a school may lie by its name (`groups_evidence.locate`), where its partner lies, the heading above.
2. Do the groups stand in order (alphabetically, or at least once each)? Then the municipalities of the
   rows are a path through rows × municipalities that never goes back; the cheapest path is the answer
   (`groups_path`), and the forward–backward probabilities are its confidence. In a list without order
   each row may go anywhere, at a higher cost.
3. Without reference data the states are the printed groups, and only partners and repetitions speak.

Reference data only speak for a region that they know; that an incomplete list lacks a settlement says
nothing by itself, but that it has the name elsewhere, and how often, does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from pipeline.groups_evidence import SILENT, Site, costs, locate, name_candidates, named_after
from pipeline.groups_path import Lattice, best, posteriors
from pipeline.model import Candidate, Json, Note, note
from pipeline.reference import Municipality, Reference, Region, Settlement, municipality_key

_DISTRICTS_IN_ORDER = 3  # fewer headings show no order


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list of schools. `school` and `partner` are the parts of the school normalizer.

    `group_key` tells printed groups apart (number and name); `municipality` is the canonical name of the
    heading. `school_key` and `partner_key` tell schools apart (`school.key`), None for one that is named
    by nothing but a number.
    """

    index: int
    group_key: str
    group_number: int | None
    municipality: str | None
    school: Mapping[str, Json] = field(default_factory=dict)
    partner: Mapping[str, Json] = field(default_factory=dict)
    school_key: object = None
    partner_key: object = None


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """Where a row belongs. `municipality` is a canonical name; `moved`: it is not the one of the heading.

    `alternatives` are other municipalities with a posterior worth a look (`undecided`: one may well be
    right). `settlement` is the one that the school is named after, `known` whether the references know
    such a settlement in the region (None: they cannot tell). The same for the partner.
    """

    index: int
    municipality: str | None
    confidence: float
    moved: bool = False
    undecided: bool = False
    alternatives: tuple[Candidate, ...] = ()
    evidence: tuple[Note, ...] = ()
    settlement: Settlement | None = None
    known: bool | None = None
    elsewhere: tuple[Settlement, ...] = ()
    name_candidates: tuple[Candidate, ...] = ()
    partner_municipality: str | None = None
    partner_settlement: Settlement | None = None
    partner_known: bool | None = None
    partner_candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class LostGroup:
    """A municipality without a heading. `rows` are indices of rows that belong to it; `number` the one it
    would have.
    """

    number: int | None
    name: str
    rows: tuple[int, ...]
    confidence: float
    evidence: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A jump in the numbers of the groups, and which municipalities lie between the two in the alphabet."""

    before: int
    after: int
    row: int  # index of the first row after the jump
    between: tuple[str, ...]
    lost: tuple[LostGroup, ...]


@dataclass(frozen=True, slots=True)
class GroupAnalysis:
    """The verdicts, one a row in their order. `ordered`: the headings stand in alphabetical order."""

    rows: tuple[RowVerdict, ...]
    lost_groups: tuple[LostGroup, ...] = ()
    gaps: tuple[Gap, ...] = ()
    ordered: bool = False
    region: str | None = None


@dataclass(frozen=True, slots=True)
class _Printed:
    """A printed group: its rows are `first` to `last` (positions in the list)."""

    group_key: str
    key: str
    name: str | None
    number: int | None
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _State:
    key: str
    name: str
    listed: bool
    enter: float = 0.0


def analyse(rows: Sequence[Row], region: str | None, reference: Reference | None) -> GroupAnalysis:
    """Where each row belongs. An order without groups, or of one group, gives verdicts without claims."""
    if not rows:
        return GroupAnalysis((), region=region)
    known = _region(rows, region, reference)
    printed = _printed(rows)
    keys = [g.key for g in printed]
    once = len(set(keys)) == len(keys)
    alphabetical = once and _alphabetical(printed)
    states = _states(printed, known, alphabetical)
    if len(states) < 2:
        return GroupAnalysis(tuple(_alone(r) for r in rows), region=known.name if known else region)
    sites = [locate(r.school, known) for r in rows]
    partners = [locate(r.partner, known) for r in rows]
    ordered = once and (alphabetical or known is None)
    lattice = _lattice(rows, states, sites, partners, printed, ordered)
    path, odds = best(lattice), posteriors(lattice)
    verdicts = tuple(
        _verdict(i, rows, states, path[i], odds[i], sites[i], partners[i], known) for i in range(len(rows))
    )
    lost = _lost(verdicts, states)
    gaps = _gaps(rows, printed, known, alphabetical, lost)
    numbered = {g.name: g for gap in gaps for g in gap.lost}
    lost = tuple(numbered.get(g.name, g) for g in lost)
    return GroupAnalysis(verdicts, lost, gaps, alphabetical, known.name if known else region)


# ------------------------------------------------------------------------------------------ the printed list


def _region(rows: Sequence[Row], name: str | None, reference: Reference | None) -> Region | None:
    """The order's region as the references know it; without a name, the only one that has all headings."""
    if reference is None:
        return None
    if name is not None:
        return reference.region(name)
    keys = {municipality_key(r.municipality) for r in rows if r.municipality}
    if len(keys) < _DISTRICTS_IN_ORDER:
        return None
    fitting = [r for x in reference.regions if (r := reference.region(x)) and keys <= set(r.by_key)]
    return fitting[0] if len(fitting) == 1 else None


def _printed(rows: Sequence[Row]) -> list[_Printed]:
    found: list[_Printed] = []
    for _, members in groupby(enumerate(rows), key=lambda x: x[1].group_key):
        items = list(members)
        head = items[0][1]
        key = municipality_key(head.municipality) if head.municipality else ""
        found.append(
            _Printed(head.group_key, key, head.municipality, head.group_number, items[0][0], items[-1][0])
        )
    return found


def _is_district(key: str) -> bool:
    """A municipality named by an adjective; towns stand before, after or among the districts."""
    return key.endswith(("ий", "ый", "ой"))


def _alphabetical(printed: Sequence[_Printed]) -> bool:
    keys = [g.key for g in printed if g.key and _is_district(g.key)]
    return len(keys) >= _DISTRICTS_IN_ORDER and all(a < b for a, b in pairwise(keys))


def _states(printed: Sequence[_Printed], known: Region | None, alphabetical: bool) -> list[_State]:
    """The municipalities that rows may belong to: the printed ones in their order, the others where they
    would stand.
    """
    states: list[_State] = []
    for g in printed:
        if g.key and all(s.key != g.key for s in states):
            states.append(_State(g.key, g.name or g.key, True))
    if known is None:
        return states
    listed = {s.key for s in states}
    far = costs()["lost_no_gap"]
    others = [m for m in known.municipalities if municipality_key(m.name) not in listed]
    if not alphabetical:
        return states + [_State(municipality_key(m.name), m.name, False, far) for m in others]
    numbers = {g.key: g.number for g in printed}
    for m in others:
        key = municipality_key(m.name)
        at = next(
            (i for i, s in enumerate(states) if s.listed and _is_district(s.key) and s.key > key), len(states)
        )
        while at > 0 and not states[at - 1].listed and states[at - 1].key > key:
            at -= 1
        states.insert(at, _State(key, m.name, False, _lost_cost(states, at, numbers)))
    return states


def _lost_cost(states: Sequence[_State], at: int, numbers: Mapping[str, int | None]) -> float:
    """What it costs to suppose a heading lost at this place."""
    before = next((numbers[s.key] for s in reversed(states[:at]) if s.listed), 0)
    after = next((numbers[s.key] for s in states[at:] if s.listed), None)
    if before is None or all(n is None for n in numbers.values()):
        return costs()["lost_unnumbered"]
    return costs()["lost_in_gap" if after is not None and after > before + 1 else "lost_no_gap"]


# ------------------------------------------------------------------------------------------------ the costs


def _lattice(
    rows: Sequence[Row],
    states: Sequence[_State],
    sites: Sequence[Site],
    partners: Sequence[Site],
    printed: Sequence[_Printed],
    ordered: bool,
) -> Lattice:
    c = costs()
    position = {s.key: k for k, s in enumerate(states)}
    neighbours = _neighbours(printed)
    emission = []
    for row, site, partner in zip(rows, sites, partners, strict=True):
        heading = municipality_key(row.municipality) if row.municipality else None
        bears = (
            [s.key for s in states if s.listed and named_after(row.school, s.key)] if site is SILENT else []
        )
        homes = [s.key for s in states if named_after(row.partner, s.key)] if not partner.fits else []
        costs_of_row = []
        for k, s in enumerate(states):
            cost = (
                site.cost(s.key)
                if site is not SILENT
                else (c["absent_name"] if bears and s.key not in bears else 0)
            )
            cost += _partner_cost(partner, homes, s.key)
            if heading is not None and s.key != heading:
                near = ordered or s.key in neighbours.get(row.group_key, ())
                cost += c["leave"] if near else c["leave_far"]
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
        ordered,
    )


def _partner_cost(partner: Site, homes: Sequence[str], key: str) -> float:
    """What it costs that a row of municipality `key` has this partner."""
    c = costs()
    if partner.fits:
        weight = c["partner_home"] if partner.known == "exact" else c["partner_similar"]
        return 0.0 if key in partner.fits else weight
    return c["partner_home"] if homes and key not in homes else 0.0


def _neighbours(printed: Sequence[_Printed]) -> dict[str, set[str]]:
    """`group_key` → keys of the groups printed before and after it."""
    found: dict[str, set[str]] = {}
    for a, b in pairwise(printed):
        found.setdefault(a.group_key, set()).add(b.key)
        found.setdefault(b.group_key, set()).add(a.key)
    return found


# --------------------------------------------------------------------------------------------- the verdicts


def _alone(row: Row) -> RowVerdict:
    return RowVerdict(row.index, row.municipality, 1.0)


def _verdict(
    i: int,
    rows: Sequence[Row],
    states: Sequence[_State],
    chosen: int,
    odds: Sequence[float],
    site: Site,
    partner: Site,
    known: Region | None,
) -> RowVerdict:
    row, c = rows[i], costs()
    by_key: dict[str, float] = {}
    for state, p in zip(states, odds, strict=True):
        by_key[state.key] = by_key.get(state.key, 0.0) + p
    names = {s.key: s.name for s in states}
    heading = municipality_key(row.municipality) if row.municipality else None
    key = states[chosen].key
    moved = heading is not None and key != heading and by_key[key] >= c["moved"] * 0.8
    if heading is not None and not moved:
        key = heading if heading in names else key
    others = tuple(
        Candidate(names[k], round(p, 4))
        for k, p in sorted(by_key.items(), key=lambda x: (-x[1], x[0]))
        if k != key and p >= c["undecided"]
    )
    fit = site.fits.get(key)
    complete = known is not None and known.complete
    name, partner_name = row.school.get("proper_name"), row.partner.get("proper_name")
    proposed = name_candidates(str(name), site, key, complete) if name else ()
    partner_key, partner_fit = _partner_home(partner, key)
    partner_proposed = (
        name_candidates(str(partner_name), partner, partner_key or key, complete) if partner_name else ()
    )
    verdict_name = row.municipality if heading == key else names[key]
    return RowVerdict(
        row.index,
        verdict_name if heading is not None or site.known == "exact" else None,
        round(by_key[key], 4) if key in by_key else 1.0,
        moved,
        bool(others),
        others,
        tuple(_evidence(i, rows, key, names, site, partner, moved)),
        fit.settlement if fit and site.known == "exact" and fit.cost < site.absent else None,
        _is_known(site, complete),
        _elsewhere(site, key, complete),
        tuple(candidate for candidate, _ in proposed),
        partner_fit.municipality if partner_fit else None,
        partner_fit,
        _is_known(partner, complete),
        tuple(candidate for candidate, _ in partner_proposed),
    )


def _is_known(site: Site, complete: bool) -> bool | None:
    """Whether the references have a settlement for the name; only a complete list can say no."""
    if site.known == "exact":
        return True
    return False if complete and site.known in ("similar", "unknown") else None


def _elsewhere(site: Site, key: str, complete: bool) -> tuple[Settlement, ...]:
    """Where all namesakes are known: no such settlement lies in the row's municipality, but in these."""
    if site.known != "exact" or key in site.fits:
        return ()
    if not complete and not all(f.settlement.namesakes for f in site.fits.values()):
        return ()
    return tuple(f.settlement for _, f in sorted(site.fits.items(), key=lambda x: (x[1].cost, x[0])))


def _partner_home(partner: Site, key: str) -> tuple[str | None, Settlement | None]:
    """Where a partner lies: the row's municipality if it has the settlement, else the only or the
    likeliest one.
    """
    if partner.known != "exact":
        return None, None
    ranked = sorted(partner.fits.items(), key=lambda x: (x[1].cost, x[0]))
    if key in partner.fits and partner.fits[key].cost <= ranked[0][1].cost + 2:
        return key, partner.fits[key].settlement
    if len(ranked) == 1 or ranked[1][1].cost - ranked[0][1].cost >= 0.7:
        return ranked[0][0], ranked[0][1].settlement
    return None, None


def _evidence(
    i: int,
    rows: Sequence[Row],
    key: str,
    names: Mapping[str, str],
    site: Site,
    partner: Site,
    moved: bool,
) -> list[Note]:
    """The reasons for a verdict, the strongest first."""
    row, found = rows[i], []
    heading = municipality_key(row.municipality) if row.municipality else ""
    fit = site.fits.get(key)
    if fit is not None and site.known == "exact":
        found.append(note("groups.lies-in", settlement=_shown(fit.settlement), municipality=names[key]))
        if moved and heading not in site.fits:
            found.append(note("groups.not-in", name=fit.settlement.name, municipality=row.municipality or ""))
    elif fit is not None and moved:
        found.append(note("groups.resembles", settlement=_shown(fit.settlement), municipality=names[key]))
    if not moved:
        return found
    if partner.fits and key in partner.fits and heading not in partner.fits and partner.known == "exact":
        home = _shown(partner.fits[key].settlement)
        found.append(note("groups.partner-in", settlement=home, municipality=names[key]))
    elif not partner.fits and named_after(row.partner, key):
        found.append(note("groups.partner-named", municipality=names[key]))
    for j in (i - 1, i + 1):
        if not 0 <= j < len(rows):
            continue
        other = rows[j]
        if (
            row.school_key is not None
            and other.school_key == row.school_key
            and other.group_key != row.group_key
        ):
            found.append(note("groups.repeated", group=other.municipality or "?"))
        elif (
            row.partner_key is not None
            and other.partner_key == row.partner_key
            and other.municipality
            and municipality_key(other.municipality) == key
        ):
            found.append(note("groups.partner-continues", group=other.municipality))
    if not (fit and site.known == "exact"):
        found.append(note("groups.between", municipality=names[key]))
    return found


def _shown(s: Settlement) -> str:
    return f"{s.type} {s.name}" if s.type else s.name


# ---------------------------------------------------------------------------------------------- lost groups


def _lost(verdicts: Sequence[RowVerdict], states: Sequence[_State]) -> tuple[LostGroup, ...]:
    """Municipalities that no heading names although rows belong to them."""
    unlisted = {s.name for s in states if not s.listed}
    members: dict[str, list[RowVerdict]] = {}
    for v in verdicts:
        if v.moved and v.municipality in unlisted:
            members.setdefault(v.municipality, []).append(v)
    return tuple(
        LostGroup(
            None,
            name,
            tuple(v.index for v in found),
            round(max(v.confidence for v in found), 4),
            tuple(v.evidence[0] for v in found if v.settlement is not None),
        )
        for name, found in members.items()
    )


def _gaps(
    rows: Sequence[Row],
    printed: Sequence[_Printed],
    known: Region | None,
    alphabetical: bool,
    lost: Sequence[LostGroup],
) -> tuple[Gap, ...]:
    """The jumps in the numbers, with the municipalities between, and the lost groups with their numbers."""
    found = []
    for a, b in pairwise(printed):
        if a.number is None or b.number is None or b.number <= a.number + 1:
            continue
        between: list[Municipality] = []
        if known is not None and alphabetical:
            between = [
                m
                for m in known.municipalities
                if a.key < municipality_key(m.name) < b.key and _is_district(municipality_key(m.name))
            ]
        names = tuple(m.name for m in between)
        inside = [g for g in lost if g.name in names]
        numbers = list(range(a.number + 1, b.number))
        if len(inside) == len(numbers) or len(names) == len(numbers):
            order = names if len(names) == len(numbers) else tuple(g.name for g in inside)
            inside = [_with_number(g, numbers[order.index(g.name)]) for g in inside]
        found.append(Gap(a.number, b.number, rows[b.first].index, names, tuple(inside)))
    return tuple(found)


def _with_number(group: LostGroup, number: int) -> LostGroup:
    return LostGroup(number, group.name, group.rows, group.confidence, group.evidence)
