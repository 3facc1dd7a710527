"""Municipalities: kind and name in one notation, held against the region's closed list where reference data
give it.

«Вяземского муниципального района», «МО «Вяземский район»» → «Вяземский район»; «г. Смоленск», «городской
округ город Смоленск» → «город Смоленск»; «Арзамасский муниципальный округ» and «городской округ Балашиха»
keep their kinds. `parts`: `name` (without the kind), `kind`, `oktmo` (from reference data only). A damaged
name is corrected against the region's list; without one by the order's other municipalities and by its
ending.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from math import exp, inf
from typing import TYPE_CHECKING

import regex

from pipeline import lexicons
from pipeline.ids import fold
from pipeline.model import Candidate, Change, Json, Problem, Value, note
from pipeline.normalizers import ocr, ocr_index, text
from pipeline.normalizers.context import Context
from pipeline.normalizers.school_names import likely_name, town
from pipeline.normalizers.seen import Index

if TYPE_CHECKING:
    from pipeline.reference import Municipality

_QUOTES = regex.compile(r"[«»\"“”„]")
_SPACES = regex.compile(r"\s+")
_OBLIQUE = regex.compile(r"(?:ого|его|ому|ему|ым|им|ом|ем)$")
_ADJECTIVE = regex.compile(r"(?:ий|ый|ой|ого|его|ому|ему|ым|им|ом|ем)$")
_SOFT_STEM = regex.compile(r"[кгхжчшщ]$")
_INNER_CAPITAL = regex.compile(r"(?<=\p{L})\p{Lu}")
_ITEM = regex.compile(r"^\d{1,3}[.)]\s+(?=\p{L})")  # «1. Погарский район»
_TAIL = regex.compile(r"(\p{L}[\p{L}-]+[сц]к)(\p{L}{1,3})")
_ROUNDS = 8
_KINDS_OF_DISTRICT = ("район", "муниципальный район")
_KINDS_OF_CITY = ("город", "городской округ")


@dataclass(frozen=True, slots=True)
class _Parsed:
    """`name` without the kind, `kind` as the text has it, `noun`: the name is a noun («Смоленск»), no
    adjective.
    """

    name: str
    kind: str | None
    noun: bool
    oblique: bool = False
    city: bool = False  # the word «город» stands in the text


def normalize(raw: str, context: Context) -> Value:
    """One municipality. Text None for an empty text only; what cannot be parsed stays as it stands,
    cleaned.
    """
    cleaned, steps = text.clean(raw)
    if not any(c.isalnum() for c in cleaned):
        return Value(raw, cleaned or None, _parts(None, None, None))
    changes = [c for c in steps if c.kind == "ocr"]
    parsed, repaired = _parse(cleaned)
    changes += repaired
    listed = _listed(context)
    found = _match(parsed, listed)
    own = _canonical(parsed)
    if found is not None:
        return _value(raw, cleaned, found.name, _parts(_bare(found.name), found.kind, found.oktmo), changes)
    parts = _parts(parsed.name, _kind(parsed), None)
    if not listed and (dotted := _dotted(own, context)) is not None:
        why = (note("municipality.yo", text=dotted),)
        changes.append(Change("yo-restored", own, dotted, "notation", 1.0, why))
        parsed = _parse(dotted)[0]
        own, parts = dotted, _parts(parsed.name, _kind(parsed), None)
    if not listed and parsed.name and (voted := _voted(own, parsed, context)):
        return _by_order(_value(raw, cleaned, own, parts, changes), own, voted)
    if not listed or not parsed.name:
        return _value(raw, cleaned, own, parts, changes)
    return _against_list(raw, cleaned, own, parts, changes, listed, _complete(context))


def _parts(name: str | None, kind: str | None, oktmo: str | None) -> Mapping[str, Json]:
    return {"name": name, "kind": kind, "oktmo": oktmo}


def _value(raw: str, cleaned: str, own: str, parts: Mapping[str, Json], changes: Sequence[Change]) -> Value:
    all_changes = list(changes)
    if own != raw:
        evidence = (note("municipality.notation"),)
        all_changes.append(Change("municipality-notation", cleaned, own, evidence=evidence))
    return Value(raw, own, parts, tuple(all_changes), status="fixed" if all_changes else "kept")


def _against_list(
    raw: str,
    cleaned: str,
    own: str,
    parts: Mapping[str, Json],
    changes: Sequence[Change],
    listed: Sequence[Municipality],
    complete: bool,
) -> Value:
    """A name that the region's list does not have: which of the list it may be."""
    by_name = {m.name: m for m in listed}
    if parts["kind"] is None:  # only the name: «Глинковский»
        by_name = {_bare(m.name): m for m in listed}
    valid = _is_word(str(parts["name"]))
    ranked = ocr.rank(own, dict.fromkeys(by_name, 1.0), valid=valid)
    status = ocr.decide(own, ranked, valid=valid)
    base = _value(raw, cleaned, own, parts, changes)
    if status == "fixed":
        best = by_name[ranked[0].value]
        evidence = (*ranked[0].evidence, note("municipality.listed", name=best.name, region=best.region))
        change = Change("municipality-ocr", own, best.name, "ocr", ranked[0].confidence, evidence)
        fixed = _parts(_bare(best.name), best.kind, best.oktmo)
        return Value(raw, best.name, fixed, (*base.changes, change), ranked, "fixed")
    if status == "suggested":
        problem = Problem(
            "ocr-suspect",
            note("municipality.suspect", text=own, suggestion=ranked[0].value),
            ranked[0].value,
            ranked[0].confidence,
            ranked[0].evidence,
        )
        return Value(raw, own, parts, base.changes, ranked, "suggested", (problem,))
    if not complete or any(fold(_bare(m.name)) == fold(str(parts["name"])) for m in listed):
        return base  # absence is no evidence; nor is a kind that has changed since
    unknown = Problem("reference-mismatch", note("municipality.unknown", text=own, region=listed[0].region))
    return replace(base, problems=(unknown,))


@dataclass(frozen=True, slots=True)
class _InOrder:
    """The order's municipalities with their numbers of rows, by the name that stands there."""

    counts: Counter[str]
    total: int
    once: int  # that have one row
    folded: Mapping[str, Sequence[str]]
    index: ocr_index.Index | None  # where they are too many to hold each against all


@Index
def _in_order(counter: Counter[str]) -> _InOrder:
    found: Counter[str] = Counter()
    for raw, n in counter.items():
        found[_canonical(_parse(text.clean(raw)[0])[0])] += n
    folded: dict[str, list[str]] = {}
    for name in found:
        folded.setdefault(fold(name), []).append(name)
    many = len(found) > lexicons.numbers("decision")["names_compared"]
    once = sum(1 for n in found.values() if n == 1)
    return _InOrder(found, found.total(), once, folded, ocr_index.Index(found) if many else None)


def _dotted(own: str, context: Context) -> str | None:
    """The order's spelling with ё of a municipality that is written with е here."""
    counter = context.seen.get("municipality")
    if not counter or "ё" in own.lower():
        return None
    return next((name for name in _in_order(counter).folded.get(fold(own), ()) if name != own), None)


def _voted(own: str, parsed: _Parsed, context: Context) -> tuple[Candidate, ...]:
    """What else of the order a municipality's name may be, with posteriors: best first, itself included.

    Against «it is another municipality» stands how rarely names are spelled so (`usual`): a list names each
    of its municipalities in many rows, and a new one can be called anything.
    """
    counter = context.seen.get("municipality")
    if not counter:
        return ()
    order = _in_order(counter)
    counts, total, mine = order.counts, order.total, order.counts[own]
    compared = counts if order.index is None else order.index.near(own, further=ocr_index.EDITS)
    same = fold(own)
    others = {name: float(counts[name]) for name in compared if counts[name] >= mine and fold(name) != same}
    weights = {own: (order.once + 1) / (total + 2) * likely_name(parsed.name)}
    for name in ocr.near(own, others):
        cost = ocr.channel_cost(own, name)
        if cost < inf:
            weights[name] = (counts[name] / total) * exp(-cost)
    norm = sum(weights.values())
    ranked = sorted(((w / norm, name) for name, w in weights.items()), reverse=True)
    why = {name: ocr.consensus(counts[name], counts[name] + mine, name) for name in weights}
    return tuple(
        Candidate(name, round(p, 4), (*ocr.explain(own, name), why[name]) if name != own else ())
        for p, name in ranked
        if p > ocr.TOLD
    )


def _by_order(base: Value, own: str, ranked: tuple[Candidate, ...]) -> Value:
    """The value held against the other municipalities of its order."""
    best = next((c for c in ranked if c.value != own), None)
    if best is None or best is not ranked[0]:
        return base
    parsed = _parse(own)[0]
    status = ocr.decide(own, [best], valid=_is_word(parsed.name))
    if status == "fixed":
        change = Change("municipality-consensus", own, best.value, "ocr", best.confidence, best.evidence)
        found = _parse(best.value)[0]
        parts = _parts(found.name, _kind(found), None)
        return Value(base.raw, best.value, parts, (*base.changes, change), ranked, "fixed")
    if status == "suggested":
        problem = Problem(
            "ocr-suspect",
            note("municipality.others-say", text=own, suggestion=best.value),
            best.value,
            best.confidence,
            best.evidence,
        )
        offered = tuple(c for c in ranked if c.value != own)
        return replace(base, candidates=offered, status="suggested", problems=(*base.problems, problem))
    return base


def _is_word(name: str) -> bool:
    """Whether the dictionary knows the name: it may be a municipality that the list lacks."""
    from pipeline.normalizers import morphology

    return all(morphology.known(word) for word in regex.findall(r"\p{L}+", name))


def _complete(context: Context) -> bool:
    return context.reference is not None and context.reference.is_complete(context.region)


def _listed(context: Context) -> Sequence[Municipality]:
    if context.reference is None or context.region is None:
        return ()
    return context.reference.municipalities(context.region)


@lru_cache(maxsize=4096)
def _key(name: str) -> tuple[str, str | None, bool]:
    parsed = _parse(name)[0]
    return fold(parsed.name), _kind(parsed), parsed.noun


def _bare(name: str) -> str:
    return _parse(name)[0].name


def _match(parsed: _Parsed, listed: Sequence[Municipality]) -> Municipality | None:
    """The entry of the list that the text names: the same name and a kind that does not contradict."""
    name, kind = fold(parsed.name), _kind(parsed)
    fitting = []
    for entry in listed:
        entry_name, entry_kind, entry_noun = _key(entry.name)
        if entry_name == name and entry_noun == parsed.noun and kind in (None, entry_kind, entry.kind):
            fitting.append(entry)
    return fitting[0] if len(fitting) == 1 else None


# ------------------------------------------------------------------------------------------------- parsing


@cache
def _patterns() -> tuple[regex.Pattern[str], regex.Pattern[str], Mapping[str, tuple[str, bool]]]:
    """(kind phrases, prefixes, phrase → (kind, oblique))."""
    rows = lexicons.rows("municipality_kinds")
    kinds = {r["phrase"]: (r["kind"], _is_oblique(r["phrase"], r["kind"])) for r in rows}
    joined = "|".join(regex.escape(p) for p in sorted(kinds, key=len, reverse=True))
    prefixes = sorted(lexicons.words("municipality_prefixes", "phrase"), key=len, reverse=True)
    lead = "|".join(regex.escape(p) for p in prefixes)
    return (
        regex.compile(rf"(?<![\p{{L}}-])(?:{joined})(?![\p{{L}}-])", regex.IGNORECASE),
        regex.compile(rf"^(?:{lead})(?![\p{{L}}-])[\s:–-]*", regex.IGNORECASE),
        kinds,
    )


def _is_oblique(phrase: str, kind: str) -> bool:
    phrase = phrase.partition(" (")[0]  # «улуса (района)»
    same = phrase.replace("ё", "е") == kind.replace("ё", "е")
    return phrase[-1:].isalpha() and len(phrase) > 3 and not same


@cache
def _regions() -> regex.Pattern[str]:
    names = sorted({fold(r[k]) for r in lexicons.rows("regions") for k in ("name", "genitive")}, key=len)
    joined = "|".join(regex.escape(n) for n in reversed(names))
    return regex.compile(rf"(?<![\s,(])[\s,(]++(?:{joined})\)?$", regex.IGNORECASE)


@lru_cache(maxsize=4096)
def _parse(cleaned: str) -> tuple[_Parsed, tuple[Change, ...]]:
    """Kind and name; the canonical text is one that parses into itself."""
    parsed, changes = _parse_once(cleaned)
    for _ in range(_ROUNDS):
        again, more = _parse_once(text.clean(_canonical(parsed))[0])
        if _canonical(again) == _canonical(parsed):
            break
        parsed, changes = again, (*changes, *more)
    return parsed, changes


def _parse_once(cleaned: str) -> tuple[_Parsed, tuple[Change, ...]]:
    kinds_pattern, prefix, kinds = _patterns()
    plain = _SPACES.sub(" ", _QUOTES.sub(" ", cleaned)).strip(" .,;")
    plain = _ITEM.sub("", _without_region(plain))
    for _ in range(3):
        shorter = prefix.sub("", plain, count=1).strip()
        if shorter == plain or not shorter:
            break
        plain = shorter
    changes: list[Change] = []
    plain, repaired = _repair_words(plain)
    changes += repaired
    matches = list(kinds_pattern.finditer(plain))
    if not matches:
        plain, change = _repair_kind(plain)
        if change is not None:
            changes.append(change)
            matches = list(kinds_pattern.finditer(plain))
    if not matches:
        return _Parsed(_cased(plain), None, not _ADJECTIVE.search(plain.lower())), ()
    first = matches[0]
    before = plain[: first.start()].strip(" ,")
    kind, oblique = kinds[_lexical(first[0], kinds)]
    city = kind == "город"
    at = first.end()
    if before == "" and len(matches) > 1 and plain[at : matches[1].start()].strip() == "":
        kind_two, oblique_two = kinds[_lexical(matches[1][0], kinds)]
        city = city or kind_two == "город"
        oblique = oblique_two
        at = matches[1].end()
    behind = plain[at:].strip(" ,.")
    if before and behind:  # «Ленинский район г. Саратова»: more than one municipality's name
        return _Parsed(plain, "внутригородской район" if "район" in kind else None, True), tuple(changes)
    name = _cased(before or behind)
    if not name:
        return _Parsed(plain, None, True), tuple(changes)
    if before:
        name, change = _repair_ending(name, oblique)
        if change is not None:
            changes.append(change)
    adjective = regex.search(r"(?:ск|цк)(?:ий|ой|ого|ому|им|ом)$", name.lower())
    noun = not before and (city or not adjective)  # «г. Чайковский»
    if noun and city and not oblique and (forms := town(name)) is not None:
        name = forms[0]  # «Комитет по образованию г. Тулы»
    return _Parsed(_nominative(name, noun) if oblique else name, kind, noun, oblique, city), tuple(changes)


def _lexical(phrase: str, kinds: Mapping[str, tuple[str, bool]]) -> str:
    lower = _SPACES.sub(" ", phrase.lower())
    return lower if lower in kinds else lower.rstrip(".")


def _without_region(plain: str) -> str:
    """«Вяземский район Смоленской области» without the region."""
    folded = plain.lower().replace("ё", "е")
    found = _regions().search(folded)
    return plain[: found.start()].rstrip(" ,(") if found and found.start() > 0 else plain


_KIND_WORDS = dict.fromkeys(
    (
        "муниципальный",
        "муниципального",
        "муниципальное",
        "городской",
        "городского",
        "образование",
        "образования",
    ),
    1.0,
)


def _repair_words(plain: str) -> tuple[str, list[Change]]:
    """Damaged words of kinds before the name's own («Жуковский муниципальиый округ»)."""
    changes: list[Change] = []
    words = plain.split(" ")
    for i, word in enumerate(words):
        if len(word) < 8 or word.lower() in _KIND_WORDS or not word[:1].islower():
            continue
        ranked = ocr.rank(word, _KIND_WORDS, valid=False, closed=True)
        if ocr.decide(word, ranked) == "fixed":
            best = ranked[0]
            words[i] = best.value
            changes.append(
                Change("municipality-kind-ocr", word, best.value, "ocr", best.confidence, best.evidence)
            )
    return " ".join(words), changes


def _repair_kind(plain: str) -> tuple[str, Change | None]:
    """A damaged kind word at the end («Вяземский райоп»): the words are a closed list."""
    head, _, last = plain.rpartition(" ")
    if not head or len(last) < 4:
        return plain, None
    words = {"район": 20.0, "района": 2.0, "округ": 5.0, "округа": 1.0}
    ranked = ocr.rank(last.lower(), words, valid=False, closed=True)
    if ocr.decide(last.lower(), ranked) != "fixed":
        return plain, None
    best = ranked[0]
    return f"{head} {best.value}", Change(
        "municipality-kind-ocr", last, best.value, "ocr", best.confidence, best.evidence
    )


def _repair_ending(name: str, oblique: bool) -> tuple[str, Change | None]:
    """«Погарскии район»: after -ск- and -цк- an adjective has few endings."""
    match = _TAIL.fullmatch(name)
    endings = ("ого", "ому", "им", "ом") if oblique else ("ий",)
    if match is None or match[2].lower() in (*endings, "ой"):
        return name, None
    ranked = ocr.rank(match[2].lower(), dict.fromkeys(endings, 1.0), valid=False, closed=True)
    if ocr.decide(match[2].lower(), ranked) != "fixed":
        return name, None
    whole = match[1] + ranked[0].value
    return whole, Change(
        "municipality-ending-ocr", name, whole, "ocr", ranked[0].confidence, ranked[0].evidence
    )


def _cased(name: str) -> str:
    """Names in capitals or in small letters → «Холм-Жирковский»."""
    jumbled = len(_INNER_CAPITAL.findall(name)) > 1  # «ЕЛЬНИКОВСкиЙ»: a poor copy's letters of all sizes
    if not (name.isupper() or name.islower() or jumbled) or any(c.isdigit() for c in name):
        return name
    return regex.sub(r"\p{L}+", lambda m: m[0].capitalize(), name.lower())


def _nominative(name: str, noun: bool) -> str:
    """The nominative of a name that stands in another case."""
    from pipeline.normalizers import morphology

    head, space, last = name.rpartition(" ")
    if noun:
        form = morphology.nominative(last, "Geox", "sing") if morphology.known(last) else None
        return head + space + (_like(form, last) if form else last)
    if not _OBLIQUE.search(last.lower()):
        return name
    front, hyphen, end = last.rpartition("-")
    form = morphology.nominative(end, "ADJF", "masc") if morphology.known(end) else None
    if form is None or not _ADJECTIVE.search(form):
        stem = _OBLIQUE.sub("", end)
        form = stem + ("ий" if _SOFT_STEM.search(stem) or end.lower().endswith("его") else "ый")
    return head + space + front + hyphen + _like(form, end)


def _like(form: str, model: str) -> str:
    return form[:1].upper() + form[1:] if model[:1].isupper() else form


# ------------------------------------------------------------------------------------------- canonical text


def _kind(parsed: _Parsed) -> str | None:
    if parsed.kind in _KINDS_OF_DISTRICT:
        return "муниципальный район"
    if parsed.kind in _KINDS_OF_CITY:
        return "городской округ"
    return "муниципальный округ" if parsed.kind == "округ" else parsed.kind


def _canonical(parsed: _Parsed) -> str:
    name, kind = parsed.name, _kind(parsed)
    if kind is None or kind == "внутригородской район":
        return name
    if parsed.noun:
        if kind == "городской округ":
            return f"город {name}" if parsed.city else f"городской округ {name}"
        return f"{kind} {name}"
    return f"{name} район" if kind == "муниципальный район" else f"{name} {kind}"
