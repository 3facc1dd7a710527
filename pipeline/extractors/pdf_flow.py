"""The text outside tables: columns, reading order, paragraphs, running heads and page numbers."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

import regex

from pipeline import lexicons
from pipeline.extractors.pdf_settings import SETTINGS
from pipeline.extractors.pdf_text import Line, around, line_of, line_text
from pipeline.model import BBox

Kind: TypeAlias = Literal["paragraph", "header", "footer"]

_GUTTER = 8.0  # points, the narrowest space between two columns of text
_COLUMN_LINES = 3  # lines on each side that make two columns
_SHORT = 14  # characters, the mean length of names and numbers beside a text
_LEADING = 1.75  # em, a larger step from line to line begins a new paragraph
_LONGEST_BAND = 300  # rows of text on a page at most
_NEAR = 12  # lines on each side that show how far a column runs to the right
_DIGITS = regex.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Consecutive lines that belong together, `text` with line breaks; `box` in the reading frame."""

    text: str
    box: BBox
    kind: Kind = "paragraph"


def in_order(lines: Sequence[Line], barriers: Sequence[BBox] = ()) -> list[list[Line]]:
    """Lines in reading order, in groups: the text between two tables, column by column.

    `barriers` are boxes of tables: text above a table never mixes with text below it. The groups are as
    many as there are gaps around the barriers sorted from the top (`len(barriers) + 1`).
    """
    tops = sorted(b[1] for b in barriers)
    groups: list[list[Line]] = [[] for _ in range(len(tops) + 1)]
    for line in lines:
        middle = (line.v0 + line.v1) / 2
        groups[sum(1 for t in tops if t <= middle)].append(line)
    return [columns_in_order(group) for group in groups]


def columns_in_order(lines: Sequence[Line]) -> list[Line]:
    """Lines of a region; where two columns run side by side, first the left one, then the right one."""
    rows = _rows(lines)
    ordered: list[Line] = []
    i = 0
    while i < len(rows):
        end, gutter = _band(rows, i)
        if gutter is None:
            ordered.append(_whole(rows[i]))
            i += 1
            continue
        parts = [part for row in rows[i:end] for part in row]
        middle = sum(gutter) / 2
        ordered.extend(columns_in_order([p for p in parts if p.box[0] < middle]))
        ordered.extend(columns_in_order([p for p in parts if p.box[0] >= middle]))
        i = end
    return ordered


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Rows of line parts from the top: parts are cut at wide gaps; lines of equal height side by side share a
    row.
    """
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda x: (x.v0 + x.v1, x.box[0])):
        parts = _parts(line)
        if rows:
            bottom = min(p.v1 for p in rows[-1])
            above = around([p.box for p in rows[-1]])
            beside = line.box[0] > above[2] or line.box[2] < above[0]
            if beside and line.v0 < bottom:
                rows[-1].extend(parts)
                rows[-1].sort(key=lambda p: p.box[0])
                continue
        rows.append(parts)
    return rows


def _parts(line: Line) -> list[Line]:
    """A line cut at gaps wider than between words."""
    parts = [[line.words[0]]]
    for word in line.words[1:]:
        before = parts[-1][-1]
        if word.u0 - before.u1 > SETTINGS.column_gap * max(word.size, before.size):
            parts.append([])
        parts[-1].append(word)
    return [line] if len(parts) == 1 else [line_of(words) for words in parts]


def _whole(row: Sequence[Line]) -> Line:
    return row[0] if len(row) == 1 else line_of([w for part in row for w in part.words])


def _band(rows: Sequence[Sequence[Line]], start: int) -> tuple[int, tuple[float, float] | None]:
    """The rows from `start` that run in two columns, with the gutter between them; (start + 1, None) if none
    do.
    """
    best: tuple[int, tuple[float, float] | None] = (start + 1, None)
    row = rows[start]
    for left, right in itertools.pairwise(row):
        low, high = left.box[2], right.box[0]
        end, counts = start, [0, 0]
        while end < min(len(rows), start + _LONGEST_BAND):
            narrowed = _gutter(rows[end], low, high)
            if narrowed is None or (end > start and _apart(rows[end - 1], rows[end])):
                break
            low, high = narrowed
            sides = {p.box[0] >= (low + high) / 2 for p in rows[end]}
            counts[0] += False in sides
            counts[1] += True in sides
            end += 1
        if min(counts) >= _COLUMN_LINES and end > best[0] and not _is_paired(rows[start:end], low):
            best = (end, (low, high))
    return best


def _apart(above: Sequence[Line], row: Sequence[Line]) -> bool:
    """An empty line over the whole width: columns of running text have none at the same height."""
    step = min(p.base for p in row) - max(p.base for p in above)
    return step > _LEADING * max(p.size for p in (*above, *row))


def _is_paired(rows: Sequence[Sequence[Line]], gutter: float) -> bool:
    """Each row has a left part and a short right one (position and name, date and number): read by rows."""
    right = [p for row in rows for p in row if p.box[0] >= gutter]
    both = all(len(row) > 1 for row in rows)
    return both and sum(len(p.text) for p in right) <= _SHORT * len(right)


def _gutter(row: Sequence[Line], low: float, high: float) -> tuple[float, float] | None:
    """What is left of the gutter between `low` and `high` in a row; None if a part runs through it."""
    for part in row:
        x0, _, x1, _ = part.box
        if (x0 + x1) / 2 < (low + high) / 2:
            low = max(low, x1)
        else:
            high = min(high, x0)
    return (low, high) if high - low >= _GUTTER else None


# ------------------------------------------------------------------------------------------------ paragraphs


def paragraphs(lines: Sequence[Line]) -> list[Paragraph]:
    """Lines in reading order joined to paragraphs.

    A paragraph ends where the next line stands elsewhere, has another size, is indented, or would have
    begun on the line before if it were the same paragraph (its first word fits there).
    """
    made: list[list[Line]] = []
    for i, line in enumerate(lines):
        if made and _goes_on(made[-1], line, lines[max(0, i - _NEAR) : i + _NEAR]):
            made[-1].append(line)
        else:
            made.append([line])
    return [Paragraph("\n".join(x.text for x in group), around([x.box for x in group])) for group in made]


def _goes_on(group: Sequence[Line], line: Line, column: Sequence[Line]) -> bool:
    last = group[-1]
    size = max(last.size, line.size)
    step = line.base - last.base
    if step <= 0.3 * size or step > _LEADING * size or abs(last.size - line.size) > 0.15 * size:
        return False
    if len(group) > 1 and step > 1.25 * (last.base - group[-2].base) + 1:
        return False
    (x0, _, x1, _), (y0, _, y1, _) = last.box, line.box
    if min(x1, y1) <= max(x0, y0) or "\t" in line.text or "\t" in last.text:
        return False
    centred = abs((x0 + x1) - (y0 + y1)) < 2 * size and abs(x0 - y0) > 0.5 * size
    if centred:
        return True
    if y0 - x0 > 0.8 * size or (len(group) > 1 and abs(y0 - x0) > 0.8 * size):
        return False
    right = max(x.box[2] for x in column if x.box[0] < x1 and x.box[2] > x0)
    first = line.words[0]
    glued = len(line.words) > 1 and not any(c.isalpha() for c in first.text)  # «№ 2» never stands apart
    end = line.words[1].u1 if glued else first.u1
    return right - x1 < end - first.u0 + 0.25 * size


# ---------------------------------------------------------------------------------------------- running heads


@cache
def _patterns(what: str) -> regex.Pattern[str]:
    found = [row["pattern"] for row in lexicons.rows("running_heads") if row["what"] == what]
    return regex.compile(r"\s*(?:" + "|".join(found) + r")\s*", regex.IGNORECASE)


def running_heads(
    pages: Mapping[int, tuple[float, Sequence[Line], Sequence[BBox]]],
) -> dict[int, dict[int, Kind]]:
    """Which lines are headers or footers: page → index of the line → kind.

    `pages` maps a page number to (height, lines, boxes of tables). A line in the margin zone is furniture
    when it is a page number alone, or when it stands at the same place on most pages with at most its
    numbers changed. What heads an appendix never is.
    """
    seen: dict[tuple[str, Kind], list[tuple[int, float, int]]] = defaultdict(list)
    found: dict[int, dict[int, Kind]] = defaultdict(dict)
    for number, (height, lines, tables) in pages.items():
        for index, line, kind in _margin_lines(height, lines, tables):
            text = line.text.strip()
            if _patterns("body").fullmatch(text):
                continue
            if _patterns("page-number").fullmatch(text):
                found[number][index] = kind
                continue
            seen[(_DIGITS.sub("0", text), kind)].append((number, line.base, index))
    for (_, kind), places in seen.items():
        numbers = sorted({p for p, _, _ in places})
        if len(numbers) < 2:
            continue
        base = sorted(b for _, b, _ in places)[len(places) // 2]
        same = [(p, i) for p, b, i in places if abs(b - base) <= 4]
        span = sum(1 for p in pages if numbers[0] <= p <= numbers[-1])
        share = len({p for p, _ in same}) / span
        if len(same) >= 2 and (share >= 0.6 or (share >= 0.4 and len(same) >= 3)):
            for page, index in same:
                found[page][index] = kind
    return found


def _margin_lines(
    height: float, lines: Sequence[Line], tables: Sequence[BBox]
) -> Iterable[tuple[int, Line, Kind]]:
    """The first and last three lines of a page that stand in its margin zones, outside the rows of tables."""
    order = sorted(range(len(lines)), key=lambda i: lines[i].base)
    top = min((t[1] for t in tables), default=height)
    bottom = max((t[3] for t in tables), default=0.0)
    for i in order[:3]:
        if lines[i].v1 <= min(SETTINGS.margin_zone * height, top):
            yield i, lines[i], "header"
    for i in order[-3:]:
        if lines[i].v0 >= max((1 - SETTINGS.margin_zone) * height, bottom):
            yield i, lines[i], "footer"


def joined_text(parts: Sequence[Line]) -> str:
    """The text of line parts on one row, with tabs between them."""
    return line_text([w for p in parts for w in p.words])
