"""Whether a school's proper name can be right by itself, and what its ending may have been.

A name is `known` (the dictionary of pymorphy3 has the word or its stem), `possible` (built as Russian adjectives and names are) or
`impossible` (damaged). Rules: `data/lexicons/name_rules.csv`; the dictionary is asked only when the rules object.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, Literal

from pipeline import lexicons

Grade = Literal["known", "possible", "impossible"]
_VOWEL = re.compile("[аеёиоуыэюя]")
_CYRILLIC = re.compile("[а-яё]+")


@cache
def _rules(kind: str) -> re.Pattern[str]:
    patterns = [r["pattern"] for r in lexicons.rows("name_rules") if r["kind"] == kind]
    return re.compile("|".join(_numbered(p, i) for i, p in enumerate(patterns)))


def _numbered(pattern: str, i: int) -> str:
    """A pattern whose one group has a name of its own, so that several can stand in one."""
    return (
        f"(?:{pattern})"
        if r"\1" not in pattern
        else pattern.replace("(", f"(?P<g{i}>", 1).replace(r"\1", f"(?P=g{i})")
    )


@cache
def _morph() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


@lru_cache(maxsize=1 << 16)
def known(word: str) -> bool:
    """Whether the dictionary has this word form."""
    return bool(_morph().word_is_known(word.lower()))


@lru_cache(maxsize=1 << 16)
def grade(name: str, adjective: bool = True) -> Grade:
    """How far a proper name can be right by itself; `adjective`: it stands where an adjective is expected."""
    parts = [p for word in name.lower().split() for p in word.split("-") if p]
    for i, part in enumerate(parts):
        last = i == len(parts) - 1
        if not _CYRILLIC.fullmatch(part) or not _VOWEL.search(part):
            return "impossible" if len(part) > 1 or not part.isalpha() else "possible"
        bad = _rules("impossible").search(part)
        if not bad and adjective and last:
            bad = None if re.search(f"(?:{_rules('ending').pattern})$", part) else _CYRILLIC.match(part)
        if bad and not known(part):
            return "impossible"
    return "known" if parts and all(known(p) for p in parts) else "possible"


@lru_cache(maxsize=1 << 14)
def town(name: str) -> tuple[str, str] | None:
    """(nominative, genitive) of a place name that the dictionary has, from either form; None where it is not unique."""
    forms: Mapping[str, str] = {
        p.normal_form: p.inflect({"gent"}).word
        for p in _morph().parse(name.lower())
        if p.is_known and "Geox" in p.tag and ({"nomn", "gent"} & p.tag.grammemes) and p.inflect({"gent"})
    }
    if len(forms) != 1:
        return None
    nominative, genitive = next(iter(forms.items()))
    return capitalize(nominative), capitalize(genitive)


def capitalize(name: str) -> str:
    """A name in capitals or small letters with capitals where names have them (Вязьма-Брянская, Ростов-на-Дону)."""
    parts = name.lower().split("-")
    return "-".join(
        p if 0 < i < len(parts) - 1 and len(p) <= 3 else p[:1].upper() + p[1:] for i, p in enumerate(parts)
    )


def recase(name: str) -> str:
    return capitalize(name) if len(name) > 1 and (name.islower() or name.isupper()) else name
