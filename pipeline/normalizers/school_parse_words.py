"""Words of school names that no list explains: abbreviations, proper names, torn and joined words."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from pipeline.model import Change
from pipeline.normalizers import school_tokens as repair
from pipeline.normalizers.school_names import grade, is_common, known, recase
from pipeline.normalizers.school_places import ADJECTIVE
from pipeline.normalizers.school_reader import Reader
from pipeline.normalizers.school_words import Token, phrase_at, tokens

_NEARLY = re.compile(
    r"[А-ЯЁа-яё-]{3,}(?:[сц][кнх]|ек|ок|ик|гк|[еоа]к)[а-яё0-9]{1,3}|[А-ЯЁа-яё-]{3,}н[аоея][аея]",
    re.IGNORECASE,
)
_SUFFIX = re.compile(
    r"[бвгджзйклмнпрстфхцчшщьъ]{0,3}(?:[оеё]в|[еи]н)?[сц]к(?:ая|ой|ую|ий|ого)", re.IGNORECASE
)
_SHORT_PART = re.compile(r"(?:[БВКМНС]|Бол|Больш|Верх|Кр|Мал|Ниж|Нижн|Нов|Ср|Ст|Стар|Усть)\.")
_INITIAL_TYPE = re.compile("([А-ЯЁ])(СОШИ|СОШ|ООШ|НОШ|СШ)")
_ENDS = frozenset("я ая кая цкая ской ой кой ую кую".split())  # noqa: SIM905 - reads better as one string
_WHOLE = re.compile(r"[А-ЯЁа-яё-]{3,}[сц]к(?:ая|ой|ую)")


def take_word(reader: Reader) -> bool:
    token = reader.items[reader.i]
    if _shortened(reader):
        name = name_of(reader, reader.items[reader.i + 1])
        reader.add("adjective", f"{token.text} {name}")
        reader.i += 2
        return True
    if _joined_pair(reader) or _split(reader, token):
        return True
    if token.kind == "word" and repair.looks_abbreviated(token.text.rstrip(".")):
        return _abbreviation(reader, token)
    if (
        token.kind == "word"
        and token.text[:1].islower()
        and (fixed := repair.repair_common(token)) is not None
    ):
        reader.items[reader.i] = fixed[0]
        reader.out.changes.append(fixed[1])
        return True
    if token.kind == "word":
        text, change = repair.repair_word(token.text)
        if change is not None:
            reader.out.changes.append(change)
            reader.items[reader.i] = tokens(text)[0]
            return True
    if _torn_name(reader, token):
        return True
    text = name_of(reader, token)
    capital = token.kind == "word" and (token.text[0].isupper() or reader.any_case or _small_name(reader))
    if capital and (ADJECTIVE.fullmatch(text) or _nearly_adjective(reader, text)):
        reader.add("adjective", text)
    else:
        reader.add("other", text if token.kind == "word" and reader.any_case else token.text)
    reader.i += 1
    return True


def _type_ahead(reader: Reader) -> bool:
    """Whether a whole type stands further on: then this is none, however it looks."""
    return any(phrase_at(reader.items, k, ("type",)) for k in range(reader.i + 1, len(reader.items)))


def _shortened(reader: Reader) -> bool:
    """«Б. Мурашкинская», «Ст. Матакская»: the first part of a name in short."""
    following = reader.following()
    if (
        following is None
        or following.kind != "word"
        or not _SHORT_PART.fullmatch(reader.items[reader.i].text)
    ):
        return False
    return following.text[:1].isupper() and following.text.endswith(("ская", "цкая", "ской", "цкой"))


def _abbreviation(reader: Reader, token: Token) -> bool:
    roles = ("type",) if reader.has("legal") or reader.has("adjective") else ("legal", "type")
    if reader.has("type") or _type_ahead(reader):
        roles = ("legal",)
    text = token.text.rstrip(".")
    if len(text) > 5 and ADJECTIVE.fullmatch(text):
        reader.add("adjective", recase(text))
        reader.i += 1
        return True
    role, fixed, change, offered = repair.repair_abbreviation(text, roles)
    if role == "unknown" and not reader.has("type") and not reader.has("adjective"):
        initial = _INITIAL_TYPE.fullmatch(text)
        if initial is not None:  # «МАОУ ДСОШ № 2 г. Дятьково»: Дятьковская СОШ
            reader.add("initial", initial[1])
            reader.add("type", initial[2])
            reader.i += 1
            return True
    if change is not None:
        reader.out.changes.append(change)
    if role == "unknown":
        reader.out.unknown.append((text, offered))
        reader.add("other", text)
    else:
        reader.add(role, fixed)
    reader.i += 1
    return True


def _joined_pair(reader: Reader) -> bool:
    """«МБ ОУ», «С ОШ»: one abbreviation read as two words."""
    if reader.i + 1 >= len(reader.items):
        return False
    first, second = reader.items[reader.i].text, reader.items[reader.i + 1].text
    if not (first.isalpha() and second.isalpha() and first.isupper() and second.isupper()):
        return False
    role = repair.role_of(first + second)
    if role is None or repair.role_of(first) or reader.has(role) or len(first) > 4:
        return False
    reader.out.changes.append(Change("words-joined", f"{first} {second}", first + second, "ocr", 0.995))
    reader.items[reader.i : reader.i + 2] = tokens(first + second)
    return True


def _split(reader: Reader, token: Token) -> bool:
    parts = repair.split_joined(token.text) if token.kind == "word" else None
    if parts is None:
        return False
    reader.out.changes.append(Change("words-split", token.text, " ".join(parts), "ocr", 0.995))
    reader.items[reader.i : reader.i + 1] = tokens(" ".join(parts))
    return True


def _nearly_adjective(reader: Reader, text: str) -> bool:
    """A word with a damaged ending where the adjective stands: «Юшковскоя ООШ»."""
    following = reader.i + 1
    before_type = following < len(reader.items) and phrase_at(reader.items, following, ("type",)) is not None
    after_legal = bool(reader.out.elements) and reader.out.elements[-1].slot == "legal"
    if before_type and after_legal and text[-4:].isalpha():
        near = any(Levenshtein.distance(text[-4:].lower(), end) <= 2 for end in ("ская", "цкая"))
        if near and len(text) > 5 and text[1:].islower() and not known(text):
            return True
    return (before_type or after_legal) and bool(_NEARLY.fullmatch(text)) and not known(text)


def _small_name(reader: Reader) -> bool:
    """A name without its capital: «МБОУ юшковская ООШ», where no common adjective stands."""
    text = reader.items[reader.i].text
    before = reader.out.elements[-1].slot if reader.out.elements else ""
    following = reader.i + 1 < len(reader.items) and phrase_at(reader.items, reader.i + 1, ("type",))
    return before == "legal" and bool(following and _WHOLE.fullmatch(text)) and not is_common(text)


def _torn_name(reader: Reader, token: Token) -> bool:
    """An adjective torn by a space or a hyphen whose second piece can be no word: «Борис овская»,
    «Юшков-ская».
    """
    head, hyphen, tail = token.text.rpartition("-")
    after = reader.i + 1
    if hyphen and head[:1].isupper() and _SUFFIX.fullmatch(tail) and tail.islower():
        whole = head + tail
    elif (
        token.text[:1].isupper()
        and len(token.text) > 1
        and after < len(reader.items)
        and reader.items[after].kind == "word"
        and _torn_pair(reader, token.text, reader.items[after].text)
    ):
        whole = token.text + reader.items[after].text
        del reader.items[after]
    else:
        return False
    before = token.text if hyphen else f"{token.text} {whole[len(token.text) :]}"
    reader.out.changes.append(Change("words-joined", before, whole, "ocr", 0.995))
    reader.items[reader.i] = tokens(whole)[0]
    return True


def _torn_pair(reader: Reader, first: str, second: str) -> bool:
    if not second.islower() or not second.isalpha() or not first.isalpha():
        return False
    if _SUFFIX.fullmatch(second) or (second in _ENDS and _WHOLE.fullmatch(first + second)):
        return True
    if known(second):
        return False
    fragment = not known(first) and first[-1] not in "оеь" and not ADJECTIVE.fullmatch(first)
    return fragment and bool(ADJECTIVE.fullmatch(second)) and grade(first + second) != "impossible"


def name_of(reader: Reader, token: Token) -> str:
    """The token as part of a proper name, with twins repaired and capitals as names have them."""
    text, change = repair.repair_word(token.text) if token.kind == "word" else (token.text, None)
    if change is not None:
        reader.out.changes.append(change)
    return recase(text)
