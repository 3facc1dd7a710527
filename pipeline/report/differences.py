"""Which letters differ between two texts, for showing them."""

from __future__ import annotations

import difflib
import re
from typing import Literal, TypeAlias

Part: TypeAlias = tuple[Literal["same", "del", "ins"], str]
_LONGEST = 600  # characters up to which letters are compared; beyond, words are
_LEAST_ALIKE = 0.4  # below this share of common letters two texts are shown whole, one after the other


def differences(before: str, after: str) -> list[Part]:
    """The texts as parts in reading order: what both have, what only `before` (del) or only `after` (ins)
    has.

    Texts that have little in common are given whole: scattered letters would say nothing.
    """
    if before == after:
        return [("same", before)] if before else []
    split = list if max(len(before), len(after)) <= _LONGEST else _words
    a, b = split(before), split(after)
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < _LEAST_ALIKE:
        return _parts([("del", before), ("ins", after)])
    parts: list[Part] = []
    for op, a0, a1, b0, b1 in matcher.get_opcodes():
        if op == "equal":
            parts.append(("same", "".join(a[a0:a1])))
        else:
            parts.extend([("del", "".join(a[a0:a1])), ("ins", "".join(b[b0:b1]))])
    return _parts(parts)


def _parts(parts: list[Part]) -> list[Part]:
    return [part for part in parts if part[1]]


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\S+", text)
