"""How much a text looks like Russian: the judge between encodings.

A letter pair counts by its log-odds against chance (`data/lexicons/russian_bigrams.csv`, tenths of a bit per
letter row); a capital inside a word, a letter of another alphabet, a control character or a lost character
counts against. The mean over all characters beyond ASCII is near +1 bit for Russian and far below 0 for what
a wrong encoding makes of it.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import regex
from numpy.typing import NDArray

from pipeline import lexicons

GOOD = 0.3  # a mean above this is Russian
BAD = -0.5  # a mean below this is no language that is written with these letters

_SAMPLE = 30_000  # characters beyond ASCII that are looked at
_WORD = regex.compile(r"[А-Яа-яЁё]+")
_INNER_CAPITAL = regex.compile(r"[а-яё][А-ЯЁ]")
_OTHER = regex.compile(r"[^\x00-\x7fА-Яа-яЁё]")
_REPEATED = regex.compile(r"(.)\1{2,}", regex.DOTALL)
_TYPOGRAPHY = frozenset("«»„“”‘’…–—−‑№§°•·×\u00a0\u00ad\u2009\u202f\u2028\u200b\ufeff±′″□☐☑✓")
_NEAR_RUSSIAN = frozenset("іїєІЇЄ")
_SPACED = frozenset("—‘’")  # rarely right before a letter
_LINES = frozenset("─│═║")
_COMBINING = regex.compile(r"\p{Mn}|\p{Cf}")
_INNER_CAPITAL_COST = 8.0
_ACRONYM = 6
_ACRONYM_FLOOR = -0.5


@cache
def _bigrams() -> dict[str, float]:
    found: dict[str, float] = {}
    table = lexicons.rows("russian_bigrams")
    letters = [row["letter"].replace("_", " ") for row in table]
    for a, row in zip(letters, table, strict=True):
        for b, score in zip(letters, row["follows"].split(), strict=True):
            found[a + b] = int(score) / 10
    return found


@cache
def letter_pairs() -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For scoring long texts at once: the number of each character (by its code; 0 for what is no Russian
    letter), and the score of each pair of numbers.
    """
    letters = [row["letter"].replace("_", " ") for row in lexicons.rows("russian_bigrams")]
    scores = np.array([[_bigrams()[a + b] for b in letters] for a in letters])
    numbers = np.zeros(ord("ё") + 1, dtype=np.intp)
    for i, letter in enumerate(letters):
        numbers[[ord(letter), ord(letter.upper())]] = i
    numbers[[ord("ё"), ord("Ё")]] = letters.index("е")
    numbers[ord(" ")] = 0
    return numbers, scores


def russian(text: str) -> float:
    """Mean score in bits per character beyond ASCII (0.0 if there is none). Runs of one character count as
    one.
    """
    text = _REPEATED.sub(r"\1", text)
    bigrams = _bigrams()
    total, count = 0.0, 0
    for match in _WORD.finditer(text):
        word = match.group()
        if len(word) > 1:
            padded = f" {word.lower().replace('ё', 'е')} "
            scores = [bigrams[padded[i : i + 2]] for i in range(len(padded) - 1)]
            if word.isupper() and len(word) <= _ACRONYM:
                scores = [
                    max(_ACRONYM_FLOOR, score) for score in scores
                ]  # «МБОУ» is no word of the dictionary
            total += sum(scores)
        if not (word.islower() or word.isupper() or word[1:].islower()):
            total -= _INNER_CAPITAL_COST * len(_INNER_CAPITAL.findall(word))
        count += len(word)
        if count > _SAMPLE:
            text = text[: match.end()]
            break
    for match in _OTHER.finditer(text):
        total += _other(match.group(), text, match.start())
        count += 1
    return total / count if count else 0.0


def _other(char: str, text: str, at: int) -> float:
    """The score of a character that is neither ASCII nor a Russian letter."""
    if char in _TYPOGRAPHY or _COMBINING.match(char):
        return -1.0 if char in _SPACED and text[at + 1 : at + 2].isalpha() else 0.0
    if "\u2500" <= char <= "\u257f":
        near = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
        if char in _LINES:
            return 0.0
        return 0.0 if any(n in _LINES for n in near) or not any(_is_drawn(n) for n in near) else -3.0
    if char in _NEAR_RUSSIAN:
        return -2.0
    if char == "\ufffd" or "\ud800" <= char <= "\udfff" or "\x80" <= char <= "\x9f":
        return -8.0
    return -5.0 if char.isalpha() else -3.0


def _is_drawn(char: str) -> bool:
    return "\u2500" <= char <= "\u257f" or char.isalpha()
