"""Tables whose fields are parted by tabs, and what only looks like one: indents, lists, signatures, forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import regex

from pipeline.extractors.text_piece import Found, grid_of
from pipeline.model import Grid

_LIST_MARK = regex.compile(r"\s*(?:(?:\d{1,3}\.?)+|\d{1,3}\)|\p{L}\)|[-–—•·*▪])\s*")
_SIGNATURE = regex.compile(
    r"\s*(?:\p{Lu}\.\s?){1,2}\s?\p{Lu}[\p{L}-]+\s*|\s*\p{Lu}[\p{L}-]+\s(?:\p{Lu}\.\s?){1,2}\s*"
)


def read(lines: Sequence[str], start: int, before: Sequence[Grid]) -> Found | None:
    """The tab-separated table that begins at `start`: successive lines with tabs that are no prose."""
    if not _is_row(lines[start]):
        return None
    end = start
    while end < len(lines) and "\t" in lines[end] and lines[end].strip(" "):
        end += 1
    rows = [line.split("\t") for line in lines[start:end]]
    return Found(grid_of(rows), end) if _is_table(rows, before) else None


def _is_row(line: str) -> bool:
    return "\t" in line.rstrip("\t ") or line.count("\t") >= 2


def _is_table(rows: Sequence[Sequence[str]], before: Sequence[Grid]) -> bool:
    width, count = Counter(len(row) for row in rows).most_common(1)[0]
    usual = [row for row in rows if len(row) == width]
    if any(grid.n_cols == width for grid in before[-3:]) and width > 2:
        return True
    if len(rows) < 2 or count < 2 or count * 2 < len(rows):
        return False
    filled = [c for c in range(width) if any(row[c].strip() for row in usual)]
    if len(filled) < 2:
        return False
    if len(filled) > 2:
        return True
    first, last = filled
    if all(_LIST_MARK.fullmatch(row[first]) for row in usual):
        return False  # «1.⇥Утвердить …»: a numbered list
    if all(row[first].rstrip().endswith(":") for row in usual):
        return False  # «Адрес:⇥…»: a form
    return not all(_SIGNATURE.fullmatch(row[last]) or not row[last].strip() for row in usual)
