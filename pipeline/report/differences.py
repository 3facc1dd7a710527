"""Which letters differ between two texts, for showing them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Literal, TypeAlias
from unicodedata import category

Kind: TypeAlias = Literal["same", "del", "ins"]
Part: TypeAlias = tuple[Kind, str]
_SIGNS = {"\u00a0": "⍽", "\u202f": "⍽", "\t": "⇥", "\n": "↵", "\r": "↵", "\u00ad": "[-]"}
_UNSEEN = ("Cc", "Cf", "Zl", "Zp")  # Unicode categories: controls, formats, separators
_TWINS = frozenset("ABCEHKMOPTXaceopxy")
_LONGEST = 2_000  # characters; longer texts are not compared
_MOST_CHANGES = 2  # in one word; with more of them it is shown whole
_LEAST_COMMON = 0.25  # share of common letters up to which two texts are shown whole
_ALIKE = 0.65  # share of common letters from which two words are compared letter by letter


def differences(before: str, after: str) -> list[Part]:
    """The texts as parts in reading order: what both have, what only `before` (del) or `after` (ins) has.

    Words that have little in common are given whole: scattered letters would say nothing.
    """
    if before == after:
        return [("same", before)] if before else []
    if len(before) + len(after) > _LONGEST:
        return _joined([("del", before), ("ins", after)])
    parts = _joined(list(_of_words(_words(before), _words(after))))
    common = sum(_size(text) for kind, text in parts if kind == "same")
    if common <= _LEAST_COMMON * max(_size(before), _size(after)):
        return _joined([("del", before), ("ins", after)])
    return parts


def visible(text: str) -> str:
    """A differing part so that it can be seen: spaces, line ends and invisible characters as signs."""
    if text.isspace():
        text = text.replace(" ", "␣")
    return "".join(_SIGNS.get(c) or (f"[U+{ord(c):04X}]" if category(c) in _UNSEEN else c) for c in text)


def is_latin_twin(text: str) -> bool:
    """Only Latin letters that look like Cyrillic ones: the difference would be no difference to the eye."""
    return bool(text) and all(c in _TWINS for c in text)


def _of_words(a: list[str], b: list[str]) -> Iterator[Part]:
    for op, a0, a1, b0, b1 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if op == "equal":
            yield "same", "".join(a[a0:a1])
        elif a1 - a0 == b1 - b0:
            for one, other in zip(a[a0:a1], b[b0:b1], strict=True):
                yield from _of_letters(one, other)
        else:
            yield from _of_letters("".join(a[a0:a1]), "".join(b[b0:b1]))


def _of_letters(one: str, other: str) -> Iterator[Part]:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    changes = sum(op != "equal" for op, *_ in matcher.get_opcodes())
    if matcher.ratio() < _ALIKE or changes > _MOST_CHANGES:
        yield from (("del", one), ("ins", other))
        return
    for op, a0, a1, b0, b1 in matcher.get_opcodes():
        if op == "equal":
            yield "same", one[a0:a1]
        else:
            yield from (("del", one[a0:a1]), ("ins", other[b0:b1]))


def _joined(parts: list[Part]) -> list[Part]:
    """Without empty parts, neighbours of one kind put together."""
    found: list[Part] = []
    for kind, text in parts:
        if found and found[-1][0] == kind:
            found[-1] = (kind, found[-1][1] + text)
        elif text:
            found.append((kind, text))
    return found


def _size(text: str) -> int:
    return sum(c.isalnum() for c in text)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]+", text)
