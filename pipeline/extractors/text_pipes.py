"""Tables whose fields are parted by pipes or broken bars, a row a line, Markdown tables among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import regex

from pipeline.extractors.text_piece import Found, grid_of
from pipeline.model import Grid

_BARS = "|¦│"
_SPLIT = regex.compile(r"(?<!\\)[|¦│]")
_RULE = regex.compile(r"[\s|¦│:+=_—–-]*[-=_—–]{2,}[\s|¦│:+=_—–-]*")


def read(lines: Sequence[str], start: int, before: Sequence[Grid]) -> Found | None:
    """The table that begins at `start`: successive lines with the same number of bars."""
    end = start
    rows: list[list[str]] = []
    while end < len(lines) and (
        any(bar in lines[end] for bar in _BARS) or (rows and _RULE.fullmatch(lines[end]))
    ):
        if not _RULE.fullmatch(lines[end]):
            rows.append(_fields(lines[end]))
        end += 1
    if len(rows) < 2:
        return None
    width, count = Counter(len(row) for row in rows).most_common(1)[0]
    if width < 2 or count < 2 or count * 2 < len(rows):
        return None
    return Found(grid_of(rows), end)


def _fields(line: str) -> list[str]:
    line = line.strip()
    fields = [part.strip().replace("\\|", "|") for part in _SPLIT.split(line)]
    if fields and not fields[0] and line[:1] in _BARS:
        fields = fields[1:]
    if fields and not fields[-1] and line[-1:] in _BARS:
        fields = fields[:-1]
    return fields
