"""Where a school may lie by its name: the settlements whose adjective it bears, or that its text names.

A name is `exact` when a settlement of the region has this adjective (a right name is never doubted),
`similar` when only a damaged or unusual form of one would fit, `unknown` when none does, `silent` when it
names no place («СШ № 4»).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import exp, log
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from pipeline import lexicons
from pipeline.ids import fold
from pipeline.model import Candidate, Json, note
from pipeline.normalizers import ocr
from pipeline.reference import Region, Settlement, municipality_key
from pipeline.replacing import replace
from pipeline.toponyms import adjectives, bare_name, is_relational, stem

_TOWNS = frozenset({"г", "пгт", "рп", "дп", "кп"})
_VILLAGES = frozenset({"с", "ст-ца"})
_TECHNICAL_MARKS = ("ж/д", "рзд", "км", "будка", "казарма", "платф", "ост")
_REACH = 2  # edits between a damaged adjective stem and the right one; one in a stem that is not long
_LONG = 9
_SHORTEST = 5  # letters of a stem that may be compared inexactly
_SHORTEST_ROOT = 4  # letters of a settlement's root that shows through an unusual suffix
_LONGEST_SUFFIX = 4
_MOST = 40  # resembling adjectives looked at
_LEAST = 1e-250  # a probability


@cache
def costs() -> Mapping[str, float]:
    """The costs of the model, `data/lexicons/group_costs.csv` (nats)."""
    return lexicons.numbers("group_costs")


@dataclass(frozen=True, slots=True)
class Fit:
    """A settlement that explains a name, and at what cost. `adjective` is the stem expected of it."""

    settlement: Settlement
    cost: float
    adjective: str = ""
    misread: float = 0.0
    related: bool = (
        False  # the settlement's own root shows in the name: an unusual adjective rather than damage
    )


@dataclass(frozen=True, slots=True)
class Site:
    """Where a school may lie: per municipality key the cheapest settlement; `absent` is the cost of any
    other one.
    """

    known: Literal["exact", "similar", "unknown", "silent"]
    fits: Mapping[str, Fit]
    absent: float
    names: tuple[Fit, ...] = ()  # all settlements that a damaged name may mean
    sure: bool = False  # all settlements of the name are known: a municipality that is not in `fits` has none

    def cost(self, key: str) -> float:
        fit = self.fits.get(key)
        return min(fit.cost, self.absent) if fit else self.absent


SILENT = Site("silent", {}, 0.0)


def locate(parts: Mapping[str, Json], region: Region | None) -> Site:
    """What a school's parts (`proper_name`, `locality`, `locality_type`) say of its place."""
    name, locality = parts.get("proper_name"), parts.get("locality")
    if region is None or not region.settlements:
        return SILENT
    if isinstance(locality, str) and locality:
        kind = parts.get("locality_type")
        found = _by_locality(locality, kind if isinstance(kind, str) else None, region)
        if found is not None:
            return found
    if isinstance(name, str) and (base := stem(name)):
        exact = _by_adjective(base, region)
        return exact if exact is not None else _by_resemblance(base, region)
    return SILENT


def named_after(parts: Mapping[str, Json], key: str) -> bool:
    """Whether a school bears the name of a municipality (Ершичская – Ершичский район) or lies in its centre
    (г. Демидов – Демидовский район).
    """
    return bool(namesakes(parts, (key,)))


def namesakes(parts: Mapping[str, Json], keys: tuple[str, ...]) -> tuple[str, ...]:
    """The municipalities (`keys`) after which a school is named, or in whose centre it lies."""
    name, locality = parts.get("proper_name"), parts.get("locality")
    return _namesakes(
        name if isinstance(name, str) else "", locality if isinstance(locality, str) else "", keys
    )


@lru_cache(maxsize=1 << 14)
def _namesakes(name: str, locality: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for key in keys if _named_after(name, locality, key))


@lru_cache(maxsize=1 << 16)
def _named_after(name: str, locality: str, key: str) -> bool:
    own = stem(key)
    if locality:
        return bare_name(locality) == key or any(d.text == own for d in adjectives(locality) if own)
    base = stem(name)
    if own is not None or base is None:
        return own is not None and base == own
    return any(d.text == base for d in adjectives(key))


def _fits(found: Iterator[Fit]) -> dict[str, Fit]:
    best: dict[str, Fit] = {}
    for fit in found:
        if fit.settlement.municipality is None:
            continue
        key = municipality_key(fit.settlement.municipality)
        if key not in best or fit.cost < best[key].cost:
            best[key] = fit
    return best


def _exact(region: Region, fits: dict[str, Fit]) -> Site:
    """A site with costs relative to the cheapest settlement, and what it costs that a municipality has none.

    Where the reference lists every namesake this is a constant; otherwise the name may have unlisted
    namesakes, the likelier the more of them are known.
    """
    c = costs()
    least = min(f.cost for f in fits.values())
    sure = region.complete or all(f.settlement.namesakes for f in fits.values())
    if sure:
        absent = c["absent_complete"]
    else:
        known = sum(1 for f in fits.values() if f.cost - least < c["type_other"])
        absent = log((len(region.municipalities) + 1) / (known + 0.5))
    given = min(least, c["common"])
    return Site("exact", {k: replace(f, cost=f.cost - given) for k, f in fits.items()}, absent, sure=sure)


def _by_locality(locality: str, kind: str | None, region: Region) -> Site | None:
    settlements = region.by_name.get(bare_name(locality), ())

    def each() -> Iterator[Fit]:
        for s in settlements:
            other = kind is not None and s.type is not None and kind.strip(". ") != s.type.strip(". ")
            yield Fit(s, size_cost(s) + (costs()["locality_type"] if other else 0.0))

    fits = _fits(each())
    return _exact(region, fits) if fits else None


def _by_adjective(base: str, region: Region) -> Site | None:
    names = region.adjectives.names(base)
    if not names:
        return None
    usual = [x for x in names if region.complete or x[1] <= costs()["doubtful"]]
    fits = _fits(Fit(s, cost + size_cost(s), base) for name, cost in usual for s in region.by_name[name])
    return _exact(region, fits) if fits else Site("exact", {}, 0.0)


def _by_resemblance(base: str, region: Region) -> Site:
    c = costs()
    found = list(_resembling(base, region))
    given = min(min((f.cost for f in found), default=0.0), c["common"])
    names = tuple(replace(f, cost=f.cost - given) for f in found)
    fits = _fits(
        Fit(f.settlement, c["similar"] + c["similar_channel"] * f.misread + f.cost, f.adjective, f.misread)
        for f in names
    )
    return Site("similar" if fits else "unknown", fits, c["unknown"] if fits else 0.0, names)


def _resembling(base: str, region: Region) -> Iterator[Fit]:
    """Settlements whose adjective is a few misread letters away, or whose stem bears another suffix."""
    found: dict[tuple[str, str], tuple[float, float, bool]] = {}  # → cost, misread, related
    c = costs()
    for name in region.by_initial.get(base[:1], ()):
        root = _root(name)
        if len(root) >= _SHORTEST_ROOT and base.startswith(root) and is_relational(base):
            first = next(iter(adjectives(name)), None)
            if first is not None and len(base) - len(root) <= _LONGEST_SUFFIX:
                unusual = c["name_shortened" if _is_part(base, first.text) else "name_irregular"]
                found[name, first.text] = (first.cost, unusual / c["name_channel"], True)
    if len(base) >= _SHORTEST:
        near = process.extract(
            base,
            region.adjectives.stems,
            scorer=Levenshtein.distance,
            score_cutoff=_REACH if len(base) >= _LONG else 1,
            limit=_MOST,
        )
        for candidate, _, _ in near:
            misread = ocr.channel_cost(base, candidate)
            for name, cost in region.adjectives.names(candidate):
                before = found.get((name, candidate))
                if misread < (before[1] if before else float("inf")):
                    found[name, candidate] = (cost, misread, before is not None)
    for (name, adjective), (cost, misread, related) in found.items():
        for s in region.by_name[name]:
            yield Fit(s, cost + size_cost(s), adjective, misread, related)


def _is_part(short: str, whole: str) -> bool:
    """Whether letters alone are missing (озернск, озерненск)."""
    letters = iter(whole)
    return len(short) < len(whole) and all(letter in letters for letter in short)


def _root(name: str) -> str:
    """A settlement's name without its ending: озерный → озерн, рябинки → рябинк."""
    cut = name
    for ending in ("ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие"):
        if name.endswith(ending):
            return name[:-2]
    while cut and cut[-1] in "аеиоуыэюяйь":
        cut = cut[:-1]
    return cut


def size_cost(s: Settlement) -> float:
    """How unlikely a settlement has a school, by its type and post office."""
    c = costs()
    kind = fold(s.type or "").rstrip(".")
    if kind in _TOWNS:
        cost = c["type_town"]
    elif kind in _VILLAGES:
        cost = c["type_village"]
    elif any(mark in kind for mark in _TECHNICAL_MARKS):
        cost = c["type_technical"]
    else:
        cost = c["type_other"]
    if s.post_office:
        cost += c["own_post"] if bare_name(s.post_office) == bare_name(s.name) else c["other_post"]
    return cost


def new_name_cost(sites: Mapping[str, Site], complete: bool) -> float:
    """−ln of how likely a name is right though no listed settlement explains it.

    `sites`: what each name of the list says. In an incomplete reference it depends on how much of the list
    the reference explains: where it knows one name of five, an unknown name is nothing special.
    """
    c = costs()
    if complete:
        return c["name_new_complete"]
    speaking = [s for s in sites.values() if s.known != "silent"]
    unlisted = sum(1 for s in speaking if not (s.known == "exact" and s.fits)) + 1
    odds = unlisted / (len(speaking) + 2 - unlisted)
    return c["name_new"] - max(0.0, log(odds / c["usual_unlisted"]))


def name_candidates(
    seen: str, site: Site, key: str | None, new: float, *, anywhere: bool = False
) -> tuple[tuple[Candidate, Settlement], ...]:
    """The right names that a damaged one may stand for, best first; () for a name that is right or says
    nothing, and where no candidate is likely enough to be shown.

    `key` is the municipality in which the school lies (`anywhere`: nothing is known of that), `new` the cost
    of a right name without a listed settlement (`new_name_cost`): its probability is what is missing to 1.
    """
    if site.known != "similar" or (base := stem(seen)) is None:
        return ()
    c = costs()
    new += 0.0 if is_relational(base) else c["name_no_suffix"]
    scores: dict[str, tuple[float, Settlement]] = {}
    for fit in site.names:
        home = municipality_key(fit.settlement.municipality or "")
        cost = c["name_channel"] * fit.misread + fit.cost
        cost += 0.0 if anywhere or home == key else c["name_elsewhere"]
        if fit.adjective not in scores or cost < scores[fit.adjective][0]:
            scores[fit.adjective] = (cost, fit.settlement)
    total = max(sum(exp(-cost) for cost, _ in scores.values()) + exp(-new), _LEAST)
    ranked = sorted(scores.items(), key=lambda x: (x[1][0], x[0]))
    if not ranked or exp(-ranked[0][1][0]) / total < c["shown"]:
        return ()
    ending = fold(seen)[-2:]
    return tuple(
        (
            Candidate(
                _like(seen, adjective + ending),
                round(exp(-cost) / total, 4),
                (
                    note(
                        "groups.name-of",
                        settlement=_shown(settlement),
                        municipality=settlement.municipality or "",
                    ),
                    *ocr.explain(fold(seen), adjective + ending),
                ),
            ),
            settlement,
        )
        for adjective, (cost, settlement) in ranked[:5]
        if exp(-cost) / total >= 0.02
    )


def _shown(s: Settlement) -> str:
    return f"{s.type} {s.name}" if s.type else s.name


def _like(seen: str, word: str) -> str:
    """A folded word with the capitals and hyphens of the seen one («Царёво-…»)."""
    parts = seen.split("-")
    if len(parts) > 1 and word.startswith(fold(parts[0])):
        rest = word[len(fold(parts[0])) :]
        return parts[0] + "-" + rest[:1].upper() + rest[1:]
    return word[:1].upper() + word[1:]
