"""Order numbers: «№ 657-09» → stem and suffix; the variants of one order → one number.

A digit is never corrected into another digit. What may happen: several readings of one order agree on a
stem (consensus of the document's own readings, logged), and a suffix of digits is the misreading of a
suffix of letters (О as 0, Д as 9 or 2; `number_suffixes.csv`, `number_confusions.csv`). That is certain
only where the order's readings disagree in just the way that the confusion explains; one reading alone
(«657-09») may be a real index and gets a suggestion. `parts`: `stem`, `suffix`, `digits`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import regex

from pipeline import lexicons
from pipeline.model import Candidate, Change, Json, Note, Problem, Value, note
from pipeline.normalizers import text
from pipeline.normalizers.alphabets import cyrillic
from pipeline.normalizers.context import Context

_MARK = regex.compile(
    r"^\s*(?:от\b.*?(?=№|N))?(?:№|N\s?[ºo°оe]?\b\.?|No\b\.?|номер\b)?[\s_:]*", regex.IGNORECASE
)
_BODY = regex.compile(r"[\p{L}\p{N}]+(?:\s?[-–—/.\\]\s?[\p{L}\p{N}]+)*(?:\s(?P<loose>\p{L}{1,3})(?=\s*$))?")
_JOINTS = regex.compile(r"\s*([-–—/.\\])\s*")
_LETTERS = regex.compile(r"(?P<stem>.*?\d)[-/.]?(?P<suffix>\p{L}{1,4}(?:/\p{L})?)")
_INDEX = regex.compile(r"(?P<stem>\d+)-(?P<suffix>\d{1,3})")
_MIXED = regex.compile(r"(?P<stem>\d+)-(?P<suffix>\d\p{L}{1,2}|\p{L}{1,2}\d)")  # «657-0Д»
_NUMERIC_SHARE = 0.3  # orders whose number ends in an index of digits, spread over 100 indices
_CERTAIN = 0.995  # confidence of a usual suffix behind one of a digit and a letter
_MISREAD = 1e-3  # a digit read as another digit
_DOUBLED = 1e-3  # a doubled character is not what it seems, where most places have it once


@dataclass(frozen=True, slots=True)
class _Number:
    text: str
    stem: str
    suffix: str
    joint: str = "-"


def normalize(raw: str, context: Context) -> Value:
    """One number as it stands: without «№», blanks and spaces. Text None for a blank form («№ _____»)."""
    number, changes = _read(raw)
    if number is None:
        problems = (Problem("missing-value", note("number.blank", text=raw)),) if raw.strip() else ()
        return Value(raw, None, _parts(None), problems=problems)
    likely = _letters_for(number.suffix)
    if likely is None or number.stem + "-" + number.suffix != number.text:
        return _value(raw, number, changes)
    suffix, rate = likely
    confidence = _suffix_posterior(suffix, rate)
    better = f"{number.stem}-{suffix}"
    evidence = _why(number.suffix, suffix)
    if not number.suffix.isdecimal() and not _may_be_digits(number.suffix):
        change = Change("number-suffix-ocr", number.text, better, "ocr", _CERTAIN, evidence)
        return _value(raw, _Number(better, number.stem, suffix), (*changes, change))
    problem = Problem(
        "ocr-suspect",
        note("number.suspect", text=number.text, suggestion=better),
        better,
        confidence,
        evidence,
    )
    candidates = (Candidate(better, confidence, evidence), Candidate(number.text, round(1 - confidence, 4)))
    if candidates[1].confidence > confidence:
        candidates = (candidates[1], candidates[0])
    return Value(raw, number.text, _parts(number), changes, candidates, "suggested", (problem,))


def _value(raw: str, number: _Number, changes: tuple[Change, ...]) -> Value:
    return Value(raw, number.text, _parts(number), changes, status="fixed" if changes else "kept")


def _parts(number: _Number | None) -> Mapping[str, Json]:
    if number is None:
        return {"stem": None, "suffix": None, "digits": None}
    digits = "".join(c for c in number.stem if c.isdecimal())
    return {"stem": number.stem, "suffix": number.suffix or None, "digits": digits}


def _read(raw: str) -> tuple[_Number | None, tuple[Change, ...]]:
    cleaned, steps = text.clean(raw)
    body = _BODY.match(_MARK.sub("", cleaned, count=1).strip(" _"))
    if body is None or not any(c.isdecimal() for c in body[0]):
        return None, ()
    plain = body[0]
    if body["loose"] and body["loose"] in lexicons.words("number_suffixes", "suffix"):
        plain = plain[: body.start("loose")].rstrip() + "-" + body["loose"]
    elif body["loose"]:
        plain = plain[: body.start("loose")].rstrip()
    plain = _JOINTS.sub(lambda m: "-" if m[1] in "–—" else m[1], plain)
    changes = [c for c in steps if c.kind == "ocr"]
    if (turned := cyrillic(plain)) is not None and turned != plain:
        changes.append(Change("mixed-alphabet", plain, turned, "ocr", 1.0, (note("text.mixed-alphabet"),)))
        plain = turned
    if plain != raw:
        changes.append(Change("number-notation", raw, plain, evidence=(note("number.notation"),)))
    return _split(plain), tuple(changes)


def _split(plain: str) -> _Number:
    """Stem and suffix: letters at the end, or one index of digits («657-09»; «01-05/123» has none)."""
    mixed = _MIXED.fullmatch(plain)
    if mixed is not None and _letters_for(mixed["suffix"]) is not None:
        return _Number(plain, mixed["stem"], mixed["suffix"])
    found = _LETTERS.fullmatch(plain) or _INDEX.fullmatch(plain)
    if found is None:
        return _Number(plain, plain, "")
    joint = plain[found.end("stem") : found.start("suffix")]
    return _Number(plain, found["stem"], found["suffix"], joint)


# ------------------------------------------------------------------------------------ letters as digits


@cache
def _rates() -> Mapping[tuple[str, str], float]:
    return {(r["letter"], r["digit"]): float(r["rate"]) for r in lexicons.rows("number_confusions")}


@cache
def _weights() -> Mapping[str, float]:
    return {r["suffix"]: float(r["weight"]) for r in lexicons.rows("number_suffixes")}


def _rate(seen: str, letters: str) -> float:
    """P(seen | letters) for a suffix, 0 where the confusions do not explain it."""
    if len(seen) != len(letters):
        return 0.0
    rate = 1.0
    for digit, letter in zip(seen, letters, strict=True):
        rate *= 1.0 if digit == letter else _rates().get((letter, digit), 0.0)
    return rate


def _may_be_digits(suffix: str) -> bool:
    """Whether the letters of a suffix may be digits that were misread: «О9» is 09 as well as ОД."""
    like = {letter for letter, _ in _rates()}
    return all(c.isdecimal() or (c in like and c.upper() != "Д") for c in suffix)


def _letters_for(seen: str) -> tuple[str, float] | None:
    """The usual suffix of letters that a suffix of digits may be, with P(seen | letters); None if there
    is none.
    """
    latin = seen.isascii() and seen.isalpha()
    if (seen.isalpha() or len(seen) < 2) and not latin:
        return None
    fits = [(w * _rate(seen, s), s) for s, w in _weights().items() if _rate(seen, s) > 0]
    if not fits:
        return None
    best = max(fits)[1]
    return best, _rate(seen, best)


def _suffix_posterior(suffix: str, *rates: float) -> float:
    letters, digits = _weights()[suffix], _NUMERIC_SHARE / 100
    for rate in rates:
        letters *= rate
    for _ in rates[1:]:
        digits *= _MISREAD
    return round(letters / (letters + digits), 4)


def _why(seen: str, letters: str) -> tuple[Note, ...]:
    confusions = tuple(
        note("ocr.confusion", truth=b, seen=a) for a, b in zip(seen, letters, strict=True) if a != b
    )
    return (*confusions, note("number.usual-suffix", suffix=letters))


# ---------------------------------------------------------------------------------- one order, one number


def reconcile(raws: Sequence[str], context: Context) -> tuple[Value, tuple[Problem, ...]]:
    """The number of an order from all places that give it, the title page first.

    Readings that differ are one number: the stem that most of them have, and the suffix that explains all
    of theirs. The problem `order-number-conflict` names them. Without a majority the title page's number
    stays, with candidates.
    """
    if not raws:
        return Value("", None), ()
    read = [_read(raw) for raw in raws]
    numbers = [n for n, _ in read if n is not None]
    if not numbers:
        return normalize(raws[0], context), ()
    texts = Counter(n.text for n in numbers)
    title, title_changes = read[0]
    if len(texts) == 1 and title is not None:
        if len(numbers) > 1:
            return _value(raws[0], title, title_changes), ()
        return normalize(raws[0], context), ()
    stem, stem_sure = _majority([n.stem for n in numbers])
    suffix, suffix_sure, confidence, why = _common_suffix([n.suffix for n in numbers])
    joint = next((n.joint for n in numbers if n.suffix == suffix), "-") if suffix else ""
    best = stem + joint + suffix if suffix else stem
    readings = tuple(note("number.reading", raw=raw) for raw in dict.fromkeys(raws))
    stems = Counter(n.stem for n in numbers)
    evidence = [*readings, *why]
    if len(stems) > 1 and stem_sure:
        evidence.append(note("number.majority", n=stems[stem], total=len(numbers), stem=stem))
        explained = all(_doubled(s, stem) for s in stems if s != stem)
        confidence *= 1 - (_DOUBLED if explained else lexicons.numbers("decision")["damage_rate"])
        evidence += [note("number.doubled", seen=s, stem=stem) for s in stems if _doubled(s, stem)]
    if not stem_sure:
        confidence *= 0.5
    ranked = _ranked(numbers, best, confidence)
    if title is None and len(texts) == 1:  # the title page was left blank, the appendices agree
        change = Change("order-number-consensus", raws[0], best, "inferred", 1.0, readings)
        return Value(raws[0], best, _parts(_split(best)), (change,), status="fixed"), ()
    key = "number.conflict-majority" if best in texts else "number.conflict"
    message = note(key, readings=sorted(texts, key=lambda t: -texts[t]), best=best)
    problem = Problem("order-number-conflict", message, best, round(confidence, 4), tuple(evidence))
    if not (stem_sure and suffix_sure):
        kept = title or numbers[0]
        message = note("number.conflict-open", readings=list(texts), kept=kept.text)
        problem = Problem("order-number-conflict", message, None, None, tuple(evidence))
        return Value(raws[0], kept.text, _parts(kept), title_changes, ranked, "suggested"), (problem,)
    changes = list(title_changes)
    before = title.text if title is not None else raws[0]
    if before != best:
        changes.append(
            Change("order-number-consensus", before, best, "inferred", round(confidence, 4), tuple(evidence))
        )
    number = _Number(best, stem, suffix, joint)
    return Value(raws[0], best, _parts(number), tuple(changes), ranked, "fixed"), (problem,)


def _majority(items: Sequence[str]) -> tuple[str, bool]:
    """The most frequent item (the first of equals) and whether more places give it than any other."""
    counts = Counter(items)
    (best, n), *others = counts.most_common()
    return best, not others or n > others[0][1]


def _common_suffix(suffixes: Sequence[str]) -> tuple[str, bool, float, tuple[Note, ...]]:
    """(suffix, certain, confidence, reasons): the suffix of letters that explains all readings, else the
    majority's.
    """
    distinct = list(dict.fromkeys(suffixes))
    if len(distinct) == 1:
        return distinct[0], True, 1.0, ()
    written = [s for s in distinct if s and not s.isdecimal()]
    options = written or list(_weights())
    fits = [s for s in options if all(_rate(seen, s) > 0 for seen in distinct)]
    if fits:
        best = max(fits, key=lambda s: _weights().get(s, 0.001))
        rates = [_rate(seen, best) for seen in suffixes]
        confidence = 0.999 if written else _posterior_of(best, rates, suffixes)
        why = dict.fromkeys(n for seen in distinct for n in _notes(seen, best))
        return best, True, confidence, tuple(note(k, **dict(a)) for k, a in why)
    best, sure = _majority(suffixes)
    return best, sure, 0.95 if sure else 0.5, ()


def _posterior_of(suffix: str, rates: Sequence[float], seen: Sequence[str]) -> float:
    """Letters misread each time, against the most frequent digits being right and the others misread."""
    letters, digits = _weights()[suffix], _NUMERIC_SHARE / 100
    right = Counter(seen).most_common(1)[0][1]
    for rate in rates:
        letters *= rate
    digits *= _MISREAD ** (len(seen) - right)
    return round(letters / (letters + digits), 4)


def _notes(seen: str, letters: str) -> list[tuple[str, tuple[tuple[str, object], ...]]]:
    return [(n.key, tuple(n.args.items())) for n in _why(seen, letters)]


def _doubled(seen: str, stem: str) -> bool:
    """Whether `seen` is the stem with one character written twice (6577 for 657)."""
    return len(seen) == len(stem) + 1 and any(
        seen[i] == seen[i + 1] and seen[:i] + seen[i + 1 :] == stem for i in range(len(seen) - 1)
    )


def _ranked(numbers: Sequence[_Number], best: str, confidence: float) -> tuple[Candidate, ...]:
    rest = Counter(n.text for n in numbers if n.text != best)
    share = max(0.0, 1 - confidence) / max(1, sum(rest.values()))
    others = (Candidate(t, round(share * n, 4)) for t, n in rest.most_common())
    return (Candidate(best, round(confidence, 4)), *others)
