"""Several schools in one cell: «МОУ А ООШ⏎МОУ Б ООШ» are two, and lose their row if they pass for one.

A cell is cut where a legal form opens a line or follows a comma or a semicolon, unless what stands before it
says that the name goes on («филиал⏎МБОУ …», «на базе⏎МБОУ …», a dash). A number or a dash of the list is
dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import regex

from pipeline import lexicons, limits

_GOES_ON = regex.compile(
    r"(?:филиал|подразделени\p{L}+|отделени\p{L}+|при|базе|с|для|[-–—(:])\s*$", regex.IGNORECASE
)
_WORD = regex.compile(r"\p{L}{2,}|\d")


@cache
def _cut() -> regex.Pattern[str]:
    forms = sorted(lexicons.words("legal_forms", "abbreviation"), key=len, reverse=True)
    joined = "|".join(regex.escape(f) for f in forms)
    return regex.compile(rf"(?:[\n;]|,\s)\s*+(?:\d{{1,3}}[.)]\s*+|[-–—•]\s++)?(?=(?:{joined})(?!\p{{L}}))")


@cache
def _head() -> regex.Pattern[str]:
    return regex.compile(r"^\s*(?:\d{1,3}[.)]\s+|[-–—•]\s+)")


def schools(text: str) -> list[str]:
    """The texts of the schools in a cell, one or more, in their order; nothing but list marks is dropped."""
    if len(text) > limits.current().value_chars:
        return [text]
    parts: list[str] = []
    last = 0
    for cut in _cut().finditer(text):
        before = text[last : cut.start()]
        if _GOES_ON.search(before) or len(_WORD.findall(before)) < 2:
            continue
        parts.append(before)
        last = cut.end()
    parts.append(text[last:])
    if len(parts) == 1 or len(_WORD.findall(parts[-1])) < 2:
        return [text]
    return [_head().sub("", part).strip() for part in parts]


def pairs(first: Sequence[str], second: Sequence[str]) -> tuple[list[tuple[str, str]], bool]:
    """Which of two lists go together, and whether that is certain.

    One of either goes with all of the other, equal numbers go one by one. Otherwise each of the first goes
    with the whole of the second, which is not certain.
    """
    if len(first) == len(second):
        return list(zip(first, second, strict=True)), True
    if len(second) <= 1:
        return [(a, "".join(second)) for a in first], True
    if len(first) == 1:
        return [(first[0], b) for b in second], True
    return [(a, "\n".join(second)) for a in first], False
