"""Tables whose fields are parted by bars, a row a line: Markdown, psql, or bars alone without a rule between
rows.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import regex

from pipeline.extractors import text_marks as marks
from pipeline.extractors import text_rows
from pipeline.extractors.text_piece import Found, grid_of
from pipeline.model import Grid

_BAR = regex.compile(r"(?<!\\)[|¦│║┃]")
_MARKDOWN_RULE = regex.compile(r"\|?:?-+:?(?:[|+]:?-+:?)*+\|?")  # without its spaces
_MANY = 200
_BREAK = regex.compile(r"<br\s*/?>", regex.IGNORECASE)


def read(lines: Sequence[str], start: int, before: Sequence[Grid]) -> Found | None:
    """The table that begins at `start`: successive lines with the same number of bars."""
    if not _BAR.search(lines[start]):
        return None
    markdown = is_markdown(lines, start)
    end = start
    barred: list[str] = []
    while end < len(lines) and (_BAR.search(lines[end]) or (markdown and end == start + 1)):
        if marks.is_rule(lines[end]) and not (markdown and end != start + 1):
            if not markdown:
                return None  # rules among bars: a drawn table
        else:
            barred.append(lines[end])
        end += 1
    left, right = (True, True) if markdown else _bordered(barred)
    rows = [_fields(line, left, right) for line in barred]
    width, count = Counter(len(row) for row in rows).most_common(1)[0]
    if markdown:
        # the format itself says that the first line is the header, and cuts a row to its width
        return Found(replace(grid_of(rows), header_rows=1), end) if width > 1 or len(rows[0]) > 1 else None
    closed = all(_is_closed(line) for line in lines[start:end])
    known = any(grid.n_cols == width for grid in before[-3:]) and closed and width > 2
    if width < 2 or count * 2 < len(rows) or not (known or count >= (2 if closed or width > 2 else 3)):
        # many lines with bars that are no table are passed over at once: tried one by one they take too long
        return (
            Found(None, end, tuple(line.strip() for line in lines[start:end])) if len(rows) > _MANY else None
        )
    return Found(grid_of(_joined(lines[start:end], rows)), end)


def is_markdown(lines: Sequence[str], start: int) -> bool:
    """A row, then the only rule, made of `|`, `-`, `:` (or `+`, as psql prints it)."""
    if start + 1 >= len(lines) or "-" not in lines[start + 1] or not _BAR.search(lines[start]):
        return False
    rule = lines[start + 1]
    if not _MARKDOWN_RULE.fullmatch("".join(rule.split())) or marks.is_rule(lines[start]):
        return False
    rule_bars = sum(rule.strip().strip("|").count(c) for c in "|+")
    if len(_BAR.findall(lines[start].strip().strip("|"))) != rule_bars:
        return False
    for line in lines[start + 2 :]:
        if not _BAR.search(line):
            return True
        if marks.is_rule(line):
            return False
    return True


def _is_closed(line: str) -> bool:
    text = line.strip()
    return len(text) > 1 and text[0] in marks.BARS and text[-1] in marks.BARS


def _bordered(lines: Sequence[str]) -> tuple[bool, bool]:
    """Whether a bar at the left and at the right end of a line is the table's border.

    Where lines with and without it have equally many bars it parts an empty first (last) field from the
    next.
    """
    found = []
    for at in (0, -1):
        counts: dict[bool, set[int]] = {True: set(), False: set()}
        for line in lines:
            text = line.strip()
            counts[text[at] in marks.BARS].add(len(_BAR.findall(text)))
        found.append(not (len(counts[False]) == 1 and counts[True] == counts[False]))
    return found[0], found[1]


def _fields(line: str, left: bool, right: bool) -> list[str]:
    line = line.strip()
    fields = [_BREAK.sub("\n", part.strip().replace("\\|", "|")) for part in _BAR.split(line)]
    if left and len(fields) > 1 and not fields[0] and line[:1] in marks.BARS:
        fields = fields[1:]
    if right and len(fields) > 1 and not fields[-1] and line[-1:] in marks.BARS and not line.endswith("\\|"):
        fields = fields[:-1]
    return fields


def _joined(lines: Sequence[str], rows: list[list[str]]) -> list[list[str]]:
    """Wrapped rows put together where the bars stand in columns, as in a drawn table."""
    places = {tuple(m.start() for m in _BAR.finditer(line)) for line in lines}
    if len(places) != 1 or not any(text_rows.is_number(row[0]) for row in rows):
        return rows
    (bars,) = places
    widths = [max(len(row[c]) for row in rows) for c in range(len(rows[0]))]
    if len(bars) > len(widths):
        widths = [b - a - 1 for a, b in itertools.pairwise(bars)]
    first = next(i for i, row in enumerate(rows) if text_rows.is_number(row[0]))
    body = rows[first:]
    starts = text_rows.starts(body, widths, has_numbers=True, ruled=False)
    ends = [*starts[1:], len(body)]
    return [*rows[:first], *(_merged(body[a:b]) for a, b in zip(starts, ends, strict=True))]


def _merged(lines: Sequence[Sequence[str]]) -> list[str]:
    return ["\n".join(t for t in column if t) for column in zip(*lines, strict=True)]
