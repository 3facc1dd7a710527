"""Municipalities: kind and name in one notation, held against the region's closed list where reference data
give it.

«Вяземского муниципального района», «МО «Вяземский район»» → «Вяземский район»; «г. Смоленск», «городской
округ город Смоленск» → «город Смоленск»; «Арзамасский муниципальный округ» and «городской округ Балашиха»
keep their kinds. `parts`: `name` (without the kind), `kind`, `oktmo` (from reference data only). A damaged
name is corrected against the region's list; without one by the order's other municipalities and by its
ending.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, inf
from typing import TYPE_CHECKING

import regex

from pipeline import lexicons
from pipeline.ids import fold
from pipeline.model import Candidate, Change, Json, Problem, Value, note
from pipeline.normalizers import ocr, ocr_index, text
from pipeline.normalizers.context import Context
from pipeline.normalizers.municipality_parse import Parsed, canonical, kind_of, parse
from pipeline.normalizers.school_names import likely_name
from pipeline.normalizers.seen import Index

if TYPE_CHECKING:
    from pipeline.reference import Municipality


def normalize(raw: str, context: Context) -> Value:
    """One municipality. Text None for an empty text only; what cannot be parsed stays as it stands,
    cleaned.
    """
    cleaned, steps = text.clean(raw)
    if not any(c.isalnum() for c in cleaned):
        return Value(raw, cleaned or None, _parts(None, None, None))
    changes = [c for c in steps if c.kind == "ocr"]
    parsed, repaired = parse(cleaned)
    changes += repaired
    listed = _listed(context)
    found = _match(parsed, listed)
    own = canonical(parsed)
    if found is not None:
        return _value(raw, cleaned, found.name, _parts(_bare(found.name), found.kind, found.oktmo), changes)
    parts = _parts(parsed.name, kind_of(parsed), None)
    if not listed and (dotted := _dotted(own, context)) is not None:
        why = (note("municipality.yo", text=dotted),)
        changes.append(Change("yo-restored", own, dotted, "notation", 1.0, why))
        parsed = parse(dotted)[0]
        own, parts = dotted, _parts(parsed.name, kind_of(parsed), None)
    if not listed and parsed.name and (voted := _voted(own, parsed, context)):
        return _by_order(_value(raw, cleaned, own, parts, changes), own, voted)
    if not listed or not parsed.name:
        return _value(raw, cleaned, own, parts, changes)
    return _against_list(raw, cleaned, own, parts, changes, listed, _complete(context))


def _parts(name: str | None, kind: str | None, oktmo: str | None) -> Mapping[str, Json]:
    return {"name": name, "kind": kind, "oktmo": oktmo}


def _value(raw: str, cleaned: str, own: str, parts: Mapping[str, Json], changes: Sequence[Change]) -> Value:
    all_changes = list(changes)
    if own != raw:
        evidence = (note("municipality.notation"),)
        all_changes.append(Change("municipality-notation", cleaned, own, evidence=evidence))
    return Value(raw, own, parts, tuple(all_changes), status="fixed" if all_changes else "kept")


def _against_list(
    raw: str,
    cleaned: str,
    own: str,
    parts: Mapping[str, Json],
    changes: Sequence[Change],
    listed: Sequence[Municipality],
    complete: bool,
) -> Value:
    """A name that the region's list does not have: which of the list it may be."""
    by_name = {m.name: m for m in listed}
    if parts["kind"] is None:  # only the name: «Глинковский»
        by_name = {_bare(m.name): m for m in listed}
    valid = _is_word(str(parts["name"]))
    ranked = ocr.rank(own, dict.fromkeys(by_name, 1.0), valid=valid)
    status = ocr.decide(own, ranked, valid=valid)
    base = _value(raw, cleaned, own, parts, changes)
    if status == "fixed":
        best = by_name[ranked[0].value]
        evidence = (*ranked[0].evidence, note("municipality.listed", name=best.name, region=best.region))
        change = Change("municipality-ocr", own, best.name, "ocr", ranked[0].confidence, evidence)
        fixed = _parts(_bare(best.name), best.kind, best.oktmo)
        return Value(raw, best.name, fixed, (*base.changes, change), ranked, "fixed")
    if status == "suggested":
        problem = Problem(
            "ocr-suspect",
            note("municipality.suspect", text=own, suggestion=ranked[0].value),
            ranked[0].value,
            ranked[0].confidence,
            ranked[0].evidence,
        )
        return Value(raw, own, parts, base.changes, ranked, "suggested", (problem,))
    if not complete or any(fold(_bare(m.name)) == fold(str(parts["name"])) for m in listed):
        return base  # absence is no evidence; nor is a kind that has changed since
    unknown = Problem("reference-mismatch", note("municipality.unknown", text=own, region=listed[0].region))
    return replace(base, problems=(unknown,))


@dataclass(frozen=True, slots=True)
class _InOrder:
    """The order's municipalities with their numbers of rows, by the name that stands there."""

    counts: Counter[str]
    total: int
    once: int  # that have one row
    folded: Mapping[str, Sequence[str]]
    index: ocr_index.Index | None  # where they are too many to hold each against all


@Index
def _in_order(counter: Counter[str]) -> _InOrder:
    found: Counter[str] = Counter()
    for raw, n in counter.items():
        found[canonical(parse(text.clean(raw)[0])[0])] += n
    folded: dict[str, list[str]] = {}
    for name in found:
        folded.setdefault(fold(name), []).append(name)
    many = len(found) > lexicons.numbers("decision")["names_compared"]
    once = sum(1 for n in found.values() if n == 1)
    return _InOrder(found, found.total(), once, folded, ocr_index.Index(found) if many else None)


def _dotted(own: str, context: Context) -> str | None:
    """The order's spelling with ё of a municipality that is written with е here."""
    counter = context.seen.get("municipality")
    if not counter or "ё" in own.lower():
        return None
    return next((name for name in _in_order(counter).folded.get(fold(own), ()) if name != own), None)


def _voted(own: str, parsed: Parsed, context: Context) -> tuple[Candidate, ...]:
    """What else of the order a municipality's name may be, with posteriors: best first, itself included.

    Against «it is another municipality» stands how rarely names are spelled so (`usual`): a list names each
    of its municipalities in many rows, and a new one can be called anything.
    """
    counter = context.seen.get("municipality")
    if not counter:
        return ()
    order = _in_order(counter)
    counts, total, mine = order.counts, order.total, order.counts[own]
    compared = counts if order.index is None else order.index.near(own, further=ocr_index.EDITS)
    same = fold(own)
    others = {name: float(counts[name]) for name in compared if counts[name] >= mine and fold(name) != same}
    weights = {own: (order.once + 1) / (total + 2) * likely_name(parsed.name)}
    for name in ocr.near(own, others):
        cost = ocr.channel_cost(own, name)
        if cost < inf:
            weights[name] = (counts[name] / total) * exp(-cost)
    norm = sum(weights.values())
    ranked = sorted(((w / norm, name) for name, w in weights.items()), reverse=True)
    why = {name: ocr.consensus(counts[name], counts[name] + mine, name) for name in weights}
    return tuple(
        Candidate(name, round(p, 4), (*ocr.explain(own, name), why[name]) if name != own else ())
        for p, name in ranked
        if p > ocr.TOLD
    )


def _by_order(base: Value, own: str, ranked: tuple[Candidate, ...]) -> Value:
    """The value held against the other municipalities of its order."""
    best = next((c for c in ranked if c.value != own), None)
    if best is None or best is not ranked[0]:
        return base
    parsed = parse(own)[0]
    status = ocr.decide(own, [best], valid=_is_word(parsed.name))
    if status == "fixed":
        change = Change("municipality-consensus", own, best.value, "ocr", best.confidence, best.evidence)
        found = parse(best.value)[0]
        parts = _parts(found.name, kind_of(found), None)
        return Value(base.raw, best.value, parts, (*base.changes, change), ranked, "fixed")
    if status == "suggested":
        problem = Problem(
            "ocr-suspect",
            note("municipality.others-say", text=own, suggestion=best.value),
            best.value,
            best.confidence,
            best.evidence,
        )
        offered = tuple(c for c in ranked if c.value != own)
        return replace(base, candidates=offered, status="suggested", problems=(*base.problems, problem))
    return base


def _is_word(name: str) -> bool:
    """Whether the dictionary knows the name: it may be a municipality that the list lacks."""
    from pipeline.normalizers import morphology

    return all(morphology.known(word) for word in regex.findall(r"\p{L}+", name))


def _complete(context: Context) -> bool:
    return context.reference is not None and context.reference.is_complete(context.region)


def _listed(context: Context) -> Sequence[Municipality]:
    if context.reference is None or context.region is None:
        return ()
    return context.reference.municipalities(context.region)


@lru_cache(maxsize=4096)
def _key(name: str) -> tuple[str, str | None, bool]:
    parsed = parse(name)[0]
    return fold(parsed.name), kind_of(parsed), parsed.noun


def _bare(name: str) -> str:
    return parse(name)[0].name


def _match(parsed: Parsed, listed: Sequence[Municipality]) -> Municipality | None:
    """The entry of the list that the text names: the same name and a kind that does not contradict."""
    name, kind = fold(parsed.name), kind_of(parsed)
    fitting = []
    for entry in listed:
        entry_name, entry_kind, entry_noun = _key(entry.name)
        if entry_name == name and entry_noun == parsed.noun and kind in (None, entry_kind, entry.kind):
            fitting.append(entry)
    return fitting[0] if len(fitting) == 1 else None
