"""Mentions of schools become schools.

A school is what `school.compatible` cannot tell apart within one municipality: same proper name, number,
locality, and levels that do not contradict. The municipality is where the school lies (by reference data,
else the group that lists it); a mention without one joins the only school of the region that it fits, and
stays alone when several fit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline import localities
from pipeline.entities import Entity, entity_record, id_change, list_value
from pipeline.ids import fold, make_id
from pipeline.localities import Town
from pipeline.model import Change, Record, Value
from pipeline.normalizers import school
from pipeline.replacing import replace

_TELLING = ("proper_name", "number", "level", "kind")
_PLAIN = ("legal_form", "school_type", "level", "proper_name", "number", "locality")


@dataclass(frozen=True, slots=True)
class _Mention:
    value: Value
    role: str
    region: str | None
    home: str | None  # municipality where the school lies, if known
    listed: str | None  # municipality under which the row stands
    order: str = ""


class Schools:
    """Collects mentions, then clusters them."""

    def __init__(self) -> None:
        self.mentions: list[_Mention] = []
        self.entities: list[Entity] = []
        self._of: dict[tuple[str | None, str | None, str | None, str, str], str] = {}
        self._towns: dict[str, Town] = {}
        self._placed: set[tuple[int, str]] = set()  # (entity, order) where the order itself says the place
        self._joined: dict[tuple[int, str], Entity] = {}  # what the order alone would make of the others

    def add(
        self, value: Value, role: str, region: str | None, home: str | None, listed: str | None, order: str
    ) -> None:
        self.mentions.append(_Mention(value, role, region, home, listed, order))

    def finish(self, municipalities: Mapping[str, Value]) -> None:
        """Cluster: first the mentions with a municipality, then those without."""
        self._settle_placeless()
        self._towns = localities.towns(municipalities, [(m.home, m.value) for m in self.mentions if m.home])
        clusters: dict[tuple[str | None, str], dict[str | None, list[Entity]]] = defaultdict(dict)
        known: dict[tuple[str | None, str | None, str | None], Entity] = {}
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
                alone = self._joined.setdefault((id(entity), mention.order), Entity(mention.region))
                alone.add(mention.value)
            self._of[_mention_key(mention)] = entity.id or str(id(entity))
        self._name()

    def _located(self, mention: _Mention) -> tuple[Value, Town | None]:
        """The value with the town that follows from its municipality, where its name lacks a place."""
        town = self._towns.get(mention.home or "")
        if town is None or not localities.lacks_place(mention.value):
            return mention.value, None
        return replace(mention.value, parts={**mention.value.parts, "locality": town.name}), town

    def _entity(self, mention: _Mention, by_home: dict[str | None, list[Entity]]) -> Entity:
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
            entity = Entity(mention.region, home=mention.home)
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
            record = entity_record(
                "schools",
                entity,
                "school_id",
                **{name: entity.part(name) for name in _PLAIN},
                municipality_id=entity.home,
            )
            values = {**record.values}
            if entity.town is not None and not entity.part("locality"):
                values["locality"] = _inferred(entity.town, entity.values[0])
            values["roles"] = list_value([r for r in ("risk", "partner") if r in entity.roles])
            found.append(replace(record, values=values))
        return tuple(found)


def _inferred(town: Town, mention: Value) -> Value:
    change = Change("school-locality", "", town.name, "inferred", town.confidence, (town.why,))
    return Value("", town.name, changes=(change,), status="fixed", place=mention.place)


def _school_id(entity: Entity) -> str:
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
