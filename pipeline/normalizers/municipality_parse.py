"""The grammar of municipalities' names: kind and name, and the one notation that both are written in.

«Вяземского муниципального района», «МО «Вяземский район»» → «Вяземский район»; damaged words of kinds and
endings of adjectives are put right from closed lists on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import regex

from pipeline import lexicons
from pipeline.ids import fold
from pipeline.model import Change
from pipeline.normalizers import ocr, text
from pipeline.normalizers.school_names import town

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
class Parsed:
    """`name` without the kind, `kind` as the text has it, `noun`: the name is a noun («Смоленск»), no
    adjective.
    """

    name: str
    kind: str | None
    noun: bool
    oblique: bool = False
    city: bool = False  # the word «город» stands in the text


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
def parse(cleaned: str) -> tuple[Parsed, tuple[Change, ...]]:
    """Kind and name; the canonical text is one that parses into itself."""
    parsed, changes = _parse_once(cleaned)
    for _ in range(_ROUNDS):
        again, more = _parse_once(text.clean(canonical(parsed))[0])
        if canonical(again) == canonical(parsed):
            break
        parsed, changes = again, (*changes, *more)
    return parsed, changes


def _parse_once(cleaned: str) -> tuple[Parsed, tuple[Change, ...]]:
    kinds_pattern, prefix, kinds = _patterns()
    plain = _SPACES.sub(" ", _QUOTES.sub(" ", cleaned)).strip(" .,;'’`|_")
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
        return Parsed(_cased(plain), None, not _ADJECTIVE.search(plain.lower())), ()
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
        return Parsed(plain, "внутригородской район" if "район" in kind else None, True), tuple(changes)
    name = _cased(before or behind)
    if not name:
        return Parsed(plain, None, True), tuple(changes)
    if before:
        name, change = _repair_ending(name, oblique)
        if change is not None:
            changes.append(change)
    adjective = regex.search(r"(?:ск|цк)(?:ий|ой|ого|ому|им|ом)$", name.lower())
    noun = not before and (city or not adjective)  # «г. Чайковский»
    if noun and city and not oblique and (forms := town(name)) is not None:
        name = forms[0]  # «Комитет по образованию г. Тулы»
    return Parsed(_nominative(name, noun) if oblique else name, kind, noun, oblique, city), tuple(changes)


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


def kind_of(parsed: Parsed) -> str | None:
    """The kind in one wording: «район» is a municipal district, «город» an urban one. None for «Махнёвское
    МО», a «муниципальное образование» of whatever kind.
    """
    if _is_neuter(parsed):
        return None
    if parsed.kind in _KINDS_OF_DISTRICT:
        return "муниципальный район"
    if parsed.kind in _KINDS_OF_CITY:
        return "городской округ"
    return "муниципальный округ" if parsed.kind == "округ" else parsed.kind


def _is_neuter(parsed: Parsed) -> bool:
    """«Махнёвское МО»: the adjective says that «МО» is no «округ»."""
    return parsed.kind == "муниципальный округ" and parsed.name.endswith("ое")


def canonical(parsed: Parsed) -> str:
    """Name and kind as official lists write them."""
    name, kind = parsed.name, kind_of(parsed)
    if _is_neuter(parsed):
        return f"{name} муниципальное образование"
    if kind is None or kind == "внутригородской район":
        return name
    if parsed.noun:
        if kind == "городской округ":
            return f"город {name}" if parsed.city else f"городской округ {name}"
        return f"{kind} {name}"
    return f"{name} район" if kind == "муниципальный район" else f"{name} {kind}"
