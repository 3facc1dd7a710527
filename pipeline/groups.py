"""To which municipality the rows of a list belong: the reconstruction of its groups.

A list of schools stands under headings, and headings slip: rows at the edge of a group belong to its
neighbour, and whole headings get lost (10 → 14). What the order has is never moved; `analyse` says where
each row belongs, how sure that is, and why.

1. Where a school may lie by its name (`groups_evidence.locate`), where its partner lies, the heading above.
2. The municipalities of the rows are a path through rows × municipalities that never goes back; the cheapest
   path is the answer (`groups_path`), and the forward–backward probabilities are its confidence. Where the
   headings stand in alphabetical order, headings that got lost are supposed where the alphabet has them;
   otherwise the states are the printed groups alone, and a row can only have slipped over their borders.
3. Without reference data only partners, repetitions and the names of the municipalities speak.

Reference data only speak for a region that they know; that an incomplete list lacks a settlement says
nothing by itself, but that it has the name elsewhere, and how often, does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from pipeline.groups_evidence import Site, costs, locate, name_candidates, named_after, new_name_cost
from pipeline.groups_lattice import (
    Printed,
    State,
    alphabetical_order,
    is_district,
    lattice_of,
    printed_groups,
    region_of,
    states_of,
)
from pipeline.groups_model import Gap, GroupAnalysis, LostGroup, Row, RowVerdict
from pipeline.groups_path import best, posteriors
from pipeline.model import Candidate, Note, note
from pipeline.reference import Municipality, Reference, Region, Settlement, municipality_key

_MOST_GROUPS = 100  # more than this, and municipalities that come again and again, are no groups

__all__ = ["Gap", "GroupAnalysis", "LostGroup", "Row", "RowVerdict", "analyse"]


def analyse(rows: Sequence[Row], region: str | None, reference: Reference | None) -> GroupAnalysis:
    """Where each row belongs. An order without groups, or of one group, gives verdicts without claims."""
    if not rows:
        return GroupAnalysis((), region=region)
    known = region_of(rows, region, reference)
    printed = printed_groups(rows)
    alphabetical = alphabetical_order(printed)
    states = states_of(printed, known, alphabetical)
    if len(states) < 2 or len(states) > _MOST_GROUPS > len({s.key for s in states}):
        return _ungrouped(rows, region, known)
    if len(rows) * len(states) > costs()["largest_lattice"]:
        return _ungrouped(rows, region, known)
    sites, partners = zip(*(_sites(r, known) for r in rows), strict=True)
    new = _new_name_cost(rows, sites, partners, known)
    lattice = lattice_of(rows, states, sites, partners)
    path, odds = best(lattice), posteriors(lattice)
    verdicts = tuple(
        _verdict(i, rows, states, path, odds[i], sites[i], partners[i], known, new) for i in range(len(rows))
    )
    lost = _lost(verdicts, states)
    gaps = _gaps(rows, printed, known, alphabetical, lost)
    numbered = {g.name: g for gap in gaps for g in gap.lost}
    lost = tuple(numbered.get(g.name, g) for g in lost)
    name = known.name if known else region
    return GroupAnalysis(verdicts, lost, gaps, alphabetical, name, _complete_source(known))


def _complete_source(known: Region | None) -> tuple[str, str] | None:
    """What the complete list of settlements is, and its date."""
    found = [o for o in known.origins if o.complete and o.settlements] if known else []
    return (found[0].source or found[0].file, found[0].date or "?") if found else None


# --------------------------------------------------------------------------------------------- the verdicts


def _ungrouped(rows: Sequence[Row], region: str | None, known: Region | None) -> GroupAnalysis:
    """A list without groups: each row stands alone, under the municipality that it names itself."""
    states = [State(municipality_key(r.municipality or ""), r.municipality or "", True) for r in rows]
    pairs = [_sites(r, known) for r in rows]
    new = _new_name_cost(rows, [a for a, _ in pairs], [b for _, b in pairs], known)
    verdicts = tuple(
        _verdict(i, rows, [states[i]], [0] * len(rows), [1.0], *pairs[i], known, new)
        for i in range(len(rows))
    )
    name = known.name if known else region
    return GroupAnalysis(verdicts, region=name, source=_complete_source(known))


def _new_name_cost(
    rows: Sequence[Row], sites: Sequence[Site], partners: Sequence[Site], known: Region | None
) -> float:
    named = {
        str(parts.get("proper_name")): site
        for row, pair in zip(rows, zip(sites, partners, strict=True), strict=True)
        for parts, site in zip((row.school, row.partner), pair, strict=True)
    }
    return new_name_cost(named, known is not None and known.complete)


def _sites(row: Row, known: Region | None) -> tuple[Site, Site]:
    return locate(row.school, known), locate(row.partner, known)


def _verdict(
    i: int,
    rows: Sequence[Row],
    states: Sequence[State],
    path: Sequence[int],
    odds: Sequence[float],
    site: Site,
    partner: Site,
    known: Region | None,
    new: float,
) -> RowVerdict:
    row, c = rows[i], costs()
    by_key: dict[str, float] = {}
    for state, p in zip(states, odds, strict=True):
        by_key[state.key] = by_key.get(state.key, 0.0) + p
    names = {s.key: s.name for s in states}
    heading = municipality_key(row.municipality) if row.municipality else None
    key = states[path[i]].key
    beside = [states[path[j]].key for j in (i - 1, i + 1) if 0 <= j < len(rows) and path[j] < len(states)]
    evidence = _evidence(i, rows, key, names, site, partner, key != heading, beside)
    supported = key in site.fits or any(e.key == "groups.repeated" for e in evidence)
    needed = c["moved" if supported else "moved_unsupported"]
    moved = heading is not None and key != heading and bool(evidence) and by_key[key] >= needed
    if heading is not None and not moved:
        key = heading if heading in names else key
        evidence = _evidence(i, rows, key, names, site, partner, False, beside)
    others = tuple(
        Candidate(names[k], round(p, 4))
        for k, p in sorted(by_key.items(), key=lambda x: (-x[1], x[0]))
        if k != key and p >= c["undecided"]
    )
    fit = site.fits.get(key)
    complete = known is not None and known.complete
    name, partner_name = row.school.get("proper_name"), row.partner.get("proper_name")
    proposed = name_candidates(str(name), site, key, new) if name else ()
    partner_key, partner_fit = _partner_home(partner, key)
    partner_proposed = (
        name_candidates(str(partner_name), partner, partner_key or key, new) if partner_name else ()
    )
    verdict_name = row.municipality if heading == key else names[key]
    return RowVerdict(
        row.index,
        verdict_name if heading is not None or site.known == "exact" else None,
        round(by_key[key], 4) if key in by_key else 1.0,
        str(name) if name else None,
        str(partner_name) if partner_name else None,
        moved,
        bool(others),
        others,
        tuple(evidence),
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
    related = any(f.related for f in site.names)
    return False if complete and site.known in ("similar", "unknown") and not related else None


def _elsewhere(site: Site, key: str, complete: bool) -> tuple[Settlement, ...]:
    """By a complete list: no such settlement lies in the row's municipality, but in these."""
    if not complete or site.known != "exact" or key in site.fits:
        return ()
    return tuple(f.settlement for _, f in sorted(site.fits.items(), key=lambda x: (x[1].cost, x[0])))


def _partner_home(partner: Site, key: str) -> tuple[str | None, Settlement | None]:
    """Where a partner lies: the row's municipality if it has the settlement, else the only or the
    likeliest one.
    """
    if partner.known != "exact" or not partner.fits:
        return None, None
    ranked = sorted(partner.fits.items(), key=lambda x: (x[1].cost, x[0]))
    if key in partner.fits and partner.fits[key].cost <= ranked[0][1].cost + costs()["place_near"]:
        return key, partner.fits[key].settlement
    if len(ranked) == 1 or ranked[1][1].cost - ranked[0][1].cost >= costs()["place_apart"]:
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
    beside: Sequence[str],
) -> list[Note]:
    """The reasons for a verdict, the strongest first. `beside`: where the rows before and after belong."""
    row, found = rows[i], []
    heading = municipality_key(row.municipality) if row.municipality else ""
    fit = site.fits.get(key)
    if fit is not None and site.known == "exact":
        found.append(note("groups.lies-in", settlement=_shown(fit.settlement), municipality=names[key]))
        if moved and site.sure and heading not in site.fits:
            found.append(note("groups.not-in", name=fit.settlement.name, municipality=row.municipality or ""))
        elif moved and heading in site.fits and key in beside:
            there = site.fits[heading].settlement.name
            found.append(
                note("groups.namesake", name=there, listed=row.municipality or "", municipality=names[key])
            )
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
    if not (fit and site.known == "exact") and beside.count(key) == 2:
        found.append(note("groups.between", municipality=names[key]))
    return found


def _shown(s: Settlement) -> str:
    return f"{s.type} {s.name}" if s.type else s.name


# ---------------------------------------------------------------------------------------------- lost groups


def _lost(verdicts: Sequence[RowVerdict], states: Sequence[State]) -> tuple[LostGroup, ...]:
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
    printed: Sequence[Printed],
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
                if a.key < municipality_key(m.name) < b.key and is_district(municipality_key(m.name))
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
