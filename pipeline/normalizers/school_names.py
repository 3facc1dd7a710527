"""Whether a school's proper name can be right by itself, and what a damaged ending may have been.

A name is `known` (the dictionary of pymorphy3 has the word), `possible` (built as Russian adjectives and
names are) or
`impossible` (damaged). Rules: `name_rules.csv`; the dictionary is asked only where it decides something.

`usual` is the logarithm of a name's probability in a model of letter trigrams (Dirichlet-smoothed, counts of
the dictionary's
place names and surnames in `name_trigrams.csv`): «Шимановская» and «Шимаповская» are both possible, but not
equally.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from math import exp, log
from typing import Literal

from rapidfuzz.distance import Levenshtein

from pipeline import lexicons
from pipeline.normalizers.morphology import known as known
from pipeline.normalizers.morphology import parses

Grade = Literal["known", "possible", "impossible"]
_VOWEL = re.compile("[аеёиоуыэюя]")
_CYRILLIC = re.compile("[а-яё]+")
_EDITS = 2  # letters that may differ in a damaged ending
_PRIOR = 4.0  # pseudo-counts of the bigram model behind each trigram context


@cache
def _rules(kind: str, tail: str = "") -> re.Pattern[str]:
    patterns = [r["pattern"] for r in lexicons.rows("name_rules") if r["kind"] == kind]
    joined = "|".join(_named(pattern, i) for i, pattern in enumerate(patterns))
    return re.compile(f"(?:{joined}){tail}")


def _named(pattern: str, i: int) -> str:
    """A pattern whose one group has a name of its own, so that several patterns can stand in one."""
    if r"\1" not in pattern:
        return f"(?:{pattern})"
    return pattern.replace("(", f"(?P<g{i}>", 1).replace(r"\1", f"(?P=g{i})")


@lru_cache(maxsize=1 << 16)
def impossible(name: str, adjective: bool = True) -> bool:
    """Whether no name is built so; `adjective`: it stands where an adjective is expected."""
    parts = [p for word in name.lower().split() for p in word.split("-") if p]
    for i, part in enumerate(parts):
        if not _CYRILLIC.fullmatch(part) or not _VOWEL.search(part):
            if len(part) > 1 or not part.isalpha():
                return True
            continue
        bad = bool(_rules("impossible").search(part))
        if adjective and i == len(parts) - 1:
            bad = bad or not _rules("ending", "$").search(part)
            bad = bad or bool(_rules("impossible-ending").search(part))  # «г. Берёзовска» is a genitive
        if bad and not known(part):
            return True
    return False


def grade(name: str, adjective: bool = True) -> Grade:
    """How far a proper name can be right by itself."""
    if impossible(name, adjective):
        return "impossible"
    parts = [p for word in name.split() for p in word.split("-") if p]
    return "known" if parts and all(known(p) for p in parts) else "possible"


@cache
def _trigrams() -> tuple[
    Mapping[str, Mapping[str, int]], Mapping[str, Mapping[str, int]], Mapping[str, float]
]:
    """Counts after two letters, after one letter, and the shares of single letters."""
    after_two = {
        row["context"]: {item[0]: int(item[1:]) for item in row["following"].split()}
        for row in lexicons.rows("name_trigrams")
    }
    after_one: dict[str, dict[str, int]] = {}
    letters: dict[str, int] = {}
    for context, following in after_two.items():
        for letter, n in following.items():
            row = after_one.setdefault(context[1], {})
            row[letter] = row.get(letter, 0) + n
            letters[letter] = letters.get(letter, 0) + n
    total = sum(letters.values())
    return after_two, after_one, {letter: n / total for letter, n in letters.items()}


@lru_cache(maxsize=1 << 16)
def _step(context: str, letter: str) -> float:
    """ln P(letter | two letters before it)."""
    after_two, after_one, letters = _trigrams()
    two, one = after_two.get(context, {}), after_one.get(context[1], {})
    backed = (one.get(letter, 0) + 3 * letters.get(letter, 1e-5)) / (sum(one.values()) + 3)
    return log((two.get(letter, 0) + _PRIOR * backed) / (sum(two.values()) + _PRIOR))


@lru_cache(maxsize=1 << 16)
def usual(name: str) -> float:
    """ln of the probability of the name's letters (nats, ≤ 0)."""
    score = 0.0
    for part in name.lower().replace("ё", "е").replace(" ", "-").split("-"):
        padded = f"^^{part}$"
        for i in range(len(padded) - 2):
            score += _step(padded[i : i + 2], padded[i + 2])
    return score


@lru_cache(maxsize=1 << 14)
def endings(name: str) -> Mapping[str, float]:
    """What an adjective with a damaged ending may have been → prior weight (how usual its letters are)."""
    found: set[str] = set()
    for ending in lexicons.words("name_endings", "ending"):
        for cut in range(max(1, len(ending) - 2), min(len(ending) + 3, len(name) - 2)):
            whole = name[:-cut] + ending
            if Levenshtein.distance(name, whole, score_cutoff=_EDITS) <= _EDITS:
                found.add(whole)
    likely = sorted(whole for whole in found if not impossible(whole))
    best = max((usual(whole) for whole in likely), default=0.0)
    return {whole: exp(usual(whole) - best) for whole in likely}


@lru_cache(maxsize=1 << 14)
def town(name: str) -> tuple[str, str] | None:
    """(nominative, genitive) of a place that the dictionary has, from either form; None where it is not
    unique.
    """
    forms: dict[str, str] = {}
    for reading in parses(name):
        genitive = reading.inflect({"gent"})
        if (
            reading.is_known
            and "Geox" in reading.tag
            and genitive
            and {"nomn", "gent"} & reading.tag.grammemes
        ):
            forms[reading.normal_form] = genitive.word
    if len(forms) != 1:
        return None
    nominative, genitive_form = next(iter(forms.items()))
    if nominative.endswith("о"):
        genitive_form = nominative  # «г. Балаково»: official texts leave such names as they are
    return capitalize(nominative), capitalize(genitive_form)


_SMALL = frozenset(
    ["на", "над", "под", "при", "за", "у", "в", "во", "и", "де", "ла"]
)  # words inside a name that stay small


def capitalize(name: str) -> str:
    """Capitals where names have them: Вязьма-Брянская, Ростов-на-Дону."""
    parts = name.lower().split("-")
    inner = range(1, len(parts) - 1)
    return "-".join(p if i in inner and p in _SMALL else p[:1].upper() + p[1:] for i, p in enumerate(parts))


def recase(name: str) -> str:
    """A name that is all small or all capitals with the capitals of names; any other as it is."""
    return capitalize(name) if len(name) > 1 and (name.islower() or name.isupper()) else name
