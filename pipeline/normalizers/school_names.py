"""Whether a school's proper name can be right by itself, and what a damaged ending may have been.

A name is `known` (the dictionary of pymorphy3 has the word), `possible` (built as Russian adjectives and
names are) or
`impossible` (damaged). Rules: `name_rules.csv`; the dictionary is asked only where it decides something.

`usual` is the logarithm of a name's probability in a model of letters, each after the three before it
(Witten and Bell 1991, interpolated; counts of settlements' names, their adjectives and surnames in
`name_letters.csv`): «Шимановская» and «Шимаповская» are both possible, but not equally.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from math import exp, inf, log
from typing import Literal

from rapidfuzz.distance import Levenshtein

from pipeline import lexicons
from pipeline.normalizers.morphology import known as known
from pipeline.normalizers.morphology import parses
from pipeline.normalizers.ocr import is_misread

Grade = Literal["known", "possible", "impossible"]
_VOWEL = re.compile("[аеёиоуыэюя]")
_GENITIVE = re.compile(  # towns that the dictionary lacks: -ска, -цка, -ова, -ева can be no nominative of one
    "([А-ЯЁа-яё-]{2,}(?:[сц]к|[оеё]в))а"
)
_ROMAN = re.compile("[IVXLІХ]+")
_CYRILLIC = re.compile("[а-яё]+")
_INNER_CAPITAL = re.compile("[А-ЯЁа-яё][А-ЯЁ][а-яё]|[а-яё][А-ЯЁ]")
_SHORTEST_PIECE = 3  # letters of a word that a name is put together of
_EDITS = 2  # letters that may differ in a damaged ending
_CONTEXT = 3  # letters before a letter that the model looks at
_MISREAD = 2  # letters that are looked at as one misread one
_LEAST = 1e-250  # a probability; far from what a float can hold, also when multiplied
_BEFORE = "^" * _CONTEXT
Sources = Callable[[str, int], Iterable[tuple[int, str, float]]]  # changes: letters taken, put there, cost


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
    if adjective and _INNER_CAPITAL.search(name):
        return True
    words = [word for word in name.lower().split() if not (word.endswith(".") and len(word) < 7)]  # «Ст. …»
    parts = [p for word in words for p in word.split("-") if p]
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


@lru_cache(maxsize=1 << 12)
def is_common(word: str) -> bool:
    """Whether an adjective before a type of school is no name: «сельская школа», «татарская гимназия»."""
    return bool(_rules("common", "$").match(word.lower()))


def grade(name: str, adjective: bool = True) -> Grade:
    """How far a proper name can be right by itself."""
    if impossible(name, adjective):
        return "impossible"
    parts = [p for word in name.split() for p in word.split("-") if p]
    return "known" if parts and all(known(p) for p in parts) else "possible"


@cache
def _letters() -> Mapping[str, str]:
    """Context of 0 to 3 letters → the letters that follow with their counts, as the list has them."""
    return lexicons.mapping("name_letters", "context", "following")


@lru_cache(maxsize=1 << 14)
def _after(context: str) -> tuple[Mapping[str, int], int]:
    """What follows a context: counts of letters, and their sum."""
    after = {item[0]: int(item[1:]) for item in _letters().get(context, "").split()}
    return after, sum(after.values())


@lru_cache(maxsize=1 << 17)
def _share(context: str, letter: str) -> float:
    """P(letter | the letters before it)."""
    after, total = _after(context)
    if not context:
        return (after.get(letter, 0) + 0.5) / (total + 20)
    shorter = _share(context[1:], letter)
    return (after.get(letter, 0) + len(after) * shorter) / (total + len(after)) if total else shorter


@lru_cache(maxsize=1 << 17)
def _step(piece: str) -> float:
    """ln P(last letter | the letters before it)."""
    return log(_share(piece[:-1], piece[-1]))


@lru_cache(maxsize=1 << 16)
def usual(name: str) -> float:
    """ln of the probability of the name's letters (nats, ≤ 0)."""
    return sum(map(_of_part, _parts(name)))


def _parts(name: str) -> list[str]:
    return name.lower().replace("ё", "е").replace(" ", "-").split("-")


def _of_part(part: str) -> float:
    return sum(_steps(part))


@lru_cache(maxsize=1 << 12)
def letters_after(context: str) -> str:
    """The letters that follow two others once in a hundred names or oftener (`^^` and `^x` begin a word)."""
    after, total = _after(context)
    return "".join(letter for letter, n in after.items() if 100 * n >= total and letter != "$")


def _steps(part: str) -> list[float]:
    """ln P of each letter of a word, and of its end, after the three before it."""
    padded = _BEFORE + part + "$"
    return [_step(padded[i : i + _CONTEXT + 1]) for i in range(len(padded) - _CONTEXT)]


def odd_places(name: str) -> Iterator[tuple[int, int, str]]:
    """Where a letter of a name may be misread: (part, letter, the letters around), at and before what hardly
    ever stands so. Around are three letters, the two that may be misread, three more.
    """
    least = lexicons.numbers("decision")["odd_letter"]
    for k, part in enumerate(_parts(name)):
        padded = _BEFORE + part + "$"
        near = {
            i - back for i, step in enumerate(_steps(part)) if step < least for back in range(_CONTEXT + 1)
        }
        for j in sorted(near):
            if 0 <= j < len(part):
                yield k, j, padded[j : j + 2 * _CONTEXT + _MISREAD]


@lru_cache(maxsize=1 << 16)
def gain(around: str, sources: Sources, floor: int) -> float:
    """How much likelier (nats) one change makes the letters of `odd_places`, at best, less what it costs;
    `floor` where none makes them likelier than that.
    """
    best = float(floor)
    left = around[:_CONTEXT]
    was = [0.0]  # what the letters there score up to one place and the next
    for i in range(len(around) - _CONTEXT):
        was.append(was[-1] + _step(around[i : i + _CONTEXT + 1]))
    for taken, put, cost in sources(around, _CONTEXT):
        if taken > _MISREAD:
            continue
        score = -was[min(_CONTEXT + taken, len(was) - 1)] - cost
        if score <= best:
            continue
        window = left + put + around[_CONTEXT + taken : 2 * _CONTEXT + taken]
        for i in range(len(window) - _CONTEXT):
            score += _step(window[i : i + _CONTEXT + 1])
            if score <= best:
                break
        else:
            best = score
    return best


def variants(
    name: str,
    sources: Sources,
    places: Container[tuple[int, int]] | None = None,
    floor: float = -inf,
) -> dict[str, float]:
    """What one change makes of a name → ln P(letters) − cost.

    `sources(text, i)` gives the changes at a place: (letters taken, letters put there, cost in nats). Only
    the letters around a change are weighed anew. `places`: the only ones looked at, as (part, letter).
    What scores below `floor` is left out.
    """
    found: dict[str, float] = {}
    parts = _parts(name)
    whole = [_of_part(part) for part in parts]
    for k, part in enumerate(parts):
        padded, steps = _BEFORE + part + "$", _steps(part)
        before, after = "-".join([*parts[:k], ""]), "-".join(["", *parts[k + 1 :]])
        up_to = [sum(whole) - whole[k], *steps]
        for i in range(1, len(up_to)):
            up_to[i] += up_to[i - 1]
        for i in range(len(part)):
            if places is not None and (k, i) not in places:
                continue
            for taken, put, cost in sources(part, i):
                tail = i + taken
                score = up_to[i] + up_to[-1] - up_to[min(tail + _CONTEXT, len(steps))] - cost
                window = padded[i : i + _CONTEXT] + put + padded[tail + _CONTEXT : tail + 2 * _CONTEXT]
                for at in range(len(window) - _CONTEXT):
                    score += _step(window[at : at + _CONTEXT + 1])
                    if score < floor:  # what follows makes it no likelier
                        break
                else:
                    made = before + part[:i] + put + part[tail:] + after
                    if score > found.get(made, -inf):
                        found[made] = score
    return found


def likely_name(name: str) -> float:
    """P(an unknown name is this one): `usual`, with a heavier tail for names of other tongues."""
    numbers, letters = lexicons.numbers("decision"), usual(name)
    tail = numbers["name_tail"]
    likely = (1 - tail) * exp(letters) + tail * exp(numbers["name_tail_power"] * letters)
    return max(likely, _LEAST)  # a text of hundreds of letters must not come to nothing


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


@cache
def _towns() -> Mapping[str, tuple[str, str]]:
    """Nominative and genitive, by either form in small letters; «Печоры» is two towns, and not listed."""
    found: dict[str, tuple[str, str]] = {}
    shared: set[str] = set()
    for row in lexicons.rows("towns"):
        forms = row["name"], row["genitive"]
        for form in set(forms):
            key = form.lower().replace("ё", "е")
            shared |= {key} & found.keys()
            found[key] = forms
    return {key: forms for key, forms in found.items() if key not in shared}


@lru_cache(maxsize=1 << 14)
def town(name: str) -> tuple[str, str] | None:
    """(nominative, genitive) of a place that the dictionary has, from either form; None where it is not
    unique.
    """
    if (listed := _towns().get(name.lower().replace("ё", "е"))) is not None:
        nominative, genitive = listed
        return nominative, genitive if "ё" in name else genitive.replace("ё", "е")
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
    if not forms and (match := _GENITIVE.fullmatch(name)) is not None:
        return capitalize(match[1]), capitalize(name)
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
    """A name that is all small or all capitals with the capitals of names, and without capitals inside that
    begin no word; any other as it is.
    """
    if name.isupper() and (len(name) < 4 or not _VOWEL.search(name.lower()) or _ROMAN.fullmatch(name)):
        return name  # «Объект КРП», «Обманка II»
    if len(name) > 1 and (name.islower() or name.isupper()):
        return capitalize(name)
    if _INNER_CAPITAL.search(name):
        return "-".join(evened(p) if _stray_capitals(p) else p for p in name.split("-"))
    return name


def evened(name: str) -> str:
    """The name with a capital in front only: «ВышКовская» → «Вышковская»."""
    return "-".join(p[:1] + p[1:].lower() for p in name.split("-"))


def parted(name: str) -> str | None:
    """The name with hyphens before its inner capitals: «КрасноОктябрьская» → «Красно-Октябрьская»; None
    without such.
    """
    made = re.sub("(?<=[а-яё])(?=[А-ЯЁ])", "-", name)
    return made if made != name else None


def _stray_capitals(part: str) -> bool:
    """Whether the capitals inside a word begin no words of their own: «АргуноВская», «НАумовская»."""
    if part[:2].isupper() and is_misread(part[:2]):
        return False  # «ПТумовская» is Шумовская
    pieces = re.findall("[А-ЯЁ]?[а-яё]*", part)
    words = [piece.lower() for piece in pieces if piece]
    if any(w[0] in "ьъы" or len(w) < _SHORTEST_PIECE or not _VOWEL.search(_bare(w)) for w in words):
        return True
    first = words[0]
    return len(words) == 2 and first[-1] not in "оеь" and not known(first)


def _bare(word: str) -> str:
    """A word without the ending that makes adjectives of names of places."""
    return re.sub("[сц]?к(?:ая|ой|ую|ий|ое)$", "", word)
