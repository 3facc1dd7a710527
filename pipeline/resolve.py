"""Mentions become entities: municipalities, organizations, persons and schools of all orders.

- A *municipality* is its region and name; an *organization* its region and canonical name; a *person* is
  the name within an organization.
- A *school*: see `resolve_schools.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pipeline.entities import Entity, add, entity_record
from pipeline.ids import make_id
from pipeline.model import Corpus, OrderData, Record, Value, bare
from pipeline.normalizers import municipality
from pipeline.normalizers.context import Context
from pipeline.replacing import replace
from pipeline.resolve_schools import Schools

if TYPE_CHECKING:
    from pipeline.reference import Reference


def resolve(orders: Sequence[OrderData], reference: Reference | None = None) -> Corpus:
    """The corpus with entity datasets, and every record with the ids and names of its entities."""
    resolver = _Resolver(reference)
    resolved = tuple(replace(o, records=resolver.of_order(o)) for o in orders)
    resolver.schools.finish({k: e.values[0] for k, e in resolver.municipalities.items() if e.values})
    names = resolver.schools.names()
    final = tuple(
        replace(o, records=tuple(_with_school_ids(r, names, resolver) for r in o.records)) for o in resolved
    )
    records: dict[str, tuple[Record, ...]] = {
        "orders": tuple(
            _unique(
                replace(o.order, values={**o.order.values, "order_id": bare(o.order.id)})
                for o in final
                if o.records or o.order.text("number") or o.order.text("date")
            )
        ),
        **{
            name: tuple(_unique(r for o in final for r in o.records if r.dataset == name))
            for name in ("activities", "activity_executors", "training_sites")
        },
        "schools": resolver.schools.records(),
        "organizations": resolver.organization_records(),
        "persons": resolver.person_records(),
        "municipalities": resolver.municipality_records(),
    }
    if former := resolver.schools.former_ids():
        records["id_changes"] = former
    return Corpus(final, records)


def _unique(records: Iterable[Record]) -> Iterable[Record]:
    """The first record of each id: an order that was read twice gives one set of rows."""
    seen: set[str] = set()
    for record in records:
        if record.id not in seen:
            seen.add(record.id)
            yield record


class _Resolver:
    def __init__(self, reference: Reference | None) -> None:
        self.reference = reference
        self.municipalities: dict[str, Entity] = {}
        self.organizations: dict[str, Entity] = {}
        self.persons: dict[str, Entity] = {}
        self.schools = Schools()
        self._homes: dict[tuple[str | None, str], str] = {}

    def of_order(self, order: OrderData) -> tuple[Record, ...]:
        """The order's records with the ids of municipalities, organizations and persons; schools are
        collected.
        """
        region = order.order.text("region")
        return tuple(self._record(r, region) for r in order.records)

    def _record(self, record: Record, region: str | None) -> Record:
        values = dict(record.values)
        if record.dataset == "activity_executors":
            organization = values.get("organization")
            organization_id = self._organization(organization, region)
            values["organization_id"] = bare(organization_id)
            values["person_id"] = bare(self._person(values.get("person"), organization_id, region))
        if record.dataset == "training_sites":
            listed = values.get("municipality")
            listed_id = self._municipality(listed, region)
            values["municipality_id"] = bare(listed_id)
            home = record.context.get("home")
            risk_home = self.home(str(home), region) if home else listed_id
            partner_home = record.context.get("partner_home")
            if values.get("school") and values["school"].text:
                self.schools.add(values["school"], "risk", region, risk_home, listed_id, record.order)
            if values.get("partner") and values["partner"].text:
                partner_id = self.home(str(partner_home), region) if partner_home else None
                self.schools.add(values["partner"], "partner", region, partner_id, listed_id, record.order)
        return replace(record, values=values, context={**record.context, "region": region})

    def home(self, name: str, region: str | None) -> str:
        """The id of a municipality that reference data name (it may stand nowhere in the order)."""
        if (region, name) not in self._homes:
            value = municipality.normalize(name, Context(region=region, reference=self.reference))
            entity_id = make_id("mun", region, value.text or name)
            if entity_id not in self.municipalities:
                entity = self.municipalities[entity_id] = Entity(region, id=entity_id)
                entity.values.append(value)
                entity.names[value.text or name] += 0
            self._homes[region, name] = entity_id
        return self._homes[region, name]

    def _municipality(self, value: Value | None, region: str | None) -> str | None:
        if value is None or not value.text:
            return None
        return add(self.municipalities, make_id("mun", region, value.text), value, region).id

    def _organization(self, value: Value | None, region: str | None) -> str | None:
        if value is None or not value.text:
            return None
        return add(self.organizations, make_id("org", region, value.text), value, region).id

    def _person(self, value: Value | None, organization_id: str | None, region: str | None) -> str | None:
        if value is None or not value.text:
            return None
        entity = add(self.persons, make_id("person", region, value.text, organization_id), value, region)
        entity.organization_id = organization_id
        return entity.id

    def municipality_records(self) -> tuple[Record, ...]:
        return tuple(
            entity_record(
                "municipalities",
                e,
                "municipality_id",
                kind=e.part("kind"),
                region=e.region,
                oktmo=e.part("oktmo"),
            )
            for e in self.municipalities.values()
        )

    def organization_records(self) -> tuple[Record, ...]:
        return tuple(
            entity_record("organizations", e, "organization_id", legal_form=e.part("legal_form"))
            for e in self.organizations.values()
        )

    def person_records(self) -> tuple[Record, ...]:
        return tuple(
            entity_record(
                "persons",
                e,
                "person_id",
                surname=e.part("surname"),
                initials=e.part("initials"),
                organization_id=e.organization_id,
            )
            for e in self.persons.values()
        )


def _with_school_ids(record: Record, names: dict[str, str], resolver: _Resolver) -> Record:
    """The row with the ids of its schools; the names stay those of the row's own normalized text."""
    if record.dataset != "training_sites":
        return record
    values = dict(record.values)
    region = record.context.get("region")
    listed = values["municipality_id"].text if "municipality_id" in values else None
    for name, id_field, where in (("school", "school_id", "home"), ("partner", "partner_id", "partner_home")):
        value = values.get(name)
        if value is None or not value.text:
            continue
        known = record.context.get(where)
        home = resolver.home(str(known), str(region) if region else None) if known else None
        if name == "school" and home is None:
            home = listed
        values[id_field] = bare(resolver.schools.id_of(value, str(region) if region else None, home, listed))
    return replace(record, values=values)
