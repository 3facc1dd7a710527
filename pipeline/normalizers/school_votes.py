"""What one order says about the names of its schools: how often it has each, and in which columns and groups.

`Votes` are counted once an order, from `context.seen`: `"school"` counts all mentions; `"school|partner"`
those of one column, `"school|partner|Вяземский район"` those of one column in one group (`seen_keys`).

`Votes.expected` says how probable each name of the order is at one place, before its letters are looked at.
A column gives the share of names that come up there once (Good 1953: what is seen once tells how often the
next is new); the rest is shared among the names of the group and of the column by their numbers, as far as
the column's names stay within their groups. A list of schools that each stand once expects new names, a
column of partners the partner of the neighbouring rows.
"""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline import lexicons
from pipeline.model import Value
from pipeline.normalizers.context import Context
from pipeline.normalizers.ocr_index import EDITS, Index
from pipeline.normalizers.school_elements import Parsed
from pipeline.normalizers.school_parse import parse
from pipeline.normalizers.school_words import school_types, tidy

SLOTS = ("adjective", "quoted", "locality", "district", "honour")
_NEAREST = 50  # of one length and one half, before what else speaks against a name is looked at
Rest = tuple[str, str, str]


def seen_keys(column: str, group: str | None) -> tuple[str, ...]:
    """The counters of `Context.seen` that a mention belongs to."""
    keys = ("school", f"school|{column}")
    return (*keys, f"school|{column}|{group}") if group else keys


@dataclass(slots=True)
class Votes:
    """How often the order says each value of a slot, and which types and numbers go with a name."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: {s: Counter() for s in SLOTS})
    numbers: dict[str, set[str]] = field(default_factory=dict)
    levels: dict[str, set[str]] = field(default_factory=dict)
    types: dict[str, Counter[str]] = field(default_factory=dict)  # by proper name; "" counts all
    rests: dict[str, Counter[Rest]] = field(default_factory=dict)  # legal form, type, number; "" counts all
    places: dict[str, Counter[str]] = field(default_factory=dict)  # proper names by key of `Context.seen`
    once: dict[str, int] = field(default_factory=dict)  # names that stand once, by the same key
    spread: dict[str, float] = field(default_factory=dict)  # share of mentions whose name other groups have
    shared: dict[str, float] = field(default_factory=dict)  # share of names that stand elsewhere too
    sums: dict[str, int] = field(default_factory=dict)  # mentions of `places`, by the same key
    _total: int | None = None
    _mentions: int | None = None
    _folded: dict[str, list[str]] = field(default_factory=dict)
    _indexes: dict[tuple[str, bool], Index] = field(
        default_factory=dict
    )  # by slot: all, or without what is once
    values: dict[tuple[str, str | None, str | None], Value] = field(default_factory=dict)  # judged already

    def spellings(self, name: str) -> list[str]:
        """The names of the order that differ from `name` by capitals at most, most frequent first."""
        if not self._folded:
            for known, _ in self.counts["adjective"].most_common():
                self._folded.setdefault(known.lower(), []).append(known)
        return self._folded.get(name.lower(), [])

    def total(self) -> int:
        """Mentions with a proper name."""
        if self._total is None:
            self._total = sum(self.counts["adjective"].values())
        return self._total

    def compared(self, slot: str, seen: str, least: int = 1) -> Iterable[str]:
        """The values of a slot that `seen` is held against: all, or of very many (`names_compared`) only
        those that two edits make it of. Values that stand fewer than `least` times may be left out.
        """
        known = self.counts[slot]
        if len(known) <= lexicons.numbers("decision")["names_compared"]:
            return known
        asked = slot, least > 1
        if asked not in self._indexes:
            self._indexes[asked] = Index([v for v, n in known.items() if n > 1] if least > 1 else known)
        return self._indexes[asked].near(seen, limit=_NEAREST, further=EDITS)

    def beside(self, name: str, column: str | None, group: str | None) -> bool:
        """Whether a name stands in this column of this group."""
        place = self.places.get(f"school|{column}|{group}") if group else None
        return place is not None and place[name] > 0

    def new(self, seen: str, column: str | None) -> float:
        """P(the mention has a name that its column has nowhere else)."""
        key = _column(column, self.places)
        others = self.sums[key] - 1
        once = self.once[key] - (self.places[key][seen] == 1)
        return (once + 1) / (max(others, 0) + 2)

    def expected(self, name: str, seen: str, column: str | None, group: str | None) -> float:
        """P(the mention read as `seen` has the name `name` of the order)."""
        key = _column(column, self.places)
        known = self.places[key]
        others = max(1, self.sums[key] - known[seen])
        new = self.new(seen, column)
        everywhere = self.counts["adjective"]
        elsewhere = everywhere[name] / max(1, self.total() - everywhere[seen])
        share = known[name] / others
        if group and (spread := self.spread.get(key)) is not None:
            nearby = self.places.get(f"{key}|{group}", Counter[str]())
            near = self.sums.get(f"{key}|{group}", 0) - nearby[seen]
            share = spread * share + (1 - spread) * nearby[name] / max(1, near)
        return (1 - new) * share + new * self.shared[key] * elsewhere

    def rest_odds(self, rest: Rest, name: str) -> float:
        """How much likelier legal form, type and number are with `name` than with any school of the order."""
        everywhere, own = self.rests[""], self.rests.get(name, Counter())
        if self._mentions is None:
            self._mentions = everywhere.total()
        base = (everywhere[rest] + 0.5) / (self._mentions + 0.5)
        return (own[rest] + 0.5 * base) / (sum(own.values()) + 0.5) / base


def _column(column: str | None, places: Mapping[str, Counter[str]]) -> str:
    key = f"school|{column}"
    return key if column and key in places else "school"


_CACHE: dict[int, tuple[weakref.ref[Counter[str]], int, Votes]] = {}


def votes(context: Context) -> Votes | None:
    """The votes of an order, made once for its counter (which must stay as it is); None without names."""
    seen = context.seen.get("school")
    if not seen:
        return None
    cached = _CACHE.get(id(seen))
    if cached is not None and cached[0]() is seen and cached[1] == len(seen):
        return cached[2]
    made = count_votes(seen, context.seen)
    key = id(seen)
    weakref.finalize(seen, _CACHE.pop, key, None)
    _CACHE[key] = (weakref.ref(seen), len(seen), made)
    return made


def count_votes(seen: Mapping[str, int], everything: Mapping[str, Counter[str]] | None = None) -> Votes:
    """The votes of names with their numbers of mentions; `everything` has those of columns and groups too."""
    made = Votes()
    names: dict[str, tuple[str, ...]] = {}
    for raw, count in seen.items():
        parsed = parse(tidy(raw))
        made.types.setdefault("", Counter()).update(dict.fromkeys(texts(parsed, "type"), count))
        made.rests.setdefault("", Counter())[rest(parsed)] += count
        names[raw] = tuple(texts(parsed, "adjective"))
        for element in parsed.elements:
            if element.slot in made.counts:
                made.counts[element.slot][element.text] += count
                if element.slot == "adjective":
                    _of_name(made, element.text, parsed, count)
    for key, counter in {**(everything or {}), "school": Counter(seen)}.items():
        if key.partition("|")[0] != "school":
            continue
        place = made.places[key] = Counter()
        for raw, count in counter.items():
            for name in names.get(raw, ()):
                place[name] += count
        everywhere = made.counts["adjective"]
        made.sums[key] = sum(place.values())
        made.once[key] = sum(1 for n in place.values() if n == 1)
        made.shared[key] = (sum(everywhere[n] > c for n, c in place.items()) + 0.5) / (len(place) + 1)
    _spread(made)
    return made


def _spread(made: Votes) -> None:
    """How much the names of a column stay within their groups."""
    groups: dict[str, list[Counter[str]]] = {}
    for key, place in made.places.items():
        if key.count("|") == 2:
            groups.setdefault(key.rpartition("|")[0], []).append(place)
    for column, places in groups.items():
        among = Counter(name for place in places for name in place)
        mentions = sum(sum(place.values()) for place in places)
        abroad = sum(n for place in places for name, n in place.items() if among[name] > 1)
        made.spread[column] = (abroad + 0.5) / (mentions + 1)


def _of_name(made: Votes, name: str, parsed: Parsed, count: int) -> None:
    made.numbers.setdefault(name, set()).update(texts(parsed, "number"))
    made.types.setdefault(name, Counter()).update(dict.fromkeys(texts(parsed, "type"), count))
    made.levels.setdefault(name, set()).update(levels(parsed))
    made.rests.setdefault(name, Counter())[rest(parsed)] += count


def rest(parsed: Parsed) -> Rest:
    """What a mention says beside its name: legal form, type, number."""
    first = {e.slot: e.text for e in reversed(parsed.elements)}
    return first.get("legal", ""), first.get("type", ""), first.get("number", "")


def texts(parsed: Parsed, slot: str) -> Iterable[str]:
    return (e.text for e in parsed.elements if e.slot == slot)


def levels(parsed: Parsed) -> Iterable[str]:
    return (level for t in texts(parsed, "type") if (level := school_types()[t].level))
