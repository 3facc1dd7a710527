"""What the other school names of the same order say about a name: correction by consensus.

The names of `context.seen["school"]` are parsed once per order; each slot (proper name, locality, district,
honour) counts its
values. A name that is impossible by itself and one plausible misreading away from what the others say is
fixed
when the posterior allows it; one that could be right by itself is at most suggested.
"""

from __future__ import annotations

import re
import weakref
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline import lexicons
from pipeline.model import Candidate, Note, Status, Value, note
from pipeline.normalizers import ocr
from pipeline.normalizers.context import Context
from pipeline.normalizers.school_elements import Element, Parsed
from pipeline.normalizers.school_names import grade, usual
from pipeline.normalizers.school_parse import parse
from pipeline.normalizers.school_words import school_types, tidy, type_weights

_TWO_WORDS = re.compile(r"(?<![\w-])(?=([^\W\d_][^\W\d_-]*(?:-[^\W\d_]+)*) ([^\W\d_]+(?:-[^\W\d_]+)*))")
_VOWELS = frozenset("аеёиоуыэюя")
SLOTS = ("adjective", "quoted", "locality", "district", "honour")


@dataclass(slots=True)
class Votes:
    """How often the order says each value of a slot, and which types and numbers go with a name."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: {s: Counter() for s in SLOTS})
    numbers: dict[str, set[str]] = field(default_factory=dict)
    levels: dict[str, set[str]] = field(default_factory=dict)
    types: dict[str, Counter[str]] = field(default_factory=dict)  # by proper name; "" counts all
    _folded: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)  # what was judged already, by tidy text

    def spellings(self, name: str) -> list[str]:
        """The names of the order that differ from `name` by capitals at most, most frequent first."""
        if not self._folded:
            for known, _ in self.counts["adjective"].most_common():
                self._folded.setdefault(known.lower(), []).append(known)
        return self._folded.get(name.lower(), [])

    def total(self) -> int:
        """Mentions with a proper name."""
        return sum(self.counts["adjective"].values())


_CACHE: dict[int, tuple[weakref.ref[Counter[str]], int, Votes]] = {}


def votes(context: Context) -> Votes | None:
    """The votes of an order, made once for its counter (which must not change afterwards); None without
    names.
    """
    seen = context.seen.get("school")
    if not seen:
        return None
    cached = _CACHE.get(id(seen))
    if cached is not None and cached[0]() is seen and cached[1] == len(seen):
        return cached[2]
    made = count_votes(seen)
    key = id(seen)
    weakref.finalize(seen, _CACHE.pop, key, None)
    _CACHE[key] = (weakref.ref(seen), len(seen), made)
    return made


def count_votes(seen: Mapping[str, int]) -> Votes:
    """The votes of names with their numbers of mentions."""
    made = Votes()
    for raw, count in seen.items():
        parsed = parse(tidy(raw))
        made.types.setdefault("", Counter()).update(_mentions(parsed, count))
        for element in parsed.elements:
            if element.slot in made.counts:
                made.counts[element.slot][element.text] += count
                if element.slot == "adjective":
                    made.numbers.setdefault(element.text, set()).update(_texts(parsed, "number"))
                    made.types.setdefault(element.text, Counter()).update(_mentions(parsed, count))
                    made.levels.setdefault(element.text, set()).update(_levels(parsed))
    return made


def _mentions(parsed: Parsed, count: int) -> dict[str, int]:
    return dict.fromkeys(_texts(parsed, "type"), count)


def _texts(parsed: Parsed, slot: str) -> Iterable[str]:
    return (e.text for e in parsed.elements if e.slot == slot)


def _levels(parsed: Parsed) -> Iterable[str]:
    return (level for t in _texts(parsed, "type") if (level := school_types()[t].level))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one element: the status, the replacement when fixed, the ranked candidates."""

    status: Status
    element: Element
    candidates: tuple[Candidate, ...] = ()


def judge(element: Element, parsed: Parsed, order: Votes) -> Verdict:
    """Holds one element against the order's other values of its slot."""
    seen = element.text
    counts = order.counts[element.slot]
    mine = counts[seen]
    now = grade(element.name or seen, adjective=element.slot == "adjective")
    least = mine if now == "impossible" else max(mine + 1, int(lexicons.numbers("decision")["name_votes"]))
    others = {v: float(n) for v, n in counts.items() if n >= least and v != seen}
    if element.slot == "adjective":
        others = {
            v: n
            for v, n in others.items()
            if (now != "impossible" or grade(v) != now) and _agrees(v, parsed, order)
        }
    if not others:
        return Verdict("kept", element)
    everything = float(sum(counts.values()))
    ranked = ocr.rank(seen, others, valid=now != "impossible", total=everything)
    best = next((c for c in ranked if c.value != seen), None)
    if best is None:
        return Verdict("kept", element)
    valid = now == "known" or (now == "possible" and not _unlikely(element, best.value, parsed, order))
    if now == "possible" and not valid:
        ranked = ocr.rank(seen, others, valid=False, total=everything)
        best = ranked[0]
    status = ocr.decide(seen, [best], valid=valid)
    if status == "kept":
        return Verdict("kept", element)
    return Verdict(status, element, tuple(_with_votes(c, counts, seen) for c in ranked if c.value != seen))


def _unlikely(element: Element, other: str, parsed: Parsed, order: Votes) -> bool:
    """Whether a possible name has letters so much less usual than those of the other that it is none itself.

    The rest of the two names must agree: the same type of school.
    """
    if element.slot not in ("adjective", "locality"):
        return False
    if element.slot == "adjective" and not set(_texts(parsed, "type")) <= set(order.types.get(other, ())):
        return False
    numbers = lexicons.numbers("decision")
    counts = order.counts[element.slot]
    if counts[element.text] > 1 or counts[other] < numbers["name_votes"]:
        return False
    vowels = all(set((t + s).lower()) <= _VOWELS for t, s in ocr.differences(element.text, other))
    gap = numbers["vowel_gap" if vowels else "name_gap"]
    seen, name = element.name or element.text, other.split(". ", 1)[-1]
    return usual(seen) < usual(name) * (len(seen) + 1) / (len(name) + 1) - gap


def judge_type(token: str, parsed: Parsed, order: Votes) -> tuple[Candidate, ...]:
    """What an unknown abbreviation may have been, given the types of the order and those that go with its
    name.
    """
    numbers, base = lexicons.numbers("decision"), type_weights()
    whole = sum(base.values())
    everywhere = order.types.get("", Counter())
    own: Counter[str] = Counter()
    for name in _texts(parsed, "adjective"):
        own.update(order.types.get(name, Counter()))
    weights = {
        t: numbers["type_prior"] * w / whole + everywhere[t] + numbers["type_of_name"] * own[t]
        for t, w in base.items()
    }
    return ocr.rank(token, weights, valid=False, closed=True)


def torn_name(text: str, order: Votes) -> tuple[str, str] | None:
    """(two words, the one name they make), when the order has it: «Царёво Займищенская» for
    «Царёво-Займищенская».
    """
    for match in _TWO_WORDS.finditer(text):
        first, second = match.groups()
        for whole in (first + second, f"{first}-{second}"):
            for name in order.spellings(whole):
                return f"{first} {second}", name
    return None


def _with_votes(candidate: Candidate, counts: Counter[str], seen: str) -> Candidate:
    count = counts[candidate.value]
    evidence: tuple[Note, ...] = (
        *candidate.evidence,
        ocr.consensus(count, count + counts[seen], candidate.value),
    )
    if counts[seen] == 1:
        evidence = (*evidence, note("school.only-once", seen=seen))
    return Candidate(candidate.value, candidate.confidence, evidence)


def _agrees(name: str, parsed: Parsed, order: Votes) -> bool:
    """Whether the mentions of `name` have the number and the level of this one, as far as they say any."""
    numbers, levels = set(_texts(parsed, "number")), set(_levels(parsed))
    known_numbers, known_levels = order.numbers.get(name, set()), order.levels.get(name, set())
    return (numbers <= known_numbers if numbers else True) and (
        not levels or not known_levels or bool(levels & known_levels)
    )
