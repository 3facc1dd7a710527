"""Drawings that lost marks: bars and junctions of a table in characters, put back where the columns stand.

Recognition reads a bar as «!», «I», «l», «1» or not at all, a dash as «~». The columns of a drawn table stand
under one another, so that the other lines say where a mark is missing. Nothing is put where a text stands: a
text over a border is a merged cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import regex

from pipeline.extractors import text_marks as marks

_MOST = 0.5  # share of the lines with bars that makes a border
_NEARLY_ALL = 0.8  # share of marks that must stand at borders; a drawing that was edited is not mended
_RULE = 0.8  # share of dashes and junctions in a rule
_FEWEST = 4  # lines with bars that show where borders are
_DASHED = 5  # dashes of a rule
_NEAR = 2  # characters that a bar may stand beside its border (lost characters move the rest of a line)
_LIKE = frozenset("!Il1i|]['jJ")  # what recognition makes of a bar
_WALL = regex.compile("[" + regex.escape("".join(sorted(marks.BARS | marks.JUNCTIONS))) + "]")
_SPACE = " "


def is_damaged_rule(line: marks.Line) -> bool:
    """Nearly all of it dashes and junctions, and letters or digits only between them; a text in a cell that
    no rule crosses stands between spaces.
    """
    drawn = [c for c in line if c != _SPACE]
    dashes = sum(1 for c in drawn if c in marks.DASHES)
    if dashes < _DASHED or dashes * 2 < len(drawn) or sum(map(_is_mark, drawn)) < _RULE * len(drawn):
        return False
    odd = [i for i, c in enumerate(line) if c.isalnum() and not _is_mark(c)]
    return all(_is_mark(line[k]) for i in odd for k in (i - 1, i + 1) if 0 <= k < len(line))


def _is_mark(char: str) -> bool:
    return char in marks.DASHES or char in marks.JUNCTIONS or char in marks.BARS


def mended(rows: Sequence[marks.Line], rules: Sequence[bool]) -> list[marks.Line]:
    """The lines with bars and junctions put back; as they are where the drawing has no clear borders."""
    drawn = [marks.borders(row, rule) for row, rule in zip(rows, rules, strict=True)]
    edges = _edges(drawn, rules)
    if len(edges) < 3:
        return list(rows)
    exact = sum(x in edges for d in drawn for x in d)
    if exact < _NEARLY_ALL * sum(map(len, drawn)) or all(_is_whole(d, edges) for d in drawn):
        return list(rows)
    done: list[marks.Line] = [
        _mended_rule(row) if rule else _laid_out(row, d, edges)
        for row, rule, d in zip(rows, rules, drawn, strict=True)
    ]
    for i, rule in enumerate(rules):
        if not rule:
            beside = [done[k] for k in (i - 1, i + 1) if 0 <= k < len(done) and not rules[k]]
            done[i] = _mended_row(done[i], beside, edges)
    return done


def _is_whole(found: Sequence[int], edges: Sequence[int]) -> bool:
    return set(edges) <= set(found)


def _edges(drawn: Sequence[Sequence[int]], rules: Sequence[bool]) -> list[int]:
    """Where most lines with bars have one; [] if too few have any."""
    barred = [d for d, rule in zip(drawn, rules, strict=True) if not rule and d]
    counts = Counter(x for d in barred for x in d)
    if len(barred) < _FEWEST:
        return []
    return sorted(x for x, n in counts.items() if n >= _MOST * len(barred))


def _mended_rule(row: marks.Line) -> marks.Line:
    """Dashes for other characters, and for a single space inside."""
    if all(_is_mark(c) for c in row):
        return row
    line = [c if c == _SPACE or _is_mark(c) else "-" for c in row]
    for x in range(1, len(line) - 1):
        if line[x] == _SPACE and line[x - 1] in marks.DASHES and line[x + 1] in marks.DASHES:
            line[x] = "-"
    return row if line == list(row) else line


def _laid_out(row: marks.Line, found: Sequence[int], edges: Sequence[int]) -> marks.Line:
    """The line with its bars on the borders: where characters were lost or added before one, spaces are."""
    if all(x in edges for x in found):
        return row
    line: list[str] = []
    last = 0
    for x in found:
        edge = min(edges, key=lambda e: abs(e - x - (len(line) - last)))
        line += row[last:x]
        away = edge - len(line)
        if 0 < away <= _NEAR:
            line += [_SPACE] * away
        elif -_NEAR <= away < 0 and all(c == _SPACE for c in line[away:]):
            del line[away:]
        line.append(row[x])
        last = x + 1
    return [*line, *row[last:]]


def _mended_row(row: marks.Line, beside: Sequence[marks.Line], edges: Sequence[int]) -> marks.Line:
    """A row of text with bars on the borders where it has something like one, or a gap that is none in the
    lines beside it, or between two texts.
    """
    line = list(row)
    first, last = edges[0], edges[-1]
    inner = any(c in marks.BARS for c in line[first + 1 : last])  # else one text over all columns
    for x in edges:
        here = line[x] if x < len(line) else _SPACE
        if here in marks.BARS or here in marks.JUNCTIONS:
            continue
        if here in _LIKE:
            # «ООШlМКОУ»: no Russian word has such a sign in it; English words and numbers have
            beside_it = (line[x - 1 : x], line[x + 1 : x + 2])
            if x in (first, last) or (inner and not any(map(_is_latin, beside_it))):
                line[x] = "|"
        elif here == _SPACE:
            drawn = any(x < len(other) and other[x] in marks.BARS for other in beside)
            if x in (first, last) or (inner and _parts(line, x) and (drawn or _between(line, x, edges))):
                line += [_SPACE] * (x + 1 - len(line))
                line[x] = "|"
    return row if line == list(row) else line


def _is_latin(cells: Sequence[str]) -> bool:
    return bool(cells) and cells[0].isascii() and cells[0].isalnum()


def _parts(line: Sequence[str], x: int) -> bool:
    """No text stands tightly at both sides."""
    return not (line[x - 1 : x] not in ([], [_SPACE]) and line[x + 1 : x + 2] not in ([], [_SPACE]))


def _between(line: Sequence[str], x: int, edges: Sequence[int]) -> bool:
    """Texts stand in the columns at both sides of a border."""
    at = edges.index(x)
    left = "".join(line[edges[at - 1] if at else 0 : x])
    right = "".join(line[x + 1 : edges[at + 1] + 1 if at + 1 < len(edges) else len(line)])
    return bool(_WALL.split(left)[-1].strip()) and bool(_WALL.split(right)[0].strip())
