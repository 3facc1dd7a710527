"""The words that school names are made of, and what a single token can be.

Tokens are words (with inner hyphens, a trailing dot belongs to an abbreviation), numbers, the number sign,
quoted names
and punctuation. Words are compared by stem, so that «средней общеобразовательной школы» is the phrase of the
lexicon too. Lists: `legal_forms`, `legal_form_words`, `school_types`, `locality_types`, `school_words`,
`number_signs`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from pipeline import lexicons
from pipeline.normalizers.text import without_note_marks

_QUOTES = str.maketrans(dict.fromkeys("«»„“”‟″❝❞＂", '"'))
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_PARTED_K = re.compile(r"(?<=[А-ЯЁа-яё])[il1|]<(?=[а-яё])")  # «Качугсi<ая»
_SOFT_BREAK = re.compile(r"\u00ad[^\S\n]*\n\s*(?=[а-яё])")
_LINE_END = re.compile(
    r"(?<=[^\W\d_])(?:-[^\S\n]*\n\s*|¬\s*)(?=[а-яё])|(?<=[^\W\d_]-)-[^\S\n]*\n\s*(?=[^\W\d_])"
)
_TORN_HYPHEN = re.compile(
    r"(?<![\w-])([А-ЯЁ][а-яё]+)(?:- | -)([А-ЯЁ][а-яё]+(?:[сц]к(?:ая|ой|ую|ий)|н(?:ая|ой))(?![\w-]))"
)
_TWO_MARKS = re.compile(r"''|<<|>>|,,(?=\w)")  # quotes as keyboards and OCR write them
_DOTTED = re.compile(r"(?<!\w)(?:[А-ЯЁ]\. ?){2,5}(?!\w)")
_LAST_DOT = re.compile(r"(?<=[а-яё]{5})\.$")  # of a sentence, or a speck
_OPENING = re.compile(r'(?:^|(?<=[\s(\[,;:"]))"(?=\S)')


class Token(NamedTuple):
    """`kind`: word, number, sign (№), quoted, mark. `stem` is the folded word without its ending."""

    text: str
    kind: str
    stem: str = ""


@dataclass(frozen=True, slots=True)
class SchoolType:
    """One row of `school_types.csv`."""

    name: str
    kind: str
    level: str | None
    gender: str


@lru_cache(maxsize=1 << 16)
def tidy(raw: str) -> str:
    """Composed Unicode, single spaces, plain dashes and « » told apart, no invisible characters."""
    raw = _PARTED_K.sub("к", raw) if "<" in raw else raw
    text = _INVISIBLE.sub("", _SOFT_BREAK.sub("", unicodedata.normalize("NFC", raw)))
    text = _LINE_END.sub("", without_note_marks(text)).translate(_QUOTES).translate(_DASHES)
    text = _TORN_HYPHEN.sub(r"\1-\2", " ".join(_TWO_MARKS.sub('"', text).split()))
    text = _DOTTED.sub(_undotted, text) if text.count(".") > 2 else text
    text = _LAST_DOT.sub("", text)
    return _OPENING.sub("«", text).replace('"', "»") if '"' in text else text


def _undotted(match: re.Match[str]) -> str:
    """«М.Б.О.У.» is МБОУ; initials of a person stay."""
    joined = match[0].replace(".", "").replace(" ", "")
    return joined if joined in legal_weights() or joined in type_weights() else match[0]


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The word without its inflection: lower case, ё as е; parts of a hyphenated word one by one."""
    low = word.lower().replace("ё", "е").rstrip(".")
    if word.isupper() and (len(low) <= 4 or low.endswith("ши")):
        return low  # an abbreviation: СОШИ is no form of СОШ
    return "-".join(_stem(part) for part in low.split("-")) if "-" in low else _stem(low)


def _stem(low: str) -> str:
    if len(low) < 4:
        return low
    if low[-2:] in ("ом", "ем", "ым", "им", "ам", "ям", "го", "му", "ых", "их"):
        low = low[:-1] if low[-1] in "мх" else low[:-2]
    elif low[-3:] in ("ыми", "ими", "ами", "ями"):
        low = low[:-2]
    return low.rstrip("аеиоуыэюяйь") or low


@cache
def _token_pattern() -> re.Pattern[str]:
    signs = sorted(lexicons.words("number_signs", "sign"), key=len, reverse=True)
    return re.compile(
        rf"""(?P<sign>(?<!\w)(?:{"|".join(map(re.escape, signs))})\.?(?=\s*[\dЗзОоб](?!\w*[а-яё]{{2}}))|№)
        |(?P<number>\d+(?:[-/]\d+)*(?:-?[А-Да-д])?(?![\w.-])|\d+(?:[-/]\d+)*(?!\w|-\w)|\d+(?=(?:г|с|д|п|им)\.))
        |(?P<word>[А-ЯЁа-яёA-Za-z]{{1,4}}\([А-ЯЁа-яё]\)[А-ЯЁа-яё]+|[^\W\d_]{{1,4}}/[^\W\d_]{{1,4}}(?![\w])\.?
           |[^\W_]+(?:[-'’][^\W_]+)*\.?)
        |(?P<quoted>«)|(?P<close>»)|(?P<mark>\S)""",
        re.VERBOSE,
    )


@lru_cache(maxsize=1 << 16)
def _word(text: str) -> Token:
    return Token(text, "word", stem(text))


def tokens(text: str) -> list[Token]:
    """The tokens of a tidy text; quotes stay as marks."""
    found: list[Token] = []
    for match in _token_pattern().finditer(text):
        kind = match.lastgroup or "mark"
        part = match.group()
        if kind == "word":
            found.append(_word(part))
        elif kind in ("quoted", "close"):
            found.append(Token(part, "mark", part))
        else:
            found.append(Token(part, kind, part))
    return found


def _stems(phrase: str) -> tuple[str, ...]:
    return tuple(t.stem for t in tokens(tidy(phrase)))


Phrases = Mapping[str, Sequence[tuple[tuple[str, ...], str, str]]]


@cache
def phrases() -> Phrases:
    """First stem → (stems, role, value), longest first. Roles: type, locality and those of
    `school_words.csv`.
    """
    found: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}

    def add(phrase: str, role: str, value: str) -> None:
        stems = _stems(phrase)
        found.setdefault(stems[0], []).append((stems, role, value))

    for row in lexicons.rows("school_types"):
        add(row["abbreviation"], "type", row["abbreviation"])
        for phrase in filter(None, row["phrases"].split("|")):
            add(phrase, "type", row["abbreviation"])
    for row in lexicons.rows("locality_types"):
        for phrase in row["phrases"].split("|"):
            add(phrase, "locality", row["abbreviation"])
    for row in lexicons.rows("school_words"):
        add(row["phrase"], row["role"], row["value"])
    for options in found.values():
        options.sort(key=lambda option: -len(option[0]))
    return found


def phrase_at(items: Sequence[Token], start: int, roles: Sequence[str]) -> tuple[int, str, str] | None:
    """The longest phrase of one of the roles that begins at `start`: (length, role, value), or None."""
    options = phrases().get(items[start].stem)
    for stems, role, value in options or ():
        if role in roles and (
            len(stems) == 1 or tuple(t.stem for t in items[start : start + len(stems)]) == stems
        ):
            return len(stems), role, value
    return None


@cache
def school_types() -> Mapping[str, SchoolType]:
    return {
        row["abbreviation"]: SchoolType(row["abbreviation"], row["kind"], row["level"] or None, row["gender"])
        for row in lexicons.rows("school_types")
    }


@cache
def type_weights() -> Mapping[str, float]:
    """School types that are abbreviations, with their prior weights: what an unknown abbreviation may have
    been.
    """
    return {
        row["abbreviation"]: float(row["weight"])
        for row in lexicons.rows("school_types")
        if row["abbreviation"].isupper() and float(row["weight"])
    }


@cache
def plain_types() -> frozenset[str]:
    """Types of one word that are written as the canonical text writes them."""
    return frozenset(name for name in school_types() if name.isalpha())


@cache
def legal_weights() -> Mapping[str, float]:
    return {row["abbreviation"]: float(row["weight"]) for row in lexicons.rows("legal_forms")}


@cache
def _legal_words() -> Mapping[str, Sequence[tuple[tuple[str, ...], str, str]]]:
    found: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for row in lexicons.rows("legal_form_words"):
        stems = _stems(row["phrase"])
        found.setdefault(stems[0], []).append((stems, row["place"], row["letters"]))
    for options in found.values():
        options.sort(key=lambda option: -len(option[0]))
    return found


def legal_phrase(items: Sequence[Token], start: int) -> tuple[int, str] | None:
    """A legal form in full words at `start`: (tokens used, abbreviation), or None.

    «муниципальное бюджетное общеобразовательное учреждение» → МБОУ; the letters follow the words' order, an
    adjective of
    a region before «областное» gives its first letter (ТОГБОУ).
    """
    letters, i, head = "", start, False
    while i < len(items):
        if items[i].text in "()" and letters and not head:
            i += 1
            continue
        options = _legal_words().get(items[i].stem, ())
        hit = next((o for o in options if tuple(t.stem for t in items[i : i + len(o[0])]) == o[0]), None)
        if hit is None:
            following = items[i + 1].stem if i + 1 < len(items) else ""
            if not letters and following in ("областн", "краев") and items[i].stem.endswith("ск"):
                letters, i = items[i].text[0].upper(), i + 1
                continue
            break
        stems, place, value = hit
        if head != (place == "tail"):
            break
        letters += value
        i += len(stems)
        head = head or place == "head"
    return (i - start, letters) if head and len(letters) > 1 else None
