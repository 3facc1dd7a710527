"""One value in two witnesses: are the readings the same, how grave is the difference, does one correct the
other?

A value is taken from the other witness (rule `witness`, the raw text stays) only when it is damaged in the
leading one and clean in the other, and the clean one explains what was read: as another reading of the same
cell, as one of the candidates, or as a likely misreading (`normalizers/ocr.py`). A digit is never corrected
into another unless the cell itself was also read so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import regex

from pipeline import lexicons
from pipeline.ids import fold
from pipeline.model import Change, Note, Place, Value, note
from pipeline.normalizers import morphology, ocr
from pipeline.witness_text import digits, same

_DAMAGE = frozenset({"ocr-suspect", "unknown-abbreviation", "date-unparsed"})
_FREE = frozenset({"title", "section", "issuer", "signatory_position", "note", "extra"})
# never repaired: structure, and columns that no field has
_GROUP = frozenset({"municipality", "municipality_no", "section", "section_no", "extra"})

_WORD = regex.compile(r"\p{L}{3,}")

Outcome = Literal["same", "notation", "taken", "kept", "open"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """`value` is the leading witness's after the comparison. `outcome`: same; notation (other signs, the same
    value); taken (from the other witness); kept (the other reading is the damaged one); open.
    """

    value: Value
    outcome: Outcome
    severity: str = ""
    suggestion: str | None = None


def judge(field: str, a: Value, b: Value, place: Place | None) -> Judgement:
    """Compare a value of the leading witness with that of another; `place` is where the other stands."""
    if same(a.raw, b.raw):
        return Judgement(_surer(a, b), "same")
    if a.text and b.text and fold(a.text) == fold(b.text):
        return Judgement(_surer(a, b), "notation", "info")
    bad_a, bad_b = damaged(a), damaged(b)
    sure = b.confidence is None or b.confidence >= lexicons.numbers("witness")["sure"]
    if bad_a and not bad_b and sure and b.text and field not in _GROUP and _explains(b, a):
        return Judgement(_taken(a, b, place), "taken", "info" if a.raw else "warning", b.text)
    bad_b = bad_b or (b.confidence is not None and _garbled(b.raw, a.raw))
    if bad_b and not bad_a and (not b.raw or _explains(a, b)):
        return Judgement(a, "kept", "info" if b.raw else "warning")
    return Judgement(a, "open", _severity(field, a, b), b.text or b.raw or None)


def _garbled(seen: str, other: str) -> bool:
    """The words that only `seen` has are no words, those that only the other has are."""
    words, wanted = (_WORD.findall(t) for t in (seen, other))
    odd = [w for w in words if w not in wanted]
    right = [w for w in wanted if w not in words]
    return bool(odd and right) and all(map(morphology.known, right)) and not any(map(morphology.known, odd))


def damaged(value: Value) -> bool:
    """Doubtful, suspect, not understood, or missing."""
    if not value.raw or value.status == "suggested" or (value.text is None):
        return True
    if value.confidence is not None and value.confidence < suspect():
        return True
    return any(p.code in _DAMAGE for p in value.problems)


def suspect() -> float:
    """The confidence under which a reading is doubtful."""
    return lexicons.numbers("witness")["doubtful"]


def _explains(clean: Value, seen: Value) -> bool:
    """Whether the clean value, misread, can have given what was read."""
    if not seen.raw:
        return True
    if any(same(clean.raw, other) for other in seen.readings):
        return True
    if any(fold(c.value) == fold(clean.text or "") for c in seen.candidates):
        return digits(clean.raw) == digits(seen.raw)
    cost = min(
        ocr.channel_cost(x, y)
        for x, y in ((seen.raw, clean.raw), (seen.text or seen.raw, clean.text or clean.raw))
    )
    length = max(len(seen.raw), len(clean.raw))
    return cost <= lexicons.numbers("witness")["channel"] * length


def _surer(a: Value, b: Value) -> Value:
    """The value with the confidence that two independent readings have together (both wrong, or not)."""
    if a.confidence is None:
        return a
    other = lexicons.numbers("witness")["digital"] if b.confidence is None else b.confidence
    return replace(a, confidence=round(1 - (1 - a.confidence) * (1 - other), 4))


def _taken(a: Value, b: Value, place: Place | None) -> Value:
    sure = lexicons.numbers("witness")["fixed"]
    seen: Note = note("witness.reading", place=str(place or b.place or ""), raw=b.raw)
    kind: Literal["ocr", "inferred"] = "ocr" if a.raw else "inferred"
    change = Change("witness", a.text or a.raw, b.text or b.raw, kind, sure, (seen,))
    return replace(
        a,
        text=b.text,
        parts=b.parts,
        changes=(*(c for c in b.changes if c.kind != "notation"), change),
        candidates=(),
        status="fixed",
        problems=b.problems,
        confidence=None if a.confidence is None else sure,
    )


def _severity(field: str, a: Value, b: Value) -> str:
    """Between texts that were never pictures a difference is an error in one of the documents."""
    if not a.raw or not b.raw:
        return "warning"
    free = field in _FREE
    read = a.confidence is not None or b.confidence is not None
    if not read:
        return "warning" if free else "error"
    doubtful = damaged(a) or damaged(b)
    if not doubtful and digits(a.raw) != digits(b.raw):
        return "error"
    return "warning"
