"""The name of an organization in parts: legal form, proper name, acronym, kind; and its notation.

Bodies («Департамент Смоленской области по образованию и науке») are given in the nominative, whatever case
the text has them in, and without capitals that a letterhead set. Institutions are legal form and name in
quotes («ГАУ ДПО «СОИРО»»); a legal form in full words is abbreviated. Groups («руководители ОО»,
«муниципальные органы управления образованием») stay as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import regex

from pipeline import lexicons
from pipeline.model import Change
from pipeline.normalizers import ocr, text
from pipeline.normalizers.organization_bodies import body, head_of, legal_forms, tails, uncapped, words_of

_WORD = regex.compile(r"[\p{L}\p{N}]+(?:[-‐‑.][\p{L}\p{N}]+)*\.?")
_QUOTED = regex.compile(r"«(?P<name>.+)»")
_DEFINED = regex.compile(
    r"(?:\(|(?<![\s(]))\s*+(?:в\s++)?(?:далее|дальше)\s*(?:именуем\p{L}+\s*)?[–—:-]*\s*(?P<short>[^()]{2,60}?)\s*\)"
    r"|\(\s*(?P<alone>\p{Lu}{3,12})\s*\)"
)
_NOTE = regex.compile(
    r"\(\s*(?:по\s+(?:согласованию|необходимости|запросу)|при\s+участии)\s*\)|\(\s*\)", regex.IGNORECASE
)
_ONE_CONFUSION = 8.0  # nats: one listed confusion, no unusual letter (ООО is not a damaged МОО)
_BEHIND = regex.compile(r"(?:,|\((?=[^()]*\)?$))\s*(?P<position>[^,()«»]{3,60})\)?\s*$")
_OF_WHAT = regex.compile(r"по\s", regex.IGNORECASE)
_CAPITALS = regex.compile(r"(?=.*\p{Lu})[\p{Lu}\p{N}]{2,8}")  # an abbreviation, a digit misread in it or not
_ROUNDS = 8  # brackets and marks around brackets and marks
_TRIM = " ,;:–—-\t\n"


@dataclass(frozen=True, slots=True)
class Parsed:
    """`form` and `name` for institutions; `text` is the canonical text; `alias` what «(далее – …)»
    defines.
    """

    text: str
    form: str | None = None
    name: str | None = None
    acronym: str | None = None
    kind: str | None = None
    alias: str | None = None
    position: str | None = None
    note: str | None = None
    repairs: tuple[Change, ...] = ()


@lru_cache(maxsize=8192)
def parse(cleaned: str) -> Parsed:
    """The parts of a cleaned name. Its canonical text is one that parses into itself."""
    first = found = _parse(cleaned)
    for _ in range(_ROUNDS):
        again = _parse(text.clean(found.text)[0])
        if again.text == found.text:
            break
        found = replace(
            again,
            alias=first.alias or again.alias,
            position=first.position or again.position,
            note=first.note or again.note,
            repairs=(*found.repairs, *again.repairs),
        )
    return found


def _parse(cleaned: str) -> Parsed:
    noted = [m[0].strip("() ") for m in _NOTE.finditer(cleaned) if m[0].strip("() ")]
    plain = " ".join(_NOTE.sub(" ", cleaned).split())
    alias = None
    defined = _DEFINED.search(plain)
    if defined is not None and (defined["alone"] or "").lower() in words_of("proper"):
        defined = None  # «РЕСПУБЛИКИ САХА (ЯКУТИЯ)»
    if defined is not None and defined.start() > 0:
        alias = (defined["short"] or defined["alone"]).strip(" «»")
        plain = plain[: defined.start()] + plain[defined.end() :]
    plain = " ".join(plain.split()).strip(_TRIM)
    plain = _unwrapped(plain)
    position, plain = _without_position(plain)
    form, rest, repairs = _legal_form(plain)
    note = "; ".join(noted) or None
    if form is not None:
        name = _bare(rest)
        return Parsed(
            _institution(form, rest),
            form,
            name or None,
            _acronym(name),
            "institution",
            alias,
            position,
            note,
            repairs,
        )
    if _is_acronym(_bare(plain)):
        bare = _bare(plain)
        return Parsed(bare, None, bare, bare, "institution", alias, position, note)
    named, kind = body(uncapped(plain), singular=position is not None)
    acronym = alias if alias and _is_acronym(alias) else _acronym(named) if kind == "institution" else None
    return Parsed(named, None, named or None, acronym, kind, alias, position, note)


def _unwrapped(plain: str) -> str:
    """Without brackets around the whole, and without a bracket or full stop that lost its partner."""
    while plain.startswith("(") and plain.endswith(")") and plain.find(")") == len(plain) - 1:
        plain = plain[1:-1].strip(_TRIM)
    if plain.count("(") < plain.count(")") and plain.endswith(")"):
        plain = plain[:-1].strip(_TRIM)
    if plain.endswith("(") or (plain.count("(") > plain.count(")") and plain.startswith("(")):
        plain = plain.strip("( ")
    if plain.endswith(".") and not regex.search(r"\b\p{L}{1,3}\.$", plain):
        plain = plain[:-1]
    return plain.strip(_TRIM)


def _without_position(plain: str) -> tuple[str | None, str]:
    """«ректор ГАУ ДПО «СОИРО»», «ГАУ ДПО «СОИРО», ректор» → («ректор», «ГАУ ДПО «СОИРО»»)."""
    words = lexicons.words("positions", "word")
    if (behind := _BEHIND.search(plain)) is not None:
        said = _WORD.findall(behind["position"])
        if said and said[0].lower() in words and not any(_names_organization(w) for w in said):
            return behind["position"].strip(_TRIM + "()"), plain[: behind.start()].strip(_TRIM)
    at = 0
    for match in _WORD.finditer(plain):
        if match[0].lower() not in words or plain[at : match.start()].strip(" ,-–"):
            break
        at = match.end()
    if at == 0 or not plain[at:].strip(_TRIM):
        return None, plain
    rest = plain[at:].strip(_TRIM)
    if _OF_WHAT.match(rest):  # «проректор по научной работе ГАУ ДПО «СОИРО»»
        form = next((m.start() for m in _WORD.finditer(rest) if m[0] in legal_forms()), 0)
        at, rest = at + plain[at:].index(rest) + form, rest[form:]
    if not _names_organization(rest.split(" ")[0]) and not rest.startswith("«"):
        return None, plain  # «главный специалист по кадрам»: what follows is no organization
    return plain[:at].strip(_TRIM), rest


def _names_organization(word: str) -> bool:
    return head_of(word) is not None or word in legal_forms()


# ----------------------------------------------------------------------------------------- institutions


def _legal_form(plain: str) -> tuple[str | None, str, tuple[Change, ...]]:
    """(abbreviated legal form, what follows, repairs)."""
    words = plain.split(" ")
    first = words[0].upper() if words[0].isupper() else words[0]
    if first in legal_forms():
        return _with_tails(first, words, ())
    short = len(words) > 1 and _CAPITALS.fullmatch(words[0]) is not None
    short = short and words[0] not in lexicons.words("organizations", "word")
    if short and (words[1].startswith("«") or _tail(words, 1) is not None):
        return _damaged_form(words)
    return _form_in_words(plain)


def _with_tails(
    form: str, words: list[str], repairs: tuple[Change, ...]
) -> tuple[str, str, tuple[Change, ...]]:
    """The form with the tails behind it («ГАУ ДПО»), the rest, and the repairs."""
    used, parts = 1, [form]
    while used < len(words) and (tail := _tail(words, used)) is not None:
        parts.append(tail[0])
        repairs = (*repairs, *tail[1])
        used += 1
    return " ".join(parts), " ".join(words[used:]), repairs


def _tail(words: list[str], at: int) -> tuple[str, tuple[Change, ...]] | None:
    """The tail of a legal form that stands at a place. A misread one counts only before a name in quotes,
    which says that the words up to there are the legal form, and not where it may be a region's initials
    («ГАУДПО ЛО «ИРО»» is of Липецкая область).
    """
    word = words[at]
    if word in tails():
        return word, ()
    if word in _initials_of_regions() or words[at - 1].endswith(tuple(tails())):
        return None
    if not _CAPITALS.fullmatch(word) or at + 1 >= len(words) or not words[at + 1].startswith("«"):
        return None
    ranked = ocr.rank(word, dict.fromkeys(tails(), 1.0), valid=False, closed=True)
    if ocr.decide(word, ranked) != "fixed" or ocr.channel_cost(word, ranked[0].value) > _ONE_CONFUSION:
        return None
    best = ranked[0]
    change = Change("legal-form-ocr", word, best.value, "ocr", best.confidence, best.evidence)
    return best.value, (change,)


@cache
def _initials_of_regions() -> frozenset[str]:
    """The initials by which institutions name their region: ЛО, РК, ХК, ХМАО, КБР."""
    names = (regex.sub(r"\(.*\)", "", name) for name in lexicons.words("regions", "name"))
    return frozenset("".join(w[0].upper() for w in regex.findall(r"\p{L}+", name)) for name in names)


def _damaged_form(words: list[str]) -> tuple[str | None, str, tuple[Change, ...]]:
    """A legal form with a misread letter: the forms are a closed list, the tail and the quotes say that
    it is one.
    """
    weights = {r["abbreviation"]: float(r["weight"]) for r in lexicons.rows("legal_forms")}
    ranked = ocr.rank(words[0], weights, valid=False, closed=True)
    form = words[0]
    repairs: tuple[Change, ...] = ()
    likely = ocr.decide(words[0], ranked) == "fixed" and len(words[0]) > 3
    if likely and ocr.channel_cost(words[0], ranked[0].value) <= _ONE_CONFUSION:
        best = ranked[0]
        form = best.value
        repairs = (Change("legal-form-ocr", words[0], form, "ocr", best.confidence, best.evidence),)
    elif _tail(words, 1) is None:
        return None, " ".join(words), ()
    return _with_tails(form, words, repairs)


@cache
def _form_words() -> Mapping[str, list[tuple[regex.Pattern[str], str]]]:
    """Place (attribute, head, tail) → (pattern of the phrase in any case, letters)."""
    found: dict[str, list[tuple[regex.Pattern[str], str]]] = {"attribute": [], "head": [], "tail": []}
    for row in lexicons.rows("legal_form_words"):
        stems = [regex.escape(_stem(w)) + r"\p{L}{0,3}" for w in row["phrase"].split()]
        pattern = regex.compile(r"\s+".join(stems) + r"(?![\p{L}])", regex.IGNORECASE)
        found[row["place"]].append((pattern, row["letters"]))
    for patterns in found.values():
        patterns.sort(key=lambda x: -len(x[0].pattern))
    return found


def _stem(word: str) -> str:
    return regex.sub(r"(?:ое|ая|ый|ий|его|ого|е|я|а|и)$", "", word.replace("ё", "е"))


def _form_in_words(plain: str) -> tuple[str | None, str, tuple[Change, ...]]:
    """«Государственное автономное учреждение дополнительного профессионального образования» → ГАУ ДПО."""
    folded = plain.replace("ё", "е").replace("Ё", "Е")
    places = _form_words()
    letters, at = "", 0
    while (step := _longest(places["attribute"], folded, at)) is not None:
        letters, at = letters + step[0], step[1]
    head = _longest(places["head"], folded, at)
    if head is None or len(letters) < 2:
        return None, plain, ()
    form, at = letters + head[0], head[1]
    if (tail := _longest(places["tail"], folded, at)) is not None:
        form, at = form + tail[0], tail[1]
    return form, plain[at:].strip(_TRIM), ()


def _longest(patterns: list[tuple[regex.Pattern[str], str]], folded: str, at: int) -> tuple[str, int] | None:
    while at < len(folded) and folded[at] == " ":
        at += 1
    for pattern, letters in patterns:
        if (found := pattern.match(folded, at)) is not None:
            return letters, found.end()
    return None


def _institution(form: str, rest: str) -> str:
    """Legal form and name; a name that is an acronym stands in quotes."""
    if not rest:
        return form
    if rest.startswith("«") and not rest.endswith("»") and "»" not in rest:
        rest += "»"
    elif rest.endswith("»") and "«" not in rest:
        rest = "«" + rest
    if _is_acronym(rest):
        rest = f"«{rest}»"
    return f"{form} {rest}"


def _bare(name: str) -> str:
    """The name without the quotes around the whole of it."""
    found = _QUOTED.fullmatch(name.strip(_TRIM))
    return found["name"].strip(_TRIM) if found else name.strip(_TRIM).strip("«»")


def _is_acronym(name: str) -> bool:
    return regex.fullmatch(r"\p{Lu}[\p{Lu}\p{N}]{2,11}", name) is not None and name not in legal_forms()


def _acronym(name: str) -> str | None:
    """The acronym that a name is, or the one that its words make."""
    if _is_acronym(name):
        return name
    made = initials(name)
    return made if len(made) >= 3 else None


def initials(name: str) -> str:
    """The first letters of a name's words but for prepositions: «Смоленский областной институт …» → СО…"""
    words = [w for w in regex.findall(r"\p{L}+", name) if w.lower() not in words_of("small")]
    return "".join(w[0].upper() for w in words)
