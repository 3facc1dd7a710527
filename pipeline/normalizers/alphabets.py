"""Words of two alphabets: Latin letters that look like Cyrillic ones, and the reverse.

A word with Cyrillic letters whose Latin letters all have Cyrillic twins becomes Cyrillic; one with a Latin
letter that has no twin, and Cyrillic letters that all have Latin twins, becomes Latin («СOVID»). What fits
neither way stays. A word all in Latin twins («COШ» is mixed, «MAOY» is not) becomes Cyrillic only beside
Cyrillic words, and only where the result is an acronym of the lexicon, an initial, a one-letter preposition
or a word of the dictionary.
"""

from __future__ import annotations

from functools import cache

import regex

from pipeline import lexicons
from pipeline.model import Change, note

_WORD = regex.compile(r"\p{L}+")
_LATIN = regex.compile(r"\p{Latin}")
_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_NEAR = 3  # characters between a word and its neighbour
_PREPOSITIONS = frozenset("аоукс")
_SHORTEST = 3  # letters of an all-Latin word that the dictionary may turn into a Cyrillic one


@cache
def _tables() -> tuple[dict[str, str], dict[str, str]]:
    to_cyrillic = {row["latin"]: row["cyrillic"] for row in lexicons.rows("twins")}
    to_latin: dict[str, str] = {}
    for latin, cyrillic in to_cyrillic.items():
        to_latin.setdefault(cyrillic, latin)
    return to_cyrillic, to_latin


@cache
def _acronyms() -> frozenset[str]:
    return lexicons.words("acronyms", "word")


def cyrillic(word: str) -> str | None:
    """The word with Cyrillic letters for all its Latin ones, None if one has no twin."""
    table = _tables()[0]
    turned = [table.get(c) if _LATIN.match(c) else c for c in word]
    return None if None in turned else "".join(c for c in turned if c)


def _latin(word: str) -> str | None:
    table = _tables()[1]
    turned = [table.get(c) if _CYRILLIC.match(c) else c for c in word]
    return None if None in turned else "".join(c for c in turned if c)


def unmix(text: str) -> tuple[str, list[Change]]:
    """The text with words of one alphabet each, and one change per word."""
    if not _LATIN.search(text) or not _CYRILLIC.search(text):
        return text, []
    found = list(_WORD.finditer(text))
    words = [w[0] for w in found]
    doubtful: list[int] = []
    for i, word in enumerate(words):
        if not _LATIN.search(word):
            continue
        if _CYRILLIC.search(word):
            words[i] = cyrillic(word) or _latin(word) or word
        elif cyrillic(word) is not None:
            doubtful.append(i)
    for i in (
        *doubtful,
        *reversed(doubtful),
    ):  # both ways: a word that became Cyrillic speaks for its neighbours
        after = cyrillic(words[i])
        if after is not None and after != words[i] and _is_cyrillic(text, found, words, i, after):
            words[i] = after
    changes: list[Change] = []
    out: list[str] = []
    last = 0
    for match, word in zip(found, words, strict=True):
        if word != match[0]:
            out += [text[last : match.start()], word]
            last = match.end()
            changes.append(
                Change("mixed-alphabet", match[0], word, "ocr", 1.0, (note("text.mixed-alphabet"),))
            )
    return "".join([*out, text[last:]]), changes


def _is_cyrillic(text: str, found: list[regex.Match[str]], words: list[str], i: int, after: str) -> bool:
    """Whether a word all in Latin twins was meant in Cyrillic."""
    start, end = found[i].span()
    near = []
    if i and start - found[i - 1].end() <= _NEAR:
        near.append(words[i - 1])
    if i + 1 < len(words) and found[i + 1].start() - end <= _NEAR:
        near.append(words[i + 1])
    if not any(_CYRILLIC.search(w) for w in near) or not all(
        _CYRILLIC.search(w) or cyrillic(w) for w in near
    ):
        return False
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    if any(c.isdigit() for c in around):
        return False
    if len(after) == 1:
        if text[end : end + 1] == ".":
            return after.isupper() and any(w[0].isupper() for w in near)
        return after in _PREPOSITIONS and not around.strip()
    if after in _acronyms():
        return True
    if len(after) < _SHORTEST or (after.isupper() and len(after) <= _SHORTEST):
        return False
    from pipeline.normalizers import morphology

    return morphology.known(after)


@cache
def _twins() -> dict[int, str]:
    return {ord(latin): cyrillic for latin, cyrillic in _tables()[0].items()}


def twins_as_cyrillic(text: str) -> str:
    """The text with every Latin letter that has a Cyrillic twin replaced by it, letter for letter."""
    return text.translate(_twins())
