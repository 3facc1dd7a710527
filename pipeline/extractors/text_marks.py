"""The characters that tables in plain text are drawn with, and where they stand on a line.

Three alphabets: box drawing (Unicode U+2500–257F, the code page 866 of DOS), ASCII (`+--+`, `|`), and
what Windows made of code page 866 when it was turned into 1251 («best fit»: `----T---¬`, `+---+`,
`L---+----`, `¦`), as in the dumps of the Russian legal databases. Positions count character cells: a
combining mark stands in the cell of its letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import regex

Line: TypeAlias = Sequence[str]
"""A line as character cells: the text itself, or a list of letters with their marks."""

BARS = frozenset("│║┃|¦╎╏┆┇┊┋")
DASHES = frozenset("─═━-=_—–‐‑‒―╌╍┄┅┈┉")
_DRAWN = frozenset(map(chr, range(0x2500, 0x2580))) - BARS - DASHES
JUNCTIONS = _DRAWN | {"+"}
_LETTERS = frozenset("TТL¬Гг")  # ┬ └ ┐ ╔ in code page 1251; they count in rules only
_RULE = DASHES | BARS | JUNCTIONS | _LETTERS | {" ", ":"}
_TOP = frozenset("┌┍┎┏┐┑┒┓╒╓╔╕╖╗╭╮¬")
_SURELY = regex.compile("[" + regex.escape("".join(sorted(BARS | _DRAWN))) + "]")
_MAYBE = regex.compile(r"\+|[TТL¬Гг](?=[-─═—–=_])|(?<=[-─═—–=_])[TТL¬Гг]")
_WIDTHLESS = regex.compile(r"[\p{Mn}\p{Me}\p{Cf}]")
_BOTTOM = frozenset("└┕┖┗┘┙┚┛╘╙╚╛╜╝╰╯")


def cells_of(text: str) -> Line:
    """The character cells of a line: tabs expanded, marks and characters without width put to their
    letter.
    """
    if "\t" in text:
        text = text.expandtabs(8)
    if text.isascii() or not _WIDTHLESS.search(text):
        return text
    cells: list[str] = []
    for char in text:
        if cells and _WIDTHLESS.match(char):
            cells[-1] += char
        else:
            cells.append(char)
    return cells


def is_rule(line: Line) -> bool:
    """The line is a rule: dashes and junctions only, and at least half of it dashes."""
    marks = [c for c in line if c != " "]
    if len(marks) < 3 or (marks[0] == ":" and len(set(marks)) == 1):
        return False
    dashes = 0
    for i, char in enumerate(line):
        if char in DASHES:
            dashes += 1
        elif char not in _RULE or (char in _LETTERS and not _touches_dash(line, i)):
            return False
    return dashes * 2 >= len(marks) and dashes >= 2


def _touches_dash(line: Line, i: int) -> bool:
    return (i > 0 and line[i - 1] in DASHES) or (i + 1 < len(line) and line[i + 1] in DASHES)


def borders(line: Line, rule: bool) -> list[int]:
    """Where bars and junctions stand; letters count as junctions in a rule only, «+» in rules and beside
    dashes.
    """
    if isinstance(line, str) and not _MAYBE.search(line):
        return [match.start() for match in _SURELY.finditer(line)]
    found = []
    text = [i for i, char in enumerate(line) if char != " "]
    outer = {text[0], text[-1]} if text else set()
    for i, char in enumerate(line):
        drawn = char in BARS or char in _DRAWN
        drawn = drawn or (char in _LETTERS and (rule or _ends_dashes(line, i)))
        if drawn or (char == "+" and (rule or i in outer or _touches_dash(line, i))):
            found.append(i)
    return found


def _ends_dashes(line: Line, i: int) -> bool:
    """Two dashes at one side, and no letter or digit at the other."""
    left, right = "".join(line[max(0, i - 2) : i]), "".join(line[i + 1 : i + 3])
    dashed = [len(side) == 2 and all(c in DASHES for c in side) for side in (left, right)]
    return any(dashed) and not left[-1:].isalnum() and not right[:1].isalnum()


def is_top(line: Line) -> bool:
    """A rule that opens a box and nothing else."""
    text = "".join(line).strip()
    return bool(text) and (text[0] in _TOP or text[-1] in _TOP)


def is_bottom(line: Line) -> bool:
    """A rule that closes a box and nothing else."""
    text = "".join(line).strip()
    return bool(text) and (text[0] in _BOTTOM or text[-1] in _BOTTOM or (text[0] == "L" and is_rule(text)))
