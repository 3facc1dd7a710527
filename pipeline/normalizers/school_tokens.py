"""Single tokens of school names put right from closed lists: Latin twins, digits in words, abbreviations,
joined words.

Each repair is a `Change`; nothing here looks at other values of the order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from pipeline import lexicons
from pipeline.model import Candidate, Change, note
from pipeline.normalizers import ocr
from pipeline.normalizers.school_names import grade, known
from pipeline.normalizers.school_words import Token, legal_weights, phrases, stem, type_weights

_ABBREVIATION = re.compile(r"[А-ЯЁA-Z0-9!|()/IlІ]{2,9}")
_JOINED = re.compile(r"([А-ЯЁ]{2,})([А-ЯЁ][а-яё].{2,})")
_JOINED_BACK = re.compile(r"([А-ЯЁ][а-яё]+(?:-[А-ЯЁ]?[а-яё]+)*)([А-ЯЁ]{2,})")
_SHAPES = {"0": "о", "3": "з"}  # a digit and a letter of one shape


@cache
def _twins() -> dict[int, str]:
    return str.maketrans({r["latin"]: r["cyrillic"] for r in lexicons.rows("twins")})


@lru_cache(maxsize=1 << 14)
def untwin(word: str) -> str:
    """The word in Cyrillic letters, where it has Latin twins and nothing else that is Latin."""
    if word.isascii() and not any(c.isupper() for c in word) and len(word.rstrip(".")) > 1:
        return word
    changed = word.translate(_twins())
    return word if any(c.isascii() and c.isalpha() for c in changed) else changed


@lru_cache(maxsize=1 << 14)
def role_of(text: str) -> str | None:
    """`legal` or `type` when the token is such an abbreviation, else None."""
    upper = text.upper().rstrip(".").replace("(", "").replace(")", "")
    if upper in legal_weights():
        return "legal"
    if upper in type_weights() or upper == "ШИ":
        return "type"
    return None


@lru_cache(maxsize=1 << 14)
def looks_abbreviated(text: str) -> bool:
    """Whether a token is written as abbreviations are: capitals, with the signs that are read for them."""
    return bool(_ABBREVIATION.fullmatch(text)) and sum(c.isalpha() for c in text) >= 1 and not text.isdigit()


@lru_cache(maxsize=1 << 14)
def candidates(text: str, role: str) -> tuple[Candidate, ...]:
    """What an unknown abbreviation may have been, from the closed list of its role."""
    weights: Mapping[str, float] = legal_weights() if role == "legal" else type_weights()
    return ocr.rank(text, weights, valid=False, closed=True)


@lru_cache(maxsize=1 << 14)
def repair_abbreviation(
    text: str, roles: tuple[str, ...]
) -> tuple[str, str, Change | None, tuple[Candidate, ...]]:
    """(role, text, change, candidates) for an abbreviation that no list has.

    The first of `roles` whose best candidate is certain wins; otherwise the role is `unknown` and the
    candidates of
    all roles are given.
    """
    cyrillic = untwin(text)
    if cyrillic != text and (role := role_of(cyrillic)) is not None:
        return role, cyrillic, Change("latin-twins", text, cyrillic, "ocr", 1.0, (note("ocr.twins"),)), ()
    offered: list[Candidate] = []
    for role in roles:
        ranked = candidates(cyrillic, role)
        if ocr.decide(cyrillic, ranked) == "fixed":
            best = ranked[0]
            evidence = (*best.evidence, note("ocr.not-listed", seen=text, role=note(f"school.role-{role}")))
            rule = "school-type-ocr" if role == "type" else "legal-form-ocr"
            return role, best.value, Change(rule, text, best.value, "ocr", best.confidence, evidence), ()
        if ocr.decide(cyrillic, ranked) == "suggested":
            offered.extend(ranked)
    return "unknown", cyrillic, None, tuple(sorted(offered, key=lambda c: -c.confidence))


@lru_cache(maxsize=1 << 14)
def is_damaged_type(text: str) -> bool:
    """Whether an unknown abbreviation is certainly a school type that was misread."""
    return repair_abbreviation(text, ("type",))[0] == "type"


@lru_cache(maxsize=1 << 14)
def split_joined(text: str) -> tuple[str, str] | None:
    """Two words that were read as one: «МБОУСОШ», «МБОУЮшковская», «ЮшковскаяООШ»."""
    if text.isupper():
        for cut in range(2, len(text) - 1):
            first, second = text[:cut], text[cut:]
            if first in legal_weights() and (second in type_weights() or second == "ШИ"):
                return first, second
        return None
    for pattern, roled in ((_JOINED, 1), (_JOINED_BACK, 2)):
        match = pattern.fullmatch(text)
        if match and role_of(match.group(roled)) is not None:
            return match.group(1), match.group(2)
    return None


@lru_cache(maxsize=1 << 15)
def repair_twins(text: str) -> tuple[str, Change | None]:
    """A word with Latin letters among Cyrillic ones in Cyrillic letters."""
    cyrillic = untwin(text)
    if cyrillic == text:
        return text, None
    return cyrillic, Change("latin-twins", text, cyrillic, "ocr", 1.0, (note("ocr.twins"),))


@lru_cache(maxsize=1 << 15)
def repair_word(text: str) -> tuple[str, Change | None]:
    """A word with Latin twins or with digits in place of letters of the same shape, put right."""
    cyrillic, change = repair_twins(text)
    if change is not None:
        return cyrillic, change
    if any(c in _SHAPES for c in text) and sum(c.isalpha() for c in text) >= 3:
        letters = "".join(
            (_SHAPES[c].upper() if i == 0 else _SHAPES[c]) if c in _SHAPES else c for i, c in enumerate(text)
        )
        if letters.isalpha() and grade(letters, adjective=False) != "impossible":
            return letters, Change("digit-in-word", text, letters, "ocr", 0.995, ocr.explain(text, letters))
    return text, None


@cache
def _vocabulary() -> Mapping[str, float]:
    """Stems of the long words of the phrases: what a damaged small word of a school name may have been."""
    found = {s for options in phrases().values() for stems, _, _ in options for s in stems if len(s) >= 4}
    for row in lexicons.rows("legal_form_words"):
        found |= {stem(w) for w in row["phrase"].split() if len(w) >= 5}
    return dict.fromkeys(sorted(found), 1.0)


@lru_cache(maxsize=1 << 14)
def repair_common(token: Token) -> tuple[Token, Change] | None:
    """A damaged word of the closed vocabulary («общеобразоватепьная») with its right stem; None where nothing
    is certain.
    """
    if len(token.stem) < 4 or token.stem in _vocabulary() or known(token.text):
        return None
    ranked = ocr.rank(token.stem, _vocabulary(), valid=False, closed=True)
    if ocr.decide(token.stem, ranked) != "fixed":
        return None
    best = ranked[0].value
    after = best + token.text[len(token.stem) :]
    change = Change("school-word-ocr", token.text, after, "ocr", ranked[0].confidence, ranked[0].evidence)
    return Token(after, "word", best), change
