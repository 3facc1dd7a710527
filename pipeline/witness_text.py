"""When two witnesses of an order say the same: what the layout does to a text is no difference.

Line breaks, hyphens at line ends, spaces, blanks of forms (____), kinds of dashes, quotes and of the sign №,
and ё for е are layout. All else (a letter, a digit, a full stop, a capital) is a difference, however small.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

import regex

from pipeline import lexicons

_SIGN = regex.compile(r"(?:№|\bN[oо°º]?\.?)\s*(?=\d)")
_QUOTES = regex.compile(r"[«»„“”‟\"'’‘`‚‹›″′]")
_INVISIBLE = regex.compile(r"[_\u00AD\u200B-\u200F\u2060-\u2064\uFEFF]")
_DASHES = regex.compile(r"(?<!\s)\s*+[-‐‑‒–—―−]++\s*+")
_CUT = regex.compile(r"(?<=\p{L})[-‐‑¬]\s*(?=\p{Ll})")
_SPACES = regex.compile(r"\s+")
_LETTERS = regex.compile(r"[^\p{L}\p{N}]+")
_DIGITS = regex.compile(r"\d+")


@lru_cache(maxsize=1 << 16)
def _keys(text: str) -> tuple[str, str]:
    """The text without its layout: with the hyphens of its words, and without."""
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    text = _SIGN.sub("№", text).replace("ё", "е").replace("Ё", "Е").replace("…", "...")
    text = _QUOTES.sub("", text)
    whole, joined = (_SPACES.sub("", _DASHES.sub("-", t)) for t in (text, _CUT.sub("", text)))
    return whole, joined


def same(a: str, b: str) -> bool:
    """Whether two raw texts differ in their layout at most."""
    if a == b:
        return True
    (whole_a, joined_a), (whole_b, joined_b) = _keys(a), _keys(b)
    return whole_a == whole_b or joined_a == joined_b


@cache
def _twins() -> dict[int, str]:
    return {ord(row["latin"]): row["cyrillic"] for row in lexicons.rows("twins")}


@lru_cache(maxsize=1 << 16)
def content(text: str) -> str:
    """The letters and digits of a text, small, of one alphabet: what rows are found by."""
    text = unicodedata.normalize("NFKC", text.replace("№", "")).translate(_twins())
    return _LETTERS.sub("", text.casefold()).replace("ё", "е")


@lru_cache(maxsize=1 << 16)
def digits(text: str) -> tuple[str, ...]:
    """The numbers in a text."""
    return tuple(_DIGITS.findall(text))
