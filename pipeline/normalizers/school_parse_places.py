"""Places and persons in school names: localities, districts, municipalities, «имени …»."""

from __future__ import annotations

import re

from pipeline import lexicons
from pipeline.normalizers import morphology
from pipeline.normalizers import school_tokens as repair
from pipeline.normalizers.school_elements import join_tokens, nominative
from pipeline.normalizers.school_names import capitalize, town
from pipeline.normalizers.school_parse_words import name_of
from pipeline.normalizers.school_places import district_at, locality_follows
from pipeline.normalizers.school_reader import Reader
from pipeline.normalizers.school_words import phrase_at, phrases

_MUNICIPAL = re.compile("[А-ЯЁ]{1,3}(?:МР|МО|ГО)")
_INITIAL = re.compile(r"[А-ЯЁA-Z]\.")
_DISTRICT = re.compile("[А-ЯЁ]{1,2}Р")
_QUALITY = re.compile(r"[а-яё]{2,}(?:ый|ий|ой|ая|яя|ое|ее|ые|ие)")
_PLACE_WORDS = 3
_SHORTEST_INFLECTED = 5  # letters of a name whose ending tells its case
_LOCATIVE = (  # endings of places behind «в» that come from one nominative only
    ("овке", "овка"), ("евке", "евка"), ("ёвке", "ёвка"), ("инке", "инка"), ("ике", "ика"),
    ("ове", "ово"), ("еве", "ево"), ("ёве", "ёво"), ("ине", "ино"), ("ыне", "ыно"),
    ("ске", "ск"), ("цке", "цк"), ("граде", "град"), ("городе", "город"), ("поле", "поль"),
)  # fmt: skip
_GENDERS = {"с.": "n", "д.": "f", "ст-ца": "f", "ст.": "f", "сл.": "f"}


def take_honour(reader: Reader) -> bool:
    hit = phrase_at(reader.items, reader.i, ("honour",)) if reader.items[reader.i].kind == "word" else None
    if hit is None or reader.i + 1 >= len(reader.items):
        return False
    start = reader.i = reader.i + hit[0]
    while reader.i < len(reader.items) and not _ends_honour(reader, start):
        reader.i += 1
    words = [t for t in reader.items[start : reader.i] if t.text not in "«»"]
    name = join_tokens(words)
    reader.add("honour", f"им. {name}", name)
    return True


def _ends_honour(reader: Reader, start: int) -> bool:
    token = reader.items[reader.i]
    if reader.i == start:
        return False
    if token.kind == "sign" or token.text in ",;()»":
        return True
    if token.kind != "word" or (_INITIAL.fullmatch(token.text) and token.text[0].isupper()):
        return False
    if repair.role_of(token.text) == "legal" or (repair.role_of(token.text) and token.text.isupper()):
        return True
    if phrase_at(reader.items, reader.i, ("locality",)) and locality_follows(
        reader.items, reader.i, reader.any_case
    ):
        return True
    return district_at(reader.items, reader.i, reader.any_case) is not None


def take_place(reader: Reader) -> bool:
    if reader.items[reader.i].kind != "word":
        return False
    located = (
        reader.items[reader.i].text in ("в", "во", "на")
        and reader.i + 1 < len(reader.items)
        and bool(reader.out.elements)
    )
    if located:
        if _begins_place(reader, reader.i + 1):
            reader.i += 1
        else:
            return False
    if (municipal := municipality_at(reader)) is not None:
        words = join_tokens(reader.items[reader.i : reader.i + municipal[0]])
        reader.add("district", words, municipal[1])
        reader.i += municipal[0]
        return True
    word = phrase_at(reader.items, reader.i, ("municipal",))
    if word is not None and _begins_place(reader, reader.i + word[0]):
        reader.i += word[0]  # «МО Ейский район», «муниципального образования г. Нягань»
        return True
    if _is_initials(reader):
        reader.add("district", reader.items[reader.i].text, reader.items[reader.i].text)
        reader.i += 1
        return True
    district = district_at(reader.items, reader.i, reader.any_case)
    if district is not None:
        length, slot, text, name = district
        reader.add(slot, text, name)
        reader.i += length
        return True
    if _is_region(reader):
        reader.add("region", reader.items[reader.i].text, reader.items[reader.i].text)
        reader.i += 1
        return True
    if reader.out.elements and reader.out.elements[-1].slot == "district":
        forms = town(reader.items[reader.i].text)
        if forms is not None and reader.items[reader.i].text == forms[1]:
            reader.add("locality", f"г. {forms[1]}", forms[0], "г.")  # «Дзержинского района Волгограда»
            reader.i += 1
            return True
    hit = phrase_at(reader.items, reader.i, ("locality",))
    if hit is None or not locality_follows(reader.items, reader.i, reader.any_case):
        return False
    reader.i += hit[0]
    quoted = reader.items[reader.i].text == "«"
    reader.i += quoted
    start = reader.i
    while reader.i < len(reader.items) and reader.i - start < _PLACE_WORDS and _in_place(reader, start):
        reader.i += 1
    taken = reader.items[start : reader.i]
    small = [k > 0 and t.text.islower() and not reader.any_case for k, t in enumerate(taken)]
    name = " ".join(t.text if s else name_of(reader, t) for t, s in zip(taken, small, strict=True))
    if not name:
        reader.add("other", join_tokens(reader.items[start - hit[0] : start]))
        return True
    base = shown = _nominative(name, hit[2], reader.items[start - quoted - 1].text)
    if located and base == name and (place := _from_locative(name, hit[2])) is not None:
        base = shown = place
    if hit[2].endswith("г.") and (forms := town(name)) is not None:
        base, shown = forms
    reader.add("locality", f"{hit[2]} {shown}", base, hit[2])
    return True


def _begins_place(reader: Reader, i: int) -> bool:
    """Whether a district or a locality begins at a token."""
    if i >= len(reader.items) or reader.items[i].kind != "word":
        return False
    if district_at(reader.items, i, reader.any_case) is not None:
        return True
    return locality_follows(reader.items, i, reader.any_case)


def _is_region(reader: Reader) -> bool:
    """Initials of a region behind all else: «СОШ № 3 НМР РТ»."""
    text, following = reader.items[reader.i].text, reader.following()
    if not text.isupper() or text in lexicons.words("legal_form_tails", "word") or not reader.has("type"):
        return False
    return phrase_at(reader.items, reader.i, ("tail",)) is not None and (
        following is None or following.kind == "mark"
    )


def _is_initials(reader: Reader) -> bool:
    """Initials of a municipality: «СОШ № 1 КГО», «МОУ ИРМО «…»», «МКОУ ШР «…»»."""
    text, following = reader.items[reader.i].text, reader.following()
    if _MUNICIPAL.fullmatch(text):
        return reader.has("type") or reader.has("legal")
    before = reader.out.elements[-1] if reader.out.elements else None
    between = before is not None and before.slot == "legal" and before.text.startswith("М")
    return (
        between
        and bool(text == "МО" or _DISTRICT.fullmatch(text))
        and following is not None
        and following.text == "«"
    )


def _nominative(name: str, kind: str, word: str) -> str:
    """The name of a place that is an adjective in the genitive: «станицы Змейской» → «Змейская».

    Only where `word`, the kind as it is written, is in the genitive too, or the ending can be nothing else:
    «д. Ободной» is a nominative.
    """
    gender = _GENDERS.get(kind, "m")
    words = name.split(" ")
    if gender in "mn":
        oblique: tuple[str, ...] = ("ого", "его")
    else:
        oblique = ("ской", "цкой", "ной", "вой", "ней") if word.lower().endswith(("ы", "и")) else ()
        oblique = oblique or (("ской", "цкой") if kind.startswith("ст") else ())
    if not all(w.lower().endswith(oblique) and len(w) > 5 for w in words):
        return name
    return " ".join(
        _by_dictionary(w) or nominative(w, gender) if gender == "m" else nominative(w, gender) for w in words
    )


def _from_locative(name: str, kind: str) -> str | None:
    """The nominative of a place behind «в» that is one word: «в с. Угре» → «Угра», «в д. Ивановке» →
    «Ивановка»; None where its ending leaves a choice and the dictionary does not know it.
    """
    low = name.lower()
    known = {
        r.normal_form
        for r in morphology.parses(name)
        if r.is_known and "loct" in r.tag and "Geox" in r.tag and "sing" in r.tag
    }
    if len(known) == 1:
        return capitalize(known.pop())
    if " " in name or len(name) < _SHORTEST_INFLECTED:
        return None
    for ending, nominative_ending in _LOCATIVE:
        if low.endswith(ending):
            return name[: len(name) - len(ending)] + nominative_ending
    if low.endswith(("ском", "цком", "ном", "вом")) and _GENDERS.get(kind) != "f":
        return name[:-2] + ("ое" if _GENDERS.get(kind) == "n" else "ий" if low[-3] == "к" else "ый")
    return name[:-2] + "ая" if low.endswith(("ской", "цкой")) and _GENDERS.get(kind) == "f" else None


def _by_dictionary(word: str) -> str | None:
    """«Слободского» → «Слободской», which no rule can tell from «Слободский»."""
    form = morphology.nominative(word, "ADJF", "masc") if morphology.known(word) else None
    return form[:1].upper() + form[1:] if form else None


def _in_place(reader: Reader, start: int) -> bool:
    token = reader.items[reader.i]
    if token.kind == "number":
        return reader.i == start
    if token.kind != "word" or (reader.i > start and _INITIAL.fullmatch(token.text)):
        return False
    if not (reader.any_case or token.text[0].isupper()):
        return reader.i > start and _ends_place(reader)
    if reader.any_case and reader.i > start and not _goes_on(reader.items[reader.i - 1].text):
        return False
    if reader.i > start and (
        repair.role_of(token.text)
        or _MUNICIPAL.fullmatch(token.text)
        or phrase_at(reader.items, reader.i, ("locality", "honour", "municipal"))
    ):
        return False
    return reader.i == start or district_at(reader.items, reader.i, reader.any_case) is None


def _ends_place(reader: Reader) -> bool:
    """Whether a small word closes the name of a place: «п. Ключ жизни Елецкого района»."""
    token, behind = reader.items[reader.i], reader.i + 1
    if not token.text.isalpha() or len(token.text) < 4 or reader.items[reader.i].stem in phrases():
        return False
    return behind == len(reader.items) or district_at(reader.items, behind, reader.any_case) is not None


def _goes_on(word: str) -> bool:
    """Whether a place's name cannot end with this word: «средний колышлей», «новые дары»."""
    return bool(_QUALITY.fullmatch(word)) and not word.endswith(
        ("ский", "цкий", "ская", "цкая", "ское", "цкое")
    )


def municipality_at(reader: Reader) -> tuple[int, str] | None:
    """(tokens used, name) of «муниципальное образование «Каменский район»» at the position."""
    hit = phrase_at(reader.items, reader.i, ("municipal",))
    start = reader.i + hit[0] if hit else len(reader.items)
    if start >= len(reader.items) or reader.items[start].text != "«":
        return None
    end = next((k for k in range(start, len(reader.items)) if reader.items[k].text == "»"), None)
    if any(phrase_at(reader.items, k, ("type",)) for k in range(start + 1, end or start)):
        return None  # «МО «СОШ № 3»»: the school, not the municipality
    return (end + 1 - reader.i, join_tokens(reader.items[start + 1 : end])) if end else None
