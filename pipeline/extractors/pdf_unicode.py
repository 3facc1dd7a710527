"""Pages whose characters have wrong Unicode values or none, though they look right in print.

A font may say nothing of what its glyphs mean (no ToUnicode), say it for some only, or say something else.
What a page prints is then right and its text wrong. Cyrillic letters given by the codes of Windows-1251 in a
Latin encoding are put right, since that is certain; every other page is told, so that its picture can be
read instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import regex

from pipeline import encoding_score
from pipeline.extractors.pdf_objects import Array, Ints
from pipeline.extractors.pdf_page import PageTables
from pipeline.extractors.pdf_read import PageContent
from pipeline.extractors.pdf_settings import SETTINGS
from pipeline.model import Note, note

REASONS = frozenset({"pdf.no-unicode", "pdf.part-unicode", "pdf.wrong-unicode"})  # of `unreadable`

_LATIN_RUN = regex.compile(r"[\u00a8\u00b8\u00c0-\u00ff]{2,}")
_FEWEST = 20  # letters; fewer say nothing
_UNMAPPED = regex.compile(r"[\ufffd\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]")
_BULLET = regex.compile(
    r"^[\ufffd\ue000-\uf8ff]+(?=\w)"
)  # a sign before a word; a lost letter is lost inside words too
_QUESTIONS = regex.compile(r"\?{3,}")
_OTHER_CYRILLIC = regex.compile(r"[\u0400\u0402-\u040f\u0450\u0452-\u052f]")  # another language's letters
_RUSSIAN = regex.compile(r"[А-Яа-яЁё]")
_SAMPLE = 3000  # characters of a page in which Latin words are looked for
_LEAST_LINE = 10  # Cyrillic letters of a line that is judged
_LETTER = regex.compile(r"\p{L}")
_LATIN = regex.compile(r"\p{Latin}")
_SIGN_INSIDE = regex.compile(r"""\p{L}[=<>{}|~^\\$#*!?`"\[\]]+\p{L}""")
_VOWEL = regex.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýāēīōūœěůő\d_]", regex.IGNORECASE)
_TOKEN = regex.compile(r"\S+")


def repaired(content: PageContent) -> tuple[PageContent, bool]:
    """The page with Cyrillic letters for Latin ones that stand for them, and whether there were any."""
    chars = content.chars
    runs = _LATIN_RUN.findall(chars.text)
    if sum(map(len, runs)) < _FEWEST:
        return content, False
    table = _cyrillic()
    if encoding_score.russian(" ".join(runs).translate(table)) <= encoding_score.GOOD:
        return content, False
    text = "".join(c.translate(table) if "\u00a8" <= c <= "\u00ff" else c for c in chars.text)
    return replace(content, chars=replace(chars, text=text)), True


def _cyrillic() -> dict[int, str]:
    """Windows-1252 → Windows-1251, letters and № only."""
    codes = (*range(0xC0, 0x100), 0xA8, 0xB8, 0xB9)
    return {ord(bytes([code]).decode("cp1252")): bytes([code]).decode("cp1251") for code in codes}


def unreadable(page: PageTables) -> Note | None:
    """Why the text of a page is not what it prints; None if nothing speaks against it."""
    count = len(page.content.chars)
    if not count:
        return None
    if page.content.unmapped > SETTINGS.bad_text * count:
        share = round(100 * page.content.unmapped / count)
        return note("pdf.no-unicode", page=page.number, share=share)
    texts = list(_texts(page))
    whole = "\n".join(texts)
    if _UNMAPPED.search(whole) or _QUESTIONS.search(whole):
        words = whole.split()
        holes = [w for w in words if _has_hole(w)]
        if len(holes) >= 3 and len(holes) > SETTINGS.bad_words * len(words):
            share = max(1, round(100 * len(holes) / len(words)))
            return note("pdf.part-unicode", page=page.number, share=share, text=_shown(holes[0]))
    wrong = _nonsense(texts) or _no_latin(whole[:_SAMPLE])
    return note("pdf.wrong-unicode", page=page.number, text=wrong[:40]) if wrong else None


def _texts(page: PageTables) -> Iterator[str]:
    yield from (cell.text for grid in page.grids for cell in grid.cells)
    yield from (line.text for line in (*page.lines, *page.turned))


def _has_hole(word: str) -> bool:
    word = _BULLET.sub("", word)
    return len(word) > 1 and bool(_UNMAPPED.search(word) or _QUESTIONS.search(word))


def _shown(word: str) -> str:
    return _UNMAPPED.sub("\ufffd", word)[:40]


def _nonsense(texts: Sequence[str]) -> str | None:
    """A line that is no Russian, if many are: letters that stand for others."""
    letters, scores = _scores(texts)
    judged = letters >= _LEAST_LINE
    doubtful = judged & (scores < encoding_score.BAD)
    most = SETTINGS.bad_lines * float(letters[judged].sum())
    if letters[doubtful].sum() < max(2 * _FEWEST, most):
        return None
    bad = [i for i in np.flatnonzero(doubtful).tolist() if _is_nonsense(texts[i])]
    count = int(letters[bad].sum()) if bad else 0
    return texts[bad[0]] if count >= 2 * _FEWEST and count > most else None


def _is_nonsense(text: str) -> bool:
    return not _OTHER_CYRILLIC.search(text) and encoding_score.russian(text) < encoding_score.BAD


def _scores(texts: Sequence[str]) -> tuple[Ints, Array]:
    """The Russian letters of each text and the mean score of their pairs, all at once."""
    if not texts:
        return np.empty(0, dtype=np.int64), np.empty(0)
    numbers, pairs = encoding_score.letter_pairs()
    codes = np.frombuffer(" ".join(["", *texts, ""]).encode("utf-32-le"), dtype=np.uint32)
    found = numbers[np.where(codes < len(numbers), codes, 0)]
    capital = (codes >= 0x410) & (codes < 0x430)
    found[1:][capital[1:] & capital[:-1]] = 0  # «МБОУ», «СОШ»: acronyms have no usual pairs
    found[:-1][capital[1:] & capital[:-1]] = 0
    score = pairs[found[:-1], found[1:]]
    score[(found[:-1] == 0) & (found[1:] == 0)] = 0.0
    starts = np.cumsum([1, *(len(t) + 1 for t in texts[:-1])])
    letters = np.add.reduceat(found > 0, starts).astype(np.int64)
    return letters, np.add.reduceat(score, starts - 1) / np.maximum(letters, 1)


def _no_latin(text: str) -> str | None:
    """A text of Latin letters that are no words of any language: signs stand inside, vowels are missing."""
    tokens = [t for t in _TOKEN.findall(text) if len(t) > 2 and _LATIN.search(t)]
    letters = sum(map(len, tokens))
    if letters < 5 * _FEWEST or len(_LATIN.findall(text)) < 0.9 * len(_LETTER.findall(text)):
        return None
    bad = sum(len(t) for t in tokens if _SIGN_INSIDE.search(t) or _is_unspeakable(t))
    return " ".join(tokens) if bad > SETTINGS.bad_latin * letters else None


def _is_unspeakable(token: str) -> bool:
    return len(token) > 4 and not token.isupper() and not _VOWEL.search(token)
