"""One school under several names in one order (`variants_orders`: in several).

What `resolve` takes for one school may still be written with different legal forms or types («МБОУ …»,
«МКОУ …»): one of them is wrong, or the school was renamed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.checks.grouping import places
from pipeline.model import Corpus, Finding, OrderData, Record, Value, note

NAMES = (("school", "school_id"), ("partner", "partner_id"))


@dataclass(frozen=True, slots=True)
class Mention:
    """A school as a row names it: `entity` is its id, `beside` that of the row's other school, `listed` that
    of the municipality under which the row stands.
    """

    order: OrderData
    record: Record
    field: str
    value: Value
    entity: str
    beside: str | None
    listed: str | None

    @property
    def order_id(self) -> str:
        return self.order.order.id

    @property
    def date(self) -> str:
        """The order's date; "" if it is not known."""
        return self.order.order.text("date") or ""


def mentions(corpus: Corpus) -> Iterator[Mention]:
    """Every mention of a school, older orders first."""
    for order in sorted(corpus.orders, key=lambda o: (o.order.text("date") or "", o.source.path)):
        for record in order.of("training_sites"):
            ids = [record.text(id_field) for _, id_field in NAMES]
            listed = record.text("municipality_id")
            for (name, _), entity, beside in zip(NAMES, ids, reversed(ids), strict=True):
                value = record.values.get(name)
                if entity and value is not None and value.text:
                    yield Mention(order, record, name, value, entity, beside, listed)


def unlike(a: Value, b: Value, *parts: str) -> bool:
    """Both say one of the parts (legal form, type), and not the same."""
    return any((x := a.parts.get(part)) and (y := b.parts.get(part)) and x != y for part in parts)


def check_spellings(corpus: Corpus) -> Iterator[Finding]:
    """Schools whose legal form or type differs within an order."""
    of: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    for mention in mentions(corpus):
        of[mention.entity, mention.order_id].append(mention)
    for own in of.values():
        if len(own) > 1:
            yield from _within(own)


def _usual(own: Sequence[Mention]) -> tuple[Value, bool]:
    """The name that most mentions have (the first of equals), and whether it has more than any other."""
    counts = Counter(m.value.text for m in own).most_common(2)
    value = next(m.value for m in own if m.value.text == counts[0][0])
    return value, len(counts) < 2 or counts[0][1] > counts[1][1]


def _within(own: Sequence[Mention]) -> Iterator[Finding]:
    usual, most = _usual(own)
    odd: dict[str | None, list[Mention]] = defaultdict(list)
    for mention in own:
        if unlike(mention.value, usual, "legal_form", "school_type"):
            odd[mention.value.text].append(mention)
    also = next(m.record for m in own if m.value.text == usual.text)
    for text, found in odd.items():
        first, suggestion = found[0], usual.text if most else None
        yield Finding(
            "name-variant",
            note("variants.school", school=text, other=usual.text),
            first.record.dataset,
            first.record.id,
            first.field,
            first.value.raw,
            suggestion,
            places=places([*(m.record for m in found), also]),
            key=f"{first.value.text}|{suggestion or ''}",
        )
