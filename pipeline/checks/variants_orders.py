"""Schools that other orders call otherwise, all orders together.

A *family* is what may be one school: the same municipality and the same proper name, or the same number and
locality; a school whose municipality is not known is one by itself. Its *names* are what differs in legal
form or type («МОУ», «МБОУ»; «ООШ», «СОШ»). Two names that one order has for two schools are two schools; of
two that stand in orders of their own something must speak for one school:

- number and locality are the same, or nothing but the legal form differs, in one municipality;
- the other school of the row is the same in most of their orders;
- the rows around are the same in the two orders between which the name changes.

The latter two prove nothing where the municipality has the name with many types: then it is a usual one. One
pair of names is one finding about the name that came later, with all its places, so that a further order
does not make another finding of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import TypeAlias

from pipeline import lexicons
from pipeline.checks.grouping import places
from pipeline.checks.variants import NAMES, Mention, mentions, unlike
from pipeline.ids import fold
from pipeline.model import Corpus, Finding, Note, note

_Family: TypeAlias = tuple[str, ...]
_Surroundings: TypeAlias = Mapping[tuple[str, str | None], Set[str]]


def check_orders(corpus: Corpus) -> Iterator[Finding]:
    """Schools that are called otherwise in another order."""
    found = list(mentions(corpus))
    around: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for m in found:
        around[m.order_id, m.listed].add(m.entity)
    family_of = _families(corpus)
    families: dict[_Family, list[Mention]] = defaultdict(list)
    for m in found:
        families[family_of.get(m.entity, (m.entity,))].append(m)
    for family, members in families.items():
        yield from _of_family(family, members, around)


def _families(corpus: Corpus) -> dict[str, _Family]:
    """The family of each school whose municipality is known."""
    found: dict[str, _Family] = {}
    for school in corpus.of("schools"):
        said = [fold(school.text(p) or "") for p in ("municipality_id", "proper_name", "number", "locality")]
        where, proper, number, locality = said
        if where and (proper or (number and locality)):
            found[school.text("school_id") or ""] = tuple(said)
    return found


def _of_family(family: _Family, members: Sequence[Mention], around: _Surroundings) -> Iterator[Finding]:
    names: dict[tuple[object, ...], list[Mention]] = defaultdict(list)
    for m in members:
        names[m.entity, m.value.parts.get("legal_form"), m.value.parts.get("school_type")].append(m)
    if len(names) < 2:
        return
    usual = len({m.value.parts.get("school_type") for m in members} - {None}) > _limits()["types"]
    known: list[list[Mention]] = []
    for own in names.values():  # in the order in which they came up
        for before in reversed(known):
            first, second = _apart(before, own)
            if not (
                first and second and unlike(first[0].value, second[0].value, "legal_form", "school_type")
            ):
                continue
            if why := _evidence(family, first, second, around, usual):
                yield _finding(first, second, why)
                break
        known.append(own)


def _limits() -> Mapping[str, float]:
    return lexicons.numbers("school_variants")


def _apart(a: Sequence[Mention], b: Sequence[Mention]) -> tuple[list[Mention], list[Mention]]:
    """The mentions of each name in orders without the other; none where an order has both for two schools."""
    of_a, of_b = {m.order_id for m in a}, {m.order_id for m in b}
    if a[0].entity != b[0].entity and of_a & of_b:
        return [], []
    return [m for m in a if m.order_id not in of_b], [m for m in b if m.order_id not in of_a]


def _evidence(
    family: _Family, a: Sequence[Mention], b: Sequence[Mention], around: _Surroundings, usual: bool
) -> Note | None:
    """What speaks for one school under both names."""
    form_only = a[0].entity == b[0].entity and not unlike(a[0].value, b[0].value, "school_type")
    if form_only and (len(family) > 1 or {m.listed for m in a} & {m.listed for m in b} - {None}):
        return note("variants.form")
    if len(family) > 1 and all(family[2:]):
        return note("variants.number")
    if usual:
        return None
    least = _limits()["shared"]
    beside = [{m.beside for m in x if m.beside} for x in (a, b)]
    if _shared(*beside) >= least:
        one = next(m for m in b if m.beside in beside[0])
        name = next(name for name, _ in NAMES if name != one.field)
        return note("variants.beside", school=one.record.text(name))
    last = _before(a, b[0])
    others = [around[m.order_id, m.listed] - {m.entity, m.beside} for m in (last, b[0])]
    enough = len(others[0] & others[1]) >= _limits()["around"] and _shared(*others) >= least
    return note("variants.around") if enough and last.listed == b[0].listed else None


def _before(earlier: Sequence[Mention], begun: Mention) -> Mention:
    """The last mention of the earlier name when the later one came up, under the same municipality if there
    is one.
    """
    before = [m for m in earlier if m.date <= begun.date] or earlier[:1]
    return next((m for m in reversed(before) if m.listed == begun.listed), before[-1])


def _shared(a: Set[str | None], b: Set[str | None]) -> float:
    """The share of the smaller set that the other has too; 0 of nothing."""
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def _finding(first: Sequence[Mention], second: Sequence[Mention], why: Note) -> Finding:
    """The later name; in another year the school may have been renamed since."""
    begun = second[0]
    last = _before(first, begun)
    years = [{m.date[:4] for m in x} for x in (first, second)]
    return Finding(
        "name-variant",
        note(
            "variants.other-order",
            school=begun.value.text,
            other=last.value.text,
            number=last.order.order.text("number") or "?",
            date=last.date or "?",
        ),
        begun.record.dataset,
        begun.record.id,
        begun.field,
        begun.value.raw,
        places=places([*(m.record for m in second), last.record]),
        evidence=(why,),
        key=f"{begun.value.text}|",
        severity="warning" if years[0] & years[1] - {""} else "info",
    )
