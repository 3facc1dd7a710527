"""The readings of a doubtful cell, weighed by what its field can say.

A cell of a scan that its two readings do not agree on keeps both (`Value.readings`). Each is normalized like
the value itself, and then:

- all give one value («СОШ», «сош»): the value is sure, whichever reading is right;
- one is sound and the others are damaged: the sound one counts; it replaces a damaged one for certain where
  the order surely says the same elsewhere, else it is the first candidate;
- several are sound: the one that the order surely says elsewhere is sure, or the first candidate.

A number is never changed into another: readings of other digits are candidates only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import regex

from pipeline import lexicons
from pipeline.ids import fold
from pipeline.model import Candidate, Change, Value, note
from pipeline.normalizers.text import join_lines

_DIGITS = regex.compile(r"\d+")
_DAMAGE = frozenset({"ocr-suspect", "unknown-abbreviation", "date-unparsed"})

Normal = Callable[[str], Value]


def settled(value: Value, normal: Normal, said: Collection[str]) -> Value:
    """The value after its other readings were heard. `said` are folded values that the order surely has."""
    limits = lexicons.numbers("witness")
    if value.confidence is None or value.confidence >= limits["doubtful"] or not value.readings:
        return value
    others = {r: normal(r) for raw in value.readings if (r := join_lines(raw)) and r != value.raw}
    if not others or not value.raw:
        return value
    sound = {r: v for r, v in others.items() if _sound(v)}
    same_numbers = all(_DIGITS.findall(r) == _DIGITS.findall(value.raw) for r in sound)
    texts = {fold(v.text or "") for v in sound.values()}
    own = fold(value.text or "")
    heard = own in said and not (texts - {own}) & set(said)
    if _sound(value) and same_numbers and (texts == {own} or heard):
        return replace(value, confidence=limits["sure"])
    wanted = [(r, v) for r, v in sound.items() if fold(v.text or "") != own]
    confirmed = [(r, v) for r, v in wanted if fold(v.text or "") in said]
    best = confirmed or ([] if _sound(value) else wanted)
    if len({fold(v.text or "") for _, v in best}) != 1:
        return value
    reading, other = best[0]
    if confirmed and same_numbers and not _sound(value):
        return _replaced(value, reading, other)
    mine = Candidate(value.text or value.raw, round(1 - limits["reading"], 4))
    theirs = Candidate(other.text or reading, limits["reading"], (note("reading.other", raw=reading),))
    kept = tuple(c for c in value.candidates if c.value not in (mine.value, theirs.value))
    return replace(value, candidates=(theirs, mine, *kept), status="suggested")


def _sound(value: Value) -> bool:
    """Nothing about the value itself looks damaged."""
    return bool(value.text) and value.status != "suggested" and not _DAMAGE & {p.code for p in value.problems}


def _replaced(value: Value, reading: str, other: Value) -> Value:
    limits = lexicons.numbers("witness")
    why = (note("reading.other", raw=reading), note("reading.said", value=other.text))
    change = Change("reading", value.text or value.raw, other.text or "", "ocr", limits["fixed"], why)
    return replace(
        value,
        text=other.text,
        parts=other.parts,
        changes=(*other.changes, change),
        candidates=(),
        status="fixed",
        problems=other.problems,
        confidence=limits["sure"],
    )
