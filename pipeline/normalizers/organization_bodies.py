"""Bodies of authority: their names in the nominative, and without the capitals of a letterhead."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import regex

from pipeline import lexicons

_ADJECTIVE = regex.compile(r"(?:ый|ий|ой|ая|ое|ые|ие|ого|его|ому|ему|ым|им|ом|ем|ую|ых|их|яя|ее)$")


@cache
def words_of(role: str) -> frozenset[str]:
    """The words of one role in `organization_words.csv`."""
    return frozenset(r["word"] for r in lexicons.rows("organization_words") if r["role"] == role)


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


def body(plain: str, *, singular: bool = False) -> tuple[str, str | None]:
    """A body in the nominative and its kind (authority or group; None where no known word heads the
    name). `singular`: «управления» and the like are known to be a genitive, since a position stands before
    them.
    """
    words = plain.split(" ")
    for at, word in enumerate(words[:5]):
        bare = word.strip(",.«»()")
        head = head_of(bare)
        if head is None:
            if bare.lower() in words_of("small") or not _may_be_adjective(bare):
                return plain, None
            continue
        nominative, gender, kind = head
        if gender == "plur" or (not singular and _is_plural(words, at, nominative, bare)):
            return plain, "group"
        if bare.lower() != nominative:
            words[at] = word.replace(bare, _like(nominative, bare))
            words[:at] = [_adjective(w, gender) for w in words[:at]]
        return " ".join(words), kind
    return plain, None


def _is_plural(words: list[str], at: int, nominative: str, bare: str) -> bool:
    """«Образовательные организации»; also «школы», «управления», which may be a plural or a genitive:
    left alone.
    """
    if at:
        return regex.search(r"(?:ые|ие)$", words[at - 1].lower()) is not None
    lower = bare.lower()
    ambiguous = lower != nominative and nominative[-1] in "аяео" and lower[-1] in "ыияа"
    return ambiguous and nominative not in words_of("sole")


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


def uncapped(plain: str) -> str:
    """A name in capitals → small letters but for the first word, territories and acronyms."""
    from pipeline.normalizers import morphology

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
            or bare.lower() in words_of("proper")
            or before in words_of("before-name")
            or (before.startswith(tuple(words_of("territory"))) and _is_head(lower))
            or (before in ("российской", "российская") and lower.startswith("федераци"))
        )
        if not morphology.known(lower.strip(",.«»()")) and not _names_territory(bare, following):
            out.append(word)  # an abbreviation that no list has stays as it is («ГАУДПО ЛО»)
            continue
        out.append(_capitalized(lower) if proper else lower)
    return " ".join(out)


def _is_head(lower: str) -> bool:
    """A word that heads the name of another body: «Правительство … области Департамент образования»."""
    head = head_of(lower)
    return head is not None and head[0] == lower and head[1] != "plur"


def _names_territory(bare: str, following: str) -> bool:
    """«Смоленской» before «области», but not «муниципального» before «района»."""
    lower = bare.lower()
    return (
        following.startswith(tuple(words_of("territory")))
        and _may_be_adjective(bare)
        and not lower.startswith(tuple(words_of("common")))
    )


def _capitalized(lower: str) -> str:
    """«холм-жирковского» → «Холм-Жирковского», «санкт-петербурга» → «Санкт-Петербурга»."""
    return regex.sub(r"\p{L}+", lambda m: m[0].capitalize(), lower)
