"""People: «Кольцовой О. С.», «О.С. Кольцова», «Кольцова Ольга Сергеевна» → «Кольцова О.С.».

A surname is corrected when another name of the same order is far more frequent, has the same initials, and
the dictionary does not know the seen form as a surname («Полов» is a form of other words, «Попов» is a
surname). Where the order has no majority, or both forms are surnames, the other name is only suggested.
`parts`: `surname`, `initials`, `given`, `patronymic`, `gender` (male, female or None), `position` (what
else stands in the text).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache

import regex

from pipeline import lexicons
from pipeline.model import Candidate, Change, Json, Problem, Status, Value, note
from pipeline.normalizers import ocr, text
from pipeline.normalizers.context import Context
from pipeline.normalizers.person_names import Name, find_persons
from pipeline.normalizers.school_names import variants
from pipeline.normalizers.seen import Index

__all__ = ["find_persons", "normalize", "surnames"]

_FEMALE = regex.compile(r"(?:ова|ева|ёва|ина|ына|ская|цкая|ая)$")
_MALE = regex.compile(r"(?:ов|ев|ёв|ин|ын|ский|цкий|ий|ый)$")
_OBLIQUE = (  # endings that no nominative has, but for surnames like «Толстой», «Трубецкой»
    (regex.compile(r"^(?P<stem>.+(?:ов|ев|ёв|ин|ын))ой$"), "а"),
    (regex.compile(r"^(?P<stem>.+(?:ов|ев|ёв|ин|ын))ым$"), ""),
    (regex.compile(r"^(?P<stem>.+(?:ск|цк))(?:ого|ому|им)$"), "ий"),
)
_DOUBTFUL = regex.compile(r"^(?:(?P<stem>.+(?:ов|ев|ёв|ин|ын))(?:у|а|е)|(?P<soft>.+(?:ск|цк))(?:ой|ую))$")
_TRIM = " ,;:()[]–—-\t\n"
_SMALL_INITIALS = regex.compile(
    r"^(?P<surname>\p{Lu}\p{Ll}{2,}(?:-\p{Lu}\p{Ll}{2,})?)(?:\.\s|\s)(?P<initials>\p{L}\.\s?\p{L}\.?)$"
)
_BROKEN = regex.compile(  # initials with a digit that stands for no letter one could name
    r"\p{Lu}[\p{L}-]{2,}\s(?=[^\s]*\d)[\p{Lu}\d][.,]?\s?[\p{Lu}\d][.,]?"
)
_MAJORITY = 5  # times as frequent as the seen form: the order speaks for the other one
_COMMON = 0.7  # confidence of a common surname against a form that is none
_SHORTEST = 4  # letters of a surname that is held against the common ones
_KNOWN_WEIGHT = 20.0  # a dictionary surname against a form that is none


def normalize(raw: str, context: Context) -> Value:
    """One person. A text with no name, or with several, stays as it is, cleaned, without parts."""
    cleaned, steps = text.clean(raw)
    changes = [c for c in steps if c.kind == "ocr"]
    cleaned = _SMALL_INITIALS.sub(_capitals, cleaned)
    names = find_persons(cleaned, surnames(context))
    if len(names) != 1:
        plain = text.clean(cleaned.strip(_TRIM))[0]  # a lone letter is seen as such without its mark
        parts = _parts(None, None)
        status: Status = "fixed" if changes else "kept"
        problems = (
            (Problem("ocr-suspect", note("person.digit", text=plain)),) if _BROKEN.fullmatch(plain) else ()
        )
        return Value(raw, plain or None, parts, tuple(changes), status=status, problems=problems)
    name = names[0]
    surname = _nominative(_cased(name.surname), name, context)
    own = f"{surname} {name.initials}"
    parts = _parts(name, surname, _rest(cleaned, name))
    if _digits(cleaned[name.start : name.end]):
        evidence = (note("person.initials"),)
        changes.append(
            Change("person-initials-ocr", cleaned[name.start : name.end], own, "ocr", 0.999, evidence)
        )
    elif own != raw:
        changes.append(Change("person-notation", cleaned, own, evidence=(note("person.notation"),)))
    value = Value(raw, own, parts, tuple(changes), status="fixed" if changes else "kept")
    return _with_order(value, surname, name.initials, context)


def _capitals(found: regex.Match[str]) -> str:
    """«Сидоров. в.в.» as «Сидоров В.В.»."""
    return f"{found['surname']} {found['initials'].upper()}"


def _digits(part: str) -> bool:
    return any(c.isdigit() for c in part)


def _parts(name: Name | None, surname: str | None, position: str | None = None) -> Mapping[str, Json]:
    if name is None:
        return dict.fromkeys(("surname", "initials", "given", "patronymic", "gender", "position"))
    return {
        "surname": surname,
        "initials": name.initials,
        "given": name.given,
        "patronymic": name.patronymic,
        "gender": _gender(surname or "", name.patronymic),
        "position": position,
    }


def _gender(surname: str, patronymic: str | None) -> str | None:
    if patronymic:
        return "female" if regex.search(r"н(?:а|ы|е|у|ой)$", patronymic.lower()) else "male"
    lower = surname.lower()
    return "female" if _FEMALE.search(lower) else "male" if _MALE.search(lower) else None


def _rest(cleaned: str, name: Name) -> str | None:
    """What stands beside the name: a position."""
    rest = f"{cleaned[: name.start].strip(_TRIM)} {cleaned[name.end :].strip(_TRIM)}".strip()
    return rest or None


def _cased(surname: str) -> str:
    if surname.islower():
        return surname.capitalize()
    if not surname.isupper() and not surname[1:].isupper():
        return surname
    return "-".join(part.capitalize() for part in surname.split("-"))


# ------------------------------------------------------------------------------------------- inflection


def _nominative(surname: str, name: Name, context: Context) -> str:
    """The surname in the nominative, where the form cannot be one or the order has the nominative."""
    lower = surname.lower()
    forms = _seen(context).get(name.initials, Counter())
    for pattern, ending in _OBLIQUE:
        found = pattern.match(lower)
        if found is None:
            continue
        other = surname[: len(found["stem"])] + ending
        if forms[surname] <= 1 and other in forms:
            return other
        from pipeline.normalizers import morphology

        return surname if morphology.nominative(lower, "Surn") == lower else other
    found = _DOUBTFUL.match(lower)
    if found is not None:  # «Попова Р.А.» may be a woman: the nominative counts only where the order has it
        stem = found["stem"] or found["soft"]
        for ending in ("", "а") if found["stem"] else ("ая", "ий"):
            other = surname[: len(stem)] + ending
            if other != surname and lower[-1] in "уюей" and forms[other] > 0:
                return other
    return surname


# ----------------------------------------------------------------------------------------- the order's names


def _index(counter: Counter[str]) -> Mapping[str, Counter[str]]:
    """Initials → surnames as they are written, with their counts."""
    found: dict[str, Counter[str]] = {}
    for raw, n in counter.items():
        for name in _names(raw):
            found.setdefault(name.initials, Counter())[_cased(name.surname)] += n
    return found


@lru_cache(maxsize=4096)
def _names(cleaned: str) -> tuple[Name, ...]:
    return tuple(find_persons(cleaned))


_INDEX = Index(_index)


def surnames(context: Context) -> frozenset[str]:
    """The surnames that the order gives with initials, in small letters."""
    counter = context.seen.get("person")
    return _SURNAMES(counter) if counter else frozenset()


_SURNAMES = Index(lambda counter: frozenset(n.surname.lower() for raw in counter for n in _names(raw)))


def _seen(context: Context) -> Mapping[str, Counter[str]]:
    counter = context.seen.get("person")
    return _INDEX(counter) if counter else {}


def _with_order(value: Value, surname: str, initials: str, context: Context) -> Value:
    """The value held against the other names of the order with the same initials."""
    forms = _seen(context).get(initials, Counter())
    own = max(1, forms[surname])
    near = {s: n for s, n in forms.items() if s != surname and n >= own and _alike(s, surname)}
    if not near:
        return _by_lexicon(_with_initials(value, surname, initials, own, context), surname, initials, own)
    from pipeline.normalizers import morphology

    known = morphology.is_surname(surname)
    weights: dict[str, float] = {}
    for other, n in near.items():
        other_known = morphology.is_surname(other)
        if n >= _MAJORITY * own or (other_known and not known) or (not known and n > own):
            weights[f"{other} {initials}"] = n * (_KNOWN_WEIGHT if other_known and not known else 1.0)
    if not weights:
        return value
    valid = known or not any(n >= _MAJORITY * own for n in near.values())
    seen = f"{surname} {initials}"
    ranked = ocr.rank(seen, weights, valid=valid)
    if not ranked or ranked[0].value == seen:
        return value
    best = ranked[0]
    count = near[best.value[: -len(initials) - 1]]
    evidence = (
        *best.evidence,
        ocr.consensus(count, count + own, best.value),
        *(() if known else (note("person.no-surname", surname=surname),)),
    )
    if ocr.decide(seen, ranked, valid=valid) == "fixed":
        change = Change("person-ocr", seen, best.value, "ocr", best.confidence, evidence)
        parts = {**value.parts, "surname": best.value[: -len(initials) - 1]}
        return Value(value.raw, best.value, parts, (*value.changes, change), ranked, "fixed")
    if ocr.decide(seen, ranked, valid=valid) == "kept":
        return value
    message = note("person.variant", text=seen, suggestion=best.value)
    problem = Problem("name-variant", message, best.value, best.confidence, evidence)
    return Value(value.raw, value.text, value.parts, value.changes, ranked, "suggested", (problem,))


def _with_initials(value: Value, surname: str, initials: str, own: int, context: Context) -> Value:
    """The same surname more often with initials that are easily misread as these: only suggested."""
    weights = {
        f"{surname} {other}": float(forms[surname])
        for other, forms in _seen(context).items()
        if other != initials and forms[surname] > own and len(other) == len(initials)
    }
    seen = f"{surname} {initials}"
    ranked = ocr.rank(seen, weights, valid=True) if weights else ()
    if ocr.decide(seen, ranked, valid=True) != "suggested":
        return value
    best = ranked[0]
    count = int(weights[best.value])
    evidence = (*best.evidence, ocr.consensus(count, count + own, best.value))
    message = note("person.variant", text=seen, suggestion=best.value)
    problem = Problem("name-variant", message, best.value, best.confidence, evidence)
    return Value(value.raw, value.text, value.parts, value.changes, ranked, "suggested", (problem,))


@cache
def _common() -> frozenset[str]:
    """Surnames that many bear, of men and women, in small letters, ё as е."""
    plain = (row["surname"].lower().replace("ё", "е") for row in lexicons.rows("surnames"))
    return frozenset(
        form for name in plain for form in (name, name[:-2] + "ая" if name.endswith("ий") else name + "а")
    )


def _by_lexicon(value: Value, surname: str, initials: str, own: int) -> Value:
    """A form of another word («Полов»), or one that is built as no surname is («Кузнецоза»), one misreading
    away from a common surname: only suggested, and not where the order repeats it.
    """
    low = surname.lower().replace("ё", "е")
    if own > 1 or value.problems or low in _common() or len(low) < _SHORTEST:
        return value
    from pipeline.normalizers import morphology

    built = _MALE.search(low) or _FEMALE.search(low)  # «Талкина» is as good a surname as «Галкина»
    if morphology.is_surname(surname) or (built and not morphology.known(surname)):
        return value
    near = {n: w for n, w in variants(low, ocr.sources).items() if n in _common()}
    if not near:
        return value
    best = f"{max(near, key=lambda n: near[n]).capitalize()} {initials}"
    evidence = (*ocr.explain(f"{surname} {initials}", best), note("person.no-surname", surname=surname))
    message = note("person.common", text=f"{surname} {initials}", suggestion=best)
    offered = (Candidate(best, _COMMON, evidence),)
    problem = Problem("ocr-suspect", message, best, _COMMON, evidence)
    return replace(value, candidates=offered, status="suggested", problems=(problem,))


def _alike(a: str, b: str) -> bool:
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.distance(a.lower(), b.lower(), score_cutoff=2) <= 2 and not _cases_of_one(a, b)


def _cases_of_one(a: str, b: str) -> bool:
    """«Попов» and «Попова»: two cases or two people, no misreading."""
    short, long = sorted((a.lower(), b.lower()), key=len)
    return long[: len(short)] == short and long[len(short) :] in ("а", "у", "ым", "е", "ой")
