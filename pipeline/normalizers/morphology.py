"""Russian morphology (pymorphy3 with the OpenCorpora dictionary), loaded only when a doubtful word needs
it.

The analyzer costs a fifth of a second to load and is shared by all normalizers of a process. Words go in as
they are written; all answers are in lower case.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any


@cache
def _analyzer() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")


@lru_cache(maxsize=1 << 16)
def known(word: str) -> bool:
    """Whether the dictionary has this form."""
    return bool(word) and bool(_analyzer().word_is_known(word.lower()))


@lru_cache(maxsize=1 << 14)
def parses(word: str) -> tuple[Any, ...]:
    """The analyzer's parses, most probable first."""
    return tuple(_analyzer().parse(word.lower()))


@lru_cache(maxsize=1 << 14)
def is_surname(word: str) -> bool:
    """Whether the dictionary knows the form as a surname. A double surname is one when all its parts are."""
    parts = word.lower().split("-")
    return all(known(p) and any("Surn" in parse.tag for parse in parses(p)) for p in parts)


@lru_cache(maxsize=1 << 14)
def nominative(word: str, *grammemes: str) -> str | None:
    """The nominative singular of a form whose parses have all `grammemes`; the word itself where it may be
    one, None where nothing fits.
    """
    fitting = [p for p in parses(word) if all(g in p.tag for g in grammemes)]
    if any({"nomn", "sing"} in p.tag for p in fitting):
        return word.lower()
    for parse in fitting:
        if "sing" in parse.tag:
            inflected = parse.inflect({"nomn", "sing"})
            if inflected is not None:
                return str(inflected.word)
    return None
