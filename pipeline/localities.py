"""In which town a school lies that its name does not say: «МБОУ СШ № 4» of a group.

Numbers are given to schools of one town, so the town follows where the group leaves only one: the
municipality is itself a town («город Клинцы»), or all schools of the municipality whose names hold a number
and a town name the same town. Only what the orders say counts, no reference data, so that adding some
changes nothing here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import regex

from pipeline import lexicons
from pipeline.model import Note, Value, note

_TOWN = "г."  # the locality type of a town in `Value.parts`
_ADJECTIVE = regex.compile(r"(?:ский|цкий|ой|ый|ий)$", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Town:
    """A town and why a school without a place lies there."""

    name: str
    why: Note
    confidence: float


def towns(municipalities: Mapping[str, Value], placed: Iterable[tuple[str, Value]]) -> dict[str, Town]:
    """Municipality id → the only town that its numbered schools can lie in.

    `placed` are the school mentions with the municipality that they lie in.
    """
    sure = lexicons.numbers("decision")
    named: dict[str, set[str]] = defaultdict(set)
    for home, value in placed:
        town = value.parts.get("locality")
        if town and value.parts.get("number") and value.parts.get("locality_type") == _TOWN:
            named[home].add(str(town))
    found = {}
    for home, names in named.items():
        if len(names) == 1:
            (town,) = names
            found[home] = Town(town, note("locality.only-town", town=town), sure["only_town"])
    for home, value in municipalities.items():
        if (own := _town(value)) is not None:
            why = note("locality.town", municipality=value.text or own)
            found[home] = Town(own, why, sure["town_municipality"])
    return found


def _town(municipality: Value) -> str | None:
    """The town that a municipality is: «город Клинцы», «городской округ Самара», «ЗАТО Озёрный».

    «Вышневолоцкий городской округ» is named after its town, but holds other places as well.
    """
    name, text = str(municipality.parts.get("name") or ""), municipality.text or ""
    if not name or text == name or text.startswith(name) or not text.endswith(name):
        return None
    if municipality.parts.get("kind") == "ЗАТО" or text.startswith("город "):
        return name
    is_town = municipality.parts.get("kind") == "городской округ" and not _ADJECTIVE.search(name)
    return name if is_town else None


def lacks_place(value: Value) -> bool:
    """A school named by its number alone."""
    parts = value.parts
    return bool(parts.get("number")) and not parts.get("proper_name") and not parts.get("locality")
