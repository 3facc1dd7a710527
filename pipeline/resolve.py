"""Mentions become entities: municipalities, organizations, persons and schools of all orders.

- A *municipality* is its region and name; an *organization* its region and canonical name; a *person* is
  the name within an organization.
- A *school* is what `school.compatible` cannot tell apart within one municipality: same proper name,
  number, locality, and levels that do not contradict. The municipality is where the school lies (by
  reference data, else the group that lists it); a mention without one joins the only school of the region
  that it fits, and stays alone when several fit.

The name of an entity is its most frequent canonical text (the first of equals); `variants` are all raw
texts, most frequent first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline import localities
from pipeline.ids import fold, make_id
from pipeline.localities import Town
from pipeline.model import Change, Corpus, Json, OrderData, Record, Value
from pipeline.normalizers import municipality, school
from pipeline.normalizers.context import Context

if TYPE_CHECKING:
    from pipeline.reference import Reference

_TELLING = ("proper_name", "number", "level", "kind")
_PLAIN = ("legal_form", "school_type", "level", "proper_name", "number", "locality")


@dataclass(slots=True, eq=False)
class _Entity:
    """An entity in the making."""

    region: str | None
    names: Counter[str] = field(default_factory=Counter)
    variants: Counter[str] = field(default_factory=Counter)
    values: list[Value] = field(default_factory=list)
    distinct: dict[str | None, Value] = field(default_factory=dict)  # one value a text: the last mention
    roles: set[str] = field(default_factory=set)
    home: str | None = None  # a school's municipality_id
    town: Town | None = None  # where a school lies whose names do not say it
    organization_id: str | None = None
    id: str = ""

    def add(self, value: Value) -> None:
        self.names[value.text or ""] += 1
        replaced = any(c.rule in ("decision-set", "decision-move") for c in value.changes)
        self.variants["" if replaced else value.raw] += 1  # what a person replaced is no spelling of this
        self.values.append(value)
        self.distinct[value.text] = value

    @property
    def name(self) -> str:
        return self.names.most_common(1)[0][0]

    def part(self, name: str) -> str | None:
        """A part of the canonical value, else of the first mention that has it."""
        canonical = self.name
        own = [v for v in self.values if v.text == canonical]
        return next((str(p) for v in (*own, *self.values) if (p := v.parts.get(name))), None)


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
                replace(o.order, values={**o.order.values, "order_id": Value("", o.order.id)})
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
        self.municipalities: dict[str, _Entity] = {}
        self.organizations: dict[str, _Entity] = {}
        self.persons: dict[str, _Entity] = {}
        self.schools = _Schools()
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
            values["organization_id"] = Value("", organization_id)
            values["person_id"] = Value("", self._person(values.get("person"), organization_id, region))
        if record.dataset == "training_sites":
            listed = values.get("municipality")
            listed_id = self._municipality(listed, region)
            values["municipality_id"] = Value("", listed_id)
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
                entity = self.municipalities[entity_id] = _Entity(region, id=entity_id)
                entity.values.append(value)
                entity.names[value.text or name] += 0
            self._homes[region, name] = entity_id
        return self._homes[region, name]

    def _municipality(self, value: Value | None, region: str | None) -> str | None:
        if value is None or not value.text:
            return None
        return _add(self.municipalities, make_id("mun", region, value.text), value, region).id

    def _organization(self, value: Value | None, region: str | None) -> str | None:
        if value is None or not value.text:
            return None
        return _add(self.organizations, make_id("org", region, value.text), value, region).id

    def _person(self, value: Value | None, organization_id: str | None, region: str | None) -> str | None:
        if value is None or not value.text:
            return None
        entity = _add(self.persons, make_id("person", region, value.text, organization_id), value, region)
        entity.organization_id = organization_id
        return entity.id

    def municipality_records(self) -> tuple[Record, ...]:
        return tuple(
            _entity_record(
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
            _entity_record("organizations", e, "organization_id", legal_form=e.part("legal_form"))
            for e in self.organizations.values()
        )

    def person_records(self) -> tuple[Record, ...]:
        return tuple(
            _entity_record(
                "persons",
                e,
                "person_id",
                surname=e.part("surname"),
                initials=e.part("initials"),
                organization_id=e.organization_id,
            )
            for e in self.persons.values()
        )


def _add(entities: dict[str, _Entity], entity_id: str, value: Value, region: str | None) -> _Entity:
    entity = entities.setdefault(entity_id, _Entity(region, id=entity_id))
    entity.add(value)
    return entity


def _entity_record(dataset: str, entity: _Entity, id_field: str, **more: str | None) -> Record:
    variants = [raw for raw, _ in sorted(entity.variants.items(), key=lambda x: (-x[1], x[0])) if raw]
    values = {
        id_field: Value("", entity.id),
        "name": Value("", entity.name),
        **{k: Value("", v) for k, v in more.items()},
        "mentions": Value("", str(sum(entity.variants.values()))),
        "variants": _list(variants),
    }
    return Record(dataset, values, id=entity.id)


def id_change(dataset: str, old: str, new: str | None, reason: str) -> Record:
    """A row of `id_changes`: the id that stands for an old one now."""
    texts = {"dataset": dataset, "old_id": old, "new_id": new, "reason": reason}
    return Record("id_changes", {name: Value("", text) for name, text in texts.items()})


def _list(items: Sequence[str]) -> Value:
    parts: dict[str, Json] = {"items": list(items)}
    return Value("", " | ".join(items) or None, parts=parts)


# ------------------------------------------------------------------------------------------------- schools


@dataclass(frozen=True, slots=True)
class _Mention:
    value: Value
    role: str
    region: str | None
    home: str | None  # municipality where the school lies, if known
    listed: str | None  # municipality under which the row stands
    order: str = ""


class _Schools:
    """Collects mentions, then clusters them."""

    def __init__(self) -> None:
        self.mentions: list[_Mention] = []
        self.entities: list[_Entity] = []
        self._of: dict[tuple[str | None, str | None, str | None, str, str], str] = {}
        self._towns: dict[str, Town] = {}
        self._placed: set[tuple[int, str]] = set()  # (entity, order) where the order itself says the place
        self._joined: dict[tuple[int, str], _Entity] = {}  # what the order alone would make of the others

    def add(
        self, value: Value, role: str, region: str | None, home: str | None, listed: str | None, order: str
    ) -> None:
        self.mentions.append(_Mention(value, role, region, home, listed, order))

    def finish(self, municipalities: Mapping[str, Value]) -> None:
        """Cluster: first the mentions with a municipality, then those without."""
        self._settle_placeless()
        self._towns = localities.towns(municipalities, [(m.home, m.value) for m in self.mentions if m.home])
        clusters: dict[tuple[str | None, str], dict[str | None, list[_Entity]]] = defaultdict(dict)
        known: dict[tuple[str | None, str | None, str | None], _Entity] = {}
        placed = [m for m in self.mentions if m.home is not None]
        for mention in [*placed, *(m for m in self.mentions if m.home is None)]:
            same = (mention.region, mention.home, mention.value.text)
            if same not in known:
                value, town = self._located(mention)
                key = mention.region, _name_key(value)
                entity = self._entity(replace(mention, value=value), clusters[key])
                known[same], entity.town = entity, entity.town or town
            entity = known[same]
            entity.add(mention.value)
            entity.roles.add(mention.role)
            if mention.home is not None:
                self._placed.add((id(entity), mention.order))
            elif entity.home is not None:
                alone = self._joined.setdefault((id(entity), mention.order), _Entity(mention.region))
                alone.add(mention.value)
            self._of[_mention_key(mention)] = entity.id or str(id(entity))
        self._name()

    def _located(self, mention: _Mention) -> tuple[Value, Town | None]:
        """The value with the town that follows from its municipality, where its name lacks a place."""
        town = self._towns.get(mention.home or "")
        if town is None or not localities.lacks_place(mention.value):
            return mention.value, None
        return replace(mention.value, parts={**mention.value.parts, "locality": town.name}), town

    def _entity(self, mention: _Mention, by_home: dict[str | None, list[_Entity]]) -> _Entity:
        """The school that a mention names among those of its name, a new one if it fits none or several."""
        if mention.home is not None:
            candidates = by_home.get(mention.home, [])
        else:
            candidates = [e for found in by_home.values() for e in found]
        fitting = [
            e for e in candidates if all(school.compatible(mention.value, v) for v in e.distinct.values())
        ]
        if len(fitting) == 1 or (fitting and mention.home is not None):
            return fitting[0]
        entity = next((e for e in fitting if e.home is None), None)
        if entity is None:
            entity = _Entity(mention.region, home=mention.home)
            by_home.setdefault(mention.home, []).append(entity)
            self.entities.append(entity)
        return entity

    def _settle_placeless(self) -> None:
        """«МБОУ СШ № 4» gets the municipality of its group when all rows that name it stand in one group."""
        groups: dict[tuple[str | None, str], set[str | None]] = defaultdict(set)
        for m in self.mentions:
            if m.home is None:
                groups[m.region, fold(m.value.text or "")].add(m.listed)
        settled = []
        for m in self.mentions:
            if m.home is None and _placeless(m.value):
                listed = groups[m.region, fold(m.value.text or "")]
                m = replace(m, home=m.listed if m.listed else None) if listed else m
            settled.append(m)
        self.mentions = settled

    def _name(self) -> None:
        taken: Counter[str] = Counter()
        for entity in self.entities:
            entity.id = _school_id(entity)
            if taken[entity.id]:  # schools of one name that something else tells apart
                entity.id = make_id("school", entity.id, *sorted(fold(t or "") for t in entity.distinct))
            taken[entity.id] += 1
            if taken[entity.id] > 1:
                entity.id = make_id("school", entity.id, taken[entity.id])
                taken[entity.id] += 1
        by_token = {str(id(e)): e.id for e in self.entities}
        self._of = {key: by_token.get(token, token) for key, token in self._of.items()}

    def former_ids(self) -> tuple[Record, ...]:
        """Ids that schools without a place have in a build without the orders that tell where they lie."""
        by_id, taken = {id(e): e for e in self.entities}, {e.id for e in self.entities}
        found: dict[str, Record] = {}
        for (entity, order), alone in self._joined.items():
            former = _school_id(alone)
            if (entity, order) not in self._placed and former not in taken:
                found[former] = id_change("schools", former, by_id[entity].id, "merged")
        return tuple(found.values())

    def id_of(self, value: Value, region: str | None, home: str | None, listed: str | None) -> str | None:
        if home is None and _placeless(value):
            home = listed
        return self._of.get((region, home, listed, value.raw, value.text or ""))

    def names(self) -> dict[str, str]:
        return {e.id: e.name for e in self.entities}

    def records(self) -> tuple[Record, ...]:
        found = []
        for entity in self.entities:
            record = _entity_record(
                "schools",
                entity,
                "school_id",
                **{name: entity.part(name) for name in _PLAIN},
                municipality_id=entity.home,
            )
            values = {**record.values}
            if entity.town is not None and not entity.part("locality"):
                values["locality"] = _inferred(entity.town, entity.values[0])
            values["roles"] = _list([r for r in ("risk", "partner") if r in entity.roles])
            found.append(replace(record, values=values))
        return tuple(found)


def _inferred(town: Town, mention: Value) -> Value:
    change = Change("school-locality", "", town.name, "inferred", town.confidence, (town.why,))
    return Value("", town.name, changes=(change,), status="fixed", place=mention.place)


def _school_id(entity: _Entity) -> str:
    """Where it lies and what tells it from others there. How often which spelling of its type or legal form
    is used, or whether a locality stands beside its name, changes with every order: neither counts.
    """
    telling = [entity.part(name) for name in _TELLING]
    if entity.part("proper_name") is None:
        telling.append(entity.part("locality") or (entity.name if entity.part("number") is None else None))
    return make_id("school", entity.region, entity.home, *telling)


def _name_key(value: Value) -> str:
    """The part of a school's key that must be equal: proper name, else number and locality, else all."""
    parts = [fold(str(value.parts.get(p) or "")) for p in ("proper_name", "number", "locality")]
    return parts[0] or ("|".join(parts[1:]) if any(parts) else fold(value.text or ""))


def _placeless(value: Value) -> bool:
    return not value.parts.get("proper_name") and not value.parts.get("locality")


def _mention_key(m: _Mention) -> tuple[str | None, str | None, str | None, str, str]:
    return (m.region, m.home, m.listed, m.value.raw, m.value.text or "")


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
        values[id_field] = Value(
            "", resolver.schools.id_of(value, str(region) if region else None, home, listed)
        )
    return replace(record, values=values)
