"""One school under several names: in one list, and in the orders of a corpus.

What `resolve` takes for one school may still be written with different legal forms or types («МБОУ …»,
«МКОУ …»): one of them is wrong, or the school was renamed. Between orders of different years that is worth
knowing, no more. A school of one level in one order and of another level in the next («ООШ», «СОШ») is
another entity, but hardly another school where neither order names both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.checks.grouping import places
from pipeline.ids import fold
from pipeline.model import Corpus, Finding, Note, OrderData, Record, Value, note

_NAMES = (("school", "school_id"), ("partner", "partner_id"))


@dataclass(frozen=True, slots=True)
class _Mention:
    order: OrderData
    record: Record
    field: str
    value: Value


def check_spellings(corpus: Corpus) -> Iterator[Finding]:
    """Schools whose legal form or type differs within an order, or from the order before."""
    of: dict[str, list[_Mention]] = defaultdict(list)
    for order in sorted(corpus.orders, key=lambda o: (o.order.text("date") or "", o.source.path)):
        for record in order.of("training_sites"):
            for name, id_field in _NAMES:
                entity, value = record.text(id_field), record.values.get(name)
                if entity and value is not None and value.text:
                    of[entity].append(_Mention(order, record, name, value))
    for mentions in of.values():
        yield from _within(mentions)
        yield from _between(mentions)
    yield from _levels(corpus, of)


def _differ(a: Value, b: Value) -> bool:
    """Both say a legal form, or a type, and not the same."""
    return any(
        (x := a.parts.get(part)) and (y := b.parts.get(part)) and x != y
        for part in ("legal_form", "school_type")
    )


def _by_order(mentions: Sequence[_Mention]) -> list[list[_Mention]]:
    found: dict[str, list[_Mention]] = defaultdict(list)
    for mention in mentions:
        found[mention.order.order.id].append(mention)
    return list(found.values())


def _usual(mentions: Sequence[_Mention]) -> tuple[Value, bool]:
    """The name that most mentions have (the first of equals), and whether it has more than any other."""
    counts = Counter(m.value.text for m in mentions).most_common(2)
    value = next(m.value for m in mentions if m.value.text == counts[0][0])
    return value, len(counts) < 2 or counts[0][1] > counts[1][1]


def _within(mentions: Sequence[_Mention]) -> Iterator[Finding]:
    for own in _by_order(mentions):
        usual, most = _usual(own)
        odd: dict[str | None, list[_Mention]] = defaultdict(list)
        for mention in own:
            if _differ(mention.value, usual):
                odd[mention.value.text].append(mention)
        for text, found in odd.items():
            yield _finding(
                found,
                note("variants.school", school=text, other=usual.text),
                usual.text if most else None,
                also=[m.record for m in own if m.value.text == usual.text][:1],
            )


def _between(mentions: Sequence[_Mention]) -> Iterator[Finding]:
    orders = _by_order(mentions)
    for before, after in pairwise(orders):
        old, new = _usual(before)[0], _usual(after)[0]
        if _differ(old, new):
            yield _other_order([m for m in after if _differ(m.value, old)], before[0].order, old.text)


def _levels(corpus: Corpus, of: dict[str, list[_Mention]]) -> Iterator[Finding]:
    """Schools of one municipality that differ in nothing but their level, each in orders of its own."""
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for school in corpus.of("schools"):
        entity = school.text("school_id")
        named = [fold(school.text(p) or "") for p in ("proper_name", "number", "locality", "municipality_id")]
        if entity in of and named[0] and named[3] and school.text("level"):
            alike[tuple(named)].append(entity)
    for entities in alike.values():
        for a, b in pairwise(entities):
            orders = [{m.order.order.id for m in of[x]} for x in (a, b)]
            if orders[0] & orders[1]:
                continue
            first, second = sorted((of[a], of[b]), key=lambda x: x[0].order.order.text("date") or "")
            last = second[0].order.order.id
            yield _other_order(
                [m for m in second if m.order.order.id == last], first[-1].order, first[-1].value.text
            )


def _other_order(found: Sequence[_Mention], before: OrderData, other: str | None) -> Finding:
    """The school is called otherwise in an order before; in another year it may have been renamed since."""
    number, date = before.order.text("number"), before.order.text("date")
    own = found[0].order.order.text("date") or ""
    return _finding(
        found,
        note(
            "variants.other-order",
            school=found[0].value.text,
            other=other,
            number=number or "?",
            date=date or "?",
        ),
        None,
        severity="" if date and date[:4] == own[:4] else "info",
    )


def _finding(
    found: Sequence[_Mention],
    message: Note,
    suggestion: str | None,
    *,
    also: Sequence[Record] = (),
    severity: str = "",
) -> Finding:
    first = found[0]
    return Finding(
        "name-variant",
        message,
        first.record.dataset,
        first.record.id,
        first.field,
        first.value.raw,
        suggestion,
        places=places([*(m.record for m in found), *also]),
        key=f"{first.value.text}|{suggestion or ''}",
        severity=severity,
    )
