"""The state of one pass over a school name: its tokens, the position, what was found."""

from __future__ import annotations

import re

from pipeline.normalizers.school_elements import Element, Parsed
from pipeline.normalizers.school_words import Token, tokens

_CAPITAL = re.compile("[А-ЯЁ]")


class Reader:
    """One pass over the tokens of one text. `any_case`: the text has no capitals, so they tell nothing."""

    __slots__ = ("any_case", "i", "items", "out")

    def __init__(self, text: str) -> None:
        self.items: list[Token] = tokens(text)
        self.out = Parsed()
        self.i = 0
        self.any_case = not _CAPITAL.search(text)

    def add(self, slot: str, text: str, name: str = "", kind: str = "") -> None:
        self.out.elements.append(Element(slot, text, name, kind))

    def has(self, slot: str) -> bool:
        return any(e.slot == slot for e in self.out.elements)

    def following(self, n: int = 1) -> Token | None:
        """The token `n` after the position, None behind the end."""
        return self.items[self.i + n] if self.i + n < len(self.items) else None
