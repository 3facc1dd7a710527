"""The pieces of school names, and the inflection that puts them together again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.model import Candidate, Change
from pipeline.normalizers import school_tokens as repair
from pipeline.normalizers.school_words import Token, plain_types

_PLAIN = re.compile(
    r"([А-Я]{3,9}) ([А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)*[сц]кая) ([А-Я]{2,3}|школа|гимназия)(?: № (\d{1,3}))?"
)
_INITIAL = re.compile(r"[А-ЯЁA-Z]\.")


class Element(NamedTuple):
    """A piece of a name: its slot, its canonical text, and for places the nominative name and the type."""

    slot: str
    text: str
    name: str = ""
    type: str = ""


@dataclass(slots=True)
class Parsed:
    """The elements of a name with what was repaired on the way; built once, then only read."""

    elements: list[Element] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unknown: list[tuple[str, tuple[Candidate, ...]]] = field(default_factory=list)
    suspects: list[tuple[str, tuple[Candidate, ...]]] = field(default_factory=list)

    def first(self, slot: str) -> Element | None:
        return next((e for e in self.elements if e.slot == slot), None)


def nominative(adjective: str, gender: str) -> str:
    """An adjective in the nominative that agrees with `gender` (f, m, n): «Печерской» СШ → «Печерская»."""
    low = adjective.lower()
    if gender == "f" and low.endswith(("ой", "ую")):
        return adjective[:-2] + _case("ая", adjective)
    if gender == "f" and low.endswith(("ей", "юю")):
        return adjective[:-2] + _case("яя" if low[-3:-2] == "н" else "ая", adjective)
    if gender in "mn" and low.endswith(("ого", "ому")):
        back = low[-4:-3] in ("к", "г", "х")
        return adjective[:-3] + _case("ое" if gender == "n" else "ий" if back else "ый", adjective)
    if gender in "mn" and low.endswith(("ым", "им")):
        return (
            adjective[:-1] + _case("й", adjective)
            if gender == "m"
            else adjective[:-2] + _case("ое", adjective)
        )
    if gender == "m" and low.endswith("ом") and low[:-2].endswith(("ск", "цк", "н")):
        return adjective[:-2] + _case("ий" if low[-3] == "к" else "ый", adjective)
    return adjective


def _case(ending: str, word: str) -> str:
    return ending.upper() if word.isupper() and len(word) > 2 else ending


def head_nominative(genitive: str) -> str:
    heads = {"области": "область", "края": "край", "Республики": "Республика", "района": "район"}
    return heads.get(genitive) or genitive.replace("ного округа", "ный округ").replace(
        "ского округа", "ской округ"
    )


def join_tokens(items: Sequence[Token]) -> str:
    """Tokens as text: no space before commas and inside brackets; initials stand together."""
    text = ""
    for k, token in enumerate(items):
        tight = token.text in ",.;:)»" or (k and items[k - 1].text in "(«") or not text
        if k and _INITIAL.fullmatch(token.text) and _INITIAL.fullmatch(items[k - 1].text):
            tight = True
        text += token.text if tight else " " + token.text
    return text


def parse_plain(text: str) -> Parsed | None:
    """The commonest shape, «МБОУ Юшковская ООШ» or «МБОУ Ельнинская СШ № 2», without the grammar; None for
    any other.
    """
    match = _PLAIN.fullmatch(text)
    if match is None or repair.role_of(match[1]) != "legal" or match[3] not in plain_types():
        return None
    found = Parsed([Element("legal", match[1]), Element("adjective", match[2]), Element("type", match[3])])
    if match[4]:
        found.elements.append(Element("number", match[4]))
    return found
