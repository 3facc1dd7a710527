"""An entity in the making: what is collected of its mentions, and the record that it gives.

The name of an entity is its most frequent canonical text (the first of equals); `variants` are all raw
texts, most frequent first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.localities import Town
from pipeline.model import Json, Record, Value, bare


@dataclass(slots=True, eq=False)
class Entity:
    """An entity in the making."""

    region: str | None
    names: Counter[str] = field(default_factory=Counter)
    variants: Counter[str] = field(default_factory=Counter)
    values: list[Value] = field(default_factory=list)  # of one text and the same parts only the first
    distinct: dict[str | None, Value] = field(default_factory=dict)  # one value a text: the last mention
    roles: set[str] = field(default_factory=set)
    home: str | None = None  # a school's municipality_id
    town: Town | None = None  # where a school lies whose names do not say it
    organization_id: str | None = None
    id: str = ""
    _held: set[tuple[str | None, int]] | None = None  # what `values` has; most entities are named once
    _name: str | None = None

    def add(self, value: Value) -> None:
        self.names[value.text or ""] += 1
        replaced = any(c.rule in ("decision-set", "decision-move") for c in value.changes)
        self.variants["" if replaced else value.raw] += 1  # what a person replaced is no spelling of this
        self._hold(value)
        self.distinct[value.text] = value
        self._name = None

    def _hold(self, value: Value) -> None:
        if not self.values:
            self.values.append(value)
            return
        if self._held is None:
            self._held = {(v.text, id(v.parts)) for v in self.values}
        same = (value.text, id(value.parts))  # the rows of a list share what was made of one text
        if same not in self._held:
            self._held.add(same)
            self.values.append(value)

    @property
    def name(self) -> str:
        if self._name is None:
            self._name = self.names.most_common(1)[0][0]
        return self._name

    def part(self, name: str) -> str | None:
        """A part of the canonical value, else of the first mention that has it."""
        canonical = self.name
        if len(self.values) == 1:
            found = self.values[0].parts.get(name)
            return str(found) if found else None
        own = [v for v in self.values if v.text == canonical]
        return next((str(p) for v in (*own, *self.values) if (p := v.parts.get(name))), None)


def add(entities: dict[str, Entity], entity_id: str, value: Value, region: str | None) -> Entity:
    entity = entities.setdefault(entity_id, Entity(region, id=entity_id))
    entity.add(value)
    return entity


def entity_record(dataset: str, entity: Entity, id_field: str, **more: str | None) -> Record:
    variants = [raw for raw, _ in sorted(entity.variants.items(), key=lambda x: (-x[1], x[0])) if raw]
    values = {
        id_field: Value("", entity.id),
        "name": Value("", entity.name),
        **{k: bare(v) for k, v in more.items()},
        "mentions": Value("", str(sum(entity.variants.values()))),
        "variants": list_value(variants),
    }
    return Record(dataset, values, id=entity.id)


def id_change(dataset: str, old: str, new: str | None, reason: str) -> Record:
    """A row of `id_changes`: the id that stands for an old one now."""
    texts = {"dataset": dataset, "old_id": old, "new_id": new, "reason": reason}
    return Record("id_changes", {name: bare(text) for name, text in texts.items()})


def list_value(items: Sequence[str]) -> Value:
    parts: dict[str, Json] = {"items": list(items)}
    return Value("", " | ".join(items) or None, parts=parts)
