"""Quotation marks: every kind → « », opening or closing by what stands around it."""

from __future__ import annotations

import regex

_QUOTES = '"“”„‟＂'
_ANY = regex.compile(rf"<<|>>|,,(?=[\p{{L}}\p{{N}}])|''|‚‚|[{_QUOTES}]")
_ROUNDS = 20
_OPENERS = "«([{–—-/"


def guillemets(text: str) -> str:
    """The text with « » for “ ” „ " << >> '' ,, where the marks pair up.

    A mark opens at the start of a word and closes at its end; between two spaces, or between two words, it
    closes what is open. One that pairs with nothing (a broken quote, 15" for inches) stays as it stands.
    """
    for _ in range(_ROUNDS):
        paired = _paired(text)
        if paired == text:
            break
        text = paired
    return text


def _paired(text: str) -> str:
    """One pass over the marks; a pair that it closes may let another one be seen."""
    marks = list(_ANY.finditer(text))
    if not marks:
        return text
    opened: list[int] = []
    pairs: dict[int, str] = {}
    at = {m.start(): m for m in marks}
    for position, letter in enumerate(text):
        if letter == "«":
            opened.append(position)
        elif letter == "»":
            if opened:
                start = opened.pop()
                if start in at:
                    pairs[start] = "«"
        elif position in at:
            if _opens(text, at[position], bool(opened)):
                opened.append(position)
            elif opened:
                start = opened.pop()
                pairs[position] = "»"
                if start in at:
                    pairs[start] = "«"
    out: list[str] = []
    last = 0
    for mark in marks:
        out += [text[last : mark.start()], pairs.get(mark.start(), mark[0])]
        last = mark.end()
    return "".join([*out, text[last:]])


def _opens(text: str, mark: regex.Match[str], inside: bool) -> bool:
    before = text[mark.start() - 1 : mark.start()]
    after = text[mark.end() : mark.end() + 1]
    if mark[0] in ("„", "‟", ",,", "‚‚", "<<"):
        return True
    if mark[0] in (">>", "”"):
        return not inside and not before.strip() and bool(after.strip())
    word_starts = not before.strip() or before in _OPENERS or before in _QUOTES
    word_ends = not after.strip() or after in ".,;:!?)]}»–—-/" or after in _QUOTES
    if word_starts == word_ends:
        return not inside
    return word_starts
