"""What the other school names of the same order say about a name: correction by consensus.

The names of `context.seen["school"]` are parsed once per order; each slot (proper name, locality, district,
honour) counts its
values. A name that is impossible by itself and one plausible misreading away from what the others say is
fixed
when the posterior allows it; one that could be right by itself is at most suggested.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import exp, floor, inf, log

from pipeline import lexicons
from pipeline.model import Candidate, Note, Status, note
from pipeline.normalizers import ocr
from pipeline.normalizers.school_elements import Element, Parsed
from pipeline.normalizers.school_names import (
    Grade,
    capitalize,
    endings,
    evened,
    gain,
    grade,
    impossible,
    known,
    letters_after,
    likely_name,
    odd_places,
    parted,
    usual,
    variants,
)
from pipeline.normalizers.school_votes import Votes, levels, rest, texts
from pipeline.normalizers.school_words import type_weights

_AHEAD = 20.0  # times as likely as that the word is right: enough to look no further
_LIKELY = 8  # misreadings that are looked at closely
_SAME_LETTERS = 0.995  # confidence of a name that differs in capitals and hyphens only
_LEAST = 2  # mentions of a name that puts together what stands torn elsewhere
_OF_PLACES = tuple(f"{c}к{end}" for c in "сц" for end in ("ая", "ий", "ое", "ой"))
_SHOWN = 5  # candidates given
_ENDING = 5  # letters of a name that its ending may take
_TWO_WORDS = re.compile(r"(?<![\w-])(?=([^\W\d_][^\W\d_-]*(?:-[^\W\d_]+)*) ([^\W\d_]+(?:-[^\W\d_]+)*))")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one element: the status, the replacement when fixed, the ranked candidates."""

    status: Status
    element: Element
    candidates: tuple[Candidate, ...] = ()


def judge(
    element: Element, parsed: Parsed, order: Votes, column: str | None = None, group: str | None = None
) -> Verdict:
    """Holds one element against the order's other values of its slot; `column`, `group`: where it stands."""
    seen = element.text
    counts = order.counts[element.slot]
    now = grade(element.name or seen, adjective=element.slot == "adjective")
    if element.slot == "adjective" and (written := _with_its_capitals(seen, counts)) is not None:
        return Verdict("fixed", element, (_with_votes(written, counts, seen),))
    least = counts[seen] if now == "impossible" else max(counts[seen] + 1, int(_numbers()["name_votes"]))
    others = {
        v: float(n)
        for v in order.compared(element.slot, seen, least)
        if (n := counts[v]) >= least and not _same(v, seen)
    }
    if element.slot == "adjective":
        others = {
            v: n
            for v, n in others.items()
            if (now != "impossible" or n >= _numbers()["name_votes"] or grade(v) != now)
            and _agrees_in_number(v, parsed, order)
        }
    if not others:
        return Verdict("kept", element)
    if element.slot == "adjective":
        ranked = _posteriors(seen, others, parsed, order, column, group)
        valid = now == "known"
    else:
        everything = float(counts.total())
        valid = now != "impossible"
        others = {v: n for v, n in others.items() if not _other_kind(v, element)}
        if valid and counts[seen] > 1:
            others[seen] = counts[seen] - 1.0  # what stands again and again is misread once at most
        ranked = ocr.rank(seen, others, valid=valid, total=everything)
    best = next((c for c in ranked if c.value != seen), None)
    if best is None:
        return Verdict("kept", element)
    status = ocr.decide(seen, [best], valid=valid)
    if status == "kept":
        return Verdict("kept", element)
    if element.slot == "adjective" and status == "fixed":
        beside = order.beside(best.value, column, group)
        if not (_sure(seen, best.value, now, beside) and _attested(best.value, parsed, order)):
            status = "suggested"
    return Verdict(status, element, tuple(_with_votes(c, counts, seen) for c in ranked if c.value != seen))


def _with_its_capitals(seen: str, counts: Counter[str]) -> Candidate | None:
    """«ЕлиСеевская» as the order writes it elsewhere: Елисеевская, or Красно-Октябрьская."""
    hyphened = parted(seen)
    if hyphened is None:
        return None
    found = [name for name in (evened(seen), hyphened) if counts[name]]
    return Candidate(found[0], _SAME_LETTERS, ocr.explain(seen, found[0])) if len(found) == 1 else None


def _sure(seen: str, name: str, now: Grade, beside: bool) -> bool:
    """Whether nothing but a misreading can be meant, however probable it is.

    A name more than one misreading away may be a third name misread too, unless the word is no name and the
    other stands `beside` it, in the same column of the same group; a name that is possible must have letters
    far less usual than the other's where the other does not stand beside it.
    """
    apart_by = len(ocr.differences(seen, name))
    single = apart_by == 1
    if now == "impossible":
        return single or (beside and apart_by == 2 and len(name) >= _numbers()["two_misreadings"])
    apart = (usual(name) - usual(seen)) >= _numbers()["name_gap"]
    return single and (apart or beside)


def _attested(name: str, parsed: Parsed, order: Votes) -> bool:
    """Whether the order has the name often enough to correct another by it: what stands once may be the same
    name, misread too, unless the dictionary has it. Schools of other levels say nothing of this one.
    """
    if not _agrees_in_level(name, parsed, order):
        return False
    return order.counts["adjective"][name] > 1 or grade(name) == "known"


@cache
def _numbers() -> Mapping[str, float]:
    return lexicons.numbers("decision")


def _posteriors(
    seen: str,
    others: Mapping[str, float],
    parsed: Parsed,
    order: Votes,
    column: str | None,
    group: str | None,
) -> tuple[Candidate, ...]:
    """P(name | seen) for names of the order, against «it is another school» and «a misread other school».

    Another school has any name: `usual` gives its probability, with a heavier tail for names of other
    tongues (`name_tail`). Mentions that read alike are as many independent misreadings.
    """
    mine = max(1, order.counts["adjective"][seen])
    new = order.new(seen, column)
    own = new * likely_name(seen)
    weights = {seen: own}
    beside = rest(parsed)
    for name in ocr.near(seen, others):
        cost = ocr.channel_cost(seen, name)
        expected = order.expected(name, seen, column, group)
        if cost < inf and expected > 0:
            once = expected * exp(-cost)
            weights[name] = once**mine * order.rest_odds(beside, name)
    if max(weights.values()) > own:
        known = {name.lower() for name in (*others, seen)}
        others_misread = (*misreadings(seen), *losses(seen))
        weights[""] = new * sum(p for name, p in others_misread if name not in known)
    norm = sum(weights.values())
    ranked = sorted(((w / norm, name) for name, w in weights.items() if name), reverse=True)
    return tuple(
        Candidate(name, round(p, 4), ocr.explain(seen, name) if name != seen and p > ocr.TOLD else ())
        for p, name in ranked
        if p > ocr.TOLD / 100
    )


@lru_cache(maxsize=1 << 12)
def misreadings(seen: str) -> tuple[tuple[str, float], ...]:
    """Names (small letters) that one misreading makes `seen` of, with P(name) · P(seen | name)."""
    return tuple((name, exp(score)) for name, score in variants(seen, ocr.sources).items())


@lru_cache(maxsize=1 << 12)
def losses(seen: str) -> tuple[tuple[str, float], ...]:
    """The same for one lost letter, of those that names have at such a place."""

    return tuple((name, exp(score)) for name, score in variants(seen, _lost).items())


def _lost(part: str, i: int) -> Iterable[tuple[int, str, float]]:
    letters = letters_after(f"^^{part}"[i : i + 2])
    return ((0, letter, ocr.lost(letter, part[i - 1 : i])) for letter in letters)


def _places(word: str) -> frozenset[tuple[int, int]]:
    """The odd letters of a name that one misreading makes likely enough to be suggested."""
    odd = tuple(odd_places(word))
    if not odd:
        return frozenset()
    least = log(_numbers()["suggested"] * likely_name(word)) - usual(word)
    below = floor(least)
    if not any(gain(around, s, below) >= least for s in (ocr.sources, _lost) for _, _, around in odd):
        return frozenset()
    return frozenset((part, letter) for part, letter, _ in odd)


@lru_cache(maxsize=1 << 16)
def likelier(word: str) -> tuple[Candidate, ...]:
    """What a possible name with letters that hardly ever stand so may be misread from, with posteriors, best
    first; empty for any other name. Only one letter is taken to be misread or lost, and only there.

    An adjective that is of no place («Селекциоиная») is rather one of the dictionary than a new one.
    """
    of_place = word.lower().endswith(_OF_PLACES)
    places = _places(word) if of_place else None
    if (of_place and not places) or grade(word) != "possible":
        return ()
    itself = likely_name(word)
    least = log(itself / _AHEAD) if of_place else -inf
    found = {n: w for find in (ocr.sources, _lost) for n, w in variants(word, find, places, least).items()}
    if of_place:
        weights = {name: exp(w) for name, w in found.items()}
    else:
        prior = _numbers()["dictionary_name"]
        weights = {n: prior * exp(-ocr.channel_cost(word.lower(), n)) for n in found if known(n)}
    total = sum(weights.values()) + itself
    ranked = sorted(((p / total, name) for name, p in weights.items()), reverse=True)[:_SHOWN]
    names = [(p, like(word, low)) for p, low in ranked if p > ocr.TOLD]
    return tuple(Candidate(name, round(p, 4), ocr.explain(word, name)) for p, name in names)


@lru_cache(maxsize=1 << 12)
def guesses(word: str) -> tuple[Candidate, ...]:
    """What a name that no Russian word is built as may have been, with posteriors, best first.

    Weighed are the names that one misreading makes it of, and all with an ending that such names have,
    against «it is a name all the same».
    """
    if (hyphened := parted(word)) is not None:
        stray = _numbers()["stray_capital"]
        options = ((evened(word), stray), (hyphened, 1 - stray))
        return tuple(Candidate(name, p, ocr.explain(word, name)) for name, p in options)
    itself = _numbers()["impossible_name"] * likely_name(word)
    weights = {
        name.lower().replace("ё", "е"): exp(usual(name) - ocr.channel_cost(word, name))
        for name in endings(word)
    }
    if sum(weights.values()) < _AHEAD * itself:  # no damaged ending: what else may be misread, then lost
        weights |= _possible(misreadings(word))
        if max(weights.values(), default=0.0) < _AHEAD * itself:
            weights |= _possible(losses(word))
    total = sum(weights.values()) + itself
    ranked = sorted(((p / total, name) for name, p in weights.items()), reverse=True)[:_SHOWN]
    found: list[Candidate] = []
    for p, low in ranked:
        if p > ocr.TOLD:
            name = like(word, low)
            tail = word.lower().startswith(low[: max(1, len(word) - _ENDING)])
            why = (*ocr.explain(word, name), *((note("school.ending"),) if tail else ()))
            found.append(Candidate(name, round(p, 4), why))
    return tuple(found)


def _possible(found: Iterable[tuple[str, float]]) -> dict[str, float]:
    likely = sorted(found, key=lambda item: -item[1])[:_LIKELY]
    return {name: p for name, p in likely if not impossible(name)}


def like(model: str, name: str) -> str:
    """A name in small letters with the capitals of another: «царево-займищенская» → «Царево-Займищенская»."""
    capitals = [part[:1].isupper() for part in model.split("-")]
    parts = name.split("-")
    if len(parts) != len(capitals):
        return capitalize(name)
    return "-".join(p[:1].upper() + p[1:] if c else p for p, c in zip(parts, capitals, strict=True))


def judge_type(token: str, parsed: Parsed, order: Votes) -> tuple[Candidate, ...]:
    """What an unknown abbreviation may have been, given the types of the order and those that go with its
    name.
    """
    numbers, base = lexicons.numbers("decision"), type_weights()
    whole = sum(base.values())
    everywhere = order.types.get("", Counter())
    own: Counter[str] = Counter()
    for name in texts(parsed, "adjective"):
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
                if impossible(name) or order.counts["adjective"][name] < _LEAST:
                    continue  # «ВышнееОльшанская» is rather the damaged one
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


def _other_kind(place: str, element: Element) -> bool:
    """Whether a place differs from an element in its kind only: «д. Орловка» and «с. Орловка» are two."""
    return (
        element.slot == "locality"
        and place != element.text
        and place.split(" ", 1)[-1] == (element.text.split(" ", 1)[-1])
    )


def _same(name: str, seen: str) -> bool:
    """Whether two names are one: ё is written as е as often as not."""
    return name == seen or name.replace("ё", "е") == seen.replace("ё", "е")


def _agrees_in_number(name: str, parsed: Parsed, order: Votes) -> bool:
    """Whether the mentions of `name` have the number of this one, as far as it says any."""
    numbers = set(texts(parsed, "number"))
    return not numbers or numbers <= order.numbers.get(name, set())


def _agrees_in_level(name: str, parsed: Parsed, order: Votes) -> bool:
    """Whether a mention of `name` has a level of this one, as far as both say any."""
    own, known_levels = set(levels(parsed)), order.levels.get(name, set())
    return not own or not known_levels or bool(own & known_levels)
