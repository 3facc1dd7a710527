"""The name of an organization in parts: legal form, proper name, acronym, kind; and its notation.

Bodies («Департамент Смоленской области по образованию и науке») are given in the nominative, whatever case
the text has them in, and without capitals that a letterhead set. Institutions are legal form and name in
quotes («ГАУ ДПО «СОИРО»»); a legal form in full words is abbreviated. Groups («руководители ОО»,
«муниципальные органы управления образованием») stay as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import regex

from pipeline import lexicons
from pipeline.model import Change
from pipeline.normalizers import ocr

_WORD = regex.compile(r"[\p{L}\p{N}]+(?:[-‐‑.][\p{L}\p{N}]+)*\.?")
_QUOTED = regex.compile(r"«(?P<name>.+)»")
_DEFINED = regex.compile(
    r"\(?\s*(?:в\s+)?(?:далее|дальше)\s*(?:именуем\p{L}+\s*)?[–—:-]*\s*(?P<short>[^()]{2,60}?)\s*\)"
    r"|\(\s*(?P<alone>\p{Lu}{3,12})\s*\)"
)
_NOTE = regex.compile(
    r"\(\s*(?:по\s+(?:согласованию|необходимости|запросу)|при\s+участии)\s*\)|\(\s*\)", regex.IGNORECASE
)
_TRIM = " ,;:–—-\t\n"
_ADJECTIVE = regex.compile(r"(?:ый|ий|ой|ая|ое|ые|ие|ого|его|ому|ему|ым|им|ом|ем|ую|ых|их|яя|ее)$")
_SMALL = frozenset("и в во на по о об обо с со к ко у для при от до из за над под или а".split())
_TERRITORY = regex.compile(
    r"^(?:район|област|кра[йяюе]|округ|республик|город|поселени|муниципалитет|волост|улус|сел[ао]$)"
)
_COMMON_ADJECTIVES = regex.compile(
    r"^(?:муниципальн|городск|сельск|автономн|национальн|федеральн|региональн|областн|краев|республиканск|"
    r"образовательн|социальн|общ|городов|детск|педагогическ|научн|методическ|государственн)"
)


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


@cache
def _heads() -> Mapping[str, tuple[str, str, str]]:
    """Form in small letters → (nominative, gender, kind). A form of two words (управления: genitive or
    plural) counts as the singular.
    """
    found: dict[str, tuple[str, str, str]] = {}
    for row in lexicons.rows("organization_heads"):
        for form in row["forms"].split("|"):
            found.setdefault(form, (row["word"], row["gender"], row["kind"]))
    return found


def head_of(word: str) -> tuple[str, str, str] | None:
    """(nominative, gender, kind) of a word that heads the name of an organization; gender «plur» for
    groups.
    """
    return _heads().get(word.lower().replace("ё", "е")) or _heads().get(word.lower())


@cache
def legal_forms() -> frozenset[str]:
    return lexicons.words("legal_forms", "abbreviation")


@cache
def tails() -> frozenset[str]:
    return lexicons.words("legal_form_tails", "word")


@lru_cache(maxsize=8192)
def parse(cleaned: str) -> Parsed:
    """The parts of a cleaned name."""
    noted = [m[0].strip("() ") for m in _NOTE.finditer(cleaned) if m[0].strip("() ")]
    plain = _NOTE.sub(" ", cleaned)
    alias = None
    if (defined := _DEFINED.search(plain)) is not None and defined.start() > 0:
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
    text, kind = _body(_uncapped(plain))
    acronym = alias if alias and _is_acronym(alias) else _acronym(text) if kind == "institution" else None
    return Parsed(text, None, text or None, acronym, kind, alias, position, note)


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
    """«ректор ГАУ ДПО «СОИРО»» → («ректор», «ГАУ ДПО «СОИРО»»)."""
    words = lexicons.words("positions", "word")
    at = 0
    for match in _WORD.finditer(plain):
        if match[0].lower() not in words or plain[at : match.start()].strip(" ,-–"):
            break
        at = match.end()
    if at == 0 or not plain[at:].strip(_TRIM):
        return None, plain
    rest = plain[at:].strip(_TRIM)
    if (
        head_of(rest.split(" ")[0]) is None
        and rest.split(" ")[0] not in legal_forms()
        and not rest.startswith("«")
    ):
        return None, plain  # «главный специалист по кадрам»: what follows is no organization
    return plain[:at].strip(_TRIM), rest


# ----------------------------------------------------------------------------------------- institutions


def _legal_form(plain: str) -> tuple[str | None, str, tuple[Change, ...]]:
    """(abbreviated legal form, what follows, repairs)."""
    words = plain.split(" ")
    first = words[0].upper() if words[0].isupper() else words[0]
    if first in legal_forms():
        used = 1
        while used < len(words) and words[used] in tails():
            used += 1
        return " ".join([first, *words[1:used]]), " ".join(words[used:]), ()
    short = len(words) > 1 and words[0].isupper() and words[0].isalpha() and 3 <= len(words[0]) <= 8
    if short and (words[1].startswith("«") or words[1] in tails()):
        return _damaged_form(words)
    return _form_in_words(plain)


def _damaged_form(words: list[str]) -> tuple[str | None, str, tuple[Change, ...]]:
    """A legal form with a misread letter: the forms are a closed list, the tail and the quotes say that
    it is one.
    """
    weights = {r["abbreviation"]: float(r["weight"]) for r in lexicons.rows("legal_forms")}
    ranked = ocr.rank(words[0], weights, valid=False, closed=True)
    form = words[0]
    repairs: tuple[Change, ...] = ()
    if ocr.decide(words[0], ranked) == "fixed":
        best = ranked[0]
        form = best.value
        repairs = (Change("legal-form-ocr", words[0], form, "ocr", best.confidence, best.evidence),)
    elif words[1] not in tails():
        return None, " ".join(words), ()
    used = 1
    while used < len(words) and words[used] in tails():
        used += 1
    return " ".join([form, *words[1:used]]), " ".join(words[used:]), repairs


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
    words = [w for w in regex.findall(r"\p{L}+", name) if w.lower() not in _SMALL]
    return "".join(w[0].upper() for w in words)


# ----------------------------------------------------------------------------------------------- bodies


def _body(plain: str) -> tuple[str, str | None]:
    """A body in the nominative and its kind (authority or group; None where no known word heads the
    name).
    """
    words = plain.split(" ")
    for at, word in enumerate(words[:5]):
        bare = word.strip(",.«»()")
        head = head_of(bare)
        if head is None:
            if bare.lower() in _SMALL or not _may_be_adjective(bare):
                return plain, None
            continue
        nominative, gender, kind = head
        if gender == "plur" or _is_plural(words, at, nominative, bare):
            return plain, "group"
        if bare.lower() != nominative:
            words[at] = word.replace(bare, _like(nominative, bare))
            words[:at] = [_adjective(w, gender) for w in words[:at]]
        return " ".join(words), kind
    return plain, None


_ONE_OF_A_KIND = frozenset(("министерство", "правительство", "агентство"))


def _is_plural(words: list[str], at: int, nominative: str, bare: str) -> bool:
    """«Образовательные организации»; also «школы», «управления», which may be a plural or a genitive:
    left alone.
    """
    if at:
        return regex.search(r"(?:ые|ие)$", words[at - 1].lower()) is not None
    lower = bare.lower()
    ambiguous = lower != nominative and nominative[-1] in "аяео" and lower[-1] in "ыияа"
    return ambiguous and nominative not in _ONE_OF_A_KIND


def _may_be_adjective(word: str) -> bool:
    return _ADJECTIVE.search(word.lower()) is not None


def _adjective(word: str, gender: str) -> str:
    """The nominative of an adjective that stands before a head in another case."""
    from pipeline.normalizers import morphology

    if not morphology.known(word):
        return word
    for parse in morphology.parses(word):
        if "ADJF" in parse.tag:
            form = parse.inflect({"nomn", "sing", gender})
            if form is not None:
                return _like(str(form.word), word)
    return word


def _like(form: str, model: str) -> str:
    if model.isupper() and len(model) > 1:
        return form.upper()
    return form[:1].upper() + form[1:] if model[:1].isupper() else form


def _uncapped(plain: str) -> str:
    """A name in capitals → small letters but for the first word, territories and acronyms."""
    letters = [c for c in plain if c.isalpha()]
    if len(letters) < 8 or not all(c.isupper() for c in letters):
        return plain
    words = plain.split(" ")
    out: list[str] = []
    for i, word in enumerate(words):
        bare = word.strip(",.«»()")
        known = bare in legal_forms() or bare in tails() or bare in lexicons.words("acronyms", "word")
        if known or (bare in lexicons.words("organizations", "word")):
            out.append(word)
            continue
        lower = word.lower()
        following = words[i + 1].lower() if i + 1 < len(words) else ""
        before = words[i - 1].lower() if i else ""
        proper = (
            i == 0
            or word.startswith("«")
            or _names_territory(bare, following)
            or lower.startswith("республик")
            or before in ("города", "г.", "город", "республики", "республика", "села", "посёлка", "поселка")
            or (before in ("российской", "российская") and lower.startswith("федераци"))
            or lower in ("российской", "российская", "россии", "москвы", "санкт-петербурга", "севастополя")
        )
        out.append(_capitalized(lower) if proper else lower)
    return " ".join(out)


def _names_territory(bare: str, following: str) -> bool:
    """«Смоленской» before «области», but not «муниципального» before «района»."""
    return bool(
        _TERRITORY.match(following) and _may_be_adjective(bare) and not _COMMON_ADJECTIVES.match(bare.lower())
    )


def _capitalized(lower: str) -> str:
    """«холм-жирковского» → «Холм-Жирковского», «санкт-петербурга» → «Санкт-Петербурга»."""
    return regex.sub(r"\p{L}+", lambda m: m[0].capitalize(), lower)
