"""Organizations: one name for «ГАУ ДПО "СОИРО"», «СОИРО» and the institute's full name, where the order
shows that they are one; damage corrected by what the rest of the order says.

`parts`: `legal_form`, `name`, `acronym`, `kind` (institution, authority, group or None), `position` and
`note` (what else stands in the text: «ректор», «по согласованию»). A name is corrected only where another
one of the same order is far more frequent, the confusion explains the difference, and the seen name is
neither a known acronym nor made of dictionary words. `context.seen["definition"]` may count sentences like
«… (далее – СОИРО)» of the whole order (see `definitions`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import regex

from pipeline import lexicons
from pipeline.ids import fold
from pipeline.model import Candidate, Change, Json, Note, Problem, Value, note
from pipeline.normalizers import ocr, text
from pipeline.normalizers.context import Context
from pipeline.normalizers.organization_names import Parsed, initials, parse
from pipeline.normalizers.school_names import variants
from pipeline.normalizers.seen import Index

_DEFINITION = regex.compile(
    r"(?P<full>[^.;:()]{10,250}?)\s*\(\s*далее\s*(?:именуем\p{L}+\s*)?[–—:-]*\s*(?P<short>[^()]{2,60}?)\s*\)",
    regex.IGNORECASE,
)
_NUMBER = regex.compile(r"(?<![\p{L}\p{N}])\p{N}+(?![\p{L}\p{N}])")
_DIGIT_INSIDE = regex.compile(r"\p{Lu}[03468]+\p{Lu}|\p{Lu}{2}0(?![\p{L}\p{N}])")  # «П0ИПКРО», «СОИР0»
_MIXED = regex.compile(r"(?=\p{Lu}*[A-Z])(?=\p{Lu}*[А-ЯЁ])\p{Lu}{2,}")
_PLAIN_WORD = regex.compile(r"(?<![\p{L}\p{N}-])[А-ЯЁа-яё][а-яё]{6,}(?![\p{L}\p{N}.-])")
_ONE_LETTER = 0.9  # confidence of the only word that one misread letter leaves
_ONE_CONFUSION = 8.0  # nats: one listed confusion, no unusual letter
_MAJORITY = 5  # times as frequent as the seen form: the order speaks for the other one
_SHORTEST_ACRONYM = 4  # letters of an acronym that a full name may be recognised by


def definitions(words: str) -> list[str]:
    """The «full name (далее – short name)» phrases of a text, to be counted in
    `context.seen["definition"]`.
    """
    if "далее" not in words.casefold():  # looking for the full name before it takes milliseconds
        return []
    return [m[0].strip() for m in _DEFINITION.finditer(words)]


def normalize(raw: str, context: Context) -> Value:
    """One organization. Text None for an empty text only."""
    cleaned, steps = text.clean(raw)
    parsed = parse(cleaned)
    if not parsed.text:
        return Value(raw, cleaned or None, _parts(parsed))
    changes = [*(c for c in steps if c.kind == "ocr"), *parsed.repairs]
    if parsed.text != raw:
        evidence = (note("organization.notation"),)
        changes.append(Change("organization-notation", cleaned, parsed.text, evidence=evidence))
    value = Value(raw, parsed.text, _parts(parsed), tuple(changes), status="fixed" if changes else "kept")
    seen = _seen(context)
    value = _corrected(_merged(value, parsed, seen), seen)
    return value if value.problems or seen.names[value.text or ""] > 1 else _doubted(value)


def _parts(parsed: Parsed) -> Mapping[str, Json]:
    return {
        "legal_form": parsed.form,
        "name": parsed.name,
        "acronym": parsed.acronym,
        "kind": parsed.kind,
        "position": parsed.position,
        "note": parsed.note,
    }


# --------------------------------------------------------------------------------- what the order says


@dataclass(frozen=True, slots=True)
class _Seen:
    """Canonical names with counts; acronym → canonical names that have it; folded full name → acronym
    defined.
    """

    names: Counter[str]
    by_acronym: Mapping[str, Counter[str]]
    defined: Mapping[str, str]


def _index(counter: Counter[str]) -> _Seen:
    names: Counter[str] = Counter()
    by_acronym: dict[str, Counter[str]] = {}
    defined: dict[str, str] = {}
    for raw, n in counter.items():
        parsed = parse(raw)
        if not parsed.text:
            continue
        names[parsed.text] += n
        if parsed.acronym and parsed.name == parsed.acronym:
            by_acronym.setdefault(parsed.acronym, Counter())[parsed.text] += n
        if parsed.alias and parsed.name:
            defined[fold(parsed.name)] = parsed.alias
    return _Seen(names, by_acronym, defined)


_INDEX = Index(_index)
_EMPTY = _Seen(Counter(), {}, {})


def _defined(counter: Counter[str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for phrase in counter:
        match = _DEFINITION.search(phrase)
        if match is not None:
            found[fold(parse(text.clean(match["full"])[0]).name or "")] = match["short"].strip(" «»")
    return found


_DEFINED = Index(_defined)


def _seen(context: Context) -> _Seen:
    counter = context.seen.get("organization")
    found = _INDEX(counter) if counter else _EMPTY
    if extra := context.seen.get("definition"):
        return _Seen(found.names, found.by_acronym, {**_DEFINED(extra), **found.defined})
    return found


def _merged(value: Value, parsed: Parsed, seen: _Seen) -> Value:
    """The form of the name that the order uses most, where two forms are certainly one organization."""
    acronym = parsed.acronym
    short = parsed.name == acronym
    defined = seen.defined.get(fold(parsed.name or ""))
    if defined is not None and not short:
        acronym = defined
    if acronym is None:
        return value
    forms = seen.by_acronym.get(acronym, Counter())
    fits = (None, parsed.form)
    options = [f for f in forms if f != value.text and (parsed.form is None or parse(f).form in fits)]
    with_form = [f for f in options if parse(f).form is not None]
    if short and parsed.form is None:  # «СОИРО» is the one «ГАУ ДПО «СОИРО»» of the order
        with_form.sort(key=lambda f: -forms[f])
        others = sum(forms[f] for f in with_form[1:])  # other forms, misread ones among them
        if not with_form or forms[with_form[0]] < _MAJORITY * others:
            return value
        why = note("organization.same-acronym", acronym=acronym)
        return _renamed(value, with_form[0], "organization-acronym", why)
    if short or not options or len(acronym) < _SHORTEST_ACRONYM:
        return value
    if defined is None and initials(parsed.name or "") != acronym:
        return value
    best = max(with_form or options, key=lambda f: forms[f])
    key = "organization.defined" if defined is not None else "organization.initials"
    return _renamed(value, best, "organization-acronym", note(key, acronym=acronym))


def _renamed(value: Value, name: str, rule: str, why: Note) -> Value:
    change = Change(rule, value.text or "", name, "inferred", 0.995, (why,))
    parts = {**value.parts, **{k: v for k, v in _parts(parse(name)).items() if v is not None}}
    return Value(value.raw, name, parts, (*value.changes, change), status="fixed")


# ----------------------------------------------------------------------------------------------- damage


def _corrected(value: Value, seen: _Seen) -> Value:
    """The value held against the more frequent names of the order."""
    own_text = value.text or ""
    own = max(1, seen.names[own_text])
    torn = _DIGIT_INSIDE.search(own_text) is not None
    valid = not torn and _is_valid(own_text)
    least = _MAJORITY * own if valid or value.parts.get("acronym") else max(own + 2, 3 * own)
    if torn:  # no name is written so: one clean mention is enough
        least = 1
    weights = {
        name: float(n)
        for name, n in seen.names.items()
        if n >= least
        and name != own_text
        and not (torn and _DIGIT_INSIDE.search(name))
        and abs(len(name) - len(own_text)) <= 2 + len(own_text) // 20
    }
    if torn:
        weights = {n: w for n, w in weights.items() if ocr.channel_cost(own_text, n) <= _ONE_CONFUSION}
    if not weights:
        return value
    ranked = ocr.rank(own_text, weights, valid=not torn, closed=torn)
    if not ranked or ranked[0].value == own_text or _numbers(ranked[0].value) != _numbers(own_text):
        return value
    best = ranked[0]
    n = int(weights[best.value])
    evidence = (*best.evidence, ocr.consensus(n, n + own, best.value))
    decision = ocr.decide(own_text, ranked, valid=valid)
    if decision == "fixed":
        change = Change("organization-ocr", own_text, best.value, "ocr", best.confidence, evidence)
        parts = {**value.parts, **{k: v for k, v in _parts(parse(best.value)).items() if v is not None}}
        return Value(value.raw, best.value, parts, (*value.changes, change), ranked, "fixed")
    if decision == "kept":
        return value
    message = note("organization.variant", text=own_text, suggestion=best.value)
    problem = Problem("name-variant", message, best.value, best.confidence, evidence)
    return Value(value.raw, own_text, value.parts, value.changes, ranked, "suggested", (problem,))


def _doubted(value: Value) -> Value:
    """The value with a question about a word that can be none: letters of two alphabets («ГIК»), or a word
    of no dictionary that one misread letter makes one of it («региональпый»).
    """
    name = value.text or ""
    mixed = _MIXED.search(name)
    if mixed is not None:
        problem = Problem("ocr-suspect", note("organization.mixed", word=mixed[0]))
        return replace(value, problems=(problem,))
    for found in _PLAIN_WORD.finditer(name):
        usual = _one_letter_away(found[0]) if found.start() == 0 or found[0].islower() else None
        if usual is not None:
            whole = name[: found.start()] + usual + name[found.end() :]
            evidence = ocr.explain(found[0], usual)
            message = note("organization.word", word=found[0], usual=usual)
            problem = Problem("ocr-suspect", message, whole, _ONE_LETTER, evidence)
            offered = (Candidate(whole, _ONE_LETTER, evidence),)
            return replace(value, candidates=offered, status="suggested", problems=(problem,))
    return value


@lru_cache(maxsize=4096)
def _one_letter_away(word: str) -> str | None:
    """The one dictionary word that a listed confusion makes of one it lacks; None where none or several."""
    from pipeline.normalizers import morphology

    low = word.lower()
    if morphology.known(low) or morphology.known(low.replace("е", "ё")):
        return None
    near = [w for w in variants(low, ocr.sources) if "-" not in w and morphology.known(w)]
    if len(near) != 1:
        return None
    return near[0].capitalize() if word[0].isupper() else near[0]


def _numbers(name: str) -> list[str]:
    """The numbers of a name. A digit inside a word («СОИР0») is a misread letter, no number."""
    return _NUMBER.findall(name)


@lru_cache(maxsize=4096)
def _is_valid(name: str) -> bool:
    """Whether a name may be right as it is: a known acronym, or nothing but dictionary words."""
    parsed = parse(name)
    if parsed.acronym and parsed.name == parsed.acronym:
        return parsed.acronym in lexicons.words("organizations", "word")
    from pipeline.normalizers import morphology

    words = [w for w in regex.findall(r"\p{L}+", name) if len(w) >= 4 and not w.isupper()]
    return all(morphology.known(w) for w in words)
