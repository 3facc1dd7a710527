"""The grammar of school names: tokens → elements (legal form, type, number, names, places), in the order of
the text.

    МБОУ | Юшковская | ООШ          legal adjective type
    МБОУ | СОШ | № 8 | им. … | г. Вязьмы   legal type number honour locality
    МБДОУ | детский сад | № 5 | «Ромашка»   legal type number quoted

Abbreviations and full words, any case and inflection, quotes around the whole or a part, any order. What fits
nowhere
becomes an element `other`, so that nothing is lost. Branches («филиал …») are cut apart in `school.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from pipeline import lexicons
from pipeline.model import Change
from pipeline.normalizers import ocr
from pipeline.normalizers import school_tokens as repair
from pipeline.normalizers.school_elements import Parsed, join_tokens, nominative
from pipeline.normalizers.school_parse_places import municipality_at, take_honour, take_place
from pipeline.normalizers.school_parse_words import take_word
from pipeline.normalizers.school_places import ADJECTIVE
from pipeline.normalizers.school_reader import Reader
from pipeline.normalizers.school_words import Token, legal_phrase, phrase_at, school_types, tokens

_JOINED = re.compile(r"([^\W\d_]{2,9})-?(\d{1,3}|(?<=-)[^\W\d_]{2,})")
_HEADS = {  # the words before «школа», in short
    "СО": "средняя общеобразовательная",
    "ОО": "основная общеобразовательная",
    "НО": "начальная общеобразовательная",
}
_DAMAGED_SIGNS = frozenset(("М", "M", "Х", "Хе", "Ле", "Мв", "№е", "Л", "И"))
_DIGIT_LETTERS = str.maketrans("ЗзОоб", "33006")


@lru_cache(maxsize=1 << 16)
def parse(text: str) -> Parsed:
    """The elements of one school name (not a branch) from its tidy text; shared by all who ask, who leave it
    as it is.
    """
    reader = Reader(text)
    _part_hyphens(reader)
    _gather_type(reader)
    _skip_lead(reader)
    _repair_common_words(reader)
    while reader.i < len(reader.items):
        for take in _TAKERS:
            if take(reader):
                break
    out = reader.out
    kind = out.first("type")
    gender = school_types()[kind.text].gender if kind else "f"
    out.elements = [
        e._replace(text=nominative(e.text, gender)) if e.slot == "adjective" else e for e in out.elements
    ]
    return out


def _part_hyphens(reader: Reader) -> None:
    """«МОУ-СОШ», «МБОУ-лицей», «СОШ-1», «СОШ1» as the words and numbers they are."""
    parted: list[Token] = []
    for k, token in enumerate(reader.items):
        match = _JOINED.fullmatch(token.text) if token.kind == "word" else None
        if match is None or phrase_at(reader.items, k, ("type", "locality")) is not None:
            parted.append(token)
            continue
        first, second = match[1], match[2]
        role = repair.role_of(first) if first.isupper() or reader.any_case else None
        named = role == "legal" and (
            phrase_at(tokens(second), 0, ("type",))
            or repair.role_of(second)
            or second.endswith(("ская", "цкая"))
        )
        if (second.isdigit() and role == "type") or named:
            parted += [*tokens(first), *tokens(second)]
        else:
            parted.append(token)
    reader.items = parted


def _gather_type(reader: Reader) -> None:
    """«Средняя общеобразовательная Стрелецкая школа», «СО Ивановская школа»: a type's words together."""
    items = reader.items
    for k in range(1, len(items)):
        if items[k].stem != "школ" or _is_private(items, k):
            continue
        if items[k - 1].text in _HEADS:
            items[k - 1 : k] = tokens(_HEADS[items[k - 1].text])
            return
        first = next((i for i in range(max(0, k - 4), k) if _begins_type(items[i])), None)
        between = range(first + 1, k) if first is not None else range(0)
        names = [i for i in between if items[i].text[:1].isupper() and items[i].kind == "word"]
        if first is None or not names or any(items[i].kind != "word" for i in between):
            continue
        rest = [i for i in between if i not in names]
        head = tokens(_HEADS[items[first].text]) if items[first].text in _HEADS else [items[first]]
        ordered = [*(items[i] for i in names), *head, *(items[i] for i in rest), items[k]]
        if phrase_at(ordered, len(names), ("type",)) is not None:
            items[first : k + 1] = ordered
        return


def _is_private(items: Sequence[Token], k: int) -> bool:
    """«АНО ОО «Школа 800»»: ОО belongs to the legal form of a school that is no municipal one."""
    forms = (items[i - 1].text for i in range(1, k) if items[i].text == "ОО")
    return any(repair.role_of(form) == "legal" and not form.startswith("М") for form in forms)


def _begins_type(token: Token) -> bool:
    return token.text in _HEADS or token.stem in ("средн", "основн", "начальн")


def _skip_lead(reader: Reader) -> None:
    while reader.items and (hit := phrase_at(reader.items, 0, ("lead",))) and len(reader.items) > hit[0]:
        following = reader.items[hit[0]]
        if reader.items[0].text[0].isupper() and not reader.any_case and not following.text[0].isupper():
            return
        if reader.items[0].text.endswith("."):
            return
        del reader.items[: hit[0]]


def _repair_common_words(reader: Reader) -> None:
    """Latin twins in Cyrillic words and damaged words of the closed vocabulary, before phrases are looked
    for.
    """
    for k, token in enumerate(reader.items):
        short = len(token.text) == 2 and token.text.endswith(".")
        if token.kind == "word" and (short or not (token.text.isascii() or token.text.isupper())):
            text, change = repair.repair_twins(token.text)
            if change is not None:
                reader.items[k] = token = tokens(text)[0]
                reader.out.changes.append(change)
        small = token.kind == "word" and (token.text[:1].islower() or k == 0) and len(token.text) > 4
        if small and not reader.any_case and (fixed := repair.repair_common(token)) is not None:
            reader.items[k] = fixed[0]
            reader.out.changes.append(fixed[1])


def _mark(reader: Reader) -> bool:
    token = reader.items[reader.i]
    if token.text == "«":
        return _quoted(reader)
    if token.kind != "mark":
        return False
    if token.text not in "«»\"'.":
        reader.add("punct", token.text)
    reader.i += 1
    return True


def _quoted(reader: Reader) -> bool:
    """A name in quotes; quotes around a whole school name («СОШ № 8») are dropped and their content read
    on.
    """
    depth, end = 0, reader.i
    for end in range(reader.i, len(reader.items)):
        depth += {"«": 1, "»": -1}.get(reader.items[end].text, 0)
        if depth == 0:
            break
    inner = reader.items[reader.i + 1 : end] if depth == 0 else reader.items[reader.i + 1 :]
    words = [t for t in inner if t.kind == "word"]
    known = reader.has("type") and depth == 0 and len(words) > 1  # «Лицей «Школа менеджеров»»
    structural = not words or any(
        t.kind == "sign" or repair.role_of(t.text) or phrase_at(inner, k, ("honour", "branch"))
        or ((hit := phrase_at(inner, k, ("type",))) and not (known and hit[2] == "школа"))
        or (repair.looks_abbreviated(t.text) and repair.is_damaged_type(t.text))
        or _before_type(inner, k)
        for k, t in enumerate(inner)
    )  # fmt: skip
    before = reader.out.elements[-1].slot if reader.out.elements else ""
    if not structural and depth == 0:
        following = phrase_at(reader.items, end + 1, ("type",)) if end + 1 < len(reader.items) else None
        if len(words) == 1 and following and before in ("", "legal") and ADJECTIVE.fullmatch(words[0].text):
            structural = True
    if structural or depth:
        reader.i += 1
        return True
    reader.add("quoted", "«" + join_tokens(inner) + "»", join_tokens(inner))
    reader.i = end + 1
    return True


def _before_type(inner: Sequence[Token], k: int) -> bool:
    """Whether an adjective stands before an abbreviation: «Скрябинская СОПШ» is a school however read."""
    following = inner[k + 1].text if k + 1 < len(inner) else ""
    adjective = inner[k].text.lower().endswith(("ская", "цкая", "ской", "цкой"))
    return adjective and 2 <= len(following) <= 6 and repair.looks_abbreviated(following)


def _legal(reader: Reader) -> bool:
    token = reader.items[reader.i]
    if token.kind != "word":
        return False
    if (hit := legal_phrase(reader.items, reader.i)) is not None:
        reader.i += hit[0]
        reader.add("legal", hit[1])
    elif repair.role_of(token.text) == "legal" and (not reader.has("legal") or token.text.isupper()):
        reader.i += 1
        reader.add("legal", token.text.upper().rstrip("."))
    else:
        return False
    if reader.i < len(reader.items) and _tail(reader):
        last = reader.out.elements.pop()
        reader.add("legal", f"{last.text} {reader.items[reader.i].text.upper()}")
        reader.i += 1
    return True


def _tail(reader: Reader) -> bool:
    """Whether the token belongs to the legal form (ДО, ВО, РО) and is neither torn off a type nor «МО
    «…»».
    """
    if phrase_at(reader.items, reader.i, ("tail",)) is None:
        return False
    form, word = reader.out.elements[-1].text, reader.items[reader.i].text.upper()
    if form.startswith("М") and word not in lexicons.words("legal_form_tails", "word"):
        return False  # initials of a region belong to state schools only
    if not reader.items[reader.i].text.isupper() and not reader.any_case:
        return False
    following = reader.items[reader.i + 1].text if reader.i + 1 < len(reader.items) else ""
    torn = len(following) == 1 and repair.role_of(reader.items[reader.i].text + following) is not None
    return not torn and municipality_at(reader) is None


def _sign(reader: Reader) -> bool:
    token = reader.items[reader.i]
    following = reader.items[reader.i + 1] if reader.i + 1 < len(reader.items) else None
    if token.kind == "number":
        after_type = reader.out.elements and reader.out.elements[-1].slot in ("type", "emphasis")
        if not after_type or reader.has("number"):
            return False
        reader.add("number", token.text)
        reader.i += 1
        return True
    if _is_damaged_sign(reader):
        change = Change("number-sign-ocr", token.text, "№", "ocr", 0.995, ocr.explain(token.text, "№"))
        reader.out.changes.append(change)
    elif token.kind != "sign":
        return False
    if following is None:
        return False
    number = following.text.rstrip(".")
    if following.kind != "number":
        read = number.translate(_DIGIT_LETTERS)
        if not read.isdigit() or (read != number and len(number) > 2) or _twice(number, read):
            reader.out.suspects.append((f"{token.text} {following.text}", ()))
            return False
        reader.out.changes.append(Change("number-ocr", number, read, "ocr", 0.995))
        number = read
    reader.add("number", number)
    reader.i += 2
    return True


def _twice(number: str, read: str) -> bool:
    """Whether a letter stands beside the digit that it looks like: «б6» is rather one 6 than two."""
    pairs = zip(number, number[1:], read, read[1:], strict=False)
    return any(x == y and not (a.isdigit() and b.isdigit()) for a, b, x, y in pairs)


def _is_damaged_sign(reader: Reader) -> bool:
    """«СОШ М 24»: what stands between a type and a number is the number sign."""
    token, following = reader.items[reader.i], reader.following()
    after_type = bool(reader.out.elements) and reader.out.elements[-1].slot == "type"
    number = following is not None and following.kind == "number"
    return after_type and number and token.text in _DAMAGED_SIGNS


def _phrase(reader: Reader) -> bool:
    if reader.items[reader.i].kind != "word":
        return False
    hit = phrase_at(reader.items, reader.i, ("type",))
    if hit is not None:
        spelled = reader.items[reader.i].text
        if hit[0] == 1 and spelled.isupper() and len(spelled) == 2 and reader.has("type") and spelled == "ДС":
            return False
        reader.add("type", hit[2])
        reader.i += hit[0]
        return True
    hit = phrase_at(reader.items, reader.i, ("emphasis",))
    if hit is None:
        return False
    start, reader.i = reader.i, reader.i + hit[0]
    if not hit[2]:
        while (
            reader.i < len(reader.items)
            and reader.items[reader.i].kind == "word"
            and _plain(reader, reader.i)
        ):
            reader.i += 1
    reader.add("emphasis", hit[2] or join_tokens(reader.items[start : reader.i]).lower())
    return True


def _plain(reader: Reader, i: int) -> bool:
    """A small word that begins nothing else: the rest of «с углублённым изучением английского языка»."""
    token = reader.items[i]
    return token.text.islower() and not phrase_at(reader.items, i, ("type", "honour", "locality", "emphasis"))


_TAKERS: tuple[Callable[[Reader], bool], ...] = (
    _mark,
    _legal,
    _sign,
    take_honour,
    _phrase,
    take_place,
    take_word,
)
