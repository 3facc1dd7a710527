"""Settlement names and the adjectives made of them, in both directions: Шиловичи ↔ Шиловичская.

A name takes the suffix that its end asks for: -ск-, -овск-/-евск-, -инск-, -енск-, -янск-, with vowels
lost or put in (Вязьма → Вяземская) and к/ц, г/ж, х/ш changed; a name that is an adjective itself stays
(Замыцкое → Замыцкая) or grows a suffix on its stem (Озёрный → Озерненская). Which end allows which
suffix, and how readily, is `data/lexicons/toponym_suffixes.csv`: the cost of a rule is about −ln of its
share among the names with that end. The rules of the longest matching end apply; those of the next
shorter end too, at an extra cost.

Adjectives are handled as stems, without gender, case and hyphens, lower case, ё as е:
«Царёво-Займищенская» is `царевозаймищенск`, so that «Ново-Дворская» and «Новодворская» meet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import regex

from pipeline import lexicons
from pipeline.ids import fold

_LONGEST_END = 6
_ADJECTIVE = regex.compile(r"(?:ая|ий|ый|ой|ое|ого|ому|ым|ом|ую|ие|их|ими|им|яя|ее|ую)$")
_NUMBER = regex.compile(
    r"(?<![\s-])[\s-]++(?:\d++(?:-?[еяй]{1,2})?|перв(?:ое|ая|ый|ые)|втор(?:ое|ая|ой|ые)|[ivx]++)$"
)
_FIRST_WORD = regex.compile(r"(?:ый|ой|ая|ое|ые|ий|яя|ее|ие|ье|ья|ьи)$")
_POSSESSIVE = regex.compile(r"(?:ов|ев|ин|ын)[аы]?$")
_SOFT = frozenset("жшчщц")
_VOWELS = frozenset("аеиоуыэюя")


@dataclass(frozen=True, slots=True)
class Derived:
    """One step of word formation: the result (an adjective stem, or a name, folded) and its cost in nats."""

    text: str
    cost: float


@dataclass(frozen=True, slots=True)
class _Rules:
    by_end: Mapping[str, tuple[tuple[str, float], ...]]  # end of a name → (end of the adjective stem, cost)
    by_suffix: Mapping[str, tuple[tuple[str, float], ...]]  # the reverse
    cases: tuple[tuple[str, str, float], ...]  # end in another case → end in the nominative, cost


@cache
def _rules() -> _Rules:
    by_end: dict[str, list[tuple[str, float]]] = defaultdict(list)
    by_suffix: dict[str, list[tuple[str, float]]] = defaultdict(list)
    cases: list[tuple[str, str, float]] = []
    for row in lexicons.rows("toponym_suffixes"):
        end, becomes, cost = fold(row["ending"]), fold(row["becomes"]), float(row["cost"])
        if row["kind"] == "case":
            cases.append((end, becomes, cost))
        else:
            by_end[end].append((becomes, cost))
            by_suffix[becomes].append((end, cost))
    return _Rules(
        {k: tuple(v) for k, v in by_end.items()}, {k: tuple(v) for k, v in by_suffix.items()}, tuple(cases)
    )


@cache
def _costs() -> Mapping[str, float]:
    return lexicons.numbers("toponym_costs")


def bare_name(name: str) -> str:
    """A settlement's name folded, without what only counts namesakes («Мачулы-1», «Княжое-2»)."""
    return _NUMBER.sub("", fold(name).replace(" - ", "-"))


@lru_cache(maxsize=65_536)
def stem(adjective: str) -> str | None:
    """The stem of an adjective in any gender and case; None for a word that is no adjective.

    «Царёво-Займищенская» → `царевозаймищенск`; two words are joined: «Ново Дворская» → `новодворск`.
    """
    word = fold(adjective).replace("-", "").replace(" ", "")
    cut = _ADJECTIVE.sub("", word)
    return cut if cut != word and len(cut) >= 3 and cut.isalpha() else None


def is_relational(adjective_stem: str) -> bool:
    """Whether a stem has the suffix of adjectives made of places (-ск-, -цк-)."""
    return adjective_stem.endswith(("ск", "цк"))


@lru_cache(maxsize=65_536)
def adjectives(name: str) -> tuple[Derived, ...]:
    """The adjective stems of a settlement's name, the likeliest first.

    Words of a compound name: «Новый Двор» → `новодворск`, «Царево-Займище» → `царевозаймищенск`; of two
    words that agree the last alone serves too, at a cost.
    """
    words = bare_name(name).replace("-", " ").split()
    if not words or not all(w.isalpha() for w in words):
        return ()
    found: dict[str, float] = {}
    last = list(_of_word(words[-1]))
    if len(words) == 1:
        _keep(found, last)
    else:
        hyphen = "-" in name
        for first in _compounds(words[:-1], hyphen):
            _keep(found, (Derived(first + d.text, d.cost + _costs()["compound"]) for d in last))
        extra = _costs()["one_word_of_compound"]
        _keep(found, (Derived(d.text, d.cost + extra) for d in last))
        _keep(found, (Derived(d.text, d.cost + extra) for d in _of_word(words[0])))
    return tuple(sorted((Derived(t, c) for t, c in found.items()), key=lambda d: (d.cost, d.text)))


def _keep(found: dict[str, float], derived: Iterable[Derived]) -> None:
    for d in derived:
        if d.cost < found.get(d.text, 1e9):
            found[d.text] = d.cost


def _of_word(word: str) -> Iterator[Derived]:
    by_end = _rules().by_end
    extra = 0.0
    for length in range(min(_LONGEST_END, len(word) - 1), -1, -1):
        rules = by_end.get(word[len(word) - length :])
        if rules is None or (length == 0 and word[-1] in _VOWELS):
            continue
        base = word[: len(word) - length]
        for suffix, cost in rules:
            yield Derived(base + suffix, cost + extra)
        if extra:
            return
        extra = _costs()["shorter_end"]


def _compounds(words: list[str], hyphen: bool) -> Iterator[str]:
    """The first part of a compound adjective: «Новый» → «ново», «Большая» → «больше», «Царево» stays."""
    yield "".join(words)
    if hyphen:
        return
    joined = ""
    for word in words:
        cut = _FIRST_WORD.sub("", word)
        if _POSSESSIVE.search(word):
            joined += word.rstrip("аы") + "о"
        elif cut in (word, ""):
            joined += word
        else:
            soft = cut[-1] in _SOFT or word.endswith(("яя", "ее", "ье", "ья", "ьи", "ний"))
            joined += cut + ("е" if soft else "о")
    yield joined


def settlement_names(adjective: str) -> tuple[Derived, ...]:
    """The names (folded) that an adjective may come from, the likeliest first: what `adjectives` says,
    read backwards.

    Without a list of settlements this is a guess: «Шиловичская» → шиловичи, but also шиловичы.
    """
    base = stem(adjective)
    if base is None:
        return ()
    by_suffix = _rules().by_suffix
    guesses: dict[str, float] = {}
    for length in range(1, min(len(base) - 1, 8)):
        for end, cost in by_suffix.get(base[len(base) - length :], ()):
            name = base[: len(base) - length] + end
            if name not in guesses and len(name) >= 3:
                guesses[name] = cost
    true: dict[str, float] = {}
    for name in guesses:
        true_cost = next((d.cost for d in adjectives(name) if d.text == base), None)
        if true_cost is not None:
            true[name] = true_cost + (_costs()["adjectival_name"] if stem(name) else 0.0)
    return tuple(sorted((Derived(n, c) for n, c in true.items()), key=lambda d: (d.cost, d.text)))


def same_place(adjective: str, name: str) -> float | None:
    """What it costs (nats) to take an adjective as that of a name; None when no rule leads there."""
    base = stem(adjective)
    return next((d.cost for d in adjectives(name) if d.text == base), None)


def nominatives(name: str) -> tuple[Derived, ...]:
    """The nominatives that a place name in another case may stand for: «Вязьмы» → вязьма; itself first."""
    word = fold(name)
    found = {word: 0.0}
    for end, becomes, cost in _rules().cases:
        if word.endswith(end) and len(word) - len(end) >= 2 and (end or word[-1] not in _VOWELS):
            guess = word[: len(word) - len(end)] + becomes
            if cost < found.get(guess, 1e9):
                found[guess] = cost
    return tuple(sorted((Derived(t, c) for t, c in found.items()), key=lambda d: (d.cost, d.text)))


class AdjectiveIndex:
    """Adjective stem → the names (as given) it may come from, for a list of settlements; made once, then
    fast.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for name in dict.fromkeys(names):
            for derived in adjectives(name):
                self._names[derived.text].append((name, derived.cost))

    def __len__(self) -> int:
        return len(self._names)

    def names(self, adjective_stem: str) -> tuple[tuple[str, float], ...]:
        """(name, cost) for a stem, cheapest first."""
        return tuple(sorted(self._names.get(adjective_stem, ()), key=lambda x: (x[1], x[0])))

    @property
    def stems(self) -> tuple[str, ...]:
        return tuple(self._names)
